from __future__ import annotations

import msgspec
import pytest

from pluglot.csms.facts import VariablesReported
from pluglot.messages import (
    EVSE,
    AttributeType,
    Component,
    GetVariableData,
    GetVariableResult,
    GetVariablesRequest,
    GetVariablesResponse,
    GetVariableStatus,
    Mutability,
    NotifyReportRequest,
    ReportData,
    SetVariableData,
    SetVariableResult,
    SetVariablesRequest,
    SetVariablesResponse,
    SetVariableStatus,
    Variable,
    VariableAttribute,
    VariableCharacteristics,
    VariableDataType,
)
from tests.csms.house import NOON, House

INTERVAL = (Component(name="OCPPCommCtrlr"), Variable(name="HeartbeatInterval"))
CURRENT = (
    Component(name="Connector", evse=EVSE(id=2, connector_id=1), instance="a"),
    Variable(name="Limit", instance="b"),
)
PASSWORD = (Component(name="SecurityCtrlr"), Variable(name="BasicAuthPassword"))


@pytest.mark.requirement("TC_B_12", "TC_B_13")
async def test_each_part_of_a_report_is_kept(house: House) -> None:
    """All attributes with component, EVSE, instances, type and mutability; an empty part leaves nothing."""
    attributes = (
        VariableAttribute(value="32"),
        VariableAttribute(type=AttributeType.MAX_SET, value="63", mutability=Mutability.READ_ONLY),
    )
    characteristics = VariableCharacteristics(data_type=VariableDataType.INTEGER, supports_monitoring=False)
    data = ReportData(
        component=CURRENT[0],
        variable=CURRENT[1],
        variable_attribute=attributes,
        variable_characteristics=characteristics,
    )
    decision = await house.decide(
        NotifyReportRequest(request_id=1, generated_at=NOON, seq_no=3, tbc=True, report_data=(data,))
    )
    (fact,) = decision.facts
    actual, maximum = fact.variables
    assert (actual.component, actual.component_instance, actual.evse_id, actual.connector_id) == (
        "Connector",
        "a",
        2,
        1,
    )
    assert (actual.variable, actual.variable_instance, actual.attribute, actual.value) == ("Limit", "b", "Actual", "32")
    assert (maximum.attribute, maximum.value, maximum.mutability, maximum.data_type) == (
        "MaxSet",
        "63",
        "ReadOnly",
        "integer",
    )
    assert (await house.decide(NotifyReportRequest(request_id=1, generated_at=NOON, seq_no=4))).facts == ()


def got(part: tuple[Component, Variable], status: str, value: str | None = None) -> GetVariableResult:
    return GetVariableResult(
        component=part[0], variable=part[1], attribute_status=GetVariableStatus(status), attribute_value=value
    )


@pytest.mark.requirement("TC_B_06", "TC_B_07")
def test_what_get_variables_told_is_learnt(house: House) -> None:
    """Accepted results are values; refused ones are nothing."""
    request = GetVariablesRequest(get_variable_data=(GetVariableData(component=INTERVAL[0], variable=INTERVAL[1]),))
    results = (got(INTERVAL, "Accepted", "60"), got(CURRENT, "UnknownVariable"))
    (fact,) = house.csms.learn("CS1", request, GetVariablesResponse(get_variable_result=results), NOON)
    assert isinstance(fact, VariablesReported)
    assert [(each.variable, each.value, each.reported_at) for each in fact.variables] == [
        ("HeartbeatInterval", "60", NOON)
    ]
    refused = GetVariablesResponse(get_variable_result=(got(CURRENT, "Rejected"),))
    assert house.csms.learn("CS1", request, refused, NOON) == ()


@pytest.mark.requirement("TC_B_09", "TC_B_10")
def test_what_set_variables_changed_is_learnt(house: House) -> None:
    """Accepted writes are values from now on; refused ones, and those that wait for a reboot, are not."""
    parts = (INTERVAL, CURRENT, PASSWORD)
    request = SetVariablesRequest(
        set_variable_data=tuple(
            SetVariableData(component=component, variable=variable, attribute_value="secret99")
            for component, variable in parts
        )
    )
    statuses = (SetVariableStatus.ACCEPTED, SetVariableStatus.REBOOT_REQUIRED, SetVariableStatus.ACCEPTED)
    response = SetVariablesResponse(
        set_variable_result=tuple(
            SetVariableResult(
                component=component, variable=variable, attribute_status=status, attribute_type=AttributeType.ACTUAL
            )
            for (component, variable), status in zip(parts, statuses, strict=True)
        )
    )
    (fact,) = house.csms.learn("CS1", request, response, NOON)
    assert [(each.variable, each.value) for each in fact.variables] == [
        ("HeartbeatInterval", "secret99"),
        ("BasicAuthPassword", None),
    ]


async def test_secrets_are_not_kept_from_reports_either(house: House) -> None:
    """A station that reports its password against the rules does not get it into our tables."""
    data = ReportData(
        component=PASSWORD[0], variable=PASSWORD[1], variable_attribute=(VariableAttribute(value="hunter2"),)
    )
    decision = await house.decide(NotifyReportRequest(request_id=1, generated_at=NOON, seq_no=0, report_data=(data,)))
    assert b"hunter2" not in msgspec.json.encode(decision.facts)
