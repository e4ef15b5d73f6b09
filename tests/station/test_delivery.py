"""How transaction messages reach the CSMS: queued, marked, tried again, thinned out, and never twice different."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from pluglot.dialects.base import Refusal
from pluglot.messages import BootReason, GetTransactionStatusRequest, ResetRequest, ResetType
from pluglot.station import ContactorClosed, ContactorOpened, MessageGivenUp, MeterWanted, RebootRequested
from tests.station.bench import ALICE, BOB, HOLD, SILENCE, START, MakeBench

ERROR = Refusal("InternalError", "no")


@pytest.mark.requirement("TX-01", "TX-02", "TC_E_43")
def test_a_session_without_a_link_is_delivered_afterwards(bench: MakeBench) -> None:
    """Everything produced offline arrives in order with offline set; what follows online is not marked."""
    station = bench()
    station.know(ALICE)
    station.disconnect()
    transaction_id = station.start_charging()
    station.charge(300)
    assert station.of("TransactionEvent") == []
    station.connect()
    events = station.csms.of(transaction_id)
    assert [event.seq_no for event in events] == list(range(7))
    assert all(event.offline for event in events)
    assert [event.timestamp for event in events] == sorted(event.timestamp for event in events)
    station.present(ALICE)
    assert station.csms.of(transaction_id)[-1].offline is None


@pytest.mark.requirement("TX-02", "E11.FR.07")
def test_a_message_under_way_when_the_link_drops_is_sent_again_as_offline(bench: MakeBench) -> None:
    """The answer never came: the same event goes out again, marked offline, with the same number."""
    station = bench()
    station.csms.answers["TransactionEvent"] = lambda _: HOLD
    station.start_charging()
    station.disconnect()
    del station.csms.answers["TransactionEvent"]
    station.connect()
    first, again, *_ = station.of("TransactionEvent")
    assert (first.seq_no, first.offline, again.seq_no, again.offline) == (0, None, 0, True)


@pytest.mark.requirement("TX-04")
def test_transaction_ids_are_never_used_again(bench: MakeBench) -> None:
    """Also after restarts, and even when the factory repeats itself while an old id is still about."""
    station = bench(evses=1)
    seen = set()
    for _ in range(30):
        transaction_id = station.start_charging()
        station.unplug()
        assert transaction_id not in seen
        seen.add(transaction_id)
        station.power_up()
        station.connect()
    station.disconnect()
    first = station.start_charging()
    station.ids.given -= 1
    station.unplug()
    assert station.start_charging() != first


@pytest.mark.requirement("TX-05")
def test_transaction_messages_keep_their_order_and_others_overtake(bench: MakeBench) -> None:
    """Two EVSEs offline: events go out by time; the states of connectors before them."""
    station = bench()
    station.know(ALICE, BOB)
    station.disconnect()
    station.start_charging(ALICE, 1)
    station.wait(10)
    station.start_charging(BOB, 2)
    station.wait(60)
    station.forget()
    station.connect()
    actions = station.actions()
    assert actions.index("StatusNotification") < actions.index("TransactionEvent")
    times = [event.timestamp for event in station.of("TransactionEvent")]
    assert times == sorted(times)
    assert len(times) == 6


@pytest.mark.requirement("TX-06", "TC_E_41", "TC_E_50")
@pytest.mark.parametrize("attempts", [0, 1, 3, 10])
@pytest.mark.parametrize("refusal", [SILENCE, ERROR])
def test_a_message_that_is_not_accepted_is_tried_so_often_then_given_up(
    bench: MakeBench, attempts: Any, refusal: Any
) -> None:
    """Each try waits one interval longer; after the last the next message goes."""
    station = bench(
        {
            "OCPPCommCtrlr.MessageAttempts[TransactionEvent]": str(attempts),
            "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "10",
            "SampledDataCtrlr.TxUpdatedInterval": "0",
        }
    )
    station.csms.answers["TransactionEvent"] = lambda event: refusal if event.seq_no == 0 else HOLD
    station.forget()
    station.start_charging()
    station.wait(3600)
    tries = max(1, attempts)
    events = station.of("TransactionEvent")
    assert [event.seq_no for event in events] == [0] * tries + [1]
    at = [moment for moment, sent in zip(station.sent_at, station.sent, strict=True) if sent in events[:tries]][:tries]
    assert [(b - a).total_seconds() for a, b in pairwise(at)] == [10 * n for n in range(1, tries)]
    assert [(e.action, e.seq_no) for e in station.all(MessageGivenUp)] == [("TransactionEvent", 0)]


@pytest.mark.requirement("TX-06", "TC_E_42", "TC_E_51")
def test_trying_again_stops_when_the_message_is_accepted(bench: MakeBench) -> None:
    """After one refusal the message is accepted, and all others follow."""
    station = bench({"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "10"})
    answers = [ERROR, SILENCE]
    usual = station.csms.usual
    station.csms.answers["TransactionEvent"] = lambda e: answers.pop(0) if answers else usual(e, station.now)
    transaction_id = station.start_charging()
    station.wait(35)
    assert station.engine.undelivered == 0
    assert [event.seq_no for event in station.csms.of(transaction_id)] == [0, 1]


@pytest.mark.requirement("TX-06")
def test_a_lost_link_is_not_an_attempt(bench: MakeBench) -> None:
    """However often the link drops in the middle of a message, the message is not given up."""
    station = bench({"OCPPCommCtrlr.MessageAttempts[TransactionEvent]": "1"})
    station.csms.answers["TransactionEvent"] = lambda _: HOLD
    station.start_charging()
    for _ in range(20):
        station.disconnect()
        station.connect()
    assert station.all(MessageGivenUp) == []
    del station.csms.answers["TransactionEvent"]
    station.disconnect()
    station.connect()
    assert station.engine.undelivered == 0


@pytest.mark.requirement("TX-06")
def test_an_answer_that_comes_too_late_changes_nothing(bench: MakeBench) -> None:
    """The answer of an earlier try does not complete a later message."""
    station = bench()
    station.csms.answers["TransactionEvent"] = lambda _: HOLD
    station.start_charging()
    late = station.held
    station.disconnect()
    station.connect()
    before = station.engine.undelivered
    station.engine.answered(late, object(), station.now)
    assert station.engine.undelivered == before


@pytest.mark.requirement("TX-07", "E12.FR.04", "E12.FR.05")
def test_memory_runs_short_in_a_month_without_a_link(bench: MakeBench) -> None:
    """Thirty days offline in little memory: every Started and Ended arrives, Updated events are thinned evenly."""
    station = bench(evses=1, transaction_queue_bytes=60_000)
    station.know(ALICE)
    station.set("AuthCacheCtrlr", "LifeTime", str(366 * 86_400))
    station.set("SampledDataCtrlr", "TxUpdatedInterval", "900")
    station.disconnect()
    ids = []
    for _ in range(30):
        ids.append(station.start_charging())
        station.wait(20 * 3600)
        station.unplug()
        station.wait(4 * 3600)
    assert (
        sum(len(entry.body) for entry in station.journal.load().entries if entry.action == "TransactionEvent") <= 60_000
    )
    given_up = station.all(MessageGivenUp)
    assert given_up
    station.connect()
    for transaction_id in ids:
        events = station.csms.of(transaction_id)
        assert (events[0].event_type, events[0].seq_no) == ("Started", 0)
        assert events[-1].event_type == "Ended"
    dropped = {(event.transaction_id, event.seq_no) for event in given_up}
    everything = dropped | set(station.csms.events)
    for transaction_id in ids:
        numbers = sorted(seq_no for owner, seq_no in everything if owner == transaction_id)
        assert numbers == list(range(len(numbers)))  # TX-03: no holes in what was generated
    first_gaps = [event.seq_no for event in station.csms.of(ids[-1])]
    assert len(first_gaps) > 3


@pytest.mark.requirement("TX-15", "E17.FR.21")
@pytest.mark.parametrize(("reason", "stopped"), [(BootReason.POWER_UP, "PowerLoss"), (BootReason.WATCHDOG, "Reboot")])
def test_a_power_cut_ends_the_transaction_with_the_register_after_it(
    bench: MakeBench, reason: Any, stopped: Any
) -> None:
    """After the restart the transaction ends once, with the register the meter shows then."""
    station = bench()
    transaction_id = station.start_charging()
    station.charge(120)
    station.wait(30)
    station.energy[1] += 77
    station.power_up(reason)
    station.connect()
    assert [event.event_type for event in station.csms.of(transaction_id)].count("Ended") == 0
    station.show = lambda _: None  # the meter tells by itself, once
    station.engine.meter(1, station.reading(1), station.now)
    station.pump()
    station.wait(60)
    events = station.csms.of(transaction_id)
    assert [event.seq_no for event in events] == list(range(len(events)))
    last = events[-1]
    assert (last.event_type, last.trigger_reason) == ("Ended", "AbnormalCondition")
    assert last.transaction_info.stopped_reason == stopped
    assert (last.evse.id, last.evse.connector_id) == (1, 1)
    assert last.meter_value[0].sampled_value[0].value == station.energy[1]


@pytest.mark.requirement("TX-15")
def test_a_power_cut_ends_the_transaction_without_a_meter_too(bench: MakeBench) -> None:
    """A meter that stays silent does not keep the transaction open."""
    station = bench()
    transaction_id = station.start_charging()
    station.power_up()
    station.connect()
    station.wait(5)
    assert station.csms.of(transaction_id)[-1].event_type == "Ended"
    station.power_up()
    station.connect()
    station.wait(60)
    assert [event.event_type for event in station.csms.of(transaction_id)].count("Ended") == 1


@pytest.mark.requirement("TX-16", "E14.FR.01", "E14.FR.02", "E14.FR.03", "E14.FR.04", "E14.FR.05")
def test_the_status_of_a_transaction_is_the_truth(bench: MakeBench) -> None:
    """Running or not, messages waiting or not, known or not."""
    station = bench()

    def status(transaction_id: Any) -> Any:
        answer = station.ask(GetTransactionStatusRequest(transaction_id=transaction_id))
        return answer.ongoing_indicator, answer.messages_in_queue

    assert status("never") == (False, False)
    assert status(None) == (None, False)
    transaction_id = station.start_charging()
    assert status(transaction_id) == (True, False)
    station.csms.answers["TransactionEvent"] = lambda _: HOLD
    station.vehicle(wants=False)
    assert status(transaction_id) == (True, True)
    assert status(None) == (None, True)
    station.present(ALICE)
    assert status(transaction_id) == (False, True)
    del station.csms.answers["TransactionEvent"]
    station.disconnect()
    station.connect()
    assert status(transaction_id) == (False, False)


@pytest.mark.requirement("A04.FR.02")
def test_security_events_wait_for_their_csms(bench: MakeBench) -> None:
    """Queued over restarts, tried again after silence, dropped only where the CSMS cannot take them."""
    station = bench(start=False)
    station.engine.security_event("TamperDetectionActivated", START + timedelta(seconds=1), "door open")
    station.flush()
    station.power_up()
    station.csms.answers["SecurityEventNotification"] = lambda _: SILENCE
    station.connect()
    station.wait(3 * 86_400)
    assert station.all(MessageGivenUp) == []
    station.forget()
    del station.csms.answers["SecurityEventNotification"]
    station.wait(86_400)
    types = [event.type for event in station.of("SecurityEventNotification")]
    assert types == ["StartupOfTheDevice", "TamperDetectionActivated", "StartupOfTheDevice"]
    station.csms.answers["SecurityEventNotification"] = lambda _: Refusal("NotSupported")
    station.engine.security_event("TamperDetectionActivated", station.now)
    station.pump()
    assert [event.action for event in station.all(MessageGivenUp)] == ["SecurityEventNotification"]


RESUME = {"TxCtrlr.ResumptionTimeout": "600", "TxCtrlr.EnergyTransferResumptionRandomRange": "0"}


@pytest.mark.requirement("TX-15", "E17.FR.01", "E17.FR.10", "E17.FR.11", "E17.FR.14", "TC_E_113")
def test_a_short_power_cut_only_interrupts(bench: MakeBench) -> None:
    """The cable is still in: the transaction goes on under its id and numbers, charging, with the same holder."""
    station = bench(RESUME)
    transaction_id = station.start_charging()
    station.charge(120)
    station.now += timedelta(seconds=500)
    station.power_up()
    station.engine.meter(1, station.reading(1), station.now)
    station.plug_in()
    station.connect()
    assert station.engine.open_transactions == [transaction_id]
    assert station.told()[-1] == ("Updated", "TxResumed", "Charging")
    station.charge(60)
    station.present(ALICE)
    events = station.csms.of(transaction_id)
    assert [event.seq_no for event in events] == list(range(len(events)))
    assert [event.event_type for event in events].count("Started") == 1
    assert (events[-1].trigger_reason, events[-1].transaction_info.stopped_reason) == ("StopAuthorized", "Local")
    assert events[-1].transaction_info.time_spent_charging == 180


@pytest.mark.requirement("TX-15", "E17.FR.18")
def test_energy_comes_back_at_a_moment_of_its_own(bench: MakeBench) -> None:
    """Resumed without energy, then charging after a random part of the range."""
    station = bench(RESUME | {"TxCtrlr.EnergyTransferResumptionRandomRange": "60"}, chance=0.5)
    station.start_charging()
    station.power_up()
    station.plug_in()
    station.connect()
    assert station.told()[-1] == ("Updated", "TxResumed", "SuspendedEVSE")
    station.wait(29)
    assert station.told()[-1][2] == "SuspendedEVSE"
    station.wait(1)
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "Charging")


@pytest.mark.requirement("TX-15", "E17.FR.12", "TC_E_112")
def test_energy_may_stay_away_after_a_power_cut(bench: MakeBench) -> None:
    """Without AllowEnergyTransferResumption the transaction goes on suspended until its holder ends it."""
    station = bench(RESUME | {"TxCtrlr.AllowEnergyTransferResumption": "false"})
    station.start_charging()
    station.power_up()
    station.forget()
    station.plug_in()
    station.connect()
    station.wait(3600)
    assert station.told()[0] == ("Updated", "TxResumed", "SuspendedEVSE")
    assert station.all(ContactorClosed) == []
    station.present(ALICE)
    assert station.told()[-1][:2] == ("Ended", "StopAuthorized")


@pytest.mark.requirement("TX-15", "E17.FR.20", "E17.FR.21", "TC_E_116")
def test_a_long_power_cut_ends_the_transaction(bench: MakeBench) -> None:
    """Longer than ResumptionTimeout: ended with PowerLoss, though the cable is still in."""
    station = bench(RESUME)
    transaction_id = station.start_charging()
    station.now += timedelta(seconds=601)
    station.power_up()
    station.plug_in()
    station.connect()
    station.wait(10)
    assert station.csms.of(transaction_id)[-1].transaction_info.stopped_reason == "PowerLoss"
    assert station.engine.open_transactions == []


LEFT = [
    # stop point, StopTxOnEVSideDisconnect, what happens
    ("EVConnected", "false", "ended"),
    ("PowerPathClosed", "true", "ended"),
    ("Authorized", "true", "ended"),
    ("Authorized", "false", "waits"),
    ("ParkingBayOccupancy", "true", "deauthorized"),
]


@pytest.mark.requirement("TX-15", "E17.FR.16", "E17.FR.17")
@pytest.mark.parametrize(("stop", "deauthorizes", "outcome"), LEFT)
def test_a_vehicle_that_left_in_the_dark(bench: MakeBench, stop: str, deauthorizes: str, outcome: str) -> None:
    """No cable after the power cut: ended if that ends transactions; else idle, and authorised only where it may be."""
    variables = {"TxCtrlr.TxStopPoint": stop, "TxCtrlr.StopTxOnEVSideDisconnect": deauthorizes}
    station = bench(RESUME | variables)
    transaction_id = station.start_charging()
    station.power_up()
    assert [event.evse_id for event in station.all(MeterWanted)] == [1]
    station.connect()
    station.wait(6)
    event = station.csms.of(transaction_id)[-1]
    expected = ("Ended", "EVCommunicationLost") if outcome == "ended" else ("Updated", "TxResumed")
    assert (event.event_type, event.trigger_reason) == expected
    assert event.transaction_info.charging_state == "Idle"
    station.forget()
    station.plug_in()
    station.vehicle()
    assert bool(station.all(ContactorClosed)) == (outcome == "waits")


@pytest.mark.requirement("TX-15", "E03.FR.05")
def test_a_resumed_transaction_does_not_wait_for_ever(bench: MakeBench) -> None:
    """Resumed without a cable, the holder has EVConnectionTimeOut to bring one."""
    variables = {"TxCtrlr.TxStopPoint": "Authorized", "TxCtrlr.StopTxOnEVSideDisconnect": "false"}
    station = bench(RESUME | variables)
    transaction_id = station.start_charging()
    station.power_up()
    station.connect()
    station.wait(70)
    assert station.csms.of(transaction_id)[-1].trigger_reason == "EVConnectTimeout"


@pytest.mark.requirement("B13.FR.01", "B13.FR.03", "TC_B_101", "TC_B_103")
def test_a_reset_that_resumes(bench: MakeBench) -> None:
    """Refused where nothing can be resumed; else the transaction goes on after the reboot, however long that takes."""
    request = ResetRequest(type=ResetType.IMMEDIATE_AND_RESUME)
    assert bench().ask(request).status == "Rejected"
    station = bench(RESUME)
    transaction_id = station.start_charging()
    assert station.ask(request).status == "Accepted"
    assert len(station.all(ContactorOpened)) == 1
    assert [event.type for event in station.all(RebootRequested)] == ["ImmediateAndResume"]
    station.now += timedelta(hours=1)
    station.power_up()
    station.plug_in()
    station.connect()
    assert station.engine.open_transactions == [transaction_id]
    assert station.told()[-1] == ("Updated", "TxResumed", "Charging")


@pytest.mark.requirement("B13.FR.03")
def test_a_reset_of_one_evse_that_resumes(bench: MakeBench) -> None:
    """The transaction of the EVSE pauses and goes on."""
    station = bench(RESUME)
    transaction_id = station.start_charging()
    assert station.ask(ResetRequest(type=ResetType.IMMEDIATE_AND_RESUME, evse_id=1)).status == "Accepted"
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "SuspendedEVSE")
    station.wait(10)
    assert station.told()[-1] == ("Updated", "ChargingStateChanged", "Charging")
    assert station.engine.open_transactions == [transaction_id]


@pytest.mark.requirement("TX-06", "TX-07")
def test_thinning_out_does_not_hurry_the_next_attempt(bench: MakeBench) -> None:
    """While the oldest message waits for its next try, others are dropped behind it; it still waits."""
    station = bench(
        {"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "3600", "SampledDataCtrlr.TxUpdatedInterval": "1"},
        transaction_queue_bytes=20_000,
    )
    station.csms.answers["TransactionEvent"] = lambda _: ERROR
    station.start_charging()
    station.wait(300)
    assert station.all(MessageGivenUp)
    assert len(station.of("TransactionEvent")) == 1


@pytest.mark.requirement("A04.FR.02")
def test_security_events_are_no_storm_where_the_interval_is_zero(bench: MakeBench) -> None:
    """Tried for ever, but never without a pause."""
    station = bench({"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "0"}, start=False)
    station.csms.answers["SecurityEventNotification"] = lambda _: SILENCE
    station.connect()
    station.wait(100)
    assert 10 < len(station.of("SecurityEventNotification")) < 20


@pytest.mark.requirement("TX-07", "J02.FR.12")
def test_periodic_samples_are_dropped_before_changes(bench: MakeBench) -> None:
    """As long as dropping samples makes room, no change of the charging state is lost."""
    station = bench({"SampledDataCtrlr.TxUpdatedInterval": "10"}, transaction_queue_bytes=30_000)
    station.know(ALICE)
    station.disconnect()
    transaction_id = station.start_charging()
    for hour in range(20):
        station.wait(300)
        station.vehicle(wants=hour % 2 == 1)
    assert station.all(MessageGivenUp)
    station.connect()
    triggers = [str(event.trigger_reason) for event in station.csms.of(transaction_id)]
    assert triggers.count("ChargingStateChanged") == 21


@pytest.mark.requirement("TX-15", "E01.FR.16")
def test_a_power_cut_does_not_forget_where_the_cable_went(bench: MakeBench) -> None:
    """Begun without an EVSE, then plugged in: the end after the power cut names the EVSE and its register."""
    station = bench({"TxCtrlr.TxStartPoint": "Authorized"})
    station.present(ALICE, None)
    (transaction_id,) = station.engine.open_transactions
    station.plug_in(2)
    station.energy[2] += 9
    station.power_up()
    station.connect()
    station.wait(5)
    ended = station.csms.of(transaction_id)[-1]
    assert (ended.event_type, ended.evse.id) == ("Ended", 2)
    assert ended.meter_value[0].sampled_value[0].value == station.energy[2]
