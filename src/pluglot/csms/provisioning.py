"""BootNotification and reports: who may work with us, and what a station says of itself (block B)."""

from __future__ import annotations

import msgspec

from pluglot.csms.decision import Context, Decision, decided, refused
from pluglot.csms.facts import StationBooted
from pluglot.csms.policy import Policy
from pluglot.csms.records import Registration, StationRecord
from pluglot.dialects.base import Refusal
from pluglot.messages import BootNotificationRequest, BootNotificationResponse, RegistrationStatus

#: What may be asked of a station that is Pending (B02.FR.01, mapping 13.6).
ALLOWED_WHILE_PENDING = frozenset({"GetVariables", "SetVariables", "GetBaseReport", "GetReport", "TriggerMessage"})


async def boot_notification(context: Context, request: BootNotificationRequest, *, policy: Policy) -> Decision:
    """Tell a station whether it may work with us (B01 to B03).

    Acceptance belongs to the station: it is part of its record, stored before the answer, and outlives links and
    restarts (BOOT-09). A station registered and never seen is accepted at once, or waits if the policy says so.
    """
    registration = context.station.registration
    if registration is Registration.UNSEEN:
        registration = Registration.ACCEPTED if policy.accept_registered else Registration.PENDING
    hardware = request.charging_station
    station = msgspec.structs.replace(
        context.station,
        registration=registration,
        ocpp_version=context.ocpp_version,
        vendor_name=hardware.vendor_name,
        model=hardware.model,
        serial_number=hardware.serial_number,
        firmware_version=hardware.firmware_version,
        boot_reason=request.reason.value,
        booted_at=context.now,
        last_seen_at=context.now,
    )
    accepted = registration is Registration.ACCEPTED
    response = BootNotificationResponse(
        current_time=context.now,
        interval=policy.heartbeat_interval if accepted else policy.retry_interval,
        status=RegistrationStatus(registration.value),
    )
    return decided(response, StationBooted(at=context.now, station=station))


def gate(context: Context, action: str, *, asked_for: bool) -> Decision | None:
    """BOOT-04: the SecurityError for a call of a station that has not been accepted, or None when it may speak.

    Booting is always allowed; while Pending also what we asked for by TriggerMessage, GetBaseReport or GetReport.
    """
    registration = context.station.registration
    if registration is Registration.ACCEPTED or action == "BootNotification":
        return None
    if registration is Registration.PENDING and asked_for:
        return None
    return refused("SecurityError", _NOT_ACCEPTED[registration])


def may_ask(station: StationRecord, action: str) -> Refusal | None:
    """Why this request must not be sent to a station, or None; ask before each call.

    BOOT-05: a rejected station is sent nothing. One that is pending, or never booted, only what prepares it.
    """
    if station.registration is Registration.ACCEPTED:
        return None
    if station.registration is not Registration.REJECTED and action in ALLOWED_WHILE_PENDING:
        return None
    allowed = "nothing" if station.registration is Registration.REJECTED else f"only {_PREPARING}"
    return Refusal("SecurityError", f"{_NOT_ACCEPTED[station.registration]} It may be sent {allowed}.")


_PREPARING = ", ".join(sorted(ALLOWED_WHILE_PENDING))
_NOT_ACCEPTED = {
    Registration.UNSEEN: "The station has not sent a BootNotification yet.",
    Registration.PENDING: "The station is pending: it has not been accepted yet.",
    Registration.REJECTED: "The station is rejected.",
}
