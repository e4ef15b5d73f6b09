"""Passwords that operators give to stations by command: what is right before, meanwhile and after (PWD-05)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any, Final

import msgspec
import structlog

from pluglot.app.clock import utc_now
from pluglot.csms.facts import CredentialChanged, EventOccurred, Fact
from pluglot.csms.records import CredentialRecord, EventRecord
from pluglot.transport import Account, Credentials

log = structlog.get_logger("pluglot.passwords")

#: What begins the text of a credential of which two passwords may be the right one.
_TWO: Final = "two"
_WHEN_REBOOTED: Final = "when-rebooted"
_ONCE: Final = "once"


class Taken(Enum):
    """What a station made of a new password."""

    YES = "yes"
    #: It uses the old one until it has booted.
    WHEN_REBOOTED = "when rebooted"
    NO = "no"
    #: It was asked and did not answer.
    UNKNOWN = "unknown"


class Kept(msgspec.Struct, frozen=True):
    """The verifiers of a station as its credential keeps them: one, or the old and the new while both may be right.

    Both stand in the one text that a store keeps, so that neither is ever there without the other.
    """

    verifier: str | None
    offered: str | None = None
    #: Whether the old one is good until the new was shown; else whichever is shown next decides.
    waits: bool = False

    @classmethod
    def read(cls, text: str | None) -> Kept:
        """What the text of a credential says."""
        if text is None or not text.startswith(f"{_TWO} "):
            return cls(text)
        _, how, verifier, offered = text.split(" ", 3)
        return cls(verifier, offered, waits=how == _WHEN_REBOOTED)

    @property
    def text(self) -> str | None:
        """As a credential keeps it."""
        if self.offered is None:
            return self.verifier
        return " ".join((_TWO, _WHEN_REBOOTED if self.waits else _ONCE, self.verifier or "", self.offered))

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

    async def offer(self, station_id: str, password: str) -> str | None:
        """Note a password that is about to be sent, so that a crash leaves both good; returns its verifier.

        Raises:
            TooBusy: too many slow hashes wait; nothing was noted.
            StoreUnavailable: nothing was noted.
        """
        credential = await self._credential(station_id)
        if credential is None:
            return None
        # PWD-03: stations of 1.6 show the bytes of a key or its digits.
        offered = await self._credentials.keep_chosen(password, hex_key=True)
        kept = Kept.read(credential.verifier)
        if kept.verifier is not None:
            await self._keep(credential, Kept(kept.verifier, offered))
        return offered

    async def settle(self, station_id: str, offered: str, taken: Taken) -> None:
        """Note what the station made of an offered password."""
        credential = await self._credential(station_id)
        if credential is None:
            return
        kept = Kept.read(credential.verifier)
        if kept.verifier is not None and kept.offered != offered:
            return  # it was shown already, or an operator gave the station new credentials meanwhile
        after = {
            Taken.YES: Kept(offered),
            Taken.WHEN_REBOOTED: Kept(offered) if kept.verifier is None else Kept(kept.verifier, offered, waits=True),
            Taken.NO: Kept(kept.verifier),
            Taken.UNKNOWN: kept,
        }[taken]
        if after != kept:
            await self._keep(credential, after, self._changed(station_id) if taken in _NEWS else None)

    async def shown(self, account: Account, verifier: str) -> None:
        """Note which of two passwords a station showed."""
        credential = await self._credential(account.identity)
        kept = Kept.read(None if credential is None else credential.verifier)
        if credential is None or kept.offered is None or (kept.waits and verifier != kept.offered):
            return
        await self._keep(credential, Kept(verifier))
        log.info("a station settled its password", station=account.identity, new=verifier == kept.offered)

    async def _credential(self, station_id: str) -> CredentialRecord | None:
        found: CredentialRecord | None = await self._store.credential(station_id)
        return found

    async def _keep(self, credential: CredentialRecord, kept: Kept, event: EventOccurred | None = None) -> None:
        now = utc_now()
        changed = msgspec.structs.replace(credential, verifier=kept.text, changed_at=now)
        facts: list[Fact] = [CredentialChanged(at=now, credential=changed)]
        await self._publish(facts if event is None else [*facts, event])

    @staticmethod
    def _changed(station_id: str) -> EventOccurred:
        now = utc_now()
        record = EventRecord(
            station_id=station_id,
            at=now,
            received_at=now,
            kind="security",
            name="PasswordChanged",
            severity="info",
            detail="the station took a new password",
        )
        return EventOccurred(at=now, event=record)


_NEWS: Final = frozenset({Taken.YES, Taken.WHEN_REBOOTED})
