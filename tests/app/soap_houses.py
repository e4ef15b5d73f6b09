"""A management system inside the test that serves SOAP, and a 1.5 station that posts to it and is called back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from pluglot.app.csms import CsmsProgram
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.settings import CsmsSettings
from pluglot.transport.handshake import basic_header
from pluglot.transport.soap_http import SoapCall
from tests.network.soap_rig import station
from tests.soap.envelopes import FROM, envelope, request

IDENTITY = "CP1234"
PASSWORD = "correct-horse-battery"
BOOT = "<chargePointVendor>V</chargePointVendor><chargePointModel>M</chargePointModel>"


def came_from(url: str) -> str:
    """The header by which a station says where it listens."""
    return FROM.replace("http://192.0.2.10:8080/cp", url)


@contextlib.asynccontextmanager
async def soap_house(folder: Path, **settings: Any) -> AsyncIterator[CsmsProgram]:
    """A management system that serves SOAP, with its database in this folder."""
    database = f"sqlite:///{folder / 'pluglot.db'}"
    wanted = {"soap": True, **settings}
    made = CsmsSettings(database=database, listen="127.0.0.1:0", web="127.0.0.1:0", **wanted)
    async with CsmsProgram(made) as program:
        yield program


async def register(program: CsmsProgram) -> None:
    """Make the station known."""
    await program.operations.register_station(IDENTITY, security_profile=1, password=PASSWORD, note=None)


@dataclass
class PostingStation:
    """A 1.5 station: posts what the test wants, and accepts everything it is asked."""

    url: str = ""
    asked: list[SoapCall] = field(default_factory=list)

    async def post(self, port: int, body: bytes) -> tuple[int, bytes]:
        """Post an envelope; returns status and body."""
        headers = {"Content-Type": "application/soap+xml", "Authorization": basic_header(IDENTITY, PASSWORD.encode())}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/ocpp", data=body, headers=headers) as response,
        ):
            return response.status, await response.read()

    async def boot(self, program: CsmsProgram, url: str | None = None) -> None:
        """Boot, saying where it listens."""
        body = request("BootNotification", BOOT, **{"from": came_from(url or self.url)})
        status, answer = await self.post(program.listener.port, body)
        assert status == 200 and b"Accepted" in answer

    async def heartbeat(self, program: CsmsProgram, **headers: str) -> tuple[int, bytes]:
        """Send a heartbeat; headers are replaced by name."""
        return await self.post(program.listener.port, envelope(**headers))


@contextlib.asynccontextmanager
async def posting_station() -> AsyncIterator[PostingStation]:
    """A station whose charge-point service listens."""
    made = PostingStation()

    async def serve(call: SoapCall) -> Any:
        made.asked.append(call)
        return wire16.ClearCacheResponse(status=wire16.ClearCacheStatus.ACCEPTED)

    async with station(serve, IDENTITY) as made.url:
        yield made


async def clear_cache(program: CsmsProgram) -> Any:
    """Put a command to the station as an operator does."""
    return await program.operations.call(IDENTITY, "ClearCache", {}, actor="test")
