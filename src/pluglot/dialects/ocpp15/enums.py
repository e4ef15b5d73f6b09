"""Every enumeration of OCPP 1.5 that differs, beside its counterpart in 1.6 (mapping 12.3); tables only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pluglot.dialects.ocpp15 import wire as older
from pluglot.dialects.ocpp16 import wire as newer
from pluglot.dialects.ocpp16.enums import same_names

_Error, _NewError = older.ChargePointErrorCode, newer.ChargePointErrorCode
_Status, _NewStatus = older.ChargePointStatus, newer.ChargePointStatus

#: Occupied is absent: what it means depends on the transactions of the connector.
STATUS_UP: Final = same_names(_Status, _NewStatus)
STATUS_DOWN: Final[Mapping[newer.ChargePointStatus, older.ChargePointStatus]] = {
    **dict.fromkeys(_NewStatus, _Status.OCCUPIED),
    **same_names(_NewStatus, _Status),
}

ERROR_UP: Final = same_names(_Error, _NewError) | {_Error.MODE3_ERROR: _NewError.EV_COMMUNICATION_ERROR}
ERROR_DOWN: Final[Mapping[newer.ChargePointErrorCode, older.ChargePointErrorCode]] = {
    **dict.fromkeys(_NewError, _Error.OTHER_ERROR),
    **same_names(_NewError, _Error),
    _NewError.EV_COMMUNICATION_ERROR: _Error.MODE3_ERROR,
}

REGISTRATION_UP: Final = same_names(older.RegistrationStatus, newer.RegistrationStatus)
REGISTRATION_DOWN: Final = same_names(newer.RegistrationStatus, older.RegistrationStatus) | {
    newer.RegistrationStatus.PENDING: older.RegistrationStatus.REJECTED
}

UNLOCK_UP: Final = {
    older.UnlockStatus.ACCEPTED: newer.UnlockStatus.UNLOCKED,
    older.UnlockStatus.REJECTED: newer.UnlockStatus.UNLOCK_FAILED,
}
UNLOCK_DOWN: Final = {
    newer.UnlockStatus.UNLOCKED: older.UnlockStatus.ACCEPTED,
    newer.UnlockStatus.UNLOCK_FAILED: older.UnlockStatus.REJECTED,
    newer.UnlockStatus.NOT_SUPPORTED: older.UnlockStatus.REJECTED,
}

CONFIGURATION_UP: Final = same_names(older.ConfigurationStatus, newer.ConfigurationStatus)
CONFIGURATION_DOWN: Final = same_names(newer.ConfigurationStatus, older.ConfigurationStatus) | {
    newer.ConfigurationStatus.REBOOT_REQUIRED: older.ConfigurationStatus.ACCEPTED
}

#: Values of 1.6 that are absent are not told at all.
FIRMWARE_UP: Final = same_names(older.FirmwareStatus, newer.FirmwareStatus)
FIRMWARE_DOWN: Final = same_names(newer.FirmwareStatus, older.FirmwareStatus)
DIAGNOSTICS_UP: Final = same_names(older.DiagnosticsStatus, newer.DiagnosticsStatus)
DIAGNOSTICS_DOWN: Final = same_names(newer.DiagnosticsStatus, older.DiagnosticsStatus)

UPDATE_UP: Final = same_names(older.UpdateStatus, newer.UpdateStatus) | {
    older.UpdateStatus.HASH_ERROR: newer.UpdateStatus.FAILED
}
UPDATE_DOWN: Final = same_names(newer.UpdateStatus, older.UpdateStatus)

CONTEXT_UP: Final = same_names(older.ReadingContext, newer.ReadingContext)
CONTEXT_DOWN: Final = same_names(newer.ReadingContext, older.ReadingContext) | {
    newer.ReadingContext.OTHER: older.ReadingContext.SAMPLE_PERIODIC,
    newer.ReadingContext.TRIGGER: older.ReadingContext.SAMPLE_PERIODIC,
}
#: Samples with a measurand, unit or location that is absent here cannot be said.
MEASURAND_UP: Final = same_names(older.Measurand, newer.Measurand)
MEASURAND_DOWN: Final = same_names(newer.Measurand, older.Measurand)
LOCATION_UP: Final = same_names(older.Location, newer.Location)
LOCATION_DOWN: Final = same_names(newer.Location, older.Location)
UNIT_UP: Final = same_names(older.UnitOfMeasure, newer.UnitOfMeasure) | {
    older.UnitOfMeasure.AMP: newer.UnitOfMeasure.A,
    older.UnitOfMeasure.VOLT: newer.UnitOfMeasure.V,
}
UNIT_DOWN: Final = same_names(newer.UnitOfMeasure, older.UnitOfMeasure) | {
    newer.UnitOfMeasure.A: older.UnitOfMeasure.AMP,
    newer.UnitOfMeasure.V: older.UnitOfMeasure.VOLT,
    newer.UnitOfMeasure.CELCIUS: older.UnitOfMeasure.CELSIUS,
}
