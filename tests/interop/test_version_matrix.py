"""Any station version reaches a management system in any version, through a bridge: every pair, over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pluglot.app.bridge import BridgeProgram
from pluglot.app.csms import CsmsProgram
from pluglot.app.drivers import visit
from pluglot.app.station import living
from pluglot.app.stations import journal_of, make_station, road_to
from pluglot.csms.records import TokenRecord
from pluglot.settings import BridgeSettings, CsmsSettings, StationSettings
from pluglot.simulation import Vehicle, VisitPlan
from pluglot.simulation.vehicle import MODELS

STATIONS = ("1.2s", "1.5s", "1.6s", "1.6", "2.0", "2.0.1", "2.1")
SYSTEMS = ("1.2s", "1.5s", "1.6s", "1.6", "2.0", "2.0.1", "2.1")
TOKEN = "MATRIX-1"
SPEED = 60.0


def identity(station: str, system: str) -> str:
    """The name of a pair."""
    return f"FROM-{station}-TO-{system}"


def address_of(csms: CsmsProgram, version: str) -> str:
    """Where a management system is reached in a version."""
    return csms.station_address.replace("ws://", "http://") if version.endswith("s") else csms.station_address


async def one_session(stack: AsyncExitStack, url: str, name: str, version: str, password: str) -> Decimal:
    """A station of this version charges once through the bridge; the energy its meter counted, in Wh."""
    settings = StationSettings(ocpp=version, password=password, evses=1, speed=SPEED, sample_interval=1)
    address = url.replace("ws://", "http://") if version.endswith("s") else url
    road = await stack.enter_async_context(road_to(address, settings))
    station = await stack.enter_async_context(living(make_station(road, name, settings, journal_of(None, name))))
    await station.until_ready()
    plan = VisitPlan(TOKEN, "Central", hesitation=timedelta(0), duration=timedelta(seconds=3))
    await visit(station, 1, Vehicle(MODELS[1], 0.2), plan)
    await station.until_delivered()
    return station.evses[1].register_wh


@pytest.mark.timeout(600)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.requirement("BRG-01", "BRG-03")
async def test_every_station_version_reaches_a_management_system(tmp_path: Path, system: str) -> None:
    """Each session is found there, in the version of the bridge, whole and with the energy of the station's meter."""
    async with AsyncExitStack() as stack:
        csms = await stack.enter_async_context(
            CsmsProgram(
                CsmsSettings(
                    listen="127.0.0.1:0", web="127.0.0.1:0", database=f"sqlite:///{tmp_path / 'matrix.db'}", soap=True
                ),
                speed=SPEED,
            )
        )
        await csms.operations.save_token(TokenRecord(id_token=TOKEN, type="Central"))
        bridge = await stack.enter_async_context(
            BridgeProgram(
                BridgeSettings(
                    to=address_of(csms, system),
                    as_=system,
                    listen="127.0.0.1:0",
                    state=str(tmp_path / "bridge"),
                    soap=True,
                )
            )
        )
        async with asyncio.TaskGroup() as group:
            sessions = {}
            for version in STATIONS:
                name = identity(version, system)
                registered: Any = await csms.operations.register_station(
                    name, security_profile=1, password=None, note=None
                )
                sessions[name] = group.create_task(
                    one_session(stack, bridge.station_address, name, version, registered.password)
                )
        for name, session in sessions.items():
            page = await csms.store.queries.transactions(filters={"stationId": name}, limit=10, cursor=None)
            (transaction,) = page.items
            assert transaction.ocpp_version == system
            assert not transaction.is_open
            assert transaction.missing_seq_nos == ()
            # Versions before 2.0 tell whole watt-hours at both ends.
            assert transaction.energy_wh == pytest.approx(session.result(), abs=2), name
            assert transaction.energy_wh > 50
