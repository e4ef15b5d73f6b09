"""What an HTTP request for a link says, taken apart without trusting any of it: identity, versions, credentials."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote_to_bytes

from pluglot.messages.version import OcppVersion

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Not in any identity, whatever the version: ":" ends the user name in HTTP Basic, the others mean something in a path.
_NEVER_IN_IDENTITY = frozenset(":/\\?#")
_LONGEST_OFFER = 32
_WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3


class IdentityRefused(ValueError):
    """The last path segment is no identity; the message says why."""


def identity_of(raw_path: str, *, maximum_length: int) -> str:
    """Return the identity in the last segment of a request's path, percent-decoded exactly once (WS-01).

    Two different texts on the wire give the same identity only when they differ in the case or use of escapes.

    Raises:
        IdentityRefused: No station can have this name.
    """
    path = raw_path.partition("?")[0].partition("#")[0]
    if "/" not in path:
        raise IdentityRefused("the path is not absolute")
    segment = path.rpartition("/")[2]
    if not segment.isascii():
        raise IdentityRefused("the path holds bytes that must be percent-encoded")
    if _BAD_ESCAPE.search(segment):
        raise IdentityRefused("a percent sign is not followed by two hexadecimal digits")
    try:
        identity = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise IdentityRefused("the identity is not UTF-8") from None
    check_identity(identity, maximum_length=maximum_length)
    return identity


def check_identity(identity: str, *, maximum_length: int) -> None:
    """Check what holds for every version (WS-02); raises IdentityRefused."""
    if not identity:
        raise IdentityRefused("the path ends without an identity")
    if len(identity) > maximum_length:
        raise IdentityRefused(f"the identity has more than {maximum_length} characters")
    if not identity.isprintable() or identity != identity.strip() or identity in {".", ".."}:
        raise IdentityRefused("the identity holds characters that cannot be printed, or spaces at an end")
    if not _NEVER_IN_IDENTITY.isdisjoint(identity):
        raise IdentityRefused("the identity holds one of : / \\ ? #")


def path_of(identity: str) -> str:
    """Return the identity as a path segment: the inverse of ``identity_of``."""
    return quote(identity, safe="")


def offered_subprotocols(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the names in ``Sec-WebSocket-Protocol``, in the station's order of preference."""
    names = [name.strip() for header in headers for name in header.split(",")]
    return tuple(name for name in names if name)[:_LONGEST_OFFER]


def choose_version(offered: Sequence[str], supported: Iterable[OcppVersion]) -> OcppVersion | None:
    """Return the first offered version that is supported: the station's order wins (WS-05, WS-06)."""
    by_name = {version.subprotocol: version for version in supported if not version.is_soap}
    return next((by_name[name] for name in offered if name in by_name), None)


def basic_credentials(header: str | None) -> tuple[str, bytes] | None:
    """Return user name and password bytes of HTTP Basic; None when there are none that can be read.

    The password is everything after the first colon, as bytes: a 1.6 key need not be text (PWD-03).
    """
    scheme, _, encoded = (header or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user_name, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        return (user_name.decode(), password) if colon else None
    except (binascii.Error, ValueError):
        return None


def basic_header(user_name: str, password: bytes) -> str:
    """Return the value of an ``Authorization`` header."""
    return "Basic " + base64.b64encode(user_name.encode() + b":" + password).decode()


def accept_value(key: str) -> str:
    """Return what the server must answer to a client's key (RFC 6455 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _WEBSOCKET_GUID, usedforsecurity=False).digest()).decode()
