"""BootNotification, Heartbeat and Reset of a 1.6 station (mapping 5.1, 5.2, 6.13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import REGISTRATION_STATUS_TO_WIRE, RESET_STATUS_TO_HOUSE
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

_RESET_MEMORY: Final = timedelta(minutes=10)
_SHORT_ABSENCE: Final = timedelta(seconds=60)


def boot_notification(half: StationContext, request: wire.BootNotificationRequest, now: datetime) -> Translation:
    """The station has started and says what it is."""
    memory = half.memory
    reason = _reason(half, request, now)
    residue = _residue(request)
    memory.boot = request
    memory.boot_triggered = False
    memory.reset_accepted_at = None
    memory.firmware_reached = False
    half.touch()
    lost = tuple(
        Loss("BootNotification", field, value, "a charging station in 2.1 has no such field")
        for field, value in residue.items()
        if field in _lost_fields(request)
    )
    if lost:
        yield Lost(lost)
    answer = yield AskHouse(
        house.BootNotificationRequest(
            reason=reason,
            charging_station=_charging_station(request),
            custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status_info is not None:
        yield Lost((Loss(request.action, "statusInfo", answer.status_info.reason_code, "1.6 has no such field"),))
    if answer.status is house.RegistrationStatus.ACCEPTED:
        _accepted(half, now, restarted=reason is not house.BootReason.TRIGGERED)
    return wire.BootNotificationResponse(
        status=REGISTRATION_STATUS_TO_WIRE[answer.status], current_time=answer.current_time, interval=answer.interval
    )


def _accepted(half: StationContext, now: datetime, *, restarted: bool) -> None:
    half.configuration_due = now
    half.memory.missing = []
    half.untell()
    if restarted:
        # 9.1: the station will send the stops it still has; what stays silent is closed by the time-out.
        for entry in half.book.open():
            entry.doubtful_since = entry.doubtful_since or now
    half.touch()


def _charging_station(request: wire.BootNotificationRequest) -> house.ChargingStation:
    modem = None
    if request.iccid is not None or request.imsi is not None:
        modem = house.Modem(iccid=request.iccid, imsi=request.imsi)
    serial_number = request.charge_point_serial_number
    return house.ChargingStation(
        vendor_name=request.charge_point_vendor,
        model=request.charge_point_model,
        serial_number=request.charge_box_serial_number if serial_number is None else serial_number,
        firmware_version=request.firmware_version,
        modem=modem,
    )


def _residue(request: wire.BootNotificationRequest) -> dict[str, Any]:
    """What a 2.1 charging station has no field for; both serial numbers, so that they find their places again."""
    residue = {
        "message": request.action,
        "chargeBoxSerialNumber": request.charge_box_serial_number,
        "meterType": request.meter_type,
        "meterSerialNumber": request.meter_serial_number,
    }
    if request.charge_point_serial_number is not None and request.charge_box_serial_number is not None:
        residue["bothSerialNumbers"] = "present"
    return {field: value for field, value in residue.items() if value is not None}


def _lost_fields(request: wire.BootNotificationRequest) -> set[str]:
    """Of two serial numbers the charge point's is told; the other one alone takes its place."""
    lost = {"meterType", "meterSerialNumber"}
    return lost if request.charge_point_serial_number is None else lost | {"chargeBoxSerialNumber"}


def _reason(half: StationContext, request: wire.BootNotificationRequest, now: datetime) -> house.BootReason:
    memory = half.memory
    if memory.boot_triggered:
        return house.BootReason.TRIGGERED
    if memory.reset_accepted_at is not None and now - memory.reset_accepted_at < _RESET_MEMORY:
        return house.BootReason.REMOTE_RESET
    before = memory.boot
    changed = before is not None and before.firmware_version != request.firmware_version
    if changed or memory.firmware_reached:
        return house.BootReason.FIRMWARE_UPDATE
    if half.last_heard is not None and now - half.last_heard < _SHORT_ABSENCE:
        return house.BootReason.UNKNOWN
    return house.BootReason.POWER_UP


def heartbeat(_half: StationContext, _request: wire.HeartbeatRequest, _now: datetime) -> Translation:
    """The station is alive and asks the time."""
    answer = yield AskHouse(house.HeartbeatRequest())
    if isinstance(answer, Refusal):
        return answer
    return wire.HeartbeatResponse(current_time=answer.current_time)


def reset(half: StationContext, request: house.ResetRequest, now: datetime) -> Translation:
    """Restart the station, at once or when nobody charges."""
    if request.evse_id is not None:
        return negative(house.ResetResponse, "UnsupportedParam", "a 1.6 station resets only as a whole")
    said = unwrapped(request).get("type")
    if said is not None:
        # A 1.6 management system knows what its word does to running transactions.
        return (yield from _reset(half, wire.ResetType(said), now))
    match request.type:
        case house.ResetType.IMMEDIATE_AND_RESUME:
            return negative(house.ResetResponse, "UnsupportedParam", "a 1.6 station cannot promise to resume")
        case house.ResetType.IMMEDIATE:
            return (yield from _reset(half, wire.ResetType(half.policy.immediate_reset_as), now))
        case _ if any(True for _ in half.book.open()):
            # A 1.6 station would end the transactions, so the request waits here until they are over.
            half.memory.reset_pending_since = now
            half.touch()
            return house.ResetResponse(status=house.ResetStatus.SCHEDULED)
        case _:
            return (yield from _reset(half, wire.ResetType.SOFT, now))


def _reset(half: StationContext, type_: wire.ResetType, now: datetime) -> Translation:
    answer = yield AskPeer(wire.ResetRequest(type=type_))
    if isinstance(answer, Refusal):
        return answer
    if answer.status is wire.ResetStatus.ACCEPTED:
        half.memory.reset_accepted_at = now
        half.touch()
    return house.ResetResponse(status=RESET_STATUS_TO_HOUSE[answer.status])


def pending_reset(half: StationContext, now: datetime) -> Translation:
    """Send the reset that waited for the last transaction to end."""
    answer = yield from _reset(half, wire.ResetType.SOFT, now)
    if isinstance(answer, Refusal) or answer.status is not house.ResetStatus.ACCEPTED:
        yield Lost((Loss("Reset", "type", "OnIdle", "the station refused the reset it had been scheduled for"),))


def abandoned_reset() -> Translation:
    """Note that a reset was given up because somebody always charged."""
    yield Lost((Loss("Reset", "type", "OnIdle", "given up: transactions were running all day"),))
