"""WebSocket frames as a core without sockets: bytes in, messages and control frames out (RFC 6455, RFC 7692).

aiohttp carries the HTTP side of every link, but its own frame reader takes unmasked frames from clients, leaves pings
to whoever reads messages next, and keeps a window and hash tables per compressed link. So frames are read here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import msgspec

from pluglot.transport.masking import apply_mask


class CloseCode(IntEnum):
    """Why a WebSocket is closed, as the peer is told (RFC 6455 7.4.1)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS = 1005
    ABNORMAL = 1006
    INVALID_TEXT = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011


class Opcode(IntEnum):
    """What a frame is; from CLOSE on they are control frames."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Control(msgspec.Struct, frozen=True):
    """A ping or pong frame with its payload."""

    opcode: Opcode
    payload: bytes


class Close(msgspec.Struct, frozen=True):
    """The peer's close frame; code 1005 when it named none."""

    code: int
    reason: str


class Violation(msgspec.Struct, frozen=True):
    """The peer broke the rules; the link must be closed with this code. Always the last event."""

    code: CloseCode
    reason: str


#: Plain bytes are one whole text message, already known to be UTF-8.
Event = bytes | Control | Close | Violation

#: Opens one compressed message; returns None when it is bigger than the limit, raises ValueError when it is broken.
Inflate = Callable[[bytes, int], "bytes | None"]

WHOLE_TEXT = 0x81
FINAL = 0x80
COMPRESSED = 0x40
RESERVED = 0x70
MASKED = 0x80
CONTROL = 0x08
LARGEST_CONTROL_PAYLOAD = 125
TWO_BYTE_LENGTH = 126
EIGHT_BYTE_LENGTH = 127
OPCODES = frozenset(Opcode)
#: Codes that a close frame may carry besides 3000 to 4999.
SENDABLE_CLOSE_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


class _Broken(Exception):
    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.violation = Violation(code, reason)


class FrameReader:
    """Takes a peer's bytes apart into whole messages and control frames, strictly and within a size limit.

    Every buffer it keeps is at most ``limit`` bytes plus one read from the socket.
    """

    __slots__ = ("_broken", "_compressed", "_inflate", "_limit", "_masked", "_message", "_needed", "_rest")

    def __init__(self, *, masked: bool, limit: int, inflate: Inflate | None = None) -> None:
        self._masked = masked  # frames of clients must be masked, frames of servers must not be
        self._limit = limit
        self._inflate = inflate
        self._rest: bytearray | None = None  # the beginning of a frame
        self._needed = 0  # no frame can be complete with fewer bytes than this
        self._message: bytearray | None = None  # the fragments of a message so far
        self._compressed = False
        self._broken = False

    @property
    def unfinished(self) -> bool:
        """Whether a frame or a message has begun and not ended."""
        return self._rest is not None or self._message is not None

    def receive(self, data: bytes) -> list[Event]:
        """Return what these bytes complete, in order; nothing comes after a violation."""
        if self._broken:
            return []
        events: list[Event] = []
        rest = self._rest
        if rest is not None:
            rest += data
            if len(rest) < self._needed:
                return events
        pending: bytes | bytearray = data if rest is None else rest
        try:
            position = self._take_frames(pending, events)
        except _Broken as broken:
            self._broken = True
            self._rest = self._message = None
            events.append(broken.violation)
            return events
        if position == len(pending):
            self._rest = None
        elif rest is None:
            self._rest = bytearray(pending[position:])
        else:
            del rest[:position]
        return events

    def _take_frames(self, data: bytes | bytearray, events: list[Event]) -> int:
        position, end = 0, len(data)
        while position < end:
            available = end - position
            self._needed = 2
            if available < self._needed:
                break
            first, second = data[position], data[position + 1]
            # Nearly all frames are whole text messages with nothing before them: nothing can be wrong with those.
            usual = first == WHOLE_TEXT and self._message is None and bool(second & MASKED) is self._masked
            if not usual:
                self._check_header(first, second)
            size = self._size(data, position, available, second & 0x7F)
            if size is None:
                break
            header, length = size
            if not first & CONTROL and length + len(self._message or b"") > self._limit:
                raise _Broken(CloseCode.MESSAGE_TOO_BIG, f"a message has more than {self._limit} bytes")
            self._needed = header + length
            if available < self._needed:
                break
            start = position + header
            payload = bytes(data[start : start + length])
            if self._masked:
                payload = apply_mask(payload, bytes(data[start - 4 : start]))
            position = start + length
            event = self._control(first & 0x0F, payload) if first & CONTROL else self._fragment(first, payload)
            if event is not None:
                events.append(event)
        return position

    def _check_header(self, first: int, second: int) -> None:
        opcode, reserved = first & 0x0F, first & RESERVED
        if opcode not in OPCODES:
            raise _Broken(CloseCode.PROTOCOL_ERROR, f"opcode {opcode} is not defined")
        may_be_compressed = self._inflate is not None and opcode in (Opcode.TEXT, Opcode.BINARY)
        if reserved and not (reserved == COMPRESSED and may_be_compressed):
            raise _Broken(CloseCode.PROTOCOL_ERROR, "a reserved bit is set")
        if bool(second & MASKED) is not self._masked:
            raise _Broken(CloseCode.PROTOCOL_ERROR, "a frame is not masked" if self._masked else "a frame is masked")
        if opcode & CONTROL:
            if not first & FINAL or second & 0x7F > LARGEST_CONTROL_PAYLOAD:
                raise _Broken(CloseCode.PROTOCOL_ERROR, "a control frame is fragmented or too long")
        elif (opcode == Opcode.CONTINUATION) is (self._message is None):
            raise _Broken(CloseCode.PROTOCOL_ERROR, "a fragment stands where none belongs")
        elif opcode == Opcode.BINARY:
            raise _Broken(CloseCode.UNSUPPORTED_DATA, "OCPP is text, not binary")

    def _size(self, data: bytes | bytearray, position: int, available: int, length: int) -> tuple[int, int] | None:
        """Return the size of header and payload, or None while the header is not complete."""
        header = 2
        if length >= TWO_BYTE_LENGTH:
            extended = 2 if length == TWO_BYTE_LENGTH else 8
            header += extended
            if available < header:
                self._needed = header
                return None
            length = int.from_bytes(data[position + 2 : position + header], "big")
            if length >> 63:
                raise _Broken(CloseCode.PROTOCOL_ERROR, "a length has its highest bit set")
        return header + (4 if self._masked else 0), length

    def _control(self, opcode: int, payload: bytes) -> Event:
        if opcode != Opcode.CLOSE:
            return Control(Opcode(opcode), payload)
        if not payload:
            return Close(CloseCode.NO_STATUS, "")
        code = int.from_bytes(payload[:2], "big")
        if len(payload) == 1 or not (code in SENDABLE_CLOSE_CODES or 3000 <= code <= 4999):  # noqa: PLR2004 - RFC 6455 7.4.2
            raise _Broken(CloseCode.PROTOCOL_ERROR, "a close frame carries no valid code")
        try:
            return Close(code, payload[2:].decode())
        except UnicodeDecodeError:
            raise _Broken(CloseCode.INVALID_TEXT, "the reason of a close frame is not UTF-8") from None

    def _fragment(self, first: int, payload: bytes) -> bytes | None:
        begun = self._message
        if begun is None:
            self._compressed = bool(first & COMPRESSED)
            if first & FINAL:
                return self._whole(payload)
            self._message = bytearray(payload)
            return None
        begun += payload
        if not first & FINAL:
            return None
        self._message = None
        return self._whole(bytes(begun))

    def _whole(self, payload: bytes) -> bytes:
        if self._compressed and self._inflate is not None:
            payload = self._inflated(payload, self._inflate)
        if not payload.isascii():
            try:
                payload.decode()
            except UnicodeDecodeError:
                raise _Broken(CloseCode.INVALID_TEXT, "a text message is not UTF-8") from None
        return payload

    def _inflated(self, payload: bytes, inflate: Inflate) -> bytes:
        try:
            inflated = inflate(payload, self._limit)
        except ValueError:
            raise _Broken(CloseCode.INVALID_TEXT, "a compressed message is broken") from None
        if inflated is None:  # WS-10
            raise _Broken(CloseCode.MESSAGE_TOO_BIG, f"a message inflates to more than {self._limit} bytes")
        return inflated


def frame(opcode: Opcode, payload: bytes, *, mask: bytes | None = None, compressed: bool = False) -> bytes:
    """Return one final frame; a client passes four unpredictable bytes as the mask."""
    first = FINAL | opcode | (COMPRESSED if compressed else 0)
    size = len(payload)
    masked = 0 if mask is None else MASKED
    if size < TWO_BYTE_LENGTH:
        header = bytes((first, size | masked))
    elif size < 1 << 16:
        header = bytes((first, TWO_BYTE_LENGTH | masked)) + size.to_bytes(2, "big")
    else:
        header = bytes((first, EIGHT_BYTE_LENGTH | masked)) + size.to_bytes(8, "big")
    return header + payload if mask is None else header + mask + apply_mask(payload, mask)


def close_payload(code: int, reason: str) -> bytes:
    """Return the payload of a close frame; an over-long reason is cut at a character."""
    if code == CloseCode.NO_STATUS:
        return b""
    text = reason.encode()[: LARGEST_CONTROL_PAYLOAD - 2].decode(errors="ignore").encode()
    return code.to_bytes(2, "big") + text
