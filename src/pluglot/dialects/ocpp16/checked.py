"""Nothing leaves a half that its receiver's schema forbids (mapping 1.4).

Commands are rare, so each message they cause is held against its type; what breaks it becomes a refusal.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.messages import codec
from pluglot.messages.violations import PayloadViolation

#: What vendor data that claims to be ours, and is not, may provoke.
_MALFORMED = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError, msgspec.MsgspecError)


def flaw(message: Any) -> str | None:
    """What the schema of a message forbids in it, or None."""
    try:
        codec.verify(type(message), codec.encode(message))
    except PayloadViolation as violation:
        return str(violation)
    return None


def checked(translation: Translation) -> Translation:
    """A translation whose messages and answer are legal, or refused."""
    reply: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            return _legal_answer(end.value)
        reply = None
        if isinstance(step, (AskHouse, AskPeer)) and (found := flaw(step.request)) is not None:
            yield Lost((Loss(step.request.action, "", found, "the other version forbids it"),))
            reply = Refusal("PropertyConstraintViolation", found)
        elif isinstance(step, Answered):
            reply = yield Answered(_legal_answer(step.response))
        else:
            reply = yield step


def told_why(translation: Translation, action: str) -> Translation:
    """A translation that shows why the house said no: answers of 1.6 have a status alone (3.6)."""
    reply: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            return end.value
        reply = yield step
        info = getattr(reply, "status_info", None) if isinstance(step, AskHouse) else None
        if info is not None:
            yield Lost((Loss(action, "statusInfo", info.reason_code, "1.6 has no such field"),))


def _legal_answer(answer: Any) -> Any:
    if answer is None or isinstance(answer, Refusal) or (found := flaw(answer)) is None:
        return answer
    return Refusal("InternalError", f"the answer cannot be said: {found}")


def trusting(translation: Translation, request: Any) -> Translation:
    """A translation of a request whose vendor data bears our mark; refused when the mark is forged or damaged."""
    if not unwrapped(request):
        return (yield from translation)
    reply: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            return end.value
        except _MALFORMED:
            return Refusal("FormatViolation", "customData bears our mark but cannot be read")
        reply = yield step
