"""A hostile CSMS and careless hardware: whatever comes, the station stays safe and goes on."""

import itertools
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    ACTIONS,
    EVSE,
    AuthorizationStatus,
    ChangeAvailabilityRequest,
    ClearCacheRequest,
    Component,
    DataTransferRequest,
    GetBaseReportRequest,
    GetReportRequest,
    GetTransactionStatusRequest,
    GetVariableData,
    GetVariablesRequest,
    IdTokenInfo,
    MessageTrigger,
    OperationalStatus,
    ReportBase,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ResetRequest,
    ResetType,
    SetVariableData,
    SetVariablesRequest,
    TriggerMessageRequest,
    UnlockConnectorRequest,
    Variable,
)
from pluglot.station import RebootRequested, UnknownConnector
from tests.station.bench import ALICE, BOB, SILENCE, Bench

numbers = st.sampled_from([0, 1, 2, 3, 2**31, 10**18])
evses = st.none() | st.builds(EVSE, id=numbers, connector_id=st.none() | numbers)
tokens = st.sampled_from([ALICE, BOB])
names = st.sampled_from(
    [
        "TxCtrlr",
        "OCPPCommCtrlr",
        "AuthCtrlr",
        "AuthCacheCtrlr",
        "SampledDataCtrlr",
        "AlignedDataCtrlr",
        "EVSE",
        "",
        "\0",
    ]
)
variables = st.sampled_from(
    [
        *("TxStartPoint", "TxStopPoint", "HeartbeatInterval", "MessageAttempts", "TxUpdatedInterval", "Interval"),
        *("EVConnectionTimeOut", "StopTxOnInvalidId", "Enabled", "AvailabilityState", "LifeTime", "x" * 50),
    ]
)
values = st.sampled_from(["0", "1", "86400", "-1", "true", "false", "EVConnected", "EnergyTransfer", "", "é" * 2500])
components = st.builds(Component, name=names, evse=evses)
variable = st.builds(Variable, name=variables, instance=st.none() | st.just("TransactionEvent"))

requests = st.one_of(
    st.builds(ChangeAvailabilityRequest, operational_status=st.sampled_from(OperationalStatus), evse=evses),
    st.builds(ClearCacheRequest),
    st.builds(DataTransferRequest, vendor_id=st.text(max_size=5), data=st.integers()),
    st.builds(GetBaseReportRequest, request_id=st.integers(), report_base=st.sampled_from(ReportBase)),
    st.builds(GetReportRequest, request_id=st.integers()),
    st.builds(GetTransactionStatusRequest, transaction_id=st.none() | st.text(max_size=36)),
    st.builds(
        GetVariablesRequest,
        get_variable_data=st.tuples(st.builds(GetVariableData, component=components, variable=variable)),
    ),
    st.builds(
        RequestStartTransactionRequest, id_token=tokens, remote_start_id=st.integers(), evse_id=st.none() | numbers
    ),
    st.builds(RequestStopTransactionRequest, transaction_id=st.text(max_size=36)),
    st.builds(ResetRequest, type=st.sampled_from(ResetType), evse_id=st.none() | numbers),
    st.builds(
        SetVariablesRequest,
        set_variable_data=st.tuples(
            st.builds(SetVariableData, component=components, variable=variable, attribute_value=values)
        ),
    ),
    st.builds(TriggerMessageRequest, requested_message=st.sampled_from(MessageTrigger), evse=evses),
    st.builds(UnlockConnectorRequest, evse_id=numbers, connector_id=numbers),
)
steps = st.one_of(
    requests,
    st.tuples(st.sampled_from(["plug_in", "unplug", "present", "draw", "pause", "link"]), st.sampled_from([1, 2])),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3600])),
)


def do(station: Bench, step: Any, evse_id: Any) -> None:
    match step:
        case "plug_in":
            station.plug_in(evse_id)
        case "unplug":
            station.unplug(evse_id)
        case "present":
            station.present(ALICE, evse_id)
        case "draw" | "pause":
            station.vehicle(wants=step == "draw", evse_id=evse_id)
        case "link":
            station.disconnect() if station.link else station.connect()
        case "wait":
            station.wait(evse_id)


def is_safe(station: Bench) -> None:
    """Energy only with a cable, a holder and a transaction; no transaction without end; numbers without holes."""
    core = station.engine._core  # noqa: SLF001 - the invariant is about the inside
    for evse in core.evses.values():
        if evse.contactor:
            assert evse.plugged is not None
            assert evse.authorization is not None
            assert evse.transaction is not None or station.engine._availability.may_use(evse)  # noqa: SLF001 - as above
            starts = set(core.model.members("TxCtrlr", "TxStartPoint"))
            assert evse.transaction is not None or starts & {"EnergyTransfer", "DataSigned"}


@pytest.mark.requirement("HRD-10", "HRD-08")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, max_size=25), st.integers(0, 2**16))
def test_no_order_of_requests_and_hardware_makes_the_station_unsafe(script: Any, seed: Any) -> None:
    """Any requests between any hardware: an answer each, energy only where it may flow, and all events in order."""
    station = Bench()
    dice = random.Random(seed)
    infos = [IdTokenInfo(status=status) for status in AuthorizationStatus]
    station.csms.about = lambda _: dice.choice(infos) if dice.random() < 0.3 else infos[0]
    for step in script:
        if station.all(RebootRequested):
            station.power_up()
            station.forget()
            station.connect()
        if isinstance(step, tuple):
            do(station, *step)
        else:
            answer = station.ask(step)
            assert isinstance(answer, Refusal) or type(answer) is ACTIONS[step.action].response
        is_safe(station)
    station.power_up()
    station.connect()
    station.wait(60)
    for transaction_id, events in itertools.groupby(sorted(station.csms.events), key=lambda key: key[0]):
        assert [seq_no for _, seq_no in events] == list(range(len(station.csms.of(transaction_id))))
        assert station.csms.of(transaction_id)[-1].event_type == "Ended"


@pytest.mark.requirement("HRD-10")
def test_garbage_as_an_answer_is_no_acceptance() -> None:
    """An answer of the wrong kind lets nobody charge and does not stop the station."""
    station = Bench()
    station.csms.answers["Authorize"] = lambda _: object()
    station.plug_in()
    station.present(ALICE)
    assert station.engine.open_transactions == []
    station.csms.answers["Heartbeat"] = lambda _: Refusal("GenericError")
    station.wait(600)
    assert len(station.of("Heartbeat")) == 2


def test_hardware_that_does_not_exist_is_an_error_of_the_door() -> None:
    """A door that names an unknown EVSE or connector is told so at once."""
    station = Bench()
    for call in (
        lambda: station.engine.plug_in(3, 1, station.now),
        lambda: station.engine.unplug(1, 2, station.now),
        lambda: station.engine.stop_button(0, station.now),
    ):
        with pytest.raises(UnknownConnector):
            call()


@pytest.mark.requirement("HRD-10")
def test_a_silent_csms_is_not_stormed() -> None:
    """Nothing is answered for a day: the station sends little, and works on when the CSMS is back."""
    station = Bench()
    station.start_charging()
    for action in ("Heartbeat", "TransactionEvent", "StatusNotification", "MeterValues"):
        station.csms.answers[action] = lambda _: SILENCE
    station.forget()
    station.wait(86_400)
    assert len(station.sent) < 3 * 1440
    station.csms.answers.clear()
    station.energy[1] += Decimal(5)
    station.present(ALICE)
    station.wait(86_400)
    assert station.of("TransactionEvent")[-1].event_type == "Ended"
