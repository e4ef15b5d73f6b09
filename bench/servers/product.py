"""The whole product: every event durable in SQLite before its answer, ledger, message log and live pages on.

Usage: python -m bench.servers.product PORT FOLDER STATIONS   (the password stands in PLUGLOT_BENCH_PASSWORD; a version
may follow and is of no use, for every version is served)
"""

from __future__ import annotations

import asyncio
import os
import sys

import uvloop

from bench.messages import TOKEN
from pluglot import telemetry
from pluglot.app import collector
from pluglot.app.clock import utc_now
from pluglot.app.csms import CsmsProgram
from pluglot.app.machine import several_processors
from pluglot.csms.facts import StationRegistered, TokenSaved
from pluglot.csms.records import CredentialRecord, StationRecord, TokenRecord
from pluglot.settings import CsmsSettings


async def serve(port: int, folder: str, stations: int) -> None:
    """Register the stations, then serve until killed."""
    telemetry.configure("json", "error")
    settings = CsmsSettings(
        listen=f"127.0.0.1:{port}", web="127.0.0.1:0", database=f"sqlite:///{folder}/bench.db", ping_interval=3600
    )
    async with CsmsProgram(settings, writes_apart=several_processors()) as program:
        collector.look_seldom()
        now = utc_now()
        await program.publish([TokenSaved(at=now, token=TokenRecord(id_token=TOKEN, type="Central"))])
        verifier = program.credentials.keep_generated(os.environ["PLUGLOT_BENCH_PASSWORD"])
        await program.publish([registered(f"BENCH-{number:05}", verifier) for number in range(stations)])
        print("ready", flush=True)
        await asyncio.Event().wait()


def registered(identity: str, verifier: str) -> StationRegistered:
    """A station of the bench."""
    now = utc_now()
    return StationRegistered(
        at=now,
        station=StationRecord(id=identity, registered_at=now),
        credential=CredentialRecord(station_id=identity, security_profile=1, verifier=verifier, changed_at=now),
    )


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
