"""What only OCPP 1.6 can say, carried in ``customData`` of house messages and found there again (mapping 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pluglot.dialects.base import HOUSE_VENDOR
from pluglot.messages.base import CustomData

_KEY: Final = "v16"


def wrapped(residue: Mapping[str, Any], *, emit: bool) -> CustomData | None:
    """The residue as ``customData``, or None when there is none or none is wanted."""
    if not emit or not residue:
        return None
    return CustomData(HOUSE_VENDOR, **{_KEY: dict(residue)})


def unwrapped(message: Any) -> Mapping[str, Any]:
    """The residue that a house message carries; empty for messages that never were 1.6."""
    custom_data = message.custom_data
    if custom_data is None or custom_data.vendor_id != HOUSE_VENDOR:
        return {}
    residue = custom_data.members.get(_KEY)
    return residue if isinstance(residue, Mapping) else {}
