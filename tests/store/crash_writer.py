"""Commits facts as fast as it can and says so after each commit, until somebody kills it; run as a program."""

from __future__ import annotations

import asyncio
import os
import sys

from msgspec.structs import replace

from pluglot.csms.facts import StationHeard
from pluglot.store import SqlStore
from tests.store.samples import NOW, exchanged, later, of_transaction

STATIONS = 20


async def station(store: SqlStore, station_id: str, first: int) -> None:
    """Commit one event after the other, each whole set acknowledged once it returned."""
    seq_no = first
    while True:
        event = of_transaction(seq_no, station_id=station_id)
        message = exchanged(f"{station_id} {seq_no}", station_id=station_id, request_frame="x" * 700, at=later(seq_no))
        await store.commit([StationHeard(at=NOW, station_id=station_id), event, message])
        os.write(1, f"{station_id} {seq_no}\n".encode())
        if seq_no % 7 == 0:  # a replay must not make it two
            await store.commit([replace(event, at=later(seq_no + 1))])
        seq_no += 1


async def main(path: str, first: int, *, writes_apart: bool) -> None:
    """Go on from number ``first``."""
    store = SqlStore(path, writes_apart=writes_apart)
    await store.open()
    async with asyncio.TaskGroup() as group:
        for number in range(STATIONS):
            group.create_task(station(store, f"S{number}", first))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), writes_apart=sys.argv[3:] == ["apart"]))
