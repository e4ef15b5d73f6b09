"""The control API of simulated stations: plug in, show a token, unplug, look; JSON over HTTP on loopback."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from pluglot.app.csms import ip_address_is_loopback
from pluglot.app.side_door import open_side_door
from pluglot.app.station import Station
from pluglot.csms.registering import TOKEN_TYPES
from pluglot.messages import IdToken
from pluglot.simulation import Fleet
from pluglot.station import Engine
from pluglot.web.api.tokens import LONGEST_TOKEN

LARGEST_BODY: Final = 16 * 1024
#: What a driver may show; a station may charge whoever comes.
_SHOWN_TYPES: Final = (*TOKEN_TYPES, "NoAuthorization")
PROBLEMS: Final = {403: web.HTTPForbidden, 404: web.HTTPNotFound, 422: web.HTTPUnprocessableEntity}


class TokenBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """The token a driver shows."""

    id_token: str
    type: str = "Central"


class Control:
    """Carries out what a tester asks of the stations of one program."""

    def __init__(self, stations: Mapping[str, Station], host: str) -> None:
        self._stations = stations
        self._on_loopback = ip_address_is_loopback(host)
        self._fleet = Fleet(secrets.SystemRandom().random)

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/stations", self.all),
                web.get("/stations/{id}", self.one),
                web.post("/stations/{id}/evses/{evse}/{action}", self.act),
            ]
        )
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let no page of another site reach the stations through a browser of this machine."""
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            raise _problem(403, "Origin", "must be this control API, or absent")
        if self._on_loopback and not _names_loopback(request.host):
            raise _problem(403, "Host", "must be localhost or an address of loopback")
        return await handler(request)

    async def all(self, _: web.Request) -> web.Response:
        """Every station as it stands."""
        return _json({"items": [shown(name, station) for name, station in self._stations.items()]})

    async def one(self, request: web.Request) -> web.Response:
        """One station as it stands."""
        name = request.match_info["id"]
        return _json(shown(name, self._station(name)))

    async def act(self, request: web.Request) -> web.Response:
        """Let something happen at one EVSE: plug-in, unplug, token, stop, fault or clear-fault."""
        name, action = request.match_info["id"], request.match_info["action"]
        station = self._station(name)
        evse_id = self._evse(station, request.match_info["evse"])
        work = self._work(station, evse_id, action, await request.read())
        await station.act(work)
        return _json(shown(name, station))

    def _station(self, name: str) -> Station:
        if name not in self._stations:
            raise _problem(404, "id", "must be a station of this program")
        return self._stations[name]

    @staticmethod
    def _evse(station: Station, text: str) -> int:
        if not text.isdecimal() or int(text) not in station.evses:
            raise _problem(404, "evse", f"must be 1 to {len(station.evses)}")
        return int(text)

    def _work(self, station: Station, evse_id: int, action: str, body: bytes) -> Callable[[Engine, datetime], None]:
        evse = station.evses[evse_id]

        def plug_in(engine: Engine, now: datetime) -> None:
            evse.vehicle = evse.vehicle or self._fleet.arrival()
            engine.plug_in(evse_id, 1, now)
            engine.vehicle_state(evse_id, now, wants_energy=evse.vehicle.wants_energy)

        def unplug(engine: Engine, now: datetime) -> None:
            engine.unplug(evse_id, 1, now)
            evse.vehicle = None

        actions: dict[str, Callable[[Engine, datetime], None]] = {
            "plug-in": plug_in,
            "unplug": unplug,
            "stop": lambda engine, now: engine.stop_button(evse_id, now),
            "fault": lambda engine, now: engine.fault(evse_id, 1, now),
            "clear-fault": lambda engine, now: engine.clear_fault(evse_id, 1, now),
        }
        if action == "token":
            token = _token(body)
            return lambda engine, now: engine.present_token(evse_id, token, now)
        if action not in actions:
            raise _problem(404, "action", f"must be one of {', '.join(sorted([*actions, 'token']))}")
        return actions[action]


def _token(body: bytes) -> IdToken:
    try:
        given = msgspec.json.decode(body, type=TokenBody)
    except msgspec.MsgspecError as error:
        raise _problem(422, "body", f'must be like {{"idToken": "MY-CARD", "type": "Central"}}: {error}') from None
    if not 1 <= len(given.id_token) <= LONGEST_TOKEN or not given.id_token.isprintable():
        raise _problem(422, "idToken", f"must have 1 to {LONGEST_TOKEN} printable characters")
    if given.type not in _SHOWN_TYPES:
        raise _problem(422, "type", f"must be one of {', '.join(_SHOWN_TYPES)}")
    return IdToken(id_token=given.id_token, type=given.type)


def _names_loopback(host: str) -> bool:
    """Whether the Host header is a name of this machine's loopback, so that no foreign name leads here."""
    try:
        name = URL(f"http://{host}").host
    except ValueError:
        return False
    return name is not None and ip_address_is_loopback(name)


def shown(name: str, station: Station) -> dict[str, Any]:
    """A station as the control API tells it."""
    return {
        "id": name,
        "connected": station.is_connected,
        "accepted": station.is_accepted,
        "openTransactions": station.engine.open_transactions,
        "undelivered": station.engine.undelivered,
        "evses": [
            {
                "id": evse.evse_id,
                "pluggedIn": evse.vehicle is not None,
                "charging": evse.contactor_closed,
                "registerWh": float(evse.register_wh),
                "powerW": float(evse.vehicle.power) if evse.vehicle else 0.0,
            }
            for evse in station.evses.values()
        ],
    }


def _json(content: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(content), content_type="application/json")


def _problem(status: int, field: str, rule: str) -> web.HTTPException:
    return PROBLEMS[status](
        text=msgspec.json.encode(
            {"status": status, "field": field, "rule": rule, "title": f"{field}: {rule}"}
        ).decode(),
        content_type="application/problem+json",
    )


async def serve_control(stations: Mapping[str, Station], host: str, port: int) -> Callable[[], Awaitable[None]]:
    """Open the control API; call what is returned to close it.

    Raises:
        AddressInUse: another program has the port.
        CannotListen: the address cannot be used for another reason.
    """
    if not ip_address_is_loopback(host):
        structlog.get_logger("pluglot.station").warning(
            "the control API asks for no password and is served beyond loopback", listen=f"{host}:{port}"
        )
    stop, _ = await open_side_door(Control(stations, host).application(), host, port)
    return stop
