"""Block G: heartbeat, connector status and putting equipment in and out of service."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.messages.availability import ChangeAvailabilityStatus, ConnectorStatus, OperationalStatus
from pluglot.messages.scalars import Timestamp


class ChangeAvailabilityRequest(Request, frozen=True, kw_only=True):
    """The CSMS takes a station, EVSE or connector out of service or back into it (G03)."""

    action: ClassVar[str] = "ChangeAvailability"

    #: 0 for the whole station.
    evse_id: int
    operational_status: OperationalStatus


class ChangeAvailabilityResponse(Response, frozen=True, kw_only=True):
    """Whether availability changes now, later or not at all (G03)."""

    action: ClassVar[str] = "ChangeAvailability"

    status: ChangeAvailabilityStatus


class HeartbeatRequest(Request, frozen=True, kw_only=True):
    """A station says that it is alive and asks the time (G02)."""

    action: ClassVar[str] = "Heartbeat"


class HeartbeatResponse(Response, frozen=True, kw_only=True):
    """What time it is (G02)."""

    action: ClassVar[str] = "Heartbeat"

    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector changed (G01)."""

    action: ClassVar[str] = "StatusNotification"

    #: When the status changed.
    timestamp: Timestamp
    connector_status: ConnectorStatus
    evse_id: int
    connector_id: int


class StatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the status (G01)."""

    action: ClassVar[str] = "StatusNotification"
