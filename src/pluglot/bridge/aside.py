"""Messages that were given up: they stand in the journal of their station, where they wait for nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

#: Begins the names of the sections that hold them.
SET_ASIDE: Final = "set-aside."
#: Kept for one station; beyond it the one that was set aside first is forgotten, which is told.
MOST_SET_ASIDE: Final = 1000


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was given up, as people may read it in the journal."""

    at: datetime | None
    action: str
    reason: str
    #: In the words of the house.
    message: str

    def encode(self) -> bytes:
        """The content of its section."""
        return msgspec.json.encode(self)


def set_aside(states: Mapping[str, bytes]) -> Iterator[tuple[str, SetAside]]:
    """The messages among the sections of a journal, by the name of their section."""
    for name, content in states.items():
        if name.startswith(SET_ASIDE) and content:
            yield name, _decoded(content)


def _decoded(content: bytes) -> SetAside:
    try:
        return msgspec.json.decode(content, type=SetAside)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        action, _, message = text_of(content).partition("\n")
        return SetAside(at=None, action=action, reason="", message=message)


def text_of(body: Any) -> str:
    """What an entry holds, as text; bytes that are none are written by their numbers."""
    return body.decode(errors="backslashreplace") if isinstance(body, bytes) else str(body)


class Shelf:
    """Where the next message of a station is put: the sections are a ring."""

    def __init__(self) -> None:
        self.count = 0
        self._next = 0

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up what was set aside before."""
        found = list(set_aside(states))
        self.count = len(found)
        slots = [(one.at, name.removeprefix(SET_ASIDE)) for name, one in found if one.at is not None]
        numbered = [(at, int(slot)) for at, slot in slots if slot.isdecimal()]
        self._next = (max(numbered)[1] + 1) % MOST_SET_ASIDE if numbered else 0

    @property
    def is_full(self) -> bool:
        """Whether the next message takes the place of the oldest."""
        return self.count >= MOST_SET_ASIDE

    @property
    def name(self) -> str:
        """The section of the next message."""
        return f"{SET_ASIDE}{self._next}"

    def put(self) -> None:
        """Note that it was put there."""
        self.count = min(self.count + 1, MOST_SET_ASIDE)
        self._next = (self._next + 1) % MOST_SET_ASIDE
