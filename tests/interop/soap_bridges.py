"""What the tests of bridges with SOAP share: credentials, addresses, and stations that introduce themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bridging import BridgeProgram, bridge_program
from tests.interop import zeep_peers
from tests.interop.management_systems import central_system
from tests.interop.python_stations import BEGIN, END, REGISTER_BEGIN, REGISTER_END
from tests.interop.zeep_peers import Caller, Served, caller, meter_values
from tests.network.soap_rig import http_server
from tests.soap.wsdl import Reference

#: What a station shows to the bridge, and what a bridge that has a file shows above.
PASSWORD = "a-password-for-basic"
UPSTREAM = "another-password-1"


def posts_to(bridge: BridgeProgram) -> str:
    """Where stations post."""
    return bridge.station_url.replace("ws://", "http://")


def storing(folder: Path, *more: str, upstream: str = UPSTREAM) -> tuple[str, ...]:
    """How a bridge is told to store for station CS-1; ``more`` are further lines of its credentials."""
    lines = [f'station-password = "{PASSWORD}"', f'upstream-password = "{upstream}"', *more]
    file = folder / "credentials.toml"
    file.write_text("\n".join(['[stations."CS-1"]', *lines]))
    return "--mode", "store-and-forward", "--credentials", str(file)


async def is_alone(bridge: BridgeProgram) -> bool:
    """Whether the bridge has lost its uplink."""
    return not (await bridge.station("CS-1"))["uplinkConnected"]


async def has_delivered(bridge: BridgeProgram) -> bool:
    """Whether everything was told."""
    shown = await bridge.station("CS-1")
    return bool(shown["queueLength"] == 0 and shown["uplinkConnected"])


async def introduce(station: Caller) -> None:
    """Boot, and tell that the connector is free."""
    boot = await station.call("BootNotification", chargePointVendor="Elsewhere", chargePointModel="Z")
    assert boot["status"] == "Accepted"
    await station.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")


async def charges(station: Any, reference: Reference) -> None:
    """Two transactions, told while nobody listens above."""
    for number in (0, 1):
        later = timedelta(hours=number)
        started = await station.call(
            "StartTransaction", connectorId=1, idTag="DRIVER-1", timestamp=BEGIN + later, meterStart=REGISTER_BEGIN
        )
        assert started["idTagInfo"]["status"] == "Accepted"
        transaction_id = started["transactionId"]
        if number == 0:
            await station.call("MeterValues", **meter_values(reference, transaction_id))
        await station.call(
            "StopTransaction",
            transactionId=transaction_id,
            idTag="DRIVER-1",
            timestamp=END + later,
            meterStop=REGISTER_END,
        )


@asynccontextmanager
async def commanded(
    folder: Path, reference: Reference, served: Served, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Caller, Any]]:
    """A station made by zeep that introduced itself through a bridge, and the 2.0.1 system that can command it."""
    async with (
        central_system("2.0.1") as (url, stations),
        bridge_program(folder, url, "2.0.1", "--soap") as bridge,
        http_server(served.handle) as address,
    ):
        monkeypatch.setattr(zeep_peers, "LISTENING", address)
        with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
            await introduce(station)
            yield station, await asyncio.wait_for(stations.get(), 60)
