"""A real process on a real journal, killed with SIGKILL again and again."""

import os
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pluglot.messages import TransactionEventRequest
from pluglot.messages.codec import decode

Events = dict[tuple[str, int], TransactionEventRequest]


def life(journal: Path, hour: int, what: str) -> subprocess.Popen[bytes]:
    """Start the station in a process of its own."""
    arguments = [sys.executable, "-m", "tests.station.endless_station", str(journal), str(hour), what]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, env={"PYTHONPATH": os.pathsep.join(sys.path)})


def take(line: bytes, events: Events) -> None:
    """Keep an event as a CSMS does: once for each number, and never with two contents."""
    event = msgspec.structs.replace(decode(TransactionEventRequest, line.strip()), offline=None)
    key = event.transaction_info.transaction_id, event.seq_no
    assert events.setdefault(key, event) == event


@pytest.mark.requirement("TX-01", "TX-03", "TX-04", "TX-15")
def test_a_station_killed_again_and_again_tells_everything_once(tmp_path: Path) -> None:
    """Killed after a random number of frames: no number is told twice differently, none is missing, all end."""
    dice = random.Random(7)
    events: Events = {}
    for hour in range(8):
        with life(tmp_path / "journal.db", hour, "live") as station:
            assert station.stdout is not None
            for _ in range(dice.randrange(1, 40)):
                take(station.stdout.readline(), events)
            station.kill()
            *whole, _torn = station.stdout.read().split(b"\n")
            for line in whole:
                take(line, events)
    with life(tmp_path / "journal.db", 8, "deliver") as station:
        assert station.stdout is not None
        *lines, last = station.stdout.read().splitlines()
        assert last == b"delivered"
        for line in lines:
            take(line, events)
    for transaction_id in {owner for owner, _ in events}:
        told = [event for (owner, _), event in sorted(events.items()) if owner == transaction_id]
        assert [event.seq_no for event in told] == list(range(len(told)))
        assert (told[0].event_type, told[-1].event_type) == ("Started", "Ended")
