"""One timer for many links: whoever must act at a time is asked then; thousands of idle links cost one timer."""

from __future__ import annotations

import asyncio
import heapq
from typing import Protocol

#: Links that are due within this time of one another are asked together.
RESOLUTION = 0.05
#: A timer that is later than this finds a program that was held up. What peers said meanwhile may lie unread, and a
#: loop on libuv looks at its timers before its sockets, so nobody is judged before there was time to read.
LATE = 0.1
TIME_TO_READ = 1.0


class Timed(Protocol):
    """Something that must act at certain times."""

    def check(self, now: float) -> float | None:
        """Act if it is time; return when to be asked again, or None for never."""
        ...


class Wheel:
    """Asks every registered link at the time it named; times are those of ``loop.time()``."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: dict[int, dict[Timed, None]] = {}
        self._order: list[int] = []
        self._place: dict[Timed, int] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0
        self._was_late = False

    def __len__(self) -> int:
        """How many wait to be asked."""
        return len(self._place)

    def schedule(self, timed: Timed, when: float) -> None:
        """Ask at this time, or before when an earlier time was named already."""
        number = int(when / RESOLUTION) + 1
        place = self._place.get(timed)
        if place is not None:
            if place <= number:
                return
            self.discard(timed)
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = {}
            heapq.heappush(self._order, number)
        slot[timed] = None
        self._place[timed] = number
        self._arm()

    def discard(self, timed: Timed) -> None:
        """Forget one; harmless when it is not known."""
        place = self._place.pop(timed, None)
        if place is not None:
            del self._slots[place][timed]

    def close(self) -> None:
        """Forget all and stop the timer."""
        self._slots.clear()
        self._order.clear()
        self._place.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if not self._order:
            return
        number = self._order[0]
        if self._timer is not None:
            if self._armed_for <= number:
                return
            self._timer.cancel()
        self._armed_for = number
        self._timer = self._loop.call_at(number * RESOLUTION, self._turn)

    def _turn(self) -> None:
        self._timer = None
        now = self._loop.time()
        self._was_late = not self._was_late and now - self._armed_for * RESOLUTION > LATE
        if self._was_late:
            self._timer = self._loop.call_at(now + TIME_TO_READ, self._turn)
            return
        while self._order and self._order[0] * RESOLUTION <= now:
            slot = self._slots.pop(heapq.heappop(self._order))
            for timed in slot:
                del self._place[timed]
            for timed in slot:
                again = timed.check(now)
                if again is not None:
                    self.schedule(timed, max(again, now))
        self._arm()
