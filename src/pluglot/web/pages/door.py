"""At the door: strangers and refusals; adopting one gives it credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from pluglot.csms import registering
from pluglot.csms.records import StrangerRecord
from pluglot.web.api.lists import Asked, asked, page_of
from pluglot.web.base import AlreadyRegistered, InvalidInput, StationCredential
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages.view import View, render, respond
from pluglot.web.security import REGISTRAR, VIEWER

#: Why somebody was not let in, in words.
REASONS = {
    "unknown": "Not registered",
    "wrong-password": "Wrong password",
    "wrong-profile": "Other security profile than registered",
    "unsupported-subprotocol": "No OCPP version in common",
    "duplicate-link": "Already connected",
    "throttled": "Too many attempts",
    "bad-identity": "No identity of a station",
    "origin": "A web page that may not connect as a station",
}


def _concerns(change: Change) -> bool:
    return change.kind in {"stranger", "station", "resync"}


@get("/door", opt={"right": VIEWER}, include_in_schema=False)
async def door(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Who was not let in, newest first."""
    wanted = asked(request, "strangers")

    async def load() -> View:
        return await _view(web, wanted, dict(request.query_params.items()))

    return await respond(web, request, load, _concerns)


async def _view(web: Web, wanted: Asked, query: Mapping[str, str], **values: Any) -> View:
    page = await page_of(web.house.lists.strangers, wanted, filtered=False)
    plain: dict[str, Any] = {"credential": None, "wrong": "", "known": "", "draft": {}, "live": True}
    listed = {
        "page": page,
        "registered": await _registered(web, page.items),
        "unfit": {one.identity: wrong.rule for one in page.items if (wrong := _unfit(one))},
    }
    return View(
        template="door.html",
        values=plain | listed | {"title": "At the door", "query": query, "reasons": REASONS} | values,
    )


async def _registered(web: Web, strangers: Sequence[StrangerRecord]) -> set[str]:
    """Who of those refused is a station: refused for another reason than being unknown, so never to be adopted."""
    return {
        identity
        for identity in {one.identity for one in strangers}
        if await web.house.operations.station(identity) is not None
    }


def _unfit(stranger: StrangerRecord) -> registering.Mistake | None:
    return registering.wrong_identity(stranger.identity)


@post("/door/adopt", opt={"right": REGISTRAR}, status_code=200, include_in_schema=False)
async def adopt(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Register a new station, a stranger or one named by hand, and show its password, this once."""
    form = {str(key): str(value) for key, value in (await request.form()).items()}
    identity, password = form.get("identity", ""), form.get("password") or None
    shown: dict[str, Any] = {"live": False}  # a page of this address has no stream: it is only sent to
    status = 200
    try:
        credential: StationCredential = await web.house.operations.register_station(
            identity, security_profile=1, password=password, note=None, only_new=True
        )
        shown |= {"credential": credential}
    except AlreadyRegistered as known:
        shown |= {"known": known.station_id}
        status = 409
    except InvalidInput as wrong:
        shown |= {"wrong": f"{wrong.field}: {wrong.rule}", "draft": {"identity": identity}}
        status = 422
    return render(web, request, await _view(web, Asked({}, 50, None), {}, **shown), status=status)


HANDLERS = (door, adopt)
