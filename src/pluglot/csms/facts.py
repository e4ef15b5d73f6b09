"""Facts: what happened, in the past tense; frozen. Handlers return them, the store keeps them, pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pluglot.csms.policy import FlatPrice
from pluglot.csms.records import (
    ConnectorRecord,
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


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True, rename="camel", gc=False):
    """Something that happened, made of values; ``at`` is when the house learnt it (aware, UTC)."""

    at: datetime


class StationRegistered(Fact, frozen=True, kw_only=True):
    """An operator made a station known, or replaced what was known, with its credentials."""

    station: StationRecord
    credential: CredentialRecord | None


class CredentialChanged(Fact, frozen=True, kw_only=True):
    """What a station proves itself with changed by itself: it took a new password, or showed which one it has."""

    credential: CredentialRecord
    #: The verifier that it takes the place of: without effect when another is kept by now, because new credentials of
    #: an operator outrank what was decided without knowing of them.
    instead_of: str | None


class StationChanged(Fact, frozen=True, kw_only=True):
    """What the operator or the station told about a station changed; the record is the new whole."""

    station: StationRecord


class StationRemoved(Fact, frozen=True, kw_only=True):
    """An operator removed a station; its transactions stay."""

    station_id: str


class StationConnected(Fact, frozen=True, kw_only=True):
    """An authenticated link of a station is up and is now its only one."""

    station_id: str
    ocpp_version: str
    epoch: int
    remote_address: str


class StationDisconnected(Fact, frozen=True, kw_only=True):
    """The link with this epoch is gone."""

    station_id: str
    epoch: int
    reason: str


class StationHeard(Fact, frozen=True, kw_only=True):
    """Something arrived from a station; updates when it was last seen.

    Told with each heartbeat, and else once a second at most.
    """

    station_id: str


class StationBooted(Fact, frozen=True, kw_only=True):
    """A station introduced itself and was answered with ``station.registration``."""

    station: StationRecord


class ConnectorStatusReported(Fact, frozen=True, kw_only=True):
    """A station told the state of one connector."""

    station_id: str
    connector: ConnectorRecord


class TokenSaved(Fact, frozen=True, kw_only=True):
    """An operator created or changed a token."""

    token: TokenRecord


class TokenRemoved(Fact, frozen=True, kw_only=True):
    """An operator removed a token."""

    id_token: str
    type: str


class PriceSet(Fact, frozen=True, kw_only=True):
    """An operator set another price, for transactions that start from its ``valid_from``; earlier ones keep theirs."""

    price: FlatPrice


class TokenPresented(Fact, frozen=True, kw_only=True):
    """A driver presented a token at a station, which was answered with ``status``."""

    station_id: str
    id_token: str
    type: str
    status: str


class TransactionStarted(Fact, frozen=True, kw_only=True):
    """The first event of a transaction was received (in whatever order): ``entry`` is new in the ledger."""

    transaction: TransactionRecord
    entry: LedgerEntry


class TransactionUpdated(Fact, frozen=True, kw_only=True):
    """A further event of a transaction was received: ``entry`` is new in the ledger."""

    transaction: TransactionRecord
    entry: LedgerEntry


class TransactionEnded(Fact, frozen=True, kw_only=True):
    """The event was received with which a transaction is over: ``entry`` is new in the ledger."""

    transaction: TransactionRecord
    entry: LedgerEntry


class MeterValuesReported(Fact, frozen=True, kw_only=True):
    """Readings that belong to an EVSE (0: the whole station) and to no transaction."""

    station_id: str
    evse_id: int
    readings: tuple[Reading, ...]


class VariablesReported(Fact, frozen=True, kw_only=True):
    """A station told the values of some of its variables."""

    station_id: str
    variables: tuple[VariableRecord, ...]


class StrangerKnocked(Fact, frozen=True, kw_only=True):
    """A connection was refused at the door; the store adds the attempts of one identity and reason up."""

    stranger: StrangerRecord


class EventOccurred(Fact, frozen=True, kw_only=True):
    """Something for the operator's event list happened."""

    event: EventRecord


class MessageExchanged(Fact, frozen=True, kw_only=True):
    """One call was exchanged with a station; for the message log."""

    message: MessageRecord


class DialectMemorySaved(Fact, frozen=True, kw_only=True):
    """What a dialect must remember of a station, opaque to everyone else."""

    station_id: str
    ocpp_version: str
    snapshot: bytes


class StationAddressTold(Fact, frozen=True, kw_only=True):
    """A station over SOAP said at which URL it listens, in a message that came from ``remote_address``."""

    station_id: str
    url: str
    remote_address: str


class StationAddressRegistered(Fact, frozen=True, kw_only=True):
    """An operator said at which URL a station over SOAP listens; None leaves it to the station again."""

    station_id: str
    url: str | None


class DataReceived(Fact, frozen=True, kw_only=True):
    """A station sent vendor data that nobody here understands; kept for people to read."""

    station_id: str
    vendor_id: str
    message_id: str | None
    data: Any = None


#: Facts of transactions, whose ``transaction`` is the new whole record.
TRANSACTION_FACTS = (TransactionStarted, TransactionUpdated, TransactionEnded)
