"""Payload bytes to typed messages and back, strictly.

A message that is fine costs one typed decode, one encode and a few byte searches. Anything unusual goes to
``inspection``, which knows every rule and names the one that is broken.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from .base import CustomData
from .inspection import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_DIGITS,
    MAX_VENDOR_ID,
    STRICT,
    Leniency,
    LeniencyRule,
    inspected,
    optional_containers,
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
    "to_builtins",
]

Message = TypeVar("Message")

# Vendor data with more levels than this is counted exactly: RPC-18 allows 32 for the whole message.
SHALLOW: Final = 16

_AS_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * (MAX_DIGITS + 1)
_DATE: Final = b'"0000-00-00T'
_ZONES: Final = (b"Z", b"+00:00", b"-00:00")
_TIDY_TIMES: Final = (b'00:00:00Z"', b'00:00:00.000Z"')
_YEARS: Final = frozenset(b"%04d" % year for year in range(FIRST_YEAR, LAST_YEAR + 1))
_EXPONENT: Final = re.compile(rb"\dE[+-]\d")
_CODEC_ERRORS: Final = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)


def decode(type_: type[Message], raw: bytes, leniency: Leniency = STRICT) -> Message:
    """Read a payload as a message of the given type.

    Raises:
        PayloadViolation: the payload breaks a rule; the first one found is named.
    """
    decoder, unchecked = _DECODERS.get(type_) or _decoder_for(type_)
    if not (unchecked and _holds_any(raw, unchecked)):
        try:
            message: Message = decoder.decode(raw)
            if _is_same(raw, _ENCODER.encode(message)):
                return message
        except _CODEC_ERRORS:  # inspection says what was wrong, or finds it unusual but right
            pass
    return _decoded_exactly(type_, raw, leniency)


def encode(message: object) -> bytes:
    """Write a message as a payload: times in UTC to the millisecond, plain numbers, nothing that stands for absence.

    Raises:
        ValueError: the message holds what JSON or OCPP cannot say, such as a time without zone.
    """
    raw = _ENCODER.encode(message)
    return raw if _is_tidy(raw) else _ENCODER.encode(_tidied(message))


def to_builtins(message: object) -> Any:  # noqa: ANN401 - a JSON value
    """Turn a message into dicts, lists, strings and numbers, named as on the wire."""
    return msgspec.json.decode(encode(message))


def from_builtins(type_: type[Message], tree: object, leniency: Leniency = STRICT) -> Message:
    """Read a message from dicts, lists, strings and numbers under the same rules as from the wire.

    Raises:
        PayloadViolation: the tree breaks a rule, or holds what JSON cannot say.
    """
    try:
        raw = _ENCODER.encode(tree)
    except (TypeError, *_CODEC_ERRORS):
        raise PayloadViolation(ViolationKind.FORMAT, (), "not a JSON value") from None
    return decode(type_, raw, leniency)


# --- the quick look ----------------------------------------------------------------------------------------------


def _is_same(raw: bytes, again: bytes) -> bool:
    """Say whether a payload said no more than we would write for it, and holds only sensible numbers and years.

    What msgspec takes without a word is seen by counting quotes: a key given twice, a null, a number in a string
    and a default written out are in the payload but not in what we would write.
    """
    if b"\\" in raw:
        if _without_escapes(raw).count(b'"') != _without_escapes(again).count(b'"'):
            return False
    elif raw.count(b'"') != again.count(b'"'):
        return False
    digits = again.translate(_AS_DIGITS)
    if _LONG_NUMBER in digits or (b"0E" in digits and _EXPONENT.search(again)):
        return False
    position = digits.find(_DATE)
    while position >= 0:
        end = digits.find(b'"', position + 12)
        if again[position + 1 : position + 5] not in _YEARS or not digits.endswith(_ZONES, position, end):
            return False
        position = digits.find(_DATE, end)
    return True


def _without_escapes(raw: bytes) -> bytes:
    return raw.replace(b"\\\\", b"").replace(b'\\"', b"")


def _holds_any(raw: bytes, names: tuple[bytes, ...]) -> bool:
    return b"\\" in raw or any(name in raw for name in names)


def _is_tidy(raw: bytes) -> bool:
    if b"[]" in raw or (b"{}" in raw and raw != b"{}") or b"NaN" in raw or b"Infinity" in raw:
        return False
    digits = raw.translate(_AS_DIGITS)
    if b"0E" in digits and _EXPONENT.search(raw):
        return False
    position = digits.find(_DATE)
    while position >= 0:
        if not digits.startswith(_TIDY_TIMES, position + 12):
            return False
        position = digits.find(_DATE, position + 20)
    return True


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


def _tidied(value: Any) -> Any:  # noqa: ANN401 - any field of a message
    """Copy a message into a tree that encodes as OCPP wants it."""
    if isinstance(value, msgspec.Struct):
        return _tidied_struct(value)
    if isinstance(value, list | tuple):
        return [_tidied(item) for item in value]
    if isinstance(value, datetime):
        return _timestamp(value)
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
            raise ValueError("a number that JSON cannot hold")
        return msgspec.Raw(format(value, "f").encode())
    return value


def _tidied_struct(struct: msgspec.Struct) -> dict[str, Any]:
    droppable = optional_containers(type(struct))
    tree = {}
    for name, wire_name in zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True):
        value = getattr(struct, name)
        if value is None:
            continue
        tidy = _tidied(value)
        # RPC-10: absence is absence, not an empty list or object.
        if tidy or name not in droppable:
            tree[wire_name] = tidy
    return tree


def _timestamp(moment: datetime) -> str:
    """Write a moment as RPC-15 wants it."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond >= 1000 else "seconds")  # noqa: PLR2004 - microseconds in a millisecond
    return text.removesuffix("+00:00") + "Z"


# --- msgspec, set up ---------------------------------------------------------------------------------------------


def _written(value: Any) -> Any:  # noqa: ANN401 - msgspec asks about any type
    if isinstance(value, CustomData):
        return value.members
    raise TypeError(f"cannot write a {type(value).__name__} to the wire")


def _any_custom_data(type_: type, members: Any) -> Any:  # noqa: ANN401 - msgspec's signature
    if type_ is not CustomData:
        raise TypeError(f"cannot read a {type_.__name__} from the wire")
    custom_data = CustomData(members["vendorId"])
    custom_data.members.update(members)
    return custom_data


def _plain_custom_data(type_: type, members: Any) -> Any:  # noqa: ANN401 - msgspec's signature
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


def _decoder_for(type_: type[Message]) -> tuple[msgspec.json.Decoder[Any], tuple[bytes, ...]]:
    decoder = msgspec.json.Decoder(type_, dec_hook=_plain_custom_data)
    _DECODERS[type_] = decoder, tuple(sorted(_unchecked_names(inspect.type_info(type_))))
    return _DECODERS[type_]


def _unchecked_names(type_: inspect.Type) -> set[bytes]:
    """Find the members in which any JSON at all may stand."""
    names: set[bytes] = set()
    if isinstance(type_, inspect.StructType):
        for field in type_.fields:
            alternatives = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
            if any(isinstance(inner, inspect.AnyType | inspect.DictType | inspect.RawType) for inner in alternatives):
                names.add(b'"%s"' % field.encode_name.encode())
            names.update(*map(_unchecked_names, alternatives))
    elif isinstance(type_, inspect.ListType | inspect.VarTupleType):
        names.update(_unchecked_names(type_.item_type))
    return names


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_written, decimal_format="number")
_DECODERS: Final[dict[type, tuple[msgspec.json.Decoder[Any], tuple[bytes, ...]]]] = {}
