"""Configuration keys that speak of several EVSEs at once, or of one in their name (mapping 8.4, row 69)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ROTATION: Final = "ConnectorPhaseRotation"
_ROTATIONS: Final = frozenset({"RST", "RTS", "SRT", "STR", "TRS", "TSR"})
_NOTHING: Final = frozenset({"unknown", "notapplicable"})
_METER_KEY: Final = re.compile(r"MeterPublicKey(\d{1,4})", re.ASCII | re.IGNORECASE)
_METER_KEY_NAME: Final = "MeterPublicKey"


def rotations(text: str) -> dict[int, str]:
    """The items of a ConnectorPhaseRotation: connector number -> rotation as it is written."""
    found: dict[int, str] = {}
    for item in text.split(","):
        number, dot, rotation = item.strip().partition(".")
        if dot and number.isdecimal() and len(number) < 5:  # noqa: PLR2004 - no station has more connectors
            found[int(number)] = rotation.strip()
    return found


def rotations_text(items: Mapping[int, str]) -> str:
    """Items as the text of a ConnectorPhaseRotation."""
    return ",".join(f"{number}.{rotation}" for number, rotation in sorted(items.items()))


def rotation_to_house(rotation: str) -> str:
    """The value of PhaseRotation; nothing where 1.6 says that it is unknown or does not apply."""
    return "" if rotation.casefold() in _NOTHING else rotation


def rotation_to_wire(rotation: str, *, single_phase: bool = False) -> str:
    """An item's rotation; unconnected phases have no word in 1.6."""
    if not rotation:
        return "NotApplicable" if single_phase else "Unknown"
    return rotation if rotation in _ROTATIONS else "NotApplicable"


def meter_key_number(name: str) -> int | None:
    """The meter that a key like ``MeterPublicKey2`` is about."""
    match = _METER_KEY.fullmatch(name)
    return None if match is None else int(match[1])


def meter_key_name(number: int) -> str:
    """The key of a meter's public key."""
    return f"{_METER_KEY_NAME}{number}"
