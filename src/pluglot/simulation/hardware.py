"""Simulated hardware of one EVSE: a contactor, a meter whose register only rises, and whatever vehicle stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from pluglot.simulation.vehicle import Vehicle
from pluglot.station import MeterReading

VOLTS: Final = Decimal(230)
TENTH: Final = Decimal("0.1")


@dataclass(slots=True)
class SimulatedEvse:
    """One EVSE with one meter; ``advance`` before reading it."""

    evse_id: int
    maximum_power_w: Decimal
    #: How much faster than the clock the vehicle charges.
    speed: float = 1.0
    #: The meter's register in Wh; set it from what was remembered, it never goes back.
    register_wh: Decimal = Decimal(0)
    vehicle: Vehicle | None = None
    contactor_closed: bool = False
    _at: datetime | None = field(default=None, init=False)

    def advance(self, now: datetime) -> None:
        """Let the vehicle charge until now."""
        elapsed = (now - self._at).total_seconds() if self._at is not None else 0.0
        self._at = now
        if self.vehicle is not None and elapsed > 0:
            offered = float(self.maximum_power_w) if self.contactor_closed else 0.0
            self.register_wh += self.vehicle.advance(elapsed * self.speed, offered_w=offered)

    def reading(self) -> MeterReading:
        """What the meter and the vehicle show."""
        vehicle = self.vehicle
        power = vehicle.power if vehicle is not None else Decimal(0)
        phases = max(1, vehicle.model.phases) if vehicle is not None else 3
        current = (power / VOLTS / phases).quantize(TENTH)
        return MeterReading(
            energy=self.register_wh,
            power=power,
            power_offered=self.maximum_power_w if self.contactor_closed else Decimal(0),
            currents=(current,) * phases,
            voltage=VOLTS,
            state_of_charge=vehicle.percent if vehicle is not None else None,
        )


def save_registers(evses: Mapping[int, SimulatedEvse]) -> bytes:
    """The registers as text that ``load_registers`` reads; they must outlive a power cut like real meters."""
    return msgspec.json.encode({str(evse_id): str(evse.register_wh) for evse_id, evse in evses.items()})


def load_registers(saved: bytes | None) -> dict[int, Decimal]:
    """The registers that were saved; none for a new station."""
    if saved is None:
        return {}
    return {int(key): Decimal(value) for key, value in msgspec.json.decode(saved, type=dict[str, str]).items()}
