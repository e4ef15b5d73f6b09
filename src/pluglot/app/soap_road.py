"""A station of ours that speaks OCPP over SOAP: it posts to its central system and serves what that asks."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from pluglot.app.base import Carrier
from pluglot.app.exchange import CallNotSent
from pluglot.app.soap import Posts, outcome_of
from pluglot.app.uplinks import Uplink
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallTimedOut, Outcome
from pluglot.settings import WrongSetting
from pluglot.transport.soap_http import ChargePointService, SoapCaller, SoapPeer, SoapSettings

#: How long what is being served may take when the listener stops, in seconds.
STOP_TIMEOUT: Final = 5.0


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
        peer = self.peer(identity, password)
        peer.timeout = call_timeout.total_seconds()
        return self.served(peer, server)

    def peer(self, identity: str, password: str | None) -> SoapPeer:
        """The central system as this station posts to it."""
        return self._caller.central_system(
            identity, self.version, self._url, from_address=self._own_url, password=password
        )

    def served(self, peer: SoapPeer, server: Any) -> SoapUplink:
        """Begin to serve what the central system asks of a station."""
        uplink = SoapUplink(peer, server, lambda: self._service.forget(peer.identity))
        self._service.register(peer.identity, uplink.serve_post)
        return uplink


@asynccontextmanager
async def soap_road(
    url: str, version: OcppVersion, host: str, port: int, *, own_url: str | None = None
) -> AsyncIterator[SoapRoad]:
    """A road over SOAP with its listener at this address; port 0 takes a free one.

    ``own_url`` is what stations tell their central system; without it the address of the listener.

    Raises:
        WrongSetting: the address cannot be listened on, or is none that anybody could call.
    """
    if own_url is None and _is_every_address(host):
        raise WrongSetting("soap_url", None, f"must be given, because {host} in soap_listen is every address")
    # Every station posts to the same host, so the slow answers to some must not take the connections of the others.
    settings = SoapSettings(connections_per_host=0)
    service = ChargePointService(settings)
    async with AsyncExitStack() as stack:
        # In reverse: the listener stops, then what is still being served is ended, then the caller.
        caller = await stack.enter_async_context(SoapCaller(settings, trusted=True))
        stack.push_async_callback(service.close)
        # Bodies are inflated within limits by who reads them (SOAP-06).
        server = web.Server(service.handle, access_log=None, auto_decompress=False)
        runner = web.ServerRunner(server, shutdown_timeout=STOP_TIMEOUT)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise WrongSetting("soap_listen", _joined(host, port), _why(error)) from error
        told = own_url or f"http://{_joined(host, runner.addresses[0][1])}/ocpp"
        yield SoapRoad(caller, service, url=url, own_url=told, version=version)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _why(error: OSError) -> str:
    """What the system said against listening, in words that begin with a small letter."""
    if error.errno == errno.EADDRINUSE:
        return "another program uses this port already"
    said = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
    return f"cannot be listened on: {said[:1].lower()}{said[1:]}"


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
