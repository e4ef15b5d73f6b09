"""Compression of messages (permessage-deflate, RFC 7692) without any state between two messages.

Neither side takes over context, so an idle link keeps no window and no hash tables (WS-09, WS-11).
"""

from __future__ import annotations

import re
import zlib

import msgspec

#: 4 KiB of window: an OCPP message rarely has more, and the compressor costs 32 KiB while one message is made.
WINDOW_BITS = 12
MEMORY_LEVEL = 5
#: Below this size compressing costs more than it saves.
SMALLEST_COMPRESSED = 256
TAIL = b"\x00\x00\xff\xff"
EXTENSION = "permessage-deflate"
OFFER = f"{EXTENSION}; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"

_WINDOW = re.compile(r"[89]|1[0-5]")
_SMALLEST_ZLIB_WINDOW = 9  # zlib cannot make raw streams with a window of 8 bits
_FLAGS = frozenset({"server_no_context_takeover", "client_no_context_takeover"})
_WINDOWS = frozenset({"server_max_window_bits", "client_max_window_bits"})


class Deflate(msgspec.Struct, frozen=True):
    """What both sides agreed on: the window this side may use when it compresses."""

    window_bits: int = WINDOW_BITS

    def compress(self, message: bytes) -> bytes | None:
        """Return the compressed message, or None when it is better sent as it is."""
        if len(message) < SMALLEST_COMPRESSED:
            return None
        compressor = zlib.compressobj(zlib.Z_BEST_SPEED, zlib.DEFLATED, -self.window_bits, MEMORY_LEVEL)
        compressed = compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)
        return compressed.removesuffix(TAIL)


def inflate(payload: bytes, limit: int) -> bytes | None:
    """Open one message; stops at the limit while inflating and then returns None (WS-10).

    Raises:
        ValueError: The stream is broken.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        message = inflater.decompress(payload + TAIL, limit + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(message) > limit:
        return None
    # A stream that ends itself is followed by the tail we added and at most one zero byte (RFC 7692 7.2.3.4).
    if inflater.eof and inflater.unused_data not in (TAIL, b"\x00" + TAIL):
        raise ValueError("bytes follow the end of the compressed stream")
    return message


def answer_offers(header: str) -> tuple[Deflate, str] | None:
    """Choose from a client's ``Sec-WebSocket-Extensions``: the agreement and our header, or None without one."""
    for offer in header.split(","):
        parameters = _parameters(offer)
        if parameters is None:
            continue
        wanted = parameters.get("server_max_window_bits")
        if "server_max_window_bits" in parameters and wanted is None:
            continue  # a client must name the size of this one
        bits = min(WINDOW_BITS, int(wanted or WINDOW_BITS))
        if bits < _SMALLEST_ZLIB_WINDOW:
            continue
        answer = [EXTENSION, "server_no_context_takeover", "client_no_context_takeover"]
        if wanted is not None:
            answer.append(f"server_max_window_bits={bits}")
        if "client_max_window_bits" in parameters:
            asked = int(parameters["client_max_window_bits"] or WINDOW_BITS)
            answer.append(f"client_max_window_bits={min(WINDOW_BITS, asked)}")
        return Deflate(bits), "; ".join(answer)
    return None


def agree(header: str) -> Deflate:
    """Read a server's answer to ``OFFER``.

    Raises:
        ValueError: The server answered something that was not offered.
    """
    parameters = _parameters(header)
    if parameters is None or not parameters.keys() - _WINDOWS <= _FLAGS:
        raise ValueError(f"the server answered an extension that was not offered: {header[:100]!r}")
    if "server_no_context_takeover" not in parameters:
        raise ValueError("the server wants to keep its compression context, which was not offered")
    bits = int(parameters.get("client_max_window_bits") or WINDOW_BITS)
    if bits < _SMALLEST_ZLIB_WINDOW:
        raise ValueError("the server asks for a compression window that is too small")
    return Deflate(min(WINDOW_BITS, bits))


def _parameters(offer: str) -> dict[str, str | None] | None:
    """Return the parameters of one permessage-deflate offer; None when it is none or not valid."""
    name, *rest = (part.strip() for part in offer.split(";"))
    if name.lower() != EXTENSION:
        return None
    parameters: dict[str, str | None] = {}
    for text in rest:
        key, equals, value = text.partition("=")
        key, value = key.strip(), value.strip().strip('"')
        known_flag = key in _FLAGS and not equals
        known_window = key in _WINDOWS and (not equals or _WINDOW.fullmatch(value) is not None)
        if key in parameters or not (known_flag or known_window):
            return None
        parameters[key] = value if equals else None
    return parameters
