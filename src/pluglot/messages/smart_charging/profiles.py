"""Block K, charging profiles: how much power when."""

from __future__ import annotations

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
    Timestamp,
    TransactionId,
    Until,
    check_ranges,
)
from pluglot.messages.smart_charging.prices import AbsolutePriceSchedule, PriceLevelSchedule, SalesTariff
from pluglot.messages.types import GenericStatus, OperationMode, StatusInfo


class ChargingProfileKind(StrEnum):
    """How a profile's schedule is placed in time (F, K)."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"
    DYNAMIC = "Dynamic"


class ChargingProfilePurpose(StrEnum):
    """What a profile is for, and so where it stands among others (F, K)."""

    CHARGING_STATION_EXTERNAL_CONSTRAINTS = "ChargingStationExternalConstraints"
    CHARGING_STATION_MAX_PROFILE = "ChargingStationMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"
    PRIORITY_CHARGING = "PriorityCharging"
    LOCAL_GENERATION = "LocalGeneration"


class ChargingProfileStatus(StrEnum):
    """Whether a profile or an update to it was taken (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ChargingRateUnit(StrEnum):
    """Whether limits are in watts or in amperes (F, K)."""

    W = "W"
    A = "A"


class ClearChargingProfileStatus(StrEnum):
    """Whether a profile was found and removed (K)."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class GetChargingProfileStatus(StrEnum):
    """Whether there are profiles to report (K)."""

    ACCEPTED = "Accepted"
    NO_PROFILES = "NoProfiles"


class RecurrencyKind(StrEnum):
    """How often a recurring profile starts anew (F, K)."""

    DAILY = "Daily"
    WEEKLY = "Weekly"


class ChargingLimit(DataType, frozen=True, kw_only=True):
    """Where a limit comes from and what it means to the grid (K)."""

    charging_limit_source: String20
    is_local_generation: bool | None = None
    is_grid_critical: bool | None = None
    custom_data: CustomData | None = None


class V2XFreqWattPoint(DataType, frozen=True, kw_only=True):
    """A point of the curve from grid frequency to power (F, K)."""

    #: Hz
    frequency: Decimal
    #: W; negative when energy flows from the vehicle
    power: Decimal
    custom_data: CustomData | None = None


class V2XSignalWattPoint(DataType, frozen=True, kw_only=True):
    """A point of the curve from frequency restoration signal to power (F, K)."""

    signal: int
    #: W; negative when energy flows from the vehicle
    power: Decimal
    custom_data: CustomData | None = None


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """What holds from one moment of a schedule until the next period (F, K)."""

    #: s from the schedule's beginning
    start_period: int
    #: A or W, as the schedule says
    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
    #: 3 when absent and current alternates.
    number_phases: Annotated[int, Meta(ge=0, le=3)] | None = None
    #: The one phase, if the station can choose.
    phase_to_use: Annotated[int, Meta(ge=0, le=3)] | None = None
    #: A or W; zero or negative, as energy flows from the vehicle
    discharge_limit: Annotated[Decimal, Range(maximum=Decimal(0))] | None = None
    discharge_limit_l2: Annotated[Decimal, Range(maximum=Decimal(0))] | None = field(
        default=None, name="dischargeLimit_L2"
    )
    discharge_limit_l3: Annotated[Decimal, Range(maximum=Decimal(0))] | None = field(
        default=None, name="dischargeLimit_L3"
    )
    #: A or W; negative when energy shall flow from the vehicle
    setpoint: Decimal | None = None
    setpoint_l2: Decimal | None = field(default=None, name="setpoint_L2")
    setpoint_l3: Decimal | None = field(default=None, name="setpoint_L3")
    #: var or A; positive is inductive, negative capacitive
    setpoint_reactive: Decimal | None = None
    setpoint_reactive_l2: Decimal | None = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Decimal | None = field(default=None, name="setpointReactive_L3")
    preconditioning_request: bool | None = None
    evse_sleep: bool | None = None
    #: W
    v2x_baseline: Decimal | None = None
    operation_mode: OperationMode | None = None
    v2x_freq_watt_curve: Annotated[tuple[V2XFreqWattPoint, ...], Meta(min_length=1, max_length=20)] | None = None
    v2x_signal_watt_curve: Annotated[tuple[V2XSignalWattPoint, ...], Meta(min_length=1, max_length=20)] | None = None
    custom_data: CustomData | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class LimitAtSoC(DataType, frozen=True, kw_only=True):
    """A limit that holds once the battery is filled to a certain degree (F, K)."""

    #: %
    soc: Percentage
    #: A or W, as the schedule says
    limit: Decimal
    custom_data: CustomData | None = None


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """Limits and set points over time, in periods (F, K)."""

    id: int
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: Annotated[tuple[ChargingSchedulePeriod, ...], Meta(min_length=1, max_length=1024)]
    limit_at_soc: LimitAtSoC | None = field(default=None, name="limitAtSoC")
    start_schedule: Timestamp | None = None
    #: s; without it the last period goes on
    duration: int | None = None
    #: In the unit of the schedule.
    min_charging_rate: Decimal | None = None
    #: W
    power_tolerance: Decimal | None = None
    signature_id: NonNegative | None = None
    digest_value: String88 | None = None
    use_local_time: bool | None = None
    #: s at most, chosen by the station
    randomized_delay: NonNegative | None = None
    sales_tariff: SalesTariff | None = None
    absolute_price_schedule: AbsolutePriceSchedule | None = None
    price_level_schedule: PriceLevelSchedule | None = None
    custom_data: CustomData | None = None


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """A rule that says how much may be charged when, and over which other rules it stands (F, K)."""

    id: int
    #: The highest level of those that hold wins.
    stack_level: NonNegative
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: Annotated[tuple[ChargingSchedule, ...], Meta(min_length=1, max_length=3)]
    recurrency_kind: RecurrencyKind | None = None
    valid_from: Timestamp | None = None
    valid_to: Until | None = None
    transaction_id: TransactionId | None = None
    #: s without a connection after which the profile no longer holds
    max_offline_duration: int | None = None
    invalid_after_offline_duration: bool | None = None
    #: s between updates that the station asks for
    dyn_update_interval: int | None = None
    dyn_update_time: Timestamp | None = None
    price_schedule_signature: String256 | None = None
    custom_data: CustomData | None = None


class ChargingProfileCriterion(DataType, frozen=True, kw_only=True):
    """Which charging profiles are asked for (K)."""

    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: NonNegative | None = None
    charging_profile_id: OneOrMore[int] | None = None
    charging_limit_source: Annotated[tuple[String20, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearChargingProfile(DataType, frozen=True, kw_only=True):
    """Which charging profiles are to be removed (K)."""

    evse_id: EvseId | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: NonNegative | None = None
    custom_data: CustomData | None = None


class CompositeSchedule(DataType, frozen=True, kw_only=True):
    """What all profiles of an EVSE come to over a stretch of time (K)."""

    #: 0 for the whole station.
    evse_id: EvseId
    #: s
    duration: int
    schedule_start: Timestamp
    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: OneOrMore[ChargingSchedulePeriod]
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
    evse_id: EvseId | None = None
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
    evse_id: EvseId
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
    charging_limit_source: String20
    charging_profile: OneOrMore[ChargingProfile]
    #: 0 for the whole station.
    evse_id: EvseId
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ReportChargingProfilesResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (K09)."""

    action: ClassVar[str] = "ReportChargingProfiles"

    custom_data: CustomData | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS installs a charging profile (K01)."""

    action: ClassVar[str] = "SetChargingProfile"

    #: 0 for the whole station, or for every EVSE by itself when it is a TxDefaultProfile.
    evse_id: EvseId
    charging_profile: ChargingProfile
    custom_data: CustomData | None = None


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """Whether the charging profile was installed (K01)."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
