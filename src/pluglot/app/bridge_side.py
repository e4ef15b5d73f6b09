"""One of the two links of a bridged station: asks its peer within a deadline, and serves what its peer asks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from pluglot.app.clock import utc_now
from pluglot.app.exchange import CallNotSent, Exchange, Mishap
from pluglot.bridge import Answer
from pluglot.bridge.joint import OUT_OF_TIME, Rest
from pluglot.dialects import actions
from pluglot.dialects.base import Refusal
from pluglot.messages.action import Sender
from pluglot.rpc import (
    CallAnswered,
    CallMisanswered,
    CallReceived,
    CallRefused,
    Conversation,
    ConversationSettings,
    MessageIds,
    Outcome,
    SendReceived,
    UnsayableRequest,
)
from pluglot.station import JournalUnavailable
from pluglot.transport.base import Link

BROKEN: Final = Refusal("InternalError", "The request could not be processed.")
UNANSWERED: Final = Refusal("InternalError", "no answer came", silent=True)
GONE: Final = Refusal("GenericError", "the link closed before an answer came", silent=True)
#: RFC 6455, 7.4.1: we met a condition that keeps us from serving this link.
INTERNAL_ERROR: Final = 1011
#: What remains to be done after answers, at once; more wait in the turn of their peer.
MOST_RESTS: Final = 32
#: How much later than the joint the conversation answers by itself, should something be stuck.
BACKSTOP: Final = timedelta(seconds=1)


class Rests:
    """Carries out, beside everything else, what remains after answers; ended together with its owner."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, rests: tuple[Rest, ...] | list[Rest]) -> None:
        """Start these, or carry them out here when too many run already."""
        for rest in rests:
            if len(self._tasks) >= MOST_RESTS:
                await self._guarded(rest)
                continue
            task = asyncio.get_running_loop().create_task(self._guarded(rest))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _guarded(self, rest: Rest) -> None:
        try:
            await rest()
        except JournalUnavailable as error:
            self._log.error("the journal is unavailable", reason=str(error))
        except Exception:  # noqa: BLE001 - whatever a peer provokes, nobody waits for this any more
            self._log.exception("following up failed")

    async def close(self) -> None:
        """End all of them."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Side:
    """The link to a station or to a management system, in its version."""

    def __init__(
        self,
        link: Any,
        role: Sender,
        settings: ConversationSettings,
        *,
        handle: Callable[[Any], Awaitable[Answer]],
        rests: Rests,
        note: Callable[[str, str, str], None],
        exchange: Callable[[Side], Any] | None = None,
    ) -> None:
        """``handle`` answers a request of the peer; ``note`` counts an action, its direction and its outcome.

        ``exchange`` makes what carries the requests of a peer that posts, and so has no link.
        """
        self.link = link
        self._handle = handle
        self._rests = rests
        self._note = note
        self._log = structlog.get_logger("pluglot.bridge").bind(station=link.identity, peer=_PEERS[role])
        self._inward, self._outward = _DIRECTIONS[role]
        self._posts = exchange is not None
        # A management system that is posted to gives a link that brings what carries its requests.
        exchange = exchange or getattr(link, "make_exchange", None)
        self._exchange: Any = self._over(link, role, settings) if exchange is None else exchange(self)

    def _over(self, link: Link, role: Sender, settings: ConversationSettings) -> Exchange:
        # RPC-03: ids are random, so that none is used again after a restart.
        ids, table = MessageIds(secrets.token_hex(10)), actions(link.version)
        return Exchange(link, Conversation(link.version, role, actions=table, id_factory=ids, settings=settings), self)

    async def run(self) -> None:
        """Serve until the link closes."""
        await self._exchange.run()

    async def close(self, code: int, reason: str) -> None:
        """Close the link; ``run`` then ends."""
        await self._exchange.close(code, reason)

    async def ask(self, request: Any, deadline: datetime) -> Any:
        """Put a request to the peer; returns its response, None for what is never answered, or a Refusal."""
        answer = await self._asked(request, deadline)
        self._note(request.action, self._outward, "refused" if isinstance(answer, Refusal) else "answered")
        return answer

    async def _asked(self, request: Any, deadline: datetime) -> Any:
        row = actions(self.link.version).get(request.action)
        try:
            if row is not None and row.response is None:
                return await self._exchange.send(request)
            async with asyncio.timeout((deadline - utc_now()).total_seconds()):
                return _answer_of(await self._exchange.call(request))
        except TimeoutError:
            return OUT_OF_TIME
        except CallNotSent as error:
            return Refusal("GenericError", str(error), silent=True)
        except UnsayableRequest as error:
            self._log.exception("a request could not be said", action=request.action)
            return Refusal("FormatViolation", str(error))

    async def serve(self, received: CallReceived | SendReceived) -> None:
        """Answer one request of the peer; what follows from it comes after the answer."""
        try:
            answer = await self._handle(received.request)
        except JournalUnavailable as error:
            self._log.error("the journal is unavailable", reason=str(error))
            answer = Answer(BROKEN)
        except Exception:  # noqa: BLE001 - one peer's trouble must not reach the other stations
            self._log.exception("serving failed", action=received.action)
            answer = Answer(BROKEN)
        response = BROKEN if answer.response is None else answer.response
        if self._posts and isinstance(response, Refusal) and response.silent:
            # After a fault a station that posts would not send again: it gets no answer at all (13.4).
            response = UNANSWERED
        if isinstance(received, CallReceived):
            await self._exchange.answer(received.message_id, response)
        if answer.response is BROKEN:
            # What was not saved must not be used: the peer comes back, and what it says is begun anew.
            await self._exchange.close(INTERNAL_ERROR, "serving failed")
        self._note(received.action, self._inward, "refused" if isinstance(response, Refusal) else "answered")
        await self._rests.take(answer.rest)

    async def mishap(self, mishap: Mishap) -> None:
        """Log what went wrong on the link."""
        self._log.warning("mishap on the link", what=type(mishap).__name__, detail=getattr(mishap, "detail", None))


def _answer_of(outcome: Outcome) -> Any:
    """The response, or why there is none: codes, texts and details are passed on as they are (mapping 13.1)."""
    match outcome:
        case CallAnswered():
            return outcome.response
        case CallRefused():
            return Refusal(str(outcome.code), outcome.description, outcome.details)
        case CallMisanswered():
            return Refusal("FormatViolation", f"the answer was not valid: {outcome.detail}")
    return GONE


#: By our role on the link: who is at its other end, and in which direction requests of the peer and our own go.
_PEERS: Final = {Sender.CSMS: "station", Sender.STATION: "csms"}
_DIRECTIONS: Final = {Sender.CSMS: ("from-station", "to-station"), Sender.STATION: ("from-csms", "to-csms")}
