"""Single rules of the mapping that no other file is about, one test each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import NOW, accepting, message, shown
from tests.dialects.ocpp16.station import Station, at
from tests.dialects.ocpp16.test_csms_features import Served
from tests.dialects.ocpp16.test_csms_transactions import AWAY, CARD, CHARGING, Uplink
from tests.dialects.ocpp16.test_station_features import FIRMWARE, Told

BOOT: dict[str, Any] = {"charge_point_vendor": "V", "charge_point_model": "M", "firmware_version": "1"}
TWO_ON_ONE = Policy(emit_custom_data=False, connector_map={1: (1, 1), 2: (1, 2), 3: (1, 3)})


# --- 3.2, 6.18: which connector of an EVSE -------------------------------------------------------------------------


def test_the_connector_of_a_transaction_comes_before_one_with_a_cable() -> None:
    """Of an EVSE's connectors: the one in use, else one with a cable in, else a free one, else the first (3.2)."""
    station = Told(policy=TWO_ON_ONE)
    request = {"evseId": 1, "duration": 60}
    station.peer = lambda _one: message("v16:GetCompositeScheduleResponse", {"status": "Rejected"})

    def asked() -> int:
        station.do("GetCompositeSchedule", request)
        return int(station.last.peer[0].connector_id)

    for connector in (1, 2, 3):
        station.status(connector, "Unavailable")
    assert asked() == 1
    station.status(3, "Available", when=1)
    assert asked() == 3
    station.status(2, "Preparing", when=2)
    assert asked() == 2
    station.start(3, when=3)
    assert asked() == 3


def test_a_trigger_for_an_evse_alone_asks_for_all_statuses() -> None:
    """1.6 has no status of an EVSE, so the connector is left out; a wrong one is not guessed (6.18)."""
    station = Told(policy=TWO_ON_ONE)
    trigger: dict[str, Any] = {"requestedMessage": "StatusNotification", "evse": {"id": 1}}
    assert station.do("TriggerMessage", trigger) == {"status": "Accepted"}
    assert station.last.peer[0].connector_id is None
    station.do("TriggerMessage", {**trigger, "evse": {"id": 1, "connectorId": 2}})
    assert station.last.peer[0].connector_id == 2
    for evse, reason in (({"id": 1, "connectorId": 9}, "UnknownConnectorId"), ({"id": 9}, "UnknownEvse")):
        answer = station.do("TriggerMessage", {**trigger, "evse": evse})
        assert (answer["status"], answer["statusInfo"]["reasonCode"]) == ("Rejected", reason)


# --- 5.1: why a station boots --------------------------------------------------------------------------------------


def _reason(station: Station, **more: Any) -> str:
    station.send(wire.BootNotificationRequest(**{**BOOT, **more}))
    return str(station.told[-1].reason.value)


@pytest.mark.parametrize(
    ("statuses", "reason"),
    [
        (["Downloading"], "PowerUp"),
        (["Downloading", "Downloaded"], "FirmwareUpdate"),
        (["Downloaded", "Installing", "InstallationFailed"], "PowerUp"),
        (["Installed"], "FirmwareUpdate"),
    ],
)
def test_an_update_that_came_far_enough_is_the_reason_of_the_next_boot(statuses: list[str], reason: str) -> None:
    """Also when the version stays the same, also after a restart; the boot after that has another reason."""
    station = Told()
    station.do("UpdateFirmware", FIRMWARE)
    for status in statuses:
        station.send(wire.FirmwareStatusNotificationRequest(status=wire.FirmwareStatus(status)))
    station.restart()
    assert _reason(station) == reason
    assert _reason(station) == "PowerUp"


def test_a_short_absence_is_no_power_cut() -> None:
    """A station that was heard within a minute before it came back booted for an unknown reason."""
    station = Station()
    station.send(wire.HeartbeatRequest(), now=NOW)
    station.half.connected(now=NOW + timedelta(seconds=30))
    boot = wire.BootNotificationRequest(**BOOT)
    station.send(boot, now=NOW + timedelta(seconds=31))
    assert station.told[-1].reason is house.BootReason.UNKNOWN
    station.half.connected(now=NOW + timedelta(hours=3))
    station.send(boot, now=NOW + timedelta(hours=3))
    assert station.told[-1].reason is house.BootReason.POWER_UP


def test_what_the_house_says_beside_a_boot_status_is_shown_as_lost() -> None:
    """1.6 has no place for the reason of a refusal."""
    station = Station()
    station.answer = lambda _one: house.BootNotificationResponse(
        status=house.RegistrationStatus.REJECTED,
        current_time=NOW,
        interval=60,
        status_info=house.StatusInfo(reason_code="NotFound"),
    )
    _reason(station)
    assert [(loss.field, loss.value) for loss in station.last.losses] == [("statusInfo", "NotFound")]


# --- 5.4: statuses ------------------------------------------------------------------------------------------------


def test_a_reservation_is_told_after_the_status_that_ended_it() -> None:
    """First the event, then the status, then the transaction, then the reservation (5.4.1)."""
    station = Told()
    reserve = {"id": 7, "expiryDateTime": at(600).isoformat(), "idToken": {"idToken": "A", "type": "Central"}}
    station.do("ReserveNow", {**reserve, "evseId": 1})
    station.status(1, "Reserved", when=1)
    station.told.clear()
    station.status(1, "Faulted", error="GroundFailure", when=2)
    assert [one.action for one in station.told] == ["NotifyEvent", "StatusNotification", "ReservationStatusUpdate"]


def _boot(uplink: Uplink) -> None:
    uplink.say(
        message(
            "v21:BootNotificationRequest",
            {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}},
        )
    )


def _said(uplink: Uplink) -> list[tuple[int, str]]:
    found = [(one.connector_id, one.status.value) for one in uplink.received("StatusNotification")]
    uplink.management.received.clear()
    return found


def test_connector_0_is_told_once_after_a_boot_and_when_all_are_unavailable() -> None:
    """A 2.x station seldom speaks of itself as a whole (5.4.2)."""
    uplink = Served()
    _said(uplink)
    _boot(uplink)
    uplink.status(1, "Available")
    uplink.status(2, "Available")
    assert _said(uplink) == [(1, "Available"), (2, "Available"), (0, "Available")]
    uplink.status(1, "Unavailable")
    assert _said(uplink) == [(1, "Unavailable")]
    uplink.status(2, "Unavailable")
    assert _said(uplink) == [(2, "Unavailable"), (0, "Unavailable")]
    uplink.restart()
    uplink.status(2, "Occupied")
    assert _said(uplink) == [(2, "Preparing"), (0, "Available")]


def test_what_a_station_says_of_itself_is_connector_0() -> None:
    """Its own word counts, and a triggered status says it again (5.4.2, 6.18)."""
    uplink = Served()
    event = {
        "eventId": 1,
        "timestamp": NOW.isoformat(),
        "trigger": "Delta",
        "actualValue": "Faulted",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "ChargingStation"},
        "variable": {"name": "AvailabilityState"},
    }
    _said(uplink)
    uplink.say(message("v21:NotifyEventRequest", {"generatedAt": NOW.isoformat(), "seqNo": 0, "eventData": [event]}))
    assert _said(uplink) == [(0, "Faulted")]
    for request in ({"connectorId": 0}, {}):
        assert uplink.do("TriggerMessage", {"requestedMessage": "StatusNotification", **request}) == {
            "status": "Accepted"
        }
        assert uplink.last.answered_before == len(uplink.last.house)
        assert _said(uplink) == [(0, "Faulted")]
    assert len(uplink.last.house) == 2, "one for each connector"


def test_a_trigger_is_accepted_when_one_of_several_is() -> None:
    """A connector that cannot answer does not spoil the others (6.18)."""
    uplink = Served()
    answers = iter([Refusal("InternalError", "no"), message("v21:TriggerMessageResponse", {"status": "Accepted"})])
    uplink.station = lambda _one: next(answers)
    assert uplink.do("TriggerMessage", {"requestedMessage": "StatusNotification"}) == {"status": "Accepted"}


def _event(uplink: Uplink, component: str, variable: str, value: str, **more: Any) -> list[tuple[str, str | None]]:
    uplink.management.received.clear()
    event = {
        "eventId": 1,
        "timestamp": NOW.isoformat(),
        "trigger": "Alerting",
        "actualValue": value,
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": component, "evse": {"id": 1}},
        "variable": {"name": variable},
        **more,
    }
    uplink.say(message("v21:NotifyEventRequest", {"generatedAt": NOW.isoformat(), "seqNo": 0, "eventData": [event]}))
    return [(one.error_code.value, one.vendor_error_code) for one in uplink.received("StatusNotification")]


def test_the_error_that_opened_last_is_told() -> None:
    """And when it is over the one before it again (5.4.4)."""
    uplink = Served()
    assert _event(uplink, "RCD", "Tripped", "true") == [("GroundFailure", None)]
    assert _event(uplink, "PowerContactor", "Problem", "true") == [("PowerSwitchFailure", None)]
    assert _event(uplink, "RCD", "Tripped", "true") == [("GroundFailure", None)]
    assert _event(uplink, "RCD", "Tripped", "false", cleared=True) == [("PowerSwitchFailure", None)]
    assert _event(uplink, "PowerContactor", "Problem", "false") == [("NoError", None)]


@pytest.mark.parametrize(
    ("component", "variable", "tech_code", "told"),
    [
        ("EVRetentionLock", "Problem", None, ("ConnectorLockFailure", None)),
        ("ISO15118Ctrlr", "Problem", None, ("EVCommunicationError", None)),
        ("CHAdeMOCtrlr", "Problem", None, ("EVCommunicationError", None)),
        ("RCDRecloser", "Mode", None, ("GroundFailure", None)),
        ("GroundIsolationProtection", "Tripped", None, ("GroundFailure", None)),
        ("LiquidCoolingSystem", "Problem", None, ("HighTemperature", None)),
        ("TariffCostCtrlr", "Problem", "T7", ("InternalError", "T7")),
        ("OverCurrentProtection", "Overload", None, ("OverCurrentFailure", None)),
        ("ElectricalFeed", "Problem", "OverVoltage", ("OverVoltage", None)),
        ("ElectricalFeed", "Voltage", "UnderVoltage", ("UnderVoltage", None)),
        ("Anything", "Problem", "X1", ("OtherError", "X1")),
        ("DataLink", "SignalStrength", None, ("WeakSignal", None)),
    ],
)
def test_conditions_of_2_x_have_their_error_code(
    component: str, variable: str, tech_code: str | None, told: tuple[str, str | None]
) -> None:
    """Table 7.3 read from the right: the technical code first, then the component."""
    value = "-100" if variable == "SignalStrength" else "true"
    more = {} if tech_code is None else {"techCode": tech_code}
    uplink = Served()
    assert _event(uplink, component, variable, value, **more) == [told]
    assert _event(uplink, component, variable, value, cleared=True, **more) == [("NoError", None)]


# --- 5.12, 5.13, 6.10, 6.12: what the other side lacks --------------------------------------------------------------


def test_a_management_system_without_the_extension_is_asked_once() -> None:
    """Security events are acknowledged for it, certificates refused; a boot lets it be asked again."""
    uplink = Served()
    uplink.answer = lambda one: Refusal("NotImplemented", one.action)
    event = house.SecurityEventNotificationRequest(type="InvalidMessages", timestamp=NOW)
    certificate = message("v21:SignCertificateRequest", {"csr": "x"})
    for asked in (1, 0):
        assert uplink.say(event) == house.SecurityEventNotificationResponse()
        assert len(uplink.last.peer) == asked
        assert uplink.last.losses[0].reason == "the management system has no security extension"
        assert uplink.say(certificate).status is house.GenericStatus.REJECTED
        assert len(uplink.last.peer) == asked
    uplink.answer = uplink.management.answer
    _boot(uplink)
    uplink.say(event)
    assert len(uplink.last.peer) == 1


def test_a_station_without_reservations_rejects_them() -> None:
    """1.6 has a status for it; silence stays silence."""
    uplink = Served()
    payload = {"connectorId": 1, "expiryDate": at(600).isoformat(), "idTag": "A", "reservationId": 5}
    uplink.station = lambda one: Refusal("NotSupported", one.action)
    assert uplink.do("ReserveNow", payload) == {"status": "Rejected"}
    uplink.station = lambda _one: AWAY
    assert "refused" in uplink.do("ReserveNow", payload)


def test_a_cable_left_after_a_transaction_is_where_a_driver_stands() -> None:
    """Occupied without an authorised transaction, whatever 1.6 calls it (6.10)."""
    uplink = Served()
    uplink.event("Started", "Authorized", id_token=CARD, evse=house.EVSE(id=2, connector_id=1), meter=5)
    uplink.status(2, "Occupied")
    uplink.event("Ended", "StopAuthorized", meter=9, charging_state=house.ChargingState.EV_CONNECTED)
    uplink.do("RemoteStartTransaction", {"idTag": "A"})
    assert uplink.last.house[0].evse_id == 2


def test_no_free_place_in_a_table_of_connectors_rejects_a_remote_start() -> None:
    """Also where the connectors are known by the table alone (3.2, 6.10)."""
    uplink = Served(Policy(emit_custom_data=False, connector_map={1: (1, 1), 2: (2, 1)}))
    for evse_id in (1, 2):
        uplink.status(evse_id, "Unavailable")
    assert uplink.do("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}


# --- samples ------------------------------------------------------------------------------------------------------


def test_a_charge_shown_by_the_vehicle_is_a_state_of_charge_in_it() -> None:
    """Display.PresentSOC stands in for SoC, at the vehicle, unless the plain one is there (7.4)."""
    uplink = Uplink()
    samples = [{"value": 55, "measurand": "Display.PresentSOC", "unitOfMeasure": {"unit": "Percent"}}]
    for extra in ([], [{"value": 54, "measurand": "SoC", "unitOfMeasure": {"unit": "Percent"}}]):
        value = {"timestamp": NOW.isoformat(), "sampledValue": [*samples, *extra]}
        uplink.say(message("v21:MeterValuesRequest", {"evseId": 1, "meterValue": [value]}))
        said = [shown(one) for one in uplink.received("MeterValues")[-1].meter_value[0].sampled_value]
        if not extra:
            assert said == [{"value": "55", "measurand": "SoC", "location": "EV", "unit": "Percent"}]
        else:
            assert said == [{"value": "54", "measurand": "SoC", "unit": "Percent"}]


@pytest.mark.parametrize("field", ["signingMethod", "encodingMethod", "publicKey"])
def test_signed_data_are_never_cut(field: str) -> None:
    """A signature that is shorter than it was verifies nothing: what does not fit is lost and shown (5.6.2)."""
    station = Station()
    station.answer = accepting
    parts = {"signedMeterData": "T0NNRg==", "encodingMethod": "OCMF", "signingMethod": "s", "publicKey": "k"}
    text = str({**parts, field: "x" * 2501}).replace("'", '"')
    value = wire.SampledValue(value=text, format=wire.ValueFormat.SIGNED_DATA)
    meter_value = wire.MeterValue(timestamp=at(0), sampled_value=(value,))
    station.send(wire.MeterValuesRequest(connector_id=1, meter_value=(meter_value,)))
    assert station.told == []
    assert [loss.reason for loss in station.last.losses] == ["signed data too long"]


def test_why_a_2_x_station_says_no_is_shown_as_lost() -> None:
    """1.6 answers have a status alone; the reason code of every command's answer is noted (3.6)."""
    uplink = Served()
    uplink.event("Started", "Authorized", id_token=CARD, evse=house.EVSE(id=1, connector_id=1), meter=5)
    assert CHARGING is house.ChargingState.CHARGING
    info = {"status": "Rejected", "statusInfo": {"reasonCode": "NotEnabled"}}
    uplink.station = lambda one: message(f"v21:{one.action}Response", info)
    for action, payload in (
        ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
        ("ClearCache", {}),
        ("Reset", {"type": "Hard"}),
        ("RemoteStopTransaction", {"transactionId": uplink.management.last_id}),
        ("RemoteStartTransaction", {"connectorId": 2, "idTag": "A"}),
        ("DataTransfer", {"vendorId": "org.example"}),
    ):
        assert uplink.do(action, payload) == {"status": "Rejected"}
        assert [(loss.action, loss.field, loss.value) for loss in uplink.last.losses] == [
            (action, "statusInfo", "NotEnabled")
        ]


def test_a_time_from_a_clock_that_was_never_set_is_flagged() -> None:
    """It is handed on unchanged, for a start and for a stop (3.1)."""
    station = Station()
    station.peer = lambda one: Refusal("NotSupported", one.action)
    early = NOW.replace(year=2001)
    begun = wire.StartTransactionRequest(connector_id=1, id_tag="A", meter_start=0, timestamp=early)
    given = station.send(begun).transaction_id
    assert [(loss.field, loss.reason) for loss in station.last.losses] == [("timestamp", "clock-unset")]
    station.send(wire.StopTransactionRequest(transaction_id=given, meter_stop=1, timestamp=early))
    assert "clock-unset" in [loss.reason for loss in station.last.losses]
    assert [event.timestamp for event in station.events] == [early, early]
    station.start(2)
    assert station.last.losses == []
