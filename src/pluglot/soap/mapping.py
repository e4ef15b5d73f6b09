"""Typed messages as XML elements and back: lenient when reading, each leniency a named rule; strict when writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn

from lxml import etree

from pluglot.messages.moments import FIRST_YEAR, nearest_in_utc
from pluglot.messages.violations import PayloadViolation, ViolationKind
from pluglot.soap.leniency import SoapLeniency, SoapRule
from pluglot.soap.names import XML_INSTANCE
from pluglot.soap.schema import (
    HIGHEST_INT,
    LOWEST_INT,
    PYTHON_TYPES,
    FieldPlan,
    Kind,
    Schema,
    TypePlan,
    choices,
)

Path = tuple[str | int, ...]

_INTEGER: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-](?:0\d|1[0-4]):?\d\d)?", re.ASCII | re.IGNORECASE
)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_NIL: Final = f"{{{XML_INSTANCE}}}nil"


class Unsayable(ValueError):
    """A message holds what its version cannot say as XML; a bug of whoever made it."""


# --- reading ------------------------------------------------------------------------------------------------------


class Reader:
    """Reads elements of one document as typed messages."""

    __slots__ = ("_leniency", "_prefix", "_schema")

    def __init__(self, schema: Schema, namespace: str, leniency: SoapLeniency) -> None:
        """Expect elements of this namespace."""
        self._schema = schema
        self._prefix = f"{{{namespace}}}"
        self._leniency = leniency

    def read(self, element: etree._Element, type_: type, path: Path = ()) -> Any:
        """The message in an element.

        Raises:
            PayloadViolation: the element is no such message, even with all leniency.
        """
        plan = self._schema.plan(type_)
        values: dict[str, Any] = {}
        if plan.text is not None:
            values[plan.text.name] = _text(element, path, plan.text)
        elif element.text and not element.text.isspace():
            _refuse(ViolationKind.TYPE, path, "expected elements and no text")
        for field in plan.attributes:
            self._attribute(element, field, values, path)
        self._children(element, plan, values, path)
        for field in plan.fields:
            if field.required and field.name not in values:
                if not field.many or not self._leniency.allows(SoapRule.EMPTY_LIST):
                    _refuse(ViolationKind.OCCURRENCE, (*path, field.wire_name), "expected an element of this name")
                values[field.name] = ()
        try:
            return type_(**values)
        except ValueError:  # a rule that the type itself knows, such as the step of a number
            _refuse(ViolationKind.PROPERTY, path, "values that do not fit together")

    def _children(self, element: etree._Element, plan: TypePlan, values: dict[str, Any], path: Path) -> None:
        highest = -1
        lists: dict[str, list[Any]] = {}
        for child in element:
            found = plan.by_name.get(self._name(child, path))
            if found is None:
                self._overlook(SoapRule.UNKNOWN_ELEMENT, ViolationKind.PROTOCOL, path, "an element it does not have")
                continue
            position, field = found
            if position < highest:
                self._overlook(SoapRule.ELEMENT_ORDER, ViolationKind.OCCURRENCE, (*path, field.wire_name), "in order")
            highest = max(highest, position)
            if field.many:
                items = lists.setdefault(field.name, [])
                items.append(self._value(child, field, (*path, field.wire_name, len(items))))
            elif field.name in values:
                _refuse(ViolationKind.OCCURRENCE, (*path, field.wire_name), "expected one element of this name")
            elif field.required or not self._is_empty(child, field, path):
                value = self._value(child, field, (*path, field.wire_name))
                if value is not None:
                    values[field.name] = value
        for name, items in lists.items():
            values[name] = tuple(items)

    def _name(self, child: etree._Element, path: Path) -> str:
        tag = child.tag
        if not isinstance(tag, str):
            _refuse(ViolationKind.FORMAT, path, "expected elements")
        if tag.startswith(self._prefix):
            return tag[len(self._prefix) :]
        self._overlook(SoapRule.ELEMENT_NAMESPACE, ViolationKind.PROTOCOL, path, "elements of the body's namespace")
        return tag.rpartition("}")[2]

    def _is_empty(self, child: etree._Element, field: FieldPlan, path: Path) -> bool:
        """Whether an optional element is there without saying anything."""
        if len(child) or (child.text and not child.text.isspace()):
            return False
        if field.kind is Kind.STRUCT and not child.attrib.get(_NIL):
            plan = self._schema.plan(field.type_)
            if not any(inner.required for inner in plan.fields):
                return False
        self._overlook(
            SoapRule.EMPTY_ELEMENT, ViolationKind.TYPE, (*path, field.wire_name), "expected a value or no element"
        )
        return True

    def _attribute(self, element: etree._Element, field: FieldPlan, values: dict[str, Any], path: Path) -> None:
        text = element.get(field.wire_name)
        if text is None:
            return
        where = (*path, field.wire_name)
        if not text.strip():
            self._overlook(SoapRule.EMPTY_ELEMENT, ViolationKind.TYPE, where, "expected a value or no attribute")
            return
        values[field.name] = _SCALARS[field.kind](self, text, field, where)

    def _value(self, child: etree._Element, field: FieldPlan, path: Path) -> Any:
        if field.kind is Kind.STRUCT:
            return self.read(child, field.type_, path)
        return _SCALARS[field.kind](self, _text(child, path, field), field, path)

    def _overlook(self, rule: SoapRule, kind: ViolationKind, path: Path, expected: str) -> None:
        if not self._leniency.allows(rule):
            _refuse(kind, path, expected)

    # --- scalars --------------------------------------------------------------------------------------------------

    def _as_text(self, text: str, field: FieldPlan, path: Path) -> str | None:
        if field.max_length is not None and len(text) > field.max_length:
            if field.too_long is None or not self._leniency.allows(field.too_long):
                _refuse(ViolationKind.PROPERTY, path, f"expected at most {field.max_length} characters")
            # A tag is kept whole (mapping 13.5); a group nobody else knows by that name is not worth the answer.
            return text if field.required or field.too_long is SoapRule.LONG_ID_TAG else None
        return text

    def _as_integer(self, text: str, _field: FieldPlan, path: Path) -> int:
        text = text.strip()
        if not _INTEGER.fullmatch(text) or not LOWEST_INT <= int(text) <= HIGHEST_INT:
            _refuse(ViolationKind.TYPE, path, "expected a whole number of 32 bits")
        return int(text)

    def _as_decimal(self, text: str, _field: FieldPlan, path: Path) -> Decimal:
        text = text.strip()
        if not _NUMBER.fullmatch(text):
            _refuse(ViolationKind.TYPE, path, "expected a number")
        return Decimal(text)

    def _as_boolean(self, text: str, _field: FieldPlan, path: Path) -> bool:
        text = text.strip()
        value = _BOOLEANS.get(text)
        if value is None:
            value = _BOOLEANS.get(text.casefold())
            if value is None:
                _refuse(ViolationKind.TYPE, path, "expected true or false")
            self._overlook(SoapRule.ENUM_CASE, ViolationKind.TYPE, path, "expected true or false in small letters")
        return value

    def _as_moment(self, text: str, field: FieldPlan, path: Path) -> datetime:
        match = _MOMENT.fullmatch(text.strip())
        if match is None:
            _refuse(ViolationKind.TYPE, path, "expected a date and time")
        seconds, fraction, zone = match.groups()
        if zone is None:
            self._overlook(SoapRule.DATE_WITHOUT_ZONE, ViolationKind.TYPE, path, "expected a zone")
            zone = "+00:00"
        zone = "+00:00" if zone in {"Z", "z"} else zone
        try:
            moment = nearest_in_utc(datetime.fromisoformat(f"{seconds}.{fraction or '0':0<6}{zone}".upper()))
        except ValueError:
            _refuse(ViolationKind.TYPE, path, "expected a date and time that exist")
        if not FIRST_YEAR <= moment.year <= field.last_year:
            _refuse(ViolationKind.PROPERTY, path, f"expected a year from {FIRST_YEAR} to {field.last_year}")
        return moment

    def _as_choice(self, text: str, field: FieldPlan, path: Path) -> StrEnum:
        exact, folded = choices(field.type_)
        found = exact.get(text)
        if found is not None:
            return found
        found = folded.get(text.strip().casefold())
        if found is None:
            _refuse(ViolationKind.PROPERTY, path, "expected one of the values of its list")
        self._overlook(SoapRule.ENUM_CASE, ViolationKind.PROPERTY, path, "expected the spelling of the standard")
        return found


_SCALARS: Final[Mapping[Kind, Callable[[Reader, str, FieldPlan, Path], Any]]] = {
    Kind.TEXT: Reader._as_text,  # noqa: SLF001 - the table of this class
    Kind.INTEGER: Reader._as_integer,  # noqa: SLF001 - as above
    Kind.DECIMAL: Reader._as_decimal,  # noqa: SLF001 - as above
    Kind.BOOLEAN: Reader._as_boolean,  # noqa: SLF001 - as above
    Kind.MOMENT: Reader._as_moment,  # noqa: SLF001 - as above
    Kind.CHOICE: Reader._as_choice,  # noqa: SLF001 - as above
}


def _text(element: etree._Element, path: Path, field: FieldPlan) -> str:
    if len(element):
        _refuse(ViolationKind.TYPE, path, f"expected {field.kind.value} and no elements")
    return element.text or ""


def _refuse(kind: ViolationKind, path: Path, detail: str) -> NoReturn:
    raise PayloadViolation(kind, path, detail)


# --- writing ------------------------------------------------------------------------------------------------------

#: What XML 1.0 cannot hold, not even escaped.
_NO_CHARACTERS: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


class Writer:
    """Writes typed messages as the text of XML elements; names get a prefix that the envelope binds."""

    __slots__ = ("_leniency", "_prefix", "_schema")

    def __init__(self, schema: Schema, prefix: str, leniency: SoapLeniency | None = None) -> None:
        """Put this prefix, with its colon, before every name; ``leniency`` counts replaced characters."""
        self._schema = schema
        self._prefix = prefix
        self._leniency = leniency or SoapLeniency()

    def write(self, name: str, message: Any) -> str:
        """The element of this name for a message.

        Raises:
            Unsayable: the message breaks a rule of its own type.
        """
        out: list[str] = []
        self._struct(out, name, message)
        return "".join(out)

    def _struct(self, out: list[str], name: str, value: Any) -> None:
        plan = self._schema.plan(type(value))
        tag = self._prefix + name
        out.append(f"<{tag}")
        for field in plan.attributes:
            text = self._scalar_or_none(field, getattr(value, field.name))
            if text is not None:
                out.append(f' {field.wire_name}="{text.translate(_ATTRIBUTE_ESCAPES)}"')
        out.append(">")
        if plan.text is not None:
            out.append(self._scalar(plan.text, getattr(value, plan.text.name)).translate(_ESCAPES))
        for field in plan.fields:
            self._field(out, field, getattr(value, field.name))
        out.append(f"</{tag}>")

    def _field(self, out: list[str], field: FieldPlan, value: Any) -> None:
        if value is None:
            if field.required:
                raise Unsayable(f"{field.wire_name} is missing")
            return
        for item in value if field.many else (value,):
            if field.kind is not Kind.STRUCT:
                text = self._scalar_or_none(field, item)
                if text is not None:
                    tag = self._prefix + field.wire_name
                    out.append(f"<{tag}>{text.translate(_ESCAPES)}</{tag}>")
            elif not isinstance(item, field.type_):
                raise Unsayable(f"{field.wire_name} is no {field.type_.__name__}")
            elif not field.many or self._says_something(item):
                self._struct(out, field.wire_name, item)

    def _says_something(self, item: Any) -> bool:
        """Whether an item has all its lists filled: a moment without readings would be invalid, and says nothing."""
        return all(getattr(item, name) for name in self._schema.plan(type(item)).lists)

    def _scalar_or_none(self, field: FieldPlan, value: Any) -> str | None:
        if value is None:
            return None
        if field.kind is Kind.CHOICE and value in self._schema.substitutes:
            instead = self._schema.substitutes[value]
            if instead is None and field.required:
                raise Unsayable(f"{field.wire_name} cannot be {value}")
            return None if instead is None else instead.value
        return self._scalar(field, value)

    def _scalar(self, field: FieldPlan, value: Any) -> str:
        kind = field.kind
        expected: Any = field.type_ if kind is Kind.CHOICE else PYTHON_TYPES[kind]
        if not isinstance(value, expected) or (kind is Kind.INTEGER and isinstance(value, bool)):
            raise Unsayable(f"{field.wire_name} is no {kind.value}")
        return self._said(field, value)

    def _said(self, field: FieldPlan, value: Any) -> str:
        match field.kind:
            case Kind.TEXT:
                return self._checked(field, value)
            case Kind.CHOICE:
                return str(value.value)
            case Kind.INTEGER:
                if not LOWEST_INT <= value <= HIGHEST_INT:
                    raise Unsayable(f"{field.wire_name} does not fit 32 bits")
                return str(value)
            case Kind.MOMENT:
                return written_moment(value)
            case Kind.BOOLEAN:
                return "true" if value else "false"
            case _:
                return _written_decimal(field, value)

    def _checked(self, field: FieldPlan, text: str) -> str:
        # A tag is said as long as it is: cut, it would be somebody else's.
        if field.max_length is not None and len(text) > field.max_length and field.too_long is None:
            raise Unsayable(f"{field.wire_name} has more than {field.max_length} characters")
        if _NO_CHARACTERS.search(text) is None:
            return text
        self._leniency.allows(SoapRule.UNSAYABLE_CHARACTER)
        return _NO_CHARACTERS.sub("\ufffd", text)


def written_moment(moment: datetime) -> str:
    """A moment in UTC, with milliseconds only where there are any (mapping 3.1)."""
    if moment.tzinfo is None:
        raise Unsayable("a time without its zone")
    has_milliseconds = moment.microsecond >= 1000  # noqa: PLR2004 - microseconds in one
    text = nearest_in_utc(moment).isoformat(timespec="milliseconds" if has_milliseconds else "seconds")
    return text.removesuffix("+00:00") + "Z"


def _written_decimal(field: FieldPlan, value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > 30:  # noqa: PLR2004 - as many digits as are read
        raise Unsayable(f"{field.wire_name} is no number of a sensible size")
    return format(value.normalize() if value else Decimal(0), "f")
