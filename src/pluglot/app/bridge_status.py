"""The status of a bridge for people and programs: a plain page, a small API and metrics; it can only be looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Any, Final

import msgspec
from aiohttp import web

from pluglot.app.bridged import Bridged, Shared
from pluglot.app.clock import utc_now
from pluglot.app.side_door import open_side_door
from pluglot.bridge import SetAside, set_aside
from pluglot.dialects.losses import Loss
from pluglot.telemetry import escaped

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: Stations on one page or in one answer.
PAGE: Final = 500
#: Messages that were set aside in one answer; they are whole and may be long.
SET_ASIDE_PAGE: Final = 50
_LONGEST_NUMBER: Final = 6
LONGEST_VALUE: Final = 200
_SETTINGS: Final = frozenset({"ChangeConfiguration", "SetNetworkProfile", "SetVariables"})
_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: anywhere; }
"""  # noqa: E501 - a rule of a style sheet stands on one line


class BridgeStatus:
    """Tells how things stand."""

    def __init__(self, shared: Shared, stations: Mapping[str, Bridged]) -> None:
        self._shared = shared
        self._stations = stations

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(client_max_size=1024)
        application.add_routes(
            [
                web.get("/", self.page),
                web.get("/style.css", self.style),
                web.get("/api/v1/stations", self.stations),
                web.get("/api/v1/stations/{identity}", self.station),
                web.get("/api/v1/stations/{identity}/set-aside", self.set_aside),
                web.get("/health", self.health),
                web.get("/metrics", self.metrics),
            ]
        )
        application.on_response_prepare.append(_protect)
        return application

    async def stations(self, request: web.Request) -> web.Response:
        """All stations in pages, the newest link last; ``after`` names the last one of the page before."""
        names = sorted(self._stations)
        after = request.query.get("after", "")
        chosen = [name for name in names if name > after][:PAGE]
        content: dict[str, Any] = {"items": [self._shown(self._stations[name]) for name in chosen]}
        if chosen and chosen[-1] != names[-1]:
            content["nextAfter"] = chosen[-1]
        return _json(content)

    async def station(self, request: web.Request) -> web.Response:
        """One station, with the losses it had last."""
        station = self._stations.get(request.match_info["identity"])
        return _unknown() if station is None else _json(self._shown(station))

    async def set_aside(self, request: web.Request) -> web.Response:
        """The messages of a station that were given up, in whole, the newest first; ``after`` skips as many."""
        identity = request.match_info["identity"]
        after = request.query.get("after", "0")
        if identity not in self._stations:
            return _unknown()
        if not after.isdecimal():
            problem = {"status": 422, "title": "The parameter after must be a number."}
            return _json(problem, status=422, content_type="application/problem+json")
        memory = await self._shared.journal.load(identity)
        found = sorted((one for _, one in set_aside(memory.states)), key=_when, reverse=True)
        begin = int(after[:_LONGEST_NUMBER])
        content: dict[str, Any] = {"items": found[begin : begin + SET_ASIDE_PAGE]}
        if len(found) > begin + SET_ASIDE_PAGE:
            content["nextAfter"] = begin + SET_ASIDE_PAGE
        return _json(content)

    async def health(self, _: web.Request) -> web.Response:
        """The program runs and can keep what it must; else why not."""
        trouble = self._shared.journal.trouble
        if trouble is not None:
            return _json({"status": "not ready", "reason": trouble}, status=503)
        return _json({"status": "ok"})

    async def metrics(self, _: web.Request) -> web.Response:
        """Everything counted, for Prometheus."""
        stations = list(self._stations.values())
        self._shared.telemetry.count_links(
            [str(one.station_version) for one in stations if one.down is not None],
            uplinks=sum(one.up is not None for one in stations),
            queued=sum(one.queue_length for one in stations),
            set_aside=sum(one.set_aside_count for one in stations),
        )
        return web.Response(body=self._shared.telemetry.render(), content_type="text/plain", charset="utf-8")

    async def style(self, _: web.Request) -> web.Response:
        """The style of the page."""
        return web.Response(text=_STYLE, content_type="text/css")

    async def page(self, request: web.Request) -> web.Response:
        """The stations and their last losses, for people."""
        names = [name for name in sorted(self._stations) if name > request.query.get("after", "")]
        stations = [self._stations[name] for name in names[:PAGE]]
        return web.Response(text=self._html(stations), content_type="text/html")

    # --- what is shown -----------------------------------------------------------------------------------------

    def _shown(self, station: Bridged) -> dict[str, Any]:
        status = None if station.joint is None else station.joint.registration.status
        return {
            "id": station.identity,
            "mode": self._shared.policy.hop_mode.value,
            "stationVersion": station.station_version,
            "csmsVersion": self._shared.version,
            "stationConnected": station.down is not None,
            "uplinkConnected": station.up is not None,
            "registration": status,
            "queueLength": station.queue_length,
            "setAsideCount": station.set_aside_count,
            "since": station.since,
            "lossCount": station.lost_count,
            "recentLosses": [_bounded(noted) for noted in reversed(station.losses)],
        }

    def _html(self, stations: list[Bridged]) -> str:
        rows = "".join(self._row(station) for station in stations)
        recent = sorted(
            ((noted.at, station.identity, noted.loss) for station in stations for noted in station.losses),
            key=lambda one: one[0],
            reverse=True,
        )[:PAGE]
        losses = "".join(
            _cells(at.isoformat(timespec="seconds"), identity, loss.action, loss.field, _value(loss), loss.reason)
            for at, identity, loss in recent
        )
        told = f"{len(self._stations)} stations reach {self._shared.to} as OCPP {self._shared.version.value}"
        return _PAGE.format(
            summary=_safe(f"{told}, mode {self._shared.policy.hop_mode.value}."),
            stations=rows or '<tr><td colspan="8">No station has connected since the bridge started.</td></tr>',
            losses=losses or '<tr><td colspan="6">Nothing was lost.</td></tr>',
            now=_safe(utc_now().isoformat(timespec="seconds")),
        )

    def _row(self, station: Bridged) -> str:
        shown = self._shown(station)
        return _cells(
            station.identity,
            f"{shown['stationVersion'] or 'unknown'} to {self._shared.version.value}",
            "connected" if shown["stationConnected"] else "away",
            "connected" if shown["uplinkConnected"] else "away",
            shown["registration"] or "unknown",
            shown["queueLength"],
            shown["setAsideCount"],
            shown["lossCount"],
        )


_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>pluglot bridge</title><link rel="stylesheet" href="/style.css"></head>
<body>
<h1>Bridge</h1>
<p>{summary}</p>
<table><caption>Stations</caption>
<thead><tr><th scope="col">Station</th><th scope="col">OCPP</th><th scope="col">Station link</th>
<th scope="col">Uplink</th><th scope="col">Registration</th><th scope="col" class="number">Kept messages</th>
<th scope="col" class="number">Set aside</th><th scope="col" class="number">Losses</th></tr></thead>
<tbody>{stations}</tbody></table>
<table><caption>What could not be said in the other version lately</caption>
<thead><tr><th scope="col">When</th><th scope="col">Station</th><th scope="col">Message</th><th scope="col">Field</th>
<th scope="col">Value</th><th scope="col">Why</th></tr></thead>
<tbody>{losses}</tbody></table>
<p>As of {now}. <a href="/api/v1/stations">As JSON</a>, <a href="/metrics">metrics</a>.</p>
</body></html>
"""


def _unknown() -> web.Response:
    problem = {"status": 404, "title": "No such station was seen since the bridge started."}
    return _json(problem, status=404, content_type="application/problem+json")


def _when(one: SetAside) -> float:
    return 0.0 if one.at is None else one.at.timestamp()


def _cells(*values: Any) -> str:
    cells = (
        f'<td class="number">{value}</td>' if isinstance(value, int) else f"<td>{_safe(value)}</td>" for value in values
    )
    return f"<tr>{''.join(cells)}</tr>"


def _safe(text: Any) -> str:
    """Text of peers as text: no markup, no control characters."""
    return escape(escaped(str(text)))


def _value(loss: Loss) -> str:
    """The value that was lost, in bounds; settings may be passwords and are not shown (PWD-06)."""
    if loss.action in _SETTINGS:
        return "…"
    value = loss.value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _bounded(noted: Any) -> dict[str, Any]:
    loss = noted.loss
    return {
        "at": noted.at,
        "action": loss.action,
        "field": loss.field,
        "value": _value(loss),
        "reason": loss.reason,
    }


def _json(content: Any, *, status: int = 200, content_type: str = "application/json") -> web.Response:
    return web.Response(body=msgspec.json.encode(content), status=status, content_type=content_type)


async def _protect(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def serve_status(status: BridgeStatus, host: str, port: int) -> tuple[Callable[[], Awaitable[None]], str]:
    """Open the status page; returns what closes it, and its address.

    Raises:
        AddressInUse: another program has the port.
        CannotListen: the address cannot be used for another reason.
    """
    stop, port = await open_side_door(status.application(), host, port)
    return stop, f"http://{host}:{port}/"
