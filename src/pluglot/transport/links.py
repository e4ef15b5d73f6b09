"""Which link speaks for a station: one per identity, the newest epoch, never a displaced one (HRD-03, HRD-04)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Protocol

import msgspec

from pluglot.transport.base import Link, Rejection

log = logging.getLogger(__name__)


class SeatedLink(Link, Protocol):
    """A link that can be asked whether its peer lives, and be fenced off."""

    async def probe(self, within: float) -> bool:
        """Say whether the peer answers in this time; at once False when the link is closed."""
        ...

    def displace(self, reason: str) -> None:
        """Fence off at once: afterwards every send raises LinkClosed."""
        ...


class LinksSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a second link of one identity is treated; times in seconds."""

    #: Security profiles in which an authenticated newcomer replaces a living link; in the others it gets a 409.
    replace_living: tuple[int, ...] = (2, 3)
    #: How long the old link may take to answer.
    probe_timeout: float = 3.0
    #: How long a newcomer waits for another newcomer of its identity.
    seat_timeout: float = 6.0
    #: How many newcomers of one identity may wait at once.
    most_waiting: int = 4
    #: How often a living link may be replaced in a window; more is refused.
    most_replacements: int = 5
    replacement_window: float = 60.0
    #: For how many identities replacements are counted; the oldest is forgotten first.
    most_counted: int = 10_000


class Seat:
    """The right to speak for an identity; taken by exactly one link."""

    def __init__(self, links: Links, identity: str, epoch: int) -> None:
        self._links = links
        self._identity = identity
        self.epoch = epoch

    def take(self, link: SeatedLink) -> None:
        """Make this link the one that speaks for the identity; a living old one is fenced off in the same step."""
        if link.identity != self._identity or link.epoch != self.epoch:
            raise ValueError("a seat is taken by the link it was given to")
        self._links._install(link)  # noqa: SLF001 - a seat is a part of its registry


class _Gate:
    """Newcomers of one identity pass one at a time."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class Links:
    """The current link of every identity; epochs rise over all of them and never repeat.

    Pass the highest epoch that was ever stored as ``last_epoch``, so that a restart does not reuse one.
    """

    def __init__(
        self,
        settings: LinksSettings | None = None,
        *,
        last_epoch: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or LinksSettings()
        self._last_epoch = last_epoch
        self._clock = clock
        self._current: dict[str, SeatedLink] = {}
        self._gates: dict[str, _Gate] = {}
        self._replacements: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many identities have a link."""
        return len(self._current)

    def __iter__(self) -> Iterator[SeatedLink]:
        """All current links, as of now."""
        return iter(list(self._current.values()))

    def current(self, identity: str) -> SeatedLink | None:
        """The link that speaks for an identity now; ask again before each use (HRD-04)."""
        return self._current.get(identity)

    def next_epoch(self) -> int:
        """An epoch higher than every one before, for whoever speaks for a station without a link (SOAP)."""
        self._last_epoch += 1
        return self._last_epoch

    @asynccontextmanager
    async def seat(self, identity: str, security_profile: int) -> AsyncIterator[Seat | Rejection]:
        """Give an authenticated newcomer the seat of its identity, or say why not.

        An old link is probed; a dead one is displaced at once, a living one by policy. Until the block is left no
        other newcomer of this identity is judged.
        """
        gate = self._gates.setdefault(identity, _Gate())
        if gate.users >= self._settings.most_waiting:
            yield Rejection(http_status=429, reason="throttled")
            return
        gate.users += 1
        try:
            if not await self._enter(gate):
                yield Rejection(http_status=409, reason="duplicate-link")
                return
            try:
                rejection = await self._make_room(identity, security_profile)
                if rejection is not None:
                    yield rejection
                else:
                    self._last_epoch += 1
                    yield Seat(self, identity, self._last_epoch)
            finally:
                gate.lock.release()
        finally:
            gate.users -= 1
            if not gate.users:
                self._gates.pop(identity, None)

    def depart(self, link: SeatedLink) -> None:
        """Note that a link has closed; a displaced one's late close changes nothing (HRD-03)."""
        if self._current.get(link.identity) is link:
            del self._current[link.identity]

    async def _enter(self, gate: _Gate) -> bool:
        try:
            async with asyncio.timeout(self._settings.seat_timeout):
                await gate.lock.acquire()
        except TimeoutError:
            return False
        return True

    async def _make_room(self, identity: str, security_profile: int) -> Rejection | None:
        old = self._current.get(identity)
        if old is None:
            return None
        if not await old.probe(self._settings.probe_timeout):
            log.warning("a link that does not answer is replaced", extra={"station": identity, "epoch": old.epoch})
            old.displace("replaced by a newer link: no answer to a ping")
            self.depart(old)
            return None
        if security_profile not in self._settings.replace_living:
            log.warning("a second link is refused: the first is alive", extra={"station": identity, "epoch": old.epoch})
            return Rejection(http_status=409, reason="duplicate-link")
        if not self._may_replace(identity):
            log.warning("a second link is refused: replaced too often", extra={"station": identity})
            return Rejection(http_status=429, reason="throttled")
        return None

    def _may_replace(self, identity: str) -> bool:
        recent = self._replacements.get(identity)
        if recent is None:
            return True
        while recent and recent[0] <= self._clock() - self._settings.replacement_window:
            recent.popleft()
        return len(recent) < self._settings.most_replacements

    def _install(self, link: SeatedLink) -> None:
        old = self._current.get(link.identity)
        self._current[link.identity] = link
        if old is not None:
            about = {"station": link.identity, "epoch": old.epoch, "new_epoch": link.epoch}
            log.warning("a link is replaced by a newer one", extra=about)
            self._count_replacement(link.identity)
            old.displace("replaced by a newer link")

    def _count_replacement(self, identity: str) -> None:
        recent = self._replacements.setdefault(identity, deque(maxlen=self._settings.most_replacements))
        recent.append(self._clock())
        self._replacements.move_to_end(identity)
        if len(self._replacements) > self._settings.most_counted:
            self._replacements.popitem(last=False)
