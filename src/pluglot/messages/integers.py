"""Integers that are too wide: OCPP's have 32 bits (Part 2, primitive types), which its JSON schemas do not say."""

from __future__ import annotations

from typing import Any, Final

import msgspec

SMALLEST: Final = -(2**31)
LARGEST: Final = 2**31 - 1


def is_too_wide(value: Any) -> bool:
    """Whether a message, or a part of one, holds an integer that no peer may send and no table can keep.

    Vendor data are left alone: their numbers are their own affair.
    """
    if isinstance(value, int):
        return not SMALLEST <= value <= LARGEST
    if isinstance(value, msgspec.Struct):
        return any(is_too_wide(getattr(value, field)) for field in value.__struct_fields__)
    return isinstance(value, tuple) and any(is_too_wide(item) for item in value)
