"""OCPP 1.6 over SOAP: the messages of ``wire`` that have a WSDL, and the order of their elements (mapping 12.2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pluglot.dialects.ocpp16 import wire
from pluglot.messages.action import Action

#: The security extension exists in JSON only.
JSON_ONLY: Final = frozenset(
    {
        "CertificateSigned",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetInstalledCertificateIds",
        "GetLog",
        "InstallCertificate",
        "LogStatusNotification",
        "SecurityEventNotification",
        "SignCertificate",
        "SignedFirmwareStatusNotification",
        "SignedUpdateFirmware",
    }
)
ACTIONS: Final[Mapping[str, Action]] = {name: row for name, row in wire.ACTIONS.items() if name not in JSON_ONLY}

#: The sequence of each type whose fields are defined in another order.
SEQUENCES: Final[Mapping[type, tuple[str, ...]]] = {
    wire.ChargingProfile: (
        "chargingProfileId",
        "transactionId",
        "stackLevel",
        "chargingProfilePurpose",
        "chargingProfileKind",
        "recurrencyKind",
        "validFrom",
        "validTo",
        "chargingSchedule",
    ),
    wire.ChargingSchedule: (
        "duration",
        "startSchedule",
        "chargingRateUnit",
        "chargingSchedulePeriod",
        "minChargingRate",
    ),
    wire.GetDiagnosticsRequest: ("location", "startTime", "stopTime", "retries", "retryInterval"),
    wire.MeterValuesRequest: ("connectorId", "transactionId", "meterValue"),
    wire.RemoteStartTransactionRequest: ("connectorId", "idTag", "chargingProfile"),
    wire.ReserveNowRequest: ("connectorId", "expiryDate", "idTag", "parentIdTag", "reservationId"),
    wire.SendLocalListRequest: ("listVersion", "localAuthorizationList", "updateType"),
    wire.StartTransactionRequest: ("connectorId", "idTag", "timestamp", "meterStart", "reservationId"),
    wire.StartTransactionResponse: ("transactionId", "idTagInfo"),
    wire.StatusNotificationRequest: (
        "connectorId",
        "status",
        "errorCode",
        "info",
        "timestamp",
        "vendorId",
        "vendorErrorCode",
    ),
    wire.StopTransactionRequest: ("transactionId", "idTag", "timestamp", "meterStop", "reason", "transactionData"),
    wire.UpdateFirmwareRequest: ("retrieveDate", "location", "retries", "retryInterval"),
}

#: Units that JSON has and the WSDL has not.
SUBSTITUTES: Final[Mapping[StrEnum, StrEnum | None]] = {
    wire.UnitOfMeasure.CELCIUS: wire.UnitOfMeasure.CELSIUS,
    wire.UnitOfMeasure.HERTZ: None,
}
