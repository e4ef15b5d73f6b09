"""Messages of any type made by hypothesis: legal, and as odd as their types allow."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

TEXTS = st.text(
    st.one_of(
        st.characters(min_codepoint=32, max_codepoint=126),
        st.sampled_from("<>&\"'\t\n\r]]>é€𝄞 "),
    ),
    min_size=1,
    max_size=20,
).filter(lambda text: not text.isspace())
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone is added
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
INTEGERS = st.integers(-(2**31), 2**31 - 1)
TENTHS = st.integers(0, 100_000).map(lambda number: Decimal(number) / 10)

#: The schemas want URLs of locations, and the validator holds texts against the grammar of URLs.
URLS = st.sampled_from(["ftp://user:pass@192.0.2.1/logs/?a=1&b=2", "https://example.com/a%20b", "sftp://h:22/x"])


def of(type_: type) -> st.SearchStrategy[Any]:
    """Any message of a type."""
    return _struct(type_)


@cache
def _struct(type_: type) -> st.SearchStrategy[Any]:
    info = inspect.type_info(type_)
    assert isinstance(info, inspect.StructType)
    needed = {field.name: _field(field) for field in info.fields if field.required}
    optional = {field.name: _field(field) for field in info.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=optional).map(lambda values: type_(**values))


def _field(field: inspect.Field) -> st.SearchStrategy[Any]:
    if field.encode_name == "location" and isinstance(field.type, inspect.StrType):
        return URLS
    return _value(field.type)


def _value(type_: inspect.Type) -> st.SearchStrategy[Any]:
    match type_:
        case inspect.Metadata():
            return _value(type_.type)
        case inspect.UnionType():
            return _value(next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
        case inspect.VarTupleType():
            return st.lists(_value(type_.item_type), min_size=1, max_size=3).map(tuple)
        case inspect.StructType() | inspect.EnumType():
            return _struct(type_.cls) if isinstance(type_, inspect.StructType) else st.sampled_from(type_.cls)
        case _:
            return _scalar(type_)


def _scalar(type_: inspect.Type) -> st.SearchStrategy[Any]:
    if isinstance(type_, inspect.StrType):
        return TEXTS.map(lambda text: text[: type_.max_length]).filter(lambda text: not text.isspace())
    return SCALARS[type(type_)]


SCALARS: dict[type, st.SearchStrategy[Any]] = {
    inspect.IntType: INTEGERS,
    inspect.DecimalType: TENTHS,
    inspect.BoolType: st.booleans(),
    inspect.DateTimeType: MOMENTS,
}


def full(type_: type) -> Any:
    """One message of a type with all its fields, always the same."""
    info = inspect.type_info(type_)
    assert isinstance(info, inspect.StructType)
    return type_(**{field.name: _full(field.encode_name, field.type) for field in info.fields})


def _full(name: str, type_: inspect.Type) -> Any:
    match type_:
        case inspect.Metadata():
            return _full(name, type_.type)
        case inspect.UnionType():
            return _full(name, next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
        case inspect.VarTupleType():
            return (_full(name, type_.item_type),) * 2
        case inspect.StructType() | inspect.EnumType():
            return full(type_.cls) if isinstance(type_, inspect.StructType) else next(iter(type_.cls))
        case inspect.StrType():
            return "ftp://192.0.2.1/a?b=1&c=2" if name == "location" else "4 < 5 & 6 é"
        case _:
            return FULL[type(type_)]


FULL: dict[type, Any] = {
    inspect.IntType: 42,
    inspect.DecimalType: Decimal("16.5"),
    inspect.BoolType: True,
    inspect.DateTimeType: datetime(2026, 3, 3, 10, 0, 0, 250_000, tzinfo=UTC),
}
