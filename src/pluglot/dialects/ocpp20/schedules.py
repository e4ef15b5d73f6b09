"""Composite schedules and schedules for vehicles, which 2.0 builds differently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp201 import wire as newer

#: (field, value, reason)
Lost = tuple[str, Any, str]
#: Ids of the profiles that stand for proposed schedules; the EVSE is added.
_FIRST_PROFILE: Final = 2_000_000_000
_PLACE: Final = "schedule.chargingSchedule"


def schedule_up(
    answer: wire.GetCompositeScheduleResponse, request: newer.GetCompositeScheduleRequest, now: datetime
) -> tuple[newer.GetCompositeScheduleResponse, list[Lost]]:
    """A composite schedule in 2.0.1; when it begins and how long it lasts may have to be taken from the request."""
    status = house.GenericStatus(answer.status.value)
    planned = None if answer.schedule is None else answer.schedule.charging_schedule
    if answer.schedule is None:
        return newer.GetCompositeScheduleResponse(status=status), []
    if planned is None or planned.charging_schedule_period is None:
        lost: list[Lost] = [("schedule", answer.schedule, "a schedule without periods")]
        return newer.GetCompositeScheduleResponse(status=status), lost
    start = answer.schedule.start_date_time or planned.start_schedule or now
    schedule = newer.CompositeSchedule(
        evse_id=answer.evse_id,
        duration=request.duration if planned.duration is None else planned.duration,
        schedule_start=start,
        charging_rate_unit=planned.charging_rate_unit,
        charging_schedule_period=tuple(
            msgspec.convert(period, newer.ChargingSchedulePeriod, from_attributes=True)
            for period in planned.charging_schedule_period
        ),
    )
    lost = []
    if planned.min_charging_rate is not None:
        lost.append((f"{_PLACE}.minChargingRate", planned.min_charging_rate, "the other version has no such field"))
    if planned.start_schedule not in {None, start}:
        lost.append((f"{_PLACE}.startSchedule", planned.start_schedule, "said otherwise by startDateTime"))
    return newer.GetCompositeScheduleResponse(status=status, schedule=schedule), lost


def schedule_down(
    answer: newer.GetCompositeScheduleResponse, request: wire.GetCompositeScheduleRequest
) -> wire.GetCompositeScheduleResponse:
    """A composite schedule in 2.0, for the EVSE that was asked about."""
    schedule = answer.schedule
    return wire.GetCompositeScheduleResponse(
        status=wire.GetCompositeScheduleStatus(answer.status.value),
        evse_id=request.evse_id if schedule is None else schedule.evse_id,
        schedule=None if schedule is None else _composite_down(schedule),
    )


def _composite_down(schedule: newer.CompositeSchedule) -> wire.CompositeSchedule:
    return wire.CompositeSchedule(
        start_date_time=schedule.schedule_start,
        charging_schedule=wire.CalculatedChargingSchedule(
            charging_rate_unit=schedule.charging_rate_unit,
            duration=schedule.duration,
            charging_schedule_period=tuple(
                msgspec.convert(period, wire.ChargingSchedulePeriod, from_attributes=True)
                for period in schedule.charging_schedule_period
            ),
        ),
    )


def proposed_profile(
    request: wire.NotifyCentralChargingNeedsRequest,
    transaction_id: str,
    now: datetime,
    tariff: Callable[[wire.SalesTariff], newer.SalesTariff],
) -> newer.SetChargingProfileRequest:
    """Schedules proposed to a vehicle, as the profile by which 2.0.1 proposes them."""
    return newer.SetChargingProfileRequest(
        evse_id=request.evse_id,
        charging_profile=newer.ChargingProfile(
            id=_FIRST_PROFILE + request.evse_id,
            stack_level=0,
            charging_profile_purpose=newer.ChargingProfilePurpose.TX_PROFILE,
            charging_profile_kind=newer.ChargingProfileKind.ABSOLUTE,
            transaction_id=transaction_id,
            charging_schedule=tuple(_proposed(schedule, now, tariff) for schedule in request.sa_schedule),
        ),
    )


def _proposed(
    schedule: wire.SASchedule, now: datetime, tariff: Callable[[wire.SalesTariff], newer.SalesTariff]
) -> newer.ChargingSchedule:
    last = schedule.p_max_schedule[-1].relative_time_interval
    return newer.ChargingSchedule(
        id=schedule.sa_schedule_tuple_id,
        start_schedule=now,
        duration=None if last.duration is None else last.start + last.duration,
        charging_rate_unit=house.ChargingRateUnit.W,
        charging_schedule_period=tuple(
            newer.ChargingSchedulePeriod(start_period=step.relative_time_interval.start, limit=step.p_max)
            for step in schedule.p_max_schedule
        ),
        sales_tariff=None if schedule.sales_tariff is None else tariff(schedule.sales_tariff),
    )
