"""The arrays on the wire: reading them without parsing the payload inside, and writing them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec

from pluglot.messages import codec
from pluglot.messages.action import Action
from pluglot.messages.base import Request, Response
from pluglot.messages.guards import quotes_in

MAX_ID: Final = 36


class MessageType(IntEnum):
    """The number a message starts with; the last two exist since OCPP 2.1."""

    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4
    CALLRESULTERROR = 5
    SEND = 6


_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]


class Asking(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A CALL or a SEND."""

    message_type: int
    message_id: _Id
    action: str
    payload: msgspec.Raw


class Answering(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A CALLRESULT."""

    message_type: int
    message_id: _Id
    payload: msgspec.Raw


class Refusing(msgspec.Struct, array_like=True, frozen=True):
    """A CALLERROR or a CALLRESULTERROR; whatever is missing or odd after the id reads as nothing."""

    message_type: int
    message_id: _Id
    code: str = ""
    description: str = ""
    details: dict[str, Any] = {}


Payload = TypeVar("Payload")


class WholeCall(msgspec.Struct, Generic[Payload], array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A CALL with its payload read."""

    message_type: int
    message_id: _Id
    action: str
    payload: Payload


class WholeResult(msgspec.Struct, Generic[Payload], array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A CALLRESULT with its payload read."""

    message_type: int
    message_id: _Id
    payload: Payload


class _Parts(msgspec.Struct, array_like=True, frozen=True):
    """The first elements of any array; those after them are skipped without being kept."""

    first: msgspec.Raw = msgspec.Raw()
    second: msgspec.Raw = msgspec.Raw()
    third: msgspec.Raw = msgspec.Raw()
    fourth: msgspec.Raw = msgspec.Raw()
    fifth: msgspec.Raw = msgspec.Raw()


class Malformed(msgspec.Struct, frozen=True):
    """Not a message: what is wrong, and what of it could be read."""

    detail: str
    message_type: MessageType | None = None
    message_id: str | None = None
    # The frame is JSON but beyond the limits of RPC-18.
    beyond_limits: bool = False


class Unheard(msgspec.Struct, frozen=True):
    """A message of a type that this version does not have; its payload is ignored (RPC-08)."""


Incoming = Asking | Answering | Refusing | Malformed | Unheard

_ASKING: Final = msgspec.json.Decoder(Asking)
_ANSWERING: Final = msgspec.json.Decoder(Answering)
_ARRAY: Final = msgspec.json.Decoder(_Parts)
_FAST: Final[dict[bytes, msgspec.json.Decoder[Asking] | msgspec.json.Decoder[Answering]]] = {
    b"[2,": _ASKING,
    b"[3,": _ANSWERING,
}
_OBJECT: Final = ord("{")
_SHAPE: Final[dict[MessageType, int]] = {MessageType.CALL: 4, MessageType.CALLRESULT: 3, MessageType.SEND: 4}
_HEAD: Final = re.compile(rb'\s*\[\s*([2-6])\s*,\s*"([ !#-\[\]-~]{1,36})"\s*,')
_TYPE: Final = re.compile(rb"\s*\[\s*([2-6])\s*,")
_CALL_STARTS: Final = frozenset({b"[2,", b"[2, "})
_CALLS: Final[dict[type, codec.Reader]] = {}
_RESULTS: Final[dict[type, Callable[[bytes], Any]]] = {}
_FRAME_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError)


def read_call(frame: bytes, actions: Mapping[str, Action]) -> tuple[Action, WholeCall[Request], bytes] | None:
    """Read a CALL with its payload in one go, if nothing about it is wrong or unusual; else ``read`` it.

    The payload comes also as it stands in the frame.

    As good as every frame is such a CALL, and going over it once for the frame and again for the payload takes longer.
    """
    try:
        start, _, _, name, rest = frame.split(b'"', 4)
        action = actions.get(name.decode())
        if action is None or start not in _CALL_STARTS:
            return None
        decode, expected = _CALLS.get(action.request) or _call_reader(action.request)
        call: WholeCall[Request] = decode(frame)
        quotes = expected(call.payload)
    except codec.CODEC_ERRORS:  # to be read piece by piece, which finds what is wrong
        return None
    if call.action == action.name and (rest.count(b'"') == quotes or quotes_in(rest) == quotes):
        return action, call, rest[rest.index(b"{") : rest.rindex(b"}") + 1]
    return None


def _call_reader(type_: type[Request]) -> codec.Reader:
    _CALLS[type_] = codec.quick_reader(type_, WholeCall[type_])  # type: ignore[valid-type]
    return _CALLS[type_]


def read(frame: bytes, known: frozenset[MessageType]) -> Incoming:
    """Read a frame as far as its payload."""
    fast = _FAST.get(frame[:3])
    if fast is not None:
        try:
            incoming = fast.decode(frame)
            if memoryview(incoming.payload)[0] == _OBJECT:
                return incoming
        except (*_FRAME_ERRORS, RecursionError):  # read piece by piece below
            pass
    return _read_slowly(frame, known)


def _read_slowly(frame: bytes, known: frozenset[MessageType]) -> Incoming:
    try:
        parts = [part for part in map(bytes, msgspec.structs.astuple(_ARRAY.decode(frame))) if part]
    except RecursionError:
        return beyond_limits(frame, "The message is nested too deep.")
    except _FRAME_ERRORS:
        if _has_half_a_pair(frame):
            return beyond_limits(frame, "The message has half of a surrogate pair.")
        return _not_json(frame, known)
    if not parts:
        return Malformed("The message is an empty array.")
    message_type = next((number for number in known if parts[0] == b"%d" % number), None)
    return Unheard() if message_type is None else _read_parts(message_type, parts)


def _read_parts(message_type: MessageType, parts: list[bytes]) -> Incoming:
    message_id = _text(parts[1]) if len(parts) > 1 else None
    if message_id is None or not 1 <= len(message_id) <= MAX_ID:
        return Malformed(f"The message id is not a string of 1 to {MAX_ID} characters.", message_type)
    if message_type in {MessageType.CALLERROR, MessageType.CALLRESULTERROR}:
        return _refusing(message_type, message_id, parts[2:])
    return _asking_or_answering(message_type, message_id, parts)


def _asking_or_answering(message_type: MessageType, message_id: str, parts: list[bytes]) -> Incoming:
    if len(parts) != _SHAPE[message_type]:
        return Malformed(f"The array does not have {_SHAPE[message_type]} elements.", message_type, message_id)
    if not parts[-1].startswith(b"{"):
        return Malformed("The payload is not an object.", message_type, message_id)
    payload = msgspec.Raw(parts[-1])
    if message_type is MessageType.CALLRESULT:
        return Answering(message_type, message_id, payload)
    action = _text(parts[2])
    if action is None:
        return Malformed("The action is not a string.", message_type, message_id)
    return Asking(message_type, message_id, action, payload)


def _refusing(message_type: MessageType, message_id: str, rest: list[bytes]) -> Refusing:
    # ERR-04: an error ends the call it is about, however badly it is made.
    code, description, details = (rest + [b"null"] * 3)[:3]
    return Refusing(message_type, message_id, _text(code) or "", _text(description) or "", _object(details))


def _text(raw: bytes) -> str | None:
    try:
        return msgspec.json.decode(raw, type=str)
    except _FRAME_ERRORS:
        return None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (*_FRAME_ERRORS, RecursionError):
        return {}


def _not_json(frame: bytes, known: frozenset[MessageType]) -> Incoming:
    """A frame that is no JSON array: what it meant to be decides on who hears of it."""
    head = _HEAD.match(frame) or _TYPE.match(frame)
    detail = "The message is not a JSON array."
    if head is None or int(head[1]) not in known or head[1] == b"2":
        return Malformed(detail)  # the id of a CALL that is not JSON is not to be relied on
    message_type, message_id = MessageType(int(head[1])), head[2].decode() if head.re is _HEAD else None
    if message_type is MessageType.CALLERROR and message_id:
        return Refusing(message_type, message_id)
    return Malformed(detail, message_type, message_id)


def _has_half_a_pair(frame: bytes) -> bool:
    """Say whether a frame is JSON, but with text that has no UTF-8."""
    if b"\\u" not in frame:
        return False
    try:
        return isinstance(json.loads(frame), list)
    except (ValueError, RecursionError):
        return False


def beyond_limits(frame: bytes, detail: str) -> Incoming:
    """Judge a frame that is not to be read any further: its head says whom to tell."""
    head = _HEAD.match(frame)
    if head is None:
        return Malformed(detail, beyond_limits=True)
    message_type, message_id = MessageType(int(head[1])), head[2].decode()
    if message_type is MessageType.CALLERROR:
        return Refusing(message_type, message_id)
    return Malformed(detail, message_type, message_id, beyond_limits=True)


# --- writing -----------------------------------------------------------------------------------------------------

_WRITE: Final = msgspec.json.Encoder().encode


def asking(message_type: MessageType, message_id: str, action: str, payload: bytes) -> bytes:
    """Write a CALL or a SEND."""
    return b'[%d,%b,"%b",%b]' % (message_type, _WRITE(message_id), action.encode(), payload)


def answering(message_id: str, payload: bytes) -> bytes:
    """Write a CALLRESULT."""
    return b"[3," + _WRITE(message_id) + b"," + payload + b"]"


def answer(message_id: str, response: Response) -> bytes:
    """Write a CALLRESULT with its payload.

    Raises:
        ValueError: the response holds what JSON or OCPP cannot say.
    """
    return codec.encode(response, (3, message_id))


def is_answer(type_: type[Response], frame: bytes) -> bool:
    """Take a quick look at a CALLRESULT that ``answer`` wrote; False if it may be no message of the type."""
    decode = _RESULTS.get(type_) or _result_reader(type_)
    try:
        decode(frame)
    except codec.CODEC_ERRORS:
        return False
    return True


def _result_reader(type_: type[Response]) -> Callable[[bytes], Any]:
    _RESULTS[type_] = codec.quick_decoder(WholeResult[type_])  # type: ignore[valid-type]  # of a table
    return _RESULTS[type_]


def refusing(message_type: MessageType, message_id: str, code: str, description: str, details: object) -> bytes:
    """Write a CALLERROR or a CALLRESULTERROR."""
    return _WRITE([message_type, message_id, code, description, details])
