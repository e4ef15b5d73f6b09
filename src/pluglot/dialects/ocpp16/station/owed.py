"""Events that were numbered and whose answer never came: they are told again before the next.

A 1.6 station need not repeat a status. A number of a transaction that is never told would be a gap for ever (mapping
9.1), and an error that began or ended unheard would be unknown, or open, for ever (5.4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.memory import OpenTransaction
from pluglot.dialects.ocpp16.station import updates
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.messages import codec

#: Events about errors that are kept; of more the oldest are lost.
_MOST: Final = 32


def tell_events(half: StationContext, events: Sequence[house.NotifyEventRequest]) -> Translation:
    """Tell events about errors, after those whose answer never came; says whether all were heard."""
    memory = half.memory
    if not events and not memory.events_owed:
        return True
    before = [codec.decode(house.NotifyEventRequest, one) for one in memory.events_owed]
    kept: list[bytes] = []
    lost: list[Loss] = []
    for event in (*before, *events):
        if kept:
            # In their order: an error that is told after its end would be open for ever.
            kept.append(codec.encode(event))
            continue
        answer = yield AskHouse(event)
        if isinstance(answer, Refusal) and answer.is_passing:
            kept.append(codec.encode(event))
        elif isinstance(answer, Refusal):
            lost.append(_unheard(event, answer.code))
    lost += [_unheard(codec.decode(house.NotifyEventRequest, one), "too many are kept") for one in kept[:-_MOST]]
    if memory.events_owed or kept:
        memory.events_owed = kept[-_MOST:]
        half.touch()
    if lost:
        yield Lost(tuple(lost))
    return not kept and not lost


def _unheard(event: house.NotifyEventRequest, why: str) -> Loss:
    data = event.event_data[0]
    return Loss("StatusNotification", "errorCode", data.tech_code, f"the event about it was not taken: {why}")


def tell_owed(half: StationContext, entry: OpenTransaction) -> Translation:
    """Tell what is owed of a transaction; returns a refusal when again no answer came."""
    if entry.status_owed is None:
        return None
    event = codec.decode(house.TransactionEventRequest, entry.status_owed)
    answer = yield AskHouse(event)
    if isinstance(answer, Refusal) and answer.silent:
        return answer
    told(half, entry, event, answer)
    if not isinstance(answer, Refusal):
        # Nobody is there to be told what this answer says beside; it is shown.
        yield from updates.note_losses(half, answer)
        info = answer.id_token_info
        if info is not None and info.status is not house.AuthorizationStatus.ACCEPTED:
            reason = "said too late of a status; the station is told with the next answer that says so"
            yield Lost((Loss("TransactionEvent", "idTokenInfo.status", info.status.value, reason),))
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
