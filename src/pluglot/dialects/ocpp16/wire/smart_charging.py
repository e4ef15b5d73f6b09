"""smart_charging"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import Range, check_ranges


class ChargingProfileKind(StrEnum):
    """ChargingProfileKind."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class ChargingProfilePurpose(StrEnum):
    """ChargingProfilePurpose."""

    CHARGE_POINT_MAX_PROFILE = "ChargePointMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"


class ChargingProfileStatus(StrEnum):
    """ChargingProfileStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"


class ChargingRateUnit(StrEnum):
    """ChargingRateUnit."""

    A = "A"
    W = "W"


class ClearChargingProfileStatus(StrEnum):
    """ClearChargingProfileStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class GetCompositeScheduleStatus(StrEnum):
    """GetCompositeScheduleStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class RecurrencyKind(StrEnum):
    """RecurrencyKind."""

    DAILY = "Daily"
    WEEKLY = "Weekly"


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """ChargingSchedulePeriod."""

    start_period: int
    limit: Annotated[Decimal, Range(multiple_of=Decimal("0.1"))]
    number_phases: int | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """ChargingSchedule."""

    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: tuple[ChargingSchedulePeriod, ...]
    duration: int | None = None
    start_schedule: datetime | None = None
    min_charging_rate: Annotated[Decimal, Range(multiple_of=Decimal("0.1"))] | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """ChargingProfile."""

    charging_profile_id: int
    stack_level: int
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: ChargingSchedule
    transaction_id: int | None = None
    recurrency_kind: RecurrencyKind | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


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
