"""Random but repeatable messages of every type, and the official schemas to hold messages against."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema_rs
from msgspec import inspect

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.dialects.ocpp20 import wire as wire20
from pluglot.dialects.ocpp201 import wire as wire201
from pluglot.messages.action import Action
from pluglot.messages.base import CustomData
from pluglot.messages.codec import encode
from pluglot.messages.scalars import ranges
from tests.messages import official

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = {"v16": wire16.ACTIONS, "v20": wire20.ACTIONS, "v201": wire201.ACTIONS, "v21": house.ACTIONS}


def rows(version: str) -> list[Action]:
    """The actions of a version."""
    return list(TABLES[version].values())


# --- schemas ------------------------------------------------------------------------------------------------------


@cache
def schema(version: str, name: str) -> dict[str, Any]:
    """An official schema, as the package ``ocpp`` ships it."""
    return official.schemas(version)[name]


@cache
def validator(version: str, name: str) -> Any:
    """The official judge of a message."""
    return jsonschema_rs.validator_for(schema(version, name))


def is_valid(version: str, message: Any) -> bool:
    """Whether a message is what the official schema of its version demands."""
    return bool(validator(version, type(message).__name__).is_valid(json.loads(encode(message))))


def enum_values(version: str, *names: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Every enumeration in the official schemas of a version: where it stands, and its values."""
    for name, tree in sorted(official.schemas(version).items()):
        if not names or name in names:
            yield from _enums(tree, name)


def _enums(tree: Any, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(tree, dict):
        if "enum" in tree:
            yield path, frozenset(tree["enum"])
        for key, value in tree.items():
            yield from _enums(value, f"{path}.{key}")
    elif isinstance(tree, list):
        for value in tree:
            yield from _enums(value, path)


# --- messages -----------------------------------------------------------------------------------------------------


class Sampler:
    """Draws messages of any type; the same seed draws the same messages."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def message(self, kind: type[Any], *, fullness: float | None = None) -> Any:
        """A legal instance; ``fullness`` is how likely an optional field is there."""
        if fullness is None:
            fullness = self.random.choice((0.0, 0.2, 0.6, 1.0))
        return self._struct(kind, fullness)

    def _struct(self, kind: type[Any], fullness: float) -> Any:
        bounds = dict(ranges(kind))
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        values: dict[str, Any] = {}
        for field in info.fields:
            if field.required or self.random.random() < fullness:
                values[field.name] = self._value(field.type, fullness, bounds.get(field.name))
        return kind(**values)

    def _value(self, type_: inspect.Type, fullness: float, bounds: Any = None) -> Any:  # noqa: PLR0911, PLR0912, C901 - one a type
        match type_:
            case inspect.UnionType(types=types):
                present = [one for one in types if not isinstance(one, inspect.NoneType)]
                return self._value(self.random.choice(present), fullness, bounds)
            case inspect.Metadata(type=inner):
                return self._value(inner, fullness, bounds)
            case inspect.StructType(cls=cls):
                return self._struct(cls, fullness)
            case inspect.EnumType(cls=cls):
                return self.random.choice(list(cls))
            case inspect.VarTupleType(item_type=item, min_length=low, max_length=high):
                count = self.random.randint(low or 0, min(high or 3, max(low or 0, 2)))
                return tuple(self._value(item, fullness) for _ in range(count))
            case inspect.StrType(max_length=longest):
                return self._text(longest)
            case inspect.BoolType():
                return self.random.random() < 0.5
            case inspect.IntType(ge=low, le=high):
                # 2.0.1 and 1.6 do not say so, but 2.1 allows no more in the narrowest of these fields.
                return self.random.randint(1 if low is None else low, 3 if high is None else high)
            case inspect.DecimalType():
                return self._decimal(bounds)
            case inspect.DateTimeType():
                return EPOCH + timedelta(seconds=self.random.randint(0, 10**7))
            case inspect.CustomType(cls=cls) if cls is CustomData:
                return CustomData("com.example", note=self._text(8))
            case inspect.AnyType():
                return self.random.choice(("text", 5, True, {"a": [1, "b"]}, ["x"]))
            case _:
                raise TypeError(f"no sample for {type_}")

    def _text(self, longest: int | None) -> str:
        length = self.random.choice((1, 4, 12, longest or 40, (longest or 40) // 2))
        length = max(1, min(length, longest or 40))
        return "".join(self.random.choice("abcdefXYZ0123456789-_ .é") for _ in range(length))

    def _decimal(self, bounds: Any) -> Decimal:
        value = Decimal(self.random.randint(-9999, 9999)).scaleb(-1)
        if bounds is None:
            return value
        if bounds.minimum is not None:
            value = max(value, bounds.minimum)
        if bounds.maximum is not None:
            value = min(value, bounds.maximum)
        return value
