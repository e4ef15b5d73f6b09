"""What the rest of the house asks of a transport: arrivals to judge, and links to talk over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Protocol

import msgspec

from pluglot.messages.version import OcppVersion


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asks for a link: everything known before the upgrade; all text is hostile and bounded."""

    #: The last path segment, percent-decoded exactly once (WS-01).
    identity: str
    offered_subprotocols: tuple[str, ...]
    #: From HTTP Basic: user name and password bytes; None when no such header came.
    user_name: str | None
    password: bytes | None
    remote_address: str
    user_agent: str | None
    #: 1 without TLS, 2 with TLS and Basic, 3 with a verified client certificate.
    security_profile: int
    at: datetime

    def __repr__(self) -> str:
        """Name the arrival without its password (PWD-06)."""
        return f"Arrival(identity={self.identity!r}, remote_address={self.remote_address!r}, at={self.at})"


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """The arrival is this station; the link may be upgraded."""

    identity: str
    security_profile: int
    #: The versions this station may speak; None is every version the listener supports (WS-06).
    versions: tuple[OcppVersion, ...] | None = None


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """The arrival is not let in."""

    http_status: int  # 401, 404, 409, 429, …
    #: One of StrangerRecord.reason; for logs and *at the door*, never sent to the peer.
    reason: str


class Doorkeeper(Protocol):
    """Judges arrivals; wired by the roof to credentials in the store."""

    async def judge(self, arrival: Arrival) -> Admission | Rejection:
        """Decide on who the arrival is; must take the same time for unknown and for wrong (WS-03)."""
        ...

    async def turned_away(self, arrival: Arrival, rejection: Rejection) -> None:
        """Told of every refusal, also those the transport made itself (subprotocol, origin, duplicate link)."""
        ...


class LinkClosed(ConnectionError):
    """The link is gone; ``reason`` says why, for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Link(Protocol):
    """One authenticated WebSocket, server or client side; whole text messages in and out."""

    identity: str
    version: OcppVersion
    #: Rises with every new link of an identity; messages of an older epoch are never sent (HRD-04).
    epoch: int
    remote_address: str
    security_profile: int

    def messages(self) -> AsyncIterator[bytes]:
        """Incoming messages as UTF-8 bytes until the link closes (then the iteration ends)."""
        ...

    async def send(self, frame: bytes) -> None:
        """Send one text message; raises LinkClosed, also when a newer link displaced this one."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close cleanly, bounded in time; closing twice is harmless."""
        ...

    @property
    def close_reason(self) -> str:
        """Why the link closed, in words; empty while it is open."""
        ...


#: Serves one link until it closes; the transport runs it in a task of its own and closes the link afterwards.
LinkServer = Callable[[Link], Awaitable[None]]
