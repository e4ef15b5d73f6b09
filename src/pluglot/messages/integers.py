"""Integers that are too wide: OCPP's have 32 bits (Part 2, primitive types), which its JSON schemas do not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import inspect

SMALLEST: Final = -(2**31)
LARGEST: Final = 2**31 - 1

#: Finds integers in a value of one type; None where the type has none.
Look = Callable[[Any], bool] | None


def is_too_wide(value: Any) -> bool:
    """Whether a message, or a part of one, holds an integer that no peer may send and no table can keep.

    Vendor data are left alone: their numbers are their own affair.
    """
    kind = type(value)
    if kind in _LOOKS or isinstance(value, msgspec.Struct):
        look = _LOOKS[kind] if kind in _LOOKS else _look_for(kind)
        return look is not None and look(value)
    if isinstance(value, int):
        return not SMALLEST <= value <= LARGEST
    return isinstance(value, tuple) and any(is_too_wide(item) for item in value)


#: By type of message or part; most fields are texts, so each type is searched once for the few that are not.
_LOOKS: Final[dict[type, Look]] = {}
#: Types whose values are no integers and hold none that count.
_NO_INTEGERS: Final = (
    *(inspect.BoolType, inspect.CustomType, inspect.DateTimeType, inspect.DecimalType, inspect.DictType),
    *(inspect.EnumType, inspect.FloatType, inspect.LiteralType, inspect.NoneType, inspect.RawType, inspect.StrType),
)


def _look_for(type_: type) -> Look:
    info = inspect.type_info(type_)
    assert isinstance(info, inspect.StructType)  # noqa: S101 - only Structs are asked for
    found = [(field.name, _look_in(field.type)) for field in info.fields]
    # Numbers of the message itself are most of all and cost no call each.
    numbers = tuple(name for name, look in found if look is _is_wide)
    looks = tuple((name, look) for name, look in found if look is not None and look is not _is_wide)

    def look_at(message: Any) -> bool:
        for name in numbers:
            value = getattr(message, name)
            if value is not None and not SMALLEST <= value <= LARGEST:
                return True
        for name, look in looks:
            value = getattr(message, name)
            if value is not None and look(value):
                return True
        return False

    _LOOKS[type_] = look_at if numbers or looks else None
    return _LOOKS[type_]


def _look_in(type_: inspect.Type) -> Look:
    match type_:
        case inspect.Metadata(inner):
            return _look_in(inner)
        case inspect.UnionType(types):
            present = [inner for inner in types if not isinstance(inner, inspect.NoneType)]
            return _look_in(present[0]) if len(present) == 1 else is_too_wide
        case inspect.VarTupleType(item):
            look = _look_in(item)
            return None if look is None else _any_of(look)
        case inspect.StructType(cls):
            return _LOOKS[cls] if cls in _LOOKS else _look_for(cls)
        case inspect.IntType():
            return _is_wide
    return None if isinstance(type_, _NO_INTEGERS) else is_too_wide


def _is_wide(value: int) -> bool:
    return not SMALLEST <= value <= LARGEST


def _any_of(look: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda items: any(map(look, items))
