"""How often a kept message is told, and how long it waits before the next try (E13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from pluglot.dialects.base import DamagedMemory, Refusal

#: Section of the journal with the tries of the oldest message.
TRIES: Final = "tries"
#: The longest wait for the next try in seconds, however many there were.
LONGEST_RETRY_WAIT: Final = 300.0


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """When a message is given up that the management system answers with an error; silence never counts."""

    #: Answers that judge the message.
    refusals: int = 3
    #: Answers of any kind. One that tells of a trouble of the management system's own says little about the message:
    #: with the usual interval such a trouble may last more than an hour before the first message is given up.
    faults: int = 30
    #: Seconds to the second try; the wait grows by as many with each (E13.FR.03).
    interval: float = 10.0


class _Counted(msgspec.Struct, array_like=True):
    """The tries of one message."""

    entry_id: int
    refusals: int = 0
    failures: int = 0
    #: Before this it is not tried again, whatever becomes of the link or the program meanwhile.
    not_before: datetime | None = None


class Patience:
    """Counts the tries of the message whose turn it is."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._counted = _Counted(0)
        #: Transactions of which a message was given up for faults alone: what follows of them likely meets the same.
        self._in_trouble: set[str] = set()

    @property
    def failures(self) -> int:
        """Tries of this message that came to nothing, silence aside."""
        return self._counted.failures

    # --- memory ------------------------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """The tries as bytes; none when there were none."""
        return msgspec.msgpack.encode(self._counted) if self.failures else b""

    def restore(self, snapshot: bytes, entry_id: int) -> None:
        """Take up tries saved before, if they were those of this message.

        Raises:
            DamagedMemory: the bytes are no tries.
        """
        if not snapshot:
            return
        try:
            counted = msgspec.msgpack.decode(snapshot, type=_Counted)
        except msgspec.MsgspecError as error:
            raise DamagedMemory(f"the tries cannot be read: {error}") from error
        if counted.entry_id == entry_id:
            self._counted = counted

    # --- counting ----------------------------------------------------------------------------------------------

    def has_ended(self, entry_id: int, refusal: Refusal | None, transaction_id: str | None) -> bool:
        """Count a try that came to nothing; says whether it was the last. Without a refusal the fault was our own."""
        counted = self._counted
        counted.entry_id = entry_id
        counted.failures += 1
        judged = refusal is None or not refusal.is_passing
        counted.refusals += judged
        most = self._tries.refusals if transaction_id in self._in_trouble else max(self._tries.faults, 1)
        if counted.refusals >= self._tries.refusals:
            return True
        if counted.failures < most:
            return False
        if transaction_id is not None:
            self._in_trouble.add(transaction_id)
        return True

    def wait(self, now: datetime) -> float:
        """Put the next try off; returns for how many seconds."""
        seconds = min(self._tries.interval * self.failures, LONGEST_RETRY_WAIT)
        self._counted.not_before = now + timedelta(seconds=seconds)
        return seconds

    def left(self, now: datetime) -> float | None:
        """Seconds until the next try, or None when it may be made."""
        if self._counted.not_before is None:
            return None
        seconds = (self._counted.not_before - now).total_seconds()
        # A clock that was set back must not make it wait for ever.
        return seconds if 0 < seconds <= LONGEST_RETRY_WAIT else None

    def begin_anew(self, *, is_last: bool) -> None:
        """Count for the next message, if there is one."""
        self._counted = _Counted(0)
        if is_last:
            self._in_trouble.clear()
