"""The fleet as it stands now, kept from facts in memory while people look, so that pages cost no queries."""

from __future__ import annotations

import asyncio
import itertools
import logging
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from pluglot.csms import facts as happened
from pluglot.csms.records import ConnectorRecord, LedgerEntry, StationRecord, TransactionRecord
from pluglot.web.base import House

#: Points of power kept per running transaction, and of the whole fleet.
POINTS_KEPT = 180
FLEET_POINTS_KEPT = 2_000
FINISHED_KEPT = 12
#: Histories of at most so many running transactions are read back from their ledgers after a start.
HISTORIES_READ = 200
#: The window of the fleet's power, and in how many steps it is read back after a start.
FLEET_WINDOW = timedelta(minutes=30)
FLEET_STEPS = 120
#: So long after the last look the picture is forgotten: keeping it costs something with every message of every station.
FORGOTTEN_AFTER = timedelta(minutes=10)
#: It is not asked after each fact whether that time is over.
FACTS_BETWEEN_LOOKS = 256
POWER = "Power.Active.Import"

log = logging.getLogger(__name__)

Key = tuple[str, str]
Point = tuple[datetime, float]


class Today(msgspec.Struct, frozen=True):
    """What was delivered since midnight UTC: sessions that ended today and those that run."""

    energy_wh: Decimal
    cost: Decimal
    ended: int


class Picture:
    """Stations, running transactions and today's totals; loaded at first use, then carried on by facts.

    It is forgotten when nobody has looked for a while, and loaded again for the next who looks.
    """

    def __init__(self, house: House, *, is_watched: Callable[[], bool] = lambda: False) -> None:
        """``is_watched`` says whether somebody follows the live parts of a page."""
        self._house = house
        self._is_watched = is_watched
        self._looked_at = house.clock()
        self._applied = 0
        self._loaded = False
        self._loading: asyncio.Task[None] | None = None
        #: Facts that happened while it is being loaded; None when it is not.
        self._meanwhile: list[Any] | None = None
        self.stations: dict[str, StationRecord] = {}
        self.running: dict[Key, TransactionRecord] = {}
        self.power: dict[Key, deque[Point]] = {}
        #: The sum over all running, carried along: nothing per fact may grow with the fleet.
        self._watts = Decimal(0)
        self.fleet_power: deque[Point] = deque(maxlen=FLEET_POINTS_KEPT)
        self.finished: deque[TransactionRecord] = deque(maxlen=FINISHED_KEPT)
        self._ended_today: dict[Key, TransactionRecord] = {}
        self._midnight = _midnight(house.clock())
        self._effects: dict[type[happened.Fact], Callable[[Any], None]] = {
            happened.StationRegistered: self._station_told,
            happened.StationChanged: self._station_told,
            happened.StationBooted: self._station_told,
            happened.StationRemoved: self._station_removed,
            happened.StationConnected: self._connected,
            happened.StationDisconnected: self._disconnected,
            happened.StationHeard: self._heard,
            happened.ConnectorStatusReported: self._status,
            happened.TransactionStarted: self._transaction,
            happened.TransactionUpdated: self._transaction,
            happened.TransactionEnded: self._transaction,
        }

    async def current(self) -> Picture:
        """Itself, loaded; whoever comes while it is being loaded waits for the same loading."""
        self._looked_at = self._house.clock()
        if not self._loaded:
            await asyncio.shield(self._begin_loading())
        self._turn_the_day()
        return self

    def of_station(self, station_id: str) -> list[TransactionRecord]:
        """Transactions running at this station, by EVSE."""
        found = [transaction for key, transaction in self.running.items() if key[0] == station_id]
        return sorted(found, key=lambda transaction: transaction.evse_id or 0)

    def watts(self) -> float:
        """What all running transactions draw together."""
        return float(self._watts)

    def today(self) -> Today:
        """Totals since midnight UTC."""
        counted = [*self._ended_today.values(), *self.running.values()]
        energy = sum((transaction.energy_wh for transaction in counted), Decimal(0))
        cost = sum((transaction.cost or Decimal(0) for transaction in counted), Decimal(0))
        return Today(energy, cost, len(self._ended_today))

    def listens(self) -> bool:
        """Whether a fact that happens now would change anything: not before it is loaded or being loaded."""
        return self._loaded or self._meanwhile is not None

    def hear(self, fact: Any) -> None:
        """Take up a fact; what is no fact means that facts were missed, and everything is read anew."""
        if self._meanwhile is not None:
            self._meanwhile.append(fact)
        elif not self._loaded:
            return
        elif not isinstance(fact, happened.Fact):
            self._loaded = False
            if self._is_watched():  # nobody may ask for the whole, but changes go on being shown
                self._begin_loading().add_done_callback(_log_failure)
        elif change := self._effects.get(type(fact)):
            change(fact)
            self._applied += 1
            if self._applied % FACTS_BETWEEN_LOOKS == 0:
                self._forget_if_nobody_looks()

    def _begin_loading(self) -> asyncio.Task[None]:
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load(), name="web-picture")
        return self._loading

    def _forget_if_nobody_looks(self) -> None:
        now = self._house.clock()
        if self._is_watched():
            self._looked_at = now
        elif now - self._looked_at > FORGOTTEN_AFTER:
            self._loaded = False
            self.stations, self.running, self.power, self._ended_today = {}, {}, {}, {}
            self.fleet_power.clear()
            self.finished.clear()

    async def _load(self) -> None:
        """Read the present from the store; facts that happen meanwhile are applied on top."""
        self._meanwhile = []
        try:
            stations = {station.id: station async for station in _all(self._house.lists.stations, {})}
            running: dict[Key, TransactionRecord] = {}
            async for transaction in _all(self._house.lists.transactions, {"isOpen": "true"}):
                running[(transaction.station_id, transaction.transaction_id)] = transaction
            self.stations, self.running, self.power = stations, running, {}
            self._watts = sum((one.power_w or Decimal(0) for one in running.values()), Decimal(0))
            await self._load_finished()
            await self._load_histories()
            self._loaded = True
        finally:
            meanwhile, self._meanwhile = self._meanwhile, None
        for fact in meanwhile:
            self.hear(fact)
        self._note_fleet_power(self._house.clock())

    async def _load_finished(self) -> None:
        self._midnight = _midnight(self._house.clock())
        # A session that ended today began yesterday at the earliest, give or take an endless parker.
        since = (self._midnight - timedelta(days=1)).isoformat()
        ended = [t async for t in _all(self._house.lists.transactions, {"state": "Ended", "since": since})]
        ended.sort(key=lambda transaction: transaction.ended_at or transaction.updated_at)
        self._ended_today = {(t.station_id, t.transaction_id): t for t in ended if self._is_today(t)}
        self.finished = deque(reversed(ended[-FINISHED_KEPT:]), FINISHED_KEPT)

    async def _load_histories(self) -> None:
        """Read back the curves of running sessions, and what the fleet drew in the last minutes."""
        now = self._house.clock()
        since = now - FLEET_WINDOW
        just_ended = [key for key, one in self._ended_today.items() if one.ended_at and one.ended_at > since]
        curves: list[list[Point]] = []
        keys = [*self.running, *just_ended]
        for key in keys[:HISTORIES_READ]:
            points = power_points(await self._house.lists.ledger(*key))
            ended = self._ended_today.get(key)
            if ended is not None and ended.ended_at is not None:
                points = [point for point in points if point[0] < ended.ended_at] + [(ended.ended_at, 0.0)]
            else:
                self.power[key] = deque(points, POINTS_KEPT)
            curves.append(points)
        # The sum of a part would be no curve of the fleet: then it begins now.
        self.fleet_power = deque(_summed(curves, since, now) if len(keys) <= HISTORIES_READ else (), FLEET_POINTS_KEPT)

    def _is_today(self, transaction: TransactionRecord) -> bool:
        return (transaction.ended_at or transaction.updated_at) >= self._midnight

    def _turn_the_day(self) -> None:
        midnight = _midnight(self._house.clock())
        if midnight != self._midnight:
            self._midnight = midnight
            self._ended_today = {key: t for key, t in self._ended_today.items() if self._is_today(t)}

    def _change_station(self, station_id: str, **changes: Any) -> None:
        if (station := self.stations.get(station_id)) is not None:
            self.stations[station_id] = replace(station, **changes)

    def _station_told(self, fact: Any) -> None:
        self.stations[fact.station.id] = fact.station

    def _station_removed(self, fact: happened.StationRemoved) -> None:
        self.stations.pop(fact.station_id, None)

    def _connected(self, fact: happened.StationConnected) -> None:
        self._change_station(
            fact.station_id,
            connected=True,
            ocpp_version=fact.ocpp_version,
            epoch=fact.epoch,
            remote_address=fact.remote_address,
            connected_at=fact.at,
            last_seen_at=fact.at,
        )

    def _disconnected(self, fact: happened.StationDisconnected) -> None:
        station = self.stations.get(fact.station_id)
        if station is not None and station.epoch <= fact.epoch:
            self._change_station(fact.station_id, connected=False)

    def _heard(self, fact: happened.StationHeard) -> None:
        self._change_station(fact.station_id, last_seen_at=fact.at)

    def _status(self, fact: happened.ConnectorStatusReported) -> None:
        if (station := self.stations.get(fact.station_id)) is not None:
            connectors = {(c.evse_id, c.connector_id): c for c in (*station.connectors, fact.connector)}
            ordered: tuple[ConnectorRecord, ...] = tuple(connectors[place] for place in sorted(connectors))
            self.stations[station.id] = replace(station, connectors=ordered, last_seen_at=fact.at)

    def _transaction(self, fact: Any) -> None:
        transaction: TransactionRecord = fact.transaction
        key = (transaction.station_id, transaction.transaction_id)
        self._change_station(transaction.station_id, last_seen_at=fact.at)
        known = self.running.get(key)
        self._watts -= (known.power_w if known else None) or Decimal(0)
        if transaction.is_open:
            self._watts += transaction.power_w or Decimal(0)
            self.running[key] = transaction
            self.power.setdefault(key, deque(maxlen=POINTS_KEPT)).extend(power_points([fact.entry]))
        else:
            self._ended(key, transaction)
        self._note_fleet_power(fact.at)

    def _ended(self, key: Key, transaction: TransactionRecord) -> None:
        self.running.pop(key, None)
        self.power.pop(key, None)
        if self._is_today(transaction):
            self._ended_today[key] = transaction
        others = [t for t in self.finished if (t.station_id, t.transaction_id) != key]
        self.finished = deque([transaction, *others][:FINISHED_KEPT], FINISHED_KEPT)

    def _note_fleet_power(self, at: datetime) -> None:
        """One point a second is enough to draw."""
        if self.fleet_power and (at - self.fleet_power[-1][0]).total_seconds() < 1:
            return
        self.fleet_power.append((at, self.watts()))
        while self.fleet_power[0][0] < at - FLEET_WINDOW:
            self.fleet_power.popleft()


def points_of(entries: Any, measurand: str) -> list[Point]:
    """The values of one measurand in ledger entries, the sum over phases being the one without a phase, by time."""
    found = [
        (reading.at, float(reading.value))
        for entry in entries
        for reading in entry.readings
        if reading.measurand == measurand and reading.phase is None
    ]
    return sorted(found)


def power_points(entries: Any) -> list[Point]:
    """Active power over time; taken from the energy register where a station does not measure power."""
    return points_of(entries, POWER) or _power_from_register(entries)


def _power_from_register(entries: list[LedgerEntry] | Any) -> list[Point]:
    register = points_of(entries, "Energy.Active.Import.Register")
    pairs = itertools.pairwise(register)
    return [
        (later[0], (later[1] - earlier[1]) * 3600 / (later[0] - earlier[0]).total_seconds())
        for earlier, later in pairs
        if later[0] > earlier[0] and later[1] >= earlier[1]
    ]


def _summed(curves: list[list[Point]], since: datetime, until: datetime) -> list[Point]:
    """The sum of curves over a window, each holding its last value until its next; from where the first begins."""
    if not any(curves):
        return []
    since = max(since, min(points[0][0] for points in curves if points))
    step = (until - since) / FLEET_STEPS
    times = [since + step * place for place in range(FLEET_STEPS)]
    return [(at, sum(_value_at(points, at) for points in curves)) for at in times]


def _value_at(points: list[Point], at: datetime) -> float:
    place = bisect_right(points, at, key=lambda point: point[0])
    return points[place - 1][1] if place else 0.0


def _log_failure(loading: asyncio.Task[None]) -> None:
    if not loading.cancelled() and (error := loading.exception()) is not None:
        log.warning("the fleet could not be read: %s", error)  # whoever looks next tries again


async def _all(ask: Callable[..., Any], filters: dict[str, str]) -> AsyncIterator[Any]:
    """Every item of a list, page by page."""
    cursor: str | None = None
    while True:
        page = await ask(filters=filters, limit=1000, cursor=cursor)
        for item in page.items:
            yield item
        cursor = page.next_cursor
        if cursor is None:
            return


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
