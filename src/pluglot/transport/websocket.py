"""One WebSocket link, in either role: frames over a transport of aiohttp, within bounds of size and time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import Enum, auto

import msgspec

from pluglot.messages.version import OcppVersion
from pluglot.transport.base import LinkClosed
from pluglot.transport.deflate import Deflate, inflate
from pluglot.transport.frames import (
    Close,
    CloseCode,
    Control,
    Event,
    FrameReader,
    Opcode,
    Violation,
    close_payload,
    frame,
)
from pluglot.transport.wheel import Wheel

log = logging.getLogger(__name__)


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of one link; times in seconds, sizes in bytes."""

    #: The same for plain and inflated messages (WS-10, WS-16).
    maximum_message_size: int = 65536
    #: How often a ping is sent; 0 is never (WS-12).
    ping_interval: float = 30.0
    #: How long a pong may take, at most one interval (WS-13).
    pong_timeout: float = 10.0
    #: How long a message that has begun may take until it is whole, and how soon a new link must show life (WS-16).
    message_timeout: float = 10.0
    #: How long a peer may not read what is sent to it.
    send_timeout: float = 10.0
    #: How long the other side has to agree to a close.
    close_timeout: float = 2.0
    #: How many bytes of messages may wait to be taken before nothing more is read from the socket.
    receive_queue: int = 262144

    def __post_init__(self) -> None:
        """Refuse values that make no sense, with key and rule."""
        for name in ("pong_timeout", "message_timeout", "send_timeout", "close_timeout"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be more than 0 seconds")
        if self.ping_interval < 0:
            raise ValueError(f"ping_interval is {self.ping_interval}: it must not be negative; 0 sends no pings")
        if self.maximum_message_size < 1024:  # noqa: PLR2004 - no boot notification fits into less
            raise ValueError(f"maximum_message_size is {self.maximum_message_size}: it must be at least 1024 bytes")


class LinkOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the handshake found out about a new link."""

    identity: str
    version: OcppVersion
    epoch: int
    remote_address: str
    security_profile: int
    deflate: Deflate | None = None


class _State(Enum):
    OPEN = auto()
    #: Our close frame is out; only the peer's one is still waited for.
    CLOSING = auto()
    #: The peer broke the rules: whatever it still sends is thrown away until it hangs up or time is over.
    DISCARDING = auto()
    CLOSED = auto()


_NEVER = float("inf")
_PING_PAYLOAD_SIZE = 4
#: A new link that says nothing is asked after this time whether it lives.
_FIRST_PING_AFTER = 1.0
#: What a waiting message costs besides its bytes.
_MESSAGE_OVERHEAD = 64
#: With more than this unsent a sender waits; the transport reports the same mark to ``drain``.
_MOST_UNSENT = 65536
#: Pongs are not stacked up for a peer that does not read (it may get the newest one later).
_MOST_UNSENT_FOR_PONG = 16384


class WebSocketLink:
    """A link over a socket; implements ``base.Link``, and the face aiohttp expects of a parser of upgraded bytes.

    Whoever makes one must take its messages: when they are not taken, reading from the socket stops after a bound.
    """

    __slots__ = (
        "__weakref__",
        "_client",
        "_close_due",
        "_close_reason",
        "_deflate",
        "_drain",
        "_draining",
        "_gone",
        "_inbox",
        "_inbox_size",
        "_message_due",
        "_on_gone",
        "_paused",
        "_ping_due",
        "_ping_interval",
        "_ping_number",
        "_pong_due",
        "_pong_number",
        "_probe",
        "_reader",
        "_settings",
        "_state",
        "_transport",
        "_waiter",
        "_wheel",
        "epoch",
        "identity",
        "remote_address",
        "security_profile",
        "version",
    )

    def __init__(
        self,
        options: LinkOptions,
        settings: LinkSettings,
        *,
        transport: asyncio.Transport,
        drain: Callable[[], Awaitable[None]],
        wheel: Wheel,
        client: bool,
        on_gone: Callable[[], None] | None = None,
    ) -> None:
        self.identity = options.identity
        self.version = options.version
        self.epoch = options.epoch
        self.remote_address = options.remote_address
        self.security_profile = options.security_profile
        self._ping_interval = settings.ping_interval
        self._settings = settings
        self._transport = transport
        self._drain = drain
        self._wheel = wheel
        self._client = client
        self._on_gone = on_gone
        self._deflate = options.deflate
        opener = None if options.deflate is None else inflate
        self._reader = FrameReader(masked=not client, limit=settings.maximum_message_size, inflate=opener)
        self._state = _State.OPEN
        self._close_reason = ""
        self._inbox: deque[bytes] = deque()
        self._inbox_size = 0
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None  # set while messages() waits
        self._gone: asyncio.Future[None] | None = None  # set while somebody waits for the end
        self._probe: asyncio.Future[bool] | None = None  # set while a probe runs
        self._draining: asyncio.Task[None] | None = None  # set while the peer reads too slowly
        self._ping_number = self._pong_number = 0
        self._message_due = self._pong_due = self._close_due = _NEVER
        first_ping = min(settings.ping_interval, _FIRST_PING_AFTER)
        self._ping_due = self._now() + first_ping if first_ping else _NEVER
        self._reschedule()

    # -- what the house uses ------------------------------------------------------------------------------------

    @property
    def close_reason(self) -> str:
        """Why the link closed, in words; empty while it is open."""
        return self._close_reason

    @property
    def compressed(self) -> bool:
        """Whether permessage-deflate was agreed on."""
        return self._deflate is not None

    @property
    def unsent(self) -> int:
        """How many bytes wait to be sent."""
        return self._transport.get_write_buffer_size()

    @property
    def waiting(self) -> int:
        """How many bytes of messages wait to be taken."""
        return self._inbox_size

    def change_ping_interval(self, seconds: float) -> None:
        """Ping at another interval from now on; 0 sends no more pings (WebSocketPingInterval, WS-12)."""
        if seconds < 0:
            raise ValueError(f"ping_interval is {seconds}: it must not be negative; 0 sends no pings")
        self._ping_interval = seconds
        if self._state is _State.OPEN:
            self._ping_due = self._now() + seconds if seconds else _NEVER
            self._reschedule()

    async def messages(self) -> AsyncIterator[bytes]:
        """Give the messages in order until the link closes."""
        loop = asyncio.get_running_loop()  # once: it asks the kernel which process this is
        while True:
            while self._inbox:
                message = self._inbox.popleft()
                self._inbox_size -= len(message) + _MESSAGE_OVERHEAD
                if self._paused and self._inbox_size <= self._settings.receive_queue // 2:
                    self._resume()
                yield message
            if self._state is not _State.OPEN:
                return
            self._waiter = loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    async def send(self, frame: bytes) -> None:
        """Send one text message; waits while the peer is slow, and closes the link when it stays so.

        Raises:
            LinkClosed: The link is gone, also when a newer one displaced it.
        """
        if self._state is not _State.OPEN:
            raise LinkClosed(self._close_reason)
        compressed = self._deflate.compress(frame) if self._deflate is not None else None
        if compressed is None:
            self._write(Opcode.TEXT, frame)
        else:
            self._write(Opcode.TEXT, compressed, compressed=True)
        if self._transport.get_write_buffer_size() > _MOST_UNSENT:
            await self._until_read()

    async def close(self, code: int = CloseCode.NORMAL, reason: str = "") -> None:
        """Close cleanly, bounded in time; closing twice is harmless."""
        self._begin_close(code, reason, reason or "closed by us")
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Return when the socket is gone; bounded in time once the link is closing."""
        if self._state is _State.CLOSED:
            return
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._gone)

    async def probe(self, within: float) -> bool:
        """Say whether the peer answers a ping in this time (HRD-03)."""
        if self._state is not _State.OPEN:
            return False
        if self._paused:
            return True  # we are the ones who do not listen: its messages wait here
        if self._probe is None:
            self._probe = asyncio.get_running_loop().create_future()
        self._send_ping()
        try:
            return await asyncio.wait_for(asyncio.shield(self._probe), within)
        except TimeoutError:
            return False

    def displace(self, reason: str) -> None:
        """Fence the link off at once: nothing more is sent on it or taken from it (HRD-03, HRD-04)."""
        self._inbox.clear()
        self._inbox_size = 0
        self._begin_close(CloseCode.POLICY_VIOLATION, reason, reason)

    # -- what aiohttp calls ---------------------------------------------------------------------------------------

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take bytes from the socket."""
        if self._state is _State.OPEN or self._state is _State.CLOSING:
            for event in self._reader.receive(data):
                self._take(event)
            if self._state is _State.OPEN:
                self._watch_message()
        return False, b""

    def feed_eof(self) -> None:
        """Note that the socket is gone."""
        self._end("the peer hung up")

    # -- what the wheel calls -------------------------------------------------------------------------------------

    def check(self, now: float) -> float | None:
        """Send a ping or give up on the peer when it is time."""
        if self._state is _State.CLOSED:
            return None
        if self._state is not _State.OPEN:
            if now >= self._close_due:
                self._transport.abort()
                self._end("the peer did not close in time")
                return None
            return self._close_due
        if self._paused:  # not the peer is silent: we do not listen
            self._pong_due = self._message_due = _NEVER
        if now >= self._message_due:
            self._begin_close(CloseCode.POLICY_VIOLATION, "message took too long", "a message took too long to arrive")
        elif now >= self._pong_due:
            self._lost("the peer did not answer a ping")
            return None
        elif now >= self._ping_due:
            self._send_ping()
            self._ping_due = now + self._ping_interval if self._ping_interval else _NEVER
        return self._next_due()

    # -- inside -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def _next_due(self) -> float | None:
        due = min(self._ping_due, self._pong_due, self._message_due, self._close_due)
        return None if due == _NEVER else due

    def _reschedule(self) -> None:
        due = self._next_due()
        if due is not None:
            self._wheel.schedule(self, due)

    def _take(self, event: Event) -> None:
        if isinstance(event, bytes):
            if self._state is _State.OPEN:
                self._take_message(event)
        elif isinstance(event, Control):
            if event.opcode is Opcode.PONG:
                self._take_pong(event.payload)
            elif self._state is _State.OPEN and self._transport.get_write_buffer_size() <= _MOST_UNSENT_FOR_PONG:
                self._write(Opcode.PONG, event.payload)
        elif isinstance(event, Close):
            self._take_close(event)
        else:
            self._take_violation(event)

    def _take_message(self, message: bytes) -> None:
        self._inbox.append(message)
        self._message_due = _NEVER  # what is unfinished now is another message
        self._inbox_size += len(message) + _MESSAGE_OVERHEAD
        self._wake()
        if not self._paused and self._inbox_size > self._settings.receive_queue:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        self._paused = False
        if self._pong_due != _NEVER:
            self._pong_due = self._now() + self._settings.pong_timeout
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _take_pong(self, payload: bytes) -> None:
        number = int.from_bytes(payload, "big")
        if len(payload) != _PING_PAYLOAD_SIZE or not self._pong_number < number <= self._ping_number:
            return  # unsolicited pongs are allowed and say nothing
        self._pong_number = number
        if number == self._ping_number:
            self._pong_due = _NEVER
            if self._probe is not None:
                self._settle_probe(alive=True)

    def _take_close(self, event: Close) -> None:
        if self._state is _State.OPEN:
            why = f"closed by the peer with {event.code}" + (f": {event.reason}" if event.reason else "")
            # The peer's own code comes back; a lone 1005 must not stand on the wire.
            self._begin_close(event.code, "", why)
        # Both close frames are exchanged: the server hangs up, the client waits for that (RFC 6455 7.1.1).
        if not self._client:
            self._transport.close()

    def _take_violation(self, violation: Violation) -> None:
        if self._state is _State.OPEN:
            self._begin_close(violation.code, violation.reason, violation.reason)
        if self._state is _State.CLOSING:
            self._state = _State.DISCARDING
            # Hanging up with bytes unread would reset the connection and take the close frame with it.
            if self._transport.can_write_eof():
                with contextlib.suppress(OSError):  # the peer has hung up already
                    self._transport.write_eof()

    def _watch_message(self) -> None:
        if not self._reader.unfinished:
            self._message_due = _NEVER
        elif self._message_due == _NEVER:
            self._message_due = self._now() + self._settings.message_timeout
            self._wheel.schedule(self, self._message_due)

    def _send_ping(self) -> None:
        self._ping_number += 1
        self._write(Opcode.PING, self._ping_number.to_bytes(_PING_PAYLOAD_SIZE, "big"))
        if self._pong_due == _NEVER:
            # WS-13: never longer than an interval, so that no half-open link outlives two of them.
            self._pong_due = self._now() + min(self._settings.pong_timeout, self._ping_interval or _NEVER)
            self._wheel.schedule(self, self._pong_due)

    def _write(self, opcode: Opcode, payload: bytes, *, compressed: bool = False) -> None:
        mask = os.urandom(4) if self._client else None
        self._transport.write(frame(opcode, payload, mask=mask, compressed=compressed))

    async def _until_read(self) -> None:
        """Wait until the peer has read enough; one task per congested link keeps the deadline for all senders."""
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain_in_time())
        await asyncio.shield(self._draining)
        if self._state is not _State.OPEN:
            raise LinkClosed(self._close_reason)

    async def _drain_in_time(self) -> None:
        try:
            async with asyncio.timeout(self._settings.send_timeout):
                await self._drain()
        except TimeoutError:
            self._lost("the peer does not read")
        except ConnectionError:
            self._lost("the peer hung up")
        finally:
            self._draining = None

    def _begin_close(self, code: int, reason: str, why: str) -> None:
        if self._state is not _State.OPEN:
            return
        self._write(Opcode.CLOSE, close_payload(code, reason))
        self._state = _State.CLOSING
        self._close_reason = why
        self._ping_due = self._pong_due = self._message_due = _NEVER
        self._close_due = self._now() + self._settings.close_timeout
        self._wheel.schedule(self, self._close_due)
        if self._paused:
            self._resume()  # or the peer's close frame is never seen
        self._wake()
        self._settle_probe(alive=False)

    def _lost(self, why: str) -> None:
        self._transport.abort()
        self._end(why)

    def _end(self, why: str) -> None:
        if self._state is _State.CLOSED:
            return
        self._state = _State.CLOSED
        self._close_reason = self._close_reason or why
        self._wheel.discard(self)
        self._wake()
        self._settle_probe(alive=False)
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        if self._on_gone is not None:
            self._on_gone()
            self._on_gone = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _settle_probe(self, *, alive: bool) -> None:
        if self._probe is not None:
            if not self._probe.done():
                self._probe.set_result(alive)
            self._probe = None
