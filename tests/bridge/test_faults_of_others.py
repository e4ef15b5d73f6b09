"""Faults seen in other bridges: a test for each number of the list that ``test_joint`` does not have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import actions
from pluglot.dialects.base import Refusal
from pluglot.messages.action import Sender
from pluglot.messages.codec import from_builtins, to_builtins
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation
from tests.bridge.peers import BOOT_16, at, wire
from tests.bridge.scene import TOKEN, Scene, check
from tests.bridge.world import BEGIN, World, ask, command
from tests.dialects.ocpp20.plausible import Plausible

NEWER = ("2.0", "2.0.1", "2.1")
newer = pytest.mark.parametrize("version", NEWER)


# --- 7: a new measurand throws -------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize("measurand", ["Display.PresentSOC", "Power.Import.Minimum", "EnergyRequest.Bulk"])
@pytest.mark.parametrize("older", ["1.6", "2.0", "2.0.1"])
async def test_7_a_measurand_of_2_1_does_not_stop_a_message(older: str, measurand: str) -> None:
    """The register in the same message arrives, and the other sample arrives in other words or is listed."""
    scene = Scene("2.1", older)
    event = {
        "eventType": "Started",
        "timestamp": at(1),
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "T", "chargingState": "Charging"},
        "idToken": TOKEN,
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": at(1), "sampledValue": [{"value": 1000, "context": "Transaction.Begin"}]}],
    }
    assert not isinstance(await scene.tells("TransactionEvent", event), Refusal)
    samples = [{"value": 1500}, {"value": 41, "measurand": measurand}]
    later = {
        **{name: event[name] for name in ("transactionInfo", "evse")},
        "eventType": "Updated",
        "timestamp": at(2),
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 1,
        "meterValue": [{"timestamp": at(2), "sampledValue": samples}],
    }
    scene.world.losses.clear()
    assert not isinstance(await scene.tells("TransactionEvent", later), Refusal)
    told = json.dumps(scene.csms.heard)
    assert "1500" in told
    reworded = measurand == "Display.PresentSOC" and '"SoC"' in told
    assert reworded or any(measurand in str(loss) for loss in scene.world.losses)


@pytest.mark.parametrize("version", ["1.6", *NEWER])
def test_7_a_measurand_of_a_vendor_is_refused_and_the_next_message_served(version: str) -> None:
    """What no version knows is an error of this message alone."""
    side = Conversation(OcppVersion(version), Sender.CSMS, actions=actions(version), id_factory=lambda: "0")
    value = "5" if version == "1.6" else 5
    sample = {"timestamp": at(1), "sampledValue": [{"value": value, "measurand": "Elsewhere.Humidity"}]}
    evse = {"connectorId": 1} if version == "1.6" else {"evseId": 1}
    side.receive(json.dumps([2, "1", "MeterValues", {**evse, "meterValue": [sample]}]).encode(), now=BEGIN)
    (refused,) = side.frames_to_send()
    assert json.loads(refused)[:2] == [4, "1"]
    assert side.events() == [] or all(type(event).__name__ != "CallReceived" for event in side.events())
    side.receive(b'[2,"2","Heartbeat",{}]', now=BEGIN)
    assert [type(event).__name__ for event in side.events()] == ["CallReceived"]


# --- 10: the response is not translated ----------------------------------------------------------------------------

PAIRS = [(old, new) for new in NEWER for old in ("1.6", "2.0", "2.0.1", "2.1") if old != new]
PAIRS += [(new, "1.6") for new in NEWER]
ASKED = [
    pytest.param(station, csms, sender, id=f"{station}-{csms}-{sender.name.lower()}")
    for station, csms in PAIRS
    for sender in (Sender.STATION, Sender.CSMS)
]


def shortly(version: str) -> Any:
    """A peer with the shortest legal answer to everything."""

    def answer(request: Any) -> Any:
        check(version, request)
        response = actions(version)[request.action].response
        return None if response is None else Plausible(3, digits=version == "2.0").message(response, fullness=0.0)

    return answer


@pytest.mark.requirement("BRG-01", "BRG-02")
@pytest.mark.parametrize(("station", "csms", "sender"), ASKED)
@pytest.mark.parametrize("fullness", [0.0, 1.0])
async def test_10_every_answer_is_in_the_version_of_who_asked(
    station: str, csms: str, sender: Sender, fullness: float
) -> None:
    """Each message of each version is answered with its own response, legal there, or with an error."""
    version = station if sender is Sender.STATION else csms
    sampler = Plausible(11, digits=version == "2.0")
    answered = 0
    for row in actions(version).values():
        if sender not in row.sender or row.response is None:
            continue
        joint = World(shortly(station), shortly(csms)).joint(station, csms)
        act = ask if sender is Sender.STATION else command
        answer = await act(joint, sampler.message(row.request, fullness=fullness))
        if isinstance(answer, Refusal):
            continue
        assert type(answer) is row.response, row.name
        check(version, answer)
        answered += 1
    assert answered > 8


#: What a 2.x management system says of a token, and what a 1.6 station hears (7.1).
STATUSES = {
    "Accepted": "Accepted",
    "Blocked": "Blocked",
    "ConcurrentTx": "ConcurrentTx",
    "Expired": "Expired",
    "Invalid": "Invalid",
    "NoCredit": "Blocked",
    "NotAllowedTypeEVSE": "Invalid",
    "NotAtThisLocation": "Invalid",
    "NotAtThisTime": "Invalid",
    "Unknown": "Invalid",
}


@newer
@pytest.mark.parametrize("status", STATUSES)
async def test_10_the_status_of_a_token_is_said_in_1_6(version: str, status: str) -> None:
    """A status that 1.6 lacks becomes the nearest no, in Authorize and StartTransaction alike."""
    scene = Scene("1.6", version)
    info = house.IdTokenInfo(status=house.AuthorizationStatus(status))
    scene.thoughts["Authorize"] = lambda _: house.AuthorizeResponse(id_token_info=info)
    scene.thoughts["TransactionEvent"] = lambda _: house.TransactionEventResponse(id_token_info=info)
    authorized = await scene.tells_16("Authorize", idTag="DRIVER")
    started = await scene.tells_16("StartTransaction", connectorId=1, idTag="DRIVER", meterStart=0, timestamp=at(1))
    assert {authorized.id_tag_info.status.value, started.id_tag_info.status.value} == {STATUSES[status]}


# --- 15: signed values are lost ------------------------------------------------------------------------------------

SIGNED = {"signedMeterData": "T0NNRnx7fQ==", "signingMethod": "", "encodingMethod": "OCMF", "publicKey": "a2V5"}


@newer
async def test_15_a_signed_value_of_1_6_arrives(version: str) -> None:
    """Data, encoding and key are those that the meter signed."""
    scene = Scene("1.6", version)
    await scene.charges()
    scene.csms.heard.clear()
    scene.world.losses.clear()
    samples = [
        {"value": "1520", "context": "Transaction.Begin", "unit": "Wh"},
        {"value": json.dumps(SIGNED), "format": "SignedData", "context": "Transaction.Begin"},
    ]
    values = [{"timestamp": at(2), "sampledValue": samples}]
    await scene.tells_16("MeterValues", connectorId=1, transactionId=scene.number, meterValue=values)
    (event,) = [one for one in scene.csms.meant if one.action == "TransactionEvent"][1:]
    signed = [one.signed_meter_value for value in event.meter_value for one in value.sampled_value]
    told = [to_builtins(one) for one in signed if one is not None]
    if version == "2.0":
        # Its signatures are built otherwise: what cannot be said is listed, never dropped in silence.
        assert told or any("signed" in f"{loss.field}{loss.value}".casefold() for loss in scene.world.losses)
    else:
        assert told == [SIGNED]
        assert scene.world.losses == []


@pytest.mark.parametrize("version", NEWER[1:])
async def test_15_a_signed_value_of_2_x_arrives_at_a_1_6_management_system(version: str) -> None:
    """It becomes a sample of the format SignedData with the same content."""
    scene = Scene(version, "1.6")
    value = {"value": 1000, "context": "Transaction.Begin", "signedMeterValue": SIGNED}
    event = {
        "eventType": "Started",
        "timestamp": at(1),
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "T", "chargingState": "Charging"},
        "idToken": TOKEN,
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": at(1), "sampledValue": [value]}],
    }
    await scene.tells("TransactionEvent", event)
    samples = [
        sample
        for action, said in scene.csms.heard
        if action == "MeterValues"
        for value in said["meterValue"]
        for sample in value["sampledValue"]
    ]
    signed = [json.loads(sample["value"]) for sample in samples if sample.get("format") == "SignedData"]
    assert signed == [SIGNED]


# --- 16: Available is shown for a moment before Unavailable --------------------------------------------------------


def statuses(scene: Scene, connector: int = 1) -> list[str]:
    """What a 1.6 management system heard of a connector, in order."""
    return [
        said["status"]
        for action, said in scene.csms.heard
        if action == "StatusNotification" and said["connectorId"] == connector
    ]


def status_of(status: str, evse_id: int = 1, minutes: float = 1) -> dict[str, Any]:
    """A status of 2.x."""
    return {"timestamp": at(minutes), "connectorStatus": status, "evseId": evse_id, "connectorId": 1}


BOOT = {"reason": "PowerUp", "chargingStation": {"vendorName": "Elsewhere", "model": "E-2"}}


@newer
@pytest.mark.parametrize("first", ["Unavailable", "Faulted", "Occupied"])
async def test_16_the_first_status_is_the_true_one(version: str, first: str) -> None:
    """After a boot nothing is told of a connector before the station told it, neither at once nor when time passes."""
    scene = Scene(version, "1.6")
    await scene.tells("BootNotification", BOOT)
    await scene.time_passes()
    assert statuses(scene) == []
    await scene.tells("StatusNotification", status_of(first))
    scene.world.time = scene.world.time.replace(hour=11)
    await scene.time_passes()
    assert statuses(scene) == [{"Occupied": "Preparing"}.get(first, first)]


@newer
async def test_16_a_restarted_bridge_shows_nothing_else(version: str) -> None:
    """The status before and after a restart is the same, with another boot of the station in between."""
    scene = Scene(version, "1.6")
    await scene.tells("BootNotification", BOOT)
    await scene.tells("StatusNotification", status_of("Unavailable"))
    scene.joint = scene.world.joint(version, "1.6", seed=2)
    await scene.tells("BootNotification", BOOT)
    await scene.tells("StatusNotification", status_of("Unavailable", minutes=2))
    scene.world.time = scene.world.time.replace(hour=11)
    await scene.time_passes()
    assert set(statuses(scene)) == {"Unavailable"}


@newer
async def test_16_a_reservation_that_is_removed_does_not_free_a_connector_that_fails(version: str) -> None:
    """A reservation removed by a fault is not followed by Available: the station tells the fault next."""
    scene = Scene(version, "1.6")
    await scene.tells("StatusNotification", status_of("Available"))
    scene.thoughts["ReserveNow"] = lambda _: house.ReserveNowResponse(status=house.ReserveNowStatus.ACCEPTED)
    await scene.asks_16("ReserveNow", connectorId=1, expiryDate=at(200), idTag="DRIVER", reservationId=9)
    await scene.tells("StatusNotification", status_of("Reserved", minutes=2))
    await scene.tells("ReservationStatusUpdate", {"reservationId": 9, "reservationUpdateStatus": "Removed"})
    await scene.tells("StatusNotification", status_of("Faulted", minutes=3))
    assert statuses(scene) == ["Available", "Reserved", "Faulted"]


@newer
@pytest.mark.parametrize("status", ["Unavailable", "Faulted"])
async def test_16_the_first_status_of_a_1_6_station_is_the_true_one(version: str, status: str) -> None:
    """Neither a boot, nor its configuration, nor a report shows a connector as available before."""
    scene = Scene("1.6", version)
    await ask(scene.joint, BOOT_16)
    await scene.time_passes()
    code = "OtherError" if status == "Faulted" else "NoError"
    await ask(
        scene.joint, wire("1.6", "StatusNotification", connectorId=1, status=status, errorCode=code, timestamp=at(1))
    )
    await scene.asks("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})
    told = [one.connector_status.value for one in scene.csms.meant if one.action == "StatusNotification"]
    reported = [
        entry.variable_attribute[0].value
        for one in scene.csms.meant
        if one.action == "NotifyReport"
        for entry in one.report_data or ()
        if (entry.component.name, entry.variable.name) == ("Connector", "AvailabilityState")
    ]
    assert (told, reported) == ([status], [status])


@pytest.mark.requirement("BRG-01", "RPC-15")
@newer
@pytest.mark.parametrize(
    ("never", "again"),
    [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59Z"),
    ],
)
async def test_a_token_that_never_expires_is_passed_on_as_such(version: str, never: str, again: str) -> None:
    """A management system that names the end of all years accepts the token for the station behind the bridge, too."""
    scene, other = Scene(version, "1.6"), Scene("1.6", version)
    scene.csms.answers["Authorize"] = {"idTagInfo": {"status": "Accepted", "expiryDate": never}}
    answer = await scene.tells("Authorize", {"idToken": TOKEN})
    assert to_builtins(answer)["idTokenInfo"] == {"status": "Accepted", "cacheExpiryDateTime": again}
    told = {"idTokenInfo": {"status": "Accepted", "cacheExpiryDateTime": never}}
    other.thoughts["Authorize"] = lambda _: from_builtins(house.AuthorizeResponse, told)
    await other.boots()
    answer = await other.tells_16("Authorize", idTag="DRIVER")
    assert to_builtins(answer)["idTagInfo"] == {"status": "Accepted", "expiryDate": again}
