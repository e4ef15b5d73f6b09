"""What the 1.6 dialect remembers between messages and across restarts (mapping, chapter 2)."""

from __future__ import annotations

import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire

#: Ids of copied profiles begin where no management system counts.
_FIRST_COPY = 1_900_000_000


class Token(msgspec.Struct, frozen=True, array_like=True):
    """A token of the house that an idTag stands for."""

    id_token: str
    type: str


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """An event made from a wire message, so that the same message sent again makes the same event."""

    fingerprint: int
    seq_no: int
    offline: bool
    #: The register known before it.
    register: Decimal | None = None


class OpenTransaction(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A transaction of a 1.6 station that has not ended for the house."""

    house_id: str
    id: int
    connector: int
    id_tag: str
    token: Token
    started_at: datetime
    #: Number of the next event.
    seq_no: int = 1
    meter_start: int = 0
    #: Register last seen, in Wh, and when.
    register: Decimal | None = None
    register_at: datetime | None = None
    reservation_id: int | None = None
    remote_start_id: int | None = None
    charging_state: house.ChargingState | None = None
    #: What Started said, kept so that a repetition says the same.
    start_state: house.ChargingState = house.ChargingState.EV_CONNECTED
    start_offline: bool = False
    #: The answer to StartTransaction once the house gave its own; None until then.
    start_info: wire.IdTagInfo | None = None
    meter_sent: Sent | None = None
    status_sent: Sent | None = None
    #: The last event about a status as JSON of the house, until it was answered.
    status_owed: bytes | None = None
    stop_sent: Sent | None = None
    stop_state: house.ChargingState | None = None
    #: The station was told to stop it because its token was withdrawn (5.6.1).
    deauthorized: bool = False
    #: Since when nothing was heard of it although another start or a boot says that it ended (9.1).
    doubtful_since: datetime | None = None


class EndedTransaction(msgspec.Struct, frozen=True, array_like=True):
    """A transaction that has ended, kept to recognise what is sent again."""

    house_id: str
    id: int
    connector: int
    started_at: datetime
    ended_at: datetime
    start_info: wire.IdTagInfo
    stop_info: wire.IdTagInfo | None = None
    #: What the StopTransaction said, to tell a repetition from something suspicious (TX-12).
    fingerprint: int = 0
    #: True when the time-out closed it and its StopTransaction may still come.
    closed_by_timeout: bool = False


class RemoteStart(msgspec.Struct, frozen=True, kw_only=True):
    """A remote start that a station accepted and that no StartTransaction has used yet."""

    remote_start_id: int
    id_tag: str
    token: Token
    connector: int | None
    deadline: datetime


class Installed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A charging profile that a station took."""

    evse_id: int
    #: As the house says it; without vendor data.
    profile: house.ChargingProfile
    #: The remote start it came with, until its transaction has begun.
    remote_start_id: int | None = None
    #: It came with a remote start, so that a later profile for the transaction may take its place.
    came_with_start: bool = False
    #: The id of the profile of the whole station that this is a copy of (6.15).
    copy_of: int | None = None


class Reservation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connector that is kept free."""

    #: Its id in the words of 1.6; the house's id is the key it is kept under.
    wire_id: int
    #: 0 for any connector.
    connector: int
    expires: datetime
    evse_id: int = 0


class ConnectorNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a 1.6 station last said about a connector, and what the house was told."""

    status: wire.ChargePointStatus
    error_code: wire.ChargePointErrorCode = wire.ChargePointErrorCode.NO_ERROR
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None
    timestamp: datetime | None = None
    #: False until the house was told since the station booted or came back.
    told: bool = False


class StationMemory(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The memory of a station half."""

    transactions: dict[str, OpenTransaction] = {}
    #: Ended transactions as they are saved; they change rarely and may be many.
    ended: msgspec.Raw = msgspec.Raw(b"\x90")
    #: Key and number of the integer ids given out.
    id_key: bytes = b""
    ids_minted: int = 0
    #: Connectors the station has spoken of, or said to have.
    connectors: list[int] = []
    connectors_known: bool = False
    statuses: dict[int, ConnectorNote] = {}
    aliases: dict[str, Token] = {}
    remote_starts: list[RemoteStart] = []
    events: int = 0
    #: Events about errors as JSON of the house, until they were answered.
    events_owed: list[bytes] = []
    boot: wire.BootNotificationRequest | None = None
    boot_triggered: bool = False
    reset_accepted_at: datetime | None = None
    reset_pending_since: datetime | None = None
    #: Requests whose progress the station reports without naming them, and whether they still run.
    log_request_id: int | None = None
    log_running: bool = False
    firmware_request_id: int | None = None
    firmware_running: bool = False
    firmware_signed: bool = False
    #: An update came so far that the next boot is its doing.
    firmware_reached: bool = False
    #: Profiles and configuration keys as they are saved; they change rarely and may be many.
    profiles: msgspec.Raw = msgspec.Raw(b"\x90")
    configuration: msgspec.Raw = msgspec.Raw(b"\x90")
    #: By the id of the house.
    reservations: dict[int, Reservation] = {}
    #: What the station said it does not do, and what it showed that it does; forgotten at the next boot.
    missing: list[str] = []
    has_security_extension: bool | None = None


class Price(msgspec.Struct, frozen=True, array_like=True):
    """A price for a driver to read, and the same in further languages."""

    text: str
    further: tuple[house.MessageContent, ...] = ()


class Meter(msgspec.Struct, frozen=True, array_like=True):
    """A register in Wh and when it was read."""

    value: Decimal
    at: datetime


class HouseTransaction(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A transaction of a 2.x station on its way to a 1.6 management system."""

    house_id: str
    first_seen: datetime
    evse: tuple[int, int | None] | None = None
    id_tag: str | None = None
    #: The first event that named a token, whose time a late start gets.
    authorized_at: datetime | None = None
    #: Since when a start waits only for a register, and the time of the event that would have brought it.
    waiting_since: datetime | None = None
    waiting_from: datetime | None = None
    connected: bool = False
    charged: bool = False
    charging_state: house.ChargingState | None = None
    register: Decimal | None = None
    meter_start: Decimal | None = None
    reservation_id: int | None = None
    remote_start_id: int | None = None
    #: The StartTransaction on its way; kept as it was sent, so that a retry is the same.
    start: wire.StartTransactionRequest | None = None
    #: The id the management system gave; None until it answered.
    id: int | None = None
    info: wire.IdTagInfo | None = None
    #: The start brought a refusal of the token that no event was told yet, and the event that was told.
    info_owed: bool = False
    info_told_by: int | None = None
    #: How often the old message now due was refused; whether the start was refused for good (9.3).
    refusals: int = 0
    start_refused: bool = False
    #: Samples from before the start.
    waiting: list[wire.MeterValue] = []
    stopping: house.TriggerReason | None = None
    #: The token that stopped it, when that was told before the end.
    stop_tag: str | None = None
    unlocking: bool = False
    stop_answered: bool = False
    stop_info: wire.IdTagInfo | None = None
    #: What the management system said that it costs, to be told with the answer to the last event.
    final_cost: Decimal | None = None
    final_text: str | None = None
    final_texts: tuple[house.MessageContent, ...] = ()
    ended_at: datetime | None = None
    #: Numbers of events already answered: all below, and these.
    answered_below: int = 0
    answered: list[int] = []


class StatusSaid(msgspec.Struct, frozen=True, array_like=True):
    """What a 1.6 management system was last told about a connector."""

    status: wire.ChargePointStatus
    error_code: wire.ChargePointErrorCode
    info: str | None
    vendor_error_code: str | None


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """An open error condition of a 2.x station."""

    component: str
    variable: str
    error_code: wire.ChargePointErrorCode
    info: str | None = None
    vendor_error_code: str | None = None
    vendor_id: str | None = None


class CsmsMemory(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The memory of a management system half."""

    transactions: dict[str, HouseTransaction] = {}
    #: (evseId, connectorId) in the order of their 1.6 numbers.
    connectors: list[tuple[int, int]] = []
    inventory_known: bool = False
    #: Connectors heard of while the station is asked for its inventory, and since when it is asked.
    unnumbered: list[tuple[int, int]] = []
    inventory_asked_at: datetime | None = None
    #: What the station says of "evseId.connectorId", and what the peer was told of each number.
    connector_statuses: dict[str, house.ConnectorStatus] = {}
    #: Connector 0 is to be told, because the station has booted.
    station_due: bool = False
    said: dict[int, StatusSaid] = {}
    faults: dict[str, Fault] = {}
    finishing: list[str] = []
    #: Connectors whose statuses come from a 1.6 station in its own words.
    raw: list[str] = []
    meters: dict[int, Meter] = {}
    aliases: dict[str, Token] = {}
    boot: house.BootNotificationRequest | None = None
    next_request_id: int = 1
    last_reset: wire.ResetType | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    profiles: msgspec.Raw = msgspec.Raw(b"\x90")
    #: What reports told of the variables behind configuration keys.
    variables: msgspec.Raw = msgspec.Raw(b"\x90")
    #: By the id of the house.
    reservations: dict[int, Reservation] = {}
    next_profile_id: int = _FIRST_COPY
    log_request_id: int | None = None
    log_extended: bool = False
    log_triggered_extended: bool = False
    firmware_request_id: int | None = None
    firmware_signed: bool = False
    firmware_triggered: bool = False
    firmware_said: wire.FirmwareStatus | None = None
    #: The request that a signed certificate of this use answers.
    signing: dict[str, int] = {}
    #: Vendors and actions the management system said it does not know; forgotten at the next boot.
    missing: list[str] = []
    #: Prices shown for an idTag, until its driver is told.
    shown_prices: dict[str, Price] = {}


_ENCODER: Final = msgspec.msgpack.Encoder()


def fingerprint(message: Any) -> int:
    """A number that is the same for equal messages, today and after a restart."""
    return zlib.crc32(_ENCODER.encode(message))
