"""What follows when the house has answered an event of a running transaction (mapping 5.6.1, 5.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.memory import OpenTransaction
from pluglot.dialects.ocpp16.station import costs
from pluglot.dialects.ocpp16.station.context import StationContext

Answers = Sequence[house.TransactionEventResponse]


def note_losses(half: StationContext, answer: house.TransactionEventResponse) -> Translation:
    """Show what the answer to an event says and a 1.6 station cannot be told."""
    if lost := tuple(costs.answer_losses(half, answer, ended=False)):
        yield Lost(lost)


def is_owed(half: StationContext, entry: OpenTransaction, answers: Answers) -> bool:
    """Whether the station must be told something that its own message has no answer for."""
    return any(_withdraws(entry, answer) or costs.is_told(half, answer) for answer in answers)


def tell(half: StationContext, entry: OpenTransaction, answers: Answers, now: datetime) -> Translation:
    """Tell the station what is owed: the cost so far, and that the token was withdrawn."""
    told = [answer for answer in answers if costs.is_told(half, answer)]
    if told:
        yield from costs.after_event(half, (entry, entry.id_tag), told[-1], now)
    if any(_withdraws(entry, answer) for answer in answers):
        # A 2.x station would deauthorise by itself; a 1.6 station has to be told.
        answer = yield AskPeer(wire.RemoteStopTransactionRequest(transaction_id=entry.id))
        if not isinstance(answer, Refusal) and answer.status is wire.RemoteStartStopStatus.ACCEPTED:
            entry.deauthorized = True
            half.touch()
            return
        said = answer.code if isinstance(answer, Refusal) else answer.status.value
        yield Lost(
            (Loss("TransactionEvent", "idTokenInfo.status", said, "the station goes on with a withdrawn token"),)
        )


def _withdraws(entry: OpenTransaction, answer: house.TransactionEventResponse) -> bool:
    info = answer.id_token_info
    return info is not None and info.status is not house.AuthorizationStatus.ACCEPTED and not entry.deauthorized
