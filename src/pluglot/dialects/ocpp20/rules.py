"""Where OCPP 2.0 and 2.0.1 differ: the words, the names, and what one of them must be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pluglot.dialects.conversion import Rules
from pluglot.dialects.ocpp20 import reshaping, wire
from pluglot.dialects.ocpp20.reshaping import UNNUMBERED
from pluglot.dialects.ocpp201 import wire as newer
from pluglot.messages import CertificateAction, EventNotification

#: Messages whose id of a request may be absent in 2.0.
MAYBE_UNNUMBERED: Final = (
    *("GetChargingProfilesRequest", "GetMonitoringReportRequest", "GetReportRequest"),
    *("NotifyCustomerInformationRequest", "NotifyMonitoringReportRequest", "NotifyReportRequest"),
    "ReportChargingProfilesRequest",
)

#: Enum of 2.0 -> value -> what 2.0.1 calls the same thing.
SAME_BY_OTHER_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ChargingState": {"EVDetected": "EVConnected"},
    "EnergyTransferMode": {
        "AC_single_phase_core": "AC_single_phase",
        "AC_three_phase_core": "AC_three_phase",
        "DC_extended": "DC",
    },
    "GetCertificateIdUse": {"V2GRootCertficate": "V2GRootCertificate"},
    "GetCertificateStatus": {"Rejected": "Failed"},
    "InstallCertificateUse": {"V2GRootCertficate": "V2GRootCertificate"},
    "MonitoringBase": {"None": "HardWiredOnly"},
}

#: 2.0 values that 2.0.1 has no word for -> the nearest. Others refuse the message, or fall with their field.
UP_FALLBACKS: Final[Mapping[str, Mapping[str, str]]] = {
    "EnergyTransferMode": {"DC_combo_core": "DC", "DC_core": "DC", "DC_unique": "DC"},
    "FirmwareStatus": {
        "CertificateVerified": "DownloadScheduled",
        "InvalidCertificate": "InvalidSignature",
        "RevokedCertificate": "InvalidSignature",
        "PublishFailed": "InstallationFailed",
    },
    "Reason": {"UnlockCommand": "Other"},
}

#: 2.0.1 values that 2.0 has no word for -> the nearest.
DOWN_FALLBACKS: Final[Mapping[str, Mapping[str, str]]] = {
    "EnergyTransferMode": {"AC_two_phase": "AC_three_phase_core"},
    "GenericDeviceModelStatus": {"EmptyResultSet": "Rejected"},
    "IdTokenType": {"MacAddress": "Central"},
    "InstallCertificateStatus": {"Failed": "CertChainError", "Rejected": "CertChainError"},
    "TriggerReason": {
        "AbnormalCondition": "ChargingStateChanged",
        "ResetCommand": "RemoteStop",
        "SignedDataReceived": "MeterValuePeriodic",
    },
    "UnlockStatus": {"OngoingAuthorizedTransaction": "UnlockFailed", "UnknownConnector": "UnlockFailed"},
    "UpdateFirmwareStatus": {"InvalidCertificate": "Rejected", "RevokedCertificate": "Rejected"},
    "UploadLogStatus": {"AcceptedCanceled": "UploadFailure"},
}

#: (type, field of 2.0, field of 2.0.1), both as they are on the wire.
RENAMED: Final = (
    ("CertificateSignedRequest", "cert", "certificateChain"),
    ("CertificateSignedRequest", "typeOfCertificate", "certificateType"),
    ("ChangeAvailabilityRequest", "evseId", "evse"),
    ("SignCertificateRequest", "typeOfCertificate", "certificateType"),
    ("Transaction", "id", "transactionId"),
    ("TransactionEventRequest", "transactionData", "transactionInfo"),
    ("VariableAttribute", "persistence", "persistent"),
)


def _python_names(module: Any, type_: str) -> Mapping[str, str]:
    kind = getattr(module, type_)
    return dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))


def _security_profile(profile: wire.NetworkConnectionProfile | newer.NetworkConnectionProfile) -> int:
    """2.0 does not say how to log in there: with a password, and encrypted where the address is."""
    return 2 if profile.ocpp_csms_url.lower().startswith(("wss:", "https:")) else 1


def _event_notification(event: wire.EventData | newer.EventData) -> EventNotification:
    """2.0 shows what set off an event by the monitor it brings along."""
    monitor = event.variable_monitoring_event if isinstance(event, wire.EventData) else event.variable_monitoring_id
    return EventNotification.HARD_WIRED_NOTIFICATION if monitor is None else EventNotification.CUSTOM_MONITOR


FROM_20: Final = Rules(
    house_is_source=False,
    enum_words=SAME_BY_OTHER_WORDS,
    enum_fallbacks=UP_FALLBACKS,
    renamed={(type_, old): _python_names(newer, type_)[new] for type_, old, new in RENAMED}
    | {("EventData", "variableMonitoringEvent"): "variable_monitoring_id"},
    reshaped=reshaping.UP,
    rebuilt=reshaping.REBUILT_UP,
    defaults={
        ("CalculatedChargingSchedule", "id"): 1,
        ("ChargingSchedule", "id"): 1,
        ("EventData", "eventNotificationType"): _event_notification,
        ("Get15118EVCertificateRequest", "action"): CertificateAction.INSTALL,
        ("NetworkConnectionProfile", "securityProfile"): _security_profile,
        ("OCSPRequestData", "responderURL"): "",
        ("PublishFirmwareRequest", "requestId"): UNNUMBERED,
        ("SalesTariffEntry", "relativeTimeInterval"): newer.RelativeTimeInterval(start=0),
    }
    | {(message, "requestId"): UNNUMBERED for message in MAYBE_UNNUMBERED},
    expendable=frozenset({"AdditionalInfo", "SignedMeterValue"}),
)

_NO_CHAIN: Final = wire.CertificateChain(certificate="")

TO_20: Final = Rules(
    house_is_source=True,
    enum_words={name: {new: old for old, new in words.items()} for name, words in SAME_BY_OTHER_WORDS.items()},
    enum_fallbacks=DOWN_FALLBACKS,
    renamed={(type_, new): _python_names(wire, type_)[old] for type_, old, new in RENAMED},
    reshaped={**reshaping.DOWN, **{(message, "requestId"): reshaping.number for message in MAYBE_UNNUMBERED}},
    rebuilt=reshaping.REBUILT_DOWN,
    defaults={
        ("EventData", "cleared"): False,
        ("Get15118EVCertificateResponse", "contractSignatureCertificateChain"): _NO_CHAIN,
        ("Get15118EVCertificateResponse", "saProvisioningCertificateChain"): _NO_CHAIN,
        ("VariableAttribute", "constant"): False,
        ("VariableAttribute", "persistence"): False,
        ("VariableAttribute", "value"): "",
    }
    | {
        (request, "tbc"): False
        for request in (
            *("NotifyCustomerInformationRequest", "NotifyDisplayMessagesRequest", "NotifyEventRequest"),
            *("NotifyMonitoringReportRequest", "NotifyReportRequest"),
        )
    },
    # Stations may cut these themselves, as far as their ReportingValueSize says.
    truncated=frozenset(
        {("EventData", "actualValue"), ("GetVariableResult", "attributeValue"), ("VariableAttribute", "value")}
    ),
    carrying=frozenset(
        {
            # A sample without its measurand would be read as imported energy.
            ("SampledValue", "measurand"),
            ("SampledValue", "location"),
            # Accepted without what was asked for says nothing.
            ("Get15118EVCertificateResponse", "exiResponse"),
            ("GetCertificateStatusResponse", "ocspResult"),
        }
    ),
    # Resetting one EVSE is not resetting the station.
    meaningful={("ResetRequest", "evseId"): ()},
    # What is filled in on the way up is no loss on the way down.
    implied={
        ("ChargingSchedule", "id"): 1,
        ("EventData", "eventNotificationType"): _event_notification,
        ("Get15118EVCertificateRequest", "action"): CertificateAction.INSTALL,
        ("NetworkConnectionProfile", "securityProfile"): _security_profile,
        ("PublishFirmwareRequest", "requestId"): UNNUMBERED,
    },
    expendable=frozenset({"AdditionalInfo", "SignedMeterValue"}),
)
