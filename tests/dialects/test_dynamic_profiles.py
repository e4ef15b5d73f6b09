"""Dynamic charging profiles before stations that know none, where the operator has them emulated (6.15, 11.2, K28)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Half, Policy, Refusal, station_half
from tests.dialects.drawn import read
from tests.dialects.driver import NOW, Carried, carry, message, seeded, shown

EMULATING = Policy(emit_custom_data=False, emulate_dynamic=True)
VERSIONS = ["1.6", "2.0", "2.0.1"]


def _half(version: str, policy: Policy = EMULATING) -> Half:
    half = station_half(version, identity="CS1", random=seeded(), policy=policy)
    half.connected(now=NOW)
    return half


def _saying(version: str, status: str) -> Any:
    """A station that answers everything with this status."""
    prefix = f"v{version.replace('.', '')}"
    return lambda one: message(f"{prefix}:{one.action}Response", {"status": status})


def _do(half: Half, name: str, payload: dict[str, Any], *, later: float = 0, peer: Any = None) -> Carried:
    version = str(half.version)
    return carry(
        half.outward(read("2.1", f"{name}Request", payload), now=NOW + timedelta(seconds=later)),
        peer=peer or _saying(version, "Accepted"),
    )


def _profile(**fields: Any) -> dict[str, Any]:
    period = {"startPeriod": 0, "limit": 16, "numberPhases": 1}
    schedule = {"id": 1, "chargingRateUnit": "A", "duration": 300, "chargingSchedulePeriod": [period]}
    return {
        "id": 5,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Dynamic",
        "chargingSchedule": [schedule],
    } | fields


def _update(limit: float = 8, **fields: Any) -> dict[str, Any]:
    return {"chargingProfileId": 5, "scheduleUpdate": {"limit": limit} | fields}


def _said(carried: Carried) -> dict[str, Any]:
    """The profile that the station was given, in the words of its version."""
    (request,) = carried.peer
    payload = shown(request)
    profile = dict(payload.get("csChargingProfiles") or payload["chargingProfile"])
    schedule = profile["chargingSchedule"]
    profile["chargingSchedule"] = schedule[0] if isinstance(schedule, list) else schedule
    return profile


def _reason(carried: Carried) -> Any:
    return carried.answer.status.value, carried.answer.status_info.reason_code


@pytest.mark.parametrize("version", VERSIONS)
def test_each_update_begins_the_profile_anew(version: str) -> None:
    """Only the limit changes: the phases stay, and the duration after which it is void runs from the update (K28)."""
    half = _half(version)
    assert _do(half, "SetChargingProfile", {"evseId": 1, "chargingProfile": _profile()}).answer.status == "Accepted"
    saved = half.snapshot()
    half = _half(version)
    half.restore(saved)
    for later, limit in ((60, 8), (120, 6)):
        carried = _do(half, "UpdateDynamicSchedule", _update(limit), later=later)
        assert carried.answer == house.UpdateDynamicScheduleResponse(status=house.ChargingProfileStatus.ACCEPTED)
        profile = _said(carried)
        assert profile["chargingProfileKind"] == "Absolute"
        schedule = profile["chargingSchedule"]
        assert schedule["startSchedule"] == f"2026-03-01T12:0{later // 60}:00Z"
        assert schedule["duration"] == 300
        (period,) = schedule["chargingSchedulePeriod"]
        assert (period["startPeriod"], float(period["limit"]), period["numberPhases"]) == (0, limit, 1)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "schedules",
    [
        [{"limit": 16, "startPeriod": 0}, {"limit": 8, "startPeriod": 60}],
        [{"limit": 16, "startPeriod": 60}],
    ],
)
def test_a_dynamic_profile_has_one_period(version: str, schedules: list[dict[str, Any]]) -> None:
    """Another one is no dynamic profile (K28.FR.03), and nothing of it is installed."""
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": schedules}
    carried = _do(
        _half(version), "SetChargingProfile", {"evseId": 1, "chargingProfile": _profile(chargingSchedule=[schedule])}
    )
    assert carried.peer == []
    assert _reason(carried) == ("Rejected", "InvalidSchedule")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "after",
    [
        ("SetChargingProfile", {"evseId": 1, "chargingProfile": None}),
        ("ClearChargingProfile", {"chargingProfileId": 5}),
        ("ClearChargingProfile", {"chargingProfileCriteria": {"evseId": 1, "stackLevel": 1}}),
    ],
    ids=["replaced", "cleared", "cleared by criteria"],
)
def test_a_profile_that_is_gone_is_not_updated(version: str, after: tuple[str, dict[str, Any]]) -> None:
    """What is no dynamic profile any more has no updates (K28.FR.11)."""
    half = _half(version)
    _do(half, "SetChargingProfile", {"evseId": 1, "chargingProfile": _profile()})
    name, payload = after
    if "chargingProfile" in payload:
        relative = _profile(chargingProfileKind="Relative")
        payload = payload | {"chargingProfile": relative}
    assert _do(half, name, payload).answer.status == "Accepted"
    carried = _do(half, "UpdateDynamicSchedule", _update())
    assert carried.peer == []
    assert _reason(carried) == ("Rejected", "InvalidProfile")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_refused_update_leaves_the_limit_as_it_was(version: str) -> None:
    """The answer is the station's; an update of more than one limit does not reach it."""
    half = _half(version)
    _do(half, "SetChargingProfile", {"evseId": 1, "chargingProfile": _profile()})
    refusal = Refusal("InternalError")
    assert _do(half, "UpdateDynamicSchedule", _update(), peer=lambda _one: refusal).answer == refusal
    carried = _do(half, "UpdateDynamicSchedule", _update(setpoint=4))
    assert (carried.peer, _reason(carried)) == ([], ("Rejected", "UnsupportedParam"))
    carried = _do(half, "UpdateDynamicSchedule", _update(), peer=_saying(version, "Rejected"))
    assert carried.answer.status == "Rejected"


@pytest.mark.parametrize("version", VERSIONS)
def test_without_the_switch_dynamic_profiles_are_refused(version: str) -> None:
    """Nobody gets another profile than he asked for unasked (6.15, 11.4)."""
    half = _half(version, Policy(emit_custom_data=False))
    carried = _do(half, "SetChargingProfile", {"evseId": 1, "chargingProfile": _profile()})
    assert (carried.peer, _reason(carried)) == ([], ("Rejected", "UnsupportedKind"))
    carried = _do(half, "UpdateDynamicSchedule", _update())
    assert (carried.peer, carried.answer.status) == ([], "Rejected")
