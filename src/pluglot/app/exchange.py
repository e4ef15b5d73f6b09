"""One peer's conversation carried over its link: frames out in order, deadlines kept, answers to those who wait.

Both ends of OCPP-J use it: the session of a station in the management system, and a station's own connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Protocol

from pluglot.app.clock import utc_now
from pluglot.dialects.base import Refusal
from pluglot.rpc import (
    AnswerDropped,
    AnswerReplaced,
    CallAbandoned,
    CallAnswered,
    CallExpired,
    CallMisanswered,
    CallQueueFull,
    CallReceived,
    CallRefused,
    CallTimedOut,
    Conversation,
    ConversationClosed,
    FrameRejected,
    Outcome,
    ResultErrorReceived,
    SendReceived,
    StormDetected,
)
from pluglot.transport.base import Link, LinkClosed

#: RFC 6455, 7.4.1: the peer broke a rule of ours, such as the limit on invalid messages (ERR-06).
POLICY_VIOLATION: Final = 1008

Mishap = FrameRejected | AnswerDropped | AnswerReplaced | CallExpired | ResultErrorReceived | StormDetected
#: How long what was received before the link closed may take to be served.
DRAIN_SECONDS: Final = 5.0
_OUTCOMES: Final = (CallAnswered, CallRefused, CallMisanswered, CallTimedOut, CallAbandoned)


class Server(Protocol):
    """Serves what the peer asks, and is told of what went wrong."""

    async def serve(self, received: CallReceived | SendReceived) -> None:
        """Carry out one call or send of the peer; answers it through the exchange."""
        ...

    async def mishap(self, mishap: Mishap) -> None:
        """Take note of something wrong on the link."""
        ...


class CallNotSent(RuntimeError):
    """A call could not even be queued: the link is closed, or too many calls wait; nothing was sent."""


class Exchange:
    """Carries a conversation over a link until the link closes.

    The peer's calls are served one at a time and in order (HRD-12), in a task that exists only while there is work: an
    idle link costs one reader. Own calls wait for their answers without holding up the peer's (RPC-05).
    """

    def __init__(self, link: Link, conversation: Conversation, server: Server, *, at_once: bool = False) -> None:
        """Prepare to carry.

        ``at_once`` has the reader itself serve a call that nothing is before, which spares a task for each message:
        only for a server that never waits for this peer while it serves.
        """
        self._at_once = at_once
        #: Whether the reader serves a call.
        self._is_serving = False
        self._link = link
        self._conversation = conversation
        self._server = server
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._work: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at: datetime | None = None
        self._pumps: set[asyncio.Task[None]] = set()
        self._flushing = False
        self._closed = False

    async def run(self) -> None:
        """Read until the link closes; then whoever waits for an answer is told that none comes."""
        try:
            async for frame in self._link.messages():
                self._conversation.receive(frame, now=utc_now())
                await self._pump()
        except LinkClosed:
            pass
        finally:
            await self._wind_up()

    async def call(self, request: Any) -> Outcome:
        """Put a request to the peer and wait for what comes of it.

        Raises:
            CallNotSent: nothing was sent, so the peer cannot have acted.
            UnsayableRequest: the request is no valid message of the peer's version.
        """
        if self._closed:
            raise CallNotSent("the link is closed")
        try:
            message_id = self._conversation.call(request, now=utc_now())
        except CallQueueFull:
            raise CallNotSent("too many calls wait for this peer") from None
        except ConversationClosed:
            raise CallNotSent("the link is closed") from None
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = future
        await self._pump()
        return await future

    async def send(self, request: Any) -> None:
        """Tell the peer something that is never answered (2.1)."""
        self._conversation.send(request)
        await self._pump()

    def draft(self, message_id: str, answer: Any) -> bytes | None:
        """Write an answer without sending it, for the log; None for a Refusal and for what cannot be sent."""
        return None if isinstance(answer, Refusal) else self._conversation.draft(message_id, answer)

    async def answer(self, message_id: str, answer: Any, draft: bytes | None = None) -> None:
        """Answer a call of the peer with a response (and its draft, if any), or with a Refusal as CALLERROR."""
        if isinstance(answer, Refusal):
            self._conversation.refuse(message_id, answer.code, answer.description, answer.details)
        else:
            self._conversation.answer(message_id, answer, draft)
        await self._pump()

    def do_in_order(self, work: Callable[[], Awaitable[None]]) -> None:
        """Have something done in turn with the peer's calls."""
        self._work.append(work)
        self._begin_work()

    def _begin_work(self) -> None:
        if self._work and self._worker is None and not self._is_serving:
            self._worker = asyncio.get_running_loop().create_task(self._do_work())

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the link; ``run`` then ends."""
        await self._link.close(code, reason)

    async def _pump(self) -> None:
        """Act on what happened, then send what is due."""
        for event in self._conversation.events():
            await self._act(event)
        await self._flush()
        self._set_timer()

    async def _act(self, event: Any) -> None:
        if isinstance(event, (CallReceived, SendReceived)):
            if self._at_once and self._worker is None and not self._work:
                await self._serve_at_once(event)
            else:
                self.do_in_order(lambda: self._server.serve(event))
        elif isinstance(event, _OUTCOMES):
            future = self._waiting.pop(event.message_id, None)
            if future is not None and not future.done():
                future.set_result(event)
        else:
            await self._server.mishap(event)
            if isinstance(event, StormDetected):
                await self._link.close(POLICY_VIOLATION, "too many invalid messages")

    async def _serve_at_once(self, received: CallReceived | SendReceived) -> None:
        self._is_serving = True
        try:
            await self._server.serve(received)
        finally:
            self._is_serving = False
            self._begin_work()

    async def _flush(self) -> None:
        if self._flushing:
            return  # whoever is sending takes these frames too, in order
        self._flushing = True
        try:
            while frames := self._conversation.frames_to_send():
                for frame in frames:
                    await self._link.send(frame)
        except LinkClosed:
            pass  # the reader ends too, and tells those who wait
        finally:
            self._flushing = False

    def _set_timer(self) -> None:
        """Have ``advance`` called in time; a timer that rings early sets the next one, so most messages set none."""
        deadline = self._conversation.next_deadline()
        if deadline is None or self._closed or (self._rings_at is not None and self._rings_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        delay = max(0.0, (deadline - utc_now()).total_seconds())
        self._timer = asyncio.get_running_loop().call_later(delay, self._timer_rang)
        self._rings_at = deadline

    def _timer_rang(self) -> None:
        self._timer = self._rings_at = None
        self._conversation.advance(now=utc_now())
        task = asyncio.get_running_loop().create_task(self._pump())
        self._pumps.add(task)
        task.add_done_callback(self._pumps.discard)

    async def _do_work(self) -> None:
        try:
            while self._work:
                await self._work.popleft()()
        finally:
            self._worker = None

    async def _wind_up(self) -> None:
        self._closed = True
        self._conversation.close(now=utc_now())
        for event in self._conversation.events():
            if isinstance(event, _OUTCOMES):
                await self._act(event)
        for future in self._waiting.values():
            future.cancel()
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
        if self._worker is not None:
            # What was received whole is still served; a SEND, for one, never comes again.
            await asyncio.wait({self._worker}, timeout=DRAIN_SECONDS)
        tasks = [task for task in (self._worker, *self._pumps) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
