"""The boot gate, heartbeats and resets."""

from datetime import timedelta
from typing import Any

import pytest

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    BootReason,
    GetBaseReportRequest,
    MessageTrigger,
    RegistrationStatus,
    ReportBase,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ResetRequest,
    ResetType,
    TriggerMessageRequest,
    UnlockConnectorRequest,
)
from pluglot.station import (
    ClockReported,
    EvseResetRequested,
    EvseSettings,
    RebootRequested,
    RegistrationChanged,
    SettingChanged,
)
from tests.station.bench import ALICE, BOB, HOLD, SILENCE, START, MakeBench


@pytest.mark.requirement("BOOT-01")
def test_nothing_but_the_boot_is_sent_before_it_is_answered(bench: MakeBench) -> None:
    """Queued transaction messages and security events of before wait behind the boot."""
    station = bench()
    station.know(ALICE)
    station.disconnect()
    station.start_charging()
    station.power_up()
    station.forget()
    station.csms.answers["BootNotification"] = lambda _: HOLD
    station.connect()
    station.wait(3600)
    assert station.actions() == ["BootNotification"]
    del station.csms.answers["BootNotification"]
    station.disconnect()
    station.connect()
    assert {"TransactionEvent", "SecurityEventNotification", "StatusNotification"} <= set(station.actions())


@pytest.mark.requirement("BOOT-10")
def test_an_accepted_boot_is_followed_by_the_state_of_every_connector(bench: MakeBench) -> None:
    """The boot says why the station started, and all connectors are reported once it is accepted."""
    station = bench(evses=3)
    assert station.of("BootNotification")[0].reason == "PowerUp"
    assert [(s.evse_id, s.connector_id, s.connector_status) for s in station.of("StatusNotification")] == [
        (number, 1, "Available") for number in (1, 2, 3)
    ]
    assert station.all(ClockReported)[0].current_time == START


@pytest.mark.requirement("BOOT-02", "BOOT-07")
def test_a_pending_station_sends_only_what_it_is_asked_for(bench: MakeBench) -> None:
    """While Pending: requests are answered and what they trigger is sent; nothing else, and no remote start or stop."""
    station = bench(start=False)
    station.csms.registration, station.csms.interval = RegistrationStatus.PENDING, 600
    station.connect()
    station.plug_in()
    station.wait(300)
    assert station.actions() == ["BootNotification"]
    start = RequestStartTransactionRequest(id_token=ALICE, remote_start_id=1, evse_id=1)
    assert station.ask(start).status == "Rejected"
    assert station.ask(RequestStopTransactionRequest(transaction_id="1")).status == "Rejected"
    assert station.get("OCPPCommCtrlr", "HeartbeatInterval").attribute_value == "300"
    assert station.actions() == ["BootNotification"]
    report = GetBaseReportRequest(request_id=7, report_base=ReportBase.SUMMARY_INVENTORY)
    assert station.ask(report).status == "Accepted"
    assert station.ask(TriggerMessageRequest(requested_message=MessageTrigger.HEARTBEAT)).status == "Accepted"
    assert set(station.actions()) == {"BootNotification", "NotifyReport", "Heartbeat"}
    assert station.engine.undelivered == 0 or "TransactionEvent" not in station.actions()
    station.csms.registration = RegistrationStatus.ACCEPTED
    station.wait(300)
    assert station.actions().count("BootNotification") == 2
    assert "StatusNotification" in station.actions()


WAITS = [(1, 1), (600, 600), (0, 75), (-5, 75), (10**9, 10**9)]


@pytest.mark.requirement("BOOT-03")
@pytest.mark.parametrize("status", [RegistrationStatus.PENDING, RegistrationStatus.REJECTED])
@pytest.mark.parametrize(("interval", "wait"), WAITS)
def test_the_next_boot_waits_for_its_interval(bench: MakeBench, status: Any, interval: Any, wait: Any) -> None:
    """Not before the interval; with none, a minute and up to half a minute of chance."""
    station = bench(start=False, chance=0.5)
    station.csms.registration, station.csms.interval = status, interval
    station.connect()
    station.wait(wait - 1)
    assert len(station.of("BootNotification")) == 1
    assert station.engine.next_deadline() is not None
    station.wait(1)
    assert len(station.of("BootNotification")) == 2


@pytest.mark.requirement("BOOT-03")
def test_an_absurd_interval_does_not_break_the_clock(bench: MakeBench) -> None:
    """An interval beyond the calendar means waiting for ever, not failing."""
    station = bench(start=False)
    station.csms.registration, station.csms.interval = RegistrationStatus.REJECTED, 10**18
    station.connect()
    station.wait(86_400)
    assert len(station.of("BootNotification")) == 1


@pytest.mark.requirement("BOOT-03")
def test_a_new_link_does_not_shorten_the_wait(bench: MakeBench) -> None:
    """A Rejected station that reconnects still waits for its interval."""
    station = bench(start=False)
    station.csms.registration, station.csms.interval = RegistrationStatus.REJECTED, 600
    station.connect()
    station.disconnect()
    station.wait(100)
    station.connect()
    assert len(station.of("BootNotification")) == 1
    station.wait(500)
    assert len(station.of("BootNotification")) == 2


@pytest.mark.requirement("BOOT-03")
def test_an_unanswered_boot_is_tried_again_without_flooding(bench: MakeBench) -> None:
    """Time-outs and errors lead to our own wait; a lost link to a boot with the next one."""
    station = bench(start=False)
    station.csms.answers["BootNotification"] = lambda _: SILENCE
    station.connect()
    station.wait(600)
    assert len(station.of("BootNotification")) == 9  # every 75 s
    station.csms.answers["BootNotification"] = lambda _: HOLD
    station.wait(75)
    station.disconnect()
    del station.csms.answers["BootNotification"]
    station.connect()
    assert station.happened[-1:] != []
    assert station.all(RegistrationChanged)[-1].status == "Accepted"


@pytest.mark.requirement("BOOT-06")
def test_a_rejected_station_answers_with_security_error(bench: MakeBench) -> None:
    """Whatever the CSMS asks of a station it rejected is refused."""
    station = bench(start=False)
    station.csms.registration = RegistrationStatus.REJECTED
    station.connect()
    for request in (
        UnlockConnectorRequest(evse_id=1, connector_id=1),
        TriggerMessageRequest(requested_message=MessageTrigger.BOOT_NOTIFICATION),
        ResetRequest(type=ResetType.IMMEDIATE),
    ):
        answer = station.ask(request)
        assert isinstance(answer, Refusal)
        assert answer.code == "SecurityError"
    assert station.actions() == ["BootNotification"]


@pytest.mark.requirement("BOOT-08")
def test_a_new_link_alone_brings_no_boot(bench: MakeBench) -> None:
    """Accepted once, a station only reconnects; a reboot and new firmware boot again."""
    station = bench(firmware_version="1.0")
    station.disconnect()
    station.connect()
    assert len(station.of("BootNotification")) == 1
    station.engine.firmware_installed("2.0")
    station.pump()
    boot = station.of("BootNotification")[1]
    assert (boot.charging_station.firmware_version, boot.reason) == ("2.0", "FirmwareUpdate")
    station.power_up(BootReason.WATCHDOG)
    station.connect()
    assert station.of("BootNotification")[2].reason == "Watchdog"


@pytest.mark.requirement("B01.FR.04")
def test_the_interval_of_an_accepted_boot_outlives_the_power(bench: MakeBench) -> None:
    """The heartbeat interval of the boot is a setting that is kept."""
    station = bench(start=False)
    station.csms.interval = 42
    station.connect()
    assert [e.value for e in station.all(SettingChanged) if e.variable == "HeartbeatInterval"] == ["42"]
    station.power_up()
    assert station.engine.setting("OCPPCommCtrlr", "HeartbeatInterval") == "42"


@pytest.mark.requirement("G02.FR.02", "G02.FR.05", "G02.FR.07")
def test_heartbeats_fill_silence_only(bench: MakeBench) -> None:
    """A heartbeat goes out after the interval of silence; other messages put it off, but not for more than a day."""
    station = bench(start=False)
    station.csms.interval = 60
    station.connect()
    station.wait(59)
    assert station.of("Heartbeat") == []
    station.wait(1)
    assert len(station.of("Heartbeat")) == 1
    assert [event.current_time for event in station.all(ClockReported)][1:] == [station.now]
    station.wait(30)
    station.plug_in()
    station.wait(59)
    assert len(station.of("Heartbeat")) == 1
    station.wait(1)
    assert len(station.of("Heartbeat")) == 2


@pytest.mark.requirement("TC_F_26", "F06.FR.17")
def test_a_triggered_boot_says_so_and_is_refused_once_accepted(bench: MakeBench) -> None:
    """While Pending the CSMS may ask for the boot at once; afterwards not."""
    station = bench(start=False)
    station.csms.registration, station.csms.interval = RegistrationStatus.PENDING, 3600
    station.connect()
    station.csms.registration = RegistrationStatus.ACCEPTED
    trigger = TriggerMessageRequest(requested_message=MessageTrigger.BOOT_NOTIFICATION)
    assert station.ask(trigger).status == "Accepted"
    assert [boot.reason for boot in station.of("BootNotification")] == ["PowerUp", "Triggered"]
    assert station.ask(trigger).status == "Rejected"


@pytest.mark.requirement("B11.FR.03", "B12.FR.04", "B01.FR.03")
def test_an_immediate_reset_ends_transactions_then_reboots(bench: MakeBench) -> None:
    """ImmediateReset is delivered before the reboot; the next boot says RemoteReset."""
    station = bench()
    station.start_charging()
    station.start_charging(BOB, 2)
    assert station.ask(ResetRequest(type=ResetType.IMMEDIATE)).status == "Accepted"
    ended = [event for event in station.of("TransactionEvent") if event.event_type == "Ended"]
    assert [(e.trigger_reason, e.transaction_info.stopped_reason) for e in ended] == [
        ("ResetCommand", "ImmediateReset")
    ] * 2
    assert [event.type for event in station.all(RebootRequested)] == ["Immediate"]
    assert station.engine.undelivered == 0
    station.power_up()
    station.connect()
    assert station.of("BootNotification")[-1].reason == "RemoteReset"
    station.power_up()
    station.connect()
    assert station.of("BootNotification")[-1].reason == "PowerUp"


@pytest.mark.requirement("B12.FR.05")
def test_a_reset_does_not_wait_for_a_csms_that_does_not_answer(bench: MakeBench) -> None:
    """After one message time-out the station reboots; the Ended event follows after the boot."""
    station = bench()
    transaction_id = station.start_charging()
    station.csms.answers["TransactionEvent"] = lambda _: HOLD
    station.ask(ResetRequest(type=ResetType.IMMEDIATE))
    station.wait(29)
    assert station.all(RebootRequested) == []
    station.wait(1)
    assert len(station.all(RebootRequested)) == 1
    assert station.engine.next_request(station.now) is None
    station.power_up()
    del station.csms.answers["TransactionEvent"]
    station.connect()
    assert station.csms.of(transaction_id)[-1].transaction_info.stopped_reason == "ImmediateReset"


@pytest.mark.requirement("B12.FR.01", "B12.FR.03", "TC_B_21", "TC_B_41")
def test_a_reset_on_idle_waits_for_all_transactions(bench: MakeBench) -> None:
    """Scheduled while anyone charges, and nobody else begins; the boot says ScheduledReset."""
    station = bench(evses=3)
    station.start_charging()
    station.start_charging(BOB, 2)
    assert station.ask(ResetRequest(type=ResetType.ON_IDLE)).status == "Scheduled"
    station.present(ALICE)
    assert station.all(RebootRequested) == []
    station.plug_in(3)
    station.present(ALICE, 3)
    assert len(station.engine.open_transactions) == 1
    station.present(BOB, 2)
    assert len(station.all(RebootRequested)) == 1
    station.power_up()
    station.connect()
    assert station.of("BootNotification")[-1].reason == "ScheduledReset"


@pytest.mark.requirement("B11.FR.08", "B11.FR.09", "B12.FR.07", "B12.FR.08")
def test_one_evse_is_reset_alone(bench: MakeBench) -> None:
    """Immediately with its transaction ended, on idle after it, and not at all where that is not built."""
    station = bench(evse_settings=(EvseSettings(), EvseSettings(), EvseSettings(resettable=False)))
    other = station.start_charging(BOB, 2)
    station.start_charging()
    assert station.ask(ResetRequest(type=ResetType.ON_IDLE, evse_id=1)).status == "Scheduled"
    assert station.all(EvseResetRequested) == []
    station.present(ALICE)
    assert [event.evse_id for event in station.all(EvseResetRequested)] == [1]
    station.present(ALICE)
    assert station.ask(ResetRequest(type=ResetType.IMMEDIATE, evse_id=1)).status == "Accepted"
    assert [event.evse_id for event in station.all(EvseResetRequested)] == [1, 1]
    assert station.engine.open_transactions == [other]
    for evse_id in (3, 9):
        assert station.ask(ResetRequest(type=ResetType.IMMEDIATE, evse_id=evse_id)).status == "Rejected"
    assert station.all(RebootRequested) == []


@pytest.mark.requirement("NET-01", "NET-02")
def test_the_wait_before_reconnecting_doubles_and_then_stays(bench: MakeBench) -> None:
    """Minimum plus chance, doubled up to the repeat times, a new random part each time, then constant."""
    station = bench(
        {
            "OCPPCommCtrlr.RetryBackOffWaitMinimum": "10",
            "OCPPCommCtrlr.RetryBackOffRandomRange": "8",
            "OCPPCommCtrlr.RetryBackOffRepeatTimes": "3",
        }
    )
    station.chance = 0.0
    assert [station.engine.reconnect_wait(n) for n in range(1, 8)] == [10, 20, 40, 80, 80, 80, 80]
    drawn = [n / 1000 for n in range(1000)]
    waits = []
    for station.chance in drawn:
        waits.append(station.engine.reconnect_wait(2))
    assert min(waits) == 20
    assert max(waits) < 28
    assert abs(sum(waits) / len(waits) - 24) < 0.1


@pytest.mark.requirement("NET-02")
def test_a_station_has_a_back_off_without_being_told(bench: MakeBench) -> None:
    """The factory values back off, whatever version the CSMS speaks."""
    station = bench()
    station.chance = 0.0
    assert [station.engine.reconnect_wait(n) for n in (1, 2, 9)] == [10, 20, 320]


@pytest.mark.requirement("WS-04")
def test_an_unknown_identity_keeps_trying_but_never_hastily(bench: MakeBench) -> None:
    """After HTTP 404 the same back-off holds, with a floor that no setting lowers."""
    station = bench({"OCPPCommCtrlr.RetryBackOffWaitMinimum": "0", "OCPPCommCtrlr.RetryBackOffRandomRange": "0"})
    assert station.engine.reconnect_wait(1) == 0
    assert station.engine.reconnect_wait(1, not_found=True) == 10
    assert sum(station.engine.reconnect_wait(n, not_found=True) for n in range(1, 61)) >= timedelta(minutes=10).seconds
