"""Who stands at the door, from the first refusal until it is let in; over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from pluglot.app.csms import CsmsProgram
from pluglot.csms.facts import StationConnected
from pluglot.settings import CsmsSettings
from pluglot.transport import Dialer
from pluglot.transport.client import Refused

ADMIN = "a bearer token of at least 32 characters"
PASSWORD = "correct-horse-battery"
SUBPROTOCOL = ["ocpp2.1"]


@contextlib.asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[CsmsProgram]:
    made = CsmsSettings(database=f"sqlite:///{folder / 'pluglot.db'}", listen="127.0.0.1:0", web="127.0.0.1:0")
    async with CsmsProgram(made, admin_token=ADMIN) as program:
        yield program


def operator(program: CsmsProgram) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {ADMIN}", "Accept": "text/html"}
    return httpx.AsyncClient(base_url=program.serving.url, headers=headers, timeout=30)


async def test_who_was_adopted_and_connects_is_left_in_peace(tmp_path: Path) -> None:
    """A stranger leaves the door when it is registered; adopting it again changes nothing and says so."""
    async with serving(tmp_path) as program, operator(program) as web, Dialer() as dialer:
        with pytest.raises(Refused):
            await dialer.connect(program.station_address, "DOOR1", SUBPROTOCOL, password=PASSWORD)
        assert 'value="DOOR1"' in (await web.get("/door")).text
        registered = await web.put("/api/v1/stations/DOOR1", json={"securityProfile": 1, "password": PASSWORD})
        assert registered.status_code == 201
        assert "DOOR1" not in (await web.get("/door")).text
        link = await dialer.connect(program.station_address, "DOOR1", SUBPROTOCOL, password=PASSWORD)
        again = await web.post("/door/adopt", data={"identity": "DOOR1"})
        assert again.status_code == 409
        assert "DOOR1</bdi> is registered already." in again.text
        assert 'href="/stations/DOOR1"' in again.text
        assert program.links.current("DOOR1") is not None
        await link.close()
        back = await dialer.connect(program.station_address, "DOOR1", SUBPROTOCOL, password=PASSWORD)
        await back.close()


async def test_a_refusal_of_a_station_ends_when_it_is_let_in(tmp_path: Path) -> None:
    """A wrong password is shown as that, with the way to the station and nothing to adopt, until the right one came."""
    async with serving(tmp_path) as program, operator(program) as web, Dialer() as dialer:
        await program.operations.register_station("S-1", security_profile=1, password=PASSWORD, note=None)
        with pytest.raises(Refused):
            await dialer.connect(program.station_address, "S-1", SUBPROTOCOL, password="not the right one")
        page = (await web.get("/door")).text
        assert "Wrong password" in page
        assert 'href="/stations/S-1"' in page
        assert 'value="S-1"' not in page
        async with asyncio.timeout(20), program.bus.subscribe() as facts:
            link = await dialer.connect(program.station_address, "S-1", SUBPROTOCOL, password=PASSWORD)
            while not isinstance(await anext(facts), StationConnected):
                pass
        assert (await program.store.queries.strangers(limit=10, cursor=None)).items == []
        await link.close()


async def test_who_cannot_be_registered_cannot_be_adopted(tmp_path: Path) -> None:
    """An identity that breaks the rule has no button but the rule."""
    async with serving(tmp_path) as program, operator(program) as web, Dialer() as dialer:
        for identity in ("A!", "B+1"):
            with pytest.raises(Refused):
                await dialer.connect(program.station_address, identity, SUBPROTOCOL, password=PASSWORD)
        page = (await web.get("/door")).text
        assert 'value="B+1"' in page
        assert page.count('form="adopt"') == 1
        assert "Cannot be adopted: an identity must have 1 to 48 characters" in page
