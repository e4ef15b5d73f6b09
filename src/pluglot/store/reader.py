"""Reading: a small pool of threads, each with a connection of its own that cannot write."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy.sql import ClauseElement

from pluglot.store import sqlite
from pluglot.store.base import StoreUnavailable

READERS = 3

Rows = list[tuple[Any, ...]]


class Query:
    """A SELECT compiled once; the names of its parameters are those of its bindparams."""

    def __init__(self, clause: ClauseElement) -> None:
        self.sql, self._names, self._fixed = sqlite.compiled(clause)

    def parameters(self, given: Mapping[str, Any]) -> Sequence[Any]:
        """The values in the order in which the database wants them."""
        return [given[name] if name in given else self._fixed[name] for name in self._names]


class Reader:
    """Runs queries; each sees everything committed before it began."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool: ThreadPoolExecutor | None = None
        self._own = threading.local()
        self._connections: list[sqlite.Connection] = []

    def start(self) -> None:
        """Begin to take queries."""
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def stop(self) -> None:
        """End the threads and close their connections."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown)
            while self._connections:
                self._connections.pop().close()
            self._own = threading.local()

    async def all(self, query: Query, **parameters: Any) -> Rows:
        """All rows; raises StoreUnavailable."""
        if self._pool is None:
            raise StoreUnavailable(f"The database {self._path} is not open.")
        values = query.parameters(parameters)
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._fetch, query.sql, values)

    async def first(self, query: Query, **parameters: Any) -> tuple[Any, ...] | None:
        """The first row or None."""
        found = await self.all(query, **parameters)
        return found[0] if found else None

    def _fetch(self, sql: str, values: Sequence[Any]) -> Rows:
        try:
            connection: sqlite.Connection | None = getattr(self._own, "connection", None)
            if connection is None:
                connection = self._own.connection = sqlite.connect_reader(self._path)
                self._connections.append(connection)
            return connection.execute(sql, values).fetchall()
        except sqlite.DatabaseError as error:
            raise sqlite.unavailable(error, self._path) from error
