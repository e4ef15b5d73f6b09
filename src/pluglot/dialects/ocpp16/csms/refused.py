"""Messages from before the link that a 1.6 management system refuses to take (mapping 9.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import GivenUp, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.memory import HouseTransaction

#: A message this much older than the link was kept while there was none.
_OFFLINE_MARGIN: Final = timedelta(seconds=5)
_DEFAULT_ATTEMPTS: Final = 3


def is_refused_for_good(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest | None, refusal: Refusal
) -> bool:
    """Count a refusal; says whether an old message was refused so often that it counts as delivered.

    Silence and a passing fault of the management system are never counted, and nothing of a message that is fresh is
    ever given up here: the station sends it again.
    """
    if refusal.is_passing or event is None or not _is_old(half, event):
        return False
    entry.refusals += 1
    half.touch()
    if entry.refusals < _attempts(half):
        return False
    entry.refusals = 0
    return True


def delivered(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, what: str, refusal: Refusal
) -> Translation:
    """Show that an old message counts as delivered although it was refused; returns whether it does."""
    if not is_refused_for_good(half, entry, event, refusal):
        return False
    losses = (Loss("TransactionEvent", what, refusal.code, "refused: it came too late"),)
    # Without its authorization the event is told all the same, with the start of its transaction.
    yield Lost(losses) if what == "Authorize" else GivenUp(losses)
    return True


def _is_old(half: CsmsContext, event: house.TransactionEventRequest) -> bool:
    since = half.connected_since
    return bool(event.offline) or (since is not None and event.timestamp < since - _OFFLINE_MARGIN)


def _attempts(half: CsmsContext) -> int:
    """What policy says, else TransactionMessageAttempts as far as the station has told."""
    if half.policy.message_attempts is not None:
        return half.policy.message_attempts
    return max(half.number_known("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", _DEFAULT_ATTEMPTS), 1)
