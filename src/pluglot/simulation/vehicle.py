"""An electric vehicle with a battery, a state of charge and a charging curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

#: Energy and power leave the simulation with this grain: a watt-hour has three decimals, a watt none.
ENERGY_GRAIN: Final = Decimal("0.001")
POWER_GRAIN: Final = Decimal(1)
PERCENT_GRAIN: Final = Decimal("0.1")
#: No step of the integration is longer, so that the curve is followed however rarely time advances (seconds).
LONGEST_STEP: Final = 15.0
FULL: Final = 0.9999


@dataclass(frozen=True, slots=True)
class VehicleModel:
    """What all vehicles of one make have in common."""

    name: str
    #: Usable battery energy in Wh.
    capacity_wh: float
    #: The most the vehicle takes from the station, in W.
    maximum_power_w: float
    #: Phases of the on-board charger; 0 for direct current.
    phases: int
    #: What part of the energy taken from the station reaches the battery.
    efficiency: float
    #: (state of charge, fraction of the maximum power), rising in the state of charge from 0 to 1.
    curve: tuple[tuple[float, float], ...]

    def power_at(self, state_of_charge: float) -> float:
        """The power in W the vehicle asks for at this state of charge (0 to 1)."""
        for (low, low_fraction), (high, high_fraction) in pairwise(self.curve):
            if low <= state_of_charge <= high:
                share = (state_of_charge - low) / (high - low)
                return self.maximum_power_w * (low_fraction + share * (high_fraction - low_fraction))
        return 0.0


#: Constant power until nearly full, then constant voltage: the current falls.
ALTERNATING_CURRENT_CURVE: Final = ((0.0, 1.0), (0.9, 1.0), (0.97, 0.45), (1.0, 0.05))
#: Fast charging rises as the battery warms up, holds, and is stepped down by the battery management.
DIRECT_CURRENT_CURVE: Final = ((0.0, 0.62), (0.08, 1.0), (0.35, 1.0), (0.55, 0.72), (0.8, 0.4), (0.9, 0.2), (1.0, 0.03))

MODELS: Final = (
    VehicleModel("city car", 36_000, 7_400, 1, 0.89, ALTERNATING_CURRENT_CURVE),
    VehicleModel("family car", 58_000, 11_000, 3, 0.91, ALTERNATING_CURRENT_CURVE),
    VehicleModel("estate car", 77_000, 11_000, 3, 0.92, ALTERNATING_CURRENT_CURVE),
    VehicleModel("van", 90_000, 22_000, 3, 0.92, ALTERNATING_CURRENT_CURVE),
    VehicleModel("saloon on direct current", 75_000, 120_000, 0, 0.95, DIRECT_CURRENT_CURVE),
    VehicleModel("hatchback on direct current", 52_000, 85_000, 0, 0.94, DIRECT_CURRENT_CURVE),
    VehicleModel("sports car on direct current", 84_000, 170_000, 0, 0.95, DIRECT_CURRENT_CURVE),
)
#: From this power on a station gives direct current, in W.
DIRECT_CURRENT_FROM: Final = 50_000


def models_for(maximum_power_w: float) -> tuple[VehicleModel, ...]:
    """The models that come to a station of this power: to the strong ones for direct current, to the others not."""
    is_direct = maximum_power_w >= DIRECT_CURRENT_FROM
    return tuple(model for model in MODELS if (model.phases == 0) is is_direct)


@dataclass(slots=True)
class Vehicle:
    """One vehicle; takes energy while a station offers power and it wants some."""

    model: VehicleModel
    #: 0 (empty) to 1 (full).
    state_of_charge: float
    #: The vehicle stops taking energy here.
    target: float = 1.0
    #: What it took from the station since it was made, in Wh.
    taken_wh: float = field(default=0.0, init=False)
    #: What it takes now, in W.
    power_w: float = field(default=0.0, init=False)

    @property
    def wants_energy(self) -> bool:
        """Whether it would take energy if it were offered."""
        return self.state_of_charge < min(self.target, FULL)

    def advance(self, seconds: float, *, offered_w: float) -> Decimal:
        """Let time pass with this much power on offer and return the energy taken, in Wh.

        Args:
            seconds: at least 0; divided into steps short enough to follow the curve.
            offered_w: what the station offers in W; 0 when its contactor is open.
        """
        before = self.taken_wh
        while seconds > 0:
            step = min(seconds, LONGEST_STEP)
            seconds -= step
            self._step(step, offered_w)
        if not self.wants_energy or offered_w <= 0:
            self.power_w = 0.0
        return Decimal(self.taken_wh - before).quantize(ENERGY_GRAIN)

    def _step(self, seconds: float, offered_w: float) -> None:
        self.power_w = min(offered_w, self.model.power_at(self.state_of_charge)) if self.wants_energy else 0.0
        energy = self.power_w * seconds / 3600
        room = (min(self.target, 1.0) - self.state_of_charge) * self.model.capacity_wh / self.model.efficiency
        energy = max(0.0, min(energy, room))
        self.taken_wh += energy
        self.state_of_charge += energy * self.model.efficiency / self.model.capacity_wh
        if energy == room:
            self.state_of_charge = max(self.state_of_charge, min(self.target, 1.0))

    @property
    def percent(self) -> Decimal:
        """The state of charge in percent, as a vehicle tells it."""
        return Decimal(self.state_of_charge * 100).quantize(PERCENT_GRAIN)

    @property
    def power(self) -> Decimal:
        """What it takes now, in W."""
        return Decimal(self.power_w).quantize(POWER_GRAIN)


@dataclass(slots=True)
class Fleet:
    """Makes vehicles as they come to a station; ``random`` returns 0 to just under 1."""

    random: Callable[[], float]
    models: tuple[VehicleModel, ...] = MODELS

    def arrival(self) -> Vehicle:
        """A vehicle that comes with some charge and wants more."""
        model = self.models[int(self.random() * len(self.models))]
        state_of_charge = 0.1 + 0.45 * self.random()
        return Vehicle(model, state_of_charge, target=min(1.0, state_of_charge + 0.2 + 0.35 * self.random()))
