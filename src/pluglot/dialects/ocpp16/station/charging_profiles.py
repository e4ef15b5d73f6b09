"""Charging profiles of a 1.6 station (mapping 6.5, 6.6, 6.15, 10.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects import dynamic
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import profiles, wire
from pluglot.dialects.ocpp16.enums import (
    CHARGING_PROFILE_PURPOSE_TO_WIRE,
    CLEAR_PROFILE_STATUS_TO_HOUSE,
    COMPOSITE_STATUS_TO_HOUSE,
    PROFILE_STATUS_TO_HOUSE,
    RATE_UNIT_TO_HOUSE,
    RATE_UNIT_TO_WIRE,
)
from pluglot.dialects.ocpp16.keys import RATE_UNITS_ALLOWED, Transform, value_to_house
from pluglot.dialects.ocpp16.memory import Installed
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped
from pluglot.dialects.ocpp16.shelf import bare, clashes
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.remote_control import picked
from pluglot.dialects.refusals import negative

_Purpose = house.ChargingProfilePurpose
_OURS: Final = "CSO"


# --- SetChargingProfile (6.15) ------------------------------------------------------------------------------------


def set_charging_profile(half: StationContext, request: house.SetChargingProfileRequest, now: datetime) -> Translation:
    """Install a profile on each connector it concerns; all must take it."""
    kind = house.SetChargingProfileResponse
    profile = request.charging_profile
    original = unwrapped(request).get("chargingProfile")
    try:
        if half.policy.emulate_dynamic and dynamic.is_dynamic(profile):
            profile = dynamic.as_absolute(profile, now)
        connectors, number = _targets(half, request.evse_id, profile)
        said, losses = _said(half, profile, request.action, number, original)
    except Unsayable as unsayable:
        return negative(kind, unsayable.reason_code, "1.6 cannot express this charging profile")
    if original is None and any(clashes(one, request.evse_id, profile) for one in half.profiles):
        # A 1.6 station would silently remove the other one.
        return negative(kind, "DuplicateProfile", "another profile has this place, purpose and level")
    if losses:
        yield Lost(losses)
    for connector in connectors:
        answer = yield AskPeer(wire.SetChargingProfileRequest(connector_id=connector, cs_charging_profiles=said))
        if connector != connectors[0] and not _is_taken(answer):
            reason = "refused, but some connectors of the EVSE have taken it"
            yield Lost((Loss(request.action, "evseId", request.evse_id, reason),))
        if half.lacks(answer, request.action):
            return negative(kind, "UnsupportedRequest", "the station has no smart charging")
        if isinstance(answer, Refusal):
            return answer
        if answer.status is not wire.ChargingProfileStatus.ACCEPTED:
            return _refused(half, answer)
    _remember(half, Installed(evse_id=request.evse_id, profile=bare(request.charging_profile)))
    return kind(status=house.ChargingProfileStatus.ACCEPTED)


def _is_taken(answer: Any) -> bool:
    return not isinstance(answer, Refusal) and answer.status is wire.ChargingProfileStatus.ACCEPTED


def _refused(half: StationContext, answer: wire.SetChargingProfileResponse) -> house.SetChargingProfileResponse:
    if answer.status is wire.ChargingProfileStatus.NOT_SUPPORTED:
        residue = wrapped({"status": answer.status.value}, emit=half.policy.emit_custom_data)
        return house.SetChargingProfileResponse(
            status=house.ChargingProfileStatus.REJECTED,
            status_info=house.StatusInfo(reason_code="UnsupportedRequest"),
            custom_data=residue,
        )
    return house.SetChargingProfileResponse(status=PROFILE_STATUS_TO_HOUSE[answer.status])


def _remember(half: StationContext, installed: Installed) -> None:
    # 9.5: a profile for the running transaction takes the place of the one its remote start brought.
    half.profiles.remove(
        lambda one: (
            one.came_with_start
            and one.profile.transaction_id is not None
            and one.profile.transaction_id == installed.profile.transaction_id
            and one.profile.stack_level == installed.profile.stack_level
        )
    )
    half.profiles.add(installed)
    half.touch()


def _targets(half: StationContext, evse_id: int, profile: house.ChargingProfile) -> tuple[tuple[int, ...], int | None]:
    """The connectors a profile concerns, and the integer id of its transaction."""
    purpose = profile.charging_profile_purpose
    if purpose is _Purpose.CHARGING_STATION_MAX_PROFILE and evse_id != 0:
        raise Unsayable(evse_id, "InvalidValue", fatal=True)
    if purpose is _Purpose.TX_PROFILE:
        return _transaction(half, evse_id, profile)
    if profile.transaction_id is not None:
        raise Unsayable(profile.transaction_id, "InvalidProfile", fatal=True)
    if evse_id == 0:
        return (0,), None
    connectors = half.numbering.connectors_of(evse_id)
    if not connectors:
        raise Unsayable(evse_id, "UnknownEvse", fatal=True)
    return connectors, None


def _transaction(
    half: StationContext, evse_id: int, profile: house.ChargingProfile
) -> tuple[tuple[int, ...], int | None]:
    if not half.numbering.connectors_of(evse_id):
        raise Unsayable(evse_id, "UnknownEvse", fatal=True)
    if profile.transaction_id is None:
        raise Unsayable(None, "InvalidProfile", fatal=True)
    entry = half.book.find(profile.transaction_id)
    if entry is None or half.numbering.place(entry.connector)[0] != evse_id:
        raise Unsayable(profile.transaction_id, "TxNotFound", fatal=True)
    return (entry.connector,), entry.id


def _said(
    half: StationContext, profile: house.ChargingProfile, action: str, number: int | None, original: Any
) -> tuple[wire.ChargingProfile, tuple[Loss, ...]]:
    allowed = half.setting(RATE_UNITS_ALLOWED)
    if allowed:
        units = value_to_house(Transform.RATE_UNITS, allowed).split(",")
        if profile.charging_schedule[0].charging_rate_unit.value not in units:
            raise Unsayable(profile.charging_schedule[0].charging_rate_unit.value, "UnsupportedRateUnit", fatal=True)
    if original is None:
        return profiles.to_wire(profile, action, transaction_id=number)
    said = profiles.from_residue(original)
    return (said if said.transaction_id is None else msgspec.structs.replace(said, transaction_id=number)), ()


def update_dynamic_schedule(
    half: StationContext, request: house.UpdateDynamicScheduleRequest, now: datetime
) -> Translation:
    """Change the limit of a dynamic profile: with the switch for it, by installing the profile again."""
    kind = house.UpdateDynamicScheduleResponse
    known = next((one for one in half.profiles if one.profile.id == request.charging_profile_id), None)
    if not half.policy.emulate_dynamic:
        return negative(kind, "UnsupportedKind", "a 1.6 station knows no dynamic profiles")
    if known is None or not dynamic.is_dynamic(known.profile):
        return negative(kind, "InvalidProfile", "no such dynamic profile is installed")
    try:
        profile = dynamic.updated(known.profile, request.schedule_update)
    except Unsayable as unsayable:
        return negative(kind, unsayable.reason_code, "a 1.6 station knows one limit")
    answer = yield from set_charging_profile(
        half, house.SetChargingProfileRequest(evse_id=known.evse_id, charging_profile=profile), now
    )
    return answer if isinstance(answer, Refusal) else kind(status=answer.status, status_info=answer.status_info)


def transaction_began(half: StationContext, remote_start_id: int | None, house_id: str) -> None:
    """Bind the profile that came with a remote start to the transaction that began (9.5)."""
    for one in half.profiles:
        if remote_start_id is not None and one.remote_start_id == remote_start_id:
            profile = msgspec.structs.replace(one.profile, transaction_id=house_id)
            half.profiles.replace(one, Installed(evse_id=one.evse_id, profile=profile, came_with_start=True))
            half.touch()


def transaction_over(half: StationContext, house_id: str) -> None:
    """Forget the profiles of a transaction that ended."""
    if len(half.profiles) and half.profiles.remove(lambda one: one.profile.transaction_id == house_id):
        half.touch()


# --- ClearChargingProfile (6.5) -----------------------------------------------------------------------------------


def clear_charging_profile(
    half: StationContext, request: house.ClearChargingProfileRequest, _now: datetime
) -> Translation:
    """Remove profiles by id or by what they are."""
    kind = house.ClearChargingProfileResponse
    residue = unwrapped(request)
    if "replacedBy" in residue:
        # The 1.6 management system said it in one message with the new profile.
        _forget(half, request)
        return kind(status=house.ClearChargingProfileStatus.ACCEPTED)
    if residue.get("everything") is False:
        return kind(status=house.ClearChargingProfileStatus.UNKNOWN)
    asked = _clear_requests(half, request)
    if isinstance(asked, str):
        return negative(kind, asked, "a 1.6 station has no such profile")
    found = False
    for one in asked:
        answer = yield AskPeer(one)
        if half.lacks(answer, request.action):
            return negative(kind, "UnsupportedRequest", "the station has no smart charging")
        if isinstance(answer, Refusal):
            return answer
        found |= CLEAR_PROFILE_STATUS_TO_HOUSE[answer.status] is house.ClearChargingProfileStatus.ACCEPTED
    if found:
        _forget(half, request)
    status = house.ClearChargingProfileStatus
    return kind(status=status.ACCEPTED if found else status.UNKNOWN)


def _clear_requests(
    half: StationContext, request: house.ClearChargingProfileRequest
) -> list[wire.ClearChargingProfileRequest] | str:
    """One request for each connector that is meant, or the reason code why there is none."""
    criteria = request.charging_profile_criteria or house.ClearChargingProfile()
    if unwrapped(request).get("everything"):
        return [wire.ClearChargingProfileRequest()]
    purpose = None
    if criteria.charging_profile_purpose is not None:
        purpose = CHARGING_PROFILE_PURPOSE_TO_WIRE.get(criteria.charging_profile_purpose)
        if purpose is None:
            return "UnsupportedPurpose"
    connectors: tuple[int | None, ...] = (None,)
    if criteria.evse_id is not None:
        connectors = half.numbering.connectors_of(criteria.evse_id) if criteria.evse_id > 0 else (0,)
        if request.charging_profile_id is not None:
            connectors = connectors[:1] or (None,)
    if not connectors:
        return "UnknownEvse"
    return [
        wire.ClearChargingProfileRequest(
            id=request.charging_profile_id,
            connector_id=connector,
            charging_profile_purpose=purpose,
            stack_level=criteria.stack_level,
        )
        for connector in connectors
    ]


def _forget(half: StationContext, request: house.ClearChargingProfileRequest) -> None:
    everything = bool(unwrapped(request).get("everything"))
    if half.profiles.remove(lambda _one: True) if everything else half.profiles.clear(request):
        half.touch()


# --- GetChargingProfiles (10.1) -----------------------------------------------------------------------------------


def get_charging_profiles(
    half: StationContext, request: house.GetChargingProfilesRequest, _now: datetime
) -> Translation:
    """Tell which profiles the station took; a 1.6 station cannot tell it itself."""
    found: dict[int, list[house.ChargingProfile]] = {}
    for one in half.profiles:
        if one.remote_start_id is None and _is_wanted(one, request):
            found.setdefault(one.evse_id, []).append(one.profile)
    if not found:
        return house.GetChargingProfilesResponse(status=house.GetChargingProfileStatus.NO_PROFILES)
    yield Answered(house.GetChargingProfilesResponse(status=house.GetChargingProfileStatus.ACCEPTED))
    for left, (evse_id, kept) in zip(range(len(found) - 1, -1, -1), sorted(found.items()), strict=True):
        yield AskHouse(
            house.ReportChargingProfilesRequest(
                request_id=request.request_id,
                charging_limit_source=_OURS,
                charging_profile=tuple(kept),
                evse_id=evse_id,
                tbc=left > 0,
            )
        )
    return None


def _is_wanted(one: Installed, request: house.GetChargingProfilesRequest) -> bool:
    criterion = request.charging_profile
    sources = criterion.charging_limit_source
    return (
        request.evse_id in {None, one.evse_id}
        and (sources is None or _OURS in sources)
        and (criterion.charging_profile_id is None or one.profile.id in criterion.charging_profile_id)
        and criterion.charging_profile_purpose in {None, one.profile.charging_profile_purpose}
        and criterion.stack_level in {None, one.profile.stack_level}
    )


# --- GetCompositeSchedule (6.6) -----------------------------------------------------------------------------------


def get_composite_schedule(
    half: StationContext, request: house.GetCompositeScheduleRequest, now: datetime
) -> Translation:
    """What all profiles together come to, as the station works it out."""
    kind = house.GetCompositeScheduleResponse
    connector = 0 if request.evse_id == 0 else picked(half, request.evse_id)
    if connector is None:
        return negative(kind, "UnknownEvse", f"the station has no EVSE {request.evse_id}")
    unit = request.charging_rate_unit
    answer = yield AskPeer(
        wire.GetCompositeScheduleRequest(
            connector_id=connector,
            duration=request.duration,
            charging_rate_unit=None if unit is None else RATE_UNIT_TO_WIRE[unit],
        )
    )
    if half.lacks(answer, request.action):
        return negative(kind, "UnsupportedRequest", "the station has no smart charging")
    if isinstance(answer, Refusal):
        return answer
    residue = {"response": msgspec.to_builtins(answer)}
    schedule = answer.charging_schedule
    if schedule is not None and schedule.min_charging_rate is not None:
        yield Lost((Loss(request.action, "minChargingRate", str(schedule.min_charging_rate), "2.x does not say it"),))
    return kind(
        status=COMPOSITE_STATUS_TO_HOUSE[answer.status],
        schedule=None if schedule is None else _composite(half, request, answer, schedule, now),
        custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
    )


def _composite(
    half: StationContext,
    request: house.GetCompositeScheduleRequest,
    answer: wire.GetCompositeScheduleResponse,
    schedule: wire.ChargingSchedule,
    now: datetime,
) -> house.CompositeSchedule | None:
    periods = profiles.periods_to_house(schedule.charging_schedule_period)
    if not periods:
        return None
    connector = answer.connector_id
    known = connector is not None and connector > 0
    return house.CompositeSchedule(
        evse_id=half.numbering.place(connector)[0] if known and connector is not None else request.evse_id,
        duration=request.duration if schedule.duration is None else schedule.duration,
        schedule_start=answer.schedule_start or schedule.start_schedule or now,
        charging_rate_unit=RATE_UNIT_TO_HOUSE[schedule.charging_rate_unit],
        charging_schedule_period=periods,
    )
