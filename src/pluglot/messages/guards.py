"""Functions compiled from the message types: what msgspec lets pass and the protocol does not.

One function a type and purpose, visiting each field once; it is on the path of every message, which is why it is
generated as source, as ``dataclasses`` does, rather than walked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from .base import CustomData
from .inspection import MAX_DIGITS, is_until
from .integers import LARGEST, SMALLEST
from .moments import FIRST_YEAR, LAST_YEAR, nearest_in_utc

__all__ = ["is_writable", "quotes_expected", "quotes_in", "tidied"]

# In microseconds.
MILLISECOND: Final = 1000

# What the compiled functions give back for a message that needs a closer look.
CLOSER: Final = -1
# Numbers of at most this many characters and without an exponent need none.
SHORT_NUMBER: Final = 'len(text := str(value)) <= 40 and "E" not in text'


class _Until(inspect.DateTimeType):
    """A field that says until when something is good: no year is too far away for that."""


READABLE: Final[Mapping[type, str]] = {
    # RPC-15: a date that cannot be; where a zone is a must, msgspec sees to it.
    inspect.DateTimeType: f"{FIRST_YEAR} <= value.year <= {LAST_YEAR}",
    _Until: f"{FIRST_YEAR} <= value.year",
    # RPC-18: numbers of at most 64 digits, which those of OCPP, of 32 bits, never come near.
    inspect.IntType: f"{SMALLEST} <= value <= {LARGEST}",
    inspect.DecimalType: SHORT_NUMBER,
}
WRITABLE: Final[Mapping[type, str]] = {
    # RPC-15: UTC, at most three decimals; msgspec writes none or six.
    inspect.DateTimeType: "value.tzinfo is UTC and not value.microsecond",
    _Until: "value.tzinfo is UTC and not value.microsecond",
    inspect.DecimalType: f"value.is_finite() and {SHORT_NUMBER}",
    # RPC-10: no empty list in place of an absent one.
    inspect.ListType: "value",
    inspect.VarTupleType: "value",
}
TEXTS: Final = (inspect.StrType, inspect.EnumType, inspect.LiteralType, inspect.DateTimeType)
NUMBERS: Final = (inspect.IntType, inspect.DecimalType, inspect.FloatType, inspect.BoolType)
LISTS: Final = (inspect.ListType, inspect.VarTupleType)

Scope = dict[str, Any]
ONE_TEXT: Final = ["count += 2"]
ADDITION: Final = re.compile(r"( *)count (=|\+=) (\d+)")


# --- reading: how many quotes a message has on the wire ----------------------------------------------------------


@cache
def quotes_expected(type_: type) -> Callable[[Any], int]:
    """Make the function that counts the quotes which a decoded message needs, two for each key and each text.

    A payload with more of them said something that the message no longer holds: a key given twice, a null, or a number
    in a string. The function gives ``CLOSER`` for a message with a date or number that needs a closer look.
    """
    scope: Scope = {"quotes_of": _quotes_of}
    return _compiled(_summed(["count = 0", *_members_counted(type_, "message", scope), "return count"]), scope)


def _members_counted(type_: type, holder: str, scope: Scope) -> list[str]:
    """Write the lines that add the quotes of the members of ``holder``; a part's lines stand inside those of its whole.

    A call for each part would cost a message with many samples a tenth of its decoding.
    """
    info = inspect.type_info(type_)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{type_.__name__} is not a message type")
    value = f"{holder}_"
    lines = []
    always = sum(2 for field in info.fields if field.required)
    for field in info.fields:
        body = _counting(_inner(field), value, scope)
        if field.required and body == ONE_TEXT:
            always += 2
        elif field.required:
            lines += [f"{value} = {holder}.{field.name}", *body] if body else []
        elif body in ([], ONE_TEXT):
            lines += [f"if {holder}.{field.name} is not None: count += {2 + 2 * len(body)}"]
        else:
            lines += [f"{value} = {holder}.{field.name}", f"if {value} is not None:", *_indented(["count += 2", *body])]
    return [f"count += {always}", *lines] if always else lines


def _counting(type_: inspect.Type, value: str, scope: Scope) -> list[str]:
    """Write the lines that add the quotes of a value to the count, or ask for a closer look."""
    match type_:
        case inspect.StructType(cls):
            return _members_counted(cls, value, scope)
        case inspect.ListType(item_type) | inspect.VarTupleType(item_type):
            body = _counting(item_type, f"{value}_", scope)
            if body == ONE_TEXT:
                return [f"count += 2 * len({value})"]
            return [f"for {value}_ in {value}:", *_indented(body)] if body else []
        case inspect.CustomType(cls) if cls is CustomData:
            return [f"count += quotes_of({value})"]
    lines = [f"if not ({condition}): return {CLOSER}" for condition in _conditions(type_, READABLE)]
    lines = [line.replace("value", value) for line in lines]
    if isinstance(type_, TEXTS):
        return [*lines, *ONE_TEXT]
    return lines if isinstance(type_, NUMBERS) else [f"return {CLOSER}"]


def _summed(lines: list[str]) -> list[str]:
    """Add up what consecutive lines add."""
    summed = lines[:1]
    for line in lines[1:]:
        before, is_one_more = ADDITION.fullmatch(summed[-1]), ADDITION.fullmatch(line)
        if before and is_one_more and before[1] == is_one_more[1] and is_one_more[2] == "+=":
            summed[-1] = f"{before[1]}count {before[2]} {int(before[3]) + int(is_one_more[3])}"
        else:
            summed.append(line)
    return summed


def _quotes_of(custom_data: CustomData) -> int:
    return quotes_in(msgspec.json.encode(custom_data.members))


def quotes_in(raw: bytes) -> int:
    """Count the quotes around keys and texts in JSON, those within texts aside."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return raw.count(b'"')


# --- writing: whether a message may be written as it is ----------------------------------------------------------


@cache
def is_writable(type_: type) -> Callable[[Any], bool]:
    """Make the predicate that a message of a type passes if it may be written as it is."""
    info = inspect.type_info(type_)
    if not isinstance(info, inspect.StructType):
        return _never
    scope: Scope = {"UTC": UTC}
    lines = _members_refused(info, "message", scope)
    return _compiled([*lines, "return True"], scope) if lines else _always


def _members_refused(info: inspect.StructType, holder: str, scope: Scope) -> list[str]:
    """Write the lines that return False if a member of ``holder`` has to be made tidy first; parts within wholes."""
    value, lines = f"{holder}_", []
    for field in info.fields:
        body = _refusing(_inner(field), value, scope)
        if body:
            lines += [f"{value} = {holder}.{field.name}", f"if {value} is not None:", *_indented(body)]
    return lines


def _refusing(type_: inspect.Type, value: str, scope: Scope) -> list[str]:
    """Write the lines that return False if a value has to be made tidy first."""
    lines = [f"if not ({condition}): return False" for condition in _conditions(type_, WRITABLE)]
    lines = [line.replace("value", value) for line in lines]
    if isinstance(type_, inspect.StructType):
        lines += _members_refused(type_, value, scope)
        # RPC-10: no empty object in place of an absent one.
        if not any(field.required for field in type_.fields):
            nothing = f"NO_{type_.cls.__name__}"
            scope[nothing] = type_.cls()
            lines.append(f"if {value} == {nothing}: return False")
    elif isinstance(type_, LISTS):
        body = _refusing(type_.item_type, f"{value}_", scope)
        lines += [f"for {value}_ in {value}:", *_indented(body)] if body else []
    return lines


def _always(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


# --- writing: how a message is made tidy -------------------------------------------------------------------------


@cache
def tidied(type_: type) -> Callable[[Any], Any]:
    """Make the function that turns a message of a type into a tree which encodes as the protocol wants it."""
    info = inspect.type_info(type_)
    if not isinstance(info, inspect.StructType):
        return _as_it_is
    scope: Scope = {"timestamp": _timestamp, "plain": _plain}
    lines = ["tree = {}"]
    for field in info.fields:
        inner = _inner(field)
        member, tidy = f"tree[{field.encode_name!r}]", _tidying(inner, scope)
        lines += [f"value = message.{field.name}", "if value is not None:"]
        if isinstance(inner, (*LISTS, inspect.StructType)) and not field.required:
            # RPC-10: absence is absence, not an empty list or object.
            lines += _indented([f"value = {tidy}", f"if value: {member} = value"])
        else:
            lines += _indented([f"{member} = {tidy}"])
    return _compiled([*lines, "return tree"], scope)


def _tidying(type_: inspect.Type, scope: Scope) -> str:
    """Write the expression that makes ``value`` tidy."""
    match type_:
        case inspect.DateTimeType():
            return "timestamp(value)"
        case inspect.DecimalType():
            return "plain(value)"
        case inspect.StructType(cls):
            scope[cls.__name__] = tidied(cls)
            return f"{cls.__name__}(value)"
        case inspect.ListType(item_type) | inspect.VarTupleType(item_type):
            item = _tidying(item_type, scope)
            return "value" if item == "value" else f"[{item} for value in value]"
    return "value"


def _timestamp(moment: datetime) -> str:
    """Write a moment as RPC-15 wants it."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    exactness = "milliseconds" if moment.microsecond >= MILLISECOND else "seconds"
    in_utc = moment if moment.tzinfo is UTC else nearest_in_utc(moment)
    return in_utc.isoformat("T", exactness).removesuffix("+00:00") + "Z"


def _plain(number: Decimal) -> Decimal | msgspec.Raw:
    """Write a number without an exponent."""
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError("a number that JSON cannot hold")
    return number if "E" not in str(number) else msgspec.Raw(format(number, "f").encode())


def _as_it_is(value: object) -> object:
    return value


# --- what all are made with -------------------------------------------------------------------------------------


def _inner(field: inspect.Field) -> inspect.Type:
    """The type of a field that is there."""
    parts = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    (inner,) = (part for part in parts if not isinstance(part, inspect.NoneType))
    if isinstance(inner, inspect.Metadata):
        return _Until(tz=True) if is_until(inner) else inner.type
    return inner


def _conditions(type_: inspect.Type, table: Mapping[type, str]) -> list[str]:
    if type(type_) not in table:
        return []
    if isinstance(type_, inspect.IntType) and type_.ge is not None:
        return [f"value <= {LARGEST}"] if type_.le is None else []  # msgspec checks the bounds there are
    if isinstance(type_, inspect.DateTimeType) and table is READABLE and not type_.tz:
        return [table[type(type_)], "value.tzinfo is not None"]
    return [table[type(type_)]]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _compiled(lines: list[str], scope: Scope) -> Callable[[Any], Any]:
    source = "\n".join(["def compiled(message):", *_indented(lines)])
    exec(source, scope)  # noqa: S102 - made of the names in our own types, and nothing from outside
    compiled: Callable[[Any], Any] = scope["compiled"]
    return compiled
