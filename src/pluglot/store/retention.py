"""Keeps what grows with every message within bounds, a little at a time, between the groups of the writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, desc, func, literal_column, select
from sqlalchemy.sql import ClauseElement

from pluglot.store import tables
from pluglot.store.sqlite import Connection, begin, compiled

#: Rows deleted in one go; the next group of the writer waits meanwhile.
CHUNK = 2_000

#: Seconds between looks, while there is nothing to delete.
EVERY_S = 1.0


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept; None is without bound. Transactions and their ledgers are kept for ever."""

    message_rows: int | None = 1_000_000
    message_age: timedelta | None = None
    event_rows: int | None = 1_000_000
    meter_value_rows: int | None = 10_000_000
    stranger_rows: int | None = 1_000


class Trimmer:
    """Deletes the oldest of what is beyond its bounds."""

    def __init__(self, retention: Retention, *, every_s: float = EVERY_S) -> None:
        """Look at most every so many seconds."""
        self._retention = retention
        self._every_s = every_s
        self._next = 0.0
        self._bounds = [
            (_Rows(table.name, table.c[number]), rows)
            for table, number, rows in (
                (tables.messages, "id", retention.message_rows),
                (tables.events, "id", retention.event_rows),
                (tables.meter_values, "number", retention.meter_value_rows),
            )
            if rows is not None
        ]

    def __call__(self, connection: Connection) -> None:
        """Delete a little if it is time and something is too much."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + self._every_s
        deleted = [rows.trim(connection, bound) for rows, bound in self._bounds]
        if self._retention.message_age is not None:
            deleted.append(_trim_old_messages(connection, self._retention.message_age))
        if self._retention.stranger_rows is not None:
            _delete(connection, _TRIM_STRANGERS, {"bound": self._retention.stranger_rows})
        if max(deleted, default=0) >= CHUNK:
            self._next = now  # there is more


class _Rows:
    """A table bounded by how far its numbers reach back."""

    def __init__(self, name: str, number: Any) -> None:
        self._oldest = _prepared(select(func.min(number)))
        self._newest = _prepared(select(func.max(number)))
        self._remove = _prepared(delete(tables.metadata.tables[name]).where(number <= bindparam("last")))

    def trim(self, connection: Connection, bound: int) -> int:
        """Delete the oldest beyond the bound and say how many."""
        oldest, newest = _first(connection, self._oldest), _first(connection, self._newest)
        if oldest is None or newest - oldest < bound:
            return 0
        return _delete(connection, self._remove, {"last": min(newest - bound, oldest + CHUNK - 1)})


_Prepared = tuple[str, tuple[str, ...], dict[str, Any]]


def _prepared(clause: ClauseElement) -> _Prepared:
    return compiled(clause)


def _values(prepared: _Prepared, given: dict[str, Any]) -> Sequence[Any]:
    _, names, fixed = prepared
    return [given.get(name, fixed.get(name)) for name in names]


def _first(connection: Connection, prepared: _Prepared, **given: Any) -> Any:
    row = connection.execute(prepared[0], _values(prepared, given)).fetchone()
    return None if row is None else row[0]


def _delete(connection: Connection, prepared: _Prepared, given: dict[str, Any]) -> int:
    begin(connection)
    deleted = connection.execute(prepared[0], _values(prepared, given)).rowcount
    connection.execute("COMMIT")
    return deleted


_messages = tables.messages.c
_FIRST_AT = _prepared(select(_messages.at).order_by(_messages.id).limit(1))
_LAST_AT = _prepared(select(_messages.at).order_by(desc(_messages.id)).limit(1))
_first_chunk = select(_messages.id, _messages.at).order_by(_messages.id).limit(CHUNK).subquery()
_LAST_OLD = _prepared(select(func.max(_first_chunk.c.id)).where(_first_chunk.c.at < bindparam("cutoff")))
_REMOVE_OLD = _prepared(delete(tables.messages).where(_messages.id <= bindparam("last")))

_strangers = tables.strangers.c
_TRIM_STRANGERS = _prepared(
    delete(tables.strangers).where(
        _strangers.number.in_(
            select(_strangers.number)
            .order_by(desc(_strangers.last_seen_at), desc(_strangers.number))
            .limit(literal_column("-1"))
            .offset(bindparam("bound"))
        )
    )
)


def _trim_old_messages(connection: Connection, age: timedelta) -> int:
    """Delete messages older than ``age`` before the newest one."""
    newest, oldest = _first(connection, _LAST_AT), _first(connection, _FIRST_AT)
    cutoff = None if newest is None else newest - age // timedelta(microseconds=1)
    if cutoff is None or oldest >= cutoff:
        return 0
    last = _first(connection, _LAST_OLD, cutoff=cutoff)
    return _delete(connection, _REMOVE_OLD, {"last": last})
