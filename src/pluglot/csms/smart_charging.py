"""What stations tell about limits, profiles and the needs of vehicles (block K)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted, reason
from pluglot.messages import (
    ChargingProfileStatus,
    ClearedChargingLimitRequest,
    ClearedChargingLimitResponse,
    GenericStatus,
    NotifyChargingLimitRequest,
    NotifyChargingLimitResponse,
    NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse,
    NotifyEVChargingNeedsStatus,
    NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse,
    NotifyPriorityChargingRequest,
    NotifyPriorityChargingResponse,
    PullDynamicScheduleUpdateRequest,
    PullDynamicScheduleUpdateResponse,
    ReportChargingProfilesRequest,
    ReportChargingProfilesResponse,
)


async def notify_charging_limit(context: Context, request: NotifyChargingLimitRequest) -> Decision:
    """Keep that somebody else limits a station (K12)."""
    return noted(context, request, NotifyChargingLimitResponse())


async def cleared_charging_limit(context: Context, request: ClearedChargingLimitRequest) -> Decision:
    """Keep that a limit of somebody else is gone (K13)."""
    return noted(context, request, ClearedChargingLimitResponse())


async def notify_ev_charging_needs(context: Context, request: NotifyEVChargingNeedsRequest) -> Decision:
    """Keep what a vehicle asks for; no profile is made from it here, so it charges as the station allows (K15)."""
    response = NotifyEVChargingNeedsResponse(status=NotifyEVChargingNeedsStatus.NO_CHARGING_PROFILE)
    return noted(context, request, response)


async def notify_ev_charging_schedule(context: Context, request: NotifyEVChargingScheduleRequest) -> Decision:
    """Keep the schedule a vehicle chose (K15)."""
    return noted(context, request, NotifyEVChargingScheduleResponse(status=GenericStatus.ACCEPTED))


async def notify_priority_charging(context: Context, request: NotifyPriorityChargingRequest) -> Decision:
    """Keep that a driver asked for priority (K22)."""
    return noted(context, request, NotifyPriorityChargingResponse())


async def pull_dynamic_schedule_update(context: Context, request: PullDynamicScheduleUpdateRequest) -> Decision:
    """Tell that no dynamic profile is served here (K28)."""
    refusal = reason("NotFound", "No dynamic charging profile is known here.")
    response = PullDynamicScheduleUpdateResponse(status=ChargingProfileStatus.REJECTED, status_info=refusal)
    return noted(context, request, response)


async def report_charging_profiles(context: Context, request: ReportChargingProfilesRequest) -> Decision:
    """Keep one part of the list of profiles a station holds (K09)."""
    return noted(context, request, ReportChargingProfilesResponse())
