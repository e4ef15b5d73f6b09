"""The exact look at a payload: every rule of its type checked member by member, and leniency where it is allowed.

The codec comes here when its quick look was not enough: to name what is wrong, or to accept what is right but unusual,
such as an integer written ``17.0``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import MAXYEAR, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Final, NoReturn

import msgspec
from msgspec import inspect

from .base import CustomData
from .moments import FIRST_YEAR, LAST_YEAR
from .scalars import Range, ranges
from .violations import PayloadViolation, ViolationKind

__all__ = ["Leniency", "LeniencyRule", "inspected", "parsed"]

# RPC-18: 32 levels for the whole message, one of which is the array around the payload.
MAX_DEPTH: Final = 31
# RPC-18: digits of one number, written out without an exponent.
MAX_DIGITS: Final = 64
MAX_VENDOR_ID: Final = 255

# RFC 3339, and what the quick look takes besides: a blank for the T, an offset without its colon.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)

Path = tuple[str | int, ...]


class LeniencyRule(StrEnum):
    """A mistake that an operator may choose to overlook for one station (RPC-11)."""

    UNKNOWN_PROPERTY = "unknownProperty"
    NUMBER_AS_STRING = "numberAsString"
    STRING_AS_NUMBER = "stringAsNumber"
    ENUM_CASE = "enumCase"
    NULL_AS_ABSENT = "nullAsAbsent"
    DATE_WITHOUT_ZONE = "dateWithoutZone"
    EMPTY_LIST_AS_ABSENT = "emptyListAsAbsent"


class Leniency:
    """The mistakes overlooked for one station, and how often each was seen."""

    __slots__ = ("rules", "used")

    def __init__(self, rules: Iterable[LeniencyRule | str] = ()) -> None:
        self.rules = frozenset(LeniencyRule(rule) for rule in rules)
        self.used: Counter[LeniencyRule] = Counter()

    def allows(self, rule: LeniencyRule) -> bool:
        """Say whether a mistake is overlooked, and count it if so."""
        if rule not in self.rules:
            return False
        self.used[rule] += 1
        return True


STRICT: Final = Leniency()
Check = Callable[[Any, Path, Leniency], Any]
ABSENT: Final = object()


def _refuse(kind: ViolationKind, path: Path, detail: str, *, member: str | None = None) -> NoReturn:
    raise PayloadViolation(kind, path, detail, member=member)


# --- text to a tree, within limits -------------------------------------------------------------------------------


def parsed(raw: bytes) -> Any:
    """Read JSON within the limits of RPC-18; numbers with a fraction or an exponent come back as ``Decimal``."""
    try:
        tree = _JSON.decode(raw.decode())
    except (UnicodeDecodeError, json.JSONDecodeError):
        _refuse(ViolationKind.FORMAT, (), "not JSON in UTF-8")
    except RecursionError:
        _refuse(ViolationKind.FORMAT, (), "nested too deep")
    _check_depth(tree)
    return tree


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        _refuse(ViolationKind.FORMAT, (), "the same key twice in one object")
    return members


def _integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS + 1 or len(literal.lstrip("-")) > MAX_DIGITS:
        _refuse(ViolationKind.FORMAT, (), f"a number of more than {MAX_DIGITS} digits")
    return int(literal)


def _fraction(literal: str) -> Decimal:
    if len(literal) <= 2 * MAX_DIGITS:
        try:
            number = Decimal(literal)
        except InvalidOperation:  # an exponent beyond what the decimal module can hold
            _refuse(ViolationKind.FORMAT, (), "an exponent out of reason")
        if _plain_digits(number) <= MAX_DIGITS and sum(map(str.isdigit, literal)) <= MAX_DIGITS:
            return number
    _refuse(ViolationKind.FORMAT, (), f"a number of more than {MAX_DIGITS} digits")


def _plain_digits(number: Decimal) -> int:
    """How many digits a number needs when it is written without an exponent."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return MAX_DIGITS + 1
    return len(digits) + exponent if exponent >= 0 else max(len(digits), 1 - exponent)


def _constant(_: str) -> NoReturn:
    _refuse(ViolationKind.FORMAT, (), "not a JSON number")


_JSON: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _check_depth(tree: Any) -> None:
    level, depth = _containers([tree]), 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            _refuse(ViolationKind.FORMAT, (), f"nested deeper than {MAX_DEPTH + 1} levels")
        level = _containers(child for node in level for child in (node.values() if isinstance(node, dict) else node))


def _containers(nodes: Iterable[Any]) -> list[Any]:
    return [node for node in nodes if isinstance(node, dict | list)]


# --- a tree against a type ---------------------------------------------------------------------------------------


def inspected(type_: type, tree: Any, leniency: Leniency = STRICT) -> Any:
    """Check a tree against a message type; return it with overlooked mistakes mended.

    Raises:
        PayloadViolation: the first rule that is broken, in the order of the members.
    """
    return _struct_check(type_)(tree, (), leniency)


def _check_for(type_: inspect.Type) -> Check:
    if isinstance(type_, inspect.StructType):
        return _struct_check(type_.cls)
    maker = _MAKERS.get(type(type_))
    if maker is None:
        raise TypeError(f"no check for fields of type {type(type_).__name__}")
    return maker(type_)


@cache
def _struct_check(cls: type) -> Check:
    fields: dict[str, tuple[Check, bool]] = {}
    is_open = not cls.__struct_config__.forbid_unknown_fields  # type: ignore[attr-defined]

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if not isinstance(value, dict):
            _refuse(ViolationKind.TYPE, path, "expected an object")
        tidy: dict[str, Any] = {}
        for name, member in value.items():
            known = fields.get(name)
            if known is None:
                # Objects of 2.0 may have members that no schema names.
                if not is_open and not leniency.allows(LeniencyRule.UNKNOWN_PROPERTY):
                    _refuse(ViolationKind.PROTOCOL, path, "a member that this message does not have", member=name)
                continue
            mended = known[0](member, (*path, name), leniency)
            if mended is not ABSENT:
                tidy[name] = mended
        for name, (_, required) in fields.items():
            if required and name not in tidy:
                _refuse(ViolationKind.MISSING, (*path, name), "a required member is missing")
        return tidy

    fields.update(_field_checks(cls))
    return check


def _field_checks(cls: type) -> dict[str, tuple[Check, bool]]:
    """The fields of a type by their names on the wire: how to check each, and whether it must be there."""
    info = inspect.type_info(cls)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{cls.__name__} is not a message type")
    limits = dict(ranges(cls))
    return {
        field.encode_name: (_within(limits.get(field.name), _check_for(field.type)), field.required)
        for field in info.fields
    }


def _within(limits: Range | None, number_check: Check) -> Check:
    """Hold a decimal field against the bounds in its annotation, which msgspec does not know."""
    if limits is None:
        return number_check

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        number = number_check(value, path, leniency)
        if number is not ABSENT:
            try:
                limits.check(Decimal(number))
            except ValueError:
                _refuse(ViolationKind.PROPERTY, path, "a number out of its range")
        return number

    return check


def _union_check(type_: inspect.UnionType) -> Check:
    """Optional fields: the type itself, or nothing at all."""
    inner = [_check_for(member) for member in type_.types if not isinstance(member, inspect.NoneType)]
    if len(inner) != 1:
        raise TypeError("a message field has one type")
    (only,) = inner

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        # RPC-10: an absent field is left out, never null.
        if value is None and leniency.allows(LeniencyRule.NULL_AS_ABSENT):
            return ABSENT
        if value == [] and leniency.allows(LeniencyRule.EMPTY_LIST_AS_ABSENT):
            return ABSENT
        return only(value, path, leniency)

    return check


def _list_check(type_: inspect.ListType | inspect.VarTupleType) -> Check:
    item_check = _check_for(type_.item_type)
    least, most = type_.min_length or 0, type_.max_length

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if not isinstance(value, list):
            _refuse(ViolationKind.TYPE, path, "expected a list")
        if len(value) < least:
            _refuse(ViolationKind.OCCURRENCE, path, f"expected at least {least} items")
        if most is not None and len(value) > most:
            _refuse(ViolationKind.OCCURRENCE, path, f"expected at most {most} items")
        return [item_check(item, (*path, index), leniency) for index, item in enumerate(value)]

    return check


def _text_check(type_: inspect.StrType) -> Check:
    least, most = type_.min_length or 0, type_.max_length
    pattern = re.compile(type_.pattern) if type_.pattern else None

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if not isinstance(value, str):
            if not _is_number(value) or not leniency.allows(LeniencyRule.STRING_AS_NUMBER):
                _refuse(ViolationKind.TYPE, path, "expected a string")
            value = _plain(value)
        if len(value) < least:
            _refuse(ViolationKind.PROPERTY, path, f"expected at least {least} characters")
        if most is not None and len(value) > most:
            _refuse(ViolationKind.PROPERTY, path, f"expected at most {most} characters")
        if pattern is not None and not pattern.search(value):
            _refuse(ViolationKind.PROPERTY, path, "expected another form of text")
        return value

    return check


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _plain(number: int | Decimal) -> str:
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def _bounds(type_: inspect.IntType | inspect.FloatType) -> Callable[[Any, Path], None]:
    least, most = type_.ge, type_.le

    def check(value: Any, path: Path) -> None:
        if (least is not None and value < least) or (most is not None and value > most):
            _refuse(ViolationKind.PROPERTY, path, "a number out of its range")

    return check


def _integer_check(type_: inspect.IntType) -> Check:
    in_bounds = _bounds(type_)

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if isinstance(value, str) and INTEGER.fullmatch(value) and leniency.allows(LeniencyRule.NUMBER_AS_STRING):
            value = int(value)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)  # JSON Schema counts 17.0 as an integer
        if not isinstance(value, int) or isinstance(value, bool):
            _refuse(ViolationKind.TYPE, path, "expected an integer")
        in_bounds(value, path)
        return value

    return check


def _number_check(type_: inspect.DecimalType | inspect.FloatType) -> Check:
    in_bounds = _bounds(type_) if isinstance(type_, inspect.FloatType) else None

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if isinstance(value, str) and NUMBER.fullmatch(value) and leniency.allows(LeniencyRule.NUMBER_AS_STRING):
            value = Decimal(value)
        if not _is_number(value):
            _refuse(ViolationKind.TYPE, path, "expected a number")
        if in_bounds is not None:
            in_bounds(value, path)
        return value

    return check


def is_until(type_: inspect.Metadata) -> bool:
    """Whether a field says until when something is good (``Until``)."""
    return bool(type_.extra and type_.extra.get("until"))


def _annotated_check(type_: inspect.Metadata) -> Check:
    return _moment_within(MAXYEAR) if is_until(type_) else _check_for(type_.type)


def _flag_check(_: inspect.BoolType) -> Check:
    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            if leniency.allows(LeniencyRule.NUMBER_AS_STRING):
                return value.lower() == "true"
        elif isinstance(value, bool):
            return value
        _refuse(ViolationKind.TYPE, path, "expected true or false")

    return check


def _moment_check(_: inspect.DateTimeType) -> Check:
    return _moment_within(LAST_YEAR)


def _moment_within(last_year: int) -> Check:
    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if not isinstance(value, str):
            _refuse(ViolationKind.TYPE, path, "expected a date and time as a string")
        form = TIMESTAMP.fullmatch(value)
        if form is None:
            _refuse(ViolationKind.TYPE, path, "expected a date and time as in RFC 3339")
        if form["zone"] is None:
            if not leniency.allows(LeniencyRule.DATE_WITHOUT_ZONE):
                _refuse(ViolationKind.TYPE, path, "expected a date and time with its zone")
            value += "Z"
        try:
            moment = msgspec.convert(value, datetime)
        except msgspec.ValidationError:
            _refuse(ViolationKind.PROPERTY, path, "a date or time that does not exist")
        if not FIRST_YEAR <= moment.year <= last_year:
            _refuse(ViolationKind.PROPERTY, path, f"a date outside {FIRST_YEAR} to {last_year}")
        return value

    return check


def _choice_check(type_: inspect.EnumType | inspect.LiteralType) -> Check:
    names: tuple[Any, ...] = (
        tuple(member.value for member in type_.cls)
        if isinstance(type_, inspect.EnumType) and issubclass(type_.cls, Enum)
        else tuple(getattr(type_, "values", ()))
    )
    values = frozenset(names)
    folded = {value.lower(): value for value in values}
    expected = f"expected one of {', '.join(map(str, names))}"

    def check(value: Any, path: Path, leniency: Leniency) -> Any:
        if not isinstance(value, str):
            _refuse(ViolationKind.TYPE, path, "expected a string")
        if value in values:
            return value
        if value.lower() in folded and leniency.allows(LeniencyRule.ENUM_CASE):
            return folded[value.lower()]
        _refuse(ViolationKind.PROPERTY, path, expected)

    return check


def _any_check(_: inspect.Type) -> Check:
    def check(value: Any, path: Path, leniency: Leniency) -> Any:  # noqa: ARG001 - any JSON value
        return _with_floats(value)

    return check


def _with_floats(value: Any) -> Any:
    """Vendor data holds plain JSON numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_with_floats(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_floats(member) for name, member in value.items()}
    return value


def _custom_check(type_: inspect.CustomType) -> Check:
    if type_.cls is not CustomData:
        raise TypeError(f"no check for fields of type {type_.cls}")

    def check(value: Any, path: Path, leniency: Leniency) -> Any:  # noqa: ARG001 - any JSON value
        if not isinstance(value, dict):
            _refuse(ViolationKind.TYPE, path, "expected an object")
        where = (*path, "vendorId")
        if "vendorId" not in value:
            _refuse(ViolationKind.MISSING, where, "a required member is missing")
        if not isinstance(value["vendorId"], str):
            _refuse(ViolationKind.TYPE, where, "expected a string")
        if len(value["vendorId"]) > MAX_VENDOR_ID:
            _refuse(ViolationKind.PROPERTY, where, f"expected at most {MAX_VENDOR_ID} characters")
        return _with_floats(value)

    return check


_MAKERS: Final[dict[type, Callable[[Any], Check]]] = {
    inspect.AnyType: _any_check,
    inspect.BoolType: _flag_check,
    inspect.CustomType: _custom_check,
    inspect.DateTimeType: _moment_check,
    inspect.DecimalType: _number_check,
    inspect.DictType: _any_check,
    inspect.EnumType: _choice_check,
    inspect.FloatType: _number_check,
    inspect.IntType: _integer_check,
    inspect.ListType: _list_check,
    inspect.LiteralType: _choice_check,
    inspect.Metadata: _annotated_check,
    inspect.RawType: _any_check,
    inspect.StrType: _text_check,
    inspect.UnionType: _union_check,
    inspect.VarTupleType: _list_check,
}
