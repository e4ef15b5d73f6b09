"""TransactionEvent of a 2.x station said in the messages of 1.6 (mapping 5.8, 9.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, GivenUp, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms import charging_profiles, costs, starts, stops
from pluglot.dialects.ocpp16.csms.authorization import id_tag_of
from pluglot.dialects.ocpp16.csms.availability import tell_status
from pluglot.dialects.ocpp16.csms.context import CsmsContext, key_of
from pluglot.dialects.ocpp16.csms.refused import delivered
from pluglot.dialects.ocpp16.enums import STOPPING_TRIGGERS
from pluglot.dialects.ocpp16.memory import HouseTransaction, Meter
from pluglot.dialects.ocpp16.meter_values import REGISTER, begins_at_zero, by_time, register_in, register_of, to_wire
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.tokens import info_to_house
from pluglot.dialects.policy import StopAt

_ACTION: Final = "TransactionEvent"
_BEGIN: Final = house.ReadingContext.TRANSACTION_BEGIN
_MOST_WAITING: Final = 100
_MOST_SHOWN: Final = 20
#: Events that are remembered one by one because others before them are missing; beyond it those are given up.
_MOST_AHEAD: Final = 1000
_RETENTION: Final = timedelta(days=7)
_MOST_ENDED: Final = 64
#: No honest station has more transactions open; beyond this the oldest is forgotten.
_MOST_OPEN: Final = 256
_CONNECTED_STATES: Final = frozenset(house.ChargingState) - {house.ChargingState.IDLE}
_ENDED: Final = house.TransactionEvent.ENDED
_ACCEPTED: Final = wire.AuthorizationStatus.ACCEPTED


def transaction_event(half: CsmsContext, event: house.TransactionEventRequest, now: datetime) -> Translation:
    """One event of a transaction: start, samples, status or stop, whatever it means in 1.6."""
    entry = _entry(half, event, now)
    if _is_answered(entry, event.seq_no):
        return (yield from _response(half, entry, event))
    losses = [*_losses(event), *_gaps(entry, event)]
    losses += _learn(half, entry, event)
    if losses:
        yield Lost(tuple(losses))
    refused = yield from _told(half, entry, event, now)
    if isinstance(refused, Refusal):
        return refused
    _note_answered(half, entry, event, now)
    if (place := half.place_of_transaction(entry)) is not None:
        yield from tell_status(half, place, event.timestamp)
    return (yield from _response(half, entry, event))


def _told(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> Translation:
    """Say an event in the messages of 1.6 that it calls for; returns a refusal."""
    started = False
    if entry.id is None and not entry.start_refused:
        refused = yield from starts.maybe_start(half, entry, event, now)
        if isinstance(refused, Refusal):
            return refused
        started = entry.id is not None
        entry.info_owed |= started and entry.info is not None and entry.info.status is not _ACCEPTED
    if entry.start_refused:
        yield GivenUp(
            (Loss(_ACTION, "seqNo", event.seq_no, "the management system refused the start of this transaction"),)
        )
        return None
    if entry.id is None:
        return (yield from _before_start(half, entry, event))
    return (yield from _after_start(half, entry, event, started=started))


# --- memory -------------------------------------------------------------------------------------------------------


def _entry(half: CsmsContext, event: house.TransactionEventRequest, now: datetime) -> HouseTransaction:
    transactions = half.memory.transactions
    house_id = event.transaction_info.transaction_id
    entry = transactions.get(house_id)
    if entry is None:
        running = [one.house_id for one in half.open_transactions()]
        if len(running) >= _MOST_OPEN:
            del transactions[running[0]]
        entry = transactions[house_id] = HouseTransaction(house_id=house_id, first_seen=now)
        half.touch()
    return entry


def _is_answered(entry: HouseTransaction, seq_no: int) -> bool:
    return seq_no < entry.answered_below or seq_no in entry.answered


def _gaps(entry: HouseTransaction, event: house.TransactionEventRequest) -> Iterator[Loss]:
    """The numbers of events that the station never sent: its last one shows them, or very many after them (9.3)."""
    if event.event_type is _ENDED:
        end = event.seq_no
    elif len(entry.answered) >= _MOST_AHEAD:
        end = min(event.seq_no, *entry.answered)
    else:
        return
    came = {number for number in entry.answered if number < end}
    count = end - entry.answered_below - len(came)
    if count > 0:
        missing = (number for number in range(entry.answered_below, end) if number not in came)
        numbers = ", ".join(str(number) for number in islice(missing, _MOST_SHOWN))
        yield Loss(_ACTION, "seqNo", numbers, f"{count} events of the transaction never came")


def _note_answered(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> None:
    entry.answered.append(event.seq_no)
    if len(entry.answered) > _MOST_AHEAD:
        entry.answered_below = min(entry.answered)
    if entry.info_owed:
        # 9.2, step 4: a token that was refused late is told with the event that brought the start.
        entry.info_owed, entry.info_told_by = False, event.seq_no
    while entry.answered_below in entry.answered:
        entry.answered.remove(entry.answered_below)
        entry.answered_below += 1
    if event.event_type is _ENDED:
        entry.ended_at = now
        entry.waiting, entry.start = [], None
        charging_profiles.transaction_over(half, entry.house_id)
        _note_finishing(half, entry)
        _forget_old(half, now)
    half.touch()


def _note_finishing(half: CsmsContext, entry: HouseTransaction) -> None:
    """Remember that a cable stayed in after the end, which 1.6 shows as Finishing."""
    place = half.place_of_transaction(entry)
    if place is None:
        return
    key = key_of(place)
    occupied = half.memory.connector_statuses.get(key) is house.ConnectorStatus.OCCUPIED
    stays = entry.charging_state in _CONNECTED_STATES or (entry.charging_state is None and occupied)
    if stays and key not in half.memory.finishing:
        half.memory.finishing.append(key)


def _forget_old(half: CsmsContext, now: datetime) -> None:
    ended = sorted(
        (entry.ended_at, house_id) for house_id, entry in half.memory.transactions.items() if entry.ended_at is not None
    )
    surplus = len(ended) - _MOST_ENDED
    for position, (ended_at, house_id) in enumerate(ended):
        if position < surplus or now - ended_at > _RETENTION:
            del half.memory.transactions[house_id]


def _learn(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> tuple[Loss, ...]:
    """Bring what is known of a transaction up to an event; doing it twice changes nothing."""
    losses: tuple[Loss, ...] = ()
    info = event.transaction_info
    if event.evse is not None and event.evse.id > 0:
        known = None if entry.evse is None else entry.evse[1]
        entry.evse = event.evse.id, event.evse.connector_id or known
        entry.connected |= event.evse.connector_id is not None
    if info.charging_state is not None:
        entry.charging_state = info.charging_state
        entry.charged |= info.charging_state is house.ChargingState.CHARGING
        entry.connected |= info.charging_state in _CONNECTED_STATES
    entry.connected |= event.trigger_reason is house.TriggerReason.CABLE_PLUGGED_IN
    if event.id_token is not None and entry.id_tag is None:
        entry.id_tag, losses = id_tag_of(half, event.id_token, _ACTION)
        entry.authorized_at = event.timestamp
    if event.reservation_id is not None:
        if entry.start is not None and entry.reservation_id != event.reservation_id:
            losses += (Loss(_ACTION, "reservationId", event.reservation_id, "it came after the start"),)
        entry.reservation_id = event.reservation_id
    entry.remote_start_id = entry.remote_start_id if info.remote_start_id is None else info.remote_start_id
    if event.trigger_reason in STOPPING_TRIGGERS and event.event_type is not _ENDED:
        losses += _learn_stop(half, entry, event)
    _learn_registers(half, entry, event)
    half.touch()
    return losses


def _learn_registers(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> None:
    """Keep the first register of a transaction, and its latest."""
    values = by_time(event.meter_value)
    if entry.meter_start is None and begins_at_zero(values):
        entry.meter_start = entry.register = Decimal(0)
    latest = register_of(values)
    if latest is not None:
        if entry.meter_start is None:
            # Of several without Transaction.Begin the earliest: what flowed after it belongs to the transaction.
            entry.meter_start = register_of(reversed(values), _BEGIN)
        entry.register = latest
        if entry.evse is not None:
            half.memory.meters[entry.evse[0]] = Meter(entry.register, event.timestamp)


def _learn_stop(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> tuple[Loss, ...]:
    """A transaction is stopped; 1.6 says by whom in its one stop message, due perhaps only when the cable is out."""
    entry.stopping = event.trigger_reason
    if event.id_token is None or event.trigger_reason is not house.TriggerReason.STOP_AUTHORIZED:
        return ()
    entry.stop_tag, losses = id_tag_of(half, event.id_token, _ACTION)
    return losses


# --- events -------------------------------------------------------------------------------------------------------


def _before_start(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> Translation:
    """Keep the samples; ask about a token that cannot start anything yet (9.2, steps 4, 6 and 7)."""
    values, losses = _values(event, begin=entry.meter_start)
    if losses:
        yield Lost(tuple(losses))
    kept = [value for value in values if value not in entry.waiting]
    overflow = max(len(entry.waiting) + len(kept) - _MOST_WAITING, 0)
    if overflow:
        yield Lost((Loss(_ACTION, "meterValue", overflow, "too many samples before the start"),))
    entry.waiting = (entry.waiting + kept)[-_MOST_WAITING:]
    half.touch()
    if event.event_type is _ENDED and entry.waiting:
        yield Lost((Loss(_ACTION, "meterValue", len(entry.waiting), "the transaction never existed for 1.6"),))
    if event.id_token is None or event.event_type is _ENDED:
        return None
    answer = yield AskPeer(wire.AuthorizeRequest(id_tag=entry.id_tag or half.policy.no_auth_tag))
    if isinstance(answer, Refusal):
        return None if (yield from delivered(half, entry, event, "Authorize", answer)) else answer
    entry.info = answer.id_tag_info
    half.touch()
    return None


def _after_start(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, *, started: bool
) -> Translation:
    if not entry.stop_answered and (event.event_type is _ENDED or _stops_now(half, event)):
        return (yield from stops.stop(half, entry, event))
    values, losses = _values(event, begin=entry.meter_start if started else None)
    if entry.stop_answered:
        said = (Loss(_ACTION, "meterValue", len(values), "the transaction was stopped before"),) if values else ()
        losses = [*losses, *said]
    if losses:
        yield Lost(tuple(losses))
    waiting = [*entry.waiting, *values]
    if not waiting or entry.stop_answered:
        return None
    number = half.number_of_transaction(entry) or 1
    residue = unwrapped(event)
    transaction_id = entry.id if residue.get("transactionId", 0) is not None else None
    answer = yield AskPeer(
        wire.MeterValuesRequest(connector_id=number, transaction_id=transaction_id, meter_value=tuple(waiting))
    )
    if isinstance(answer, Refusal) and not (yield from delivered(half, entry, event, "MeterValues", answer)):
        return answer
    entry.waiting, entry.refusals = [], 0
    half.touch()
    return None


def _stops_now(half: CsmsContext, event: house.TransactionEventRequest) -> bool:
    return half.policy.stop_at is StopAt.STOP_AUTHORIZED and event.trigger_reason in STOPPING_TRIGGERS


def _values(
    event: house.TransactionEventRequest, *, begin: Decimal | None
) -> tuple[tuple[wire.MeterValue, ...], list[Loss]]:
    """The samples of an event as 1.6 says them; the register that becomes meterStart is not said twice."""
    raw = unwrapped(event).get("meterValue")
    if raw is not None:
        return msgspec.convert(raw, tuple[wire.MeterValue, ...]), []
    meter_values = event.meter_value or ()
    if begin is not None:
        meter_values = tuple(_without_begin(meter_values, begin))
    return to_wire(meter_values, _ACTION)


def _without_begin(meter_values: tuple[house.MeterValue, ...], begin: Decimal) -> Iterator[house.MeterValue]:
    for meter_value in meter_values:
        samples = tuple(
            sample
            for sample in meter_value.sampled_value
            if not (
                sample.context is _BEGIN
                and sample.measurand in {None, REGISTER}
                and sample.signed_meter_value is None
                and register_in(sample) == begin
            )
        )
        if samples:
            yield msgspec.structs.replace(meter_value, sampled_value=samples)


# --- answers ------------------------------------------------------------------------------------------------------


def _response(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> Translation:
    """What the management system said of the token, to the event that carried one, and of the cost to the last one."""
    asked = event.id_token is not None or entry.info_told_by == event.seq_no
    info = entry.info if asked else None
    if event.event_type is _ENDED:
        info = entry.stop_info if entry.stop_info is not None else info
    said = None if info is None else info_to_house(info)
    if said is not None and entry.id_tag is not None:
        said = yield from costs.with_price(half, entry.id_tag, said)
    response = house.TransactionEventResponse(id_token_info=said)
    return costs.with_final_cost(entry, response) if event.event_type is _ENDED else response


def _losses(event: house.TransactionEventRequest) -> Iterator[Loss]:
    """Fields without any place in 1.6, apart from those that every event has."""
    info = event.transaction_info
    found: tuple[tuple[str, Any], ...] = (
        ("costDetails", event.cost_details),
        ("numberOfPhasesUsed", event.number_of_phases_used),
        ("cableMaxCurrent", event.cable_max_current),
        ("preconditioningStatus", event.preconditioning_status),
        ("evseSleep", event.evse_sleep),
        ("transactionInfo.timeSpentCharging", info.time_spent_charging),
        ("transactionInfo.operationMode", info.operation_mode),
        ("transactionInfo.tariffId", info.tariff_id),
        ("transactionInfo.transactionLimit", info.transaction_limit),
    )
    for field, value in found:
        if value is not None:
            shown = value if isinstance(value, str | int | bool) else "present"
            yield Loss(_ACTION, field, shown, "1.6 has no such field")
