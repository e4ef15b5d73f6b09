"""The first page: how many stations are up, who charges at what power, what is wrong, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from pluglot.messages.version import OcppVersion
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages import charts
from pluglot.web.pages.states import STATES, Standing, standing, worst_first
from pluglot.web.pages.view import View, respond
from pluglot.web.security import VIEWER

#: Stations shown at once; the worst come first, so what is hidden is what needs no look.
MOST_SHOWN = 60
LATEST_MESSAGES = 8
WRONG = frozenset({"faulted", "offline", "rejected", "unavailable", "pending"})
_CHANGES = frozenset({"station", "transaction", "message", "stranger", "resync"})

#: What the list can be narrowed to: its value in the address, its words, which standings fit.
SHOWS: dict[str, tuple[str, Callable[[Standing], bool]]] = {
    "": ("all", lambda _: True),
    "wrong": ("what needs a look", lambda one: one.state.name in WRONG),
    "charging": ("charging", lambda one: any(place.state.name == "charging" for place in one.places)),
    "free": ("with a free EVSE", lambda one: any(place.state.name == "available" for place in one.places)),
    "connected": ("connected", lambda one: one.station.connected),
}


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
    show, version, search = (query.get(name, "") for name in ("show", "version", "q"))

    async def load() -> View:
        return View(template="fleet.html", values=await _values(web, show, version, search))

    return await respond(web, request, load, _concerns)


def _concerns(change: Change) -> bool:
    return change.kind in _CHANGES


async def _values(web: Web, show: str, version: str, search: str) -> dict[str, Any]:
    picture = await web.picture.current()
    running: dict[str, list[Any]] = {}
    for transaction in picture.running.values():
        running.setdefault(transaction.station_id, []).append(transaction)
    standings = worst_first(
        standing(station, running.get(station.id, ()), picture.power) for station in picture.stations.values()
    )
    fits = SHOWS.get(show, SHOWS[""])[1]
    matching = [one for one in standings if fits(one) and _matches(one, version, search)]
    wrong = [one for one in standings if one.state.name in WRONG]
    messages = await web.house.lists.messages(filters={}, limit=LATEST_MESSAGES, cursor=None)
    strangers = await web.house.lists.strangers(limit=100, cursor=None)

    return {
        "title": "Fleet",
        "live": True,
        "standings": standings,
        "shown": matching[:MOST_SHOWN],
        "hidden": len(matching[MOST_SHOWN:]),
        "up": sum(one.station.connected for one in standings),
        "bars": _bars(standings),
        "watts": picture.watts(),
        "charging": sum((transaction.power_w or 0) > 0 for transaction in picture.running.values()),
        "running": len(picture.running),
        "wrong": len(wrong),
        "worst": wrong[0] if wrong else None,
        "strangers": len(strangers.items),
        "today": picture.today(),
        "fleet_curve": charts.power_chart([*picture.fleet_power, (web.house.clock(), picture.watts())], height=140),
        "fleet_began": picture.fleet_power[0][0] if picture.fleet_power else None,
        "finished": list(picture.finished)[:8],
        "messages": messages.items,
        "shows": [(value, words) for value, (words, _) in SHOWS.items()],
        "show": show,
        "versions": [member.value for member in OcppVersion],
        "version": version,
        "q": search,
    }


def _matches(one: Standing, version: str, search: str) -> bool:
    station = one.station
    if version and station.ocpp_version != version:
        return False
    texts = (station.id, station.vendor_name, station.model, station.serial_number, station.note)
    return not search or any(search.casefold() in (text or "").casefold() for text in texts)


def _bars(standings: list[Standing]) -> list[Bar]:
    counts = Counter(one.state.name for one in standings)
    bars, x = [], 0.0
    for name in STATES:
        if counts[name]:
            width = 100 * counts[name] / len(standings)
            bars.append(Bar(name, STATES[name].word, counts[name], round(x, 2), round(max(width - 0.6, 0.4), 2)))
            x += width
    return bars


HANDLERS = (fleet,)
