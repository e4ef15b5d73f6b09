"""Calls: put a 2.1 request to a station of any version, and say what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.messages.action import Action, Sender
from pluglot.messages.actions import ACTIONS
from pluglot.web.api.shapes import CallAnswerShape
from pluglot.web.base import CallOutcome
from pluglot.web.context import Web, asker
from pluglot.web.problems import Problem
from pluglot.web.security import OPERATOR
from pluglot.web.text import short

#: What a CSMS may ask of a station, by name.
CALLS: Mapping[str, Action] = {name: row for name, row in ACTIONS.items() if Sender.CSMS in row.sender}

#: A field may be named by its sender; no longer than this.
LONGEST_FIELD = 200

#: How each outcome but *answered* is told.
PROBLEMS: Mapping[str, str] = {
    "offline": "station-offline",
    "timed-out": "station-timed-out",
    "left": "station-left",
    "refused": "station-refused",
    "not-supported": "not-supported",
    "not-accepted": "station-not-accepted",
    "invalid": "invalid-input",
}
#: Outcomes after which something may have reached the station: the same key must not send it again.
SENT = frozenset({"answered", "timed-out", "left", "refused"})


@post(
    "/stations/{station_id:str}/calls/{action:str}",
    opt={"right": OPERATOR},
    status_code=200,
    include_in_schema=False,  # described per action, with its own schema, in ``openapi``
)
async def call_station(
    station_id: FromPath[str], action: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> CallAnswerShape:
    """Put a 2.1 request to a station and answer with the station's own answer in 2.1."""
    if action not in CALLS:
        raise Problem("unknown-action", f"{action!r} is not a request of a CSMS", field="action", rule="a 2.1 request")
    payload = _payload(await request.body())
    outcome = await carry_out(
        web, station_id, action, payload, actor=asker(request).name, key=request.headers.get("idempotency-key")
    )
    return answer_of(outcome)


def what_is_asked(station_id: str, action: str, payload: dict[str, Any]) -> bytes:
    """By which a repetition is told from another command."""
    return msgspec.json.encode([station_id, action, payload])


async def carry_out(
    web: Web,
    station_id: str,
    action: str,
    payload: dict[str, Any],
    *,
    actor: str,
    key: str | None,
    keep_all: bool = False,
) -> CallOutcome:
    """Call a station once per key, whoever clicks twice (UI-05); raises Problem for an unknown station."""

    async def call() -> CallOutcome:
        outcome: CallOutcome = await web.house.operations.call(station_id, action, payload, actor=actor)
        return outcome

    if await web.house.operations.station(station_id) is None:
        raise Problem("unknown-station", field="stationId", rule="a registered station")
    what = what_is_asked(station_id, action, payload)
    outcome: CallOutcome = await web.idempotency.once(
        actor, key, what, call, keep=lambda outcome: keep_all or outcome.kind in SENT
    )
    return outcome


def answer_of(outcome: CallOutcome) -> CallAnswerShape:
    """The answer of an answered call; every other outcome is its own problem."""
    if outcome.kind == "answered":
        return CallAnswerShape(
            response=outcome.response or {},
            losses=list(outcome.losses),
            latency_ms=outcome.latency_ms,
            message_log_id=outcome.message_log_id,
        )
    detail = outcome.description or ""
    if outcome.kind == "invalid":
        field = short(outcome.path or "body", LONGEST_FIELD)
        raise Problem("invalid-input", f"{field}: {detail}" if detail else "", field=field, rule=detail or outcome.code)
    raise Problem(
        PROBLEMS.get(outcome.kind, "server-error"),
        detail,
        code=outcome.code,
        field=outcome.path,
        losses=list(outcome.losses) or None,
        messageLogId=outcome.message_log_id,
    )


def _payload(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty request."""
    try:
        payload = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Problem("malformed-body", str(wrong)[:200]) from None
    if not isinstance(payload, dict):
        raise Problem("malformed-body", "the payload of a request is a JSON object")
    return payload
