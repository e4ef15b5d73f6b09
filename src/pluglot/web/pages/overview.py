"""The whole fleet in order, worst first, where only what changed since the last look is judged anew."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

import msgspec

from pluglot.csms.records import StationRecord, TransactionRecord
from pluglot.web.pages.states import State, standing
from pluglot.web.picture import Picture

Running = tuple[TransactionRecord, ...]

#: Of a page's number in an address; with more it is none.
DIGITS = 9


class Ranked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What order, filters and figures need of one station; true as long as its records are these very ones."""

    station: StationRecord
    running: Running
    state: State
    #: The names of the states of its EVSEs.
    places: frozenset[str]
    #: What a search looks through.
    text: str
    order: tuple[int, float, str]


class Overview:
    """Every station's rank; a large fleet is judged once, and then only the stations that changed."""

    def __init__(self) -> None:
        self._known: dict[str, Ranked] = {}
        #: How many stations were judged so far.
        self.judged = 0

    def worst_first(self, picture: Picture) -> list[Ranked]:
        """All stations: by rank, then by what is drawn, then by name."""
        running = _by_station(picture.running.values())
        known, now = self._known, {}
        for station_id, station in picture.stations.items():
            own = running.get(station_id, ())
            ranked = known.get(station_id)
            if ranked is None or ranked.station is not station or ranked.running != own:
                ranked = self._judge(station, own)
            now[station_id] = ranked
        self._known = now
        return sorted(now.values(), key=operator.attrgetter("order"))

    def _judge(self, station: StationRecord, running: Running) -> Ranked:
        self.judged += 1
        whole = standing(station, running)
        texts = (station.id, station.vendor_name, station.model, station.serial_number, station.note)
        return Ranked(
            station=station,
            running=running,
            state=whole.state,
            places=frozenset(place.state.name for place in whole.places),
            text="\n".join(text for text in texts if text).casefold(),
            order=(whole.state.rank, -whole.watts, station.id),
        )


def _by_station(transactions: Iterable[TransactionRecord]) -> dict[str, Running]:
    found: dict[str, Running] = {}
    for transaction in transactions:
        found[transaction.station_id] = (*found.get(transaction.station_id, ()), transaction)
    return found


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list: which, of how many, and what of the list stands on it."""

    number: int
    last: int
    begin: int
    total: int
    items: Sequence[Ranked]

    @property
    def end(self) -> int:
        """The place of its last item."""
        return self.begin + len(self.items) - 1


def sheet(items: Sequence[Ranked], wanted: str, size: int) -> Sheet:
    """The page asked for; the nearest there is when it is none."""
    last = max(1, -(-len(items) // size))
    number = min(max(1, int(wanted)), last) if wanted.isdecimal() and len(wanted) <= DIGITS else 1
    start = (number - 1) * size
    return Sheet(number=number, last=last, begin=start + 1, total=len(items), items=items[start : start + size])


_overviews: WeakKeyDictionary[Picture, Overview] = WeakKeyDictionary()


def overview_of(picture: Picture) -> Overview:
    """The overview that goes with this picture, for everybody who looks at it."""
    return _overviews.setdefault(picture, Overview())
