"""Errors given and taken: their codes, their texts, and what happens when there are too many."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluglot.messages.availability import HeartbeatRequest
from pluglot.messages.codec import ViolationKind
from pluglot.messages.version import OcppVersion
from pluglot.rpc import (
    CallAnswered,
    CallMisanswered,
    CallReceived,
    CallRefused,
    ConversationClosed,
    ConversationPair,
    ConversationSettings,
    ErrorCode,
    ResultErrorReceived,
    StormDetected,
    UnsayableRequest,
    spelled,
    understood,
)
from pluglot.rpc.errors import for_frame, for_payload
from tests.rpc.conftest import TABLES, Clock, MakePair
from tests.rpc.test_bad_messages import CODES

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=5) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.requirement("ERR-01")
def test_every_code_is_spelled_as_the_version_has_it(version: OcppVersion) -> None:
    """Whatever we mean to say, the code on the wire stands in the table of the version."""
    assert {spelled(code, version) for code in ErrorCode} <= CODES[str(version)]
    meant = [for_payload(kind, version) for kind in ViolationKind] + [for_frame(version)]
    assert {spelled(code, version) for code in meant} <= CODES[str(version)]


@pytest.mark.requirement("RPC-14", "ERR-04")
def test_both_spellings_are_understood() -> None:
    """Old and new spellings mean the same, and codes nobody knows mean a generic error."""
    for version in TABLES:
        for code in ErrorCode:
            if spelled(code, version) != "GenericError":
                assert understood(spelled(code, version)) is code
    assert understood("FormationViolation") is understood("FormatViolation") is ErrorCode.FORMAT_VIOLATION
    for garbage in ("", "NoSuchError", "genericerror", None, 7, "x" * 10_000):
        assert understood(garbage) is ErrorCode.GENERIC_ERROR


@pytest.mark.requirement("RPC-14")
def test_a_1_6_sender_uses_the_old_spelling(make_pair: MakePair, clock: Clock) -> None:
    """Errors of 1.6 leave in the spelling that was first printed."""
    csms = make_pair(OcppVersion.OCPP_1_6).csms
    csms.receive(b'[2,"a","Heartbeat",{"x":1}]', now=clock.now)
    assert json.loads(csms.frames_to_send()[0])[2] == "FormationViolation"


@pytest.mark.requirement("RPC-14")
@pytest.mark.parametrize("unit", ["Celcius", "Celsius"])
def test_both_spellings_of_the_1_6_unit_are_accepted(make_pair: MakePair, clock: Clock, unit: str) -> None:
    """A temperature is taken whichever way its unit is spelled."""
    csms = make_pair(OcppVersion.OCPP_1_6).csms
    value = {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": [{"value": "21", "unit": unit}]}
    for action, payload in (
        ("MeterValues", {"connectorId": 1, "meterValue": [value]}),
        # The reason of a stop is optional, too.
        (
            "StopTransaction",
            {"transactionId": 1, "meterStop": 1, "timestamp": value["timestamp"], "transactionData": [value]},
        ),
    ):
        csms.receive(json.dumps([2, action, action, payload]), now=clock.now)
        (event,) = csms.events()
        assert isinstance(event, CallReceived), event


@pytest.mark.requirement("ERR-02", "ERR-03")
@given(
    description=st.text(),
    details=st.dictionaries(st.text(), anything, max_size=3),
    message_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=36),
)
def test_refusing_never_fails(description: str, details: dict[str, object], message_id: str) -> None:
    """Whatever our own side puts into an error, a valid error leaves: short text, an object, a known code."""
    clock = Clock()
    csms = ConversationPair(OcppVersion.OCPP_2_1, TABLES[OcppVersion.OCPP_2_1]).csms
    csms.receive(json.dumps([2, message_id, "Heartbeat", {}]), now=clock.now)
    assert csms.refuse(message_id, "InternalError", description, details) is not None
    (frame,) = csms.frames_to_send()
    number, its_id, code, text, its_details = json.loads(frame, parse_constant=pytest.fail)
    assert (number, its_id, code) == (4, message_id, "InternalError")
    assert len(text) <= 255
    assert isinstance(its_details, dict)


@pytest.mark.requirement("ERR-03")
def test_details_that_json_cannot_say_are_left_out(pair: ConversationPair, clock: Clock) -> None:
    """Details of our own making that cannot be written do not keep the error from being sent."""
    loop: dict[str, object] = {}
    loop["loop"] = loop
    for number, details in enumerate([loop, {"a": object()}, {"a": "\ud800"}, {"a": "x" * 2**21}]):
        pair.csms.receive(json.dumps([2, f"q{number}", "Heartbeat", {}]), now=clock.now)
        pair.csms.refuse(f"q{number}", ErrorCode.INTERNAL_ERROR, "why", details)
        assert json.loads(pair.csms.frames_to_send()[0]) == [4, f"q{number}", "InternalError", "why", {}]


@pytest.mark.requirement("ERR-04")
@pytest.mark.parametrize("code", sorted(CODES["1.6"] | CODES["2.1"]))
def test_every_known_code_ends_our_call(make_pair: MakePair, version: OcppVersion, clock: Clock, code: str) -> None:
    """An error ends the call it answers, its code understood in both spellings by every version."""
    station = make_pair(version).station
    message_id = station.call(TABLES[version]["Heartbeat"].request(), now=clock.now)
    station.receive(json.dumps([4, message_id, code, "why", {"a": 1}]), now=clock.now)
    (event,) = station.events()
    assert isinstance(event, CallRefused)
    assert (event.code, event.wire_code, event.description) == (understood(code), code, "why")
    assert event.details == {"a": 1}
    assert station.open_call is None


@pytest.mark.requirement("ERR-04")
@pytest.mark.parametrize(
    "rest",
    [
        "", ',"Rubbish","",{}', ',7,"",{}', ",null,null,null", ',"GenericError"', ',"GenericError",""',
        ',"GenericError","",[]', ',"GenericError","",{},7', ',"GenericError",{"a":1},"x"',
        ',"' + "x" * 5_000 + '","",{}',
        ',"GenericError","' + "y" * 5_000 + '",{}', ',"GenericError","",' + "[" * 5_000 + "]" * 5_000, ",nonsense",
    ],
)  # fmt: skip
def test_a_badly_made_error_ends_our_call_as_well(pair: ConversationPair, clock: Clock, rest: str) -> None:
    """A call is over once the other side says error, however it says it; the caller gets bounded text."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.frames_to_send()
    pair.station.receive(f'[4,"{message_id}"{rest}]', now=clock.now)
    (event,) = pair.station.events()
    assert isinstance(event, CallRefused)
    assert event.code is ErrorCode.GENERIC_ERROR
    assert len(event.wire_code) <= 50 and len(event.description) <= 255
    assert pair.station.frames_to_send() == []


@pytest.mark.requirement("ERR-05")
@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("{}", "OccurrenceConstraintViolation"),
        ('{"currentTime":"now"}', "TypeConstraintViolation"),
        ('{"currentTime":"2026-01-01T00:00:00Z","x":1}', "ProtocolError"),
        ('{"currentTime":"9999-01-01T00:00:00Z"}', "PropertyConstraintViolation"),
        ("[]", "RpcFrameworkError"),
        ('{"currentTime":"2026-01-01T00:00:00Z"},{}', "RpcFrameworkError"),
        ("{", "RpcFrameworkError"),
    ],
)
def test_a_result_that_cannot_be_processed_is_reported_in_2_1(
    make_pair: MakePair, version: OcppVersion, clock: Clock, payload: str, code: str
) -> None:
    """The call ends as misanswered; the other side hears of it under the same id where the version has words for it."""
    station = make_pair(version).station
    message_id = station.call(TABLES[version]["Heartbeat"].request(), now=clock.now)
    station.frames_to_send()
    station.receive(f'[3,"{message_id}",{payload}]', now=clock.now)
    (event,) = station.events()
    # Objects of 2.0 may have members that no schema names.
    right = version is OcppVersion.OCPP_2_0 and code == "ProtocolError"
    assert isinstance(event, CallAnswered if right else CallMisanswered)
    sent = [json.loads(frame)[:3] for frame in station.frames_to_send()]
    assert sent == ([[5, message_id, code]] if version is OcppVersion.OCPP_2_1 else [])
    assert station.open_call is None


@pytest.mark.requirement("ERR-05")
def test_a_result_error_is_never_answered(pair: ConversationPair, clock: Clock) -> None:
    """That our answer was wrong is noted, and nothing is sent."""
    for frame in (
        '[5,"a","FormatViolation","why",{"b":1}]', '[5,"a"]', '[5,"a",7,8,9]', '[5,7,"x","",{}]', "[5", '[5,"a",]',
    ):  # fmt: skip
        pair.csms.receive(frame, now=clock.now)
    first, *_ = pair.csms.events()
    assert isinstance(first, ResultErrorReceived)
    assert (first.message_id, first.code, first.details) == ("a", ErrorCode.FORMAT_VIOLATION, {"b": 1})
    # The one that is cut off before its first comma could have been anything.
    assert [json.loads(frame)[1] for frame in pair.csms.frames_to_send()] == ["-1"]


@pytest.mark.requirement("ERR-05")
def test_a_result_may_be_refused_later(make_pair: MakePair, pair: ConversationPair, clock: Clock) -> None:
    """An answer of the right form that makes no sense can still be complained about in 2.1, and only there."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.carry(now=clock.now)
    pair.station.receive(f'[3,"{message_id}",{{"currentTime":"2026-01-01T00:00:00Z"}}]', now=clock.now)
    (answered,) = pair.station.events()
    assert isinstance(answered, CallAnswered)
    pair.station.refuse_result(message_id, ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "not our time")
    pair.carry(now=clock.now)
    complaint = pair.csms.events()[-1]
    assert isinstance(complaint, ResultErrorReceived)
    assert (complaint.code, complaint.description) == (ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "not our time")
    with pytest.raises(UnsayableRequest):
        make_pair(OcppVersion.OCPP_2_0_1).station.refuse_result(message_id, ErrorCode.GENERIC_ERROR)


@pytest.mark.requirement("ERR-06")
def test_a_storm_closes_the_link_with_one_event(make_pair: MakePair, version: OcppVersion, clock: Clock) -> None:
    """Ten thousand invalid messages: a bounded number of errors, one event, and silence afterwards."""
    pair = make_pair(version)
    message_id = pair.csms.call(TABLES[version]["ClearCache"].request(), now=clock.now)
    sent = 0
    events = []
    for _ in range(10_000):
        pair.csms.receive(b'[2,"a","NoSuchAction",{}]', now=clock.forward(0.001))
        sent += len(pair.csms.frames_to_send())
        events += pair.csms.events()
    storms = [event for event in events if isinstance(event, StormDetected)]
    assert [storm.invalid for storm in storms] == [61]
    assert events[-1] is storms[0]
    assert sent <= 61 and len(events) == 63
    assert [event.message_id for event in events[-2:-1]] == [message_id]
    assert pair.csms.is_closed
    with pytest.raises(ConversationClosed):
        pair.csms.call(TABLES[version]["ClearCache"].request(), now=clock.now)


@pytest.mark.requirement("ERR-06")
@pytest.mark.parametrize("limit", [1, 5, 60])
def test_the_storm_limit_is_a_setting(make_pair: MakePair, clock: Clock, limit: int) -> None:
    """As many invalid messages a minute as the setting allows do no harm; one more does."""
    csms = make_pair(OcppVersion.OCPP_2_1, ConversationSettings(max_invalid_per_minute=limit)).csms
    for _ in range(limit * 5):
        csms.receive(b"rubbish", now=clock.forward(61 / limit))
    assert not csms.is_closed
    clock.forward(60)
    for _ in range(limit):
        csms.receive(b"rubbish", now=clock.now)
    assert not csms.is_closed
    csms.receive(b"rubbish", now=clock.now)
    assert csms.is_closed
