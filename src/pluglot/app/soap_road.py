"""A station of ours that speaks OCPP over SOAP: it posts to its central system and serves what that asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiohttp import web

from pluglot.app.base import Carrier
from pluglot.app.exchange import CallNotSent
from pluglot.app.soap import Posts, outcome_of
from pluglot.app.uplinks import Uplink
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallTimedOut, Outcome
from pluglot.transport import AddressInUse
from pluglot.transport.soap_http import ChargePointService, SoapCaller, SoapPeer, SoapSettings


class SoapUplink(Posts):
    """The central system as a station reaches it; counts as lost when a post is not answered."""

    def __init__(self, peer: SoapPeer, server: Any, forget: Any) -> None:
        super().__init__(server)
        self._peer = peer
        self._forget = forget
        self._lost = asyncio.Event()

    @property
    def exchange(self) -> Carrier:
        """This carries calls both ways itself."""
        return self

    async def run(self) -> None:
        """Last until a post is not answered, or the uplink is closed."""
        try:
            await self._lost.wait()
        finally:
            self._forget()
            await self.wind_up()

    async def call(self, request: Any) -> Outcome:
        """Post a request.

        Raises:
            CallNotSent: the link was lost.
        """
        if self._lost.is_set():
            raise CallNotSent("the central system did not answer")
        outcome = outcome_of(request, await self._peer.exchange(request))
        if isinstance(outcome, CallTimedOut):
            self._lost.set()
        return outcome

    def change_ping_interval(self, seconds: float) -> None:
        """Do nothing: HTTP has no pings."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End it."""
        del code, reason
        self._lost.set()


class SoapRoad:
    """OCPP-S: the stations of one program share one listener for what they are asked."""

    def __init__(
        self, caller: SoapCaller, service: ChargePointService, *, url: str, own_url: str, version: OcppVersion
    ) -> None:
        self._caller = caller
        self._service = service
        self._url = url
        self._own_url = own_url
        self.version = version

    async def connect(self, identity: str, *, password: str | None, server: Any, call_timeout: timedelta) -> Uplink:
        """Begin to serve what the central system asks; posting needs no link, so nothing is sent here."""
        del call_timeout  # the caller's own
        peer = self._caller.central_system(
            identity, self.version, self._url, from_address=self._own_url, password=password
        )
        uplink = SoapUplink(peer, server, lambda: self._service.forget(identity))
        self._service.register(identity, uplink.serve_post)
        return uplink


@asynccontextmanager
async def soap_road(url: str, version: OcppVersion, host: str, port: int) -> AsyncIterator[SoapRoad]:
    """A road over SOAP with its listener at this address; port 0 takes a free one.

    Raises:
        AddressInUse: something else listens there.
    """
    settings = SoapSettings()
    service = ChargePointService(settings)
    runner = web.ServerRunner(web.Server(service.handle, access_log=None))
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise AddressInUse(host, port) from error
        own_port = runner.addresses[0][1]
        async with SoapCaller(settings, trusted=True) as caller:
            yield SoapRoad(caller, service, url=url, own_url=f"http://{host}:{own_port}/ocpp", version=version)
    finally:
        await runner.cleanup()
