"""The first page: how many stations are up, who charges at what power, what is wrong, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from pluglot.web.api.lists import CHOICES, wrong_choice
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages import charts
from pluglot.web.pages.overview import Ranked, overview_of, sheet
from pluglot.web.pages.states import STATES, standing
from pluglot.web.pages.view import View, respond
from pluglot.web.picture import Picture
from pluglot.web.security import VIEWER

#: Stations on one page; the worst come first, so that the first page is what needs a look.
MOST_SHOWN = 60
LATEST_MESSAGES = 5
WRONG = frozenset({"faulted", "offline", "rejected", "unavailable", "pending"})
#: A station in one of these states lets nobody charge, whatever its EVSEs said last.
NOT_SERVING = frozenset({"offline", "unseen", "rejected", "pending"})
_CHANGES = frozenset({"station", "transaction", "message", "stranger", "resync"})

#: What the list can be narrowed to: its value in the address, its words, which standings fit.
SHOWS: dict[str, tuple[str, Callable[[Ranked], bool]]] = {
    "": ("all", lambda _: True),
    "wrong": ("what needs a look", lambda one: one.state.name in WRONG),
    "charging": ("charging", lambda one: "charging" in one.places),
    "free": ("with a free EVSE", lambda one: "available" in one.places and one.state.name not in NOT_SERVING),
    "connected": ("connected", lambda one: one.station.connected),
}


class Narrowed(msgspec.Struct, frozen=True):
    """What of the fleet is asked for, as it stands in the address."""

    show: str = ""
    version: str = ""
    q: str = ""
    page: str = ""

    def fits(self, one: Ranked) -> bool:
        """Whether a station is among what is asked for."""
        return (
            SHOWS[self.show][1](one)
            and (not self.version or one.station.ocpp_version == self.version)
            and self.q.casefold() in one.text
        )


class Bar(msgspec.Struct, frozen=True):
    """A part of the strip of states: where it lies in 100 and how many stations it stands for."""

    name: str
    word: str
    count: int
    x: float
    width: float


@get("/", opt={"right": VIEWER}, include_in_schema=False)
async def fleet(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """The fleet, worst first."""
    query = request.query_params
    asked = Narrowed(*(query.get(name, "") for name in Narrowed.__struct_fields__))
    _check("show", asked.show, SHOWS)
    _check("version", asked.version, ("", *CHOICES["ocppVersion"]))

    async def load() -> View:
        return View(template="fleet.html", values=await _values(web, asked))

    return await respond(web, request, load, _concerns)


def _check(name: str, value: str, values: Iterable[str]) -> None:
    """Refuse what the list cannot be narrowed to, as the API refuses a filter: all stations would be a wrong answer."""
    if value not in values:
        raise wrong_choice(name, value, [one for one in values if one])


def _concerns(change: Change) -> bool:
    return change.kind in _CHANGES


async def _values(web: Web, asked: Narrowed) -> dict[str, Any]:
    picture = await web.picture.current()
    stations = overview_of(picture).worst_first(picture)
    here = sheet([one for one in stations if asked.fits(one)], asked.page, MOST_SHOWN)
    messages = await web.house.lists.messages(filters={}, limit=LATEST_MESSAGES, cursor=None)
    return {
        "title": "Fleet",
        "live": True,
        **(await _figures(web, picture, stations)),
        "sheet": here,
        "shown": [standing(one.station, one.running, picture.power) for one in here.items],
        "fleet_curve": charts.power_chart([*picture.fleet_power, (web.house.clock(), picture.watts())], height=140),
        "fleet_began": picture.fleet_power[0][0] if picture.fleet_power else None,
        "finished": list(picture.finished)[:8],
        "messages": messages.items,
        "shows": [(value, words) for value, (words, _) in SHOWS.items()],
        "versions": CHOICES["ocppVersion"],
        "asked": msgspec.structs.asdict(asked),
    }


async def _figures(web: Web, picture: Picture, stations: list[Ranked]) -> dict[str, Any]:
    """What the tiles tell of the whole fleet."""
    wrong = [one for one in stations if one.state.name in WRONG]
    strangers = await web.house.lists.strangers(limit=100, cursor=None)
    return {
        "count": len(stations),
        "up": sum(one.station.connected for one in stations),
        "bars": _bars(Counter(one.state.name for one in stations)),
        "spoken": _spoken(stations),
        "watts": picture.watts(),
        "charging": sum((transaction.power_w or 0) > 0 for transaction in picture.running.values()),
        "running": len(picture.running),
        "wrong": len(wrong),
        "worst": wrong[0] if wrong else None,
        "strangers": len(strangers.items),
        "today": picture.today(),
    }


def _spoken(stations: list[Ranked]) -> list[tuple[str, int]]:
    """How many stations speak each version, the oldest first."""
    counts = Counter(one.station.ocpp_version for one in stations if one.station.ocpp_version)
    return sorted(counts.items())


def _bars(counts: Counter[str]) -> list[Bar]:
    bars, x = [], 0.0
    for name in STATES:
        if counts[name]:
            width = 100 * counts[name] / counts.total()
            bars.append(Bar(name, STATES[name].word, counts[name], round(x, 2), round(max(width - 0.6, 0.4), 2)))
            x += width
    return bars


HANDLERS = (fleet,)
