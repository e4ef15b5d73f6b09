"""What a schema says and what one of our types says, told in the same plain words so that they can be compared."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import inspect

from pluglot.dialects.ocpp20.wire import base as base20
from pluglot.messages import base, scalars
from tests.messages import official
from tests.messages.official import Message, Schema

# What may have members that no schema names: the objects of 2.0.
OPEN = (base20.DataType, base20.Request, base20.Response)
# The 1.6 schema of StopTransaction lacks the unit Hertz that the one of MeterValues has; our readings are of one type.
HERTZ = "Hertz"


def described(part: Schema, message: Message) -> Any:
    """What a schema says."""
    whole = official.resolved(part, message)
    if "enum" in whole:
        return {"enum": set(whole["enum"]) | ({HERTZ} if "Celcius" in whole["enum"] else set())}
    if "type" not in whole:
        return "anything"
    return _DESCRIBERS[whole["type"]](whole, message)


def _object(whole: Schema, message: Message) -> Any:
    properties = whole.get("properties", {})
    if "additionalProperties" not in whole:
        assert properties == {"vendorId": {"type": "string", "maxLength": 255}}
        return "custom data"
    assert whole["additionalProperties"] is (message.version == "v20")
    required = whole.get("required", ())
    return {name: (name in required, described(value, message)) for name, value in properties.items()}


def _array(whole: Schema, message: Message) -> Any:
    return {"items": described(whole["items"], message), "of": (whole.get("minItems"), whole.get("maxItems"))}


def _string(whole: Schema, _: Message) -> Any:
    return "moment" if whole.get("format") == "date-time" else {"text": whole.get("maxLength")}


def _number(whole: Schema, _: Message) -> Any:
    return {whole["type"]: tuple(_plain(whole.get(bound)) for bound in ("minimum", "maximum", "multipleOf"))}


_DESCRIBERS: dict[str, Callable[[Schema, Message], Any]] = {
    "array": _array,
    "boolean": lambda _whole, _message: "flag",
    "integer": _number,
    "number": _number,
    "object": _object,
    "string": _string,
}


def _plain(bound: Decimal | float | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound)).normalize()


def told_class(cls: type[Any]) -> Any:
    """What an enum or data type of ours says."""
    if issubclass(cls, StrEnum):
        return {"enum": {member.value for member in cls}}
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    assert info.forbid_unknown_fields is not issubclass(cls, OPEN)
    assert all(field.required or field.default is None for field in info.fields)
    bounds = dict(scalars.ranges(info.cls))
    return {field.encode_name: (field.required, _told(field.type, bounds.get(field.name))) for field in info.fields}


def _told(type_: inspect.Type, bounds: scalars.Range | None = None) -> Any:
    only = without_none(type_)
    if isinstance(only, inspect.DecimalType):
        limits = bounds or scalars.Range()
        return {"number": tuple(_plain(value) for value in (limits.minimum, limits.maximum, limits.multiple_of))}
    assert bounds is None
    return _TELLERS[type(only)](only)


def without_none(type_: inspect.Type) -> inspect.Type:
    """The type of a field when the field is there."""
    if not isinstance(type_, inspect.UnionType):
        return type_
    (only,) = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
    return only


def _told_moment(type_: inspect.DateTimeType) -> Any:
    assert type_.tz is True
    return "moment"


def _told_custom(type_: inspect.CustomType) -> Any:
    assert type_.cls is base.CustomData
    return "custom data"


def _told_text(type_: inspect.StrType) -> Any:
    assert type_.min_length is None
    assert type_.pattern is None
    return {"text": type_.max_length}


def _told_integer(type_: inspect.IntType) -> Any:
    assert type_.gt is None
    assert type_.lt is None
    return {"integer": (_plain(type_.ge), _plain(type_.le), _plain(type_.multiple_of))}


_TELLERS: dict[type, Callable[[Any], Any]] = {
    inspect.AnyType: lambda _: "anything",
    inspect.BoolType: lambda _: "flag",
    inspect.CustomType: _told_custom,
    inspect.DateTimeType: _told_moment,
    inspect.EnumType: lambda type_: told_class(type_.cls),
    inspect.IntType: _told_integer,
    inspect.Metadata: lambda type_: _told(type_.type),
    inspect.StrType: _told_text,
    inspect.StructType: lambda type_: told_class(type_.cls),
    inspect.VarTupleType: lambda type_: {"items": _told(type_.item_type), "of": (type_.min_length, type_.max_length)},
}
