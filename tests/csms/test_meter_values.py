from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.csms import MeterRules, Policy, fold
from pluglot.csms.facts import MeterValuesReported
from pluglot.csms.meter_values import UNITS, readings_of, reconcile
from pluglot.messages import (
    CustomData,
    Location,
    Measurand,
    MeterValuesRequest,
    MeterValuesResponse,
    Phase,
    ReadingContext,
    SampledValue,
    SignedMeterValue,
    UnitOfMeasure,
)
from tests.csms.house import MINUTE, NOON, House, happening, metered, register_sample


def reading(value: object, unit: str | None = "Wh", *, multiplier: int | None = None, **more: object):  # noqa: ANN201 - a sample
    measure = UnitOfMeasure(unit=unit, multiplier=multiplier) if unit or multiplier else None
    sample = SampledValue(value=Decimal(str(value)), unit_of_measure=measure, **more)
    (only,) = readings_of((metered(NOON, sample),))
    return only


def reading_sample(measurand: str, unit: str) -> SampledValue:
    """A sample of something else than the register."""
    return SampledValue(value=Decimal(5), measurand=Measurand(measurand), unit_of_measure=UnitOfMeasure(unit=unit))


async def run(house: House, *points: tuple[float, object], transaction_id: str = "T1", **more: object) -> None:
    """A transaction whose register has these states at these minutes."""
    for number, (minute, wh) in enumerate(points):
        kind = "Started" if number == 0 else "Ended" if number == len(points) - 1 else "Updated"
        at = NOON + minute * MINUTE
        event = happening(
            kind, number, at, wh=wh, transaction_id=transaction_id, state="Charging" if number == 1 else None
        )
        await house.answer(event, now=NOON + timedelta(days=2), **more)


@pytest.mark.requirement("DAT-03")
@pytest.mark.parametrize(
    ("value", "unit", "multiplier", "expected", "base"),
    [
        ("12.5", "kWh", None, "12500", "Wh"),
        ("12.5", "Wh", 3, "12500", "Wh"),
        ("12.5", "kWh", -3, "12.5", "Wh"),
        ("7", None, None, "7", "Wh"),
        ("7", None, 3, "7000", "Wh"),
        ("125", "Wh", -1, "12.5", "Wh"),
    ],
)
def test_energy_is_brought_to_watt_hours(
    value: str, unit: str | None, multiplier: int | None, expected: str, base: str
) -> None:
    """Unit and multiplier are applied exactly, and the unit is Wh where none is told."""
    told = reading(value, unit, multiplier=multiplier)
    assert (told.value, told.unit, told.measurand) == (Decimal(expected), base, "Energy.Active.Import.Register")


@pytest.mark.requirement("DAT-03")
@pytest.mark.parametrize("unit", UNITS)
def test_every_known_unit_has_a_base_of_its_own_kind(unit: str) -> None:
    """A base unit is its own base, so that applying the table twice changes nothing."""
    base, _ = UNITS[unit]
    assert UNITS.get(base, (base, 0)) == (base, 0) or base == "%"


@pytest.mark.requirement("DAT-03")
@pytest.mark.parametrize(
    ("measurand", "base"),
    [
        (Measurand.POWER_ACTIVE_IMPORT, "W"),
        (Measurand.CURRENT_IMPORT, "A"),
        (Measurand.VOLTAGE, "V"),
        (Measurand.SOC, "%"),
    ],
)
def test_a_missing_unit_is_that_of_the_measurand(measurand: Measurand, base: str) -> None:
    """Stations leave units out."""
    assert reading(5, None, measurand=measurand).unit == base


@pytest.mark.requirement("DAT-03")
@pytest.mark.parametrize(
    ("unit", "multiplier"), [("BTU", None), ("kwh", None), ("Wh", 19), ("Wh", -400), ("Wh", 10**9)]
)
async def test_unknown_units_are_kept_and_not_counted(house: House, unit: str, multiplier: int | None) -> None:
    """A sample nobody can read stays as told, and no energy is made of it."""
    told = reading("12.5", unit, multiplier=multiplier)
    assert told.value == Decimal("12.5")
    assert told.unit.startswith(unit)
    assert told.unit != "Wh"
    sample = SampledValue(value=Decimal(5000), unit_of_measure=UnitOfMeasure(unit=unit, multiplier=multiplier))
    await house.answer(happening("Started", 0, NOON, wh=0))
    await house.answer(happening("Updated", 1, NOON + MINUTE, meter_value=(metered(NOON + MINUTE, sample),)))
    assert house.record().energy_wh == 0
    assert len(house.shelf.entries["CS1", "T1"][1].readings) == 1


@pytest.mark.requirement("DAT-03")
@pytest.mark.parametrize("value", ["1e400", "-1e400", "1e-400", "1e999999", "NaN", "Infinity"])
async def test_absurd_numbers_are_kept_and_not_counted(house: House, value: str) -> None:
    """A number beyond all meters breaks nothing."""
    await house.answer(happening("Started", 0, NOON, wh=0))
    absurd = [register_sample(value, unit=unit) for unit in ("Wh", "kWh")]
    await house.answer(happening("Updated", 1, NOON + MINUTE, meter_value=(metered(NOON + MINUTE, *absurd),)))
    await house.answer(happening("Ended", 2, NOON + 2 * MINUTE, wh=100))
    assert house.record().energy_wh == 100


@pytest.mark.requirement("DAT-03")
async def test_phases_are_added_where_no_total_is_told(house: House) -> None:
    """The sum of the phases at one moment is the register; neutral and line voltages are no part of it."""

    def phases(at_minute: int, *values: int) -> tuple:  # type: ignore[type-arg]
        kinds = (Phase.L1, Phase.L2, Phase.L3)
        samples = [register_sample(value, phase=phase) for value, phase in zip(values, kinds, strict=True)]
        return (metered(NOON + at_minute * MINUTE, *samples, register_sample(77, phase=Phase.N)),)

    await house.answer(happening("Started", 0, NOON, meter_value=phases(0, 10, 20, 30)))
    await house.answer(happening("Ended", 1, NOON + 10 * MINUTE, meter_value=phases(10, 110, 220, 330)))
    assert house.record().energy_wh == 600
    assert house.record().meter_start_wh == 60


@pytest.mark.requirement("DAT-03")
async def test_the_total_wins_over_phases(house: House) -> None:
    """Where both are told the total counts, and nothing twice."""
    for number, (kind, at, total) in enumerate([("Started", NOON, 0), ("Ended", NOON + 10 * MINUTE, 300)]):
        samples = [
            register_sample(total),
            *(register_sample(total // 3, phase=phase) for phase in (Phase.L1, Phase.L2)),
        ]
        await house.answer(happening(kind, number, at, meter_value=(metered(at, *samples),)))
    assert house.record().energy_wh == 300
    assert house.record().implausible == ()


@pytest.mark.requirement("DAT-03")
async def test_only_what_is_measured_at_the_outlet_is_billed(house: House) -> None:
    """The grid side measures other things too; another measurand is no register."""
    for number, (kind, at) in enumerate([("Started", NOON), ("Ended", NOON + 10 * MINUTE)]):
        samples = (
            register_sample(number * 500, location=Location.OUTLET),
            register_sample(number * 9000, location=Location.INLET),
            register_sample(number * 7000, location=Location.EV),
            register_sample(number * 8000, measurand=Measurand.ENERGY_ACTIVE_EXPORT_REGISTER),
            register_sample(number * 8000, measurand=Measurand.ENERGY_ACTIVE_IMPORT_INTERVAL),
        )
        await house.answer(happening(kind, number, at, meter_value=(metered(at, *samples),)))
    assert house.record().energy_wh == 500


@pytest.mark.requirement("DAT-03")
async def test_a_meter_that_appears_later_is_not_compared_with_another(house: House) -> None:
    """States of the cable's meter and the outlet's are never subtracted from each other."""
    at = [NOON + minute * MINUTE for minute in range(4)]
    await house.answer(
        happening("Started", 0, at[0], meter_value=(metered(at[0], register_sample(0, location=Location.CABLE)),))
    )
    await house.answer(happening("Updated", 1, at[1], meter_value=(metered(at[1], register_sample(5000)),)))
    await house.answer(happening("Ended", 2, at[2], meter_value=(metered(at[2], register_sample(5200)),)))
    assert house.record().energy_wh == 200


@pytest.mark.requirement("DAT-02")
def test_signed_values_are_kept_as_received() -> None:
    """The signed data come out character by character, with what is needed to verify them."""
    data = "T0NNRnx7IkZWIjoiMS4wIn0K+/=é"
    signed = SignedMeterValue(
        signed_meter_data=data,
        encoding_method="OCMF",
        public_key="k",
        signing_method="ECDSA",
        custom_data=CustomData("v", x=1),
    )
    kept = msgspec.json.decode(reading(5, signed_meter_value=signed).signed)
    assert kept == {
        "signedMeterData": data,
        "encodingMethod": "OCMF",
        "publicKey": "k",
        "signingMethod": "ECDSA",
        "customData": {"vendorId": "v", "x": 1},
    }


@pytest.mark.requirement("DAT-01")
async def test_an_end_below_the_start_is_kept_and_not_billed(house: House) -> None:
    """A register that ran backwards is stored as told, marked, and nobody pays or is paid for it."""
    await run(house, (0, 5000), (60, 1000))
    record = house.record()
    assert (record.energy_wh, record.cost) == (0, Decimal("0.00"))
    assert record.meter_last_wh == 5000
    assert "ran backwards from 5000 to 1000 Wh" in record.implausible[0]
    assert house.event_names() == ["ImplausibleEnergy"]
    assert house.shelf.entries["CS1", "T1"][1].readings[0].value == 1000


@pytest.mark.requirement("DAT-01")
async def test_one_wrong_reading_is_left_out(house: House) -> None:
    """A single reading out of line changes nothing of the rest, whether too high or too low."""
    for name, wrong in (("HIGH", 10**9), ("LOW", 3)):
        await run(house, (0, 1000), (10, 1500), (20, wrong), (30, 2500), (40, 3000), transaction_id=name)
        assert house.record(name).energy_wh == 2000
        assert len(house.record(name).implausible) == 1


@pytest.mark.requirement("DAT-01")
async def test_a_reset_is_not_billed_but_what_came_before_and_after_is(house: House) -> None:
    """A register that starts again at zero counts on from there; the step itself is nobody's energy."""
    await run(house, (0, 50_000), (10, 51_000), (20, 0), (30, 1000), (40, 2000))
    assert house.record().energy_wh == 3000
    assert "went on from there" in house.record().implausible[0]


@pytest.mark.requirement("DAT-01")
async def test_a_meter_that_was_not_ready_at_the_start_does_not_bill_its_whole_life(house: House) -> None:
    """Zero first and the true state next is a jump: counting begins with the true state."""
    await run(house, (0, 0), (1, 1_234_000), (11, 1_235_000), (20, 1_236_000))
    assert house.record().energy_wh == 2000
    assert "jumped" in house.record().implausible[0]


@pytest.mark.requirement("DAT-01")
@pytest.mark.parametrize(
    ("watts", "wh", "billed"),
    [
        (400_000, 400_000, 400_000),
        (400_000, 406_000, 406_000),
        (400_000, 500_000, 0),
        (3_750_000, 3_750_000, 3_750_000),  # a lorry at the fastest connector there is
        (None, 1_000_000, 1_000_000),
        (None, 1_100_000, 0),
    ],
)
async def test_nothing_beyond_the_physical_maximum_is_billed(watts: int | None, wh: int, billed: int) -> None:
    """In one hour 400 kW move 400 kWh, and a little for clocks that differ; more is implausible."""
    rules = MeterRules() if watts is None else MeterRules(maximum_power_w=Decimal(watts))
    house = House(policy=Policy(meter=rules))
    house.register()
    await run(house, (0, 0), (60, wh))
    assert house.record().energy_wh == billed
    assert bool(house.record().implausible) == (billed == 0)


@pytest.mark.requirement("DAT-01")
@pytest.mark.parametrize("modulus", [10**8, 10**9, 10**10, 2**31, 2**32])
async def test_a_register_that_rolls_over_goes_on_counting(house: House, modulus: int) -> None:
    """Meters of 5 to 7 digits of kWh, and counters of 31 and 32 bits, start again at zero."""
    await run(house, (0, modulus - 3000), (10, modulus - 1000), (20, 1000), (30, 3000))
    assert house.record().energy_wh == 6000
    assert house.record().implausible == ()


@pytest.mark.requirement("DAT-01")
async def test_fewer_digits_are_not_running_backwards(house: House) -> None:
    """12.35 kWh and then 12346 Wh is one register, rounded once."""
    await run(house, (0, 12_000), (10, 12_350), (10, 12_346))
    assert house.record().energy_wh == 346
    assert house.record().implausible == ()


@pytest.mark.requirement("DAT-01")
async def test_energy_outside_the_time_of_the_transaction_is_not_billed(house: House) -> None:
    """A reading from before the start or after the end belongs to somebody else."""
    old = metered(NOON - timedelta(hours=3), register_sample(0))
    new = metered(NOON + timedelta(hours=3), register_sample(90_000))
    await house.answer(happening("Started", 0, NOON, wh=50_000), now=NOON + timedelta(hours=5))
    await house.answer(happening("Updated", 1, NOON + MINUTE, meter_value=(old, new)), now=NOON + timedelta(hours=5))
    await house.answer(happening("Ended", 2, NOON + 30 * MINUTE, wh=51_000), now=NOON + timedelta(hours=5))
    assert house.record().energy_wh == 1000
    assert len(house.record().implausible) == 2


@pytest.mark.requirement("DAT-01", "TX-09")
@pytest.mark.parametrize(
    "story",
    [
        # readings before the start, the older one told later
        [("Started", 0, None), ("Updated", 1, -180), ("Updated", 2, -240), ("Ended", 30, 30)],
        # a reading after the end, told before it
        [("Started", 0, 0), ("Updated", 1, 40), ("Ended", 2, None)],
        # the start numbered after an update that it makes too early
        [("Updated", 0, -180), ("Started", 0, 0), ("Ended", 30, 30)],
        # two starts
        [("Started", 0, 0), ("Started", 10, 10), ("Ended", 30, 30)],
        # readings out of order between two events
        [("Started", 0, 0), ("Updated", 10, 20), ("Updated", 15, 12), ("Ended", 30, 30)],
    ],
)
async def test_odd_readings_count_the_same_one_by_one_as_all_at_once(
    house: House, story: list[tuple[str, int, int | None]]
) -> None:
    """Whatever a station tells in whatever order, what is kept at hand agrees with the whole ledger."""
    for number, (kind, minute, read_at) in enumerate(story):
        values = None
        if read_at is not None:
            values = (metered(NOON + read_at * MINUTE, register_sample(50_000 + number * 100)),)
        event = happening(kind, number, NOON + minute * MINUTE, meter_value=values)
        await house.answer(event, now=NOON + timedelta(hours=5))
    entries = house.shelf.entries["CS1", "T1"].values()
    assert house.record() == fold(entries, house.policy, "2.1")


@pytest.mark.requirement("DAT-01")
async def test_a_register_above_a_modulus_does_not_roll_over_at_it(house: House) -> None:
    """A step back by nearly a modulus from above it is no rollover."""
    await run(house, (0, 250_000_000), (10, 150_000_100))
    assert house.record().energy_wh == 0
    assert house.record().implausible != ()


@pytest.mark.requirement("DAT-01")
async def test_missing_ends_are_told(house: House) -> None:
    """Without a reading at the start counting begins with the first, without one at the end it ends with the last."""
    await run(house, (0, None), (10, 1000), (20, 2000), (30, None))
    record = house.record()
    assert (record.energy_wh, record.meter_start_wh) == (1000, 1000)
    assert [remark.split(":")[0] for remark in record.implausible] == [
        "no reading at the start",
        "no reading at the end",
    ]


@pytest.mark.requirement("DAT-01")
async def test_a_session_without_any_register_is_told(house: House) -> None:
    """A vehicle charged and nobody measured."""
    await run(house, (0, None), (10, None), (30, None))
    assert house.record().implausible == ("no energy register was reported: nothing is billed",)


@pytest.mark.requirement("DAT-01", "DAT-03")
@pytest.mark.parametrize(
    ("samples", "told"),
    [
        ([], "no energy register was reported"),
        ([reading_sample("Voltage", "V")], "no energy register was reported"),
        ([register_sample(5, unit="BTU")], "only Energy.Active.Import.Register in BTU"),
        (
            [reading_sample("Energy.Active.Import.Interval", "kWh")],
            "only Energy.Active.Import.Interval in Wh",
        ),
        (
            [register_sample(5, location=Location.INLET), register_sample(5, phase=Phase.N)],
            "only Energy.Active.Import.Register in Wh at Inlet, Energy.Active.Import.Register of N in Wh",
        ),
        (
            [register_sample(5, unit=unit) for unit in ("a", "b", "c", "d", "e")],
            "only " + ", ".join(f"Energy.Active.Import.Register in {unit}" for unit in "abc") + " and more",
        ),
    ],
)
async def test_energy_that_nobody_can_count_is_told(house: House, samples: list[SampledValue], told: str) -> None:
    """A session without a register that counts says why it is free, and an event is raised once it has ended."""
    for number, kind in enumerate(("Started", "Updated", "Updated", "Ended")):
        values = (metered(NOON + number * MINUTE, *samples[number % 2 :: 2]),) if samples[number % 2 :: 2] else None
        event = happening(kind, number, NOON + number * MINUTE, meter_value=values)
        assert house.event_names() == []
        await house.answer(event, now=NOON + timedelta(days=2))
    (remark,) = house.record().implausible
    assert told in remark
    assert remark.endswith(": nothing is billed")
    assert (house.record().energy_wh, house.record().cost) == (0, Decimal("0.00"))
    assert house.event_names() == ["ImplausibleEnergy"]
    assert house.record() == fold(house.shelf.entries["CS1", "T1"].values(), house.policy, "2.1")


@pytest.mark.requirement("DAT-01")
async def test_a_session_that_only_has_readings_outside_it_is_told(house: House) -> None:
    """The register was read, but hours before."""
    old = metered(NOON - timedelta(hours=3), register_sample(7))
    await house.answer(happening("Started", 0, NOON, meter_value=(old,)), now=NOON + timedelta(hours=1))
    await house.answer(happening("Ended", 1, NOON + MINUTE), now=NOON + timedelta(hours=1))
    outside, unmetered = house.record().implausible
    assert "lies outside the transaction" in outside
    assert unmetered == "no reading of the energy register lies within the transaction: nothing is billed"


@pytest.mark.requirement("DAT-01")
async def test_a_session_that_never_charged_is_ordinary(house: House) -> None:
    """A vehicle came and went, and the register stood still: there is nothing to remark."""
    await house.answer(happening("Started", 0, NOON, wh=1000, state="EVConnected"))
    await house.answer(happening("Ended", 1, NOON + MINUTE, wh=1000), now=NOON + MINUTE)
    assert house.record().implausible == ()
    assert house.event_names() == []


@pytest.mark.requirement("TC_J_08")
async def test_begin_values_may_come_later(house: House) -> None:
    """When the EVSE was not known at the start, its begin values come with a later event."""
    begin = metered(NOON + MINUTE, register_sample(700, context=ReadingContext.TRANSACTION_BEGIN))
    await house.answer(happening("Started", 0, NOON))
    await house.answer(happening("Updated", 1, NOON + MINUTE, meter_value=(begin,)))
    await house.answer(happening("Ended", 2, NOON + 10 * MINUTE, wh=900))
    assert house.record().energy_wh == 200
    assert house.record().implausible == ()


async def test_history_in_the_last_event_repeats_nothing(house: House) -> None:
    """An Ended that carries all readings of the transaction again gives the energy once."""
    await run(house, (0, 1000), (10, 1500), (20, 2000), (30, None))
    house.shelf.records.clear()
    house.shelf.entries.clear()
    history = tuple(metered(NOON + minute * MINUTE, register_sample(1000 + 50 * minute)) for minute in (0, 10, 20, 30))
    for number, wh in enumerate((1000, 1500)):
        kind = "Started" if number == 0 else "Updated"
        await house.answer(happening(kind, number, NOON + 10 * number * MINUTE, wh=wh))
    await house.answer(happening("Ended", 2, NOON + 30 * MINUTE, meter_value=history))
    assert house.record().energy_wh == 1500
    assert house.record().implausible == ()


async def test_power_and_state_of_charge_are_the_latest(house: House) -> None:
    """The page shows what flows now: the sum of phases, nothing while suspended, nothing after the end."""

    def samples(*power: int, soc: int) -> tuple[SampledValue, ...]:
        watts = [
            SampledValue(
                value=Decimal(value) / 1000,
                measurand=Measurand.POWER_ACTIVE_IMPORT,
                phase=phase,
                unit_of_measure=UnitOfMeasure(unit="kW"),
            )
            for value, phase in zip(power, (Phase.L1_N, Phase.L2_N, Phase.L3_N), strict=False)
        ]
        return (*watts, SampledValue(value=Decimal(soc), measurand=Measurand.SOC))

    def power() -> tuple[Decimal | None, Decimal | None]:
        return house.record().power_w, house.record().state_of_charge

    await house.answer(happening("Started", 0, NOON, state="EVConnected"))
    assert power() == (None, None)
    first, second = (
        metered(NOON, *samples(3600, 3600, 3600, soc=40)),
        metered(NOON + MINUTE, *samples(3600, 3600, soc=41)),
    )
    await house.answer(happening("Updated", 1, NOON, state="Charging", meter_value=(first, second)))
    assert power() == (7200, 41)
    await house.answer(happening("Updated", 2, NOON + 2 * MINUTE, state="SuspendedEV"))
    assert power() == (0, 41)
    await house.answer(
        happening(
            "Updated",
            3,
            NOON + 3 * MINUTE,
            state="Charging",
            meter_value=(metered(NOON + 3 * MINUTE, *samples(1000, soc=142)),),
        )
    )
    assert power() == (1000, 41)
    await house.answer(happening("Ended", 4, NOON + 4 * MINUTE))
    assert power() == (0, 41)


async def test_without_measured_power_it_is_the_mean_of_the_last_readings(house: House) -> None:
    """1.6 stations often tell energy alone: 1000 Wh in ten minutes are 6 kW, while charging."""
    await run(house, (0, 0), (10, 1000), (20, 1500), (30, None))
    assert house.record().power_w == 0
    house = House()
    house.register()
    await house.answer(happening("Started", 0, NOON, wh=0))
    assert house.record().power_w is None
    await house.answer(happening("Updated", 1, NOON + 10 * MINUTE, wh=1000, state="Charging"))
    assert house.record().power_w == 6000
    await house.answer(happening("Updated", 2, NOON + 20 * MINUTE, wh=1500))
    assert house.record().power_w == 3000
    await house.answer(happening("Updated", 3, NOON + 20 * MINUTE, state="SuspendedEV"))
    assert house.record().power_w is None


@pytest.mark.requirement("TC_J_01")
async def test_readings_of_no_transaction_are_kept_for_their_evse(house: House) -> None:
    """MeterValues become a fact with readings in base units."""
    request = MeterValuesRequest(evse_id=2, meter_value=(metered(NOON, register_sample("1.5", unit="kWh")),))
    decision = await house.decide(request)
    assert isinstance(decision.response, MeterValuesResponse)
    (fact,) = decision.facts
    assert isinstance(fact, MeterValuesReported)
    assert (fact.station_id, fact.evse_id, fact.readings[0].value, fact.readings[0].unit) == ("CS1", 2, 1500, "Wh")


@pytest.mark.requirement("DAT-04")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 5000), min_size=2, max_size=6), min_size=1, max_size=5),
    st.lists(st.integers(0, 300), min_size=5, max_size=5),
)
async def test_transactions_add_up_to_the_movement_of_the_register(
    sessions: list[list[int]], between: list[int]
) -> None:
    """Over any series of sessions the register's movement is what was billed plus what is shown as difference."""
    house = House()
    house.register()
    register, unbilled, first, records = 7_000, 0, None, []
    for number, steps in enumerate(sessions):
        points = []
        for minute, step in enumerate(steps):
            register += step if minute else 0
            points.append((number * 600 + minute * 10, register))
        first = points[0][1] if first is None else first
        await run(house, *points, transaction_id=f"T{number}")
        records.append(house.record(f"T{number}"))
        if number + 1 < len(sessions):
            register += between[number]
            unbilled += between[number]
    result = reconcile(records)
    assert result.movement_wh == register - first
    assert result.difference_wh == unbilled
    assert result.billed_wh + result.difference_wh == result.movement_wh


@pytest.mark.requirement("DAT-04")
def test_nothing_reconciles_with_nothing() -> None:
    """Without transactions there is no movement and no difference."""
    assert reconcile([]).difference_wh == 0
