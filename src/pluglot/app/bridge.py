"""The bridge as a program: a listener for stations of every version, an uplink for each, a journal, a status page."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import structlog

from pluglot.app.bridge_door import FileDoor, StationCredentials, UpstreamDoor, read_credentials
from pluglot.app.bridge_passwords import ChangedPasswords
from pluglot.app.bridge_side import BACKSTOP
from pluglot.app.bridge_status import BridgeStatus, serve_status
from pluglot.app.bridged import GOING_AWAY, Bridged, MakeExchange, Shared, StoringStation, TransparentStation
from pluglot.app.clock import utc_now
from pluglot.bridge import SET_ASIDE, Tries
from pluglot.dialects import UnspokenVersion, actions, websocket_versions
from pluglot.dialects.policy import CredentialScope, HopMode, Policy, UnknownOffline
from pluglot.messages.version import OcppVersion
from pluglot.rpc import ConversationSettings
from pluglot.settings import BridgeSettings, WrongSetting, split_address
from pluglot.store.bridge_journal import BridgeJournal
from pluglot.telemetry import BridgeTelemetry
from pluglot.transport import (
    CannotListen,
    ClientSettings,
    Credentials,
    Dialer,
    Link,
    Links,
    LinkSettings,
    LinksSettings,
    Listener,
    ListenerSettings,
)

TICK_SECONDS: Final = 1.0
#: What the way to a peer takes of the time it waits (mapping 13.3).
ON_THE_WAY: Final = 3.0
#: Shorter than the handshake of the station, which waits for it.
CONNECT_TIMEOUT: Final = 8.0
#: Stations remembered for the status page after they left; the one gone longest is forgotten first.
MOST_SHOWN: Final = 10_000


@contextmanager
def naming(key: str, address: str) -> Iterator[None]:
    """Say of an address that cannot be used which setting it comes from."""
    try:
        yield
    except CannotListen as error:
        raise WrongSetting(key, address, str(error)) from error


class BridgeProgram:
    """``pluglot bridge``, as an async context manager: carrying inside, ended cleanly outside."""

    def __init__(self, settings: BridgeSettings) -> None:
        self.settings = settings
        self._stack = AsyncExitStack()
        self._stations: dict[str, Bridged] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._ticking: dict[Bridged, asyncio.Task[None]] = {}
        self._file: dict[str, StationCredentials] = {}
        self._upstream: UpstreamDoor | None = None
        self._credentials: Credentials | None = None
        self._wake: Callable[[str, OcppVersion], Awaitable[None]] | None = None
        self.shared: Shared
        self.listener: Listener
        #: Where the status page is, when there is one.
        self.page: str | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def station_address(self) -> str:
        """Where stations connect, without the identity."""
        host = self.settings.listen.rpartition(":")[0]
        return f"ws://{host}:{self.listener.port}/ocpp"

    @property
    def stores(self) -> bool:
        """Whether the bridge answers for a management system that is away."""
        return HopMode(self.settings.mode) is HopMode.STORE_AND_FORWARD

    # --- starting ----------------------------------------------------------------------------------------------

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        if settings.credentials is not None:
            self._file = read_credentials(settings.credentials)
        elif self.stores:
            raise WrongSetting("credentials", None, "must name a file: store-and-forward lets stations in by itself")
        journal = BridgeJournal(Path(settings.state) / "bridge.journal")
        await journal.open()
        stack.push_async_callback(journal.close)
        links = self._link_settings()
        dialer = await self._dialer(stack, links)
        self.shared = self._made_shared(journal, dialer, self._made_passwords(stack, journal))
        stack.push_async_callback(self._close_stations)
        await self._begin_undelivered(journal)
        await self._listen(stack, links)
        if settings.web is not None:
            status = BridgeStatus(self.shared, self._stations)
            with naming("web", settings.web):
                stop, self.page = await serve_status(status, *split_address(settings.web))
            stack.push_async_callback(stop)
        stack.push_async_callback(self._end_ticks)
        ticking = asyncio.create_task(self._tick())
        stack.callback(ticking.cancel)

    async def _dialer(self, stack: AsyncExitStack, links: LinkSettings) -> Any:
        """What makes uplinks in the version of the management system."""
        settings = self.settings
        version = OcppVersion(settings.as_)
        if settings.to.startswith("http") != version.is_soap:
            schemes = "http:// or https://" if version.is_soap else "ws:// or wss://"
            raise WrongSetting("to", settings.to, f"must begin with {schemes} for OCPP {version.value}")
        if not version.is_soap:
            client = ClientSettings(connect_timeout=CONNECT_TIMEOUT, link=links)
            return await stack.enter_async_context(Dialer(client))
        try:
            from pluglot.app.bridge_soap_uplink import posting_dialer  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise WrongSetting("as", settings.as_, f"needs the extra pluglot[soap]: {error}") from None
        address = split_address(settings.soap_listen)
        return await stack.enter_async_context(
            posting_dialer(settings.to, version, *address, own_url=settings.soap_url)
        )

    def _link_settings(self) -> LinkSettings:
        settings = self.settings
        return LinkSettings(
            maximum_message_size=settings.message_size,
            ping_interval=settings.ping_interval,
            pong_timeout=min(settings.pong_timeout, settings.ping_interval),
        )

    def _made_passwords(self, stack: AsyncExitStack, journal: BridgeJournal) -> ChangedPasswords | None:
        """What remembers changed passwords, where each hop has its own."""
        if self.settings.credentials is None:
            return None
        # What is kept of a changed password needs no key; what the file says is hashed anew at every start.
        self._credentials = Credentials(secrets.token_bytes(32))
        stack.callback(self._credentials.close)
        scope = CredentialScope(self.settings.credential_scope)
        return ChangedPasswords(journal, self._credentials, scope, OcppVersion(self.settings.as_))

    def _made_shared(self, journal: BridgeJournal, dialer: Any, passwords: ChangedPasswords | None) -> Shared:
        settings = self.settings
        version = OcppVersion(settings.as_)
        try:
            actions(version)
        except UnspokenVersion as error:
            raise WrongSetting("as", settings.as_, str(error)) from None
        budget = timedelta(seconds=max(settings.call_timeout - ON_THE_WAY, 1.0))
        return Shared(
            to=settings.to,
            version=version,
            policy=Policy(
                hop_mode=HopMode(settings.mode),
                unknown_offline=UnknownOffline(settings.unknown_offline),
                credential_scope=CredentialScope(settings.credential_scope),
            ),
            journal=journal,
            passwords=passwords,
            dialer=dialer,
            telemetry=BridgeTelemetry(),
            budget=budget,
            tries=Tries(
                refusals=settings.message_attempts,
                faults=max(settings.message_attempts_on_fault, settings.message_attempts),
                interval=settings.message_attempt_interval,
            ),
            conversation=ConversationSettings(
                call_timeout=budget,
                answer_timeout=budget + BACKSTOP,
                max_received_bytes=settings.message_size,
                max_invalid_per_minute=settings.invalid_messages_per_minute,
                messages_per_minute=settings.messages_per_minute,
                lenient=settings.lenient,
            ),
        )

    async def _begin_undelivered(self, journal: BridgeJournal) -> None:
        """Go on delivering what was kept before a restart, also for stations that do not come back."""
        if not self.stores:
            return
        undelivered = await journal.undelivered()
        await self._begin(undelivered)
        for identity, count in (await journal.counted(SET_ASIDE)).items():
            if identity in self._file and identity not in self._stations:
                # Shown, and nothing more: an uplink would tell that the station is there.
                self._stations[identity] = station = self._storing(identity)
                station.set_aside_before = count
        for identity in undelivered:
            if identity not in self._file:
                structlog.get_logger("pluglot.bridge").error(
                    "messages are kept for a station that the credentials file does not name", station=identity
                )

    async def _begin(self, identities: list[str]) -> None:
        """Take up stations with what was saved of them."""
        for identity in identities:
            if identity in self._file:
                station = self._stations.get(identity)
                if not isinstance(station, StoringStation):
                    station = self._stations[identity] = self._storing(identity)
                if station.joint is None:
                    await station.begin()
                station.wake = self._wake

    async def _listen(self, stack: AsyncExitStack, links: LinkSettings) -> None:
        host, port = split_address(self.settings.listen)
        telemetry = self.shared.telemetry
        door: Any = None
        if self.shared.passwords is not None and self._credentials is not None:
            door = FileDoor(self._file, self._credentials, self.shared.passwords, telemetry.refused)
        if not self.stores:
            door = self._upstream = UpstreamDoor(
                self.shared.dialer,
                self.shared.to,
                self.shared.version,
                websocket_versions(),
                refused=telemetry.refused,
                door=door,
                stations=self._file,
                changed=self.shared.passwords,
            )
        self.listener = Listener(
            ListenerSettings(host=host, port=port, versions=websocket_versions(), link=links),
            doorkeeper=door,
            # Whom the management system has just accepted speaks for the station; an older link is the dead one.
            links=Links(LinksSettings(replace_living=(2, 3) if self.stores else (1, 2, 3))),
            serve=self._serve,
            soap=await self._soap(stack, door) if self.settings.soap else None,
        )
        with naming("listen", self.settings.listen):
            await self.listener.start()
        stack.push_async_callback(self.listener.stop)

    async def _soap(self, stack: AsyncExitStack, door: Any) -> Any:
        """What answers posts: stations of 1.2, 1.5 and 1.6 over SOAP."""
        try:
            from pluglot.app.bridge_soap import PostingStations  # noqa: PLC0415 - an extra
            from pluglot.app.soap_addresses import JournalledAddresses, soap_settings  # noqa: PLC0415 - as above
            from pluglot.transport.soap_http import CentralSystemService, SoapCaller  # noqa: PLC0415 - as above
        except ImportError as error:
            raise WrongSetting("soap", value=True, rule=f"needs the extra pluglot[soap]: {error}") from None
        settings = soap_settings(self.settings)
        addresses = JournalledAddresses(self.shared.journal, self._registered_url)
        caller = await stack.enter_async_context(SoapCaller(settings))
        posting = PostingStations(
            caller,
            judge=door.judge if self._upstream is None else self._upstream.judge_post,
            turned_away=door.turned_away,
            carry=self._carry,
            judge_always=self.stores,
            addresses=addresses,
            overlooked=self.shared.telemetry.overlooked,
            throttle=None if self._upstream is None else self._upstream.throttle,
        )
        if self.stores:
            self._wake = posting.wake
            await self._begin(await addresses.told_before())
        service = CentralSystemService(settings, doorkeeper=posting, serve=posting.serve)
        stack.push_async_callback(service.close)
        stack.push_async_callback(posting.close)
        return service.handle

    # --- serving -----------------------------------------------------------------------------------------------

    async def _serve(self, link: Link) -> None:
        """Carry a station until its link closes."""
        log = structlog.get_logger("pluglot.bridge").bind(station=link.identity)
        log.info("station connected", version=link.version.value, remote_address=link.remote_address)
        try:
            if not await self._carry(link, None):
                await link.close(1011, "no uplink")
        finally:
            log.info("station disconnected", reason=link.close_reason)

    async def _carry(self, station: Any, exchange: MakeExchange | None) -> bool:
        """Carry a station, over its link or, with ``exchange``, over its posts; False without an uplink for it."""
        identity = station.identity
        if self.stores:
            storing = self._stations.get(identity)
            if not isinstance(storing, StoringStation):
                storing = self._storing(identity)
                self.remember(storing)
            await storing.serve(station, exchange)
            return True
        uplink = None if self._upstream is None else self._upstream.claim(identity)
        if uplink is None:
            return False
        turn = self._turns.setdefault(identity, asyncio.Lock())
        try:
            # A displaced link must have left before its memory is taken up by the next.
            await turn.acquire()
        except asyncio.CancelledError:
            await uplink.close(GOING_AWAY, "the station is gone")
            raise
        try:
            bridged = TransparentStation(identity, self.shared)
            before = self._stations.get(identity)
            if before is not None:
                bridged.losses, bridged.lost_count = before.losses, before.lost_count
            self.remember(bridged)
            await bridged.run(station, uplink, exchange)
        finally:
            turn.release()
        return True

    def _storing(self, identity: str) -> StoringStation:
        station = StoringStation(identity, self.shared, upstream_password=self._file[identity].upstream_password)
        station.wake = self._wake
        return station

    def _registered_url(self, identity: str) -> str | None:
        return self._file[identity].station_url if identity in self._file else None

    def remember(self, station: Bridged) -> None:
        """Show a station from now on."""
        self._stations.pop(station.identity, None)
        self._stations[station.identity] = station
        while len(self._stations) > MOST_SHOWN:
            # Storing stations keep their uplinks and are not forgotten: they are as many as the credentials file names.
            gone = next((name for name, one in self._stations.items() if one.is_idle), None)
            if gone is None or gone == station.identity:
                return
            del self._stations[gone]
            self._turns.pop(gone, None)

    async def _close_stations(self) -> None:
        storing = [station for station in self._stations.values() if isinstance(station, StoringStation)]
        await asyncio.gather(*(station.close() for station in storing))

    async def _tick(self) -> None:
        """Let time pass in the dialects, and count."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = utc_now()
            for station in list(self._stations.values()):
                if station not in self._ticking and _is_due(station, now):
                    # Beside the others: what one station has to be told may take as long as its answer.
                    task = self._ticking[station] = asyncio.create_task(_ticked(station, now))
                    task.add_done_callback(partial(self._has_ticked, station))

    def _has_ticked(self, station: Bridged, _: asyncio.Task[None]) -> None:
        self._ticking.pop(station, None)

    async def _end_ticks(self) -> None:
        tasks = list(self._ticking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_due(station: Bridged, now: datetime) -> bool:
    """Whether the time of a dialect of this station has come; so that all others cost no task."""
    try:
        deadline = None if station.joint is None or station.joint.is_relay else station.joint.next_deadline()
    except Exception:  # one station's dialect must not stop the time of all others
        station.log.exception("the time of the dialects is unknown")
        return False
    return deadline is not None and deadline <= now


async def _ticked(station: Bridged, now: datetime) -> None:
    try:
        await station.tick(now)
    except Exception:  # one station's dialect must not end the ticking for all others
        station.log.exception("time could not pass in the dialects")
