"""A journal in memory: the double for tests and for simulated stations that may forget."""

from __future__ import annotations

from pluglot.station.ports import Entry, Memory, Writes


class MemoryJournal:
    """Keeps entries and state as long as the process lives."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._states: dict[str, bytes] = {}

    def write(self, writes: Writes) -> None:
        """Take the writes up."""
        for entry in writes.appended:
            self._entries[entry.entry_id] = entry
        for entry_id in writes.acknowledged:
            self._entries.pop(entry_id, None)
        self._states.update(writes.states)

    def load(self) -> Memory:
        """What was written so far."""
        return Memory(entries=tuple(self._entries.values()), states=dict(self._states))

    def close(self) -> None:
        """Nothing to let go of."""
