"""What the 2.0 dialect remembers beside what the 2.0.1 dialect does."""

from __future__ import annotations

from typing import Final

import msgspec

from pluglot.dialects.ocpp201.wire import IdTokenType

#: Oldest tokens are forgotten beyond this.
_CAPACITY: Final = 4096


class Memory(msgspec.Struct):
    """Everything that must survive a restart."""

    #: The memory of the 2.0.1 half that this one climbs to.
    newer: bytes = b""
    #: MAC addresses that were said as central tokens -> the token as it was meant.
    mac_addresses: dict[str, str] = {}
    #: Report or status -> the id of the request it answers, for messages that 2.0 sends without one.
    requests: dict[str, int] = {}
    #: EVSE -> the transaction that runs there.
    transactions: dict[int, str] = {}


class TokenMemory:
    """Says MAC addresses as central tokens, for 2.0 has no such type, and knows them again."""

    def __init__(self, memory: Memory) -> None:
        """Work on this memory."""
        self._memory = memory
        #: How often a new token was remembered; a half saves its memory when this moved.
        self.changes = 0

    def __bool__(self) -> bool:
        """Whether any token was ever said otherwise."""
        return bool(self._memory.mac_addresses)

    def said(self, id_token: str, type_: str) -> tuple[str, str]:
        """The text and type to use toward the peer."""
        if type_ != IdTokenType.MAC_ADDRESS:
            return id_token, type_
        known = self._memory.mac_addresses
        key = id_token.casefold()
        if key not in known:
            while len(known) >= _CAPACITY:
                del known[next(iter(known))]
            known[key] = id_token
            self.changes += 1
        return id_token, IdTokenType.CENTRAL

    def meant(self, id_token: str, type_: str) -> tuple[str, str]:
        """The text and type a peer's token stands for."""
        if type_ == IdTokenType.CENTRAL and id_token.casefold() in self._memory.mac_addresses:
            return id_token, IdTokenType.MAC_ADDRESS
        return id_token, type_
