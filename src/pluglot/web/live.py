"""What keeps viewers up to date: one latest-value map per viewer, so that the slow skip and never see the past."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from pluglot.csms import facts as happened
from pluglot.web.base import House

#: A viewer is sent something at most this often; what changes in between is folded into the latest value.
SHORTEST_PAUSE = 0.25
#: Silence longer than this is broken by a comment, so that proxies keep the stream and the dead are noticed.
KEEP_ALIVE = 15.0
#: A stream ends after this long, and the viewer opens another: a right that was taken away ends with it.
STREAM_ENDS_AFTER = 600.0
#: More waiting keys than this are dropped and replaced by one ``resync``: memory per viewer stays bounded.
WAITING_AT_MOST = 2_000
VIEWERS_AT_MOST = 1_000
#: Facts that may wait to be read: what one large commit brings at once, so that pages need not be read anew after it.
FACTS_WAITING = 10_000


class Change(msgspec.Struct, frozen=True):
    """Something a viewer may want to see again: what kind of thing, which one, and the fact that says so."""

    kind: str  # station, transaction, message, event, stranger, token, readings
    key: Hashable
    fact: Any

    @property
    def station_id(self) -> str | None:
        """The station it is about, if it is about one."""
        return _station_of(self.fact)


def _station_of(fact: Any) -> str | None:
    for holder in (fact, *(getattr(fact, name, None) for name in ("station", "transaction", "message", "event"))):
        if isinstance(found := getattr(holder, "station_id", None), str):
            return found
    return getattr(getattr(fact, "station", None), "id", None)


#: Which kind of thing each fact changes, and by what it is told apart from others of its kind.
CHANGES: dict[type[happened.Fact], tuple[str, Callable[[Any], Hashable]]] = {
    happened.StationRegistered: ("station", lambda fact: fact.station.id),
    happened.StationChanged: ("station", lambda fact: fact.station.id),
    happened.StationBooted: ("station", lambda fact: fact.station.id),
    happened.StationRemoved: ("station", lambda fact: fact.station_id),
    happened.StationConnected: ("station", lambda fact: fact.station_id),
    happened.StationDisconnected: ("station", lambda fact: fact.station_id),
    happened.StationHeard: ("station", lambda fact: fact.station_id),
    happened.ConnectorStatusReported: ("station", lambda fact: fact.station_id),
    happened.VariablesReported: ("variables", lambda fact: fact.station_id),
    happened.TransactionStarted: ("transaction", lambda fact: _transaction_key(fact.transaction)),
    happened.TransactionUpdated: ("transaction", lambda fact: _transaction_key(fact.transaction)),
    happened.TransactionEnded: ("transaction", lambda fact: _transaction_key(fact.transaction)),
    happened.MeterValuesReported: ("readings", lambda fact: (fact.station_id, fact.evse_id)),
    happened.MessageExchanged: ("message", lambda fact: fact.message.station_id),
    happened.EventOccurred: ("event", lambda fact: fact.event.station_id),
    happened.StrangerKnocked: ("stranger", lambda fact: fact.stranger.identity),
    happened.TokenSaved: ("token", lambda fact: (fact.token.type, fact.token.id_token)),
    happened.TokenRemoved: ("token", lambda fact: (fact.type, fact.id_token)),
    happened.TokenPresented: ("token-presented", lambda fact: (fact.type, fact.id_token)),
}


def _transaction_key(transaction: Any) -> Hashable:
    return transaction.station_id, transaction.transaction_id


def change_of(fact: Any) -> Change | None:
    """What a fact changes for viewers; None when nothing they can see."""
    entry = CHANGES.get(type(fact))
    return Change(entry[0], (entry[0], entry[1](fact)), fact) if entry else None


RESYNC = Change("resync", ("resync", None), None)


class Portion(msgspec.Struct, frozen=True):
    """What is handed to a viewer at once, and when the last of it was offered (by the loop's clock)."""

    changes: list[Change]
    offered_at: float


class LatestValues:
    """What one viewer has not been sent yet: the newest value per key, in the order the keys changed first."""

    def __init__(self, wants: Callable[[Change], bool] = lambda _: True) -> None:
        self._wants = wants
        self._waiting: dict[Hashable, Change] = {}
        self._arrived = asyncio.Event()
        self._offered_at = 0.0

    def offer(self, change: Change) -> None:
        """Take a change; an older one with the same key is forgotten."""
        if change is not RESYNC and not self._wants(change):
            return
        if change.key not in self._waiting and len(self._waiting) >= WAITING_AT_MOST:
            self._waiting = {RESYNC.key: RESYNC}
        else:
            self._waiting[change.key] = change
        self._offered_at = asyncio.get_running_loop().time()
        self._arrived.set()

    async def take(self, within: float) -> Portion:
        """Everything waiting, once there is something; nothing after that time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrived.wait(), within)
        taken, self._waiting = list(self._waiting.values()), {}
        self._arrived.clear()
        return Portion(taken, self._offered_at)

    def __len__(self) -> int:
        return len(self._waiting)


class Broadcast:
    """Reads the facts once and offers them to every viewer; a listener hears each fact before the viewers.

    While there is neither a viewer nor a listener who listens, facts of a busy fleet cost nothing here.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._viewers: set[LatestValues] = set()
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[tuple[Callable[[Any], None], Callable[[], bool]]] = []

    def __len__(self) -> int:
        return len(self._viewers)

    @property
    def is_full(self) -> bool:
        """Whether no further viewer is taken; memory must stay bounded."""
        return len(self._viewers) >= VIEWERS_AT_MOST

    def listen(self, hear: Callable[[Any], None], *, listens: Callable[[], bool]) -> None:
        """Have each fact heard, but for those that happen while nobody watches and ``listens`` says no."""
        self._listeners.append((hear, listens))

    def _is_wanted(self) -> bool:
        """Whether anybody would notice a fact."""
        if self._viewers:
            return True
        for _, listens in self._listeners:  # noqa: SIM110 - asked with every message of every station
            if listens():
                return True
        return False

    async def start(self) -> None:
        """Begin to read facts; returns once the subscription stands."""
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._read(ready), name="web-broadcast")
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            waiting.cancel()
            self._task.result()

    async def stop(self) -> None:
        """Stop reading and let every viewer's stream end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        for viewer in self._viewers:
            viewer.offer(RESYNC)  # wakes the stream, which then sees that there is nothing more to come

    async def _read(self, ready: asyncio.Event) -> None:
        async with self._house.live.subscribe(bound=FACTS_WAITING, wanted=self._is_wanted) as facts:
            ready.set()
            async for fact in facts:
                self._spread(fact)

    def _spread(self, fact: Any) -> None:
        """Offer one fact; what is no fact stands for facts that were missed."""
        for hear, _ in self._listeners:
            hear(fact)
        if not self._viewers:
            return
        change = change_of(fact) if isinstance(fact, happened.Fact) else RESYNC
        if change is not None:
            for viewer in self._viewers:
                viewer.offer(change)

    @contextmanager
    def watching(self, wants: Callable[[Change], bool] = lambda _: True) -> Iterator[LatestValues]:
        """A viewer that is offered every change from now on until the end of the block."""
        viewer = LatestValues(wants)
        self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)

    async def portions(self, viewer: LatestValues, *, pause: float = SHORTEST_PAUSE) -> AsyncIterator[Portion]:
        """What the viewer has waiting, portion by portion, until the stream has lasted long enough or facts end.

        An empty portion means it is time to keep the stream alive.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + STREAM_ENDS_AFTER
        while self._task is not None and not self._task.done() and loop.time() < ends_at:
            yield await viewer.take(KEEP_ALIVE)
            await asyncio.sleep(pause)


def frame(event: str, data: Any) -> bytes:
    """One server-sent event with a JSON body, which never holds a line feed."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), msgspec.json.encode(data))


KEEP_ALIVE_COMMENT = b": still here\n\n"


async def as_frames(
    broadcast: Broadcast, wants: Callable[[Change], bool], said: Callable[[Change], Iterable[bytes]]
) -> AsyncIterator[bytes]:
    """Turn changes from now on into the bytes of a stream, comments included."""
    with broadcast.watching(wants) as viewer:
        yield b"retry: 2000\n\n"
        async for portion in broadcast.portions(viewer):
            yield b"".join(piece for change in portion.changes for piece in said(change)) or KEEP_ALIVE_COMMENT


class Rendered:
    """What was rendered a moment ago, for others who look at the same; bounded in number."""

    def __init__(self, at_most: int = 256) -> None:
        self._at_most = at_most
        self._made: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Any]], *, since: float) -> Any:
        """What was made for this key at or after ``since``, or else made now."""
        made_at, task = self._made.get(key, (0.0, None))
        if task is None or made_at < since or task.cancelled():
            if len(self._made) >= self._at_most:
                self._made.clear()
            task = asyncio.ensure_future(make())
            self._made[key] = (asyncio.get_running_loop().time(), task)
        return await asyncio.shield(task)
