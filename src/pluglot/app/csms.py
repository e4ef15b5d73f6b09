"""The management system as a program: store, bus, decisions, listener, pages; started in order, ended in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

import pluglot.telemetry as telemetry_door
from pluglot.app.clock import utc_now
from pluglot.app.door import OpenDoor, password_door
from pluglot.app.events import event_now
from pluglot.app.exchange import Exchange
from pluglot.app.operations import HouseOperations
from pluglot.app.passwords import StationPasswords
from pluglot.app.proxies import TrustedProxies
from pluglot.app.session import House, Session
from pluglot.bus.memory import MemoryBus
from pluglot.csms import Csms, FlatPrice, MeterRules, Policy
from pluglot.csms.facts import Fact, PriceSet
from pluglot.csms.tariff_cost import price_to_add
from pluglot.dialects import actions, station_half, websocket_versions
from pluglot.dialects.base import DamagedMemory, Half
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation, ConversationSettings, MessageIds
from pluglot.settings import CsmsSettings, WrongSetting, split_address
from pluglot.store import Retention, SqlStore
from pluglot.store.base import SessionRecord, StoreUnavailable, UserRecord
from pluglot.transport import (
    Arrival,
    Credentials,
    Link,
    Links,
    LinkSettings,
    LinksSettings,
    Listener,
    ListenerSettings,
    Throttle,
    ThrottleSettings,
)
from pluglot.web import base as web
from pluglot.web.access import HouseAccess
from pluglot.web.server import Serving, serve

#: Names of house secrets in the store.
STATION_KEY: Final = "station-key"
STARTS: Final = "starts"
#: Written to see whether the store takes anything again.
PROBE: Final = "probe"
#: Epochs of one start of the program; the number of the start stands above them, so that none ever repeats.
EPOCHS_PER_START: Final = 1 << 32
TICK_SECONDS: Final = 1.0


class CsmsProgram:
    """``pluglot csms``, as an async context manager: serving inside, ended cleanly outside."""

    def __init__(
        self,
        settings: CsmsSettings,
        *,
        admin_token: str | None = None,
        open_to_visitors: bool = False,
        speed: float = 1.0,
        writes_apart: bool = False,
    ) -> None:
        """Prepare to serve; nothing is opened yet.

        ``speed`` is how much faster than real time simulated vehicles charge, for the rules of plausibility.
        ``writes_apart`` gives the database a process of its own, for servers with more than one CPU.
        """
        self.settings = settings
        self._admin_token = admin_token
        self._open_to_visitors = open_to_visitors
        self._speed = speed
        self._writes_apart = writes_apart
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._stack = AsyncExitStack()
        self._sessions: set[Session] = set()
        #: Why the store did not take the last facts, in words; None when it did.
        self._store_trouble: str | None = None
        self.store: Any = None
        self.telemetry: Any = None
        self.listener: Listener
        self.serving: Serving
        self.operations: HouseOperations
        #: Stations that post, where SOAP is served.
        self._posting: Any = None
        #: What a person opens to set the admin password, only at the first start.
        self.one_time_link: str | None = None

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

    # --- starting --------------------------------------------------------------------------------------------

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        self.telemetry = telemetry_door.Telemetry()
        self.store = SqlStore(
            settings.database,
            retention=Retention(message_rows=settings.message_log_rows),
            observer=self.telemetry.group_committed,
            writes_apart=self._writes_apart,
        )
        await self.store.open()
        stack.push_async_callback(self.store.close)
        await self.store.mark_all_disconnected()
        self.telemetry.begin_with(self.store.transactions.open_everywhere())
        self.bus = MemoryBus()
        self.credentials = Credentials(await self._house_key())
        stack.callback(self.credentials.close)
        self.operations = HouseOperations(
            self.store, self.bus, self.credentials, self.publish, disconnect=self._disconnect, wake=self._wake
        )
        policy = self._policy(await self._prices())
        self._passwords = StationPasswords(self.store, self.credentials, self.publish)
        self._csms = Csms(self.store.stations, self.store.tokens, self.store.transactions, policy)
        self._house = House(
            csms=self._csms,
            publish=self.publish,
            bus=self.bus,
            telemetry=self.telemetry,
            reserve_message_id=self.store.reserve_message_id,
            passwords=self._passwords,
        )
        await self._listen(stack)
        await self._open_pages(stack)
        self._ticking = asyncio.create_task(self._tick())
        stack.push_async_callback(_ended, self._ticking)

    async def _prices(self) -> tuple[FlatPrice, ...]:
        """Every price that ever held, with that of the settings, which holds from now if another one did (DAT-05)."""
        settings, now = self.settings, utc_now()
        wanted = FlatPrice(
            per_kwh=settings.price_per_kwh, per_session=settings.price_per_session, currency=settings.currency
        )
        added = price_to_add(await self.store.prices(), wanted, now)
        if added is not None:
            await self.store.commit([PriceSet(at=now, price=added)])
        return tuple(await self.store.prices())

    def _policy(self, prices: tuple[FlatPrice, ...]) -> Policy:
        settings = self.settings
        return Policy(
            heartbeat_interval=settings.heartbeat_interval,
            prices=prices,
            meter=MeterRules(maximum_power_w=Decimal(settings.highest_power) * Decimal(self._speed)),
        )

    async def _house_key(self) -> bytes:
        """The key of station verifiers, made at the first start."""
        kept = await self.store.administration.secret(STATION_KEY)
        if kept is None:
            kept = secrets.token_hex(32)
            await self.store.administration.save_secret(STATION_KEY, kept)
        return bytes.fromhex(kept)

    async def _last_epoch(self) -> int:
        number = int(await self.store.administration.secret(STARTS) or 0) + 1
        await self.store.administration.save_secret(STARTS, str(number))
        return number * EPOCHS_PER_START

    async def _listen(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        host, port = split_address(settings.listen)
        throttle = Throttle(ThrottleSettings(shared_networks=settings.shared_networks))
        door: Any = password_door(self.store, self.credentials, self.publish, throttle, self._passwords)
        if not ip_address_is_loopback(host):
            # SEC-06: security profile 1 sends passwords in the clear.
            self.telemetry.logger("house").warning(
                "stations are served without TLS beyond loopback", listen=settings.listen
            )
        if settings.accept_unknown:
            self.telemetry.logger("house").warning("accept_unknown is on: every station that connects is adopted")
            door = OpenDoor(door, self.store, self._adopt)
        self.links = Links(
            LinksSettings(replace_living=(1, 2, 3) if settings.second_link == "replace" else (2, 3)),
            last_epoch=await self._last_epoch(),
        )
        link_settings = LinkSettings(
            maximum_message_size=settings.message_size,
            ping_interval=settings.ping_interval,
            pong_timeout=settings.pong_timeout,
        )
        self.listener = Listener(
            ListenerSettings(
                host=host,
                port=port,
                versions=websocket_versions(),
                hide_identities=settings.hide_identities,
                no_common_subprotocol=settings.no_common_subprotocol,  # type: ignore[arg-type]  # its pattern says the same
                allowed_origins=settings.allowed_origins,
                link=link_settings,
            ),
            doorkeeper=door,
            links=self.links,
            serve=self._serve_link,
            soap=await self._soap(stack, door) if settings.soap else None,
            origin=self._proxies.origin if self._proxies else None,
        )
        await self.listener.start()
        stack.push_async_callback(self.listener.stop)

    async def _soap(self, stack: AsyncExitStack, door: Any) -> Any:
        """What answers stations that post; imported here, because it needs lxml."""
        try:
            from pluglot.app.soap import SoapStations  # noqa: PLC0415 - an extra
            from pluglot.app.soap_addresses import StoredAddresses, soap_settings  # noqa: PLC0415 - as above
            from pluglot.transport.soap_http import CentralSystemService, SoapCaller  # noqa: PLC0415 - as above
        except ImportError as error:
            raise WrongSetting("soap", value=True, rule=f"needs the extra pluglot[soap]: {error}") from None
        settings = soap_settings(self.settings, without_password=self.settings.accept_unknown)
        caller = await stack.enter_async_context(SoapCaller(settings))
        self._posting = stations = SoapStations(
            caller,
            half=self._half,
            session=self._soap_session,
            ended=self._sessions.discard,
            next_epoch=self.links.next_epoch,
            interval=self.settings.heartbeat_interval,
            addresses=StoredAddresses(self.store, self.publish),
            overlooked=self.telemetry.overlooked,
        )
        service = CentralSystemService(settings, doorkeeper=door, serve=stations.serve)
        # In reverse: the listener stops, then the sessions end, and what is still being served with them.
        stack.push_async_callback(service.close)
        stack.push_async_callback(stations.close)
        return service.handle

    async def _wake(self, station_id: str) -> bool:
        """Make a station over SOAP ready to be called that is not connected; False when it cannot be."""
        station = await self.store.stations.find(station_id)
        if self._posting is None or station is None or station.ocpp_version is None:
            return False
        version = OcppVersion(station.ocpp_version)
        return version.is_soap and await self._posting.wake(station_id, version)

    def _soap_session(self, speaker: Any, half: Half, exchange: Any) -> Session:
        session = Session(speaker, half, self._house, exchange)
        self._sessions.add(session)
        return session

    async def _adopt(self, arrival: Arrival) -> None:
        await self.operations.adopt(
            arrival.identity, security_profile=arrival.security_profile, password=arrival.password
        )

    async def _open_pages(self, stack: AsyncExitStack) -> None:
        host, port = split_address(self.settings.web)
        access = HouseAccess(
            self.store.administration,
            clock=utc_now,
            new_user=UserRecord,
            new_session=SessionRecord,
            admin_token=self._admin_token,
        )
        self.serving = await serve(
            web.House(
                lists=self.store.queries,
                operations=self.operations,
                access=access,
                live=self.bus,
                metrics=self.telemetry.render,
                ready=self._ready,
                clock=utc_now,
                currency=self.settings.currency,
                station_address=self.station_address,
                proxies=self._proxies,
                open_to_visitors=self._open_to_visitors,
            ),
            host,
            port,
        )
        stack.push_async_callback(self.serving.stop)
        secret = await access.issue_one_time_secret()
        if secret is not None and not self._open_to_visitors:
            self.one_time_link = f"{self.serving.url}/welcome/{secret}"

    async def _ready(self) -> dict[str, str | None]:
        """What the readiness check asks: None is well, anything else says what is wrong."""
        try:
            await self.store.administration.secret(STARTS)
            if self._store_trouble is not None:  # nobody may come who would find out that it is over
                await self.store.administration.save_secret(PROBE, "")
                self._store_trouble = None
        except StoreUnavailable as error:
            return {"store": str(error)}
        return {"store": self._store_trouble}

    async def until_broken(self) -> None:
        """Return never while all is well; raise when the pages or the clock of the house stopped by themselves."""
        finished = asyncio.ensure_future(self.serving.finished())
        try:
            done, _ = await asyncio.wait({finished, self._ticking}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise RuntimeError("a part of the house stopped by itself")
        finally:
            finished.cancel()

    # --- serving ---------------------------------------------------------------------------------------------

    async def publish(self, facts: Sequence[Fact]) -> None:
        """Make facts durable, then let everybody know."""
        try:
            await self.store.commit(facts)
        except StoreUnavailable as error:
            self._store_trouble = str(error)
            raise
        self._store_trouble = None
        self.telemetry.observe(facts)
        self.bus.publish(facts)

    async def _serve_link(self, link: Link) -> None:
        half = await self._half(link.identity, link.version)
        session = Session(
            link,
            half,
            self._house,
            lambda server: Exchange(link, self._conversation(link), server, at_once=half.asks_only_the_house),
        )
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)

    async def _half(self, identity: str, version: OcppVersion) -> Half:
        """The dialect of a station with its memory; a damaged one is said loudly and left behind."""
        half = station_half(version, identity=identity, random=secrets.SystemRandom().random)
        snapshot = await self.store.dialect_memory(identity, version.value)
        if snapshot is None:
            return half
        try:
            half.restore(snapshot)
        except DamagedMemory as error:
            await self.publish([event_now(identity, "DialectMemoryDamaged", str(error), severity="error")])
            return station_half(version, identity=identity, random=secrets.SystemRandom().random)
        return half

    def _conversation(self, link: Link) -> Conversation:
        settings = self.settings
        return Conversation(
            link.version,
            Sender.CSMS,
            actions=actions(link.version),
            # RPC-03: an epoch is never used again, and so no id made under it.
            id_factory=MessageIds(f"{link.epoch:x}"),
            settings=ConversationSettings(
                call_timeout=timedelta(seconds=settings.call_timeout),
                max_received_bytes=settings.message_size,
                max_invalid_per_minute=settings.invalid_messages_per_minute,
                messages_per_minute=settings.messages_per_minute,
                lenient=settings.lenient,
            ),
        )

    async def _disconnect(self, station_id: str, reason: str) -> None:
        """Close the link of a station whose registration changed."""
        link = self.links.current(station_id)
        if link is not None:
            await link.close(1008, reason)
        if self._posting is not None:
            await self._posting.disconnect(station_id, reason)

    async def _tick(self) -> None:
        """Let time pass in the dialects."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = utc_now()
            for session in list(self._sessions):
                session.tick(now)


def ip_address_is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; names other than localhost count as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
