"""The control API refuses what would do nothing, and what a foreign page asks."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from pluglot.app.control import serve_control
from pluglot.app.station import Station
from pluglot.app.uplinks import WebSocketRoad
from pluglot.messages.version import OcppVersion
from pluglot.station import MemoryJournal
from pluglot.transport import AddressInUse, CannotListen, Dialer
from tests.app.houses import settings
from tests.programs import free_port


@contextlib.asynccontextmanager
async def control() -> AsyncIterator[httpx.AsyncClient]:
    """The control API of a station that is not connected."""
    async with Dialer() as dialer:
        road = WebSocketRoad(dialer, "ws://127.0.0.1:9/ocpp", OcppVersion.OCPP_2_1)
        station = Station(settings("CS-1"), road=road, password=None, journal=MemoryJournal())
        port = free_port()
        stop = await serve_control({"CS-1": station}, "127.0.0.1", port)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
                yield client
                with pytest.raises(AddressInUse):
                    await serve_control({}, "127.0.0.1", port)
        finally:
            await stop()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"idToken": "x" * 300}, "idToken"),
        ({"idToken": ""}, "idToken"),
        ({"idToken": "a\nb"}, "idToken"),
        ({"idToken": "TAG", "type": "Unheard"}, "type"),
        ({"token": "TAG"}, "body"),
    ],
)
async def test_a_token_that_nobody_can_show_is_refused_with_field_and_rule(body: dict[str, str], field: str) -> None:
    """What would do nothing is no success."""
    async with control() as client:
        answer = await client.post("/stations/CS-1/evses/1/token", json=body)
        assert answer.status_code == 422
        assert answer.json()["field"] == field
        assert answer.json()["rule"].startswith("must ")


async def test_a_page_of_another_site_cannot_reach_the_stations() -> None:
    """A foreign origin, or a foreign name that leads to this machine, is refused before anything happens."""
    async with control() as client:
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}):
            answer = await client.post("/stations/CS-1/evses/1/plug-in", headers=headers)
            assert answer.status_code == 403
        shown = (await client.get("/stations/CS-1")).json()
        assert not shown["evses"][0]["pluggedIn"]
        own = {"Origin": str(client.base_url).rstrip("/")}
        assert (await client.post("/stations/CS-1/evses/1/plug-in", headers=own)).status_code == 200


async def test_an_address_that_is_not_ours_is_not_called_taken() -> None:
    """The reason is the true one."""
    with pytest.raises(CannotListen) as caught:
        await serve_control({}, "203.0.113.1", 0)
    assert not isinstance(caught.value, AddressInUse)
