"""smart_charging.limits"""

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
    """PriorityChargingStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_PROFILE = "NoProfile"


class ChargingScheduleUpdate(DataType, frozen=True, kw_only=True):
    """ChargingScheduleUpdate."""

    limit: Decimal | None = None
    limit_l2: Decimal | None = field(default=None, name="limit_L2")
    limit_l3: Decimal | None = field(default=None, name="limit_L3")
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
    custom_data: CustomData | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class ClearedChargingLimitRequest(Request, frozen=True, kw_only=True):
    """ClearedChargingLimitRequest."""

    action: ClassVar[str] = "ClearedChargingLimit"

    charging_limit_source: String20
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ClearedChargingLimitResponse(Response, frozen=True, kw_only=True):
    """ClearedChargingLimitResponse."""

    action: ClassVar[str] = "ClearedChargingLimit"

    custom_data: CustomData | None = None


class NotifyChargingLimitRequest(Request, frozen=True, kw_only=True):
    """NotifyChargingLimitRequest."""

    action: ClassVar[str] = "NotifyChargingLimit"

    charging_limit: ChargingLimit
    charging_schedule: OneOrMore[ChargingSchedule] | None = None
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class NotifyChargingLimitResponse(Response, frozen=True, kw_only=True):
    """NotifyChargingLimitResponse."""

    action: ClassVar[str] = "NotifyChargingLimit"

    custom_data: CustomData | None = None


class NotifyPriorityChargingRequest(Request, frozen=True, kw_only=True):
    """NotifyPriorityChargingRequest."""

    action: ClassVar[str] = "NotifyPriorityCharging"

    transaction_id: TransactionId
    activated: bool
    custom_data: CustomData | None = None


class NotifyPriorityChargingResponse(Response, frozen=True, kw_only=True):
    """NotifyPriorityChargingResponse."""

    action: ClassVar[str] = "NotifyPriorityCharging"

    custom_data: CustomData | None = None


class PullDynamicScheduleUpdateRequest(Request, frozen=True, kw_only=True):
    """PullDynamicScheduleUpdateRequest."""

    action: ClassVar[str] = "PullDynamicScheduleUpdate"

    charging_profile_id: int
    custom_data: CustomData | None = None


class PullDynamicScheduleUpdateResponse(Response, frozen=True, kw_only=True):
    """PullDynamicScheduleUpdateResponse."""

    action: ClassVar[str] = "PullDynamicScheduleUpdate"

    status: ChargingProfileStatus
    schedule_update: ChargingScheduleUpdate | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UpdateDynamicScheduleRequest(Request, frozen=True, kw_only=True):
    """UpdateDynamicScheduleRequest."""

    action: ClassVar[str] = "UpdateDynamicSchedule"

    charging_profile_id: int
    schedule_update: ChargingScheduleUpdate
    custom_data: CustomData | None = None


class UpdateDynamicScheduleResponse(Response, frozen=True, kw_only=True):
    """UpdateDynamicScheduleResponse."""

    action: ClassVar[str] = "UpdateDynamicSchedule"

    status: ChargingProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UsePriorityChargingRequest(Request, frozen=True, kw_only=True):
    """UsePriorityChargingRequest."""

    action: ClassVar[str] = "UsePriorityCharging"

    transaction_id: TransactionId
    activate: bool
    custom_data: CustomData | None = None


class UsePriorityChargingResponse(Response, frozen=True, kw_only=True):
    """UsePriorityChargingResponse."""

    action: ClassVar[str] = "UsePriorityCharging"

    status: PriorityChargingStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
