"""One peer's conversation carried over its link: frames out in order, deadlines kept, answers to those who wait.

Both ends of OCPP-J use it: the session of a station in the management system, and a station's own connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from pluglot.app.clock import utc_now
from pluglot.dialects.base import Refusal
from pluglot.rpc import (
    AnswerDropped,
    CallAnswered,
    CallQueueFull,
    CallReceived,
    CallRefused,
    CallTimedOut,
    Conversation,
    FrameRejected,
    SendReceived,
    StormDetected,
)
from pluglot.transport.base import Link, LinkClosed

#: The link is closed with this code when it carried too many invalid messages (RFC 6455, 7.4.1: policy violation).
POLICY_VIOLATION: Final = 1008


class CallResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call on the wire: the response in the peer's version, or a refusal."""

    message_id: str
    outcome: str  # answered, refused, timed-out, abandoned
    request_frame: bytes
    response_frame: bytes | None = None
    response: Any = None
    refusal: Refusal | None = None
    sent_at: datetime
    answered_at: datetime


class Watcher(Protocol):
    """Told of everything that is wrong on a link, for logs, metrics and the message log."""

    async def frame_rejected(self, event: FrameRejected) -> None: ...
    def answer_dropped(self, event: AnswerDropped) -> None: ...
    async def storm_detected(self, event: StormDetected) -> None: ...


class Exchange:
    """Carries a conversation over a link until the link closes.

    Calls of the peer are served one at a time and in order, in a task that exists only while there is work: an idle
    link costs one reader and nothing else. Own calls wait for their answers without holding up the peer's (RPC-05).
    """

    def __init__(
        self,
        link: Link,
        conversation: Conversation,
        *,
        serve: Callable[[CallReceived | SendReceived], Awaitable[None]],
        watcher: Watcher,
    ) -> None:
        self._link = link
        self._conversation = conversation
        self._serve = serve
        self._watcher = watcher
        self._waiting: dict[str, asyncio.Future[CallResult]] = {}
        self._started: dict[str, tuple[datetime, bytes]] = {}
        self._to_serve: deque[CallReceived | SendReceived] = deque()
        self._server: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._flushing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def run(self) -> None:
        """Read until the link closes; then whoever waits for an answer is told that none comes."""
        try:
            async for frame in self._link.messages():
                self._conversation.receive(frame, now=utc_now())
                await self._after_input()
        except LinkClosed:
            pass
        finally:
            await self._wind_up()

    async def call(self, request: Any) -> CallResult:
        """Put a request to the peer and wait for what comes of it; never raises for an expected failure."""
        now = utc_now()
        if self._closed:
            return _unsent(request, now, "abandoned", "the link is closed")
        try:
            message_id = self._conversation.call(request, now=now)
        except CallQueueFull:
            return _unsent(request, now, "refused", "too many calls wait for this station")
        future: asyncio.Future[CallResult] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = future
        self._started[message_id] = (now, b"")
        try:
            await self._flush()
        except LinkClosed:
            self._settle(message_id, "abandoned", refusal=Refusal("GenericError", "the link closed", silent=True))
        return await future

    async def answer(self, message_id: str, response: Any) -> None:
        """Send the response to a call of the peer."""
        self._conversation.answer(message_id, response)
        await self._flush()

    async def refuse(self, message_id: str, refusal: Refusal) -> None:
        """Answer a call of the peer with a CALLERROR."""
        self._conversation.refuse(message_id, refusal.code, refusal.description, refusal.details)
        await self._flush()

    async def close(self, code: int, reason: str) -> None:
        """Close the link; ``run`` then ends."""
        await self._link.close(code, reason)
