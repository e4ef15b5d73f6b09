"""Requests with integers that no station may send: refused before they reach a table."""

from __future__ import annotations

from pluglot.messages import Request, TransactionEventRequest
from pluglot.messages.integers import LARGEST, is_too_wide


def too_wide(request: Request) -> bool:
    """Whether a request holds an integer that no station may send and no table can keep.

    Vendor data are left alone: their numbers are their own affair, and are kept as text.
    """
    if isinstance(request, TransactionEventRequest):
        return _event_too_wide(request)
    return is_too_wide(request)


def _event_too_wide(event: TransactionEventRequest) -> bool:
    """The most frequent message: only what is kept as a number."""
    evse = event.evse
    if evse is not None and (evse.id > LARGEST or (evse.connector_id or 0) > LARGEST):
        return True
    if abs(event.transaction_info.remote_start_id or 0) > LARGEST:
        return True
    return event.seq_no > LARGEST or (event.reservation_id or 0) > LARGEST
