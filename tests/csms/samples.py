"""The smallest instance of any message type, made from its annotations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from tests.csms.house import NOON

_SCALARS: dict[type, Any] = {
    inspect.BoolType: False,
    inspect.DecimalType: Decimal(0),
    inspect.DateTimeType: NOON,
    inspect.AnyType: {"any": "thing"},
    inspect.FloatType: 0.0,
}


def minimal(type_: type[msgspec.Struct], **given: Any) -> Any:
    """An instance with its required fields only, and what is given where the type has such a field."""
    values = {}
    for field in msgspec.structs.fields(type_):
        if field.name in given:
            values[field.name] = given[field.name]
        elif field.required:
            values[field.name] = _value(inspect.type_info(field.type), given)
    return type_(**values)


def _value(info: Any, given: dict[str, Any]) -> Any:
    if isinstance(info, inspect.UnionType | inspect.Metadata):
        return _value(info.types[0] if isinstance(info, inspect.UnionType) else info.type, given)
    match info:
        case inspect.StructType():
            value = minimal(info.cls, **given)
        case inspect.EnumType():
            value = next(iter(info.cls))
        case inspect.VarTupleType() | inspect.ListType():
            value = (_value(info.item_type, given),)
        case inspect.IntType():
            value = info.ge or 0
        case inspect.StrType():
            value = "x"
        case _:
            value = _SCALARS[type(info)]
    return value


def identifiers(type_: type[msgspec.Struct]) -> list[str]:
    """The fields of a message that name something: requests, reservations, transactions, profiles, monitors …."""
    names = [field.name for field in msgspec.structs.fields(type_)]
    return [name for name in names if name.endswith("_id") or name == "id"]
