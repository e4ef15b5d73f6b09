"""Payloads made from the official schemas by hypothesis: valid ones, and ones with a single mistake.

What is made stays within what both sides claim to judge. The schema knows no limits of depth, digits and years
(RPC-15, RPC-18), so none of ours is touched; and where the two read RFC 3339 differently, ``test_times`` has the rule.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.messages import official
from tests.messages.official import Message, Schema

Strategy = st.SearchStrategy[Any]

TEXT = string.ascii_letters + string.digits + ' -_.:/"\\\n{}[],é€漢😀'
MOMENTS = (
    "2026-03-01T12:00:00Z",
    "1970-01-01T00:00:00Z",
    "2199-12-31T23:59:59Z",
    "2024-02-29T23:59:59.9Z",
    "2026-10-25T02:30:00.123+02:00",
    "2026-10-25T02:30:00-11:30",
)
NO_MOMENTS = (
    "2026-03-01T12:00:00+1",
    "",
    "now",
    "2026-03-01",
    "2026-03-01T12:00:00",
    "2026-03-01T12:00Z",
    "2026-02-30T12:00:00Z",
    "2026-13-01T12:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:00:00+25:00",
    "1772366400",
)


# --- valid -------------------------------------------------------------------------------------------------------


@cache
def valid(message: Message) -> Strategy:
    """Payloads of a message that its schema accepts."""
    return _value(message.schema, message)


def _value(part: Schema, message: Message) -> Strategy:
    whole = official.resolved(part, message)
    if "enum" in whole:
        return st.sampled_from(whole["enum"])
    if "type" not in whole:
        return st.sampled_from([None, True, 0, "text", [], [1, {"a": None}], {"b": 1.5}])
    return _VALUES[whole["type"]](whole, message)


def _object(whole: Schema, message: Message) -> Strategy:
    required = whole.get("required", ())
    members = {name: _value(value, message) for name, value in whole.get("properties", {}).items()}
    if "additionalProperties" not in whole:
        return st.sampled_from([{"vendorId": "org.example"}, {"vendorId": "", "a": [None, {"b": 0.5}], "c": "d"}])
    return st.fixed_dictionaries(
        {name: value for name, value in members.items() if name in required},
        optional={name: value for name, value in members.items() if name not in required},
    )


def _array(whole: Schema, message: Message) -> Strategy:
    least, most = whole.get("minItems", 0), whole.get("maxItems")
    return st.lists(_value(whole["items"], message), min_size=least, max_size=min(2, most) if most else max(2, least))


def _string(whole: Schema, _: Message) -> Strategy:
    if whole.get("format") == "date-time":
        return st.sampled_from(MOMENTS)
    longest = whole.get("maxLength", 40)
    return st.text(TEXT, max_size=min(longest, 8)) | st.sampled_from(["x" * longest, "😀" * longest])


def _integer(whole: Schema, _: Message) -> Strategy:
    return st.integers(int(whole.get("minimum", -(10**6))), int(whole.get("maximum", 2**40)))


def _number(whole: Schema, _: Message) -> Strategy:
    least, most = int(whole.get("minimum", -(10**6))), int(whole.get("maximum", 10**6))
    if "multipleOf" in whole:
        return st.integers(least * 10, most * 10).map(lambda tenths: tenths / 10)
    return st.integers(least * 1000, most * 1000).map(lambda thousandths: thousandths / 1000) | st.integers(least, most)


_VALUES: dict[str, Callable[[Schema, Message], Strategy]] = {
    "array": _array,
    "boolean": lambda _whole, _message: st.booleans(),
    "integer": _integer,
    "number": _number,
    "object": _object,
    "string": _string,
}


# --- with one mistake --------------------------------------------------------------------------------------------


class Site(NamedTuple):
    """A place in a payload: how to get there, and the schema of what stands there."""

    path: tuple[str | int, ...]
    value: Any
    schema: Schema


def sites(payload: Any, part: Schema, message: Message, path: tuple[str | int, ...] = ()) -> Iterator[Site]:
    """Every place in a payload that the schema speaks about."""
    whole = official.resolved(part, message)
    yield Site(path, payload, whole)
    if isinstance(payload, dict):
        for name, value in payload.items():
            if name in whole.get("properties", {}):
                yield from sites(value, whole["properties"][name], message, (*path, name))
    elif isinstance(payload, list) and "items" in whole:
        for index, value in enumerate(payload):
            yield from sites(value, whole["items"], message, (*path, index))


def mistakes(site: Site) -> list[Any]:
    """What might stand at a place instead; not all of it is wrong, the schema has the last word."""
    kind = "enum" if "enum" in site.schema else site.schema.get("type", "anything")
    made: list[Any] = _MISTAKES[kind](site.value, site.schema)
    return [*made, None]


def _wrong_object(value: dict[str, Any], _: Schema) -> list[Any]:
    without = [{kept: value[kept] for kept in value if kept != name} for name in value]
    return [*without, {**value, "unknown": 1}, {**value, "unknown": None}, [], [value], "text", 1, {}]


def _wrong_array(value: list[Any], schema: Schema) -> list[Any]:
    most = schema.get("maxItems")
    many = [(value * (most + 1))[: most + 1], (value * most)[:most]] if most and most <= 100 and value else []
    return [[], {}, "text", *value[:1], [*value, None], *many]


def _wrong_string(value: str, schema: Schema) -> list[Any]:
    if schema.get("format") == "date-time":
        return [*NO_MOMENTS, 1772366400, True, [value]]
    longest = schema.get("maxLength")
    return [
        "",
        17,
        1.5,
        True,
        [value],
        {},
        *(["y" * (longest + 1), "é" * (longest + 1), "😀" * longest] if longest else []),
    ]


def _wrong_enum(value: str, _: Schema) -> list[Any]:
    return [value.upper(), value.lower(), f"{value} ", "", "Unheard", 1, True, [value]]


def _wrong_integer(value: int, schema: Schema) -> list[Any]:
    bounds = [int(schema[bound]) + step for bound in ("minimum", "maximum") if bound in schema for step in (-1, 0, 1)]
    return [*bounds, float(value), value + 0.5, str(value), True, False, "text", "", [value], {}, -1]


def _wrong_number(value: float, schema: Schema) -> list[Any]:
    bounds = [
        schema[bound] + step for bound in ("minimum", "maximum") if bound in schema for step in (-0.001, 0, 0.001)
    ]
    return [*bounds, str(value), True, "text", "", [value], {}, value * 10, 0.125]


def _wrong_boolean(value: bool, _: Schema) -> list[Any]:
    return [str(value).lower(), int(value), "", [], {}]


_MISTAKES: dict[str, Callable[[Any, Schema], list[Any]]] = {
    "anything": lambda _value, _schema: [],
    "array": _wrong_array,
    "boolean": _wrong_boolean,
    "enum": _wrong_enum,
    "integer": _wrong_integer,
    "number": _wrong_number,
    "object": _wrong_object,
    "string": _wrong_string,
}


def replaced(payload: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of a payload with something else at one place."""
    if not path:
        return value
    head, *rest = path
    copy: Any = dict(payload) if isinstance(payload, dict) else list(payload)
    copy[head] = replaced(payload[head], tuple(rest), value)
    return copy


# --- text --------------------------------------------------------------------------------------------------------


def written(payload: Any) -> bytes:
    """A payload as another implementation would write it."""
    return json.dumps(payload, ensure_ascii=False).encode()


def compared(payload: Any, message: Message) -> Any:
    """A payload without what may differ between two ways to write it.

    That is the spelling of numbers and times, and what stands for absence (RPC-10): an optional list or object that is
    empty, and a null where a vendor may put anything.
    """
    return _compared(payload, message.schema, message)


def _compared(payload: Any, part: Schema, message: Message) -> Any:
    whole = official.resolved(part, message)
    if isinstance(payload, dict) and "properties" in whole:
        required = whole.get("required", ())
        known = {name: _compared(value, whole["properties"].get(name, {}), message) for name, value in payload.items()}
        return {name: value for name, value in known.items() if name in required or value not in ([], {}, None)}
    if isinstance(payload, list):
        return [_compared(item, whole.get("items", {}), message) for item in payload]
    if whole.get("format") == "date-time":
        return _utc(payload)
    if isinstance(payload, float | int) and not isinstance(payload, bool):
        return Decimal(str(payload)).normalize()
    return payload


def _utc(text: str) -> str:
    return {
        "2024-02-29T23:59:59.9Z": "2024-02-29T23:59:59.900Z",
        "2026-10-25T02:30:00.123+02:00": "2026-10-25T00:30:00.123Z",
        "2026-10-25T02:30:00-11:30": "2026-10-25T14:00:00Z",
    }.get(text, text)
