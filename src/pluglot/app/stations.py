"""``pluglot station``: one simulated station or many, of any version, charging once or obeying a control API."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pluglot.app.control import serve_control
from pluglot.app.drivers import visit
from pluglot.app.station import Station, living
from pluglot.messages.version import OcppVersion
from pluglot.settings import StationSettings as Settings
from pluglot.settings import WrongSetting, split_address
from pluglot.simulation import Fleet, VisitPlan
from pluglot.station import EvseSettings, Journal, JournalUnavailable, MemoryJournal, StationSettings
from pluglot.store.journal import SqliteJournal
from pluglot.transport import Dialer

VENDOR: Final = "pluglot"
MODEL: Final = "simulated"
#: What one EVSE of a simulated station offers, in W.
POWER: Final = Decimal(22_000)


def make_station(url: str, identity: str, settings: Settings, journal: Journal, dialer: Dialer) -> Station:
    """A simulated station as the settings describe it."""
    interval = str(max(1, round(settings.sample_interval)))
    return Station(
        StationSettings(
            identity=identity,
            vendor_name=VENDOR,
            model=MODEL,
            serial_number=identity[:25],
            firmware_version="1.0",
            evses=(EvseSettings(maximum_power=POWER),) * settings.evses,
            variables={"SampledDataCtrlr.TxUpdatedInterval": interval},
        ),
        url=url,
        version=OcppVersion(settings.ocpp),
        password=settings.password,
        journal=journal,
        dialer=dialer,
        speed=settings.speed,
    )


def journal_of(folder: str | None, identity: str) -> Journal:
    """Durable memory in a folder, or memory that ends with the program."""
    if folder is None:
        return MemoryJournal()
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalUnavailable(f"the folder {path} cannot be made: {error.strerror}") from error
    # An identity may hold any character; a file name must not.
    name = "".join(
        character if character.isalnum() or character in "-_." else f"%{ord(character):x}" for character in identity
    )
    return SqliteJournal(path / f"{name}.journal")


def identities(identity: str, count: int) -> list[str]:
    """The identity itself, or so many numbered ones."""
    return [identity] if count == 1 else [f"{identity}-{number:0{len(str(count))}}" for number in range(1, count + 1)]


async def run_stations(
    url: str, identity: str, settings: Settings, until_told_to_stop: Callable[[], Awaitable[None]]
) -> None:
    """Run the stations until they have charged, or until told to stop."""
    if not url.startswith(("ws://", "wss://")):
        raise WrongSetting("URL", url, "must begin with ws:// or wss://")
    async with AsyncExitStack() as stack:
        dialer = await stack.enter_async_context(Dialer())
        stations: dict[str, Station] = {}
        for name in identities(identity, settings.count):
            journal = journal_of(settings.state, name)
            stack.callback(journal.close)
            stations[name] = await stack.enter_async_context(living(make_station(url, name, settings, journal, dialer)))
        if settings.control is not None:
            stop_control = await serve_control(stations, *split_address(settings.control))
            stack.push_async_callback(stop_control)
        stopping = asyncio.ensure_future(until_told_to_stop())
        stack.callback(stopping.cancel)
        if settings.charge is None:
            await stopping
            return
        charging: asyncio.Future[Any] = asyncio.gather(*(_charge_once(each, settings) for each in stations.values()))
        waiting: set[asyncio.Future[Any]] = {charging, stopping}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if charging.done():
            charging.result()
        charging.cancel()


async def _charge_once(station: Station, settings: Settings) -> None:
    vehicle = Fleet(secrets.SystemRandom().random).arrival()
    vehicle.target = 1.0
    plan = VisitPlan(
        settings.token, settings.token_type, hesitation=timedelta(0), duration=timedelta(seconds=settings.charge or 0)
    )
    await station.until_ready()
    await visit(station, 1, vehicle, plan)
    await station.until_delivered()
