"""Vehicles charge as batteries do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.simulation import Fleet, Vehicle
from pluglot.simulation.vehicle import MODELS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_vehicle_never_takes_more_than_is_offered_or_fits(model: object) -> None:
    """Power stays under the offer and the curve, energy under the room in the battery."""
    vehicle = Vehicle(model, 0.2)  # type: ignore[arg-type] # parametrised
    room = Decimal((1 - 0.2) * vehicle.model.capacity_wh / vehicle.model.efficiency)
    taken = Decimal(0)
    for _ in range(2000):
        energy = vehicle.advance(60, offered_w=9_000)
        assert 0 <= energy <= 150
        taken += energy
        assert vehicle.power <= min(9_000, Decimal(vehicle.model.maximum_power_w))
    assert taken <= room + 1
    assert not vehicle.wants_energy
    assert vehicle.power == 0


def test_power_falls_towards_a_full_battery() -> None:
    """The last tenth of a battery charges more slowly than the middle."""
    for model in MODELS:
        assert model.power_at(0.99) < model.power_at(0.5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 900), min_size=1, max_size=20), st.floats(0, 60_000))
def test_the_length_of_steps_does_not_matter(steps: list[float], offered: float) -> None:
    """The same time in other pieces gives the same energy within a percent."""
    pieces, whole = Vehicle(MODELS[1], 0.3), Vehicle(MODELS[1], 0.3)
    taken = sum((pieces.advance(step, offered_w=offered) for step in steps), Decimal(0))
    at_once = whole.advance(sum(steps), offered_w=offered)
    assert abs(taken - at_once) <= max(Decimal(5), at_once / 100)


def test_a_vehicle_without_offer_takes_nothing() -> None:
    """An open contactor gives no energy."""
    vehicle = Vehicle(MODELS[0], 0.3)
    assert vehicle.advance(3600, offered_w=0) == 0
    assert vehicle.power == 0
    assert vehicle.wants_energy


def test_arrivals_want_energy_and_differ() -> None:
    """Vehicles that come have room in their batteries and are not all alike."""
    values = iter([0.1, 0.5, 0.9] * 20)
    vehicles = [Fleet(lambda: next(values)).arrival() for _ in range(20)]
    assert all(vehicle.wants_energy for vehicle in vehicles)
