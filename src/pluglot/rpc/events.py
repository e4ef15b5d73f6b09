"""What happened in a conversation, for the one who holds it to act on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from pluglot.messages.base import Request, Response
from pluglot.messages.codec import PayloadViolation

from .errors import ErrorCode


class CallReceived(msgspec.Struct, frozen=True, gc=False):
    """The other side asks; ``answer`` or ``refuse`` with this id must follow, exactly once."""

    message_id: str
    action: str
    request: Request
    frame: bytes
    at: datetime
    #: The request as it came, where it was read in one go with its frame; empty where it needed a closer look.
    payload: bytes = b""


class SendReceived(msgspec.Struct, frozen=True, gc=False):
    """The other side tells us something and expects no answer (2.1)."""

    message_id: str
    action: str
    request: Request
    frame: bytes
    at: datetime


class OwnCall(msgspec.Struct, frozen=True):
    """What every outcome of an own CALL says about it; ``sent_at`` is None if it never left."""

    message_id: str
    action: str
    request: Request
    call_frame: bytes
    sent_at: datetime | None
    at: datetime


class CallAnswered(OwnCall, frozen=True):
    """The other side answered our CALL."""

    response: Response
    payload: bytes
    frame: bytes


class CallRefused(OwnCall, frozen=True):
    """The other side answered our CALL with an error; ``wire_code`` is its code as it came, cut to a sane length."""

    code: ErrorCode
    wire_code: str
    description: str
    details: dict[str, Any]
    frame: bytes


class CallMisanswered(OwnCall, frozen=True):
    """The other side answered our CALL with something that is no valid answer; it may have acted or not."""

    code: ErrorCode
    # What was wrong with the payload; None when the frame itself was malformed.
    violation: PayloadViolation | None
    detail: str
    frame: bytes
    # The CALLRESULTERROR that told the other side so (2.1 only).
    reply: bytes | None


class CallTimedOut(OwnCall, frozen=True):
    """No answer came in time; the other side may have acted or not."""


class CallAbandoned(OwnCall, frozen=True):
    """The link closed before an answer came, or before the CALL was sent (``sent_at`` is None)."""


class ResultErrorReceived(msgspec.Struct, frozen=True):
    """The other side could not process our answer to its CALL (2.1); nothing to do but to look into it."""

    message_id: str
    code: ErrorCode
    wire_code: str
    description: str
    details: dict[str, Any]
    frame: bytes
    at: datetime


class FrameRejected(msgspec.Struct, frozen=True):
    """The other side sent what is not a valid message; ``reply`` is the error that told it so, if one was due."""

    code: ErrorCode | None
    detail: str
    # Only of actions and ids that could be read.
    message_id: str | None
    action: str | None
    violation: PayloadViolation | None
    frame: bytes
    reply: bytes | None
    at: datetime


class DropReason(StrEnum):
    """Why an answer of the other side was of no use."""

    LATE = "late"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class AnswerDropped(msgspec.Struct, frozen=True):
    """The other side answered a CALL that is not open (RPC-07)."""

    reason: DropReason
    message_id: str
    frame: bytes
    at: datetime


class CallExpired(msgspec.Struct, frozen=True):
    """Our own side did not answer a CALL in time; InternalError was sent in its place."""

    message_id: str
    action: str
    reply: bytes
    at: datetime


class AnswerReplaced(msgspec.Struct, frozen=True):
    """Our own side answered with what is no valid message of this version; InternalError was sent in its place."""

    message_id: str
    action: str
    detail: str
    reply: bytes


class StormDetected(msgspec.Struct, frozen=True):
    """Too many invalid messages within a minute (ERR-06); the link must be closed, nothing more is read from it."""

    invalid: int
    at: datetime


Outcome = CallAnswered | CallRefused | CallMisanswered | CallTimedOut | CallAbandoned
Event = (
    CallReceived
    | SendReceived
    | Outcome
    | ResultErrorReceived
    | FrameRejected
    | AnswerDropped
    | CallExpired
    | AnswerReplaced
    | StormDetected
)
