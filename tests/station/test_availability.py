"""Connector states: told when they change, after absences, and put out of service and back."""

from typing import Any

import pytest

from pluglot.messages import EVSE, ChangeAvailabilityRequest, Component, GetVariableData, GetVariablesRequest, Variable
from pluglot.messages import OperationalStatus as Status
from pluglot.station import ContactorClosed
from tests.station.bench import ALICE, BOB, SILENCE, Bench, MakeBench

STATION = None
SCOPES = [STATION, EVSE(id=1), EVSE(id=1, connector_id=1)]


def change(station: Bench, evse: Any, status: Any) -> Any:
    return station.ask(ChangeAvailabilityRequest(operational_status=status, evse=evse)).status


def states(station: Bench) -> Any:
    return [(s.evse_id, str(s.connector_status)) for s in station.of("StatusNotification")]


@pytest.mark.requirement("G01.FR.03", "G01.FR.04", "TC_G_01", "TC_G_02")
def test_plugging_in_and_out_is_told(bench: MakeBench) -> None:
    """Occupied with the cable, Available without it, and nothing of the other EVSE."""
    station = bench()
    station.forget()
    station.plug_in()
    station.unplug()
    assert states(station) == [(1, "Occupied"), (1, "Available")]


@pytest.mark.requirement("B04.FR.01", "B04.FR.02", "TC_B_51", "TC_B_52")
@pytest.mark.parametrize(("seconds", "told"), [(59, [(1, "Occupied")]), (61, [(1, "Occupied"), (2, "Available")])])
def test_a_long_absence_reports_all_a_short_one_what_changed(bench: MakeBench, seconds: Any, told: Any) -> None:
    """OfflineThreshold decides which connectors are reported after a lost link."""
    station = bench()
    station.disconnect()
    station.plug_in()
    station.forget()
    station.wait(seconds)
    station.connect()
    assert states(station) == told


def test_an_absence_counts_from_its_beginning(bench: MakeBench) -> None:
    """A door that says twice that the link is gone does not shorten the absence."""
    station = bench()
    station.disconnect()
    station.wait(50)
    station.engine.disconnected(station.now)
    station.wait(50)
    station.forget()
    station.connect()
    assert states(station) == [(1, "Available"), (2, "Available")]


def test_a_state_nobody_heard_is_told_again(bench: MakeBench) -> None:
    """A status that was not answered is sent with the next link, even after a short absence."""
    station = bench()
    station.csms.answers["StatusNotification"] = lambda _: SILENCE
    station.plug_in()
    del station.csms.answers["StatusNotification"]
    station.disconnect()
    station.forget()
    station.connect()
    assert states(station) == [(1, "Occupied")]


@pytest.mark.requirement("G03.FR.03", "G03.FR.04", "G04.FR.04", "G04.FR.07", "G04.FR.08", "TC_G_09", "TC_G_10")
@pytest.mark.parametrize("scope", SCOPES)
def test_out_of_service_and_back(bench: MakeBench, scope: Any) -> None:
    """Every connector in the scope becomes Unavailable and comes back; a repetition is accepted silently."""
    station = bench()
    station.forget()
    inside = [1, 2] if scope is STATION else [1]
    for status, shown in ((Status.INOPERATIVE, "Unavailable"), (Status.OPERATIVE, "Available")):
        station.forget()
        assert change(station, scope, status) == "Accepted"
        assert states(station) == [(number, shown) for number in inside]
        assert change(station, scope, status) == "Accepted"
        assert len(station.sent) == len(inside)


@pytest.mark.requirement("G03.FR.05", "G04.FR.06", "G01.FR.05", "TC_G_11", "TC_G_14", "TC_G_17")
@pytest.mark.parametrize("scope", SCOPES)
def test_a_transaction_is_not_disturbed(bench: MakeBench, scope: Any) -> None:
    """While someone charges the change is Scheduled, and comes when the transaction is over."""
    station = bench()
    transaction_id = station.start_charging()
    assert change(station, scope, Status.INOPERATIVE) == "Scheduled"
    assert station.engine.open_transactions == [transaction_id]
    station.present(ALICE)
    station.forget()
    station.unplug()
    assert states(station) == [(1, "Unavailable")]
    station.plug_in()
    station.present(BOB)
    assert station.engine.open_transactions == []


def test_a_scheduled_change_can_be_taken_back(bench: MakeBench) -> None:
    """Operative while Inoperative is only scheduled forgets the schedule."""
    station = bench()
    station.start_charging()
    change(station, EVSE(id=1), Status.INOPERATIVE)
    assert change(station, EVSE(id=1), Status.OPERATIVE) == "Accepted"
    station.present(ALICE)
    station.forget()
    station.unplug()
    assert states(station) == [(1, "Available")]


@pytest.mark.requirement("G03.FR.08", "G04.FR.09", "B01.FR.07", "B11.FR.02", "TC_B_23", "TC_G_18", "TC_G_19", "TC_G_21")
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("charging", [False, True])
def test_out_of_service_outlives_the_power(bench: MakeBench, scope: Any, charging: Any) -> None:
    """Unavailable before the cut is Unavailable after it; a scheduled change comes with the cut."""
    station = bench()
    if charging:
        station.start_charging()
    change(station, scope, Status.INOPERATIVE)
    station.power_up()
    station.forget()
    station.connect()
    assert (1, "Unavailable") in states(station)


@pytest.mark.requirement("HRD-10")
@pytest.mark.parametrize("evse", [EVSE(id=0), EVSE(id=9), EVSE(id=1, connector_id=0), EVSE(id=1, connector_id=9)])
def test_what_is_not_there_cannot_be_changed(bench: MakeBench, evse: Any) -> None:
    """Unknown EVSEs and connectors are Rejected and change nothing."""
    station = bench()
    station.forget()
    answer = station.ask(ChangeAvailabilityRequest(operational_status=Status.INOPERATIVE, evse=evse))
    assert answer.status == "Rejected"
    assert answer.status_info.reason_code == ("UnknownConnectorId" if evse.id == 1 else "UnknownEvse")
    assert states(station) == []


@pytest.mark.requirement("G03.FR.06", "G03.FR.07")
def test_a_fault_shows_above_everything(bench: MakeBench) -> None:
    """Faulted while broken; afterwards what it was before."""
    station = bench()
    change(station, EVSE(id=1), Status.INOPERATIVE)
    station.forget()
    station.engine.fault(1, 1, station.now)
    station.pump()
    station.engine.clear_fault(1, 1, station.now)
    station.pump()
    assert states(station) == [(1, "Faulted"), (1, "Unavailable")]


def test_the_device_model_shows_the_state(bench: MakeBench) -> None:
    """AvailabilityState of station, EVSE and connector follow what is plugged in."""
    station = bench()
    station.plug_in(2)

    def shown(name: str, evse: EVSE | None = None, variable: str = "AvailabilityState") -> str:
        data = GetVariableData(component=Component(name=name, evse=evse), variable=Variable(name=variable))
        return station.ask(GetVariablesRequest(get_variable_data=(data,))).get_variable_result[0].attribute_value

    assert shown("EVSE", EVSE(id=1)) == "Available"
    assert shown("EVSE", EVSE(id=2)) == "Occupied"
    assert shown("Connector", EVSE(id=2, connector_id=1)) == "Occupied"
    assert shown("ChargingStation") == "Occupied"
    assert shown("EVSE", EVSE(id=1), "Problem") == "false"
    assert shown("EVSE", EVSE(id=1), "Power") == "11000"
    assert shown("EVSE", EVSE(id=2), "ActiveTransactionId") == ""
    station.present(ALICE, 2)
    assert shown("EVSE", EVSE(id=2), "ActiveTransactionId") == station.engine.open_transactions[0]
    station.engine.fault(1, 1, station.now)
    assert shown("EVSE", EVSE(id=1), "Problem") == "true"
    assert shown("ChargingStation", None, "Problem") == "true"


@pytest.mark.requirement("G05.FR.01", "G05.FR.02", "TC_G_20")
def test_a_plug_that_cannot_be_held_gets_no_energy(bench: MakeBench) -> None:
    """After a lock failure energy stops until the cable is plugged in anew."""
    station = bench()
    station.start_charging()
    station.engine.lock_failed(1, 1, station.now)
    station.pump()
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "EVConnected")
    (event,) = station.of("NotifyEvent")[0].event_data
    assert (event.component.name, event.variable.name, event.actual_value) == (
        "ConnectorPlugRetentionLock",
        "Problem",
        "true",
    )
    station.unplug()
    station.start_charging()
    assert len(station.all(ContactorClosed)) == 2


@pytest.mark.requirement("G03.FR.06", "HRD-10")
@pytest.mark.parametrize("enabled", ["true", "false"])
def test_an_evse_out_of_service_gives_no_energy(bench: MakeBench, enabled: str) -> None:
    """Authorised before it was taken out of service, or without any authorization: the cable starts nothing."""
    station = bench({"AuthCtrlr.Enabled": enabled, "TxCtrlr.TxStartPoint": "EnergyTransfer"})
    if enabled == "true":
        station.present(ALICE)
    assert change(station, EVSE(id=1), Status.INOPERATIVE) == "Accepted"
    station.plug_in()
    station.vehicle()
    assert station.all(ContactorClosed) == []
    assert station.engine.open_transactions == []
