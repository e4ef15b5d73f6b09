"""How a typed message looks as XML: a plan for each type, computed once from its Struct.

Fields become child elements in the order of the WSDL. A field whose annotation says ``Meta(extra={"xml": …})`` is an
XML ``attribute`` instead, or the ``text`` of its element.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Final, NamedTuple

from msgspec import inspect

from pluglot.messages.moments import LAST_YEAR
from pluglot.soap.leniency import SoapRule

#: xs:int, which every number without a fraction is.
LOWEST_INT: Final = -(2**31)
HIGHEST_INT: Final = 2**31 - 1


class Kind(Enum):
    """What a value is on the wire."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    CHOICE = "choice"
    STRUCT = "struct"


class Place(StrEnum):
    """Where a value stands."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    TEXT = "text"


class FieldPlan(NamedTuple):
    """One field of a type."""

    name: str
    wire_name: str
    kind: Kind
    place: Place
    required: bool
    #: A list of elements of this name.
    many: bool
    #: The Struct or the enumeration.
    type_: Any
    max_length: int | None
    #: What is overlooked when the text is too long, and whether the value is then kept.
    too_long: SoapRule | None
    #: The last year that a moment may name.
    last_year: int


class TypePlan(NamedTuple):
    """One type: its fields in wire order, and by name."""

    type_: type
    fields: tuple[FieldPlan, ...]
    by_name: dict[str, tuple[int, FieldPlan]]
    attributes: tuple[FieldPlan, ...]
    text: FieldPlan | None
    #: Names of lists that must not be empty where the type is itself an item of a list.
    lists: tuple[str, ...]


#: Element order of types whose fields are not defined in that order, by type.
Sequences = Mapping[type, tuple[str, ...]]
#: Values a WSDL lacks: what is written instead, or None to leave the field out.
Substitutes = Mapping[StrEnum, StrEnum | None]

_KEPT_THOUGH_LONG: Final = {"idTag": SoapRule.LONG_ID_TAG, "parentIdTag": SoapRule.LONG_PARENT_ID_TAG}
_KINDS: Final[Mapping[type, Kind]] = {
    inspect.StrType: Kind.TEXT,
    inspect.IntType: Kind.INTEGER,
    inspect.DecimalType: Kind.DECIMAL,
    inspect.BoolType: Kind.BOOLEAN,
    inspect.DateTimeType: Kind.MOMENT,
    inspect.EnumType: Kind.CHOICE,
    inspect.StructType: Kind.STRUCT,
}
#: What Python calls each kind, for checks before writing.
PYTHON_TYPES: Final[Mapping[Kind, type | tuple[type, ...]]] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: Decimal,
    Kind.BOOLEAN: bool,
    Kind.MOMENT: datetime,
}


class Schema:
    """The plans of all types of one version."""

    def __init__(self, sequences: Sequences, substitutes: Substitutes | None = None) -> None:
        """Order elements by these sequences where a type has one, else as the type defines its fields."""
        self._sequences = sequences
        self.substitutes = substitutes or {}
        self._plans: dict[type, TypePlan] = {}

    def plan(self, type_: type) -> TypePlan:
        """The plan of a type."""
        found = self._plans.get(type_)
        if found is None:
            found = self._plans[type_] = self._planned(type_)
        return found

    def _planned(self, type_: type) -> TypePlan:
        info = inspect.type_info(type_)
        if not isinstance(info, inspect.StructType):
            raise TypeError(f"{type_.__name__} is no Struct")
        fields = [_field(field) for field in info.fields]
        order = self._sequences.get(type_)
        if order is not None:
            if sorted(order) != sorted(field.wire_name for field in fields):
                raise TypeError(f"the sequence of {type_.__name__} names other fields than the type")
            fields.sort(key=lambda field: order.index(field.wire_name))
        elements = tuple(field for field in fields if field.place is Place.ELEMENT)
        return TypePlan(
            type_=type_,
            fields=elements,
            by_name={field.wire_name: (position, field) for position, field in enumerate(elements)},
            attributes=tuple(field for field in fields if field.place is Place.ATTRIBUTE),
            text=next((field for field in fields if field.place is Place.TEXT), None),
            lists=tuple(field.name for field in elements if field.many and field.required),
        )


def _field(field: inspect.Field) -> FieldPlan:
    inner, extra = _inner(field.type)
    many = isinstance(inner, inspect.VarTupleType)
    if isinstance(inner, inspect.VarTupleType):
        inner, _ = _inner(inner.item_type)
    kind = _KINDS[type(inner)]
    return FieldPlan(
        name=field.name,
        wire_name=field.encode_name,
        kind=kind,
        place=Place(extra.get("xml", Place.ELEMENT)),
        required=field.required,
        many=many,
        type_=inner.cls if isinstance(inner, inspect.EnumType | inspect.StructType) else None,
        max_length=inner.max_length if isinstance(inner, inspect.StrType) else None,
        too_long=_KEPT_THOUGH_LONG.get(field.encode_name),
        last_year=MAXYEAR if extra.get("until") else LAST_YEAR,
    )


def _inner(type_: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """The type without the None of an optional field, and the extra of its metadata."""
    extra: dict[str, Any] = {}
    while True:
        if isinstance(type_, inspect.Metadata):
            extra |= type_.extra or {}
            type_ = type_.type
        elif isinstance(type_, inspect.UnionType):
            (type_,) = (inner for inner in type_.types if not isinstance(inner, inspect.NoneType))
        else:
            return type_, extra


@cache
def choices(type_: type[StrEnum]) -> tuple[dict[str, StrEnum], dict[str, StrEnum]]:
    """The members of an enumeration by their texts, and by their folded texts."""
    return {member.value: member for member in type_}, {member.value.casefold(): member for member in type_}
