"""At the door: strangers and refusals; adopting one gives it credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from pluglot.web.api.lists import Asked, asked, page_of
from pluglot.web.base import InvalidInput, StationCredential
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
    plain: dict[str, Any] = {"credential": None, "wrong": "", "draft": {}, "live": True}
    return View(
        template="door.html",
        values=plain | {"title": "At the door", "page": page, "query": query, "reasons": REASONS} | values,
    )


@post("/door/adopt", opt={"right": REGISTRAR}, status_code=200, include_in_schema=False)
async def adopt(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Register a station, a stranger or one named by hand, and show its password, this once."""
    form = {str(key): str(value) for key, value in (await request.form()).items()}
    identity, password = form.get("identity", ""), form.get("password") or None
    everyone = Asked({}, 50, None)
    try:
        credential: StationCredential = await web.house.operations.register_station(
            identity, security_profile=1, password=password, note=None
        )
    except InvalidInput as wrong:
        view = await _view(web, everyone, {}, wrong=f"{wrong.field}: {wrong.rule}", draft={"identity": identity})
        return render(web, request, view, status=422)
    return render(web, request, await _view(web, everyone, {}, credential=credential))


HANDLERS = (door, adopt)
