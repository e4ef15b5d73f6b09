"""Predicates compiled from the message types: what msgspec lets pass and the protocol does not.

One function a type, visiting only the fields that can hold a date, a number or a list; it is on the path of every
message, which is why it is generated as source, as ``dataclasses`` does, rather than walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from functools import cache
from typing import Any, Final

from msgspec import inspect

from .inspection import FIRST_YEAR, LAST_YEAR, MAX_DIGITS

__all__ = ["is_readable", "is_writable"]

Guard = Callable[[Any], bool]

# Numbers of at most this many characters and without an exponent need no closer look.
SHORT: Final = 40
SHORT_NUMBER: Final = f'len(text := str(value)) <= {SHORT} and "E" not in text'

READABLE: Final[Mapping[type, str]] = {
    # RPC-15: a date that cannot be, or without its zone.
    inspect.DateTimeType: f"{FIRST_YEAR} <= value.year <= {LAST_YEAR} and value.tzinfo is not None",
    # RPC-18: numbers of at most 64 digits.
    inspect.IntType: "-LIMIT < value < LIMIT",
    inspect.DecimalType: SHORT_NUMBER,
}
WRITABLE: Final[Mapping[type, str]] = {
    # RPC-15: UTC, at most three decimals; msgspec writes none or six.
    inspect.DateTimeType: "value.tzinfo is UTC and not value.microsecond",
    inspect.DecimalType: f"value.is_finite() and {SHORT_NUMBER}",
    # RPC-10: no empty list in place of an absent one.
    inspect.ListType: "value",
    inspect.VarTupleType: "value",
}


@cache
def is_readable(type_: type) -> Guard:
    """Make the predicate that a freshly decoded message of a type passes if it needs no closer look."""
    return _guard(type_, READABLE, is_readable)


@cache
def is_writable(type_: type) -> Guard:
    """Make the predicate that a message of a type passes if it may be written as it is."""
    return _guard(type_, WRITABLE, is_writable)


def _guard(type_: type, conditions: Mapping[type, str], nested: Callable[[type], Guard]) -> Guard:
    info = inspect.type_info(type_)
    if not isinstance(info, inspect.StructType):
        return bool
    scope: dict[str, Any] = {"LIMIT": 10**MAX_DIGITS, "UTC": UTC}
    lines = ["def guard(message):"]
    for field in info.fields:
        parts = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
        (inner,) = (part for part in parts if not isinstance(part, inspect.NoneType))
        checks = list(_checks(inner, conditions, nested, scope))
        if checks:
            lines += [f"  value = message.{field.name}", "  if value is not None:", *(f"    {line}" for line in checks)]
    if len(lines) == 1:
        return _passes
    exec("\n".join([*lines, "  return True"]), scope)  # noqa: S102 - made of the names of our own types alone
    guard: Guard = scope["guard"]
    return guard


def _checks(
    type_: inspect.Type, conditions: Mapping[type, str], nested: Callable[[type], Guard], scope: dict[str, Any]
) -> Iterator[str]:
    """Write the lines that return False if ``value``, of the given type, breaks a condition."""
    if isinstance(type_, inspect.Metadata):
        type_ = type_.type
    condition = conditions.get(type(type_))
    if isinstance(type_, inspect.IntType) and type_.ge is not None:
        condition = condition and ("value < LIMIT" if type_.le is None else None)  # msgspec checks the other end
    if condition:
        yield f"if not ({condition}): return False"
    if isinstance(type_, inspect.StructType):
        name = type_.cls.__name__
        if nested(type_.cls) is not _passes:
            scope[name] = nested(type_.cls)
            yield f"if not {name}(value): return False"
        # RPC-10: no empty object in place of an absent one.
        if conditions is WRITABLE and not any(field.required for field in type_.fields):
            scope[f"NO_{name}"] = type_.cls()
            yield f"if value == NO_{name}: return False"
    elif isinstance(type_, inspect.ListType | inspect.VarTupleType):
        lines = list(_checks(type_.item_type, conditions, nested, scope))
        if lines:
            yield "for value in value:"
            yield from (f"  {line}" for line in lines)


def _passes(_: object) -> bool:
    return True
