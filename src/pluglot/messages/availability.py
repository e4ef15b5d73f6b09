"""Block G: heartbeat, connector status and putting equipment in and out of service."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import ConnectorId, EvseId, Timestamp
from pluglot.messages.types import EVSE, StatusInfo


class ChangeAvailabilityStatus(StrEnum):
    """What becomes of a change of availability (G)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class ConnectorStatus(StrEnum):
    """What a connector is doing (G)."""

    AVAILABLE = "Available"
    OCCUPIED = "Occupied"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


class OperationalStatus(StrEnum):
    """In service or not (G)."""

    INOPERATIVE = "Inoperative"
    OPERATIVE = "Operative"


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


class HeartbeatRequest(Request, frozen=True, kw_only=True):
    """A station says that it is alive and asks the time (G02)."""

    action: ClassVar[str] = "Heartbeat"

    custom_data: CustomData | None = None


class HeartbeatResponse(Response, frozen=True, kw_only=True):
    """What time it is (G02)."""

    action: ClassVar[str] = "Heartbeat"

    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp
    custom_data: CustomData | None = None


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector changed (G01)."""

    action: ClassVar[str] = "StatusNotification"

    #: When the status changed.
    timestamp: Timestamp
    connector_status: ConnectorStatus
    evse_id: EvseId
    connector_id: ConnectorId
    custom_data: CustomData | None = None


class StatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the status (G01)."""

    action: ClassVar[str] = "StatusNotification"

    custom_data: CustomData | None = None
