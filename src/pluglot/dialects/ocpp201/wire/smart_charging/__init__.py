"""Block K: charging profiles, limits, vehicle needs and prices; a folder because it is the largest.

Words only: may use msgspec and the types of 2.0.1 and of ``messages``.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.dialects.ocpp201.wire.smart_charging.limits import (
    ClearedChargingLimitRequest, NotifyChargingLimitRequest,
)
from pluglot.dialects.ocpp201.wire.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, DCChargingParameters, EnergyTransferMode, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingNeedsStatus, NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse,
)
from pluglot.dialects.ocpp201.wire.smart_charging.prices import (
    SalesTariff,
)
from pluglot.dialects.ocpp201.wire.smart_charging.profiles import (
    ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingProfileKind, ChargingProfilePurpose,
    ChargingSchedule, ChargingSchedulePeriod, ClearChargingProfile, ClearChargingProfileRequest,
    ClearChargingProfileResponse, CompositeSchedule, GetChargingProfilesRequest, GetChargingProfilesResponse,
    GetCompositeScheduleRequest, GetCompositeScheduleResponse, ReportChargingProfilesRequest,
    SetChargingProfileRequest, SetChargingProfileResponse,
)

__all__ = [
    "ACChargingParameters", "ChargingLimit", "ChargingNeeds", "ChargingProfile", "ChargingProfileCriterion",
    "ChargingProfileKind", "ChargingProfilePurpose", "ChargingSchedule", "ChargingSchedulePeriod",
    "ClearChargingProfile", "ClearChargingProfileRequest", "ClearChargingProfileResponse",
    "ClearedChargingLimitRequest", "CompositeSchedule", "DCChargingParameters", "EnergyTransferMode",
    "GetChargingProfilesRequest", "GetChargingProfilesResponse", "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse", "NotifyChargingLimitRequest", "NotifyEVChargingNeedsRequest",
    "NotifyEVChargingNeedsResponse", "NotifyEVChargingNeedsStatus", "NotifyEVChargingScheduleRequest",
    "NotifyEVChargingScheduleResponse", "ReportChargingProfilesRequest", "SalesTariff", "SetChargingProfileRequest",
    "SetChargingProfileResponse",
]
