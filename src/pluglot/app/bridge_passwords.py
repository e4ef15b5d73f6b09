"""Passwords that a management system changed by way of the bridge: who must show which on which hop (mapping 8.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog

from pluglot.dialects import credential_rules
from pluglot.dialects.policy import CredentialScope
from pluglot.messages.version import OcppVersion
from pluglot.station import Writes
from pluglot.store.shared_journal import SharedJournal
from pluglot.transport import Credentials

log = structlog.get_logger("pluglot.bridge")

#: Section of the journal of a station.
SECTION: Final = "passwords"


class Changed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the passwords of one station since the file was written."""

    #: Of what the station shows from now on.
    verifier: str
    #: What the bridge shows to the management system; only where changes are mirrored.
    upstream: str | None = None

    def __repr__(self) -> str:
        """Say nothing of passwords (PWD-06)."""
        return "Changed(…)"


class ChangedPasswords:
    """Remembers changes beside the journal, so that the file of the operator is never written."""

    def __init__(
        self, journal: SharedJournal, credentials: Credentials, scope: CredentialScope, version: OcppVersion
    ) -> None:
        self._journal = journal
        self._credentials = credentials
        self._scope = scope
        self._rules = credential_rules(version)
        self._known: dict[str, Changed | None] = {}

    async def of(self, identity: str) -> Changed | None:
        """What changed for this station, or None."""
        if identity not in self._known:
            saved = (await self._journal.load(identity)).states.get(SECTION)
            try:
                self._known[identity] = None if saved is None else msgspec.msgpack.decode(saved, type=Changed)
            except msgspec.MsgspecError:
                log.error("changed passwords cannot be read; the file decides again", station=identity)  # noqa: TRY400 - no trace of secrets
                self._known[identity] = None
        return self._known[identity]

    async def notice(self, identity: str, request: Any, response: Any) -> None:
        """Remember the password of a command of the management system, if it was one and the station took it."""
        password = self._rules.new_password(request, response)
        if password is not None:
            await self.take(identity, password)

    async def take(self, identity: str, password: str) -> None:
        """Remember a password that the station took; its old one is good until it has shown this one."""
        before = await self.of(identity)
        upstream = password if self._scope is CredentialScope.MIRROR else None if before is None else before.upstream
        # PWD-03: stations of 1.6 show the bytes of a key or its digits.
        verifier = await self._credentials.keep_chosen(password, hex_key=True)
        changed = Changed(verifier=verifier, upstream=upstream)
        await self._journal.write(identity, Writes(states={SECTION: msgspec.msgpack.encode(changed)}))
        self._known[identity] = changed
        log.info("a password was changed", station=identity, mirrored=self._scope is CredentialScope.MIRROR)

    async def upstream(self, identity: str, written: str | None) -> str | bytes | None:
        """What the bridge shows to the management system; ``written`` is what the file says."""
        changed = await self.of(identity)
        if changed is None or changed.upstream is None:
            return written
        return self._rules.shown(changed.upstream)


def verifiers_of(stations: Mapping[str, Any], credentials: Credentials) -> dict[str, str]:
    """The verifiers of what a file says that stations show."""
    return {
        identity: station.station_verifier or credentials.keep_generated(station.station_password or "")
        for identity, station in stations.items()
    }
