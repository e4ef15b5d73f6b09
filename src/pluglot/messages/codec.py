"""Payload bytes to typed messages and back, strictly.

A message that is fine costs one typed decode, and one function call that counts what it should have looked like.
Anything unusual goes to ``inspection``, which knows every rule and names the one that is broken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from .base import CustomData
from .guards import is_writable, quotes_expected, quotes_in, tidied
from .inspection import (
    MAX_VENDOR_ID,
    STRICT,
    Leniency,
    LeniencyRule,
    inspected,
    parsed,
)
from .violations import PayloadViolation, ViolationKind

__all__ = [
    "Leniency",
    "LeniencyRule",
    "PayloadViolation",
    "ViolationKind",
    "decode",
    "encode",
    "from_builtins",
    "quick_decoder",
    "quick_reader",
    "to_builtins",
    "verify",
]

Message = TypeVar("Message")
Reader = tuple[Callable[[bytes], Any], Callable[[Any], int]]
Writer = tuple[Callable[[Any], bool], Callable[[Any], Any]]

# Vendor data with more levels than this is counted exactly: RPC-18 allows 32 for the whole message.
SHALLOW: Final = 16

#: What a quick look raises at a payload that is wrong, or unusual.
CODEC_ERRORS: Final = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)


def decode(type_: type[Message], raw: bytes, leniency: Leniency = STRICT) -> Message:
    """Read a payload as a message of the given type.

    Raises:
        PayloadViolation: the payload breaks a rule; the first one found is named.
    """
    decode_quickly, expected = _READERS.get(type_) or _reader_for(type_)
    try:
        message: Message = decode_quickly(raw)
        quotes = expected(message)
        # Quotes within texts add to the first count: if it fits, there are none.
        if raw.count(b'"') == quotes or quotes_in(raw) == quotes:
            return message
    except CODEC_ERRORS:  # inspection says what was wrong, or finds it unusual but right
        pass
    return _decoded_exactly(type_, raw, leniency)


def encode(message: object, before: tuple[object, ...] | None = None) -> bytes:
    """Write a message as a payload: times in UTC to the millisecond, plain numbers, nothing that stands for absence.

    With ``before``, write an array of those plain values, and of the message as the last.

    Raises:
        ValueError: the message holds what JSON or OCPP cannot say, such as a time without zone.
    """
    is_fine, tidy = _WRITERS.get(type(message)) or _writer_for(type(message))
    try:
        tree = message if is_fine(message) else tidy(message)
    except (AttributeError, TypeError):  # a field holds another type; verify says which
        tree = message
    return _ENCODER.encode(tree if before is None else (*before, tree))


def verify(type_: type, raw: bytes) -> None:
    """Hold a payload that ``encode`` wrote against its type; what a quick look overlooks, ``encode`` never writes.

    Raises:
        PayloadViolation: a field holds what it may not.
    """
    decode_quickly, _ = _READERS.get(type_) or _reader_for(type_)
    try:
        decode_quickly(raw)
    except CODEC_ERRORS:
        _decoded_exactly(type_, raw, STRICT)


def quick_reader(type_: type, whole: Any) -> Reader:
    """Make the two steps of a quick look at a payload inside of something, such as its frame.

    The first decodes ``whole``, a type around the message type. The second says how many quotes the payload then has
    if the message holds all it said; if it has others, or the first raises one of ``CODEC_ERRORS``, ``decode`` it.
    """
    return quick_decoder(whole), quotes_expected(type_)


def quick_decoder(whole: Any) -> Callable[[bytes], Any]:
    """Make the first step alone, for JSON that was looked at before or that we wrote; it raises ``CODEC_ERRORS``."""
    return msgspec.json.Decoder(whole, dec_hook=_plain_custom_data).decode


def to_builtins(message: object) -> Any:
    """Turn a message into dicts, lists, strings and numbers, named as on the wire."""
    return msgspec.json.decode(encode(message))


def from_builtins(type_: type[Message], tree: object, leniency: Leniency = STRICT) -> Message:
    """Read a message from dicts, lists, strings and numbers under the same rules as from the wire.

    Raises:
        PayloadViolation: the tree breaks a rule, or holds what JSON cannot say.
    """
    try:
        raw = _ENCODER.encode(tree)
    except (TypeError, *CODEC_ERRORS):
        raise PayloadViolation(ViolationKind.FORMAT, (), "not a JSON value") from None
    return decode(type_, raw, leniency)


# --- the exact look ----------------------------------------------------------------------------------------------


def _decoded_exactly(type_: type[Message], raw: bytes, leniency: Leniency) -> Message:
    tree = inspected(type_, parsed(raw), leniency)
    try:
        return msgspec.json.decode(_ENCODER.encode(tree), type=type_, dec_hook=_any_custom_data)
    except UnicodeEncodeError:
        raise PayloadViolation(ViolationKind.FORMAT, (), "half of a surrogate pair") from None
    except msgspec.MsgspecError:
        # A rule that only the type itself knows, such as two fields that exclude each other.
        raise PayloadViolation(ViolationKind.PROPERTY, (), "values that do not fit together") from None


# --- msgspec, set up ---------------------------------------------------------------------------------------------


def _written(value: Any) -> Any:
    if isinstance(value, CustomData):
        return value.members
    raise TypeError(f"cannot write a {type(value).__name__} to the wire")


def _any_custom_data(type_: type, members: Any) -> Any:
    if type_ is not CustomData:
        raise TypeError(f"cannot read a {type_.__name__} from the wire")
    custom_data = CustomData(members["vendorId"])
    custom_data.members.update(members)
    return custom_data


def _plain_custom_data(type_: type, members: Any) -> Any:
    """Read vendor data if a quick look suffices; a ``ValueError`` sends the payload to the exact look."""
    vendor_id = members.get("vendorId") if isinstance(members, dict) else None
    if not isinstance(vendor_id, str) or len(vendor_id) > MAX_VENDOR_ID or not _is_plain(members, SHALLOW):
        raise ValueError("vendor data that needs a closer look")
    return _any_custom_data(type_, members)


def _is_plain(value: object, levels: int) -> bool:
    if isinstance(value, dict | list):
        children = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(_is_plain(child, levels - 1) for child in children)
    return not isinstance(value, float)


def _reader_for(type_: type) -> Reader:
    _READERS[type_] = quick_reader(type_, type_)
    return _READERS[type_]


def _writer_for(type_: type) -> Writer:
    _WRITERS[type_] = is_writable(type_), tidied(type_)
    return _WRITERS[type_]


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_written, decimal_format="number")
_READERS: Final[dict[type, Reader]] = {}
_WRITERS: Final[dict[type, Writer]] = {}
