"""``pluglot demo``: a management system, stations of every road to it and their drivers, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import secrets
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console

from pluglot.app.bridge import BridgeProgram
from pluglot.app.clock import utc_now
from pluglot.app.csms import CsmsProgram
from pluglot.app.drivers import visit
from pluglot.app.station import Station, living
from pluglot.app.uplinks import Road, WebSocketRoad
from pluglot.csms.records import TokenRecord
from pluglot.messages.version import OcppVersion
from pluglot.settings import BridgeSettings, CsmsSettings, DemoSettings
from pluglot.simulation import Fleet, VisitPlan, models_for
from pluglot.station import EvseSettings, MemoryJournal, StationSettings
from pluglot.transport import Dialer

#: How much faster than real time vehicles charge, so that a session is over in half a minute.
SPEED: Final = 60.0
SAMPLE_SECONDS: Final = "2"
#: The most entries of one list in the summary.
LISTED: Final = 1000


@dataclass(frozen=True, slots=True)
class DemoStation:
    """One station of the demo."""

    identity: str
    version: OcppVersion
    vendor_name: str
    model: str
    power_w: int


STATIONS: Final = (
    DemoStation("HARBOUR-1", OcppVersion.OCPP_1_6, "Lighthouse Power", "Pier 22", 22_000),
    DemoStation("HARBOUR-2", OcppVersion.OCPP_1_6, "Lighthouse Power", "Pier 22", 22_000),
    DemoStation("MARKET-1", OcppVersion.OCPP_2_0_1, "Meadow Electric", "Duo", 11_000),
    DemoStation("MARKET-2", OcppVersion.OCPP_2_0_1, "Meadow Electric", "Duo", 11_000),
    DemoStation("MOTORWAY-1", OcppVersion.OCPP_2_1, "Northwind", "Rapid 150", 150_000),
    DemoStation("MOTORWAY-2", OcppVersion.OCPP_2_1, "Northwind", "Rapid 150", 150_000),
)
#: Over SOAP, where lxml is installed.
SOAP_STATION: Final = DemoStation("OLD-MILL-1", OcppVersion.OCPP_1_5_SOAP, "Brook & Sons", "Wheel", 11_000)
#: Speaks 1.6 to a bridge, which speaks the other version to the management system.
BRIDGED_STATION: Final = DemoStation("FERRY-1", OcppVersion.OCPP_1_6, "Lighthouse Power", "Pier 22", 22_000)
BRIDGED_AS: Final = "2.0.1"
DRIVERS: Final = ("ADA-LOVELACE", "GRACE-HOPPER", "EMMY-NOETHER", "LISE-MEITNER", "MARY-SOMERVILLE", "SOPHIE-GERMAIN")
#: A driver whom nobody knows comes now and then, so that a refusal can be seen.
STRANGER: Final = "LOST-CARD"


async def run_demo(
    *,
    as_json: bool,
    browser: bool,
    settings: DemoSettings,
    until_told_to_stop: Callable[[], Awaitable[None]],
) -> None:
    """Run the demo for a time, or until told to stop, and print what happened when asked to."""
    say = Console(stderr=True, highlight=False, soft_wrap=True).print
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pluglot-demo-"))
        program = await stack.enter_async_context(
            CsmsProgram(_settings(Path(folder), settings), open_to_visitors=True, speed=SPEED)
        )
        say(f"A charging network lives at [bold]{program.serving.url}[/] (vehicles charge {SPEED:.0f} times faster).")
        say(f"Stations of your own may connect to {program.station_address}/… once you adopt them. Ctrl-C ends it.")
        stations = await _stations(stack, program, Path(folder))
        driving = asyncio.gather(*(_drive(station) for station in stations))
        stack.push_async_callback(_ended, driving)
        if browser:
            await asyncio.to_thread(webbrowser.open, program.serving.url)
        await _pass_time(settings.seconds, driving, until_told_to_stop)
        if as_json:
            sys.stdout.write(msgspec.json.encode(await summary(program)).decode() + "\n")


def _settings(folder: Path, given: DemoSettings) -> CsmsSettings:
    return CsmsSettings(
        database=f"sqlite:///{folder / 'demo.db'}",
        listen=given.listen or f"127.0.0.1:{_free(9000)}",
        web=given.web or f"127.0.0.1:{_free(8080)}",
        heartbeat_interval=10,
        soap=_has_soap(),
    )


def _free(port: int) -> int:
    """The usual port, or 0 (any) when something else has it: a demo should start, not argue."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _has_soap() -> bool:
    """Whether the extra is installed that SOAP needs."""
    return importlib.util.find_spec("lxml") is not None


async def _stations(stack: AsyncExitStack, program: CsmsProgram, folder: Path) -> list[Station]:
    for name in DRIVERS:
        await program.operations.save_token(TokenRecord(id_token=name, type="Central"))
    dialer = await stack.enter_async_context(Dialer())
    roads: list[tuple[DemoStation, Road]] = [
        (row, WebSocketRoad(dialer, program.station_address, row.version)) for row in STATIONS
    ]
    if program.settings.soap:
        roads.append((SOAP_STATION, await _soap_road(stack, program)))
    bridge = BridgeSettings(
        to=program.station_address, as_=BRIDGED_AS, listen="127.0.0.1:0", state=str(folder / "bridge")
    )
    bridged = await stack.enter_async_context(BridgeProgram(bridge))
    roads.append((BRIDGED_STATION, WebSocketRoad(dialer, bridged.station_address, BRIDGED_STATION.version)))
    return [await stack.enter_async_context(living(await _station(program, row, road))) for row, road in roads]


async def _soap_road(stack: AsyncExitStack, program: CsmsProgram) -> Road:
    from pluglot.app.soap_road import soap_road  # noqa: PLC0415 - needs lxml, an extra

    url = "http" + program.station_address.removeprefix("ws")
    return await stack.enter_async_context(soap_road(url, SOAP_STATION.version, "127.0.0.1", 0))


async def _station(program: CsmsProgram, row: DemoStation, road: Road) -> Station:
    registered = await program.operations.register_station(
        row.identity, security_profile=1, password=None, note="a station of the demo"
    )
    return Station(
        StationSettings(
            identity=row.identity,
            vendor_name=row.vendor_name,
            model=row.model,
            serial_number=f"{row.identity}-0042",
            firmware_version="2.4.1",
            evses=(EvseSettings(maximum_power=Decimal(row.power_w)),) * 2,
            variables={"SampledDataCtrlr.TxUpdatedInterval": SAMPLE_SECONDS},
        ),
        road=road,
        password=registered.password,
        journal=MemoryJournal(),
        speed=SPEED,
    )


async def _drive(station: Station) -> None:
    """Drivers come to both EVSEs, one after the other, for ever."""
    await station.until_ready()
    await asyncio.gather(*(_visits(station, evse_id) for evse_id in station.evses))


async def _visits(station: Station, evse_id: int) -> None:
    random = secrets.SystemRandom()
    fleet = Fleet(random.random, models_for(float(station.evses[evse_id].maximum_power_w)))
    await asyncio.sleep(0.5 + random.random() * 2 + 5 * (evse_id - 1))
    first = True
    while True:
        token = STRANGER if not first and random.random() < 0.08 else random.choice(DRIVERS)  # noqa: PLR2004 - rarely
        duration = timedelta(seconds=random.uniform(12, 17) if first else random.uniform(15, 45))
        plan = VisitPlan(token, "Central", duration=duration, stops_with_token=random.random() < 0.7)  # noqa: PLR2004 - most
        await visit(station, evse_id, fleet.arrival(), plan)
        first = False
        await asyncio.sleep(random.uniform(1, 6))


async def _pass_time(
    seconds: float | None, driving: asyncio.Future[Any], until_told_to_stop: Callable[[], Awaitable[None]]
) -> None:
    told = asyncio.ensure_future(until_told_to_stop())
    try:
        done, _ = await asyncio.wait({told, driving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if driving in done:
            driving.result()
    finally:
        told.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await told


async def _ended(driving: asyncio.Future[Any]) -> None:
    driving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await driving


async def summary(program: CsmsProgram) -> dict[str, Any]:
    """What happened, as one object for scripts."""
    lists = program.store.queries
    stations = await lists.stations(filters={}, limit=LISTED, cursor=None)
    transactions = await lists.transactions(filters={}, limit=LISTED, cursor=None)
    counts = await lists.counts()
    return {
        "url": program.serving.url,
        "at": utc_now(),
        "stations": [
            {"id": station.id, "ocppVersion": station.ocpp_version, "connected": station.connected}
            for station in stations.items
        ],
        "transactions": [
            {
                "stationId": transaction.station_id,
                "ocppVersion": transaction.ocpp_version,
                "transactionId": transaction.transaction_id,
                "energyWh": float(transaction.energy_wh),
                "cost": None if transaction.cost is None else float(transaction.cost),
                "currency": transaction.currency,
                "stoppedReason": transaction.stopped_reason,
            }
            for transaction in transactions.items
        ],
        "messages": counts["messages"],
        "losses": counts["losses"],
        "errors": counts["errors"],
    }
