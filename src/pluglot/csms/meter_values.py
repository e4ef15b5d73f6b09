"""Meter values: the one place where unit, multiplier, phase and location are applied (DAT-03), and MeterValues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from pluglot.csms.clock import ClockWatch, is_believable
from pluglot.csms.decision import Context, Decision
from pluglot.csms.facts import MeterValuesReported
from pluglot.csms.records import LedgerEntry, Reading, TransactionRecord
from pluglot.messages import CustomData, MeterValue, MeterValuesRequest, MeterValuesResponse, SampledValue

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
STATE_OF_CHARGE = "SoC"

#: Unit of the wire -> base unit and power of ten. A unit that is not here is kept and never counted.
UNITS: dict[str, tuple[str, int]] = {
    "Wh": ("Wh", 0), "kWh": ("Wh", 3), "W": ("W", 0), "kW": ("W", 3), "A": ("A", 0), "V": ("V", 0),
    "Percent": ("%", 0), "VA": ("VA", 0), "kVA": ("VA", 3), "VAh": ("VAh", 0), "kVAh": ("VAh", 3),
    "var": ("var", 0), "kvar": ("var", 3), "varh": ("varh", 0), "kvarh": ("varh", 3), "Hz": ("Hz", 0),
    "mHz": ("Hz", -3), "Celsius": ("Celsius", 0), "Fahrenheit": ("Fahrenheit", 0), "K": ("K", 0), "s": ("s", 0),
}  # fmt: skip
#: The unit meant when none is told, by the first word of the measurand.
DEFAULT_UNITS = {
    "Energy": "Wh", "EnergyRequest": "Wh", "Power": "W", "Current": "A", "Voltage": "V", "SoC": "Percent",
    "Frequency": "Hz",
}  # fmt: skip
#: Beyond these powers of ten a number is an attack or a defect, and is not multiplied.
_LARGEST = 30
_LARGEST_MULTIPLIER = 18
_TENS = [Decimal(10**exponent) for exponent in range(_LARGEST_MULTIPLIER + 4)]

#: Where the energy of a driver is measured, best first. What the grid side or the car measures is nobody's bill.
BILLED_LOCATIONS = ("Outlet", "Cable", "Body")
PHASES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})


def readings_of(meter_values: Iterable[MeterValue] | None) -> tuple[Reading, ...]:
    """All samples in their base units, in the order of the message; nothing is dropped."""
    if not meter_values:
        return ()
    return tuple(
        _reading(meter_value.timestamp, sample) for meter_value in meter_values for sample in meter_value.sampled_value
    )


def _reading(at: datetime, sample: SampledValue) -> Reading:
    measurand = sample.measurand or ENERGY
    value, unit = _in_base_unit(sample, measurand)
    signed = sample.signed_meter_value
    return Reading(
        at=at,
        measurand=measurand,
        value=value,
        unit=unit,
        context=sample.context,
        phase=sample.phase,
        location=sample.location,
        # DAT-02: with encoding and key beside it, so that anyone can verify it later.
        signed=None if signed is None else msgspec.json.encode(signed, enc_hook=_members).decode(),
    )


def _in_base_unit(sample: SampledValue, measurand: str) -> tuple[Decimal, str]:
    """Bring a sample to its base unit; one that cannot be is kept as told, in a unit that nobody counts."""
    measure = sample.unit_of_measure
    told = measure.unit if measure is not None else None
    multiplier = (measure.multiplier or 0) if measure is not None else 0
    unit = told if told is not None else DEFAULT_UNITS.get(measurand.partition(".")[0], "")
    value = sample.value
    known = UNITS.get(unit)
    absurd = abs(multiplier) > _LARGEST_MULTIPLIER or not value.is_finite() or abs(value.adjusted()) > _LARGEST
    if known is None or absurd:
        return value, f"{unit} x10^{multiplier}" if multiplier or absurd else unit or "?"
    base, exponent = known
    exponent += multiplier
    if exponent > 0:
        return value * _TENS[exponent], base
    return (value.scaleb(exponent) if exponent else value), base


def _members(value: object) -> object:
    if isinstance(value, CustomData):
        return value.members
    raise NotImplementedError(f"{type(value).__name__} is no part of a message")


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One state of the energy import register, in Wh."""

    at: datetime
    value: Decimal
    seq_no: int
    context: str | None
    #: Which meter this is: lower is better. Marks of different meters are never compared with each other.
    rank: int
    #: Whether the moment can be believed.
    timely: bool


def marks_of(entry: LedgerEntry) -> list[Mark]:
    """The states of the energy register in one event.

    The register is ``Energy.Active.Import.Register`` at the outlet (or where nothing is said), without phase; where
    only phases are told, their sum at one moment. Cable and body stand in where a station measures nowhere else.
    """
    marks: list[Mark] = []
    phases: dict[tuple[datetime, str | None, int], Decimal] = {}
    for reading in entry.readings:
        if reading.measurand != ENERGY or reading.unit != "Wh":
            continue
        place = _rank(reading.location)
        if place is None:
            continue
        if reading.phase is None:
            marks.append(_mark(entry, reading.at, reading.value, reading.context, place))
        elif reading.phase in PHASES:
            key = (reading.at, reading.context, place + 1)
            phases[key] = phases.get(key, Decimal(0)) + reading.value
    for (at, context, rank), value in phases.items():
        marks.append(_mark(entry, at, value, context, rank))
    return marks


def energy_besides(readings: Sequence[Reading]) -> set[str]:
    """The kinds of energy in readings without a register that counts, in words: what an operator may look for."""
    kinds = set()
    for reading in readings:
        if reading.measurand.startswith("Energy."):
            place = f" at {reading.location}" if _rank(reading.location) is None else ""
            phase = f" of {reading.phase}" if reading.phase is not None and reading.phase not in PHASES else ""
            kinds.add(f"{reading.measurand}{phase} in {reading.unit}{place}")
    return kinds


def _mark(entry: LedgerEntry, at: datetime, value: Decimal, context: str | None, rank: int) -> Mark:
    return Mark(at, value, entry.seq_no, context, rank, is_believable(at, entry.received_at))


def _rank(location: str | None) -> int | None:
    if location is None:
        return 0
    return 2 * BILLED_LOCATIONS.index(location) if location in BILLED_LOCATIONS else None


def power_of(readings: Sequence[Reading]) -> Decimal | None:
    """The last power towards the vehicle in these readings, in W: the total, or the sum of the phases."""
    return _latest(readings, POWER, "W")


def state_of_charge_of(readings: Sequence[Reading]) -> Decimal | None:
    """The last state of charge in these readings, in percent; a claim of the car (DAT-06)."""
    value = _latest(readings, STATE_OF_CHARGE, "%")
    return value if value is None or 0 <= value <= 100 else None  # noqa: PLR2004 - percent


def _latest(readings: Sequence[Reading], measurand: str, unit: str) -> Decimal | None:
    latest: datetime | None = None
    total: Decimal | None = None
    phases: Decimal | None = None
    for reading in readings:
        if reading.measurand != measurand or reading.unit != unit:
            continue
        if latest is None or reading.at > latest:
            latest, total, phases = reading.at, None, None
        elif reading.at < latest:
            continue
        if reading.phase is None:
            total = reading.value
        elif reading.phase in PHASES:
            phases = reading.value if phases is None else phases + reading.value
    return total if total is not None else phases


class Reconciliation(msgspec.Struct, frozen=True):
    """What a register moved against what its transactions say (DAT-04); ``difference_wh`` is for people to look at."""

    movement_wh: Decimal
    billed_wh: Decimal
    difference_wh: Decimal


def reconcile(transactions: Sequence[TransactionRecord]) -> Reconciliation:
    """Compare the movement of one EVSE's register with the energy of its transactions, given in order of time."""
    metered = [each for each in transactions if each.meter_start_wh is not None and each.meter_last_wh is not None]
    billed = sum((each.energy_wh for each in transactions), Decimal(0))
    if not metered:
        return Reconciliation(Decimal(0), billed, -billed)
    first, last = metered[0].meter_start_wh, metered[-1].meter_last_wh
    movement = (last or Decimal(0)) - (first or Decimal(0))
    return Reconciliation(movement, billed, movement - billed)


async def meter_values(context: Context, request: MeterValuesRequest, *, clocks: ClockWatch) -> Decision:
    """Keep readings that belong to no transaction (J01)."""
    fact = MeterValuesReported(
        at=context.now,
        station_id=context.station_id,
        evse_id=request.evse_id,
        readings=readings_of(request.meter_value),
    )
    worries = clocks.judge(context, request.meter_value[-1].timestamp)
    return Decision(MeterValuesResponse(), (fact, *worries))
