"""What stations tell about their variables: reports, and the answers to GetVariables and SetVariables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pluglot.csms.decision import Context, Decision
from pluglot.csms.facts import Fact, VariablesReported
from pluglot.csms.records import VariableRecord
from pluglot.csms.secrecy import SECRET_VARIABLES
from pluglot.messages import (
    AttributeType,
    Component,
    GetVariablesRequest,
    GetVariablesResponse,
    GetVariableStatus,
    Mutability,
    NotifyReportRequest,
    NotifyReportResponse,
    ReportData,
    SetVariablesRequest,
    SetVariablesResponse,
    SetVariableStatus,
    Variable,
)


async def notify_report(context: Context, request: NotifyReportRequest) -> Decision:
    """Keep one part of a report (B07, B08); every part stands for itself, so none is lost when another is."""
    reported = tuple(record for data in request.report_data or () for record in _of_report(data, context.now))
    return Decision(NotifyReportResponse(), _told(context.station_id, reported, context.now))


def learn_from_get(
    station_id: str, request: GetVariablesRequest, response: GetVariablesResponse, now: datetime
) -> tuple[Fact, ...]:
    """Values that a station told when asked (B06)."""
    del request  # the results name their variables
    reported = tuple(
        record_of(result.component, result.variable, result.attribute_type, result.attribute_value, now)
        for result in response.get_variable_result
        if result.attribute_status is GetVariableStatus.ACCEPTED
    )
    return _told(station_id, reported, now)


def learn_from_set(
    station_id: str, request: SetVariablesRequest, response: SetVariablesResponse, now: datetime
) -> tuple[Fact, ...]:
    """Values that a station took over (B05); those that wait for a reboot are not in force and not told."""
    wanted = {
        (data.component, data.variable, data.attribute_type or AttributeType.ACTUAL): data.attribute_value
        for data in request.set_variable_data
    }
    reported = []
    for result in response.set_variable_result:
        key = (result.component, result.variable, result.attribute_type or AttributeType.ACTUAL)
        if result.attribute_status is SetVariableStatus.ACCEPTED and key in wanted:
            reported.append(record_of(result.component, result.variable, result.attribute_type, wanted[key], now))
    return _told(station_id, tuple(reported), now)


def record_of(
    component: Component,
    variable: Variable,
    attribute: AttributeType | None,
    value: str | None,
    now: datetime,
    *,
    mutability: Mutability | None = None,
    data_type: str | None = None,
) -> VariableRecord:
    """One attribute as it is kept; the value of a secret is left out."""
    evse = component.evse
    secret = variable.name.lower() in SECRET_VARIABLES
    return VariableRecord(
        component=component.name,
        component_instance=component.instance,
        evse_id=evse.id if evse else None,
        connector_id=evse.connector_id if evse else None,
        variable=variable.name,
        variable_instance=variable.instance,
        attribute=(attribute or AttributeType.ACTUAL).value,
        value=None if secret else value,
        mutability=mutability.value if mutability else None,
        data_type=data_type,
        reported_at=now,
    )


def _of_report(data: ReportData, now: datetime) -> Iterable[VariableRecord]:
    characteristics = data.variable_characteristics
    for attribute in data.variable_attribute:
        yield record_of(
            data.component,
            data.variable,
            attribute.type,
            attribute.value,
            now,
            mutability=attribute.mutability,
            data_type=characteristics.data_type.value if characteristics else None,
        )


def _told(station_id: str, variables: tuple[VariableRecord, ...], now: datetime) -> tuple[Fact, ...]:
    return (VariablesReported(at=now, station_id=station_id, variables=variables),) if variables else ()
