"""What waits to be sent: who goes first, what is tried again, and what may be dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

import msgspec

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    Request,
    SecurityEventNotificationRequest,
    TransactionEvent,
    TransactionEventRequest,
    TriggerReason,
)
from pluglot.messages.codec import PayloadViolation, decode
from pluglot.station.durable import Durable
from pluglot.station.events import MessageGivenUp
from pluglot.station.ports import Entry
from pluglot.station.state import Core, later

#: Is given the response or Refusal, and when it came.
OnAnswer = Callable[[Any, datetime], None]

#: E12.FR.04: Updated events with these reasons are never dropped.
_KEPT: Final = frozenset(
    {
        TriggerReason.LIMIT_SET,
        TriggerReason.COST_LIMIT_REACHED,
        TriggerReason.ENERGY_LIMIT_REACHED,
        TriggerReason.TIME_LIMIT_REACHED,
        TriggerReason.SOC_LIMIT_REACHED,
    }
)
#: J02.FR.12: events with these reasons are dropped before others.
_PERIODIC: Final = frozenset({TriggerReason.METER_VALUE_PERIODIC, TriggerReason.METER_VALUE_CLOCK})
#: A security event is tried for ever; its waits stop growing at so many intervals.
_LONGEST_WAIT: Final = 1_000
#: A CSMS that answers this will never take the message.
_HOPELESS: Final = frozenset({"NotSupported", "NotImplemented"})


class Lane(IntEnum):
    """Which message goes first; a lower lane waits for the higher ones."""

    PROMPT = 0  # somebody stands in front of the station
    REQUESTED = 1  # the CSMS asked for it; the only lane open while Pending
    STATUS = 2
    TRANSACTION = 3
    SECURITY = 4
    ROUTINE = 5


class Waiting:
    """One message on its way out."""

    __slots__ = ("on_answer", "request")

    def __init__(self, request: Request, on_answer: OnAnswer) -> None:
        self.request = request
        self.on_answer = on_answer


class _Kept:
    """One durable message: the journal's entry and what the queue must know about it."""

    __slots__ = ("attempts", "droppable", "entry", "offline", "periodic", "seq_no", "transaction_id")

    def __init__(self, entry: Entry, request: Request, *, offline: bool) -> None:
        self.entry = entry
        self.offline = offline
        self.attempts = 0
        self.transaction_id: str | None = None
        self.seq_no: int | None = None
        self.droppable = self.periodic = False
        if isinstance(request, TransactionEventRequest):
            self.transaction_id = request.transaction_info.transaction_id
            self.seq_no = request.seq_no
            self.droppable = request.event_type is TransactionEvent.UPDATED and request.trigger_reason not in _KEPT
            self.periodic = self.droppable and request.trigger_reason in _PERIODIC


class DurableQueue:
    """Messages of one kind that must arrive, in order, tried again as E13 says."""

    def __init__(self, core: Core, kind: type[Request], on_delivered: Callable[[Any, Any, datetime], None]) -> None:
        self._core = core
        self._kind = kind
        self._on_delivered = on_delivered
        self._kept: deque[_Kept] = deque()
        self._bytes = 0
        #: The head failed; it is not tried before this moment.
        self.not_before: datetime | None = None
        for entry in core.durable.memory.entries:
            if entry.action == kind.action:
                self._take_up(entry)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def _durable(self) -> Durable:
        return self._core.durable

    def _take_up(self, entry: Entry) -> None:
        try:
            request = decode(self._kind, entry.body)
        except PayloadViolation:
            # Written by a version whose messages this one does not know; keeping it would block the queue for ever.
            self._durable.forget_damaged(entry)
            return
        # TX-02: whatever was queued before a restart was queued when the link dropped.
        self._add(_Kept(entry, request, offline=True))

    def _add(self, kept: _Kept) -> None:
        self._kept.append(kept)
        self._bytes += len(kept.entry.body)

    def append(self, request: Request, now: datetime) -> None:
        """Keep a message until the CSMS has it."""
        entry = self._durable.append(self._kind.action, request)
        self._add(_Kept(entry, request, offline=not self._core.connected))
        if self._bytes > self._core.settings.transaction_queue_bytes:
            self._thin_out(now)

    def drop_oldest(self, limit: int, now: datetime) -> None:
        """Keep no more than so many messages."""
        while len(self._kept) > limit:
            self._forget(self._kept[0], now, "the queue is full")

    def mark_offline(self) -> None:
        """E11.FR.07: what is queued when the link goes down is an offline message from then on."""
        for kept in self._kept:
            kept.offline = True
        self.not_before = None

    def holds(self, transaction_id: str) -> bool:
        """Whether a message of this transaction waits."""
        return any(kept.transaction_id == transaction_id for kept in self._kept)

    def next(self, now: datetime) -> Waiting | None:
        """The oldest message, unless it has to wait for its next attempt."""
        if not self._kept or (self.not_before is not None and now < self.not_before):
            return None
        kept = self._kept[0]
        request = decode(self._kind, kept.entry.body)
        if kept.offline and isinstance(request, TransactionEventRequest):
            request = msgspec.structs.replace(request, offline=True)
        return Waiting(request, lambda answer, moment: self._answered(kept, request, answer, moment))

    def _answered(self, kept: _Kept, request: Request, answer: Any, now: datetime) -> None:
        if kept not in self._kept:
            return  # thinned out while it was on its way
        if not isinstance(answer, Refusal):
            self._remove(kept)
            self._on_delivered(request, answer, now)
            return
        if not self._core.connected:
            return  # the link left; that is not an attempt (E13, remark)
        kept.attempts += 1
        # TX-06: given up after the configured number of attempts; before that, wait longer each time.
        if kept.attempts >= self._attempts_for(answer):
            self._forget(kept, now, f"not accepted after {kept.attempts} attempts: {answer.code or 'no answer'}")
        else:
            interval = self._core.model.number("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent")
            # A security event has no last attempt, so that an interval of zero must not become a storm.
            shortest = 1 if self._kind is SecurityEventNotificationRequest else 0
            self.not_before = later(now, max(interval, shortest) * min(kept.attempts, _LONGEST_WAIT))

    def _attempts_for(self, answer: Refusal) -> float:
        configured = max(1, self._core.model.number("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"))
        if self._kind is not SecurityEventNotificationRequest:
            return configured
        if answer.silent:
            return float("inf")  # A04.FR.02: delivery is guaranteed
        return 1 if answer.code in _HOPELESS else configured

    def _remove(self, kept: _Kept) -> None:
        if kept is self._kept[0]:
            self.not_before = None  # only the head waits for its next attempt
        self._kept.remove(kept)
        self._bytes -= len(kept.entry.body)
        self._durable.acknowledge(kept.entry.entry_id)

    def _forget(self, kept: _Kept, now: datetime, reason: str) -> None:
        self._remove(kept)
        self._core.tell(
            MessageGivenUp(
                at=now, action=kept.entry.action, reason=reason, transaction_id=kept.transaction_id, seq_no=kept.seq_no
            )
        )

    def _thin_out(self, now: datetime) -> None:
        """TX-07: drop every second Updated event, periodic ones first; never a Started or an Ended."""
        for wanted in ("periodic", "droppable"):
            candidates = [kept for kept in self._kept if getattr(kept, wanted)][:-1]
            if not candidates:
                continue
            for kept in candidates[::2]:
                self._forget(kept, now, "the queue is full")
            if self._bytes <= self._core.settings.transaction_queue_bytes:
                return


class Outbox:
    """All that waits to be sent, lane by lane; durable lanes are queues of their own."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lanes: dict[Lane, deque[Waiting]] = {}
        self.durable: dict[Lane, DurableQueue] = {}

    def put(self, lane: Lane, request: Request, now: datetime, on_answer: OnAnswer | None = None) -> None:
        """Let a message wait; when the lane is full the oldest message in it is lost and its sender told so."""
        queue = self._lanes.setdefault(lane, deque())
        queue.append(Waiting(request, on_answer or _nobody))
        if len(queue) > self._core.settings.volatile_limit:
            lost = queue.popleft()
            self._core.tell(MessageGivenUp(at=now, action=lost.request.action, reason="the queue is full"))
            lost.on_answer(Refusal("", "the queue is full", silent=True), now)

    def next(self, now: datetime, lanes: Iterable[Lane] = tuple(Lane)) -> Waiting | None:
        """The message that goes next, taken out of its lane; a durable one stays in until it is answered."""
        for lane in lanes:
            if lane in self._lanes:
                return self._taken(lane)
            if (queue := self.durable.get(lane)) and (waiting := queue.next(now)):
                return waiting
        return None

    def _taken(self, lane: Lane) -> Waiting:
        queue = self._lanes[lane]
        waiting = queue.popleft()
        if not queue:
            del self._lanes[lane]  # an idle station keeps no empty queues
        return waiting

    def link_lost(self, now: datetime) -> None:
        """Answer what waits for nobody: only what was requested and what is durable survives the link."""
        for lane in (Lane.PROMPT, Lane.STATUS, Lane.ROUTINE):
            for message in self._lanes.pop(lane, ()):
                message.on_answer(Refusal("", "the link was lost", silent=True), now)
        for queue in self.durable.values():
            queue.mark_offline()

    def next_attempt(self) -> datetime | None:
        """When a durable message is tried again."""
        return min((q.not_before for q in self.durable.values() if len(q) and q.not_before), default=None)


def _nobody(_answer: Any, _now: datetime) -> None:
    """Take an answer nobody waits for."""
