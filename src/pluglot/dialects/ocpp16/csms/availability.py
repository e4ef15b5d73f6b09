"""Statuses of a station's connectors toward a 1.6 management system (mapping 5.4.4, 6.2, 7.2b, 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import MOST_CONNECTORS, CsmsContext, key_of
from pluglot.dialects.ocpp16.enums import (
    AVAILABILITY_STATUS_TO_WIRE,
    AVAILABILITY_TYPE_TO_HOUSE,
    CHARGING_STATE_TO_WIRE,
    CONNECTOR_STATUS_TO_WIRE,
    ERROR_OF_COMPONENT,
)
from pluglot.dialects.ocpp16.memory import Fault, HouseTransaction, StatusSaid
from pluglot.dialects.ocpp16.residue import unwrapped

_Status = wire.ChargePointStatus
_Error = wire.ChargePointErrorCode
#: Where connector 0 is.
STATION: Final = (0, 0)
_INFO_LIMIT: Final = 50
_VENDOR_LIMIT: Final = 255
#: How long the parts of a vendor's own words may be.
_LIMITS: Final = {"vendor": _VENDOR_LIMIT, "code": _INFO_LIMIT, "info": _INFO_LIMIT}
_ERROR_CODES: Final = {code.value: code for code in _Error if code is not _Error.NO_ERROR}
_STATUSES: Final = {status.value: status for status in house.ConnectorStatus}
_FAULT_VARIABLES: Final = frozenset({"Problem", "Tripped", "Overload"})
_VENDOR_INFO: Final = re.compile(r"(?P<vendor>[^\s:]+):(?P<code>\S*)(?: (?P<info>.*))?", re.DOTALL)


# --- what the station says ----------------------------------------------------------------------------------------


def status_notification(half: CsmsContext, request: house.StatusNotificationRequest, _now: datetime) -> Translation:
    """A connector has another status."""
    place = request.evse_id, request.connector_id
    _learn_status(half, place, request.connector_status)
    half.status_times[place] = request.timestamp
    residue = unwrapped(request)
    if residue:
        yield from _repeat_raw(half, place, request.timestamp, residue)
    else:
        yield from tell_status(half, place, request.timestamp)
        yield from tell_station(half, request.timestamp)
    return house.StatusNotificationResponse()


def _learn_status(half: CsmsContext, place: tuple[int, int], status: house.ConnectorStatus) -> None:
    memory = half.memory
    if key_of(place) not in memory.connector_statuses and len(memory.connector_statuses) > MOST_CONNECTORS:
        return
    memory.connector_statuses[key_of(place)] = status
    if status is not house.ConnectorStatus.OCCUPIED and key_of(place) in memory.finishing:
        memory.finishing.remove(key_of(place))
    half.touch()


def _repeat_raw(half: CsmsContext, place: tuple[int, int], timestamp: datetime, residue: Any) -> Translation:
    """Say a status again in the words of the 1.6 station it came from (1.3)."""
    number = half.number_of(*place)
    if key_of(place) not in half.memory.raw:
        half.memory.raw.append(key_of(place))
        half.touch()
    if number is None:
        # Words that were said once cannot wait for the inventory.
        half.number_connectors()
        number = half.number_of(*place) or 0
    said = wire.StatusNotificationRequest(
        connector_id=number,
        status=_Status(residue["status"]),
        error_code=_Error(residue["errorCode"]),
        info=residue.get("info"),
        vendor_id=residue.get("vendorId"),
        vendor_error_code=residue.get("vendorErrorCode"),
        timestamp=None if "timestamp" in residue else timestamp,
    )
    if not isinstance((yield AskPeer(said)), Refusal):
        half.memory.said[number] = StatusSaid(said.status, said.error_code, said.info, said.vendor_error_code)
        half.touch()


def notify_event(half: CsmsContext, request: house.NotifyEventRequest, _now: datetime) -> Translation:
    """Events that 1.6 knows as statuses and error codes; the others are lost."""
    residue = unwrapped(request)
    changed: dict[tuple[int, int], datetime] = {}
    lost: list[Loss] = []
    for index, event in enumerate(request.event_data):
        place = _learn_event(half, event)
        if place is not None and not residue and _is_fault(event) and event.variable.name != "AvailabilityState":
            lost += _cut(event, request.action, f"eventData[{index}]")
        if place is None:
            name = f"{event.component.name}.{event.variable.name}"
            lost.append(Loss(request.action, f"eventData[{index}]", name, "1.6 has no such event"))
        else:
            changed[place] = event.timestamp
    if lost:
        yield Lost(tuple(lost))
    if "status" in residue:
        yield from _repeat_raw(half, STATION, request.event_data[0].timestamp, residue)
    elif "statusFollows" not in residue:
        for place, timestamp in changed.items():
            yield from tell_status(half, place, timestamp)
            yield from tell_station(half, timestamp)
    return house.NotifyEventResponse()


def _learn_event(half: CsmsContext, event: house.EventData) -> tuple[int, int] | None:
    """Take note of an event; says which connector it is about, or None when 1.6 has no words for it."""
    evse = event.component.evse
    place = STATION if evse is None else (evse.id, evse.connector_id or half.likely_connector(evse.id))
    if event.variable.name == "AvailabilityState":
        status = _STATUSES.get(event.actual_value)
        if status is None:
            return None
        _learn_status(half, place, status)
        half.status_times[place] = event.timestamp
        return place
    if not _is_fault(event):
        return None
    key = f"{key_of(place)}/{event.component.name}.{event.variable.name}"
    # The condition that opened last is the one that is told.
    half.memory.faults.pop(key, None)
    if _is_open(event) and len(half.memory.faults) < MOST_CONNECTORS:
        half.memory.faults[key] = _fault(event)
    half.touch()
    return place


def _is_fault(event: house.EventData) -> bool:
    """Whether an event is about a condition that 1.6 has an error code for (7.3)."""
    return (
        event.variable.name in _FAULT_VARIABLES
        or event.component.name == "RCDRecloser"
        or (event.component.name, event.variable.name) == ("DataLink", "SignalStrength")
        or event.tech_code in _ERROR_CODES
    )


def _is_open(event: house.EventData) -> bool:
    """Whether the condition lasts; a value that is no flag speaks of one until it is cleared."""
    return not event.cleared and event.actual_value.casefold() != "false"


def _fault(event: house.EventData) -> Fault:
    info, vendor_id, vendor_error_code = event.tech_info, None, None
    match = _VENDOR_INFO.fullmatch(event.tech_info or "")
    if match is not None:
        vendor_id, vendor_error_code, info = match["vendor"], match["code"] or None, match["info"]
    code: wire.ChargePointErrorCode | None = _ERROR_CODES.get(event.tech_code or "")
    if code is None:
        vendor_error_code = vendor_error_code or event.tech_code
        code = ERROR_OF_COMPONENT.get(event.component.name)
    if code is None:
        code = _Error.INTERNAL_ERROR if event.component.name.endswith("Ctrlr") else _Error.OTHER_ERROR
    return Fault(
        component=event.component.name,
        variable=event.variable.name,
        error_code=code,
        info=None if info is None else info[:_INFO_LIMIT],
        vendor_error_code=None if vendor_error_code is None else vendor_error_code[:_INFO_LIMIT],
        vendor_id=None if vendor_id is None else vendor_id[:_VENDOR_LIMIT],
    )


def _cut(event: house.EventData, action: str, path: str) -> Iterator[Loss]:
    """What of the vendor's own words is too long for 1.6 (3.6); of an event that is over nothing is told."""
    match = _VENDOR_INFO.fullmatch(event.tech_info or "")
    words = {"techInfo": (event.tech_info, _INFO_LIMIT)}
    if match is not None:
        words = {f"techInfo.{part}": (match[part], _LIMITS[part]) for part in _LIMITS}
    if event.tech_code not in _ERROR_CODES and (match is None or not match["code"]):
        words["techCode"] = event.tech_code, _INFO_LIMIT
    for field, (text, limit) in words.items():
        if _is_open(event) and text is not None and len(text) > limit:
            yield Loss(action, f"{path}.{field}", text, f"cut to {limit} characters")


# --- what the management system is told ---------------------------------------------------------------------------


def tell_status(half: CsmsContext, place: tuple[int, int], timestamp: datetime) -> Translation:
    """Tell the status of a connector when it is another than was told last."""
    number = half.number_of(*place)
    if number is None or key_of(place) in half.memory.raw:
        return
    if half.memory.said.get(number) != _as_told(half, place)[0]:
        yield from say_status(half, place, number, timestamp)


def say_status(half: CsmsContext, place: tuple[int, int], number: int, timestamp: datetime) -> Translation:
    """Say the status of a connector, new or not."""
    said, vendor_id = _as_told(half, place)
    answer = yield AskPeer(
        wire.StatusNotificationRequest(
            connector_id=number,
            status=said.status,
            error_code=said.error_code,
            info=said.info,
            vendor_error_code=said.vendor_error_code,
            vendor_id=vendor_id,
            timestamp=timestamp,
        )
    )
    if not isinstance(answer, Refusal):
        half.memory.said[number] = said
        half.touch()
    elif not answer.is_passing:
        yield Lost((Loss("StatusNotification", "status", said.status.value, f"not taken: {answer.code}"),))


def _as_told(half: CsmsContext, place: tuple[int, int]) -> tuple[StatusSaid, str | None]:
    """What 1.6 is told of a connector as it is now, and the vendor whose words are among it."""
    fault = _open_fault(half, place)
    status = status_now(half, place)
    if fault is not None:
        return StatusSaid(status, fault.error_code, fault.info, fault.vendor_error_code), fault.vendor_id
    error_code = _Error.OTHER_ERROR if status is _Status.FAULTED else _Error.NO_ERROR
    return StatusSaid(status, error_code, None, None), None


def tell_station(half: CsmsContext, timestamp: datetime) -> Translation:
    """Tell connector 0: once after a boot, and when what its connectors say together changes it (5.4.2)."""
    if half.awaits_inventory:
        return
    said = half.memory.said.get(0)
    known = _Status.AVAILABLE if said is None else said.status
    if half.memory.station_due or status_now(half, STATION) is not known:
        half.memory.station_due = False
        yield from tell_status(half, STATION, timestamp)


def tell_all(half: CsmsContext, timestamp: datetime) -> Translation:
    """Tell the status of every connector that has one to tell."""
    for _, place in list(half.places()):
        if key_of(place) in half.memory.connector_statuses or half.transaction_at(place) is not None:
            yield from tell_status(half, place, half.status_times.get(place, timestamp))
    yield from tell_station(half, timestamp)


def _open_fault(half: CsmsContext, place: tuple[int, int]) -> Fault | None:
    prefix = f"{key_of(place)}/"
    return next((fault for key, fault in reversed(half.memory.faults.items()) if key.startswith(prefix)), None)


def status_now(half: CsmsContext, place: tuple[int, int]) -> wire.ChargePointStatus:
    """The 1.6 status of a connector: the first row of table 7.2b that fits."""
    status = half.memory.connector_statuses.get(key_of(place))
    if status in {house.ConnectorStatus.FAULTED, house.ConnectorStatus.UNAVAILABLE}:
        return CONNECTOR_STATUS_TO_WIRE[status]
    entry = half.transaction_at(place)
    if entry is not None:
        return _status_in(entry)
    if key_of(place) in half.memory.finishing:
        return _Status.FINISHING
    if place == STATION and status is None and _is_all_unavailable(half):
        return _Status.UNAVAILABLE
    return _Status.AVAILABLE if status is None else CONNECTOR_STATUS_TO_WIRE[status]


def _is_all_unavailable(half: CsmsContext) -> bool:
    statuses = {half.memory.connector_statuses.get(key_of(place)) for _, place in half.places()}
    return statuses == {house.ConnectorStatus.UNAVAILABLE}


def _status_in(entry: HouseTransaction) -> wire.ChargePointStatus:
    if entry.stopping is not None:
        return _Status.FINISHING
    if entry.id_tag is None:
        return _Status.PREPARING
    state = entry.charging_state
    if state is house.ChargingState.EV_CONNECTED and entry.charged:
        return _Status.SUSPENDED_EV
    return _Status.PREPARING if state is None else CHARGING_STATE_TO_WIRE.get(state, _Status.PREPARING)


# --- ChangeAvailability (6.2) -------------------------------------------------------------------------------------


def change_availability(half: CsmsContext, request: wire.ChangeAvailabilityRequest, _now: datetime) -> Translation:
    """Take a connector or the station in or out of operation."""
    evse = None
    if request.connector_id != 0:
        place = half.place_of(request.connector_id)
        if place is None:
            return wire.ChangeAvailabilityResponse(status=wire.AvailabilityStatus.REJECTED)
        several = sum(1 for _, other in half.places() if other[0] == place[0]) > 1
        evse = house.EVSE(id=place[0], connector_id=place[1] if several else None)
    answer = yield AskHouse(
        house.ChangeAvailabilityRequest(operational_status=AVAILABILITY_TYPE_TO_HOUSE[request.type], evse=evse)
    )
    if isinstance(answer, Refusal):
        return answer
    return wire.ChangeAvailabilityResponse(status=AVAILABILITY_STATUS_TO_WIRE[answer.status])
