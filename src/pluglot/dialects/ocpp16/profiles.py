"""Charging profiles of 1.6 and of the house (mapping 6.15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    CHARGING_PROFILE_KIND_TO_HOUSE,
    CHARGING_PROFILE_KIND_TO_WIRE,
    CHARGING_PROFILE_PURPOSE_TO_HOUSE,
    CHARGING_PROFILE_PURPOSE_TO_WIRE,
    RATE_UNIT_TO_HOUSE,
    RATE_UNIT_TO_WIRE,
    RECURRENCY_TO_HOUSE,
    RECURRENCY_TO_WIRE,
)

_STEP: Final = Decimal("0.1")
#: Fields of a period that change what it asks for and that 1.6 has no words for.
_PERIOD_MEANING: Final = (
    *("phase_to_use", "limit_l2", "limit_l3", "discharge_limit", "discharge_limit_l2", "discharge_limit_l3"),
    *("setpoint", "setpoint_l2", "setpoint_l3", "setpoint_reactive", "setpoint_reactive_l2", "setpoint_reactive_l3"),
    *("v2x_baseline", "v2x_freq_watt_curve", "v2x_signal_watt_curve"),
)
_PROFILE_LOSSES: Final = (
    *("max_offline_duration", "invalid_after_offline_duration", "dyn_update_interval", "dyn_update_time"),
    "price_schedule_signature",
)
_SCHEDULE_LOSSES: Final = (
    *("sales_tariff", "absolute_price_schedule", "price_level_schedule", "randomized_delay", "power_tolerance"),
    *("signature_id", "digest_value"),
)
_PERIOD_LOSSES: Final = ("preconditioning_request", "evse_sleep")


def to_wire(
    profile: house.ChargingProfile, action: str, *, transaction_id: int | None = None
) -> tuple[wire.ChargingProfile, tuple[Loss, ...]]:
    """A profile as 1.6 says it, with what was lost.

    Raises:
        Unsayable: the profile would mean something else.
    """
    purpose = CHARGING_PROFILE_PURPOSE_TO_WIRE.get(profile.charging_profile_purpose)
    if purpose is None:
        raise Unsayable(profile.charging_profile_purpose.value, "UnsupportedPurpose", fatal=True)
    kind = CHARGING_PROFILE_KIND_TO_WIRE.get(profile.charging_profile_kind)
    if kind is None:
        raise Unsayable(profile.charging_profile_kind.value, "UnsupportedKind", fatal=True)
    if profile.charging_profile_kind is house.ChargingProfileKind.RECURRING and profile.recurrency_kind is None:
        raise Unsayable(None, "InvalidProfile", fatal=True)
    said = wire.ChargingProfile(
        charging_profile_id=profile.id,
        transaction_id=transaction_id,
        stack_level=profile.stack_level,
        charging_profile_purpose=purpose,
        charging_profile_kind=kind,
        recurrency_kind=None if profile.recurrency_kind is None else RECURRENCY_TO_WIRE[profile.recurrency_kind],
        valid_from=profile.valid_from,
        valid_to=profile.valid_to,
        charging_schedule=_schedule_to_wire(profile.charging_schedule[0], profile.charging_profile_kind),
    )
    return said, tuple(_losses(profile, action))


def _losses(profile: house.ChargingProfile, action: str) -> Iterator[Loss]:
    """What a 1.6 profile has no field for, and what does not change the limits."""
    schedule = profile.charging_schedule[0]
    for name in _PROFILE_LOSSES:
        if (value := getattr(profile, name)) is not None:
            yield Loss(action, f"chargingProfile.{name}", str(value), "a 1.6 profile has no such field")
    path = "chargingProfile.chargingSchedule"
    for name in _SCHEDULE_LOSSES:
        if (value := getattr(schedule, name)) is not None:
            yield Loss(action, f"{path}.{name}", str(value), "a 1.6 schedule has no such field")
    for name in _PERIOD_LOSSES:
        if any(getattr(period, name) is not None for period in schedule.charging_schedule_period):
            yield Loss(action, f"{path}.chargingSchedulePeriod.{name}", "present", "1.6 has no such field")
    if len(profile.charging_schedule) > 1:
        yield Loss(action, path, len(profile.charging_schedule), "1.6 has one schedule")


def _schedule_to_wire(schedule: house.ChargingSchedule, kind: house.ChargingProfileKind) -> wire.ChargingSchedule:
    if schedule.use_local_time or schedule.limit_at_soc is not None:
        raise Unsayable(True, "UnsupportedParam", fatal=True)  # noqa: FBT003 - the value that was set
    if schedule.charging_schedule_period[0].start_period != 0:
        raise Unsayable(None, "InvalidSchedule", fatal=True)
    relative = kind is house.ChargingProfileKind.RELATIVE
    if relative is (schedule.start_schedule is not None):
        raise Unsayable(None, "InvalidSchedule", fatal=True)
    return wire.ChargingSchedule(
        duration=schedule.duration,
        start_schedule=schedule.start_schedule,
        charging_rate_unit=RATE_UNIT_TO_WIRE[schedule.charging_rate_unit],
        min_charging_rate=None if schedule.min_charging_rate is None else _floored(schedule.min_charging_rate),
        charging_schedule_period=tuple(_period_to_wire(period) for period in schedule.charging_schedule_period),
    )


def _period_to_wire(period: house.ChargingSchedulePeriod) -> wire.ChargingSchedulePeriod:
    if any(getattr(period, name) is not None for name in _PERIOD_MEANING):
        raise Unsayable(None, "UnsupportedParam", fatal=True)
    if period.operation_mode not in {None, house.OperationMode.CHARGING_ONLY} or period.number_phases == 0:
        raise Unsayable(None, "UnsupportedParam", fatal=True)
    if period.limit is None:
        raise Unsayable(None, "InvalidSchedule", fatal=True)
    return wire.ChargingSchedulePeriod(
        start_period=period.start_period, limit=_floored(period.limit), number_phases=period.number_phases
    )


def _floored(limit: Decimal) -> Decimal:
    """A limit in steps of 1.6, never above what was asked (3.5)."""
    return limit.quantize(_STEP, rounding=ROUND_FLOOR)


def periods_to_house(periods: tuple[wire.ChargingSchedulePeriod, ...]) -> tuple[house.ChargingSchedulePeriod, ...]:
    """The periods of a 1.6 schedule in the vocabulary of the house."""
    return tuple(
        house.ChargingSchedulePeriod(
            start_period=period.start_period, limit=period.limit, number_phases=period.number_phases
        )
        for period in periods
    )


def periods_to_wire(periods: tuple[house.ChargingSchedulePeriod, ...]) -> tuple[wire.ChargingSchedulePeriod, ...]:
    """The periods of a composite schedule as 1.6 says them.

    Raises:
        Unsayable: a period would mean something else.
    """
    return tuple(_period_to_wire(period) for period in periods)


def to_house(
    profile: wire.ChargingProfile, *, transaction_id: str | None = None, now: datetime | None = None
) -> house.ChargingProfile:
    """A 1.6 profile in the vocabulary of the house; ``now`` is when a limit of the whole station begins.

    Raises:
        Unsayable: the profile is not valid in 2.x.
    """
    periods = profile.charging_schedule.charging_schedule_period
    if not periods or periods[0].start_period != 0:
        raise Unsayable(None, "InvalidSchedule", fatal=True)
    kind, start_schedule = _beginning(profile, now)
    recurrency = profile.recurrency_kind if kind is house.ChargingProfileKind.RECURRING else None
    return house.ChargingProfile(
        id=profile.charging_profile_id,
        transaction_id=transaction_id,
        stack_level=profile.stack_level,
        charging_profile_purpose=CHARGING_PROFILE_PURPOSE_TO_HOUSE[profile.charging_profile_purpose],
        charging_profile_kind=kind,
        recurrency_kind=None if recurrency is None else RECURRENCY_TO_HOUSE[recurrency],
        valid_from=profile.valid_from,
        valid_to=profile.valid_to,
        charging_schedule=(_schedule_to_house(profile, start_schedule),),
    )


def _beginning(
    profile: wire.ChargingProfile, now: datetime | None
) -> tuple[house.ChargingProfileKind, datetime | None]:
    """Of which kind a profile is in 2.x, and when its schedule starts."""
    relative = house.ChargingProfileKind.RELATIVE
    kind = CHARGING_PROFILE_KIND_TO_HOUSE[profile.charging_profile_kind]
    start_schedule = profile.charging_schedule.start_schedule
    if profile.charging_profile_purpose is wire.ChargingProfilePurpose.CHARGE_POINT_MAX_PROFILE:
        # 2.x forbids Relative for the whole station: there is no charging that it could begin with.
        if kind is relative:
            kind, start_schedule = house.ChargingProfileKind.ABSOLUTE, None
        start_schedule = start_schedule or now
    if start_schedule is None or kind is relative:
        # 1.6: a schedule without start begins with the charging.
        return relative, None
    return kind, start_schedule


def _schedule_to_house(profile: wire.ChargingProfile, start_schedule: datetime | None) -> house.ChargingSchedule:
    schedule = profile.charging_schedule
    return house.ChargingSchedule(
        id=profile.charging_profile_id,
        duration=schedule.duration,
        start_schedule=start_schedule,
        charging_rate_unit=RATE_UNIT_TO_HOUSE[schedule.charging_rate_unit],
        min_charging_rate=schedule.min_charging_rate,
        charging_schedule_period=periods_to_house(schedule.charging_schedule_period),
    )


def residue(profile: wire.ChargingProfile) -> dict[str, Any]:
    """A 1.6 profile as vendor data, for a 1.6 station behind the house."""
    return dict(msgspec.to_builtins(profile))


def from_residue(tree: Any) -> wire.ChargingProfile:
    """A 1.6 profile from vendor data; raises msgspec errors when it is none."""
    return msgspec.convert(tree, wire.ChargingProfile, strict=False)
