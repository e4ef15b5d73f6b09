from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from pluglot.station.ports import Entry, JournalUnavailable, Writes
from pluglot.store.shared_journal import SharedJournal


@pytest.mark.requirement("BRG-03", "BRG-04")
async def test_what_many_stations_wrote_at_once_is_there_after_a_restart(tmp_path: Path) -> None:
    """Entries keep their order, the last state of a section counts, and stations do not mix."""
    journal = SharedJournal(tmp_path / "new" / "bridge.journal")
    await journal.open()
    await asyncio.gather(
        *(
            journal.write(
                f"S{station}",
                Writes(appended=(Entry(number, "A", b"%d" % number),), states={"half": b"%d" % number}),
            )
            for number in range(1, 4)
            for station in range(500)
        )
    )
    await asyncio.gather(*(journal.write(f"S{station}", Writes(acknowledged=(2,))) for station in range(1, 500)))
    await journal.close()
    again = SharedJournal(tmp_path / "new" / "bridge.journal")
    await again.open()
    first, second = await again.load("S0"), await again.load("S1")
    assert [entry.entry_id for entry in first.entries] == [1, 2, 3]
    assert second.entries == (Entry(1, "A", b"1"), Entry(3, "A", b"3"))
    assert first.states == second.states == {"half": b"3"}
    assert len(await again.undelivered()) == 500
    assert (await again.load("nobody")).entries == ()
    await again.close()
    await again.close()


async def test_a_write_that_fails_is_said_and_writes_nothing(tmp_path: Path) -> None:
    """Everybody whose write was in the group is told, and later writes succeed again."""
    journal = SharedJournal(tmp_path / "bridge.journal")
    await journal.open()
    other = sqlite3.connect(tmp_path / "bridge.journal")
    other.execute("ALTER TABLE entry RENAME TO away")
    writes = Writes(appended=(Entry(1, "A", b"1"),), states={"half": b"1"})
    results = await asyncio.gather(*(journal.write(name, writes) for name in "AB"), return_exceptions=True)
    assert all(isinstance(result, JournalUnavailable) for result in results)
    assert other_states(tmp_path) == 0
    other.execute("ALTER TABLE away RENAME TO entry")
    other.close()
    await journal.write("A", writes)
    assert (await journal.load("A")).states == {"half": b"1"}
    await journal.close()


def other_states(folder: Path) -> int:
    """How many states somebody else finds in the file."""
    connection = sqlite3.connect(folder / "bridge.journal")
    try:
        return int(connection.execute("SELECT count(*) FROM state").fetchone()[0])
    finally:
        connection.close()


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The error names the folder."""
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable, match="file"):
        await SharedJournal(tmp_path / "file" / "bridge.journal").open()
