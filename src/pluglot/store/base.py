"""What the rest of the house asks of a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from pluglot.csms.facts import Fact
from pluglot.csms.policy import FlatPrice
from pluglot.csms.ports import Stations, Tokens, Transactions
from pluglot.csms.records import (
    AddressRecord,
    CredentialRecord,
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

Item = TypeVar("Item")


class Page(msgspec.Struct, Generic[Item], frozen=True, rename="camel"):
    """A part of a list; ``next_cursor`` is None at the end and otherwise opaque text for the next call."""

    items: list[Item]
    next_cursor: str | None = None


class UserRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A person who may log in; the password stands as an Argon2 text."""

    name: str
    role: str  # viewer, operator, admin
    password_hash: str
    created_at: datetime


class ApiTokenRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A bearer token; only its digest is kept."""

    name: str
    role: str
    digest: str
    created_at: datetime
    expires_at: datetime | None = None


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A login of a person: digests of the session's secret and of the password's text, never these themselves."""

    digest: str
    name: str
    password_digest: str
    began_at: datetime
    used_at: datetime


class InvalidCursor(ValueError):
    """A cursor that this store did not give out, or not for this list."""


class FactsRefused(ValueError):
    """These facts cannot be kept as they are, others can; the message says why. Nothing of the set was written."""


class StoreUnavailable(RuntimeError):
    """The store cannot be opened or written; the message says what and why, for people."""

    #: By this mark the other doors know it, for they do not import this one.
    means_unavailable = True


class Administration(Protocol):
    """People, bearer tokens and one-time secrets: small, rare, written at once."""

    async def user(self, name: str) -> UserRecord | None: ...
    async def users(self) -> Sequence[UserRecord]: ...
    async def save_user(self, user: UserRecord) -> None: ...
    async def remove_user(self, name: str) -> bool:
        """Whether there was this person, who may log in no more."""
        ...

    async def api_token(self, digest: str) -> ApiTokenRecord | None: ...
    async def api_tokens(self) -> Sequence[ApiTokenRecord]: ...
    async def save_api_token(self, token: ApiTokenRecord) -> None: ...
    async def remove_api_token(self, name: str) -> bool: ...
    async def session(self, digest: str) -> SessionRecord | None: ...
    async def add_session(self, session: SessionRecord) -> None: ...
    async def note_session_used(self, digest: str, at: datetime) -> None:
        """Keep when a login was last used; one that was forgotten stays so."""
        ...

    async def remove_session(self, digest: str) -> None:
        """Forget a login; an unknown one is no error."""
        ...

    async def trim_sessions(self, *, used_since: datetime, began_since: datetime, at_most: int) -> None:
        """Forget logins that were used or begun before these times, and the longest unused beyond ``at_most``."""
        ...

    async def secret(self, name: str) -> str | None:
        """A house secret kept across restarts (the key of station verifiers, of sessions, the one-time link)."""
        ...

    async def save_secret(self, name: str, value: str | None) -> None: ...


class Queries(Protocol):
    """Reading for the API and the pages.

    ``filters`` are named as the fields in camel case with exact values (``stationId``, ``ocppVersion``, ``state``,
    ``connected``, ``idToken``…) plus ``since``/``until`` (RFC 3339 on the list's main time); an unknown filter raises
    ``KeyError`` with its name, a value it cannot have ``ValueError``. Lists are newest first, except stations and
    tokens, which are by id. ``limit`` 1 to 1000.
    """

    async def stations(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[StationRecord]: ...
    async def tokens(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[TokenRecord]: ...
    async def transactions(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[TransactionRecord]: ...
    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]: ...
    async def readings(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[tuple[str, int | None, Reading, str | None]]:
        """Readings outside and inside transactions as (station id, EVSE id, reading, transaction id).

        Those of a transaction stand at the EVSE their event named, or else the transaction's, which is None while
        nobody has said it; the others have no transaction. Filters are stationId, evseId, transactionId, measurand,
        since and until.
        """
        ...

    async def messages(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[MessageRecord]: ...
    async def message(self, message_id: int) -> MessageRecord | None: ...
    async def events(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[EventRecord]: ...
    async def strangers(self, *, limit: int, cursor: str | None) -> Page[StrangerRecord]: ...
    async def variables(self, station_id: str) -> Sequence[VariableRecord]: ...
    async def counts(self) -> Mapping[str, int]:
        """Totals for pages and the demo: stations, transactions, messages, losses, events, errors."""
        ...


class Store(Protocol):
    """Everything durable of one CSMS."""

    stations: Stations
    tokens: Tokens
    transactions: Transactions
    queries: Queries
    administration: Administration

    async def open(self) -> None:
        """Create or migrate the database and start the writer; raises StoreUnavailable with a reason for people."""
        ...

    async def close(self) -> None:
        """Write what is waiting, then close."""
        ...

    async def commit(self, facts: Sequence[Fact]) -> None:
        """Return once all facts are durable, together or not at all; raises StoreUnavailable or FactsRefused.

        Calls that wait at the same time share one commit (design 4.1). A ledger entry whose (station, transaction,
        seqNo) is known already is left as it is. After it returns, the ports above answer with the new state.
        """
        ...

    def reserve_message_id(self) -> int:
        """The id for the record of a MessageExchanged, for who must name it in advance; others leave it None."""
        ...

    async def credential(self, station_id: str) -> CredentialRecord | None: ...
    async def dialect_memory(self, station_id: str, ocpp_version: str) -> bytes | None: ...
    async def address(self, station_id: str) -> AddressRecord | None:
        """Where this station over SOAP is called; None when nobody has said anything."""
        ...

    async def prices(self) -> Sequence[FlatPrice]:
        """Every price that ever held, in the order they were set."""
        ...

    async def mark_all_disconnected(self) -> None:
        """After a start: no station of this node is connected."""
        ...
