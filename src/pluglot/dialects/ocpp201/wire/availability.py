"""availability"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import EVSE, StatusInfo
from pluglot.messages.availability import ChangeAvailabilityStatus, ConnectorStatus, OperationalStatus
from pluglot.messages.base import CustomData, Request, Response


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


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """StatusNotificationRequest."""

    action: ClassVar[str] = "StatusNotification"

    timestamp: datetime
    connector_status: ConnectorStatus
    evse_id: int
    connector_id: int
    custom_data: CustomData | None = None
