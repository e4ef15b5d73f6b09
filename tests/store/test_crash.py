from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pluglot.store import SqlStore
from tests.store import crash_writer

ROOT = Path(__file__).parents[2]
ROUNDS = 6


def run_until_killed(path: Path, first: int, acknowledgements: int, *arguments: str) -> list[str]:
    """Run the writer, kill it after so many acknowledgements, and return all it gave."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, crash_writer.__file__, str(path), str(first), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(acknowledgements)]
        process.kill()
        lines += process.stdout.readlines()
    # The pipe is written line by line in one call each, so none is torn.
    return [line.decode().strip() for line in lines if line]


@pytest.mark.parametrize("arguments", [(), ("apart",)], ids=["one process", "a process of its own writes"])
@pytest.mark.requirement("TX-08", "TX-09")
async def test_every_acknowledged_set_survives_kill_minus_nine_whole_and_once(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Killed at random moments again and again: what was acknowledged is there; nothing is there by half or twice."""
    path = tmp_path / "pluglot.db"
    acknowledged: list[str] = []
    moments = random.Random(20260329)
    for number in range(ROUNDS):
        acknowledged += run_until_killed(path, number * 100_000, moments.randint(1, 1500), *arguments)
    assert len(acknowledged) > ROUNDS
    store = SqlStore(path)
    await store.open()  # waits until a writing process has ended too
    await store.close()
    connection = sqlite3.connect(path)
    ledger = [f"{station} {seq_no}" for station, seq_no in connection.execute("SELECT station_id, seq_no FROM ledger")]
    messages = [row[0] for row in connection.execute("SELECT message_id FROM messages")]
    latest = dict(connection.execute("SELECT station_id, received_seq_nos FROM transactions"))
    counted = connection.execute("SELECT value FROM counters WHERE name = 'messages'").fetchone()[0]
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert len(ledger) == len(set(ledger))
    assert set(acknowledged) <= set(ledger)
    assert sorted(ledger) == sorted(messages)
    assert counted == len(messages)
    for station, ranges in latest.items():
        last = max(int(event.split()[1]) for event in ledger if event.split()[0] == station)
        assert ranges == f"[[0,{last}]]"


@pytest.mark.requirement("BOOT-09")
async def test_after_a_kill_the_store_opens_with_everything(tmp_path: Path) -> None:
    """The next start needs no repair and finds the open transactions."""
    path = tmp_path / "pluglot.db"
    acknowledged = run_until_killed(path, 0, 100)
    store = SqlStore(path)
    await store.open()
    for line in acknowledged:
        station, seq_no = line.split()
        entry = await store.transactions.entry(station, "t", int(seq_no))
        assert entry is not None
        assert entry.seq_no == int(seq_no)
    assert len(await store.transactions.open_of_evse("S0", 1)) == 1
    await store.close()
