"""Every way to get an official schema wrong: bad messages made from the schemas, each with the mistake it contains.

Knows nothing of our types: schemas come from the PyPI package ``ocpp``, and the mistakes from the words of JSON Schema.
Those of 2.0 let any object have members that they do not name, so there an unknown member is no mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.messages import official

Schema = dict[str, Any]
Path = tuple[str | int, ...]

FOLDERS = {"1.6": "v16", "2.0": "v20", "2.0.1": "v201", "2.1": "v21"}
# Stands in every hostile value, and must never come back.
MARKER = "<script>h0stile</script>"
LITERAL = re.compile(r'"@literal@((?:[^"\\]|\\.)*)"')
MOMENT = "2026-01-02T03:04:05Z"
# A year that no clock shows; what is good for ever may say so by it.
FAR = "9999-01-02T03:04:05Z"
UNTIL = {"cacheExpiryDateTime", "validTo", "endDateTime"}

# 1.6 schemas as corrected by the errata (16J 2.4, 2.5): these are integers.
INTEGERS_16 = {"interval", "retries", "retryInterval"}


class Twin(str):
    """A key that may stand twice in one dict, since no two of them are equal."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def literal(words: str) -> str:
    """Mark text that is to stand on the wire exactly as given."""
    return f"@literal@{words}"


@dataclass(frozen=True)
class Bad:
    """One bad payload or frame: what is wrong with it (see the table in the test), and how to make it."""

    mistake: str
    name: str
    make: Callable[[], str]


# --- schemas -----------------------------------------------------------------------------------------------------


@cache
def schemas(version: str) -> dict[str, Schema]:
    """Load the schemas of a version by message, such as ``HeartbeatRequest``."""
    return dict(official.schemas(FOLDERS[version]))


def request_schema(version: str, action: str) -> Schema:
    """Find the schema of a request, or of a message that is sent without answer."""
    return schemas(version)[f"{action}Request"]


def response_schema(version: str, action: str) -> Schema:
    """Find the schema of a response."""
    return schemas(version)[f"{action}Response"]


def resolved(schema: Schema, root: Schema) -> Schema:
    """Follow a reference to a definition."""
    reference = schema.get("$ref")
    return root["definitions"][reference.rsplit("/", 1)[1]] if reference else schema


def example(schema: Schema, root: Schema, *, full: bool, name: str = "") -> Any:
    """Make a valid instance: with every optional member, or with none."""
    schema = resolved(schema, root)
    if "enum" in schema:
        return schema["enum"][0]
    kind = kind_of(schema, name)
    if kind == "object":
        members = schema.get("properties", {})
        wanted = members if full else schema.get("required", [])
        return {member: example(members[member], root, full=full, name=member) for member in wanted}
    if kind == "array":
        return [example(schema["items"], root, full=full)] * max(1, schema.get("minItems", 1))
    return _scalar(kind, schema)


def _scalar(kind: str | None, schema: Schema) -> Any:
    least, most = schema.get("minimum", 1), schema.get("maximum", 1)
    return {
        "integer": int(max(least, min(1, most))),
        "number": 0 if most <= 0 else 1,
        "boolean": True,
        "string": MOMENT if schema.get("format") == "date-time" else "a",
    }.get(kind or "", "anything")


def kind_of(schema: Schema, name: str) -> str | None:
    """Tell the JSON type of a schema."""
    kind = schema.get("type")
    if kind == "number" and name in INTEGERS_16:
        return "integer"
    return kind


# --- mutations ---------------------------------------------------------------------------------------------------


def payloads(schema: Schema) -> Iterator[Bad]:
    """Make every bad payload of a schema."""
    root = schema
    good = example(schema, root, full=True)
    for path, inner, name in sites(schema, root, ()):
        for mistake, what, value in mutations(inner, name, at(good, path), whole=not path):
            if value == FAR and (name in UNTIL or path[-2:] == ("idTagInfo", "expiryDate")):
                continue
            label = f"{'.'.join(map(str, path)) or 'payload'}: {what}"
            yield Bad(mistake, label, lambda path=path, value=value: text(replaced(good, path, value)))


def sites(schema: Schema, root: Schema, path: Path, name: str = "") -> Iterator[tuple[Path, Schema, str]]:
    """Walk over every value of the full example."""
    schema = resolved(schema, root)
    yield path, schema, name
    if kind_of(schema, name) == "object":
        for member, inner in schema.get("properties", {}).items():
            yield from sites(inner, root, (*path, member), member)
    elif kind_of(schema, name) == "array":
        yield from sites(schema["items"], root, (*path, 0))


def mutations(schema: Schema, name: str, good: Any, *, whole: bool) -> Iterator[tuple[str, str, Any]]:
    """Name every mistake that a value can make."""
    kind = kind_of(schema, name)
    if kind is None:
        return  # any JSON is right
    wrong: dict[str, list[Any]] = {
        "string": [5, 1.5, True, [], ["a"], {}],
        "integer": ["1", MARKER, 1.5, True, [], {}],
        "number": ["1.5", MARKER, True, [], {}],
        "boolean": ["true", 1, 0, [], {}],
        "array": [{}, MARKER, 1, True],
        "object": [[], MARKER, 1, False],
    }
    if not whole:  # the payload as a whole is the frame's business
        yield from (("type", f"{value!r} for {kind}", value) for value in (*wrong[kind], None))
    makers = {
        "string": _string_mutations,
        "integer": _number_mutations,
        "number": _number_mutations,
        "array": _array_mutations,
        "object": _object_mutations,
    }
    if kind in makers:
        yield from makers[kind](schema, good)


def _string_mutations(schema: Schema, good: str) -> Iterator[tuple[str, str, Any]]:
    if "enum" in schema:
        for value in (MARKER, "", good.swapcase(), f"{good} "):
            if value not in schema["enum"]:
                yield "property", "not in the enumeration", value
    elif schema.get("format") == "date-time":
        for value in (MARKER, "", "2026-01-02", "03:04:05Z", "2026-01-02T03:04:05", "2026-1-2T03:04:05Z", "now"):
            yield "type", f"{value!r} for a date", value
        for value in (
            "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-32T03:04:05Z", "2026-02-30T03:04:05Z",
            "2026-01-02T24:04:05Z", "2026-01-02T03:61:05Z", "0000-01-02T03:04:05Z", FAR,
            "0001-01-01T00:00:00Z",
        ):  # fmt: skip
            yield "property", "an impossible date", value
    else:
        yield "format", "half of a surrogate pair", "\ud800"
        if "maxLength" in schema:
            yield "property", "too long by one", (MARKER * (schema["maxLength"] // 8 + 1))[: schema["maxLength"] + 1]
            yield "property", "too long by far", "ü" * (schema["maxLength"] * 2)


def _number_mutations(schema: Schema, _: float) -> Iterator[tuple[str, str, Any]]:
    if "minimum" in schema:
        yield "property", "too small", int(schema["minimum"]) - 1
        yield "property", "much too small", -(10**9)
    if "maximum" in schema:
        yield "property", "too large", int(schema["maximum"]) + 1
        yield "property", "much too large", 10**9
    if "multipleOf" in schema:
        yield "property", "too fine", 1.05
    yield "format", "65 digits", 10**64
    yield "format", "1e400", literal("1e400")
    yield "format", "1e-400", literal("1e-400")
    yield "syntax", "NaN", literal("NaN")
    yield "syntax", "-Infinity", literal("-Infinity")
    yield "syntax", "leading zero", literal("01")


def _array_mutations(schema: Schema, good: list[Any]) -> Iterator[tuple[str, str, Any]]:
    if schema.get("minItems", 0) > 0:
        yield "occurrence", "empty", []
    if "maxItems" in schema:
        yield "occurrence", "one too many", [good[0]] * (schema["maxItems"] + 1)


def _object_mutations(schema: Schema, good: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    is_custom = "vendorId" in schema.get("properties", {}) and not schema.get("additionalProperties", True)
    open_object = schema.get("javaType") == "CustomData" or list(schema.get("properties", {})) == ["vendorId"]
    if open_object and not is_custom:
        yield "format", "nested too deep", {**good, "deep": nested(31)}
        yield "format", "nested much too deep", {**good, "deep": nested(900)}
        yield "property", "long vendor", {"vendorId": "v" * 256}
    elif schema.get("additionalProperties") is not True:
        for name in ("unknownMember", MARKER, "", "__class__"):
            yield "unknown", f"unknown {name!r}", {**good, name: "x"}
    for name in schema.get("required", []):
        yield "missing", f"without {name}", {key: value for key, value in good.items() if key != name}
    for name, value in good.items():
        yield "format", f"twice {name}, equal", {**good, Twin(name): value}
    if good:
        name = next(iter(good))
        yield "format", f"twice {name}, different", {Twin(name): MARKER, **good}
        yield "syntax", "a comma too many", literal(text(good)[:-1] + ",}")


def nested(levels: int) -> Any:
    """Nest lists."""
    made: list[Any] = []
    for _ in range(levels - 1):
        made = [made]
    return made


def at(tree: Any, path: Path) -> Any:
    """Find the value at a path."""
    for step in path:
        tree = tree[step]
    return tree


def replaced(tree: Any, path: Path, value: Any) -> Any:
    """Copy a tree with one value replaced."""
    if not path:
        return value
    copy = tree.copy()
    copy[path[0]] = replaced(tree[path[0]], path[1:], value)
    return copy


def text(tree: Any) -> str:
    """Write JSON, mistakes included."""
    made = json.dumps(tree, separators=(",", ":"))
    return LITERAL.sub(lambda found: json.loads(f'"{found[1]}"'), made) if "@literal@" in made else made


# --- frames ------------------------------------------------------------------------------------------------------

ID = "5b0a8f9e-7a3c-4d6e-9f11-2c3d4e5f6a7b"


def calls(version: str, action: str, *, other_side: bool) -> Iterator[Bad]:
    """Make every bad frame around a good request; ``other_side`` if the receiver is the one who should ask."""
    good = text(example(request_schema(version, action), request_schema(version, action), full=False))
    frames = {
        "shape": [
            f'[2,"{ID}","{action}"]', f'[2,"{ID}"]', f'[2,"{ID}","{action}",{good},{{}}]', f'[2,"{ID}",{good}]',
            f'[2,"{ID}",7,{good}]', f'[2,"{ID}",null,{good}]', f'[2,"{ID}",["{action}"],{good}]',
            f'[2,"{ID}","{action}",[]]', f'[2,"{ID}","{action}","{MARKER}"]', f'[2,"{ID}","{action}",null]',
            f'[2,"{ID}","{action}",5]', f'[2,"{ID}","{action}",[{good}]]', f'[2,"{ID}","{action}",{json.dumps(good)}]',
        ],
        "no id": [
            "[2]", f'[2,7,"{action}",{good}]', f'[2,null,"{action}",{good}]', f'[2,"","{action}",{good}]',
            f'[2,"{ID}x","{action}",{good}]', f'[2,"{"x" * 10_000}","{action}",{good}]',
            f'[2,["{ID}"],"{action}",{good}]', f'[2,{{}},"{action}",{good}]', f'[2,true,"{action}",{good}]',
        ],
        "syntax": [
            f'[2,"{ID}","{action}",{good}', f'2,"{ID}","{action}",{good}]', f'[2,"{ID}","{action}",{good}]]',
            f'[2,"{ID}","{action}",{good},]', f"[2,'{ID}','{action}',{good}]", f'[2 "{ID}" "{action}" {good}]',
            f'[2,"{ID}","{action}",{good[:-1]}]', f'[2,"{ID}","{action}",{good}]garbage',
            f'[2,"{ID}","{action}",undefined]',
            f'{{"2":"{ID}","{action}":{good}}}', f'"{action}"', "", " ", "null", "[", "]", MARKER,
        ],
        "not known": [
            f'[2,"{ID}","{name}",{good}]'
            for name in (
                action.lower(), action.upper(), f"{action}Request", f"{action}.req", f"{action}Response", f" {action}",
                f"{action}\\u0000", "", MARKER, "Start", "__init__",
            )
        ],
    }  # fmt: skip
    if other_side:
        frames["wrong direction"] = [f'[2,"{ID}","{action}",{good}]', f'[2,"{ID}","{action}",{{"unknown":1}}]']
    for mistake, texts in frames.items():
        yield from (Bad(mistake, f"{mistake} {frame[:80]}", lambda frame=frame: frame) for frame in texts)


def ignored(version: str, action: str) -> Iterator[str]:
    """Make frames of types that the version does not have (RPC-08)."""
    good = text(example(request_schema(version, action), request_schema(version, action), full=False))
    types = ["0", "1", "7", "99", "-1", '"2"', "2.0", "null", "[2]", "1e0", "true"]
    if version != "2.1":
        types += ["5", "6"]
    return (f'[{number},"{ID}","{action}",{good}]' for number in types)
