"""The journal of many stations in one SQLite file: what is written here survives a power cut, many at one price."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from pluglot.station.ports import Entry, JournalUnavailable, Memory, Writes

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    station TEXT NOT NULL, entry_id INTEGER NOT NULL, action TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (station, entry_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    station TEXT NOT NULL, section TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (station, section)
) WITHOUT ROWID;
"""
#: Rows of one statement; SQLite allows some thousand values.
_ROWS: Final = 200
Result = TypeVar("Result")
_Waiting = tuple[str, Writes, "asyncio.Future[None]"]


class SharedJournal:
    """Durable memory of every station of a program; writes that come together share one trip to the disk.

    Use it from one event loop; ``open`` it before and ``close`` it after. The file is worked on in one thread.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open or create the file and its folder.

        Raises:
            JournalUnavailable: it cannot be created, opened or read as a journal.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalUnavailable(f"the folder {self._path.parent} cannot be made: {error.strerror}") from error
        await self._in_thread(self._open)

    async def close(self) -> None:
        """Finish what is being written and close the file; closing twice is harmless."""
        if self._committing is not None:
            await asyncio.wait({self._committing})
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await asyncio.get_running_loop().run_in_executor(self._thread, connection.close)
        self._thread.shutdown(wait=False)

    async def write(self, station: str, writes: Writes) -> None:
        """Return once the writes are on disk; those of one station are applied in the order they were given.

        Raises:
            JournalUnavailable: nothing was written.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((station, writes, written))
        if self._committing is None:
            self._committing = asyncio.get_running_loop().create_task(self._commit_all())
        await written

    async def load(self, station: str) -> Memory:
        """What is remembered of a station.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        return await self._in_thread(lambda: self._load(station))

    async def undelivered(self) -> list[str]:
        """The stations that have entries.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        return await self._in_thread(
            lambda: [row[0] for row in self._opened().execute("SELECT DISTINCT station FROM entry")]
        )

    async def having(self, section: str) -> list[str]:
        """The stations that have something in this section.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        query = "SELECT station FROM state WHERE section = ? ORDER BY station"
        return await self._in_thread(lambda: [row[0] for row in self._opened().execute(query, (section,))])

    async def counted(self, prefix: str) -> dict[str, int]:
        """For each station that has any, how many sections have names that begin so.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        query = "SELECT station, COUNT(*) FROM state WHERE substr(section, 1, ?) = ? GROUP BY station"
        return await self._in_thread(lambda: dict(self._opened().execute(query, (len(prefix), prefix)).fetchall()))

    # --- groups --------------------------------------------------------------------------------------------------

    async def _commit_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                try:
                    await self._in_thread(lambda group=group: self._commit(group))  # type: ignore[misc]
                except JournalUnavailable as error:
                    for _, _, written in group:
                        if not written.done():
                            written.set_exception(error)
                else:
                    for _, _, written in group:
                        if not written.done():
                            written.set_result(None)
        finally:
            self._committing = None

    # --- in the thread -------------------------------------------------------------------------------------------

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        def carefully() -> Result:
            try:
                return work()
            except sqlite3.Error as error:
                raise JournalUnavailable(f"the journal {self._path} cannot be used: {error}") from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, carefully)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("it is not open")
        return self._connection

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_TABLES)

    def _commit(self, group: list[_Waiting]) -> None:
        work = list(_statements(group))
        connection = self._opened()
        if len(work) == 1:
            connection.execute(*work[0])  # a transaction of its own
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in work:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _load(self, station: str) -> Memory:
        connection = self._opened()
        entries = connection.execute(
            "SELECT entry_id, action, body FROM entry WHERE station = ? ORDER BY entry_id", (station,)
        ).fetchall()
        states = connection.execute("SELECT section, content FROM state WHERE station = ?", (station,)).fetchall()
        return Memory(entries=tuple(Entry(*row) for row in entries), states=dict(states))


def _statements(group: list[_Waiting]) -> Iterator[tuple[str, list[Any]]]:
    """What writes a group: few statements of many rows, for each one waits its turn beside a busy event loop."""
    entries: dict[tuple[str, int], Entry] = {}
    states: dict[tuple[str, str], bytes] = {}
    gone: list[tuple[str, int]] = []
    for station, writes, _ in group:
        entries.update({(station, entry.entry_id): entry for entry in writes.appended})
        gone += [(station, entry_id) for entry_id in writes.acknowledged]
        states.update({(station, section): content for section, content in writes.states.items()})
    kept = [(*key[:1], entry.entry_id, entry.action, entry.body) for key, entry in entries.items()]
    yield from _many("INSERT OR REPLACE INTO entry (station, entry_id, action, body) VALUES {}", kept)
    # An entry is acknowledged after it was appended, so that deleting comes last.
    yield from _many("DELETE FROM entry WHERE (station, entry_id) IN (VALUES {})", gone)
    sections = [(*key, content) for key, content in states.items()]
    yield from _many("INSERT OR REPLACE INTO state (station, section, content) VALUES {}", sections)


def _many(statement: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    for begin in range(0, len(rows), _ROWS):
        chunk = rows[begin : begin + _ROWS]
        places = ", ".join(["(" + ", ".join("?" * len(chunk[0])) + ")"] * len(chunk))
        yield statement.format(places), [value for row in chunk for value in row]
