"""What only 1.6 has, through a bridge to each newer version and back, row by row (mapping 10.3)."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects.base import Refusal
from tests.bridge.peers import at
from tests.bridge.scene import TOKEN, Scene

pytestmark = pytest.mark.requirement("BRG-01")
NEWER = ("2.0", "2.0.1", "2.1")
newer = pytest.mark.parametrize("version", NEWER)
EVENT = {"evse": {"id": 1, "connectorId": 1}}


def lost(scene: Scene) -> list[str]:
    """What was reported as lost."""
    return [f"{loss.action}.{loss.field}" for loss in scene.world.losses]


def heard(peer: Any, action: str) -> list[dict[str, Any]]:
    """What a peer heard of one action."""
    return [said for name, said in peer.heard if name == action]


async def tells_event(scene: Scene, kind: str, seq_no: int, **more: Any) -> Any:
    """An event of transaction T of the newer station."""
    information = {"transactionId": "T", **more.pop("transactionInfo", {})}
    return await scene.tells(
        "TransactionEvent",
        {
            "eventType": kind,
            "timestamp": at(seq_no),
            "triggerReason": {"Started": "CablePluggedIn", "Ended": "EVDeparted"}.get(kind, "ChargingStateChanged"),
            "seqNo": seq_no,
            "transactionInfo": information,
            **more,
        },
    )


def register(value: int, context: str, minutes: int) -> list[dict[str, Any]]:
    """A register reading of 2.1."""
    return [{"timestamp": at(minutes), "sampledValue": [{"value": value, "context": context}]}]


async def charges_anew(scene: Scene) -> None:
    """A transaction runs at the newer station, and the 1.6 management system has its number."""
    await scene.tells(
        "StatusNotification", {"timestamp": at(0), "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}
    )
    await tells_event(
        scene,
        "Started",
        0,
        idToken=TOKEN,
        meterValue=register(1000, "Transaction.Begin", 0),
        transactionInfo={"chargingState": "Charging"},
        **EVENT,
    )


# --- status detail -------------------------------------------------------------------------------------------------


@newer
@pytest.mark.parametrize("status", ["Preparing", "Finishing"])
async def test_a_finer_status_is_said_as_occupied_and_shown_as_a_loss(version: str, status: str) -> None:
    """2.x has one word for both; what was meant is listed."""
    scene = Scene("1.6", version)
    await scene.boots()
    await scene.tells_16("StatusNotification", connectorId=1, errorCode="NoError", status=status, timestamp=at(1))
    (said,) = [one for one in scene.csms.meant if one.action == "StatusNotification"]
    assert said.connector_status is house.ConnectorStatus.OCCUPIED
    assert [(loss.field, loss.value) for loss in scene.world.losses] == [("status", status)]


@newer
async def test_a_finer_status_is_worked_out_for_a_1_6_management_system(version: str) -> None:
    """A cable without a driver is Preparing, an ended transaction with its cable in is Finishing."""
    scene = Scene(version, "1.6")
    await scene.tells(
        "StatusNotification", {"timestamp": at(0), "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
    )
    await tells_event(scene, "Started", 0, transactionInfo={"chargingState": "EVConnected"}, **EVENT)
    begin = register(1000, "Transaction.Begin", 1)
    await tells_event(
        scene, "Updated", 1, idToken=TOKEN, meterValue=begin, transactionInfo={"chargingState": "Charging"}
    )
    await tells_event(
        scene, "Ended", 2, meterValue=register(2000, "Transaction.End", 2), transactionInfo={"stoppedReason": "Local"}
    )
    statuses = [said["status"] for said in heard(scene.csms, "StatusNotification") if said["connectorId"] == 1]
    assert statuses == ["Available", "Preparing", "Charging", "Finishing"]


# --- measurands ----------------------------------------------------------------------------------------------------


@newer
@pytest.mark.parametrize(("measurand", "unit"), [("Temperature", "Celsius"), ("RPM", None)])
async def test_a_measurand_without_a_place_is_shown_as_a_loss(version: str, measurand: str, unit: str | None) -> None:
    """The other samples of the message arrive."""
    scene = Scene("1.6", version)
    await scene.charges()
    scene.csms.meant.clear()
    odd = {"value": "41", "measurand": measurand} | ({} if unit is None else {"unit": unit})
    samples = [{"value": "1500", "unit": "Wh"}, odd]
    await scene.tells_16(
        "MeterValues",
        connectorId=1,
        transactionId=scene.number,
        meterValue=[{"timestamp": at(3), "sampledValue": samples}],
    )
    (event,) = scene.csms.meant
    assert [sample.value for value in event.meter_value for sample in value.sampled_value] == [1500]
    assert [loss.action for loss in scene.world.losses] == ["MeterValues"]
    assert measurand in str(scene.world.losses[0])


# --- what a boot says ----------------------------------------------------------------------------------------------


@newer
async def test_what_a_boot_says_of_the_meter_is_in_the_device_model(version: str) -> None:
    """It is listed as lost from the boot, and a report has it."""
    scene = Scene("1.6", version)
    await scene.tells_16(
        "BootNotification",
        chargePointVendor="Elsewhere",
        chargePointModel="E-16",
        chargePointSerialNumber="P-1",
        chargeBoxSerialNumber="B-1",
        meterType="M-3",
        meterSerialNumber="M-3-7",
    )
    assert lost(scene) == [
        f"BootNotification.{field}" for field in ("chargeBoxSerialNumber", "meterType", "meterSerialNumber")
    ]
    await scene.asks("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})
    told = {
        (entry.component.name, entry.variable.name): entry.variable_attribute[0].value
        for one in scene.csms.meant
        if one.action == "NotifyReport"
        for entry in one.report_data
    }
    assert (told["FiscalMetering", "Model"], told["FiscalMetering", "SerialNumber"]) == ("M-3", "M-3-7")


@newer
async def test_the_meter_of_the_device_model_is_in_the_boot(version: str) -> None:
    """What a report told of the meter is said with the next boot to a 1.6 management system."""
    scene = Scene(version, "1.6")
    characteristics = {"dataType": "string", "supportsMonitoring": False}
    data = [
        {
            "component": {"name": "FiscalMetering"},
            "variable": {"name": name},
            "variableAttribute": [{"value": value}],
            "variableCharacteristics": characteristics,
        }
        for name, value in (("Model", "M-3"), ("SerialNumber", "M-3-7"))
    ]
    await scene.tells(
        "NotifyReport", {"requestId": 1, "generatedAt": at(0), "seqNo": 0, "tbc": False, "reportData": data}
    )
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Elsewhere", "model": "E-2"}}
    await scene.tells("BootNotification", boot)
    (said,) = heard(scene.csms, "BootNotification")
    assert (said["meterType"], said["meterSerialNumber"]) == ("M-3", "M-3-7")


# --- keys ----------------------------------------------------------------------------------------------------------

LIGHT = {"component": {"name": "OCPP16LegacyCtrlr"}, "variable": {"name": "LightIntensity"}}


@newer
async def test_a_key_without_a_variable_is_in_the_legacy_component(version: str) -> None:
    """It can be read and written there."""
    scene = Scene("1.6", version)
    await scene.boots()
    got = await scene.asks("GetVariables", {"getVariableData": [LIGHT]})
    assert [one.attribute_value for one in got.get_variable_result] == ["80"]
    await scene.asks("SetVariables", {"setVariableData": [{"attributeValue": "40", **LIGHT}]})
    assert scene.station.heard[-1] == ("ChangeConfiguration", {"key": "LightIntensity", "value": "40"})


@newer
@pytest.mark.parametrize("key", ["BlinkRepeat", "LightIntensity"])
async def test_a_key_that_a_newer_station_lacks_is_unknown(version: str, key: str) -> None:
    """A 1.6 management system is told that there is no such key."""
    scene = Scene(version, "1.6")
    got = await scene.asks_16("GetConfiguration", key=[key])
    assert (got.unknown_key, got.configuration_key or ()) == ((key,), ())
    answer = await scene.asks_16("ChangeConfiguration", key=key, value="1")
    assert answer.status.value == "NotSupported"


# --- NotSupported --------------------------------------------------------------------------------------------------

PROFILE = {
    "chargingProfileId": 5,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]},
}
PROFILE_21 = {
    "evseId": 1,
    "chargingProfile": {
        "id": 5,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [
            {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
        ],
    },
}
#: 2.1 request, what a 1.6 station answers with NotSupported, and the newer answer with its reason.
NOT_SUPPORTED = [
    ("SendLocalList", {"versionNumber": 3, "updateType": "Full"}, "SendLocalList", "Failed"),
    ("SetChargingProfile", PROFILE_21, "SetChargingProfile", "Rejected"),
    ("UnlockConnector", {"evseId": 1, "connectorId": 1}, "UnlockConnector", "UnlockFailed"),
]


@newer
@pytest.mark.parametrize(("action", "payload", "old", "expected"), NOT_SUPPORTED, ids=lambda value: str(value)[:18])
async def test_not_supported_is_a_refusal_with_a_reason(
    version: str, action: str, payload: Any, old: str, expected: str
) -> None:
    """Where 2.x has no such status, it hears a no and why; 2.0 has no place for why, which is listed."""
    scene = Scene("1.6", version)
    await scene.boots()
    await scene.tells_16("StatusNotification", connectorId=1, errorCode="NoError", status="Available", timestamp=at(0))
    scene.station.answers[old] = {"status": "NotSupported"}
    scene.world.losses.clear()
    answer = await scene.asks(action, payload)
    assert answer.status.value == expected
    if version == "2.0":
        assert lost(scene) == [f"{action}.statusInfo"]
    else:
        assert answer.status_info.reason_code == "UnsupportedRequest"
        assert lost(scene) == []


@newer
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("SendLocalList", {"listVersion": 3, "updateType": "Full"}),
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": PROFILE}),
        ("UnlockConnector", {"connectorId": 9}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_1_6_management_system_hears_not_supported(version: str, action: str, payload: Any) -> None:
    """A newer station that does not know the message, or the connector, is one that does not support it."""
    scene = Scene(version, "1.6")
    await scene.tells(
        "StatusNotification", {"timestamp": at(0), "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
    )
    answer = await scene.asks_16(action, **payload)
    assert answer.status.value == "NotSupported"


# --- resets and unlocks that stop transactions ---------------------------------------------------------------------


@newer
async def test_a_soft_reset_waits_for_the_last_transaction(version: str) -> None:
    """OnIdle is scheduled by the bridge, and sent when nobody charges any more; a 1.6 station would stop them."""
    scene = Scene("1.6", version)
    await scene.charges()
    answer = await scene.asks("Reset", {"type": "OnIdle"})
    assert answer.status.value == "Scheduled"
    assert heard(scene.station, "Reset") == []
    await scene.tells_16("StopTransaction", transactionId=scene.number, meterStop=2000, timestamp=at(9))
    await scene.time_passes()
    assert heard(scene.station, "Reset") == [{"type": "Soft"}]


@newer
@pytest.mark.parametrize(("charging", "expected"), [(True, "Immediate"), (False, "OnIdle")])
async def test_a_soft_reset_ends_transactions_of_a_newer_station(version: str, charging: bool, expected: str) -> None:
    """A 1.6 management system that resets softly means that transactions end gracefully."""
    scene = Scene(version, "1.6")
    scene.thoughts["Reset"] = lambda _: house.ResetResponse(status=house.ResetStatus.ACCEPTED)
    if charging:
        await charges_anew(scene)
    answer = await scene.asks_16("Reset", type="Soft")
    assert answer.status.value == "Accepted"
    assert [one.type.value for one in scene.station.meant if one.action == "Reset"] == [expected]


@newer
async def test_a_connector_in_use_is_not_unlocked(version: str) -> None:
    """A 1.6 station would stop the transaction, which 2.x does not want: it is answered and not asked."""
    scene = Scene("1.6", version)
    await scene.charges()
    scene.world.losses.clear()
    answer = await scene.asks("UnlockConnector", {"evseId": 1, "connectorId": 1})
    old = version == "2.0"
    assert answer.status.value == ("UnlockFailed" if old else "OngoingAuthorizedTransaction")
    assert lost(scene) == (["UnlockConnector.status"] if old else [])
    assert heard(scene.station, "UnlockConnector") == []


@newer
async def test_an_unlock_stops_the_transaction_of_a_newer_station_first(version: str) -> None:
    """The station is asked to stop, and then to unlock; the reason of the stop is the unlocking."""
    scene = Scene(version, "1.6")
    await charges_anew(scene)

    def stop(_: Any) -> Any:
        return house.RequestStopTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)

    async def ends(seconds: float) -> Any:
        scene.world.pause = pause  # type: ignore[method-assign]
        await tells_event(
            scene,
            "Ended",
            1,
            meterValue=register(2000, "Transaction.End", 1),
            transactionInfo={"stoppedReason": "Remote"},
        )
        return await pause(seconds)

    pause = scene.world.pause
    scene.world.pause = ends  # type: ignore[method-assign]
    scene.thoughts["RequestStopTransaction"] = stop
    scene.thoughts["UnlockConnector"] = lambda _: house.UnlockConnectorResponse(status=house.UnlockStatus.UNLOCKED)
    answer = await scene.asks_16("UnlockConnector", connectorId=1)
    assert answer.status.value == "Unlocked"
    asked = [one.action for one in scene.station.meant if one.action != "GetBaseReport"]
    assert asked == ["RequestStopTransaction", "UnlockConnector"]
    assert [stop["reason"] for stop in heard(scene.csms, "StopTransaction")] == ["UnlockCommand"]


# --- content of answers (end of 10.1) ------------------------------------------------------------------------------


@newer
async def test_what_an_answer_about_a_transaction_says_beyond_1_6_is_listed(version: str) -> None:
    """Costs, messages, limits and priorities have no place in StartTransaction.conf."""
    scene = Scene("1.6", version)
    message = house.MessageContent(format=house.MessageFormat.UTF8, content="hello")
    info = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED, charging_priority=3)
    answer = house.TransactionEventResponse(
        total_cost=2, charging_priority=4, id_token_info=info, updated_personal_message=message
    )
    if version == "2.1":
        answer = house.TransactionEventResponse(
            total_cost=2,
            charging_priority=4,
            id_token_info=info,
            updated_personal_message=message,
            transaction_limit=house.TransactionLimit(max_cost=5),
        )
    scene.thoughts["TransactionEvent"] = lambda _: answer
    await scene.charges()
    fields = {loss.field for loss in scene.world.losses if loss.action == "TransactionEvent"}
    limit = {"transactionLimit"} if version == "2.1" else set()
    assert {"totalCost", "chargingPriority", "updatedPersonalMessage", "idTokenInfo.chargingPriority"} | limit <= fields


async def test_what_an_authorisation_says_beyond_1_6_is_listed() -> None:
    """Tariffs and allowed energy transfers have no place in Authorize.conf."""
    scene = Scene("1.6", "2.1")
    tariff = house.Tariff(tariff_id="T", currency="EUR")
    answer = house.AuthorizeResponse(
        id_token_info=house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED),
        tariff=tariff,
        allowed_energy_transfer=(house.EnergyTransferMode.DC,),
    )
    scene.thoughts["Authorize"] = lambda _: answer
    await scene.tells_16("Authorize", idTag="DRIVER")
    assert lost(scene) == ["Authorize.allowedEnergyTransfer", "Authorize.tariff"]


@pytest.mark.parametrize("version", NEWER[1:])
async def test_why_a_management_system_says_no_to_data_is_listed(version: str) -> None:
    """A 1.6 answer has no place for a status's reason."""
    scene = Scene("1.6", version)
    info = house.StatusInfo(reason_code="NotFound")
    scene.thoughts["DataTransfer"] = lambda _: house.DataTransferResponse(
        status=house.DataTransferStatus.REJECTED, status_info=info
    )
    answer = await scene.tells_16("DataTransfer", vendorId="somebody")
    assert not isinstance(answer, Refusal) and answer.status.value == "Rejected"
    assert lost(scene) == ["DataTransfer.statusInfo"]
