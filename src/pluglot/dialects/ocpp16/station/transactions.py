"""StartTransaction and StopTransaction of a 1.6 station (mapping 5.5, 5.7, 9.1, 9.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import STARTING_STATE, STOP_REASON_TO_HOUSE
from pluglot.dialects.ocpp16.memory import EndedTransaction, OpenTransaction, Sent, Token, fingerprint
from pluglot.dialects.ocpp16.meter_values import register_of, register_value, to_house
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station import charging_profiles, plug_and_charge, remote_control, reservations
from pluglot.dialects.ocpp16.station.context import StationContext, house_token
from pluglot.dialects.ocpp16.station.owed import tell_owed
from pluglot.dialects.ocpp16.tokens import info_to_wire, is_allowed_at
from pluglot.dialects.ocpp16.transactions import CLOCK_SET_SINCE, utc_text
from pluglot.dialects.policy import OrphanStop

_ACCEPTED: Final = wire.IdTagInfo(status=wire.AuthorizationStatus.ACCEPTED)
_SAME_REGISTER: Final = Decimal(1)
#: Ids in a StopTransaction of a station that never learnt the real one.
_NO_IDS: Final = frozenset({0, -1})
_EVENT: Final = "TransactionEvent"


# --- start --------------------------------------------------------------------------------------------------------


def start_transaction(half: StationContext, request: wire.StartTransactionRequest, now: datetime) -> Translation:
    """A transaction began; its repetition is answered the same and begins nothing (TX-09)."""
    known = _known_start(half, request, now)
    if isinstance(known, EndedTransaction):
        return wire.StartTransactionResponse(transaction_id=known.id, id_tag_info=known.start_info)
    if isinstance(known, str) and half.book.is_full():
        return Refusal("InternalError", "too many transactions of this station are open")
    entry = _begin(half, request, known, now) if isinstance(known, str) else known
    if entry.start_info is None:
        answer = yield from ensure_started(half, entry, request)
        if isinstance(answer, Refusal):
            return answer
    return wire.StartTransactionResponse(transaction_id=entry.id, id_tag_info=entry.start_info or _ACCEPTED)


def _known_start(
    half: StationContext, request: wire.StartTransactionRequest, now: datetime
) -> OpenTransaction | EndedTransaction | str:
    """The transaction this start means, or the id for a new one."""
    name = half.book.start_name(request)
    house_id = half.book.house_id(name)
    times = 1
    while (ended := half.book.find_ended(house_id)) is not None:
        repeated = now - ended.ended_at <= half.policy.dup_window and request.timestamp >= CLOCK_SET_SINCE
        if repeated:
            return ended
        times += 1
        house_id = half.book.house_id(f"{name}/{times}")
    return half.book.find(house_id) or house_id


def _begin(
    half: StationContext, request: wire.StartTransactionRequest, house_id: str, now: datetime
) -> OpenTransaction:
    connector = request.connector_id
    if connector <= 0:
        # Not legal, but the energy is real: with a single connector there is no doubt where it flows.
        connector = half.numbering.known[0] if len(half.numbering.known) == 1 else 0
    else:
        half.heard_of(connector)
    for other in half.book.on(connector):
        other.doubtful_since = other.doubtful_since or now
    remote = _remote_start(half, request, now)
    entry = OpenTransaction(
        house_id=house_id,
        id=half.book.mint(),
        connector=connector,
        id_tag=request.id_tag,
        token=half.tokens.meant(request.id_tag) if remote is None else remote[1],
        started_at=request.timestamp,
        meter_start=request.meter_start,
        register=Decimal(request.meter_start),
        register_at=request.timestamp,
        reservation_id=reservations.used_by(half, request.reservation_id),
        remote_start_id=None if remote is None else remote[0],
        start_state=half.charging_state_now(connector, STARTING_STATE) or house.ChargingState.EV_CONNECTED,
        start_offline=half.is_offline(request.timestamp),
    )
    entry.charging_state = entry.start_state
    charging_profiles.transaction_began(half, entry.remote_start_id, house_id)
    half.book.add(entry)
    half.touch()
    return entry


def _remote_start(
    half: StationContext, request: wire.StartTransactionRequest, now: datetime
) -> tuple[int, Token] | None:
    """The remote start that this transaction answers; it is used up by it."""
    waiting = [remote for remote in half.memory.remote_starts if remote.deadline >= now]
    tag = request.id_tag.casefold()
    found = next(
        (
            remote
            for remote in waiting
            if remote.id_tag.casefold() == tag and remote.connector in {None, request.connector_id}
        ),
        None,
    )
    half.memory.remote_starts = [remote for remote in waiting if remote is not found]
    remote_control.forget_profiles(half, found)
    return None if found is None else (found.remote_start_id, found.token)


def ensure_started(
    half: StationContext, entry: OpenTransaction, request: wire.StartTransactionRequest | None = None
) -> Translation:
    """Tell the house of a start, or a status, it has not acknowledged yet; returns a refusal if it does not now either."""
    if entry.start_info is not None:
        return (yield from tell_owed(half, entry))
    answer = yield AskHouse(_started(half, entry, request))
    if isinstance(answer, Refusal):
        return answer
    info, losses = _start_info(half, entry, answer)
    if request is not None and request.reservation_id is not None and entry.reservation_id is None:
        losses += (Loss("StartTransaction", "reservationId", request.reservation_id, "no reservation has this id"),)
    if losses:
        yield Lost(losses)
    entry.start_info = info
    half.touch()
    return answer


def _started(
    half: StationContext, entry: OpenTransaction, request: wire.StartTransactionRequest | None
) -> house.TransactionEventRequest:
    residue: dict[str, Any] = {}
    if request is not None and request.connector_id != entry.connector:
        residue["connectorId"] = request.connector_id
    if request is not None and request.reservation_id is not None and entry.reservation_id is None:
        residue["reservationId"] = request.reservation_id
    remote = entry.remote_start_id
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=entry.started_at,
        trigger_reason=house.TriggerReason.AUTHORIZED if remote is None else house.TriggerReason.REMOTE_START,
        seq_no=0,
        offline=True if entry.start_offline else None,
        transaction_info=house.Transaction(
            transaction_id=entry.house_id, charging_state=entry.start_state, remote_start_id=remote
        ),
        evse=half.numbering.evse(entry.connector) if entry.connector > 0 else None,
        id_token=house_token(entry.token),
        reservation_id=entry.reservation_id,
        meter_value=(register_value(entry.meter_start, entry.started_at, house.ReadingContext.TRANSACTION_BEGIN),),
        custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
    )


def _start_info(
    half: StationContext, entry: OpenTransaction, answer: house.TransactionEventResponse
) -> tuple[wire.IdTagInfo, tuple[Loss, ...]]:
    losses = tuple(response_losses(answer))
    remembered = half.tokens.info(entry.token)
    said = answer.id_token_info or remembered
    if said is None:
        return _ACCEPTED, losses
    if answer.id_token_info is not None:
        half.tokens.learn(entry.token, answer.id_token_info)
    info, more = info_to_wire(said, _EVENT)
    evse_id = half.numbering.place(entry.connector)[0]
    allowed = all(is_allowed_at(one, evse_id) for one in (said, remembered) if one is not None)
    if not allowed:
        # 5.5: 1.6 has no way to tell a station beforehand where a token may charge.
        info = msgspec.structs.replace(info, status=wire.AuthorizationStatus.INVALID)
    return info, losses + more


#: What a station that shows costs is told by vendor data.
_COSTS: Final = frozenset({"totalCost", "updatedPersonalMessage", "updatedPersonalMessageExtra"})


def response_losses(answer: house.TransactionEventResponse, *, costs_shown: bool = False) -> Iterator[Loss]:
    """What an answer to a transaction event says that 1.6 has no field for."""
    for field, value in (
        ("totalCost", answer.total_cost),
        ("chargingPriority", answer.charging_priority),
        ("transactionLimit", answer.transaction_limit),
        ("updatedPersonalMessage", answer.updated_personal_message),
        ("updatedPersonalMessageExtra", answer.updated_personal_message_extra),
    ):
        if value is not None and not (costs_shown and field in _COSTS):
            shown = str(value) if isinstance(value, Decimal | int) else "present"
            yield Loss(_EVENT, field, shown, "1.6 has no such field")


# --- stop ---------------------------------------------------------------------------------------------------------


def stop_transaction(half: StationContext, request: wire.StopTransactionRequest, now: datetime) -> Translation:
    """A transaction ended; every StopTransaction is answered, known or not (TX-14)."""
    entry = half.book.by_id(request.transaction_id)
    if entry is None and request.transaction_id in _NO_IDS:
        entry = half.book.nameless_stop(request)
    if entry is not None:
        return (yield from _stop(half, entry, request, now))
    ended = half.book.ended_by_id(request.transaction_id)
    if ended is not None:
        return (yield from _stopped_again(half, ended, request))
    return (yield from _orphan(half, request, now))


def _stop(
    half: StationContext, entry: OpenTransaction, request: wire.StopTransactionRequest, now: datetime
) -> Translation:
    if entry.house_id in half.closing:
        return Refusal("InternalError", "the transaction is just being closed; send the stop again")
    refused = yield from ensure_started(half, entry)
    if isinstance(refused, Refusal):
        return refused
    said = fingerprint(request)
    if entry.stop_sent is None or entry.stop_sent.fingerprint != said:
        seq_no = entry.seq_no if entry.stop_sent is None else entry.stop_sent.seq_no
        entry.stop_sent = Sent(said, seq_no, half.is_offline(request.timestamp))
        entry.seq_no = seq_no + 1
        entry.stop_state = _ending_state(half, entry, request)
        half.touch()
    token = None
    if request.id_tag is not None:
        token = half.token_of(request.id_tag, (entry.id_tag, entry.token))
    answer = yield from _ended(half, request, entry.house_id, entry.stop_sent, entry.stop_state, token)
    if isinstance(answer, Refusal):
        return answer
    shows_cost = answer.total_cost is not None and plug_and_charge.shows_costs(half)
    info = yield from _stop_info(answer, costs_shown=shows_cost)
    half.book.end(
        EndedTransaction(
            house_id=entry.house_id,
            id=entry.id,
            connector=entry.connector,
            started_at=entry.started_at,
            ended_at=now,
            start_info=entry.start_info or _ACCEPTED,
            stop_info=info,
            fingerprint=said,
        ),
        now=now,
    )
    charging_profiles.transaction_over(half, entry.house_id)
    half.touch()
    response = wire.StopTransactionResponse(id_tag_info=info)
    if not shows_cost:
        return response
    yield Answered(response)
    yield from plug_and_charge.after_event(half, entry, answer, now, ended=True)
    return None


def _ended(
    half: StationContext,
    request: wire.StopTransactionRequest,
    house_id: str,
    sent: Sent,
    charging_state: house.ChargingState | None,
    token: Token | None,
) -> Translation:
    """Ask the house with the Ended event of a StopTransaction."""
    reason, trigger = STOP_REASON_TO_HOUSE[request.reason]
    meter_values, residue, losses = _final_values(request)
    if losses:
        yield Lost(tuple(losses))
    if request.reason is None:
        residue["reason"] = None
    return (
        yield AskHouse(
            house.TransactionEventRequest(
                event_type=house.TransactionEvent.ENDED,
                timestamp=request.timestamp,
                trigger_reason=trigger,
                seq_no=sent.seq_no,
                offline=True if sent.offline else None,
                transaction_info=house.Transaction(
                    transaction_id=house_id, stopped_reason=reason, charging_state=charging_state
                ),
                id_token=None if token is None else house_token(token),
                meter_value=meter_values,
                custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
            )
        )
    )


def _final_values(
    request: wire.StopTransactionRequest,
) -> tuple[tuple[house.MeterValue, ...], dict[str, Any], list[Loss]]:
    """The values of a stop in their order, with the register at the end unless it is there already."""
    residue: dict[str, Any] = {}
    readings, losses = to_house(request.transaction_data or (), "StopTransaction", filler=Decimal(request.meter_stop))
    values = [reading.meter_value for reading in readings]
    if losses:
        residue["transactionData"] = msgspec.to_builtins(request.transaction_data)
    end = house.ReadingContext.TRANSACTION_END
    last = register_of((value for value in values if any(sample.context is end for sample in value.sampled_value)), end)
    if last is None or abs(last - request.meter_stop) > _SAME_REGISTER:
        values.append(register_value(request.meter_stop, request.timestamp, end))
        residue["meterStop"] = "appended"
    elif last != request.meter_stop:
        residue["meterStop"] = request.meter_stop
    return tuple(values), residue, losses


def _ending_state(
    half: StationContext, entry: OpenTransaction, request: wire.StopTransactionRequest
) -> house.ChargingState | None:
    note = half.memory.statuses.get(entry.connector)
    if request.reason is wire.Reason.EV_DISCONNECTED:
        return house.ChargingState.IDLE
    if note is None or note.status in _SILENT_STATUSES:
        return None
    if note.status is wire.ChargePointStatus.AVAILABLE:
        return house.ChargingState.IDLE
    return house.ChargingState.EV_CONNECTED


#: Statuses that say nothing of the cable.
_SILENT_STATUSES: Final = frozenset(
    {wire.ChargePointStatus.RESERVED, wire.ChargePointStatus.UNAVAILABLE, wire.ChargePointStatus.FAULTED}
)


def _stop_info(answer: house.TransactionEventResponse, *, costs_shown: bool = False) -> Translation:
    losses = tuple(response_losses(answer, costs_shown=costs_shown))
    info = None
    if answer.id_token_info is not None:
        info, more = info_to_wire(answer.id_token_info, _EVENT)
        losses += more
    if losses:
        yield Lost(losses)
    return info


def _stopped_again(half: StationContext, ended: EndedTransaction, request: wire.StopTransactionRequest) -> Translation:
    """Answer a repetition as before; what is no repetition changes nothing and is shown (TX-12)."""
    response = wire.StopTransactionResponse(id_tag_info=ended.stop_info)
    if ended.fingerprint == fingerprint(request):
        return response
    yield Lost(
        (
            Loss("StopTransaction", "transactionId", request.transaction_id, "the transaction has ended already"),
            Loss("StopTransaction", "meterStop", request.meter_stop, "the transaction has ended already"),
        )
    )
    if ended.closed_by_timeout:
        # The real end came after the time-out: its register is at least shown beside the transaction.
        yield Answered(response)
        value = register_value(request.meter_stop, request.timestamp, house.ReadingContext.OTHER)
        evse_id = half.numbering.place(ended.connector)[0]
        yield AskHouse(house.MeterValuesRequest(evse_id=evse_id, meter_value=(value,)))
        return None
    return response


# --- stops without a start (9.4) ----------------------------------------------------------------------------------


def _orphan(half: StationContext, request: wire.StopTransactionRequest, now: datetime) -> Translation:
    """A stop whose start nobody knows: its energy is told to the house without guessing whose it was."""
    house_id = half.book.house_id(f"orphan/{request.transaction_id}/{utc_text(request.timestamp)}")
    ended = half.book.find_ended(house_id)
    if ended is not None:
        return wire.StopTransactionResponse(id_tag_info=ended.stop_info)
    yield Lost((Loss("StopTransaction", "transactionId", request.transaction_id, "orphan: no such start is known"),))
    said = fingerprint(request)
    answer: Any = house.TransactionEventResponse()
    token = None if request.id_tag is None else half.tokens.meant(request.id_tag)
    seq_no = 0
    if half.policy.orphan_stop is OrphanStop.PAIR:
        started = yield AskHouse(_orphan_start(half, request, house_id, token))
        if isinstance(started, Refusal):
            return started
        seq_no = 1
    if half.policy.orphan_stop is not OrphanStop.DROP:
        sent = Sent(said, seq_no, offline=True)
        answer = yield from _ended(half, request, house_id, sent, None, token)
        if isinstance(answer, Refusal):
            return answer
    info = yield from _stop_info(answer)
    half.book.end(
        EndedTransaction(
            house_id=house_id,
            id=request.transaction_id,
            connector=_only_connector(half) or 0,
            started_at=request.timestamp,
            ended_at=now,
            start_info=_ACCEPTED,
            stop_info=info,
            fingerprint=said,
        ),
        now=now,
    )
    half.touch()
    return wire.StopTransactionResponse(id_tag_info=info)


def _orphan_start(
    half: StationContext, request: wire.StopTransactionRequest, house_id: str, token: Token | None
) -> house.TransactionEventRequest:
    readings, _ = to_house(request.transaction_data or (), "StopTransaction")
    begin = house.ReadingContext.TRANSACTION_BEGIN
    values = tuple(
        reading.meter_value
        for reading in readings
        if any(sample.context is begin for sample in reading.meter_value.sampled_value)
    )
    connector = _only_connector(half)
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=readings[0].meter_value.timestamp if readings else request.timestamp,
        trigger_reason=house.TriggerReason.ABNORMAL_CONDITION,
        seq_no=0,
        offline=True,
        transaction_info=house.Transaction(transaction_id=house_id),
        evse=None if connector is None else half.numbering.evse(connector),
        id_token=None if token is None else house_token(token),
        meter_value=values or None,
    )


def _only_connector(half: StationContext) -> int | None:
    known = half.numbering.known
    return known[0] if len(known) == 1 else None


def close_by_timeout(half: StationContext, house_id: str, now: datetime) -> Translation:
    """End a transaction whose StopTransaction never came, with the last register known (9.1)."""
    entry = half.book.find(house_id)
    if entry is None or entry.doubtful_since is None:
        half.closing.discard(house_id)
        return
    refused = yield from ensure_started(half, entry)
    if not isinstance(refused, Refusal):
        refused = yield AskHouse(_closing_event(entry))
    half.closing.discard(house_id)
    if isinstance(refused, Refusal):
        entry.doubtful_since = now
        half.touch()
        return
    half.book.end(
        EndedTransaction(
            house_id=house_id,
            id=entry.id,
            connector=entry.connector,
            started_at=entry.started_at,
            ended_at=now,
            start_info=entry.start_info or _ACCEPTED,
            closed_by_timeout=True,
        ),
        now=now,
    )
    charging_profiles.transaction_over(half, house_id)
    half.touch()


def _closing_event(entry: OpenTransaction) -> house.TransactionEventRequest:
    end = house.ReadingContext.TRANSACTION_END
    moment = entry.register_at or entry.started_at
    values = None
    if entry.register is not None:
        sample = house.SampledValue(
            value=entry.register,
            context=end,
            measurand=house.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER,
            location=house.Location.OUTLET,
            unit_of_measure=house.UnitOfMeasure(unit="Wh"),
        )
        values = (house.MeterValue(timestamp=moment, sampled_value=(sample,)),)
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent.ENDED,
        timestamp=moment,
        trigger_reason=house.TriggerReason.ABNORMAL_CONDITION,
        seq_no=entry.seq_no,
        transaction_info=house.Transaction(transaction_id=entry.house_id, stopped_reason=house.Reason.OTHER),
        meter_value=values,
    )
