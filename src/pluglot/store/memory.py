"""A store in memory: the double we test with, which forgets everything at its end and is otherwise like the others."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Reversible, Sequence
from datetime import datetime
from itertools import count
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec.structs import replace

from pluglot.csms import facts as said
from pluglot.csms.facts import Fact
from pluglot.csms.policy import FlatPrice
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
from pluglot.store import folding, lists, rows
from pluglot.store.base import ApiTokenRecord, Page, SessionRecord, StoreUnavailable, UserRecord
from pluglot.store.lists import ListShape
from pluglot.store.ports import OpenTransactions, TransactionKey
from pluglot.store.projections import Projector, event_of_data, is_error
from pluglot.store.readings import ReadingsRow, Source, readings_page
from pluglot.store.retention import Retention
from pluglot.store.rows import fold_token

RecordType = TypeVar("RecordType")


class Contents:
    """All that is known, as plain collections; numbers rise in the order in which things came."""

    def __init__(self, retention: Retention) -> None:
        self.retention = retention
        self.stations: dict[str, StationRecord] = {}
        self.credentials: dict[str, CredentialRecord] = {}
        self.tokens: dict[tuple[str, str], TokenRecord] = {}
        self.transactions: dict[TransactionKey, tuple[int, TransactionRecord]] = {}
        self.open = OpenTransactions()
        self.ledgers: dict[TransactionKey, dict[int, tuple[int, LedgerEntry]]] = {}
        self.ledger_rows: list[ReadingsRow] = []
        self.meter_rows: dict[tuple[str, int, str], ReadingsRow] = {}
        self.variables: dict[str, dict[tuple[Any, ...], VariableRecord]] = {}
        self.strangers: dict[tuple[str, str], tuple[int, StrangerRecord]] = {}
        self.events: dict[int, EventRecord] = {}
        self.messages: dict[int, MessageRecord] = {}
        self.dialect_memories: dict[tuple[str, str], bytes] = {}
        self.addresses: dict[str, AddressRecord] = {}
        self.prices: list[FlatPrice] = []
        self.counted = {"messages": 0, "losses": 0, "events": 0, "errors": 0}
        self.numbers = count(1)
        self.message_ids = count(1)

    def apply(self, fact: Fact) -> None:
        """Take up one fact."""
        station_id = folding.station_of(fact)
        if station_id is not None:
            known = self.stations.get(station_id)
            if known is None and isinstance(fact, said.StationRegistered):
                self.forget(station_id)
            station = folding.station_after(known, fact)
            if station is None:
                self.stations.pop(station_id, None)
            else:
                self.stations[station_id] = station
        keep = _KEEPERS.get(type(fact))
        if keep is not None:
            keep(self, fact)

    def forget(self, station_id: str) -> None:
        """Drop what belongs to a station and not to its transactions."""
        self.credentials.pop(station_id, None)
        self.variables.pop(station_id, None)
        self.addresses.pop(station_id, None)
        for key in [key for key in self.dialect_memories if key[0] == station_id]:
            del self.dialect_memories[key]

    def forget_stranger(self, identity: str) -> None:
        """Drop every refusal of who is registered, or let in, by now."""
        for key in [key for key in self.strangers if key[0] == identity]:
            del self.strangers[key]

    def trim(self) -> None:
        """Forget the oldest of what is beyond its bounds."""
        bounds = self.retention
        if bounds.message_age is not None and self.messages:
            oldest = next(reversed(self.messages.values())).at - bounds.message_age
            for number in [number for number, message in self.messages.items() if message.at < oldest]:
                del self.messages[number]
        bounded: tuple[tuple[dict[Any, Any], int | None], ...] = (
            (self.messages, bounds.message_rows),
            (self.events, bounds.event_rows),
            (self.meter_rows, bounds.meter_value_rows),
        )
        for records, bound in bounded:
            while bound is not None and len(records) > bound:
                del records[next(iter(records))]
        while bounds.stranger_rows is not None and len(self.strangers) > bounds.stranger_rows:
            del self.strangers[min(self.strangers, key=lambda key: _stranger_key(*self.strangers[key]))]


def _stranger_key(number: int, stranger: StrangerRecord) -> tuple[int, int]:
    return rows.to_micros(stranger.last_seen_at), number


def _keep_registered(self: Contents, fact: said.StationRegistered) -> None:
    if fact.credential is None:
        self.credentials.pop(fact.station.id, None)
    else:
        self.credentials[fact.station.id] = fact.credential
    self.forget_stranger(fact.station.id)


def _keep_credential(self: Contents, fact: said.CredentialChanged) -> None:
    known = self.credentials.get(fact.credential.station_id)
    # Not of a station that was removed meanwhile, nor of one with other credentials by now.
    if known is not None and (known.verifier or "") == (fact.instead_of or ""):
        self.credentials[fact.credential.station_id] = fact.credential


def _keep_connected(self: Contents, fact: said.StationConnected) -> None:
    self.forget_stranger(fact.station_id)


def _keep_removed(self: Contents, fact: said.StationRemoved) -> None:
    self.forget(fact.station_id)


def _keep_token(self: Contents, fact: said.TokenSaved) -> None:
    self.tokens[fold_token(fact.token.id_token), fact.token.type] = fact.token


def _keep_token_removed(self: Contents, fact: said.TokenRemoved) -> None:
    self.tokens.pop((fold_token(fact.id_token), fact.type), None)


def _keep_transaction(
    self: Contents, fact: said.TransactionStarted | said.TransactionUpdated | said.TransactionEnded
) -> None:
    transaction, entry = fact.transaction, fact.entry
    key = (transaction.station_id, transaction.transaction_id)
    known = self.transactions.get(key)
    self.transactions[key] = (next(self.numbers) if known is None else known[0], transaction)
    self.open.put(transaction)
    ledger = self.ledgers.setdefault((entry.station_id, entry.transaction_id), {})
    if entry.seq_no not in ledger:  # TX-09: what is there stays
        number = next(self.numbers)
        ledger[entry.seq_no] = (number, entry)
        received_at = rows.to_micros(entry.received_at)
        self.ledger_rows.append(
            ReadingsRow(number, received_at, entry.station_id, entry.evse_id, entry.readings, entry.transaction_id)
        )


def _keep_meter_values(self: Contents, fact: said.MeterValuesReported) -> None:
    key = (fact.station_id, fact.evse_id, rows.to_json(fact.readings))
    if key not in self.meter_rows:
        at = rows.to_micros(fact.at)
        self.meter_rows[key] = ReadingsRow(next(self.numbers), at, fact.station_id, fact.evse_id, fact.readings)


def _keep_variables(self: Contents, fact: said.VariablesReported) -> None:
    known = self.variables.setdefault(fact.station_id, {})
    for variable in fact.variables:
        row = rows.VARIABLE.encode(variable)
        known[tuple(row[: rows.VARIABLE.columns.index("attribute") + 1])] = rows.VARIABLE.decode(row)


def _keep_stranger(self: Contents, fact: said.StrangerKnocked) -> None:
    new = fact.stranger
    key = (new.identity, new.reason)
    known = self.strangers.get(key)
    if known is None:
        self.strangers[key] = (next(self.numbers), new)
    else:
        number, old = known
        attempts = old.attempts + new.attempts
        self.strangers[key] = (number, replace(new, first_seen_at=old.first_seen_at, attempts=attempts))


def _keep_event(self: Contents, event: EventRecord) -> None:
    number = next(self.numbers)
    # As after a way through a database: what is inside is JSON.
    self.events[number] = rows.EVENT.decode(rows.EVENT.encode(replace(event, id=number)))
    self.counted["events"] += 1


def _keep_message(self: Contents, fact: said.MessageExchanged) -> None:
    message = fact.message
    number = next(self.message_ids) if message.id is None else message.id
    self.messages[number] = rows.MESSAGE.decode(rows.MESSAGE.encode(replace(message, id=number)))
    self.counted["messages"] += 1
    self.counted["losses"] += len(message.losses)
    self.counted["errors"] += is_error(message)


def _keep_dialect_memory(self: Contents, fact: said.DialectMemorySaved) -> None:
    self.dialect_memories[fact.station_id, fact.ocpp_version] = fact.snapshot


def _keep_address_told(self: Contents, fact: said.StationAddressTold) -> None:
    known = self.addresses.get(fact.station_id) or AddressRecord(station_id=fact.station_id)
    self.addresses[fact.station_id] = replace(known, told_url=fact.url, told_from=fact.remote_address, told_at=fact.at)


def _keep_address_registered(self: Contents, fact: said.StationAddressRegistered) -> None:
    known = self.addresses.get(fact.station_id) or AddressRecord(station_id=fact.station_id)
    self.addresses[fact.station_id] = replace(known, registered_url=fact.url)


_KEEPERS: Mapping[type[Fact], Callable[[Contents, Any], None]] = MappingProxyType(
    {
        said.StationRegistered: _keep_registered,
        said.CredentialChanged: _keep_credential,
        said.StationConnected: _keep_connected,
        said.StationRemoved: _keep_removed,
        said.TokenSaved: _keep_token,
        said.TokenRemoved: _keep_token_removed,
        said.PriceSet: lambda self, fact: self.prices.append(fact.price),
        said.TransactionStarted: _keep_transaction,
        said.TransactionUpdated: _keep_transaction,
        said.TransactionEnded: _keep_transaction,
        said.MeterValuesReported: _keep_meter_values,
        said.VariablesReported: _keep_variables,
        said.StrangerKnocked: _keep_stranger,
        said.EventOccurred: lambda self, fact: _keep_event(self, fact.event),
        said.DataReceived: lambda self, fact: _keep_event(self, event_of_data(fact)),
        said.MessageExchanged: _keep_message,
        said.DialectMemorySaved: _keep_dialect_memory,
        said.StationAddressTold: _keep_address_told,
        said.StationAddressRegistered: _keep_address_registered,
    }
)


class MemoryStations:
    """Stations that are known."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    async def find(self, station_id: str) -> StationRecord | None:
        """The station with this identity, byte for byte, or None."""
        return self._contents.stations.get(station_id)


class MemoryTokens:
    """Tokens that drivers present."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    async def find(self, id_token: str, type_: str | None) -> TokenRecord | None:
        """The token with this text and type; when type is None the only one with this text, if it is the only one."""
        tokens = self._contents.tokens
        folded = fold_token(id_token)
        if type_ is not None:
            return tokens.get((folded, type_))
        fitting = [token for (text, _), token in tokens.items() if text == folded]
        return fitting[0] if len(fitting) == 1 else None


class MemoryTransactions:
    """Transactions and their ledgers."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    async def find(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        """The transaction of this station, or None."""
        known = self._contents.transactions.get((station_id, transaction_id))
        return None if known is None else known[1]

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries received, by ascending seqNo; empty when unknown."""
        ledger = self._contents.ledgers.get((station_id, transaction_id), {})
        return [ledger[seq_no][1] for seq_no in sorted(ledger)]

    async def entry(self, station_id: str, transaction_id: str, seq_no: int) -> LedgerEntry | None:
        """The entry with this number, or None."""
        known = self._contents.ledgers.get((station_id, transaction_id), {}).get(seq_no)
        return None if known is None else known[1]

    def open_everywhere(self) -> list[TransactionRecord]:
        """All open transactions, for who counts them at a start."""
        return self._contents.open.all()

    async def open_of_token(self, id_token: str, type_: str) -> Sequence[TransactionRecord]:
        """Transactions this token has open anywhere (TX-13)."""
        return self._contents.open.of_token(id_token, type_)

    async def open_of_evse(self, station_id: str, evse_id: int) -> Sequence[TransactionRecord]:
        """Transactions open at this EVSE."""
        return self._contents.open.of_evse(station_id, evse_id)


def listed(
    shape: ListShape,
    keyed: Iterable[tuple[lists.Key, RecordType]],
    filters: Mapping[str, str],
    limit: int,
    cursor: str | None,
) -> Page[RecordType]:
    """A page of records with their places, filtered and in order; the rules of every list that is kept in memory."""
    limit = lists.checked_limit(limit)
    given = shape.read_filters(filters)
    after = shape.read_cursor(cursor)
    found = [(key, record) for key, record in keyed if _matches(record, given)]
    found.sort(key=operator.itemgetter(0), reverse=shape.newest_first)
    if after is not None:
        is_after = operator.lt if shape.newest_first else operator.gt
        found = [(key, record) for key, record in found if is_after(key, after)]
    return shape.page(found, limit)


class MemoryQueries:
    """Reading for the API and the pages."""

    def __init__(self, contents: Contents, transactions: MemoryTransactions) -> None:
        self._contents = contents
        self._transactions = transactions

    async def stations(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[StationRecord]:
        """Stations by id."""
        keyed = (((key,), station) for key, station in self._contents.stations.items())
        return listed(lists.STATIONS, keyed, filters, limit, cursor)

    async def tokens(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[TokenRecord]:
        """Tokens by their text."""
        return listed(lists.TOKENS, self._contents.tokens.items(), filters, limit, cursor)

    async def transactions(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[TransactionRecord]:
        """Transactions, the one the house learnt of last first; those of a span of time by when they started."""
        shape = lists.transactions_shape(filters)
        in_time = shape is lists.TRANSACTIONS_IN_TIME
        keyed = (
            ((rows.to_micros(transaction.started_at), number) if in_time else (number,), transaction)
            for number, transaction in self._contents.transactions.values()
        )
        return listed(shape, keyed, filters, limit, cursor)

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries of a transaction by seqNo."""
        return await self._transactions.ledger(station_id, transaction_id)

    async def readings(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[tuple[str, int | None, Reading, str | None]]:
        """Readings outside and inside transactions, latest received first."""
        ledger = _source(self._contents.ledger_rows, self._at_its_evse)
        meter = _source(self._contents.meter_rows.values())
        return await readings_page(ledger, meter, filters=filters, limit=limit, cursor=cursor)

    def _at_its_evse(self, row: ReadingsRow) -> ReadingsRow:
        """The row with the EVSE of its transaction, where its event named none."""
        if row.evse_id is not None:
            return row
        known = self._contents.transactions.get((row.station_id, row.transaction_id or ""))
        return row if known is None else replace(row, evse_id=known[1].evse_id)

    async def messages(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[MessageRecord]:
        """The message log, newest first."""
        keyed = (((number,), message) for number, message in self._contents.messages.items())
        return listed(lists.MESSAGES, keyed, filters, limit, cursor)

    async def message(self, message_id: int) -> MessageRecord | None:
        """One message of the log."""
        return self._contents.messages.get(message_id)

    async def events(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[EventRecord]:
        """The event list, newest first."""
        keyed = (((number,), event) for number, event in self._contents.events.items())
        return listed(lists.EVENTS, keyed, filters, limit, cursor)

    async def strangers(self, *, limit: int, cursor: str | None) -> Page[StrangerRecord]:
        """Who knocked, the last first."""
        keyed = ((_stranger_key(*known), known[1]) for known in self._contents.strangers.values())
        return listed(lists.STRANGERS, keyed, {}, limit, cursor)

    async def variables(self, station_id: str) -> Sequence[VariableRecord]:
        """What a station told of its variables."""
        known = self._contents.variables.get(station_id, {})
        return [known[key] for key in sorted(known)]

    async def counts(self) -> Mapping[str, int]:
        """Totals, also of what retention has trimmed."""
        contents = self._contents
        return {
            "stations": len(contents.stations),
            "transactions": len(contents.transactions),
        } | contents.counted


def _source(
    all_rows: Reversible[ReadingsRow], as_told: Callable[[ReadingsRow], ReadingsRow] = lambda row: row
) -> Source:
    async def rows_below(number: int, limit: int) -> Sequence[ReadingsRow]:
        found = [row for row in reversed(all_rows) if row.number < number and row.readings][:limit]
        return [as_told(row) for row in found]

    return rows_below


def _matches(record: Any, filters: Sequence[tuple[str, lists.Filter, Any]]) -> bool:
    return all(
        (value := _field(record, filter_.field)) is not None and getattr(operator, filter_.compare)(value, wanted)
        for _, filter_, wanted in filters
    )


def _field(record: Any, name: str) -> Any:
    return fold_token(record.id_token) if name == "folded" else getattr(record, name)


class MemoryAdministration:
    """People, bearer tokens and house secrets."""

    def __init__(self) -> None:
        self._users: dict[str, UserRecord] = {}
        self._api_tokens: dict[str, ApiTokenRecord] = {}
        self._sessions: dict[str, SessionRecord] = {}
        self._secrets: dict[str, str] = {}

    async def user(self, name: str) -> UserRecord | None:
        """The person with this name."""
        return self._users.get(name)

    async def users(self) -> Sequence[UserRecord]:
        """All people by name."""
        return [self._users[name] for name in sorted(self._users)]

    async def save_user(self, user: UserRecord) -> None:
        """Create or replace a person."""
        self._users[user.name] = user

    async def remove_user(self, name: str) -> bool:
        """Whether there was this person, who is gone now."""
        return self._users.pop(name, None) is not None

    async def api_token(self, digest: str) -> ApiTokenRecord | None:
        """The bearer token with this digest."""
        return next((token for token in self._api_tokens.values() if token.digest == digest), None)

    async def api_tokens(self) -> Sequence[ApiTokenRecord]:
        """All bearer tokens by name."""
        return [self._api_tokens[name] for name in sorted(self._api_tokens)]

    async def save_api_token(self, token: ApiTokenRecord) -> None:
        """Create or replace the bearer token of this name."""
        self._api_tokens[token.name] = token

    async def remove_api_token(self, name: str) -> bool:
        """Whether there was a bearer token of this name, which is gone now."""
        return self._api_tokens.pop(name, None) is not None

    async def session(self, digest: str) -> SessionRecord | None:
        """The login with this digest."""
        return self._sessions.get(digest)

    async def add_session(self, session: SessionRecord) -> None:
        """Keep a login."""
        self._sessions[session.digest] = session

    async def note_session_used(self, digest: str, at: datetime) -> None:
        """Keep when a login was last used; one that was forgotten stays so."""
        if (known := self._sessions.get(digest)) is not None:
            self._sessions[digest] = replace(known, used_at=at)

    async def remove_session(self, digest: str) -> None:
        """Forget a login; an unknown one is no error."""
        self._sessions.pop(digest, None)

    async def trim_sessions(self, *, used_since: datetime, began_since: datetime, at_most: int) -> None:
        """Forget logins that were used or begun before these times, and the longest unused beyond ``at_most``."""
        young = [one for one in self._sessions.values() if one.used_at >= used_since and one.began_at >= began_since]
        young.sort(key=lambda one: (-rows.to_micros(one.used_at), one.digest))
        self._sessions = {one.digest: one for one in young[:at_most]}

    async def secret(self, name: str) -> str | None:
        """A house secret."""
        return self._secrets.get(name)

    async def save_secret(self, name: str, value: str | None) -> None:
        """Keep a house secret; None forgets it."""
        if value is None:
            self._secrets.pop(name, None)
        else:
            self._secrets[name] = value


class MemoryStore:
    """A store that is durable until its process ends."""

    def __init__(self, *, retention: Retention | None = None) -> None:
        self._contents = Contents(retention or Retention())
        self._projector = Projector(lambda: 0, lambda _station_id: None)
        self._is_open = False
        self.stations = MemoryStations(self._contents)
        self.tokens = MemoryTokens(self._contents)
        self.transactions = MemoryTransactions(self._contents)
        self.queries = MemoryQueries(self._contents, self.transactions)
        self.administration = MemoryAdministration()

    async def open(self) -> None:
        """Begin to take facts."""
        self._is_open = True

    async def close(self) -> None:
        """Take no more facts; what is known can be opened again."""
        self._is_open = False

    async def commit(self, facts: Sequence[Fact]) -> None:
        """Take up all facts or none; raises StoreUnavailable or FactsRefused."""
        if not self._is_open:
            raise StoreUnavailable("The store in memory is not open.")
        self._projector.writes_of(facts)  # what a database would refuse is refused here too
        for fact in facts:
            self._contents.apply(fact)
        self._contents.trim()

    def reserve_message_id(self) -> int:
        """The id for the record of a MessageExchanged, for who must name it in advance."""
        return next(self._contents.message_ids)

    async def credential(self, station_id: str) -> CredentialRecord | None:
        """How this station proves who it is."""
        return self._contents.credentials.get(station_id)

    async def dialect_memory(self, station_id: str, ocpp_version: str) -> bytes | None:
        """What a dialect saved of this station."""
        return self._contents.dialect_memories.get((station_id, ocpp_version))

    async def address(self, station_id: str) -> AddressRecord | None:
        """Where this station over SOAP is called."""
        return self._contents.addresses.get(station_id)

    async def prices(self) -> Sequence[FlatPrice]:
        """Every price that ever held, in the order they were set."""
        return list(self._contents.prices)

    async def mark_all_disconnected(self) -> None:
        """After a start: no station of this node is connected."""
        stations = self._contents.stations
        stations.update({key: replace(station, connected=False) for key, station in stations.items()})
