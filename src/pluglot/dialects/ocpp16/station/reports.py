"""Reports about a 1.6 station, made from its configuration keys (mapping 6.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import per_evse, wire
from pluglot.dialects.ocpp16.emulated import EMULATED
from pluglot.dialects.ocpp16.enums import CONNECTOR_STATUS_TO_HOUSE, FAULT_PLACES
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
    value_to_house,
)
from pluglot.dialects.ocpp16.numbering import MOST_CONNECTORS
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.variables import MOST_KEYS

_PER_MESSAGE: Final = 20
_SUMMARY: Final = frozenset({"AvailabilityState", "Available", "Problem", "Tripped"})
_LONGEST_NAME: Final = 50
_String = house.VariableDataType.STRING


# --- reading the keys ---------------------------------------------------------------------------------------------


def read_configuration(half: StationContext, now: datetime) -> Translation:
    """Ask the station for all its keys and remember them; returns a refusal when it does not answer."""
    answer = yield AskPeer(wire.GetConfigurationRequest())
    if isinstance(answer, Refusal):
        return answer
    entries = (answer.configuration_key or ())[:MOST_KEYS]
    half.configuration = {entry.key.casefold(): entry for entry in entries}
    half.configuration_read_at = now
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
    data = [entry for entry in _all(half, now) if _matches(entry, request)]
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


def _matches(entry: house.ReportData, request: house.GetReportRequest) -> bool:
    criteria = request.component_criteria
    if criteria is not None and not any(_meets(entry, criterion) for criterion in criteria):
        return False
    wanted = request.component_variable
    return wanted is None or any(_is_meant(entry, one) for one in wanted)


def _meets(entry: house.ReportData, criterion: house.ComponentCriterion) -> bool:
    """A component is meant when the variable is true or, except for problems, when it is not there at all."""
    if entry.variable.name == criterion.value:
        return entry.variable_attribute[0].value == "true"
    return criterion is not house.ComponentCriterion.PROBLEM


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
    yield from _emulated(half, now)
    yield from _topology(half)
    yield from _station(half)
    yield from _problems(half)


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
        yield _data(name, entry.value, evse=house.EVSE(id=number), mutability=house.Mutability.READ_ONLY)
    elif entry.key.casefold() == per_evse.ROTATION.casefold():
        for connector, rotation in per_evse.rotations(entry.value or "").items():
            evse = None if connector == 0 else house.EVSE(id=half.numbering.place(connector)[0])
            name = ("ChargingStation" if evse is None else "EVSE", "PhaseRotation", None)
            yield _data(name, per_evse.rotation_to_house(rotation), evse=evse, mutability=mutability)


def _of_key(half: StationContext, key: Key, place: Place, entry: wire.KeyValue) -> house.ReportData:
    mutability = house.Mutability.READ_ONLY if entry.readonly else house.Mutability.READ_WRITE
    value: str | None = value_to_house(key.transform, entry.value or "")
    if key.access is Access.WRITE:
        mutability, value = house.Mutability.WRITE_ONLY, None
    limits = {
        other.places[0].characteristic: half.number_setting(other.name, 0)
        for other in KEYS
        if other.places[0].characteristic is not None
        and other.places[0][:3] == place[:3]
        and other.name.casefold() in half.configuration
    }
    return _data(
        (place.component, place.variable, place.instance),
        value,
        mutability=mutability,
        data_type=data_type(key) if place.component != LEGACY else _String,
        unit=key.unit,
        max_elements=limits.get("max_elements") or None,
        max_limit=limits.get("max_limit"),
    )


def _emulated(half: StationContext, now: datetime) -> Iterator[house.ReportData]:
    for name, value in EMULATED.items():
        key = BY_PLACE.get(name)
        if key is not None and key.name.casefold() in half.configuration:
            continue
        yield _data(name, value(half, now))


def _topology(half: StationContext) -> Iterator[house.ReportData]:
    boolean = house.VariableDataType.BOOLEAN
    yield _data(("ChargingStation", "Available", None), "true", data_type=boolean)
    yield from _state(half, 0, "ChargingStation", None)
    yield _data(("ChargingStation", "SupplyPhases", None), "3", data_type=house.VariableDataType.INTEGER)
    for evse_id in dict.fromkeys(half.numbering.place(connector)[0] for connector in half.numbering.known):
        evse = house.EVSE(id=evse_id)
        yield _data(("EVSE", "Available", None), "true", evse=evse, data_type=boolean)
        yield from _state(half, half.numbering.connectors_of(evse_id)[0], "EVSE", evse)
    for connector in half.numbering.known:
        evse = half.numbering.evse(connector)
        yield _data(("Connector", "Available", None), "true", evse=evse, data_type=boolean)
        yield from _state(half, connector, "Connector", evse)
        yield _data(("Connector", "ConnectorType", None), "Unknown", evse=evse)


def _state(half: StationContext, connector: int, component: str, evse: house.EVSE | None) -> Iterator[house.ReportData]:
    note = half.memory.statuses.get(connector)
    if note is not None:
        value = CONNECTOR_STATUS_TO_HOUSE[note.status].value
        option = house.VariableDataType.OPTION_LIST
        yield _data((component, "AvailabilityState", None), value, evse=evse, data_type=option)


def _station(half: StationContext) -> Iterator[house.ReportData]:
    boot = half.memory.boot
    if boot is None:
        return
    for component, variable, value in (
        ("ChargingStation", "VendorName", boot.charge_point_vendor),
        ("ChargingStation", "Model", boot.charge_point_model),
        ("ChargingStation", "SerialNumber", boot.charge_point_serial_number or boot.charge_box_serial_number),
        ("ChargingStation", "FirmwareVersion", boot.firmware_version),
        ("FiscalMetering", "Model", boot.meter_type),
        ("FiscalMetering", "SerialNumber", boot.meter_serial_number),
    ):
        if value is not None:
            yield _data((component, variable, None), value)


def _problems(half: StationContext) -> Iterator[house.ReportData]:
    for connector, note in half.memory.statuses.items():
        place = FAULT_PLACES.get(note.error_code)
        if place is not None:
            evse = half.numbering.evse(connector) if connector > 0 else None
            name = "ChargingStation" if place.component == "EVSE" and evse is None else place.component
            boolean = house.VariableDataType.BOOLEAN
            yield _data((name, place.variable, None), "true", evse=evse, data_type=boolean)


def _data(
    name: tuple[str, str, str | None],
    value: str | None,
    *,
    evse: house.EVSE | None = None,
    mutability: house.Mutability = house.Mutability.READ_ONLY,
    data_type: house.VariableDataType = _String,
    unit: str | None = None,
    max_elements: int | None = None,
    max_limit: int | None = None,
) -> house.ReportData:
    component, variable, instance = name
    return house.ReportData(
        component=house.Component(name=component, evse=evse),
        variable=house.Variable(name=variable, instance=instance),
        variable_attribute=(
            house.VariableAttribute(type=house.AttributeType.ACTUAL, value=value, mutability=mutability),
        ),
        variable_characteristics=house.VariableCharacteristics(
            data_type=data_type,
            supports_monitoring=False,
            unit=unit,
            max_elements=max_elements,
            max_limit=None if max_limit is None else Decimal(max_limit),
        ),
    )
