"""Asking and being asked: one open call a side, both sides at once, time-outs and answers that come too late."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pluglot.messages.availability import HeartbeatRequest, HeartbeatResponse
from pluglot.messages.base import Request, Response
from pluglot.messages.data_transfer import DataTransferRequest
from pluglot.messages.diagnostics import NotifyPeriodicEventStreamRequest, StreamDataElement
from pluglot.messages.local_list import GetLocalListVersionRequest, GetLocalListVersionResponse
from pluglot.messages.provisioning import (
    GetBaseReportRequest,
    GetBaseReportResponse,
    NotifyReportRequest,
    ResetRequest,
    ResetResponse,
)
from pluglot.messages.version import OcppVersion
from pluglot.rpc import (
    AnswerDropped,
    AnswerReplaced,
    CallAbandoned,
    CallAnswered,
    CallExpired,
    CallMisanswered,
    CallQueueFull,
    CallReceived,
    CallRefused,
    CallTimedOut,
    Conversation,
    ConversationClosed,
    ConversationPair,
    ConversationSettings,
    DropReason,
    ErrorCode,
    Event,
    FrameRejected,
    SendReceived,
    UnsayableRequest,
)
from tests.rpc.conftest import TABLES, Clock, MakePair

HEARTBEAT_ANSWER = '[3,"{}",{{"currentTime":"2026-01-01T00:00:00Z"}}]'


def only(side: Conversation, kind: type[Event]) -> Event:
    """Take the one event there is, which must be of a kind."""
    (event,) = side.events()
    assert isinstance(event, kind), event
    return event


def heartbeat_answer(clock: Clock) -> HeartbeatResponse:
    return HeartbeatResponse(current_time=clock.now)


def stream(clock: Clock) -> NotifyPeriodicEventStreamRequest:
    return NotifyPeriodicEventStreamRequest(id=1, pending=0, basetime=clock.now, data=(StreamDataElement(t=1, v="1"),))


@pytest.mark.requirement("RPC-01", "RPC-12")
def test_a_call_is_answered_with_its_typed_response(pair: ConversationPair, clock: Clock) -> None:
    """The asked side sees the typed request, the asking side its typed response, and both all the bytes."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.carry(now=clock.now)
    received = only(pair.csms, CallReceived)
    assert (received.message_id, received.action, received.request) == (message_id, "Heartbeat", HeartbeatRequest())
    sent = pair.csms.answer(message_id, heartbeat_answer(clock))
    pair.carry(now=clock.forward(0.5))
    answered = only(pair.station, CallAnswered)
    assert answered.response == HeartbeatResponse(current_time=received.at)
    assert (answered.call_frame, answered.frame) == (received.frame, sent)
    assert answered.at - answered.sent_at == timedelta(seconds=0.5)
    assert json.loads(answered.frame) == [3, message_id, {"currentTime": "2026-01-01T00:00:00Z"}]


def test_a_draft_is_what_is_sent_and_is_not_sent_by_itself(pair: ConversationPair, clock: Clock) -> None:
    """A draft says how a response will look on the wire, and nothing for a call that is not open or not so answered."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.carry(now=clock.now)
    draft = pair.csms.draft(message_id, heartbeat_answer(clock))
    assert pair.csms.draft(message_id, ResetResponse(status="Accepted")) is None
    assert not pair.csms.frames_to_send()
    assert pair.csms.answer(message_id, heartbeat_answer(clock), draft) == draft
    assert pair.csms.frames_to_send() == [draft]
    assert pair.csms.draft(message_id, heartbeat_answer(clock)) is None
    assert pair.csms.answer(message_id, heartbeat_answer(clock), draft) is None


@pytest.mark.requirement("RPC-13", "ERR-04")
def test_a_call_may_be_refused_with_a_code_of_the_version(
    make_pair: MakePair, version: OcppVersion, clock: Clock
) -> None:
    """A refusal reaches the caller as an outcome, its code in the house's spelling."""
    pair = make_pair(version)
    request = heartbeat_of(version)
    message_id = pair.station.call(request, now=clock.now)
    pair.carry(now=clock.now)
    pair.csms.refuse(message_id, ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, "twice", {"path": "a"})
    pair.carry(now=clock.now)
    refused = only(pair.station, CallRefused)
    assert (refused.code, refused.description) == (ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, "twice")
    assert refused.details == {"path": "a"}
    spelling = "OccurenceConstraintViolation" if version is OcppVersion.OCPP_1_6 else "OccurrenceConstraintViolation"
    assert refused.wire_code == spelling


def heartbeat_of(version: OcppVersion) -> Request:
    return TABLES[version]["Heartbeat"].request()


@pytest.mark.requirement("RPC-04")
def test_the_next_call_waits_for_the_answer_to_the_first(pair: ConversationPair, clock: Clock) -> None:
    """Calls are sent one at a time, in the order they were asked for."""
    ids = [pair.station.call(HeartbeatRequest(), now=clock.now) for _ in range(3)]
    assert len(pair.station.frames_to_send()) == 1 and pair.station.queued_calls == 2
    for position, message_id in enumerate(ids):
        assert pair.station.open_call == message_id
        pair.station.receive(HEARTBEAT_ANSWER.format(message_id), now=clock.now)
        sent = pair.station.frames_to_send()
        assert [json.loads(frame)[1] for frame in sent] == ids[position + 1 : position + 2]
    assert [event.message_id for event in pair.station.events()] == ids
    assert pair.station.open_call is None


@pytest.mark.requirement("RPC-04")
def test_the_queue_is_bounded(pair: ConversationPair, clock: Clock) -> None:
    """One call more than may wait is refused to the caller at once, and what waits is untouched."""
    for _ in range(65):
        pair.station.call(HeartbeatRequest(), now=clock.now)
    with pytest.raises(CallQueueFull):
        pair.station.call(HeartbeatRequest(), now=clock.now)
    assert (pair.station.queued_calls, len(pair.station.frames_to_send())) == (64, 1)


@pytest.mark.requirement("RPC-05")
def test_crossed_calls_are_served_for_ten_thousand_rounds(pair: ConversationPair, clock: Clock) -> None:
    """Both sides ask at the same moment, again and again; every call is answered and nobody waits for ever."""
    answered = {"station": 0, "csms": 0}
    for _ in range(10_000):
        pair.station.call(HeartbeatRequest(), now=clock.now)
        pair.csms.call(GetLocalListVersionRequest(), now=clock.now)
        while pair.carry(now=clock.now):
            for name, side in (("station", pair.station), ("csms", pair.csms)):
                for event in side.events():
                    if isinstance(event, CallReceived):
                        side.answer(event.message_id, response_to(event, clock))
                    else:
                        assert isinstance(event, CallAnswered)
                        answered[name] += 1
        pair.frames.clear()
    assert answered == {"station": 10_000, "csms": 10_000}


def response_to(event: CallReceived, clock: Clock) -> Response:
    if event.action == "Heartbeat":
        return heartbeat_answer(clock)
    return GetLocalListVersionResponse(version_number=1)


@pytest.mark.requirement("RPC-05")
def test_a_call_is_served_while_our_own_waits(pair: ConversationPair, clock: Clock) -> None:
    """An open call of ours does not keep us from answering theirs."""
    pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.frames_to_send()
    pair.station.receive(b'[2,"q","GetLocalListVersion",{}]', now=clock.now)
    only(pair.station, CallReceived)
    pair.station.answer("q", GetLocalListVersionResponse(version_number=4))
    assert pair.station.frames_to_send() == [b'[3,"q",{"versionNumber":4}]']


@pytest.mark.requirement("RPC-06")
def test_a_send_overtakes_waiting_calls_and_is_never_answered(pair: ConversationPair, clock: Clock) -> None:
    """An unconfirmed message goes out while a call is open; the other side gets it and says nothing."""
    pair.station.call(HeartbeatRequest(), now=clock.now)
    message_id = pair.station.send(stream(clock))
    pair.carry(now=clock.now)
    _, sent = pair.csms.events()
    assert isinstance(sent, SendReceived)
    assert (sent.message_id, sent.request) == (message_id, stream(clock))
    assert json.loads(sent.frame)[0] == 6
    assert pair.csms.frames_to_send() == []


@pytest.mark.requirement("RPC-06")
@pytest.mark.parametrize(
    "frame",
    [
        b'[6,"a","NoSuchAction",{}]', b'[6,"a","Heartbeat",{}]', b'[6,"a","NotifyPeriodicEventStream",{}]',
        b'[6,"a","NotifyPeriodicEventStream"]', b'[6,"a","NotifyPeriodicEventStream",[]]', b'[6,7,"NotifyP",{}]',
        b'[6,"a","NotifyPeriodicEventStream",{]', b'[6,"a","NotifyPeriodicEventStream",{"id":1,"id":1}]', b"[6]",
        b'[6,"a","NotifyPeriodicEventStream",' + b"[" * 10_000 + b"]" * 10_000 + b"]",
    ],
)  # fmt: skip
def test_a_broken_send_is_met_with_silence(pair: ConversationPair, clock: Clock, frame: bytes) -> None:
    """Whatever is wrong with an unconfirmed message, it is noted and not answered."""
    pair.csms.receive(frame, now=clock.now)
    only(pair.csms, FrameRejected)
    assert pair.csms.frames_to_send() == []


@pytest.mark.requirement("RPC-06")
def test_messages_without_answer_are_not_called_and_others_are_not_sent(
    make_pair: MakePair, pair: ConversationPair, clock: Clock
) -> None:
    """The verb must fit the action, and only 2.1 knows messages without answer."""
    with pytest.raises(UnsayableRequest):
        pair.station.call(stream(clock), now=clock.now)
    with pytest.raises(UnsayableRequest):
        pair.station.send(HeartbeatRequest())
    with pytest.raises(UnsayableRequest):
        make_pair(OcppVersion.OCPP_2_0_1).station.send(stream(clock))


@pytest.mark.requirement("RPC-07")
def test_a_late_answer_is_dropped_and_completes_no_other_call(pair: ConversationPair, clock: Clock) -> None:
    """An answer after the time-out is counted as late; the call that is open by then stays open."""
    first = pair.station.call(HeartbeatRequest(), now=clock.now)
    second = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.advance(now=clock.forward(30))
    assert only(pair.station, CallTimedOut).message_id == first
    pair.station.receive(HEARTBEAT_ANSWER.format(first), now=clock.now)
    assert only(pair.station, AnswerDropped).reason is DropReason.LATE
    assert pair.station.open_call == second
    assert pair.station.counters["late answers"] == 1


@pytest.mark.requirement("RPC-07")
def test_an_answer_that_arrives_at_its_deadline_is_late(pair: ConversationPair, clock: Clock) -> None:
    """The deadline decides, not whether somebody looked at the clock before the answer came in."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.receive(HEARTBEAT_ANSWER.format(message_id), now=clock.forward(30))
    timed_out, dropped = pair.station.events()
    assert isinstance(timed_out, CallTimedOut) and isinstance(dropped, AnswerDropped)


@pytest.mark.requirement("RPC-07")
@pytest.mark.parametrize(
    "again", ['[3,"{}",{{"currentTime":"2026-01-01T00:00:00Z"}}]', '[4,"{}","InternalError","",{{}}]']
)
def test_a_second_answer_is_dropped(pair: ConversationPair, clock: Clock, again: str) -> None:
    """Only the first answer counts, whatever the second one says."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.receive(HEARTBEAT_ANSWER.format(message_id), now=clock.now)
    only(pair.station, CallAnswered)
    pair.station.receive(again.format(message_id), now=clock.now)
    assert only(pair.station, AnswerDropped).reason is DropReason.DUPLICATE


@pytest.mark.requirement("RPC-07")
@pytest.mark.parametrize("frame", [b'[3,"nobody",{}]', b'[4,"nobody","GenericError","",{}]', b'[3,"-1",{}]'])
def test_an_answer_to_nothing_is_dropped(pair: ConversationPair, clock: Clock, frame: bytes) -> None:
    """An answer with an unknown id completes nothing and is not answered."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.frames_to_send()
    pair.station.receive(frame, now=clock.now)
    assert only(pair.station, AnswerDropped).reason is DropReason.UNKNOWN
    assert (pair.station.open_call, pair.station.frames_to_send()) == (message_id, [])


@pytest.mark.requirement("RPC-17")
@pytest.mark.parametrize("seconds", [1, 30, 600])
def test_the_time_out_is_a_setting_of_thirty_seconds(make_pair: MakePair, clock: Clock, seconds: int) -> None:
    """A call ends at its deadline and not before; without a setting that is after thirty seconds."""
    settings = None if seconds == 30 else ConversationSettings(call_timeout=timedelta(seconds=seconds))
    station = make_pair(OcppVersion.OCPP_2_1, settings).station
    message_id = station.call(HeartbeatRequest(), now=clock.now)
    assert station.next_deadline() == clock.now + timedelta(seconds=seconds)
    station.advance(now=clock.forward(seconds - 0.001))
    assert station.events() == []
    station.advance(now=clock.forward(0.001))
    assert only(station, CallTimedOut).message_id == message_id
    assert station.next_deadline() is None


@pytest.mark.requirement("RPC-03")
def test_a_retry_may_keep_its_id(pair: ConversationPair, clock: Clock) -> None:
    """A call tried again under its old id is completed by whichever answer comes, and only once."""
    message_id = pair.station.call(HeartbeatRequest(), now=clock.now)
    pair.station.advance(now=clock.forward(31))
    only(pair.station, CallTimedOut)
    assert pair.station.call(HeartbeatRequest(), now=clock.now, message_id=message_id) == message_id
    pair.station.receive(HEARTBEAT_ANSWER.format(message_id), now=clock.now)
    only(pair.station, CallAnswered)
    pair.station.receive(HEARTBEAT_ANSWER.format(message_id), now=clock.now)
    assert only(pair.station, AnswerDropped).reason is DropReason.DUPLICATE


@pytest.mark.requirement("RPC-03")
def test_an_id_that_waits_for_an_answer_is_not_used_again(pair: ConversationPair, clock: Clock) -> None:
    """A call cannot be tried again under its id before the first try has ended."""
    ids = [pair.station.call(HeartbeatRequest(), now=clock.now) for _ in range(2)]
    for message_id in ids:
        with pytest.raises(UnsayableRequest, match="in use"):
            pair.station.call(HeartbeatRequest(), now=clock.now, message_id=message_id)


@pytest.mark.requirement("RPC-16")
def test_frames_leave_in_the_order_they_were_spoken(pair: ConversationPair, clock: Clock) -> None:
    """A report asked for right after the response follows it on the wire, a thousand times out of a thousand."""
    for round_ in range(1_000):
        pair.csms.call(GetBaseReportRequest(request_id=round_, report_base="FullInventory"), now=clock.now)
        pair.carry(now=clock.now)
        received = only(pair.station, CallReceived)
        pair.station.answer(received.message_id, GetBaseReportResponse(status="Accepted"))
        report = NotifyReportRequest(request_id=received.request.request_id, generated_at=clock.now, seq_no=0)
        report_id = pair.station.call(report, now=clock.now)
        sent = [json.loads(frame) for frame in pair.station.frames_to_send()]
        assert [(frame[0], frame[1]) for frame in sent] == [(3, received.message_id), (2, report_id)]
        assert sent[1][3]["requestId"] == round_
        pair.csms.receive(json.dumps(sent[0]), now=clock.now)
        pair.station.receive(f'[3,"{report_id}",{{}}]', now=clock.now)
        pair.station.events()
        pair.csms.events()


def test_a_call_nobody_answers_is_answered_in_the_end(pair: ConversationPair, clock: Clock) -> None:
    """If our own side forgets a call, InternalError answers it, and an answer after that is not sent."""
    pair.csms.receive(b'[2,"q","Heartbeat",{}]', now=clock.now)
    only(pair.csms, CallReceived)
    assert pair.csms.next_deadline() == clock.now + timedelta(seconds=27)
    pair.csms.advance(now=clock.forward(26.9))
    assert pair.csms.events() == []
    pair.csms.advance(now=clock.forward(0.1))
    expired = only(pair.csms, CallExpired)
    assert pair.csms.frames_to_send() == [expired.reply]
    assert json.loads(expired.reply)[:3] == [4, "q", "InternalError"]
    assert pair.csms.answer("q", heartbeat_answer(clock)) is None
    assert (pair.csms.frames_to_send(), pair.csms.counters["answers too late"]) == ([], 1)


def test_a_call_is_answered_once(pair: ConversationPair, clock: Clock) -> None:
    """A second answer or refusal of our own side is not sent."""
    pair.csms.receive(b'[2,"q","Heartbeat",{}]', now=clock.now)
    assert pair.csms.answer("q", heartbeat_answer(clock)) is not None
    assert pair.csms.answer("q", heartbeat_answer(clock)) is None
    assert pair.csms.refuse("q", ErrorCode.GENERIC_ERROR) is None
    assert len(pair.csms.frames_to_send()) == 1


def test_the_same_frame_again_waits_for_the_same_answer(pair: ConversationPair, clock: Clock) -> None:
    """A call repeated while it is open is not served twice."""
    for _ in range(2):
        pair.csms.receive(b'[2,"q","Heartbeat",{}]', now=clock.now)
    only(pair.csms, CallReceived)
    assert pair.csms.counters["repeated calls"] == 1


def test_another_call_under_an_open_id_is_not_served(pair: ConversationPair, clock: Clock) -> None:
    """Two different calls under one id: the first is served, the second reported, and no error ends the first."""
    pair.csms.receive(b'[2,"q","Heartbeat",{}]', now=clock.now)
    pair.csms.receive(b'[2,"q","Heartbeat",{"customData":{"vendorId":"v"}}]', now=clock.now)
    _, rejected = pair.csms.events()
    assert isinstance(rejected, FrameRejected) and rejected.reply is None
    assert pair.csms.answer("q", heartbeat_answer(clock)) is not None


def test_calls_that_pile_up_are_refused(pair: ConversationPair, clock: Clock) -> None:
    """A peer that asks without waiting gets only so many calls open."""
    for number in range(40):
        pair.csms.receive(f'[2,"q{number}","Heartbeat",{{}}]', now=clock.now)
    events = pair.csms.events()
    assert [type(event) for event in events] == [CallReceived] * 32 + [FrameRejected] * 8
    assert all(json.loads(frame)[2] == "GenericError" for frame in pair.csms.frames_to_send())


def test_closing_abandons_every_call(pair: ConversationPair, clock: Clock) -> None:
    """Calls sent and calls waiting each get an outcome when the link goes, and nothing can be said after it."""
    ids = [pair.station.call(HeartbeatRequest(), now=clock.now) for _ in range(3)]
    pair.station.close(now=clock.now)
    events = pair.station.events()
    assert all(isinstance(event, CallAbandoned) for event in events)
    assert [(event.message_id, event.sent_at is not None) for event in events] == [
        (ids[0], True), (ids[1], False), (ids[2], False),
    ]  # fmt: skip
    pair.station.receive(b'[2,"q","Reset",{"type":"Immediate"}]', now=clock.now)
    assert (pair.station.events(), pair.station.frames_to_send()) == ([], [])
    with pytest.raises(ConversationClosed):
        pair.station.call(HeartbeatRequest(), now=clock.now)
    with pytest.raises(ConversationClosed):
        pair.station.send(stream(clock))
    assert pair.station.answer("q", ResetResponse(status="Accepted")) is None


@pytest.mark.requirement("RPC-11")
@pytest.mark.parametrize(
    "response",
    [
        GetLocalListVersionResponse(version_number=1),
        HeartbeatResponse(current_time="yesterday"),
        HeartbeatResponse(current_time=None),
    ],
)
def test_our_own_invalid_answer_is_not_sent(pair: ConversationPair, clock: Clock, response: Response) -> None:
    """What is no valid response of the action is replaced with InternalError and reported."""
    pair.csms.receive(b'[2,"q","Heartbeat",{}]', now=clock.now)
    pair.csms.events()
    reply = pair.csms.answer("q", response)
    assert only(pair.csms, AnswerReplaced).reply == reply
    assert pair.csms.frames_to_send() == [reply]
    assert json.loads(reply)[:3] == [4, "q", "InternalError"]


@pytest.mark.requirement("RPC-11")
def test_our_own_invalid_request_is_not_sent(pair: ConversationPair, clock: Clock) -> None:
    """Requests that break their type, go the wrong way or belong to no action are refused to the caller."""
    for request in (ResetRequest(type="Immediate"), NotifyReportRequest(request_id="x", generated_at=None, seq_no=0)):
        with pytest.raises(UnsayableRequest):
            pair.station.call(request, now=clock.now)
    with pytest.raises(UnsayableRequest):
        pair.csms.call(HeartbeatRequest(), now=clock.now)
    assert pair.station.frames_to_send() == []


def test_frames_that_are_too_large_are_neither_taken_nor_sent(make_pair: MakePair, clock: Clock) -> None:
    """The bounds hold in both directions."""
    settings = ConversationSettings(max_received_bytes=200, max_sent_bytes=200)
    pair = make_pair(OcppVersion.OCPP_2_1, settings)
    pair.csms.receive(b'[2,"q","DataTransfer",{"vendorId":"' + b"v" * 200 + b'"}]', now=clock.now)
    assert json.loads(only(pair.csms, FrameRejected).reply)[:3] == [4, "q", "FormatViolation"]
    pair.csms.receive(b" " * 201, now=clock.now)
    assert json.loads(only(pair.csms, FrameRejected).reply)[:3] == [4, "-1", "RpcFrameworkError"]
    message_id = pair.csms.call(GetLocalListVersionRequest(), now=clock.now)
    pair.csms.receive(f'[3,"{message_id}",{{"versionNumber":1}}{" " * 200}]', now=clock.now)
    assert only(pair.csms, CallMisanswered).message_id == message_id
    with pytest.raises(UnsayableRequest):
        pair.station.call(DataTransferRequest(vendor_id="v", data="x" * 200), now=clock.now)


def test_actions_that_are_known_but_not_supported_say_so(make_pair: MakePair, clock: Clock) -> None:
    """A side that carries out only some actions refuses the others as not supported."""
    csms = make_pair(OcppVersion.OCPP_2_1, ConversationSettings(supported_actions=frozenset({"Heartbeat"}))).csms
    csms.receive(b'[2,"a","Heartbeat",{}]', now=clock.now)
    only(csms, CallReceived)
    csms.receive(b'[2,"b","NotifySettlement",{}]', now=clock.now)
    assert only(csms, FrameRejected).code is ErrorCode.NOT_SUPPORTED


def test_a_soap_version_has_no_such_conversation() -> None:
    """Only the JSON versions speak OCPP-J."""
    with pytest.raises(ValueError, match="SOAP"):
        ConversationPair(OcppVersion.OCPP_1_6_SOAP, {})
