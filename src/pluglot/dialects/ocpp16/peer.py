"""What both halves of 1.6 remember of their peer: what it said that it does not know (CAP)."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Generic, TypeVar

from pluglot.dialects.base import Refusal
from pluglot.dialects.halves import RememberingHalf
from pluglot.dialects.ocpp16.memory import CsmsMemory, StationMemory
from pluglot.messages.version import OcppVersion

#: Refusals of a peer that does not know a message at all.
NOT_KNOWN: Final = frozenset({"NotSupported", "NotImplemented"})
PeerMemory = TypeVar("PeerMemory", StationMemory, CsmsMemory)


class PeerContext(RememberingHalf[PeerMemory], Generic[PeerMemory]):
    """A half of 1.6; what its peer does not know is forgotten at the next boot."""

    peer_version = OcppVersion.OCPP_1_6
    #: Whether what is said becomes XML, which cannot hold every character.
    in_xml: ClassVar[bool] = False

    def lacks(self, answer: Any, what: str) -> bool:
        """Whether an answer says that the peer does not know what it was told or asked; this is remembered."""
        if not isinstance(answer, Refusal) or answer.code not in NOT_KNOWN:
            return False
        self.misses(what)
        return True

    def misses(self, what: str) -> None:
        """Note that the peer does not know this."""
        if what not in self.memory.missing:
            self.memory.missing.append(what)
            self.touch()

    def is_missing(self, what: str) -> bool:
        """Whether the peer said since the last boot that it does not know this."""
        return what in self.memory.missing
