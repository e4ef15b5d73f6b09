"""The bus: facts travel to whoever shows or counts them, and commands to the node that holds a station's link.

A door: may use ``csms`` facts; knows no other door.
"""

from pluglot.bus.base import Bus, FactsMissed, StationAway
from pluglot.bus.memory import MemoryBus

__all__ = ["Bus", "FactsMissed", "MemoryBus", "StationAway"]
