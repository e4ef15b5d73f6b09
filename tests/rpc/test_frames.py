"""The arrays on the wire, and the ids in them."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluglot.messages import codec
from pluglot.messages.version import OcppVersion
from pluglot.rpc import (
    CallReceived,
    ConversationPair,
    ConversationSettings,
    FrameRejected,
    MessageIds,
    MessageType,
    ResultErrorReceived,
    frames,
)
from tests.rpc.conftest import TABLES, Clock, MakePair

EVERY_TYPE = frozenset(MessageType)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=36)
payloads = st.dictionaries(texts, st.integers() | texts | st.none() | st.lists(st.booleans()), max_size=5)


@pytest.mark.requirement("RPC-01")
@given(kind=st.sampled_from([MessageType.CALL, MessageType.SEND]), message_id=ids, payload=payloads)
def test_asking_frames_read_back_as_written(kind: MessageType, message_id: str, payload: dict[str, object]) -> None:
    """Type, id, action and payload of a CALL or SEND survive the wire, whatever characters they hold."""
    raw = json.dumps(payload).encode()
    frame = frames.asking(kind, message_id, "Heartbeat", raw)
    assert json.loads(frame) == [kind, message_id, "Heartbeat", payload]
    read = frames.read(frame, EVERY_TYPE)
    assert isinstance(read, frames.Asking)
    assert (read.message_type, read.message_id, read.action, bytes(read.payload)) == (
        kind, message_id, "Heartbeat", raw,
    )  # fmt: skip


@pytest.mark.requirement("RPC-01")
@given(message_id=ids, payload=payloads, spaces=st.booleans())
def test_answering_frames_read_back_as_written(message_id: str, payload: dict[str, object], *, spaces: bool) -> None:
    """Id and payload of a CALLRESULT survive the wire, with or without white space between the elements."""
    raw = json.dumps(payload).encode()
    frame = frames.answering(message_id, raw)
    if spaces:
        frame = b" [ 3 , " + json.dumps(message_id).encode() + b" , " + raw + b" ] "
    read = frames.read(frame, EVERY_TYPE)
    assert isinstance(read, frames.Answering)
    assert (read.message_id, json.loads(bytes(read.payload))) == (message_id, payload)


@pytest.mark.requirement("RPC-01", "ERR-02")
@given(
    kind=st.sampled_from([MessageType.CALLERROR, MessageType.CALLRESULTERROR]),
    message_id=ids,
    code=texts,
    description=texts,
    details=payloads,
)
def test_refusing_frames_read_back_as_written(
    kind: MessageType, message_id: str, code: str, description: str, details: dict[str, object]
) -> None:
    """Id, code, description and details of an error survive the wire."""
    frame = frames.refusing(kind, message_id, code, description, details)
    read = frames.read(frame, EVERY_TYPE)
    assert isinstance(read, frames.Refusing)
    assert (read.message_type, read.message_id, read.code, read.description) == (kind, message_id, code, description)
    assert read.details == details


@pytest.mark.requirement("RPC-01", "ERR-03")
@given(st.binary(max_size=200) | texts.map(str.encode) | payloads.map(lambda value: json.dumps([2, value]).encode()))
def test_no_bytes_break_the_reader(frame: bytes) -> None:
    """Whatever arrives is read as something, and a conversation answers it or stays silent, but never fails."""
    frames.read(frame, EVERY_TYPE)
    pair = ConversationPair(OcppVersion.OCPP_2_1, TABLES[OcppVersion.OCPP_2_1])
    pair.csms.receive(frame, now=Clock().now)
    assert all(json.loads(sent)[0] in {4, 5} for sent in pair.csms.frames_to_send())


ODD_CALLS = {
    "as usual": (True, rb'[2,"1","Heartbeat",{}]'),
    "white space": (True, rb'[2, "1" , "Heartbeat" , {} ] '),
    "escaped quote in the vendor's data": (True, rb'[2,"1","Heartbeat",{"customData":{"vendorId":"a\"b","n":"{"}}]'),
    "braces in the id": (True, rb'[2,"{}","Heartbeat",{}]'),
    "escaped quote in the id": (False, rb'[2,"\"Heartbeat\"","Reset",{}]'),
    "three escaped quotes in the id": (False, rb'[2,"\"\"\"","Heartbeat",{}]'),
    "action within the id": (False, rb'[2,"a\",\"Heartbeat","BootNotification",{}]'),
    "action with an escape": (False, rb'[2,"1","\u0048eartbeat",{}]'),
    "number with a fraction": (False, rb'[2.0,"1","Heartbeat",{}]'),
    "one element more": (False, rb'[2,"1","Heartbeat",{},1]'),
    "a key twice": (False, rb'[2,"1","Heartbeat",{"customData":{"vendorId":"a"},"customData":{"vendorId":"a"}}]'),
    "null": (False, rb'[2,"1","Heartbeat",{"customData":null}]'),
    "no UTF-8": (False, b'[2,"1","Heartbeat\xff",{}]'),
    "another type": (False, rb'[6,"1","Heartbeat",{}]'),
    "unknown": (False, rb'[2,"1","Heartbreak",{}]'),
}


@pytest.mark.requirement("RPC-01", "RPC-10")
@pytest.mark.parametrize(("in_one_go", "frame"), ODD_CALLS.values(), ids=ODD_CALLS)
def test_a_call_is_read_in_one_go_only_if_reading_it_in_two_gives_the_same(*, in_one_go: bool, frame: bytes) -> None:
    """The short way takes the calls that are as usual, reads in them what the long way reads, and leaves the rest."""
    actions = TABLES[OcppVersion.OCPP_2_1]
    call = frames.read_call(frame, actions)
    assert (call is not None) is in_one_go
    if call is not None:
        action, whole, payload = call
        read = frames.read(frame, EVERY_TYPE)
        assert isinstance(read, frames.Asking)
        assert (whole.message_id, whole.action, action) == (read.message_id, read.action, actions[read.action])
        assert whole.payload == codec.decode(action.request, bytes(read.payload))
        assert payload == bytes(read.payload)


@pytest.mark.requirement("RPC-02")
@pytest.mark.parametrize("length", [1, 35, 36])
def test_ids_of_up_to_36_characters_are_used(pair: ConversationPair, clock: Clock, length: int) -> None:
    """The longest id that is allowed comes back in the answer, counted in characters and not in bytes."""
    for character in "aü€😀":
        pair.csms.receive(json.dumps([2, character * length, "Heartbeat", {}]), now=clock.now)
        (event,) = pair.csms.events()
        assert isinstance(event, CallReceived)
        assert event.message_id == character * length
        pair.csms.refuse(event.message_id, "InternalError")
        assert json.loads(pair.csms.frames_to_send()[0])[1] == character * length


@pytest.mark.requirement("RPC-02")
@pytest.mark.parametrize("message_id", ["a" * 37, "a" * 10_000, "", 7, None, 1.5, True, [], {}], ids=repr)
def test_ids_that_cannot_be_used_are_refused_without_them(
    make_pair: MakePair, version: OcppVersion, clock: Clock, message_id: object
) -> None:
    """The error carries ``-1`` in place of an id that is too long, empty or no string."""
    csms = make_pair(version).csms
    csms.receive(json.dumps([2, message_id, "Heartbeat", {}]), now=clock.now)
    (frame,) = csms.frames_to_send()
    code = "FormationViolation" if version is OcppVersion.OCPP_1_6 else "RpcFrameworkError"
    assert json.loads(frame)[:3] == [4, "-1", code]


@pytest.mark.requirement("RPC-02", "ERR-05")
@pytest.mark.parametrize("kind", [3, 4, 5])
def test_answers_with_unusable_ids_are_not_answered(pair: ConversationPair, clock: Clock, kind: int) -> None:
    """Errors about answers could be taken for answers, so there are none."""
    for message_id in ("a" * 37, "", 7, None):
        pair.csms.receive(json.dumps([kind, message_id, {}]), now=clock.now)
    assert pair.csms.frames_to_send() == []
    assert all(isinstance(event, FrameRejected) for event in pair.csms.events())


@pytest.mark.requirement("RPC-03")
def test_ids_never_come_again_over_restarts() -> None:
    """Ten million ids from fifty starts are all different, and none is longer than allowed."""
    for start in range(50):
        make = MessageIds(f"{start:x}")
        seen = {make() for _ in range(200_000)}
        assert len(seen) == 200_000
        # Those of two starts differ up to the first dot; what begins all of a start, begins the least and the greatest.
        assert min(seen).startswith(f"{start:x}.")
        assert max(seen).startswith(f"{start:x}.")
    assert len(MessageIds("p" * 23, first=16**12 - 1)()) == 36


@pytest.mark.requirement("RPC-03")
@given(prefixes=st.lists(st.text("0123456789abcdef", min_size=1, max_size=20), unique=True, min_size=2, max_size=2))
def test_ids_of_different_prefixes_differ(prefixes: list[str]) -> None:
    """Two prefixes share no id, even if one begins with the other."""
    first, second = (MessageIds(prefix) for prefix in prefixes)
    assert not {first() for _ in range(100)} & {second() for _ in range(100)}


@pytest.mark.parametrize("prefix", ["", "x" * 24, "ü", "a\n"])
def test_prefixes_that_would_make_bad_ids_are_refused(prefix: str) -> None:
    """A prefix must leave room for the counter and be plain text."""
    with pytest.raises(ValueError, match="prefix"):
        MessageIds(prefix)


@pytest.mark.requirement("RPC-08")
@pytest.mark.parametrize("number", ["0", "1", "7", "99", "-1", '"2"', "2.0", "null", "[]", "3.0", "02"])
def test_unknown_message_types_are_ignored(
    make_pair: MakePair, version: OcppVersion, clock: Clock, number: str
) -> None:
    """The link stays up, nothing is sent, and what waits goes on waiting."""
    csms = make_pair(version).csms
    csms.receive(f'[{number},"a","Heartbeat",{{}}]', now=clock.now)
    (event,) = csms.events()
    assert isinstance(event, FrameRejected)
    # 02 is no JSON number, so that this is no JSON either.
    assert bool(csms.frames_to_send()) is (number == "02")
    assert not csms.is_closed


@pytest.mark.requirement("RPC-08", "RPC-06", "ERR-05")
@pytest.mark.parametrize("older", [OcppVersion.OCPP_1_6, OcppVersion.OCPP_2_0_1], ids=str)
def test_the_two_new_types_exist_only_in_2_1(make_pair: MakePair, clock: Clock, older: OcppVersion) -> None:
    """Older versions ignore CALLRESULTERROR and SEND; 2.1 takes them in."""
    frame = b'[5,"a","InternalError","",{}]'
    side = make_pair(older).csms
    side.receive(frame, now=clock.now)
    side.receive(b'[6,"a","Heartbeat",{}]', now=clock.now)
    assert all(isinstance(event, FrameRejected) for event in side.events())
    newest = make_pair(OcppVersion.OCPP_2_1).csms
    newest.receive(frame, now=clock.now)
    (event,) = newest.events()
    assert isinstance(event, ResultErrorReceived)
    assert side.frames_to_send() == newest.frames_to_send() == []


@pytest.mark.requirement("RPC-09")
@pytest.mark.parametrize(
    "action", ["heartbeat", "HEARTBEAT", "HeartbeatRequest", "Heartbeat.req", "Heartbeat ", "HeartbeatResponse"]
)
def test_action_names_are_exact(make_pair: MakePair, version: OcppVersion, clock: Clock, action: str) -> None:
    """Another letter case or a suffix makes another action, which nobody knows."""
    csms = make_pair(version).csms
    csms.receive(json.dumps([2, "a", action, {}]), now=clock.now)
    assert json.loads(csms.frames_to_send()[0])[:3] == [4, "a", "NotImplemented"]


@pytest.mark.requirement("RPC-09")
def test_our_own_action_names_carry_no_suffix(make_pair: MakePair, version: OcppVersion, clock: Clock) -> None:
    """What we send is named as in the table."""
    station = make_pair(version).station
    station.call(TABLES[version]["Heartbeat"].request(), now=clock.now)
    assert json.loads(station.frames_to_send()[0])[2] == "Heartbeat"


@pytest.mark.requirement("RPC-18")
@pytest.mark.parametrize(
    "payload",
    [
        b'{"customData":{"vendorId":"v","a":' + b"[" * 10**6 + b"]" * 10**6 + b"}}",
        b'{"customData":{"vendorId":"v","a":' + b'{"a":' * 10**6 + b"1" + b"}" * 10**6 + b"}}",
        b'{"customData":{"vendorId":"v","a":' + b"[" * 32 + b"]" * 32 + b"}}",
        b'{"customData":{"vendorId":"v","a":' + b"1" * 10**6 + b"}}",
        b'{"customData":{"vendorId":"v","a":0.' + b"1" * 10**6 + b"}}",
        b'{"customData":{"vendorId":"v","a":1e' + b"9" * 10**6 + b"}}",
        b'{"customData":{"vendorId":"v","vendorId":"v"}}',
    ],
    ids=["lists", "objects", "one level", "integer", "fraction", "exponent", "twice"],
)
def test_bombs_are_refused_cheaply(make_pair: MakePair, clock: Clock, payload: bytes) -> None:
    """JSON beyond the limits costs a fraction of a second and is answered with a code."""
    csms = make_pair(OcppVersion.OCPP_2_1, ConversationSettings(max_received_bytes=10**7)).csms
    started = time.process_time()
    csms.receive(b'[2,"a","Heartbeat",' + payload + b"]", now=clock.now)
    assert time.process_time() - started < 0.5
    assert json.loads(csms.frames_to_send()[0])[:3] == [4, "a", "FormatViolation"]


@pytest.mark.requirement("RPC-01")
def test_text_that_is_not_utf8_is_refused(pair: ConversationPair, clock: Clock) -> None:
    """Bytes that are no UTF-8, and text that cannot become UTF-8, are refused like anything that is no JSON."""
    pair.csms.receive(b'[2,"a","DataTransfer",{"vendorId":"\xff"}]', now=clock.now)
    pair.csms.receive('[2,"a","DataTransfer",{"vendorId":"\ud800"}]', now=clock.now)
    codes = [json.loads(frame)[2] for frame in pair.csms.frames_to_send()]
    assert len(codes) == 2 and set(codes) <= {"FormatViolation", "RpcFrameworkError"}


def test_the_tables_of_both_sides_fit(make_pair: MakePair, version: OcppVersion, clock: Clock) -> None:
    """A heartbeat gets from a station to a CSMS in every version."""
    pair = make_pair(version)
    pair.station.call(TABLES[version]["Heartbeat"].request(), now=clock.now)
    assert pair.carry(now=clock.now) == 1
    (event,) = pair.csms.events()
    assert isinstance(event, CallReceived)
    assert isinstance(event.request, TABLES[version]["Heartbeat"].request)
