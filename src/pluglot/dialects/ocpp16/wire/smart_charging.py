"""Block K: charging profiles, limits, vehicle needs and prices; a folder because it is the largest."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import Range, Timestamp, Until, check_ranges


class ChargingProfileKind(StrEnum):
    """How a profile's schedule is placed in time."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class ChargingProfilePurpose(StrEnum):
    """What a profile is for, and so where it stands among others."""

    CHARGE_POINT_MAX_PROFILE = "ChargePointMaxProfile"
    TX_DEFAULT_PROFILE = "TxDefaultProfile"
    TX_PROFILE = "TxProfile"


class ChargingProfileStatus(StrEnum):
    """Whether a profile or an update to it was taken."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"


class ChargingRateUnit(StrEnum):
    """Whether limits are in watts or in amperes."""

    A = "A"
    W = "W"


class ClearChargingProfileStatus(StrEnum):
    """Whether a profile was found and removed."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class GetCompositeScheduleStatus(StrEnum):
    """Whether a composite schedule could be worked out."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class RecurrencyKind(StrEnum):
    """How often a recurring profile starts anew."""

    DAILY = "Daily"
    WEEKLY = "Weekly"


class ChargingSchedulePeriod(DataType, frozen=True, kw_only=True):
    """The limit that holds from one moment of a schedule until the next period."""

    #: s from the schedule's beginning
    start_period: int
    #: A or W, as the schedule says; in steps of 0.1
    limit: Annotated[Decimal, Range(multiple_of=Decimal("0.1"))]
    #: 3 when absent and current alternates.
    number_phases: int | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ChargingSchedule(DataType, frozen=True, kw_only=True):
    """Limits over time, in periods."""

    charging_rate_unit: ChargingRateUnit
    charging_schedule_period: tuple[ChargingSchedulePeriod, ...]
    #: s; without it the last period goes on
    duration: int | None = None
    start_schedule: Timestamp | None = None
    #: In the unit of the schedule; in steps of 0.1
    min_charging_rate: Annotated[Decimal, Range(multiple_of=Decimal("0.1"))] | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ChargingProfile(DataType, frozen=True, kw_only=True):
    """A rule that says how much may be charged when, and over which other rules it stands."""

    charging_profile_id: int
    #: The highest level of those that hold wins.
    stack_level: int
    charging_profile_purpose: ChargingProfilePurpose
    charging_profile_kind: ChargingProfileKind
    charging_schedule: ChargingSchedule
    transaction_id: int | None = None
    recurrency_kind: RecurrencyKind | None = None
    valid_from: Timestamp | None = None
    valid_to: Until | None = None


class ClearChargingProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes charging profiles by id or by what they are (5.5)."""

    action: ClassVar[str] = "ClearChargingProfile"

    id: int | None = None
    connector_id: int | None = None
    charging_profile_purpose: ChargingProfilePurpose | None = None
    stack_level: int | None = None


class ClearChargingProfileResponse(Response, frozen=True, kw_only=True):
    """Whether any profile was removed (5.5)."""

    action: ClassVar[str] = "ClearChargingProfile"

    status: ClearChargingProfileStatus


class GetCompositeScheduleRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks what all profiles together come to (5.7)."""

    action: ClassVar[str] = "GetCompositeSchedule"

    #: 0 for the whole station.
    connector_id: int
    #: s
    duration: int
    charging_rate_unit: ChargingRateUnit | None = None


class GetCompositeScheduleResponse(Response, frozen=True, kw_only=True):
    """The schedule that follows from all profiles (5.7)."""

    action: ClassVar[str] = "GetCompositeSchedule"

    status: GetCompositeScheduleStatus
    connector_id: int | None = None
    schedule_start: Timestamp | None = None
    charging_schedule: ChargingSchedule | None = None


class SetChargingProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS installs a charging profile (5.16)."""

    action: ClassVar[str] = "SetChargingProfile"

    connector_id: int
    cs_charging_profiles: ChargingProfile


class SetChargingProfileResponse(Response, frozen=True, kw_only=True):
    """Whether the charging profile was installed (5.16)."""

    action: ClassVar[str] = "SetChargingProfile"

    status: ChargingProfileStatus
