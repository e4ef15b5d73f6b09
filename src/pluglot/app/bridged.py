"""One station on a bridge: its two links, its joint, and what is told of it; transparent, or storing and forwarding."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final

import msgspec
import structlog

from pluglot.app.bridge_passwords import ChangedPasswords
from pluglot.app.bridge_side import GONE, Rests, Side
from pluglot.app.clock import utc_now
from pluglot.bridge import Answer, Desk, Joint, StoringJoint, Tries
from pluglot.bridge.aside import MOST_SET_ASIDE
from pluglot.dialects import Policy, csms_half, share_residue, station_half
from pluglot.dialects.base import Half, Refusal
from pluglot.dialects.losses import Loss
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import ConversationSettings
from pluglot.station import JournalUnavailable, Writes
from pluglot.store.bridge_journal import BridgeJournal
from pluglot.telemetry import BridgeTelemetry
from pluglot.transport import ConnectFailed, Link, Refused

#: Makes what carries the requests of a station that posts; called with the side it serves.
MakeExchange = Callable[[Side], Any]
NOT_HERE: Final = Refusal("GenericError", "station not connected", silent=True)
NO_UPLINK: Final = Refusal("GenericError", "the management system cannot be reached", silent=True)
#: RFC 6455, 7.4.1: an endpoint is going away.
GOING_AWAY: Final = 1001
RECENT_LOSSES: Final = 50
#: Section of the journal that names the version a station spoke last.
VERSION: Final = "version"
LONGEST_WAIT: Final = 60.0
#: How long a station that connects waits for the first answer of its uplink.
UPLINK_PATIENCE: Final = 5.0
_NOT_FOUND: Final = 404


class NotedLoss(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loss and when it happened."""

    at: datetime
    loss: Loss


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What all stations of a bridge have in common."""

    to: str
    version: OcppVersion
    #: The switches of the bridge itself; those of the dialects are made for each station.
    policy: Policy
    journal: BridgeJournal
    #: Where each hop has its own passwords.
    passwords: ChangedPasswords | None = None
    #: Makes uplinks: a ``Dialer``, or what posts.
    dialer: Any
    telemetry: BridgeTelemetry
    budget: timedelta
    #: When a kept message is given up.
    tries: Tries = Tries()
    conversation: ConversationSettings


class Bridged:
    """What every bridged station is to its joint: somebody to ask, a journal, a clock."""

    #: Whether messages are kept for the management system.
    stores: ClassVar[bool] = False

    def __init__(self, identity: str, shared: Shared) -> None:
        self.identity = identity
        self.shared = shared
        self.station_version: OcppVersion | None = None
        self.down: Side | None = None
        self.up: Side | None = None
        self.joint: Joint | None = None
        self.losses: deque[NotedLoss] = deque(maxlen=RECENT_LOSSES)
        self.lost_count = 0
        self.since = utc_now()
        self.log = structlog.get_logger("pluglot.bridge").bind(station=identity)
        self.rests = Rests(self.log)
        #: What the journal called the last thing saved.
        self._put = 0
        #: Reaches a station that keeps no link and was not heard since the start.
        self.wake: Callable[[str, OcppVersion], Awaitable[None]] | None = None

    @property
    def queue_length(self) -> int:
        """How many messages wait for the management system."""
        return 0

    @property
    def set_aside_count(self) -> int:
        """How many kept messages were given up."""
        return 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs for this station and nothing waits, so that it may be forgotten."""
        return self.down is None and self.up is None

    # --- surroundings of the joint -----------------------------------------------------------------------------

    async def ask_station(self, request: Any, deadline: datetime) -> Any:
        """Put a request to the station."""
        if self.down is None and self.wake is not None and self.station_version is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout((deadline - utc_now()).total_seconds()):
                    await self.wake(self.identity, self.station_version)
        return NOT_HERE if self.down is None else await self.down.ask(request, deadline)

    async def ask_csms(self, request: Any, deadline: datetime) -> Any:
        """Put a request to the management system."""
        return NO_UPLINK if self.up is None else await self.up.ask(request, deadline)

    async def save(self, writes: Writes) -> None:
        """Write so that the end of this program loses nothing."""
        self._put = await self.shared.journal.put(self.identity, writes)

    async def settle(self) -> None:
        """Wait until the disk has what was saved."""
        await self.shared.journal.settle(self._put)

    async def pause(self, seconds: float) -> datetime:
        """Wait."""
        await asyncio.sleep(seconds)
        return utc_now()

    def now(self) -> datetime:
        """The time."""
        return utc_now()

    def lost(self, losses: tuple[Loss, ...]) -> None:
        """Log, count and show what could not be said."""
        now = utc_now()
        self.lost_count += len(losses)
        for loss in losses:
            self.losses.append(NotedLoss(at=now, loss=loss))
            self.shared.telemetry.lost(loss.action)
            self.log.info("loss", action=loss.action, field=loss.field, reason=loss.reason)

    def set_aside(self, loss: Loss, *, forgets: bool) -> None:
        """Say loudly that a message was given up."""
        self.lost((loss,))
        self.log.warning("a kept message is set aside", action=loss.action, reason=loss.reason)
        if forgets:
            self.log.error("too many messages are set aside; the oldest is forgotten", most=MOST_SET_ASIDE)

    # --- making ------------------------------------------------------------------------------------------------

    def halves(self, version: OcppVersion) -> tuple[Half, Half]:
        """Both halves for a station of this version."""
        random = secrets.SystemRandom().random
        # Between 1.x and 1.x what only they can say travels beside the house's own words; nobody else sees it (1.3).
        policy = Policy(
            emit_custom_data=share_residue(version, self.shared.version),
            message_attempts=self.shared.tries.refusals if self.stores else None,
        )
        named: dict[str, Any] = {"identity": self.identity, "random": random, "policy": policy}
        return station_half(version, **named), csms_half(self.shared.version, **named)

    def side(self, link: Any, role: Sender, handle: Any, exchange: MakeExchange | None = None) -> Side:
        """One of the two links; ``exchange`` is for a station that posts."""
        return Side(
            link,
            role,
            self.shared.conversation,
            handle=handle,
            rests=self.rests,
            note=self.shared.telemetry.message,
            exchange=exchange,
        )

    async def from_csms(self, joint: Joint, request: Any) -> Answer:
        """Serve a request of the management system; a password that the station took is remembered (8.7)."""
        answer = await joint.from_csms(request)
        if self.shared.passwords is not None:
            await self.shared.passwords.notice(self.identity, request, answer.response)
        return answer

    def say_damaged(self, damaged: list[str]) -> None:
        """Say loudly what could not be read."""
        for what in damaged:
            self.log.error("a memory is damaged; the bridge goes on without it", reason=what)

    async def tick(self, now: datetime) -> None:
        """Let the dialects act when their time has come; called about once a second."""
        joint = self.joint
        if joint is None or joint.is_relay:
            return
        deadline = joint.next_deadline()
        if deadline is not None and deadline <= now:
            await self.rests.take(joint.advance())


class TransparentStation(Bridged):
    """A station whose two links live and die together."""

    async def run(self, station: Any, uplink: Link, exchange: MakeExchange | None = None) -> None:
        """Carry messages until one of the links is lost; then close the other at once (mapping 13.4)."""
        try:
            joint = await self._joined(station)
            self.station_version = station.version
            self.down = self.side(station, Sender.CSMS, joint.from_station, exchange)
            self.up = self.side(uplink, Sender.STATION, partial(self.from_csms, joint))
            await self._until_one_is_lost(self.down, self.up)
        finally:
            self.down = self.up = None
            await uplink.close(GOING_AWAY, "the station is gone")
            await self.rests.close()

    async def _joined(self, station: Any) -> Joint:
        halves = self.halves(station.version)
        self.joint = joint = Joint(*halves, self, budget=self.shared.budget)
        memory = await self.shared.journal.load(self.identity)
        self.say_damaged(joint.restore(memory.states))
        for half in halves:
            half.connected(now=utc_now())
        return joint

    @staticmethod
    async def _until_one_is_lost(down: Side, up: Side) -> None:
        running = {asyncio.create_task(down.run()), asyncio.create_task(up.run())}
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await asyncio.gather(
                down.close(GOING_AWAY, "the management system is gone"),
                up.close(GOING_AWAY, "the station is gone"),
                return_exceptions=True,
            )
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


class StoringStation(Bridged):
    """A station that always finds an answering management system: the real one, or the bridge's desk and journal."""

    stores = True
    joint: StoringJoint | None

    def __init__(self, identity: str, shared: Shared, *, upstream_password: str | None) -> None:
        super().__init__(identity, shared)
        self._upstream_password = upstream_password
        self._uplink: asyncio.Task[None] | None = None
        #: Set once the first attempt to reach the management system has come to an end.
        self._tried = asyncio.Event()
        self._work = asyncio.Event()
        #: Set when the management system must be greeted before all else, and again when it comes back.
        self._greeting = asyncio.Event()
        self._station_turn = asyncio.Lock()
        #: Of the uplink there is: set when it goes.
        self._gone = asyncio.Event()
        #: What the journal knew at the start, until it is taken up.
        self.set_aside_before = 0

    @property
    def queue_length(self) -> int:
        """How many messages wait for the management system."""
        return 0 if self.joint is None else self.joint.queue_length

    @property
    def set_aside_count(self) -> int:
        """How many kept messages were given up."""
        return self.set_aside_before if self.joint is None else self.joint.set_aside_count

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and no task keeps the uplink: forgotten, it would be joined by a second one."""
        return super().is_idle and self.queue_length == 0 and (self._uplink is None or self._uplink.done())

    async def begin(self, version: OcppVersion | None = None) -> bool:
        """Take up what was saved and reach for the management system; False when nothing is known to go on with."""
        memory = await self.shared.journal.load(self.identity)
        if version is None:
            if VERSION not in memory.states:
                return False
            try:
                version = OcppVersion(memory.states[VERSION].decode())
            except ValueError as error:
                self.say_damaged([f"{VERSION}: {error}"])  # the station tells it when it comes
                return False
        halves = self.halves(version)
        self.station_version = version
        self.joint = StoringJoint(
            *halves,
            self,
            desk=Desk(self.shared.policy.unknown_offline),
            budget=self.shared.budget,
            tries=self.shared.tries,
        )
        self.say_damaged(self.joint.take_up(memory))
        self._uplink = asyncio.create_task(self._keep_uplink(self.joint))
        return True

    async def close(self) -> None:
        """End both links and everything that runs."""
        if self._uplink is not None:
            self._uplink.cancel()
            await asyncio.gather(self._uplink, return_exceptions=True)
        await self.rests.close()

    async def pause(self, seconds: float) -> datetime:
        """Wait, but no longer than the uplink lasts, if there is one."""
        if self.up is None:
            return await super().pause(seconds)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), seconds)
        return utc_now()

    # --- the station -------------------------------------------------------------------------------------------

    async def serve(self, station: Any, exchange: MakeExchange | None = None) -> None:
        """Serve a link of the station until it closes."""
        async with self._station_turn:
            joint = await self._joint_for(station.version)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._tried.wait(), UPLINK_PATIENCE)
            self.down = self.side(station, Sender.CSMS, self._from_station, exchange)
            joint.station_came()
            try:
                await self.down.run()
            finally:
                joint.station_went()
                self.down = None

    async def _joint_for(self, version: OcppVersion) -> StoringJoint:
        if self.joint is None:
            await self.begin(version)
        elif self.station_version is not version:
            memory = await self.shared.journal.load(self.identity)
            self.say_damaged(self.joint.change_station_half(self.halves(version)[0], memory.states))
            self.station_version = version
        if self.joint is None:
            raise JournalUnavailable("nothing was taken up")
        await self.save(Writes(states={VERSION: version.value.encode()}))
        return self.joint

    async def _from_station(self, request: Any) -> Any:
        if self.joint is None:
            return GONE
        answer = await self.joint.from_station(request)
        if self.joint.has_work:
            self._work.set()
        if not self.joint.is_online:
            self._greeting.set()
        return answer

    # --- the management system ---------------------------------------------------------------------------------

    async def _keep_uplink(self, joint: StoringJoint) -> None:
        attempt = 0
        while True:
            try:
                link = await self.shared.dialer.connect(
                    self.shared.to,
                    self.identity,
                    [self.shared.version.subprotocol],
                    password=await self._password(),
                )
                attempt = 0
                await self._serve_uplink(joint, link)
            except ConnectFailed as error:
                self.log.warning("no uplink", reason=str(error))
                not_found = isinstance(error, Refused) and error.http_status == _NOT_FOUND
                attempt = max(attempt, 5) if not_found else attempt
            except Exception:  # what the far side provokes must not end the task that tries again
                self.log.exception("the uplink failed")
            self._tried.set()
            attempt += 1
            await asyncio.sleep(min(LONGEST_WAIT, 0.5 * 2.0**attempt) * (0.5 + secrets.SystemRandom().random() / 2))

    async def _password(self) -> str | bytes | None:
        if self.shared.passwords is None:
            return self._upstream_password
        return await self.shared.passwords.upstream(self.identity, self._upstream_password)

    async def _serve_uplink(self, joint: StoringJoint, link: Link) -> None:
        self.up = self.side(link, Sender.STATION, partial(self.from_csms, joint))
        self._gone = gone = asyncio.Event()
        reading = asyncio.create_task(self.up.run())
        joint.uplink_came()
        replaying = asyncio.create_task(self._replay(joint))
        try:
            await reading
        finally:
            joint.uplink_went()
            self.up = None
            gone.set()
            for task in (reading, replaying):
                task.cancel()
            await asyncio.gather(reading, replaying, return_exceptions=True)
            await link.close(GOING_AWAY, "the bridge stops")

    async def _replay(self, joint: StoringJoint) -> None:
        while True:
            self._work.clear()
            self._greeting.clear()
            try:
                waits = await joint.replay()
            except JournalUnavailable:
                self.log.exception("the journal is unavailable")
                waits = LONGEST_WAIT
            except Exception:  # one message that cannot be told must not stop those behind it for good
                self.log.exception("telling what was kept failed")
                waits = LONGEST_WAIT
            self._tried.set()
            if waits is None:
                await self._work.wait()
            elif joint.is_online:
                # A message waits to be told again. Its wait may be long; the desk need not answer for as long.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._greeting.wait(), waits)
            else:
                await asyncio.sleep(waits)
