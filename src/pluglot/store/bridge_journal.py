"""The journal of a bridge: what is put there survives the end of the program at once, and a power cut when settled.

Putting is a write to the file without waiting for the disk, so it costs microseconds and no change of threads; what
is forwarded need not wait for more. The disk is waited for in a thread, once for all that was put meanwhile, while
the far side thinks; only answers need that (decision 10).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import Final

from pluglot.station import JournalUnavailable, Writes
from pluglot.store.shared_journal import SharedJournal

#: Groups of writes after which the log is folded into the database file.
FOLD_AFTER: Final = 4000
#: Seconds from one wait for the disk to the next when this many waited together: each costs a change of threads, which
#: a busy loop feels. A lone message waits for nobody.
PACE: Final = 0.003
BUSY: Final = 8
_LAYOUT: Final = 1


class BridgeJournal(SharedJournal):
    """Durable memory of all stations of a bridge, in two steps: ``put`` and ``settle``."""

    def __init__(self, path: os.PathLike[str] | str) -> None:
        super().__init__(os.fspath(path))
        #: How many groups were put, are on disk, and are in the database file.
        self._count = self._settled = self._folded = 0
        self._log: int | None = None
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._syncing: asyncio.Task[None] | None = None
        #: Set when the disk failed: what it was given before may be lost, so nothing is believed any more.
        self._failure: JournalUnavailable | None = None
        #: Set when the last put failed, until one succeeds.
        self._last_failure: JournalUnavailable | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept, in words; None while all is well."""
        failure = self._failure or self._last_failure
        return None if failure is None else str(failure)

    async def open(self) -> None:
        """Open or create the file and its folder.

        Raises:
            JournalUnavailable: it cannot be created, opened or read as a journal.
        """
        await super().open()
        await self._in_thread(self._begin_log)

    async def close(self) -> None:
        """Finish what is being written and close the file; closing twice is harmless."""
        while self._waiting or self._syncing is not None:
            # One turn of the loop writes what was gathered.
            await (asyncio.sleep(0) if self._syncing is None else asyncio.wait({self._syncing}))
        if self._log is not None:
            os.close(self._log)
            self._log = None
        await super().close()

    async def put(self, station: str, writes: Writes) -> int:
        """Write so that the end of this program loses nothing; returns what ``settle`` waits for.

        What all stations put in one turn of the loop is written together. The order of one station is kept.

        Raises:
            JournalUnavailable: nothing was written.
        """
        if self._failure is not None:
            raise self._failure
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._write_gathered)
        self._waiting.append((station, writes, written))
        await written
        return self._count

    def _write_gathered(self) -> None:
        group, self._waiting = self._waiting, []
        failure: JournalUnavailable | None = None
        try:
            self._commit(group)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must be told
            failure = JournalUnavailable(f"the journal {self._path} cannot be used: {error}")
            self._undo()
        else:
            self._count += 1
        self._last_failure = failure
        for _, _, written in group:
            if written.done():
                continue  # who waited has gone
            if failure is None:
                written.set_result(None)
            else:
                written.set_exception(failure)

    def _undo(self) -> None:
        """Leave nothing half written behind."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.rollback()

    async def settle(self, count: int) -> None:
        """Return once everything put up to this count survives a power cut.

        Raises:
            JournalUnavailable: the disk failed; nothing put since it last worked can be relied on.
        """
        if self._failure is not None:
            raise self._failure
        if count <= self._settled:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((count, waiter))
        if self._syncing is None:
            self._syncing = asyncio.get_running_loop().create_task(self._sync())
        await waiter

    async def write(self, station: str, writes: Writes) -> None:
        """Return once the writes are on disk.

        Raises:
            JournalUnavailable: nothing was written, or the disk failed.
        """
        await self.settle(await self.put(station, writes))

    # --- the disk ------------------------------------------------------------------------------------------------

    async def _sync(self) -> None:
        """Wait for the disk for as long as somebody waits for it."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiters:
                count = self._count
                folds = count - self._folded >= FOLD_AFTER
                began = loop.time()
                await self._in_thread(self._fold if folds else self._flush)
                if folds:
                    self._finish_folding()
                self._settled = max(self._settled, count)
                if self._release() >= BUSY:
                    await asyncio.sleep(max(0.0, began + PACE - loop.time()))
        except JournalUnavailable as error:
            self._failure = error
            self._release()
        finally:
            self._syncing = None

    def _release(self) -> int:
        """Let those go on whose writes are on disk, and count them; all of them when the disk failed."""
        waiting, self._waiters = self._waiters, []
        for count, waiter in waiting:
            if waiter.done():
                continue
            if self._failure is not None:
                waiter.set_exception(self._failure)
            elif count <= self._settled:
                waiter.set_result(None)
            else:
                self._waiters.append((count, waiter))
        return len(waiting) - len(self._waiters)

    def _flush(self) -> None:
        """In the thread: have the log written through."""
        assert self._log is not None  # noqa: S101 - the journal is open
        try:
            os.fdatasync(self._log)
        except OSError as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be written: {error.strerror}") from error

    def _fold(self) -> None:
        """In the thread: write the log through and take its content into the database file, beside further writes."""
        self._flush()
        with sqlite3.connect(self._path, isolation_level=None) as beside:
            beside.execute("PRAGMA wal_checkpoint(PASSIVE)")
        beside.close()

    def _finish_folding(self) -> None:
        """Take in the little that came meanwhile, so that the log begins anew and does not grow for ever."""
        try:
            self._opened().execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be folded: {error}") from error
        self._folded = self._count

    def _begin_log(self) -> None:
        """In the thread: from now on this class, and not SQLite, says when the disk is waited for."""
        connection = self._opened()
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        # The log exists from the first write on.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version={_LAYOUT}")
        connection.execute("COMMIT")
        try:
            self._log = os.open(f"{self._path}-wal", os.O_RDWR)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(self._log)
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise JournalUnavailable(f"the journal {self._path} cannot be opened: {error.strerror}") from error
