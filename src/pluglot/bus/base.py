"""What the rest of the house asks of a bus."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from pluglot.csms.facts import Fact

CallHandler = Callable[[Any], Awaitable[Any]]


class StationAway(LookupError):
    """No node holds a link of this station; nothing was sent."""


class Bus(Protocol):
    """Publish and subscribe for facts, request and reply for station calls."""

    def publish(self, facts: Sequence[Fact]) -> None:
        """Hand facts to every subscriber; never blocks, a slow subscriber loses its oldest and is told how many."""
        ...

    def subscribe(
        self, *, bound: int = 1000, wanted: Callable[[], bool] | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Fact | FactsMissed]]:
        """Facts from now on; at most ``bound`` wait for a slow reader, and none is kept that is not ``wanted`` then."""
        ...

    def serve_calls(self, station_id: str, epoch: int, handler: CallHandler) -> Callable[[], None]:
        """Take calls for this station until the returned function is called; a newer epoch replaces an older one."""
        ...

    async def call(self, station_id: str, request: Any) -> Any:
        """Carry a call to whoever holds the station and return its answer; raises StationAway."""
        ...


class FactsMissed:
    """Stands in a subscription where facts were dropped for a slow reader."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count
