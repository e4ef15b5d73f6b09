"""The shapes of the API: what others rely on, in camel case, numbers as JSON numbers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pluglot.csms.records import (
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    Registration,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionRecord,
)
from pluglot.csms.registering import MOST_TRANSACTIONS, REGISTRATIONS


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something the API says."""


class Input(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something the API is told; unknown members are refused."""


def number(value: Decimal | None) -> float | None:
    """A decimal as a JSON number; a whole one without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


class ConnectorShape(Shape, frozen=True, kw_only=True):
    """One connector and its last known state."""

    id: int
    status: str
    status_at: datetime
    original_status: str | None = None


class EvseShape(Shape, frozen=True, kw_only=True):
    """One EVSE and its connectors."""

    id: int
    connectors: list[ConnectorShape]


class StationShape(Shape, frozen=True, kw_only=True):
    """A station as the operator knows it."""

    id: str
    ocpp_version: str | None
    connected: bool
    last_seen_at: datetime | None
    vendor_name: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    security_profile: int
    evses: list[EvseShape]
    registration: Registration
    registered_at: datetime | None
    connected_at: datetime | None
    booted_at: datetime | None
    boot_reason: str | None
    remote_address: str | None
    note: str | None


class RegisteredShape(StationShape, frozen=True, kw_only=True):
    """A station just registered; ``password`` is there only when it was generated, and only this once."""

    password: str | UnsetType = UNSET


_SAME = [
    "id",
    "ocpp_version",
    "connected",
    "last_seen_at",
    "vendor_name",
    "model",
    "serial_number",
    "firmware_version",
    "security_profile",
    "registration",
    "registered_at",
    "connected_at",
    "booted_at",
    "boot_reason",
    "remote_address",
    "note",
]


def station_members(station: StationRecord) -> dict[str, Any]:
    """What ``StationShape`` is made of."""
    by_evse = groupby(sorted(station.connectors, key=lambda c: (c.evse_id, c.connector_id)), key=lambda c: c.evse_id)
    evses = [
        EvseShape(
            id=evse_id,
            connectors=[
                ConnectorShape(
                    id=connector.connector_id,
                    status=connector.status,
                    status_at=connector.status_at,
                    original_status=connector.original_status,
                )
                for connector in connectors
            ],
        )
        for evse_id, connectors in by_evse
    ]
    return {name: getattr(station, name) for name in _SAME} | {"evses": evses}


def station_shape(station: StationRecord) -> StationShape:
    """A station record as the API shows it."""
    return StationShape(**station_members(station))


class StationRegistrationInput(Input, frozen=True, kw_only=True):
    """What registering a station needs; without a password one is generated."""

    security_profile: Annotated[int, Meta(ge=1, le=3)] = 1
    password: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    note: Annotated[str, Meta(max_length=500)] | None = None


class StationChangeInput(Input, frozen=True, kw_only=True):
    """What may be changed of a station; left out means unchanged."""

    note: Annotated[str, Meta(max_length=500)] | UnsetType | None = UNSET
    #: Text, so that a wrong one is refused with the values there are.
    registration: Annotated[str, Meta(extra_json_schema={"extra": {"enum": list(REGISTRATIONS)}})] | UnsetType = UNSET


class AddressShape(Shape, frozen=True, kw_only=True):
    """Where a station over SOAP is called: at ``registeredUrl``, or else at ``toldUrl``."""

    told_url: str | None
    told_from: str | None
    told_at: datetime | None
    registered_url: str | None


class AddressInput(Input, frozen=True, kw_only=True):
    """Where a station over SOAP listens; null leaves it to what the station tells."""

    url: str | None


class IdTokenShape(Shape, frozen=True, kw_only=True):
    """A driver's token."""

    id_token: str
    type: str


class TransactionShape(Shape, frozen=True, kw_only=True):
    """A transaction folded from its ledger."""

    station_id: str
    transaction_id: str
    ocpp_version: str | None
    evse_id: int | None
    connector_id: int | None
    id_token: IdTokenShape | None
    state: str
    started_at: datetime
    ended_at: datetime | None
    energy_wh: float
    cost: float | None
    currency: str | None
    stopped_reason: str | None
    power_w: float | None
    state_of_charge: float | None
    meter_start_wh: float | None
    meter_last_wh: float | None
    updated_at: datetime
    offline: bool
    missing_seq_nos: list[int]
    implausible: list[str]


class ReadingShape(Shape, frozen=True, kw_only=True):
    """One value measured at one time, in its base unit."""

    at: datetime
    measurand: str
    value: float
    unit: str
    context: str | None = None
    phase: str | None = None
    location: str | None = None
    signed: str | None = None


class TimelineEntryShape(Shape, frozen=True, kw_only=True):
    """One event of a transaction as it was received."""

    seq_no: int
    event_type: str
    trigger_reason: str
    at: datetime
    received_at: datetime
    offline: bool
    charging_state: str | None
    stopped_reason: str | None
    readings: list[ReadingShape]


class TransactionDetailShape(TransactionShape, frozen=True, kw_only=True):
    """A transaction with everything that happened in it."""

    timeline: list[TimelineEntryShape]


class MeterValueShape(ReadingShape, frozen=True, kw_only=True):
    """A reading and where it was taken."""

    station_id: str
    #: Null when nobody has said at which EVSE; 0 is the whole station.
    evse_id: int | None
    #: Null outside transactions.
    transaction_id: str | None


def transaction_members(record: TransactionRecord) -> dict[str, Any]:
    """What ``TransactionShape`` is made of."""
    token = None
    if record.id_token is not None:
        token = IdTokenShape(id_token=record.id_token, type=record.id_token_type or "")
    return {
        "station_id": record.station_id,
        "transaction_id": record.transaction_id,
        "ocpp_version": record.ocpp_version,
        "evse_id": record.evse_id,
        "connector_id": record.connector_id,
        "id_token": token,
        "state": record.state.value,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "energy_wh": number(record.energy_wh),
        "cost": number(record.cost),
        "currency": record.currency,
        "stopped_reason": record.stopped_reason,
        "power_w": number(record.power_w),
        "state_of_charge": number(record.state_of_charge),
        "meter_start_wh": number(record.meter_start_wh),
        "meter_last_wh": number(record.meter_last_wh),
        "updated_at": record.updated_at,
        "offline": record.offline,
        "missing_seq_nos": list(record.missing_seq_nos),
        "implausible": list(record.implausible),
    }


def transaction_shape(record: TransactionRecord) -> TransactionShape:
    """A transaction record as the API lists it."""
    return TransactionShape(**transaction_members(record))


def transaction_detail_shape(record: TransactionRecord, ledger: list[LedgerEntry]) -> TransactionDetailShape:
    """A transaction with its timeline, by sequence number."""
    timeline = [
        TimelineEntryShape(
            seq_no=entry.seq_no,
            event_type=entry.event_type,
            trigger_reason=entry.trigger_reason,
            at=entry.at,
            received_at=entry.received_at,
            offline=entry.offline,
            charging_state=entry.charging_state,
            stopped_reason=entry.stopped_reason,
            readings=[ReadingShape(**_reading_members(reading)) for reading in entry.readings],
        )
        for entry in sorted(ledger, key=lambda entry: entry.seq_no)
    ]
    return TransactionDetailShape(**transaction_members(record), timeline=timeline)


def _reading_members(reading: Reading) -> dict[str, Any]:
    members = {name: getattr(reading, name) for name in Reading.__struct_fields__}
    return members | {"value": number(reading.value)}


def meter_value_shape(
    station_id: str, evse_id: int | None, reading: Reading, transaction_id: str | None = None
) -> MeterValueShape:
    """A reading as the API lists it."""
    return MeterValueShape(
        station_id=station_id, evse_id=evse_id, transaction_id=transaction_id, **_reading_members(reading)
    )


class TokenInput(Input, frozen=True, kw_only=True):
    """What a token may do; ``{}`` is valid without limit."""

    group_id_token: Annotated[str, Meta(max_length=255)] | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None
    blocked: bool = False
    concurrent_transactions: Annotated[int, Meta(ge=1, le=MOST_TRANSACTIONS)] | None = None
    personal_message: Annotated[str, Meta(max_length=1024)] | None = None
    language: Annotated[str, Meta(max_length=8)] | None = None
    note: Annotated[str, Meta(max_length=500)] | None = None


class CallAnswerShape(Shape, frozen=True, kw_only=True):
    """The station's own answer in 2.1, and what its version could not say."""

    response: dict[str, Any]
    losses: list[Any]
    latency_ms: float | None
    message_log_id: int | None


class StationsPage(Shape, frozen=True, kw_only=True):
    """A part of the list of stations."""

    items: list[StationShape]
    next_cursor: str | None


class TransactionsPage(Shape, frozen=True, kw_only=True):
    """A part of the list of transactions."""

    items: list[TransactionShape]
    next_cursor: str | None


class MeterValuesPage(Shape, frozen=True, kw_only=True):
    """A part of the list of readings."""

    items: list[MeterValueShape]
    next_cursor: str | None


class TokensPage(Shape, frozen=True, kw_only=True):
    """A part of the list of tokens."""

    items: list[TokenRecord]
    next_cursor: str | None


class MessagesPage(Shape, frozen=True, kw_only=True):
    """A part of the message log."""

    items: list[MessageRecord]
    next_cursor: str | None


class EventsPage(Shape, frozen=True, kw_only=True):
    """A part of the list of events."""

    items: list[EventRecord]
    next_cursor: str | None


class StrangersPage(Shape, frozen=True, kw_only=True):
    """A part of the list of those who were not let in."""

    items: list[StrangerRecord]
    next_cursor: str | None
