"""Message ids that are never used twice, made without clock or chance (RPC-03)."""

from __future__ import annotations

from .frames import MAX_ID


class MessageIds:
    """A prefix that nobody used before, and a counter.

    The roof gives the prefix, new at every start and for every link, such as twenty random hexadecimal digits or the
    number of the start kept on disk. Calling the object makes the next id.
    """

    __slots__ = ("_next", "_prefix")

    def __init__(self, prefix: str, first: int = 0) -> None:
        # Twelve hexadecimal digits outlast any link; the id as a whole has room for 36 characters.
        if not 1 <= len(prefix) <= MAX_ID - 13 or not prefix.isascii() or not prefix.isprintable():
            raise ValueError(f"a prefix of message ids has 1 to {MAX_ID - 13} printable ASCII characters")
        self._prefix, self._next = prefix, first

    def __call__(self) -> str:
        """Make the next id."""
        number = self._next
        self._next = number + 1
        return f"{self._prefix}.{number:x}"
