"""One station: what it does now, its messages, its sessions, its variables; and its management."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.csms.records import StationRecord
from pluglot.web.api.lists import Asked, asked, page_of
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages.states import Standing, standing
from pluglot.web.pages.view import View, render, respond, segment
from pluglot.web.problems import Problem
from pluglot.web.security import ADMIN, REGISTRAR, VIEWER

EVENTS_SHOWN = 8
LONGEST_NOTE = 500
TABS = (
    ("", "Now"),
    ("/messages", "Messages"),
    ("/commands", "Commands"),
    ("/transactions", "Sessions"),
    ("/variables", "Variables"),
)


async def known(web: Web, station_id: str) -> StationRecord:
    """The station, or the problem that there is none."""
    station: StationRecord | None = await web.house.operations.station(station_id)
    if station is None:
        raise Problem("unknown-station")
    return station


async def now_at(web: Web, station: StationRecord) -> Standing:
    """A station with what runs at it."""
    picture = await web.picture.current()
    return standing(station, picture.of_station(station.id), picture.power)


async def frame_values(web: Web, station_id: str, tab: str) -> dict[str, Any]:
    """What every page about a station says."""
    station = await known(web, station_id)
    root = f"/stations/{segment(station_id)}"
    return {
        "title": f"{station_id} · {tab}",
        "live": True,
        "station": station,
        "standing": await now_at(web, station),
        "tabs": [(root + address, word) for address, word in TABS],
        "tab": tab,
        "here": root + next(address for address, word in TABS if word == tab),
    }


def concerns(station_id: str, *kinds: str) -> Callable[[Change], bool]:
    """Whether a change is about this station and of one of these kinds."""

    def wants(change: Change) -> bool:
        return change.kind in {"station", "resync", *kinds} and change.station_id in (station_id, None)

    return wants


@get("/stations/{station_id:str}", opt={"right": VIEWER}, include_in_schema=False)
async def station_now(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """What the station does now."""

    async def load() -> View:
        return View(template="station_now.html", values=await _now_values(web, station_id))

    return await respond(web, request, load, concerns(station_id, "transaction", "event"))


async def _now_values(web: Web, station_id: str, password: str | None = None) -> dict[str, Any]:
    values = await frame_values(web, station_id, "Now")
    events = await web.house.lists.events(filters={"stationId": station_id}, limit=EVENTS_SHOWN, cursor=None)
    return values | {"events": events.items, "password": password}


@get("/stations/{station_id:str}/messages", opt={"right": VIEWER}, include_in_schema=False)
async def station_messages(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """What was exchanged with the station, newest first."""
    return await _listed(web, request, station_id, "Messages", "messages", "message")


@get("/stations/{station_id:str}/transactions", opt={"right": VIEWER}, include_in_schema=False)
async def station_transactions(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """The station's sessions, newest first."""
    return await _listed(web, request, station_id, "Sessions", "transactions", "transaction")


async def _listed(
    web: Web, request: Request[Any, Any, Any], station_id: str, tab: str, name: str, kind: str
) -> Response[Any]:
    wanted = asked(request, name)
    narrowed = Asked({**wanted.filters, "stationId": station_id}, wanted.limit, wanted.cursor)

    async def load() -> View:
        values = await frame_values(web, station_id, tab)
        page = await page_of(getattr(web.house.lists, name), narrowed)
        query = dict(request.query_params.items())
        return View(template=f"station_{name}.html", values=values | {"page": page, "query": query})

    return await respond(web, request, load, concerns(station_id, kind))


@get("/stations/{station_id:str}/variables", opt={"right": VIEWER}, include_in_schema=False)
async def station_variables(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """The last known values of the station's variables."""

    async def load() -> View:
        values = await frame_values(web, station_id, "Variables")
        found = await web.house.lists.variables(station_id)
        variables = sorted(found, key=lambda one: (one.component, one.evse_id or 0, one.variable))
        return View(template="station_variables.html", values=values | {"variables": variables})

    return await respond(web, request, load, concerns(station_id, "variables"))


@post("/stations/{station_id:str}/note", opt={"right": REGISTRAR}, status_code=303, include_in_schema=False)
async def change_note(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """Keep a note about the station."""
    note = str((await request.form()).get("note", "")).strip()[:LONGEST_NOTE]
    if await web.house.operations.change_station(station_id, {"note": note or None}) is None:
        raise Problem("unknown-station")
    return Response(b"", status_code=303, headers={"Location": f"/stations/{segment(station_id)}"})


@post("/stations/{station_id:str}/credentials", opt={"right": REGISTRAR}, status_code=200, include_in_schema=False)
async def change_credentials(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """Give the station a new password and show it, this once."""
    station = await known(web, station_id)
    credential = await web.house.operations.register_station(
        station_id, security_profile=station.security_profile, password=None, note=None
    )
    values = await _now_values(web, station_id, credential.password)
    return render(web, request, View(template="station_now.html", values=values | {"live": False}))


@post("/stations/{station_id:str}/remove", opt={"right": ADMIN}, status_code=303, include_in_schema=False)
async def remove_station(station_id: FromPath[str], web: NamedDependency[Web]) -> Response[Any]:
    """Forget the station; its sessions stay."""
    if not await web.house.operations.remove_station(station_id):
        raise Problem("unknown-station")
    return Response(b"", status_code=303, headers={"Location": "/"})


HANDLERS = (
    station_now,
    station_messages,
    station_transactions,
    station_variables,
    change_note,
    change_credentials,
    remove_station,
)
