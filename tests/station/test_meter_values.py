"""Meter values: what is sampled, when, and what a meter cannot say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pluglot.messages import SignedMeterValue
from pluglot.messages.codec import encode
from pluglot.station import MeterReading, MeterWanted, ReadingRefused
from pluglot.station.meter_values import next_on_clock
from tests.station.bench import ALICE, START, MakeBench

FULL = MeterReading(
    energy=Decimal("1234.5"),
    energy_export=Decimal(7),
    power=Decimal(11000),
    power_offered=Decimal(22000),
    currents=(Decimal(16), Decimal("15.5"), Decimal(0)),
    voltage=Decimal(230),
    frequency=Decimal("50.01"),
    state_of_charge=Decimal(55),
)
EVERYTHING = (
    "Current.Import,Energy.Active.Export.Register,Energy.Active.Import.Register,Frequency,"
    "Power.Active.Import,Power.Offered,SoC,Voltage"
)


def samples(event: Any) -> Any:
    return [
        (str(s.measurand), s.phase and str(s.phase), s.value, s.unit_of_measure.unit)
        for value in event.meter_value
        for s in value.sampled_value
    ]


@pytest.mark.requirement("J02.FR.11", "J02.FR.03", "J02.FR.04", "TC_J_09")
def test_samples_come_at_their_interval_with_what_is_configured(bench: MakeBench) -> None:
    """Every measurand the meter has, in its unit, currents by phase; also with the first and the last event."""
    station = bench({"SampledDataCtrlr.TxUpdatedInterval": "30", "SampledDataCtrlr.TxUpdatedMeasurands": EVERYTHING})
    station.show = lambda _: FULL
    station.power_up()
    station.connect()
    station.start_charging()
    station.forget()
    station.wait(90)
    events = station.of("TransactionEvent")
    assert [(e.trigger_reason, e.timestamp - START) for e in events] == [
        ("MeterValuePeriodic", timedelta(seconds=n)) for n in (30, 60, 90)
    ]
    assert samples(events[0]) == [
        ("Current.Import", "L1", Decimal(16), "A"),
        ("Current.Import", "L2", Decimal("15.5"), "A"),
        ("Current.Import", "L3", Decimal(0), "A"),
        ("Energy.Active.Export.Register", None, Decimal(7), "Wh"),
        ("Energy.Active.Import.Register", None, Decimal("1234.5"), "Wh"),
        ("Frequency", None, Decimal("50.01"), "Hz"),
        ("Power.Active.Import", None, Decimal(11000), "W"),
        ("Power.Offered", None, Decimal(22000), "W"),
        ("SoC", None, Decimal(55), "Percent"),
        ("Voltage", None, Decimal(230), "V"),
    ]
    assert {s.context for e in events for v in e.meter_value for s in v.sampled_value} == {"Sample.Periodic"}


@pytest.mark.requirement("E02.FR.18")
def test_the_phases_in_use_are_told(bench: MakeBench) -> None:
    """Two of three phases carry current: two are told with the charging state."""
    station = bench()
    station.show = lambda _: FULL
    station.power_up()
    station.connect()
    station.start_charging()
    assert station.of("TransactionEvent")[-1].number_of_phases_used == 2


def test_an_interval_of_zero_samples_nothing(bench: MakeBench) -> None:
    """Neither interval set: a long session is told by its changes alone."""
    station = bench({"SampledDataCtrlr.TxUpdatedInterval": "0"})
    station.start_charging()
    told = len(station.told())
    station.wait(7200)
    assert len(station.told()) == told


@pytest.mark.requirement("J02.FR.11")
def test_missed_samples_are_not_made_up(bench: MakeBench) -> None:
    """A station that slept through ten intervals sends one sample, and keeps its rhythm."""
    station = bench()
    station.start_charging()
    station.forget()
    station.now += timedelta(seconds=615)
    station.engine.advance(station.now)
    station.pump()
    assert len(station.told()) == 1
    assert station.engine.next_deadline() == START + timedelta(seconds=660)


@pytest.mark.requirement("J01.FR.14", "J01.FR.22", "TC_J_01", "TC_J_02")
def test_samples_on_the_clock(bench: MakeBench) -> None:
    """On whole intervals of the day: MeterValues where nobody charges, an event of the transaction elsewhere."""
    station = bench({"AlignedDataCtrlr.Interval": "900", "SampledDataCtrlr.TxUpdatedInterval": "0"})
    station.wait(61)
    station.start_charging()
    station.forget()
    station.wait(1800)
    minutes = [(m - START).total_seconds() / 60 for m in station.sent_at if m > START + timedelta(seconds=61)]
    assert set(minutes) >= {15, 30}
    assert [m.evse_id for m in station.of("MeterValues")] == [2, 2]
    assert station.told() == [("Updated", "MeterValueClock", None)] * 2
    value = station.of("MeterValues")[0].meter_value[0]
    assert {sample.context for sample in value.sampled_value} == {"Sample.Clock"}


@pytest.mark.requirement("J01.FR.20", "TC_J_06")
def test_samples_on_the_clock_can_be_kept_to_idle_times(bench: MakeBench) -> None:
    """SendDuringIdle: none as long as anybody charges."""
    station = bench({"AlignedDataCtrlr.Interval": "900", "AlignedDataCtrlr.SendDuringIdle": "true"})
    station.start_charging()
    station.wait(1000)
    assert station.of("MeterValues") == []
    assert "MeterValueClock" not in {trigger for _, trigger, _ in station.told()}
    station.present(ALICE)
    station.wait(1000)
    assert len(station.of("MeterValues")) == 2


def test_idle_samples_are_not_kept_without_a_link(bench: MakeBench) -> None:
    """MeterValues of hours without a link are not sent afterwards."""
    station = bench({"AlignedDataCtrlr.Interval": "60"})
    station.disconnect()
    station.wait(3600)
    station.forget()
    station.connect()
    assert station.of("MeterValues") == []


@pytest.mark.requirement("E06.FR.11", "E06.FR.13", "TC_J_03", "TC_J_10")
def test_the_last_event_carries_the_samples_kept_for_it(bench: MakeBench) -> None:
    """TxEndedInterval collects; when it is too much every second sample goes; the end itself is always there."""
    variables = {
        "SampledDataCtrlr.TxUpdatedInterval": "0",
        "SampledDataCtrlr.TxEndedInterval": "60",
        "AlignedDataCtrlr.TxEndedInterval": "3600",
    }
    station = bench(variables)
    station.start_charging()
    station.wait(3600)
    station.present(ALICE)
    values = station.of("TransactionEvent")[-1].meter_value
    contexts = [str(value.sampled_value[0].context) for value in values]
    assert contexts.count("Sample.Periodic") == 60
    assert contexts.count("Sample.Clock") == 1
    assert contexts[-1] == "Transaction.End"
    station.present(ALICE)
    station.wait(5 * 3600)
    station.present(ALICE)
    long = station.of("TransactionEvent")[-1].meter_value
    assert 20 < len(long) < 150
    assert len(encode(station.of("TransactionEvent")[-1])) < 32_768
    assert long[-1].sampled_value[0].context == "Transaction.End"


@pytest.mark.requirement("J02.FR.21")
def test_signed_values_travel_with_the_register(bench: MakeBench) -> None:
    """A meter that signs has its signature in the register's sample, unless that is switched off."""
    signed = SignedMeterValue(signed_meter_data="c2lnbmVk", encoding_method="OCMF")
    station = bench(signing_meter=True)
    station.show = lambda _: MeterReading(energy=Decimal(5), signed=signed)
    station.power_up()
    station.connect()
    station.start_charging()
    assert station.of("TransactionEvent")[0].meter_value[0].sampled_value[0].signed_meter_value == signed
    station.set("SampledDataCtrlr", "SignReadings", "false")
    station.present(ALICE)
    assert station.of("TransactionEvent")[-1].meter_value[0].sampled_value[0].signed_meter_value is None


@pytest.mark.requirement("HRD-10")
@pytest.mark.parametrize(
    "reading",
    [
        MeterReading(energy=Decimal(-1)),
        MeterReading(energy=Decimal("NaN")),
        MeterReading(energy=Decimal(1), power=Decimal("Infinity")),
        MeterReading(energy=Decimal(1), energy_export=Decimal(-5)),
        MeterReading(energy=Decimal(1), currents=(Decimal("NaN"),)),
    ],
)
def test_what_no_meter_can_show_is_not_used(bench: MakeBench, reading: Any) -> None:
    """Nonsense from the hardware is told to the door and goes nowhere."""
    station = bench()
    station.engine.meter(1, reading, station.now)
    station.pump()
    assert len(station.all(ReadingRefused)) == 1


@pytest.mark.requirement("E01.FR.17", "TC_J_08")
def test_a_register_that_comes_late_is_told_late(bench: MakeBench) -> None:
    """Without a reading at the start the hardware is asked, and the next event carries the beginning."""
    station = bench()
    station.show = lambda _: None
    station.power_up()
    station.connect()
    station.start_charging()
    assert station.all(MeterWanted)
    assert all(event.meter_value is None for event in station.of("TransactionEvent"))
    station.engine.meter(1, MeterReading(energy=Decimal(500)), station.now)
    station.vehicle(wants=False)
    value = station.of("TransactionEvent")[-1].meter_value[0].sampled_value[0]
    assert (value.context, value.value) == ("Transaction.Begin", 500)


CLOCK = [
    ("00:00:00", 900, "00:15:00"),
    ("00:14:59", 900, "00:15:00"),
    ("23:59:59", 900, "00:00:00"),
    ("23:50:00", 7000, "00:00:00"),
    ("12:00:00", 86400, "00:00:00"),
]


@pytest.mark.parametrize(("moment", "interval", "expected"), CLOCK)
def test_the_clock_counts_from_midnight(moment: Any, interval: Any, expected: Any) -> None:
    """Intervals that do not divide the day start anew at midnight."""
    now = datetime.fromisoformat(f"2026-03-02T{moment}").replace(tzinfo=UTC)
    assert next_on_clock(now, interval).strftime("%H:%M:%S") == expected
