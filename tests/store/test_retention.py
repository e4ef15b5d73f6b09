from __future__ import annotations

from datetime import timedelta

import pytest

from pluglot.csms.facts import EventOccurred, MeterValuesReported, StrangerKnocked
from pluglot.csms.records import EventRecord, StrangerRecord
from pluglot.store import Retention, Store
from pluglot.store import retention as retention_module
from tests.store.conftest import MakeStore
from tests.store.samples import NOW, exchanged, later, of_transaction, reading


async def message_ids(store: Store) -> list[str]:
    page = await store.queries.messages(filters={}, limit=1000, cursor=None)
    return [message.message_id for message in page.items]


async def settled(store: Store) -> None:
    """Two more commits: whatever is to be trimmed after a commit is trimmed before the next but one returns."""
    for _ in range(2):
        await store.administration.save_secret("tick", "x")


async def test_the_message_log_keeps_the_newest(make_store: MakeStore) -> None:
    """At most so many messages are kept; totals and ids go on as if all were."""
    store = make_store(Retention(message_rows=3))
    await store.open()
    for number in range(10):
        await store.commit([exchanged(str(number))])
    await settled(store)
    await store.commit([exchanged("last")])
    await settled(store)
    assert await message_ids(store) == ["last", "9", "8"]
    assert (await store.queries.counts())["messages"] == 11
    assert store.reserve_message_id() == 12
    await store.close()


async def test_old_messages_go(make_store: MakeStore) -> None:
    """Messages older than the age allows, seen from the newest, are trimmed."""
    store = make_store(Retention(message_age=timedelta(seconds=10)))
    await store.open()
    for second in (0, 5, 6, 14, 15.5):
        await store.commit([exchanged(str(second), at=later(second))])
    await settled(store)
    assert await message_ids(store) == ["15.5", "14", "6"]
    await store.close()


async def test_ids_are_not_given_out_again_after_a_restart(make_store: MakeStore) -> None:
    """A number that a trimmed message had stays its own."""
    store = make_store(Retention(message_age=timedelta(seconds=1)))
    await store.open()
    await store.commit([exchanged("old")])
    await store.commit([exchanged("promised", id=store.reserve_message_id(), at=later(5))])
    await settled(store)
    await store.close()
    await store.open()
    assert store.reserve_message_id() == 3
    await store.close()


async def test_strangers_events_and_meter_values_are_bounded(make_store: MakeStore) -> None:
    """Those seen last are kept; transactions and their ledgers are kept whole."""
    store = make_store(Retention(stranger_rows=2, event_rows=2, meter_value_rows=2))
    await store.open()
    await store.commit([of_transaction(0)])
    for number in (3, 1, 4, 2):
        stranger = StrangerRecord(
            identity=str(number),
            reason="unknown",
            remote_address="",
            first_seen_at=NOW,
            last_seen_at=later(number),
        )
        event = EventRecord(at=NOW, received_at=NOW, kind="house", name=str(number), severity="info")
        values = MeterValuesReported(at=later(9), station_id="A", evse_id=1, readings=(reading(str(number)),))
        await store.commit([StrangerKnocked(at=NOW, stranger=stranger), EventOccurred(at=NOW, event=event), values])
    await settled(store)
    strangers = await store.queries.strangers(limit=10, cursor=None)
    assert [stranger.identity for stranger in strangers.items] == ["4", "3"]
    events = await store.queries.events(filters={}, limit=10, cursor=None)
    assert [event.name for event in events.items] == ["2", "4"]
    readings = await store.queries.readings(filters={}, limit=10, cursor=None)
    assert [str(item[2].value) for item in readings.items] == ["2", "4", "1000.50"]
    assert (await store.queries.counts())["events"] == 4
    await store.close()


async def test_much_is_trimmed_in_small_pieces(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much at once is deleted a piece at a time, until it is gone."""
    monkeypatch.setattr(retention_module, "CHUNK", 4)
    store = make_store(Retention(message_rows=5))
    await store.open()
    await store.commit([exchanged(str(number)) for number in range(20)])
    for _ in range(8):
        await settled(store)
    assert await message_ids(store) == ["19", "18", "17", "16", "15"]
    await store.close()
