"""Readings of 1.5, whose meaning stands in attributes, as readings of 1.6 and back (mapping 12.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp15 import wire as older
from pluglot.dialects.ocpp15.enums import (
    CONTEXT_DOWN,
    CONTEXT_UP,
    LOCATION_DOWN,
    LOCATION_UP,
    MEASURAND_DOWN,
    MEASURAND_UP,
    UNIT_DOWN,
    UNIT_UP,
)
from pluglot.dialects.ocpp16 import wire as newer

#: What is measured as a whole: without its phase, a part would pass for the whole.
_SUMS: Final = ("Energy.", "Power.")
_TABLES_DOWN: Final = (("measurand", MEASURAND_DOWN), ("unit", UNIT_DOWN), ("location", LOCATION_DOWN))


def values_up(values: Iterable[older.MeterValue]) -> tuple[newer.TransactionData, ...]:
    """Readings as 1.6 says them; what 1.5 leaves out means the same in 1.6."""
    return tuple(
        newer.TransactionData(
            timestamp=moment.timestamp, sampled_value=tuple(_sample_up(value) for value in moment.value)
        )
        for moment in values
    )


def _sample_up(value: older.Value) -> newer.SampledValue:
    return newer.SampledValue(
        value=value.value,
        context=None if value.context is None else CONTEXT_UP[value.context],
        format=value.format,
        measurand=None if value.measurand is None else MEASURAND_UP[value.measurand],
        location=None if value.location is None else LOCATION_UP[value.location],
        unit=None if value.unit is None else UNIT_UP[value.unit],
    )


def values_down(
    moments: Iterable[newer.TransactionData], action: str, name: str
) -> tuple[tuple[older.MeterValue, ...], list[Loss]]:
    """Readings as 1.5 says them, with what it cannot say; moments without any reading left are left out."""
    losses: list[Loss] = []
    said: list[older.MeterValue] = []
    for index, moment in enumerate(moments):
        place = f"{name}[{index}].sampledValue"
        values = tuple(
            value
            for position, sample in enumerate(moment.sampled_value)
            if (value := _sample_down(sample, action, f"{place}[{position}]", losses)) is not None
        )
        if values:
            said.append(older.MeterValue(timestamp=moment.timestamp, value=values))
    return tuple(said), losses


def _sample_down(sample: newer.SampledValue, action: str, place: str, losses: list[Loss]) -> older.Value | None:
    said: dict[str, Any] = {}
    for field, table in _TABLES_DOWN:
        value = getattr(sample, field)
        if value is None:
            continue
        if value not in table:
            losses.append(Loss(action, place, msgspec.to_builtins(sample), f"1.5 has no {field} {value.value}"))
            return None
        said[field] = table[value]
    if sample.phase is not None:
        measurand = (sample.measurand or newer.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER).value
        if measurand.startswith(_SUMS):
            losses.append(Loss(action, place, msgspec.to_builtins(sample), "1.5 cannot say that this is of one phase"))
            return None
        losses.append(Loss(action, f"{place}.phase", sample.phase.value, "1.5 has no phases"))
    if sample.context is not None:
        said["context"] = CONTEXT_DOWN[sample.context]
        if said["context"].value != sample.context.value:
            losses.append(Loss(action, f"{place}.context", sample.context.value, "said as Sample.Periodic"))
    return older.Value(value=sample.value, format=sample.format, **said)
