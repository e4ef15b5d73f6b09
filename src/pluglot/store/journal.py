"""The journal of a station in an SQLite file: what is written here survives a power cut."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pluglot.station.ports import Entry, JournalUnavailable, Memory, Writes

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (entry_id INTEGER PRIMARY KEY, action TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS state (section TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


class SqliteJournal:
    """One station's durable memory; used by one thread at a time, and every write is on disk when it returns."""

    def __init__(self, path: Path | str) -> None:
        """Open or create the file.

        Raises:
            JournalUnavailable: the file cannot be created, opened or read as a journal.
        """
        self._path = Path(path)
        try:
            self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be opened: {error}") from error

    def write(self, writes: Writes) -> None:
        """Make the writes durable in one transaction.

        Raises:
            JournalUnavailable: nothing was written.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._apply(writes)
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                if self._connection.in_transaction:  # some faults roll back by themselves
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be written: {error}") from error

    def _apply(self, writes: Writes) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO entry (entry_id, action, body) VALUES (?, ?, ?)",
            [(entry.entry_id, entry.action, entry.body) for entry in writes.appended],
        )
        self._connection.executemany(
            "DELETE FROM entry WHERE entry_id = ?", [(entry_id,) for entry_id in writes.acknowledged]
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO state (section, content) VALUES (?, ?)", list(writes.states.items())
        )

    def load(self) -> Memory:
        """What the journal remembers.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        try:
            entries = self._connection.execute("SELECT entry_id, action, body FROM entry ORDER BY entry_id").fetchall()
            states = self._connection.execute("SELECT section, content FROM state").fetchall()
        except sqlite3.Error as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be read: {error}") from error
        return Memory(entries=tuple(Entry(*row) for row in entries), states=dict(states))

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._connection.close()
