"""Every enumeration of OCPP 1.6 beside its counterpart in the house (mapping, chapter 7).

Tables only. A value that has no counterpart is absent from its table; who looks it up notes the loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeVar

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire

Source = TypeVar("Source", bound=StrEnum)
Target = TypeVar("Target", bound=StrEnum)


def same_names(source: type[Source], target: type[Target]) -> dict[Source, Target]:
    """Pair the members that have the same text in both versions."""
    targets = {member.value: member for member in target}
    return {member: targets[member.value] for member in source if member.value in targets}


# --- 7.1 authorization status -------------------------------------------------------------------------------------

AUTHORIZATION_STATUS_TO_HOUSE: Final = same_names(wire.AuthorizationStatus, house.AuthorizationStatus)
AUTHORIZATION_STATUS_TO_WIRE: Final = same_names(house.AuthorizationStatus, wire.AuthorizationStatus) | {
    house.AuthorizationStatus.UNKNOWN: wire.AuthorizationStatus.INVALID,
    # The only one that concerns the token itself and not the place.
    house.AuthorizationStatus.NO_CREDIT: wire.AuthorizationStatus.BLOCKED,
    house.AuthorizationStatus.NOT_ALLOWED_TYPE_EVSE: wire.AuthorizationStatus.INVALID,
    house.AuthorizationStatus.NOT_AT_THIS_LOCATION: wire.AuthorizationStatus.INVALID,
    house.AuthorizationStatus.NOT_AT_THIS_TIME: wire.AuthorizationStatus.INVALID,
}

# --- 7.2 connector status -----------------------------------------------------------------------------------------

_Status = wire.ChargePointStatus

CONNECTOR_STATUS_TO_HOUSE: Final = {
    _Status.AVAILABLE: house.ConnectorStatus.AVAILABLE,
    _Status.PREPARING: house.ConnectorStatus.OCCUPIED,
    _Status.CHARGING: house.ConnectorStatus.OCCUPIED,
    _Status.SUSPENDED_EV: house.ConnectorStatus.OCCUPIED,
    _Status.SUSPENDED_EVSE: house.ConnectorStatus.OCCUPIED,
    _Status.FINISHING: house.ConnectorStatus.OCCUPIED,
    _Status.RESERVED: house.ConnectorStatus.RESERVED,
    _Status.UNAVAILABLE: house.ConnectorStatus.UNAVAILABLE,
    _Status.FAULTED: house.ConnectorStatus.FAULTED,
}

#: Charging state that a 1.6 status tells while a transaction is open on the connector.
CHARGING_STATE_TO_HOUSE: Final = {
    _Status.CHARGING: house.ChargingState.CHARGING,
    _Status.SUSPENDED_EV: house.ChargingState.SUSPENDED_EV,
    _Status.SUSPENDED_EVSE: house.ChargingState.SUSPENDED_EVSE,
    _Status.FINISHING: house.ChargingState.EV_CONNECTED,
    _Status.FAULTED: house.ChargingState.SUSPENDED_EVSE,
}

#: Statuses of a connector with a vehicle at it whose transaction may be running or just over.
OCCUPIED_STATUSES: Final = frozenset(CHARGING_STATE_TO_HOUSE) - {_Status.FAULTED}

#: Charging state in Started, where the connector's status says one.
STARTING_STATE: Final = {
    _Status.CHARGING: house.ChargingState.CHARGING,
    _Status.SUSPENDED_EV: house.ChargingState.SUSPENDED_EV,
    _Status.SUSPENDED_EVSE: house.ChargingState.SUSPENDED_EVSE,
}

#: Statuses that 2.x says without knowing of a transaction (the last rows of table 7.2b).
CONNECTOR_STATUS_TO_WIRE: Final = {
    house.ConnectorStatus.AVAILABLE: _Status.AVAILABLE,
    house.ConnectorStatus.OCCUPIED: _Status.PREPARING,
    house.ConnectorStatus.RESERVED: _Status.RESERVED,
    house.ConnectorStatus.UNAVAILABLE: _Status.UNAVAILABLE,
    house.ConnectorStatus.FAULTED: _Status.FAULTED,
}

#: Statuses of an open, authorised transaction.
CHARGING_STATE_TO_WIRE: Final = {
    house.ChargingState.CHARGING: _Status.CHARGING,
    house.ChargingState.SUSPENDED_EV: _Status.SUSPENDED_EV,
    house.ChargingState.SUSPENDED_EVSE: _Status.SUSPENDED_EVSE,
}

# --- 7.3 error codes ----------------------------------------------------------------------------------------------


class FaultPlace(NamedTuple):
    """The component and variable that stand for a 1.6 error code, and where the component sits."""

    component: str
    variable: str
    #: ``station``, ``evse`` or ``connector``.
    level: str


_Error = wire.ChargePointErrorCode

FAULT_PLACES: Final[Mapping[wire.ChargePointErrorCode, FaultPlace]] = {
    _Error.CONNECTOR_LOCK_FAILURE: FaultPlace("ConnectorPlugRetentionLock", "Problem", "connector"),
    _Error.EV_COMMUNICATION_ERROR: FaultPlace("CPPWMController", "Problem", "connector"),
    _Error.GROUND_FAILURE: FaultPlace("RCD", "Tripped", "evse"),
    _Error.HIGH_TEMPERATURE: FaultPlace("TemperatureSensor", "Problem", "connector"),
    _Error.INTERNAL_ERROR: FaultPlace("Controller", "Problem", "station"),
    _Error.LOCAL_LIST_CONFLICT: FaultPlace("LocalAuthListCtrlr", "Problem", "station"),
    _Error.OTHER_ERROR: FaultPlace("EVSE", "Problem", "evse"),
    _Error.OVER_CURRENT_FAILURE: FaultPlace("OverCurrentProtection", "Tripped", "evse"),
    _Error.OVER_VOLTAGE: FaultPlace("ElectricalFeed", "Problem", "evse"),
    _Error.POWER_METER_FAILURE: FaultPlace("FiscalMetering", "Problem", "evse"),
    _Error.POWER_SWITCH_FAILURE: FaultPlace("PowerContactor", "Problem", "evse"),
    _Error.READER_FAILURE: FaultPlace("TokenReader", "Problem", "evse"),
    _Error.RESET_FAILURE: FaultPlace("Controller", "Problem", "station"),
    _Error.UNDER_VOLTAGE: FaultPlace("ElectricalFeed", "Problem", "evse"),
    _Error.WEAK_SIGNAL: FaultPlace("DataLink", "Problem", "station"),
}

#: Components of 2.x -> 1.6 error code, when the technical code says none.
ERROR_OF_COMPONENT: Final[Mapping[str, wire.ChargePointErrorCode]] = {
    "ConnectorPlugRetentionLock": _Error.CONNECTOR_LOCK_FAILURE,
    "EVRetentionLock": _Error.CONNECTOR_LOCK_FAILURE,
    "CPPWMController": _Error.EV_COMMUNICATION_ERROR,
    "ISO15118Ctrlr": _Error.EV_COMMUNICATION_ERROR,
    "ConnectedEV": _Error.EV_COMMUNICATION_ERROR,
    "CHAdeMOCtrlr": _Error.EV_COMMUNICATION_ERROR,
    "RCD": _Error.GROUND_FAILURE,
    "RCDRecloser": _Error.GROUND_FAILURE,
    "GroundIsolationProtection": _Error.GROUND_FAILURE,
    "TemperatureSensor": _Error.HIGH_TEMPERATURE,
    "LiquidCoolingSystem": _Error.HIGH_TEMPERATURE,
    "AirCoolingSystem": _Error.HIGH_TEMPERATURE,
    "Controller": _Error.INTERNAL_ERROR,
    "LocalAuthListCtrlr": _Error.LOCAL_LIST_CONFLICT,
    "OverCurrentProtection": _Error.OVER_CURRENT_FAILURE,
    "FiscalMetering": _Error.POWER_METER_FAILURE,
    "ControlMetering": _Error.POWER_METER_FAILURE,
    "PowerContactor": _Error.POWER_SWITCH_FAILURE,
    "AcDcConverter": _Error.POWER_SWITCH_FAILURE,
    "TokenReader": _Error.READER_FAILURE,
    "DataLink": _Error.WEAK_SIGNAL,
}

# --- 7.4, 7.5, 7.7 samples ----------------------------------------------------------------------------------------

#: Temperature and RPM are missing: the house has no such measurand.
MEASURAND_TO_HOUSE: Final = same_names(wire.Measurand, house.Measurand)
MEASURAND_TO_WIRE: Final = same_names(house.Measurand, wire.Measurand)
#: Newer names that mean nearly the same, used when the plain one is not in the same meter value.
MEASURAND_STAND_INS: Final = {
    house.Measurand.DISPLAY_PRESENT_SOC: wire.Measurand.SOC,
    house.Measurand.CURRENT_IMPORT_OFFERED: wire.Measurand.CURRENT_OFFERED,
    house.Measurand.POWER_IMPORT_OFFERED: wire.Measurand.POWER_OFFERED,
}

CONTEXT_TO_HOUSE: Final = same_names(wire.ReadingContext, house.ReadingContext)
CONTEXT_TO_WIRE: Final = same_names(house.ReadingContext, wire.ReadingContext)
LOCATION_TO_HOUSE: Final = same_names(wire.Location, house.Location)
#: Upstream is missing: such samples cannot be said.
LOCATION_TO_WIRE: Final = same_names(house.Location, wire.Location)
PHASE_TO_HOUSE: Final = same_names(wire.Phase, house.Phase)
PHASE_TO_WIRE: Final = same_names(house.Phase, wire.Phase)

#: RPC-14: both spellings of Celsius are read, one is written.
UNIT_TO_HOUSE: Final = {unit: unit.value for unit in wire.UnitOfMeasure} | {
    wire.UnitOfMeasure.CELCIUS: "Celsius",
    wire.UnitOfMeasure.HERTZ: "Hz",
}
UNIT_TO_WIRE: Final = {
    unit.value: unit
    for unit in wire.UnitOfMeasure
    if unit not in {wire.UnitOfMeasure.CELCIUS, wire.UnitOfMeasure.HERTZ}
}


def default_unit(measurand: str) -> str | None:
    """The unit that a 1.6 sample without unit is in."""
    return next((unit for prefix, unit in _DEFAULT_UNITS if measurand.startswith(prefix)), None)


_DEFAULT_UNITS: Final = (
    ("Energy.Reactive", "varh"),
    ("Energy.", "Wh"),
    ("Power.Active", "W"),
    ("Power.Offered", "W"),
    ("Power.Reactive", "var"),
    ("Current.", "A"),
    ("Voltage", "V"),
    ("Frequency", "Hz"),
    ("SoC", "Percent"),
    ("Temperature", "Celsius"),
)

# --- 7.6 stop reasons ---------------------------------------------------------------------------------------------

_Trigger = house.TriggerReason

STOP_REASON_TO_HOUSE: Final[Mapping[wire.Reason | None, tuple[house.Reason, house.TriggerReason]]] = {
    None: (house.Reason.LOCAL, _Trigger.STOP_AUTHORIZED),
    wire.Reason.LOCAL: (house.Reason.LOCAL, _Trigger.STOP_AUTHORIZED),
    wire.Reason.DE_AUTHORIZED: (house.Reason.DE_AUTHORIZED, _Trigger.DEAUTHORIZED),
    wire.Reason.EMERGENCY_STOP: (house.Reason.EMERGENCY_STOP, _Trigger.ABNORMAL_CONDITION),
    wire.Reason.EV_DISCONNECTED: (house.Reason.EV_DISCONNECTED, _Trigger.EV_COMMUNICATION_LOST),
    wire.Reason.HARD_RESET: (house.Reason.IMMEDIATE_RESET, _Trigger.RESET_COMMAND),
    # Reboot in 2.x is a reset asked for at the station itself.
    wire.Reason.SOFT_RESET: (house.Reason.IMMEDIATE_RESET, _Trigger.RESET_COMMAND),
    wire.Reason.OTHER: (house.Reason.OTHER, _Trigger.ABNORMAL_CONDITION),
    wire.Reason.POWER_LOSS: (house.Reason.POWER_LOSS, _Trigger.ABNORMAL_CONDITION),
    wire.Reason.REBOOT: (house.Reason.REBOOT, _Trigger.ABNORMAL_CONDITION),
    wire.Reason.REMOTE: (house.Reason.REMOTE, _Trigger.REMOTE_STOP),
    wire.Reason.UNLOCK_COMMAND: (house.Reason.REMOTE, _Trigger.UNLOCK_COMMAND),
}

STOP_REASON_TO_WIRE: Final[Mapping[house.Reason | None, wire.Reason]] = {
    None: wire.Reason.LOCAL,
    house.Reason.LOCAL: wire.Reason.LOCAL,
    house.Reason.MASTER_PASS: wire.Reason.LOCAL,
    house.Reason.DE_AUTHORIZED: wire.Reason.DE_AUTHORIZED,
    house.Reason.EMERGENCY_STOP: wire.Reason.EMERGENCY_STOP,
    house.Reason.EV_DISCONNECTED: wire.Reason.EV_DISCONNECTED,
    # SoftReset instead when the last reset came as Soft.
    house.Reason.IMMEDIATE_RESET: wire.Reason.HARD_RESET,
    house.Reason.POWER_LOSS: wire.Reason.POWER_LOSS,
    house.Reason.REBOOT: wire.Reason.REBOOT,
    house.Reason.REMOTE: wire.Reason.REMOTE,
} | dict.fromkeys(
    (
        house.Reason.ENERGY_LIMIT_REACHED,
        house.Reason.GROUND_FAULT,
        house.Reason.LOCAL_OUT_OF_CREDIT,
        house.Reason.OTHER,
        house.Reason.OVERCURRENT_FAULT,
        house.Reason.POWER_QUALITY,
        house.Reason.SOC_LIMIT_REACHED,
        house.Reason.STOPPED_BY_EV,
        house.Reason.TIME_LIMIT_REACHED,
        house.Reason.TIMEOUT,
        house.Reason.REQ_ENERGY_TRANSFER_REJECTED,
    ),
    wire.Reason.OTHER,
)

#: Triggers after which a transaction is stopped but may not have ended yet (7.14).
STOPPING_TRIGGERS: Final = frozenset(
    {
        _Trigger.STOP_AUTHORIZED,
        _Trigger.REMOTE_STOP,
        _Trigger.DEAUTHORIZED,
        _Trigger.RESET_COMMAND,
        _Trigger.UNLOCK_COMMAND,
        _Trigger.TARIFF_NOT_ACCEPTED,
    }
)

# --- 7.8 firmware, 5.10 logs --------------------------------------------------------------------------------------

FIRMWARE_STATUS_TO_HOUSE: Final[Mapping[Any, house.FirmwareStatus]] = same_names(
    wire.FirmwareStatus, house.FirmwareStatus
)
SIGNED_FIRMWARE_STATUS_TO_HOUSE: Final = same_names(wire.SignedFirmwareStatus, house.FirmwareStatus)
SIGNED_FIRMWARE_STATUS_TO_WIRE: Final = same_names(house.FirmwareStatus, wire.SignedFirmwareStatus)
#: Missing statuses have no place in the plain 1.6 message and are not sent.
FIRMWARE_STATUS_TO_WIRE: Final = same_names(house.FirmwareStatus, wire.FirmwareStatus) | {
    house.FirmwareStatus.INVALID_SIGNATURE: wire.FirmwareStatus.INSTALLATION_FAILED,
    house.FirmwareStatus.INSTALL_VERIFICATION_FAILED: wire.FirmwareStatus.INSTALLATION_FAILED,
}
#: What a triggered notification says instead of a status without a place.
TRIGGERED_FIRMWARE_STATUS: Final = {
    house.FirmwareStatus.DOWNLOAD_SCHEDULED: wire.FirmwareStatus.IDLE,
    house.FirmwareStatus.INSTALL_SCHEDULED: wire.FirmwareStatus.DOWNLOADED,
}

DIAGNOSTICS_STATUS_TO_HOUSE: Final = {
    wire.DiagnosticsStatus.IDLE: house.UploadLogStatus.IDLE,
    wire.DiagnosticsStatus.UPLOADING: house.UploadLogStatus.UPLOADING,
    wire.DiagnosticsStatus.UPLOADED: house.UploadLogStatus.UPLOADED,
    wire.DiagnosticsStatus.UPLOAD_FAILED: house.UploadLogStatus.UPLOAD_FAILURE,
}
DIAGNOSTICS_STATUS_TO_WIRE: Final = {
    house.UploadLogStatus.IDLE: wire.DiagnosticsStatus.IDLE,
    house.UploadLogStatus.UPLOADING: wire.DiagnosticsStatus.UPLOADING,
    house.UploadLogStatus.UPLOADED: wire.DiagnosticsStatus.UPLOADED,
    house.UploadLogStatus.UPLOAD_FAILURE: wire.DiagnosticsStatus.UPLOAD_FAILED,
    house.UploadLogStatus.BAD_MESSAGE: wire.DiagnosticsStatus.UPLOAD_FAILED,
    house.UploadLogStatus.NOT_SUPPORTED_OPERATION: wire.DiagnosticsStatus.UPLOAD_FAILED,
    house.UploadLogStatus.PERMISSION_DENIED: wire.DiagnosticsStatus.UPLOAD_FAILED,
    house.UploadLogStatus.ACCEPTED_CANCELED: wire.DiagnosticsStatus.UPLOAD_FAILED,
}
LOG_STATUS_TO_HOUSE: Final = same_names(wire.UploadLogStatus, house.UploadLogStatus)
LOG_STATUS_TO_WIRE: Final = same_names(house.UploadLogStatus, wire.UploadLogStatus) | {
    house.UploadLogStatus.ACCEPTED_CANCELED: wire.UploadLogStatus.UPLOAD_FAILURE,
}

# --- 7.9 security events ------------------------------------------------------------------------------------------

SECURITY_EVENT_TO_HOUSE: Final = {
    "FailedToAuthenticationAtCentralSystem": "FailedToAuthenticateAtCsms",
    "CentralSystemFailedToAuthentication": "CsmsFailedToAuthenticate",
    "InvalidCentralSystemCertificate": "InvalidCsmsCertificate",
    "InvalidChargePointCertificate": "InvalidChargingStationCertificate",
}
SECURITY_EVENT_TO_WIRE: Final = {house_name: name for name, house_name in SECURITY_EVENT_TO_HOUSE.items()}

# --- 7.10 to 7.13 -------------------------------------------------------------------------------------------------

CERTIFICATE_USE_TO_HOUSE: Final = {
    wire.CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE: house.InstallCertificateUse.CSMS_ROOT_CERTIFICATE,
    wire.CertificateUse.MANUFACTURER_ROOT_CERTIFICATE: house.InstallCertificateUse.MANUFACTURER_ROOT_CERTIFICATE,
}

CHARGING_PROFILE_PURPOSE_TO_HOUSE: Final = {
    wire.ChargingProfilePurpose.CHARGE_POINT_MAX_PROFILE: house.ChargingProfilePurpose.CHARGING_STATION_MAX_PROFILE,
    wire.ChargingProfilePurpose.TX_DEFAULT_PROFILE: house.ChargingProfilePurpose.TX_DEFAULT_PROFILE,
    wire.ChargingProfilePurpose.TX_PROFILE: house.ChargingProfilePurpose.TX_PROFILE,
}
CHARGING_PROFILE_PURPOSE_TO_WIRE: Final = {meant: said for said, meant in CHARGING_PROFILE_PURPOSE_TO_HOUSE.items()}

CHARGING_PROFILE_KIND_TO_HOUSE: Final = same_names(wire.ChargingProfileKind, house.ChargingProfileKind)
CHARGING_PROFILE_KIND_TO_WIRE: Final = same_names(house.ChargingProfileKind, wire.ChargingProfileKind)
RATE_UNIT_TO_HOUSE: Final = same_names(wire.ChargingRateUnit, house.ChargingRateUnit)
RATE_UNIT_TO_WIRE: Final = same_names(house.ChargingRateUnit, wire.ChargingRateUnit)
RECURRENCY_TO_HOUSE: Final = same_names(wire.RecurrencyKind, house.RecurrencyKind)
RECURRENCY_TO_WIRE: Final = same_names(house.RecurrencyKind, wire.RecurrencyKind)

REGISTRATION_STATUS_TO_HOUSE: Final = same_names(wire.RegistrationStatus, house.RegistrationStatus)
REGISTRATION_STATUS_TO_WIRE: Final = same_names(house.RegistrationStatus, wire.RegistrationStatus)
AVAILABILITY_STATUS_TO_HOUSE: Final = same_names(wire.AvailabilityStatus, house.ChangeAvailabilityStatus)
AVAILABILITY_STATUS_TO_WIRE: Final = same_names(house.ChangeAvailabilityStatus, wire.AvailabilityStatus)
AVAILABILITY_TYPE_TO_HOUSE: Final = same_names(wire.AvailabilityType, house.OperationalStatus)
AVAILABILITY_TYPE_TO_WIRE: Final = same_names(house.OperationalStatus, wire.AvailabilityType)
CLEAR_CACHE_STATUS_TO_HOUSE: Final = same_names(wire.ClearCacheStatus, house.ClearCacheStatus)
CLEAR_CACHE_STATUS_TO_WIRE: Final = same_names(house.ClearCacheStatus, wire.ClearCacheStatus)
DATA_TRANSFER_STATUS_TO_HOUSE: Final = same_names(wire.DataTransferStatus, house.DataTransferStatus)
DATA_TRANSFER_STATUS_TO_WIRE: Final = same_names(house.DataTransferStatus, wire.DataTransferStatus)
REMOTE_STATUS_TO_HOUSE: Final = same_names(wire.RemoteStartStopStatus, house.RequestStartStopStatus)
REMOTE_STATUS_TO_WIRE: Final = same_names(house.RequestStartStopStatus, wire.RemoteStartStopStatus)
TRIGGER_STATUS_TO_HOUSE: Final = same_names(wire.TriggerMessageStatus, house.TriggerMessageStatus)
TRIGGER_STATUS_TO_WIRE: Final = same_names(house.TriggerMessageStatus, wire.TriggerMessageStatus)
RESET_STATUS_TO_HOUSE: Final = same_names(wire.ResetStatus, house.ResetStatus)
RESET_STATUS_TO_WIRE: Final = same_names(house.ResetStatus, wire.ResetStatus) | {
    house.ResetStatus.SCHEDULED: wire.ResetStatus.ACCEPTED
}

#: 6.3: what a ChangeConfiguration answer means for the variable; NotSupported depends on the component.
SET_STATUS_TO_HOUSE: Final = {
    wire.ConfigurationStatus.ACCEPTED: house.SetVariableStatus.ACCEPTED,
    wire.ConfigurationStatus.REJECTED: house.SetVariableStatus.REJECTED,
    wire.ConfigurationStatus.REBOOT_REQUIRED: house.SetVariableStatus.REBOOT_REQUIRED,
    wire.ConfigurationStatus.NOT_SUPPORTED: house.SetVariableStatus.UNKNOWN_VARIABLE,
}
SET_STATUS_TO_WIRE: Final = {
    house.SetVariableStatus.ACCEPTED: wire.ConfigurationStatus.ACCEPTED,
    house.SetVariableStatus.REJECTED: wire.ConfigurationStatus.REJECTED,
    house.SetVariableStatus.REBOOT_REQUIRED: wire.ConfigurationStatus.REBOOT_REQUIRED,
    house.SetVariableStatus.UNKNOWN_COMPONENT: wire.ConfigurationStatus.NOT_SUPPORTED,
    house.SetVariableStatus.UNKNOWN_VARIABLE: wire.ConfigurationStatus.NOT_SUPPORTED,
    house.SetVariableStatus.NOT_SUPPORTED_ATTRIBUTE_TYPE: wire.ConfigurationStatus.NOT_SUPPORTED,
}
UNLOCK_STATUS_TO_WIRE: Final = {
    house.UnlockStatus.UNLOCKED: wire.UnlockStatus.UNLOCKED,
    house.UnlockStatus.UNLOCK_FAILED: wire.UnlockStatus.UNLOCK_FAILED,
    house.UnlockStatus.ONGOING_AUTHORIZED_TRANSACTION: wire.UnlockStatus.UNLOCK_FAILED,
    house.UnlockStatus.UNKNOWN_CONNECTOR: wire.UnlockStatus.NOT_SUPPORTED,
}
#: 1.6 says NotSupported for "no lock"; an unknown connector is found before the station is asked.
UNLOCK_STATUS_TO_HOUSE: Final = {
    wire.UnlockStatus.UNLOCKED: house.UnlockStatus.UNLOCKED,
    wire.UnlockStatus.UNLOCK_FAILED: house.UnlockStatus.UNLOCK_FAILED,
    wire.UnlockStatus.NOT_SUPPORTED: house.UnlockStatus.UNLOCK_FAILED,
}

CANCEL_RESERVATION_STATUS_TO_HOUSE: Final = same_names(wire.CancelReservationStatus, house.CancelReservationStatus)
CANCEL_RESERVATION_STATUS_TO_WIRE: Final = same_names(house.CancelReservationStatus, wire.CancelReservationStatus)
RESERVATION_STATUS_TO_HOUSE: Final = same_names(wire.ReservationStatus, house.ReserveNowStatus)
RESERVATION_STATUS_TO_WIRE: Final = same_names(house.ReserveNowStatus, wire.ReservationStatus)
UPDATE_TYPE_TO_HOUSE: Final = same_names(wire.UpdateType, house.UpdateType)
UPDATE_TYPE_TO_WIRE: Final = same_names(house.UpdateType, wire.UpdateType)
#: NotSupported is Failed with a reason in 2.x.
LOCAL_LIST_STATUS_TO_HOUSE: Final = same_names(wire.UpdateStatus, house.SendLocalListStatus) | {
    wire.UpdateStatus.NOT_SUPPORTED: house.SendLocalListStatus.FAILED
}
LOCAL_LIST_STATUS_TO_WIRE: Final = same_names(house.SendLocalListStatus, wire.UpdateStatus)
PROFILE_STATUS_TO_HOUSE: Final = same_names(wire.ChargingProfileStatus, house.ChargingProfileStatus) | {
    wire.ChargingProfileStatus.NOT_SUPPORTED: house.ChargingProfileStatus.REJECTED
}
PROFILE_STATUS_TO_WIRE: Final = same_names(house.ChargingProfileStatus, wire.ChargingProfileStatus)
CLEAR_PROFILE_STATUS_TO_HOUSE: Final = same_names(wire.ClearChargingProfileStatus, house.ClearChargingProfileStatus)
CLEAR_PROFILE_STATUS_TO_WIRE: Final = same_names(house.ClearChargingProfileStatus, wire.ClearChargingProfileStatus)
COMPOSITE_STATUS_TO_HOUSE: Final = same_names(wire.GetCompositeScheduleStatus, house.GenericStatus)
COMPOSITE_STATUS_TO_WIRE: Final = same_names(house.GenericStatus, wire.GetCompositeScheduleStatus)
LOG_ANSWER_TO_HOUSE: Final = same_names(wire.LogStatus, house.LogStatus)
LOG_ANSWER_TO_WIRE: Final = same_names(house.LogStatus, wire.LogStatus)
LOG_TYPE_TO_HOUSE: Final = same_names(wire.LogType, house.LogType)
LOG_TYPE_TO_WIRE: Final = same_names(house.LogType, wire.LogType)
UPDATE_STATUS_TO_HOUSE: Final = same_names(wire.UpdateFirmwareStatus, house.UpdateFirmwareStatus)
UPDATE_STATUS_TO_WIRE: Final = same_names(house.UpdateFirmwareStatus, wire.UpdateFirmwareStatus)

CERTIFICATE_USE_TO_WIRE: Final = {meant: said for said, meant in CERTIFICATE_USE_TO_HOUSE.items()}
CERTIFICATE_ID_USE_TO_HOUSE: Final = {
    wire.CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE: house.GetCertificateIdUse.CSMS_ROOT_CERTIFICATE,
    wire.CertificateUse.MANUFACTURER_ROOT_CERTIFICATE: house.GetCertificateIdUse.MANUFACTURER_ROOT_CERTIFICATE,
}
CERTIFICATE_ID_USE_TO_WIRE: Final = {meant: said for said, meant in CERTIFICATE_ID_USE_TO_HOUSE.items()}
INSTALL_STATUS_TO_HOUSE: Final = same_names(wire.InstallCertificateStatus, house.InstallCertificateStatus)
INSTALL_STATUS_TO_WIRE: Final = same_names(house.InstallCertificateStatus, wire.InstallCertificateStatus)
DELETE_STATUS_TO_HOUSE: Final = same_names(wire.DeleteCertificateStatus, house.DeleteCertificateStatus)
DELETE_STATUS_TO_WIRE: Final = same_names(house.DeleteCertificateStatus, wire.DeleteCertificateStatus)
INSTALLED_STATUS_TO_HOUSE: Final = same_names(wire.GetInstalledCertificateStatus, house.GetInstalledCertificateStatus)
INSTALLED_STATUS_TO_WIRE: Final = same_names(house.GetInstalledCertificateStatus, wire.GetInstalledCertificateStatus)
SIGNED_STATUS_TO_HOUSE: Final = same_names(wire.CertificateSignedStatus, house.CertificateSignedStatus)
SIGNED_STATUS_TO_WIRE: Final = same_names(house.CertificateSignedStatus, wire.CertificateSignedStatus)
HASH_ALGORITHM_TO_HOUSE: Final = same_names(wire.HashAlgorithm, house.HashAlgorithm)
HASH_ALGORITHM_TO_WIRE: Final = same_names(house.HashAlgorithm, wire.HashAlgorithm)
