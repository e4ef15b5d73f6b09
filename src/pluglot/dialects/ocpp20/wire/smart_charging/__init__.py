"""Block K: charging profiles, limits, vehicle needs and prices; a folder because it is the largest.

Words only: may use msgspec and the types of 2.0 and of ``messages``.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.dialects.ocpp20.wire.smart_charging.limits import (
    ClearedChargingLimitRequest, ClearedChargingLimitResponse, NotifyChargingLimitRequest,
    NotifyChargingLimitResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, DCChargingParameters, EnergyTransferMode, NotifyCentralChargingNeedsRequest,
    NotifyCentralChargingNeedsResponse, NotifyCentralChargingNeedsStatus, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse, PMaxSchedule,
    Renegotiate15118ScheduleRequest, Renegotiate15118ScheduleResponse, Renegotiate15118ScheduleStatus, SASchedule,
)
from pluglot.dialects.ocpp20.wire.smart_charging.prices import (
    ConsumptionCost, Cost, RelativeTimeInterval, SalesTariff, SalesTariffEntry,
)
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import (
    CalculatedChargingSchedule, ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingSchedule,
    ChargingSchedulePeriod, ClearChargingProfile, ClearChargingProfileRequest, ClearChargingProfileResponse,
    CompositeSchedule, GetChargingProfilesRequest, GetChargingProfilesResponse, GetCompositeScheduleRequest,
    GetCompositeScheduleResponse, GetCompositeScheduleStatus, ReportChargingProfilesRequest,
    ReportChargingProfilesResponse, SetChargingProfileRequest, SetChargingProfileResponse,
)

__all__ = [
    "ACChargingParameters", "CalculatedChargingSchedule", "ChargingLimit", "ChargingNeeds", "ChargingProfile",
    "ChargingProfileCriterion", "ChargingSchedule", "ChargingSchedulePeriod", "ClearChargingProfile",
    "ClearChargingProfileRequest", "ClearChargingProfileResponse", "ClearedChargingLimitRequest",
    "ClearedChargingLimitResponse", "CompositeSchedule", "ConsumptionCost", "Cost", "DCChargingParameters",
    "EnergyTransferMode", "GetChargingProfilesRequest", "GetChargingProfilesResponse", "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse", "GetCompositeScheduleStatus", "NotifyCentralChargingNeedsRequest",
    "NotifyCentralChargingNeedsResponse", "NotifyCentralChargingNeedsStatus", "NotifyChargingLimitRequest",
    "NotifyChargingLimitResponse", "NotifyEVChargingNeedsRequest", "NotifyEVChargingNeedsResponse",
    "NotifyEVChargingScheduleRequest", "NotifyEVChargingScheduleResponse", "PMaxSchedule", "RelativeTimeInterval",
    "Renegotiate15118ScheduleRequest", "Renegotiate15118ScheduleResponse", "Renegotiate15118ScheduleStatus",
    "ReportChargingProfilesRequest", "ReportChargingProfilesResponse", "SASchedule", "SalesTariff",
    "SalesTariffEntry", "SetChargingProfileRequest", "SetChargingProfileResponse",
]
