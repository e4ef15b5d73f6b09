"""Passwords that operators give to stations by command: what is right before, meanwhile and after (PWD-05)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any, Final

import msgspec
import structlog

from pluglot.app.clock import utc_now
from pluglot.app.events import event_now
from pluglot.csms.facts import CredentialChanged, EventOccurred, Fact
from pluglot.csms.records import CredentialRecord
from pluglot.transport import Account, Credentials

log = structlog.get_logger("pluglot.passwords")

#: What begins the text of a credential of which one of several passwords may be the right one.
_TWO: Final = "two"
_WHEN_REBOOTED: Final = "when-rebooted"
_ONCE: Final = "once"
#: New passwords of which nobody knows whether the station took them: each may cost a slow hash per log-in.
MOST_OPEN: Final = 3


class TooManyOpen(RuntimeError):
    """Nobody knows yet which of several new passwords a station has; it has to come and show one first."""


class Taken(Enum):
    """What a station made of a new password."""

    YES = "yes"
    #: It uses the old one until it has booted.
    WHEN_REBOOTED = "when rebooted"
    NO = "no"
    #: It was asked and did not answer.
    UNKNOWN = "unknown"


class Kept(msgspec.Struct, frozen=True):
    """The verifiers of a station as its credential keeps them: one, or the old and the new while all may be right.

    They stand in the one text that a store keeps, so that none is ever there without the others.
    """

    verifier: str | None
    #: In the order in which they were sent: a station that did not answer to one may have taken it all the same.
    offered: tuple[str, ...] = ()
    #: Whether the old one is good until the new was shown; else whichever is shown next decides.
    waits: bool = False

    @classmethod
    def read(cls, text: str | None) -> Kept:
        """What the text of a credential says."""
        if text is None or not text.startswith(f"{_TWO} "):
            return cls(text)
        _, how, verifier, *offered = text.split(" ")
        return cls(verifier, tuple(offered), waits=how == _WHEN_REBOOTED)

    @property
    def text(self) -> str | None:
        """As a credential keeps it."""
        if not self.offered:
            return self.verifier
        return " ".join((_TWO, _WHEN_REBOOTED if self.waits else _ONCE, self.verifier or "", *self.offered))

    def after_offering(self, offered: str) -> Kept:
        """With one more that is about to be sent."""
        return Kept(self.verifier, (*self.offered, offered), waits=self.waits)

    def after_refusal(self, offered: str) -> Kept:
        """Without one that the station did not take; what it made of those before is as open as it was."""
        others = tuple(one for one in self.offered if one != offered)
        return Kept(self.verifier, others, waits=self.waits and bool(others))

    def after_showing(self, shown: str) -> Kept:
        """What is left when the station showed this one."""
        if not self.waits:
            return Kept(shown)
        if shown == self.verifier:
            return self
        later = self.offered[self.offered.index(shown) + 1 :]
        return Kept(shown, later, waits=bool(later))

    def __repr__(self) -> str:
        """Say nothing of verifiers (PWD-06)."""
        return "Kept(…)"


class StationPasswords:
    """Keeps what stations prove themselves with while an operator changes it; every step is durable before the next."""

    def __init__(
        self, store: Any, credentials: Credentials, publish: Callable[[Sequence[Fact]], Awaitable[None]]
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._publish = publish
        #: Stations that were sent a new password and may still answer.
        self._asked: set[str] = set()

    async def offer(self, station_id: str, password: str) -> str | None:
        """Note a password that is about to be sent, so that a crash leaves both good; returns its verifier.

        Whoever gets one must ``settle`` it, whatever happens.

        Raises:
            TooBusy: too many slow hashes wait; nothing was noted.
            TooManyOpen: others wait to be shown; nothing was noted.
            StoreUnavailable: nothing was noted.
        """
        if await self._credential(station_id) is None:
            return None
        # PWD-03: stations of 1.6 show the bytes of a key or its digits.
        offered = await self._credentials.keep_chosen(password, hex_key=True)
        credential = await self._credential(station_id)  # as it is after the slow hash
        if credential is None:
            return None
        kept = Kept.read(credential.verifier)
        if len(kept.offered) >= MOST_OPEN:
            raise TooManyOpen("several new passwords wait for the station to show which one it took")
        self._asked.add(station_id)
        if kept.verifier is not None:
            try:
                await self._keep(credential, kept.after_offering(offered))
            except BaseException:  # it will not be sent
                self._asked.discard(station_id)
                raise
        return offered

    async def settle(self, station_id: str, offered: str, taken: Taken) -> None:
        """Note what the station made of an offered password."""
        self._asked.discard(station_id)
        credential = await self._credential(station_id)
        if credential is None:
            return
        kept = Kept.read(credential.verifier)
        if kept.verifier is not None and offered not in kept.offered:
            return  # it was shown already, or an operator gave the station new credentials meanwhile
        after = {
            Taken.YES: Kept(offered),
            Taken.WHEN_REBOOTED: Kept(kept.verifier, kept.offered, waits=True) if kept.offered else Kept(offered),
            Taken.NO: kept.after_refusal(offered),
            Taken.UNKNOWN: kept,
        }[taken]
        if after != kept:
            await self._keep(credential, after, self._changed(station_id) if taken in _NEWS else None)

    async def shown(self, account: Account, verifier: str) -> None:
        """Note which of several passwords a station showed."""
        station_id = account.identity
        credential = await self._credential(station_id)
        kept = Kept.read(None if credential is None else credential.verifier)
        if credential is None or verifier not in (kept.verifier, *kept.offered):
            return  # settled meanwhile
        if station_id in self._asked and verifier == kept.verifier:
            return  # who knows the old one must not decide what the station is about to answer
        after = kept.after_showing(verifier)
        if after != kept:
            await self._keep(credential, after)
            log.info("a station settled its password", station=station_id, new=verifier in kept.offered)

    async def _credential(self, station_id: str) -> CredentialRecord | None:
        found: CredentialRecord | None = await self._store.credential(station_id)
        return found

    async def _keep(self, credential: CredentialRecord, kept: Kept, event: EventOccurred | None = None) -> None:
        now = utc_now()
        changed = msgspec.structs.replace(credential, verifier=kept.text, changed_at=now)
        facts: list[Fact] = [CredentialChanged(at=now, credential=changed, instead_of=credential.verifier)]
        await self._publish(facts if event is None else [*facts, event])

    @staticmethod
    def _changed(station_id: str) -> EventOccurred:
        return event_now(
            station_id, "PasswordChanged", "the station took a new password", severity="info", kind="security"
        )


_NEWS: Final = frozenset({Taken.YES, Taken.WHEN_REBOOTED})
