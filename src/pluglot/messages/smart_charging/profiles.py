"""smart_charging.profiles"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import (
    EvseId,
    NonNegative,
    OneOrMore,
    Percentage,
    Range,
    RequestId,
    String20,
    String88,
    String256,
    TransactionId,
    check_ranges,
)
from pluglot.messages.smart_charging.prices import AbsolutePriceSchedule, PriceLevelSchedule, SalesTariff
from pluglot.messages.types import GenericStatus, OperationMode, StatusInfo


class ChargingProfileKind(StrEnum):
    """ChargingProfileKind."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"
    DYNAMIC = "Dynamic"


class ChargingProfilePurpose(StrEnum):
    """ChargingProfilePurpose."""

    CHARGING_STATION_EXTERNAL_CONSTRAINTS = "ChargingStationExternalConstraints"
    CHARGING_STATION_MAX_PROFILE = "ChargingStationMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"
    PRIORITY_CHARGING = "PriorityCharging"
    LOCAL_GENERATION = "LocalGeneration"


class ChargingProfileStatus(StrEnum):
    """ChargingProfileStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ChargingRateUnit(StrEnum):
    """ChargingRateUnit."""

    W = "W"
    A = "A"


class ClearChargingProfileStatus(StrEnum):
    """ClearChargingProfileStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class GetChargingProfileStatus(StrEnum):
    """GetChargingProfileStatus."""

    ACCEPTED = "Accepted"
    NO_PROFILES = "NoProfiles"


class RecurrencyKind(StrEnum):
    """RecurrencyKind."""

    DAILY = "Daily"
    WEEKLY = "Weekly"


class ChargingLimit(DataType, frozen=True, kw_only=True):
    """ChargingLimit."""

    charging_limit_source: String20
    is_local_generation: bool | None = None
    is_grid_critical: bool | None = None
    custom_data: CustomData | None = None


class V2XFreqWattPoint(DataType, frozen=True, kw_only=True):
    """V2XFreqWattPoint."""

    frequency: Decimal
    power: Decimal
    custom_data: CustomData | None = None


class V2XSignalWattPoint(DataType, frozen=True, kw_only=True):
    """V2XSignalWattPoint."""

    signal: int
    power: Decimal
    custom_data: CustomData | None = None


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """ChargingSchedulePeriod."""

    start_period: int
    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
    number_phases: Annotated[int, Meta(ge=0, le=3)] | None = None
    phase_to_use: Annotated[int, Meta(ge=0, le=3)] | None = None
    discharge_limit: Annotated[Decimal, Range(maximum=Decimal("0"))] | None = None
    discharge_limit_l2: Annotated[Decimal, Range(maximum=Decimal("0"))] | None = field(
        default=None, name="dischargeLimit_L2"
    )
    discharge_limit_l3: Annotated[Decimal, Range(maximum=Decimal("0"))] | None = field(
        default=None, name="dischargeLimit_L3"
    )
    setpoint: Decimal | None = None
    setpoint_l2: Decimal | None = field(default=None, name="setpoint_L2")
    setpoint_l3: Decimal | None = field(default=None, name="setpoint_L3")
    setpoint_reactive: Decimal | None = None
    setpoint_reactive_l2: Decimal | None = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Decimal | None = field(default=None, name="setpointReactive_L3")
    preconditioning_request: bool | None = None
    evse_sleep: bool | None = None
    v2x_baseline: Decimal | None = None
    operation_mode: OperationMode | None = None
    v2x_freq_watt_curve: Annotated[tuple[V2XFreqWattPoint, ...], Meta(min_length=1, max_length=20)] | None = None
    v2x_signal_watt_curve: Annotated[tuple[V2XSignalWattPoint, ...], Meta(min_length=1, max_length=20)] | None = None
    custom_data: CustomData | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class LimitAtSoC(DataType, frozen=True, kw_only=True):
    """LimitAtSoC."""

    soc: Percentage
    limit: Decimal
    custom_data: CustomData | None = None


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """ChargingSchedule."""

    id: int
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1, max_length=1024)]
    limit_at_soc: LimitAtSoC | None = field(default=None, name="limitAtSoC")
    start_schedule: datetime | None = None
    duration: int | None = None
    min_charging_rate: Decimal | None = None
    power_tolerance: Decimal | None = None
    signature_id: NonNegative | None = None
    digest_value: String88 | None = None
    use_local_time: bool | None = None
    randomized_delay: NonNegative | None = None
    sales_tariff: SalesTariff | None = None
    absolute_price_schedule: AbsolutePriceSchedule | None = None
    price_level_schedule: PriceLevelSchedule | None = None
    custom_data: CustomData | None = None


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """ChargingProfile."""

    id: int
    stack_level: NonNegative
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: Annotated[tuple[ChargingSchedule, ...], Meta(min_length=1, max_length=3)]
    recurrency_kind: RecurrencyKind | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction_id: TransactionId | None = None
    max_offline_duration: int | None = None
    invalid_after_offline_duration: bool | None = None
    dyn_update_interval: int | None = None
    dyn_update_time: datetime | None = None
    price_schedule_signature: String256 | None = None
    custom_data: CustomData | None = None


class ChargingProfileCriterion(DataType, frozen=True, kw_only=True):
    """ChargingProfileCriterion."""

    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: NonNegative | None = None
    charging_profile_id: OneOrMore[int] | None = None
    charging_limit_source: Annotated[tuple[String20, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearChargingProfile(DataType, frozen=True, kw_only=True):
    """ClearChargingProfile."""

    evse_id: EvseId | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: NonNegative | None = None
    custom_data: CustomData | None = None


class CompositeSchedule(DataType, frozen=True, kw_only=True):
    """CompositeSchedule."""

    evse_id: EvseId
    duration: int
    schedule_start: datetime
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: OneOrMore[ChargingSchedulePeriod]
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
    evse_id: EvseId | None = None
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
    evse_id: EvseId
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
    charging_limit_source: String20
    charging_profile: OneOrMore[ChargingProfile]
    evse_id: EvseId
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ReportChargingProfilesResponse(Response, frozen=True, kw_only=True):
    """ReportChargingProfilesResponse."""

    action: ClassVar[str] = "ReportChargingProfiles"

    custom_data: CustomData | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """SetChargingProfileRequest."""

    action: ClassVar[str] = "SetChargingProfile"

    evse_id: EvseId
    charging_profile: ChargingProfile
    custom_data: CustomData | None = None


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """SetChargingProfileResponse."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
