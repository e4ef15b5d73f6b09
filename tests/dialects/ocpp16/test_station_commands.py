"""What the house can ask of a 1.6 station, and what is answered for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.keys import BY_PLACE, KEYS, Access, Transform, value_to_house, value_to_wire
from tests.dialects.driver import NOW, message, shown
from tests.dialects.ocpp16.station import Station, start
from tests.dialects.samples import is_valid

KEY_VALUES = {
    "HeartbeatInterval": "300",
    "NumberOfConnectors": "2",
    "MeterValuesSampledData": "Energy.Active.Import.Register,Voltage.L1,Voltage.L2,Temperature",
    "MeterValuesSampledDataMaxLength": "8",
    "SupportedFeatureProfiles": "Core, RemoteTrigger ,SmartCharging",
    "LightIntensity": "80",
    "AuthorizationKey": None,
    "VendorKey": "x",
    "LocalAuthListMaxLength": "100",
}


def configuration(request: Any) -> Any:
    """Answer GetConfiguration from the table above."""
    assert isinstance(request, wire.GetConfigurationRequest)
    wanted = request.key or tuple(KEY_VALUES)
    known = tuple(
        wire.KeyValue(key=key, readonly=key.endswith("Length") or key == "NumberOfConnectors", value=KEY_VALUES[key])
        for key in wanted
        if key in KEY_VALUES
    )
    unknown = tuple(key for key in wanted if key not in KEY_VALUES)
    return wire.GetConfigurationResponse(configuration_key=known or None, unknown_key=unknown or None)


@pytest.fixture
def station() -> Station:
    return Station()


def accepted(request: Any) -> Any:  # noqa: PLR0911 - one for each kind of request
    """Accept every command."""
    match request:
        case wire.RemoteStartTransactionRequest():
            return wire.RemoteStartTransactionResponse(status=wire.RemoteStartStopStatus.ACCEPTED)
        case wire.RemoteStopTransactionRequest():
            return wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.ACCEPTED)
        case wire.ResetRequest():
            return wire.ResetResponse(status=wire.ResetStatus.ACCEPTED)
        case wire.TriggerMessageRequest():
            return wire.TriggerMessageResponse(status=wire.TriggerMessageStatus.ACCEPTED)
        case wire.ChangeConfigurationRequest():
            return wire.ChangeConfigurationResponse(status=wire.ConfigurationStatus.ACCEPTED)
        case wire.UnlockConnectorRequest():
            return wire.UnlockConnectorResponse(status=wire.UnlockStatus.UNLOCKED)
        case wire.GetConfigurationRequest():
            return configuration(request)
        case _:
            raise AssertionError(request.action)


# --- boot ---------------------------------------------------------------------------------------------------------

BOOT = wire.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M", firmware_version="1.0")


def _reason(station: Station, request: Any = BOOT, *, now: Any = NOW) -> str:
    station.send(request, now=now)
    return str(station.told[-1].reason.value)


def test_the_reason_of_a_boot_is_worked_out(station: Station) -> None:
    """Power up, remote reset, trigger and new firmware are told apart by what happened before."""
    station.peer = accepted
    assert _reason(station) == "PowerUp"
    station.ask(house.ResetRequest(type=house.ResetType.IMMEDIATE))
    assert station.last.peer == [wire.ResetRequest(type=wire.ResetType.HARD)]
    assert _reason(station) == "RemoteReset"
    station.ask(house.TriggerMessageRequest(requested_message=house.MessageTrigger.BOOT_NOTIFICATION))
    assert _reason(station) == "Triggered"
    newer = wire.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M", firmware_version="2.0")
    assert _reason(station, newer) == "FirmwareUpdate"
    station.ask(house.ResetRequest(type=house.ResetType.IMMEDIATE))
    assert _reason(station, newer, now=NOW + timedelta(minutes=11)) == "PowerUp"


def test_after_an_accepted_boot_the_configuration_is_read_in_the_background(station: Station) -> None:
    """The answer to the boot waits for nothing; the keys are read when the caller lets time pass."""
    station.peer = accepted
    answer = station.send(BOOT)
    assert answer.status is wire.RegistrationStatus.ACCEPTED
    assert station.last.peer == []
    assert station.half.next_deadline() == NOW
    station.advance(NOW)
    assert station.last.peer == [wire.GetConfigurationRequest()]
    assert station.half.numbering.known == (1, 2)
    day = timedelta(hours=24)
    assert station.half.next_deadline() == NOW + day, "what is a day old is read again"
    station.peer = lambda _one: Refusal("GenericError", silent=True)
    station.advance(NOW + day)
    assert station.last.peer == [wire.GetConfigurationRequest()]
    assert station.half.next_deadline() == NOW + 2 * day
    station.restart(connected=NOW + day)
    assert station.half.next_deadline() == NOW + 2 * day


def test_fields_2_1_lacks_are_carried_or_shown() -> None:
    """Meter and box serial numbers travel in customData inside the house, and are named as lost."""
    request = wire.BootNotificationRequest(
        charge_point_vendor="V", charge_point_model="M", charge_box_serial_number="B1", meter_serial_number="Z9"
    )
    station = Station(policy=Policy())
    station.send(request)
    assert shown(station.told[-1])["customData"] == {
        "vendorId": "org.pluglot",
        "v16": {"message": "BootNotification", "chargeBoxSerialNumber": "B1", "meterSerialNumber": "Z9"},
    }
    assert station.told[-1].charging_station.serial_number == "B1"
    assert "meterSerialNumber" in [loss.field for loss in station.last.losses]


# --- status -------------------------------------------------------------------------------------------------------


def test_our_own_management_system_sees_every_raw_status() -> None:
    """Inside the house Preparing and Finishing are told with the original word beside them."""
    station = Station(policy=Policy())
    for status in ("Preparing", "Charging", "Charging", "Finishing"):
        station.status(1, status)
    raw = [shown(one)["customData"]["v16"]["status"] for one in station.told]
    assert raw == ["Preparing", "Charging", "Finishing"]


def test_a_foreign_management_system_is_told_changes_only(station: Station) -> None:
    """Outside, five statuses are one, and it is told once until the station comes back."""
    for status in ("Preparing", "Charging", "Finishing"):
        station.status(1, status)
    assert [one.connector_status.value for one in station.told] == ["Occupied"]
    assert len(station.last.losses) == 1
    station.restart()
    station.status(1, "Finishing")
    assert len(station.told) == 2


def test_the_station_itself_is_told_by_an_event(station: Station) -> None:
    """Connector 0 has no status in 2.x; its availability is an event of the charging station."""
    station.status(0, "Unavailable")
    (told,) = station.told
    assert isinstance(told, house.NotifyEventRequest)
    assert told.event_data[0].component == house.Component(name="ChargingStation")
    assert told.event_data[0].actual_value == "Unavailable"


def test_an_error_that_changes_closes_the_one_before(station: Station) -> None:
    """Another error code ends the open error and opens its own; the same again tells nothing."""
    station.status(1, "Available", error="WeakSignal")
    station.status(1, "Available", error="ReaderFailure")
    station.status(1, "Available", error="ReaderFailure")
    events = [one.event_data[0] for one in station.told if isinstance(one, house.NotifyEventRequest)]
    assert [(event.tech_code, event.actual_value) for event in events] == [
        ("WeakSignal", "true"),
        ("WeakSignal", "false"),
        ("ReaderFailure", "true"),
    ]
    assert len({event.event_id for event in events}) == 3


def test_a_status_is_answered_although_the_house_is_away(station: Station) -> None:
    """A status that the house did not take is no error for the station, and is told at the next chance."""
    station.answer = lambda _: Refusal("InternalError")
    assert station.status(1, "Available") == wire.StatusNotificationResponse()
    station.status(1, "Available")
    assert len(station.told) == 2


# --- reset and remote control -------------------------------------------------------------------------------------


def test_a_reset_on_idle_waits_for_the_last_transaction(station: Station) -> None:
    """While somebody charges the reset is scheduled; it is sent, softly, when the last transaction has ended."""
    station.peer = accepted
    given = station.start().transaction_id
    answer = station.ask(house.ResetRequest(type=house.ResetType.ON_IDLE))
    assert answer.status is house.ResetStatus.SCHEDULED
    assert station.last.peer == []
    station.restart()
    assert station.half.advance(now=NOW) == []
    station.stop(given, 2000)
    assert station.half.next_deadline() == NOW
    station.advance(NOW)
    assert station.last.peer == [wire.ResetRequest(type=wire.ResetType.SOFT)]
    assert station.half.advance(now=NOW) == []


@pytest.mark.parametrize(
    "request_",
    [
        house.ResetRequest(type=house.ResetType.IMMEDIATE_AND_RESUME),
        house.ResetRequest(type=house.ResetType.IMMEDIATE, evse_id=1),
    ],
)
def test_a_reset_1_6_cannot_do_is_rejected_with_the_reason(station: Station, request_: Any) -> None:
    """Resuming and resetting one EVSE are not possible and say so."""
    answer = station.ask(request_)
    assert shown(answer)["status"] == "Rejected"
    assert shown(answer)["statusInfo"]["reasonCode"] == "UnsupportedParam"


def test_a_remote_start_is_recognised_until_it_expires(station: Station) -> None:
    """The start that follows carries the id of the remote start, once, and not after the time-out."""
    station.peer = accepted
    token = house.IdToken(id_token="app-user", type="Central")
    station.ask(house.RequestStartTransactionRequest(id_token=token, remote_start_id=7))
    station.restart()
    station.start(1, tag="APP-USER")
    station.start(2, tag="app-user", when=5)
    assert [event.transaction_info.remote_start_id for event in station.events] == [7, None]
    assert station.events[0].id_token == token
    station.ask(house.RequestStartTransactionRequest(id_token=token, remote_start_id=8, evse_id=3))
    late = NOW + timedelta(seconds=181)
    station.send(start(3, tag="app-user", when=9), now=late)
    assert station.events[-1].transaction_info.remote_start_id is None


def test_a_token_too_long_for_1_6_comes_back_as_itself(station: Station) -> None:
    """A long token is said as an alias of 20 characters, and the start with the alias names the token."""
    station.peer = accepted
    token = house.IdToken(id_token="u" * 60, type="Central")
    station.ask(house.RequestStartTransactionRequest(id_token=token, remote_start_id=7, evse_id=1))
    alias = station.last.peer[0].id_tag
    assert len(alias) == 20
    assert alias.startswith("#")
    assert [loss.field for loss in station.last.losses] == ["idToken.idToken"]
    station.restart()
    station.send(wire.AuthorizeRequest(id_tag=alias))
    assert station.told[-1].id_token == token


def test_a_transaction_is_stopped_by_its_integer_id(station: Station) -> None:
    """RequestStop becomes RemoteStop with the id the station knows; what is unknown or over is rejected."""
    station.peer = accepted
    given = station.start().transaction_id
    house_id = station.events[0].transaction_info.transaction_id
    request = house.RequestStopTransactionRequest(transaction_id=house_id)
    assert shown(station.ask(request))["status"] == "Accepted"
    assert station.last.peer == [wire.RemoteStopTransactionRequest(transaction_id=given)]
    station.stop(given, 2000)
    answer = shown(station.ask(request))
    assert (answer["status"], answer["statusInfo"]["reasonCode"]) == ("Rejected", "TxNotFound")


def test_a_stop_waits_until_the_station_knows_the_id(station: Station) -> None:
    """A start whose answer is still on its way is waited for, ten seconds at most."""
    station.peer = accepted
    station.answer = lambda _: Refusal("InternalError")
    station.start()
    house_id = station.events[0].transaction_info.transaction_id
    clock = [NOW]

    def pause(seconds: float) -> Any:
        clock[0] += timedelta(seconds=seconds)
        return clock[0]

    request = house.RequestStopTransactionRequest(transaction_id=house_id)
    assert shown(station.ask(request, pause=pause))["status"] == "Rejected"
    assert timedelta(seconds=10) <= clock[0] - NOW < timedelta(seconds=11)
    assert shown(station.ask(request))["status"] == "Rejected"


def test_a_connector_is_not_unlocked_during_a_transaction(station: Station) -> None:
    """A 1.6 station would end the transaction, so it is not asked; without one it is."""
    station.peer = accepted
    given = station.start().transaction_id
    request = house.UnlockConnectorRequest(evse_id=1, connector_id=1)
    assert shown(station.ask(request))["status"] == "OngoingAuthorizedTransaction"
    assert station.last.peer == []
    station.stop(given, 2000)
    assert shown(station.ask(request))["status"] == "Unlocked"
    unknown = house.UnlockConnectorRequest(evse_id=1, connector_id=2)
    assert shown(station.ask(unknown))["status"] == "UnknownConnector"


def test_a_transaction_event_is_triggered_by_asking_for_meter_values(station: Station) -> None:
    """1.6 has no such trigger; samples of the running transaction serve, and none running is said so."""
    station.peer = accepted
    request = house.TriggerMessageRequest(requested_message=house.MessageTrigger.TRANSACTION_EVENT)
    assert shown(station.ask(request))["statusInfo"]["reasonCode"] == "TxNotFound"
    station.start(2)
    assert shown(station.ask(request))["status"] == "Accepted"
    asked = wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.METER_VALUES, connector_id=2)
    assert station.last.peer == [asked]


def test_a_triggered_status_is_told_although_it_is_the_same(station: Station) -> None:
    """A status that was asked for reaches the house even when nothing changed; unasked it does not."""
    station.peer = accepted
    station.status(1, "Available")
    station.status(1, "Available")
    assert len(station.told) == 1
    station.ask(house.TriggerMessageRequest(requested_message=house.MessageTrigger.STATUS_NOTIFICATION))
    station.status(1, "Available")
    assert len(station.told) == 2


def test_several_connectors_of_one_evse_are_asked_one_by_one() -> None:
    """With two connectors on one EVSE, its availability is changed on both, and one rejection rejects."""
    policy = Policy(connector_map={1: (1, 1), 2: (1, 2)}, emit_custom_data=False)
    station = Station(policy=policy)
    for connector in (1, 2):
        station.status(connector, "Available")
    answers = {1: wire.AvailabilityStatus.ACCEPTED, 2: wire.AvailabilityStatus.SCHEDULED}
    station.peer = lambda request: wire.ChangeAvailabilityResponse(status=answers[request.connector_id])
    request = house.ChangeAvailabilityRequest(
        operational_status=house.OperationalStatus.INOPERATIVE, evse=house.EVSE(id=1)
    )
    assert shown(station.ask(request))["status"] == "Scheduled"
    assert [one.connector_id for one in station.last.peer] == [1, 2]
    unknown = house.ChangeAvailabilityRequest(
        operational_status=house.OperationalStatus.INOPERATIVE, evse=house.EVSE(id=9)
    )
    assert shown(station.ask(unknown))["statusInfo"]["reasonCode"] == "UnknownEvse"


# --- variables ----------------------------------------------------------------------------------------------------


def test_no_key_and_no_variable_stands_twice_in_the_table() -> None:
    """Keys are unique, and each variable is written by one key."""
    assert len({key.name.casefold() for key in KEYS}) == len(KEYS)
    places = [
        place[:3]
        for key in KEYS
        for place in key.places
        if place.characteristic is None and key.transform is not Transform.DERIVED
    ]
    assert len(places) == len(set(places)) == len(BY_PLACE)


@pytest.mark.parametrize(
    ("transform", "text", "value"),
    [
        (Transform.BOOLEAN, "TRUE", "true"),
        (Transform.BOOLEAN, "0", "false"),
        (Transform.INTEGER, " 60 ", "60"),
        (Transform.RATE_UNITS, "Current,Power", "A,W"),
        (Transform.MEASURANDS, "Voltage.L1, Voltage.L2,Temperature,SoC", "Voltage,SoC"),
        (Transform.MEASURANDS, "", ""),
    ],
)
def test_values_are_said_as_2_1_wants_them(transform: Transform, text: str, value: str) -> None:
    """Booleans, numbers, units and measurands have one spelling in the house."""
    assert value_to_house(transform, text) == value


def test_phases_of_a_measurand_are_kept_when_the_list_is_written() -> None:
    """A measurand that the station measures by phase stays so."""
    assert value_to_wire(Transform.MEASURANDS, "SoC,Voltage", current="Voltage.L1,Voltage.L2") == (
        "SoC,Voltage.L1,Voltage.L2"
    )


def _set(station: Station, component: str, variable: str, value: str) -> dict[str, Any]:
    item = {"component": {"name": component}, "variable": {"name": variable}, "attributeValue": value}
    answer = station.ask(message("v21:SetVariablesRequest", {"setVariableData": [item]}))
    assert is_valid("v21", answer)
    result: dict[str, Any] = shown(answer)["setVariableResult"][0]
    return result


@pytest.mark.parametrize(
    ("component", "variable", "value", "status", "reason"),
    [
        ("SampledDataCtrlr", "TxUpdatedMeasurands", "Display.PresentSOC", "Rejected", "ValueOutOfRange"),
        ("SecurityCtrlr", "BasicAuthPassword", "x" * 40, "Rejected", "ValueTooHigh"),
        ("SecurityCtrlr", "OrganizationName", "x" * 501, "Rejected", "TooLargeElement"),
        ("TxCtrlr", "TxStartPoint", "PowerPathClosed", "Accepted", None),
        ("TxCtrlr", "Unknown", "1", "UnknownVariable", None),
        ("Nonsense", "Unknown", "1", "UnknownComponent", None),
        ("SampledDataCtrlr", "TxEndedInterval", "77", "Rejected", "ReadOnly"),
    ],
)
def test_what_cannot_be_written_is_answered_without_asking(
    station: Station, component: str, variable: str, value: str, status: str, reason: str | None
) -> None:
    """Values that 1.6 cannot take, and variables it has no key for, are answered by the dialect."""
    result = _set(station, component, variable, value)
    assert result["attributeStatus"] == status
    assert result.get("attributeStatusInfo", {}).get("reasonCode") == reason
    assert station.last.peer == []


def test_a_password_is_sent_as_hexadecimal_digits(station: Station) -> None:
    """A 1.6 AuthorizationKey is written in hex, and never remembered."""
    station.peer = accepted
    assert _set(station, "SecurityCtrlr", "BasicAuthPassword", "sixteen-bytes-ok")["attributeStatus"] == "Accepted"
    assert station.last.peer[0].value == b"sixteen-bytes-ok".hex()
    assert "authorizationkey" not in station.half.configuration
    assert b"sixteen" not in station.half.snapshot()


def test_a_station_that_does_not_answer_a_write_rejects_it(station: Station) -> None:
    """A time-out is a rejected write with an internal error, and shown as lost."""
    result = _set(station, "OCPPCommCtrlr", "HeartbeatInterval", "60")
    assert result["attributeStatusInfo"]["reasonCode"] == "InternalError"
    assert station.last.losses


def test_a_base_report_is_made_from_the_keys(station: Station) -> None:
    """The answer goes out first; then the keys are read and reported in numbered parts."""
    station.peer = accepted
    station.status(1, "Faulted", error="GroundFailure")
    station.told.clear()
    request = house.GetBaseReportRequest(request_id=31, report_base=house.ReportBase.FULL_INVENTORY)
    answer = station.ask(request)
    assert shown(answer) == {"status": "Accepted"}
    assert station.last.answered_before == 0
    parts = [shown(one) for one in station.told]
    assert [part["seqNo"] for part in parts] == list(range(len(parts)))
    assert [part["tbc"] for part in parts] == [True] * (len(parts) - 1) + [False]
    assert all(part["requestId"] == 31 and len(part["reportData"]) <= 20 for part in parts)
    assert all(is_valid("v21", one) for one in station.told)
    data = {
        (entry["component"]["name"], entry["variable"]["name"], entry["component"].get("evse", {}).get("id")): entry
        for part in parts
        for entry in part["reportData"]
    }
    measurands = data["SampledDataCtrlr", "TxUpdatedMeasurands", None]
    assert measurands["variableAttribute"][0]["value"] == "Energy.Active.Import.Register,Voltage"
    assert measurands["variableCharacteristics"]["maxElements"] == 8
    assert data["OCPP16LegacyCtrlr", "VendorKey", None]["variableAttribute"][0]["value"] == "x"
    assert data["SmartChargingCtrlr", "Available", None]["variableAttribute"][0]["value"] == "true"
    assert data["ReservationCtrlr", "Available", None]["variableAttribute"][0]["value"] == "false"
    secret = data["SecurityCtrlr", "BasicAuthPassword", None]["variableAttribute"][0]
    assert secret == {"type": "Actual", "mutability": "WriteOnly"}
    assert data["RCD", "Tripped", 1]["variableAttribute"][0]["value"] == "true"
    assert ("Connector", "Available", 2) in data


@pytest.mark.parametrize(("base", "mutabilities"), [("ConfigurationInventory", {"ReadWrite", "WriteOnly"})])
def test_an_inventory_of_the_configuration_holds_what_can_be_written(
    station: Station, base: str, mutabilities: set[str]
) -> None:
    """Read-only variables are not part of the configuration inventory."""
    station.peer = accepted
    station.ask(house.GetBaseReportRequest(request_id=1, report_base=house.ReportBase(base)))
    found = {entry["variableAttribute"][0]["mutability"] for one in station.told for entry in shown(one)["reportData"]}
    assert found == mutabilities


def test_a_report_of_nothing_is_empty(station: Station) -> None:
    """GetReport answers EmptyResultSet when nothing matches, and reports what does."""
    station.peer = accepted
    wanted = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    for name, status, count in (("Nothing", "EmptyResultSet", 0), ("OCPPCommCtrlr", "Accepted", 1)):
        wanted["component"] = {"name": name}
        request = message("v21:GetReportRequest", {"requestId": 1, "componentVariable": [wanted]})
        assert shown(station.ask(request))["status"] == status
        assert len(station.told) == count
    assert len(shown(station.told[0])["reportData"]) == 1


def test_many_variables_are_asked_in_the_portions_the_station_takes(station: Station) -> None:
    """GetConfiguration never asks for more keys than the station says it takes."""
    station.half.configuration["getconfigurationmaxkeys"] = wire.KeyValue(
        key="GetConfigurationMaxKeys", readonly=True, value="3"
    )
    station.peer = configuration
    keys = [key for key in KEYS if key.access is not Access.WRITE and key.places[0].characteristic is None][:10]
    items = [
        {
            "component": {"name": key.places[0].component},
            "variable": {
                "name": key.places[0].variable,
                **({"instance": key.places[0].instance} if key.places[0].instance else {}),
            },
        }
        for key in keys
    ]
    answer = station.ask(message("v21:GetVariablesRequest", {"getVariableData": items}))
    assert all(len(one.key or ()) <= 3 for one in station.last.peer)
    assert len(answer.get_variable_result) == len(items)
    assert is_valid("v21", answer)
