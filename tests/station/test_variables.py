"""Variables: statuses for every kind of question and wish, and the reports."""

from typing import Any

import pytest

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    EVSE,
    AttributeType,
    Component,
    ComponentCriterion,
    ComponentVariable,
    GetBaseReportRequest,
    GetReportRequest,
    GetVariableData,
    GetVariablesRequest,
    ReportBase,
    SetVariableData,
    SetVariablesRequest,
    Variable,
)
from pluglot.station import InvalidSetting, PasswordChanged, SettingChanged, SettingQuestioned, StationSettings
from tests.station.bench import Bench, MakeBench

SETS = [
    ("TxCtrlr", "EVConnectionTimeOut", "30", "Accepted"),
    ("txctrlr", "evconnectiontimeout", "30", "Accepted"),
    ("TxCtrlr", "EVConnectionTimeOut", "0", "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "-1", "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "86401", "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "30.5", "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "½", "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "9" * 2000, "Rejected"),
    ("TxCtrlr", "EVConnectionTimeOut", "", "Rejected"),
    ("TxCtrlr", "StopTxOnInvalidId", "true", "Accepted"),
    ("TxCtrlr", "StopTxOnInvalidId", "maybe", "Rejected"),
    ("TxCtrlr", "TxStartPoint", "Authorized, EVConnected", "Accepted"),
    ("TxCtrlr", "TxStartPoint", "", "Rejected"),
    ("TxCtrlr", "TxStartPoint", "Authorized,Authorized", "Rejected"),
    ("TxCtrlr", "TxStartPoint", "Anything", "Rejected"),
    ("SampledDataCtrlr", "TxUpdatedMeasurands", "SoC,Voltage", "Accepted"),
    ("SampledDataCtrlr", "TxUpdatedMeasurands", "", "Accepted"),
    ("SampledDataCtrlr", "TxUpdatedMeasurands", "Magic", "Rejected"),
    ("SecurityCtrlr", "OrganizationName", "Acme", "Accepted"),
    ("SecurityCtrlr", "SecurityProfile", "3", "Rejected"),
    ("ClockCtrlr", "DateTime", "2026-01-01T00:00:00Z", "Rejected"),
    ("NoCtrlr", "Interval", "1", "UnknownComponent"),
    ("TxCtrlr", "NoVariable", "1", "UnknownVariable"),
    ("OCPPCommCtrlr", "MessageTimeout", "1", "UnknownVariable"),
]


@pytest.mark.requirement("B05.FR.04", "B05.FR.05", "B05.FR.07", "B05.FR.08", "B05.FR.09", "B05.FR.10", "TC_B_11")
@pytest.mark.parametrize(("component", "variable", "value", "status"), SETS)
def test_a_wish_gets_the_status_it_deserves(
    bench: MakeBench, component: Any, variable: Any, value: Any, status: Any
) -> None:
    """Known, writable and fitting values are taken; everything else says why not."""
    station = bench()
    assert station.set(component, variable, value).attribute_status == status


@pytest.mark.requirement("B05.FR.01", "B05.FR.02", "B05.FR.03", "B05.FR.06", "B05.FR.12", "TC_B_37")
def test_every_wish_has_its_result(bench: MakeBench) -> None:
    """As many results as wishes, in order, with the attribute type asked for or Actual."""
    station = bench()
    wishes = [
        SetVariableData(
            component=Component(name="TxCtrlr"),
            variable=Variable(name="StopTxOnInvalidId"),
            attribute_value="false",
            attribute_type=attribute,
        )
        for attribute in (None, *AttributeType)
    ]
    results = station.ask(SetVariablesRequest(set_variable_data=tuple(wishes))).set_variable_result
    assert [str(result.attribute_type) for result in results] == ["Actual", "Actual", "Target", "MinSet", "MaxSet"]
    assert [result.attribute_status for result in results] == ["Accepted"] * 2 + ["NotSupportedAttributeType"] * 3


@pytest.mark.requirement("B06.FR.06", "B06.FR.07", "B06.FR.08", "B06.FR.09", "B06.FR.14", "B06.FR.15")
def test_a_question_gets_value_or_reason(bench: MakeBench) -> None:
    """Values of known variables, statuses for the rest, and never the password."""
    station = bench()
    assert station.get("OCPPCommCtrlr", "MessageTimeout", "Default").attribute_value == "30"
    assert station.get("OCPPCommCtrlr", "MessageTimeout", "").attribute_status == "UnknownVariable"
    assert station.get("OCPPCommCtrlr", "HeartbeatInterval", "").attribute_status == "Accepted"
    assert station.get("Nothing", "X").attribute_status == "UnknownComponent"
    assert station.get("TxCtrlr", "X").attribute_status == "UnknownVariable"
    assert station.get("ClockCtrlr", "DateTime").attribute_value == "2026-03-02T07:00:00.000Z"
    secret = station.get("SecurityCtrlr", "BasicAuthPassword")
    assert (secret.attribute_status, secret.attribute_value) == ("Rejected", None)
    data = GetVariableData(
        component=Component(name="EVSE", evse=EVSE(id=1)),
        variable=Variable(name="AvailabilityState"),
        attribute_type=AttributeType.MAX_SET,
    )
    (result,) = station.ask(GetVariablesRequest(get_variable_data=(data,))).get_variable_result
    assert result.attribute_status == "NotSupportedAttributeType"


@pytest.mark.requirement("B06.FR.16", "B08.FR.17")
def test_more_items_than_announced_are_refused(bench: MakeBench) -> None:
    """ItemsPerMessage is a limit, not a suggestion."""
    station = bench()
    component, variable = Component(name="TxCtrlr"), Variable(name="TxStartPoint")
    data = GetVariableData(component=component, variable=variable)
    wish = SetVariableData(component=component, variable=variable, attribute_value="Authorized")
    question = ComponentVariable(component=component, variable=variable)
    for request in (
        GetVariablesRequest(get_variable_data=(data,) * 51),
        SetVariablesRequest(set_variable_data=(wish,) * 51),
        GetReportRequest(request_id=1, component_variable=(question,) * 51),
    ):
        answer = station.ask(request)
        assert isinstance(answer, Refusal)
        assert answer.code == "OccurrenceConstraintViolation"


def test_values_outlive_the_power(bench: MakeBench) -> None:
    """What the CSMS set is set after a restart; the factory value is what remains of the unset."""
    station = bench()
    station.set("TxCtrlr", "EVConnectionTimeOut", "99")
    station.power_up()
    assert station.get("TxCtrlr", "EVConnectionTimeOut").attribute_value == "99"
    assert station.get("OCPPCommCtrlr", "OfflineThreshold").attribute_value == "60"


@pytest.mark.requirement("A01.FR.01", "A01.FR.02", "A01.FR.12")
def test_a_new_password_is_kept_and_told_to_the_door_alone(bench: MakeBench) -> None:
    """Sixteen characters at least; kept over a restart; in no other event and no report."""
    station = bench()
    password = "correct-horse-battery"
    assert station.set("SecurityCtrlr", "BasicAuthPassword", "short").attribute_status == "Rejected"
    assert station.set("SecurityCtrlr", "BasicAuthPassword", "x" * 15 + "\n").attribute_status == "Rejected"
    assert station.set("SecurityCtrlr", "BasicAuthPassword", password).attribute_status == "Accepted"
    assert [event.password for event in station.all(PasswordChanged)] == [password]
    assert password not in repr(station.happened)
    assert station.all(SettingChanged) == []
    station.power_up()
    assert station.engine.password == password
    station.connect()
    station.ask(GetBaseReportRequest(request_id=1, report_base=ReportBase.FULL_INVENTORY))
    assert password not in repr(station.sent)


@pytest.mark.requirement("WS-12")
def test_a_negative_ping_interval_is_refused(bench: MakeBench) -> None:
    """Zero turns pings off, a positive value is told to the door, a negative one is no setting."""
    station = bench()
    assert station.set("OCPPCommCtrlr", "WebSocketPingInterval", "-1").attribute_status == "Rejected"
    assert station.all(SettingChanged) == []
    for value in ("0", "20"):
        assert station.set("OCPPCommCtrlr", "WebSocketPingInterval", value).attribute_status == "Accepted"
    assert [event.value for event in station.all(SettingChanged)] == ["0", "20"]
    assert station.engine.setting("OCPPCommCtrlr", "WebSocketPingInterval") == "20"


@pytest.mark.requirement("WS-14")
def test_a_ping_interval_as_long_as_the_retries_is_questioned(bench: MakeBench) -> None:
    """Accepted, but with a warning, whichever of the three settings brought it about, and again at each start."""
    station = bench()
    station.set("OCPPCommCtrlr", "WebSocketPingInterval", "179")
    assert station.all(SettingQuestioned) == []
    assert station.set("OCPPCommCtrlr", "WebSocketPingInterval", "180").attribute_status == "Accepted"
    assert len(station.all(SettingQuestioned)) == 1
    station.set("OCPPCommCtrlr", "MessageAttempts", "4", "TransactionEvent")
    assert len(station.all(SettingQuestioned)) == 1
    station.set("OCPPCommCtrlr", "MessageAttemptInterval", "1", "TransactionEvent")
    assert len(station.all(SettingQuestioned)) == 2
    station.power_up()
    assert len(station.all(SettingQuestioned)) == 3
    assert "180 s" in station.all(SettingQuestioned)[-1].reason


@pytest.mark.requirement("B07.FR.01", "B07.FR.04", "B07.FR.08", "B07.FR.10", "RPC-16", "TC_B_13", "TC_B_53")
def test_a_report_follows_its_answer_in_numbered_parts(bench: MakeBench) -> None:
    """First the answer, then parts with the request's id, seqNo from 0, and tbc on all but the last."""
    station = bench(report_items_per_message=10)
    station.forget()
    request = GetBaseReportRequest(request_id=42, report_base=ReportBase.FULL_INVENTORY)
    assert station.engine.handle(request, station.now).status == "Accepted"
    assert station.sent == []
    station.pump()
    parts = station.of("NotifyReport")
    assert {part.request_id for part in parts} == {42}
    assert [part.seq_no for part in parts] == list(range(len(parts)))
    assert [part.tbc for part in parts] == [True] * (len(parts) - 1) + [False]
    lines = [line for part in parts for line in part.report_data]
    names = {(line.component.name, line.variable.name) for line in lines}
    assert {("TxCtrlr", "TxStartPoint"), ("EVSE", "Power"), ("Connector", "ConnectorType")} <= names
    assert len({(line.component, line.variable.name, line.variable.instance) for line in lines}) == len(lines)
    assert all(line.variable_characteristics is not None for line in lines)


@pytest.mark.requirement("B07.FR.07", "B07.FR.09", "B07.FR.12", "TC_B_12", "TC_B_14")
def test_each_inventory_has_its_content(bench: MakeBench) -> None:
    """Configuration: what can be set. Summary: what is there and how it is."""
    station = bench()

    def report(base: Any) -> Any:
        station.forget()
        station.ask(GetBaseReportRequest(request_id=1, report_base=base))
        return [line for part in station.of("NotifyReport") for line in part.report_data]

    assert all(
        line.variable_attribute[0].mutability != "ReadOnly" for line in report(ReportBase.CONFIGURATION_INVENTORY)
    )
    summary = report(ReportBase.SUMMARY_INVENTORY)
    assert {line.variable.name for line in summary} == {"AvailabilityState", "Available", "Problem"}
    states = [line.variable_attribute[0].value for line in summary if line.variable.name == "AvailabilityState"]
    assert states == ["Available"] * 5


@pytest.mark.requirement("B08.FR.01", "B08.FR.07", "B08.FR.10", "B08.FR.15", "B08.FR.20", "B08.FR.21", "B08.FR.23")
def test_a_custom_report_is_as_narrow_as_its_question(bench: MakeBench) -> None:
    """What the question leaves out may be anything; nothing found is EmptyResultSet."""
    station = bench()

    def report(*asked: Any, criteria: Any = None) -> Any:
        station.forget()
        status = station.ask(
            GetReportRequest(request_id=1, component_variable=asked or None, component_criteria=criteria)
        ).status
        return status, [line for part in station.of("NotifyReport") for line in part.report_data]

    evse = Component(name="EVSE")
    status, lines = report(ComponentVariable(component=evse, variable=Variable(name="Power")))
    assert (status, [line.component.evse.id for line in lines]) == ("Accepted", [1, 2])
    only = Component(name="Connector", evse=EVSE(id=2))
    assert {line.component.evse.connector_id for line in report(ComponentVariable(component=only))[1]} == {1}
    comm = Component(name="OCPPCommCtrlr")
    attempts = Variable(name="MessageAttempts")
    assert len(report(ComponentVariable(component=comm, variable=attempts))[1]) == 1
    limits = ComponentVariable(component=Component(name="DeviceDataCtrlr"), variable=Variable(name="ItemsPerMessage"))
    assert len(report(limits)[1]) == 3
    assert report(ComponentVariable(component=Component(name="Nothing"))) == ("EmptyResultSet", [])
    assert report(criteria=(ComponentCriterion.PROBLEM,)) == ("EmptyResultSet", [])
    assert report(criteria=(ComponentCriterion.ENABLED,))[0] == "Accepted"


@pytest.mark.parametrize("key", ["TxCtrlr", "TxCtrlr.Nothing", "TxCtrlr.EVConnectionTimeOut", "Secret.X[1]"])
def test_wrong_factory_values_are_named(key: Any) -> None:
    """Key, value and rule stand in the message."""
    with pytest.raises(InvalidSetting, match=r"TxCtrlr|Secret"):
        Bench({key: "-7"})
    assert StationSettings(identity="x", vendor_name="v", model="m").variables == {}
