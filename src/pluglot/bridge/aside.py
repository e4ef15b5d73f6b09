"""Messages that were given up: they stand in the journal of their station, where they wait for nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

#: Begins the names of the sections that hold them.
SET_ASIDE: Final = "set-aside."
#: Kept for one station; beyond it the one that was set aside first is forgotten, which is told.
MOST_SET_ASIDE: Final = 1000
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


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
    """Where the next message of a station is put: the sections are a ring.

    None is used again while another is free, whatever the times say: the clock may have been set back.
    """

    def __init__(self) -> None:
        self.count = 0
        self._next = 0
        self._taken: set[int] = set()

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up what was set aside before."""
        found = list(set_aside(states))
        self.count = len(found)
        slots = [(_LONG_AGO if one.at is None else one.at, name.removeprefix(SET_ASIDE)) for name, one in found]
        numbered = [(at, int(slot)) for at, slot in slots if slot.isdecimal()]
        self._taken = {slot for _, slot in numbered}
        self._next = self._after(max(numbered)[1]) if numbered else 0

    def _after(self, slot: int) -> int:
        """The next free place of the ring, or where there is none the one that was filled first."""
        ring = [(slot + step) % MOST_SET_ASIDE for step in range(1, MOST_SET_ASIDE + 1)]
        return next((one for one in ring if one not in self._taken), ring[0])

    @property
    def is_full(self) -> bool:
        """Whether the next message takes the place of the oldest."""
        return self._next in self._taken

    @property
    def name(self) -> str:
        """The section of the next message."""
        return f"{SET_ASIDE}{self._next}"

    def put(self) -> None:
        """Note that it was put there."""
        self.count += not self.is_full
        self._taken.add(self._next)
        self._next = self._after(self._next)
