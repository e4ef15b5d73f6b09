"""OCPP 2.1, the language of the house: both halves pass every message on unchanged."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from pluglot.dialects.base import AskHouse, AskPeer, Translation
from pluglot.dialects.credentials import VariableRules
from pluglot.dialects.halves import RememberingHalf
from pluglot.messages.version import OcppVersion

#: How stations of 2.1 prove who they are.
CREDENTIALS: Final = VariableRules(
    longest=64,
    allows=str.isprintable,
    allows_rule="must not hold characters that cannot be printed",
)


class NoMemory(msgspec.Struct, frozen=True):
    """Nothing needs to be remembered between equals."""


class IdentityHalf(RememberingHalf[NoMemory]):
    """The half of a peer that speaks OCPP 2.1 itself."""

    label = "ocpp2.1 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_2_1

    @property
    def identity_translation(self) -> bool:
        """True: the caller may pass messages through."""
        return True

    @property
    def asks_only_the_house(self) -> bool:
        """True: requests are put to the house as they are."""
        return True

    def inward(self, request: Any, *, now: datetime) -> Translation:  # noqa: ARG002 - the time changes nothing here
        """Put the peer's request to the house as it is."""
        return (yield AskHouse(request))

    def outward(self, request: Any, *, now: datetime) -> Translation:  # noqa: ARG002 - the time changes nothing here
        """Put the house's request to the peer as it is."""
        return (yield AskPeer(request))
