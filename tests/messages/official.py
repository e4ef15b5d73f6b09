"""The official schemas, found in the PyPI package ``ocpp``, and our tables of actions beside them.

Those of 2.0 are in an old release of it, which ``tools/setup test`` puts beside the environment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs

import pluglot.dialects.ocpp16.wire as ocpp16
import pluglot.dialects.ocpp20.wire as ocpp20
import pluglot.dialects.ocpp201.wire as ocpp201
import pluglot.messages as ocpp21
from pluglot.messages.action import Action

Schema = dict[str, Any]

ROOMS: dict[str, ModuleType] = {"v21": ocpp21, "v201": ocpp201, "v20": ocpp20, "v16": ocpp16}


@dataclass(frozen=True, eq=False, repr=False)
class Message:
    """One message of one version: its official schema and our type."""

    version: str
    name: str
    schema: Schema
    type: type[Any]

    def __repr__(self) -> str:
        return f"{self.version}-{self.name}"

    @property
    def definitions(self) -> Mapping[str, Schema]:
        """What the schema's references point to."""
        definitions: Mapping[str, Schema] = self.schema.get("definitions", {})
        return definitions


def actions(version: str) -> Mapping[str, Action]:
    """Our table of actions of a version."""
    table: Mapping[str, Action] = ROOMS[version].ACTIONS
    return table


@cache
def schemas(version: str) -> Mapping[str, Schema]:
    """Every official schema of a version by the name of its message."""
    found = {}
    for path in sorted(folder(version).glob("*.json")):
        stem = path.stem.removesuffix("_v1p0")
        ending = "" if stem.endswith(("Request", "Response")) else "Request"
        text = path.read_text(encoding="utf-8-sig")
        # Some references of 2.0 lack a stroke.
        found[stem + ending] = json.loads(text.replace('"#definitions/', '"#/definitions/'))
    return found


@cache
def folder(version: str) -> Path:
    """Where the schemas of a version are."""
    if version == "v20":
        found = Path(sys.prefix) / "schemas-v20" / "ocpp" / version / "schemas"
        assert found.is_dir(), f"the schemas of OCPP 2.0 are not in {found}: run `tools/setup test`"
        return found
    spec = find_spec("ocpp")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / version / "schemas"


@cache
def messages(version: str) -> tuple[Message, ...]:
    """Every message of a version that both the schemas and our table know."""
    types: dict[str, type[Any]] = {}
    for row in actions(version).values():
        types[f"{row.name}Request"] = row.request
        if row.response is not None:
            types[f"{row.name}Response"] = row.response
    return tuple(Message(version, name, schemas(version)[name], types[name]) for name in types)


ALL_MESSAGES: tuple[Message, ...] = tuple(message for version in ROOMS for message in messages(version))


def resolved(part: Schema, message: Message) -> Schema:
    """Follow a reference, if the part is one."""
    if "$ref" in part:
        return message.definitions[part["$ref"].rsplit("/", 1)[1]]
    return part


@cache
def validator(message: Message) -> jsonschema_rs.Draft6Validator:
    """The official judge of a payload, which also knows what a date-time is.

    Two things about 1.6 are left aside. Its schemas are of draft 4, which does not count 17.0 as an integer; all others
    do, and so do we for every version. And a URI is text to us until it is used.
    """
    text = json.dumps(message.schema).replace('"format": "uri"', '"title": "uri"')
    return jsonschema_rs.Draft6Validator(json.loads(text.replace("draft-04", "draft-06")), validate_formats=True)
