"""The one writer: collects the fact sets that wait, has them written by one commit, and releases them all."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter

from pluglot.csms.facts import Fact
from pluglot.store.base import StoreUnavailable
from pluglot.store.group import Outcomes, Writing
from pluglot.store.statements import Write

#: Fact sets that may wait at the same time before ``commit`` makes its callers wait outside.
WAITING_BOUND = 10_000

#: Fact sets in one transaction, so that under overload the first of a group does not wait for thousands of others.
GROUP_BOUND = 2_000

#: With so many gathered the thread is woken at once, so that it writes while the loop makes more.
HAND_OVER_AT = 32

#: Told of every group: how many fact sets it had, and how many seconds it took.
GroupObserver = Callable[[int, float], None]

#: Takes up a fact set that is durable.
Apply = Callable[[Sequence[Fact]], None]


class Submission:
    """A fact set on its way to the disk."""

    __slots__ = ("apply", "facts", "future", "writes")

    def __init__(
        self, writes: Sequence[Write], apply: Apply | None, facts: Sequence[Fact], future: asyncio.Future[None]
    ) -> None:
        self.writes = writes
        #: Called in the loop when the set is durable and before its waiter goes on.
        self.apply = apply
        self.facts = facts
        self.future = future


class GroupCommitWriter:
    """Writes in a thread of its own; whatever arrives during one commit goes together into the next.

    A lone fact set waits for nobody. A set that cannot be written fails alone; a database that cannot be written
    fails everything waiting, and the next group tries again.
    """

    def __init__(self, path: Path, *, observer: GroupObserver) -> None:
        self._path = path
        self._observer = observer
        #: Submissions of this turn of the loop, which go to the thread together: each waking of it costs.
        self._gathered: list[Submission] = []
        #: What the thread is to write, in order; None ends it.
        self._queue: SimpleQueue[list[Submission] | None] = SimpleQueue()
        #: What the thread took from the queue and did not write yet.
        self._taken: deque[Submission] = deque()
        self._waiting = 0
        self._outside: deque[asyncio.Future[None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, writing: Writing) -> None:
        """Begin to write, by this."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(writing,), name="store-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits and end."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            self._hand_over()
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    @property
    def is_running(self) -> bool:
        """Whether submissions are taken."""
        return self._thread is not None

    async def write(self, writes: Sequence[Write], apply: Apply | None = None, facts: Sequence[Fact] = ()) -> None:
        """Return once these writes are durable and taken up; raises StoreUnavailable or FactsRefused."""
        if self._waiting >= WAITING_BOUND or self._outside:
            await self._wait_outside()
        if self._loop is None or self._thread is None:
            self._let_in(WAITING_BOUND)  # those behind are told the same
            raise StoreUnavailable(f"The database {self._path} is not open.")
        self._waiting += 1
        future: asyncio.Future[None] = self._loop.create_future()
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(Submission(writes, apply, facts, future))
        if len(self._gathered) >= HAND_OVER_AT:
            self._hand_over()
        await future

    def _hand_over(self) -> None:
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self._queue.put(gathered)

    async def _wait_outside(self) -> None:
        """Back-pressure: at the bound, callers wait here, first come first served."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outside.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._let_in(1)  # who was let in and does not come leaves the place to the next
            raise

    def _let_in(self, room: int) -> None:
        while self._outside and room > 0:
            turn = self._outside.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1

    def _run(self, writing: Writing) -> None:
        """The thread: one group after the other until told to stop."""
        going_on = True
        while going_on:
            group, going_on = self._next_group()
            if group:
                started = perf_counter()
                outcomes = self._written(writing, group)
                self._hand_back(group, outcomes, perf_counter() - started)
                writing.keep_up()
        writing.close()

    def _written(self, writing: Writing, group: Sequence[Submission]) -> Outcomes:
        try:
            return writing.write([submission.writes for submission in group])
        except Exception as error:  # noqa: BLE001  # a thread that ended would leave everybody waiting for ever
            return [StoreUnavailable(f"The database {self._path} cannot be used: {error}.") for _ in group]

    def _next_group(self) -> tuple[list[Submission], bool]:
        """Wait for submissions and take what came with them; False when these are the last."""
        taken, going_on = self._taken, True
        while going_on and len(taken) < GROUP_BOUND:
            try:
                submissions = self._queue.get(block=not taken)
            except Empty:
                break
            if submissions is None:
                going_on = False
            else:
                taken += submissions
        group = [taken.popleft() for _ in range(min(GROUP_BOUND, len(taken)))]
        if taken and not going_on:
            self._queue.put(None)  # to be met again behind what is left
            going_on = True
        return group, going_on

    def _hand_back(self, group: list[Submission], outcomes: Outcomes, seconds: float) -> None:
        """Release all waiters with one wake-up of the loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release, group, outcomes, seconds)

    def _release(self, group: list[Submission], outcomes: Outcomes, seconds: float) -> None:
        self._waiting -= len(group)
        for submission, outcome in zip(group, outcomes, strict=True):
            future = submission.future
            if outcome is None:
                if submission.apply is not None:
                    submission.apply(submission.facts)  # also when its caller was cancelled: it is in the database
                if not future.done():
                    future.set_result(None)
            elif not future.done():
                future.set_exception(outcome)
        self._let_in(WAITING_BOUND - self._waiting)
        self._observer(len(group), seconds)
