"""What came of a call, said three ways: as the wire's event, as a refusal for a dialect, as an outcome for the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pluglot.dialects.base import Refusal
from pluglot.dialects.losses import Loss
from pluglot.messages import codec
from pluglot.rpc import CallAbandoned, CallMisanswered, CallRefused, CallTimedOut
from pluglot.web.base import CallOutcome

TIMED_OUT: Final = "the station did not answer in time"
ABANDONED: Final = "the link closed before an answer came"
NOT_SENT: Final = "the link closed before it was sent"


def as_refusal(outcome: Any) -> Refusal:
    """What a dialect is told of a call that was not answered."""
    match outcome:
        case Refusal():
            return outcome
        case CallRefused():
            return Refusal(str(outcome.code), outcome.description, outcome.details)
        case CallMisanswered():
            return Refusal("FormatViolation", f"the answer was not valid: {outcome.detail}")
        case CallTimedOut():
            return Refusal("GenericError", TIMED_OUT, silent=True)
        case CallAbandoned():
            return Refusal("GenericError", ABANDONED, silent=True)
    raise TypeError(f"{type(outcome).__name__} is no outcome without an answer")


def as_call_outcome(response: Any, losses: Sequence[Loss], latency_ms: float, *, asked: bool) -> CallOutcome:
    """What the API tells of a call: the 2.1 response, or what came instead of it.

    ``asked`` says whether anything was put on the wire.
    """
    if not isinstance(response, Refusal):
        return CallOutcome(kind="answered", response=codec.to_builtins(response), losses=losses, latency_ms=latency_ms)
    return CallOutcome(
        kind=_kind(response, asked=asked),
        losses=losses,
        latency_ms=latency_ms,
        code=None if response.silent else response.code,  # only what somebody said has a code
        description=response.description,
    )


def _kind(refusal: Refusal, *, asked: bool) -> str:
    if refusal.silent and refusal.description == TIMED_OUT:
        return "timed-out"
    if refusal.silent:
        # Design 4.6: who left after something was sent may have acted; who was away before cannot have.
        return "left" if asked else "offline"
    # Only a dialect refuses without asking the station.
    return "refused" if asked else "not-supported"


def as_unknown_outcome(why: str) -> CallOutcome:
    """What the API tells of a call that reached the station when we cannot say what came of it."""
    return CallOutcome(kind="left", description=why)
