"""What must survive a power cut, collected until the door writes it in one piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from pluglot.messages.codec import encode
from pluglot.station.ports import Entry, Memory, Writes

Kept = TypeVar("Kept")


class Durable:
    """Collects journal writes; a section of the state is written once however often it was touched.

    The door writes what ``take`` gives before it sends anything, so nothing is told that could be forgotten.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        #: What could not be read at the start, in words.
        self.damaged: list[str] = []
        self._next_id = max((entry.entry_id for entry in memory.entries), default=0) + 1
        self._appended: list[Entry] = []
        self._acknowledged: list[int] = []
        self._sections: dict[str, Callable[[], bytes]] = {}
        self._touched: dict[str, None] = {}

    def keep(self, section: str, type_: type[Kept], dump: Callable[[], Kept]) -> Kept | None:
        """Register who writes a section; returns what was kept before, or None."""
        self._sections[section] = lambda: msgspec.json.encode(dump())
        content = self.memory.states.get(section)
        if content is None:
            return None
        try:
            return msgspec.json.decode(content, type=type_)
        except msgspec.MsgspecError:
            # Written by a version that kept other things; the station starts without and says so.
            self.damaged.append(f"section {section}")
            return None

    def forget_damaged(self, entry: Entry) -> None:
        """Give up a message that cannot be read."""
        self.damaged.append(f"message {entry.action}")
        self.acknowledge(entry.entry_id)

    def touch(self, section: str) -> None:
        """Note that a section changed."""
        self._touched[section] = None

    def append(self, action: str, request: Any) -> Entry:
        """Keep a message until it is acknowledged."""
        entry = Entry(self._next_id, action, encode(request))
        self._next_id += 1
        self._appended.append(entry)
        return entry

    def acknowledge(self, entry_id: int) -> None:
        """Forget a message."""
        self._acknowledged.append(entry_id)

    def give_back(self, writes: Writes) -> None:
        """Take up again what could not be written; it is part of the next ``take``."""
        self._appended[:0] = writes.appended
        self._acknowledged[:0] = writes.acknowledged
        for section in writes.states:
            if section in self._sections:
                self.touch(section)

    def take(self) -> Writes:
        """Everything to be written now; afterwards it counts as written."""
        states: Mapping[str, bytes] = {section: self._sections[section]() for section in self._touched}
        writes = Writes(tuple(self._appended), tuple(self._acknowledged), states)
        self._appended, self._acknowledged, self._touched = [], [], {}
        return writes
