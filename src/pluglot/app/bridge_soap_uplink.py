"""Uplinks of a bridge to a management system that speaks OCPP over SOAP: posts instead of a link.

What a WebSocket's handshake does, one Heartbeat does here: its answer says whether the station is let in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from pluglot.app.soap_road import SoapRoad, SoapUplink, soap_road
from pluglot.dialects import actions
from pluglot.dialects.base import Refusal
from pluglot.messages.version import OcppVersion
from pluglot.transport import ConnectFailed, Refused

_NOT_ALLOWED: Final = frozenset({401, 403, 404})


class PostedUplink:
    """The way of one station to a management system that is posted to; made like a link, closed like a link."""

    def __init__(self, road: SoapRoad, identity: str, password: str | None) -> None:
        self.identity = identity
        self.version = road.version
        self._road = road
        self._peer = road.peer(identity, password)
        self._exchange: SoapUplink | None = None

    async def knock(self) -> None:
        """Find out whether the management system is there and lets the station in.

        Raises:
            ConnectFailed: it does not answer, or refuses the station.
        """
        exchanged = await self._peer.exchange(actions(self.version)["Heartbeat"].request())
        if exchanged.http_status in _NOT_ALLOWED:
            raise Refused(exchanged.http_status)
        if isinstance(exchanged.answer, Refusal) and exchanged.answer.silent:
            raise ConnectFailed(exchanged.answer.description)

    def make_exchange(self, side: Any) -> SoapUplink:
        """What carries requests both ways, from now on."""
        self._exchange = self._road.served(self._peer, side)
        return self._exchange

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End it; the management system sees no more than silence."""
        if self._exchange is not None:
            await self._exchange.close(code, reason)


class PostingDialer:
    """Makes uplinks over SOAP in the way a dialer makes links."""

    def __init__(self, road: SoapRoad) -> None:
        self._road = road

    async def connect(
        self, url: str, identity: str, subprotocols: Sequence[str], *, password: bytes | str | None = None
    ) -> PostedUplink:
        """An uplink for this station, if it is let in; raises ``ConnectFailed``."""
        del url, subprotocols  # the road leads there, in its version
        try:
            text = password.decode() if isinstance(password, bytes) else password
        except UnicodeDecodeError:
            raise ConnectFailed("the password is not UTF-8, which posts need") from None
        uplink = PostedUplink(self._road, identity, text)
        await uplink.knock()
        return uplink


@asynccontextmanager
async def posting_dialer(
    url: str, version: OcppVersion, host: str, port: int, *, own_url: str | None
) -> AsyncIterator[PostingDialer]:
    """A dialer with the listener at which the management system reaches the stations behind the bridge."""
    async with soap_road(url, version, host, port, own_url=own_url) as road:
        yield PostingDialer(road)
