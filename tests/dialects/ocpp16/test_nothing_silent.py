"""What 1.6 cannot say, or was not heard, is never silent: small rules of the mapping, row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import accepting, message
from tests.dialects.ocpp16.station import Station, at, meter
from tests.dialects.ocpp16.test_csms_features import Served
from tests.dialects.ocpp16.test_csms_transactions import Uplink
from tests.dialects.ocpp16.test_station_features import Told, profile

AWAY = Refusal("GenericError", silent=True)


def _faults(station: Station) -> list[tuple[str, str, int]]:
    return [
        (data.tech_code or "", data.actual_value, data.event_id)
        for one in station.told
        if isinstance(one, house.NotifyEventRequest)
        for data in one.event_data
    ]


# --- errors that nobody heard of (5.4) ----------------------------------------------------------------------------


def test_an_error_that_was_not_heard_is_told_again_first() -> None:
    """A status of 1.6 says an error once; unheard, it is told before what comes next, also after a restart (5.4.3)."""
    station = Station()
    station.status(1, "Available")
    station.answer = lambda _one: AWAY
    assert station.status(1, "Faulted", error="GroundFailure", when=1) == wire.StatusNotificationResponse()
    station.restart()
    station.told.clear()
    station.answer = accepting
    station.status(1, "Faulted", error="GroundFailure", when=2)
    assert _faults(station) == [("GroundFailure", "true", 1)]
    station.told.clear()
    station.answer = lambda _one: AWAY
    station.status(1, "Available", when=3)
    station.answer = accepting
    station.told.clear()
    station.status(1, "Faulted", error="OverVoltage", when=4)
    assert _faults(station) == [("GroundFailure", "false", 2), ("OverVoltage", "true", 3)]
    station.told.clear()
    station.status(1, "Faulted", error="OverVoltage", when=5)
    assert _faults(station) == []


def test_errors_that_were_not_heard_are_told_in_their_order() -> None:
    """While one is refused those after it wait: an error told after its end would be open for ever (5.4.3)."""
    station = Station()
    refusals = [Refusal("InternalError")]
    station.answer = lambda one: refusals.pop() if one.action == "NotifyEvent" and refusals else accepting(one)
    station.status(1, "Faulted", error="GroundFailure", when=1)
    refusals.append(Refusal("InternalError"))
    station.told.clear()
    station.status(1, "Available", when=2)
    assert _faults(station) == [("GroundFailure", "true", 1)]
    station.told.clear()
    station.status(1, "Available", when=3)
    assert _faults(station) == [("GroundFailure", "true", 1), ("GroundFailure", "false", 2)]
    assert station.half.memory.events_owed == []


def test_an_error_that_is_not_taken_is_shown_as_lost() -> None:
    """A refusal that judges the event is not asked for again, and not silent (5.4.1)."""
    station = Station()
    station.answer = lambda one: Refusal("NotSupported") if one.action == "NotifyEvent" else accepting(one)
    station.status(1, "Faulted", error="GroundFailure")
    assert [(loss.field, loss.value) for loss in station.last.losses] == [("errorCode", "GroundFailure")]
    assert station.half.memory.events_owed == []


def test_only_so_many_errors_are_kept() -> None:
    """A station whose house is away for long does not fill the memory; the oldest are shown as lost."""
    station = Station()
    station.answer = lambda _one: AWAY
    for turn in range(20):
        station.status(1, "Faulted", error="GroundFailure", when=turn)
        station.status(1, "Available", when=turn + 0.5)
    assert len(station.half.memory.events_owed) == 32
    assert "too many are kept" in station.last.losses[0].reason


# --- clocks (3.1) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("emit", [False, True])
def test_every_time_of_a_clock_that_was_never_set_is_flagged(emit: bool) -> None:
    """Statuses and samples too are handed on as they are, and shown (3.1)."""
    station = Station(policy=Policy(emit_custom_data=emit))
    given = station.start().transaction_id
    unset = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    sample = meter(given, "1500").meter_value[0]
    station.send(
        wire.MeterValuesRequest(
            connector_id=1,
            transaction_id=given,
            meter_value=(wire.MeterValue(timestamp=unset, sampled_value=sample.sampled_value),),
        )
    )
    assert [loss.reason for loss in station.last.losses] == ["clock-unset"]
    assert station.events[-1].timestamp == unset
    assert station.events[-1].custom_data is None
    station.send(
        wire.StatusNotificationRequest(
            connector_id=2,
            status=wire.ChargePointStatus.AVAILABLE,
            error_code=wire.ChargePointErrorCode.NO_ERROR,
            timestamp=unset,
        )
    )
    assert [loss.reason for loss in station.last.losses] == ["clock-unset"]


# --- commands -----------------------------------------------------------------------------------------------------


def test_a_place_that_a_token_of_the_list_is_bound_to_is_shown_as_lost() -> None:
    """A 1.6 station lets a token of its list charge everywhere; that is more than was asked (5.3, 6.14)."""
    station = Told()
    entry = {"idToken": {"idToken": "A", "type": "Central"}, "idTokenInfo": {"status": "Accepted", "evseId": [1, 2]}}
    payload = {"versionNumber": 3, "updateType": "Full", "localAuthorizationList": [entry]}
    assert station.do("SendLocalList", payload)["status"] == "Accepted"
    assert [(loss.action, loss.field, loss.value) for loss in station.last.losses] == [
        ("SendLocalList", "idTokenInfo.evseId", "1,2")
    ]


def test_a_profile_that_only_some_connectors_took_is_shown() -> None:
    """Refused as a whole, it is in force at one of them (6.15)."""
    station = Told(policy=Policy(emit_custom_data=False, connector_map={1: (1, 1), 2: (1, 2)}))
    station.peer = lambda one: message(
        "v16:SetChargingProfileResponse", {"status": "Accepted" if one.connector_id == 1 else "Rejected"}
    )
    for connector in (1, 2):
        station.status(connector, "Available")
    answer = station.do("SetChargingProfile", {"evseId": 1, "chargingProfile": profile(5)})
    assert answer["status"] == "Rejected"
    assert [(loss.field, loss.value) for loss in station.last.losses] == [("evseId", 1)]


def test_a_reservation_whose_end_is_not_taken_is_shown() -> None:
    """It is told once; unheard, it is a loss (5.4.5)."""
    station = Told()
    reserve = {
        "id": 4,
        "expiryDateTime": "2026-03-01T13:00:00Z",
        "idToken": {"idToken": "A", "type": "Central"},
        "evseId": 1,
    }
    assert station.do("ReserveNow", reserve)["status"] == "Accepted"
    station.answer = lambda _one: AWAY
    station.advance(datetime(2026, 3, 1, 13, 2, tzinfo=UTC))
    assert [loss.action for loss in station.last.losses] == ["ReservationStatusUpdate"]


# --- a 1.6 management system --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "written", "lost"),
    [
        ("Voltage", "Accepted", "Voltage", False),
        ("Temperature", "Accepted", "", True),
        ("Voltage.L1", "Accepted", "Voltage", True),
        ("Voltage.L1,Voltage.L2", "Accepted", "Voltage", True),
        ("Voltage,Temperature", "Accepted", "Voltage", True),
        ("Voltage,Volume", "Rejected", None, False),
        ("Voltage.L9", "Rejected", None, False),
    ],
)
def test_no_measurand_is_left_out_in_silence(text: str, status: str, written: str | None, lost: bool) -> None:
    """What 2.x has no word for is shown, and what nobody can measure is refused (8.6)."""
    uplink = Served()
    answer = uplink.do("ChangeConfiguration", {"key": "MeterValuesSampledData", "value": text})
    assert answer == {"status": status}
    values = [item.attribute_value for one in uplink.last.house for item in one.set_variable_data]
    assert values == ([] if written is None else [written])
    assert bool(uplink.last.losses) is lost


def _event(tech_info: str, *, tech_code: str | None = None, cleared: bool | None = None) -> Any:
    data = house.EventData(
        event_id=1,
        timestamp=at(0),
        trigger=house.EventTrigger.ALERTING,
        actual_value="true",
        cleared=cleared,
        tech_code=tech_code,
        tech_info=tech_info,
        event_notification_type=house.EventNotification.HARD_WIRED_NOTIFICATION,
        component=house.Component(name="Connector", evse=house.EVSE(id=1, connector_id=1)),
        variable=house.Variable(name="Problem"),
    )
    return house.NotifyEventRequest(generated_at=at(0), seq_no=0, tbc=False, event_data=(data,))


@pytest.mark.parametrize(
    ("tech_info", "tech_code", "fields"),
    [
        ("x" * 50, "y" * 50, []),
        ("x" * 51, None, ["techInfo"]),
        ("short", "y" * 51, ["techCode"]),
        ("v" * 256 + ":c i", None, ["techInfo.vendor"]),
        ("v:" + "c" * 51 + " " + "i" * 51, None, ["techInfo.code", "techInfo.info"]),
    ],
)
def test_the_words_of_a_vendor_are_never_cut_in_silence(
    tech_info: str, tech_code: str | None, fields: list[str]
) -> None:
    """1.6 has room for less; what it is told stays legal, and the whole is shown (3.6)."""
    uplink = Uplink()
    uplink.say(_event(tech_info, tech_code=tech_code))
    (said,) = uplink.received("StatusNotification")
    assert len(said.info or "") <= 50 and len(said.vendor_error_code or "") <= 50 and len(said.vendor_id or "") <= 255
    assert [loss.field for loss in uplink.last.losses] == [f"eventData[0].{field}" for field in fields]
    uplink.say(_event(tech_info, tech_code=tech_code, cleared=True))
    assert uplink.last.losses == []


def test_a_long_name_of_a_meter_is_cut_and_shown() -> None:
    """1.6 has 25 characters for it (3.6)."""
    uplink = Uplink()
    uplink.half.memory.meter_type = "M" * 26
    uplink.half.memory.meter_serial_number = "S" * 25
    uplink.say(
        house.BootNotificationRequest(
            reason=house.BootReason.POWER_UP, charging_station=house.ChargingStation(vendor_name="V", model="M")
        )
    )
    (boot,) = uplink.received("BootNotification")
    assert (boot.meter_type, boot.meter_serial_number) == ("M" * 25, "S" * 25)
    assert [loss.field for loss in uplink.last.losses] == ["FiscalMetering.Model"]


def test_fields_newer_than_the_wrapped_message_are_shown() -> None:
    """Plug and charge wraps messages of 2.0.1; what these lack is a loss, and so is the root of an own certificate."""
    uplink = Served()
    uplink.report({"name": "ISO15118Ctrlr"}, "PnCEnabled", "true")
    hashes = house.CertificateHashData(
        hash_algorithm=house.HashAlgorithm.SHA256, issuer_name_hash="n", issuer_key_hash="k", serial_number="1"
    )
    for use in (house.CertificateSigningUse.V2G_CERTIFICATE, None):
        uplink.say(
            house.SignCertificateRequest(csr="csr", certificate_type=use, hash_root_certificate=hashes, request_id=7)
        )
        assert "hashRootCertificate" in [loss.field for loss in uplink.last.losses]
        assert "requestId" not in [loss.field for loss in uplink.last.losses]


def test_a_value_that_1_6_has_no_room_or_words_for_is_shown() -> None:
    """A list is cut between its items, and a measurand that only 2.x has is left out; neither is silent (6.7, 8.6)."""
    uplink = Served()
    protocols = ",".join(["HTTPS"] * 100)
    uplink.report({"name": "OCPPCommCtrlr"}, "FileTransferProtocols", protocols)
    uplink.report({"name": "SampledDataCtrlr"}, "TxUpdatedMeasurands", "Voltage,Energy.Active.Net")
    answer = uplink.do("GetConfiguration", {})
    values = {entry["key"]: entry.get("value") for entry in answer["configurationKey"]}
    assert values["SupportedFileTransferProtocols"] == ",".join(["HTTPS"] * 83)
    assert values["MeterValuesSampledData"] == "Voltage"
    assert {(loss.field, loss.value) for loss in uplink.last.losses} == {
        ("SupportedFileTransferProtocols", protocols),
        ("MeterValuesSampledData", "Voltage,Energy.Active.Net"),
    }
    uplink.do("GetConfiguration", {"key": ["NumberOfConnectors"]})
    assert uplink.last.losses == []


def test_a_place_for_diagnostics_that_is_too_long_is_shown() -> None:
    """1.6 has no answer for it but that there is nothing to upload (3.6, 6.8)."""
    uplink = Served()
    location = "ftp://h/" + "x" * 2000
    assert uplink.do("GetDiagnostics", {"location": location}) == {}
    assert (uplink.last.house, [loss.field for loss in uplink.last.losses]) == ([], ["location"])


def test_a_start_at_no_connector_is_shown() -> None:
    """The energy is real, so the start is taken; with several connectors nobody knows where (5.5)."""
    station = Told()
    station.start(0)
    assert station.events[-1].evse is None
    assert [(loss.field, loss.value) for loss in station.last.losses] == [("connectorId", 0)]


def test_a_status_after_an_unanswered_start_brings_the_start_first() -> None:
    """The state is not lost with the start that nobody answered: both are told, in order (5.4.1, 9.1)."""
    station = Station()
    station.answer = lambda _one: AWAY
    assert isinstance(station.start(), Refusal)
    station.answer = accepting
    station.status(1, "Charging", when=5)
    assert [event.seq_no for event in station.events] == [0, 0, 1]
    assert station.events[-1].transaction_info.charging_state is house.ChargingState.CHARGING
    given = station.start()
    assert given.id_tag_info.status is wire.AuthorizationStatus.ACCEPTED
    assert len(station.events) == 3


def test_another_sample_at_the_end_is_not_its_register() -> None:
    """Only a register of Transaction.End stands for meterStop; else it is told as such (5.7)."""
    station = Station()
    given = station.start().transaction_id
    samples = (
        wire.SampledValue(value="230", context=wire.ReadingContext.TRANSACTION_END, measurand=wire.Measurand.VOLTAGE),
        wire.SampledValue(value="2000", context=wire.ReadingContext.SAMPLE_PERIODIC),
    )
    station.send(
        wire.StopTransactionRequest(
            transaction_id=given,
            meter_stop=2000,
            timestamp=at(600),
            transaction_data=(wire.TransactionData(timestamp=at(600), sampled_value=samples),),
        )
    )
    (*_, last) = station.events[-1].meter_value or ()
    assert [(sample.value, sample.context) for sample in last.sampled_value] == [
        (2000, house.ReadingContext.TRANSACTION_END)
    ]


def test_connectors_that_were_changed_before_a_refusal_are_shown() -> None:
    """An EVSE with two connectors whose second does not answer is half changed (6.2)."""
    station = Told(policy=Policy(emit_custom_data=False, connector_map={1: (1, 1), 2: (1, 2)}))
    station.peer = lambda one: (
        message("v16:ChangeAvailabilityResponse", {"status": "Accepted"}) if one.connector_id == 1 else AWAY
    )
    answer = station.do("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}})
    assert answer == {"refused": "GenericError"}
    assert [(loss.field, loss.value) for loss in station.last.losses] == [("evse", 1)]


def test_a_status_that_is_not_taken_is_shown() -> None:
    """A 1.6 management system that refuses a status for good never hears of it (5.4.4)."""
    uplink = Uplink()
    uplink.answer = lambda _one: Refusal("PropertyConstraintViolation")
    said = house.StatusNotificationRequest(
        timestamp=at(0), connector_status=house.ConnectorStatus.FAULTED, evse_id=1, connector_id=1
    )
    assert uplink.say(said) == house.StatusNotificationResponse()
    assert ("status", "Faulted") in [(loss.field, loss.value) for loss in uplink.last.losses]
    uplink.answer = lambda _one: AWAY
    uplink.say(said)
    assert uplink.last.losses == []


def test_what_the_answer_to_an_old_status_says_is_shown() -> None:
    """A status that is told again has nobody to tell what its answer says (5.6.1, 9.1)."""
    station = Station()
    given = station.start().transaction_id
    station.answer = lambda one: AWAY if one.action == "TransactionEvent" else accepting(one)
    station.status(1, "Charging", when=5)
    info = house.IdTokenInfo(status=house.AuthorizationStatus.INVALID)
    station.answer = lambda one: (
        house.TransactionEventResponse(id_token_info=info) if one.action == "TransactionEvent" else accepting(one)
    )
    station.stop(given, 2000)
    shown = [(loss.field, loss.value) for loss in station.last.losses]
    assert ("idTokenInfo.status", "Invalid") in shown


@pytest.mark.parametrize(("cleared", "status"), [("Rejected", "Invalid"), ("Accepted", "Accepted")])
def test_a_cache_that_was_not_cleared_still_binds_tokens_to_their_places(cleared: str, status: str) -> None:
    """What the house said of a token is forgotten only with the cache of the station (5.5, 6.4)."""
    station = Station()
    bound = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED, evse_id=(2,))
    station.answer = lambda one: (
        house.AuthorizeResponse(id_token_info=bound) if one.action == "Authorize" else house.TransactionEventResponse()
    )
    station.send(wire.AuthorizeRequest(id_tag="04A1B2C3"))
    station.peer = lambda _one: wire.ClearCacheResponse(status=wire.ClearCacheStatus(cleared))
    assert station.ask(house.ClearCacheRequest()).status == cleared
    assert station.start(1).id_tag_info.status == status
