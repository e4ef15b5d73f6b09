"""A systematic corpus of bad messages: every official schema, every mistake, the exact error code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pluglot.dialects.ocpp16.wire.actions import ACTIONS as ACTIONS_16
from pluglot.dialects.ocpp20.wire.actions import ACTIONS as ACTIONS_20
from pluglot.dialects.ocpp201.wire.actions import ACTIONS as ACTIONS_201
from pluglot.messages.action import Action, Sender
from pluglot.messages.actions import ACTIONS as ACTIONS_21
from pluglot.messages.codec import decode
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallMisanswered, CallReceived, Conversation, FrameRejected, MessageIds, SendReceived, spelled
from tests.rpc.bad_messages import (
    ID,
    MARKER,
    Bad,
    calls,
    example,
    ignored,
    payloads,
    request_schema,
    response_schema,
    text,
)

TABLES = {"1.6": ACTIONS_16, "2.0": ACTIONS_20, "2.0.1": ACTIONS_201, "2.1": ACTIONS_21}

# The error codes that OCPP-J 1.6 (4.2.3) and Part 4 of 2.0.1 and 2.1 (4.3) list.
COMMON = {
    "NotImplemented", "NotSupported", "InternalError", "ProtocolError", "SecurityError", "PropertyConstraintViolation",
    "TypeConstraintViolation", "GenericError",
}  # fmt: skip
CODES_2X = COMMON | {
    "FormatViolation", "OccurrenceConstraintViolation", "MessageTypeNotSupported", "RpcFrameworkError"
}  # fmt: skip
CODES = {
    "1.6": COMMON | {"FormationViolation", "OccurenceConstraintViolation"},
    "2.0": CODES_2X,
    "2.0.1": CODES_2X,
    "2.1": CODES_2X,
}

# mistake: code in 1.6, code in 2.x
EXPECTED = {
    "missing": ("ProtocolError", "OccurrenceConstraintViolation"),
    "unknown": ("FormationViolation", "ProtocolError"),
    "type": ("TypeConstraintViolation", "TypeConstraintViolation"),
    "property": ("PropertyConstraintViolation", "PropertyConstraintViolation"),
    "occurrence": ("OccurenceConstraintViolation", "OccurrenceConstraintViolation"),
    "format": ("FormationViolation", "FormatViolation"),
    "syntax": ("FormationViolation", "RpcFrameworkError"),
    "shape": ("FormationViolation", "RpcFrameworkError"),
    "no id": ("FormationViolation", "RpcFrameworkError"),
    "not known": ("NotImplemented", "NotImplemented"),
    "wrong direction": ("NotSupported", "NotSupported"),
}
WITHOUT_ID = {"syntax", "no id"}

EVERY_ACTION = [(version, action) for version, table in TABLES.items() for action in table]
every_action = pytest.mark.parametrize(("version", "action"), EVERY_ACTION, ids=map("-".join, EVERY_ACTION))


class Clock:
    """Lets enough time pass between bad messages that they are no storm."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def tick(self) -> datetime:
        """Let two seconds pass."""
        self.now += timedelta(seconds=2)
        return self.now


def conversation(version: str, role: Sender) -> Conversation:
    return Conversation(OcppVersion(version), role, actions=TABLES[version], id_factory=MessageIds("t"))


def asked_side(action: Action) -> Sender:
    """Who receives the request."""
    return Sender.CSMS if Sender.STATION in action.sender else Sender.STATION


def expected(mistake: str, version: str) -> str:
    return EXPECTED[mistake][0 if version == "1.6" else 1]


def check_error(frame: bytes, message_type: int, message_id: str, code: str, version: str) -> None:
    """Hold an error against everything the protocol and our own rules ask of errors."""
    number, its_id, its_code, description, details = json.loads(frame)
    assert (number, its_id, its_code) == (message_type, message_id, code)
    assert its_code in CODES[version]
    assert isinstance(description, str) and 0 < len(description) <= 255
    assert isinstance(details, dict)
    assert MARKER.encode() not in frame and b"h0st" not in frame and b"Traceback" not in frame


def bad_requests(version: str, action: str) -> Iterator[Bad]:
    return payloads(request_schema(version, action))


def bad_responses(version: str, action: str) -> Iterator[Bad]:
    return payloads(response_schema(version, action)) if TABLES[version][action].is_answered else iter(())


def bad_calls(version: str, action: str) -> Iterator[Bad]:
    row = TABLES[version][action]
    return calls(version, action, other_side=row.sender is not Sender.BOTH) if row.is_answered else iter(())


@pytest.mark.requirement("RPC-11", "RPC-13", "RPC-15", "RPC-18", "RPC-06", "ERR-01", "ERR-02", "ERR-03")
@every_action
def test_a_bad_request_gets_exactly_the_error_its_mistake_calls_for(version: str, action: str) -> None:
    """Each mistake in the payload of a request is answered with its own code; in a SEND, with silence."""
    row, clock = TABLES[version][action], Clock()
    side = conversation(version, asked_side(row))
    number = 2 if row.is_answered else 6
    for bad in bad_requests(version, action):
        side.receive(f'[{number},"{ID}","{action}",{bad.make()}]', now=clock.tick())
        (event,), frames = side.events(), side.frames_to_send()
        assert isinstance(event, FrameRejected), (bad.mistake, bad.name, event)
        code = expected(bad.mistake, version)
        if row.is_answered:
            assert frames == [event.reply], bad.name
            assert json.loads(frames[0])[2] == code, (bad.mistake, bad.name, frames[0])
            check_error(frames[0], 4, "-1" if bad.mistake in WITHOUT_ID else ID, code, version)
        else:
            assert (event.code, frames) == (code, []), bad.name


@pytest.mark.requirement("RPC-11", "RPC-15", "RPC-18", "ERR-05")
@every_action
def test_a_bad_response_ends_its_call_and_is_reported_to_the_other_side_where_the_version_can(
    version: str, action: str
) -> None:
    """Each mistake in a response ends our call as misanswered; 2.1 tells the sender so, older versions say nothing."""
    row, clock = TABLES[version][action], Clock()
    side = conversation(version, Sender.STATION if asked_side(row) is Sender.CSMS else Sender.CSMS)
    schema = request_schema(version, action)
    request = decode(row.request, text(example(schema, schema, full=False)).encode())
    for bad in bad_responses(version, action):
        message_id = side.call(request, now=clock.tick())
        side.frames_to_send()
        side.receive(f'[3,"{message_id}",{bad.make()}]', now=clock.now)
        (event,), frames = side.events(), side.frames_to_send()
        assert isinstance(event, CallMisanswered), (bad.name, event)
        assert spelled(event.code, OcppVersion(version)) == expected(bad.mistake, version), bad.name
        if version == "2.1":
            assert frames == [event.reply]
            check_error(frames[0], 5, message_id, expected(bad.mistake, version), version)
        else:
            assert frames == [] and event.reply is None
        assert side.open_call is None


@pytest.mark.requirement("RPC-01", "RPC-02", "RPC-09", "ERR-01", "ERR-02", "ERR-03")
@every_action
def test_a_bad_frame_around_a_good_request_gets_exactly_the_error_its_mistake_calls_for(
    version: str, action: str
) -> None:
    """Frames of the wrong shape, ids that cannot be used, unknown actions and wrong directions have their own codes."""
    row, clock = TABLES[version][action], Clock()
    asked = conversation(version, asked_side(row))
    asking = conversation(version, Sender.STATION if asked_side(row) is Sender.CSMS else Sender.CSMS)
    for bad in bad_calls(version, action):
        side = asking if bad.mistake == "wrong direction" else asked
        side.receive(bad.make(), now=clock.tick())
        (event,), frames = side.events(), side.frames_to_send()
        assert isinstance(event, FrameRejected), (bad.name, event)
        assert frames == [event.reply], bad.name
        assert json.loads(frames[0])[2] == expected(bad.mistake, version), (bad.name, frames[0])
        check_error(frames[0], 4, "-1" if bad.mistake in WITHOUT_ID else ID, expected(bad.mistake, version), version)


@pytest.mark.requirement("RPC-08")
@every_action
def test_a_message_of_unknown_type_is_ignored(version: str, action: str) -> None:
    """An unknown message type is noted and answered with nothing at all."""
    side, clock = conversation(version, asked_side(TABLES[version][action])), Clock()
    for frame in ignored(version, action):
        side.receive(frame, now=clock.tick())
        (event,) = side.events()
        assert isinstance(event, FrameRejected) and event.reply is None
        assert side.frames_to_send() == []
        assert not side.is_closed


@pytest.mark.requirement("RPC-11")
@every_action
def test_the_examples_the_corpus_is_made_from_are_valid(version: str, action: str) -> None:
    """Without a mistake the same messages are taken, so that each error comes from the mistake alone."""
    row, now = TABLES[version][action], datetime(2026, 1, 1, tzinfo=UTC)
    for full in (True, False):
        side = conversation(version, asked_side(row))
        schema = request_schema(version, action)
        number = 2 if row.is_answered else 6
        side.receive(f'[{number},"{ID}","{action}",{text(example(schema, schema, full=full))}]', now=now)
        (event,) = side.events()
        assert isinstance(event, CallReceived | SendReceived), event
        if row.response is not None:
            schema = response_schema(version, action)
            decode(row.response, text(example(schema, schema, full=full)).encode())


def count() -> dict[str, int]:
    made: dict[str, int] = {}
    sources: dict[str, Any] = {"requests": bad_requests, "responses": bad_responses, "frames": bad_calls}
    for version, action in EVERY_ACTION:
        for what, source in sources.items():
            made[f"{version} {what}"] = made.get(f"{version} {what}", 0) + sum(1 for _ in source(version, action))
    return made


def test_the_corpus_is_large_enough() -> None:
    """There are at least 50,000 bad messages, and thousands for each version."""
    made = count()
    print(made, sum(made.values()))  # noqa: T201 - the figure is quoted in reports
    assert sum(made.values()) >= 50_000
    assert all(number > 300 for number in made.values())
