"""Vendor data: any JSON in the house, a text in 1.6 (mapping 5.9)."""

from __future__ import annotations

from typing import Any

import msgspec

from pluglot.dialects.policy import Policy


def data_to_house(text: str | None, vendor_id: str, policy: Policy) -> Any:
    """Vendor text as the house hands it on: parsed only for vendors known to send JSON."""
    if text is None or vendor_id not in policy.json_data_vendors:
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return text


def data_to_wire(data: Any) -> str | None:
    """Vendor data as the text that 1.6 allows."""
    if data is None or isinstance(data, str):
        return data
    return msgspec.json.encode(data).decode()
