"""Commands: forms from the message types, one set for all versions, and the station's answer in words."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.csms.secrecy import without_secrets
from pluglot.messages.action import Action
from pluglot.web.api.calls import CALLS, SENT, carry_out, what_is_asked
from pluglot.web.base import CallOutcome
from pluglot.web.context import Web, asker
from pluglot.web.idempotency import LONGEST_KEY
from pluglot.web.pages import forms
from pluglot.web.pages.frames import lines
from pluglot.web.pages.station import concerns, frame_values
from pluglot.web.pages.view import View, render, respond, segment
from pluglot.web.problems import Problem
from pluglot.web.security import OPERATOR, VIEWER

#: The functional blocks of the specification, as people look for them.
BLOCKS = {
    "F": "Remote control",
    "G": "Availability",
    "B": "Provisioning",
    "C": "Authorization",
    "D": "Local list",
    "H": "Reservation",
    "E": "Transactions",
    "K": "Smart charging",
    "I": "Tariff and cost",
    "L": "Firmware",
    "A": "Security",
    "M": "Certificates",
    "N": "Diagnostics",
    "O": "Display",
    "P": "Data transfer",
    "Q": "Bidirectional power",
    "R": "DER control",
    "S": "Battery swap",
}
#: What was filled in is kept in the address after sending, up to this length.
LONGEST_REFILL = 1500
#: Statuses of answers that mean the station did, or will do, what it was asked.
GOOD = frozenset({"Accepted", "Unlocked", "Scheduled", "RebootRequired", "Processing", "AcceptedWithDeviation"})

_WORDS = {
    "offline": "The station is away; nothing was sent.",
    "timed-out": "The station did not answer in time. It may have acted; look before repeating.",
    "left": "The station was asked, but its answer is not known. It may have acted; look before repeating.",
    "refused": "The station answered with an error.",
    "not-supported": "The station's version cannot say this; nothing was sent.",
    "not-accepted": "The station is not accepted; nothing was sent.",
    "invalid": "The request is not valid; nothing was sent.",
}


def blocks() -> list[tuple[str, list[Action]]]:
    """All calls by block, in the order people look for them."""
    by_block: dict[str, list[Action]] = {}
    for action in CALLS.values():
        by_block.setdefault(action.block, []).append(action)
    order = [*BLOCKS, *sorted(set(by_block) - set(BLOCKS))]
    return [(BLOCKS.get(block, block), by_block[block]) for block in order if block in by_block]


def in_words(action: str, outcome: CallOutcome) -> tuple[str, bool]:
    """What the station answered, as a sentence, and whether it went well."""
    if outcome.kind != "answered":
        return _WORDS.get(outcome.kind, outcome.kind), False
    response = outcome.response or {}
    status = response.get("status")
    reason = (
        (response.get("statusInfo") or {}).get("reasonCode") if isinstance(response.get("statusInfo"), dict) else None
    )
    if not isinstance(status, str):
        return f"The station answered {action}.", True
    return f"{action}: {forms.label(status).lower()}" + (f", because {reason}." if reason else "."), status in GOOD


@get("/stations/{station_id:str}/commands", opt={"right": VIEWER}, include_in_schema=False)
async def command_list(
    station_id: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """What can be asked of a station."""

    async def load() -> View:
        values = await frame_values(web, station_id, "Commands")
        return View(template="station_commands.html", values=values | {"blocks": blocks()})

    return await respond(web, request, load, concerns(station_id, "transaction"))


@get("/stations/{station_id:str}/commands/{action:str}", opt={"right": VIEWER}, include_in_schema=False)
async def command_form(
    station_id: FromPath[str], action: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """The form of one command, filled in from the address, and what came of the last one."""
    values = {key: value for key, value in request.query_params.items() if not key.startswith("_")}
    after = request.query_params.get("_answer", "")
    outcome: CallOutcome | None = web.idempotency.outcome(asker(request).name, after)

    async def load() -> View:
        return await _form(web, station_id, action, _suggested(action, values), outcome=outcome, after=after)

    return await respond(web, request, load, concerns(station_id, "transaction"))


def _suggested(action: str, values: dict[str, str]) -> dict[str, str]:
    """Fill in ids that mean nothing to people."""
    known = CALLS.get(action)
    names = {} if known is None else {field.path: field for field in forms.fields(known.request, {})}
    return {
        name: str(secrets.randbelow(2**31 - 1)) for name in ("remoteStartId", "requestId") if name in names
    } | values


async def _form(
    web: Web,
    station_id: str,
    action: str,
    values: Mapping[str, str],
    *,
    outcome: CallOutcome | None = None,
    errors: Mapping[str, str] | None = None,
    as_json: str = "",
    after: str = "",
) -> View:
    known = CALLS.get(action)
    if known is None:
        raise Problem("unknown-action")
    errors = dict(errors or {})
    words, went_well = in_words(action, outcome) if outcome else ("", False)
    fields = forms.fields(known.request, values, errors)
    page = {
        "title": f"{action} · {station_id}",
        "action": known,
        "fields": fields,
        "key": secrets.token_urlsafe(16),
        "after": after[:LONGEST_KEY],
        "outcome": outcome,
        "words": words,
        "went_well": went_well,
        "frames": await _frames(web, station_id, action, outcome),
        "losses": [_as_dict(loss) for loss in (outcome.losses if outcome else ())],
        "answer_lines": lines(json.dumps(outcome.response, default=str)) if outcome and outcome.response else [],
        "wrong": "; ".join(f"{path}: {rule}" for path, rule in errors.items()),
        "as_json": as_json,
    }
    return View(template="station_command.html", values=await frame_values(web, station_id, "Commands") | page)


async def _frames(web: Web, station_id: str, action: str, outcome: CallOutcome | None) -> str | None:
    """Where the frames of an outcome are shown; None when nothing was sent."""
    if outcome is None or outcome.kind not in SENT:
        return None
    if outcome.message_log_id is not None:
        return f"/messages/{outcome.message_log_id}"
    filters = {"stationId": station_id, "direction": "out"}
    latest = await web.house.lists.messages(filters=filters, limit=10, cursor=None)
    found = (message.id for message in latest.items if action in (message.house_action, message.action))
    message_id = next(found, None)
    return f"/messages/{message_id}" if message_id is not None else f"/stations/{segment(station_id)}/messages"


def _as_dict(loss: Any) -> dict[str, Any]:
    """A loss, whether it came as a record or as JSON."""
    names = ("field", "value", "reason")
    return loss if isinstance(loss, dict) else {name: getattr(loss, name, None) for name in names}


@post(
    "/stations/{station_id:str}/commands/{action:str}",
    opt={"right": OPERATOR},
    status_code=200,
    include_in_schema=False,
)
async def send_command(
    station_id: FromPath[str], action: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """Send what was filled in, once, however often the button was pressed; then show the answer."""
    known = CALLS.get(action)
    if known is None:
        raise Problem("unknown-action")
    form = {str(key): str(value) for key, value in (await request.form()).items()}
    if (changed := forms.changed(form)) is not None:
        return render(web, request, await _form(web, station_id, action, changed))
    filled_in = {key: value for key, value in form.items() if not key.startswith("_")}
    try:
        payload = _from_json(form["_json"]) if "_json" in form else forms.payload(known.request, filled_in)
    except forms.BadForm as bad:
        return await _again(web, request, station_id, action, form, {bad.field: bad.rule})
    actor, key = asker(request).name, (form.get("_key") or secrets.token_urlsafe(16))[:LONGEST_KEY]
    if web.idempotency.is_second_click(actor, form.get("_after", ""), what_is_asked(station_id, action, payload)):
        key = form["_after"]
    outcome = await carry_out(web, station_id, action, payload, actor=actor, key=key, keep_all=True)
    if outcome.kind == "invalid":
        rule = outcome.description or outcome.code or "not valid"
        return await _again(web, request, station_id, action, form, {outcome.path or "request": rule})
    location = f"/stations/{segment(station_id)}/commands/{segment(action)}?_answer={segment(key)}"
    if without_secrets(payload) != payload:
        return Response(b"", status_code=303, headers={"Location": location})  # PWD-06: addresses are kept by browsers
    again = urlencode({name: value for name, value in filled_in.items() if value and "password" not in name.lower()})
    if again and len(again) <= LONGEST_REFILL:
        location = f"{location}&{again}"
    return Response(b"", status_code=303, headers={"Location": location})


async def _again(
    web: Web,
    request: Request[Any, Any, Any],
    station_id: str,
    action: str,
    form: Mapping[str, str],
    errors: dict[str, str],
) -> Response[Any]:
    """The form once more, with what was filled in and what is wrong with it."""
    values = {key: value for key, value in form.items() if not key.startswith("_")}
    view = await _form(web, station_id, action, values, errors=errors, as_json=form.get("_json", ""))
    return render(web, request, view, status=422)


def _from_json(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise forms.BadForm("JSON", "cannot be read") from None
    if not isinstance(payload, dict):
        raise forms.BadForm("JSON", "the payload of a request is an object")
    return payload


HANDLERS = (command_list, command_form, send_command)
