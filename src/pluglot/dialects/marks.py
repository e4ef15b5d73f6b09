"""What dialects of older versions tell the house beside its own words, read without knowing which version it was."""

from __future__ import annotations

from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.messages.version import OcppVersion

#: Why a start happened that no station told: its dialect made it, because it only heard of the stop (mapping 9.4).
MADE_UP_START: Final = house.TriggerReason.ABNORMAL_CONDITION
#: What a 1.x station says in a stop when it never learnt the id of its transaction: no attempt at anybody else's.
NO_IDS: Final = frozenset({0, -1})
_TELL_NO_OTHER: Final = frozenset(version.value for version in OcppVersion if version.value.startswith("1."))


def original_status(message: Any) -> str | None:
    """What the station's own version called the state of a connector (``Finishing``), where a dialect tells it."""
    status = unwrapped(message).get("status")
    return status if isinstance(status, str) else None


def stopped_unknown(message: Any) -> int | None:
    """The id of a stop whose start nobody knows, where that is all the station told (TX-12)."""
    told = unwrapped(message)
    number = told.get("transactionId") if told.get("orphan") is True else None
    return number if isinstance(number, int) else None


def is_made_up_start(version: str | None, trigger_reason: str) -> bool:
    """Whether a start with this reason from a station of this version was made by its dialect."""
    return trigger_reason == MADE_UP_START.value and version in _TELL_NO_OTHER
