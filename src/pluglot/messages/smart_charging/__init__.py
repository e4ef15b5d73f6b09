"""Block K: charging profiles, limits, vehicle needs and prices; a folder because it is the largest.

Words only: may use msgspec and the types of ``messages``.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.messages.smart_charging.limits import (
    ChargingScheduleUpdate, ClearedChargingLimitRequest, ClearedChargingLimitResponse, NotifyChargingLimitRequest,
    NotifyChargingLimitResponse, NotifyPriorityChargingRequest, NotifyPriorityChargingResponse,
    PriorityChargingStatus, PullDynamicScheduleUpdateRequest, PullDynamicScheduleUpdateResponse,
    UpdateDynamicScheduleRequest, UpdateDynamicScheduleResponse, UsePriorityChargingRequest,
    UsePriorityChargingResponse,
)
from pluglot.messages.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, ControlMode, DCChargingParameters, DERChargingParameters, EVEnergyOffer,
    EVPowerSchedule, EVPowerScheduleEntry, IslandingDetection, MobilityNeedsMode, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingNeedsStatus, NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse, V2XChargingParameters,
)
from pluglot.messages.smart_charging.prices import (
    AbsolutePriceSchedule, AdditionalSelectedServices, ConsumptionCost, Cost, CostKind, EVAbsolutePriceSchedule,
    EVAbsolutePriceScheduleEntry, EVPriceRule, OverstayRule, OverstayRuleList, PriceLevelSchedule,
    PriceLevelScheduleEntry, PriceRule, PriceRuleStack, RationalNumber, RelativeTimeInterval, SalesTariff,
    SalesTariffEntry, TaxRule,
)
from pluglot.messages.smart_charging.profiles import (
    ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingProfileKind, ChargingProfilePurpose,
    ChargingProfileStatus, ChargingRateUnit, ChargingSchedule, ChargingSchedulePeriod, ClearChargingProfile,
    ClearChargingProfileRequest, ClearChargingProfileResponse, ClearChargingProfileStatus, CompositeSchedule,
    GetChargingProfileStatus, GetChargingProfilesRequest, GetChargingProfilesResponse, GetCompositeScheduleRequest,
    GetCompositeScheduleResponse, LimitAtSoC, RecurrencyKind, ReportChargingProfilesRequest,
    ReportChargingProfilesResponse, SetChargingProfileRequest, SetChargingProfileResponse, V2XFreqWattPoint,
    V2XSignalWattPoint,
)

__all__ = [
    "ACChargingParameters", "AbsolutePriceSchedule", "AdditionalSelectedServices", "ChargingLimit", "ChargingNeeds",
    "ChargingProfile", "ChargingProfileCriterion", "ChargingProfileKind", "ChargingProfilePurpose",
    "ChargingProfileStatus", "ChargingRateUnit", "ChargingSchedule", "ChargingSchedulePeriod",
    "ChargingScheduleUpdate", "ClearChargingProfile", "ClearChargingProfileRequest", "ClearChargingProfileResponse",
    "ClearChargingProfileStatus", "ClearedChargingLimitRequest", "ClearedChargingLimitResponse", "CompositeSchedule",
    "ConsumptionCost", "ControlMode", "Cost", "CostKind", "DCChargingParameters", "DERChargingParameters",
    "EVAbsolutePriceSchedule", "EVAbsolutePriceScheduleEntry", "EVEnergyOffer", "EVPowerSchedule",
    "EVPowerScheduleEntry", "EVPriceRule", "GetChargingProfileStatus", "GetChargingProfilesRequest",
    "GetChargingProfilesResponse", "GetCompositeScheduleRequest", "GetCompositeScheduleResponse",
    "IslandingDetection", "LimitAtSoC", "MobilityNeedsMode", "NotifyChargingLimitRequest",
    "NotifyChargingLimitResponse", "NotifyEVChargingNeedsRequest", "NotifyEVChargingNeedsResponse",
    "NotifyEVChargingNeedsStatus", "NotifyEVChargingScheduleRequest", "NotifyEVChargingScheduleResponse",
    "NotifyPriorityChargingRequest", "NotifyPriorityChargingResponse", "OverstayRule", "OverstayRuleList",
    "PriceLevelSchedule", "PriceLevelScheduleEntry", "PriceRule", "PriceRuleStack", "PriorityChargingStatus",
    "PullDynamicScheduleUpdateRequest", "PullDynamicScheduleUpdateResponse", "RationalNumber", "RecurrencyKind",
    "RelativeTimeInterval", "ReportChargingProfilesRequest", "ReportChargingProfilesResponse", "SalesTariff",
    "SalesTariffEntry", "SetChargingProfileRequest", "SetChargingProfileResponse", "TaxRule",
    "UpdateDynamicScheduleRequest", "UpdateDynamicScheduleResponse", "UsePriorityChargingRequest",
    "UsePriorityChargingResponse", "V2XChargingParameters", "V2XFreqWattPoint", "V2XSignalWattPoint",
]
