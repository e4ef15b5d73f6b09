from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from litestar.types import ASGIApp

from pluglot.store.base import ApiTokenRecord
from pluglot.web.access import digest
from pluglot.web.context import web_for
from pluglot.web.security import protected
from pluglot.web.server import Serving, litestar_app, serve
from tests.web.house import MemoryHouse, at_once
from tests.web.sample import sample_house

ROLES = ("viewer", "operator", "admin")


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer token-of-{role}-{'x' * 32}"}


def admit_roles(memory: MemoryHouse) -> None:
    """Give the house a bearer token per role."""
    for role in ROLES:
        key = digest(bearer(role)["Authorization"].removeprefix("Bearer "))
        token = ApiTokenRecord(name=role, role=role, digest=key, created_at=datetime.now(UTC))
        at_once(memory.people.save_api_token(token))


@pytest.fixture
def memory() -> MemoryHouse:
    memory = sample_house(datetime.now(UTC))
    admit_roles(memory)
    return memory


@pytest.fixture
async def serving(memory: MemoryHouse) -> AsyncIterator[Serving]:
    serving = await serve(memory.house, "127.0.0.1", 0)
    yield serving
    await serving.stop()


@pytest.fixture
async def app(memory: MemoryHouse) -> AsyncIterator[ASGIApp]:
    web = web_for(memory.house)
    await web.broadcast.start()
    yield protected(litestar_app(web))
    await web.broadcast.stop()


async def client(app: ASGIApp, headers: dict[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://pluglot.test", headers=headers) as client:
        yield client


@pytest.fixture
async def anyone(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async for given in client(app):
        yield given


@pytest.fixture
async def viewer(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async for given in client(app, bearer("viewer")):
        yield given


@pytest.fixture
async def operator(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async for given in client(app, bearer("operator")):
        yield given


@pytest.fixture
async def admin(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async for given in client(app, bearer("admin")):
        yield given
