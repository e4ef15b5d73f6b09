"""Block K, limits that change: outside limits, dynamic schedules and priority charging."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import EvseId, OneOrMore, Range, String20, TransactionId, check_ranges
from pluglot.messages.smart_charging.profiles import ChargingLimit, ChargingProfileStatus, ChargingSchedule
from pluglot.messages.types import StatusInfo


class PriorityChargingStatus(StrEnum):
    """Whether a transaction is preferred (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_PROFILE = "NoProfile"


class ChargingScheduleUpdate(DataType, frozen=True, kw_only=True):
    """New values for the period of a dynamic profile (K)."""

    #: A or W, as the profile says
    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
    #: A or W; zero or negative
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
    custom_data: CustomData | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ClearedChargingLimitRequest(Request, frozen=True, kw_only=True):
    """A station reports that an outside limit no longer holds (K13)."""

    action: ClassVar[str] = "ClearedChargingLimit"

    charging_limit_source: String20
    #: The whole station when absent or 0.
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ClearedChargingLimitResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows that the limit is gone (K13)."""

    action: ClassVar[str] = "ClearedChargingLimit"

    custom_data: CustomData | None = None


class NotifyChargingLimitRequest(Request, frozen=True, kw_only=True):
    """A station reports a limit that somebody other than the CSMS has set (K12)."""

    action: ClassVar[str] = "NotifyChargingLimit"

    charging_limit: ChargingLimit
    charging_schedule: OneOrMore[ChargingSchedule] | None = None
    #: The whole station when absent or 0.
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class NotifyChargingLimitResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows about the limit (K12)."""

    action: ClassVar[str] = "NotifyChargingLimit"

    custom_data: CustomData | None = None


class NotifyPriorityChargingRequest(Request, frozen=True, kw_only=True):
    """A station reports that priority charging began or ended for a transaction (K22)."""

    action: ClassVar[str] = "NotifyPriorityCharging"

    transaction_id: TransactionId
    activated: bool
    custom_data: CustomData | None = None


class NotifyPriorityChargingResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows about the priority (K22)."""

    action: ClassVar[str] = "NotifyPriorityCharging"

    custom_data: CustomData | None = None


class PullDynamicScheduleUpdateRequest(Request, frozen=True, kw_only=True):
    """A station asks for the latest values of a dynamic profile (K28)."""

    action: ClassVar[str] = "PullDynamicScheduleUpdate"

    charging_profile_id: int
    custom_data: CustomData | None = None


class PullDynamicScheduleUpdateResponse(Response, frozen=True, kw_only=True):
    """The latest values of a dynamic profile (K28)."""

    action: ClassVar[str] = "PullDynamicScheduleUpdate"

    status: ChargingProfileStatus
    schedule_update: ChargingScheduleUpdate | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UpdateDynamicScheduleRequest(Request, frozen=True, kw_only=True):
    """The CSMS sends new values for a dynamic profile (K28)."""

    action: ClassVar[str] = "UpdateDynamicSchedule"

    charging_profile_id: int
    schedule_update: ChargingScheduleUpdate
    custom_data: CustomData | None = None


class UpdateDynamicScheduleResponse(Response, frozen=True, kw_only=True):
    """Whether the new values hold (K28)."""

    action: ClassVar[str] = "UpdateDynamicSchedule"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UsePriorityChargingRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to prefer a transaction, or to stop preferring it (K21)."""

    action: ClassVar[str] = "UsePriorityCharging"

    transaction_id: TransactionId
    activate: bool
    custom_data: CustomData | None = None


class UsePriorityChargingResponse(Response, frozen=True, kw_only=True):
    """Whether the transaction is preferred (K21)."""

    action: ClassVar[str] = "UsePriorityCharging"

    status: PriorityChargingStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
