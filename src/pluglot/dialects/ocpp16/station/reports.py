"""Reports about a 1.6 station, made from its configuration keys (mapping 6.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import per_evse, wire
from pluglot.dialects.ocpp16.emulated import EMULATED
from pluglot.dialects.ocpp16.keys import (
    BY_NAME,
    BY_PLACE,
    KEYS,
    LEGACY,
    Access,
    Key,
    Place,
    Transform,
    data_type,
    folded,
    value_to_house,
)
from pluglot.dialects.ocpp16.numbering import MOST_CONNECTORS
from pluglot.dialects.ocpp16.station import topology
from pluglot.dialects.ocpp16.station.context import CONFIGURATION_AGE, StationContext
from pluglot.dialects.ocpp16.station.topology import report_data
from pluglot.dialects.ocpp16.station.variables import MOST_KEYS

_PER_MESSAGE: Final = 20
_SUMMARY: Final = frozenset({"AvailabilityState", "Available", "Problem", "Tripped"})
_LONGEST_NAME: Final = 50
_String = house.VariableDataType.STRING
#: A component, and the name of a variable that criteria ask for.
_Flag = tuple[tuple[Any, ...], str]


# --- reading the keys ---------------------------------------------------------------------------------------------


def read_configuration(half: StationContext, now: datetime) -> Translation:
    """Ask the station for all its keys and remember them; returns a refusal when it does not answer."""
    half.configuration_due = now + CONFIGURATION_AGE
    answer = yield AskPeer(wire.GetConfigurationRequest())
    if isinstance(answer, Refusal):
        return answer
    entries = (answer.configuration_key or ())[:MOST_KEYS]
    half.configuration = {folded(entry.key): entry for entry in entries}
    half.keep_configuration()
    count = half.number_setting("NumberOfConnectors", 0)
    for connector in range(1, min(count, MOST_CONNECTORS) + 1):
        half.heard_of(connector)
    return None


def refresh_configuration(half: StationContext, now: datetime) -> Translation:
    """Read the keys after a boot; a failure only leaves the cache as it is."""
    refused = yield from read_configuration(half, now)
    if isinstance(refused, Refusal):
        yield Lost((Loss("GetConfiguration", "", refused.code, "the station did not tell its configuration"),))


# --- the requests -------------------------------------------------------------------------------------------------


def get_base_report(half: StationContext, request: house.GetBaseReportRequest, now: datetime) -> Translation:
    """Answer at once, then read the keys and report."""
    yield Answered(house.GetBaseReportResponse(status=house.GenericDeviceModelStatus.ACCEPTED))
    yield from refresh_configuration(half, now)
    data = [entry for entry in _all(half, now) if _is_in_base(entry, request.report_base)]
    yield from _notify(request.request_id, data, now)


def get_report(half: StationContext, request: house.GetReportRequest, now: datetime) -> Translation:
    """Read the keys, or go by what is known of them, and report what matches; the answer says whether anything does."""
    refused = yield from read_configuration(half, now)
    everything = list(_all(half, now))
    flags = _flags(everything)
    data = [entry for entry in everything if _matches(entry, request, flags)]
    if not data:
        status = house.GenericDeviceModelStatus.EMPTY_RESULT_SET
        if isinstance(refused, Refusal):
            status = house.GenericDeviceModelStatus.REJECTED
        return house.GetReportResponse(status=status)
    yield Answered(house.GetReportResponse(status=house.GenericDeviceModelStatus.ACCEPTED))
    yield from _notify(request.request_id, data, now)
    return None


def _notify(request_id: int, data: list[house.ReportData], now: datetime) -> Translation:
    parts = [tuple(data[start : start + _PER_MESSAGE]) for start in range(0, len(data), _PER_MESSAGE)] or [()]
    for number, part in enumerate(parts):
        yield AskHouse(
            house.NotifyReportRequest(
                request_id=request_id,
                generated_at=now,
                seq_no=number,
                tbc=number < len(parts) - 1,
                report_data=part or None,
            )
        )


def _is_in_base(entry: house.ReportData, base: house.ReportBase) -> bool:
    match base:
        case house.ReportBase.CONFIGURATION_INVENTORY:
            return entry.variable_attribute[0].mutability is not house.Mutability.READ_ONLY
        case house.ReportBase.SUMMARY_INVENTORY:
            return entry.variable.name in _SUMMARY
        case _:
            return True


def _matches(entry: house.ReportData, request: house.GetReportRequest, flags: Mapping[_Flag, str | None]) -> bool:
    criteria = request.component_criteria
    if criteria is not None and not any(_meets(entry, criterion, flags) for criterion in criteria):
        return False
    wanted = request.component_variable
    return wanted is None or any(_is_meant(entry, one) for one in wanted)


def _flags(data: Iterable[house.ReportData]) -> dict[_Flag, str | None]:
    """What components say by the variables that criteria ask for."""
    names = {criterion.value for criterion in house.ComponentCriterion}
    return {
        (_component_of(entry), entry.variable.name): entry.variable_attribute[0].value
        for entry in data
        if entry.variable.name in names
    }


def _meets(entry: house.ReportData, criterion: house.ComponentCriterion, flags: Mapping[_Flag, str | None]) -> bool:
    """A component is meant when its variable of that name is true or, except for problems, when it has none."""
    name = _component_of(entry), criterion.value
    if name in flags:
        return flags[name] == "true"
    return criterion is not house.ComponentCriterion.PROBLEM


def _component_of(entry: house.ReportData) -> tuple[Any, ...]:
    component, evse = entry.component, entry.component.evse
    where = None if evse is None else (evse.id, evse.connector_id)
    return component.name, component.instance, where


def _is_meant(entry: house.ReportData, wanted: house.ComponentVariable) -> bool:
    component, variable = wanted.component, wanted.variable
    return (
        component.name.casefold() == entry.component.name.casefold()
        and component.instance in {None, entry.component.instance}
        and (component.evse is None or component.evse == entry.component.evse)
        and (variable is None or variable.name.casefold() == entry.variable.name.casefold())
        and (variable is None or variable.instance in {None, entry.variable.instance})
    )


# --- what there is to report --------------------------------------------------------------------------------------


def _all(half: StationContext, now: datetime) -> Iterator[house.ReportData]:
    yield from _keys(half)
    yield from _limited(half)
    yield from _emulated(half, now)
    yield from topology.described(half)


def _keys(half: StationContext) -> Iterator[house.ReportData]:
    for entry in half.configuration.values():
        if len(entry.key) > _LONGEST_NAME:
            continue
        if spread := tuple(_per_evse(half, entry)):
            yield from spread
            continue
        key = BY_NAME.get(entry.key.casefold())
        if key is None or key.transform is Transform.DERIVED:
            key = Key(entry.key, Access.READ_WRITE, Transform.TEXT, (Place(LEGACY, entry.key),))
        for place in key.places:
            if place.characteristic is None:
                yield _of_key(half, key, place, entry)


def _per_evse(half: StationContext, entry: wire.KeyValue) -> Iterator[house.ReportData]:
    """A key that stands for a variable of several EVSEs, or of one (8.4, row 69)."""
    mutability = house.Mutability.READ_ONLY if entry.readonly else house.Mutability.READ_WRITE
    if (number := per_evse.meter_key_number(entry.key)) is not None:
        name = ("FiscalMetering", "PublicKey", None)
        yield report_data(name, entry.value, evse=house.EVSE(id=number), mutability=house.Mutability.READ_ONLY)
    elif entry.key.casefold() == per_evse.ROTATION.casefold():
        for connector, rotation in per_evse.rotations(entry.value or "").items():
            evse = None if connector == 0 else house.EVSE(id=half.numbering.place(connector)[0])
            name = ("ChargingStation" if evse is None else "EVSE", "PhaseRotation", None)
            yield report_data(name, per_evse.rotation_to_house(rotation), evse=evse, mutability=mutability)


def _of_key(half: StationContext, key: Key, place: Place, entry: wire.KeyValue) -> house.ReportData:
    mutability = house.Mutability.READ_ONLY if entry.readonly else house.Mutability.READ_WRITE
    value: str | None = value_to_house(key.transform, entry.value or "")
    if key.access is Access.WRITE:
        mutability, value = house.Mutability.WRITE_ONLY, None
    return report_data(
        place[:3],
        value,
        mutability=mutability,
        data_type=data_type(key) if place.component != LEGACY else _String,
        unit=key.unit,
        **_limits(half, place[:3]),
    )


def _limits(half: StationContext, name: tuple[str, str, str | None]) -> dict[str, Any]:
    """The characteristics of a variable that have keys of their own."""
    found: dict[str, Any] = {}
    for key in KEYS:
        place = key.places[0]
        if place.characteristic is None or place[:3] != name or key.name.casefold() not in half.configuration:
            continue
        if place.characteristic == "values_list":
            found["values"] = value_to_house(key.transform, half.setting(key.name) or "").split(",")
        elif number := half.number_setting(key.name, 0):
            found[place.characteristic] = number
    return found


def _limited(half: StationContext) -> Iterator[house.ReportData]:
    """Variables of which a 1.6 station tells only a limit: their value is not known (rows 39, 46, 50, 67)."""
    integer = house.VariableDataType.INTEGER
    for key in KEYS:
        name = key.places[0][:3]
        valued = (own := BY_PLACE.get(name)) is not None and own.name.casefold() in half.configuration
        if key.places[0].characteristic is not None and name not in EMULATED and not valued:
            limits = _limits(half, name)
            if limits:
                yield report_data(name, None, data_type=_String if "values" in limits else integer, **limits)


def _emulated(half: StationContext, now: datetime) -> Iterator[house.ReportData]:
    for name, value in EMULATED.items():
        key = BY_PLACE.get(name)
        if key is not None and key.name.casefold() in half.configuration:
            continue
        yield report_data(name, value(half, now), **_limits(half, name))
