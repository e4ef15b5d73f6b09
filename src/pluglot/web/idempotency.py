"""Idempotency: a command that is sent twice with the same key is carried out once (UI-05)."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from pluglot.web.problems import Problem

#: How long an outcome is remembered, and how many at most; the oldest finished one goes first.
KEPT_FOR = timedelta(hours=24)
KEPT_AT_MOST = 10_000
LONGEST_KEY = 200
#: The same again so soon after its outcome is the second half of a double click, on the page that came between.
SECOND_CLICK = timedelta(seconds=2)


class Remembered(msgspec.Struct):
    """One command under way or done: what was asked, when, the outcome to come, and when it came."""

    digest: bytes
    at: datetime
    outcome: asyncio.Task[Any]
    done_at: datetime | None = None


class Idempotency:
    """Outcomes of commands by the key their asker gave them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._remembered: OrderedDict[tuple[str, str], Remembered] = OrderedDict()

    async def once(
        self,
        asker: str,
        key: str | None,
        what: bytes,
        do: Callable[[], Awaitable[Any]],
        *,
        keep: Callable[[Any], bool] = lambda _: True,
    ) -> Any:
        """Do it, or give the outcome of the first time; the same key for something else is a problem.

        An outcome that ``keep`` refuses (nothing was sent) is forgotten, so that the key may try again; so is a command
        that raised, whoever still waits for it.
        """
        if key is None:
            return await do()
        if not 1 <= len(key) <= LONGEST_KEY:
            raise Problem("invalid-input", field="Idempotency-Key", rule=f"1 to {LONGEST_KEY} characters")
        self._forget_old()
        digest = hashlib.sha256(what).digest()
        known = self._remembered.get((asker, key))
        if known is None:
            known = Remembered(digest, self._clock(), asyncio.ensure_future(_awaited(do)))
            self._remembered[(asker, key)] = known
            known.outcome.add_done_callback(partial(self._done, asker, key, known))
        elif known.digest != digest:
            raise Problem("key-reused", field="Idempotency-Key", rule="one key, one request")
        # A viewer that goes away must not cancel a command that others, or its own second click, wait for.
        outcome = await asyncio.shield(known.outcome)
        if not keep(outcome):
            self._forget(asker, key, known)
        return outcome

    def outcome(self, asker: str, key: str) -> Any:
        """What came of an earlier command, or None when it is unknown or not done yet."""
        known = self._remembered.get((asker, key))
        if known is None or not known.outcome.done() or known.outcome.cancelled() or known.outcome.exception():
            return None
        return known.outcome.result()

    def is_second_click(self, asker: str, key: str, what: bytes) -> bool:
        """Whether this very thing was just done under this key, so that nobody can have read what came of it."""
        known = self._remembered.get((asker, key))
        if known is None or known.done_at is None or known.digest != hashlib.sha256(what).digest():
            return False
        return self._clock() - known.done_at < SECOND_CLICK

    def _forget(self, asker: str, key: str, known: Remembered) -> None:
        """Forget this command, not one that took its key meanwhile."""
        if self._remembered.get((asker, key)) is known:
            del self._remembered[(asker, key)]

    def _done(self, asker: str, key: str, known: Remembered, done: asyncio.Task[Any]) -> None:
        known.done_at = self._clock()
        if done.cancelled() or done.exception() is not None:
            self._forget(asker, key, known)

    def _forget_old(self) -> None:
        """Keep the memory bounded in time and number; what is still under way stays."""
        horizon = self._clock() - KEPT_FOR
        while self._remembered:
            oldest = next(iter(self._remembered.values()))
            if not oldest.outcome.done() or (oldest.at > horizon and len(self._remembered) < KEPT_AT_MOST):
                return
            self._remembered.popitem(last=False)


async def _awaited(do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()
