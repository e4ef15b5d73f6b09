"""What every message and data type of the house has in common."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec


class DataType(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename="camel",
    gc=False,  # frozen and made of values: a message cannot be part of a cycle
):
    """A composite value inside a message; camel case on the wire, absent fields are ``None`` and left out."""


class Request(DataType, frozen=True, kw_only=True):
    """A message that asks something of the other side; every request names its action."""

    action: ClassVar[str]


class Response(DataType, frozen=True, kw_only=True):
    """The answer to the request of the same action."""

    action: ClassVar[str]


def nothing_of(type_: type[msgspec.Struct]) -> Any:
    """An object of this type in which nothing is said, or None where something must be."""
    fields = msgspec.structs.fields(type_)
    return None if any(field.required or field.default is not None for field in fields) else type_()


def says_nothing(message: msgspec.Struct) -> bool:
    """Whether a message is ``{}`` on the wire, as most answers are."""
    type_ = type(message)
    if type_ not in _NOTHING:
        _NOTHING[type_] = nothing_of(type_)
    # A number is slow to say that it is not None; whatever is not zero or empty says so sooner.
    return not any(msgspec.structs.astuple(message)) and bool(message == _NOTHING[type_])


#: What ``nothing_of`` gave for each type.
_NOTHING: dict[type[msgspec.Struct], Any] = {}


class CustomData:
    """Data outside the standard: a vendor id (at most 255 characters) and whatever else the vendor put in.

    Kept whole, unknown members included, because it is legal on every 2.x object (Part 2, 2.1.4).
    """

    __slots__ = ("members",)

    def __init__(self, vendor_id: str, **members: Any) -> None:
        self.members: dict[str, Any] = {"vendorId": vendor_id, **members}

    @property
    def vendor_id(self) -> str:
        """Who defined the other members."""
        return str(self.members["vendorId"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CustomData) and self.members == other.members

    def __hash__(self) -> int:
        return hash(self.vendor_id)

    def __repr__(self) -> str:
        return f"CustomData({self.members!r})"
