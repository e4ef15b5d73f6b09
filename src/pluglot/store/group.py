"""Writing one group of fact sets: one transaction, one commit, and for each set what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pluglot.store import sqlite, tables
from pluglot.store.base import FactsRefused
from pluglot.store.statements import Batch, Write

Upkeep = Callable[[sqlite.Connection], None]
#: The writes of one fact set.
Writes = Sequence[Write]
#: What came of each set of a group, None when it is durable.
Outcomes = list[BaseException | None]


_KEEP_NUMBER = (
    f"INSERT INTO {tables.counters.name} (name, value) VALUES ('{tables.LAST_GROUP}', ?) "  # noqa: S608 - our own names
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_LAST_NUMBER = (f"SELECT value FROM {tables.counters.name} WHERE name = ?", (tables.LAST_GROUP,))  # noqa: S608 - as above


class Writing(Protocol):
    """Who writes groups; called by one thread, one call after the other."""

    def write(self, group: Sequence[Writes]) -> Outcomes:
        """Write a group and say for each set what came of it."""
        ...

    def keep_up(self) -> None:
        """Keep the database small, between two groups."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class GroupWriting:
    """Writes groups to an SQLite file over one connection.

    A set that cannot be written fails alone; a database that cannot be written fails the group, and the next one
    begins with a new connection.
    """

    def __init__(self, path: Path, upkeep: Upkeep, connection: sqlite.Connection | None = None) -> None:
        """``upkeep`` is called between groups to keep the database small."""
        self._path = path
        self._upkeep = upkeep
        self._connection = connection

    def write(self, group: Sequence[Writes], number: int | None = None) -> Outcomes:
        """Write a group and say for each set what came of it; ``number`` is what ``last_number`` then says."""
        try:
            connection = self._connected()
            try:
                self._write_together(connection, group, number)
            except Exception as error:  # whatever it was, one set alone may be the cause
                self._roll_back(connection)
                if sqlite.is_fault(error):
                    raise
                return self._write_one_by_one(connection, group, number)
        except Exception as error:  # noqa: BLE001  # a waiter must never wait for ever, whatever went wrong
            self._disconnect()
            return [sqlite.unavailable(error, self._path) for _ in group]
        return [None] * len(group)

    def last_number(self) -> int | None:
        """The number of the last group that was written; below zero when sets of it were refused."""
        found = self._connected().execute(*_LAST_NUMBER).fetchone()
        return None if found is None else int(found[0])

    def keep_up(self) -> None:
        """Keep the database small."""
        if self._connection is not None:
            try:
                self._upkeep(self._connection)
            except sqlite.DatabaseError:
                # Nothing that anyone waits for failed; if it is lasting, the next group says so.
                self._roll_back(self._connection)

    def close(self) -> None:
        """Close the connection, which brings everything into the one file."""
        if self._connection is not None:
            self._connection.close()

    @staticmethod
    def _write_together(connection: sqlite.Connection, group: Sequence[Writes], number: int | None) -> None:
        batch = Batch()
        for writes in group:
            batch.add(writes)
        sqlite.begin(connection)
        batch.write(connection)
        _keep_number(connection, number)
        connection.execute("COMMIT")

    @staticmethod
    def _write_one_by_one(connection: sqlite.Connection, group: Sequence[Writes], number: int | None) -> Outcomes:
        """Still one transaction, but each set behind a savepoint of its own."""
        outcomes: Outcomes = []
        sqlite.begin(connection)
        for writes in group:
            batch = Batch()
            batch.add(writes)
            connection.execute("SAVEPOINT fact_set")
            try:
                batch.write(connection)
            except Exception as error:  # any kind of value the database does not take
                if sqlite.is_fault(error):
                    raise
                connection.execute("ROLLBACK TO fact_set")
                refusal = FactsRefused(f"The database does not take these facts: {error}.")
                refusal.__cause__ = error
                outcomes.append(refusal)
            else:
                outcomes.append(None)
            connection.execute("RELEASE fact_set")
        _keep_number(connection, None if number is None else -number)
        connection.execute("COMMIT")
        return outcomes

    def _connected(self) -> sqlite.Connection:
        if self._connection is None:
            self._connection = sqlite.connect_writer(self._path)
        return self._connection

    def _disconnect(self) -> None:
        """After a fault the next group begins with a new connection."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._roll_back(connection)
            connection.close()

    @staticmethod
    def _roll_back(connection: sqlite.Connection) -> None:
        if connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except sqlite.DatabaseError:
                return  # closing the connection rolls back as well


def _keep_number(connection: sqlite.Connection, number: int | None) -> None:
    """Keep, in the group's own transaction, which group it was."""
    if number is not None:
        connection.execute(_KEEP_NUMBER, (number,))
