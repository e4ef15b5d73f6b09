"""A central system and a station of ours that speak SOAP over loopback, and a peer that posts whatever it likes."""

from __future__ import annotations

import asyncio
import io
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from pluglot.transport import (
    Account,
    Arrival,
    Credentials,
    Links,
    Listener,
    ListenerSettings,
    PasswordDoor,
    Rejection,
    Throttle,
)
from pluglot.transport.handshake import basic_header
from pluglot.transport.soap_http import CentralSystemService, ChargePointService, SoapCall, SoapServer, SoapSettings

PASSWORD = "correct-horse-battery"
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Central:
    """A running central system and what happened there."""

    port: int = 0
    calls: list[SoapCall] = field(default_factory=list)
    refusals: list[tuple[Arrival, Rejection]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self.port}/ocpp"

    async def post(self, body: Any, *, identity: str | None = "CP1234", **options: Any) -> tuple[int, bytes]:
        """Post a body as this station; returns status and body."""
        headers = {"Content-Type": "application/soap+xml; charset=utf-8", **options.pop("headers", {})}
        password = options.pop("password", PASSWORD)
        if identity is not None:
            headers["Authorization"] = basic_header(identity, password.encode())
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.post(
                self.url, data=io.BytesIO(body) if isinstance(body, bytes) else body, headers=headers, **options
            ) as response,
        ):
            return response.status, await response.read()


async def nobody(_link: Any) -> None:
    """No WebSocket is expected."""


@asynccontextmanager
async def central_system(serve: SoapServer, *, ssl: Any = None, **settings: Any) -> AsyncIterator[Central]:
    """Serve stations named CP… on the OCPP listener."""
    credentials = Credentials(secrets.token_bytes(32))
    verifier = credentials.keep_generated(PASSWORD)
    central = Central()
    profile = 1 if ssl is None else 2

    async def find(identity: str) -> Account | None:
        known = identity.startswith("CP")
        return Account(identity=identity, security_profile=profile, verifier=verifier) if known else None

    async def refused(arrival: Arrival, rejection: Rejection) -> None:
        central.refusals.append((arrival, rejection))

    async def noted(call: SoapCall) -> Any:
        central.calls.append(call)
        return await serve(call)

    door = PasswordDoor(credentials, Throttle(), find=find, refused=refused)
    service = CentralSystemService(SoapSettings(**settings), doorkeeper=door, serve=noted)
    listener = Listener(
        ListenerSettings(port=0), doorkeeper=door, links=Links(), serve=nobody, ssl=ssl, soap=service.handle
    )
    await listener.start()
    central.port = listener.port
    try:
        yield central
    finally:
        await listener.stop()
        await service.close()
        credentials.close()


@asynccontextmanager
async def http_server(handler: Handler, port: int = 0) -> AsyncIterator[str]:
    """Any HTTP server on loopback, at a free port when none is named; gives its URL."""
    server = web.Server(handler, auto_decompress=False)
    runner = await asyncio.get_running_loop().create_server(server, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{runner.sockets[0].getsockname()[1]}/cp"
    finally:
        runner.close()
        await server.shutdown(1.0)


@asynccontextmanager
async def station(
    serve: SoapServer, identity: str = "CP1234", *, password: str | None = None, **settings: Any
) -> AsyncIterator[str]:
    """A charge-point service of ours; gives its URL."""
    service = ChargePointService(SoapSettings(**settings))
    service.register(identity, serve, password=password)
    async with http_server(service.handle) as url:
        yield url
    await service.close()
