"""What the web door needs from the rest of the house; wired by the roof."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

import msgspec

from pluglot.csms.records import (
    AddressRecord,
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionRecord,
    VariableRecord,
)


class CallOutcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came of a call to a station, in 2.1 words."""

    #: answered, offline (nothing was sent), timed-out, left (it was sent, then the link closed or the answer was lost),
    #: refused (CALLERROR), not-supported (the dialect cannot say it), not-accepted (the registration of the station
    #: forbids it), invalid
    kind: str
    #: The 2.1 response as JSON builtins; None unless answered.
    response: dict[str, Any] | None = None
    losses: Sequence[Any] = ()
    latency_ms: float | None = None
    #: RPC error code, description and offending field (``path``) when not answered.
    code: str | None = None
    description: str | None = None
    path: str | None = None
    #: The id in the message log of what was exchanged, when something was.
    message_log_id: int | None = None


class StationCredential(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What registering gave: the password only when it was generated, and only this once."""

    station: StationRecord
    created: bool
    password: str | None = None


class InvalidInput(ValueError):
    """An operator's input breaks a rule; names the field and the rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class AlreadyRegistered(ValueError):
    """Somebody would be registered anew who is a station already."""

    def __init__(self, station_id: str) -> None:
        super().__init__(f"{station_id} is registered already")
        self.station_id = station_id


class Lists(Protocol):
    """Reading; the same calls as the store's queries (pages carry ``items`` and ``next_cursor``)."""

    async def stations(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def tokens(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def transactions(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]: ...
    async def readings(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def messages(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def message(self, message_id: int) -> MessageRecord | None: ...
    async def events(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Any: ...
    async def strangers(self, *, limit: int, cursor: str | None) -> Any: ...
    async def variables(self, station_id: str) -> Sequence[VariableRecord]: ...
    async def counts(self) -> Mapping[str, int]: ...


class Operations(Protocol):
    """What operators do; every write is a fact made durable before the call returns."""

    async def station(self, station_id: str) -> StationRecord | None: ...
    async def register_station(
        self,
        station_id: str,
        *,
        security_profile: int,
        password: str | None,
        note: str | None,
        only_new: bool = False,
    ) -> StationCredential:
        """Create a station or give it new credentials; raises InvalidInput. A given password is never returned.

        With ``only_new`` a station that is known keeps what it has, and AlreadyRegistered is raised.
        """
        ...

    async def change_station(self, station_id: str, changes: Mapping[str, Any]) -> StationRecord | None:
        """Apply changes to ``note`` or ``registration``; None when unknown; raises InvalidInput."""
        ...

    async def remove_station(self, station_id: str) -> bool: ...
    async def station_address(self, station_id: str) -> AddressRecord | None:
        """Where a station over SOAP is called; None when there is no such station."""
        ...

    async def register_address(self, station_id: str, url: str | None) -> AddressRecord | None:
        """Say where a station over SOAP is called; None when there is no such station; raises InvalidInput."""
        ...

    async def token(self, type_: str, id_token: str) -> TokenRecord | None: ...
    async def save_token(self, token: TokenRecord) -> bool:
        """True when it is new; raises InvalidInput."""
        ...

    async def remove_token(self, type_: str, id_token: str) -> bool: ...
    async def transaction(self, station_id: str, transaction_id: str) -> TransactionRecord | None: ...
    async def call(self, station_id: str, action: str, payload: Any, *, actor: str) -> CallOutcome:
        """Put a 2.1 request (JSON builtins) to a station, whatever its version; raises KeyError when unknown."""
        ...


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a person or a bearer token, with a role that includes the lower ones (viewer, operator, admin)."""

    name: str
    role: str
    #: For forms of pages: the anti-forgery token of this session.
    anti_forgery_token: str = ""


class Access(Protocol):
    """Logins and bearer tokens."""

    async def by_bearer(self, token: str) -> Principal | None: ...
    async def by_session(self, session: str) -> Principal | None: ...
    async def log_in(self, name: str, password: str, *, remote_address: str) -> str | None:
        """A session secret for the cookie, or None; guesses are slowed down per name and address."""
        ...

    async def log_out(self, session: str) -> None: ...
    async def set_admin_password(self, one_time_secret: str, password: str) -> bool:
        """Use up the one-time link of the first start; False when it is used or wrong; raises InvalidInput."""
        ...


class LiveFacts(Protocol):
    """Facts as they happen."""

    def subscribe(
        self, *, bound: int = 1000, wanted: Callable[[], bool] | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Any]]: ...


class Proxies(Protocol):
    """Knows the reverse proxies before this door."""

    def trusts(self, peer: str) -> bool: ...
    def origin(self, peer: str, forwarded: Sequence[str]) -> str:
        """Where a request of this peer came from, by what stands in its X-Forwarded-For."""
        ...


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the web door is given."""

    lists: Any  # Lists
    operations: Any  # Operations
    access: Any  # Access
    live: Any  # LiveFacts
    #: Renders Prometheus metrics as bytes.
    metrics: Any
    #: Says whether the house can serve: name of each check -> None or what is wrong.
    ready: Any
    clock: Any  # () -> datetime, aware UTC
    #: ISO 4217 code of the price.
    currency: str
    #: Where stations connect, shown to people: ``ws://127.0.0.1:9000/ocpp``.
    station_address: str
    #: Whose word counts for where a request came from; None for nobody's.
    proxies: Any = None  # Proxies
    #: True in the demo: visitors may operate and register without a password, on loopback only.
    open_to_visitors: bool = False


__all__ = [
    "Access",
    "AlreadyRegistered",
    "CallOutcome",
    "EventRecord",
    "House",
    "InvalidInput",
    "Lists",
    "LiveFacts",
    "Operations",
    "Principal",
    "Proxies",
    "Reading",
    "StationCredential",
    "StrangerRecord",
    "datetime",
]
