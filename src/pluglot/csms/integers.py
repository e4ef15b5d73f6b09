"""Integers that are too wide: OCPP's have 32 bits (Part 2, primitive types), which its JSON schemas do not say."""

from __future__ import annotations

from typing import Any

import msgspec

from pluglot.messages import Request, TransactionEventRequest

LARGEST = 2**31 - 1


def too_wide(request: Request) -> bool:
    """Whether a request holds an integer that no station may send and no table can keep.

    Vendor data are left alone: their numbers are their own affair, and are kept as text.
    """
    if isinstance(request, TransactionEventRequest):
        return _event_too_wide(request)
    return _wide(request)


def _event_too_wide(event: TransactionEventRequest) -> bool:
    """The most frequent message: only what is kept as a number."""
    evse = event.evse
    if evse is not None and (evse.id > LARGEST or (evse.connector_id or 0) > LARGEST):
        return True
    if abs(event.transaction_info.remote_start_id or 0) > LARGEST:
        return True
    return event.seq_no > LARGEST or (event.reservation_id or 0) > LARGEST


def _wide(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) > LARGEST
    if isinstance(value, msgspec.Struct):
        return any(_wide(getattr(value, field)) for field in value.__struct_fields__)
    return isinstance(value, tuple) and any(_wide(item) for item in value)
