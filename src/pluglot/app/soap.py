"""Stations that speak OCPP over SOAP, in the management system: sessions that live on posts instead of a link."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final, Protocol

import structlog

from pluglot.app.clock import utc_now
from pluglot.app.exchange import CallNotSent
from pluglot.app.session import Session
from pluglot.app.soap_addresses import AddressBook, may_be_address
from pluglot.dialects.base import Half, Refusal
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallAnswered, CallReceived, CallRefused, CallTimedOut, Outcome, understood
from pluglot.soap import SoapRule
from pluglot.soap.presence import INTERVALS, heard
from pluglot.store.base import StoreUnavailable
from pluglot.transport.soap_http import Exchanged, SoapCall, SoapCaller, SoapPeer, Unanswered

log = structlog.get_logger("pluglot.soap")

#: How long a call waits for the session of a station to begin, in seconds.
BEGIN: Final = 10.0
#: How long a station that is called without having been heard counts as connected.
TRIAL: Final = timedelta(seconds=60)
#: Takes the version of a peer and which of its mistakes were overlooked, how often.
Overlooked = Callable[[str, Mapping[Any, int]], None]


@dataclass(slots=True)
class SoapSpeaker:
    """A station that posts: it has no link, only a presence."""

    identity: str
    version: OcppVersion
    epoch: int
    remote_address: str
    close_reason: str = ""


class PostServer(Protocol):
    """Serves what a peer posts, and answers it through the posts."""

    async def serve(self, received: Any) -> None:
        """Carry out one call."""
        ...


@dataclass(slots=True)
class _Waiting:
    """A post that waits for its answer."""

    call: SoapCall
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Posts:
    """The posts of one peer, served one at a time and answered in the same HTTP exchange."""

    def __init__(self, server: PostServer) -> None:
        self._server = server
        self._waiting: dict[str, _Waiting] = {}
        self._numbers = count(1)
        self._work: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def serve_post(self, call: SoapCall) -> Any:
        """Have one post served in its turn and return its answer."""
        waiting = _Waiting(call)
        message_id = call.message_id or f"post-{next(self._numbers)}"
        if message_id in self._waiting:
            message_id = f"{message_id}-{next(self._numbers)}"
        self._waiting[message_id] = waiting
        received = CallReceived(message_id, call.action, call.request, call.frame, call.at)
        self.do_in_order(lambda: self._server.serve(received))
        try:
            return await waiting.answer
        finally:
            self._waiting.pop(message_id, None)

    def draft(self, message_id: str, answer: Any) -> bytes | None:
        """Write an answer without sending it, for the log."""
        waiting = self._waiting.get(message_id)
        return None if waiting is None or answer is None else waiting.call.reply(answer)[1]

    async def answer(self, message_id: str, answer: Any, draft: bytes | None = None) -> None:
        """Answer a post; the draft is the same bytes and needs no second writing."""
        del draft
        waiting = self._waiting.get(message_id)
        if waiting is not None:
            _settle(waiting, answer)

    def do_in_order(self, work: Callable[[], Awaitable[None]]) -> None:
        """Have something done in turn with the peer's posts."""
        self._work.append(work)
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._do_work())

    async def _do_work(self) -> None:
        try:
            while self._work:
                await self._work.popleft()()
        finally:
            self._worker = None

    async def wind_up(self) -> None:
        """Leave whoever waits without an answer, so that they send again."""
        for waiting in self._waiting.values():
            _settle(waiting, Unanswered())
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)


class SoapExchange(Posts):
    """Carries one station's calls over HTTP, both ways; see ``base.Carrier``.

    The station is connected while it is heard often enough (mapping 12.4). It is called at the address that an
    operator registered or that its last message named, by the rules of ``transport.addresses``.
    """

    def __init__(
        self,
        speaker: SoapSpeaker,
        caller: SoapCaller,
        session: Any,
        interval: int,
        *,
        addresses: AddressBook,
        overlooked: Overlooked,
        on_trial: bool = False,
    ) -> None:
        """``on_trial`` is for a station that was not heard: it ends with the first call that nobody answers."""
        super().__init__(session)
        self._speaker = speaker
        self._caller = caller
        self._interval = interval
        self._addresses = addresses
        self._overlooked = overlooked
        self._overlooked_before: set[SoapRule] = set()
        self._on_trial = on_trial
        began = utc_now() + TRIAL - INTERVALS * timedelta(seconds=interval) if on_trial else utc_now()
        self._presence, _ = heard(None, now=began, interval=interval)
        #: What the station said last, and from where: None when nothing.
        self._told: tuple[str | None, str | None] = (None, None)
        self._peer: SoapPeer | None = None
        self._changed = asyncio.Event()
        #: Set while the session runs.
        self.begun = asyncio.Event()
        self.closed = False

    async def run(self) -> None:
        """Last until the station is silent for too long, or is closed."""
        try:
            known = await self._addresses.find(self._speaker.identity)
            if known is not None:
                self._told = (known.told_url, known.told_from)
            self.begun.set()
            while not self.closed and self._presence.is_connected(utc_now()):
                self._changed.clear()
                await self._wait((self._presence.deadline - utc_now()).total_seconds())
        finally:
            self.closed = True
            self._speaker.close_reason = self._speaker.close_reason or "the station was not heard any more"
            await self.wind_up()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._changed.wait()
        except TimeoutError:
            pass  # nothing was heard; the caller looks at the clock

    async def receive(self, call: SoapCall) -> Any:
        """Have one post served in its turn and return its answer."""
        self._heard(booted=call.action == "BootNotification")
        self._note(call.overlooked)
        await self._learn_address(call)
        return Unanswered() if self.closed else await self.serve_post(call)

    def _heard(self, *, booted: bool = False) -> None:
        self._on_trial = False
        self._presence, _ = heard(self._presence, now=utc_now(), booted=booted, interval=self._interval)
        self._changed.set()

    def _note(self, mistakes: Mapping[SoapRule, int]) -> None:
        """Count what was overlooked, and name each mistake once in the log of the station (mapping 13.5)."""
        if not mistakes:
            return
        self._overlooked(self._speaker.version.value, mistakes)
        for rule in mistakes.keys() - self._overlooked_before:
            self._overlooked_before.add(rule)
            log.info("overlooked", station=self._speaker.identity, mistake=rule.value)

    async def _learn_address(self, call: SoapCall) -> None:
        """Remember a new address before the message that tells it is served (mapping 12.4)."""
        url = call.from_address
        if url is None or not may_be_address(url, self._caller.settings.addresses):
            return
        if self._told != (url, call.remote_address):
            await self._addresses.told(call.identity, url, call.remote_address)
            self._told = (url, call.remote_address)

    async def _reached(self) -> SoapPeer | None:
        """The station's service, at the address that counts now; whether it may be called is judged at each call."""
        record = await self._addresses.find(self._speaker.identity)
        url = None if record is None else record.registered_url or record.told_url
        if record is None or url is None or not may_be_address(url, self._caller.settings.addresses):
            return None
        if self._peer is None:
            self._peer = self._caller.charge_point(self._speaker.identity, self._speaker.version, url, own_address=None)
        self._peer.address, self._peer.own_address = url, record.told_from
        self._peer.registered = record.registered_url is not None
        return self._peer

    async def call(self, request: Any) -> Outcome:
        """Put a request to the station at the address it told.

        Raises:
            CallNotSent: the station is away, or told no address.
        """
        if self.closed:
            raise CallNotSent("the station is away")
        peer = await self._reached()
        if peer is None:
            raise CallNotSent("no address is known where the station can be called")
        exchanged = await peer.exchange(request)
        self._note(exchanged.overlooked)
        if exchanged.response_frame:
            self._heard()
        elif self._on_trial:
            await self.close(reason="the station did not answer")
        return outcome_of(request, exchanged)

    async def answer(self, message_id: str, answer: Any, draft: bytes | None = None) -> None:
        """Answer a post; our own trouble closes the connection, for after a fault nothing is sent again (16S 4)."""
        trouble = isinstance(answer, Refusal) and answer.code == "InternalError"
        await super().answer(message_id, Unanswered() if trouble else answer, draft)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the session; the next post begins a new one with the memory that was saved."""
        self._speaker.close_reason = f"closed by us with {code}: {reason}"
        self.closed = True
        self._changed.set()


def _settle(waiting: _Waiting, answer: Any) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(answer)


def outcome_of(request: Any, exchanged: Exchanged) -> Outcome:
    """What came of a call over HTTP, as an outcome of the conversation."""
    about = (
        exchanged.message_id,
        request.action,
        request,
        exchanged.request_frame,
        exchanged.sent_at,
        exchanged.at,
    )
    answer, frame = exchanged.answer, exchanged.response_frame
    if not isinstance(answer, Refusal):
        return CallAnswered(*about, answer, b"", frame)
    if answer.silent:
        return CallTimedOut(*about)
    return CallRefused(*about, understood(answer.code), answer.code, answer.description, answer.details, frame)


class SoapStations:
    """The sessions of all stations that post; one for each identity, in the version it speaks now."""

    def __init__(
        self,
        caller: SoapCaller,
        *,
        half: Callable[[str, OcppVersion], Awaitable[Half]],
        session: Callable[[SoapSpeaker, Half, Callable[[Session], SoapExchange]], Session],
        ended: Callable[[Session], None],
        next_epoch: Callable[[], int],
        interval: int,
        addresses: AddressBook,
        overlooked: Overlooked,
    ) -> None:
        self._caller = caller
        self._ended = ended
        self._half = half
        self._session = session
        self._next_epoch = next_epoch
        self._interval = interval
        self._addresses = addresses
        self._overlooked = overlooked
        self._running: dict[str, tuple[OcppVersion, SoapExchange, asyncio.Task[None]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def serve(self, call: SoapCall) -> Any:
        """Answer one post of an authenticated station."""
        async with self._locks.setdefault(call.identity, asyncio.Lock()):
            exchange = await self._exchange(call.identity, call.version, call.remote_address)
        return await exchange.receive(call)

    async def wake(self, identity: str, version: OcppVersion) -> bool:
        """Begin the session of a station that was not heard since the start, so that it can be called.

        False when no address is known of it. The session ends with the first call that nobody answers.
        """
        async with self._locks.setdefault(identity, asyncio.Lock()):
            known = await self._addresses.find(identity)
            if known is None or not (known.registered_url or known.told_url):
                return False
            try:
                await self._exchange(identity, version, known.told_from or "", on_trial=True)
            except TimeoutError:
                return False
        return True

    async def disconnect(self, identity: str, reason: str) -> None:
        """End the session of a station, if there is one."""
        running = self._running.get(identity)
        if running is not None:
            await running[1].close(1008, reason)

    async def _exchange(
        self, identity: str, version: OcppVersion, remote_address: str, *, on_trial: bool = False
    ) -> SoapExchange:
        running = self._running.get(identity)
        if running is not None:
            spoken, exchange, task = running
            if spoken is version and not exchange.closed:
                return exchange
            await exchange.close(reason="a new session begins")
            await asyncio.gather(task, return_exceptions=True)
        speaker = SoapSpeaker(identity, version, self._next_epoch(), remote_address)
        return await self._begin(speaker, on_trial=on_trial)

    async def _begin(self, speaker: SoapSpeaker, *, on_trial: bool) -> SoapExchange:
        half = await self._half(speaker.identity, speaker.version)
        made: list[SoapExchange] = []

        def exchange_of(session: Session) -> SoapExchange:
            made.append(
                SoapExchange(
                    speaker,
                    self._caller,
                    session,
                    self._interval,
                    addresses=self._addresses,
                    overlooked=self._overlooked,
                    on_trial=on_trial,
                )
            )
            return made[0]

        session = self._session(speaker, half, exchange_of)
        task = asyncio.create_task(self._run(speaker.identity, session, made[0]))
        self._running[speaker.identity] = (speaker.version, made[0], task)
        async with asyncio.timeout(BEGIN):
            await made[0].begun.wait()
        return made[0]

    async def _run(self, identity: str, session: Session, exchange: SoapExchange) -> None:
        try:
            await session.run()
        except StoreUnavailable as error:
            log.error("the store is unavailable", station=identity, reason=str(error))  # noqa: TRY400 - the reason says it
        except Exception:  # whatever a station provokes, the others must not notice
            log.exception("serving failed", station=identity)
        finally:
            exchange.closed = True
            exchange.begun.set()
            self._ended(session)
            current = self._running.get(identity)
            if current is not None and current[1] is exchange:
                del self._running[identity]

    async def close(self) -> None:
        """End every session."""
        running = list(self._running.values())
        for _, exchange, _ in running:
            await exchange.close(reason="the house closes")
        await asyncio.gather(*(task for _, _, task in running), return_exceptions=True)
