from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from pluglot.bus import MemoryBus
from pluglot.csms import facts as happened
from pluglot.csms.records import LedgerEntry
from pluglot.web.context import web_for
from pluglot.web.live import RESYNC, WAITING_AT_MOST, Change, LatestValues, Rendered, change_of
from pluglot.web.picture import FACTS_BETWEEN_LOOKS, FORGOTTEN_AFTER
from pluglot.web.server import Serving
from tests.web.conftest import bearer
from tests.web.house import MemoryHouse

KEY = ("HB-WESER-1", "5c1e4a7f-2b64")


def _update(memory: MemoryHouse, watts: int) -> happened.TransactionUpdated:
    now = datetime.now(UTC)
    record = replace(memory.lists.all_transactions[KEY], power_w=Decimal(watts))
    entry = LedgerEntry(
        station_id=KEY[0],
        transaction_id=KEY[1],
        seq_no=watts,
        event_type="Updated",
        trigger_reason="MeterValuePeriodic",
        at=now,
        received_at=now,
    )
    return happened.TransactionUpdated(at=now, transaction=record, entry=entry)


class Stream:
    """A server-sent event stream, read event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.aiter_lines()

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data; comments are skipped."""
        name = ""
        while True:
            line = await asyncio.wait_for(anext(self.lines), 30)
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))


@pytest.fixture
async def client(serving: Serving) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=serving.url, headers=bearer("viewer"), timeout=30) as client:
        yield client


async def test_changes_arrive_as_events(client: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Stations, transactions and messages are told as JSON in the shapes of the API, protected as every answer."""
    async with client.stream("GET", "/api/v1/live") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        stream = Stream(response)
        await anext(stream.lines)  # the retry line: the viewer is there
        memory.record(_update(memory, 90_000))
        name, data = await stream.next()
        assert (name, data["transactionId"], data["powerW"]) == ("transaction", KEY[1], 90_000)
        memory.record(happened.StationDisconnected(at=datetime.now(UTC), station_id="HB-WESER-1", epoch=3, reason="x"))
        name, data = await stream.next()
        assert (name, data["id"], data["connected"]) == ("station", "HB-WESER-1", False)


async def test_the_stream_is_narrowed(client: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Kinds and stationId leave out what was not asked for; unknown kinds are refused."""
    query = {"kinds": "transaction", "stationId": "HB-WESER-1"}
    async with client.stream("GET", "/api/v1/live", params=query) as response:
        stream = Stream(response)
        await anext(stream.lines)
        now = datetime.now(UTC)
        memory.record(happened.StationDisconnected(at=now, station_id="HB-WESER-1", epoch=3, reason="x"))
        memory.record(_update(memory, 1))
        name, data = await stream.next()
        assert (name, data["powerW"]) == ("transaction", 1)
    answer = await client.get("/api/v1/live?kinds=everything")
    assert (answer.status_code, answer.json()["field"]) == (400, "kinds")


async def test_a_page_streams_its_own_regions(client: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """The address of a page, asked for an event stream, gives all its live parts and then those that changed."""
    headers = {"Accept": "text/event-stream"}
    async with client.stream("GET", "/stations/HB-WESER-1", headers=headers) as response:
        stream = Stream(response)
        name, regions = await stream.next()
        assert name == "regions"
        assert set(regions) == {"live_head", "live_places", "live_events"}
        memory.record(_update(memory, 66_600))
        _, regions = await stream.next()
        assert "66.6" in regions["live_places"]
        assert "live_events" not in regions


async def test_a_stream_needs_a_right_and_a_thing(client: httpx.AsyncClient, serving: Serving) -> None:
    """Nobody streams without a session, and what is not there is answered before a stream begins."""
    headers = {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(base_url=serving.url, timeout=30) as stranger:
        assert (await stranger.get("/api/v1/live", headers=headers)).status_code == 401
        assert (await stranger.get("/", headers=headers)).status_code == 401
    assert (await client.get("/stations/NOBODY", headers=headers)).status_code == 404


async def test_facts_wait_for_nobody_while_nobody_looks(memory: MemoryHouse) -> None:
    """They are kept neither before somebody looks nor after the picture is forgotten; in between they are heard."""
    bus, now = MemoryBus(), [datetime.now(UTC)]
    house = replace(memory.house, live=bus, clock=lambda: now[0])
    web = web_for(house)
    await web.broadcast.start()
    (subscription,) = bus._subscriptions  # noqa: SLF001 - whether it keeps anything
    try:
        bus.publish([_update(memory, 1)])
        assert not subscription._facts  # noqa: SLF001 - as above
        picture = await web.picture.current()
        bus.publish([_update(memory, 2)])
        await _until(lambda: picture.running[KEY].power_w == 2)
        now[0] += FORGOTTEN_AFTER * 2
        bus.publish([_update(memory, 3)] * FACTS_BETWEEN_LOOKS)
        await _until(lambda: not picture.listens())
        bus.publish([_update(memory, 4)])
        assert not subscription._facts  # noqa: SLF001 - as above
        with web.broadcast.watching() as viewer:
            bus.publish([_update(memory, 5)])
            (change,) = (await viewer.take(5)).changes
            assert change.fact.transaction.power_w == 5
    finally:
        await web.broadcast.stop()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)


async def test_a_slow_viewer_skips_to_the_latest(memory: MemoryHouse) -> None:
    """Of many changes to one thing a viewer that comes late sees the newest only, in a bounded memory."""
    viewer = LatestValues()
    for watts in range(5_000):
        change = change_of(_update(memory, watts))
        assert change is not None
        viewer.offer(change)
    assert len(viewer) == 1
    portion = await viewer.take(1)
    assert [change.fact.transaction.power_w for change in portion.changes] == [4_999]
    assert (await viewer.take(0)).changes == []


async def test_a_viewer_that_missed_too_much_starts_anew() -> None:
    """More different things than are kept become one resync, whatever else comes."""
    viewer = LatestValues()
    for place in range(WAITING_AT_MOST * 3):
        viewer.offer(Change("event", ("event", place), None))
        assert len(viewer) <= WAITING_AT_MOST
    assert RESYNC in (await viewer.take(1)).changes


async def test_viewers_of_the_same_share_one_rendering() -> None:
    """What was made after the last change serves everybody; a later change makes it anew."""
    rendered, made = Rendered(), []

    async def make() -> int:
        made.append(1)
        return len(made)

    now = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(rendered.get("page", make, since=now) for _ in range(50)))
    assert answers == [1] * 50
    assert await rendered.get("page", make, since=asyncio.get_running_loop().time() + 1) == 2


async def test_stopping_ends_open_streams(serving: Serving) -> None:
    """The server stops within its deadline although somebody is watching."""
    async with (
        httpx.AsyncClient(base_url=serving.url, headers=bearer("viewer"), timeout=30) as client,
        client.stream("GET", "/api/v1/live") as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        stopping = asyncio.create_task(serving.stop())
        rest = [line async for line in lines]
        assert "event: resync" in rest
        await asyncio.wait_for(stopping, 30)


async def test_nothing_is_missed_between_the_first_regions_and_the_next(
    client: httpx.AsyncClient, memory: MemoryHouse
) -> None:
    """What happens while the first regions are rendered and sent is in them or comes right after."""
    operations = memory.operations
    ask, asked = operations.station, []

    async def changing(station_id: str) -> Any:
        station = await ask(station_id)
        asked.append(station_id)
        if len(asked) == 2:  # the first look says whether the station is there at all, the second is the rendering
            memory.record(_update(memory, 55_500))
        return station

    headers = {"Accept": "text/event-stream"}
    operations.station = changing  # type: ignore[method-assign]
    async with client.stream("GET", "/stations/HB-WESER-1", headers=headers) as response:
        stream, seen = Stream(response), ""
        while "55.5" not in seen:
            _, regions = await stream.next()
            seen = regions.get("live_places", "")
