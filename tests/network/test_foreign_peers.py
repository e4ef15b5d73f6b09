"""Links with a WebSocket implementation that is not ours: the ``websockets`` package, in both roles."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect as foreign_connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as foreign_serve
from websockets.exceptions import InvalidStatus

from pluglot.transport import ClientSettings, connect
from pluglot.transport.handshake import basic_header
from tests.network.transport_rig import PASSWORD, running

PATIENT = 30.0
MESSAGES = [json.dumps([2, str(number), "MeterValues", {"ä": "x" * number * 37}]) for number in range(60)]


@pytest.mark.requirement("WS-09")
@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_a_foreign_station_speaks_with_our_listener(compression: str | None) -> None:
    """Messages, pings and the close work with and without compression; fragments are put together."""
    headers = {"Authorization": basic_header("CS-1", PASSWORD.encode())}
    async with running() as rig:
        async with foreign_connect(
            f"{rig.url}/CS-1", subprotocols=["ocpp2.0.1"], additional_headers=headers, compression=compression
        ) as station:
            assert station.subprotocol == "ocpp2.0.1"
            for message in MESSAGES:
                await station.send(message)
                assert await station.recv() == message
            await station.send(iter(["[1,", "2,", "", "3]"]))
            assert await station.recv() == "[1,2,3]"
            await asyncio.wait_for(await station.ping(), PATIENT)
            (link,) = rig.links
            for _ in range(3):
                assert await link.probe(PATIENT)  # it answers our pings
        ended = await rig.ended.get()
        assert ended.close_reason == "closed by the peer with 1000"


@pytest.mark.requirement("WS-03")
async def test_a_foreign_station_sees_the_refusal() -> None:
    """The status reaches the other side as HTTP."""
    async with running() as rig:
        with pytest.raises(InvalidStatus, match="404"):
            await foreign_connect(f"{rig.url}/XX-1", subprotocols=["ocpp2.0.1"])


@pytest.mark.requirement("WS-09")
@pytest.mark.parametrize("compress", [False, True])
async def test_our_station_speaks_with_a_foreign_server(*, compress: bool) -> None:
    """The client side masks, compresses, answers pings and closes as others expect."""
    paths = []

    async def echo(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append((connection.request.path, connection.request.headers["Authorization"]))
        async for message in connection:
            await asyncio.wait_for(await connection.ping(), PATIENT)
            await connection.send(message)

    async with foreign_serve(echo, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        link = await connect(
            f"ws://127.0.0.1:{port}/ocpp/",
            "CS|1 ä",
            ["ocpp2.1", "ocpp1.6"],
            password=b"\x00\xff:",
            settings=ClientSettings(compress=compress),
        )
        assert link.compressed is compress
        answers = aiter(link.messages())
        for message in MESSAGES:
            await link.send(message.encode())
            assert await anext(answers) == message.encode()
        await link.close()
    assert paths == [("/ocpp/CS%7C1%20%C3%A4", basic_header("CS|1 ä", b"\x00\xff:"))]
