"""The one writer: collects the fact sets that wait, writes them in one transaction, commits once, releases them all."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter

from pluglot.csms.facts import Fact
from pluglot.store import sqlite
from pluglot.store.base import FactsRefused, StoreUnavailable
from pluglot.store.statements import Batch, Write

#: Fact sets that may wait at the same time before ``commit`` makes its callers wait outside.
WAITING_BOUND = 10_000

#: Fact sets in one transaction, so that under overload the first of a group does not wait for thousands of others.
GROUP_BOUND = 2_000

#: Told of every group: how many fact sets it had, and how many seconds it took.
GroupObserver = Callable[[int, float], None]
Upkeep = Callable[[sqlite.Connection], None]


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

    def __init__(self, path: Path, *, upkeep: Upkeep, observer: GroupObserver) -> None:
        """``upkeep`` is called between groups to keep the database small."""
        self._path = path
        self._upkeep = upkeep
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
        self._connection: sqlite.Connection | None = None

    def start(self, connection: sqlite.Connection) -> None:
        """Take over this connection and begin to write."""
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
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

    def _run(self) -> None:
        """The thread: one group after the other until told to stop."""
        going_on = True
        while going_on:
            group, going_on = self._next_group()
            if group:
                started = perf_counter()
                outcomes = self._write_group(group)
                self._hand_back(group, outcomes, perf_counter() - started)
                self._keep_up()
        if self._connection is not None:
            self._connection.close()

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

    def _write_group(self, group: Sequence[Submission]) -> list[BaseException | None]:
        """Write a group; what came of each set, None when it is durable."""
        try:
            connection = self._connected()
            try:
                self._write_together(connection, group)
            except Exception as error:  # whatever it was, one set alone may be the cause
                self._roll_back(connection)
                if sqlite.is_fault(error):
                    raise
                return self._write_one_by_one(connection, group)
        except Exception as error:  # noqa: BLE001  # a waiter must never wait for ever, whatever went wrong
            self._disconnect()
            return [sqlite.unavailable(error, self._path) for _ in group]
        return [None] * len(group)

    @staticmethod
    def _write_together(connection: sqlite.Connection, group: Sequence[Submission]) -> None:
        batch = Batch()
        for submission in group:
            batch.add(submission.writes)
        sqlite.begin(connection)
        batch.write(connection)
        connection.execute("COMMIT")

    @staticmethod
    def _write_one_by_one(connection: sqlite.Connection, group: Sequence[Submission]) -> list[BaseException | None]:
        """Still one transaction, but each set behind a savepoint of its own."""
        outcomes: list[BaseException | None] = []
        sqlite.begin(connection)
        for submission in group:
            batch = Batch()
            batch.add(submission.writes)
            connection.execute("SAVEPOINT fact_set")
            try:
                batch.write(connection)
            except Exception as error:  # any kind of value the database does not take
                if sqlite.is_fault(error):
                    raise
                connection.execute("ROLLBACK TO fact_set")
                refusal = FactsRefused(f"The database does not take these facts: {error}.")
                refusal.__cause__ = error
                outcomes.append(refusal)
            else:
                outcomes.append(None)
            connection.execute("RELEASE fact_set")
        connection.execute("COMMIT")
        return outcomes

    def _hand_back(self, group: list[Submission], outcomes: list[BaseException | None], seconds: float) -> None:
        """Release all waiters with one wake-up of the loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release, group, outcomes, seconds)

    def _release(self, group: list[Submission], outcomes: list[BaseException | None], seconds: float) -> None:
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

    def _keep_up(self) -> None:
        if self._connection is not None:
            try:
                self._upkeep(self._connection)
            except sqlite.DatabaseError:
                # Nothing that anyone waits for failed; if it is lasting, the next group says so.
                self._roll_back(self._connection)

    def _connected(self) -> sqlite.Connection:
        if self._connection is None:
            self._connection = sqlite.connect_writer(self._path)
        return self._connection

    def _disconnect(self) -> None:
        """After a fault the next group begins with a new connection."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._roll_back(connection)
            connection.close()

    @staticmethod
    def _roll_back(connection: sqlite.Connection) -> None:
        if connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except sqlite.DatabaseError:
                return  # closing the connection rolls back as well
