"""The small types fields are made of: bounded strings and numbers, ids, and lists that may not be empty."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from msgspec import Meta, Struct

Item = TypeVar("Item")

OneOrMore = Annotated[tuple[Item, ...], Meta(min_length=1)]

#: A moment with its zone; the codec writes it in UTC.
Timestamp = Annotated[datetime, Meta(tz=True)]

#: A moment until which something is good; many say "for ever" by a year far away, so every later year is one.
Until = Annotated[datetime, Meta(tz=True, extra={"until": True})]

NonNegative = Annotated[int, Meta(ge=0)]
Percentage = Annotated[int, Meta(ge=0, le=100)]

EvseId = Annotated[int, Meta(ge=0)]
ConnectorId = Annotated[int, Meta(ge=0)]
ReservationId = Annotated[int, Meta(ge=0)]
SequenceNumber = Annotated[int, Meta(ge=0)]
RequestId = int
TransactionId = Annotated[str, Meta(max_length=36)]
TariffId = Annotated[str, Meta(max_length=60)]

String3 = Annotated[str, Meta(max_length=3)]
String6 = Annotated[str, Meta(max_length=6)]
String8 = Annotated[str, Meta(max_length=8)]
String16 = Annotated[str, Meta(max_length=16)]
String20 = Annotated[str, Meta(max_length=20)]
String25 = Annotated[str, Meta(max_length=25)]
String32 = Annotated[str, Meta(max_length=32)]
String36 = Annotated[str, Meta(max_length=36)]
String40 = Annotated[str, Meta(max_length=40)]
String48 = Annotated[str, Meta(max_length=48)]
String50 = Annotated[str, Meta(max_length=50)]
String60 = Annotated[str, Meta(max_length=60)]
String64 = Annotated[str, Meta(max_length=64)]
String80 = Annotated[str, Meta(max_length=80)]
String88 = Annotated[str, Meta(max_length=88)]
String100 = Annotated[str, Meta(max_length=100)]
String128 = Annotated[str, Meta(max_length=128)]
String160 = Annotated[str, Meta(max_length=160)]
String200 = Annotated[str, Meta(max_length=200)]
String255 = Annotated[str, Meta(max_length=255)]
String256 = Annotated[str, Meta(max_length=256)]
String500 = Annotated[str, Meta(max_length=500)]
String512 = Annotated[str, Meta(max_length=512)]
String800 = Annotated[str, Meta(max_length=800)]
String1000 = Annotated[str, Meta(max_length=1000)]
String1024 = Annotated[str, Meta(max_length=1024)]
String2000 = Annotated[str, Meta(max_length=2000)]
String2500 = Annotated[str, Meta(max_length=2500)]
String5500 = Annotated[str, Meta(max_length=5500)]
String5600 = Annotated[str, Meta(max_length=5600)]
String7500 = Annotated[str, Meta(max_length=7500)]
String10000 = Annotated[str, Meta(max_length=10000)]
String11000 = Annotated[str, Meta(max_length=11000)]
String17000 = Annotated[str, Meta(max_length=17000)]
String18000 = Annotated[str, Meta(max_length=18000)]
String32768 = Annotated[str, Meta(max_length=32768)]


class Range(Struct, frozen=True, kw_only=True):
    """Bounds of a decimal field, written into its annotation; ``multiple_of`` is the smallest step."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    multiple_of: Decimal | None = None

    def check(self, value: Decimal) -> None:
        """Refuse a value outside the bounds.

        Raises:
            ValueError: the value is out of bounds; msgspec adds the path of the object when it is decoding.
        """
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"Expected `decimal` >= {self.minimum}")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"Expected `decimal` <= {self.maximum}")
        if self.multiple_of is not None and value % self.multiple_of:
            raise ValueError(f"Expected `decimal` that's a multiple of {self.multiple_of}")


@cache
def ranges(type_: type) -> tuple[tuple[str, Range], ...]:
    """The decimal bounds of a type: field name and range, read once from its annotations."""
    found: list[tuple[str, Range]] = []
    for name, hint in get_type_hints(type_, include_extras=True).items():
        found += [(name, extra) for extra in _extras(hint) if isinstance(extra, Range)]
    return tuple(found)


def check_ranges(instance: Struct) -> None:
    """Hold an instance against the decimal bounds of its type, which msgspec leaves unchecked.

    A type with such a field calls this from ``__post_init__``, so that decoding and construction both check.
    """
    for name, bounds in ranges(type(instance)):
        value = getattr(instance, name)
        if value is not None:
            bounds.check(value)


def _extras(hint: Any) -> list[Any]:
    extras = list(getattr(hint, "__metadata__", ()))
    for part in get_args(hint):
        extras += _extras(part)
    return extras
