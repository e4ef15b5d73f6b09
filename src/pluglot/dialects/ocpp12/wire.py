"""The 18 actions of OCPP 1.2: those that differ from 1.5 as Structs of their own in WSDL order, the others of 1.5."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from pluglot.dialects.climb import replaced
from pluglot.dialects.ocpp15 import wire as newer
from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20, Timestamp


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """A station introduces itself after it started; no text has a limit."""

    action: ClassVar[str] = "BootNotification"

    charge_point_vendor: str
    charge_point_model: str
    charge_point_serial_number: str | None = None
    charge_box_serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """Whether the station is registered, and perhaps what time it is and how often it should say hello."""

    action: ClassVar[str] = "BootNotification"

    status: newer.RegistrationStatus
    current_time: Timestamp | None = None
    #: s
    heartbeat_interval: int | None = None


class ChargePointErrorCode(StrEnum):
    """What is wrong with a connector."""

    CONNECTOR_LOCK_FAILURE = "ConnectorLockFailure"
    HIGH_TEMPERATURE = "HighTemperature"
    MODE3_ERROR = "Mode3Error"
    NO_ERROR = "NoError"
    POWER_METER_FAILURE = "PowerMeterFailure"
    POWER_SWITCH_FAILURE = "PowerSwitchFailure"
    READER_FAILURE = "ReaderFailure"
    RESET_FAILURE = "ResetFailure"


class ChargePointStatus(StrEnum):
    """What a connector, or the whole station, is doing."""

    AVAILABLE = "Available"
    OCCUPIED = "Occupied"
    FAULTED = "Faulted"
    UNAVAILABLE = "Unavailable"


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector, or its own, changed; it changed now."""

    action: ClassVar[str] = "StatusNotification"

    #: 0 for the station itself.
    connector_id: int
    status: ChargePointStatus
    error_code: ChargePointErrorCode


class StartTransactionRequest(Request, frozen=True, kw_only=True):
    """A station reports that a transaction started."""

    action: ClassVar[str] = "StartTransaction"

    connector_id: int
    id_tag: String20
    timestamp: Timestamp
    #: Wh
    meter_start: int


class StopTransactionRequest(Request, frozen=True, kw_only=True):
    """A station reports that a transaction stopped."""

    action: ClassVar[str] = "StopTransaction"

    transaction_id: int
    id_tag: String20 | None = None
    timestamp: Timestamp
    #: Wh
    meter_stop: int


class MeterValue(DataType, frozen=True, kw_only=True):
    """What the register of imported energy showed at one moment."""

    timestamp: Timestamp
    #: Wh
    value: int


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """A station reports what the register of a connector showed."""

    action: ClassVar[str] = "MeterValues"

    connector_id: int
    values: tuple[MeterValue, ...] | None = None


#: Actions that 1.5 added.
NEW_IN_1_5: Final = frozenset(
    {
        "CancelReservation",
        "DataTransfer",
        "GetConfiguration",
        "GetLocalListVersion",
        "ReserveNow",
        "SendLocalList",
    }
)
_OWN: Final = (
    BootNotificationRequest,
    BootNotificationResponse,
    MeterValuesRequest,
    StartTransactionRequest,
    StatusNotificationRequest,
    StopTransactionRequest,
)
ACTIONS: Final = replaced(newer.ACTIONS, without=NEW_IN_1_5, by=_OWN)
