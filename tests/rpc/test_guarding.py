"""What one peer may do on its link: ids that stand for one message each, and budgets."""

from __future__ import annotations

import json

import pytest

from pluglot.messages import BootNotificationResponse, HeartbeatResponse
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallReceived, Conversation, ConversationSettings, ErrorCode, FrameRejected, StormDetected
from tests.rpc.conftest import Clock, MakePair

HEARTBEAT = '[2,"{}","Heartbeat",{{}}]'
BOOT = '[2,"{}","BootNotification",{{"reason":"PowerUp","chargingStation":{{"model":"M","vendorName":"V"}}}}]'


def served(csms: Conversation, frame: str, clock: Clock) -> list[str]:
    """Let the CSMS take a frame in and answer it if it is asked; say what it sent."""
    csms.receive(frame, now=clock.now)
    for event in csms.events():
        if isinstance(event, CallReceived):
            answers = {
                "Heartbeat": HeartbeatResponse(current_time=clock.now),
                "BootNotification": BootNotificationResponse(current_time=clock.now, interval=60, status="Accepted"),
            }
            csms.answer(event.message_id, answers[event.action])
    return [sent.decode() for sent in csms.frames_to_send()]


@pytest.mark.requirement("HRD-05")
@pytest.mark.parametrize("version", [OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_2_1])
@pytest.mark.parametrize("how", ["answered", "refused", "expired"])
def test_an_id_that_stood_for_one_message_is_refused_for_another(
    make_pair: MakePair, clock: Clock, version: OcppVersion, how: str
) -> None:
    """Once a CALL has its answer, its id with other content is an attack or a fault: refused and reported."""
    csms = make_pair(version).csms
    csms.receive(HEARTBEAT.format("a"), now=clock.now)
    if how == "answered":
        csms.answer("a", HeartbeatResponse(current_time=clock.now))
    elif how == "refused":
        csms.refuse("a", ErrorCode.INTERNAL_ERROR)
    else:
        csms.advance(now=clock.forward(60))
    csms.events()
    csms.frames_to_send()
    csms.receive(BOOT.format("a"), now=clock.now)
    (event,) = csms.events()
    assert isinstance(event, FrameRejected)
    assert (event.code, event.message_id, event.action) == (ErrorCode.SECURITY_ERROR, "a", "BootNotification")
    (sent,) = csms.frames_to_send()
    assert json.loads(sent)[:3] == [4, "a", "SecurityError"]


@pytest.mark.requirement("HRD-05", "RPC-03")
def test_the_same_message_may_come_again_under_its_id(make_pair: MakePair, clock: Clock) -> None:
    """A peer that missed the answer asks again, and gets one; that is counted."""
    csms = make_pair(OcppVersion.OCPP_2_1).csms
    for _ in range(3):
        (sent,) = served(csms, BOOT.format("a"), clock)
        assert json.loads(sent)[:2] == [3, "a"]
    assert csms.counters["repeated calls"] == 2


@pytest.mark.requirement("HRD-05")
def test_as_many_ids_are_remembered_as_the_settings_say(make_pair: MakePair, clock: Clock) -> None:
    """The memory is bounded: the oldest id is forgotten first, and a repeated one counts as new."""
    csms = make_pair(OcppVersion.OCPP_2_1, ConversationSettings(remembered_calls=3)).csms
    for message_id in ("a", "b", "c", "a", "d"):
        served(csms, HEARTBEAT.format(message_id), clock)
    codes = {message_id: json.loads(served(csms, BOOT.format(message_id), clock)[0])[0] for message_id in "acd"}
    assert codes == {"a": 4, "c": 4, "d": 4}
    assert json.loads(served(csms, BOOT.format("b"), clock)[0])[0] == 3
    for number in range(1_000):
        served(csms, HEARTBEAT.format(number), clock)
    assert json.loads(served(csms, BOOT.format("996"), clock)[0])[0] == 3
    assert json.loads(served(csms, BOOT.format("999"), clock)[0])[0] == 4


@pytest.mark.requirement("HRD-06")
@pytest.mark.parametrize(
    "budget", [ConversationSettings(messages_per_minute=10), ConversationSettings(bytes_per_minute=250)]
)
def test_over_its_budget_a_peer_is_refused_until_the_minute_is_over(
    make_pair: MakePair, clock: Clock, budget: ConversationSettings
) -> None:
    """Ten messages of 24 bytes are served in a minute, the eleventh is not; a minute later ten are again."""
    csms = make_pair(OcppVersion.OCPP_2_1, budget).csms
    for start in (100, 200):
        types = [json.loads(served(csms, HEARTBEAT.format(start + n), clock)[0])[0] for n in range(12)]
        assert types == [3] * 10 + [4] * 2
        clock.forward(60)
    assert csms.counters["invalid messages"] == 4


@pytest.mark.requirement("HRD-06", "ERR-06")
def test_who_does_not_slow_down_loses_the_link_and_the_neighbour_notices_nothing(
    make_pair: MakePair, clock: Clock
) -> None:
    """Refusals over budget count as invalid messages; another link has a budget of its own."""
    settings = ConversationSettings(messages_per_minute=100, max_invalid_per_minute=20)
    hostile, neighbour = (make_pair(OcppVersion.OCPP_2_1, settings).csms for _ in range(2))
    events = []
    for number in range(1_000):
        hostile.receive(HEARTBEAT.format(number), now=clock.now)
        for event in hostile.events():
            events.append(event)
            if isinstance(event, CallReceived):
                hostile.answer(event.message_id, HeartbeatResponse(current_time=clock.now))
    assert sum(isinstance(event, CallReceived) for event in events) == 100
    assert isinstance(events[-1], StormDetected)
    assert len(events) == 100 + 21 + 1
    assert hostile.is_closed
    assert all(json.loads(served(neighbour, HEARTBEAT.format(n), clock)[0])[0] == 3 for n in range(100))
