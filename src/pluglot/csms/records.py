"""What the management system knows, as frozen records: stations, tokens, transactions and their ledgers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Something known, made of values; frozen, replaced whole when it changes."""


class Registration(StrEnum):
    """Whether a station may work with us (B01 to B03)."""

    UNSEEN = "Unseen"  # registered, never booted
    PENDING = "Pending"
    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ConnectorRecord(Record, frozen=True, kw_only=True):
    """The last known state of one connector (2.1 ConnectorStatusEnumType, or ``Faulted`` derived from events)."""

    evse_id: int
    connector_id: int
    status: str
    status_at: datetime
    #: What the station's own version called it when the house has no word (``Finishing``), for people.
    original_status: str | None = None


class StationRecord(Record, frozen=True, kw_only=True):
    """A station as the operator knows it."""

    id: str
    registration: Registration = Registration.UNSEEN
    security_profile: int = 1
    ocpp_version: str | None = None
    connected: bool = False
    epoch: int = 0
    last_seen_at: datetime | None = None
    connected_at: datetime | None = None
    vendor_name: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware_version: str | None = None
    boot_reason: str | None = None
    booted_at: datetime | None = None
    registered_at: datetime | None = None
    remote_address: str | None = None
    note: str | None = None
    connectors: tuple[ConnectorRecord, ...] = ()


class AddressRecord(Record, frozen=True, kw_only=True):
    """Where a station of OCPP over SOAP is called: where it says that it listens, and where the operator says so."""

    station_id: str
    #: What the ``From`` header of its last message said.
    told_url: str | None = None
    #: Where that message came from.
    told_from: str | None = None
    told_at: datetime | None = None
    #: Goes before what the station tells.
    registered_url: str | None = None


class CredentialRecord(Record, frozen=True, kw_only=True):
    """How a station proves who it is; never the password itself (PWD-06)."""

    station_id: str
    security_profile: int
    #: Self-describing verifier text made by ``transport.credentials``.
    verifier: str | None = None
    changed_at: datetime


class TokenRecord(Record, frozen=True, kw_only=True):
    """A driver's token and what it may do; no expiry and not blocked means valid without limit."""

    id_token: str
    type: str
    group_id_token: str | None = None
    expires_at: datetime | None = None
    blocked: bool = False
    #: How many transactions may run at once; None is without limit, 1 gives ConcurrentTx (TX-13).
    concurrent_transactions: int | None = None
    personal_message: str | None = None
    language: str | None = None
    note: str | None = None


class TransactionPhase(StrEnum):
    """Where a transaction stands for an operator: the 2.1 charging state while it runs, then Ended."""

    STARTED = "Started"
    EV_CONNECTED = "EVConnected"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    IDLE = "Idle"
    ENDED = "Ended"


#: Found faster than the member of the class, and asked for several times with every event.
_PHASE_ENDED = TransactionPhase.ENDED


class Reading(Record, frozen=True, kw_only=True):
    """One value measured at one time, already brought to its base unit (Wh, W, A, V, %)."""

    at: datetime
    measurand: str
    value: Decimal
    unit: str
    context: str | None = None
    phase: str | None = None
    location: str | None = None
    #: Signed meter data, kept as received (DAT-02).
    signed: str | None = None


class LedgerEntry(Record, frozen=True, kw_only=True):
    """One event of a transaction as it was received; never changed, never deleted."""

    station_id: str
    transaction_id: str
    seq_no: int
    event_type: str  # Started, Updated, Ended
    trigger_reason: str
    at: datetime  # when it happened, by the station's clock
    received_at: datetime
    offline: bool = False
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: str | None = None
    id_token_type: str | None = None
    charging_state: str | None = None
    stopped_reason: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    readings: tuple[Reading, ...] = ()
    #: A digest of the house payload, so that a replay with other content is noticed (HRD-05).
    digest: str = ""
    #: The id-token status this event was answered with, so that a replay is answered the same way (TX-09).
    answer_status: str | None = None


class TransactionRecord(Record, frozen=True, kw_only=True):
    """A transaction folded from its ledger; the same entries in any order give the same record (TX-09)."""

    station_id: str
    transaction_id: str
    ocpp_version: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: str | None = None
    id_token_type: str | None = None
    state: TransactionPhase = TransactionPhase.STARTED
    started_at: datetime
    ended_at: datetime | None = None
    updated_at: datetime
    #: The energy import register at the beginning and the last plausible one, in Wh.
    meter_start_wh: Decimal | None = None
    meter_last_wh: Decimal | None = None
    meter_last_at: datetime | None = None
    energy_wh: Decimal = Decimal(0)
    power_w: Decimal | None = None
    state_of_charge: Decimal | None = None
    cost: Decimal | None = None
    currency: str | None = None
    stopped_reason: str | None = None
    remote_start_id: int | None = None
    offline: bool = False
    #: Received sequence numbers as closed ranges, in order: ``((0, 4), (6, 6))``.
    received_seq_nos: tuple[tuple[int, int], ...] = ()
    #: Sequence numbers known to exist and not received; empty when complete (TX-10).
    missing_seq_nos: tuple[int, ...] = ()
    #: Why a part of the energy is not billed (DAT-01), in words; empty when all is plausible.
    implausible: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the end has not been received."""
        return self.state is not _PHASE_ENDED


class VariableRecord(Record, frozen=True, kw_only=True):
    """The last known value of one attribute of a station's variable."""

    component: str
    component_instance: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    variable: str
    variable_instance: str | None = None
    attribute: str = "Actual"
    value: str | None = None
    mutability: str | None = None
    data_type: str | None = None
    reported_at: datetime


class StrangerRecord(Record, frozen=True, kw_only=True):
    """Somebody who knocked and was not let in, shown *at the door* with what was offered; all text is hostile."""

    identity: str
    reason: str  # unknown, wrong-password, wrong-profile, unsupported-subprotocol, duplicate-link, throttled …
    remote_address: str
    offered_subprotocols: tuple[str, ...] = ()
    user_agent: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    attempts: int = 1


class EventRecord(Record, frozen=True, kw_only=True):
    """A device, security or house event for the operator's event list."""

    id: int | None = None
    station_id: str | None = None
    at: datetime
    received_at: datetime
    kind: str  # device, security, house
    name: str  # e.g. ConnectorFaulted, StartupOfTheDevice, DuplicateLink
    severity: str  # info, warning, error
    detail: str | None = None
    data: dict[str, Any] = {}


class MessageRecord(Record, frozen=True, kw_only=True):
    """One call of the message log: both wire frames, the house translation, the losses and the latency."""

    id: int | None = None
    station_id: str
    at: datetime
    ocpp_version: str
    #: ``in`` from the station, ``out`` to it.
    direction: str
    message_id: str
    action: str  # in the station's version
    house_action: str | None = None
    request_frame: str
    response_frame: str | None = None
    #: None when the house payload equals the wire payload: in 2.1, and where a translation changed nothing.
    house_request: str | None = None
    house_response: str | None = None
    #: answered, refused, timed-out, abandoned, rejected, sent
    outcome: str
    error_code: str | None = None
    losses: tuple[Any, ...] = ()
    latency_ms: float | None = None
