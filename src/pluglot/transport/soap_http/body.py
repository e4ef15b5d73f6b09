"""Bodies of HTTP messages, read and inflated within limits of size and time (SOAP-06)."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Final

import aiohttp

#: Window bits that tell zlib what it reads.
_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
#: Smaller answers are not worth compressing.
_SMALLEST: Final = 1024
_IDENTITY: Final = frozenset({"", "identity"})


class BodyRefused(ValueError):
    """A body that cannot be read; ``http_status`` is how a server says so."""

    def __init__(self, http_status: int, why: str) -> None:
        super().__init__(why)
        self.http_status = http_status


async def read_body(content: aiohttp.StreamReader, encoding: str, *, limit: int, seconds: float) -> bytes:
    """Read a body to its end and inflate it.

    Raises:
        BodyRefused: it is too large, too slow or broken.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while part := await content.readany():
                size += len(part)
                if size > limit:
                    raise BodyRefused(413, "the body is too large")
                parts.append(part)
    except TimeoutError:
        raise BodyRefused(408, "the body came too slowly") from None
    except aiohttp.ClientPayloadError:
        raise BodyRefused(400, "the body is broken") from None
    return inflated(b"".join(parts), encoding, limit)


def inflated(body: bytes, encoding: str, limit: int) -> bytes:
    """A body without its ``Content-Encoding``; stops at the limit while inflating.

    Raises:
        BodyRefused: it is too large inflated, broken, or compressed in a way that is not understood.
    """
    encoding = encoding.strip().lower()
    if encoding in _IDENTITY:
        return body
    if encoding in {"gzip", "x-gzip"}:
        return _inflated(body, _GZIP, limit)
    if encoding != "deflate":
        raise BodyRefused(415, "only gzip and deflate are understood")
    try:
        return _inflated(body, _ZLIB, limit)
    except _Broken:
        # Some senders leave the wrapper away that the standard wants (RFC 9110, 8.4.1.2).
        return _inflated(body, _RAW, limit)


class _Broken(BodyRefused):
    """The compressed stream is damaged."""


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    inflater = zlib.decompressobj(window)
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error:
        raise _Broken(400, "the compressed body is broken") from None
    if len(plain) > limit:
        raise BodyRefused(413, "the body is too large")
    if not inflater.eof or inflater.unused_data:
        raise _Broken(400, "the compressed body is broken")
    return plain


def compressed(body: bytes, accepted: str) -> tuple[bytes, str]:
    """A body as the other side accepts it, and its ``Content-Encoding``; empty for none."""
    offers = {part.partition(";")[0].strip().lower(): part for part in accepted.split(",")}
    if len(body) < _SMALLEST:
        return body, ""
    for encoding, compress in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        if encoding in offers and not offers[encoding].replace(" ", "").endswith((";q=0", ";q=0.0")):
            return compress(body), encoding
    return body, ""
