"""Simulated vehicles and their drivers, so that a station without hardware has something plausible to charge.

Actors only: may use ``station``'s meter reading; no input or output, no clock, no random numbers of its own.
"""

from pluglot.simulation.hardware import SimulatedEvse, load_registers, save_registers
from pluglot.simulation.vehicle import Fleet, Vehicle, VehicleModel, models_for
from pluglot.simulation.visits import Action, Left, PlugIn, PresentToken, Unplug, Visit, VisitPlan

__all__ = [
    "Action",
    "Fleet",
    "Left",
    "PlugIn",
    "PresentToken",
    "SimulatedEvse",
    "Unplug",
    "Vehicle",
    "VehicleModel",
    "Visit",
    "VisitPlan",
    "load_registers",
    "models_for",
    "save_registers",
]
