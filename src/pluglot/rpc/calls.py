"""The calls one side makes: first in, first out, one open at a time, each ended once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pluglot.messages.action import Action
from pluglot.messages.base import Request

from .events import DropReason

# Calls remembered after their end, to tell a late or second answer from one to nothing.
REMEMBERED: Final = 8

About = tuple[str, str, Request, bytes, datetime | None, datetime]


class PendingCall:
    """An own CALL that waits, first to be sent and then to be answered."""

    __slots__ = ("action", "deadline", "frame", "message_id", "request", "sent_at")

    def __init__(self, message_id: str, action: Action, request: Request, frame: bytes) -> None:
        self.message_id, self.action, self.request, self.frame = message_id, action, request, frame
        self.sent_at: datetime | None = None
        self.deadline: datetime | None = None

    def about(self, now: datetime) -> About:
        """Say what every outcome says first."""
        return self.message_id, self.action.name, self.request, self.frame, self.sent_at, now


class OwnCalls:
    """The calls of one side: those that wait, the one that is open, and the last few that have ended."""

    __slots__ = ("_remembered", "_waiting", "open")

    def __init__(self) -> None:
        self.open: PendingCall | None = None
        self._waiting: list[PendingCall] = []
        self._remembered: list[tuple[str, DropReason]] = []

    def __len__(self) -> int:
        """How many wait to be sent."""
        return len(self._waiting)

    def __contains__(self, message_id: object) -> bool:
        """Whether a call with this id has no outcome yet."""
        return any(call.message_id == message_id for call in (self.open, *self._waiting) if call is not None)

    def add(self, call: PendingCall) -> None:
        """Put a call behind those that wait."""
        self._waiting.append(call)

    def start_next(self, *, now: datetime, deadline: datetime) -> bytes | None:
        """Open the next call if none is open (RPC-04); return the frame that must be sent now."""
        if self.open is not None or not self._waiting:
            return None
        self.open = call = self._waiting.pop(0)
        call.sent_at, call.deadline = now, deadline
        return call.frame

    def awaiting(self, message_id: str) -> PendingCall | None:
        """The open call, if an answer with this id belongs to it."""
        return self.open if self.open is not None and self.open.message_id == message_id else None

    def take_overdue(self, *, now: datetime) -> PendingCall | None:
        """End the open call if its time is over."""
        call = self.open
        if call is None or call.deadline is None or now < call.deadline:
            return None
        self.conclude(call, DropReason.LATE)
        return call

    def conclude(self, call: PendingCall, next_answer: DropReason = DropReason.DUPLICATE) -> None:
        """End the open call, and remember what one more answer to it would be (RPC-07)."""
        self.open = None
        self._remembered = [*self._remembered[1 - REMEMBERED :], (call.message_id, next_answer)]

    def drop_reason(self, message_id: str) -> DropReason:
        """Say why an answer with this id is of no use."""
        return dict(self._remembered).get(message_id, DropReason.UNKNOWN)

    def abandon(self) -> list[PendingCall]:
        """Give up every call without an outcome, the open one first."""
        given_up = ([self.open] if self.open else []) + self._waiting
        self.open, self._waiting = None, []
        return given_up
