"""Dynamic charging profiles said as absolute ones that begin anew with each update (mapping 6.15, 11.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from pluglot import messages as house
from pluglot.dialects.conversion import Unsayable

#: What an update of a single limit may hold.
_ONE_LIMIT: Final = frozenset({"limit", "custom_data"})


def is_dynamic(profile: house.ChargingProfile) -> bool:
    """Whether a profile's limit is changed by updates."""
    return profile.charging_profile_kind is house.ChargingProfileKind.DYNAMIC


def as_absolute(profile: house.ChargingProfile, now: datetime) -> house.ChargingProfile:
    """A dynamic profile as it stands now; its duration runs from here, as from each update (K28.FR.13).

    Raises:
        Unsayable: it has more than the one period of a dynamic profile (K28.FR.01, K28.FR.02).
    """
    schedule = _only_schedule(profile)
    begun = replace(schedule, start_schedule=now)
    return replace(profile, charging_profile_kind=house.ChargingProfileKind.ABSOLUTE, charging_schedule=(begun,))


def updated(profile: house.ChargingProfile, update: house.ChargingScheduleUpdate) -> house.ChargingProfile:
    """A dynamic profile with another limit; all else of it stays, its phases too (K28.FR.06).

    Raises:
        Unsayable: the update says more than one limit.
    """
    others = [name for name in update.__struct_fields__ if name not in _ONE_LIMIT]
    if update.limit is None or any(getattr(update, name) is not None for name in others):
        raise Unsayable(None, "UnsupportedParam", fatal=True)
    schedule = _only_schedule(profile)
    period = replace(schedule.charging_schedule_period[0], limit=update.limit)
    return replace(profile, charging_schedule=(replace(schedule, charging_schedule_period=(period,)),))


def is_cleared(evse_id: int, profile: house.ChargingProfile, request: house.ClearChargingProfileRequest) -> bool:
    """Whether a request to clear is about this profile: by its id, or by criteria that it fits."""
    if request.charging_profile_id is not None:
        return profile.id == request.charging_profile_id
    criteria = request.charging_profile_criteria or house.ClearChargingProfile()
    return (
        criteria.evse_id in {None, evse_id}
        and criteria.charging_profile_purpose in {None, profile.charging_profile_purpose}
        and criteria.stack_level in {None, profile.stack_level}
    )


def _only_schedule(profile: house.ChargingProfile) -> house.ChargingSchedule:
    schedule = profile.charging_schedule[0]
    periods = schedule.charging_schedule_period
    if len(profile.charging_schedule) > 1 or len(periods) > 1 or periods[0].start_period != 0:
        raise Unsayable(None, "InvalidSchedule", fatal=True)
    return schedule
