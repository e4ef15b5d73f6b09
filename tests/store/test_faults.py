from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pluglot.csms.facts import StationHeard
from pluglot.store import SqlStore, Store, StoreUnavailable, sqlite
from tests.store.samples import NOW, exchanged, of_transaction, registered


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a locked database here."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes to the database meanwhile."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def change(path: Path, statement: str) -> None:
    """Somebody else changes the database."""
    other = sqlite3.connect(path)
    with other:
        other.execute(statement)
    other.close()


async def refusal_of_opening(path: Path | str) -> str:
    store = SqlStore(path)
    with pytest.raises(StoreUnavailable) as refusal:
        await store.open()
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.commit([registered()])
    await store.close()
    return str(refusal.value)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Where there is no folder there can be no database."""
    path = tmp_path / "missing" / "pluglot.db"
    assert await refusal_of_opening(path) == (
        f"The database {path} cannot be created: there is no folder {path.parent}; create it first."
    )


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """A path that is a folder is refused as that."""
    assert "it is a folder; name a file" in await refusal_of_opening(tmp_path)


async def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unwritable folder is refused with the folder and what to do."""
    path = tmp_path / "pluglot.db"
    monkeypatch.setattr(os, "access", lambda asked, _mode: Path(asked) != tmp_path)
    assert f"no permission to write {tmp_path}; change its permissions" in await refusal_of_opening(path)


async def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unwritable file is refused with the file and what to do."""
    path = tmp_path / "pluglot.db"
    path.touch()
    monkeypatch.setattr(os, "access", lambda asked, _mode: Path(asked) != path)
    assert f"no permission to write {path}; change its permissions" in await refusal_of_opening(path)


async def test_a_folder_that_takes_no_files_is_named() -> None:
    """Where the kernel lets nobody create files, the refusal says so."""
    assert "/proc/pluglot.db.lock cannot be written" in await refusal_of_opening("/proc/pluglot.db")


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Any other file is refused and keeps its content."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    assert "letter.txt cannot be used: the file is not an SQLite database; move it away" in await refusal_of_opening(
        path
    )
    assert path.read_text() == "Dear reader, " * 100


async def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    """A database whose pages are overwritten is refused with a reason, not served."""
    path = tmp_path / "pluglot.db"
    store = SqlStore(path)
    await store.open()
    await store.close()
    content = bytearray(path.read_bytes())
    content[100:16000] = random.Random(1).randbytes(15900)
    path.write_bytes(content)
    assert "the database is damaged; restore it from a backup" in await refusal_of_opening(path)


async def test_an_unreadable_open_transaction_is_told_at_the_start(tmp_path: Path) -> None:
    """A damaged value is named when the store opens, and the refusal leaves no lock behind."""
    path = tmp_path / "pluglot.db"
    store = SqlStore(path)
    await store.open()
    await store.commit([of_transaction(0)])
    await store.close()
    change(path, "UPDATE transactions SET energy_wh = 'much'")
    assert "it holds a transaction that cannot be read" in await refusal_of_opening(path)
    change(path, "UPDATE transactions SET energy_wh = '1.5'")
    await store.open()
    await store.close()


async def test_a_locked_database_cannot_be_opened(tmp_path: Path) -> None:
    """While another program keeps the database locked, opening it says so; afterwards it opens."""
    path = tmp_path / "pluglot.db"
    sqlite3.connect(path).close()
    with locked(path):
        assert "another program keeps the database locked" in await refusal_of_opening(path)
    store = SqlStore(path)
    await store.open()
    await store.close()


async def test_one_process_at_a_time_serves_a_database(sql_store: SqlStore) -> None:
    """A second server is refused; an administrative visit is not, and sees and changes what is there."""
    assert "is in use by another pluglot" in await refusal_of_opening(sql_store.path)
    visitor = SqlStore(sql_store.path, serving=False)
    await visitor.open()
    await visitor.administration.save_secret("from", "visitor")
    await visitor.close()
    assert await sql_store.administration.secret("from") == "visitor"


async def test_a_lock_during_work_fails_what_waits_and_then_goes_away(sql_store: SqlStore) -> None:
    """While the database is locked commits say so; once it is free they succeed again by themselves."""
    with locked(sql_store.path):
        outcomes = await asyncio.gather(
            *(sql_store.commit([exchanged(str(number))]) for number in range(5)), return_exceptions=True
        )
        assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
        assert "another program keeps the database locked" in str(outcomes[0])
    await sql_store.commit([exchanged("after")])
    page = await sql_store.queries.messages(filters={}, limit=10, cursor=None)
    assert [message.message_id for message in page.items] == ["after"]


async def test_a_full_disk_fails_what_waits_and_heals(sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no room left every waiter is told; with room again commits succeed, and what failed left no trace."""
    await sql_store.commit([exchanged("before")])
    connect, full = sqlite.connect_writer, [True]

    def connect_to_small_disk(path: Path, *, create: bool = False) -> sqlite.Connection:
        connection = connect(path, create=create)
        if full:
            connection.execute("PRAGMA max_page_count = 1")  # the smallest it will go is what is there
        return connection

    monkeypatch.setattr(sqlite, "connect_writer", connect_to_small_disk)
    with locked(sql_store.path), pytest.raises(StoreUnavailable):
        await sql_store.commit([exchanged("locked")])  # the next group connects anew
    for _ in range(2):
        large = [sql_store.commit([registered(), exchanged("large", request_frame="x" * 500_000)]) for _ in range(3)]
        outcomes = await asyncio.gather(*large, return_exceptions=True)
        what = "there is no room left on the disk; free some space, writing goes on by itself"
        assert {str(outcome) for outcome in outcomes} == {f"The database {sql_store.path} cannot be used: {what}."}
    full.clear()
    await sql_store.commit([exchanged("after")])
    page = await sql_store.queries.messages(filters={}, limit=10, cursor=None)
    assert [message.message_id for message in page.items] == ["after", "before"]
    assert await sql_store.stations.find("A") is None


async def test_a_closed_store_says_so(store: Store) -> None:
    """After closing nothing is taken, not even what needs no writing; opened again it goes on."""
    await store.commit([registered()])
    await store.close()
    for facts in ([registered("B")], [StationHeard(at=NOW, station_id="A")]):
        with pytest.raises(StoreUnavailable, match="not open"):
            await store.commit(facts)
    await store.close()
    await store.open()
    assert await store.stations.find("A") is not None
    assert await store.stations.find("B") is None


async def test_reading_a_closed_database_says_so(sql_store: SqlStore) -> None:
    """A query after closing is refused as unavailable."""
    await sql_store.close()
    with pytest.raises(StoreUnavailable, match="not open"):
        await sql_store.queries.counts()


@pytest.mark.parametrize(
    ("text", "path"),
    [("sqlite:///pluglot.db", "pluglot.db"), ("sqlite:////var/lib/p.db", "/var/lib/p.db"), ("a/b.db", "a/b.db")],
)
def test_a_database_is_named_by_path_or_address(text: str, path: str) -> None:
    """Three slashes and a path, or a path alone; relative ones count from the present folder."""
    assert sqlite.path_of(text) == Path.cwd() / path


@pytest.mark.parametrize("text", ["postgresql://x/y", "sqlite://", "sqlite:///", "sqlite://host/x.db"])
def test_other_addresses_are_refused(text: str) -> None:
    """What is no file is refused with the rule."""
    with pytest.raises(ValueError, match="must be a file path or sqlite:///path"):
        sqlite.path_of(text)
