"""The journal of a bridge: written before it is forwarded, on the disk before it is answered."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pluglot.station import JournalUnavailable, Writes
from pluglot.station.ports import Entry
from pluglot.store import bridge_journal
from pluglot.store.bridge_journal import BridgeJournal


def state(number: int) -> Writes:
    """A memory, and a message that is kept."""
    return Writes(appended=(Entry(number, "A", b"%d" % number),), states={"half": b"%d" % number})


def copied(folder: Path) -> Path:
    """The files as the end of the program leaves them."""
    killed = folder / "killed"
    killed.mkdir()
    for file in folder.glob("bridge.journal*"):
        if not file.name.endswith("-shm"):  # the index of the log, made anew from it
            shutil.copy(file, killed)
    return killed


@pytest.mark.requirement("BRG-03")
async def test_what_was_put_survives_the_end_of_the_program(tmp_path: Path) -> None:
    """The file as it stands when a put returns holds what was put, although nobody waited for the disk."""
    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    await asyncio.gather(*(journal.put(f"S{number % 7}", state(number)) for number in range(1, 50)))
    killed = copied(tmp_path)
    await journal.close()
    again = BridgeJournal(killed / "bridge.journal")
    await again.open()
    memory = await again.load("S0")
    assert [entry.entry_id for entry in memory.entries] == [7, 14, 21, 28, 35, 42, 49]
    assert memory.states == {"half": b"49"}
    await again.close()


@pytest.mark.requirement("BRG-04")
async def test_settling_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is settled before the disk was waited for, and what was settled is not waited for again."""
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(bridge_journal.os, "fdatasync", lambda file: (synced.append(file), real(file)))
    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    count = await journal.put("S", state(1))
    assert not synced
    await journal.settle(count)
    assert len(synced) == 1
    await journal.settle(count)
    assert len(synced) == 1
    await journal.write("S", state(2))
    assert len(synced) == 2
    await journal.close()
    await journal.close()


async def test_a_disk_that_failed_is_not_believed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed wait for the disk nothing is settled or put any more: what it was given may be lost."""

    def broken(_: Any) -> None:
        raise OSError(5, "Input/output error")

    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    count = await journal.put("S", state(1))
    with monkeypatch.context() as patched:
        patched.setattr(bridge_journal.os, "fdatasync", broken)
        with pytest.raises(JournalUnavailable, match="Input/output error"):
            await journal.settle(count)
    with pytest.raises(JournalUnavailable):
        await journal.settle(count)
    with pytest.raises(JournalUnavailable):
        await journal.put("S", state(2))
    await journal.close()


async def test_the_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some writes the log is folded into the file and begins anew."""
    monkeypatch.setattr(bridge_journal, "FOLD_AFTER", 20)
    monkeypatch.setattr(bridge_journal, "PACE", 0.0)
    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    for number in range(1, 200):
        await journal.write("S", Writes(states={"half": b"%d" % number * 500}))
    assert (tmp_path / "bridge.journal-wal").stat().st_size < 100 * 4096
    assert (await journal.load("S")).states == {"half": b"199" * 500}
    await journal.close()


async def test_whose_write_failed_is_told(tmp_path: Path) -> None:
    """Everybody whose write was in a group that failed is told, and later writes succeed."""
    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    too_big: Any = Writes(appended=(Entry(2**70, "A", b""),))
    results = await asyncio.gather(journal.put("A", state(1)), journal.put("B", too_big), return_exceptions=True)
    assert all(isinstance(result, JournalUnavailable) for result in results)
    await journal.write("A", state(1))
    assert (await journal.load("A")).states == {"half": b"1"}
    await journal.close()
