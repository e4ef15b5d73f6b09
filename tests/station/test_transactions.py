"""Transactions from plug to plug: what is told, in which order, and what the points change."""

from decimal import Decimal
from typing import Any

import pytest

from pluglot.messages import (
    Reason,
    SignedMeterValue,
    TransactionEventResponse,
)
from pluglot.station import (
    ConnectorLocked,
    ConnectorSettings,
    ConnectorUnlocked,
    ContactorClosed,
    ContactorOpened,
    EvseSettings,
    MeterReading,
)
from tests.station.bench import ALICE, BOB, INVALID, MakeBench


def register(event: Any, context: Any) -> Any:
    """The imported energy that an event carries."""
    for value in event.meter_value or ():
        for sample in value.sampled_value:
            if sample.measurand == "Energy.Active.Import.Register" and sample.context == context:
                return sample.value
    return None


@pytest.mark.requirement("E01.FR.05", "E02.FR.01", "E06.FR.03", "TX-03")
def test_a_whole_session_is_told_from_plug_to_plug(bench: MakeBench) -> None:
    """Cable, token, energy, the same token again: one transaction with its registers, seqNo from 0 without holes."""
    station = bench()
    transaction_id = station.start_charging()
    station.charge(600)
    station.present(ALICE)
    station.unplug()
    events = station.csms.of(transaction_id)
    assert [event.seq_no for event in events] == list(range(len(events)))
    assert (events[0].event_type, events[0].trigger_reason, events[0].id_token) == ("Started", "Authorized", ALICE)
    assert (events[0].evse.id, events[0].evse.connector_id) == (1, 1)
    assert register(events[0], "Transaction.Begin") == Decimal(1000)
    assert (events[1].trigger_reason, events[1].transaction_info.charging_state) == ("ChargingStateChanged", "Charging")
    assert {event.trigger_reason for event in events[2:-1]} == {"MeterValuePeriodic"}
    last = events[-1]
    assert (last.event_type, last.trigger_reason, last.id_token) == ("Ended", "StopAuthorized", ALICE)
    assert last.transaction_info.stopped_reason == "Local"
    assert last.transaction_info.time_spent_charging == 600
    assert register(last, "Transaction.End") == station.energy[1]
    assert station.engine.open_transactions == []
    assert all(event.offline is None for event in events)


@pytest.mark.requirement("E01.FR.15", "C01.FR.01")
def test_energy_flows_only_between_authorization_and_its_end(bench: MakeBench) -> None:
    """The plug is held and the contactor closed after the token, and both are released when it stops."""
    station = bench()
    station.plug_in()
    assert station.all(ContactorClosed) == []
    station.present(ALICE)
    station.present(ALICE)
    wanted = (ConnectorLocked, ContactorClosed, ContactorOpened, ConnectorUnlocked)
    assert [type(event) for event in station.happened if isinstance(event, wanted)] == list(wanted)


POINTS = {
    "ParkingBayOccupancy": ("bay", "EVDetected"),
    "EVConnected": ("plug", "CablePluggedIn"),
    "Authorized": ("token", "Authorized"),
    "PowerPathClosed": ("token", "Authorized"),
    "EnergyTransfer": ("draw", "ChargingStateChanged"),
}


@pytest.mark.requirement("E01.FR.01", "E01.FR.02", "E01.FR.03", "E01.FR.06")
@pytest.mark.parametrize("point", POINTS)
def test_each_start_point_starts_the_transaction_at_its_moment(bench: MakeBench, point: Any) -> None:
    """With one start point the Started event comes exactly when that moment comes."""
    station = bench({"TxCtrlr.TxStartPoint": point})
    steps = {
        "bay": lambda: station.engine.parking_bay(1, station.now, occupied=True),
        "plug": station.plug_in,
        "token": station.present,
        "draw": station.vehicle,
    }
    moment, trigger = POINTS[point]
    for name, step in steps.items():
        step()
        station.pump()
        if name == moment:
            assert station.told()[0][:2] == ("Started", trigger)
            break
        assert station.told() == []


@pytest.mark.requirement("E01.FR.04", "E06.FR.05")
def test_a_meter_that_signs_offers_data_signed_as_start_point(bench: MakeBench) -> None:
    """DataSigned may be chosen only where the meter signs."""
    assert bench(signing_meter=True).set("TxCtrlr", "TxStartPoint", "DataSigned").attribute_status == "Accepted"
    assert bench().set("TxCtrlr", "TxStartPoint", "DataSigned").attribute_status == "Rejected"


STOPS = {
    "ParkingBayOccupancy": ("leave", "EVDeparted", "Local"),
    "EVConnected": ("unplug", "EVCommunicationLost", "Local"),
    "Authorized": ("token", "StopAuthorized", "Local"),
    "PowerPathClosed": ("token", "StopAuthorized", "Local"),
    "EnergyTransfer": ("pause", "ChargingStateChanged", "StoppedByEV"),
}


@pytest.mark.requirement("E06.FR.01", "E06.FR.02", "E06.FR.06", "E06.FR.07")
@pytest.mark.parametrize("point", STOPS)
def test_each_stop_point_ends_the_transaction_at_its_moment(bench: MakeBench, point: Any) -> None:
    """With one stop point the Ended event comes exactly when that moment is over, with the first cause as reason."""
    station = bench({"TxCtrlr.TxStopPoint": point})
    station.engine.parking_bay(1, station.now, occupied=True)
    station.start_charging()
    steps = {
        "pause": lambda: station.vehicle(wants=False),
        "token": station.present,
        "unplug": station.unplug,
        "leave": lambda: station.engine.parking_bay(1, station.now, occupied=False),
    }
    moment, trigger, reason = STOPS[point]
    for name, step in steps.items():
        step()
        station.pump()
        ended = [event for event in station.of("TransactionEvent") if event.event_type == "Ended"]
        if name == moment:
            assert [(e.trigger_reason, e.transaction_info.stopped_reason) for e in ended] == [(trigger, reason)]
            break
        assert ended == []


@pytest.mark.requirement("E02.FR.20", "E01.FR.10")
def test_a_transaction_that_began_with_the_cable_is_authorised_later(bench: MakeBench) -> None:
    """A transaction begun by the cable carries the token with its next event."""
    station = bench({"TxCtrlr.TxStartPoint": "EVConnected"})
    station.start_charging()
    assert station.told() == [
        ("Started", "CablePluggedIn", "EVConnected"),
        ("Updated", "Authorized", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert [event.id_token for event in station.of("TransactionEvent")] == [None, ALICE, None]


@pytest.mark.requirement("E03.FR.01", "E01.FR.16", "E01.FR.17")
def test_a_token_before_the_cable_begins_a_transaction_without_evse(bench: MakeBench) -> None:
    """Authorised first at a station with two EVSEs: no EVSE yet; the cable brings it and the first register."""
    station = bench({"TxCtrlr.TxStartPoint": "Authorized"})
    station.present(ALICE, None)
    station.plug_in(2)
    first, second = station.of("TransactionEvent")
    assert (first.event_type, first.evse, first.meter_value, first.id_token) == ("Started", None, None, ALICE)
    assert first.transaction_info.charging_state == "Idle"
    assert (second.trigger_reason, second.evse.id, second.evse.connector_id) == ("CablePluggedIn", 2, 1)
    assert register(second, "Transaction.Begin") == Decimal(1000)
    assert first.transaction_info.transaction_id == second.transaction_info.transaction_id


@pytest.mark.requirement("E03.FR.05", "F02.FR.07", "C01.FR.26")
def test_a_cable_that_never_comes_ends_the_transaction(bench: MakeBench) -> None:
    """After EVConnectionTimeOut the transaction ends with Timeout, and the EVSE is free again."""
    station = bench({"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.EVConnectionTimeOut": "45"})
    station.present(ALICE)
    station.wait(44)
    assert len(station.told()) == 1
    station.wait(1)
    ended = station.of("TransactionEvent")[-1]
    assert (ended.event_type, ended.trigger_reason) == ("Ended", "EVConnectTimeout")
    assert ended.transaction_info.stopped_reason == "Timeout"
    station.plug_in()
    assert station.all(ContactorClosed) == []


@pytest.mark.requirement("E03.FR.15", "F02.FR.08")
def test_a_cable_that_never_comes_only_deauthorises_where_the_bay_ends_transactions(bench: MakeBench) -> None:
    """With ParkingBayOccupancy as stop point the transaction goes on without its token."""
    station = bench({"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.TxStopPoint": "ParkingBayOccupancy"})
    station.present(ALICE)
    station.wait(60)
    assert ("Updated", "EVConnectTimeout", "Idle") in station.told()
    assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("E09.FR.01")
def test_unplugging_deauthorises(bench: MakeBench) -> None:
    """A cable pulled at the vehicle's side ends the transaction with EVDisconnected."""
    station = bench()
    station.start_charging()
    station.unplug()
    ended = station.of("TransactionEvent")[-1]
    assert (ended.trigger_reason, ended.transaction_info.stopped_reason) == ("EVCommunicationLost", "EVDisconnected")
    assert len(station.all(ContactorOpened)) == 1


@pytest.mark.requirement("E10.FR.02")
def test_a_station_that_waits_for_the_vehicle_goes_on_when_it_comes_back(bench: MakeBench) -> None:
    """Without StopTxOnEVSideDisconnect the transaction pauses, resumes with the cable, and else lapses."""
    variables = {"TxCtrlr.StopTxOnEVSideDisconnect": "false", "TxCtrlr.TxStopPoint": "Authorized"}
    station = bench(variables)
    station.start_charging()
    station.unplug()
    assert station.told()[-1] == ("Updated", "EVCommunicationLost", "Idle")
    station.wait(30)
    station.plug_in()
    station.vehicle()
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "Charging")
    station.unplug()
    station.wait(60)
    assert station.told()[-1][:2] == ("Ended", "EVConnectTimeout")


@pytest.mark.requirement("E01.FR.18", "E01.FR.19", "TC_E_38")
def test_a_vehicle_that_pauses_is_told(bench: MakeBench) -> None:
    """Every change of the charging state is an event."""
    station = bench()
    station.start_charging()
    station.vehicle(wants=False)
    station.vehicle(wants=True)
    assert [state for _, _, state in station.told()][-3:] == ["Charging", "SuspendedEV", "Charging"]


@pytest.mark.requirement("E05.FR.10", "C15.FR.04", "E05.FR.11")
def test_a_token_the_csms_refuses_ends_the_transaction_and_keeps_the_plug(bench: MakeBench) -> None:
    """Accepted from the cache, refused in the answer to Started: Deauthorized; the owner's token frees the plug."""
    station = bench()
    station.present(ALICE)
    station.wait(120)
    station.csms.tokens[ALICE.id_token] = INVALID
    station.plug_in()
    station.present(ALICE)
    assert station.told()[-1][:2] == ("Ended", "Deauthorized")
    assert station.of("TransactionEvent")[-1].transaction_info.stopped_reason == "DeAuthorized"
    assert len(station.all(ContactorOpened)) == 1
    assert station.all(ConnectorUnlocked) == []
    station.present(ALICE)
    assert len(station.all(ConnectorUnlocked)) == 1


@pytest.mark.requirement("E05.FR.09")
def test_a_refused_token_ends_only_the_authorization_where_the_cable_ends_transactions(bench: MakeBench) -> None:
    """With EVConnected as the only stop point the refused transaction goes on without energy."""
    station = bench({"TxCtrlr.TxStopPoint": "EVConnected"})
    station.csms.answers["TransactionEvent"] = lambda _: TransactionEventResponse(id_token_info=INVALID)
    station.start_charging()
    assert station.told()[-1] == ("Updated", "Deauthorized", "EVConnected")
    station.unplug()
    assert station.told()[-1][:2] == ("Ended", "EVCommunicationLost")
    assert station.of("TransactionEvent")[-1].transaction_info.stopped_reason == "DeAuthorized"


@pytest.mark.requirement("E05.FR.02", "C15.FR.06")
def test_a_refused_token_suspends_energy_when_it_may_not_stop_the_transaction(bench: MakeBench) -> None:
    """StopTxOnInvalidId false: energy stops, SuspendedEVSE is told, the transaction stays authorised."""
    station = bench({"TxCtrlr.StopTxOnInvalidId": "false"})
    station.csms.answers["TransactionEvent"] = lambda r: TransactionEventResponse(
        id_token_info=INVALID if r.id_token else None
    )
    station.start_charging()
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "SuspendedEVSE")
    assert len(station.all(ContactorOpened)) == 1
    station.present(ALICE)
    assert station.told()[-1][:2] == ("Ended", "StopAuthorized")


@pytest.mark.requirement("E05.FR.03", "C15.FR.07")
def test_a_refused_token_gets_the_energy_that_is_set(bench: MakeBench) -> None:
    """MaxEnergyOnInvalidId lets that many Wh flow before energy stops."""
    station = bench({"TxCtrlr.StopTxOnInvalidId": "false", "TxCtrlr.MaxEnergyOnInvalidId": "500"})
    station.csms.answers["TransactionEvent"] = lambda r: TransactionEventResponse(
        id_token_info=INVALID if r.id_token else None
    )
    station.start_charging()
    for energy in (1499, 1500):
        station.energy[1] = Decimal(energy)
        station.engine.meter(1, station.reading(1), station.now)
        station.pump()
        assert bool(station.all(ContactorOpened)) == (energy == 1500)


@pytest.mark.requirement("E06.FR.16")
def test_a_fault_ends_the_transaction(bench: MakeBench) -> None:
    """A fault opens the contactor and ends with AbnormalCondition and its reason."""
    station = bench()
    station.start_charging()
    station.engine.fault(1, 1, station.now, reason=Reason.GROUND_FAULT)
    station.pump()
    ended = station.of("TransactionEvent")[-1]
    assert (ended.trigger_reason, ended.transaction_info.stopped_reason) == ("AbnormalCondition", "GroundFault")
    station.present(BOB)
    assert station.engine.open_transactions == []


@pytest.mark.requirement("E01.FR.14")
def test_an_evse_serves_one_of_its_connectors_at_a_time(bench: MakeBench) -> None:
    """The second connector of an EVSE in use starts nothing."""
    both = EvseSettings(connectors=(ConnectorSettings(), ConnectorSettings()))
    station = bench(evse_settings=(both,))
    station.start_charging()
    station.plug_in(1, 2)
    station.present(BOB)
    assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("C09.FR.03", "C09.FR.05")
def test_a_second_token_after_the_first_left_begins_a_transaction_of_its_own(bench: MakeBench) -> None:
    """Still plugged in after the end, another token starts a new transaction with a new id."""
    station = bench()
    first = station.start_charging()
    station.present(ALICE)
    station.present(BOB)
    (second,) = station.engine.open_transactions
    assert second != first
    assert station.csms.of(second)[0].seq_no == 0


@pytest.mark.requirement("E06.FR.16")
def test_a_fault_before_the_transaction_releases_the_plug(bench: MakeBench) -> None:
    """Energy was offered but not yet taken: the fault opens the contactor and frees the plug, and nothing is told."""
    station = bench({"TxCtrlr.TxStartPoint": "EnergyTransfer"})
    station.plug_in()
    station.present(ALICE)
    assert len(station.all(ContactorClosed)) == 1
    station.engine.fault(1, 1, station.now)
    station.pump()
    assert len(station.all(ContactorOpened)) == len(station.all(ConnectorUnlocked)) == 1
    assert station.told() == []


@pytest.mark.requirement("E01.FR.04", "E06.FR.05", "TC_E_11")
def test_signed_values_begin_and_end_a_transaction(bench: MakeBench) -> None:
    """With DataSigned as start and stop point it begins with the first signature and ends when none comes any more."""
    points = {"TxCtrlr.TxStartPoint": "DataSigned", "TxCtrlr.TxStopPoint": "DataSigned"}
    station = bench(points, signing_meter=True)
    signed = SignedMeterValue(signed_meter_data="c2lnbmVk", encoding_method="OCMF")
    plain = station.reading(1)

    def show(reading: MeterReading) -> None:
        station.show = lambda _: reading
        station.engine.meter(1, reading, station.now)
        station.pump()

    show(plain)
    station.plug_in()
    station.present(ALICE)
    station.vehicle()
    assert station.told() == []
    show(MeterReading(energy=plain.energy, signed=signed))
    assert station.told() == [("Started", "SignedDataReceived", "Charging")]
    assert station.of("TransactionEvent")[0].id_token == ALICE
    show(plain)
    ended = station.of("TransactionEvent")[-1]
    assert (ended.event_type, ended.transaction_info.stopped_reason) == ("Ended", "Other")
    assert len(station.all(ContactorOpened)) == 1


@pytest.mark.requirement("E01.FR.04")
def test_signatures_that_are_switched_off_begin_nothing(bench: MakeBench) -> None:
    """Without SignReadings a signed value is no start point."""
    points = {"TxCtrlr.TxStartPoint": "DataSigned", "SampledDataCtrlr.SignReadings": "false"}
    station = bench(points, signing_meter=True)
    signed = SignedMeterValue(signed_meter_data="c2lnbmVk", encoding_method="OCMF")
    station.show = lambda _: MeterReading(energy=Decimal(1), signed=signed)
    station.plug_in()
    station.present(ALICE)
    station.vehicle()
    assert station.told() == []
