"""Both halves of the 2.0 dialect: every message passes, and what only one version has is done by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import DamagedMemory, Policy, Refusal, csms_half, station_half
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp20.encoding import CERTIFICATE, to_digits, to_pem
from pluglot.dialects.ocpp20.rules import UNNUMBERED
from tests.dialects.driver import NOW, Carried, accepting, carry, message, seeded, shown
from tests.dialects.ocpp20.plausible import Plausible
from tests.dialects.samples import is_valid, rows

ROWS = rows("v20")
COMMON = [row for row in ROWS if row.name in house.ACTIONS]


def _station(policy: Policy | None = None) -> Any:
    return station_half("2.0", identity="CS1", random=seeded(), policy=policy)


def _csms() -> Any:
    return csms_half("2.0", identity="CS1", random=seeded())


@pytest.mark.requirement("RPC-09", "RPC-16")
@pytest.mark.parametrize("row", COMMON, ids=lambda row: row.name)
@pytest.mark.parametrize("side", [house.Sender.STATION, house.Sender.CSMS], ids=["station", "csms"])
def test_every_message_of_2_0_is_put_to_the_house_and_answered(row: Any, side: house.Sender) -> None:
    """Each request the peer may send becomes a valid 2.1 request, and what the house answers a valid 2.0 answer."""
    half = _station() if side is house.Sender.STATION else _csms()
    older, newer = Plausible(7, digits=True), Plausible(8, digits=False)
    answered = 0
    for _ in range(8 * (side in row.sender)):
        response = newer.message(house.ACTIONS[row.name].response)
        carried = carry(half.inward(older.message(row.request), now=NOW), house=lambda _, told=response: told)
        assert all(is_valid("v21", one) for one in carried.house)
        assert isinstance(carried.answer, Refusal) or is_valid("v20", carried.answer)
        assert carried.house or carried.losses or shown(carried.answer)["status"] != "Accepted"
        answered += not isinstance(carried.answer, Refusal)
    assert answered or side not in row.sender


@pytest.mark.requirement("RPC-09", "RPC-16")
@pytest.mark.parametrize("row", COMMON, ids=lambda row: row.name)
@pytest.mark.parametrize("side", [house.Sender.STATION, house.Sender.CSMS], ids=["csms", "station"])
def test_every_message_of_the_house_is_put_to_a_2_0_peer_and_answered(row: Any, side: house.Sender) -> None:
    """Each request for the peer becomes valid 2.0 requests, and what the peer answers a valid 2.1 answer."""
    half = _csms() if side is house.Sender.STATION else _station()
    older, newer = Plausible(7, digits=True), Plausible(8, digits=False)
    answered = 0
    for _ in range(8 * (side in row.sender)):
        request = newer.message(house.ACTIONS[row.name].request)
        carried = carry(half.outward(request, now=NOW), peer=lambda asked: older.message(_response(asked)))
        assert all(is_valid("v20", one) for one in carried.peer)
        assert isinstance(carried.answer, Refusal) or is_valid("v21", carried.answer)
        answered += not isinstance(carried.answer, Refusal)
    assert answered or side not in row.sender


def _response(request: Any) -> Any:
    return wire.ACTIONS[request.action].response


@pytest.mark.parametrize("row", COMMON, ids=lambda row: row.name)
def test_a_refusal_passes_through(row: Any) -> None:
    """A CALLERROR of either side is handed on as it is, by whatever way the request was asked."""
    refusal = Refusal("SecurityError", "not accepted yet")
    for side, peer_half, house_half in (
        (house.Sender.STATION, _station(), _csms()),
        (house.Sender.CSMS, _csms(), _station()),
    ):
        if side not in row.sender:
            continue
        inward = carry(
            peer_half.inward(Plausible(3, digits=True).message(row.request), now=NOW), house=lambda _: refusal
        )
        assert inward.answer is refusal or not inward.house
        request = Plausible(3, digits=False).message(house.ACTIONS[row.name].request)
        outward = carry(house_half.outward(request, now=NOW), peer=lambda _: refusal)
        assert outward.answer is refusal or not outward.peer


NEWER = [row for row in house.ACTIONS.values() if row.name not in wire.ACTIONS]


#: What the station is asked before it is answered for, to answer in the most specific way (mapping 11.2).
ASKED_FIRST = {"ChangeTransactionTariff": ["GetTransactionStatus"]}


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", [row for row in NEWER if house.Sender.CSMS in row.sender], ids=lambda row: row.name)
def test_a_request_that_2_0_lacks_is_answered_with_a_no(row: Any) -> None:
    """A management system's request that a 2.0 station cannot be asked has the no of its type, and is listed."""
    carried = carry(_station().outward(Plausible(3, digits=False).message(row.request), now=NOW))
    assert type(carried.answer) is row.response
    assert [loss.action for loss in carried.losses] == [row.name]
    assert [one.action for one in carried.asked] == ASKED_FIRST.get(row.name, [])


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", [row for row in NEWER if house.Sender.STATION in row.sender], ids=lambda row: row.name)
def test_a_report_that_2_0_lacks_is_answered_and_shown_as_lost(row: Any) -> None:
    """What a 2.1 station says beyond 2.0 is answered in the right type and noted as lost."""
    carried = carry(_csms().outward(Plausible(4, digits=False).message(row.request), now=NOW))
    assert carried.losses
    assert carried.asked == []
    assert carried.answer is None if row.response is None else is_valid("v21", carried.answer)


# --- a whole session ----------------------------------------------------------------------------------------------


def _event(kind: str, seq_no: int, trigger: str, **extra: Any) -> Any:
    data = {"id": "tx-1", **extra.pop("data", {})}
    payload = {
        "eventType": kind,
        "timestamp": f"2026-03-01T09:0{seq_no}:00Z",
        "triggerReason": trigger,
        "seqNo": seq_no,
        "transactionData": data,
        **extra,
    }
    return message("v20:TransactionEventRequest", payload)


def _session() -> list[Any]:
    register = {"measurand": "Energy.Active.Import.Register", "unitOfMeasure": {"unit": "Wh"}}
    evse = {"evse": {"id": 1, "connectorId": 1}}

    def reading(value: int) -> dict[str, Any]:
        samples = [{"value": value, **register}]
        return {"meterValue": [{"timestamp": "2026-03-01T09:00:00Z", "sampledValue": samples}]}

    token = {"idToken": {"idToken": "ABCD", "type": "ISO14443"}}
    return [
        _event("Started", 0, "CablePluggedIn", data={"chargingState": "EVDetected"}, **evse, **reading(1000)),
        _event("Updated", 1, "Authorized", data={"chargingState": "Charging"}, **token),
        _event("Updated", 2, "MeterValuePeriodic", **reading(2500)),
        _event("Ended", 3, "UnlockCommand", data={"stoppedReason": "UnlockCommand"}, **reading(4000)),
    ]


def test_a_session_keeps_its_numbers_its_energy_and_its_token() -> None:
    """The events of a transaction reach the house one for one, with their seqNo, ids, states and readings."""
    half = _station()
    carried = [carry(half.inward(event, now=NOW), house=accepting) for event in _session()]
    told = [one.house[0] for one in carried]
    assert [event.seq_no for event in told] == [0, 1, 2, 3]
    assert {event.transaction_info.transaction_id for event in told} == {"tx-1"}
    assert [str(event.transaction_info.charging_state) for event in told[:2]] == ["EVConnected", "Charging"]
    readings = [event.meter_value[0].sampled_value[0].value for event in told if event.meter_value]
    assert readings == [1000, 2500, 4000]
    assert [[(loss.field, loss.reason) for loss in one.losses] for one in carried] == [
        [],
        [],
        [],
        [("transactionData.stoppedReason", "said as Other")],
    ]
    assert all(is_valid("v20", one.answer) for one in carried)
    assert shown(carried[1].answer)["idTokenInfo"]["status"] == "Accepted"


def test_a_session_through_both_halves_is_the_same_session() -> None:
    """A 2.0 station behind a 2.0 management system: what goes in at one half comes out at the other."""
    station, csms = _station(), _csms()
    for event in _session():
        (in_the_house,) = carry(station.inward(event, now=NOW), house=accepting).house
        accepted = wire.TransactionEventResponse()
        (again,) = carry(csms.outward(in_the_house, now=NOW), peer=lambda _, accepted=accepted: accepted).peer
        expected = shown(event)
        if expected["transactionData"].get("stoppedReason") == "UnlockCommand":
            expected["transactionData"]["stoppedReason"] = "Other"
        assert shown(again) == expected


def test_a_signed_reading_keeps_its_signature() -> None:
    """The signature of a meter, which 2.0 holds apart, travels as custom data and is found again."""
    signed = {
        "encodedMeterValue": "abc",
        "encodingMethod": "EDL",
        "meterValueSignature": "xyz",
        "signatureMethod": "ECDSAP256SHA256",
    }
    sample = {"value": 5, "signedMeterValue": signed}
    payload = {"evseId": 1, "meterValue": [{"timestamp": "2026-03-01T09:00:00Z", "sampledValue": [sample]}]}
    request = message("v20:MeterValuesRequest", payload)
    carried = carry(_station().inward(request, now=NOW), house=accepting)
    assert carried.losses == []
    back = carry(_csms().outward(carried.house[0], now=NOW), peer=lambda _: wire.MeterValuesResponse())
    assert back.peer == [request]
    assert back.losses == []
    plain = carry(_station(Policy(emit_custom_data=False)).inward(request, now=NOW), house=accepting)
    assert [loss.field for loss in plain.losses] == [
        "meterValue[0].sampledValue[0].signedMeterValue.meterValueSignature"
    ]


# --- by hand ------------------------------------------------------------------------------------------------------


def test_a_mac_address_is_known_again() -> None:
    """A token type that 2.0 lacks is said as Central and comes back as itself, also after a restart."""
    half = _station()
    token = {"idToken": "AABBCCDDEEFF", "type": "MacAddress"}
    request = message("v21:RequestStartTransactionRequest", {"idToken": token, "remoteStartId": 5})
    accepted = wire.RequestStartTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
    before = half.revision
    carried = carry(half.outward(request, now=NOW), peer=lambda _: accepted)
    said = shown(carried.peer[0])["idToken"]
    assert said == {"idToken": "AABBCCDDEEFF", "type": "Central"}
    assert [loss.field for loss in carried.losses] == ["idToken.type"]
    assert half.revision > before
    restarted = _station()
    restarted.restore(half.snapshot())
    asked = carry(restarted.inward(message("v20:AuthorizeRequest", {"idToken": said}), now=NOW)).house[0]
    assert shown(asked)["idToken"] == token


def test_a_long_token_is_known_again_by_the_half_above() -> None:
    """The memory of the 2.0.1 half is kept inside the memory of the 2.0 half."""
    half = _station()
    request = message(
        "v21:RequestStartTransactionRequest",
        {"idToken": {"idToken": "x" * 100, "type": "Central"}, "remoteStartId": 5},
    )
    accepted = wire.RequestStartTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
    said = shown(carry(half.outward(request, now=NOW), peer=lambda _: accepted).peer[0])["idToken"]
    restarted = _station()
    restarted.restore(half.snapshot())
    asked = carry(restarted.inward(message("v20:AuthorizeRequest", {"idToken": said}), now=NOW)).house[0]
    assert shown(asked)["idToken"]["idToken"] == "x" * 100


def test_the_memory_of_another_half_is_refused() -> None:
    """A snapshot is only taken up by the half that made it."""
    with pytest.raises(DamagedMemory):
        _csms().restore(_station().snapshot())
    with pytest.raises(DamagedMemory):
        _station().restore(_station().snapshot() + b"\xc1")
    with pytest.raises(DamagedMemory):
        _station().restore(station_half("2.0.1", identity="CS1", random=seeded()).snapshot())


def test_the_evses_a_token_is_good_for_move_to_their_place_and_back() -> None:
    """2.0 names them beside the token's standing, later versions inside it."""
    info = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED, evse_id=(2, 3))
    asked = message("v20:AuthorizeRequest", {"idToken": {"idToken": "A", "type": "Central"}})
    carried = carry(_station().inward(asked, now=NOW), house=lambda _: house.AuthorizeResponse(id_token_info=info))
    assert shown(carried.answer) == {"idTokenInfo": {"status": "Accepted"}, "evseId": [2, 3]}
    assert carried.losses == []
    request = message("v21:AuthorizeRequest", {"idToken": {"idToken": "A", "type": "Central"}})
    back = carry(_csms().outward(request, now=NOW), peer=lambda _: carried.answer)
    assert back.answer.id_token_info == info


def test_a_local_list_that_would_widen_a_token_is_refused() -> None:
    """A token that is good on some EVSEs only is not put into a list that would make it good on all."""
    entry = {
        "idToken": {"idToken": "A", "type": "Central"},
        "idTokenInfo": {"status": "Accepted", "evseId": [1]},
    }
    payload = {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": [entry]}
    carried = carry(_station().outward(message("v21:SendLocalListRequest", payload), now=NOW))
    assert shown(carried.answer)["status"] == "Failed"
    assert carried.peer == []


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"operationalStatus": "Inoperative"}, {"evseId": 0, "operationalStatus": "Inoperative"}),
        ({"operationalStatus": "Operative", "evse": {"id": 2}}, {"evseId": 2, "operationalStatus": "Operative"}),
        ({"operationalStatus": "Operative", "evse": {"id": 2, "connectorId": 1}}, None),
    ],
)
def test_availability_is_changed_for_an_evse_or_the_station(payload: Any, said: Any) -> None:
    """EVSE 0 is the station; a single connector is not named, and its EVSE not taken instead."""
    answer = wire.ChangeAvailabilityResponse(status=house.ChangeAvailabilityStatus.ACCEPTED)
    request = message("v21:ChangeAvailabilityRequest", payload)
    carried = carry(_station().outward(request, now=NOW), peer=lambda _: answer)
    assert [shown(one) for one in carried.peer] == ([] if said is None else [said])
    assert shown(carried.answer)["status"] == ("Rejected" if said is None else "Accepted")
    if said is not None:
        asked = message("v20:ChangeAvailabilityRequest", said)
        accepted = house.ChangeAvailabilityResponse(status=house.ChangeAvailabilityStatus.ACCEPTED)
        back = carry(_csms().inward(asked, now=NOW), house=lambda _: accepted)
        assert shown(back.house[0]) == payload


def test_resetting_one_evse_does_not_reset_the_station() -> None:
    """2.0 knows no reset of an EVSE, so it is rejected with the reason."""
    request = house.ResetRequest(type=house.ResetType.IMMEDIATE, evse_id=1)
    carried = carry(_station().outward(request, now=NOW))
    assert shown(carried.answer) | {"statusInfo": None} == {"status": "Rejected", "statusInfo": None}
    assert carried.peer == []


def test_certificates_are_written_as_each_version_writes_them() -> None:
    """PEM becomes the hexadecimal digits of its DER, one text for each certificate, and the other way round."""
    pem = to_pem("30820001", CERTIFICATE) + to_pem("3082ffff", CERTIFICATE)
    assert to_digits(pem) == ("30820001", "3082ffff")
    accepted = wire.CertificateSignedResponse(status=house.CertificateSignedStatus.ACCEPTED)
    request = house.CertificateSignedRequest(certificate_chain=pem)
    carried = carry(_station().outward(request, now=NOW), peer=lambda _: accepted)
    assert shown(carried.peer[0]) == {"cert": ["30820001", "3082ffff"]}
    back = carry(
        _csms().inward(carried.peer[0], now=NOW),
        house=lambda _: house.CertificateSignedResponse(status=house.CertificateSignedStatus.ACCEPTED),
    )
    assert back.house[0].certificate_chain == pem


@pytest.mark.parametrize("digits", ["", "xyz", "abc"])
def test_a_certificate_that_cannot_be_read_is_refused(digits: str) -> None:
    """What is neither PEM nor hexadecimal digits is answered with a negative status, not passed on."""
    request = wire.CertificateSignedRequest(cert=(digits,))
    carried = carry(_csms().inward(request, now=NOW), house=accepting)
    assert shown(carried.answer)["status"] == "Rejected"
    assert carried.house == []
    large = house.CertificateSignedRequest(certificate_chain=to_pem("30" * 401, CERTIFICATE))
    assert shown(carry(_station().outward(large, now=NOW)).answer)["status"] == "Rejected"


def test_installed_certificates_are_asked_for_kind_by_kind() -> None:
    """2.0 names one kind at a time, so the station is asked once for each and the answers are put together."""
    hashes = wire.CertificateHashData(
        hash_algorithm=house.HashAlgorithm.SHA256, issuer_name_hash="a", issuer_key_hash="b", serial_number="c"
    )

    def station(asked: Any) -> Any:
        if asked.type_of_certificate is wire.GetCertificateIdUse.CSMS_ROOT_CERTIFICATE:
            return wire.GetInstalledCertificateIdsResponse(
                status=house.GetInstalledCertificateStatus.ACCEPTED, certificate_hash_data=(hashes, hashes)
            )
        return wire.GetInstalledCertificateIdsResponse(status=house.GetInstalledCertificateStatus.NOT_FOUND)

    carried = carry(_station().outward(house.GetInstalledCertificateIdsRequest(), now=NOW), peer=station)
    assert len(carried.peer) == 4
    found = carried.answer.certificate_hash_data_chain
    assert [chain.certificate_type.value for chain in found] == ["CSMSRootCertificate"] * 2
    only = house.GetInstalledCertificateIdsRequest(certificate_type=(house.GetCertificateIdUse.V2G_CERTIFICATE_CHAIN,))
    carried = carry(_station().outward(only, now=NOW), peer=station)
    assert carried.peer == []
    assert shown(carried.answer) == {"status": "NotFound"}
    assert len(carried.losses) == 1


def test_a_kind_of_certificate_that_later_versions_lack_is_not_found() -> None:
    """A 2.0 management system that asks for a sub CA is told there is none, and the loss is shown."""
    asked = wire.GetInstalledCertificateIdsRequest(type_of_certificate=wire.GetCertificateIdUse.CSO_SUB_CA1)
    carried = carry(_csms().inward(asked, now=NOW), house=accepting)
    assert shown(carried.answer) == {"status": "NotFound"}
    assert carried.house == []
    assert len(carried.losses) == 1


def test_reports_without_a_number_find_their_request() -> None:
    """A 2.0 station need not say which request a report answers; the house is told the last one."""
    half = _station()
    accepted = wire.GetReportResponse(status=wire.GenericDeviceModelStatus.ACCEPTED)
    carry(half.outward(house.GetReportRequest(request_id=77), now=NOW), peer=lambda _: accepted)
    payload = Plausible(3, digits=True).message(wire.NotifyReportRequest, fullness=0.0)
    restarted = _station()
    restarted.restore(half.snapshot())
    told = carry(restarted.inward(payload, now=NOW), house=accepting).house[0]
    assert told.request_id == 77


def test_a_request_without_a_number_is_answered_without_one() -> None:
    """The number that 2.0.1 wants is made up on the way in and taken away on the way out."""
    half = _csms()
    accepted = house.GetReportResponse(status=house.GenericDeviceModelStatus.ACCEPTED)
    asked = carry(half.inward(wire.GetReportRequest(), now=NOW), house=lambda _: accepted).house[0]
    assert asked.request_id == UNNUMBERED
    report = Plausible(3, digits=False).message(house.NotifyReportRequest, fullness=0.5)
    for number, said in ((UNNUMBERED, None), (8, 8)):
        told = house.NotifyReportRequest(
            request_id=number, generated_at=NOW, seq_no=0, report_data=report.report_data or None
        )
        carried = carry(half.outward(told, now=NOW), peer=lambda _: wire.NotifyReportResponse())
        assert [one.request_id for one in carried.peer] == ([said] if told.report_data else [])


def test_a_status_without_a_number_names_the_last_request() -> None:
    """2.0 demands the request's id with every firmware and log status."""
    half = _csms()
    request = message(
        "v20:GetLogRequest", {"log": {"remoteLocation": "ftp://x"}, "logType": "SecurityLog", "requestId": 31}
    )
    accepted = house.GetLogResponse(status=house.LogStatus.ACCEPTED)
    carry(half.inward(request, now=NOW), house=lambda _: accepted)
    status = house.LogStatusNotificationRequest(status=house.UploadLogStatus.UPLOADING)
    carried = carry(half.outward(status, now=NOW), peer=lambda _: wire.LogStatusNotificationResponse())
    assert shown(carried.peer[0]) == {"status": "Uploading", "requestId": 31}


def test_a_composite_schedule_begins_and_ends_as_asked() -> None:
    """Where a 2.0 station says neither beginning nor duration, they are the time and the duration of the request."""
    schedule = wire.CompositeSchedule(
        charging_schedule=wire.CalculatedChargingSchedule(
            charging_rate_unit=house.ChargingRateUnit.A,
            charging_schedule_period=(wire.ChargingSchedulePeriod(start_period=0, limit=16),),
            min_charging_rate=6,
        )
    )
    answer = wire.GetCompositeScheduleResponse(
        status=wire.GetCompositeScheduleStatus.ACCEPTED, evse_id=1, schedule=schedule
    )
    request = house.GetCompositeScheduleRequest(duration=600, evse_id=1)
    carried = carry(_station().outward(request, now=NOW), peer=lambda _: answer)
    found = carried.answer.schedule
    assert (found.evse_id, found.duration, found.schedule_start) == (1, 600, NOW)
    assert [loss.field for loss in carried.losses] == ["schedule.chargingSchedule.minChargingRate"]
    asked = wire.GetCompositeScheduleRequest(duration=600, evse_id=1)
    back = carry(_csms().inward(asked, now=NOW), house=lambda _: carried.answer)
    assert back.answer.schedule.start_date_time == NOW
    assert back.answer.schedule.charging_schedule.charging_schedule_period[0].limit == 16
    empty = carry(
        _csms().inward(asked, now=NOW),
        house=lambda _: house.GetCompositeScheduleResponse(status=house.GenericStatus.REJECTED),
    )
    assert shown(empty.answer) == {"status": "Rejected", "evseId": 1}


def test_a_renewal_of_a_vehicles_certificate_is_a_message_of_its_own() -> None:
    """Update15118EVCertificate is Get15118EVCertificate with another action, both ways."""
    asked = message("v20:Update15118EVCertificateRequest", {"15118SchemaVersion": "urn:x", "exiRequest": "AAA="})
    answer = house.Get15118EVCertificateResponse(status=house.Iso15118EVCertificateStatus.ACCEPTED, exi_response="BBB=")
    carried = carry(_station().inward(asked, now=NOW), house=lambda _: answer)
    assert shown(carried.house[0]) == {
        "iso15118SchemaVersion": "urn:x", "action": "Update", "exiRequest": "AAA="
    }  # fmt: skip
    assert shown(carried.answer) == {"status": "Accepted", "exiResponse": "BBB="}
    back = carry(_csms().outward(carried.house[0], now=NOW), peer=lambda _: carried.answer)
    assert back.peer == [asked]
    assert back.answer == answer
    refused = carry(_csms().outward(carried.house[0], now=NOW), peer=lambda _: Refusal("NotImplemented"))
    assert isinstance(refused.answer, Refusal)


@pytest.mark.requirement("PROOF-11")
@pytest.mark.parametrize("action", ["Get15118EVCertificate", "Update15118EVCertificate"])
@pytest.mark.parametrize("length", [5501, 7400, 7501, 17000])
def test_an_answer_that_is_too_long_for_2_0_is_no_error_of_ours(action: str, length: int) -> None:
    """A station that asks for a certificate of a vehicle gets an answer it can read or a refusal that says why."""
    asked = message(f"v20:{action}Request", {"15118SchemaVersion": "urn:x", "exiRequest": "AAA="})
    answer = house.Get15118EVCertificateResponse(
        status=house.Iso15118EVCertificateStatus.ACCEPTED, exi_response="y" * length
    )
    carried = carry(_station().inward(asked, now=NOW), house=lambda _: answer)
    if isinstance(carried.answer, Refusal):
        assert "exiResponse" in carried.answer.description
    else:
        assert is_valid("v20", carried.answer)
        assert carried.answer.exi_response == answer.exi_response or carried.answer.status == "Failed"
        assert carried.answer.exi_response == answer.exi_response or carried.losses


def _proposal() -> Any:
    steps = [
        {"relativeTimeInterval": {"start": 0}, "pMax": 11000},
        {"relativeTimeInterval": {"start": 1800, "duration": 1800}, "pMax": 3700.5},
    ]
    payload = {"evseId": 1, "saSchedule": [{"saScheduleTupleID": 4, "pMaxSchedule": steps}]}
    return message("v20:NotifyCentralChargingNeedsRequest", payload)


def test_proposed_schedules_become_a_profile_of_the_running_transaction() -> None:
    """2.0.1 proposes schedules to a vehicle by SetChargingProfile, for which the transaction must be known."""
    half = _csms()
    nobody = carry(half.inward(_proposal(), now=NOW), house=accepting)
    assert shown(nobody.answer) == {"status": "Rejected"}
    assert nobody.losses
    assert nobody.house == []
    started = carry(_station().inward(_session()[0], now=NOW), house=accepting).house[0]
    carry(half.outward(started, now=NOW), peer=lambda _: wire.TransactionEventResponse())
    restarted = _csms()
    restarted.restore(half.snapshot())
    accepted = house.SetChargingProfileResponse(status=house.ChargingProfileStatus.ACCEPTED)
    carried = carry(restarted.inward(_proposal(), now=NOW), house=lambda _: accepted)
    assert shown(carried.answer) == {"status": "Accepted"}
    profile = carried.house[0].charging_profile
    assert (profile.transaction_id, profile.charging_profile_purpose.value) == ("tx-1", "TxProfile")
    (schedule,) = profile.charging_schedule
    assert (schedule.id, schedule.duration, schedule.start_schedule) == (4, 3600, NOW)
    assert [(step.start_period, float(step.limit)) for step in schedule.charging_schedule_period] == [
        (0, 11000.0),
        (1800, 3700.5),
    ]


def test_a_transaction_that_ended_is_proposed_nothing() -> None:
    """The half forgets a transaction with its end."""
    half, station = _csms(), _station()
    for event in _session():
        told = carry(station.inward(event, now=NOW), house=accepting).house[0]
        carry(half.outward(told, now=NOW + timedelta(minutes=1)), peer=lambda _: wire.TransactionEventResponse())
    assert half.memory.transactions == {}


def test_negotiating_anew_is_refused_and_shown() -> None:
    """Later versions have no message to renegotiate; the request is rejected and noted as lost."""
    request = wire.Renegotiate15118ScheduleRequest(evse=wire.EVSE(id=1))
    carried = carry(_csms().inward(request, now=NOW), house=accepting)
    assert shown(carried.answer) == {"status": "Rejected"}
    assert carried.losses


def test_statuses_that_became_reasons_come_back_as_statuses() -> None:
    """InvalidValue and OutOfRange of 2.0 are reasons of a rejection later, and themselves again on the way back."""
    component, variable = {"name": "ACtrlr"}, {"name": "V"}
    results = [
        {"attributeStatus": status, "component": component, "variable": variable}
        for status in ("Accepted", "InvalidValue", "OutOfRange", "Rejected")
    ]
    answer = message("v20:SetVariablesResponse", {"setVariableResult": results})
    request = message(
        "v21:SetVariablesRequest",
        {"setVariableData": [{"attributeValue": "1", "component": component, "variable": variable}] * 4},
    )
    carried = carry(_station().outward(request, now=NOW), peer=lambda _: answer)
    assert carried.losses == []
    found = [
        (result["attributeStatus"], result.get("attributeStatusInfo", {}).get("reasonCode"))
        for result in shown(carried.answer)["setVariableResult"]
    ]
    assert found == [
        ("Accepted", None),
        ("Rejected", "InvalidValue"),
        ("Rejected", "ValueOutOfRange"),
        ("Rejected", None),
    ]
    asked = carry(_station().outward(request, now=NOW), peer=lambda _: answer).peer[0]
    back = carry(_csms().inward(asked, now=NOW), house=lambda _: carried.answer)
    assert shown(back.answer) == shown(answer)


def test_two_schedules_in_one_profile_are_not_thinned_out() -> None:
    """2.0 holds one schedule in a profile; a profile with more is rejected with the reason."""
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
    profile = {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule, schedule | {"id": 2}],
    }
    request = message("v21:SetChargingProfileRequest", {"evseId": 1, "chargingProfile": profile})
    carried = carry(_station().outward(request, now=NOW))
    assert shown(carried.answer)["status"] == "Rejected"
    assert shown(carried.answer)["statusInfo"]["reasonCode"] == "TooManyElements"
    one = message(
        "v21:SetChargingProfileRequest", {"evseId": 1, "chargingProfile": profile | {"chargingSchedule": [schedule]}}
    )
    accepted = wire.SetChargingProfileResponse(status=house.ChargingProfileStatus.ACCEPTED)
    carried = carry(_station().outward(one, now=NOW), peer=lambda _: accepted)
    assert "id" not in shown(carried.peer[0])["chargingProfile"]["chargingSchedule"]
    assert carried.losses == []


def test_an_answer_cannot_be_lost_in_silence() -> None:
    """The words of a status, which 2.0 has no place for, are noted as lost."""
    info = house.StatusInfo(reason_code="Busy", additional_info="later")
    answer = house.ResetResponse(status=house.ResetStatus.REJECTED, status_info=info)
    carried: Carried = carry(
        _csms().inward(wire.ResetRequest(type=house.ResetType.IMMEDIATE), now=NOW), house=lambda _: answer
    )
    assert shown(carried.answer) == {"status": "Rejected"}
    assert [(loss.field, loss.value) for loss in carried.losses] == [
        ("statusInfo", {"reasonCode": "Busy", "additionalInfo": "later"})
    ]
