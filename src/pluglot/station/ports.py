"""What the engine needs of the world: durable memory, and the shape of a meter reading."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

import msgspec

from pluglot.messages import SignedMeterValue


class Entry(msgspec.Struct, frozen=True):
    """One message that must arrive, as the journal keeps it."""

    entry_id: int
    action: str
    #: The request as JSON in house vocabulary.
    body: bytes


class Writes(msgspec.Struct, frozen=True):
    """Changes that become durable together or not at all."""

    appended: tuple[Entry, ...] = ()
    #: Ids of entries that are delivered or given up.
    acknowledged: tuple[int, ...] = ()
    #: Sections of the state, each replaced as a whole.
    states: Mapping[str, bytes] = {}

    def __bool__(self) -> bool:
        return bool(self.appended or self.acknowledged or self.states)


class Memory(msgspec.Struct, frozen=True):
    """All that a journal remembers: the entries in the order they were appended, and the sections of the state."""

    entries: tuple[Entry, ...] = ()
    states: Mapping[str, bytes] = {}


class Journal(Protocol):
    """Durable memory of one station."""

    def write(self, writes: Writes) -> None:
        """Return once the writes have reached the disk, all or nothing; raises JournalUnavailable."""
        ...

    def load(self) -> Memory:
        """What the journal remembers."""
        ...

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        ...


class JournalUnavailable(RuntimeError):
    """The journal cannot be opened, read or written; the message says what and why, for people."""


class MeterReading(msgspec.Struct, frozen=True, kw_only=True):
    """What the meter of an EVSE shows at one moment; what a meter does not have is None."""

    #: The register of imported energy in Wh; it only ever rises and is never set to zero.
    energy: Decimal
    #: The register of exported energy in Wh.
    energy_export: Decimal | None = None
    #: Active power in W.
    power: Decimal | None = None
    #: Power offered to the vehicle in W.
    power_offered: Decimal | None = None
    #: Current of each phase in A.
    currents: tuple[Decimal, ...] = ()
    #: Voltage between a phase and neutral in V.
    voltage: Decimal | None = None
    #: Frequency of the grid in Hz.
    frequency: Decimal | None = None
    #: State of charge of the vehicle in percent, as the vehicle tells it.
    state_of_charge: Decimal | None = None
    #: The signed form of ``energy``, when the meter signs.
    signed: SignedMeterValue | None = None
