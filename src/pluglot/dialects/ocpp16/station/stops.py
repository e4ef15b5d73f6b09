"""StopTransaction of a 1.6 station, and transactions whose stop never came (mapping 5.7, 9.1, 9.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.marks import MADE_UP_START, NO_IDS
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import OCCUPIED_STATUSES, STOP_REASON_TO_HOUSE
from pluglot.dialects.ocpp16.memory import EndedTransaction, OpenTransaction, Sent, Token, fingerprint
from pluglot.dialects.ocpp16.meter_values import Filler, register_of, register_value, to_house
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station import charging_profiles, costs
from pluglot.dialects.ocpp16.station.context import StationContext, house_token
from pluglot.dialects.ocpp16.station.transactions import ACCEPTED, ensure_started
from pluglot.dialects.ocpp16.transactions import clock_losses
from pluglot.dialects.policy import OrphanStop

_SAME_REGISTER: Final = Decimal(1)
_EVENT: Final = "TransactionEvent"


def stop_transaction(half: StationContext, request: wire.StopTransactionRequest, now: datetime) -> Translation:
    """A transaction ended; every StopTransaction is answered, known or not (TX-14)."""
    if lost := clock_losses(request.action, request.timestamp):
        yield Lost(lost)
    entry = half.book.by_id(request.transaction_id)
    if entry is None and request.transaction_id in NO_IDS:
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
    token = None
    if request.id_tag is not None:
        token = half.token_of(request.id_tag, (entry.id_tag, entry.token))
    sent = _numbered(half, entry, request)
    answer = yield from _ended(half, request, entry, sent, token)
    if isinstance(answer, Refusal):
        return answer
    info = yield from _stop_info(half, answer)
    _over(half, entry, now, stop_info=info, said=sent.fingerprint)
    response = wire.StopTransactionResponse(id_tag_info=info)
    if not costs.is_told(half, answer):
        return response
    yield Answered(response)
    id_tag = entry.id_tag if request.id_tag is None else request.id_tag
    yield from costs.after_event(half, (entry, id_tag), answer, now, ended=True)
    return None


def _numbered(half: StationContext, entry: OpenTransaction, request: wire.StopTransactionRequest) -> Sent:
    """The number of the Ended event: the one it had before when the station repeats itself (TX-09)."""
    said = fingerprint(request)
    if entry.stop_sent is None or entry.stop_sent.fingerprint != said:
        seq_no = entry.seq_no if entry.stop_sent is None else entry.stop_sent.seq_no
        entry.stop_sent = Sent(said, seq_no, half.is_offline(request.timestamp))
        entry.seq_no = seq_no + 1
        entry.stop_state = _ending_state(half, entry, request)
        half.touch()
    return entry.stop_sent


def _over(
    half: StationContext,
    entry: OpenTransaction,
    now: datetime,
    *,
    stop_info: wire.IdTagInfo | None = None,
    said: int = 0,
    by_timeout: bool = False,
) -> None:
    """A transaction has ended: its repetitions are recognised from now on, and its profiles are gone."""
    half.book.end(
        EndedTransaction(
            house_id=entry.house_id,
            id=entry.id,
            connector=entry.connector,
            started_at=entry.started_at,
            ended_at=now,
            start_info=entry.start_info or ACCEPTED,
            stop_info=stop_info,
            fingerprint=said,
            closed_by_timeout=by_timeout,
        ),
        now=now,
    )
    charging_profiles.transaction_over(half, entry.house_id)
    half.touch()


def _ended(
    half: StationContext,
    request: wire.StopTransactionRequest,
    entry: OpenTransaction | str,
    sent: Sent,
    token: Token | None,
) -> Translation:
    """Ask the house with the Ended event of a StopTransaction; of an orphan only its id is known."""
    house_id, charging_state = (entry, None) if isinstance(entry, str) else (entry.house_id, entry.stop_state)
    reason, trigger = STOP_REASON_TO_HOUSE[request.reason]
    meter_values, residue, losses = _final_values(request, _stop_filler(half, request, entry))
    if losses:
        yield Lost(tuple(losses))
    if request.reason is None:
        residue["reason"] = None
    if isinstance(entry, str):
        residue |= _orphan_residue(request)
    if request.reason is wire.Reason.REMOTE and isinstance(entry, OpenTransaction) and entry.deauthorized:
        # 5.6.1: the remote stop was ours, because the token had been withdrawn.
        reason, trigger = house.Reason.DE_AUTHORIZED, house.TriggerReason.DEAUTHORIZED
        residue["reason"] = request.reason.value
    event = house.TransactionEventRequest(
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
    return (yield AskHouse(event))


def _stop_filler(half: StationContext, request: wire.StopTransactionRequest, entry: OpenTransaction | str) -> Filler:
    """The registers to tell beside signed data without a number: of the start, the end, and the last one known."""
    end = begin = register = Decimal(request.meter_stop)
    if isinstance(entry, OpenTransaction):
        begin = Decimal(entry.meter_start)
        register = begin if entry.register is None else entry.register
    return Filler(begin, end, register, half.policy.emit_custom_data)


def _final_values(
    request: wire.StopTransactionRequest, filler: Filler
) -> tuple[tuple[house.MeterValue, ...], dict[str, Any], list[Loss]]:
    """The values of a stop in their order, with the register at the end unless it is there already."""
    residue: dict[str, Any] = {}
    readings, losses = to_house(request.transaction_data or (), "StopTransaction", filler=lambda: filler)
    values = [reading.meter_value for reading in readings]
    if losses:
        residue["transactionData"] = msgspec.to_builtins(request.transaction_data)
    end = house.ReadingContext.TRANSACTION_END
    last = register_of(_only(values, end))
    if last is None or abs(last - request.meter_stop) > _SAME_REGISTER:
        values.append(register_value(request.meter_stop, request.timestamp, end))
        residue["meterStop"] = "appended"
    elif last != request.meter_stop:
        residue["meterStop"] = request.meter_stop
    return tuple(values), residue, losses


def _only(values: list[house.MeterValue], context: house.ReadingContext) -> Iterator[house.MeterValue]:
    """The samples of one context: another one at the same moment is not the register of the end."""
    for value in values:
        samples = tuple(sample for sample in value.sampled_value if sample.context is context)
        if samples:
            yield msgspec.structs.replace(value, sampled_value=samples)


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


def _stop_info(half: StationContext, answer: house.TransactionEventResponse) -> Translation:
    losses = tuple(costs.answer_losses(half, answer, ended=True))
    info = None
    if answer.id_token_info is not None:
        info, more = half.id_tag_info(answer.id_token_info, _EVENT)
        losses += costs.unshown(half, more)
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
    house_id = half.book.orphan_id(request.transaction_id, request.timestamp)
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
        answer = yield from _ended(half, request, house_id, sent, token)
        if isinstance(answer, Refusal):
            return answer
    info = yield from _stop_info(half, answer)
    half.book.end(
        EndedTransaction(
            house_id=house_id,
            id=request.transaction_id,
            connector=_orphan_connector(half, request) or 0,
            started_at=request.timestamp,
            ended_at=now,
            start_info=ACCEPTED,
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
    # The register of its begin is unknown: without a number no energy is told.
    filler = Filler(Decimal(request.meter_stop), emit=half.policy.emit_custom_data)
    readings, _ = to_house(request.transaction_data or (), "StopTransaction", filler=lambda: filler)
    begin = house.ReadingContext.TRANSACTION_BEGIN
    values = tuple(
        reading.meter_value
        for reading in readings
        if any(sample.context is begin for sample in reading.meter_value.sampled_value)
    )
    connector = _orphan_connector(half, request)
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=readings[0].meter_value.timestamp if readings else request.timestamp,
        trigger_reason=MADE_UP_START,
        seq_no=0,
        offline=True,
        transaction_info=house.Transaction(transaction_id=house_id),
        evse=None if connector is None else half.numbering.evse(connector),
        id_token=None if token is None else house_token(token),
        meter_value=values or None,
        custom_data=wrapped(_orphan_residue(request), emit=half.policy.emit_custom_data),
    )


def _orphan_residue(request: wire.StopTransactionRequest) -> dict[str, Any]:
    """9.4: that nobody knows the start, and which id was named; the house judges what to make of it (TX-12)."""
    return {"orphan": True, "transactionId": request.transaction_id}


def _orphan_connector(half: StationContext, request: wire.StopTransactionRequest) -> int | None:
    """Where an unknown transaction was: at the only connector, or the only one that a vehicle was at and no other."""
    known = half.numbering.known
    if len(known) == 1:
        return known[0]
    taken = {entry.connector for entry in half.book.open()}
    statuses = half.memory.statuses
    occupied = [
        connector
        for connector in known
        if connector not in taken
        and (note := statuses.get(connector)) is not None
        and note.status in OCCUPIED_STATUSES
        and note.timestamp is not None
        and note.timestamp <= request.timestamp
    ]
    return occupied[0] if len(occupied) == 1 else None


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
    _over(half, entry, now, by_timeout=True)


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
