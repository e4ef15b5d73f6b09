"""What has no counterpart is answered with the most specific legal no: one row each (mapping 10, 16.10)."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Refusal, csms_half, station_half
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import NOW, accepting, carry, message, seeded, shown
from tests.dialects.samples import Sampler, is_valid

#: 10.1: a 2.1 request to a 1.6 station, and what of its answer says no. The station itself is not asked.
TO_A_STATION: list[tuple[str, dict[str, Any] | None, dict[str, Any]]] = [
    ("GetTransactionStatus", {"transactionId": "x"}, {"ongoingIndicator": False, "messagesInQueue": False}),
    ("GetTransactionStatus", {}, {"messagesInQueue": False}),
    ("GetChargingProfiles", None, {"status": "NoProfiles"}),
    ("SetDisplayMessage", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("GetDisplayMessages", None, {"status": "Unknown"}),
    ("ClearDisplayMessage", None, {"status": "Unknown"}),
    ("SetVariableMonitoring", None, {"setMonitoringResult.0.status": "UnknownComponent"}),
    (
        "SetVariableMonitoring",
        {
            "setMonitoringData": [
                {
                    "value": 1,
                    "type": "UpperThreshold",
                    "severity": 1,
                    "component": {"name": "TxCtrlr"},
                    "variable": {"name": "EVConnectionTimeOut"},
                }
            ]
        },
        {"setMonitoringResult.0.status": "UnsupportedMonitorType"},
    ),
    (
        "SetVariableMonitoring",
        {
            "setMonitoringData": [
                {
                    "value": 1,
                    "type": "UpperThreshold",
                    "severity": 1,
                    "component": {"name": "TxCtrlr"},
                    "variable": {"name": "Nothing"},
                }
            ]
        },
        {"setMonitoringResult.0.status": "UnknownVariable"},
    ),
    (
        "ClearVariableMonitoring",
        {"id": [4, 5]},
        {"clearMonitoringResult.0.status": "NotFound", "clearMonitoringResult.1.id": 5},
    ),
    ("SetMonitoringBase", None, {"status": "NotSupported"}),
    ("SetMonitoringLevel", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("GetMonitoringReport", None, {"status": "EmptyResultSet"}),
    ("CustomerInformation", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("SetNetworkProfile", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("PublishFirmware", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("UnpublishFirmware", None, {"status": "NoFirmware"}),
    ("Reset", {"type": "Immediate", "evseId": 1}, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedParam"}),
    ("Reset", {"type": "ImmediateAndResume"}, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedParam"}),
    (
        "InstallCertificate",
        {"certificateType": "V2GRootCertificate", "certificate": "x"},
        {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedParam"},
    ),
    ("GetInstalledCertificateIds", {"certificateType": ["MORootCertificate"]}, {"status": "NotFound"}),
    (
        "CertificateSigned",
        {"certificateChain": "x", "certificateType": "V2GCertificate"},
        {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedParam"},
    ),
    ("UpdateDynamicSchedule", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedKind"}),
    ("UsePriorityCharging", None, {"status": "NoProfile"}),
    ("NotifyAllowedEnergyTransfer", None, {"status": "Rejected"}),
    ("SetDefaultTariff", None, {"status": "Rejected", "statusInfo.reasonCode": "UnsupportedRequest"}),
    ("GetTariffs", None, {"status": "NoTariff"}),
    ("ClearTariffs", {"tariffIds": ["a", "b"]}, {"clearTariffsResult.1.status": "NoTariff"}),
    ("ClearTariffs", {}, {"clearTariffsResult.0.status": "NoTariff"}),
    ("ChangeTransactionTariff", None, {"status": "TxNotFound"}),
    ("SetDERControl", None, {"status": "NotSupported"}),
    ("GetDERControl", None, {"status": "NotSupported"}),
    ("ClearDERControl", None, {"status": "NotSupported"}),
    ("AFRRSignal", None, {"status": "Rejected"}),
    ("GetPeriodicEventStream", None, {}),
    ("AdjustPeriodicEventStream", None, {"status": "Rejected"}),
    ("RequestBatterySwap", None, {"status": "Rejected"}),
    ("NotifyWebPaymentStarted", None, {}),
    ("TriggerMessage", {"requestedMessage": "CustomTrigger", "customTrigger": "x"}, {"status": "NotImplemented"}),
    ("TriggerMessage", {"requestedMessage": "SignV2GCertificate"}, {"status": "NotImplemented"}),
    ("TriggerMessage", {"requestedMessage": "PublishFirmwareStatusNotification"}, {"status": "NotImplemented"}),
]

#: 10.2: what a 2.x station is answered where a 1.6 management system cannot be told.
FROM_A_STATION: list[tuple[str, dict[str, Any] | None, dict[str, Any]]] = [
    ("NotifyReport", None, {}),
    ("NotifyMonitoringReport", None, {}),
    ("ReportChargingProfiles", None, {}),
    ("NotifyCustomerInformation", None, {}),
    ("NotifyDisplayMessages", None, {}),
    ("NotifyEvent", None, {}),
    ("ReservationStatusUpdate", None, {}),
    ("NotifyChargingLimit", None, {}),
    ("ClearedChargingLimit", None, {}),
    ("NotifyEVChargingNeeds", None, {"status": "NoChargingProfile"}),
    ("NotifyEVChargingSchedule", None, {"status": "Accepted"}),
    ("PublishFirmwareStatusNotification", None, {}),
    ("SecurityEventNotification", None, {}),
    ("SignCertificate", {"csr": "x"}, {"status": "Rejected"}),
    ("SignCertificate", {"csr": "x", "certificateType": "V2GCertificate"}, {"status": "Rejected"}),
    ("Get15118EVCertificate", None, {"status": "Failed", "exiResponse": ""}),
    ("GetCertificateStatus", None, {"status": "Failed"}),
    ("GetCertificateChainStatus", None, {"certificateStatus.0.status": "Failed"}),
    ("NotifyPriorityCharging", None, {}),
    ("NotifyDERAlarm", None, {}),
    ("NotifyDERStartStop", None, {}),
    ("ReportDERControl", None, {}),
    ("BatterySwap", None, {}),
    ("NotifySettlement", None, {}),
    ("ClosePeriodicEventStream", None, {}),
    ("OpenPeriodicEventStream", None, {"status": "Rejected"}),
    ("PullDynamicScheduleUpdate", None, {"status": "Rejected"}),
    ("VatNumberValidation", {"vatNumber": "NL1"}, {"status": "Rejected", "vatNumber": "NL1"}),
]


def _request(action: str, payload: dict[str, Any] | None) -> Any:
    if payload is None:
        return Sampler(3).message(house.ACTIONS[action].request, fullness=0.0)
    return message(f"v21:{action}Request", payload)


def _at(tree: Any, path: str) -> Any:
    for step in path.split("."):
        tree = tree[int(step)] if step.isdecimal() else tree[step]
    return tree


def _says(answer: Any, expected: dict[str, Any]) -> None:
    assert not isinstance(answer, Refusal), answer
    assert is_valid("v21", answer)
    tree = shown(answer)
    for path, value in expected.items():
        assert _at(tree, path) == value, tree
    if not expected:
        assert tree == {}


def _names(row: tuple[str, Any, Any]) -> str:
    return row[0]


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", TO_A_STATION, ids=_names)
def test_a_1_6_station_is_answered_for(row: tuple[str, Any, Any]) -> None:
    """The answer is a legal no of the right type, and the station is not bothered."""
    action, payload, expected = row
    half = station_half("1.6", identity="CS1", random=seeded())
    half.connected(now=NOW)
    carried = carry(half.outward(_request(action, payload), now=NOW), house=accepting)
    assert carried.peer == []
    _says(carried.answer, expected)


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", FROM_A_STATION, ids=_names)
def test_a_1_6_management_system_is_answered_for(row: tuple[str, Any, Any]) -> None:
    """The station gets a legal answer although the management system knows no such message; the loss is shown."""
    action, payload, expected = row
    half = csms_half("1.6", identity="CS1", random=seeded())
    carried = carry(half.outward(_request(action, payload), now=NOW), peer=_knows_nothing)
    _says(carried.answer, expected)
    if action not in {"NotifyReport", "NotifyEvent"}:
        assert carried.losses, "nobody would know"


def _knows_nothing(request: Any) -> Any:
    return Refusal("NotImplemented", request.action)


def test_costs_cannot_be_refused_by_a_status() -> None:
    """CostUpdated has no status, so a station that shows no costs is refused by an error."""
    half = station_half("1.6", identity="CS1", random=seeded())
    carried = carry(half.outward(_request("CostUpdated", None), now=NOW))
    assert carried.answer.code == "NotSupported"


def test_a_stream_that_nobody_reads_is_not_answered() -> None:
    """NotifyPeriodicEventStream has no response at all."""
    half = csms_half("1.6", identity="CS1", random=seeded())
    carried = carry(half.outward(_request("NotifyPeriodicEventStream", None), now=NOW))
    assert carried.answer is None
    assert carried.peer == []


#: 6.x and 10.3: what a far side without the feature makes of a request of a 1.6 management system.
WITHOUT: list[tuple[Any, dict[str, Any]]] = [
    (wire.GetLocalListVersionRequest(), {"listVersion": -1}),
    (wire.SendLocalListRequest(list_version=1, update_type=wire.UpdateType.FULL), {"status": "NotSupported"}),
    (wire.SendLocalListRequest(list_version=0, update_type=wire.UpdateType.FULL), {"status": "Failed"}),
    (wire.ClearChargingProfileRequest(id=1), {"status": "Unknown"}),
    (wire.ClearChargingProfileRequest(connector_id=9), {"status": "Unknown"}),
    (wire.GetCompositeScheduleRequest(connector_id=0, duration=60), {"status": "Rejected"}),
    (wire.GetCompositeScheduleRequest(connector_id=9, duration=60), {"status": "Rejected"}),
    (wire.UnlockConnectorRequest(connector_id=0), {"status": "NotSupported"}),
    (wire.UnlockConnectorRequest(connector_id=9), {"status": "NotSupported"}),
    (wire.ReserveNowRequest(connector_id=9, expiry_date=NOW, id_tag="a", reservation_id=1), {"status": "Rejected"}),
    (wire.RemoteStartTransactionRequest(connector_id=0, id_tag="a"), {"status": "Rejected"}),
    (wire.RemoteStopTransactionRequest(transaction_id=5), {"status": "Rejected"}),
    (wire.ChangeConfigurationRequest(key="Nothing", value="1"), {"status": "NotSupported"}),
    (wire.ChangeConfigurationRequest(key="SecurityProfile", value="2"), {"status": "Rejected"}),
    (wire.ChangeAvailabilityRequest(connector_id=9, type=wire.AvailabilityType.OPERATIVE), {"status": "Rejected"}),
    (wire.UpdateFirmwareRequest(location="ftp://x", retrieve_date=NOW), {}),
]


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", WITHOUT, ids=lambda row: row[0].action)
def test_a_1_6_management_system_hears_no_in_its_own_words(row: tuple[Any, dict[str, Any]]) -> None:
    """Where the 2.x station lacks something, the 1.6 answer has the status that says so."""
    request, expected = row
    half = csms_half("1.6", identity="CS1", random=seeded())
    carried = carry(half.inward(request, now=NOW), house=lambda one: Refusal("NotSupported", one.action), peer=_empty)
    assert shown(carried.answer) == expected


def _empty(request: Any) -> Any:
    response = wire.ACTIONS[request.action].response
    assert response is not None
    return Sampler(1).message(response, fullness=0.0)
