"""Forms made from message types: what to ask for, and how what was filled in becomes a request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from pluglot.messages.base import CustomData
from pluglot.messages.scalars import ranges

#: Buttons that change the form instead of sending it: ``_add=path`` and ``_remove=path``.
ADD, REMOVE = "_add", "_remove"
#: Rows of one list, and levels of one form, that are ever shown.
MOST_ROWS, DEEPEST = 50, 12

_WORD_BORDERS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to fill in; ``kind`` is text, number, choice, switch, moment, json, group or rows."""

    path: str
    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""
    least: str = ""
    most: str = ""
    step: str = ""
    longest: int | None = None
    #: The fields of a group, or the groups of a list's rows.
    fields: tuple[Field, ...] = ()
    #: Whether an optional group or a list could be given (one more of).
    may_add: bool = False
    may_remove: bool = False
    error: str = ""


class BadForm(ValueError):
    """Something filled in cannot be read; ``field`` is its path."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


#: Words that are written otherwise than in small letters.
_WORDS = {
    word.lower(): word
    for word in [
        "EVSE",
        "EV",
        "ID",
        "IDs",
        "CSMS",
        "DER",
        "SoC",
        "V2X",
        "VAT",
        "URL",
        "URI",
        "OCPP",
        "OCSP",
        "APN",
        "VPN",
        "SSL",
        "AFRR",
        "RFID",
        "DC",
        "AC",
        "CSR",
        "PEM",
        "L1",
        "L2",
        "L3",
        "QR",
    ]
}


def label(name: str) -> str:
    """``remoteStartId`` as people read it: ``Remote start ID``."""
    words = _WORD_BORDERS.split(name.replace("SoC", "Soc").replace("_", " "))
    text = " ".join(_WORDS.get(word.lower(), word.lower()) for part in words for word in part.split())
    return text[:1].upper() + text[1:]


@cache
def _struct(type_: type) -> inspect.StructType:
    found = inspect.type_info(type_)
    if not isinstance(found, inspect.StructType):
        raise TypeError(f"{type_} is no message")
    return found


def fields(type_: type, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """The form of a message type with what is filled in so far."""
    return _fields(_struct(type_), "", values, errors or {}, 0)


def _fields(
    struct: inspect.StructType, path: str, values: Mapping[str, str], errors: Mapping[str, str], depth: int
) -> tuple[Field, ...]:
    bounds = dict(ranges(struct.cls))
    made = []
    for field in struct.fields:
        inner = _without_none(field.type)
        if isinstance(inner, inspect.CustomType) and inner.cls is CustomData:
            continue  # vendor data is written as JSON, where it is wanted at all
        where = f"{path}.{field.encode_name}" if path else field.encode_name
        made.append(_field(field, inner, where, values, errors, depth, bounds.get(field.name)))
    return tuple(made)


def _field(
    field: inspect.Field,
    inner: inspect.Type,
    path: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    depth: int,
    bounds: Any,
) -> Field:
    plain = Field(
        path=path,
        name=field.encode_name,
        label=label(field.encode_name),
        kind="text",
        required=field.required,
        value=values.get(path, ""),
        error=errors.get(path, ""),
    )
    match inner:
        case inspect.StructType():
            return _group(plain, inner, values, errors, depth)
        case inspect.ListType() | inspect.VarTupleType():
            return _rows(plain, inner, values, errors, depth)
        case _:
            return msgspec.structs.replace(plain, **_plain(inner, bounds))


def _group(
    plain: Field, struct: inspect.StructType, values: Mapping[str, str], errors: Mapping[str, str], depth: int
) -> Field:
    is_given = plain.required or _is_given(plain.path, values)
    inner = _fields(struct, plain.path, values, errors, depth + 1) if is_given and depth < DEEPEST else ()
    return msgspec.structs.replace(
        plain, kind="group", fields=inner, may_add=not is_given, may_remove=is_given and not plain.required
    )


def _rows(
    plain: Field,
    listed: inspect.ListType | inspect.VarTupleType,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    depth: int,
) -> Field:
    count = max(rows(plain.path, values), 1 if plain.required else 0)
    item = _without_none(listed.item_type)
    made = []
    for place in range(min(count, MOST_ROWS)):
        path = f"{plain.path}[{place}]"
        row = Field(
            path=path,
            name=path,
            label=f"{plain.label} {place + 1}",
            kind="text",
            required=True,
            value=values.get(path, ""),
            error=errors.get(path, ""),
            may_remove=place == count - 1 and not (plain.required and place == 0),
        )
        if isinstance(item, inspect.StructType):
            inner = _fields(item, path, values, errors, depth + 1) if depth < DEEPEST else ()
            made.append(msgspec.structs.replace(row, kind="group", fields=inner))
        else:
            made.append(msgspec.structs.replace(row, **_plain(item, None)))
    most = min(listed.max_length or MOST_ROWS, MOST_ROWS)
    return msgspec.structs.replace(plain, kind="rows", fields=tuple(made), may_add=count < most)


def _plain(type_: inspect.Type, bounds: Any) -> dict[str, Any]:  # noqa: PLR0911 -- one per kind of value
    """How a value that is not composite is asked for."""
    match type_:
        case inspect.EnumType():
            return {"kind": "choice", "choices": _members(type_.cls)}
        case inspect.LiteralType():
            return {"kind": "choice", "choices": tuple(str(value) for value in type_.values)}
        case inspect.BoolType():
            return {"kind": "switch", "choices": ("true", "false")}
        case inspect.IntType():
            return {"kind": "number", "step": "1", "least": _shown(type_.ge), "most": _shown(type_.le)}
        case inspect.DecimalType() | inspect.FloatType():
            least, most = (bounds.minimum, bounds.maximum) if bounds else (None, None)
            return {"kind": "number", "step": "any", "least": _shown(least), "most": _shown(most)}
        case inspect.DateTimeType():
            return {"kind": "moment", "hint": "UTC"}
        case inspect.StrType():
            return {"kind": "text", "longest": type_.max_length}
        case _:
            return {"kind": "json", "hint": "JSON"}


def _members(enum: type) -> tuple[str, ...]:
    return tuple(str(member.value) for member in enum) if issubclass(enum, Enum) else ()


def _shown(bound: Any) -> str:
    return "" if bound is None else str(bound)


def _without_none(type_: inspect.Type) -> inspect.Type:
    if isinstance(type_, inspect.UnionType):
        return _without_none(next(inner for inner in type_.types if not isinstance(inner, inspect.NoneType)))
    if isinstance(type_, inspect.Metadata):
        return _without_none(type_.type)
    return type_


def _is_given(path: str, values: Mapping[str, str]) -> bool:
    return path in values or any(key.startswith((f"{path}.", f"{path}[")) for key in values)


def rows(path: str, values: Mapping[str, str]) -> int:
    """How many rows of a list there are."""
    found = re.compile(re.escape(path) + r"\[(\d{1,3})\]")
    places = [int(match[1]) for key in values if (match := found.match(key))]
    return min(max(places, default=-1) + 1, MOST_ROWS)


def changed(values: Mapping[str, str]) -> dict[str, str] | None:
    """What a press of *add* or *remove* makes of the form; None when neither was pressed."""
    add, remove = values.get(ADD), values.get(REMOVE)
    kept = {key: value for key, value in values.items() if not key.startswith("_")}
    if add:
        # An empty text keeps the place of a new row or group, also where its own fields are all empty.
        return kept | {f"{add}[{rows(add, kept)}]" if values.get("_kind_" + add) == "rows" else add: ""}
    if remove:
        return {
            key: value
            for key, value in kept.items()
            if key != remove and not key.startswith((f"{remove}.", f"{remove}["))
        }
    return None


def payload(type_: type, values: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in as a request in JSON builtins; empty fields are left out; raises BadForm."""
    return _payload(_struct(type_), "", values)


def _payload(struct: inspect.StructType, path: str, values: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in struct.fields:
        inner = _without_none(field.type)
        where = f"{path}.{field.encode_name}" if path else field.encode_name
        value = _value(inner, where, values, required=field.required)
        if value is not None:
            made[field.encode_name] = value
    return made


def _value(type_: inspect.Type, path: str, values: Mapping[str, str], *, required: bool) -> Any:
    """One value, or None when nothing was filled in."""
    match type_:
        case inspect.StructType():
            if not required and not _is_filled(path, values):
                return None
            return _payload(type_, path, values)
        case inspect.ListType() | inspect.VarTupleType():
            item = _without_none(type_.item_type)
            found = [_value(item, f"{path}[{place}]", values, required=False) for place in range(rows(path, values))]
            return [value for value in found if value is not None] or ([] if required else None)
        case inspect.StrType() | inspect.EnumType() | inspect.LiteralType():
            text = values.get(path, "").replace("\r\n", "\n")
            return text or None
        case _:
            text = values.get(path, "").strip()
            return _read(type_, path, text) if text else None


def _is_filled(path: str, values: Mapping[str, str]) -> bool:
    return any(value.strip() for key, value in values.items() if key.startswith((f"{path}.", f"{path}[")))


def _read(type_: inspect.Type, path: str, text: str) -> Any:
    """A value that is not text, from text."""
    read, wanted = _READERS.get(type(type_), (json.loads, "JSON"))
    try:
        return read(text)
    except (ValueError, KeyError, RecursionError):
        raise BadForm(path, wanted) from None


def _number(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return json.loads(text)


_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


def _moment(text: str) -> str:
    """A time as browsers give it, without zone, is UTC as the form says."""
    at = datetime.fromisoformat(text)
    return text if at.tzinfo else f"{at.isoformat(timespec='seconds')}Z"


#: How text becomes a value of a type, and what to write instead when it does not.
_READERS: dict[type[inspect.Type], tuple[Callable[[str], Any], str]] = {
    inspect.BoolType: ({"true": True, "false": False}.__getitem__, "yes or no"),
    inspect.IntType: (int, "a whole number"),
    inspect.DecimalType: (_number, "a number"),
    inspect.FloatType: (_number, "a number"),
    inspect.DateTimeType: (_moment, "a date and time"),
}
