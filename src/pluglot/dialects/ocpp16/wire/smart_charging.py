"""smart_charging"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.types import (
    ChargingProfile,
    ChargingProfilePurpose,
    ChargingRateUnit,
    ChargingSchedule,
)
from pluglot.messages.base import Request, Response


class ChargingProfileStatus(StrEnum):
    """ChargingProfileStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"


class ClearChargingProfileStatus(StrEnum):
    """ClearChargingProfileStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class GetCompositeScheduleStatus(StrEnum):
    """GetCompositeScheduleStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ClearChargingProfileRequest(Request, frozen=True, kw_only=True):
    """ClearChargingProfileRequest."""

    action: ClassVar[str] = "ClearChargingProfile"

    id: int | None = None
    connector_id: int | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None


class ClearChargingProfileResponse(Response, frozen=True, kw_only=True):
    """ClearChargingProfileResponse."""

    action: ClassVar[str] = "ClearChargingProfile"

    status: ClearChargingProfileStatus


class GetCompositeScheduleRequest(Request, frozen=True, kw_only=True):
    """GetCompositeScheduleRequest."""

    action: ClassVar[str] = "GetCompositeSchedule"

    connector_id: int
    duration: int
    charging_rate_unit: ChargingRateUnit | None = None


class GetCompositeScheduleResponse(Response, frozen=True, kw_only=True):
    """GetCompositeScheduleResponse."""

    action: ClassVar[str] = "GetCompositeSchedule"

    status: GetCompositeScheduleStatus
    connector_id: int | None = None
    schedule_start: datetime | None = None
    charging_schedule: ChargingSchedule | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """SetChargingProfileRequest."""

    action: ClassVar[str] = "SetChargingProfile"

    connector_id: int
    cs_charging_profiles: ChargingProfile


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """SetChargingProfileResponse."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
