"""Masking of payloads (RFC 6455 5.3): aiohttp's compiled routine where it is found, and otherwise our own."""

from __future__ import annotations

from collections.abc import Callable

try:
    # Not a public name of aiohttp, so its absence is no error; it is many times faster than what Python can do.
    from aiohttp._websocket.mask import _websocket_mask_cython as _compiled  # type: ignore[import-not-found]
except ImportError:
    _compiled = None

_in_place: Callable[[bytes, bytearray], None] | None = _compiled


def apply_mask(payload: bytes, mask: bytes) -> bytes:
    """Mask or unmask a payload: each byte is combined with one of the four mask bytes by exclusive or."""
    if _in_place is None:
        return apply_mask_slowly(payload, mask)
    masked = bytearray(payload)
    _in_place(mask, masked)
    return bytes(masked)


def apply_mask_slowly(payload: bytes, mask: bytes) -> bytes:
    """Do the same in plain Python."""
    size = len(payload)
    pattern = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(pattern, "little")).to_bytes(size, "little")
