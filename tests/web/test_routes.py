from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from pluglot.web.context import web_for
from pluglot.web.security import ADMIN, HEADERS, OPERATOR, PUBLIC, RANKS, REGISTRAR, VIEWER, protected
from pluglot.web.server import litestar_app
from tests.web.conftest import admit_roles
from tests.web.house import MemoryHouse, memory_house
from tests.web.sample import sample_house


@pytest.fixture(scope="module")
def memory() -> MemoryHouse:
    """One house for all walks: a refused request changes nothing, and that is part of what is tested."""
    memory = sample_house(datetime.now(UTC))
    admit_roles(memory)
    return memory


@pytest.fixture(scope="module")
def app(memory: MemoryHouse) -> ASGIApp:
    return protected(litestar_app(web_for(memory.house)))


SAMPLES = {
    "station_id": "HB-WESER-1",
    "transaction_id": "5c1e4a7f-2b64",
    "action": "Reset",
    "type_": "ISO14443",
    "id_token": "04A1B2C3",
    "message_id": "1",
    "name": "not-found",
    "secret": "x",
}


def _routes() -> Iterator[tuple[str, str, str]]:
    """Every route of the application: method, address with sample parameters, declared right."""
    app: Litestar = litestar_app(web_for(memory_house().house))
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route} is of a kind this test does not know"
        address = route.path
        for name, parameter in route.path_parameters.items():
            address = address.replace("{" + parameter.full + "}", SAMPLES[name])
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                yield str(method), address, handler.opt["right"]


ROUTES = sorted(set(_routes()))
#: All but the stream, which does not end; test_live looks at its headers.
ENDING = [route for route in ROUTES if route[1] != "/api/v1/live"]


def _status_for(method: str, address: str, client: httpx.AsyncClient) -> Any:
    return client.request(method, address, json={} if address.startswith("/api/") else None)


def test_every_route_declares_a_known_right() -> None:
    """No route is without a right, and only these stand open to everybody."""
    assert {right for _, _, right in ROUTES} == {PUBLIC, VIEWER, OPERATOR, REGISTRAR, ADMIN}
    opened = {address for _, address, right in ROUTES if right == PUBLIC}
    assert opened == {
        "/api/v1/openapi.json",
        "/assets/not-found",
        "/health/live",
        "/health/ready",
        "/login",
        "/logout",
        "/metrics",
        "/problems/not-found",
        "/static/not-found",
        "/welcome/x",
    }
    writing = {(method, right) for method, _, right in ROUTES if method not in {"GET", "HEAD"}}
    assert (VIEWER not in {right for _, right in writing}) and ("POST", OPERATOR) in writing


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(("method", "address", "right"), ROUTES)
async def test_nobody_passes_without_a_session(
    anyone: httpx.AsyncClient, memory: MemoryHouse, method: str, address: str, right: str
) -> None:
    """Without credentials, with foreign ones and with a made-up session every route but the open ones refuses."""
    if right == PUBLIC:
        assert (await _status_for(method, address, anyone)).status_code != 401
        return
    before = dict(memory.lists.all_stations)
    for headers in ({}, {"Cookie": "pluglot_session=made-up"}, {"Authorization": "Bearer " + "z" * 40}):
        answer = await anyone.request(method, address, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert before == memory.lists.all_stations
    assert memory.operations.sent == []


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("method", "address", "right"), [route for route in ROUTES if route[2] in {OPERATOR, REGISTRAR, ADMIN}]
)
async def test_too_few_rights_are_refused(
    viewer: httpx.AsyncClient,
    operator: httpx.AsyncClient,
    memory: MemoryHouse,
    method: str,
    address: str,
    right: str,
) -> None:
    """Whoever has a lower role than the route declares is refused and told which role it needs."""
    for client, role in ((viewer, VIEWER), (operator, OPERATOR)):
        if RANKS[role] < RANKS[right]:
            answer = await _status_for(method, address, client)
            assert answer.status_code == 403
            assert answer.json()["type"] == "/problems/not-allowed"
            assert answer.json()["rule"] == (ADMIN if right == REGISTRAR else right)
    assert memory.operations.sent == []


@pytest.mark.requirement("UI-02")
@pytest.mark.parametrize(("method", "address", "right"), [*ENDING, ("GET", "/nothing", ""), ("BREW", "/", "")])
async def test_every_answer_carries_the_protecting_headers(
    admin: httpx.AsyncClient, method: str, address: str, right: str
) -> None:
    """Pages, API, files, refusals and errors: each answer has the policy, nosniff and frame denial."""
    del right
    stream_free = {"Accept": "text/html, application/json"}
    answer = await admin.request(method, address, headers=stream_free)
    for name, value in HEADERS:
        assert answer.headers[name.decode()] == value.decode(), (method, address, answer.status_code)
    policy = answer.headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "cache-control" in answer.headers
