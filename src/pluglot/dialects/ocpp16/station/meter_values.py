"""MeterValues of a 1.6 station (mapping 5.6, 9.4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.marks import NO_IDS
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.memory import OpenTransaction, Sent, fingerprint
from pluglot.dialects.ocpp16.meter_values import Batch, Filler, Reading, batches, register_of, to_house
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station import updates
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.transactions import ensure_started
from pluglot.dialects.ocpp16.transactions import CLOCK_SET_SINCE, clock_losses

_ACTION: Final = "MeterValues"
_LONGEST_VALUE: Final = 2500
_UPDATED: Final = house.TransactionEvent.UPDATED
#: What the house answers to nearly every event.
_NO_NEWS: Final = house.TransactionEventResponse()


def meter_values(  # noqa: C901 - a generator for each part would cost more than what it does
    half: StationContext, request: wire.MeterValuesRequest, now: datetime
) -> Translation:
    """Samples of a connector, of a transaction or of the whole station."""
    entry = _transaction(half, request)
    readings, losses = to_house(request.meter_value, _ACTION, filler=partial(_filler, half, entry, request))
    residue = _residue(request, entry, losses)
    if losses:
        yield Lost(tuple(losses))
    if half.policy.temperature_as_event:
        yield from _as_events(half, request)
    if not readings or entry is None:
        return (yield from _outside(half, request, readings, residue))
    if entry.start_info is None:
        refused = yield from ensure_started(half, entry)
        if isinstance(refused, Refusal):
            return refused
    # Here and not in a generator of its own: most of what running stations say comes this way.
    answers: list[house.TransactionEventResponse] = []
    for event in _events(half, entry, request, batches(readings), residue, now):
        if event.offline and event.timestamp < CLOCK_SET_SINCE:
            yield Lost(clock_losses(_ACTION, event.timestamp))
        answer = yield AskHouse(event)
        if isinstance(answer, Refusal):
            return answer
        if answer != _NO_NEWS:
            answers.append(answer)
            yield from updates.note_losses(half, answer)
    if not answers or not updates.is_owed(half, entry, answers):
        return wire.MeterValuesResponse()
    yield Answered(wire.MeterValuesResponse())
    yield from updates.tell(half, entry, answers, now)
    return None


def _filler(half: StationContext, entry: OpenTransaction | None, request: wire.MeterValuesRequest) -> Filler:
    """The register of a transaction beside samples that are signed alone; the same when they are said again (TX-09)."""
    if entry is None:
        return Filler()
    before = entry.meter_sent if _is_repetition(entry, request) else None
    register = entry.register if before is None else before.register
    begin = Decimal(entry.meter_start)
    return Filler(begin, None, begin if register is None else register, half.policy.emit_custom_data)


def _residue(
    request: wire.MeterValuesRequest, entry: OpenTransaction | None, losses: list[Loss]
) -> dict[str, Any] | None:
    """What 2.1 cannot say of these samples, also noted among the losses."""
    number = request.transaction_id
    if not losses and (number is None if entry is None else number == entry.id):
        return None
    residue: dict[str, Any] = {"meterValue": msgspec.to_builtins(request.meter_value)} if losses else {}
    if entry is None and number is not None:
        losses.append(Loss(_ACTION, "transactionId", number, "no open transaction has this id"))
        residue["transactionId"] = number
    elif entry is not None and number != entry.id:
        residue["transactionId"] = number
    return residue


def _transaction(half: StationContext, request: wire.MeterValuesRequest) -> OpenTransaction | None:
    """The open transaction that the samples belong to; never a guess between several."""
    number = request.transaction_id
    if number is not None:
        entry = half.book.by_id(number)
        if entry is not None:
            is_running = entry.stop_sent is None and entry.house_id not in half.closing
            return entry if is_running or _is_repetition(entry, request) else None
    if request.connector_id <= 0:
        return None
    running = half.book.on(request.connector_id)
    if len(running) != 1:
        return None
    entry = running[0]
    if entry.stop_sent is not None or entry.house_id in half.closing:
        return entry if _is_repetition(entry, request) else None
    if number is None or number in NO_IDS:
        return entry
    # An id that was given to another transaction is no unknown one: those samples are late (5.6).
    return entry if entry.start_info is None and half.book.ended_by_id(number) is None else None


def _is_repetition(entry: OpenTransaction, request: wire.MeterValuesRequest) -> bool:
    """Whether these samples have their numbers already; nothing new is told once the end was, answered or not (9.7)."""
    return entry.meter_sent is not None and entry.meter_sent.fingerprint == fingerprint(request)


def _outside(
    half: StationContext, request: wire.MeterValuesRequest, readings: list[Reading], residue: dict[str, Any] | None
) -> Translation:
    """Tell samples that belong to no open transaction, if any could be understood."""
    if not readings:
        return wire.MeterValuesResponse()
    if lost := clock_losses(_ACTION, readings[0].meter_value.timestamp):
        yield Lost(lost)
    if request.connector_id > 0:
        half.heard_of(request.connector_id)
    evse_id = half.numbering.place(request.connector_id)[0] if request.connector_id > 0 else 0
    answer = yield AskHouse(
        house.MeterValuesRequest(
            evse_id=max(evse_id, 0),
            meter_value=tuple(reading.meter_value for reading in readings),
            custom_data=None if residue is None else wrapped(residue, emit=half.policy.emit_custom_data),
        )
    )
    return answer if isinstance(answer, Refusal) else wire.MeterValuesResponse()


def _events(
    half: StationContext,
    entry: OpenTransaction,
    request: wire.MeterValuesRequest,
    groups: list[Batch],
    residue: dict[str, Any] | None,
    now: datetime,
) -> list[house.TransactionEventRequest]:
    """The events that tell these samples; what 2.1 cannot say goes with the first."""
    sent = _numbered(half, entry, request, groups, now)
    custom_data = None if residue is None else wrapped(residue, emit=half.policy.emit_custom_data)
    info = house.Transaction(transaction_id=entry.house_id)
    return [
        house.TransactionEventRequest(
            event_type=_UPDATED,
            timestamp=batch.timestamp,
            trigger_reason=batch.trigger,
            seq_no=sent.seq_no + offset,
            offline=True if sent.offline else None,
            transaction_info=info,
            meter_value=batch.meter_values,
            custom_data=None if offset else custom_data,
        )
        for offset, batch in enumerate(groups)
    ]


def _numbered(
    half: StationContext,
    entry: OpenTransaction,
    request: wire.MeterValuesRequest,
    groups: list[Batch],
    now: datetime,
) -> Sent:
    """The numbers of the events: those they had before when the station repeats itself (TX-09)."""
    said = fingerprint(request)
    sent = entry.meter_sent
    if sent is not None and sent.fingerprint == said:
        return sent
    sent = entry.meter_sent = Sent(said, entry.seq_no, half.is_offline(groups[0].timestamp), entry.register)
    entry.seq_no += len(groups)
    values = groups[0].meter_values if len(groups) == 1 else [value for batch in groups for value in batch.meter_values]
    register = register_of(values)
    if register is not None:
        entry.register, entry.register_at = register, groups[-1].timestamp
    if entry.doubtful_since is not None:
        entry.doubtful_since = now
    half.touch()
    return sent


# --- temperatures and fans (7.4) ----------------------------------------------------------------------------------

#: Where a sample was taken -> the component that is as warm; elsewhere it is the connector.
_WARM: Final = {wire.Location.BODY: "ChargingStation", wire.Location.EV: "ConnectedEV"}


def _as_events(half: StationContext, request: wire.MeterValuesRequest) -> Translation:
    """Tell as events what the house has no measurand for."""
    for value in request.meter_value:
        events = tuple(
            event
            for sample in value.sampled_value
            if (event := _as_event(half, request.connector_id, value, sample)) is not None
        )
        if events:
            yield AskHouse(
                house.NotifyEventRequest(generated_at=value.timestamp, seq_no=0, tbc=False, event_data=events)
            )


def _as_event(
    half: StationContext, connector: int, value: wire.MeterValue, sample: wire.SampledValue
) -> house.EventData | None:
    match sample.measurand:
        case wire.Measurand.TEMPERATURE:
            name, variable = _WARM.get(sample.location or wire.Location.OUTLET, "Connector"), "Temperature"
        case wire.Measurand.RPM:
            name, variable = "AirCoolingSystem", "FanSpeed"
        case _:
            return None
    at_connector = connector > 0 and name != "ChargingStation"
    half.memory.events += 1
    half.touch()
    return house.EventData(
        event_id=half.memory.events,
        timestamp=value.timestamp,
        trigger=house.EventTrigger.PERIODIC,
        actual_value=sample.value[:_LONGEST_VALUE],
        event_notification_type=house.EventNotification.HARD_WIRED_NOTIFICATION,
        component=house.Component(name=name, evse=half.numbering.evse(connector) if at_connector else None),
        variable=house.Variable(name=variable),
    )
