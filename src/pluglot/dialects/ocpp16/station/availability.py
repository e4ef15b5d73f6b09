"""StatusNotification and ChangeAvailability of a 1.6 station (mapping 5.4, 6.2, 7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    AVAILABILITY_STATUS_TO_HOUSE,
    AVAILABILITY_TYPE_TO_WIRE,
    CHARGING_STATE_TO_HOUSE,
    CONNECTOR_STATUS_TO_HOUSE,
    FAULT_PLACES,
)
from pluglot.dialects.ocpp16.memory import ConnectorNote, OpenTransaction, Sent, fingerprint
from pluglot.dialects.ocpp16.numbering import MOST_CONNECTORS
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station import owed, reservations, updates
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.transactions import ensure_started
from pluglot.dialects.ocpp16.transactions import clock_losses
from pluglot.dialects.refusals import negative

_NO_ERROR: Final = wire.ChargePointErrorCode.NO_ERROR
_FAULTED: Final = wire.ChargePointStatus.FAULTED
#: Severities of 2.1: a hardware failure, and a warning.
_FAILURE, _WARNING = 4, 6
_LONGEST_INFO: Final = 500
#: A remembered time further ahead than this was told by a clock that was wrong.
_BELIEVABLE_AHEAD: Final = timedelta(minutes=5)


def status_notification(half: StationContext, request: wire.StatusNotificationRequest, now: datetime) -> Translation:
    """A connector, or the whole station, has another status or error."""
    connector = request.connector_id
    timestamp = request.timestamp or now
    if lost := clock_losses(request.action, timestamp):
        yield Lost(lost)
    if not 0 <= connector <= MOST_CONNECTORS:
        yield Lost((Loss("StatusNotification", "connectorId", connector, "no station has such a connector"),))
        return wire.StatusNotificationResponse()
    before = half.memory.statuses.get(connector)
    if _is_outdated(half, before, timestamp, now):
        yield Lost((Loss("StatusNotification", "status", request.status.value, "older than what is known"),))
        return wire.StatusNotificationResponse()
    if connector > 0:
        half.heard_of(connector)
    note = _note(request, timestamp)
    all_told = yield from owed.tell_events(half, tuple(_events(half, request, before, timestamp)))
    told = before is not None and before.told and all_told
    if not half.policy.emit_custom_data and (lost := tuple(_losses(request, before))):
        yield Lost(lost)
    if _is_news(half, note, before, told=told):
        answer = yield AskHouse(_house_status(half, request, timestamp))
        told = not isinstance(answer, Refusal)
    half.memory.statuses[connector] = msgspec.structs.replace(note, told=told)
    half.touch()
    response = wire.StatusNotificationResponse()
    running = half.book.on(connector)[-1:] if connector > 0 else []
    answer = (yield from _charging_state(half, running[0], request, timestamp)) if running else None
    if before is not None and before.status is wire.ChargePointStatus.RESERVED and half.memory.reservations:
        yield from reservations.status_left(half, connector, request.status, timestamp)
    if answer is None or not updates.is_owed(half, running[0], (answer,)):
        return response
    yield Answered(response)
    yield from updates.tell(half, running[0], (answer,), now)
    return None


def _is_outdated(half: StationContext, before: ConnectorNote | None, timestamp: datetime, now: datetime) -> bool:
    """Whether a status kept offline is older than one that came meanwhile (9.3)."""
    if before is None or before.timestamp is None or before.timestamp > now + _BELIEVABLE_AHEAD:
        return False
    return half.is_offline(timestamp) and timestamp < before.timestamp


def _note(request: wire.StatusNotificationRequest, timestamp: datetime) -> ConnectorNote:
    return ConnectorNote(
        status=request.status,
        error_code=request.error_code,
        info=request.info,
        vendor_id=request.vendor_id,
        vendor_error_code=request.vendor_error_code,
        timestamp=timestamp,
    )


def _is_news(half: StationContext, note: ConnectorNote, before: ConnectorNote | None, *, told: bool) -> bool:
    if before is None or not told:
        return True
    if half.policy.emit_custom_data:
        # Our own management system sees every change of the raw status.
        return msgspec.structs.replace(before, timestamp=note.timestamp, told=False) != note
    return CONNECTOR_STATUS_TO_HOUSE[before.status] is not CONNECTOR_STATUS_TO_HOUSE[note.status]


def _house_status(half: StationContext, request: wire.StatusNotificationRequest, timestamp: datetime) -> Any:
    custom_data = wrapped(_residue(request), emit=half.policy.emit_custom_data)
    if request.connector_id == 0:
        return _station_status(half, request, timestamp, custom_data)
    evse_id, connector_id = half.numbering.place(request.connector_id)
    return house.StatusNotificationRequest(
        timestamp=timestamp,
        connector_status=CONNECTOR_STATUS_TO_HOUSE[request.status],
        evse_id=evse_id,
        connector_id=connector_id,
        custom_data=custom_data,
    )


def _residue(request: wire.StatusNotificationRequest) -> dict[str, Any]:
    residue = {
        "status": request.status.value,
        "errorCode": request.error_code.value,
        "info": request.info,
        "vendorId": request.vendor_id,
        "vendorErrorCode": request.vendor_error_code,
    }
    if request.timestamp is None:
        residue["timestamp"] = "absent"
    return {field: value for field, value in residue.items() if value is not None}


def _losses(request: wire.StatusNotificationRequest, before: ConnectorNote | None) -> Iterator[Loss]:
    """What a status says beyond the five statuses of 2.x; nothing when it repeats itself."""
    if CONNECTOR_STATUS_TO_HOUSE[request.status].value != request.status.value and (
        before is None or before.status is not request.status
    ):
        yield Loss("StatusNotification", "status", request.status.value, "2.x has five connector statuses")
    if request.error_code is _NO_ERROR:
        for field, value in (
            ("info", request.info),
            ("vendorId", request.vendor_id),
            ("vendorErrorCode", request.vendor_error_code),
        ):
            if value:
                yield Loss("StatusNotification", field, value, "2.x says this only of an error")


# --- the whole station (5.4.2) ------------------------------------------------------------------------------------


def _station_status(
    half: StationContext, request: wire.StatusNotificationRequest, timestamp: datetime, custom_data: Any
) -> house.NotifyEventRequest:
    event = house.EventData(
        event_id=_next_event(half),
        timestamp=timestamp,
        trigger=house.EventTrigger.DELTA,
        actual_value=CONNECTOR_STATUS_TO_HOUSE[request.status].value,
        event_notification_type=house.EventNotification.HARD_WIRED_NOTIFICATION,
        component=house.Component(name="ChargingStation"),
        variable=house.Variable(name="AvailabilityState"),
    )
    return house.NotifyEventRequest(
        generated_at=timestamp, seq_no=0, tbc=False, event_data=(event,), custom_data=custom_data
    )


# --- error codes (5.4.3) ------------------------------------------------------------------------------------------


def _events(
    half: StationContext,
    request: wire.StatusNotificationRequest,
    before: ConnectorNote | None,
    timestamp: datetime,
) -> Iterator[house.NotifyEventRequest]:
    """The end of the error that was open, and the begin of the one there is now."""
    was = _NO_ERROR if before is None else before.error_code
    if was is request.error_code:
        return
    if was is not _NO_ERROR and before is not None:
        yield _fault_event(half, request.connector_id, before, timestamp, cleared=True)
    if request.error_code is not _NO_ERROR:
        yield _fault_event(half, request.connector_id, _note(request, timestamp), timestamp, cleared=False)


def _fault_event(
    half: StationContext, connector: int, note: ConnectorNote, timestamp: datetime, *, cleared: bool
) -> house.NotifyEventRequest:
    transaction = half.book.on(connector)[-1:] if connector > 0 else []
    event = house.EventData(
        event_id=_next_event(half),
        timestamp=timestamp,
        trigger=house.EventTrigger.ALERTING,
        actual_value="false" if cleared else "true",
        cleared=True if cleared else None,
        tech_code=note.error_code.value,
        tech_info=None if cleared else _tech_info(note),
        event_notification_type=house.EventNotification.HARD_WIRED_NOTIFICATION,
        severity=_FAILURE if note.status is _FAULTED else _WARNING,
        transaction_id=transaction[0].house_id if transaction else None,
        component=_component(half, connector, note.error_code),
        variable=house.Variable(name=FAULT_PLACES[note.error_code].variable),
    )
    return house.NotifyEventRequest(
        generated_at=timestamp,
        seq_no=0,
        tbc=False,
        event_data=(event,),
        # The status that brought the error is told next; on the way back to 1.6 both are one message.
        custom_data=wrapped({"statusFollows": True}, emit=half.policy.emit_custom_data),
    )


def _component(half: StationContext, connector: int, error_code: wire.ChargePointErrorCode) -> house.Component:
    name = FAULT_PLACES[error_code].component
    if connector > 0:
        return house.Component(name=name, evse=half.numbering.evse(connector))
    return house.Component(name="ChargingStation" if name == "EVSE" else name)


def _tech_info(note: ConnectorNote) -> str | None:
    """The vendor's own words, as ``vendorId:vendorErrorCode info``."""
    code = f"{note.vendor_id}:{note.vendor_error_code or ''}" if note.vendor_id else note.vendor_error_code or ""
    return f"{code} {note.info or ''}".strip()[:_LONGEST_INFO] or None


def _next_event(half: StationContext) -> int:
    half.memory.events += 1
    half.touch()
    return half.memory.events


# --- charging state -----------------------------------------------------------------------------------------------


def _charging_state(
    half: StationContext, entry: OpenTransaction, request: wire.StatusNotificationRequest, timestamp: datetime
) -> Translation:
    """Tell the house when the status means another charging state of the running transaction (5.4.1, step 3)."""
    state = CHARGING_STATE_TO_HOUSE.get(request.status)
    if state is None or entry.stop_sent is not None:
        return None
    if entry.start_info is None and isinstance((yield from ensure_started(half, entry)), Refusal):
        return None
    said = fingerprint((request.status.value, timestamp))
    sent = entry.status_sent
    if sent is None or sent.fingerprint != said:
        if isinstance((yield from owed.tell_owed(half, entry)), Refusal) or state is entry.charging_state:
            return None
        sent = entry.status_sent = Sent(said, entry.seq_no, half.is_offline(timestamp))
        entry.seq_no += 1
        half.touch()
    fault = request.status is _FAULTED
    event = house.TransactionEventRequest(
        event_type=house.TransactionEvent.UPDATED,
        timestamp=timestamp,
        trigger_reason=house.TriggerReason.ABNORMAL_CONDITION if fault else house.TriggerReason.CHARGING_STATE_CHANGED,
        seq_no=sent.seq_no,
        offline=True if sent.offline else None,
        transaction_info=house.Transaction(transaction_id=entry.house_id, charging_state=state),
    )
    owed.owe(half, entry, event)
    answer = yield AskHouse(event)
    owed.told(half, entry, event, answer)
    if isinstance(answer, Refusal):
        return None
    yield from updates.note_losses(half, answer)
    return answer


# --- ChangeAvailability (6.2) -------------------------------------------------------------------------------------


def change_availability(half: StationContext, request: house.ChangeAvailabilityRequest, _now: datetime) -> Translation:
    """Take a connector, an EVSE or the station in or out of operation."""
    connectors = _connectors(half, request.evse)
    if isinstance(connectors, str):
        return negative(house.ChangeAvailabilityResponse, connectors, "the station has no such connector")
    statuses: list[house.ChangeAvailabilityStatus] = []
    for connector in connectors:
        answer = yield AskPeer(
            wire.ChangeAvailabilityRequest(
                connector_id=connector, type=AVAILABILITY_TYPE_TO_WIRE[request.operational_status]
            )
        )
        if isinstance(answer, Refusal):
            if statuses:
                reason = f"{answer.code}, but some connectors of the EVSE were changed"
                yield Lost((Loss(request.action, "evse", None if request.evse is None else request.evse.id, reason),))
            return answer
        statuses.append(AVAILABILITY_STATUS_TO_HOUSE[answer.status])
    return house.ChangeAvailabilityResponse(status=_overall(statuses))


def _connectors(half: StationContext, evse: house.EVSE | None) -> tuple[int, ...] | str:
    """The 1.6 connectors that an EVSE stands for, or the reason code why there are none."""
    if evse is None or evse.id == 0:
        return (0,)
    connectors = half.numbering.connectors_of(evse.id)
    if not connectors:
        return "UnknownEvse"
    if evse.connector_id is None:
        return connectors
    connector = half.numbering.connector_of(evse.id, evse.connector_id)
    return "UnknownConnectorId" if connector is None else (connector,)


def _overall(statuses: list[house.ChangeAvailabilityStatus]) -> house.ChangeAvailabilityStatus:
    order = (house.ChangeAvailabilityStatus.REJECTED, house.ChangeAvailabilityStatus.SCHEDULED)
    return next((status for status in order if status in statuses), house.ChangeAvailabilityStatus.ACCEPTED)
