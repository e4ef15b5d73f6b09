"""What a newer management system is answered for a 1.6 station, row by row (mapping 10.1)."""

from __future__ import annotations

from typing import Any, Final

from pluglot.dialects.base import Refusal
from tests.bridge.scene import TOKEN, Refused, Row, Scene

UNSUPPORTED: Final = {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedRequest"}}
PARAMETER: Final = {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedParam"}}
INTERVAL: Final = {"component": {"name": "SampledDataCtrlr"}, "variable": {"name": "TxUpdatedInterval"}}
CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
NEWEST: Final = ("2.0", "2.0.1")
NETWORK: Final = {
    "configurationSlot": 1,
    "connectionData": {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppCsmsUrl": "wss://example.com/ocpp",
        "messageTimeout": 30,
        "securityProfile": 2,
        "ocppInterface": "Wired0",
    },
}
HASH: Final = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "1"}


def monitor(component: str, variable: str) -> dict[str, Any]:
    """A request to watch a variable."""
    item = {
        "value": 1,
        "type": "UpperThreshold",
        "severity": 1,
        "component": {"name": component},
        "variable": {"name": variable},
    }
    return {"setMonitoringData": [item]}


def monitored(component: str, variable: str, status: str) -> dict[str, Any]:
    """The answer to it."""
    item = {
        "status": status,
        "type": "UpperThreshold",
        "severity": 1,
        "component": {"name": component},
        "variable": {"name": variable},
    }
    return {"setMonitoringResult": [item]}


def profile(purpose: str, kind: str = "Absolute", **more: Any) -> dict[str, Any]:
    """A charging profile for EVSE 1."""
    schedule = {
        "id": 1,
        "chargingRateUnit": "A",
        "startSchedule": "2026-03-14T09:00:00Z",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10, **more}],
    }
    return {
        "evseId": 1,
        "chargingProfile": {
            "id": 5,
            "stackLevel": 1,
            "chargingProfilePurpose": purpose,
            "chargingProfileKind": kind,
            "chargingSchedule": [schedule],
        },
    }


async def charges(scene: Scene) -> None:
    """A transaction runs."""
    await scene.charges()


async def boots(scene: Scene) -> None:
    """The station is accepted."""
    await scene.boots()


async def has_a_profile(scene: Scene) -> None:
    """A profile was installed through the bridge."""
    await scene.boots()
    answer = await scene.asks("SetChargingProfile", profile("TxDefaultProfile"))
    assert answer.status.value == "Accepted"


async def shows_costs(scene: Scene) -> None:
    """A transaction runs at a station that shows costs."""
    scene.station.configuration["CustomDisplayCostAndPrice"] = "true"
    await scene.charges()


async def knows_plug_and_charge(scene: Scene) -> None:
    """The station takes wrapped messages."""
    scene.station.configuration["ISO15118PnCEnabled"] = "true"
    scene.station.answers["DataTransfer"] = {"status": "Accepted", "data": '{"status":"Accepted"}'}
    await scene.boots()


async def is_plain(scene: Scene) -> None:
    """The station has neither the security extension nor extended triggers."""
    for action in ("InstallCertificate", "DeleteCertificate", "GetInstalledCertificateIds", "ExtendedTriggerMessage"):
        scene.station.answers[action] = Refusal("NotImplemented", action)
    await scene.boots()


async def cannot_trigger(scene: Scene) -> None:
    """The station does not know how to do what a trigger asks."""
    scene.station.answers["TriggerMessage"] = {"status": "NotImplemented"}
    await scene.boots()


def running(scene: Scene) -> dict[str, Any]:
    """The transaction that runs."""
    return {"transactionId": scene.transaction}


def cost(scene: Scene) -> dict[str, Any]:
    """A cost of the transaction that runs."""
    return {"totalCost": 1.5, **running(scene)}


def tariff(scene: Scene) -> dict[str, Any]:
    """Another tariff for the transaction that runs."""
    return {**running(scene), "tariff": {"tariffId": "T", "currency": "EUR"}}


REPORTS: Final = ("NotifyReport",)
ROWS: Final = (
    # --- emulated and mapped
    Row(
        "GetTransactionStatus of a transaction that runs",
        "GetTransactionStatus",
        {"ongoingIndicator": True, "messagesInQueue": False},
        running,
        charges,
    ),
    Row(
        "GetTransactionStatus of an unknown transaction",
        "GetTransactionStatus",
        {"ongoingIndicator": False, "messagesInQueue": False},
        {"transactionId": "nobody-knows"},
    ),
    Row("GetTransactionStatus without an id", "GetTransactionStatus", {"messagesInQueue": False}, {}, charges),
    Row(
        "GetBaseReport",
        "GetBaseReport",
        {"status": "Accepted"},
        {"requestId": 7, "reportBase": "FullInventory"},
        boots,
        far=("GetConfiguration",),
        then=REPORTS,
    ),
    Row(
        "GetReport",
        "GetReport",
        {"status": "Accepted"},
        {"requestId": 7, "componentVariable": [INTERVAL]},
        boots,
        far=("GetConfiguration",),
        then=REPORTS,
    ),
    Row(
        "GetVariables",
        "GetVariables",
        {
            "getVariableResult": [
                {"attributeStatus": "Accepted", "attributeType": "Actual", "attributeValue": "60", **INTERVAL}
            ]
        },
        {"getVariableData": [INTERVAL]},
        far=("GetConfiguration",),
    ),
    Row(
        "SetVariables",
        "SetVariables",
        {"setVariableResult": [{"attributeStatus": "Accepted", "attributeType": "Actual", **INTERVAL}]},
        {"setVariableData": [{"attributeValue": "7", **INTERVAL}]},
        far=("ChangeConfiguration",),
    ),
    Row(
        "GetChargingProfiles without any",
        "GetChargingProfiles",
        {"status": "NoProfiles"},
        {"requestId": 3, "chargingProfile": {"chargingProfilePurpose": "TxDefaultProfile"}},
    ),
    Row(
        "GetChargingProfiles with one",
        "GetChargingProfiles",
        {"status": "Accepted"},
        {"requestId": 3, "chargingProfile": {"chargingProfilePurpose": "TxDefaultProfile"}},
        has_a_profile,
        then=("ReportChargingProfiles",),
    ),
    Row(
        "GetChargingProfiles of another source",
        "GetChargingProfiles",
        {"status": "NoProfiles"},
        {"requestId": 3, "chargingProfile": {"chargingLimitSource": ["EMS"]}},
        has_a_profile,
    ),
    # --- costs and messages to show
    Row("CostUpdated at a station that shows costs", "CostUpdated", {}, cost, shows_costs, far=("DataTransfer",)),
    Row("CostUpdated at any other", "CostUpdated", Refused("NotSupported"), cost, charges),
    Row(
        "SetDisplayMessage",
        "SetDisplayMessage",
        UNSUPPORTED,
        {"message": {"id": 1, "priority": "NormalCycle", "message": {"format": "UTF8", "content": "hello"}}},
    ),
    Row("GetDisplayMessages", "GetDisplayMessages", {"status": "Unknown"}, {"requestId": 1}),
    Row("ClearDisplayMessage", "ClearDisplayMessage", {"status": "Unknown"}, {"id": 1}),
    # --- monitoring
    Row(
        "SetVariableMonitoring of an unknown component",
        "SetVariableMonitoring",
        monitored("Nobody", "Nothing", "UnknownComponent"),
        monitor("Nobody", "Nothing"),
    ),
    Row(
        "SetVariableMonitoring of an unknown variable",
        "SetVariableMonitoring",
        monitored("TxCtrlr", "Nothing", "UnknownVariable"),
        monitor("TxCtrlr", "Nothing"),
    ),
    Row(
        "SetVariableMonitoring of what is known",
        "SetVariableMonitoring",
        monitored("TxCtrlr", "EVConnectionTimeOut", "UnsupportedMonitorType"),
        monitor("TxCtrlr", "EVConnectionTimeOut"),
    ),
    Row(
        "ClearVariableMonitoring",
        "ClearVariableMonitoring",
        {"clearMonitoringResult": [{"status": "NotFound", "id": 4}, {"status": "NotFound", "id": 5}]},
        {"id": [4, 5]},
    ),
    Row("SetMonitoringBase", "SetMonitoringBase", {"status": "NotSupported"}, {"monitoringBase": "All"}),
    Row("SetMonitoringLevel", "SetMonitoringLevel", UNSUPPORTED, {"severity": 5}),
    Row(
        "GetMonitoringReport",
        "GetMonitoringReport",
        {"status": "EmptyResultSet"},
        {"requestId": 1},
        otherwise={"2.0": {"status": "Rejected"}},
        lost_otherwise={"2.0": ("GetMonitoringReport.status",)},
    ),
    # --- people, networks, firmware
    Row(
        "CustomerInformation, report",
        "CustomerInformation",
        UNSUPPORTED,
        {"requestId": 1, "report": True, "clear": False, "customerIdentifier": "me"},
    ),
    Row(
        "CustomerInformation, clear",
        "CustomerInformation",
        UNSUPPORTED,
        {"requestId": 1, "report": False, "clear": True, "idToken": TOKEN},
    ),
    Row("SetNetworkProfile", "SetNetworkProfile", UNSUPPORTED, NETWORK),
    Row(
        "PublishFirmware",
        "PublishFirmware",
        UNSUPPORTED,
        {"location": "https://example.com/f", "checksum": "0" * 32, "requestId": 1},
    ),
    Row("UnpublishFirmware", "UnpublishFirmware", {"status": "NoFirmware"}, {"checksum": "0" * 32}),
    # --- charging profiles that cannot be said (6.15)
    Row(
        "SetChargingProfile with an unsupported purpose",
        "SetChargingProfile",
        {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedPurpose"}},
        profile("PriorityCharging"),
        boots,
        never=NEWEST,
    ),
    Row(
        "SetChargingProfile with an unsupported kind",
        "SetChargingProfile",
        {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedKind"}},
        profile("TxDefaultProfile", "Dynamic"),
        boots,
        never=NEWEST,
    ),
    Row(
        "SetChargingProfile with an unsupported field",
        "SetChargingProfile",
        PARAMETER,
        profile("TxDefaultProfile", numberPhases=1, phaseToUse=2),
        boots,
        never=("2.0",),
    ),
    # --- resets, as in 6.13
    Row("Reset of an EVSE", "Reset", PARAMETER, {"type": "Immediate", "evseId": 1}, never=("2.0",)),
    Row("Reset that resumes", "Reset", PARAMETER, {"type": "ImmediateAndResume"}, never=NEWEST),
    # --- certificates (5.9, 6.21 to 6.23)
    Row(
        "InstallCertificate of V2G without plug and charge",
        "InstallCertificate",
        PARAMETER,
        {"certificateType": "V2GRootCertificate", "certificate": CERTIFICATE},
        boots,
        otherwise={"2.0": {"status": "CertChainError"}},
        lost_otherwise={"2.0": ("InstallCertificate.status", "InstallCertificate.statusInfo")},
    ),
    Row(
        "InstallCertificate of V2G with plug and charge",
        "InstallCertificate",
        {"status": "Accepted"},
        {"certificateType": "V2GRootCertificate", "certificate": CERTIFICATE},
        knows_plug_and_charge,
        far=("DataTransfer",),
    ),
    Row(
        "DeleteCertificate without the security extension",
        "DeleteCertificate",
        {"status": "Failed", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"certificateHashData": HASH},
        is_plain,
        far=("DeleteCertificate",),
    ),
    Row(
        "GetInstalledCertificateIds of mobility operators",
        "GetInstalledCertificateIds",
        {"status": "NotFound"},
        {"certificateType": ["MORootCertificate"]},
        boots,
        lost=("GetInstalledCertificateIds.certificateType",),
    ),
    # --- what only 2.1 asks
    Row(
        "UpdateDynamicSchedule",
        "UpdateDynamicSchedule",
        {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedKind"}},
    ),
    Row(
        "UsePriorityCharging",
        "UsePriorityCharging",
        {"status": "NoProfile", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
    ),
    Row("NotifyAllowedEnergyTransfer", "NotifyAllowedEnergyTransfer", UNSUPPORTED),
    Row("SetDefaultTariff", "SetDefaultTariff", UNSUPPORTED),
    Row("GetTariffs", "GetTariffs", {"status": "NoTariff", "statusInfo": {"reasonCode": "UnsupportedRequest"}}),
    Row(
        "ClearTariffs by name",
        "ClearTariffs",
        {"clearTariffsResult": [{"tariffId": "a", "status": "NoTariff"}, {"tariffId": "b", "status": "NoTariff"}]},
        {"tariffIds": ["a", "b"]},
    ),
    Row("ClearTariffs of all", "ClearTariffs", {"clearTariffsResult": [{"status": "NoTariff"}]}, {}),
    Row("ChangeTransactionTariff of an unknown transaction", "ChangeTransactionTariff", {"status": "TxNotFound"}),
    Row("ChangeTransactionTariff", "ChangeTransactionTariff", {"status": "Rejected"}, tariff, charges),
    Row(
        "SetDERControl", "SetDERControl", {"status": "NotSupported", "statusInfo": {"reasonCode": "UnsupportedRequest"}}
    ),
    Row(
        "GetDERControl", "GetDERControl", {"status": "NotSupported", "statusInfo": {"reasonCode": "UnsupportedRequest"}}
    ),
    Row(
        "ClearDERControl",
        "ClearDERControl",
        {"status": "NotSupported", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
    ),
    Row("AFRRSignal", "AFRRSignal", UNSUPPORTED),
    Row("GetPeriodicEventStream", "GetPeriodicEventStream", {}, lost=("GetPeriodicEventStream.",)),
    Row("AdjustPeriodicEventStream", "AdjustPeriodicEventStream", UNSUPPORTED),
    Row("RequestBatterySwap", "RequestBatterySwap", UNSUPPORTED),
    Row("NotifyWebPaymentStarted", "NotifyWebPaymentStarted", {}, lost=("NotifyWebPaymentStarted.",)),
    # --- triggers, as in 6.18
    Row(
        "TriggerMessage that the station does not know",
        "TriggerMessage",
        {"status": "NotImplemented"},
        {"requestedMessage": "Heartbeat"},
        cannot_trigger,
        far=("TriggerMessage",),
    ),
    Row(
        "TriggerMessage for publishing",
        "TriggerMessage",
        {"status": "NotImplemented", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"requestedMessage": "PublishFirmwareStatusNotification"},
        never=("2.0",),
    ),
    Row(
        "TriggerMessage for a combined certificate",
        "TriggerMessage",
        {"status": "NotImplemented", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"requestedMessage": "SignCombinedCertificate"},
        never=("2.0",),
    ),
    Row(
        "TriggerMessage for a V2G certificate",
        "TriggerMessage",
        {"status": "NotImplemented", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"requestedMessage": "SignV2GCertificate"},
        boots,
        never=("2.0",),
    ),
    Row(
        "TriggerMessage for the station's own certificate without the extension",
        "TriggerMessage",
        {"status": "NotImplemented", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"requestedMessage": "SignChargingStationCertificate"},
        is_plain,
        far=("ExtendedTriggerMessage",),
    ),
    Row(
        "TriggerMessage of another kind",
        "TriggerMessage",
        {"status": "NotImplemented", "statusInfo": {"reasonCode": "UnsupportedRequest"}},
        {"requestedMessage": "CustomTrigger", "customTrigger": "x"},
        never=NEWEST,
    ),
)
