"""The store on a database: facts go through the one writer, reads through ports and queries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from pluglot.csms.facts import (
    TRANSACTION_FACTS,
    CredentialChanged,
    Fact,
    StationHeard,
    StationRegistered,
    StationRemoved,
    TokenRemoved,
    TokenSaved,
)
from pluglot.csms.policy import FlatPrice
from pluglot.csms.records import AddressRecord, CredentialRecord
from pluglot.store import rows, schema, sqlite, tables
from pluglot.store.administration import SqlAdministration
from pluglot.store.apart import ProcessWriting
from pluglot.store.base import StoreUnavailable
from pluglot.store.folding import STATION_FACTS
from pluglot.store.group import GroupWriting, Writing
from pluglot.store.ports import REMEMBERED, Memory, StationsPort, TokensPort, TransactionsPort, columns_of
from pluglot.store.projections import DISCONNECT_ALL, Projector, hear_station
from pluglot.store.queries import SqlQueries
from pluglot.store.reader import Query, Reader
from pluglot.store.retention import Retention, Trimmer
from pluglot.store.statements import Statement, Values, Write
from pluglot.store.writer import GroupCommitWriter, GroupObserver

#: How long the time a station was last heard may be kept in memory before it is written.
HEARD_DELAY_S = 5.0

_CREDENTIAL = Query(
    select(*columns_of(tables.credentials, rows.CREDENTIAL.columns)).where(
        tables.credentials.c.station_id == bindparam("the_id")
    )
)
_DIALECT_MEMORY = Query(
    select(tables.dialect_memories.c.snapshot).where(
        tables.dialect_memories.c.station_id == bindparam("the_id"),
        tables.dialect_memories.c.ocpp_version == bindparam("the_version"),
    )
)
_ADDRESS = Query(
    select(*columns_of(tables.station_addresses, rows.ADDRESS.columns)).where(
        tables.station_addresses.c.station_id == bindparam("the_id")
    )
)
_PRICES = Query(select(*columns_of(tables.prices, rows.PRICE.columns)).order_by(tables.prices.c.number))
_LAST_MESSAGE = Query(select(func.max(tables.messages.c.id)))
# Ids given out are not given out again, even when their messages were trimmed.
_LAST_COUNTED = Query(select(tables.counters.c.value).where(tables.counters.c.name == bindparam("the_name")))


def _no_observer(_sets: int, _seconds: float) -> None:
    """For stores that nobody measures."""


class SqlStore:
    """A store in an SQLite file; one process at a time serves it."""

    def __init__(
        self,
        database: str | Path,
        *,
        retention: Retention | None = None,
        observer: GroupObserver = _no_observer,
        serving: bool = True,
        trim_every_s: float = 1.0,
        writes_apart: bool = False,
    ) -> None:
        """Make a store; ``open`` opens it.

        ``serving`` False is for short administrative visits beside the process that serves the database.
        ``writes_apart`` has a process of its own write, which is worth it for a server with more than one CPU.
        """
        self.path = sqlite.path_of(database)
        self._serving = serving
        self._lock = sqlite.ProcessLock(self.path)
        self._retention = retention or Retention()
        self._trim_every_s = trim_every_s
        self._writes_apart = writes_apart
        self._writer = GroupCommitWriter(self.path, observer=observer)
        self._reader = Reader(self.path)
        self._heard = LastHeard(self._submit_heard)
        self.stations = StationsPort(self._reader, note_heard=self._heard.note)
        self.tokens = TokensPort(self._reader)
        self.transactions = TransactionsPort(self._reader)
        self.queries = SqlQueries(self._reader, self.stations, self.transactions)
        self.administration = SqlAdministration(self._reader, self._write_one)
        self._credentials: Memory[str, CredentialRecord] = Memory(REMEMBERED)
        self._message_ids = count(1)
        self._projector = Projector(self.reserve_message_id, self.stations.heard_at)
        self._appliers: dict[type[Fact], tuple[Callable[[Any], None], ...]] = {
            **dict.fromkeys(STATION_FACTS, (self.stations.apply,)),
            **dict.fromkeys((TokenSaved, TokenRemoved), (self.tokens.apply,)),
            **dict.fromkeys(TRANSACTION_FACTS, (self.transactions.apply,)),
            StationHeard: (self.stations.heard,),
            CredentialChanged: (self._apply_changed_credential,),
            **dict.fromkeys((StationRegistered, StationRemoved), (self.stations.apply, self._apply_credential)),
        }

    async def open(self) -> None:
        """Create or migrate the database and start the writer; raises StoreUnavailable with a reason for people."""
        connection = await asyncio.to_thread(self._prepare)
        self._reader.start()
        self._writer.start(self._writing(connection))
        try:
            await self._recall()
        except BaseException as error:
            await self.close()
            if isinstance(error, ValueError | ArithmeticError | msgspec.MsgspecError):
                raise StoreUnavailable(
                    f"The database {self.path} cannot be used: it holds a transaction that cannot be read ({error}); "
                    "restore it from a backup."
                ) from error
            raise

    def _writing(self, connection: sqlite.Connection) -> Writing:
        if not self._writes_apart:
            return GroupWriting(self.path, Trimmer(self._retention, every_s=self._trim_every_s), connection)
        connection.close()
        lock = self._lock.descriptor
        writing = ProcessWriting(self.path, self._retention, trim_every_s=self._trim_every_s, lock=lock)
        writing.start()
        return writing

    async def _recall(self) -> None:
        """Take up what is remembered from the start."""
        await self.transactions.start()
        last = await self._reader.first(_LAST_MESSAGE) or (None,)
        counted = await self._reader.first(_LAST_COUNTED, the_name="messages") or (0,)
        self._message_ids = count(max(last[0] or 0, counted[0]) + 1)

    def _prepare(self) -> sqlite.Connection:
        sqlite.check_place(self.path)
        if self._serving:
            self._lock.take()
        try:
            connection = sqlite.connect_writer(self.path, create=True)
            try:
                schema.migrate(connection, self.path)
            except BaseException:
                connection.close()
                raise
        except sqlite.DatabaseError as error:
            self._lock.give_back()
            raise sqlite.unavailable(error, self.path) from error
        except BaseException:
            self._lock.give_back()
            raise
        return connection

    async def close(self) -> None:
        """Write what is waiting, then close."""
        await self._heard.stop()
        await self._reader.stop()
        await self._writer.stop()  # closes last, and so brings everything into the one file
        self._lock.give_back()

    async def commit(self, facts: Sequence[Fact]) -> None:
        """Return once all facts are durable, together or not at all; raises StoreUnavailable or FactsRefused."""
        writes = self._projector.writes_of(facts)
        if writes:
            await self._writer.write(writes, self._apply, facts)
        elif self._writer.is_running:
            self._apply(facts)
        else:
            raise StoreUnavailable(f"The database {self.path} is not open.")

    def reserve_message_id(self) -> int:
        """The id for the record of a MessageExchanged, for who must name it in advance."""
        return next(self._message_ids)

    async def credential(self, station_id: str) -> CredentialRecord | None:
        """How this station proves who it is."""
        return await self._credentials.load(station_id, lambda: self._read_credential(station_id))

    async def dialect_memory(self, station_id: str, ocpp_version: str) -> bytes | None:
        """What a dialect saved of this station."""
        row = await self._reader.first(_DIALECT_MEMORY, the_id=station_id, the_version=ocpp_version)
        return None if row is None else bytes(row[0])

    async def address(self, station_id: str) -> AddressRecord | None:
        """Where this station over SOAP is called."""
        row = await self._reader.first(_ADDRESS, the_id=station_id)
        return None if row is None else rows.ADDRESS.decode(row)

    async def prices(self) -> Sequence[FlatPrice]:
        """Every price that ever held, in the order they were set."""
        return [rows.PRICE.decode(row) for row in await self._reader.all(_PRICES)]

    async def mark_all_disconnected(self) -> None:
        """After a start: no station of this node is connected."""
        await self._writer.write([(DISCONNECT_ALL, (0,))], self._apply_disconnected)

    def _apply(self, facts: Sequence[Fact]) -> None:
        """Take up durable facts into what is remembered."""
        for fact in facts:
            for apply in self._appliers.get(type(fact), ()):
                apply(fact)

    def _apply_credential(self, fact: StationRegistered | StationRemoved) -> None:
        if isinstance(fact, StationRegistered):
            self._credentials.put(fact.station.id, fact.credential)
        else:
            self._credentials.put(fact.station_id, None)

    def _apply_changed_credential(self, fact: CredentialChanged) -> None:
        # Of a station that was removed or registered anew meanwhile nothing was written: what counts is read.
        self._credentials.put(fact.credential.station_id, None)

    def _apply_disconnected(self, _facts: Sequence[Fact]) -> None:
        self.stations.disconnected_all()

    async def _read_credential(self, station_id: str) -> CredentialRecord | None:
        row = await self._reader.first(_CREDENTIAL, the_id=station_id)
        return None if row is None else rows.CREDENTIAL.decode(row)

    async def _write_one(self, statement: Statement, values: Values) -> None:
        await self._writer.write([(statement, values)])

    async def _submit_heard(self, station_ids: Sequence[str]) -> None:
        writes: list[Write] = []
        for station_id in station_ids:
            at = self.stations.heard_at(station_id)
            if at is not None:
                writes.append(hear_station(station_id, at))
        if writes:
            await self._writer.write(writes)


class LastHeard:
    """Writes when stations were last heard, together and only every few seconds: not a row per message."""

    def __init__(self, submit: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._submit = submit
        self._waiting: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def note(self, station_id: str) -> None:
        """Write this station's time before long."""
        self._waiting.add(station_id)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HEARD_DELAY_S, self._begin)

    async def stop(self) -> None:
        """Write what waits."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await self._task
        await self._flush()

    def _begin(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        station_ids, self._waiting = list(self._waiting), set()
        try:
            await self._submit(station_ids)
        except StoreUnavailable:
            # Nobody was promised anything; the next time it is written with whoever is heard.
            self._waiting.update(station_ids)
