"""The ports the management system's handlers read through, with what is asked often remembered.

What is remembered changes only when a commit has returned from the disk, in the loop, before its waiters go on (but for
when a station was last heard, which reaches the disk later); a read
of the database that was under way meanwhile is not remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec.structs import replace
from sqlalchemy import bindparam, select, text

from pluglot.csms.facts import (
    Fact,
    StationHeard,
    StationRegistered,
    StationRemoved,
    TokenRemoved,
    TokenSaved,
    TransactionEnded,
    TransactionStarted,
    TransactionUpdated,
)
from pluglot.csms.records import LedgerEntry, StationRecord, TokenRecord, TransactionRecord
from pluglot.store import folding, rows, tables
from pluglot.store.reader import Query, Reader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

#: How many stations, tokens, ended transactions are remembered.
REMEMBERED = 50_000
#: How many ledgers are remembered, and how many entries one may have to be so.
REMEMBERED_LEDGERS = 2_000
REMEMBERED_ENTRIES = 500


class _Loading:
    """Reads of one key under way, and how often it was changed meanwhile."""

    __slots__ = ("changes", "readers")

    def __init__(self) -> None:
        self.readers = 0
        self.changes = 0


class Memory(Generic[Key, Value]):
    """The most recently used values, loaded on demand and never older than the last commit."""

    def __init__(self, bound: int) -> None:
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._bound = bound
        self._loading: dict[Key, _Loading] = {}

    def get(self, key: Key) -> Value | None:
        """What is remembered, or None."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value | None) -> None:
        """Remember what a commit made true; None forgets."""
        self.changed(key)
        if value is None:
            self._values.pop(key, None)
        else:
            self._remember(key, value)

    def refresh(self, key: Key, value: Value) -> None:
        """Put a value that says more in the place of one that is remembered, if it still is."""
        if key in self._values:
            self._values[key] = value

    def changed(self, key: Key) -> None:
        """Say that what is being loaded for this key may be old."""
        loading = self._loading.get(key)
        if loading is not None:
            loading.changes += 1

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        for loading in self._loading.values():
            loading.changes += 1

    async def load(self, key: Key, read: Callable[[], Awaitable[Value | None]]) -> Value | None:
        """What is remembered, or else what ``read`` finds; reads again when a commit changed it meanwhile."""
        while (value := self.get(key)) is None:
            loading = self._loading.setdefault(key, _Loading())
            loading.readers += 1
            changes = loading.changes
            try:
                found = await read()
            finally:
                loading.readers -= 1
                if not loading.readers:
                    del self._loading[key]
            is_current = changes == loading.changes
            if is_current:
                if found is not None:
                    self._remember(key, found)
                return found
        return value

    def _remember(self, key: Key, value: Value) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._bound:
            self._values.popitem(last=False)


def columns_of(table: Any, names: Iterable[str]) -> list[Any]:
    """The columns of a codec, in its order."""
    return [table.c[name] for name in names]


_STATION = Query(
    select(*columns_of(tables.stations, rows.STATION.columns)).where(tables.stations.c.id == bindparam("the_id"))
)
_CONNECTORS = Query(
    select(*columns_of(tables.connectors, rows.CONNECTOR.columns))
    .where(tables.connectors.c.station_id == bindparam("the_id"))
    .order_by(tables.connectors.c.evse_id, tables.connectors.c.connector_id)
)
_token = tables.tokens.c
_TOKENS = Query(
    select(*columns_of(tables.tokens, rows.TOKEN.columns))
    .where(_token.folded == bindparam("the_token"))
    .order_by(_token.type)
)
_transaction = tables.transactions.c
_TRANSACTION = Query(
    select(*columns_of(tables.transactions, rows.TRANSACTION.columns)).where(
        _transaction.station_id == bindparam("the_station"), _transaction.transaction_id == bindparam("the_transaction")
    )
)
# Written out: the index of open ones is not used by a condition with a parameter.
_OPEN_TRANSACTIONS = Query(
    select(*columns_of(tables.transactions, rows.TRANSACTION.columns)).where(text("is_open = 1"))
)
_entry = tables.ledger.c
_LEDGER = Query(
    select(*columns_of(tables.ledger, rows.LEDGER_ENTRY.columns))
    .where(_entry.station_id == bindparam("the_station"), _entry.transaction_id == bindparam("the_transaction"))
    .order_by(_entry.seq_no)
)


class StationsPort:
    """Stations that are known, and when each was last heard."""

    def __init__(self, reader: Reader, *, note_heard: Callable[[str], None]) -> None:
        """``note_heard`` is told of a station whose last-seen time is not in the database yet."""
        self._reader = reader
        self._note_heard = note_heard
        self._memory: Memory[str, StationRecord] = Memory(REMEMBERED)
        self._heard: dict[str, datetime] = {}

    async def find(self, station_id: str) -> StationRecord | None:
        """The station with this identity, byte for byte, or None."""
        station = self._memory.get(station_id)
        if station is None:
            station = await self._memory.load(station_id, lambda: self._read(station_id))
        if station is None:
            return None
        heard = self.as_heard(station)
        if heard is not station:
            self._memory.refresh(station_id, heard)
        return heard

    def as_heard(self, station: StationRecord) -> StationRecord:
        """The station with the last time it was heard, which reaches the database a little later."""
        heard = self._heard.get(station.id)
        if heard is None or (station.last_seen_at is not None and heard <= station.last_seen_at):
            return station
        return replace(station, last_seen_at=heard)

    def apply(self, fact: Fact) -> None:
        """Take up a fact that is durable."""
        station_id = folding.station_of(fact)
        if station_id is None:
            return
        known = self._memory.get(station_id)
        if known is None:
            self._memory.changed(station_id)
        else:
            self._memory.put(station_id, folding.station_after(self.as_heard(known), fact))
        if isinstance(fact, StationRegistered | StationRemoved):
            self._heard.pop(station_id, None)  # is written with the registration, or of nobody any more

    def heard(self, fact: StationHeard) -> None:
        """Take up that something arrived from a station."""
        station_id = fact.station_id
        known = self._heard.get(station_id)
        if known is None or known < fact.at:
            self._heard[station_id] = fact.at
            self._note_heard(station_id)

    def heard_at(self, station_id: str) -> datetime | None:
        """When the station was last heard by this process."""
        return self._heard.get(station_id)

    def disconnected_all(self) -> None:
        """No station is connected any more."""
        self._memory.clear()

    async def _read(self, station_id: str) -> StationRecord | None:
        row = await self._reader.first(_STATION, the_id=station_id)
        if row is None:
            return None
        connectors = await self._reader.all(_CONNECTORS, the_id=station_id)
        return rows.STATION.decode(row, connectors=tuple(map(rows.CONNECTOR.decode, connectors)))


Tokens = tuple[TokenRecord, ...]


class TokensPort:
    """Tokens that drivers present, remembered by their folded text."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._memory: Memory[str, Tokens] = Memory(REMEMBERED)

    async def find(self, id_token: str, type_: str | None) -> TokenRecord | None:
        """The token with this text and type; when type is None the only one with this text, if it is the only one."""
        folded = rows.fold_token(id_token)
        known = self._memory.get(folded)
        if known is None:
            known = await self._memory.load(folded, lambda: self._read(folded)) or ()
        fitting = [token for token in known if type_ is None or token.type == type_]
        return fitting[0] if len(fitting) == 1 else None

    def apply(self, fact: Fact) -> None:
        """Forget a token that changed; it is read again when it is asked for."""
        if type(fact) is TokenSaved:
            self._memory.put(rows.fold_token(fact.token.id_token), None)
        elif type(fact) is TokenRemoved:
            self._memory.put(rows.fold_token(fact.id_token), None)

    async def _read(self, folded: str) -> Tokens | None:
        found = await self._reader.all(_TOKENS, the_token=folded)
        # Unknown texts are not remembered: whoever presents them could fill the memory.
        return tuple(map(rows.TOKEN.decode, found)) or None


TransactionKey = tuple[str, str]
Ledger = dict[int, LedgerEntry]
#: Where an open transaction is looked for: by token or by EVSE.
Place = tuple[str, Any, Any]


class OpenTransactions:
    """All open transactions, found by key, by token and by EVSE."""

    def __init__(self) -> None:
        self._by_key: dict[TransactionKey, TransactionRecord] = {}
        self._keys: dict[Place, dict[TransactionKey, None]] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: TransactionKey) -> TransactionRecord | None:
        """The open transaction with this key, or None."""
        return self._by_key.get(key)

    def put(self, transaction: TransactionRecord) -> None:
        """Take up the new whole record, or forget it when it is over."""
        key = (transaction.station_id, transaction.transaction_id)
        old = self._by_key.get(key)
        is_open = transaction.is_open
        if old is None or not is_open or _stands_elsewhere(old, transaction):
            self._move(key, () if old is None else _places(old), _places(transaction) if is_open else ())
        if is_open:
            self._by_key[key] = transaction
        elif old is not None:
            del self._by_key[key]

    def _move(self, key: TransactionKey, old: Iterable[Place], new: Iterable[Place]) -> None:
        for place in old:
            keys = self._keys[place]
            del keys[key]
            if not keys:
                del self._keys[place]
        for place in new:
            self._keys.setdefault(place, {})[key] = None

    def all(self) -> list[TransactionRecord]:
        """All that are open."""
        return list(self._by_key.values())

    def of_token(self, id_token: str, type_: str) -> list[TransactionRecord]:
        """Those this token has open."""
        return self._at(("token", rows.fold_token(id_token), type_))

    def of_evse(self, station_id: str, evse_id: int) -> list[TransactionRecord]:
        """Those open at this EVSE."""
        return self._at(("evse", station_id, evse_id))

    def _at(self, place: Place) -> list[TransactionRecord]:
        return [self._by_key[key] for key in self._keys.get(place, ())]


def _stands_elsewhere(old: TransactionRecord, new: TransactionRecord) -> bool:
    return old.evse_id != new.evse_id or old.id_token != new.id_token or old.id_token_type != new.id_token_type


def _places(transaction: TransactionRecord) -> tuple[Place, ...]:
    token = rows.fold_token(transaction.id_token or "")
    return ("token", token, transaction.id_token_type), ("evse", transaction.station_id, transaction.evse_id)


def _holds(ranges: Iterable[tuple[int, int]], number: int) -> bool:
    return any(first <= number <= last for first, last in ranges)


class TransactionsPort:
    """Transactions and their ledgers; open ones are all in memory."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._open = OpenTransactions()
        self._memory: Memory[TransactionKey, TransactionRecord] = Memory(REMEMBERED)
        self._ledgers: Memory[TransactionKey, Ledger] = Memory(REMEMBERED_LEDGERS)

    async def start(self) -> None:
        """Read what is open."""
        self._open = OpenTransactions()
        for row in await self._reader.all(_OPEN_TRANSACTIONS):
            self._open.put(rows.TRANSACTION.decode(row))

    async def find(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        """The transaction of this station, or None."""
        key = (station_id, transaction_id)
        known = self._open.get(key) or self._memory.get(key)
        return known or await self._memory.load(key, lambda: self._read(key))

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries received, by ascending seqNo; empty when unknown."""
        entries = await self._ledger((station_id, transaction_id))
        return [entries[seq_no] for seq_no in sorted(entries)]

    async def entry(self, station_id: str, transaction_id: str, seq_no: int) -> LedgerEntry | None:
        """The entry with this number, or None."""
        transaction = await self.find(station_id, transaction_id)
        if transaction is None or not _holds(transaction.received_seq_nos, seq_no):
            return None  # nearly always: an event comes once
        return (await self._ledger((station_id, transaction_id))).get(seq_no)

    def open_everywhere(self) -> list[TransactionRecord]:
        """All open transactions, for who counts them at a start."""
        return self._open.all()

    async def open_of_token(self, id_token: str, type_: str) -> Sequence[TransactionRecord]:
        """Transactions this token has open anywhere (TX-13)."""
        return self._open.of_token(id_token, type_)

    async def open_of_evse(self, station_id: str, evse_id: int) -> Sequence[TransactionRecord]:
        """Transactions open at this EVSE."""
        return self._open.of_evse(station_id, evse_id)

    def apply(self, fact: TransactionStarted | TransactionUpdated | TransactionEnded) -> None:
        """Take up a fact that is durable."""
        transaction, entry = fact.transaction, fact.entry
        key = (transaction.station_id, transaction.transaction_id)
        self._open.put(transaction)
        self._memory.put(key, None if transaction.is_open else transaction)
        self._ledgers.changed(key)
        ledger = self._ledgers.get(key)
        if ledger is not None:
            ledger.setdefault(entry.seq_no, entry)  # TX-09: what is there stays
            if len(ledger) > REMEMBERED_ENTRIES:
                self._ledgers.put(key, None)

    async def _read(self, key: TransactionKey) -> TransactionRecord | None:
        row = await self._reader.first(_TRANSACTION, the_station=key[0], the_transaction=key[1])
        return None if row is None else rows.TRANSACTION.decode(row)

    async def _ledger(self, key: TransactionKey) -> Ledger:
        ledger = await self._ledgers.load(key, lambda: self._read_ledger(key)) or {}
        if len(ledger) > REMEMBERED_ENTRIES:
            self._ledgers.put(key, None)  # rather read again than keep so much
        return ledger

    async def _read_ledger(self, key: TransactionKey) -> Ledger | None:
        found = await self._reader.all(_LEDGER, the_station=key[0], the_transaction=key[1])
        entries = map(rows.LEDGER_ENTRY.decode, found)
        return {entry.seq_no: entry for entry in entries} or None
