"""Sessions, messages and events: lists with filters in the address, and one of each in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.csms.records import LedgerEntry
from pluglot.web.api.lists import CHOICES, asked, page_of
from pluglot.web.api.shapes import number
from pluglot.web.api.transactions import transactions_table
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages import charts
from pluglot.web.pages.frames import lines
from pluglot.web.pages.view import View, render, respond
from pluglot.web.picture import POWER, points_of, power_points
from pluglot.web.problems import Problem
from pluglot.web.security import VIEWER

REGISTER = "Energy.Active.Import.Register"
#: Events of a session shown at most: the first and the last ones.
TIMELINE_SHOWN = 200


def _concerns(*kinds: str) -> Callable[[Change], bool]:
    return lambda change: change.kind in {"resync", *kinds}


async def _list(web: Web, request: Request[Any, Any, Any], name: str, title: str, kind: str) -> Response[Any]:
    wanted = asked(request, name)

    async def load() -> View:
        page = await page_of(getattr(web.house.lists, name), wanted)
        query = {key: value for key, value in request.query_params.items() if value}
        values = {"title": title, "live": True, "page": page, "query": query, "choices": CHOICES}
        return View(template=f"{name}.html", values=values)

    return await respond(web, request, load, _concerns(kind))


@get("/transactions", opt={"right": VIEWER}, include_in_schema=False)
async def transactions(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Sessions, newest first."""
    return await _list(web, request, "transactions", "Sessions", "transaction")


@get("/transactions.csv", opt={"right": VIEWER}, include_in_schema=False)
async def transactions_as_table(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """The same as a table for spreadsheets."""
    wanted = msgspec.structs.replace(asked(request, "transactions"), limit=1000)
    return transactions_table(await page_of(web.house.lists.transactions, wanted))


@get("/messages", opt={"right": VIEWER}, include_in_schema=False)
async def messages(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Messages of all stations, newest first."""
    return await _list(web, request, "messages", "Messages", "message")


@get("/events", opt={"right": VIEWER}, include_in_schema=False)
async def events(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Events, newest first."""
    return await _list(web, request, "events", "Events", "event")


@get("/messages/{message_id:int}", opt={"right": VIEWER}, include_in_schema=False)
async def message(
    message_id: FromPath[int], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """One exchange: the frames on the wire beside what they mean in the house, and what was lost between."""
    one = await web.house.lists.message(message_id) if message_id < 2**63 else None
    if one is None:
        raise Problem("unknown-message")
    losses = [_loss(loss) for loss in one.losses]
    lost = [loss["field"] for loss in losses]
    values = {
        "title": f"{one.action or 'Message without action'} · {one.station_id}",
        "one": one,
        "losses": losses,
        "wire_request": lines(one.request_frame, lost),
        "wire_response": lines(one.response_frame, lost),
        "house_request": lines(one.house_request, lost),
        "house_response": lines(one.house_response, lost),
    }
    return render(web, request, View(template="message.html", values=values))


def _loss(loss: Any) -> dict[str, str]:
    """A loss as text, whether it is kept as a record or as JSON."""
    names = ("field", "value", "reason")
    found = loss if isinstance(loss, dict) else {name: getattr(loss, name, "") for name in names}
    return {name: _as_text(found.get(name)) for name in names}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a session as the timeline shows it."""

    seq_no: int
    event_type: str
    trigger_reason: str
    at: Any
    charging_state: str | None
    stopped_reason: str | None
    offline: bool
    power: float | None
    register: float | None


@get("/transactions/{station_id:str}/{transaction_id:str}", opt={"right": VIEWER}, include_in_schema=False)
async def transaction(
    station_id: FromPath[str],
    transaction_id: FromPath[str],
    request: Request[Any, Any, Any],
    web: NamedDependency[Web],
) -> Response[Any]:
    """One session with its curve and its timeline."""

    async def load() -> View:
        return View(template="transaction.html", values=await _session(web, station_id, transaction_id))

    def wants(change: Change) -> bool:
        return change.kind == "resync" or change.key == ("transaction", (station_id, transaction_id))

    return await respond(web, request, load, wants)


async def _session(web: Web, station_id: str, transaction_id: str) -> dict[str, Any]:
    one = await web.house.operations.transaction(station_id, transaction_id)
    if one is None:
        raise Problem("unknown-transaction")
    ledger = sorted(await web.house.lists.ledger(station_id, transaction_id), key=lambda entry: entry.seq_no)
    drawn = power_points(ledger)
    charge = points_of(ledger, "SoC")
    half = TIMELINE_SHOWN // 2
    shown = ledger if len(ledger) <= TIMELINE_SHOWN else [*ledger[:half], *ledger[-half:]]
    return {
        "title": f"Session {transaction_id}",
        "live": one.is_open,
        "one": one,
        "power_points": drawn,
        "power_curve": charts.power_chart(drawn, height=220),
        "charge_curve": charts.percent_chart(charge, height=220) if drawn else None,
        "has_charge": bool(charge),
        "points": _for_script(drawn, charge),
        "timeline": [_row(entry) for entry in shown],
        "more": len(ledger) - len(shown),
    }


def _row(entry: LedgerEntry) -> Row:
    found = {reading.measurand: number(reading.value) for reading in entry.readings if reading.phase is None}
    return Row(
        seq_no=entry.seq_no,
        event_type=entry.event_type,
        trigger_reason=entry.trigger_reason,
        at=entry.at,
        charging_state=entry.charging_state,
        stopped_reason=entry.stopped_reason,
        offline=entry.offline,
        power=found.get(POWER),
        register=found.get(REGISTER),
    )


def _for_script(drawn: Sequence[charts.Point], charge: Sequence[charts.Point]) -> str:
    """The curves as numbers: seconds, kilowatts, percent; what was not measured at a time is null."""
    percent_at = dict(charge)
    kilowatts_at = {at: round(value / 1000, 3) for at, value in drawn}
    times = sorted({*percent_at, *kilowatts_at})
    columns = [
        [round(at.timestamp(), 1) for at in times],
        [kilowatts_at.get(at) for at in times],
        [percent_at.get(at) for at in times],
    ]
    return msgspec.json.encode(columns).decode()


HANDLERS = (transactions, transactions_as_table, messages, events, message, transaction)
