"""TransactionEvent of a 2.x station said in the messages of 1.6 (mapping 5.8, 9.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Pause, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms import charging_profiles, plug_and_charge
from pluglot.dialects.ocpp16.csms.authorization import id_tag_of
from pluglot.dialects.ocpp16.csms.availability import tell_status
from pluglot.dialects.ocpp16.csms.context import CsmsContext, key_of
from pluglot.dialects.ocpp16.enums import STOP_REASON_TO_WIRE, STOPPING_TRIGGERS
from pluglot.dialects.ocpp16.memory import HouseTransaction, Meter
from pluglot.dialects.ocpp16.meter_values import REGISTER, register_of, to_wire, whole
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.tokens import info_to_house
from pluglot.dialects.policy import StopAt

_ACTION: Final = "TransactionEvent"
_BEGIN: Final = house.ReadingContext.TRANSACTION_BEGIN
_END: Final = house.ReadingContext.TRANSACTION_END
_METER_AGE: Final = timedelta(hours=24)
#: How long a start waits for a register before it says 0.
_METER_PATIENCE: Final = timedelta(seconds=60)
_MOST_WAITING: Final = 100
#: s to wait before a failed start is sent again
_RETRIES: Final = (10.0, 20.0, 30.0)
_RETENTION: Final = timedelta(days=7)
_MOST_ENDED: Final = 64
#: No honest station has more transactions open; beyond this the oldest is forgotten.
_MOST_OPEN: Final = 256
_CONNECTED_STATES: Final = frozenset(house.ChargingState) - {house.ChargingState.IDLE}
_ENDED: Final = house.TransactionEvent.ENDED


def transaction_event(half: CsmsContext, event: house.TransactionEventRequest, now: datetime) -> Translation:
    """One event of a transaction: start, samples, status or stop, whatever it means in 1.6."""
    entry = _entry(half, event, now)
    if _is_answered(entry, event.seq_no):
        return _response(half, entry, event)
    losses = list(_losses(event))
    losses += _learn(half, entry, event)
    if losses:
        yield Lost(tuple(losses))
    started = False
    if entry.id is None:
        refused = yield from _maybe_start(half, entry, event, now)
        if isinstance(refused, Refusal):
            return refused
        started = entry.id is not None
    if entry.id is None:
        info = yield from _before_start(half, entry, event)
    else:
        info = yield from _after_start(half, entry, event, started=started)
    if isinstance(info, Refusal):
        return info
    _note_answered(half, entry, event, now)
    if (place := _place(half, entry)) is not None:
        yield from tell_status(half, place, event.timestamp)
    return _response(half, entry, event)


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


def _note_answered(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> None:
    entry.answered.append(event.seq_no)
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
    place = _place(half, entry)
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
    entry.reservation_id = entry.reservation_id if event.reservation_id is None else event.reservation_id
    entry.remote_start_id = entry.remote_start_id if info.remote_start_id is None else info.remote_start_id
    if event.trigger_reason in STOPPING_TRIGGERS and event.event_type is not _ENDED:
        entry.stopping = event.trigger_reason
    register = register_of(event.meter_value or (), _BEGIN)
    if register is not None:
        if entry.meter_start is None:
            entry.meter_start = register
        latest = register_of(event.meter_value or ())
        entry.register = register if latest is None else latest
        if entry.evse is not None:
            half.memory.meters[entry.evse[0]] = Meter(entry.register, event.timestamp)
    half.touch()
    return losses


def _place(half: CsmsContext, entry: HouseTransaction) -> tuple[int, int] | None:
    """EVSE and connector of a transaction; with a single connector there is no doubt."""
    if entry.evse is None:
        only = [place for _, place in half.places()]
        return only[0] if len(only) == 1 else None
    evse_id, connector_id = entry.evse
    if connector_id is not None:
        return evse_id, connector_id
    return next((place for _, place in half.places() if place[0] == evse_id), (evse_id, 1))


def _number(half: CsmsContext, entry: HouseTransaction) -> int | None:
    """The connector number of a transaction; a start cannot wait for the inventory."""
    place = _place(half, entry)
    if place is None:
        return None
    number = half.number_of(*place)
    if number is None:
        half.number_connectors()
        number = half.number_of(*place)
    return number


# --- start --------------------------------------------------------------------------------------------------------


def _maybe_start(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> Translation:
    """Send StartTransaction once the token is known and the vehicle is connected (9.2, step 3)."""
    ended = event.event_type is _ENDED
    if entry.start is None:
        if entry.id_tag is None and ended and _unauthorised_energy(half, entry):
            entry.id_tag = half.policy.no_auth_tag
        if entry.id_tag is None or not (entry.connected or ended):
            return None
        meter_start = _meter_start(half, entry, now)
        if meter_start is None:
            entry.waiting_since = entry.waiting_since or now
            if not ended and now - entry.waiting_since < _METER_PATIENCE:
                half.touch()
                return None
            yield Lost((Loss(_ACTION, "meterValue", None, "meter-unknown: the start says 0"),))
            meter_start = Decimal(0)
        number = _number(half, entry)
        if number is None:
            if not ended:
                return None
            yield Lost((Loss(_ACTION, "evse", None, "the station never named an EVSE; said as connector 1"),))
            number = 1
        late = ended and entry.authorized_at is not None
        entry.start = wire.StartTransactionRequest(
            connector_id=unwrapped(event).get("connectorId", number),
            id_tag=entry.id_tag,
            meter_start=whole(meter_start),
            timestamp=entry.authorized_at if late and entry.authorized_at is not None else event.timestamp,
            reservation_id=unwrapped(event).get("reservationId", _reservation(half, entry)),
        )
        half.touch()
    answer = yield from _insisted(entry.start)
    if isinstance(answer, Refusal):
        # Not answered: the station keeps the event and sends it again (13.4).
        return answer
    entry.id = answer.transaction_id
    entry.info = answer.id_tag_info
    half.touch()
    return None


def _insisted(start: wire.StartTransactionRequest) -> Translation:
    """Send a start, and when it fails again a little later (9.2)."""
    answer = yield AskPeer(start)
    for seconds in _RETRIES:
        if not isinstance(answer, Refusal) or (yield Pause(seconds)) is None:
            break
        answer = yield AskPeer(start)
    return answer


def _unauthorised_energy(half: CsmsContext, entry: HouseTransaction) -> bool:
    if not half.policy.report_unauthorised_energy or entry.register is None or entry.meter_start is None:
        return False
    return entry.register - entry.meter_start >= 1


def _meter_start(half: CsmsContext, entry: HouseTransaction, now: datetime) -> Decimal | None:
    if entry.meter_start is not None:
        return entry.meter_start
    meter = None if entry.evse is None else half.memory.meters.get(entry.evse[0])
    return meter.value if meter is not None and now - meter.at <= _METER_AGE else None


def _reservation(half: CsmsContext, entry: HouseTransaction) -> int | None:
    """The reservation as the management system numbers it; the start uses it up."""
    if entry.reservation_id is None:
        return None
    held = half.memory.reservations.pop(entry.reservation_id, None)
    return entry.reservation_id if held is None else held.wire_id


# --- events -------------------------------------------------------------------------------------------------------


def _before_start(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> Translation:
    """Keep the samples; ask about a token that cannot start anything yet (9.2, steps 4, 6 and 7)."""
    values, losses = _values(event, starting=True)
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
        return answer
    entry.info = answer.id_tag_info
    half.touch()
    return None


def _after_start(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, *, started: bool
) -> Translation:
    if event.event_type is _ENDED or (_stops_now(half, event) and not entry.stop_answered):
        if entry.stop_answered:
            return None
        return (yield from _stop(half, entry, event))
    values, losses = _values(event, starting=started)
    if losses:
        yield Lost(tuple(losses))
    waiting = [*entry.waiting, *values]
    if not waiting or entry.stop_answered:
        return None
    number = _number(half, entry) or 1
    residue = unwrapped(event)
    transaction_id = entry.id if residue.get("transactionId", 0) is not None else None
    answer = yield AskPeer(
        wire.MeterValuesRequest(connector_id=number, transaction_id=transaction_id, meter_value=tuple(waiting))
    )
    if isinstance(answer, Refusal):
        return answer
    entry.waiting = []
    half.touch()
    return None


def _stops_now(half: CsmsContext, event: house.TransactionEventRequest) -> bool:
    return half.policy.stop_at is StopAt.STOP_AUTHORIZED and event.trigger_reason in STOPPING_TRIGGERS


def _values(event: house.TransactionEventRequest, *, starting: bool) -> tuple[tuple[wire.MeterValue, ...], list[Loss]]:
    """The samples of an event as 1.6 says them; the register that became meterStart is not said twice."""
    raw = unwrapped(event).get("meterValue")
    if raw is not None:
        return msgspec.convert(raw, tuple[wire.MeterValue, ...]), []
    meter_values = event.meter_value or ()
    if starting:
        meter_values = tuple(_without_begin(meter_values))
    return to_wire(meter_values, _ACTION)


def _without_begin(meter_values: tuple[house.MeterValue, ...]) -> Iterator[house.MeterValue]:
    for meter_value in meter_values:
        samples = tuple(
            sample
            for sample in meter_value.sampled_value
            if not (
                sample.context is _BEGIN
                and sample.measurand in {None, REGISTER}
                and sample.phase is None
                and sample.signed_meter_value is None
            )
        )
        if samples:
            yield msgspec.structs.replace(meter_value, sampled_value=samples)


# --- stop ---------------------------------------------------------------------------------------------------------


def _stop(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> Translation:
    request, losses = _stop_request(half, entry, event)
    if losses:
        yield Lost(tuple(losses))
    answer = yield AskPeer(request)
    if isinstance(answer, Refusal):
        return answer
    entry.stop_answered = True
    entry.stop_info = answer.id_tag_info
    entry.waiting = []
    half.touch()
    return None


def _stop_request(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest
) -> tuple[wire.StopTransactionRequest, list[Loss]]:
    residue = unwrapped(event)
    meter_values = event.meter_value or ()
    stop = register_of(meter_values, _END)
    if stop is None:
        stop = entry.register
    if residue.get("meterStop") == "appended":
        meter_values = meter_values[:-1]
    said_values, losses = to_wire(meter_values, _ACTION)
    data: tuple[wire.TransactionData, ...] = said_values
    raw = residue.get("transactionData")
    if raw is not None:
        data, losses = msgspec.convert(raw, tuple[wire.TransactionData, ...]), []
    if stop is None:
        losses.append(Loss(_ACTION, "meterValue", None, "meter-unknown: the stop says the start"))
        stop = Decimal(entry.start.meter_start) if entry.start is not None else Decimal(0)
    id_tag = None
    if event.id_token is not None and (event.trigger_reason is house.TriggerReason.STOP_AUTHORIZED or residue):
        id_tag, more = id_tag_of(half, event.id_token, _ACTION)
        losses += more
    reason = _reason(half, entry, event)
    if "reason" in residue:
        reason = None
    said = event.transaction_info.stopped_reason
    if said is not None and (reason is None or reason.value != said.value) and not residue:
        losses.append(Loss(_ACTION, "transactionInfo.stoppedReason", said.value, "1.6 has fewer reasons"))
    request = wire.StopTransactionRequest(
        transaction_id=entry.id or 0,
        id_tag=id_tag,
        meter_stop=residue["meterStop"] if isinstance(residue.get("meterStop"), int) else whole(stop),
        timestamp=event.timestamp,
        reason=reason,
        transaction_data=tuple(
            wire.TransactionData(timestamp=value.timestamp, sampled_value=value.sampled_value)
            for value in (*entry.waiting, *data)
        )
        or None,
    )
    return request, losses


def _reason(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> wire.Reason | None:
    unlock = house.TriggerReason.UNLOCK_COMMAND
    if entry.unlocking or unlock in {event.trigger_reason, entry.stopping}:
        return wire.Reason.UNLOCK_COMMAND
    said = event.transaction_info.stopped_reason
    if said is house.Reason.IMMEDIATE_RESET and half.memory.last_reset is wire.ResetType.SOFT:
        return wire.Reason.SOFT_RESET
    return STOP_REASON_TO_WIRE[said]


# --- answers ------------------------------------------------------------------------------------------------------


def _response(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest
) -> house.TransactionEventResponse:
    """What the management system said of the token, to the event that carried one."""
    info = entry.info if event.id_token is not None else None
    if event.event_type is _ENDED:
        info = entry.stop_info if entry.stop_info is not None else info
    said = None if info is None else info_to_house(info)
    if said is not None and entry.id_tag is not None:
        said = plug_and_charge.with_price(half, entry.id_tag, said)
    return house.TransactionEventResponse(id_token_info=said)


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
