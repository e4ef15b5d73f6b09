"""Every switch of mapping chapter 14, with each of its values; those of the bridge itself are in ``tests/bridge``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import OrphanStop, Policy, Refusal, StopAt, station_half
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import NOW, accepting, carry, message, seeded, shown
from tests.dialects.ocpp16.station import Station, at, start, stop
from tests.dialects.ocpp16.test_csms_features import Served
from tests.dialects.ocpp16.test_csms_transactions import CARD, CHARGING, EVSE, Uplink
from tests.dialects.ocpp16.test_station_features import SIGNED, Told, profile

Check = Callable[[Policy], Any]
#: (switch, value) -> what is seen of it, and what that must be.
ROWS: list[tuple[str, Any, Any, Check]] = []


def row(switch: str, value: Any, expected: Any) -> Callable[[Check], Check]:
    """Enter a check for one value of a switch; the policy it gets is otherwise the usual one without marks."""

    def enter(check: Check) -> Check:
        ROWS.append((switch, value, expected, check))
        return check

    return enter


# --- 1.3, 3.2 to 3.4 ----------------------------------------------------------------------------------------------


@row("emit_custom_data", True, {"v16": {"status": "Finishing", "errorCode": "NoError"}})
@row("emit_custom_data", False, None)
def _marks(policy: Policy) -> Any:
    station = Station(policy=policy)
    station.status(1, "Finishing")
    custom_data = station.told[0].custom_data
    return None if custom_data is None else {"v16": custom_data.members["v16"]}


@row("connector_map", {}, (3, 1))
@row("connector_map", {3: (1, 2)}, (1, 2))
def _places(policy: Policy) -> Any:
    station = Station(policy=policy)
    station.status(3, "Available")
    return station.told[0].evse_id, station.told[0].connector_id


@row("connector_map", {}, [1])
@row("connector_map", {7: (1, 1)}, [7])
def _numbers(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.management.received.clear()
    uplink.status(1, "Occupied")
    return [one.connector_id for one in uplink.received("StatusNotification")]


def _type_of(policy: Policy, tag: str) -> str:
    station = Station(policy=policy)
    station.send(wire.AuthorizeRequest(id_tag=tag))
    return str(station.told[0].id_token.type)


@row("default_token_type", "Central", "Central")
@row("default_token_type", "ISO14443", "ISO14443")
def _default_type(policy: Policy) -> Any:
    return _type_of(policy, "app-user")


@row("infer_emaid", False, "Central")
@row("infer_emaid", True, "eMAID")
def _contract(policy: Policy) -> Any:
    return _type_of(policy, "DE-8AA-C12E46L89")


@row("no_auth_tag", "NOAUTH", ("NOAUTH", ""))
@row("no_auth_tag", "FREE", ("FREE", ""))
def _nobody(policy: Policy) -> Any:
    station = Told(policy=policy)
    nobody = {"remoteStartId": 1, "idToken": {"idToken": "", "type": "NoAuthorization"}, "evseId": 1}
    station.do("RequestStartTransaction", nobody)
    tag = station.last.peer[0].id_tag
    station.send(wire.AuthorizeRequest(id_tag=tag))
    assert station.told[-1].id_token.type == "NoAuthorization"
    return tag, station.told[-1].id_token.id_token


@row("dup_window", timedelta(hours=24), (1, True))
@row("dup_window", timedelta(hours=1), (2, False))
def _repeated(policy: Policy) -> Any:
    """The same start two hours after its transaction ended: a repetition within the window, a new one after it."""
    station = Station(policy=policy)
    given = station.send(start()).transaction_id
    station.send(stop(given, 1500), now=NOW)
    again = station.send(start(), now=NOW + timedelta(hours=2)).transaction_id
    begun = [event for event in station.events if event.event_type is house.TransactionEvent.STARTED]
    return len({event.transaction_info.transaction_id for event in begun}), given == again


# --- transactions -------------------------------------------------------------------------------------------------


@row("orphan_stop", OrphanStop.PAIR, [("Started", 0), ("Ended", 1)])
@row("orphan_stop", OrphanStop.ENDED_ONLY, [("Ended", 0)])
@row("orphan_stop", OrphanStop.DROP, [])
def _orphan(policy: Policy) -> Any:
    station = Station(policy=policy)
    assert station.stop(555, 4000) == wire.StopTransactionResponse()
    assert "orphan" in station.last.losses[0].reason
    return [(event.event_type.value, event.seq_no) for event in station.events]


@row("orphan_timeout", timedelta(hours=24), timedelta(hours=24))
@row("orphan_timeout", timedelta(hours=2), timedelta(hours=2))
def _silent(policy: Policy) -> Any:
    station = Station(policy=policy)
    station.start(1)
    station.start(1, tag="B", when=60)
    closes_at = station.half.next_deadline()
    assert closes_at is not None
    station.advance(closes_at - timedelta(seconds=1))
    assert station.events[-1].event_type is house.TransactionEvent.STARTED
    station.advance(closes_at)
    assert station.events[-1].event_type is house.TransactionEvent.ENDED
    return closes_at - NOW


@row("stop_at", StopAt.ENDED, [0, 0, 1])
@row("stop_at", StopAt.STOP_AUTHORIZED, [0, 1, 1])
def _stopped(policy: Policy) -> Any:
    uplink = Uplink(policy)
    found = []
    for kind, trigger in (("Started", "Authorized"), ("Updated", "StopAuthorized"), ("Ended", "EVDeparted")):
        uplink.event(kind, trigger, evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
        found.append(len(uplink.received("StopTransaction")))
    return found


def test_what_comes_after_a_stop_is_shown_as_lost() -> None:
    """With ``stop_at = stop-authorized`` the samples of a transaction that goes on have no place (9.2, step 8)."""
    uplink = Uplink(Policy(stop_at=StopAt.STOP_AUTHORIZED))
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    uplink.event("Updated", "StopAuthorized", meter=1100)
    uplink.event("Updated", "MeterValuePeriodic", meter=1200)
    assert [(loss.field, loss.reason) for loss in uplink.last.losses] == [
        ("meterValue", "the transaction was stopped before")
    ]
    assert len(uplink.received("MeterValues")) == 1, "of the start"


@row("message_attempts", None, 3)
@row("message_attempts", 1, 1)
@row("message_attempts", 5, 5)
def _refused(policy: Policy) -> Any:
    uplink = Uplink(policy)
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    uplink.answer = lambda _request: Refusal("FormationViolation")
    for attempt in range(1, 9):
        answer = uplink.event("Ended", "StopAuthorized", meter=1100, when=60, seq_no=1, offline=True)
        if not isinstance(answer, Refusal):
            return attempt
    return None


@row("provision_tx_points", False, [])
@row("provision_tx_points", True, ["TxStartPoint", "TxStopPoint"])
def _provisioned(policy: Policy) -> Any:
    uplink = Served(policy)
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
    uplink.say(message("v21:BootNotificationRequest", boot))
    written = [one for one in uplink.last.house if isinstance(one, house.SetVariablesRequest)]
    return [item.variable.name for one in written for item in one.set_variable_data]


@row("report_unauthorised_energy", False, [])
@row("report_unauthorised_energy", True, ["NOAUTH"])
def _unauthorised(policy: Policy) -> Any:
    uplink = Uplink(policy)
    uplink.event("Started", "CablePluggedIn", evse=EVSE, meter=1000)
    uplink.event("Ended", "EVDeparted", meter=1001, when=60)
    assert len(uplink.received("StartTransaction")) == len(uplink.received("StopTransaction"))
    return [one.id_tag for one in uplink.received("StartTransaction")]


# --- commands -----------------------------------------------------------------------------------------------------


@row("pick_evse", True, 2)
@row("pick_evse", False, None)
def _picked(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.status(1, "Unavailable")
    uplink.do("RemoteStartTransaction", {"idTag": "A"})
    return uplink.last.house[0].evse_id


@row("immediate_reset_as", "Hard", "Hard")
@row("immediate_reset_as", "Soft", "Soft")
def _immediate(policy: Policy) -> Any:
    station = Station(policy=policy)
    station.peer = lambda _one: wire.ResetResponse(status=wire.ResetStatus.ACCEPTED)
    station.ask(house.ResetRequest(type=house.ResetType.IMMEDIATE))
    return station.last.peer[0].type.value


@row("soft_reset_waits", False, "Immediate")
@row("soft_reset_waits", True, "OnIdle")
def _soft(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.station = lambda _one: house.ResetResponse(status=house.ResetStatus.ACCEPTED)
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    uplink.do("Reset", {"type": "Soft"})
    return uplink.last.house[0].type.value


@row("reset_downgrade", False, "Rejected")
@row("reset_downgrade", True, "Immediate")
def _resumed(policy: Policy) -> Any:
    half = station_half("2.0.1", identity="CS1", random=seeded(), policy=policy)
    request = house.ResetRequest(type=house.ResetType.IMMEDIATE_AND_RESUME)
    carried = carry(half.outward(request, now=NOW), peer=lambda one: Refusal("GenericError", one.action))
    return carried.peer[0].type.value if carried.peer else carried.answer.status.value


@row("unlock_stops_tx", True, ["RequestStopTransaction", "UnlockConnector"])
@row("unlock_stops_tx", False, [])
def _unlocked(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.station = lambda one: message(
        f"v21:{one.action}Response", {"status": "Unlocked" if one.action == "UnlockConnector" else "Accepted"}
    )
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    answer = uplink.do("UnlockConnector", {"connectorId": 1})
    assert answer == {"status": "Unlocked" if policy.unlock_stops_tx else "UnlockFailed"}
    return [one.action for one in uplink.last.house]


@row("allow_unsigned_firmware", False, "Rejected")
@row("allow_unsigned_firmware", True, "Accepted")
def _unsigned(policy: Policy) -> Any:
    return Told(without=("SignedUpdateFirmware",), policy=policy).do("UpdateFirmware", SIGNED)["status"]


@row("emulate_dynamic", False, ("Rejected", "UnsupportedKind"))
@row("emulate_dynamic", True, ("Accepted", None))
def _dynamic(policy: Policy) -> Any:
    station = Told(policy=policy)
    dynamic = {"evseId": 1, "chargingProfile": profile(5, chargingProfileKind="Dynamic")}
    station.do("SetChargingProfile", dynamic)
    answer = station.do("UpdateDynamicSchedule", {"chargingProfileId": 5, "scheduleUpdate": {"limit": 8}})
    return answer["status"], answer.get("statusInfo", {}).get("reasonCode")


# --- values, vendor data, keys ------------------------------------------------------------------------------------


@row("temperature_as_event", False, [])
@row(
    "temperature_as_event",
    True,
    [
        ("ChargingStation", None, "Temperature", "41"),
        ("Connector", 1, "Temperature", "42"),
        ("Connector", 1, "Temperature", "43"),
        ("ConnectedEV", 1, "Temperature", "44"),
        ("AirCoolingSystem", 1, "FanSpeed", "900"),
    ],
)
def _warm(policy: Policy) -> Any:
    station = Station(policy=policy)
    samples = [
        {"value": str(41 + number), "measurand": "Temperature", "location": location}
        for number, location in enumerate(("Body", "Cable", "Inlet", "EV"))
    ]
    samples.append({"value": "900", "measurand": "RPM"})
    value = {"timestamp": at(0).isoformat(), "sampledValue": samples}
    station.send(message("v16:MeterValues", {"connectorId": 1, "meterValue": [value]}))
    assert len(station.last.losses) == len(samples), "they have no measurand either way"
    return [
        (
            event.component.name,
            None if event.component.evse is None else event.component.evse.id,
            event.variable.name,
            event.actual_value,
        )
        for one in station.told
        for event in one.event_data
    ]


WRAPPED = {"vendorId": "org.openchargealliance.iso15118pnc", "messageId": "GetCertificateStatus"}
OCSP = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "a",
    "issuerKeyHash": "b",
    "serialNumber": "1",
    "responderURL": "http://ocsp",
}


@row("unwrap_extensions", True, "GetCertificateStatus")
@row("unwrap_extensions", False, "DataTransfer")
def _unwrapped(policy: Policy) -> Any:
    station = Station(policy=policy)
    data = msgspec.json.encode({"ocspRequestData": OCSP}).decode()
    station.send(message("v16:DataTransfer", {**WRAPPED, "data": data}))
    return station.told[0].action


@row("unwrap_extensions", True, "CostUpdated")
@row("unwrap_extensions", False, "DataTransfer")
def _cost_unwrapped(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    data = msgspec.json.encode({"transactionId": uplink.management.last_id, "cost": 1}).decode()
    uplink.station = lambda one: message(
        f"v21:{one.action}Response", {} if one.action == "CostUpdated" else {"status": "Accepted"}
    )
    vendor = "org.openchargealliance.costmsg"
    uplink.do("DataTransfer", {"vendorId": vendor, "messageId": "RunningCost", "data": data})
    return uplink.last.house[0].action


@row("json_data_vendors", frozenset(), '{"a": 1}')
@row("json_data_vendors", frozenset({"org.example"}), {"a": 1})
def _parsed(policy: Policy) -> Any:
    station = Station(policy=policy)
    station.send(wire.DataTransferRequest(vendor_id="org.example", data='{"a": 1}'))
    return station.told[0].data


def test_the_registered_extensions_are_json_by_themselves() -> None:
    """The usual ``json_data_vendors`` are the vendors of chapter 5.9; text of theirs that is no JSON stays text."""
    for vendor in Policy().json_data_vendors:
        station = Station()
        station.answer = accepting
        for text, data in (("[1]", [1]), ("[", "[")):
            station.send(wire.DataTransferRequest(vendor_id=vendor, data=text))
            assert station.told[-1].data == data


@row("expose_all_variables", False, None)
@row("expose_all_variables", True, "5")
def _exposed(policy: Policy) -> Any:
    uplink = Served(policy)
    uplink.report({"name": "Display"}, "Light", "5")
    found = uplink.do("GetConfiguration", {})
    return {one["key"]: one.get("value") for one in found.get("configurationKey", ())}.get("Display/Light")


@row("basic_auth_encoding", "hex", b"sixteen-bytes-ok".hex())
@row("basic_auth_encoding", "plain", "sixteen-bytes-ok")
def _password(policy: Policy) -> Any:
    station = Told(policy=policy)
    item = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    station.do("SetVariables", {"setVariableData": [{**item, "attributeValue": "sixteen-bytes-ok"}]})
    return station.last.peer[0].value


@row("forward_security_profile", False, "Rejected")
@row("forward_security_profile", True, "Accepted")
def _profile_from_afar(policy: Policy) -> Any:
    uplink = Served(policy)
    answer = uplink.do("ChangeConfiguration", {"key": "SecurityProfile", "value": "2"})
    station = Told(policy=policy)
    item = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "SecurityProfile"}, "attributeValue": "2"}
    result = station.do("SetVariables", {"setVariableData": [item]})["setVariableResult"][0]
    assert result["attributeStatus"] == answer["status"]
    return answer["status"]


@row("connector_types", {}, "Unknown")
@row("connector_types", {1: "cType2"}, "cType2")
def _connector_type(policy: Policy) -> Any:
    station = Told(policy=policy)
    reports = [data for one in station.told if one.action == "NotifyReport" for data in one.report_data]
    found = [shown(data) for data in reports if data.variable.name == "ConnectorType"]
    return found[0]["variableAttribute"][0]["value"]


# --- all of them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "value", "expected", "check"), ROWS, ids=[f"{switch}={value}" for switch, value, *_ in ROWS]
)
def test_a_switch_does_what_its_row_says(switch: str, value: Any, expected: Any, check: Check) -> None:
    """Each value of each switch is seen in what is sent."""
    given = {"emit_custom_data": False, switch: value}
    assert check(Policy(**given)) == expected


#: Switches of the bridge itself: ``tests/bridge/test_passwords.py`` and ``test_storing.py``.
OF_THE_BRIDGE = {"hop_mode", "unknown_offline", "credential_scope"}


def test_no_switch_is_left_out() -> None:
    """Every field of the policy has a row here or is the bridge's, and two values at least."""
    values: dict[str, set[str]] = {}
    for switch, value, *_ in ROWS:
        values.setdefault(switch, set()).add(repr(value))
    assert values.keys() | OF_THE_BRIDGE == set(Policy.__struct_fields__)
    assert [switch for switch, seen in values.items() if len(seen) == 1] == []


def test_the_usual_values_are_those_of_the_table() -> None:
    """What a deployment does not choose is as chapter 14 says."""
    usual = Policy()
    assert usual.dup_window == usual.orphan_timeout == timedelta(hours=24)
    assert (usual.orphan_stop, usual.stop_at) == (OrphanStop.PAIR, StopAt.ENDED)
    assert (usual.default_token_type, usual.no_auth_tag) == ("Central", "NOAUTH")
    assert (usual.immediate_reset_as, usual.basic_auth_encoding) == ("Hard", "hex")
    assert (usual.hop_mode, usual.unknown_offline, usual.credential_scope) == ("transparent", "reject", "hop")
    assert usual.pick_evse and usual.unlock_stops_tx and usual.unwrap_extensions
    off = (
        *("infer_emaid", "provision_tx_points", "report_unauthorised_energy", "soft_reset_waits", "reset_downgrade"),
        *("allow_unsigned_firmware", "emulate_dynamic", "temperature_as_event", "expose_all_variables"),
    )
    assert [name for name in off if getattr(usual, name)] == []
