"""What answers look like: refusals of business are results, and leniency is chosen station by station."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pluglot.messages.codec import LeniencyRule, decode
from pluglot.messages.version import OcppVersion
from pluglot.rpc import (
    CallAnswered,
    CallMisanswered,
    CallReceived,
    ConversationPair,
    ConversationSettings,
    FrameRejected,
)
from tests.rpc.bad_messages import example, request_schema, resolved, response_schema, text
from tests.rpc.conftest import TABLES, Clock, MakePair
from tests.rpc.test_bad_messages import asked_side, every_action


def statuses(version: str, action: str) -> list[dict[str, Any]]:
    """Make a response of every status that the schema of an action knows."""
    schema = response_schema(version, action)
    plain = example(schema, schema, full=False)
    values = resolved(schema.get("properties", {}).get("status", {}), schema).get("enum", [])
    return [{**plain, "status": value} for value in values] or [plain]


@pytest.mark.requirement("RPC-12")
@every_action
def test_every_status_of_every_action_is_said_in_a_result(version: str, action: str) -> None:
    """A valid request gets a CALLRESULT whatever the answer is; Rejected is as good a result as Accepted."""
    row = TABLES[OcppVersion(version)][action]
    if row.response is None:
        return
    pair, clock = ConversationPair(OcppVersion(version), TABLES[OcppVersion(version)]), Clock()
    asked = pair.sides[asked_side(row)]
    asking = pair.station if asked is pair.csms else pair.csms
    schema = request_schema(version, action)
    request = decode(row.request, text(example(schema, schema, full=False)).encode())
    for payload in statuses(version, action):
        message_id = asking.call(request, now=clock.now)
        pair.carry(now=clock.now)
        (received,) = asked.events()
        assert isinstance(received, CallReceived) and received.request == request
        frame = asked.answer(message_id, decode(row.response, text(payload).encode()))
        assert frame is not None and json.loads(frame) == [3, message_id, payload]
        pair.carry(now=clock.now)
        (answered,) = asking.events()
        assert isinstance(answered, CallAnswered) and json.loads(answered.payload) == payload


@pytest.mark.requirement("RPC-11")
def test_leniency_is_off_until_chosen_and_counted_when_used(make_pair: MakePair, clock: Clock) -> None:
    """The same odd frames are refused by a strict side, and taken and counted by one that was told to."""
    frames = [
        b'[2,"a","Heartbeat",{"extra":1}]',
        b'[2,"b","StatusNotification",{"connectorId":"1","errorCode":"noerror","status":"Available","info":null}]',
    ]
    strict = make_pair(OcppVersion.OCPP_1_6).csms
    lenient = make_pair(
        OcppVersion.OCPP_1_6, ConversationSettings(lenient=tuple(rule.value for rule in LeniencyRule))
    ).csms
    for frame in frames:
        strict.receive(frame, now=clock.now)
        lenient.receive(frame, now=clock.now)
    assert all(isinstance(event, FrameRejected) for event in strict.events())
    assert strict.counters == {"invalid messages": 2}
    events = lenient.events()
    assert all(isinstance(event, CallReceived) for event in events), events
    assert lenient.counters == {
        "overlooked: unknownProperty": 1,
        "overlooked: numberAsString": 1,
        "overlooked: enumCase": 1,
        "overlooked: nullAsAbsent": 1,
    }


@pytest.mark.requirement("RPC-11", "RPC-10")
def test_leniency_holds_for_answers_as_well(make_pair: MakePair, clock: Clock) -> None:
    """A null in a result is a misanswer to a strict side, and nothing to one that overlooks it."""
    for rules, kind in (((), CallMisanswered), (("nullAsAbsent",), CallAnswered)):
        csms = make_pair(OcppVersion.OCPP_2_0_1, ConversationSettings(lenient=rules)).csms
        message_id = csms.call(TABLES[OcppVersion.OCPP_2_0_1]["ClearCache"].request(), now=clock.now)
        csms.receive(f'[3,"{message_id}",{{"status":"Accepted","statusInfo":null}}]', now=clock.now)
        (event,) = csms.events()
        assert isinstance(event, kind)
