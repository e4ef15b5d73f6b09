"""Meter values of 1.6 as numbers of the house, and back (mapping 3.5, 5.6, 7.4, 7.5)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from pluglot import messages as house
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    CONTEXT_TO_HOUSE,
    CONTEXT_TO_WIRE,
    LOCATION_TO_HOUSE,
    LOCATION_TO_WIRE,
    MEASURAND_STAND_INS,
    MEASURAND_TO_HOUSE,
    MEASURAND_TO_WIRE,
    PHASE_TO_HOUSE,
    PHASE_TO_WIRE,
    UNIT_TO_HOUSE,
    UNIT_TO_WIRE,
    default_unit,
)
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped

REGISTER: Final = house.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER
_OUTLET: Final = house.Location.OUTLET
_WATT_HOURS: Final = house.UnitOfMeasure(unit="Wh")
_SAME_MOMENT: Final = timedelta(seconds=1)
#: What 2.1 takes of signed data; nothing of them is ever cut.
_LONGEST_SIGNED: Final = {"signed_meter_data": 32768, "encoding_method": 50, "signing_method": 50, "public_key": 2500}
_LONGEST_NUMBER: Final = 64
#: Ten to a larger power makes no reading; decimals refuse to be scaled by much larger ones.
_LARGEST_MULTIPLIER: Final = 30


class Reading(msgspec.Struct, frozen=True, gc=False):
    """A meter value of the house and why the station sent it."""

    meter_value: house.MeterValue
    trigger: house.TriggerReason


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Meter values that belong into one event."""

    trigger: house.TriggerReason
    timestamp: datetime
    meter_values: tuple[house.MeterValue, ...]


class Filler(msgspec.Struct, frozen=True, gc=False):
    """The register beside signed data that stand alone, as far as it is known: any other would be billed (5.6.2)."""

    #: What it was when its transaction began, and ended.
    begin: Decimal = Decimal(0)
    end: Decimal | None = None
    #: What it was last.
    last: Decimal = Decimal(0)
    #: Whether samples are marked with it, so that nobody tells it to 1.6 as a number that the station said.
    emit: bool = False

    def of(self, context: house.ReadingContext | None) -> Decimal:
        """The register in this context."""
        if context is house.ReadingContext.TRANSACTION_BEGIN:
            return self.begin
        if context is house.ReadingContext.TRANSACTION_END and self.end is not None:
            return self.end
        return self.last


_FILLER: Final = "filler"


# --- 1.6 -> house -------------------------------------------------------------------------------------------------

_TRIGGERS: Final = {
    wire.ReadingContext.SAMPLE_CLOCK: house.TriggerReason.METER_VALUE_CLOCK,
    wire.ReadingContext.TRIGGER: house.TriggerReason.TRIGGER,
}
_SIGNING_CONTEXTS: Final = {wire.ReadingContext.TRANSACTION_BEGIN, wire.ReadingContext.TRANSACTION_END}
#: When samples of one meter value disagree, the first of these wins.
_PRECEDENCE: Final = (
    house.TriggerReason.TRIGGER,
    house.TriggerReason.SIGNED_DATA_RECEIVED,
    house.TriggerReason.METER_VALUE_CLOCK,
)


class _Kind(NamedTuple):
    """What is the same for all samples with equal attributes."""

    #: A sample of this kind; another has another value, and signed data if there are any. None if it cannot be said.
    model: house.SampledValue | None
    trigger: house.TriggerReason
    signed: bool


_NO_MEASURAND: Final = "2.x has no such measurand"
_NOTHING: Final = house.SampledValue(value=Decimal(0))
#: Attributes come in few combinations, so what they mean is worked out once for each.
_KINDS: dict[tuple[Any, ...], _Kind] = {}
_MOST_KINDS: Final = 4096


def to_house(
    meter_values: Iterable[wire.TransactionData], action: str, *, filler: Callable[[], Filler] = Filler
) -> tuple[list[Reading], list[Loss]]:
    """Meter values in the vocabulary of the house; ``filler`` is asked only where signed data stand alone."""
    losses: list[Loss] = []
    readings: list[Reading] = []
    for index, meter_value in enumerate(meter_values):
        samples: list[house.SampledValue] = []
        triggers: set[house.TriggerReason] = set()
        for position, sample in enumerate(meter_value.sampled_value):
            # Nearly all samples are plain and of a kind that was seen before: they cost no calls of ours but one.
            key = sample.context, sample.format, sample.measurand, sample.phase, sample.location, sample.unit
            model, trigger, signed = _KINDS.get(key) or _kind(sample)
            if model is not None and not signed:
                text = sample.value
                is_whole = text.isdecimal() and len(text) <= _LONGEST_NUMBER
                value = Decimal(text) if is_whole else number(text)
                if value is not None:
                    samples.append(replace(model, value=value))
                    triggers.add(trigger)
                    continue
            meant = _signed_sample(meter_value, position, filler) if signed else _unsaid(model)
            if isinstance(meant, str):
                place = f"meterValue[{index}].sampledValue[{position}]"
                losses.append(Loss(action, place, msgspec.to_builtins(sample), meant))
            else:
                samples.append(meant)
                triggers.add(trigger)
        if samples:
            said = house.MeterValue(sampled_value=tuple(samples), timestamp=meter_value.timestamp)
            readings.append(Reading(said, triggers.pop() if len(triggers) == 1 else _first(triggers)))
    return readings, losses


def batches(readings: Sequence[Reading]) -> list[Batch]:
    """Readings by event: one for each trigger, or for each time where times differ (5.6.1)."""
    if len(readings) == 1:
        only = readings[0]
        return [Batch(only.trigger, only.meter_value.timestamp, (only.meter_value,))]
    found: list[Batch] = []
    for trigger in dict.fromkeys(reading.trigger for reading in readings):
        values = sorted(
            (reading.meter_value for reading in readings if reading.trigger is trigger),
            key=lambda value: value.timestamp,
        )
        if values[-1].timestamp - values[0].timestamp <= _SAME_MOMENT:
            found.append(Batch(trigger, values[0].timestamp, tuple(values)))
            continue
        moments = dict.fromkeys(value.timestamp for value in values)
        found += [Batch(trigger, when, tuple(value for value in values if value.timestamp == when)) for when in moments]
    return sorted(found, key=lambda batch: batch.timestamp)


def register_value(watt_hours: int, timestamp: datetime, context: house.ReadingContext) -> house.MeterValue:
    """The register that StartTransaction or StopTransaction names, as a meter value."""
    sample = house.SampledValue(
        value=Decimal(watt_hours),
        context=context,
        measurand=REGISTER,
        location=_OUTLET,
        unit_of_measure=_WATT_HOURS,
    )
    return house.MeterValue(sampled_value=(sample,), timestamp=timestamp)


def number(text: str) -> Decimal | None:
    """The number a 1.6 value text stands for, or None."""
    if len(text) > _LONGEST_NUMBER and len(text := text.strip()) > _LONGEST_NUMBER:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        has_decimal_comma = text.count(",") == 1 and "." not in text
        return number(text.replace(",", ".")) if has_decimal_comma else None
    return value if "_" not in text and value.is_finite() and abs(value.adjusted()) < _LONGEST_NUMBER else None


def _first(triggers: set[house.TriggerReason]) -> house.TriggerReason:
    return next((trigger for trigger in _PRECEDENCE if trigger in triggers), house.TriggerReason.METER_VALUE_PERIODIC)


def _kind(sample: wire.SampledValue) -> _Kind:
    key = (sample.context, sample.format, sample.measurand, sample.phase, sample.location, sample.unit)
    kind = _KINDS.get(key)
    if kind is None:
        if len(_KINDS) >= _MOST_KINDS:
            _KINDS.clear()
        kind = _KINDS[key] = _worked_out(sample)
    return kind


def _worked_out(sample: wire.SampledValue) -> _Kind:
    measurand = sample.measurand
    signed = sample.format is wire.ValueFormat.SIGNED_DATA
    trigger = _TRIGGERS.get(sample.context, house.TriggerReason.METER_VALUE_PERIODIC)  # type: ignore[arg-type]
    if signed and sample.context in _SIGNING_CONTEXTS:
        trigger = house.TriggerReason.SIGNED_DATA_RECEIVED
    if measurand is not None and measurand not in MEASURAND_TO_HOUSE:
        return _Kind(None, trigger, signed)
    fields: dict[str, Any] = {
        "measurand": None if measurand is None else MEASURAND_TO_HOUSE[measurand],
        "context": None if sample.context is None else CONTEXT_TO_HOUSE[sample.context],
        "phase": None if sample.phase is None else PHASE_TO_HOUSE[sample.phase],
        "location": None if sample.location is None else LOCATION_TO_HOUSE[sample.location],
    }
    unit = default_unit(measurand or REGISTER) if sample.unit is None else UNIT_TO_HOUSE[sample.unit]
    fields["unit_of_measure"] = None if unit is None else house.UnitOfMeasure(unit=unit)
    return _Kind(replace(_NOTHING, **fields), trigger, signed)


def _unsaid(model: house.SampledValue | None) -> str:
    """Why a plain sample cannot be said: for its measurand, or for its text, which is no number."""
    return _NO_MEASURAND if model is None else "bad-value"


# --- signed values (5.6.2) ----------------------------------------------------------------------------------------


class _SignedText(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The JSON object some 1.6 stations put into the text of a signed value."""

    signed_meter_data: str
    signing_method: str | None = None
    encoding_method: str
    public_key: str | None = None


_SIGNED_DECODER: Final = msgspec.json.Decoder(_SignedText)
_PLAIN_TEXT: Final = "Other"


def _signed_sample(
    meter_value: wire.TransactionData, position: int, filler: Callable[[], Filler]
) -> house.SampledValue | str:
    sample = meter_value.sampled_value[position]
    model = _kind(sample).model
    if model is None:
        return _NO_MEASURAND
    try:
        signed = _SIGNED_DECODER.decode(sample.value)
    except (msgspec.MsgspecError, UnicodeError):
        text = base64.b64encode(sample.value.encode()).decode()
        signed = _SignedText(signed_meter_data=text, signing_method="", encoding_method=_PLAIN_TEXT, public_key="")
    if any(len(getattr(signed, name) or "") > longest for name, longest in _LONGEST_SIGNED.items()):
        return "signed data too long"
    samples = meter_value.sampled_value
    beside = _number_beside(sample, (*samples[position + 1 :], *samples[:position]))
    if beside is None:
        model = _filled(model, filler())
    return replace(
        model,
        value=model.value if beside is None else beside,
        signed_meter_value=house.SignedMeterValue(
            signed_meter_data=signed.signed_meter_data,
            encoding_method=signed.encoding_method,
            signing_method=signed.signing_method,
            public_key=signed.public_key,
        ),
    )


def _filled(model: house.SampledValue, filler: Filler) -> house.SampledValue:
    """A sample without a number of its own; only the register of all phases is known otherwise."""
    if model.measurand not in {None, REGISTER} or model.phase is not None:
        return model
    mark = wrapped({_FILLER: True}, emit=filler.emit)
    return replace(model, value=filler.of(model.context), unit_of_measure=_WATT_HOURS, custom_data=mark)


def _number_beside(signed: wire.SampledValue, before: Sequence[wire.SampledValue]) -> Decimal | None:
    """The number of the last plain sample of the same measurand and context."""
    for sample in reversed(before):
        if sample.measurand is signed.measurand and sample.context is signed.context:
            kind = _kind(sample)
            value = None if kind.signed or kind.model is None else number(sample.value)
            if value is not None:
                return value
    return None


def _signed_text(signed: house.SignedMeterValue) -> str:
    if signed.encoding_method == _PLAIN_TEXT and not signed.signing_method and not signed.public_key:
        try:
            return base64.b64decode(signed.signed_meter_data, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pass
    text = _SignedText(
        signed_meter_data=signed.signed_meter_data,
        signing_method=signed.signing_method,
        encoding_method=signed.encoding_method,
        public_key=signed.public_key,
    )
    return msgspec.json.encode(text).decode()


# --- house -> 1.6 -------------------------------------------------------------------------------------------------


def to_wire(meter_values: Iterable[house.MeterValue], action: str) -> tuple[tuple[wire.MeterValue, ...], list[Loss]]:
    """Meter values as 1.6 says them; samples it has no words for are lost."""
    losses: list[Loss] = []
    said: list[wire.MeterValue] = []
    for index, meter_value in enumerate(meter_values):
        samples: list[wire.SampledValue] = []
        plain = {sample.measurand for sample in meter_value.sampled_value}
        for position, sample in enumerate(meter_value.sampled_value):
            spoken = _wire_samples(sample, plain)
            if isinstance(spoken, str):
                place = f"meterValue[{index}].sampledValue[{position}]"
                losses.append(Loss(action, place, _shown(sample), spoken))
            else:
                # The number beside signed data is often there already as a sample of its own.
                samples += [item for item in spoken if item not in samples]
        if samples:
            said.append(wire.MeterValue(timestamp=meter_value.timestamp, sampled_value=tuple(samples)))
    return tuple(said), losses


def plain_text(value: Decimal) -> str:
    """A number in its shortest notation without exponent."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(sample: house.SampledValue) -> dict[str, Any]:
    return {"value": plain_text(sample.value), "measurand": (sample.measurand or REGISTER).value}


def _wire_samples(sample: house.SampledValue, plain: set[house.Measurand | None]) -> list[wire.SampledValue] | str:
    if sample.measurand is house.Measurand.DISPLAY_PRESENT_SOC and sample.location is None:
        # What a vehicle shows is a charge in the vehicle (7.4).
        sample = replace(sample, location=house.Location.EV)
    measurand: wire.Measurand | None = None
    if sample.measurand is not None:
        measurand = MEASURAND_TO_WIRE.get(sample.measurand) or _stand_in(sample.measurand, plain)
        if measurand is None:
            return "1.6 has no such measurand"
    if sample.location is not None and sample.location not in LOCATION_TO_WIRE:
        return "1.6 has no such location"
    scaled = _in_wire_unit(sample)
    if isinstance(scaled, str):
        return scaled
    value, unit = scaled
    said = wire.SampledValue(
        value=plain_text(value),
        context=None if sample.context is None else CONTEXT_TO_WIRE[sample.context],
        measurand=measurand,
        phase=None if sample.phase is None else PHASE_TO_WIRE[sample.phase],
        location=None if sample.location is None else LOCATION_TO_WIRE[sample.location],
        unit=unit,
    )
    if sample.signed_meter_value is None:
        return [said]
    signed = replace(
        said, value=_signed_text(sample.signed_meter_value), format=wire.ValueFormat.SIGNED_DATA, unit=None
    )
    is_filler = not sample.value or unwrapped(sample).get(_FILLER) is True
    return [signed] if is_filler else [said, signed]


def _stand_in(measurand: house.Measurand, plain: set[house.Measurand | None]) -> wire.Measurand | None:
    said = MEASURAND_STAND_INS.get(measurand)
    return None if said is None or MEASURAND_TO_HOUSE[said] in plain else said


def _in_wire_unit(sample: house.SampledValue) -> tuple[Decimal, wire.UnitOfMeasure | None] | str:
    measure = sample.unit_of_measure
    value = sample.value
    if measure is not None and measure.multiplier:
        if abs(measure.multiplier) > _LARGEST_MULTIPLIER:
            return "a multiplier out of reason"
        value = value.scaleb(measure.multiplier)
    unit = None if measure is None else measure.unit
    if unit is None:
        is_energy = (sample.measurand or REGISTER).value.startswith("Energy.")
        return value, wire.UnitOfMeasure.WH if is_energy else None
    if unit == "Hz":
        # StopTransaction does not allow Hertz.
        return value, None
    if unit == "mHz":
        return value.scaleb(-3), None
    said = UNIT_TO_WIRE.get(unit)
    return (value, said) if said is not None else "1.6 has no such unit"


# --- registers ----------------------------------------------------------------------------------------------------

#: The power of ten that a unit of energy stands for.
_ENERGY_POWERS: Final = {"Wh": 0, "kWh": 3, None: 0}


def register_of(meter_values: Iterable[house.MeterValue], *contexts: house.ReadingContext) -> Decimal | None:
    """The imported energy register in Wh: of the first of these contexts that is there, else the last one."""
    latest: Decimal | None = None
    by_context: dict[house.ReadingContext | None, Decimal] = {}
    for meter_value in meter_values:
        for sample in meter_value.sampled_value:
            measurand = sample.measurand
            if measurand is not REGISTER and measurand is not None:
                continue
            value = register_in(sample)
            if value is not None:
                latest = value
                by_context[sample.context] = value
    if not contexts:
        return latest
    return next((by_context[context] for context in contexts if context in by_context), latest)


def by_time(meter_values: Iterable[house.MeterValue] | None) -> list[house.MeterValue]:
    """Meter values in the order of their times, in which no station has to list them."""
    return sorted(meter_values or (), key=attrgetter("timestamp"))


def begins_at_zero(meter_values: Iterable[house.MeterValue]) -> bool:
    """Whether the one register of the begin is signed and 0: a 2.x station has read it, it is no filler (5.6.2)."""
    begin = [
        sample
        for meter_value in meter_values
        for sample in meter_value.sampled_value
        if sample.context is house.ReadingContext.TRANSACTION_BEGIN and sample.measurand in {None, REGISTER}
    ]
    if any(register_in(sample) is not None for sample in begin):
        return False
    return any(
        sample.signed_meter_value is not None
        and not sample.value
        and sample.phase is None
        and sample.location in {None, _OUTLET}
        for sample in begin
    )


def register_in(sample: house.SampledValue) -> Decimal | None:
    """The Wh of a sample of the register, unless it is of one phase, of another place, or signed data alone."""
    location = sample.location
    if sample.phase is not None or (location is not None and location is not _OUTLET):
        return None
    if sample.signed_meter_value is not None and not sample.value:
        return None
    measure = sample.unit_of_measure
    power = _ENERGY_POWERS.get(None if measure is None else measure.unit)
    multiplier = 0 if measure is None else measure.multiplier or 0
    if power is None or abs(multiplier) > _LARGEST_MULTIPLIER:
        return None
    power += multiplier
    value = Decimal(sample.value)  # a message that was not read from the wire may hold an int
    return value.scaleb(power) if power else value


def whole(watt_hours: Decimal) -> int:
    """Wh as 1.6 counts them."""
    return int(watt_hours.to_integral_value(ROUND_HALF_UP))
