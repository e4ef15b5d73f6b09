"""Dynamic profiles of a 2.0.1 station, where the operator has them emulated (mapping 11.2, 11.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from pluglot import messages as house
from pluglot.dialects import dynamic
from pluglot.dialects.base import Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.ocpp201.half import Half201
from pluglot.dialects.ocpp201.memory import Dynamic
from pluglot.dialects.refusals import negative

#: No honest management system has more; beyond this the oldest can no longer be updated.
_MOST: Final = 64
_ACCEPTED: Final = house.ChargingProfileStatus.ACCEPTED


def set_charging_profile(half: Half201, request: house.SetChargingProfileRequest, now: datetime) -> Translation:
    """Install a profile; a dynamic one as it stands now, remembered for its updates."""
    profile, said = request.charging_profile, request
    if dynamic.is_dynamic(profile):
        try:
            said = replace(request, charging_profile=dynamic.as_absolute(profile, now))
        except Unsayable as unsayable:
            return negative(house.SetChargingProfileResponse, unsayable.reason_code, "no dynamic profile is like this")
    answer = yield from half.pass_outward(said, strict=True)
    if not isinstance(answer, Refusal) and answer.status is _ACCEPTED:
        _forget(half, lambda one: one.profile.id == profile.id)
        if dynamic.is_dynamic(profile):
            _remember(half, Dynamic(evse_id=request.evse_id, profile=profile))
    return answer


def update_dynamic_schedule(half: Half201, request: house.UpdateDynamicScheduleRequest, now: datetime) -> Translation:
    """Install a dynamic profile again with its new limit."""
    kind = house.UpdateDynamicScheduleResponse
    known = half.memory.dynamic.get(request.charging_profile_id)
    if known is None:
        return negative(kind, "InvalidProfile", "no such dynamic profile is installed")
    try:
        profile = dynamic.updated(known.profile, request.schedule_update)
    except Unsayable as unsayable:
        return negative(kind, unsayable.reason_code, "a profile of OCPP 2.0.1 has one limit")
    again = house.SetChargingProfileRequest(evse_id=known.evse_id, charging_profile=profile)
    answer = yield from set_charging_profile(half, again, now)
    return answer if isinstance(answer, Refusal) else kind(status=answer.status, status_info=answer.status_info)


def clear_charging_profile(half: Half201, request: house.ClearChargingProfileRequest) -> Translation:
    """Remove profiles; those that are gone are not updated any more."""
    answer = yield from half.pass_outward(request, strict=True)
    if not isinstance(answer, Refusal) and answer.status is house.ClearChargingProfileStatus.ACCEPTED:
        _forget(half, lambda one: dynamic.is_cleared(one.evse_id, one.profile, request))
    return answer


def _remember(half: Half201, one: Dynamic) -> None:
    known = half.memory.dynamic
    while len(known) >= _MOST:
        del known[next(iter(known))]
    known[one.profile.id] = one
    half.touch()


def _forget(half: Half201, is_gone: Any) -> None:
    gone = [number for number, one in half.memory.dynamic.items() if is_gone(one)]
    for number in gone:
        del half.memory.dynamic[number]
    if gone:
        half.touch()
