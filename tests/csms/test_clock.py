from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pluglot.csms import fold
from pluglot.csms.clock import is_believable
from pluglot.messages import (
    ConnectorStatus,
    MeterValuesRequest,
    ReadingContext,
    SecurityEventNotificationRequest,
    StatusNotificationRequest,
)
from tests.csms.house import MINUTE, NOON, House, happening, metered, register_sample

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FUTURE = datetime(2106, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "believable"),
    [
        (EPOCH, False),
        (datetime(2009, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2010, 1, 1, tzinfo=UTC), True),
        (NOON + timedelta(days=1), True),
        (NOON + timedelta(days=1, seconds=1), False),
        (FUTURE, False),
        (datetime.max.replace(tzinfo=UTC), False),
        (datetime.min.replace(tzinfo=UTC), False),
    ],
)
def test_times_are_believed_from_2010_to_tomorrow(at: datetime, *, believable: bool) -> None:
    """A clock may be a time zone ahead, not a day, and not from before stations existed."""
    assert is_believable(at, NOON) is believable


@pytest.mark.parametrize("zero", [EPOCH, FUTURE, datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
async def test_a_session_by_a_clock_that_is_wrong_throughout(house: House, zero: datetime) -> None:
    """Energy is right, times are those of reception, what was told is kept, and one event is raised."""
    step = MINUTE if zero.year < 5000 else -MINUTE
    for number, (kind, wh) in enumerate([("Started", 0), ("Updated", 5000), ("Ended", 9000)]):
        house.now = NOON + 10 * number * MINUTE
        await house.answer(happening(kind, number, zero + 10 * number * step, wh=wh))
    record = house.record()
    assert record.energy_wh == 9000
    assert (record.started_at, record.ended_at) == (NOON, NOON + 20 * MINUTE)
    assert [entry.at for entry in house.shelf.entries["CS1", "T1"].values()] == [zero + 10 * n * step for n in range(3)]
    assert house.event_names() == ["ClockUnset"]
    assert house.shelf.events[0].event.data == {"reported": zero.isoformat()}
    assert record.implausible == ()


async def test_a_clock_set_during_the_session(house: House) -> None:
    """It began in 1970 and ended today: the beginning is when we heard of it, and the energy counts."""
    points = [("Started", EPOCH, 0), ("Updated", EPOCH + 10 * MINUTE, 4000), ("Updated", NOON + 20 * MINUTE, 8000)]
    for number, (kind, at, wh) in enumerate(points):
        await house.answer(happening(kind, number, at, wh=wh), now=NOON + 10 * number * MINUTE)
    await house.answer(happening("Ended", 3, NOON + 30 * MINUTE, wh=12_000), now=NOON + 30 * MINUTE)
    record = house.record()
    assert (record.started_at, record.ended_at, record.energy_wh) == (NOON, NOON + 30 * MINUTE, 12_000)
    assert record.implausible == ()


async def test_a_clock_lost_during_the_session(house: House) -> None:
    """After a power cut it is 1970 again: the energy counts, and it ends when we heard of the end."""
    points = [("Started", NOON, 0), ("Updated", NOON + 10 * MINUTE, 4000), ("Ended", EPOCH + MINUTE, 60_000)]
    for number, (kind, at, wh) in enumerate(points):
        await house.answer(happening(kind, number, at, wh=wh), now=NOON + 10 * number * MINUTE)
    record = house.record()
    assert (record.started_at, record.ended_at, record.energy_wh) == (NOON, NOON + 20 * MINUTE, 60_000)
    assert record.implausible == ()


async def test_history_by_a_wrong_clock_repeats_nothing(house: House) -> None:
    """Of the readings that an Ended repeats only the last counts when their times say nothing."""
    await house.answer(happening("Started", 0, EPOCH, wh=1000))
    await house.answer(happening("Updated", 1, EPOCH + 10 * MINUTE, wh=1500))
    history = [(0, 1000), (10, 1500), (20, 2000)]
    values = tuple(metered(EPOCH + minute * MINUTE, register_sample(wh)) for minute, wh in history)
    await house.answer(happening("Ended", 2, EPOCH + 20 * MINUTE, meter_value=values))
    assert (house.record().energy_wh, house.record().implausible) == (1000, ())


async def test_an_end_that_brings_the_only_readings_counts_by_any_clock(house: House) -> None:
    """Where no event before told a state of the register, those of the Ended repeat nothing and all count."""
    await house.answer(happening("Started", 0, NOON))
    await house.answer(happening("Updated", 1, NOON - timedelta(seconds=1), state="Charging"))
    begin = metered(NOON, register_sample(1000, context=ReadingContext.TRANSACTION_BEGIN))
    end = metered(NOON + 10 * MINUTE, register_sample(1800, context=ReadingContext.TRANSACTION_END))
    await house.answer(happening("Ended", 2, NOON + 10 * MINUTE, meter_value=(begin, end)))
    assert (house.record().energy_wh, house.record().implausible) == (800, ())
    house.restart()
    entries = house.shelf.entries["CS1", "T1"].values()
    assert fold(entries, house.policy, "2.1") == house.record()


async def test_a_clock_that_was_set_while_offline_makes_no_negative_duration(house: House) -> None:
    """Delivered at once, the start by a wrong clock, the end by a right one: it began no later than the rest."""
    for number, (kind, at) in enumerate(
        [("Started", EPOCH), ("Updated", NOON - 50 * MINUTE), ("Ended", NOON - 30 * MINUTE)]
    ):
        await house.answer(happening(kind, number, at, wh=number * 1000, offline=True))
    assert house.record().started_at == NOON - 50 * MINUTE
    assert house.record().ended_at == NOON - 30 * MINUTE


@pytest.mark.parametrize("seconds", [1, 60, 3600])
async def test_a_clock_put_back_makes_no_negative_duration(house: House, seconds: int) -> None:
    """Times believable and in the wrong order: the numbers of the events tell the order, and the energy counts."""
    back = timedelta(seconds=seconds)
    await house.answer(happening("Started", 0, NOON, wh=0), now=NOON + timedelta(hours=1))
    await house.answer(happening("Updated", 1, NOON - back, wh=300), now=NOON + timedelta(hours=1))
    await house.answer(happening("Ended", 2, NOON - back, wh=500), now=NOON + timedelta(hours=1))
    record = house.record()
    assert record.ended_at == record.started_at == NOON
    assert (record.energy_wh, record.implausible) == (500, ())


async def test_the_event_comes_again_only_after_the_clock_was_right(house: House) -> None:
    """One event per station and defect, from whatever message."""

    async def say(at: datetime) -> None:
        await house.answer(MeterValuesRequest(evse_id=1, meter_value=(metered(at, register_sample(1)),)))

    house.register("CS2")
    status = StatusNotificationRequest(
        timestamp=EPOCH, connector_status=ConnectorStatus.AVAILABLE, evse_id=1, connector_id=1
    )
    await say(EPOCH)
    await house.answer(status)
    assert house.event_names() == ["ClockUnset"]
    await say(NOON)
    await house.answer(SecurityEventNotificationRequest(type="StartupOfTheDevice", timestamp=EPOCH))
    assert house.event_names() == ["ClockUnset", "StartupOfTheDevice", "ClockUnset"]
    await house.answer(status, station_id="CS2")
    assert house.event_names()[-1] == "ClockUnset"
    assert house.shelf.events[-1].event.station_id == "CS2"


async def test_a_state_by_a_wrong_clock_counts_from_its_reception(house: House) -> None:
    """Neither does 1970 lose against what is known, nor does 2106 win for ever."""
    for minute, (at, name) in enumerate(
        [(NOON, "Available"), (EPOCH, "Occupied"), (FUTURE, "Reserved"), (None, "Available")]
    ):
        now = NOON + minute * MINUTE
        request = StatusNotificationRequest(
            timestamp=at or now, connector_status=ConnectorStatus(name), evse_id=1, connector_id=1
        )
        await house.answer(request, now=now)
        connector = house.shelf.stations["CS1"].connectors[0]
        assert (connector.status, connector.status_at) == (name, now)
