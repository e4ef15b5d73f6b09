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
