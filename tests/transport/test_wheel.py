"""One timer for many links: each is asked at its time, and nothing else wakes the loop."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.transport.wheel import LATE, RESOLUTION, TIME_TO_READ, Wheel


class Handle:
    """A timer that can be cancelled."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Forget the timer."""
        self.cancelled = True


class VirtualLoop:
    """A clock that jumps from timer to timer."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, int, Handle, Callable[[], None]]] = []
        self.made = 0

    def time(self) -> float:
        """The virtual time."""
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        """Set a timer."""
        self.made += 1
        handle = Handle()
        heapq.heappush(self.timers, (when, self.made, handle, callback))
        return handle

    def run(self, until: float) -> None:
        """Let time pass."""
        while self.timers and self.timers[0][0] <= until:
            when, _, handle, callback = heapq.heappop(self.timers)
            self.now = max(self.now, when)
            if not handle.cancelled:
                callback()
        self.now = until

    @property
    def armed(self) -> int:
        """How many timers run."""
        return sum(not handle.cancelled for _, _, handle, _ in self.timers)


class Sleeper:
    """Asks to be woken at given times, one after the other."""

    def __init__(self, times: list[float]) -> None:
        self.times = times
        self.woken: list[float] = []

    def check(self, now: float) -> float | None:
        """Note the time and name the next one."""
        self.woken.append(now)
        while self.times and self.times[0] <= now:
            self.times.pop(0)
        return self.times[0] if self.times else None


def make() -> tuple[VirtualLoop, Wheel]:
    loop = VirtualLoop()
    return loop, Wheel(cast("asyncio.AbstractEventLoop", cast("Any", loop)))


@given(plans=st.lists(st.lists(st.floats(0.0, 20.0), min_size=1, max_size=5), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_everybody_is_asked_in_time_and_never_before(plans: list[list[float]]) -> None:
    """Each named time is followed by a question within the wheel's resolution, over one timer."""
    loop, wheel = make()
    sleepers = []
    for plan in plans:
        sleeper = Sleeper(sorted(plan))
        wanted = list(sleeper.times)
        sleepers.append((sleeper, wanted))
        wheel.schedule(sleeper, wanted[0])
        assert loop.armed == 1
    loop.run(30)
    for sleeper, wanted in sleepers:
        for time in wanted:
            assert any(0 <= woken - time <= 2 * RESOLUTION + 1e-6 for woken in sleeper.woken), (time, sleeper.woken)
        assert len(sleeper.woken) <= len(wanted)
    assert len(wheel) == 0
    assert loop.armed == 0


def test_an_earlier_time_counts_a_later_one_does_not() -> None:
    """Naming an earlier time moves the question forward; naming a later one leaves it where it is."""
    loop, wheel = make()
    sleeper = Sleeper([1.0])
    wheel.schedule(sleeper, 5.0)
    wheel.schedule(sleeper, 1.0)
    wheel.schedule(sleeper, 9.0)
    assert len(wheel) == 1
    loop.run(10)
    assert len(sleeper.woken) == 1
    assert abs(sleeper.woken[0] - 1.0) <= 2 * RESOLUTION


def test_who_is_discarded_is_not_asked_and_not_kept() -> None:
    """A closed link leaves the wheel at once; a closed wheel asks nobody."""
    loop, wheel = make()
    gone, stays = Sleeper([1.0]), Sleeper([1.0])
    wheel.schedule(gone, 1.0)
    wheel.schedule(stays, 1.0)
    wheel.discard(gone)
    wheel.discard(gone)
    loop.run(2)
    assert gone.woken == []
    assert len(stays.woken) == 1
    wheel.schedule(stays, 3.0)
    wheel.close()
    loop.run(5)
    assert len(stays.woken) == 1
    assert len(wheel) == 0


def test_ten_thousand_sleepers_need_one_timer() -> None:
    """However many links wait, one timer of the loop runs."""
    loop, wheel = make()
    sleepers = [Sleeper([30.0 + number / 500]) for number in range(10_000)]
    for sleeper in sleepers:
        wheel.schedule(sleeper, sleeper.times[0])
    assert loop.armed == 1
    loop.run(60)
    assert all(len(sleeper.woken) == 1 for sleeper in sleepers)
    assert loop.made < 20 / RESOLUTION + 10


def test_after_a_standstill_there_is_time_to_read_before_anybody_is_judged() -> None:
    """A program that was held up asks nobody at once: what a peer said meanwhile is read first; then all are asked."""
    loop, wheel = make()
    due, later = Sleeper([1.0]), Sleeper([40.0])
    wheel.schedule(due, 1.0)
    wheel.schedule(later, 40.0)
    loop.now = 30.0  # nothing ran for half a minute
    loop.run(30.0)
    assert due.woken == []
    wheel.schedule(Sleeper([31.5]), 31.5)
    loop.run(30.0 + TIME_TO_READ)
    assert due.woken == [30.0 + TIME_TO_READ]
    loop.run(41.0)
    assert len(later.woken) == 1
    assert abs(later.woken[0] - 40.0) <= 2 * RESOLUTION
    assert loop.armed == 0


def test_a_program_that_is_always_late_asks_all_the_same() -> None:
    """Under a load that delays every timer, each question comes a little later, and comes."""
    loop, wheel = make()
    sleeper = Sleeper([10.0 * number for number in range(1, 11)])
    wheel.schedule(sleeper, 10.0)
    while loop.armed:
        loop.now = max(loop.now, loop.timers[0][0]) + 5 * LATE
        loop.run(loop.now)
    assert len(sleeper.woken) == 10
    assert loop.now < 100 + 3 * TIME_TO_READ
