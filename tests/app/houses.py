"""A management system inside the test, and stations of ours that connect to it over real sockets."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pluglot.app.csms import CsmsProgram
from pluglot.app.station import Station
from pluglot.app.uplinks import WebSocketRoad
from pluglot.csms.records import TokenRecord
from pluglot.messages.version import OcppVersion
from pluglot.settings import CsmsSettings
from pluglot.station import EvseSettings, Journal, JournalUnavailable, Memory, MemoryJournal, StationSettings, Writes
from pluglot.transport import Dialer

SPEED = 60.0


class MoodyJournal:
    """A journal that refuses as long as the test wants."""

    def __init__(self) -> None:
        self.inner = MemoryJournal()
        self.refusing = False
        self.refusals = 0

    def write(self, writes: Writes) -> None:
        """Write, or refuse."""
        if self.refusing:
            self.refusals += 1
            raise JournalUnavailable("the disk is full")
        self.inner.write(writes)

    def load(self) -> Memory:
        """Remember, or refuse."""
        if self.refusing:
            self.refusals += 1
            raise JournalUnavailable("the disk is full")
        return self.inner.load()

    def close(self) -> None:
        """Nothing to close."""


def settings(identity: str) -> StationSettings:
    """A station that comes back quickly."""
    return StationSettings(
        identity=identity,
        vendor_name="V",
        model="M",
        serial_number="1",
        firmware_version="1.0",
        evses=(EvseSettings(maximum_power=Decimal(22_000)),),
        variables={
            "OCPPCommCtrlr.RetryBackOffWaitMinimum": "0",
            "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
            "SampledDataCtrlr.TxUpdatedInterval": "1",
        },
    )


@contextlib.asynccontextmanager
async def house(folder: Path) -> AsyncIterator[CsmsProgram]:
    """A management system that knows the token TAG."""
    database = f"sqlite:///{folder / 'pluglot.db'}"
    made = CsmsSettings(database=database, listen="127.0.0.1:0", web="127.0.0.1:0")
    async with CsmsProgram(made, speed=SPEED) as program:
        await program.operations.save_token(TokenRecord(id_token="TAG", type="Central"))
        yield program


@contextlib.asynccontextmanager
async def station_of(
    program: CsmsProgram, identity: str, version: OcppVersion, journal: Journal | None = None, **others: Any
) -> AsyncIterator[Station]:
    """A registered station that does not live yet."""
    registered = await program.operations.register_station(identity, security_profile=1, password=None, note="")
    async with Dialer() as dialer:
        yield Station(
            settings(identity),
            road=WebSocketRoad(dialer, program.station_address, version),
            password=registered.password,
            journal=journal or MemoryJournal(),
            speed=SPEED,
            **others,
        )
