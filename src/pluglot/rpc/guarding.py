"""What one peer may do on its link: so many messages and bytes a minute, and each message id for one message only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)


class Budget:
    """How many messages and bytes are left of this minute's (HRD-06)."""

    __slots__ = ("_bytes", "_bytes_left", "_ends", "_messages", "_messages_left")

    def __init__(self, messages: int, size: int) -> None:
        self._messages, self._bytes = messages, size
        self._messages_left = self._bytes_left = 0
        self._ends: datetime | None = None

    def covers(self, size: int, now: datetime) -> bool:
        """Spend one message of this many bytes; False when the minute's budget does not cover it."""
        if self._ends is None or now >= self._ends:
            self._ends = now + MINUTE
            self._messages_left, self._bytes_left = self._messages, self._bytes
        self._messages_left -= 1
        self._bytes_left -= size
        return self._messages_left >= 0 and self._bytes_left >= 0


class AnsweredCalls:
    """The CALLs of the other side that were answered last: what each id stood for (HRD-05)."""

    __slots__ = ("_contents", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        # The hash of a frame, keyed by chance as Python's are: enough to tell one message from another.
        self._contents: dict[str, int] = {}

    def add(self, message_id: str, frame: bytes) -> None:
        """Remember an answered CALL, and forget the oldest beyond the bound."""
        contents = self._contents
        contents.pop(message_id, None)
        contents[message_id] = hash(frame)
        if len(contents) > self._most:
            del contents[next(iter(contents))]

    def __contains__(self, message_id: object) -> bool:
        """Whether a CALL with this id was answered lately."""
        return message_id in self._contents

    def is_repeated(self, message_id: str, frame: bytes) -> bool:
        """Whether this is the answered message once more, rather than another one under its id."""
        return self._contents.get(message_id) == hash(frame)
