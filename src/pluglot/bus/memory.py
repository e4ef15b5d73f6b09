"""The bus of a single node: everything stays in this process and its one event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pluglot.bus.base import CallHandler, FactsMissed, StationAway
from pluglot.csms.facts import Fact


class Subscription:
    """The facts one reader has not taken yet: at most ``bound``, of which the oldest give way to new ones."""

    def __init__(self, bound: int, wanted: Callable[[], bool] | None = None) -> None:
        if bound < 1:
            raise ValueError("bound: must be at least 1")
        self._wanted = wanted
        self._facts: deque[Fact] = deque(maxlen=bound)
        self._missed = 0
        self._arrived = asyncio.Event()
        self._is_closed = False

    def put(self, facts: Sequence[Fact]) -> None:
        """Add facts, if they are wanted now; never blocks."""
        if self._wanted is not None and not self._wanted():
            return
        waiting = self._facts
        overflow = len(waiting) + len(facts) - (waiting.maxlen or 0)
        if overflow > 0:
            self._missed += overflow
        waiting.extend(facts)
        self._arrived.set()

    def close(self) -> None:
        """End the iteration once what waits was taken."""
        self._is_closed = True
        self._arrived.set()

    def __aiter__(self) -> AsyncIterator[Fact | FactsMissed]:
        return self

    async def __anext__(self) -> Fact | FactsMissed:
        while not self._facts:
            if self._is_closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        if self._missed:
            # Before the facts that are left: what is missing came before them.
            missed, self._missed = self._missed, 0
            return FactsMissed(missed)
        return self._facts.popleft()


class _Holder:
    """Who takes the calls of a station: the link with this epoch."""

    __slots__ = ("epoch", "handler")

    def __init__(self, epoch: int, handler: CallHandler) -> None:
        self.epoch = epoch
        self.handler = handler


class MemoryBus:
    """Facts for every subscriber, and calls for whoever holds the station's newest link."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._holders: dict[str, _Holder] = {}

    def publish(self, facts: Sequence[Fact]) -> None:
        """Hand facts to every subscriber; never blocks, a slow one loses its oldest and is told how many."""
        if facts:
            for subscription in self._subscriptions:
                subscription.put(facts)

    @asynccontextmanager
    async def subscribe(
        self, *, bound: int = 1000, wanted: Callable[[], bool] | None = None
    ) -> AsyncIterator[AsyncIterator[Fact | FactsMissed]]:
        """Facts from now on; at most ``bound`` wait for a slow reader, and none is kept that is not ``wanted`` then."""
        subscription = Subscription(bound, wanted)
        self._subscriptions.append(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.remove(subscription)
            subscription.close()

    def serve_calls(self, station_id: str, epoch: int, handler: CallHandler) -> Callable[[], None]:
        """Take calls for this station until the returned function is called; a newer epoch replaces an older one.

        An older epoch than the present one is fenced: it takes no calls (HRD-04).
        """
        present = self._holders.get(station_id)
        holder = _Holder(epoch, handler)
        if present is None or present.epoch <= epoch:
            self._holders[station_id] = holder

        def leave() -> None:
            # The late end of a link that was displaced takes nothing from the newer one.
            if self._holders.get(station_id) is holder:
                del self._holders[station_id]

        return leave

    async def call(self, station_id: str, request: Any) -> Any:
        """Carry a call to whoever holds the station and return its answer; raises StationAway.

        A call under way when the link changes goes on to its own end with the link that took it: that link knows
        whether it was sent.
        """
        holder = self._holders.get(station_id)
        if holder is None:
            raise StationAway(station_id)
        return await holder.handler(request)
