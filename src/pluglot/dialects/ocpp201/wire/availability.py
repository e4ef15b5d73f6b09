"""Block G: heartbeat, connector status and putting equipment in and out of service."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import EVSE, StatusInfo
from pluglot.messages.availability import ChangeAvailabilityStatus, ConnectorStatus, OperationalStatus
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import Timestamp


class ChangeAvailabilityRequest(Request, frozen=True, kw_only=True):
    """The CSMS takes a station, EVSE or connector out of service or back into it (G03)."""

    action: ClassVar[str] = "ChangeAvailability"

    operational_status: OperationalStatus
    #: The whole station when absent.
    evse: EVSE | None = None
    custom_data: CustomData | None = None


class ChangeAvailabilityResponse(Response, frozen=True, kw_only=True):
    """Whether availability changes now, later or not at all (G03)."""

    action: ClassVar[str] = "ChangeAvailability"

    status: ChangeAvailabilityStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector changed (G01)."""

    action: ClassVar[str] = "StatusNotification"

    #: When the status changed.
    timestamp: Timestamp
    connector_status: ConnectorStatus
    evse_id: int
    connector_id: int
    custom_data: CustomData | None = None
