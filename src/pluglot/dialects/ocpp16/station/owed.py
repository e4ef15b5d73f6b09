"""Events of a transaction that were numbered and whose answer never came: they are told again before the next.

A 1.6 station need not repeat a status, and a number that is never told would be a gap for ever (mapping 9.1).
"""

from __future__ import annotations

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Refusal, Translation
from pluglot.dialects.ocpp16.memory import OpenTransaction
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.messages import codec


def tell_owed(half: StationContext, entry: OpenTransaction) -> Translation:
    """Tell what is owed of a transaction; returns a refusal when again no answer came."""
    if entry.status_owed is None:
        return None
    event = codec.decode(house.TransactionEventRequest, entry.status_owed)
    answer = yield AskHouse(event)
    if isinstance(answer, Refusal) and answer.silent:
        return answer
    told(half, entry, event, answer)
    return None


def owe(half: StationContext, entry: OpenTransaction, event: house.TransactionEventRequest) -> None:
    """Note an event before it is told."""
    entry.status_owed = codec.encode(event)
    half.touch()


def told(half: StationContext, entry: OpenTransaction, event: house.TransactionEventRequest, answer: object) -> None:
    """Note that an event was answered, or refused for good."""
    if isinstance(answer, Refusal) and answer.silent:
        return
    entry.status_owed = None
    if not isinstance(answer, Refusal):
        entry.charging_state = event.transaction_info.charging_state
    half.touch()
