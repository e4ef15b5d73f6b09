"""The journal of a station in a file."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pluglot.station import Entry, JournalUnavailable, Memory, Writes
from pluglot.store.journal import SqliteJournal


@pytest.mark.requirement("TX-01")
def test_what_is_written_is_found_again(tmp_path: Path) -> None:
    """Entries in order without the acknowledged ones, and the newest of each section."""
    journal = SqliteJournal(tmp_path / "journal.db")
    assert journal.load() == Memory()
    journal.write(Writes((Entry(1, "A", b"one"), Entry(2, "B", b"two")), (), {"x": b"1", "y": b"2"}))
    journal.write(Writes((Entry(3, "A", b"three"),), (1,), {"x": b"9"}))
    journal.close()
    journal.close()
    again = SqliteJournal(tmp_path / "journal.db")
    assert again.load() == Memory((Entry(2, "B", b"two"), Entry(3, "A", b"three")), {"x": b"9", "y": b"2"})
    again.close()


@pytest.mark.requirement("TX-01")
def test_a_write_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    """A process that dies by SIGKILL right after the write loses nothing, and synchronous is FULL."""
    path = tmp_path / "journal.db"
    script = f"""
        import os, signal
        from pluglot.station import Entry, Writes
        from pluglot.store.journal import SqliteJournal
        journal = SqliteJournal({str(path)!r})
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        for number in range(1, 51):
            journal.write(Writes((Entry(number, "A", b"x"),), (), {{"n": str(number).encode()}}))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], env={"PYTHONPATH": os.pathsep.join(sys.path)}, check=False
    )
    assert ended.returncode == -9
    journal = SqliteJournal(path)
    memory = journal.load()
    journal.close()
    assert len(memory.entries) == 50
    assert memory.states == {"n": b"50"}


def test_a_file_that_cannot_be_a_journal_is_refused_in_words(tmp_path: Path) -> None:
    """A folder, a foreign file and a closed journal name the path and the trouble."""
    foreign = tmp_path / "foreign.db"
    foreign.write_bytes(b"this is no database, only text that is long enough to have a header" * 20)
    for path in (tmp_path, foreign, tmp_path / "missing" / "journal.db"):
        with pytest.raises(JournalUnavailable, match=str(path)):
            SqliteJournal(path)
    journal = SqliteJournal(tmp_path / "good.db")
    journal.close()
    with pytest.raises(JournalUnavailable):
        journal.write(Writes(acknowledged=(1,)))
    with pytest.raises(JournalUnavailable):
        journal.load()


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """All or nothing: an impossible section takes the entry beside it with it."""
    journal = SqliteJournal(tmp_path / "journal.db")
    with pytest.raises(JournalUnavailable):
        journal.write(Writes((Entry(1, "A", b"x"),), (), {"x": None}))  # type: ignore[dict-item]
    assert journal.load() == Memory()
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    connection.close()
    journal.close()


class FailingOnce(sqlite3.Connection):
    """A connection whose first commit meets a full disk."""

    failed = False

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Do it, but for the first commit."""
        if sql == "COMMIT" and not self.failed:
            self.failed = True
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *values)


def test_a_commit_that_fails_leaves_the_journal_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit the database refuses takes its writes back, and the next one goes through."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FailingOnce))
    journal = SqliteJournal(tmp_path / "journal.db")
    with pytest.raises(JournalUnavailable, match="full"):
        journal.write(Writes((Entry(1, "A", b"x"),)))
    journal.write(Writes((Entry(2, "A", b"y"),)))
    assert journal.load() == Memory((Entry(2, "A", b"y"),))
    journal.close()
