"""Where stations over SOAP are called: what an operator lets be called, and what is remembered of each station."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol

import msgspec
import structlog

from pluglot.app.clock import utc_now
from pluglot.csms.facts import Fact, StationAddressTold
from pluglot.csms.records import AddressRecord
from pluglot.settings import BridgeSettings, CsmsSettings, WrongSetting
from pluglot.soap import SoapRule
from pluglot.soap.names import ADDRESSING
from pluglot.station import Writes
from pluglot.store.shared_journal import SharedJournal
from pluglot.transport.addresses import AddressRefused, AddressRules, check_url
from pluglot.transport.soap_http import SoapSettings

log = structlog.get_logger("pluglot.soap")

#: Words of ``soap_call`` and the rule that each switches on.
_KINDS: Final = {"own": "own_address", "public": "any_public", "private": "any_private"}


class AddressBook(Protocol):
    """Remembers across restarts where stations are called."""

    async def find(self, identity: str) -> AddressRecord | None:
        """What is known of a station."""
        ...

    async def told(self, identity: str, url: str, remote_address: str) -> None:
        """Remember what a station said, in a message from this address."""
        ...


class StoredAddresses:
    """The address book of the management system: facts in the store."""

    def __init__(self, store: Any, publish: Callable[[Sequence[Fact]], Awaitable[None]]) -> None:
        self._store = store
        self._publish = publish

    async def find(self, identity: str) -> AddressRecord | None:
        """What is known of a station."""
        found: AddressRecord | None = await self._store.address(identity)
        return found

    async def told(self, identity: str, url: str, remote_address: str) -> None:
        """Make what a station said durable."""
        fact = StationAddressTold(at=utc_now(), station_id=identity, url=url, remote_address=remote_address)
        await self._publish([fact])


#: Section of a bridge's journal.
_SECTION: Final = "soap-address"


class JournalledAddresses:
    """The address book of a bridge: what stations said is in its journal, what operators say in the credentials."""

    def __init__(self, journal: SharedJournal, registered: Callable[[str], str | None]) -> None:
        self._journal = journal
        self._registered = registered
        self._known: dict[str, AddressRecord] = {}

    async def find(self, identity: str) -> AddressRecord | None:
        """What is known of a station."""
        if identity not in self._known:
            memory = await self._journal.load(identity)
            self._known[identity] = _read(identity, memory.states.get(_SECTION))
        return msgspec.structs.replace(self._known[identity], registered_url=self._registered(identity))

    async def told(self, identity: str, url: str, remote_address: str) -> None:
        """Make what a station said durable."""
        said = AddressRecord(station_id=identity, told_url=url, told_from=remote_address, told_at=utc_now())
        await self._journal.write(identity, Writes(states={_SECTION: msgspec.json.encode(said)}))
        self._known[identity] = said

    async def told_before(self) -> list[str]:
        """The stations that have said something."""
        return await self._journal.having(_SECTION)


def _read(identity: str, kept: bytes | None) -> AddressRecord:
    try:
        if kept is not None:
            return msgspec.json.decode(kept, type=AddressRecord)
    except msgspec.DecodeError as error:
        log.error("the address kept of a station is damaged", station=identity, reason=str(error))  # noqa: TRY400 - said
    return AddressRecord(station_id=identity)


def may_be_address(url: str | None, rules: AddressRules) -> bool:
    """Whether a URL may be where a station listens, as far as can be seen without calling it."""
    if url is None or url.startswith(ADDRESSING):
        return False  # generated clients say the anonymous address, or none, where nobody told them theirs
    try:
        check_url(url, rules)
    except AddressRefused:
        return False
    return True


def soap_settings(settings: CsmsSettings | BridgeSettings, *, without_password: bool = False) -> SoapSettings:
    """How OCPP over SOAP is spoken, as the operator wants it.

    Raises:
        WrongSetting: a name in ``soap_strict`` is none of a mistake.
    """
    return SoapSettings(
        maximum_size=max(settings.message_size, SoapSettings().maximum_size),
        call_timeout=settings.call_timeout,
        without_password=without_password,
        forbidden=_forbidden(settings.soap_strict),
        addresses=address_rules(settings.soap_call, https_only=settings.soap_https_only),
    )


def address_rules(may_be_called: Sequence[str], *, https_only: bool) -> AddressRules:
    """The rules that the words of ``soap_call`` stand for."""
    hosts: list[str] = []
    networks: list[str] = []
    for word in may_be_called:
        if word not in _KINDS:
            (networks if _is_network(word) else hosts).append(word)
    kinds = {rule: word in may_be_called for word, rule in _KINDS.items()}
    schemes = ("https",) if https_only else AddressRules().schemes
    return AddressRules(schemes=schemes, hosts=tuple(hosts), networks=tuple(networks), **kinds)


def _is_network(word: str) -> bool:
    try:
        ipaddress.ip_network(word, strict=False)
    except ValueError:
        return False
    return True


def _forbidden(names: Sequence[str]) -> tuple[SoapRule, ...]:
    if "all" in names:
        return tuple(SoapRule)
    try:
        return tuple(SoapRule(name) for name in names)
    except ValueError:
        wrong = next(name for name in names if name not in set(SoapRule))
        raise WrongSetting("soap_strict", wrong, f"must be all, or some of {', '.join(SoapRule)}") from None
