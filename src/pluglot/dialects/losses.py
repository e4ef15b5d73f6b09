"""Losses: what the other side of a translation cannot say, kept visible as values."""

from __future__ import annotations

from typing import Any

import msgspec


class Loss(msgspec.Struct, frozen=True, rename="camel"):
    """One thing a translation could not carry over."""

    #: The action whose translation lost something, in the vocabulary the value came from.
    action: str
    #: Where the value stood, a dotted path of wire names such as ``meterValue[0].sampledValue[1].value``.
    field: str
    #: The value as it was; JSON builtins only.
    value: Any
    #: Why it could not be said, one short sentence or a residue word of the mapping (``bad-value``).
    reason: str
