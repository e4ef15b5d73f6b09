"""Live changes for programs, as server-sent events with JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from pluglot.csms import facts as happened
from pluglot.web.api.shapes import meter_value_shape, station_shape, transaction_shape
from pluglot.web.context import Web
from pluglot.web.live import Change, as_frames, frame
from pluglot.web.problems import Problem
from pluglot.web.security import VIEWER

EVENT_STREAM = "text/event-stream"


def _readings(fact: happened.MeterValuesReported) -> Any:
    return {"items": [meter_value_shape(fact.station_id, fact.evse_id, reading) for reading in fact.readings]}


def _message(fact: happened.MessageExchanged) -> Any:
    """A message without its frames: those are fetched by id by whoever wants them."""
    names = ("id", "at", "direction", "action", "outcome", "error_code", "latency_ms")
    told = {name: getattr(fact.message, name) for name in names}
    return {
        "stationId": fact.message.station_id,
        "ocppVersion": fact.message.ocpp_version,
        "houseAction": fact.message.house_action,
        "losses": len(fact.message.losses),
        "errorCode": told.pop("error_code"),
        "latencyMs": told.pop("latency_ms"),
        **told,
    }


#: How each kind of change is told, from its fact; the station's own are read from the picture.
SAID: dict[str, Callable[[Any], Any]] = {
    "transaction": lambda fact: transaction_shape(fact.transaction),
    "readings": _readings,
    "message": _message,
    "event": lambda fact: fact.event,
    "stranger": lambda fact: fact.stranger,
    "resync": lambda _: {},
}


def said(web: Web, change: Change) -> Iterable[bytes]:
    """The events one change becomes."""
    if change.kind == "station":
        station_id = change.station_id or ""
        station = web.picture.stations.get(station_id)
        if station is None:
            yield frame("station-removed", {"id": station_id})
        else:
            yield frame("station", station_shape(station))
    elif change.kind in SAID:
        yield frame(change.kind, SAID[change.kind](change.fact))


@get("/live", opt={"right": VIEWER}, tags=["live"], summary="Follow changes as server-sent events")
async def live(
    web: NamedDependency[Web],
    kinds: FromQuery[str | None] = None,
    station_id: Annotated[str | None, QueryParameter(name="stationId")] = None,
) -> Stream:
    """Changes from now on: `station`, `transaction`, `message`, `event`, `stranger`, `readings`.

    A slow reader gets the latest of each thing and skips what lay between; `resync` says that lists must be read
    again. `kinds` (comma separated) and `stationId` narrow the stream. It ends now and then; open it anew, as event
    sources do by themselves.
    """
    wanted = frozenset((kinds or "").split(",")) - {""}
    known = frozenset({"station", *SAID})
    if wanted - known:
        rule = "some of " + ", ".join(sorted(known))
        raise Problem("invalid-query", f"kinds: {rule}", field="kinds", rule=rule)
    await web.picture.current()

    def wants(change: Change) -> bool:
        return (not wanted or change.kind in wanted) and station_id in (None, change.station_id)

    return event_stream(web, wants, lambda change: said(web, change))


def event_stream(web: Web, wants: Callable[[Change], bool], saying: Callable[[Change], Iterable[bytes]]) -> Stream:
    """One viewer's stream of server-sent events."""
    if web.broadcast.is_full:
        raise Problem("not-ready", "too many live viewers")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return Stream(as_frames(web.broadcast, wants, saying), media_type=EVENT_STREAM, headers=headers)
