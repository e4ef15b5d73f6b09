"""Every value of every enumeration has a place in the tables, or is listed as having none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects.ocpp16 import enums, wire
from pluglot.dialects.ocpp16.meter_values import to_house
from tests.dialects.driver import NOW
from tests.dialects.samples import enum_values

#: Tables by direction; a value missing from a table must stand beside it.
TO_HOUSE: list[tuple[str, Mapping[Any, Any], Any, set[str]]] = [
    ("AuthorizationStatus", enums.AUTHORIZATION_STATUS_TO_HOUSE, wire.AuthorizationStatus, set()),
    ("ChargePointStatus", enums.CONNECTOR_STATUS_TO_HOUSE, wire.ChargePointStatus, set()),
    ("ChargePointErrorCode", enums.FAULT_PLACES, wire.ChargePointErrorCode, {"NoError"}),
    ("Measurand", enums.MEASURAND_TO_HOUSE, wire.Measurand, {"Temperature", "RPM"}),
    ("ReadingContext", enums.CONTEXT_TO_HOUSE, wire.ReadingContext, set()),
    ("Location", enums.LOCATION_TO_HOUSE, wire.Location, set()),
    ("Phase", enums.PHASE_TO_HOUSE, wire.Phase, set()),
    ("UnitOfMeasure", enums.UNIT_TO_HOUSE, wire.UnitOfMeasure, set()),
    ("Reason", enums.STOP_REASON_TO_HOUSE, wire.Reason, set()),
    ("FirmwareStatus", enums.FIRMWARE_STATUS_TO_HOUSE, wire.FirmwareStatus, set()),
    ("SignedFirmwareStatus", enums.SIGNED_FIRMWARE_STATUS_TO_HOUSE, wire.SignedFirmwareStatus, set()),
    ("DiagnosticsStatus", enums.DIAGNOSTICS_STATUS_TO_HOUSE, wire.DiagnosticsStatus, set()),
    ("UploadLogStatus", enums.LOG_STATUS_TO_HOUSE, wire.UploadLogStatus, set()),
    ("CertificateUse", enums.CERTIFICATE_USE_TO_HOUSE, wire.CertificateUse, set()),
    ("ChargingProfilePurpose", enums.CHARGING_PROFILE_PURPOSE_TO_HOUSE, wire.ChargingProfilePurpose, set()),
    ("ChargingProfileKind", enums.CHARGING_PROFILE_KIND_TO_HOUSE, wire.ChargingProfileKind, set()),
    ("ChargingRateUnit", enums.RATE_UNIT_TO_HOUSE, wire.ChargingRateUnit, set()),
    ("RecurrencyKind", enums.RECURRENCY_TO_HOUSE, wire.RecurrencyKind, set()),
    ("RegistrationStatus", enums.REGISTRATION_STATUS_TO_HOUSE, wire.RegistrationStatus, set()),
    ("AvailabilityStatus", enums.AVAILABILITY_STATUS_TO_HOUSE, wire.AvailabilityStatus, set()),
    ("AvailabilityType", enums.AVAILABILITY_TYPE_TO_HOUSE, wire.AvailabilityType, set()),
    ("ClearCacheStatus", enums.CLEAR_CACHE_STATUS_TO_HOUSE, wire.ClearCacheStatus, set()),
    ("DataTransferStatus", enums.DATA_TRANSFER_STATUS_TO_HOUSE, wire.DataTransferStatus, set()),
    ("RemoteStartStopStatus", enums.REMOTE_STATUS_TO_HOUSE, wire.RemoteStartStopStatus, set()),
    ("TriggerMessageStatus", enums.TRIGGER_STATUS_TO_HOUSE, wire.TriggerMessageStatus, set()),
    ("ResetStatus", enums.RESET_STATUS_TO_HOUSE, wire.ResetStatus, set()),
    ("ConfigurationStatus", enums.SET_STATUS_TO_HOUSE, wire.ConfigurationStatus, set()),
    ("UnlockStatus", enums.UNLOCK_STATUS_TO_HOUSE, wire.UnlockStatus, set()),
    ("CancelReservationStatus", enums.CANCEL_RESERVATION_STATUS_TO_HOUSE, wire.CancelReservationStatus, set()),
    ("ReservationStatus", enums.RESERVATION_STATUS_TO_HOUSE, wire.ReservationStatus, set()),
    ("UpdateType", enums.UPDATE_TYPE_TO_HOUSE, wire.UpdateType, set()),
    ("UpdateStatus", enums.LOCAL_LIST_STATUS_TO_HOUSE, wire.UpdateStatus, set()),
    ("ChargingProfileStatus", enums.PROFILE_STATUS_TO_HOUSE, wire.ChargingProfileStatus, set()),
    ("ClearChargingProfileStatus", enums.CLEAR_PROFILE_STATUS_TO_HOUSE, wire.ClearChargingProfileStatus, set()),
    ("GetCompositeScheduleStatus", enums.COMPOSITE_STATUS_TO_HOUSE, wire.GetCompositeScheduleStatus, set()),
    ("LogStatus", enums.LOG_ANSWER_TO_HOUSE, wire.LogStatus, set()),
    ("LogType", enums.LOG_TYPE_TO_HOUSE, wire.LogType, set()),
    ("UpdateFirmwareStatus", enums.UPDATE_STATUS_TO_HOUSE, wire.UpdateFirmwareStatus, set()),
    ("CertificateUse", enums.CERTIFICATE_ID_USE_TO_HOUSE, wire.CertificateUse, set()),
    ("InstallCertificateStatus", enums.INSTALL_STATUS_TO_HOUSE, wire.InstallCertificateStatus, set()),
    ("DeleteCertificateStatus", enums.DELETE_STATUS_TO_HOUSE, wire.DeleteCertificateStatus, set()),
    ("GetInstalledCertificateStatus", enums.INSTALLED_STATUS_TO_HOUSE, wire.GetInstalledCertificateStatus, set()),
    ("CertificateSignedStatus", enums.SIGNED_STATUS_TO_HOUSE, wire.CertificateSignedStatus, set()),
    ("HashAlgorithm", enums.HASH_ALGORITHM_TO_HOUSE, wire.HashAlgorithm, set()),
]

_ROOTS = {"V2GRootCertificate", "MORootCertificate", "OEMRootCertificate"}

TO_WIRE: list[tuple[str, Mapping[Any, Any], Any, set[str]]] = [
    ("CancelReservationStatus", enums.CANCEL_RESERVATION_STATUS_TO_WIRE, house.CancelReservationStatus, set()),
    ("ReserveNowStatus", enums.RESERVATION_STATUS_TO_WIRE, house.ReserveNowStatus, set()),
    ("UpdateType", enums.UPDATE_TYPE_TO_WIRE, house.UpdateType, set()),
    ("SendLocalListStatus", enums.LOCAL_LIST_STATUS_TO_WIRE, house.SendLocalListStatus, set()),
    ("ChargingProfileStatus", enums.PROFILE_STATUS_TO_WIRE, house.ChargingProfileStatus, set()),
    ("GenericStatus", enums.COMPOSITE_STATUS_TO_WIRE, house.GenericStatus, set()),
    ("LogStatus", enums.LOG_ANSWER_TO_WIRE, house.LogStatus, set()),
    ("LogType", enums.LOG_TYPE_TO_WIRE, house.LogType, {"DataCollectorLog"}),
    ("UpdateFirmwareStatus", enums.UPDATE_STATUS_TO_WIRE, house.UpdateFirmwareStatus, set()),
    ("InstallCertificateUse", enums.CERTIFICATE_USE_TO_WIRE, house.InstallCertificateUse, _ROOTS),
    (
        "GetCertificateIdUse",
        enums.CERTIFICATE_ID_USE_TO_WIRE,
        house.GetCertificateIdUse,
        {*_ROOTS, "V2GCertificateChain"},
    ),
    ("InstallCertificateStatus", enums.INSTALL_STATUS_TO_WIRE, house.InstallCertificateStatus, set()),
    ("DeleteCertificateStatus", enums.DELETE_STATUS_TO_WIRE, house.DeleteCertificateStatus, set()),
    ("GetInstalledCertificateStatus", enums.INSTALLED_STATUS_TO_WIRE, house.GetInstalledCertificateStatus, set()),
    ("CertificateSignedStatus", enums.SIGNED_STATUS_TO_WIRE, house.CertificateSignedStatus, set()),
    ("HashAlgorithm", enums.HASH_ALGORITHM_TO_WIRE, house.HashAlgorithm, set()),
    ("AuthorizationStatus", enums.AUTHORIZATION_STATUS_TO_WIRE, house.AuthorizationStatus, set()),
    ("ConnectorStatus", enums.CONNECTOR_STATUS_TO_WIRE, house.ConnectorStatus, set()),
    ("ReadingContext", enums.CONTEXT_TO_WIRE, house.ReadingContext, set()),
    ("Location", enums.LOCATION_TO_WIRE, house.Location, {"Upstream"}),
    ("Phase", enums.PHASE_TO_WIRE, house.Phase, set()),
    ("Reason", enums.STOP_REASON_TO_WIRE, house.Reason, set()),
    ("UploadLogStatus", enums.DIAGNOSTICS_STATUS_TO_WIRE, house.UploadLogStatus, set()),
    ("UploadLogStatus", enums.LOG_STATUS_TO_WIRE, house.UploadLogStatus, set()),
    ("FirmwareStatus", enums.SIGNED_FIRMWARE_STATUS_TO_WIRE, house.FirmwareStatus, set()),
    (
        "FirmwareStatus",
        enums.FIRMWARE_STATUS_TO_WIRE,
        house.FirmwareStatus,
        {
            "DownloadScheduled",
            "DownloadPaused",
            "SignatureVerified",
            "InstallScheduled",
            "InstallRebooting",
        },
    ),
    ("RegistrationStatus", enums.REGISTRATION_STATUS_TO_WIRE, house.RegistrationStatus, set()),
    ("ChangeAvailabilityStatus", enums.AVAILABILITY_STATUS_TO_WIRE, house.ChangeAvailabilityStatus, set()),
    ("OperationalStatus", enums.AVAILABILITY_TYPE_TO_WIRE, house.OperationalStatus, set()),
    ("ClearCacheStatus", enums.CLEAR_CACHE_STATUS_TO_WIRE, house.ClearCacheStatus, set()),
    ("DataTransferStatus", enums.DATA_TRANSFER_STATUS_TO_WIRE, house.DataTransferStatus, set()),
    ("RequestStartStopStatus", enums.REMOTE_STATUS_TO_WIRE, house.RequestStartStopStatus, set()),
    ("TriggerMessageStatus", enums.TRIGGER_STATUS_TO_WIRE, house.TriggerMessageStatus, set()),
    ("ResetStatus", enums.RESET_STATUS_TO_WIRE, house.ResetStatus, set()),
    ("SetVariableStatus", enums.SET_STATUS_TO_WIRE, house.SetVariableStatus, set()),
    ("UnlockStatus", enums.UNLOCK_STATUS_TO_WIRE, house.UnlockStatus, set()),
    (
        "ChargingProfilePurpose",
        enums.CHARGING_PROFILE_PURPOSE_TO_WIRE,
        house.ChargingProfilePurpose,
        {"ChargingStationExternalConstraints", "PriorityCharging", "LocalGeneration"},
    ),
    ("ChargingProfileKind", enums.CHARGING_PROFILE_KIND_TO_WIRE, house.ChargingProfileKind, {"Dynamic"}),
]


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(("name", "table", "members", "without"), TO_HOUSE + TO_WIRE)
def test_every_value_of_an_enumeration_has_a_row(
    name: str, table: Mapping[Any, Any], members: Any, without: set[str]
) -> None:
    """A table covers its enumeration except for the values known to have no counterpart."""
    assert {member.value for member in members if member not in table} == without, name


#: Enumerations of 1.6 that only messages use which the dialect refuses, or that say which message is wanted.
ASKED_FOR_BY_NAME = {
    frozenset(member.value for member in kind)
    for kind in (
        wire.MessageTrigger,
        wire.ExtendedMessageTrigger,
        wire.ResetType,
        wire.ValueFormat,
        wire.CancelReservationStatus,
        wire.CertificateSignedStatus,
        wire.ChargingProfileStatus,
        wire.ClearChargingProfileStatus,
        wire.DeleteCertificateStatus,
        wire.GetCompositeScheduleStatus,
        wire.GetInstalledCertificateStatus,
        wire.HashAlgorithm,
        wire.InstallCertificateStatus,
        wire.LogStatus,
        wire.LogType,
        wire.ReservationStatus,
        wire.UpdateFirmwareStatus,
        wire.UpdateStatus,
        wire.UpdateType,
        wire.GenericStatus,
    )
}


@pytest.mark.requirement("PROOF-01")
def test_no_enumeration_of_the_official_1_6_schemas_was_overlooked() -> None:
    """Each enumeration in the schemas is covered by a table, or belongs to a message that is not translated yet."""
    covered = {frozenset(member.value for member in members) for _, _, members, _ in TO_HOUSE}
    for place, values in enum_values("v16"):
        known = any(values <= known for known in covered | ASKED_FOR_BY_NAME)
        assert known, (place, sorted(values))


@pytest.mark.requirement("RPC-14")
@pytest.mark.parametrize("unit", ["Celsius", "Celcius"])
def test_both_spellings_of_celsius_are_read(unit: str) -> None:
    """A sample in degrees is understood in the right and in the old spelling, and written in the right one."""
    sample = wire.SampledValue(
        value="20", measurand=wire.Measurand.SOC, unit=wire.UnitOfMeasure(unit), location=wire.Location.BODY
    )
    readings, losses = to_house([wire.MeterValue(timestamp=NOW, sampled_value=(sample,))], "MeterValues")
    measure = readings[0].meter_value.sampled_value[0].unit_of_measure
    assert measure is not None
    assert measure.unit == "Celsius"
    assert losses == []
    assert enums.UNIT_TO_WIRE["Celsius"] is wire.UnitOfMeasure.CELSIUS
    assert wire.UnitOfMeasure.CELCIUS not in enums.UNIT_TO_WIRE.values()


def test_every_security_event_name_of_1_6_has_its_2_x_name() -> None:
    """Events whose names contain the old words are renamed, both ways, and nothing else is."""
    assert set(enums.SECURITY_EVENT_TO_HOUSE) == set(enums.SECURITY_EVENT_TO_WIRE.values())
    assert not any("CentralSystem" in name or "ChargePoint" in name for name in enums.SECURITY_EVENT_TO_WIRE)
