"""Charging profiles by a 1.6 management system (mapping 6.5, 6.6, 6.15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import profiles, wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.enums import (
    CHARGING_PROFILE_PURPOSE_TO_HOUSE,
    COMPOSITE_STATUS_TO_WIRE,
    PROFILE_STATUS_TO_WIRE,
    RATE_UNIT_TO_HOUSE,
    RATE_UNIT_TO_WIRE,
)
from pluglot.dialects.ocpp16.memory import Installed
from pluglot.dialects.ocpp16.peer import NOT_KNOWN
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped
from pluglot.dialects.ocpp16.shelf import bare, clashes

_Purpose = house.ChargingProfilePurpose
_ACCEPTED: Final = house.ChargingProfileStatus.ACCEPTED
_CLEARED: Final = house.ClearChargingProfileStatus.ACCEPTED


class Plan(NamedTuple):
    """What has to be done for one profile: first remove these, then install those."""

    removed: tuple[Installed, ...]
    installed: tuple[Installed, ...]


# --- SetChargingProfile (6.15) ------------------------------------------------------------------------------------


def set_charging_profile(half: CsmsContext, request: wire.SetChargingProfileRequest, now: datetime) -> Translation:
    """Install a profile; what 1.6 replaces silently is removed first."""
    status = wire.ChargingProfileStatus
    try:
        evse_id, transaction_id = _target(half, request)
        profile = profiles.to_house(request.cs_charging_profiles, transaction_id=transaction_id, now=now)
    except Unsayable:
        return wire.SetChargingProfileResponse(status=status.REJECTED)
    residue = {"chargingProfile": profiles.residue(request.cs_charging_profiles)}
    said = msgspec.structs.replace(profile, custom_data=None)
    custom_data = wrapped(residue, emit=half.policy.emit_custom_data)
    plan = _plan(half, Installed(evse_id=evse_id, profile=said))
    answer = yield from _carry_out(half, plan, custom_data)
    if isinstance(answer, Refusal):
        return wire.SetChargingProfileResponse(status=status.NOT_SUPPORTED) if answer.code in NOT_KNOWN else answer
    own = unwrapped(answer).get("status")
    return wire.SetChargingProfileResponse(status=PROFILE_STATUS_TO_WIRE[answer.status] if own is None else status(own))


def _target(half: CsmsContext, request: wire.SetChargingProfileRequest) -> tuple[int, str | None]:
    """The EVSE of a profile and its transaction.

    Raises:
        Unsayable: there is no such connector or transaction, or the purpose does not go with it.
    """
    profile = request.cs_charging_profiles
    whole_station = request.connector_id == 0
    place = (0, 0) if whole_station else half.place_of(request.connector_id)
    if place is None:
        raise Unsayable(request.connector_id, "UnknownEvse", fatal=True)
    purpose = CHARGING_PROFILE_PURPOSE_TO_HOUSE[profile.charging_profile_purpose]
    if purpose is _Purpose.CHARGING_STATION_MAX_PROFILE and not whole_station:
        raise Unsayable(request.connector_id, "InvalidValue", fatal=True)
    if purpose is not _Purpose.TX_PROFILE:
        return place[0], None
    entry = None if whole_station else half.transaction_at(place)
    if entry is not None and profile.transaction_id not in {None, entry.id}:
        entry = None
    if entry is None:
        raise Unsayable(profile.transaction_id, "TxNotFound", fatal=True)
    return place[0], entry.house_id


def _plan(half: CsmsContext, wanted: Installed) -> Plan:
    """How a 2.x station comes to the state that a 1.6 station would be in."""
    kept = list(half.profiles)
    profile, evse_id = wanted.profile, wanted.evse_id
    removed = [one for one in kept if one.copy_of == profile.id]
    removed += [one for one in kept if clashes(one, evse_id, profile) and one.evse_id == evse_id and one not in removed]
    if profile.charging_profile_purpose is not _Purpose.TX_DEFAULT_PROFILE:
        return Plan(tuple(removed), (wanted,))
    others = [one for one in kept if clashes(one, evse_id, profile) and one not in removed]
    if evse_id == 0 and others:
        # Connectors with a default of their own keep it; the others get a copy.
        taken = {one.evse_id for one in others}
        return Plan(tuple(removed), _copies(half, wanted, taken))
    whole = next((one for one in others if one.evse_id == 0), None)
    if whole is not None:
        copies = _copies(half, whole, {evse_id})
        return Plan((*removed, whole), (*copies, wanted))
    return Plan(tuple(removed), (wanted,))


def _copies(half: CsmsContext, whole: Installed, without: set[int]) -> tuple[Installed, ...]:
    """Copies of the station's default for each EVSE that has none of its own."""
    evse_ids = dict.fromkeys(place[0] for _, place in half.places() if place[0] not in without)
    return tuple(
        Installed(
            evse_id=evse_id,
            profile=msgspec.structs.replace(whole.profile, id=half.mint_profile_id()),
            copy_of=whole.profile.id,
        )
        for evse_id in evse_ids
    )


def _carry_out(half: CsmsContext, plan: Plan, custom_data: Any) -> Translation:
    """Remove and install; when the station refuses a step, put back what was there."""
    for one in plan.removed:
        yield AskHouse(
            house.ClearChargingProfileRequest(
                charging_profile_id=one.profile.id,
                custom_data=wrapped(
                    {"replacedBy": plan.installed[-1].profile.id} if plan.installed else {},
                    emit=half.policy.emit_custom_data and len(plan.installed) == 1 and one.copy_of is None,
                ),
            )
        )
    done: list[Installed] = []
    answer: Any = house.SetChargingProfileResponse(status=_ACCEPTED)
    for one in plan.installed:
        profile = one.profile
        marked = custom_data if one.copy_of is None else None
        answer = yield AskHouse(
            house.SetChargingProfileRequest(evse_id=one.evse_id, charging_profile=profile, custom_data=marked)
        )
        if isinstance(answer, Refusal) or answer.status is not _ACCEPTED:
            yield from _restore(done, plan.removed)
            return answer
        done.append(one)
    gone = {one.profile.id for one in plan.removed}
    half.profiles.remove(lambda one: one.profile.id in gone)
    for one in done:
        half.profiles.add(msgspec.structs.replace(one, profile=bare(one.profile)))
    half.touch()
    return answer


def _restore(done: list[Installed], removed: tuple[Installed, ...]) -> Translation:
    for one in done:
        yield AskHouse(house.ClearChargingProfileRequest(charging_profile_id=one.profile.id))
    for one in removed:
        yield AskHouse(house.SetChargingProfileRequest(evse_id=one.evse_id, charging_profile=one.profile))


def transaction_over(half: CsmsContext, house_id: str) -> None:
    """Forget the profiles of a transaction that ended."""
    if len(half.profiles) and half.profiles.remove(lambda one: one.profile.transaction_id == house_id):
        half.touch()


# --- ClearChargingProfile (6.5) -----------------------------------------------------------------------------------


def clear_charging_profile(half: CsmsContext, request: wire.ClearChargingProfileRequest, _now: datetime) -> Translation:
    """Remove profiles by id or by what they are; the copies of a profile go with it."""
    status = wire.ClearChargingProfileStatus
    if request.connector_id is not None and request.connector_id != 0 and half.place_of(request.connector_id) is None:
        return wire.ClearChargingProfileResponse(status=status.UNKNOWN)
    found = False
    for asked in _clear_requests(half, request):
        answer = yield AskHouse(asked)
        if isinstance(answer, Refusal):
            if answer.code in NOT_KNOWN:
                continue
            return answer
        found |= answer.status is _CLEARED
        if half.profiles.clear(asked):
            half.touch()
    return wire.ClearChargingProfileResponse(status=status.ACCEPTED if found else status.UNKNOWN)


def _clear_requests(
    half: CsmsContext, request: wire.ClearChargingProfileRequest
) -> list[house.ClearChargingProfileRequest]:
    purpose = request.charging_profile_purpose
    if request.id is None and request.connector_id is None and purpose is None and request.stack_level is None:
        return _clear_everything(half)
    copies = [one.profile.id for one in half.profiles if _is_copy_meant(one, request)]
    criteria = None
    if request.connector_id is not None or purpose is not None or request.stack_level is not None:
        place = half.place_of(request.connector_id) if request.connector_id else None
        criteria = house.ClearChargingProfile(
            evse_id=place[0] if place is not None else request.connector_id,
            charging_profile_purpose=None if purpose is None else CHARGING_PROFILE_PURPOSE_TO_HOUSE[purpose],
            stack_level=request.stack_level,
        )
    asked = [house.ClearChargingProfileRequest(charging_profile_id=one) for one in copies]
    if request.id is None or not copies:
        plain = house.ClearChargingProfileRequest(charging_profile_id=request.id, charging_profile_criteria=criteria)
        asked.append(plain)
    return asked


def _is_copy_meant(one: Installed, request: wire.ClearChargingProfileRequest) -> bool:
    """Whether this is a copy of a profile of the whole station that is to be removed."""
    if one.copy_of is None:
        return False
    if request.id is not None:
        return one.copy_of == request.id
    purpose = request.charging_profile_purpose
    wanted = None if purpose is None else CHARGING_PROFILE_PURPOSE_TO_HOUSE[purpose]
    return (
        request.connector_id == 0
        and wanted in {None, one.profile.charging_profile_purpose}
        and request.stack_level in {None, one.profile.stack_level}
    )


def _clear_everything(half: CsmsContext) -> list[house.ClearChargingProfileRequest]:
    """2.x wants at least one criterion, so each purpose is named; a 1.6 station hears it once."""
    emit = half.policy.emit_custom_data
    return [
        house.ClearChargingProfileRequest(
            charging_profile_criteria=house.ClearChargingProfile(charging_profile_purpose=purpose),
            custom_data=wrapped({"everything": first}, emit=emit),
        )
        for purpose, first in (
            (_Purpose.CHARGING_STATION_MAX_PROFILE, True),
            (_Purpose.TX_DEFAULT_PROFILE, False),
            (_Purpose.TX_PROFILE, False),
        )
    ]


# --- GetCompositeSchedule (6.6) -----------------------------------------------------------------------------------


def get_composite_schedule(half: CsmsContext, request: wire.GetCompositeScheduleRequest, _now: datetime) -> Translation:
    """What all profiles together come to, as the station works it out."""
    rejected = wire.GetCompositeScheduleResponse(status=wire.GetCompositeScheduleStatus.REJECTED)
    place = (0, 0) if request.connector_id == 0 else half.place_of(request.connector_id)
    if place is None:
        return rejected
    unit = request.charging_rate_unit
    answer = yield AskHouse(
        house.GetCompositeScheduleRequest(
            evse_id=place[0],
            duration=request.duration,
            charging_rate_unit=None if unit is None else RATE_UNIT_TO_HOUSE[unit],
        )
    )
    if isinstance(answer, Refusal):
        return rejected if answer.code in NOT_KNOWN else answer
    original = unwrapped(answer).get("response")
    if original is not None:
        return msgspec.convert(original, wire.GetCompositeScheduleResponse, strict=False)
    schedule = answer.schedule
    if schedule is None:
        return wire.GetCompositeScheduleResponse(status=COMPOSITE_STATUS_TO_WIRE[answer.status])
    try:
        periods = profiles.periods_to_wire(schedule.charging_schedule_period)
    except Unsayable as unsayable:
        yield Lost((Loss(request.action, "schedule", unsayable.reason_code, "1.6 cannot express it"),))
        return rejected
    return wire.GetCompositeScheduleResponse(
        status=COMPOSITE_STATUS_TO_WIRE[answer.status],
        connector_id=request.connector_id,
        schedule_start=schedule.schedule_start,
        charging_schedule=wire.ChargingSchedule(
            duration=schedule.duration,
            start_schedule=schedule.schedule_start,
            charging_rate_unit=RATE_UNIT_TO_WIRE[schedule.charging_rate_unit],
            charging_schedule_period=periods,
        ),
    )
