"""Provisioning: the boot, what may be said before it is accepted, and resets (block B)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    BootNotificationRequest,
    BootNotificationResponse,
    BootReason,
    ChargingStation,
    Modem,
    Reason,
    RegistrationStatus,
    ResetRequest,
    ResetResponse,
    ResetStatus,
    ResetType,
    StatusInfo,
    TriggerReason,
)
from pluglot.station.availability import Availability
from pluglot.station.events import ClockReported, EvseResetRequested, RebootRequested, RegistrationChanged
from pluglot.station.outbox import Lane, Waiting
from pluglot.station.security import Security
from pluglot.station.state import Core, EvseState, later
from pluglot.station.transactions import Transactions
from pluglot.station.variables import Variables

#: BOOT-03: how long a station waits when it is told no interval, and how much chance adds.
_OWN_WAIT: Final = 60.0
_OWN_WAIT_JITTER: Final = 30.0
#: How long an EVSE that is reset gives no energy to a transaction that goes on (B13).
_EVSE_RESET_TIME: Final = 10.0
#: What may be sent in which state of registration, besides the boot itself (BOOT-01, BOOT-02).
_LANES: Final[dict[RegistrationStatus | None, tuple[Lane, ...]]] = {
    None: (),
    RegistrationStatus.REJECTED: (),
    RegistrationStatus.PENDING: (Lane.REQUESTED,),
    RegistrationStatus.ACCEPTED: tuple(Lane),
}


class Provisioning:
    """Introduces the station to the CSMS and obeys when it is told to start again."""

    def __init__(
        self,
        core: Core,
        transactions: Transactions,
        availability: Availability,
        variables: Variables,
        security: Security,
        boot_reason: BootReason,
    ) -> None:
        self._core = core
        self._transactions = transactions
        self._availability = availability
        self._variables = variables
        self._security = security
        #: Why the station will have started next time, when a reset was ordered.
        self._next_reason: BootReason | None = None
        kept = core.durable.keep("boot_reason", str, lambda: str(self._next_reason or ""))
        self._reason = BootReason(kept) if kept else boot_reason
        self._firmware_version = core.settings.firmware_version
        #: The boot has to be sent: after the start, and when its content changed (BOOT-08).
        self._boot_needed = True
        #: The boot is not sent before this moment; None for at once.
        self._boot_at: datetime | None = None
        self._triggered = False
        self._scheduled_reset: ResetType | None = None
        self._scheduled_evses: set[int] = set()
        self._reboot: tuple[ResetType, datetime] | None = None

    # ---- boot

    @property
    def lanes(self) -> Iterable[Lane]:
        """What may be sent now besides the boot."""
        return _LANES[self._core.registration]

    def boot(self, now: datetime) -> Waiting | None:
        """The BootNotification, when it is its time."""
        if not self._boot_needed or (self._boot_at is not None and now < self._boot_at):
            return None
        self._boot_at = None
        reason = BootReason.TRIGGERED if self._triggered else self._reason
        self._triggered = False
        request = BootNotificationRequest(charging_station=self._description(), reason=reason)
        return Waiting(request, self._boot_answered)

    def boot_at(self) -> datetime | None:
        """When the next boot is due, if one waits for its time."""
        return self._boot_at if self._boot_needed else None

    def _description(self) -> ChargingStation:
        settings = self._core.settings
        modem = Modem(iccid=settings.iccid, imsi=settings.imsi) if settings.iccid or settings.imsi else None
        return ChargingStation(
            model=settings.model,
            vendor_name=settings.vendor_name,
            serial_number=settings.serial_number,
            firmware_version=self._firmware_version,
            modem=modem,
        )

    def _boot_answered(self, answer: Any, now: datetime) -> None:
        if not isinstance(answer, BootNotificationResponse):
            # Not answered at all: again with the next link, or after our own wait on this one.
            self._boot_at = self._own_wait(now) if self._core.connected else None
            return
        self._core.registration = answer.status
        self._core.tell(RegistrationChanged(at=now, status=str(answer.status)))
        self._core.tell(ClockReported(at=now, current_time=answer.current_time))
        if answer.status is RegistrationStatus.ACCEPTED:
            self._accepted(answer, now)
        else:
            self._boot_needed = True
            self._boot_at = later(now, answer.interval) if answer.interval > 0 else self._own_wait(now)

    def _own_wait(self, now: datetime) -> datetime:
        return later(now, _OWN_WAIT + _OWN_WAIT_JITTER * self._core.random())

    def _accepted(self, answer: BootNotificationResponse, now: datetime) -> None:
        self._boot_needed, self._boot_at = False, None
        if answer.interval > 0:
            self._variables.change_quietly("OCPPCommCtrlr", "HeartbeatInterval", answer.interval, now)  # B01.FR.04
        self._next_reason = None
        self._core.durable.touch("boot_reason")
        self._availability.accepted(now)

    def trigger_boot(self, now: datetime) -> bool:
        """Boot now because the CSMS asked; not when it has accepted the station already (F06.FR.17)."""
        if self._core.registration is RegistrationStatus.ACCEPTED:
            return False
        self._boot_needed, self._boot_at, self._triggered = True, now, True
        return True

    def firmware_installed(self, version: str) -> None:
        """The station runs other firmware without having started again; the CSMS is told with the next link."""
        if version != self._firmware_version:
            self._firmware_version, self._reason = version, BootReason.FIRMWARE_UPDATE
            self._boot_needed, self._boot_at = True, None

    # ---- reset

    def reset(self, request: ResetRequest, now: datetime) -> ResetResponse:
        """Start again, all or one EVSE, now or when nobody charges any more (B11, B12)."""
        resume = request.type is ResetType.IMMEDIATE_AND_RESUME
        if resume and not self._core.model.number("TxCtrlr", "ResumptionTimeout"):
            info = StatusInfo(reason_code="UnsupportedParam")
            return ResetResponse(status=ResetStatus.REJECTED, status_info=info)  # B13.FR.01
        if request.evse_id is not None:
            return self._reset_evse(request, now)
        if request.type is ResetType.ON_IDLE and self._transactions.open:
            self._scheduled_reset = request.type
            self._core.rebooting_when_idle = True
            return ResetResponse(status=ResetStatus.SCHEDULED)
        self._begin_reboot(request.type, BootReason.REMOTE_RESET, now)
        return ResetResponse(status=ResetStatus.ACCEPTED)

    def _reset_evse(self, request: ResetRequest, now: datetime) -> ResetResponse:
        evse = self._core.evses.get(request.evse_id or 0)
        if evse is None or not evse.resettable:
            code = "UnknownEvse" if evse is None else "NotEnabled"
            return ResetResponse(status=ResetStatus.REJECTED, status_info=StatusInfo(reason_code=code))
        if request.type is ResetType.ON_IDLE and evse.transaction is not None:
            self._scheduled_evses.add(evse.evse_id)
            return ResetResponse(status=ResetStatus.SCHEDULED)
        if request.type is not ResetType.IMMEDIATE_AND_RESUME:
            self._transactions.abort(evse, TriggerReason.RESET_COMMAND, Reason.IMMEDIATE_RESET, now)
        elif evse.transaction is not None:
            self._transactions.pause(evse, later(now, _EVSE_RESET_TIME), now)
        self._core.tell(EvseResetRequested(at=now, evse_id=evse.evse_id))
        return ResetResponse(status=ResetStatus.ACCEPTED)

    def _begin_reboot(self, type_: ResetType, reason: BootReason, now: datetime) -> None:
        if self._reboot is not None:
            return
        self._core.rebooting = True
        for place in self._core.places:
            if type_ is ResetType.IMMEDIATE_AND_RESUME and place.transaction is not None:
                self._transactions.interrupt(place, now)
            else:
                self._transactions.abort(place, TriggerReason.RESET_COMMAND, Reason.IMMEDIATE_RESET, now)
        self._security.happened("ResetOrReboot", now)
        self._next_reason = reason
        self._core.durable.touch("boot_reason")
        # B12.FR.05: the CSMS gets one time-out to hear of the end; the rest is delivered after the reboot.
        patience = self._core.model.number("OCPPCommCtrlr", "MessageTimeout", "Default")
        self._reboot = type_, later(now, patience)

    def transaction_ended(self, place: EvseState, now: datetime) -> None:
        """Carry out the resets that waited for this."""
        if place.evse_id in self._scheduled_evses:
            self._scheduled_evses.discard(place.evse_id)
            self._core.tell(EvseResetRequested(at=now, evse_id=place.evse_id))
        if self._scheduled_reset is not None and not self._transactions.open:
            type_, self._scheduled_reset = self._scheduled_reset, None
            self._begin_reboot(type_, BootReason.SCHEDULED_RESET, now)

    def reboot_at(self) -> datetime | None:
        """When the station starts again at the latest."""
        return None if self._reboot is None or self._core.halted else self._reboot[1]

    def advance(self, now: datetime) -> None:
        """Ask the door to start the station again, once the CSMS knows all or its time is up."""
        if self._reboot is None or self._core.halted:
            return
        type_, deadline = self._reboot
        if now >= deadline or not self._core.online or not len(self._transactions.queue):
            self._core.halted = True
            self._core.tell(RebootRequested(at=now, type=type_))

    # ---- the gate

    def refusal(self) -> Refusal | None:
        """Why no request is answered now (BOOT-06), or None."""
        if self._core.registration is RegistrationStatus.REJECTED:
            return Refusal("SecurityError", "the station was rejected")
        if self._core.halted:
            return Refusal("InternalError", "the station is starting again")
        return None
