"""How a station of ours reaches its management system: over a WebSocket, or by posts."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Protocol

from pluglot.app.base import Carrier
from pluglot.app.exchange import Exchange
from pluglot.dialects import actions
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation, ConversationSettings, MessageIds
from pluglot.transport import Dialer


class Uplink(Protocol):
    """A link to the management system that is up."""

    @property
    def exchange(self) -> Carrier:
        """What carries calls both ways; ``run`` lasts as long as the link."""
        ...

    def change_ping_interval(self, seconds: float) -> None:
        """Ping at another interval, where there are pings (WS-12)."""
        ...

    async def close(self) -> None:
        """Close it; closing twice is harmless."""
        ...


class Road(Protocol):
    """A way to the management system."""

    @property
    def version(self) -> OcppVersion:
        """The version that is spoken on it."""
        ...

    async def connect(self, identity: str, *, password: str | None, server: Any, call_timeout: timedelta) -> Uplink:
        """Make a link; raises ``ConnectFailed`` with the reason."""
        ...


class WebSocketUplink:
    """A WebSocket with its conversation."""

    def __init__(self, link: Any, exchange: Exchange) -> None:
        self._link = link
        self.exchange: Carrier = exchange

    def change_ping_interval(self, seconds: float) -> None:
        """Ping at another interval from now on."""
        self._link.change_ping_interval(seconds)

    async def close(self) -> None:
        """Close the WebSocket."""
        await self._link.close()


class WebSocketRoad:
    """OCPP-J: many stations may share one dialer."""

    def __init__(self, dialer: Dialer, url: str, version: OcppVersion) -> None:
        self._dialer = dialer
        self._url = url
        self.version = version

    async def connect(self, identity: str, *, password: str | None, server: Any, call_timeout: timedelta) -> Uplink:
        """Connect, offering exactly this version."""
        link = await self._dialer.connect(self._url, identity, [self.version.subprotocol], password=password)
        conversation = Conversation(
            self.version,
            Sender.STATION,
            actions=actions(self.version),
            id_factory=MessageIds(secrets.token_hex(10)),
            settings=ConversationSettings(call_timeout=call_timeout),
        )
        return WebSocketUplink(link, Exchange(link, conversation, server))
