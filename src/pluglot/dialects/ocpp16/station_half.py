"""Makes a 1.6 station look like a 2.1 station (mapping, chapters 5 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pluglot.dialects.base import Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.checked import checked, trusting
from pluglot.dialects.ocpp16.station import (
    authorization,
    availability,
    certificates,
    charging_profiles,
    costs,
    firmware,
    local_list,
    logs,
    meter_values,
    notifications,
    provisioning,
    remote_control,
    reports,
    reservations,
    stops,
    transactions,
    variables,
)
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.unsupported import UNSUPPORTED, Translator, refused
from pluglot.messages.integers import is_too_wide

#: How long a reset waits for the last transaction to end.
_RESET_PATIENCE: Final = timedelta(hours=24)
_NOT_TRANSLATED: Final = "this dialect does not translate it to OCPP 1.6"

#: Requests of a 1.6 station.
INWARD: Final[Mapping[str, Translator]] = {
    "Authorize": authorization.authorize,
    "BootNotification": provisioning.boot_notification,
    "DataTransfer": notifications.data_from_station,
    "DiagnosticsStatusNotification": logs.diagnostics_status,
    "FirmwareStatusNotification": firmware.firmware_status,
    "Heartbeat": provisioning.heartbeat,
    "LogStatusNotification": logs.log_status,
    "MeterValues": meter_values.meter_values,
    "SecurityEventNotification": notifications.security_event,
    "SignCertificate": certificates.sign_certificate,
    "SignedFirmwareStatusNotification": firmware.signed_firmware_status,
    "StartTransaction": transactions.start_transaction,
    "StatusNotification": availability.status_notification,
    "StopTransaction": stops.stop_transaction,
}

#: Requests of the house; what is missing here is refused by name.
OUTWARD: Final[Mapping[str, Translator]] = {
    **UNSUPPORTED,
    "CancelReservation": reservations.cancel_reservation,
    "CertificateSigned": certificates.certificate_signed,
    "ChangeAvailability": availability.change_availability,
    "ClearCache": authorization.clear_cache,
    "ClearChargingProfile": charging_profiles.clear_charging_profile,
    "CostUpdated": costs.cost_updated,
    "DataTransfer": notifications.data_to_station,
    "DeleteCertificate": certificates.delete_certificate,
    "GetBaseReport": reports.get_base_report,
    "GetChargingProfiles": charging_profiles.get_charging_profiles,
    "GetCompositeSchedule": charging_profiles.get_composite_schedule,
    "GetInstalledCertificateIds": certificates.get_installed_certificate_ids,
    "GetLocalListVersion": local_list.get_local_list_version,
    "GetLog": logs.get_log,
    "GetReport": reports.get_report,
    "GetVariables": variables.get_variables,
    "InstallCertificate": certificates.install_certificate,
    "RequestStartTransaction": remote_control.request_start,
    "RequestStopTransaction": remote_control.request_stop,
    "ReserveNow": reservations.reserve_now,
    "Reset": provisioning.reset,
    "SendLocalList": local_list.send_local_list,
    "SetChargingProfile": charging_profiles.set_charging_profile,
    "SetVariables": variables.set_variables,
    "TriggerMessage": remote_control.trigger_message,
    "UnlockConnector": remote_control.unlock_connector,
    "UpdateDynamicSchedule": charging_profiles.update_dynamic_schedule,
    "UpdateFirmware": firmware.update_firmware,
}

_REFUSED: Final = refused(_NOT_TRANSLATED)


def _nonsense(request: Any) -> Translation:
    """Believe nothing of a message with impossible numbers; a stop is answered, so that the queue goes on (TX-14)."""
    reason = f"{request.action} holds an integer of more than 32 bits; nothing of it is believed"
    yield Lost((Loss(request.action, "", None, reason),))
    if isinstance(request, wire.StopTransactionRequest):
        return wire.StopTransactionResponse()
    return Refusal("PropertyConstraintViolation", reason)


class StationHalf(StationContext):
    """The house's view of one 1.6 station."""

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the station."""
        self.heard_at = now
        if is_too_wide(request):
            return _nonsense(request)
        return INWARD.get(request.action, _REFUSED)(self, request, now)

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request for the station."""
        return checked(trusting(OUTWARD.get(request.action, _REFUSED)(self, request, now), request))

    # --- time -----------------------------------------------------------------------------------------------------

    def next_deadline(self) -> datetime | None:
        """When the configuration is to be read, a reset to be sent or a silent transaction to be closed."""
        deadlines = [
            entry.doubtful_since + self.policy.orphan_timeout
            for entry in self.book.open()
            if entry.doubtful_since is not None and entry.house_id not in self.closing
        ]
        if self.configuration_due is not None:
            deadlines.append(self.configuration_due)
        deadlines += reservations.deadlines(self)
        waiting_since = self.memory.reset_pending_since
        if waiting_since is not None:
            deadlines.append(waiting_since + (_RESET_PATIENCE if self._is_busy() else timedelta()))
        return min(deadlines, default=None)

    def advance(self, *, now: datetime) -> list[Translation]:
        """The translations that are due."""
        due: list[Translation] = []
        if self.configuration_due is not None and self.configuration_due <= now:
            self.configuration_due = None
            due.append(reports.refresh_configuration(self, now))
        due += reservations.expired(self, now)
        waiting_since = self.memory.reset_pending_since
        if waiting_since is not None and not self._is_busy():
            self.memory.reset_pending_since = None
            self.touch()
            due.append(provisioning.pending_reset(self, now))
        elif waiting_since is not None and waiting_since + _RESET_PATIENCE <= now:
            self.memory.reset_pending_since = None
            self.touch()
            due.append(provisioning.abandoned_reset())
        for entry in list(self.book.open()):
            since = entry.doubtful_since
            if since is not None and since + self.policy.orphan_timeout <= now and entry.house_id not in self.closing:
                self.closing.add(entry.house_id)
                due.append(stops.close_by_timeout(self, entry.house_id, now))
        return due

    def _is_busy(self) -> bool:
        return bool(self.memory.transactions)
