"""What the 2.0.1 dialect remembers: tokens of the house that it names by a substitute, and dynamic profiles."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.ocpp201.wire import IdTokenType

_LONGEST: Final = 36
_KNOWN_TYPES: Final = frozenset(member.value for member in IdTokenType)
_MAC_ADDRESS_DIGITS: Final = 12
#: Oldest substitutes are forgotten beyond this.
_CAPACITY: Final = 4096


class Dynamic(msgspec.Struct, frozen=True, kw_only=True):
    """A dynamic profile that a station took as an absolute one."""

    evse_id: int
    #: As the house said it, with the limit it has now.
    profile: house.ChargingProfile


class Memory(msgspec.Struct):
    """Everything that must survive a restart."""

    #: Text and type said to the peer, joined by a line feed -> text and type meant by the house.
    substitutes: dict[str, tuple[str, str]] = {}
    #: By the id of the profile; only where dynamic profiles are emulated.
    dynamic: dict[int, Dynamic] = {}


class TokenMemory:
    """Says tokens within the limits of 2.0.1, and knows afterwards which token was meant (mapping 3.4, 11.4)."""

    def __init__(self, memory: Memory) -> None:
        """Work on this memory."""
        self._memory = memory
        #: How often a new substitute was remembered; a half saves its memory when this moved.
        self.changes = 0

    def __bool__(self) -> bool:
        """Whether any substitute was ever used."""
        return bool(self._memory.substitutes)

    def said(self, id_token: str, type_: str) -> tuple[str, str]:
        """The text and type to use toward the peer."""
        text = id_token if len(id_token) <= _LONGEST else _alias(id_token, type_)
        said_type = type_ if type_ in _KNOWN_TYPES else _nearest_type(id_token, type_)
        if (text, said_type) != (id_token, type_):
            self._remember(text, said_type, id_token, type_)
        return text, said_type

    def meant(self, id_token: str, type_: str) -> tuple[str, str]:
        """The text and type a peer's token stands for."""
        return self._memory.substitutes.get(_key(id_token, type_), (id_token, type_))

    def _remember(self, text: str, said_type: str, id_token: str, type_: str) -> None:
        substitutes = self._memory.substitutes
        key = _key(text, said_type)
        if substitutes.get(key) == (id_token, type_):
            return
        while len(substitutes) >= _CAPACITY:
            del substitutes[next(iter(substitutes))]
        substitutes[key] = id_token, type_
        self.changes += 1


def _key(text: str, type_: str) -> str:
    # 2.x compares tokens without regard to case.
    return f"{type_}\n{text.casefold()}"


def _alias(id_token: str, type_: str) -> str:
    digest = hashlib.sha256(f"{type_}/{id_token.casefold()}".encode()).digest()
    return "#" + base64.b32encode(digest).decode()[: _LONGEST - 1]


def _nearest_type(id_token: str, type_: str) -> str:
    if type_ == "EVCCID" and len(id_token) == _MAC_ADDRESS_DIGITS and _is_hexadecimal(id_token):
        return IdTokenType.MAC_ADDRESS.value
    return IdTokenType.CENTRAL.value


def _is_hexadecimal(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)
