"""Turning what is known into HTML: one environment, figures with units, times, and regions that stay live."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
import jinja2.meta
import msgspec
from litestar import MediaType, Request, Response
from litestar.response import Stream
from markupsafe import Markup

from pluglot.web import problems
from pluglot.web.api.live import EVENT_STREAM
from pluglot.web.base import Principal
from pluglot.web.context import Web
from pluglot.web.live import KEEP_ALIVE_COMMENT, Change, frame
from pluglot.web.pages import charts, states
from pluglot.web.problems import Problem
from pluglot.web.security import RANKS, TOKEN_FIELD, VISIT_COOKIE
from pluglot.web.text import short, visible

#: Regions are sent at most this often to one viewer.
REGIONS_PAUSE = 0.5
#: And a page that takes long to render rests this many times as long, so that a large fleet's views stay cheap.
REST_FACTOR, LONGEST_REST = 10, 10.0

#: In watt-hours, from which energy is told in MWh; in milliseconds, below which latency has tenths.
MEGAWATT_HOUR, WITH_TENTHS_BELOW = 1e6, 100


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be: its template and what it says."""

    template: str
    values: dict[str, Any]


def _finalize(value: Any) -> Any:
    """Whatever a template prints: text has its control and direction characters made visible (UI-01)."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return visible(value)
    return "" if value is None else value


def energy(watt_hours: Decimal | float | None) -> Markup:
    """Energy with its unit."""
    if watt_hours is None:
        return _nothing()
    value = float(watt_hours)
    return (
        _figure(f"{value / 1000:,.2f}", "kWh") if abs(value) < MEGAWATT_HOUR else _figure(f"{value / 1e6:,.2f}", "MWh")
    )


def power(watts: Decimal | float | None) -> Markup:
    """Power with its unit."""
    if watts is None:
        return _nothing()
    return _figure(f"{float(watts) / 1000:,.1f}", "kW")


def money(amount: Decimal | float | None, currency: str | None) -> Markup:
    """An amount with its currency."""
    return _nothing() if amount is None else _figure(f"{amount:,.2f}", currency or "")


def percent(value: Decimal | float | None) -> Markup:
    """A share of 100."""
    return _nothing() if value is None else _figure(f"{float(value):.0f}", "%")


def milliseconds(value: float | None) -> Markup:
    """A short time."""
    return (
        _nothing()
        if value is None
        else _figure(f"{value:,.1f}" if value < WITH_TENTHS_BELOW else f"{value:,.0f}", "ms")
    )


def _figure(number: str, unit: str) -> Markup:
    return Markup('<span class="figure">{}&nbsp;<span class="unit">{}</span></span>').format(number, visible(unit))


def _nothing() -> Markup:
    return Markup('<span class="nothing" aria-label="unknown">&ndash;</span>')


_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (float("inf"), 86_400, "d"))


def ago(at: datetime | None, now: datetime) -> Markup:
    """A time as people say it; the exact one stands in its title, and scripts bring it to the viewer's zone."""
    if at is None:
        return Markup('<span class="nothing">never</span>')
    seconds = (now - at).total_seconds()
    size = abs(seconds)
    step, unit = next((step, unit) for limit, step, unit in _STEPS if size < limit)
    amount = f"{int(size // step)} {unit}"
    words = "now" if size < 1 else f"{amount} ago" if seconds > 0 else f"in {amount}"
    exact = at.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}" data-relative>{}</time>').format(
        exact.isoformat(timespec="milliseconds"), exact.strftime("%Y-%m-%d %H:%M:%S UTC"), words
    )


def duration(began: datetime, ended: datetime) -> str:
    """How long something took, in hours and minutes, or in seconds when it was short."""
    minutes, seconds = divmod(max(0, int((ended - began).total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if not minutes and not hours:
        return f"{seconds} s"
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s"


def segment(text: str) -> str:
    """Text as one segment of an address."""
    return quote(text, safe="")


@cache
def environment() -> jinja2.Environment:
    """The templates; everything printed is escaped and made harmless."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pluglot.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        energy=energy, power=power, percent=percent, milliseconds=milliseconds, segment=segment, short=short
    )
    environment.globals.update(
        money=money,
        duration=duration,
        charts=charts,
        states=states,
        asset=_asset,
        built=_built(),
        sparkline=charts.sparkline,
    )
    environment.globals["ui"] = environment.get_template("ui.html").module
    return environment


def _built() -> bool:
    """Whether the scripts were built; pages are complete without them."""
    return (files("pluglot.web") / "static" / "pluglot.js").is_file()


@cache
def _asset(name: str) -> str:
    """The address of a file of ours, which changes when the file does."""
    content = (files("pluglot.web") / name).read_bytes()
    return f"/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


NAVIGATION = (
    ("/", "Fleet"),
    ("/transactions", "Sessions"),
    ("/messages", "Messages"),
    ("/tokens", "Tokens"),
    ("/door", "At the door"),
    ("/events", "Events"),
)


def render(web: Web, request: Request[Any, Any, Any], view: View, *, status: int = 200) -> Response[str]:
    """The whole page."""
    principal: Principal | None = getattr(request.state, "principal", None)
    visit = request.cookies.get(VISIT_COOKIE) or secrets.token_urlsafe(24)
    values = view.values | _common(web, request.scope["path"], principal)
    values["token"] = Markup('<input type="hidden" name="{}" value="{}">').format(
        TOKEN_FIELD, web.gate.anti_forgery.token(principal, visit)
    )
    html = environment().get_template(view.template).render(values)
    response = Response(html, media_type=MediaType.HTML, status_code=status, headers={"Vary": "Accept"})
    if VISIT_COOKIE not in request.cookies:
        set_cookie(request, response, VISIT_COOKIE, visit)
    return response


def set_cookie(request: Request[Any, Any, Any], response: Response[Any], name: str, value: str) -> None:
    """A cookie no script reads and no other site sends (UI-02)."""
    secure = request.scope["scheme"] == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


def _common(web: Web, path: str, principal: Principal | None) -> dict[str, Any]:
    """What every template may use."""
    now = web.house.clock()
    rank = RANKS.get(principal.role, 0) if principal else 0
    return {
        "now": now,
        "ago": lambda at: ago(at, now),
        "path": path,
        "principal": principal,
        "may_operate": rank >= RANKS["operator"],
        "may_register": rank >= RANKS["registrar"],
        "may_administer": rank >= RANKS["admin"],
        "navigation": NAVIGATION,
        "currency": web.house.currency,
        "station_address": web.house.station_address,
        "query_with": lambda query, **changes: _query_with(query, changes),
    }


def _query_with(query: Mapping[str, str], changes: Mapping[str, Any]) -> str:
    merged = {key: value for key, value in {**query, **changes}.items() if value not in (None, "")}
    return "?" + urlencode(merged) if merged else "?"


def regions_of(web: Web, view: View, path: str, principal: Principal | None) -> dict[str, str]:
    """The live parts of a page, each rendered alone."""
    template = environment().get_template(view.template)
    context = template.new_context(view.values | _common(web, path, principal))
    return {name: "".join(block(context)) for name, block in _regions(view.template)}


@cache
def _regions(name: str) -> tuple[tuple[str, Any], ...]:
    """The live blocks of a template and of those it extends."""
    templates = environment()
    assert templates.loader is not None  # noqa: S101 -- ours has one
    source, _, _ = templates.loader.get_source(templates, name)
    extended = jinja2.meta.find_referenced_templates(templates.parse(source))
    found: dict[str, Any] = {}
    for parent in extended:
        found.update(_regions(parent) if parent else ())
    found.update(templates.get_template(name).blocks)
    return tuple((block, render) for block, render in found.items() if block.startswith("live_"))


Load = Callable[[], Awaitable[View]]


async def respond(
    web: Web, request: Request[Any, Any, Any], load: Load, wants: Callable[[Change], bool]
) -> Response[Any]:
    """The page, or, to whoever asks the same address for an event stream, its live parts as they change."""
    if EVENT_STREAM not in request.headers.get("accept", ""):
        return render(web, request, await load())
    if web.broadcast.is_full:
        raise Problem("not-ready", "too many live viewers")
    await load()  # what is not there is answered as such, before a stream begins
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return Stream(_changing(web, request, load, wants), media_type=EVENT_STREAM, headers=headers)


async def _changing(
    web: Web, request: Request[Any, Any, Any], load: Load, wants: Callable[[Change], bool]
) -> AsyncIterator[bytes]:
    """First every region, then those that changed, until the stream has lasted long enough."""
    principal: Principal | None = request.state.principal
    path = request.scope["path"]
    # Regions hold nothing personal, so whoever has the same rights and looks at the same shares them.
    shared = (path, request.scope["query_string"], principal.role if principal else "")
    sent: dict[str, str] = {}

    async def regions() -> dict[str, str]:
        return regions_of(web, await load(), path, principal)

    def changed(now: dict[str, str]) -> bytes:
        fresh = {name: html for name, html in now.items() if sent.get(name) != html}
        sent.update(fresh)
        return frame("regions", fresh) if fresh else KEEP_ALIVE_COMMENT

    async def made(since: float) -> bytes:
        return changed(await web.rendered.get(shared, regions, since=since))

    loop = asyncio.get_running_loop()
    with web.broadcast.watching(wants) as viewer, suppress(Problem):  # gone while looked at: the next load says so
        yield b"retry: 2000\n\n" + await made(loop.time())
        async for portion in web.broadcast.portions(viewer, pause=REGIONS_PAUSE):
            rendering_at = loop.time()
            yield await made(portion.offered_at) if portion.changes else KEEP_ALIVE_COMMENT
            await asyncio.sleep(min((loop.time() - rendering_at) * REST_FACTOR, LONGEST_REST))


def error_page(web: Web, request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """What a person sees when something did not work; who is not logged in is sent to the login."""
    if problem.name == "not-authenticated" and request.scope["method"] in {"GET", "HEAD"}:
        path = request.scope["path"]
        query = request.scope["query_string"].decode("latin-1")
        address = path + (f"?{query}" if query else "")
        return Response(b"", status_code=303, headers={"Location": "/login?" + urlencode({"next": address})})
    kind = problems.KINDS[problem.name]
    values = {"title": kind.title, "problem": problem, "kind": kind}
    response = render(web, request, View(template="problem.html", values=values), status=problem.status)
    response.headers.update(problem.headers)
    return response
