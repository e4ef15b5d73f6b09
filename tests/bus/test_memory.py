from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pluglot.bus import FactsMissed, MemoryBus, StationAway
from pluglot.csms.facts import Fact, StationHeard
from tests.store.samples import NOW


def heard(*station_ids: str) -> list[Fact]:
    return [StationHeard(at=NOW, station_id=station_id) for station_id in station_ids]


async def test_every_subscriber_gets_every_fact_in_order() -> None:
    """Facts come to all who subscribed before, in the order of publishing."""
    bus = MemoryBus()
    bus.publish(heard("before"))
    async with bus.subscribe() as first, bus.subscribe() as second:
        bus.publish(heard("a", "b"))
        bus.publish(heard("c"))
        for subscription in (first, second):
            assert [await anext(subscription) for _ in range(3)] == heard("a", "b", "c")


async def test_a_waiting_reader_is_woken() -> None:
    """A reader that waits gets a fact as soon as there is one."""
    bus = MemoryBus()
    async with bus.subscribe() as subscription:
        reading = asyncio.ensure_future(anext(subscription))
        await asyncio.sleep(0)
        assert not reading.done()
        bus.publish(heard("a"))
        assert [await asyncio.wait_for(reading, 30)] == heard("a")


async def test_a_slow_reader_loses_the_oldest_and_is_told_how_many() -> None:
    """At its bound a subscription keeps the newest facts; the number of lost ones stands where they were."""
    bus = MemoryBus()
    async with bus.subscribe(bound=2) as slow, bus.subscribe(bound=10) as quick:
        bus.publish(heard("a", "b", "c"))
        bus.publish(heard("d", "e"))
        missed = await anext(slow)
        assert isinstance(missed, FactsMissed)
        assert missed.count == 3
        assert [await anext(slow), await anext(slow)] == heard("d", "e")
        bus.publish(heard("f"))
        assert [await anext(slow)] == heard("f")
        assert [await anext(quick) for _ in range(6)] == heard("a", "b", "c", "d", "e", "f")


async def test_one_burst_larger_than_the_bound_is_cut() -> None:
    """More facts at once than may wait leave the newest."""
    bus = MemoryBus()
    async with bus.subscribe(bound=2) as slow:
        bus.publish(heard("a", "b", "c", "d", "e"))
        missed = await anext(slow)
        assert isinstance(missed, FactsMissed)
        assert missed.count == 3
        assert [await anext(slow), await anext(slow)] == heard("d", "e")


async def test_what_nobody_wants_is_not_kept() -> None:
    """Facts that happen while a reader wants none are not its own, and are not missed; the next that it wants are."""
    bus, wants = MemoryBus(), [False]
    async with bus.subscribe(bound=1, wanted=lambda: wants[0]) as subscription:
        bus.publish(heard("a", "b"))
        wants[0] = True
        bus.publish(heard("c"))
        wants[0] = False
        bus.publish(heard("d"))
        assert [await asyncio.wait_for(anext(subscription), 30)] == heard("c")
        reading = asyncio.ensure_future(anext(subscription))
        await asyncio.sleep(0)
        assert not reading.done()
        reading.cancel()


async def test_a_subscription_ends_with_its_context() -> None:
    """After leaving, nothing more arrives and iterating ends."""
    bus = MemoryBus()
    async with bus.subscribe() as subscription:
        pass
    bus.publish(heard("a"))
    assert [fact async for fact in subscription] == []
    with pytest.raises(ValueError, match="bound"):
        async with bus.subscribe(bound=0):
            pass


def answering(answer: str) -> Any:
    async def handler(request: Any) -> Any:
        return (answer, request)

    return handler


@pytest.mark.requirement("HRD-04")
async def test_a_call_goes_to_the_newest_link_only() -> None:
    """A newer epoch takes the calls over; an older one that comes late gets none; its leaving changes nothing."""
    bus = MemoryBus()
    with pytest.raises(StationAway):
        await bus.call("A", "reset")
    leave_one = bus.serve_calls("A", 1, answering("one"))
    assert await bus.call("A", "reset") == ("one", "reset")
    leave_three = bus.serve_calls("A", 3, answering("three"))
    leave_two = bus.serve_calls("A", 2, answering("two"))
    leave_one()
    assert await bus.call("A", "reset") == ("three", "reset")
    leave_two()
    leave_three()
    leave_three()
    with pytest.raises(StationAway):
        await bus.call("A", "reset")
    with pytest.raises(StationAway):
        await bus.call("B", "reset")


async def test_what_a_handler_raises_comes_to_the_caller() -> None:
    """A call that fails at its link fails for who asked."""

    async def failing(_request: Any) -> Any:
        raise ConnectionError("gone")

    bus = MemoryBus()
    bus.serve_calls("A", 1, failing)
    with pytest.raises(ConnectionError, match="gone"):
        await bus.call("A", "reset")
