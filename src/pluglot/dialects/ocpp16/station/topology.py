"""What a 1.6 station is made of, and what it said of itself, as variables of the house (mapping 6.7, 8.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from pluglot import messages as house
from pluglot.dialects.ocpp16.enums import CONNECTOR_STATUS_TO_HOUSE, FAULT_PLACES
from pluglot.dialects.ocpp16.station.context import StationContext

_String = house.VariableDataType.STRING
COMPONENTS: Final = frozenset({"ChargingStation", "EVSE", "Connector", "FiscalMetering"})


def described(half: StationContext) -> Iterator[house.ReportData]:
    """Everything known of the station beside its configuration keys."""
    yield from _topology(half)
    yield from _station(half)
    yield from _problems(half)


def value_of(half: StationContext, component: house.Component, variable: house.Variable) -> str | None:
    """The value of one of these variables, or None."""
    if component.name not in COMPONENTS or component.instance is not None or variable.instance is not None:
        return None
    for data in described(half):
        if (data.component.name, data.component.evse, data.variable.name) == (
            component.name,
            component.evse,
            variable.name,
        ):
            return data.variable_attribute[0].value
    return None


def _topology(half: StationContext) -> Iterator[house.ReportData]:
    boolean = house.VariableDataType.BOOLEAN
    yield report_data(("ChargingStation", "Available", None), "true", data_type=boolean)
    yield from _state(half, 0, "ChargingStation", None)
    yield report_data(("ChargingStation", "SupplyPhases", None), "3", data_type=house.VariableDataType.INTEGER)
    for evse_id in dict.fromkeys(half.numbering.place(connector)[0] for connector in half.numbering.known):
        evse = house.EVSE(id=evse_id)
        yield report_data(("EVSE", "Available", None), "true", evse=evse, data_type=boolean)
        yield from _state(half, half.numbering.connectors_of(evse_id)[0], "EVSE", evse)
    for connector in half.numbering.known:
        evse = half.numbering.evse(connector)
        yield report_data(("Connector", "Available", None), "true", evse=evse, data_type=boolean)
        yield from _state(half, connector, "Connector", evse)
        kind = half.policy.connector_types.get(connector, "Unknown")
        yield report_data(("Connector", "ConnectorType", None), kind, evse=evse)


def _state(half: StationContext, connector: int, component: str, evse: house.EVSE | None) -> Iterator[house.ReportData]:
    note = half.memory.statuses.get(connector)
    if note is not None:
        value = CONNECTOR_STATUS_TO_HOUSE[note.status].value
        option = house.VariableDataType.OPTION_LIST
        yield report_data((component, "AvailabilityState", None), value, evse=evse, data_type=option)


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
            yield report_data((component, variable, None), value)


def _problems(half: StationContext) -> Iterator[house.ReportData]:
    for connector, note in half.memory.statuses.items():
        place = FAULT_PLACES.get(note.error_code)
        if place is not None:
            evse = half.numbering.evse(connector) if connector > 0 else None
            name = "ChargingStation" if place.component == "EVSE" and evse is None else place.component
            boolean = house.VariableDataType.BOOLEAN
            yield report_data((name, place.variable, None), "true", evse=evse, data_type=boolean)


def report_data(  # noqa: PLR0913 - a row of a report has as many columns
    name: tuple[str, str, str | None],
    value: str | None,
    *,
    evse: house.EVSE | None = None,
    mutability: house.Mutability = house.Mutability.READ_ONLY,
    data_type: house.VariableDataType = _String,
    unit: str | None = None,
    max_elements: int | None = None,
    max_limit: int | None = None,
    values: Sequence[str] = (),
) -> house.ReportData:
    """One variable as a report writes it; nothing of it can be set here unless it says so."""
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
            values_list=",".join(values) or None,
        ),
    )
