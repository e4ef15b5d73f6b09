"""Makes a 1.6 management system look like a 2.1 one (mapping, chapters 5 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pluglot.dialects.base import Translation
from pluglot.dialects.ocpp16.checked import checked, told_why, trusting
from pluglot.dialects.ocpp16.csms import (
    authorization,
    availability,
    certificates,
    charging_profiles,
    firmware,
    local_list,
    logs,
    meter_values,
    notifications,
    provisioning,
    remote_control,
    reservations,
    starts,
    transactions,
    variables,
)
from pluglot.dialects.ocpp16.csms.context import INVENTORY_PATIENCE, CsmsContext
from pluglot.dialects.ocpp16.csms.unsupported import UNSUPPORTED, Translator, refused

#: Requests of a 1.6 management system; what is missing here is refused by name.
INWARD: Final[Mapping[str, Translator]] = {
    "CancelReservation": reservations.cancel_reservation,
    "CertificateSigned": certificates.certificate_signed,
    "ChangeAvailability": availability.change_availability,
    "ChangeConfiguration": variables.change_configuration,
    "ClearCache": authorization.clear_cache,
    "ClearChargingProfile": charging_profiles.clear_charging_profile,
    "DataTransfer": notifications.data_to_station,
    "DeleteCertificate": certificates.delete_certificate,
    "ExtendedTriggerMessage": remote_control.extended_trigger_message,
    "GetCompositeSchedule": charging_profiles.get_composite_schedule,
    "GetConfiguration": variables.get_configuration,
    "GetDiagnostics": logs.get_diagnostics,
    "GetInstalledCertificateIds": certificates.get_installed_certificate_ids,
    "GetLocalListVersion": local_list.get_local_list_version,
    "GetLog": logs.get_log,
    "InstallCertificate": certificates.install_certificate,
    "RemoteStartTransaction": remote_control.remote_start,
    "RemoteStopTransaction": remote_control.remote_stop,
    "ReserveNow": reservations.reserve_now,
    "Reset": provisioning.reset,
    "SendLocalList": local_list.send_local_list,
    "SetChargingProfile": charging_profiles.set_charging_profile,
    "SignedUpdateFirmware": firmware.signed_update_firmware,
    "TriggerMessage": remote_control.trigger_message,
    "UnlockConnector": remote_control.unlock_connector,
    "UpdateFirmware": firmware.update_firmware,
}

#: Requests of the house; what is missing here is refused by name.
OUTWARD: Final[Mapping[str, Translator]] = {
    **UNSUPPORTED,
    "Authorize": authorization.authorize,
    "BootNotification": provisioning.boot_notification,
    "DataTransfer": notifications.data_from_station,
    "FirmwareStatusNotification": firmware.firmware_status,
    "Heartbeat": provisioning.heartbeat,
    "LogStatusNotification": logs.log_status,
    "MeterValues": meter_values.meter_values,
    "NotifyEvent": availability.notify_event,
    "NotifyReport": provisioning.notify_report,
    "ReservationStatusUpdate": reservations.reservation_status,
    "SecurityEventNotification": notifications.security_event,
    "SignCertificate": certificates.sign_certificate,
    "StatusNotification": availability.status_notification,
    "TransactionEvent": transactions.transaction_event,
}

_REFUSED: Final = refused("this dialect does not translate it")


class CsmsHalf(CsmsContext):
    """A station's view of one 1.6 management system."""

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the management system."""
        return checked(told_why(INWARD.get(request.action, _REFUSED)(self, request, now), request.action))

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the station."""
        return trusting(OUTWARD.get(request.action, _REFUSED)(self, request, now), request)

    # --- time -----------------------------------------------------------------------------------------------------

    def next_deadline(self) -> datetime | None:
        """When connectors are numbered without an inventory, or a transaction begins without a register."""
        deadlines = [deadline for deadline, _ in starts.waiting(self)]
        if (numbered_at := self._numbered_at()) is not None:
            deadlines.append(numbered_at)
        return min(deadlines, default=None)

    def _numbered_at(self) -> datetime | None:
        asked_at = self.memory.inventory_asked_at
        return asked_at + INVENTORY_PATIENCE if asked_at is not None and self.awaits_inventory else None

    def advance(self, *, now: datetime) -> list[Translation]:
        """Tell the statuses that waited for the inventory when it has taken too long, and begin what has waited."""
        due: list[Translation] = []
        numbered_at = self._numbered_at()
        if numbered_at is not None and numbered_at <= now:
            self.number_connectors()
            due.append(availability.tell_all(self, now))
        for deadline, house_id in starts.waiting(self):
            if deadline <= now:
                self.starting.add(house_id)
                due.append(starts.start_waiting(self, house_id, now))
        return due
