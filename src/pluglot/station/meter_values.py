"""Meter values: what is sampled, when, and in which message it goes (block J)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from pluglot.messages import (
    Measurand,
    MeterValue,
    MeterValuesRequest,
    Phase,
    ReadingContext,
    SampledValue,
    UnitOfMeasure,
)
from pluglot.messages.codec import encode
from pluglot.station.events import MeterWanted, ReadingRefused
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.ports import MeterReading
from pluglot.station.standard_variables import Row
from pluglot.station.state import Core, EvseState, OpenTransaction

_PHASES: Final = (Phase.L1, Phase.L2, Phase.L3)

#: Measurands with one value: the unit, and where a reading has it.
_SINGLE: Final[dict[str, tuple[str, Callable[[MeterReading], Decimal | None]]]] = {
    Measurand.ENERGY_ACTIVE_IMPORT_REGISTER: ("Wh", lambda reading: reading.energy),
    Measurand.ENERGY_ACTIVE_EXPORT_REGISTER: ("Wh", lambda reading: reading.energy_export),
    Measurand.POWER_ACTIVE_IMPORT: ("W", lambda reading: reading.power),
    Measurand.POWER_OFFERED: ("W", lambda reading: reading.power_offered),
    Measurand.VOLTAGE: ("V", lambda reading: reading.voltage),
    Measurand.FREQUENCY: ("Hz", lambda reading: reading.frequency),
    Measurand.SOC: ("Percent", lambda reading: reading.state_of_charge),
}

#: The samples kept for an Ended event take no more bytes than this, so that the message stays sendable; beyond it
#: every second one goes (E06.FR.12, E06.FR.13).
MAX_ENDED_BYTES: Final = 24_576


def sampled_values(
    reading: MeterReading, measurands: Iterable[str], context: ReadingContext
) -> tuple[SampledValue, ...]:
    """The configured measurands that the meter has."""
    values: list[SampledValue] = []
    for measurand in measurands:
        if measurand == Measurand.CURRENT_IMPORT:
            values += _currents(reading, context)
        elif (value := _SINGLE[measurand][1](reading)) is not None:
            signed = reading.signed if measurand == Measurand.ENERGY_ACTIVE_IMPORT_REGISTER else None
            values.append(
                SampledValue(
                    value=value,
                    measurand=Measurand(measurand),
                    context=context,
                    signed_meter_value=signed,
                    unit_of_measure=UnitOfMeasure(unit=_SINGLE[measurand][0]),
                )
            )
    return tuple(values)


def _currents(reading: MeterReading, context: ReadingContext) -> list[SampledValue]:
    return [
        SampledValue(
            value=value,
            measurand=Measurand.CURRENT_IMPORT,
            context=context,
            phase=phase,
            unit_of_measure=UnitOfMeasure(unit="A"),
        )
        for phase, value in zip(_PHASES, reading.currents, strict=False)
    ]


def meter_value(
    core: Core, evse: EvseState, measurands: Iterable[str], context: ReadingContext, now: datetime
) -> MeterValue | None:
    """The newest reading of an EVSE in message form, or None when there is nothing to tell."""
    reading = core.reading_of(evse)
    if reading is None:
        return None
    if reading.signed is not None and not core.model.flag("SampledDataCtrlr", "SignReadings"):
        reading = MeterReading(**{name: getattr(reading, name) for name in _UNSIGNED})
    values = sampled_values(reading, measurands, context)
    return MeterValue(timestamp=now, sampled_value=values) if values else None


_UNSIGNED: Final = tuple(name for name in MeterReading.__struct_fields__ if name != "signed")


def problem_of(reading: MeterReading) -> str | None:
    """Why no meter can have given this reading, or None."""
    numbers = [getattr(reading, name) for name in _UNSIGNED if name != "currents"] + list(reading.currents)
    known = [number for number in numbers if number is not None]
    if not all(number.is_finite() for number in known):
        return "not a number"
    if reading.energy < 0 or (reading.energy_export is not None and reading.energy_export < 0):
        return "a register below zero"
    return None


def next_on_clock(moment: datetime, interval: int) -> datetime:
    """The first moment after this one that is a whole number of intervals after midnight UTC."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (moment - midnight).total_seconds() // interval
    return min(midnight + timedelta(seconds=(passed + 1) * interval), midnight + timedelta(days=1))


def _next_in_series(origin: datetime, moment: datetime, interval: int) -> datetime:
    passed = (moment - origin).total_seconds() // interval
    return origin + timedelta(seconds=(passed + 1) * interval)


class MeterValues:
    """Takes readings from the hardware and sends them when clock and intervals say so."""

    def __init__(
        self,
        core: Core,
        outbox: Outbox,
        *,
        periodic: Callable[[EvseState, MeterValue, bool, datetime], None],
    ) -> None:
        self._core = core
        self._outbox = outbox
        #: Sends a sample of a running transaction; True says it was taken on the clock.
        self._periodic = periodic
        self._clock_done: datetime | None = None
        core.model.provide("EVSE", "Power", self._power)

    def _power(self, row: Row) -> str:
        reading = self._core.reading_of(self._core.evses[row.evse_id or 0])
        return "0" if reading is None or reading.power is None else format(reading.power, "f")

    def take(self, evse: EvseState, reading: MeterReading, now: datetime) -> bool:
        """Remember what the meter shows; says whether the reading made sense."""
        if problem := problem_of(reading):
            self._core.tell(ReadingRefused(at=now, evse_id=evse.evse_id, reason=problem))
            return False
        evse.reading = reading
        if evse.transaction is not None:
            evse.transaction.last_register = reading.energy
            evse.transaction.last_register_at = now
        return True

    def next_deadline(self) -> datetime | None:
        """When the next sample is due."""
        moments = [moment for evse in self._core.evses.values() for moment in self._moments(evse)]
        if self._clock_done is not None:
            intervals = [self._clock_interval()]
            if any(evse.transaction for evse in self._core.evses.values()):
                intervals.append(self._core.model.number("AlignedDataCtrlr", "TxEndedInterval"))
            moments += [next_on_clock(self._clock_done, interval) for interval in intervals if interval]
        return min(moments, default=None)

    def _moments(self, evse: EvseState) -> list[datetime]:
        transaction = evse.transaction
        if transaction is None or not self._core.model.flag("SampledDataCtrlr", "Enabled"):
            return []
        done = transaction.last_sample_at or transaction.started_at
        return [_next_in_series(transaction.started_at, done, n) for n in self._sampling_intervals() if n]

    def _sampling_intervals(self) -> tuple[int, int]:
        model = self._core.model
        return model.number("SampledDataCtrlr", "TxUpdatedInterval"), model.number(
            "SampledDataCtrlr", "TxEndedInterval"
        )

    def _clock_interval(self) -> int:
        model = self._core.model
        return model.number("AlignedDataCtrlr", "Interval") if model.flag("AlignedDataCtrlr", "Enabled") else 0

    def advance(self, now: datetime) -> None:
        """Take every sample that is due; what was missed while nobody looked is not made up."""
        for evse in self._core.evses.values():
            if evse.transaction is not None:
                self._sample(evse, evse.transaction, now)
        self._sample_on_clock(now)

    def _sample(self, evse: EvseState, transaction: OpenTransaction, now: datetime) -> None:
        if not self._core.model.flag("SampledDataCtrlr", "Enabled"):
            return
        done = transaction.last_sample_at or transaction.started_at
        updated, ended = (
            bool(interval) and now >= _next_in_series(transaction.started_at, done, interval)
            for interval in self._sampling_intervals()
        )
        if not updated and not ended:
            return
        transaction.last_sample_at = now
        if ended:
            measurands = self._core.model.members("SampledDataCtrlr", "TxEndedMeasurands")
            self.keep_for_end(evse, measurands, ReadingContext.SAMPLE_PERIODIC, now)
        if updated:
            measurands = self._core.model.members("SampledDataCtrlr", "TxUpdatedMeasurands")
            value = meter_value(self._core, evse, measurands, ReadingContext.SAMPLE_PERIODIC, now)
            if value is None:
                self._core.tell(MeterWanted(at=now, evse_id=evse.evse_id))
            else:
                self._periodic(evse, value, False, now)  # noqa: FBT003 - the callable has no names

    def keep_for_end(self, evse: EvseState, measurands: Iterable[str], context: ReadingContext, now: datetime) -> None:
        """Keep a sample for the Ended event of the running transaction."""
        value = meter_value(self._core, evse, measurands, context, now)
        if value is None or evse.transaction is None:
            return
        evse.transaction.samples.append(value)
        while len(evse.transaction.samples) > 1 and len(encode(evse.transaction.samples)) > MAX_ENDED_BYTES:
            evse.transaction.samples = evse.transaction.samples[::2]
        self._core.durable.touch("transactions")

    def _sample_on_clock(self, now: datetime) -> None:
        model = self._core.model
        interval = self._clock_interval()
        done, self._clock_done = self._clock_done or now, now
        if ended := model.number("AlignedDataCtrlr", "TxEndedInterval"):
            measurands = model.members("AlignedDataCtrlr", "TxEndedMeasurands")
            for evse in self._core.evses.values():
                if now >= next_on_clock(done, ended):
                    self.keep_for_end(evse, measurands, ReadingContext.SAMPLE_CLOCK, now)
        if not interval or now < next_on_clock(done, interval):
            return
        measurands = model.members("AlignedDataCtrlr", "Measurands")
        charging = any(evse.transaction for evse in self._core.evses.values())
        if charging and model.flag("AlignedDataCtrlr", "SendDuringIdle"):
            return  # J01.FR.20
        for evse in self._core.evses.values():
            value = meter_value(self._core, evse, measurands, ReadingContext.SAMPLE_CLOCK, now)
            if value is None:
                self._core.tell(MeterWanted(at=now, evse_id=evse.evse_id))
            elif evse.transaction is not None:
                self._periodic(evse, value, True, now)  # noqa: FBT003 - the callable has no names
            elif self._core.online:
                self._outbox.put(Lane.ROUTINE, MeterValuesRequest(evse_id=evse.evse_id, meter_value=(value,)), now)

    def trigger(self, evse_id: int | None, now: datetime) -> bool:
        """Send the newest values because the CSMS asked (F06.FR.06); says whether there are any."""
        measurands = self._core.model.members("AlignedDataCtrlr", "Measurands")
        wanted = [self._core.evses[evse_id]] if evse_id else list(self._core.evses.values())
        found = False
        for evse in wanted:
            value = meter_value(self._core, evse, measurands, ReadingContext.TRIGGER, now)
            if value is not None:
                self._outbox.put(Lane.REQUESTED, MeterValuesRequest(evse_id=evse.evse_id, meter_value=(value,)), now)
                found = True
        return found
