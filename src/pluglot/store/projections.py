"""How each fact is written: one table from the fact's type to the writes it causes, pure and without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from pluglot.csms.facts import (
    ConnectorStatusReported,
    CredentialChanged,
    DataReceived,
    DialectMemorySaved,
    EventOccurred,
    Fact,
    MessageExchanged,
    MeterValuesReported,
    PriceSet,
    StationAddressRegistered,
    StationAddressTold,
    StationBooted,
    StationChanged,
    StationConnected,
    StationDisconnected,
    StationHeard,
    StationRegistered,
    StationRemoved,
    StrangerKnocked,
    TokenPresented,
    TokenRemoved,
    TokenSaved,
    TransactionEnded,
    TransactionStarted,
    TransactionUpdated,
    VariablesReported,
)
from pluglot.csms.records import EventRecord, MessageRecord, StationRecord
from pluglot.store import rows, tables
from pluglot.store.base import FactsRefused
from pluglot.store.folding import LINK_FIELDS
from pluglot.store.sqlite import insert
from pluglot.store.statements import Gathering, Statement, Write, statement

Writes = list[Write]

#: Outcomes of a call that are no error.
GOOD_OUTCOMES = frozenset({"answered", "sent"})


def insertion(
    table: Table,
    columns: Sequence[str],
    gathering: Gathering,
    *,
    conflict: Sequence[str] = (),
    overwrite: Sequence[str] | Mapping[str, Any] = (),
    key: int = 0,
    repeatable: bool = False,
) -> Statement:
    """An INSERT of these columns that, where ``conflict`` holds a row already, overwrites some or leaves it alone."""
    clause = insert(table).values({name: bindparam(name) for name in columns})
    if conflict and overwrite:
        new = overwrite if isinstance(overwrite, Mapping) else {name: clause.excluded[name] for name in overwrite}
        clause = clause.on_conflict_do_update(index_elements=list(conflict), set_=dict(new))
    elif conflict:
        clause = clause.on_conflict_do_nothing(index_elements=list(conflict))
    parameters = [c.name for c in table.columns if c.name in columns]
    return statement(table.name, clause, parameters, gathering, key=key, repeatable=repeatable)


def _except(columns: Sequence[str], *others: str) -> list[str]:
    return [name for name in columns if name not in others]


def _change(table: Table, names: Sequence[str], where: ColumnElement[bool], parameters: Sequence[str]) -> Statement:
    clause = update(table).where(where).values({name: bindparam(f"new_{name}") for name in names})
    return statement(table.name, clause, parameters, Gathering.ORDERED)


def _removal(table: Table, where: ColumnElement[bool], parameters: Sequence[str], gathering: Gathering) -> Statement:
    return statement(table.name, delete(table).where(where), parameters, gathering, key=len(parameters))


_station = tables.stations.c
_DESCRIPTION = _except(rows.STATION.columns, "id", *LINK_FIELDS)
_DESCRIPTION_PLACES = [rows.STATION.columns.index(name) for name in _DESCRIPTION]
_ID: BindParameter[str] = bindparam("the_id")

REGISTER_STATION = insertion(
    tables.stations, rows.STATION.columns, Gathering.ORDERED, conflict=["id"], overwrite=_DESCRIPTION
)
#: A removed station does not come back because a message of it was still on its way.
DESCRIBE_STATION = _change(
    tables.stations, _DESCRIPTION, _station.id == _ID, [*(f"new_{name}" for name in _DESCRIPTION), "the_id"]
)
CONNECT_STATION = _change(
    tables.stations,
    ("ocpp_version", "connected", "epoch", "connected_at", "remote_address"),
    and_(_station.id == _ID, or_(_station.connected == 0, _station.epoch <= bindparam("old_epoch"))),
    (
        "new_ocpp_version",
        "new_connected",
        "new_epoch",
        "new_connected_at",
        "new_remote_address",
        "the_id",
        "connected_1",
        "old_epoch",
    ),
)
DISCONNECT_STATION = _change(
    tables.stations,
    ("connected",),
    and_(_station.id == _ID, _station.epoch == bindparam("old_epoch")),
    ("new_connected", "the_id", "old_epoch"),
)
DISCONNECT_ALL = statement(
    "stations",
    update(tables.stations).values(connected=bindparam("new_connected")),
    ["new_connected"],
    Gathering.BARRIER,
)
HEAR_STATION = _change(
    tables.stations,
    ("last_seen_at",),
    and_(_station.id == _ID, or_(_station.last_seen_at.is_(None), _station.last_seen_at < bindparam("old_seen_at"))),
    ("new_last_seen_at", "the_id", "old_seen_at"),
)
REMOVE_STATION = tuple(
    _removal(table, column == _ID, ["the_id"], Gathering.BARRIER)
    for table, column in (
        (tables.stations, _station.id),
        (tables.connectors, tables.connectors.c.station_id),
        (tables.variables, tables.variables.c.station_id),
        (tables.dialect_memories, tables.dialect_memories.c.station_id),
        (tables.station_addresses, tables.station_addresses.c.station_id),
    )
)

#: A station that is new begins with nothing, also when something was said of it while nobody knew it.
BEGIN_STATION = tuple(
    _removal(
        table,
        and_(
            table.c.station_id == bindparam("the_id"),
            ~exists(select(_station.id).where(_station.id == bindparam("the_same_id"))),
        ),
        ["the_id", "the_same_id"],
        Gathering.BARRIER,
    )
    for table in (tables.connectors, tables.variables, tables.dialect_memories, tables.station_addresses)
)

_CONNECTOR_COLUMNS = ("station_id", *rows.CONNECTOR.columns)
_CONNECTOR_KEY = ("station_id", "evse_id", "connector_id")
ADD_CONNECTOR = insertion(tables.connectors, _CONNECTOR_COLUMNS, Gathering.ORDERED, conflict=_CONNECTOR_KEY)
SAVE_CONNECTOR = insertion(
    tables.connectors,
    _CONNECTOR_COLUMNS,
    Gathering.LAST,
    conflict=_CONNECTOR_KEY,
    overwrite=_except(_CONNECTOR_COLUMNS, *_CONNECTOR_KEY),
    key=len(_CONNECTOR_KEY),
)
# The credential is ordered with the station it belongs to.
SAVE_CREDENTIAL = insertion(
    tables.credentials,
    rows.CREDENTIAL.columns,
    Gathering.ORDERED,
    conflict=["station_id"],
    overwrite=_except(rows.CREDENTIAL.columns, "station_id"),
)
#: Without effect when the station was removed, or got other credentials meanwhile.
CHANGE_CREDENTIAL = _change(
    tables.credentials,
    ("verifier", "changed_at"),
    and_(
        tables.credentials.c.station_id == _ID,
        func.coalesce(tables.credentials.c.verifier, literal_column("''")) == bindparam("old_verifier"),
    ),
    ("new_verifier", "new_changed_at", "the_id", "old_verifier"),
)
REMOVE_CREDENTIAL = _removal(tables.credentials, tables.credentials.c.station_id == _ID, ["the_id"], Gathering.ORDERED)

_TOKEN_COLUMNS = tuple(column.name for column in tables.tokens.columns)
SAVE_TOKEN = insertion(
    tables.tokens,
    _TOKEN_COLUMNS,
    Gathering.LAST,
    conflict=["folded", "type"],
    overwrite=_except(_TOKEN_COLUMNS, "folded", "type"),
    key=2,
)
REMOVE_TOKEN = _removal(
    tables.tokens,
    and_(tables.tokens.c.folded == bindparam("the_token"), tables.tokens.c.type == bindparam("the_type")),
    ["the_token", "the_type"],
    Gathering.LAST,
)

_TRANSACTION_COLUMNS = tuple(column.name for column in tables.transactions.columns if column.name != "number")
_TRANSACTION_KEY = ("station_id", "transaction_id")


def _save_transaction(*kept: str) -> Statement:
    return insertion(
        tables.transactions,
        _TRANSACTION_COLUMNS,
        Gathering.LAST,
        conflict=_TRANSACTION_KEY,
        overwrite=_except(_TRANSACTION_COLUMNS, *_TRANSACTION_KEY, *kept),
        key=len(_TRANSACTION_KEY),
        repeatable=True,
    )


#: An open transaction was open before, so the index of open ones need not be touched.
SAVE_OPEN_TRANSACTION = _save_transaction("is_open")
SAVE_ENDED_TRANSACTION = _save_transaction()
#: TX-09: what is in the ledger stays as it is, whatever comes again under its number.
ADD_LEDGER_ENTRY = insertion(
    tables.ledger,
    rows.LEDGER_ENTRY.columns,
    Gathering.APPENDED,
    conflict=["station_id", "transaction_id", "seq_no"],
    repeatable=True,
)
#: Readings outside transactions have no number; said again word for word, times and all, they are the same ones.
ADD_METER_VALUES = insertion(
    tables.meter_values,
    ["station_id", "evse_id", "received_at", "readings", "digest"],
    Gathering.APPENDED,
    conflict=["station_id", "evse_id", "digest"],
)

_VARIABLE_COLUMNS = ("station_id", *rows.VARIABLE.columns)
_VARIABLE_KEY = _VARIABLE_COLUMNS[: _VARIABLE_COLUMNS.index("attribute") + 1]
SAVE_VARIABLE = insertion(
    tables.variables,
    _VARIABLE_COLUMNS,
    Gathering.LAST,
    conflict=_VARIABLE_KEY,
    overwrite=_except(_VARIABLE_COLUMNS, *_VARIABLE_KEY),
    key=len(_VARIABLE_KEY),
)

_excluded = insert(tables.strangers).excluded
#: Ordered with what sends a stranger away, so that one who knocks again afterwards stands there.
ADD_STRANGER = insertion(
    tables.strangers,
    rows.STRANGER.columns,
    Gathering.ORDERED,
    conflict=["identity", "reason"],
    overwrite={
        "attempts": tables.strangers.c.attempts + _excluded.attempts,
        **{
            name: _excluded[name]
            for name in _except(rows.STRANGER.columns, "identity", "reason", "first_seen_at", "attempts")
        },
    },
)
REMOVE_STRANGER = _removal(tables.strangers, tables.strangers.c.identity == _ID, ["the_id"], Gathering.ORDERED)
ADD_EVENT = insertion(tables.events, _except(rows.EVENT.columns, "id"), Gathering.APPENDED)
ADD_MESSAGE = insertion(tables.messages, rows.MESSAGE.columns, Gathering.APPENDED, conflict=["id"], repeatable=True)
SAVE_DIALECT_MEMORY = insertion(
    tables.dialect_memories,
    ["station_id", "ocpp_version", "snapshot"],
    Gathering.LAST,
    conflict=["station_id", "ocpp_version"],
    overwrite=["snapshot"],
    key=2,
)
TELL_ADDRESS = insertion(
    tables.station_addresses,
    ["station_id", "told_url", "told_from", "told_at"],
    Gathering.ORDERED,
    conflict=["station_id"],
    overwrite=["told_url", "told_from", "told_at"],
)
REGISTER_ADDRESS = insertion(
    tables.station_addresses,
    ["station_id", "registered_url"],
    Gathering.ORDERED,
    conflict=["station_id"],
    overwrite=["registered_url"],
)
ADD_PRICE = insertion(tables.prices, rows.PRICE.columns, Gathering.APPENDED)
COUNT = insertion(
    tables.counters,
    ["name", "value"],
    Gathering.SUMMED,
    conflict=["name"],
    overwrite={"value": tables.counters.c.value + insert(tables.counters).excluded.value},
)


def _describe(station: StationRecord) -> list[Any]:
    row = rows.STATION.encode(station)
    return [*(row[place] for place in _DESCRIPTION_PLACES), station.id]


def _add_connectors(station: StationRecord, writes: Writes) -> None:
    writes.extend((ADD_CONNECTOR, [station.id, *rows.CONNECTOR.encode(connector)]) for connector in station.connectors)


def hear_station(station_id: str, at: datetime) -> Write:
    """The write of when a station was last heard; without effect when it is not known."""
    micros = rows.to_micros(at)
    return HEAR_STATION, (micros, station_id, micros)


def _registration_projection(
    heard_at: Callable[[str], datetime | None],
) -> Callable[[StationRegistered, Writes], None]:
    def station_registered(fact: StationRegistered, writes: Writes) -> None:
        station = fact.station
        writes.extend((statement, (station.id, station.id)) for statement in BEGIN_STATION)
        heard = heard_at(station.id)
        if heard is not None:  # of a station that was known; from now on it is in the database or was of nobody
            writes.append(hear_station(station.id, heard))
        writes.append((REGISTER_STATION, rows.STATION.encode(station)))
        _add_connectors(station, writes)
        if fact.credential is None:
            writes.append((REMOVE_CREDENTIAL, (station.id,)))
        else:
            writes.append((SAVE_CREDENTIAL, rows.CREDENTIAL.encode(fact.credential)))
        writes.append((REMOVE_STRANGER, (station.id,)))

    return station_registered


def _station_described(fact: StationChanged | StationBooted, writes: Writes) -> None:
    writes.append((DESCRIBE_STATION, _describe(fact.station)))
    _add_connectors(fact.station, writes)


def _station_connected(fact: StationConnected, writes: Writes) -> None:
    at = rows.to_micros(fact.at)
    row = (fact.ocpp_version, 1, fact.epoch, at, fact.remote_address, fact.station_id, 0, fact.epoch)
    writes.append((CONNECT_STATION, row))
    writes.append(hear_station(fact.station_id, fact.at))
    writes.append((REMOVE_STRANGER, (fact.station_id,)))


def _station_disconnected(fact: StationDisconnected, writes: Writes) -> None:
    writes.append((DISCONNECT_STATION, (0, fact.station_id, fact.epoch)))


def _station_removed(fact: StationRemoved, writes: Writes) -> None:
    writes.extend((statement, (fact.station_id,)) for statement in REMOVE_STATION)


def _connector_status_reported(fact: ConnectorStatusReported, writes: Writes) -> None:
    writes.append((SAVE_CONNECTOR, [fact.station_id, *rows.CONNECTOR.encode(fact.connector)]))


def _token_saved(fact: TokenSaved, writes: Writes) -> None:
    token = fact.token
    row = rows.TOKEN.encode(token)
    # The table begins with the folded text and the type, the record's own text comes after.
    values = dict(zip(rows.TOKEN.columns, row, strict=True), folded=rows.fold_token(token.id_token))
    writes.append((SAVE_TOKEN, [values[name] for name in _TOKEN_COLUMNS]))


def _token_removed(fact: TokenRemoved, writes: Writes) -> None:
    writes.append((REMOVE_TOKEN, (rows.fold_token(fact.id_token), fact.type)))


def _price_set(fact: PriceSet, writes: Writes) -> None:
    writes.append((ADD_PRICE, rows.PRICE.encode(fact.price)))


def _transaction_event(fact: TransactionStarted | TransactionUpdated | TransactionEnded, writes: Writes) -> None:
    transaction = fact.transaction
    row = rows.TRANSACTION.encode(transaction)
    is_open = transaction.is_open
    row.insert(len(_TRANSACTION_KEY), int(is_open))
    writes.append((SAVE_OPEN_TRANSACTION if is_open else SAVE_ENDED_TRANSACTION, row))
    writes.append((ADD_LEDGER_ENTRY, rows.LEDGER_ENTRY.encode(fact.entry)))


def _meter_values_reported(fact: MeterValuesReported, writes: Writes) -> None:
    readings = rows.to_json(fact.readings)
    received_at = rows.to_micros(fact.at)
    writes.append((ADD_METER_VALUES, (fact.station_id, fact.evse_id, received_at, readings, rows.digest(readings))))


def _variables_reported(fact: VariablesReported, writes: Writes) -> None:
    writes.extend((SAVE_VARIABLE, [fact.station_id, *rows.VARIABLE.encode(variable)]) for variable in fact.variables)


def _stranger_knocked(fact: StrangerKnocked, writes: Writes) -> None:
    writes.append((ADD_STRANGER, rows.STRANGER.encode(fact.stranger)))


def _add_event(event: EventRecord, writes: Writes) -> None:
    writes.append((ADD_EVENT, rows.EVENT.encode(event)[1:]))  # the database numbers events
    writes.append((COUNT, ("events", 1)))


def _event_occurred(fact: EventOccurred, writes: Writes) -> None:
    _add_event(fact.event, writes)


def event_of_data(fact: DataReceived) -> EventRecord:
    """How vendor data that nobody understands is shown in the event list."""
    return EventRecord(
        station_id=fact.station_id,
        at=fact.at,
        received_at=fact.at,
        kind="device",
        name="DataReceived",
        severity="info",
        detail=fact.vendor_id if fact.message_id is None else f"{fact.vendor_id} {fact.message_id}",
        data={"vendorId": fact.vendor_id, "messageId": fact.message_id, "data": fact.data},
    )


def _data_received(fact: DataReceived, writes: Writes) -> None:
    _add_event(event_of_data(fact), writes)


def is_error(message: MessageRecord) -> bool:
    """Whether a logged call counts as an error."""
    return message.error_code is not None or message.outcome not in GOOD_OUTCOMES


_ONE_MESSAGE: Write = (COUNT, ("messages", 1))
_ONE_ERROR: Write = (COUNT, ("errors", 1))


def _message_projection(next_message_id: Callable[[], int]) -> Callable[[MessageExchanged, Writes], None]:
    def message_exchanged(fact: MessageExchanged, writes: Writes) -> None:
        message = fact.message
        row = rows.MESSAGE.encode(message)
        if row[0] is None:
            row[0] = next_message_id()
        writes.append((ADD_MESSAGE, row))
        writes.append(_ONE_MESSAGE)
        if message.losses:
            writes.append((COUNT, ("losses", len(message.losses))))
        if is_error(message):
            writes.append(_ONE_ERROR)

    return message_exchanged


def _dialect_memory_saved(fact: DialectMemorySaved, writes: Writes) -> None:
    writes.append((SAVE_DIALECT_MEMORY, (fact.station_id, fact.ocpp_version, fact.snapshot)))


def _address_told(fact: StationAddressTold, writes: Writes) -> None:
    writes.append((TELL_ADDRESS, (fact.station_id, fact.url, fact.remote_address, rows.to_micros(fact.at))))


def _credential_changed(fact: CredentialChanged, writes: Writes) -> None:
    credential = fact.credential
    changed_at = rows.to_micros(credential.changed_at)
    row = (credential.verifier, changed_at, credential.station_id, fact.instead_of or "")
    writes.append((CHANGE_CREDENTIAL, row))


def _address_registered(fact: StationAddressRegistered, writes: Writes) -> None:
    writes.append((REGISTER_ADDRESS, (fact.station_id, fact.url)))


def _nothing(_fact: Fact, _writes: Writes) -> None:
    """For facts that are only shown or counted, and for when a station was last seen (``sql.LastSeen``)."""


#: Fact type -> what adds its writes to a list; messages and registrations come on top.
_PROJECTIONS: Mapping[type[Fact], Callable[[Any, Writes], None]] = MappingProxyType(
    {
        StationChanged: _station_described,
        StationRemoved: _station_removed,
        StationConnected: _station_connected,
        StationDisconnected: _station_disconnected,
        StationHeard: _nothing,
        StationBooted: _station_described,
        ConnectorStatusReported: _connector_status_reported,
        TokenSaved: _token_saved,
        TokenRemoved: _token_removed,
        PriceSet: _price_set,
        TokenPresented: _nothing,
        TransactionStarted: _transaction_event,
        TransactionUpdated: _transaction_event,
        TransactionEnded: _transaction_event,
        MeterValuesReported: _meter_values_reported,
        VariablesReported: _variables_reported,
        StrangerKnocked: _stranger_knocked,
        EventOccurred: _event_occurred,
        DialectMemorySaved: _dialect_memory_saved,
        StationAddressTold: _address_told,
        CredentialChanged: _credential_changed,
        StationAddressRegistered: _address_registered,
        DataReceived: _data_received,
    }
)


class Projector:
    """Turns fact sets into writes.

    Messages without a number get the next one; ``heard_at`` knows when a station was last heard and not yet written.
    """

    def __init__(self, next_message_id: Callable[[], int], heard_at: Callable[[str], datetime | None]) -> None:
        self._projections: dict[type[Fact], Callable[[Any, Writes], None]] = dict(_PROJECTIONS)
        self._projections[MessageExchanged] = _message_projection(next_message_id)
        self._projections[StationRegistered] = _registration_projection(heard_at)

    def writes_of(self, facts: Sequence[Fact]) -> Writes:
        """All writes of a fact set, in the order of the facts; raises FactsRefused for values no database takes."""
        writes: Writes = []
        projections = self._projections
        try:
            for fact in facts:
                projections[type(fact)](fact, writes)
        except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
            raise FactsRefused(f"These facts cannot be written: {error}.") from error
        return writes
