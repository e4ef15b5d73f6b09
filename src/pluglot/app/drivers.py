"""Drivers and their vehicles at simulated stations: visits carried out on real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from pluglot.app.clock import utc_now
from pluglot.app.station import Station
from pluglot.messages import IdToken
from pluglot.simulation import Action, Left, PlugIn, PresentToken, Unplug, Vehicle, Visit, VisitPlan
from pluglot.station import Engine

#: How often a driver looks whether the vehicle still charges.
GLANCE_SECONDS: Final = 0.25


async def visit(
    station: Station, evse_id: int, vehicle: Vehicle, plan: VisitPlan, *, is_in_vain: Callable[[], bool] | None = None
) -> bool:
    """Carry out one visit at an EVSE until the driver has left; whether energy flowed.

    A driver who finds the visit ``in vain`` packs up instead of waiting.
    """
    course = Visit(plan, utc_now())
    evse = station.evses[evse_id]
    wanted, has_charged = True, False
    while not course.is_over:
        now = utc_now()
        for action in course.advance(now=now):
            await _do(station, evse_id, vehicle, action)
        if evse.vehicle is vehicle:
            if evse.contactor_closed:
                has_charged = True
                course.energy_flows(now=now)
            elif course.is_charging:
                course.satisfied(now=now)
            evse.advance(now)
            if wanted and not vehicle.wants_energy:
                wanted = False
                await station.act(lambda engine, at: engine.vehicle_state(evse_id, at, wants_energy=False))
                course.satisfied(now=utc_now())
        if is_in_vain is not None and is_in_vain():
            course.satisfied(now=utc_now())
        await asyncio.sleep(_pause(course.next_deadline(), utc_now()))
    return has_charged


def _pause(deadline: datetime | None, now: datetime) -> float:
    if deadline is None:
        return 0.0
    return min(GLANCE_SECONDS, max(0.0, (deadline - now) / timedelta(seconds=1)))


async def _do(station: Station, evse_id: int, vehicle: Vehicle, action: Action) -> None:
    evse = station.evses[evse_id]

    def carry_out(engine: Engine, now: datetime) -> None:
        match action:
            case PlugIn():
                evse.advance(now)
                evse.vehicle = vehicle
                engine.plug_in(evse_id, 1, now)
                engine.vehicle_state(evse_id, now, wants_energy=vehicle.wants_energy)
            case PresentToken(id_token, type_):
                evse.advance(now)  # a stop reads the register: it must be that of now
                engine.present_token(evse_id, IdToken(id_token=id_token, type=type_), now)
            case Unplug():
                engine.unplug(evse_id, 1, now)
                evse.vehicle = None
            case Left():
                pass

    await station.act(carry_out)
