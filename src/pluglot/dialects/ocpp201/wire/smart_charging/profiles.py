"""Block K, charging profiles: how much power when."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.smart_charging.prices import SalesTariff
from pluglot.dialects.ocpp201.wire.types import ChargingLimitSource, StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, RequestId, Timestamp, TransactionId, Until
from pluglot.messages.smart_charging.profiles import (
    ChargingProfileStatus,
    ChargingRateUnit,
    ClearChargingProfileStatus,
    GetChargingProfileStatus,
    RecurrencyKind,
)
from pluglot.messages.types import GenericStatus


class ChargingProfileKind(StrEnum):
    """How a profile's schedule is placed in time (F, K)."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class ChargingProfilePurpose(StrEnum):
    """What a profile is for, and so where it stands among others (F, K)."""

    CHARGING_STATION_EXTERNAL_CONSTRAINTS = "ChargingStationExternalConstraints"
    CHARGING_STATION_MAX_PROFILE = "ChargingStationMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"


class ChargingLimit(DataType, frozen=True, kw_only=True):
    """Where a limit comes from and what it means to the grid (K)."""

    charging_limit_source: ChargingLimitSource
    is_grid_critical: bool | None = None
    custom_data: CustomData | None = None


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """What holds from one moment of a schedule until the next period (F, K)."""

    #: s from the schedule's beginning
    start_period: int
    #: A or W, as the schedule says.
    limit: Decimal
    #: 3 when absent and current alternates.
    number_phases: int | None = None
    #: The one phase, if the station can choose.
    phase_to_use: int | None = None
    custom_data: CustomData | None = None


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """Limits and set points over time, in periods (F, K)."""

    id: int
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1, max_length=1024)]
    start_schedule: Timestamp | None = None
    #: s; without it the last period goes on
    duration: int | None = None
    #: In the unit of the schedule.
    min_charging_rate: Decimal | None = None
    sales_tariff: SalesTariff | None = None
    custom_data: CustomData | None = None


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """A rule that says how much may be charged when, and over which other rules it stands (F, K)."""

    id: int
    #: The highest level of those that hold wins.
    stack_level: int
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: Annotated[tuple[ChargingSchedule, ...], Meta(min_length=1, max_length=3)]
    recurrency_kind: RecurrencyKind | None = None
    valid_from: Timestamp | None = None
    valid_to: Until | None = None
    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class ChargingProfileCriterion(DataType, frozen=True, kw_only=True):
    """Which charging profiles are asked for (K)."""

    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None
    charging_profile_id: OneOrMore[int] | None = None
    charging_limit_source: Annotated[tuple[ChargingLimitSource, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearChargingProfile(DataType, frozen=True, kw_only=True):
    """Which charging profiles are to be removed (K)."""

    evse_id: int | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None
    custom_data: CustomData | None = None


class CompositeSchedule(DataType, frozen=True, kw_only=True):
    """What all profiles of an EVSE come to over a stretch of time (K)."""

    charging_schedule_period: OneOrMore[ChargingSchedulePeriod]
    #: 0 for the whole station.
    evse_id: int
    #: s
    duration: int
    schedule_start: Timestamp
    charging_rate_unit: ChargingRateUnit
    custom_data: CustomData | None = None


class ClearChargingProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes charging profiles by id or by what they are (K10)."""

    action: ClassVar[str] = "ClearChargingProfile"

    charging_profile_id: int | None = None
    charging_profile_criteria: ClearChargingProfile | None = None
    custom_data: CustomData | None = None


class ClearChargingProfileResponse(Response, frozen=True, kw_only=True):
    """Whether any profile was removed (K10)."""

    action: ClassVar[str] = "ClearChargingProfile"

    status: ClearChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetChargingProfilesRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which charging profiles are installed (K09)."""

    action: ClassVar[str] = "GetChargingProfiles"

    request_id: RequestId
    charging_profile: ChargingProfileCriterion
    evse_id: int | None = None
    custom_data: CustomData | None = None


class GetChargingProfilesResponse(Response, frozen=True, kw_only=True):
    """Whether profiles will follow in ReportChargingProfiles messages (K09)."""

    action: ClassVar[str] = "GetChargingProfiles"

    status: GetChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetCompositeScheduleRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks what all profiles together come to (K08)."""

    action: ClassVar[str] = "GetCompositeSchedule"

    #: s
    duration: int
    #: 0 for the whole station.
    evse_id: int
    charging_rate_unit: ChargingRateUnit | None = None
    custom_data: CustomData | None = None


class GetCompositeScheduleResponse(Response, frozen=True, kw_only=True):
    """The schedule that follows from all profiles (K08)."""

    action: ClassVar[str] = "GetCompositeSchedule"

    status: GenericStatus
    status_info: StatusInfo | None = None
    schedule: CompositeSchedule | None = None
    custom_data: CustomData | None = None


class ReportChargingProfilesRequest(Request, frozen=True, kw_only=True):
    """One part of a report on installed charging profiles (K09)."""

    action: ClassVar[str] = "ReportChargingProfiles"

    request_id: RequestId
    charging_limit_source: ChargingLimitSource
    charging_profile: OneOrMore[ChargingProfile]
    #: 0 for the whole station.
    evse_id: int
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS installs a charging profile (K01)."""

    action: ClassVar[str] = "SetChargingProfile"

    #: 0 for the whole station, or for every EVSE by itself when it is a TxDefaultProfile.
    evse_id: int
    charging_profile: ChargingProfile
    custom_data: CustomData | None = None


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """Whether the charging profile was installed (K01)."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
