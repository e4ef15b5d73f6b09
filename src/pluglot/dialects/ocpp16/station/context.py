"""What the translations of a 1.6 station share: the memory, views on it, and the clock of the link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.keys import folded
from pluglot.dialects.ocpp16.memory import StationMemory, Token
from pluglot.dialects.ocpp16.numbering import Numbering
from pluglot.dialects.ocpp16.peer import PeerContext
from pluglot.dialects.ocpp16.shelf import ProfileShelf
from pluglot.dialects.ocpp16.tokens import TokenBook
from pluglot.dialects.ocpp16.transactions import TransactionBook
from pluglot.dialects.policy import Policy

#: A message this much older than the link was kept while the station was offline.
OFFLINE_MARGIN: Final = timedelta(seconds=5)
#: Keys may be changed at the station itself; what is older is read again.
CONFIGURATION_AGE: Final = timedelta(hours=24)
_DEFAULT_CONNECTION_TIME_OUT: Final = 120
#: The longest time-out believed, so that a silly value cannot keep a remote start for ever.
_LONGEST_TIME_OUT: Final = 24 * 3600
#: Keys that only the security extension has.
_SECURITY_KEYS: Final = (
    *("additionalrootcertificatecheck", "certificatesignedmaxchainsize", "certificatestoremaxlength"),
    *("cponame", "securityprofile"),
)


class StationContext(PeerContext[StationMemory]):
    """The state of a station half."""

    label = "ocpp1.6 station 1"
    memory_type = StationMemory

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity."""
        super().__init__(identity, random=random, policy=policy)
        #: When the station was heard last, on this link and on the one before.
        self.heard_at: datetime | None = None
        self.last_heard: datetime | None = None
        #: Keys the station has told, by folded name; a cache that is refreshed after each boot.
        self.configuration: dict[str, wire.KeyValue] = {}
        #: Tags in the local list, as far as they were sent by this half; a cache.
        self.list_tags: set[str] | None = None
        #: When the configuration should be read next: by an accepted boot at once, else when it has become old.
        self.configuration_due: datetime | None = None
        #: Transactions whose time-out translation was handed out and has not finished.
        self.closing: set[str] = set()
        self._views()

    def _views(self) -> None:
        self.profiles = ProfileShelf(self.memory)
        known = msgspec.msgpack.decode(self.memory.configuration, type=list[wire.KeyValue])
        self.configuration = {folded(entry.key): entry for entry in known}
        self.tokens = TokenBook(self.memory.aliases, self.policy, in_xml=self.in_xml)
        self.book = TransactionBook(self.memory, self.identity, self.random)
        self.numbering = Numbering(self.memory.connectors, self.policy.connector_map)

    def restore(self, snapshot: bytes) -> None:
        """Take up a memory saved before."""
        super().restore(snapshot)
        self._views()

    def decode_memory(self, content: bytes) -> StationMemory:
        """A memory from MessagePack whose ended transactions can be read too."""
        memory = super().decode_memory(content)
        TransactionBook(memory, self.identity, self.random)
        ProfileShelf(memory)
        msgspec.msgpack.decode(memory.configuration, type=list[wire.KeyValue])
        return memory

    def connected(self, *, now: datetime) -> None:
        """Note that a link is up: statuses are told again, and older messages were kept offline."""
        self.last_heard = self.heard_at
        super().connected(now=now)
        if self.configuration and self.configuration_due is None:
            self.configuration_due = now + CONFIGURATION_AGE
        self.untell()

    def untell(self) -> None:
        """Tell the house every status again when it is next reported."""
        statuses = self.memory.statuses
        for connector, note in statuses.items():
            statuses[connector] = msgspec.structs.replace(note, told=False)

    # --- small answers --------------------------------------------------------------------------------------------

    def is_offline(self, timestamp: datetime) -> bool:
        """Whether a message of this time was kept while the station was offline (9.3)."""
        return self.connected_since is not None and timestamp < self.connected_since - OFFLINE_MARGIN

    def heard_of(self, connector: int) -> None:
        """Take note of a connector the station speaks of."""
        if self.numbering.grow(connector):
            self.touch()

    def token_of(self, id_tag: str, *others: tuple[str, Token]) -> Token:
        """The token an idTag stands for; ``others`` are tags and tokens that know better."""
        folded = id_tag.casefold()
        return next((token for tag, token in others if tag.casefold() == folded), None) or self.tokens.meant(id_tag)

    def id_tag_info(self, info: house.IdTokenInfo, action: str) -> tuple[wire.IdTagInfo, tuple[Loss, ...]]:
        """An idTagInfo for what the house said of a token, with what it cannot say."""
        changes = self.tokens.changes
        said = self.tokens.info_said(info, action)
        if self.tokens.changes != changes:
            self.touch()
        return said

    def setting(self, key: str) -> str | None:
        """The last known text of a configuration key."""
        found = self.configuration.get(folded(key))
        return None if found is None else found.value

    def spelling(self, key: str) -> str:
        """The name by which the station knows a key of the table."""
        known = self.configuration.get(folded(key))
        return key if known is None or known.key.casefold() == key.casefold() else known.key

    def keep_configuration(self) -> None:
        """Save the configuration keys the station has told; a password is never among them."""
        entries = [entry for key, entry in self.configuration.items() if key != "authorizationkey"]
        saved = msgspec.msgpack.encode(entries)
        if bytes(self.memory.configuration) != saved:
            self.memory.configuration = msgspec.Raw(saved)
            self.touch()

    # --- what the station can do (CAP) ----------------------------------------------------------------------------

    def has_security_extension(self) -> bool | None:
        """Whether the station has the security extension of 1.6; None when nothing tells."""
        if any(key in self.configuration for key in _SECURITY_KEYS):
            return True
        return self.memory.has_security_extension

    def shows_security_extension(self) -> None:
        """Note that the station used the security extension."""
        if not self.memory.has_security_extension:
            self.memory.has_security_extension = True
            self.touch()

    def speaks(self, vendor_id: str, key: str) -> bool:
        """Whether the station takes the messages of a vendor convention that a configuration key turns on."""
        on = (self.setting(key) or "").strip().casefold() == "true"
        return on and self.policy.unwrap_extensions and not self.is_missing(vendor_id)

    def lacks_smart_charging(self) -> bool:
        """Whether the station told its feature profiles, and smart charging is not among them."""
        supported = self.setting("SupportedFeatureProfiles")
        return supported is not None and "smartcharging" not in supported.casefold()

    # --- settings -------------------------------------------------------------------------------------------------

    def number_setting(self, key: str, default: int) -> int:
        """The last known number of a configuration key."""
        text = self.setting(key) or ""
        return int(text) if text.strip().isdecimal() and len(text) < 10 else default  # noqa: PLR2004 - fits 32 bits

    def connection_time_out(self) -> timedelta:
        """How long a station waits for the vehicle after a remote start."""
        seconds = self.number_setting("ConnectionTimeOut", _DEFAULT_CONNECTION_TIME_OUT)
        return timedelta(seconds=min(seconds, _LONGEST_TIME_OUT))

    def charging_state_now(self, connector: int, table: dict[Any, house.ChargingState]) -> house.ChargingState | None:
        """The charging state that the last status of a connector tells by this table."""
        note = self.memory.statuses.get(connector)
        return None if note is None else table.get(note.status)


def house_token(token: Token) -> house.IdToken:
    """A remembered token as the house writes it."""
    return house.IdToken(id_token=token.id_token, type=token.type)
