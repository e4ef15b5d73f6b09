"""Reading for the API and the pages, from the database: pages by key, so that what comes in never shifts them."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    func,
    null,
    select,
    text,
    tuple_,
    union_all,
)

from pluglot.csms.records import (
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionRecord,
    VariableRecord,
)
from pluglot.store import lists, rows, tables
from pluglot.store.base import Page
from pluglot.store.lists import ListShape
from pluglot.store.ports import StationsPort, TransactionsPort, columns_of
from pluglot.store.reader import Query, Reader, Rows
from pluglot.store.readings import ReadingsRow, Source, readings_page
from pluglot.store.rows import RowCodec

#: List -> the table it reads and the codec of its records.
_SOURCES: Mapping[str, tuple[Table, RowCodec[Any]]] = {
    "stations": (tables.stations, rows.STATION),
    "tokens": (tables.tokens, rows.TOKEN),
    "transactions": (tables.transactions, rows.TRANSACTION),
    "transactions-in-time": (tables.transactions, rows.TRANSACTION),
    "messages": (tables.messages, rows.MESSAGE),
    "events": (tables.events, rows.EVENT),
    "strangers": (tables.strangers, rows.STRANGER),
}
_SHAPES = {
    shape.name: shape
    for shape in (
        lists.STATIONS,
        lists.TOKENS,
        lists.TRANSACTIONS,
        lists.TRANSACTIONS_IN_TIME,
        lists.MESSAGES,
        lists.EVENTS,
        lists.STRANGERS,
    )
}

_variable = tables.variables.c
_VARIABLES = Query(
    select(*columns_of(tables.variables, rows.VARIABLE.columns))
    .where(_variable.station_id == bindparam("the_id"))
    .order_by(*(column for column in tables.variables.primary_key.columns))
)
_MESSAGE = Query(
    select(*columns_of(tables.messages, rows.MESSAGE.columns)).where(tables.messages.c.id == bindparam("the_id"))
)
_CONNECTORS = select(tables.connectors.c.station_id, *columns_of(tables.connectors, rows.CONNECTOR.columns)).order_by(
    tables.connectors.c.evse_id, tables.connectors.c.connector_id
)
_COUNTERS = Query(select(tables.counters.c.name, tables.counters.c.value))
_TOTALS = Query(
    select(
        select(func.count()).select_from(tables.stations).scalar_subquery(),
        select(func.count()).select_from(tables.transactions).scalar_subquery(),
    )
)

#: What ``counts`` gives even before anything happened.
COUNTED = ("messages", "losses", "events", "errors")


@lru_cache(maxsize=256)
def _list_query(name: str, filters: tuple[str, ...], *, continued: bool, only_open: bool = False) -> Query:
    """The query of one page with these filters; compiled once per combination."""
    shape = _SHAPES[name]
    table, codec = _SOURCES[name]
    order = [table.c[column] for column in shape.order]
    told = [column.label(f"key_{column.name}") for column in order]
    clause = select(*told, *columns_of(table, codec.columns))
    for filter_name in filters:
        filter_ = shape.filters[filter_name]
        clause = clause.where(getattr(operator, filter_.compare)(table.c[filter_.field], bindparam(filter_name)))
    if continued:
        after = tuple_(*(bindparam(f"after_{column}", type_=table.c[column].type) for column in shape.order))
        clause = clause.where(tuple_(*order) < after if shape.newest_first else tuple_(*order) > after)
    if only_open:
        clause = clause.where(text(_OPEN))
    if shape is lists.TRANSACTIONS_IN_TIME:
        whole: CompoundSelect[Any] | Select[Any] = union_all(*(clause.where(text(arm)) for arm in (_ENDED, _OPEN)))
        places: list[Any] = [whole.selected_columns[column.name] for column in told]
    else:
        whole, places = clause, list(order)
    sorted_ = whole.order_by(*(place.desc() if shape.newest_first else place for place in places))
    return Query(sorted_.limit(bindparam("the_limit")))


#: Each with an index of its own; written out, for a partial index is not used by a condition with a parameter.
_ENDED, _OPEN = "transactions.is_open = 0", "transactions.is_open = 1"


def _as_column(value: Any) -> Any:
    return rows.to_micros(value) if isinstance(value, datetime) else value


class SqlQueries:
    """The store's queries over its database."""

    def __init__(self, reader: Reader, stations: StationsPort, transactions: TransactionsPort) -> None:
        self._reader = reader
        self._stations = stations
        self._transactions = transactions

    async def _list(
        self, shape: ListShape, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> tuple[list[tuple[lists.Key, Any]], int]:
        """One item more than asked for, each with its key, and the checked limit."""
        limit = lists.checked_limit(limit)
        given = shape.read_filters(filters)
        after = shape.read_cursor(cursor)
        only_open = filters.get("isOpen") == "true"
        query = _list_query(shape.name, tuple(sorted(filters)), continued=after is not None, only_open=only_open)
        parameters = {name: _as_column(value) for name, _, value in given}
        parameters |= {f"after_{column}": part for column, part in zip(shape.order, after or (), strict=False)}
        found = await self._reader.all(query, the_limit=limit + 1, **parameters)
        width = len(shape.order)
        codec = _SOURCES[shape.name][1]
        decode: Any = (lambda row: row) if shape is lists.STATIONS else codec.decode
        return [(tuple(row[:width]), decode(row[width:])) for row in found], limit

    async def stations(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[StationRecord]:
        """Stations by id."""
        found, limit = await self._list(lists.STATIONS, filters, limit, cursor)
        connectors = await self._connectors([str(key[0]) for key, _ in found])
        items: list[tuple[lists.Key, Any]] = []
        for key, row in found:
            own = tuple(map(rows.CONNECTOR.decode, connectors.get(str(key[0]), ())))
            items.append((key, self._stations.as_heard(rows.STATION.decode(row, connectors=own))))
        return lists.STATIONS.page(items, limit)

    async def _connectors(self, station_ids: Sequence[str]) -> Mapping[str, Rows]:
        found: dict[str, Rows] = {}
        if station_ids:
            query = Query(_CONNECTORS.where(tables.connectors.c.station_id.in_(station_ids)))
            for row in await self._reader.all(query):
                found.setdefault(row[0], []).append(row[1:])
        return found

    async def tokens(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[TokenRecord]:
        """Tokens by their text."""
        return lists.TOKENS.page(*await self._list(lists.TOKENS, filters, limit, cursor))

    async def transactions(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[TransactionRecord]:
        """Transactions, the one the house learnt of last first; those of a span of time by when they started."""
        shape = lists.transactions_shape(filters)
        return shape.page(*await self._list(shape, filters, limit, cursor))

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries of a transaction by seqNo."""
        return await self._transactions.ledger(station_id, transaction_id)

    async def readings(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[tuple[str, int | None, Reading, str | None]]:
        """Readings outside and inside transactions, latest received first."""
        given = lists.READINGS.read_filters(filters)
        wanted = {filter_.field: value for _, filter_, value in given if filter_.field in _OF_ROWS}
        sources = [self._readings_source(table, wanted) for table in (tables.ledger, tables.meter_values)]
        return await readings_page(sources[0], sources[1], filters=filters, limit=limit, cursor=cursor)

    def _readings_source(self, table: Table, wanted: Mapping[str, Any]) -> Source:
        query = _readings_query(table.name, tuple(sorted(wanted)))

        async def rows_below(number: int, count: int) -> Sequence[ReadingsRow]:
            found = await self._reader.all(query, below=number, the_limit=count, **wanted)
            return [
                ReadingsRow(number, at, station, evse, rows.decode_readings(text), transaction)
                for number, at, station, evse, text, transaction in found
            ]

        return rows_below

    async def messages(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[MessageRecord]:
        """The message log, newest first."""
        return lists.MESSAGES.page(*await self._list(lists.MESSAGES, filters, limit, cursor))

    async def message(self, message_id: int) -> MessageRecord | None:
        """One message of the log."""
        if not 0 <= message_id < 2**63:
            return None
        row = await self._reader.first(_MESSAGE, the_id=message_id)
        return None if row is None else rows.MESSAGE.decode(row)

    async def events(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[EventRecord]:
        """The event list, newest first."""
        return lists.EVENTS.page(*await self._list(lists.EVENTS, filters, limit, cursor))

    async def strangers(self, *, limit: int, cursor: str | None) -> Page[StrangerRecord]:
        """Who knocked, the last first."""
        return lists.STRANGERS.page(*await self._list(lists.STRANGERS, {}, limit, cursor))

    async def variables(self, station_id: str) -> Sequence[VariableRecord]:
        """What a station told of its variables."""
        return [rows.VARIABLE.decode(row) for row in await self._reader.all(_VARIABLES, the_id=station_id)]

    async def counts(self) -> Mapping[str, int]:
        """Totals, also of what retention has trimmed."""
        totals = await self._reader.first(_TOTALS) or (0, 0)
        counted: dict[str, int] = dict(await self._reader.all(_COUNTERS))
        return {"stations": totals[0], "transactions": totals[1]} | {name: counted.get(name, 0) for name in COUNTED}


#: What holds for all readings of a row, so that the database can look for it.
_OF_ROWS = frozenset({"station_id", "evse_id", "transaction_id"})


@lru_cache(maxsize=32)
def _readings_query(name: str, filters: tuple[str, ...]) -> Query:
    table = tables.metadata.tables[name]
    column = table.c
    place: dict[str, ColumnElement[Any]] = {"station_id": column.station_id}
    if table is tables.ledger:
        # Only some events name their EVSE; the transaction knows it.
        of_transaction = tables.transactions.c
        same = and_(
            of_transaction.station_id == column.station_id, of_transaction.transaction_id == column.transaction_id
        )
        source: FromClause = table.outerjoin(tables.transactions, same)
        place |= {
            "evse_id": func.coalesce(column.evse_id, of_transaction.evse_id),
            "transaction_id": column.transaction_id,
        }
    else:
        source = table
        place |= {"evse_id": column.evse_id, "transaction_id": null()}
    # The inner query finds the numbers in an index; only the rows of this page are read as a whole.
    inner = source if "evse_id" in filters else table
    numbers = select(column.number).select_from(inner).where(column.number < bindparam("below"))
    for filter_name in filters:
        numbers = numbers.where(place[filter_name] == bindparam(filter_name))
    numbers = numbers.where(column.readings != "[]").order_by(column.number.desc()).limit(bindparam("the_limit"))
    told = (column.number, column.received_at, column.station_id, place["evse_id"], column.readings)
    return Query(
        select(*told, place["transaction_id"])
        .select_from(source)
        .where(column.number.in_(numbers))
        .order_by(column.number.desc())
    )
