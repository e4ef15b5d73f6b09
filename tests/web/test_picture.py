from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from pluglot.csms import facts as happened
from pluglot.csms.records import ConnectorRecord, LedgerEntry, TransactionPhase, TransactionRecord
from pluglot.web.pages.overview import overview_of
from pluglot.web.picture import FACTS_BETWEEN_LOOKS, FORGOTTEN_AFTER, Picture
from tests.web.house import MemoryHouse, memory_house
from tests.web.sample import sample_house


def _entry(record: TransactionRecord, at: datetime) -> LedgerEntry:
    return LedgerEntry(
        station_id=record.station_id,
        transaction_id=record.transaction_id,
        seq_no=99,
        event_type="Updated",
        trigger_reason="MeterValuePeriodic",
        at=at,
        received_at=at,
    )


def _truth(memory: MemoryHouse) -> float:
    return float(sum(one.power_w or 0 for one in memory.lists.all_transactions.values() if one.is_open))


async def test_the_picture_carried_by_facts_equals_one_read_anew() -> None:
    """Whatever happened, the picture that heard it and the picture that is read afterwards are the same."""
    now = datetime.now(UTC)
    memory = sample_house(now)
    carried = await Picture(memory.house).current()
    running = list(carried.running.values())
    for place, record in enumerate(running):
        changed = replace(record, power_w=Decimal(1000 * place), energy_wh=record.energy_wh + 10, updated_at=now)
        facts = [happened.TransactionUpdated(at=now, transaction=changed, entry=_entry(changed, now))]
        if place == 1:
            ended = replace(changed, state=TransactionPhase.ENDED, ended_at=now)
            facts.append(happened.TransactionEnded(at=now, transaction=ended, entry=_entry(ended, now)))
        broken = ConnectorRecord(evse_id=1, connector_id=1, status="Faulted", status_at=now)
        status = happened.ConnectorStatusReported(at=now, station_id=record.station_id, connector=broken)
        for fact in (*facts, status):
            memory.record(fact)
            carried.hear(fact)
    anew = await Picture(memory.house).current()
    assert carried.running == anew.running
    assert carried.watts() == anew.watts() == _truth(memory)
    assert carried.today() == anew.today()
    assert {one.id: one.connectors for one in carried.stations.values()} == {
        one.id: one.connectors for one in anew.stations.values()
    }


async def test_missed_facts_make_the_picture_read_itself_anew() -> None:
    """After a gap in the facts the next look is true again."""
    memory = sample_house(datetime.now(UTC))
    picture = await Picture(memory.house).current()
    memory.operations.save(replace(memory.lists.all_stations["HB-WESER-1"], connected=False))
    assert picture.stations["HB-WESER-1"].connected
    picture.hear(object())
    assert not (await picture.current()).stations["HB-WESER-1"].connected


async def test_those_who_come_at_once_wait_for_one_loading() -> None:
    """Many first visitors get the same whole picture, and facts of that moment are not lost."""
    memory = sample_house(datetime.now(UTC))
    picture = Picture(memory.house)
    asked, may_answer, ask = asyncio.Event(), asyncio.Event(), memory.lists.ledger

    async def slowly(*key: str) -> Any:
        asked.set()
        await may_answer.wait()
        return await ask(*key)

    memory.lists.ledger = slowly  # type: ignore[method-assign]
    looking = [asyncio.create_task(picture.current()) for _ in range(5)]
    await asked.wait()
    picture.hear(happened.StationRemoved(at=datetime.now(UTC), station_id="HB-WESER-2"))
    may_answer.set()
    for look in looking:
        assert len((await look).stations) == 5


async def test_yesterday_is_not_today() -> None:
    """At midnight UTC the totals begin anew."""
    clock = [datetime(2026, 5, 1, 23, 59, tzinfo=UTC)]
    memory = memory_house(clock=lambda: clock[0])
    picture = await Picture(memory.house).current()
    record = TransactionRecord(
        station_id="A",
        transaction_id="1",
        state=TransactionPhase.ENDED,
        started_at=clock[0],
        ended_at=clock[0],
        updated_at=clock[0],
        energy_wh=Decimal(500),
        cost=Decimal("1.20"),
    )
    fact = happened.TransactionEnded(at=clock[0], transaction=record, entry=_entry(record, clock[0]))
    picture.hear(fact)
    picture.hear(fact)
    assert (picture.today().energy_wh, picture.today().cost, picture.today().ended) == (500, Decimal("1.20"), 1)
    clock[0] += timedelta(minutes=2)
    assert (await picture.current()).today().ended == 0


async def test_the_worst_stands_first() -> None:
    """Faulted before offline before paused before charging before free."""
    picture = await Picture(sample_house(datetime.now(UTC)).house).current()
    ordered = overview_of(picture).worst_first(picture)
    names = [one.state.name for one in ordered]
    assert names == ["faulted", "offline", "suspended", "charging", "charging", "charging"]
    drawn = [sum(running.power_w or 0 for running in one.running) for one in ordered if one.state.name == "charging"]
    assert drawn == sorted(drawn, reverse=True)
    assert drawn[0] > drawn[-1] > 0


async def test_a_picture_nobody_looks_at_is_forgotten_and_loaded_for_the_next_who_looks() -> None:
    """Messages of a fleet cost pages nothing while nobody looks; who follows a page live counts as looking."""
    now = datetime.now(UTC)
    memory = sample_house(now)
    watched = [True]
    house = replace(memory.house, clock=lambda: now)
    picture = await Picture(house, is_watched=lambda: watched[0]).current()
    whole = dict(picture.stations)
    now += FORGOTTEN_AFTER + timedelta(seconds=1)

    def hear_many() -> None:
        for _ in range(FACTS_BETWEEN_LOOKS):
            picture.hear(happened.StationHeard(at=now, station_id="HB-WESER-1"))

    hear_many()
    assert picture.stations.keys() == whole.keys()
    watched[0] = False
    hear_many()
    assert picture.stations.keys() == whole.keys(), "somebody has just looked"
    now += FORGOTTEN_AFTER + timedelta(seconds=1)
    hear_many()
    assert not picture.stations
    assert (await picture.current()).stations == whole


async def test_a_busy_fleet_is_whole_for_the_first_who_looks_after_a_while() -> None:
    """Facts that happen while the picture is loaded do not make it forget what it has just read."""
    now = datetime.now(UTC)
    memory = sample_house(now)
    picture = Picture(replace(memory.house, clock=lambda: now))
    now += FORGOTTEN_AFTER * 2
    asked, may_answer, ask = asyncio.Event(), asyncio.Event(), memory.lists.ledger

    async def slowly(*key: str) -> Any:
        asked.set()
        await may_answer.wait()
        return await ask(*key)

    memory.lists.ledger = slowly  # type: ignore[method-assign]
    looking = asyncio.create_task(picture.current())
    await asked.wait()
    for _ in range(FACTS_BETWEEN_LOOKS):
        picture.hear(happened.StationHeard(at=now, station_id="HB-WESER-1"))
    may_answer.set()
    assert (await looking).stations.keys() == {one.id for one in memory.lists.all_stations.values()}


async def test_missed_facts_are_read_anew_while_somebody_follows() -> None:
    """Who only follows changes sees stations as they are, also after facts were missed."""
    memory = sample_house(datetime.now(UTC))
    picture = await Picture(memory.house, is_watched=lambda: True).current()
    assert picture.stations["HB-WESER-1"].connected
    memory.record(happened.StationDisconnected(at=datetime.now(UTC), station_id="HB-WESER-1", epoch=99, reason=""))
    picture.hear(object())
    async with asyncio.timeout(30):
        while picture.stations["HB-WESER-1"].connected:
            await asyncio.sleep(0)
