"""``pluglot station``: one simulated station or many, of any version, charging once or obeying a control API."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pluglot.app.control import serve_control
from pluglot.app.drivers import visit
from pluglot.app.station import Station, living
from pluglot.app.uplinks import Road, WebSocketRoad
from pluglot.messages import AuthorizationStatus, Reason
from pluglot.messages.version import OcppVersion
from pluglot.settings import StationSettings as Settings
from pluglot.settings import WrongSetting, split_address
from pluglot.simulation import Fleet, VisitPlan
from pluglot.station import (
    EvseSettings,
    Journal,
    JournalUnavailable,
    MemoryJournal,
    StationEvent,
    StationSettings,
    TokenRefused,
    TransactionEnded,
)
from pluglot.store.journal import SqliteJournal
from pluglot.transport import Dialer, IdentityRefused, ListenerSettings, check_identity

VENDOR: Final = "pluglot"
MODEL: Final = "simulated"
#: What one EVSE of a simulated station offers, in W.
POWER: Final = Decimal(22_000)


class Witness:
    """Sees what keeps the driver of one station from charging."""

    def __init__(self, token: str) -> None:
        """Look out for what becomes of this token."""
        self._token = token
        #: Why charging failed, in a sentence; None as long as nothing went wrong.
        self.complaint: str | None = None

    async def __call__(self, event: StationEvent) -> None:
        """Take note of an event of the station."""
        match event:
            case TokenRefused(id_token=id_token, reason=why, id_token_info=info) if id_token.id_token == self._token:
                is_said = info is not None and info.status != AuthorizationStatus.ACCEPTED
                self.complaint = f"token {self._token} was refused: {info.status if info and is_said else why}"
            case TransactionEnded(stopped_reason=Reason.DE_AUTHORIZED):
                self.complaint = self.complaint or f"charging with token {self._token} was stopped: DeAuthorized"


def make_station(
    road: Road, identity: str, settings: Settings, journal: Journal, on_event: Witness | None = None
) -> Station:
    """A simulated station as the settings describe it."""
    return Station(
        StationSettings(
            identity=identity,
            vendor_name=VENDOR,
            model=MODEL,
            serial_number=identity[:25],
            firmware_version="1.0",
            evses=(EvseSettings(maximum_power=POWER),) * settings.evses,
            variables={"SampledDataCtrlr.TxUpdatedInterval": str(settings.sample_interval)},
        ),
        road=road,
        password=settings.password,
        journal=journal,
        speed=settings.speed,
        on_event=on_event,
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
    """The identity itself, or so many numbered ones.

    Raises:
        WrongSetting: no station can have this name (WS-02).
    """
    names = [identity] if count == 1 else [f"{identity}-{number:0{len(str(count))}}" for number in range(1, count + 1)]
    try:
        check_identity(names[-1], maximum_length=ListenerSettings().maximum_identity_length)
    except IdentityRefused as error:
        raise WrongSetting("id", names[-1], str(error)) from None
    return names


@asynccontextmanager
async def road_to(url: str, settings: Settings) -> AsyncIterator[Road]:
    """The way to the management system in the version of the settings."""
    version = OcppVersion(settings.ocpp)
    schemes = ("http://", "https://") if version.is_soap else ("ws://", "wss://")
    if not url.startswith(schemes):
        raise WrongSetting("URL", url, f"must begin with {' or '.join(schemes)} for OCPP {version.value}")
    if not version.is_soap:
        async with Dialer() as dialer:
            yield WebSocketRoad(dialer, url, version)
        return
    try:
        from pluglot.app.soap_road import soap_road  # noqa: PLC0415 - needs lxml, an extra
    except ImportError as error:
        raise WrongSetting("ocpp", settings.ocpp, f"needs the extra pluglot[soap]: {error}") from None
    address = split_address(settings.soap_listen)
    async with soap_road(url, version, *address, own_url=settings.soap_url) as road:
        yield road


async def run_stations(
    url: str, identity: str, settings: Settings, until_told_to_stop: Callable[[], Awaitable[None]]
) -> list[str]:
    """Run the stations until they have charged, or until told to stop; what was to be done and is not, in sentences."""
    names = identities(identity, settings.count)
    async with AsyncExitStack() as stack:
        road = await stack.enter_async_context(road_to(url, settings))
        stations: dict[str, Station] = {}
        charging_of = []
        for name in names:
            journal = journal_of(settings.state, name)
            stack.callback(journal.close)
            witness = Witness(settings.token)
            station = make_station(road, name, settings, journal, witness)
            stations[name] = await stack.enter_async_context(living(station))
            charging_of.append((station, witness))
        if settings.control is not None:
            stop_control = await serve_control(stations, *split_address(settings.control))
            stack.push_async_callback(stop_control)
        stopping = asyncio.ensure_future(until_told_to_stop())
        stack.push_async_callback(_ended, stopping)
        if settings.charge is None:
            await stopping
            return []
        charging: asyncio.Future[Any] = asyncio.gather(*(_charge_once(*each, settings) for each in charging_of))
        stack.push_async_callback(_ended, charging)
        waiting: set[asyncio.Future[Any]] = {charging, stopping}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not charging.done():
            return ["told to stop before everything was charged and delivered"]
        return _summed_up(charging.result())


def _summed_up(complaints: Sequence[str | None]) -> list[str]:
    """Each complaint once, with how many stations have it when there are several."""
    counted = Counter(complaint for complaint in complaints if complaint is not None)
    if len(complaints) == 1:
        return list(counted)
    return [f"{count} of {len(complaints)} stations: {complaint}" for complaint, count in counted.items()]


async def _ended(work: asyncio.Future[Any]) -> None:
    """Cancel what still runs and wait until it is over; how it ended is known already or does not matter."""
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def _charge_once(station: Station, witness: Witness, settings: Settings) -> str | None:
    """Charge and deliver; why nothing was charged, or not as it should, or None."""
    vehicle = Fleet(secrets.SystemRandom().random).arrival()
    vehicle.target = 1.0
    plan = VisitPlan(
        settings.token, settings.token_type, hesitation=timedelta(0), duration=timedelta(seconds=settings.charge or 0)
    )
    await station.until_ready()
    has_charged = await visit(station, 1, vehicle, plan, is_in_vain=lambda: witness.complaint is not None)
    await station.until_delivered()
    return witness.complaint or (None if has_charged else "no energy flowed, and the driver gave up")
