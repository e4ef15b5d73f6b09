"""availability"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255


class AvailabilityStatus(StrEnum):
    """AvailabilityStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class AvailabilityType(StrEnum):
    """AvailabilityType."""

    INOPERATIVE = "Inoperative"
    OPERATIVE = "Operative"


class ChargePointErrorCode(StrEnum):
    """ChargePointErrorCode."""

    CONNECTOR_LOCK_FAILURE = "ConnectorLockFailure"
    EV_COMMUNICATION_ERROR = "EVCommunicationError"
    GROUND_FAILURE = "GroundFailure"
    HIGH_TEMPERATURE = "HighTemperature"
    INTERNAL_ERROR = "InternalError"
    LOCAL_LIST_CONFLICT = "LocalListConflict"
    NO_ERROR = "NoError"
    OTHER_ERROR = "OtherError"
    OVER_CURRENT_FAILURE = "OverCurrentFailure"
    POWER_METER_FAILURE = "PowerMeterFailure"
    POWER_SWITCH_FAILURE = "PowerSwitchFailure"
    READER_FAILURE = "ReaderFailure"
    RESET_FAILURE = "ResetFailure"
    UNDER_VOLTAGE = "UnderVoltage"
    OVER_VOLTAGE = "OverVoltage"
    WEAK_SIGNAL = "WeakSignal"


class ChargePointStatus(StrEnum):
    """ChargePointStatus."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EVSE = "SuspendedEVSE"
    SUSPENDED_EV = "SuspendedEV"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


class ChangeAvailabilityRequest(Request, frozen=True, kw_only=True):
    """ChangeAvailabilityRequest."""

    action: ClassVar[str] = "ChangeAvailability"

    connector_id: int
    type: AvailabilityType


class ChangeAvailabilityResponse(Response, frozen=True, kw_only=True):
    """ChangeAvailabilityResponse."""

    action: ClassVar[str] = "ChangeAvailability"

    status: AvailabilityStatus


class HeartbeatRequest(Request, frozen=True, kw_only=True):
    """HeartbeatRequest."""

    action: ClassVar[str] = "Heartbeat"


class HeartbeatResponse(Response, frozen=True, kw_only=True):
    """HeartbeatResponse."""

    action: ClassVar[str] = "Heartbeat"

    current_time: datetime


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """StatusNotificationRequest."""

    action: ClassVar[str] = "StatusNotification"

    connector_id: int
    error_code: ChargePointErrorCode
    status: ChargePointStatus
    info: String50 | None = None
    timestamp: datetime | None = None
    vendor_id: String255 | None = None
    vendor_error_code: String50 | None = None


class StatusNotificationResponse(Response, frozen=True, kw_only=True):
    """StatusNotificationResponse."""

    action: ClassVar[str] = "StatusNotification"
