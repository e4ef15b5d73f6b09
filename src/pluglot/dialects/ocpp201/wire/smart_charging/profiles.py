"""smart_charging.profiles"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.smart_charging.prices import SalesTariff
from pluglot.dialects.ocpp201.wire.types import ChargingLimitSource, StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, RequestId, TransactionId
from pluglot.messages.smart_charging.profiles import (
    ChargingProfileStatus,
    ChargingRateUnit,
    ClearChargingProfileStatus,
    GetChargingProfileStatus,
    RecurrencyKind,
)
from pluglot.messages.types import GenericStatus


class ChargingProfileKind(StrEnum):
    """ChargingProfileKind."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class ChargingProfilePurpose(StrEnum):
    """ChargingProfilePurpose."""

    CHARGING_STATION_EXTERNAL_CONSTRAINTS = "ChargingStationExternalConstraints"
    CHARGING_STATION_MAX_PROFILE = "ChargingStationMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"


class ChargingLimit(DataType, frozen=True, kw_only=True):
    """ChargingLimit."""

    charging_limit_source: ChargingLimitSource
    is_grid_critical: bool | None = None
    custom_data: CustomData | None = None


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """ChargingSchedulePeriod."""

    start_period: int
    limit: Decimal
    number_phases: int | None = None
    phase_to_use: int | None = None
    custom_data: CustomData | None = None


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """ChargingSchedule."""

    id: int
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1, max_length=1024)]
    start_schedule: datetime | None = None
    duration: int | None = None
    min_charging_rate: Decimal | None = None
    sales_tariff: SalesTariff | None = None
    custom_data: CustomData | None = None


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """ChargingProfile."""

    id: int
    stack_level: int
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: Annotated[tuple[ChargingSchedule, ...], Meta(min_length=1, max_length=3)]
    recurrency_kind: RecurrencyKind | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class ChargingProfileCriterion(DataType, frozen=True, kw_only=True):
    """ChargingProfileCriterion."""

    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None
    charging_profile_id: OneOrMore[int] | None = None
    charging_limit_source: Annotated[tuple[ChargingLimitSource, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearChargingProfile(DataType, frozen=True, kw_only=True):
    """ClearChargingProfile."""

    evse_id: int | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None
    custom_data: CustomData | None = None


class CompositeSchedule(DataType, frozen=True, kw_only=True):
    """CompositeSchedule."""

    charging_schedule_period: OneOrMore[ChargingSchedulePeriod]
    evse_id: int
    duration: int
    schedule_start: datetime
    charging_rate_unit: ChargingRateUnit
    custom_data: CustomData | None = None


class ClearChargingProfileRequest(Request, frozen=True, kw_only=True):
    """ClearChargingProfileRequest."""

    action: ClassVar[str] = "ClearChargingProfile"

    charging_profile_id: int | None = None
    charging_profile_criteria: ClearChargingProfile | None = None
    custom_data: CustomData | None = None


class ClearChargingProfileResponse(Response, frozen=True, kw_only=True):
    """ClearChargingProfileResponse."""

    action: ClassVar[str] = "ClearChargingProfile"

    status: ClearChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetChargingProfilesRequest(Request, frozen=True, kw_only=True):
    """GetChargingProfilesRequest."""

    action: ClassVar[str] = "GetChargingProfiles"

    request_id: RequestId
    charging_profile: ChargingProfileCriterion
    evse_id: int | None = None
    custom_data: CustomData | None = None


class GetChargingProfilesResponse(Response, frozen=True, kw_only=True):
    """GetChargingProfilesResponse."""

    action: ClassVar[str] = "GetChargingProfiles"

    status: GetChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetCompositeScheduleRequest(Request, frozen=True, kw_only=True):
    """GetCompositeScheduleRequest."""

    action: ClassVar[str] = "GetCompositeSchedule"

    duration: int
    evse_id: int
    charging_rate_unit: ChargingRateUnit | None = None
    custom_data: CustomData | None = None


class GetCompositeScheduleResponse(Response, frozen=True, kw_only=True):
    """GetCompositeScheduleResponse."""

    action: ClassVar[str] = "GetCompositeSchedule"

    status: GenericStatus
    status_info: StatusInfo | None = None
    schedule: CompositeSchedule | None = None
    custom_data: CustomData | None = None


class ReportChargingProfilesRequest(Request, frozen=True, kw_only=True):
    """ReportChargingProfilesRequest."""

    action: ClassVar[str] = "ReportChargingProfiles"

    request_id: RequestId
    charging_limit_source: ChargingLimitSource
    charging_profile: OneOrMore[ChargingProfile]
    evse_id: int
    tbc: bool | None = None
    custom_data: CustomData | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """SetChargingProfileRequest."""

    action: ClassVar[str] = "SetChargingProfile"

    evse_id: int
    charging_profile: ChargingProfile
    custom_data: CustomData | None = None


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """SetChargingProfileResponse."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
