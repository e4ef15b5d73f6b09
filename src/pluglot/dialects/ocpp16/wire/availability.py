"""Block G: heartbeat, connector status and putting equipment in and out of service."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255, Timestamp


class AvailabilityStatus(StrEnum):
    """What becomes of a change of availability."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class AvailabilityType(StrEnum):
    """In service or not."""

    INOPERATIVE = "Inoperative"
    OPERATIVE = "Operative"


class ChargePointErrorCode(StrEnum):
    """What is wrong with a connector."""

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
    """What a connector, or the whole station, is doing."""

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
    """The CSMS takes a station, EVSE or connector out of service or back into it (5.2)."""

    action: ClassVar[str] = "ChangeAvailability"

    #: 0 for the station and all its connectors.
    connector_id: int
    type: AvailabilityType


class ChangeAvailabilityResponse(Response, frozen=True, kw_only=True):
    """Whether availability changes now, later or not at all (5.2)."""

    action: ClassVar[str] = "ChangeAvailability"

    status: AvailabilityStatus


class HeartbeatRequest(Request, frozen=True, kw_only=True):
    """A station says that it is alive and asks the time (4.6)."""

    action: ClassVar[str] = "Heartbeat"


class HeartbeatResponse(Response, frozen=True, kw_only=True):
    """What time it is (4.6)."""

    action: ClassVar[str] = "Heartbeat"

    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector, or its own, changed (4.9)."""

    action: ClassVar[str] = "StatusNotification"

    #: 0 for the station itself.
    connector_id: int
    error_code: ChargePointErrorCode
    status: ChargePointStatus
    info: String50 | None = None
    #: When the status changed; when it was received if absent.
    timestamp: Timestamp | None = None
    vendor_id: String255 | None = None
    vendor_error_code: String50 | None = None


class StatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the status (4.9)."""

    action: ClassVar[str] = "StatusNotification"
