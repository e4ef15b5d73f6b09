"""availability"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import ConnectorId, EvseId
from pluglot.messages.types import EVSE, StatusInfo


class ChangeAvailabilityStatus(StrEnum):
    """ChangeAvailabilityStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class ConnectorStatus(StrEnum):
    """ConnectorStatus."""

    AVAILABLE = "Available"
    OCCUPIED = "Occupied"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


class OperationalStatus(StrEnum):
    """OperationalStatus."""

    INOPERATIVE = "Inoperative"
    OPERATIVE = "Operative"


class ChangeAvailabilityRequest(Request, frozen=True, kw_only=True):
    """ChangeAvailabilityRequest."""

    action: ClassVar[str] = "ChangeAvailability"

    operational_status: OperationalStatus
    evse: EVSE | None = None
    custom_data: CustomData | None = None


class ChangeAvailabilityResponse(Response, frozen=True, kw_only=True):
    """ChangeAvailabilityResponse."""

    action: ClassVar[str] = "ChangeAvailability"

    status: ChangeAvailabilityStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class HeartbeatRequest(Request, frozen=True, kw_only=True):
    """HeartbeatRequest."""

    action: ClassVar[str] = "Heartbeat"

    custom_data: CustomData | None = None


class HeartbeatResponse(Response, frozen=True, kw_only=True):
    """HeartbeatResponse."""

    action: ClassVar[str] = "Heartbeat"

    current_time: datetime
    custom_data: CustomData | None = None


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """StatusNotificationRequest."""

    action: ClassVar[str] = "StatusNotification"

    timestamp: datetime
    connector_status: ConnectorStatus
    evse_id: EvseId
    connector_id: ConnectorId
    custom_data: CustomData | None = None


class StatusNotificationResponse(Response, frozen=True, kw_only=True):
    """StatusNotificationResponse."""

    action: ClassVar[str] = "StatusNotification"

    custom_data: CustomData | None = None
