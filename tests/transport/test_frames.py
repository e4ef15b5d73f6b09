"""Frames: RFC 6455 and the size limits, without sockets."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.transport.deflate import TAIL, Deflate, inflate
from pluglot.transport.frames import (
    Close,
    CloseCode,
    Control,
    FrameReader,
    Opcode,
    Violation,
    close_payload,
    frame,
)
from pluglot.transport.masking import apply_mask, apply_mask_slowly

MASK = b"\x01\x02\x03\x04"
LIMIT = 65536


def server(limit: int = LIMIT, *, deflate: bool = False) -> FrameReader:
    return FrameReader(masked=True, limit=limit, inflate=inflate if deflate else None)


def client(limit: int = LIMIT) -> FrameReader:
    return FrameReader(masked=False, limit=limit)


def raw(first: int, payload: bytes = b"", *, mask: bytes | None = MASK) -> bytes:
    """One frame with any first byte, as an evil peer makes it."""
    return bytes((first,)) + frame(Opcode.TEXT, payload, mask=mask)[1:]


def text(payload: bytes, mask: bytes | None = MASK) -> bytes:
    return frame(Opcode.TEXT, payload, mask=mask)


@pytest.mark.requirement("WS-15")
@given(
    messages=st.lists(st.text(max_size=300), max_size=4),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    masked=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_messages_arrive_whole_however_the_bytes_are_cut(messages: list[str], cuts: list[int], *, masked: bool) -> None:
    """Any way the network cuts the bytes gives the same messages, in both roles."""
    stream = b"".join(text(message.encode(), MASK if masked else None) for message in messages)
    reader = FrameReader(masked=masked, limit=LIMIT)
    events = []
    position = turn = 0
    while position < len(stream):
        size = cuts[turn % len(cuts)]
        events += reader.receive(stream[position : position + size])
        position, turn = position + size, turn + 1
    assert events == [message.encode() for message in messages]
    assert not reader.unfinished


@pytest.mark.requirement("WS-15")
def test_one_byte_fragments_with_control_frames_between_them_make_one_message() -> None:
    """A message in fragments of one byte, pings between them, arrives whole; the pings arrive at once."""
    message = '[2,"1","Heartbeat",{}] ß€😀'.encode()
    reader = server()
    events = []
    for index in range(len(message)):
        opcode = Opcode.TEXT if index == 0 else Opcode.CONTINUATION
        events += reader.receive(raw(opcode, message[index : index + 1]))
        events += reader.receive(raw(0x80 | Opcode.PING, bytes((index,))))
    events += reader.receive(raw(0x80 | Opcode.CONTINUATION))
    assert events == [*(Control(Opcode.PING, bytes((index,))) for index in range(len(message))), message]


VIOLATIONS = {
    "unmasked frame of a client": (text(b"[]", None), CloseCode.PROTOCOL_ERROR),
    "binary": (raw(0x82, b"x"), CloseCode.UNSUPPORTED_DATA),
    "bad UTF-8": (text(b"\xff\xfe"), CloseCode.INVALID_TEXT),
    "UTF-8 surrogate": (text(b"\xed\xa0\x80"), CloseCode.INVALID_TEXT),
    "UTF-8 cut short": (text("€".encode()[:2]), CloseCode.INVALID_TEXT),
    "bad UTF-8 over two fragments": (raw(0x01, b"\xe2") + raw(0x80, b"A"), CloseCode.INVALID_TEXT),
    "reserved bit 1 without compression": (raw(0xC1, b"x"), CloseCode.PROTOCOL_ERROR),
    "reserved bit 2": (raw(0xA1, b"x"), CloseCode.PROTOCOL_ERROR),
    "reserved bit 3": (raw(0x91, b"x"), CloseCode.PROTOCOL_ERROR),
    "reserved bit on a ping": (raw(0xC9, b"x"), CloseCode.PROTOCOL_ERROR),
    **{
        f"opcode {code}": (raw(0x80 | code, b"x"), CloseCode.PROTOCOL_ERROR)
        for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    },
    "fragmented ping": (raw(0x09, b"x"), CloseCode.PROTOCOL_ERROR),
    "fragmented close": (raw(0x08), CloseCode.PROTOCOL_ERROR),
    "ping of 126 bytes": (raw(0x89, bytes(126)), CloseCode.PROTOCOL_ERROR),
    "continuation of nothing": (raw(0x80, b"x"), CloseCode.PROTOCOL_ERROR),
    "continuation of nothing, not final": (raw(0x00, b"x"), CloseCode.PROTOCOL_ERROR),
    "new message inside a message": (raw(0x01, b"x") + raw(0x81, b"y"), CloseCode.PROTOCOL_ERROR),
    "new message after an empty first fragment": (raw(0x01) + raw(0x81, b"y"), CloseCode.PROTOCOL_ERROR),
    "length with its highest bit set": (b"\x81\xff" + b"\xff" * 8 + MASK, CloseCode.PROTOCOL_ERROR),
    "close with one byte": (raw(0x88, b"\x03"), CloseCode.PROTOCOL_ERROR),
    "close with code 1005": (raw(0x88, b"\x03\xed"), CloseCode.PROTOCOL_ERROR),
    "close with code 1006": (raw(0x88, b"\x03\xee"), CloseCode.PROTOCOL_ERROR),
    "close with code 999": (raw(0x88, b"\x03\xe7"), CloseCode.PROTOCOL_ERROR),
    "close with code 5000": (raw(0x88, b"\x13\x88"), CloseCode.PROTOCOL_ERROR),
    "close with a reason that is not UTF-8": (raw(0x88, b"\x03\xe8\xff"), CloseCode.INVALID_TEXT),
    "message one byte too big": (text(bytes(LIMIT + 1)), CloseCode.MESSAGE_TOO_BIG),
    "announced exabyte": (b"\x81\xff" + (1 << 60).to_bytes(8, "big") + MASK, CloseCode.MESSAGE_TOO_BIG),
    "fragments that add up to too much": (raw(0x01, bytes(LIMIT)) + raw(0x80, b"x"), CloseCode.MESSAGE_TOO_BIG),
}


@pytest.mark.requirement("WS-15", "WS-16")
@pytest.mark.parametrize("name", VIOLATIONS)
@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_each_broken_rule_is_answered_with_its_code_and_nothing_is_read_after_it(name: str, step: int) -> None:
    """Whatever breaks RFC 6455 or the size limit is a violation with the right code; earlier messages still count."""
    data, code = VIOLATIONS[name]
    stream = text(b"[1]") + data + text(b"[2]")
    reader = server()
    events = [event for at in range(0, len(stream), step) for event in reader.receive(stream[at : at + step])]
    assert events[0] == b"[1]"
    assert isinstance(events[-1], Violation)
    assert events[-1].code == code
    assert len(events) == 2


@pytest.mark.requirement("WS-15")
def test_a_masked_frame_of_a_server_is_a_violation() -> None:
    """A client does not take masked frames."""
    events = client().receive(text(b"[]"))
    assert isinstance(events[0], Violation)
    assert events[0].code == CloseCode.PROTOCOL_ERROR


@pytest.mark.requirement("WS-16")
def test_too_big_a_message_is_refused_from_its_header() -> None:
    """A message that is announced too big is refused before any of its payload is kept."""
    events = server(1024).receive(text(bytes(5000))[:8])
    assert isinstance(events[0], Violation)
    assert events[0].code == CloseCode.MESSAGE_TOO_BIG


@pytest.mark.requirement("WS-16")
def test_a_message_of_exactly_the_limit_is_taken() -> None:
    """The limit itself is allowed, plain and inflated."""
    assert server(1024).receive(text(b"x" * 1024)) == [b"x" * 1024]
    squeezed = Deflate().compress(b"x" * 1024)
    assert squeezed is not None
    assert server(1024, deflate=True).receive(raw(0xC1, squeezed)) == [b"x" * 1024]


@pytest.mark.requirement("WS-15")
def test_a_close_frame_gives_its_code_and_reason() -> None:
    """Close frames are read with and without a code."""
    assert client().receive(frame(Opcode.CLOSE, close_payload(1001, "bye"))) == [Close(1001, "bye")]
    assert client().receive(frame(Opcode.CLOSE, close_payload(CloseCode.NO_STATUS, ""))) == [Close(1005, "")]
    assert client().receive(frame(Opcode.CLOSE, close_payload(4000, "ä" * 200))) == [Close(4000, "ä" * 61)]


def bomb(size: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = compressor.compress(bytes(size)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(TAIL)


@pytest.mark.requirement("WS-10")
def test_inflating_stops_at_the_limit() -> None:
    """A small frame that would inflate to much more than the limit is refused with 1009."""
    events = server(4096, deflate=True).receive(raw(0xC1, bomb(3_000_000)))
    assert isinstance(events[0], Violation)
    assert events[0].code == CloseCode.MESSAGE_TOO_BIG


@pytest.mark.requirement("WS-10", "WS-15")
@pytest.mark.parametrize("payload", [b"\xff\xff\xff", b"\x07", zlib.compress(b"x" * 300)])
def test_a_broken_compressed_message_is_a_violation(payload: bytes) -> None:
    """What cannot be inflated closes the link with 1007."""
    events = server(deflate=True).receive(raw(0xC1, payload))
    assert isinstance(events[0], Violation)
    assert events[0].code == CloseCode.INVALID_TEXT


@pytest.mark.requirement("WS-09")
def test_compressed_fragments_and_a_stream_that_ends_itself_are_read() -> None:
    """Compression works over fragments, beside plain messages, and with a final deflate block."""
    message = b'[2,"7","MeterValues",{}]' * 40
    squeezed = Deflate().compress(message)
    assert squeezed is not None
    reader = server(deflate=True)
    events = reader.receive(raw(0x41, squeezed[:5]) + raw(0x89, b"p") + raw(0x80, squeezed[5:]) + text(b"[]"))
    assert events == [Control(Opcode.PING, b"p"), message, b"[]"]
    final = zlib.compressobj(wbits=-15)
    assert server(deflate=True).receive(raw(0xC1, final.compress(b"Hello") + final.flush() + b"\x00")) == [b"Hello"]


@given(payload=st.binary(max_size=500), mask=st.binary(min_size=4, max_size=4))
@settings(max_examples=60)
def test_masking_twice_changes_nothing(payload: bytes, mask: bytes) -> None:
    """Masking is its own inverse, and it is the exclusive or of each byte, compiled or not."""
    for apply in (apply_mask, apply_mask_slowly):
        masked = apply(payload, mask)
        assert masked == bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        assert apply(masked, mask) == payload


@pytest.mark.requirement("WS-15")
@given(data=st.lists(st.binary(max_size=200), max_size=8), masked=st.booleans(), deflate=st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_the_reader_fail(data: list[bytes], *, masked: bool, deflate: bool) -> None:
    """Whatever comes in, the reader gives events and raises nothing (HRD-11)."""
    reader = FrameReader(masked=masked, limit=1024, inflate=inflate if deflate else None)
    for chunk in data:
        for event in reader.receive(chunk):
            assert isinstance(event, bytes | Control | Close | Violation)
