"""A house in memory, by the store's rules for lists and people: what the web door is tested and shown with."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from pluglot.csms import facts as happened
from pluglot.csms import registering
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
from pluglot.messages import codec
from pluglot.messages.actions import ACTIONS
from pluglot.store import Page, lists
from pluglot.store.base import SessionRecord, UserRecord
from pluglot.store.memory import MemoryAdministration, listed
from pluglot.store.rows import fold_token, to_micros
from pluglot.web.access import HouseAccess
from pluglot.web.base import AlreadyRegistered, CallOutcome, House, InvalidInput, StationCredential

RecordType = TypeVar("RecordType")


def at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of something that is asynchronous in name only, as everything in memory is."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("this waits for something")


class MemoryLive:
    """Facts to everybody who listens."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Any], Callable[[], bool] | None] = {}

    def publish(self, *facts: Any) -> None:
        """Hand facts to every subscriber."""
        for queue, wanted in self._queues.items():
            if wanted is None or wanted():
                for fact in facts:
                    queue.put_nowait(fact)

    @asynccontextmanager
    async def subscribe(
        self, *, bound: int = 1000, wanted: Callable[[], bool] | None = None
    ) -> AsyncIterator[AsyncIterator[Any]]:
        """Facts from now on, as far as they are wanted."""
        queue: asyncio.Queue[Any] = asyncio.Queue(bound)
        self._queues[queue] = wanted

        async def facts() -> AsyncIterator[Any]:
            while True:
                yield await queue.get()

        try:
            yield facts()
        finally:
            self._queues.pop(queue, None)


class MemoryLists:
    """Reading from dictionaries, with the rules of the store's queries."""

    def __init__(self) -> None:
        self.all_stations: dict[str, StationRecord] = {}
        self.all_tokens: dict[tuple[str, str], TokenRecord] = {}
        self.all_transactions: dict[tuple[str, str], TransactionRecord] = {}
        self.ledgers: dict[tuple[str, str], list[LedgerEntry]] = {}
        self.all_readings: list[tuple[str, int | None, Reading, str | None]] = []
        self.all_messages: list[MessageRecord] = []
        self.all_events: list[EventRecord] = []
        self.all_strangers: dict[tuple[str, str], StrangerRecord] = {}
        self.all_variables: dict[str, list[VariableRecord]] = {}

    async def stations(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[StationRecord]:
        """Stations by id."""
        keyed = (((station.id,), station) for station in self.all_stations.values())
        return listed(lists.STATIONS, keyed, filters, limit, cursor)

    async def tokens(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[TokenRecord]:
        """Tokens by their text."""
        keyed = (((fold_token(token.id_token), token.type), token) for token in self.all_tokens.values())
        return listed(lists.TOKENS, keyed, filters, limit, cursor)

    async def transactions(
        self, *, filters: Mapping[str, str], limit: int, cursor: str | None
    ) -> Page[TransactionRecord]:
        """Transactions, newest first."""
        in_time = sorted(self.all_transactions.values(), key=lambda transaction: transaction.started_at)
        shape = lists.transactions_shape(filters)
        keyed = (
            ((number,) if shape is lists.TRANSACTIONS else (to_micros(transaction.started_at), number), transaction)
            for number, transaction in enumerate(in_time)
        )
        return listed(shape, keyed, filters, limit, cursor)

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries of a transaction by sequence number."""
        return sorted(self.ledgers.get((station_id, transaction_id), ()), key=lambda entry: entry.seq_no)

    async def readings(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[Any]:
        """Readings of transactions and others, newest first."""
        inside = [
            (key[0], self._evse_of(key, entry), reading, key[1])
            for key, entries in self.ledgers.items()
            for entry in entries
            for reading in entry.readings
        ]
        found = [
            item
            for item in sorted([*self.all_readings, *inside], key=lambda item: item[2].at, reverse=True)
            if _fits_reading(item, filters)
        ]
        return _cut(found, limit, cursor)

    def _evse_of(self, key: tuple[str, str], entry: LedgerEntry) -> int | None:
        transaction = self.all_transactions.get(key)
        return entry.evse_id if entry.evse_id is not None or transaction is None else transaction.evse_id

    async def messages(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[Any]:
        """Messages, newest first."""
        return listed(lists.MESSAGES, _numbered(self.all_messages), filters, limit, cursor)

    async def message(self, message_id: int) -> MessageRecord | None:
        """One message."""
        return next((message for message in self.all_messages if message.id == message_id), None)

    async def events(self, *, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[Any]:
        """Events, newest first."""
        return listed(lists.EVENTS, _numbered(self.all_events), filters, limit, cursor)

    async def strangers(self, *, limit: int, cursor: str | None) -> Page[Any]:
        """Strangers, newest first."""
        keyed = (
            ((to_micros(stranger.last_seen_at), number), stranger)
            for number, stranger in enumerate(self.all_strangers.values())
        )
        return listed(lists.STRANGERS, keyed, {}, limit, cursor)

    async def variables(self, station_id: str) -> Sequence[VariableRecord]:
        """Known variables of a station."""
        return self.all_variables.get(station_id, [])

    async def counts(self) -> Mapping[str, int]:
        """Totals."""
        return {
            "stations": len(self.all_stations),
            "transactions": len(self.all_transactions),
            "messages": len(self.all_messages),
            "losses": sum(len(message.losses) for message in self.all_messages),
            "events": len(self.all_events),
            "errors": sum(event.severity == "error" for event in self.all_events),
        }


def _numbered(records: Sequence[RecordType]) -> Iterator[tuple[lists.Key, RecordType]]:
    return (((number,), record) for number, record in enumerate(records))


def _cut(items: list[Any], limit: int, cursor: str | None) -> Page[Any]:
    start = 0
    if cursor is not None:
        try:
            start = int(base64.urlsafe_b64decode(cursor.encode()))
        except ValueError:
            raise ValueError("not a cursor of this list") from None
    end = start + limit
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(items) else None
    return Page(items[start:end], following)


def _fits_reading(item: tuple[str, int | None, Reading, str | None], filters: Mapping[str, str]) -> bool:
    station_id, evse_id, reading, transaction_id = item
    known = {
        "stationId": station_id,
        "evseId": str(evse_id),
        "measurand": reading.measurand,
        "transactionId": transaction_id,
    }
    for name, wanted in filters.items():
        if name == "since" and reading.at < datetime.fromisoformat(wanted):
            return False
        if name == "until" and reading.at > datetime.fromisoformat(wanted):
            return False
        if name in known and known[name] != wanted:
            return False
    return True


#: Of stations: A00.FR.205.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 16, 64

Answer = Callable[[str, str, Mapping[str, Any]], CallOutcome | None]


class MemoryOperations:
    """Writing into the lists, each write told as a fact; calls are answered by what the test or the sample says."""

    def __init__(self, lists: MemoryLists, live: MemoryLive, clock: Callable[[], datetime]) -> None:
        self._lists = lists
        self._live = live
        self._clock = clock
        #: Asked first for what comes of a call; None leaves it to the plain rules.
        self._addresses: dict[str, AddressRecord] = {}
        self.answer: Answer = lambda *_: None
        #: Every call that was sent to a station.
        self.sent: list[tuple[str, str, Any, str]] = []

    async def station(self, station_id: str) -> StationRecord | None:
        """A station."""
        return self._lists.all_stations.get(station_id)

    async def register_station(
        self,
        station_id: str,
        *,
        security_profile: int,
        password: str | None,
        note: str | None,
        only_new: bool = False,
    ) -> StationCredential:
        """Register, with a generated password when none is given."""
        if only_new and station_id in self._lists.all_stations:
            raise AlreadyRegistered(station_id)
        if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise InvalidInput("password", f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
        wrong = registering.wrong_identity(station_id)
        if wrong is not None:
            raise InvalidInput(wrong.field, wrong.rule)
        known = self._lists.all_stations.get(station_id)
        station = replace(
            known or StationRecord(id=station_id, registered_at=self._clock()),
            security_profile=security_profile,
            note=note if note is not None else known.note if known else None,
        )
        self.save(station)
        for key in [key for key in self._lists.all_strangers if key[0] == station_id]:
            del self._lists.all_strangers[key]
        self._live.publish(happened.StationRegistered(at=self._clock(), station=station, credential=None))
        generated = secrets.token_urlsafe(24) if password is None else None
        return StationCredential(station=station, created=known is None, password=generated)

    async def change_station(self, station_id: str, changes: Mapping[str, Any]) -> StationRecord | None:
        """Change the note or the registration."""
        known = self._lists.all_stations.get(station_id)
        if known is None:
            return None
        outcome = registering.change_station(known, changes, now=self._clock())
        if isinstance(outcome, registering.Mistake):
            raise InvalidInput(outcome.field, outcome.rule)
        (station,) = (fact.station for fact in outcome if isinstance(fact, happened.StationChanged))
        self.save(station)
        self._live.publish(happened.StationChanged(at=self._clock(), station=station))
        return station

    async def station_address(self, station_id: str) -> AddressRecord | None:
        """Where a station is called."""
        if station_id not in self._lists.all_stations:
            return None
        return self._addresses.get(station_id, AddressRecord(station_id=station_id))

    async def register_address(self, station_id: str, url: str | None) -> AddressRecord | None:
        """Say where a station is called."""
        known = await self.station_address(station_id)
        if known is None:
            return None
        checked = registering.register_address(station_id, url, now=self._clock())
        if isinstance(checked, registering.Mistake):
            raise InvalidInput(checked.field, checked.rule)
        self._addresses[station_id] = replace(known, registered_url=url)
        return self._addresses[station_id]

    async def remove_station(self, station_id: str) -> bool:
        """Forget a station."""
        known = self._lists.all_stations.pop(station_id, None)
        if known is not None:
            self._live.publish(happened.StationRemoved(at=self._clock(), station_id=station_id))
        return known is not None

    async def token(self, type_: str, id_token: str) -> TokenRecord | None:
        """A token."""
        return self._lists.all_tokens.get((type_, id_token))

    async def save_token(self, token: TokenRecord) -> bool:
        """Keep a token; whether it is new."""
        outcome = registering.save_token(token, now=self._clock())
        if isinstance(outcome, registering.Mistake):
            raise InvalidInput(outcome.field, outcome.rule)
        key = (token.type, token.id_token)
        is_new = key not in self._lists.all_tokens
        for fact in outcome:
            if isinstance(fact, happened.TokenSaved):
                self._lists.all_tokens[key] = fact.token
            self._live.publish(fact)
        return is_new

    async def remove_token(self, type_: str, id_token: str) -> bool:
        """Forget a token."""
        known = self._lists.all_tokens.pop((type_, id_token), None)
        if known is not None:
            self._live.publish(happened.TokenRemoved(at=self._clock(), id_token=id_token, type=type_))
        return known is not None

    async def transaction(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        """A transaction."""
        return self._lists.all_transactions.get((station_id, transaction_id))

    async def call(self, station_id: str, action: str, payload: Any, *, actor: str) -> CallOutcome:
        """Check the request as the house does, then answer as a willing station would."""
        station = self._lists.all_stations[station_id]
        try:
            codec.from_builtins(ACTIONS[action].request, payload)
        except codec.PayloadViolation as wrong:
            return CallOutcome(
                kind="invalid", code="FormationViolation", description=wrong.detail, path=wrong.path_of_member
            )
        if not station.connected:
            return CallOutcome(kind="offline", description=f"{station_id} is not connected")
        await asyncio.sleep(0)
        self.sent.append((station_id, action, payload, actor))
        outcome = self.answer(station_id, action, payload)
        if outcome is None:
            outcome = CallOutcome(kind="answered", response={"status": "Accepted"}, latency_ms=41.5)
        message = self._log(station, action, payload, outcome)
        return replace(outcome, message_log_id=message.id)

    def _log(self, station: StationRecord, action: str, payload: Any, outcome: CallOutcome) -> MessageRecord:
        message_id = secrets.token_hex(8)
        request = msgspec.json.encode([2, message_id, action, payload]).decode()
        response = msgspec.json.encode([3, message_id, outcome.response]).decode()
        message = MessageRecord(
            id=len(self._lists.all_messages) + 1,
            station_id=station.id,
            at=self._clock(),
            ocpp_version=station.ocpp_version or "2.1",
            direction="out",
            message_id=message_id,
            action=action,
            request_frame=request,
            response_frame=response if outcome.kind == "answered" else None,
            outcome=outcome.kind,
            losses=tuple(outcome.losses),
            latency_ms=outcome.latency_ms,
        )
        self._lists.all_messages.append(message)
        self._live.publish(happened.MessageExchanged(at=message.at, message=message))
        return message

    def save(self, *stations: StationRecord) -> None:
        """Put stations in place without telling anyone."""
        self._lists.all_stations.update({station.id: station for station in stations})


class MemoryHouse(msgspec.Struct, frozen=True, kw_only=True):
    """A house and the parts of it that tests reach into."""

    house: House
    lists: MemoryLists
    operations: MemoryOperations
    live: MemoryLive
    people: MemoryAdministration
    access: HouseAccess

    def record(self, *facts: Any) -> None:
        """Let facts happen: put their records into the lists, then tell whoever listens."""
        for fact in facts:
            self._keep(fact)
        self.live.publish(*facts)

    def _keep(self, fact: Any) -> None:
        match fact:
            case happened.StationRegistered() | happened.StationChanged() | happened.StationBooted():
                self.operations.save(fact.station)
            case happened.StationConnected():
                known = self.lists.all_stations[fact.station_id]
                self.operations.save(replace(known, connected=True, ocpp_version=fact.ocpp_version, epoch=fact.epoch))
            case happened.StationDisconnected():
                self.operations.save(replace(self.lists.all_stations[fact.station_id], connected=False))
            case happened.TransactionStarted() | happened.TransactionUpdated() | happened.TransactionEnded():
                key = (fact.transaction.station_id, fact.transaction.transaction_id)
                self.lists.all_transactions[key] = fact.transaction
                self.lists.ledgers.setdefault(key, []).append(fact.entry)
            case happened.MessageExchanged():
                self.lists.all_messages.append(fact.message)
            case happened.EventOccurred():
                self.lists.all_events.append(fact.event)
            case happened.StrangerKnocked():
                stranger = fact.stranger
                self.lists.all_strangers[(stranger.identity, stranger.reason)] = stranger
            case happened.ConnectorStatusReported():
                self._keep_connector(fact)
            case _:
                pass

    def _keep_connector(self, fact: happened.ConnectorStatusReported) -> None:
        known = self.lists.all_stations[fact.station_id]
        others = [
            connector
            for connector in known.connectors
            if (connector.evse_id, connector.connector_id) != (fact.connector.evse_id, fact.connector.connector_id)
        ]
        ordered = sorted([*others, fact.connector], key=lambda c: (c.evse_id, c.connector_id))
        self.operations.save(replace(known, connectors=tuple(ordered)))


def memory_house(
    *, clock: Callable[[], datetime] | None = None, admin_token: str | None = None, open_to_visitors: bool = False
) -> MemoryHouse:
    """An empty house in memory."""
    clock = clock or _now
    lists, live, people = MemoryLists(), MemoryLive(), MemoryAdministration()
    operations = MemoryOperations(lists, live, clock)
    access = HouseAccess(people, clock=clock, new_user=UserRecord, new_session=SessionRecord, admin_token=admin_token)
    house = House(
        lists=lists,
        operations=operations,
        access=access,
        live=live,
        metrics=lambda: b"# HELP pluglot_up Whether the house stands.\n# TYPE pluglot_up gauge\npluglot_up 1.0\n",
        ready=lambda: {"store": None, "transport": None},
        clock=clock,
        currency="EUR",
        station_address="ws://127.0.0.1:9000/ocpp",
        open_to_visitors=open_to_visitors,
    )
    return MemoryHouse(house=house, lists=lists, operations=operations, live=live, people=people, access=access)


def _now() -> datetime:
    return datetime.now(UTC)
