"""Links without sockets: a pair that carries messages by hand, for tests and for parts that run in one process."""

# ruff: noqa: SLF001 - the two ends of a pair work on each other
from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from pluglot.messages.version import OcppVersion
from pluglot.transport.base import LinkClosed

#: A sender waits while the other end has this many messages to take.
MOST_WAITING = 256


class MemoryLink:
    """One end of a pair made by ``pair``; behaves like a link over a socket, also when displaced."""

    def __init__(self, identity: str, version: OcppVersion, epoch: int, security_profile: int) -> None:
        self.identity = identity
        self.version = version
        self.epoch = epoch
        self.remote_address = "memory"
        self.security_profile = security_profile
        #: The other end; set by ``pair``.
        self.peer: MemoryLink = self
        #: Whether this end answers probes; a test clears it to play a peer that is gone without a word.
        self.answers_pings = True
        self._inbox: deque[bytes] = deque()
        self._waiting: list[asyncio.Future[None]] = []
        self._close_reason = ""

    @property
    def close_reason(self) -> str:
        """Why the link closed, in words; empty while it is open."""
        return self._close_reason

    async def messages(self) -> AsyncIterator[bytes]:
        """Give the messages in order until the link closes."""
        while True:
            await self._until(lambda: bool(self._inbox))
            if not self._inbox:
                return
            message = self._inbox.popleft()
            self.peer._wake()
            yield message

    async def send(self, frame: bytes) -> None:
        """Send one text message; waits while the other end is full, raises LinkClosed when the link is gone."""
        await self._until(lambda: len(self.peer._inbox) < MOST_WAITING)
        if self._close_reason:
            raise LinkClosed(self._close_reason)
        self.peer._inbox.append(frame)
        self.peer._wake()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close both ends; closing twice is harmless."""
        self._end(reason or "closed by us")
        self.peer._end(f"closed by the peer with {code}" + (f": {reason}" if reason else ""))

    async def probe(self, within: float) -> bool:
        """Say whether the other end answers; a silent one takes the whole time."""
        if self.peer.answers_pings:
            return not self._close_reason
        try:
            async with asyncio.timeout(within):
                await self._until(lambda: False)
        except TimeoutError:
            pass  # the answer of a silent peer
        return False

    def displace(self, reason: str) -> None:
        """Fence this end off at once; the other end learns it as a close."""
        self._inbox.clear()
        self._end(reason)
        self.peer._end(f"closed by the peer with 1008: {reason}")

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds or the link is closed."""
        while not condition() and not self._close_reason:
            change = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            try:
                await change
            finally:
                self._waiting.remove(change)

    def _wake(self) -> None:
        for change in self._waiting:
            if not change.done():
                change.set_result(None)

    def _end(self, reason: str) -> None:
        self._close_reason = self._close_reason or reason
        self._wake()


def pair(
    identity: str = "CS-1",
    version: OcppVersion = OcppVersion.OCPP_2_1,
    *,
    epoch: int = 1,
    security_profile: int = 1,
) -> tuple[MemoryLink, MemoryLink]:
    """Return the management system's end and the station's end of a new link."""
    near = MemoryLink(identity, version, epoch, security_profile)
    far = MemoryLink(identity, version, epoch, security_profile)
    near.peer, far.peer = far, near
    return near, far
