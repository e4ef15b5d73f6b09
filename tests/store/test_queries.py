from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from pluglot.csms.facts import EventOccurred, MeterValuesReported, StrangerKnocked, TokenSaved
from pluglot.csms.records import ConnectorRecord, EventRecord, Reading, StrangerRecord, TokenRecord
from pluglot.store import InvalidCursor, Page, Store
from tests.store.samples import NOW, entry, exchanged, later, of_transaction, reading, registered

ListCall = Callable[..., Awaitable[Page[Any]]]


async def whole(call: ListCall, *, limit: int, **filters: str) -> list[Any]:
    """All items of a list, page by page."""
    items: list[Any] = []
    cursor = None
    while True:
        page = await call(filters=filters, limit=limit, cursor=cursor)
        assert 0 < len(page.items) <= limit or (not items and page.next_cursor is None)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items


async def fill(store: Store) -> None:
    """Stations A to E with a transaction, a message and an event each; tokens; strangers."""
    for number, station_id in enumerate("ABCDE"):
        connector = ConnectorRecord(evse_id=1, connector_id=1, status=f"S{station_id}", status_at=NOW)
        event = EventRecord(
            station_id=station_id, at=NOW, received_at=later(number), kind="device", name="N", severity="info"
        )
        stranger = StrangerRecord(
            identity=station_id, reason="unknown", remote_address="", first_seen_at=NOW, last_seen_at=later(number % 2)
        )
        await store.commit(
            [
                registered(station_id, vendor_name="odd" if number % 2 else "even", connectors=(connector,)),
                of_transaction(0, station_id=station_id, started_at=later(number)),
                exchanged(station_id=station_id, at=later(number), house_action="Heartbeat"),
                EventOccurred(at=NOW, event=event),
                TokenSaved(at=NOW, token=TokenRecord(id_token=f"T{station_id}", type="Central", blocked=number == 2)),
                StrangerKnocked(at=NOW, stranger=stranger),
            ]
        )


@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
async def test_pages_are_the_whole_list_in_order(store: Store, limit: int) -> None:
    """Whatever the size of the pages, each item is there once: newest first, stations and tokens by id."""
    await fill(store)
    queries = store.queries
    assert [s.id for s in await whole(queries.stations, limit=limit)] == list("ABCDE")
    assert [t.id_token for t in await whole(queries.tokens, limit=limit)] == ["TA", "TB", "TC", "TD", "TE"]
    assert [t.station_id for t in await whole(queries.transactions, limit=limit)] == list("EDCBA")
    assert [m.station_id for m in await whole(queries.messages, limit=limit)] == list("EDCBA")
    assert [e.station_id for e in await whole(queries.events, limit=limit)] == list("EDCBA")

    async def strangers(*, filters: Any, limit: int, cursor: str | None) -> Page[StrangerRecord]:
        assert filters == {}
        return await queries.strangers(limit=limit, cursor=cursor)

    assert [s.identity for s in await whole(strangers, limit=limit)] == list("DBECA")


async def test_pages_do_not_shift_when_something_comes_in(store: Store) -> None:
    """Rows that arrive between two pages neither repeat nor hide an item."""
    await fill(store)
    first = await store.queries.messages(filters={}, limit=2, cursor=None)
    await store.commit([exchanged("new")])
    second = await store.queries.messages(filters={}, limit=10, cursor=first.next_cursor)
    assert [m.station_id for m in (*first.items, *second.items)] == list("EDCBA")
    assert second.next_cursor is None


@pytest.mark.parametrize(
    ("name", "filters", "expected"),
    [
        ("stations", {"vendorName": "odd"}, "BD"),
        ("stations", {"vendorName": "odd", "id": "B"}, "B"),
        ("stations", {"connected": "true"}, ""),
        ("stations", {"connected": "false", "securityProfile": "1"}, "ABCDE"),
        ("stations", {"ocppVersion": "1.6"}, ""),
        ("transactions", {"stationId": "C"}, "C"),
        ("transactions", {"state": "Started", "evseId": "1", "idToken": "AbC"}, "EDCBA"),
        ("transactions", {"since": "2026-03-29T03:30:03.123456+02:00"}, "ED"),
        ("transactions", {"until": "2026-03-29T01:30:01.123456Z", "isOpen": "true"}, "A"),
        ("messages", {"stationId": "B", "direction": "in", "houseAction": "Heartbeat"}, "B"),
        ("messages", {"outcome": "refused"}, ""),
        ("messages", {"since": "2026-03-29T01:30:02Z", "until": "2026-03-29T01:30:04Z"}, "DC"),
        ("events", {"kind": "device", "stationId": "A"}, "A"),
    ],
)
async def test_filters_select_by_exact_value(store: Store, name: str, filters: dict[str, str], expected: str) -> None:
    """Filters named as the fields select; several must all hold; times are from and before."""
    await fill(store)
    items = await whole(getattr(store.queries, name), limit=2, **filters)
    assert "".join(getattr(item, "station_id", None) or item.id for item in items) == expected


async def test_transactions_of_a_span_of_time_are_listed_along_it(store: Store) -> None:
    """Asked for by time, transactions come by when they started, open ones and ended ones, whatever came in when."""
    started = {"A": 3, "B": 0, "C": 4, "D": 1, "E": 2, "F": 2}
    for name, seconds in started.items():
        await store.commit(
            [of_transaction(1, station_id=name, ended=name in "BCE", started_at=later(seconds), of=f"t-{name}")]
        )
    for limit in (1, 2, 9):
        items = await whole(store.queries.transactions, limit=limit, since=later(0).isoformat())
        assert "".join(item.station_id for item in items) == "CAFEDB"
        items = await whole(
            store.queries.transactions, limit=limit, since=later(1).isoformat(), until=later(4).isoformat()
        )
        assert "".join(item.station_id for item in items) == "AFED"
    items = await whole(store.queries.transactions, limit=2, until=later(3).isoformat(), state="Ended")
    assert "".join(item.station_id for item in items) == "EB"
    first = await store.queries.transactions(filters={}, limit=2, cursor=None)
    with pytest.raises(InvalidCursor):
        await store.queries.transactions(filters={"since": NOW.isoformat()}, limit=2, cursor=first.next_cursor)


async def test_tokens_are_filtered_without_regard_to_case(store: Store) -> None:
    """A token's text finds it however it is written; flags are true or false."""
    await fill(store)
    assert [t.id_token for t in await whole(store.queries.tokens, limit=9, idToken="tb")] == ["TB"]
    assert [t.id_token for t in await whole(store.queries.tokens, limit=9, blocked="true")] == ["TC"]


async def test_stations_are_listed_with_their_connectors(store: Store) -> None:
    """Every station of a page carries its own connectors."""
    await fill(store)
    stations = await whole(store.queries.stations, limit=2)
    assert [[connector.status for connector in station.connectors] for station in stations] == [
        ["SA"],
        ["SB"],
        ["SC"],
        ["SD"],
        ["SE"],
    ]


LISTS = ["stations", "tokens", "transactions", "messages", "events", "readings"]


@pytest.mark.parametrize("name", LISTS)
async def test_an_unknown_filter_is_named(store: Store, name: str) -> None:
    """A filter that is no field of the list raises KeyError with its name."""
    with pytest.raises(KeyError, match="colour"):
        await getattr(store.queries, name)(filters={"colour": "red"}, limit=1, cursor=None)


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("stations", {"connected": "yes"}),
        ("stations", {"securityProfile": "two"}),
        ("transactions", {"evseId": str(2**63)}),
        ("messages", {"since": "yesterday"}),
        ("messages", {"since": "2026-03-29T01:30:00"}),
        ("messages", {"since": "9999-12-31T23:59:59-05:00"}),
        ("transactions", {"until": "0001-01-01T00:00:00+23:00"}),
        ("readings", {"evseId": "1.5"}),
    ],
)
async def test_a_value_a_filter_cannot_have_is_refused(store: Store, name: str, filters: dict[str, str]) -> None:
    """The error names the filter and its rule."""
    with pytest.raises(ValueError, match=f"{next(iter(filters))}: "):
        await getattr(store.queries, name)(filters=filters, limit=1, cursor=None)


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_page_has_from_one_to_a_thousand_items(store: Store, limit: int) -> None:
    """Other limits are refused."""
    with pytest.raises(ValueError, match="limit"):
        await store.queries.messages(filters={}, limit=limit, cursor=None)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ü",
        "A" * 5000,
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b'["messages"]').decode(),
        base64.urlsafe_b64encode(b'["messages","1"]').decode(),
        base64.urlsafe_b64encode(b'["messages",99999999999999999999]').decode(),
        base64.urlsafe_b64encode(b'["messages",true]').decode(),
        base64.urlsafe_b64encode(b'["strangers",1,1]').decode(),
    ],
)
async def test_cursors_that_were_not_given_out_are_refused(store: Store, name: str, cursor: str) -> None:
    """Neither nonsense nor another list's cursor is taken for a place in this list."""
    with pytest.raises(InvalidCursor):
        await getattr(store.queries, name)(filters={}, limit=1, cursor=cursor)


def values(items: list[tuple[str, int, Reading]]) -> list[str]:
    return [str(item[2].value) for item in items]


async def fill_readings(store: Store) -> None:
    """Five readings inside a transaction, four outside, received in turn."""
    for number in range(4):
        both = tuple(reading(f"{number}.{part}", at=later(number)) for part in (1, 2))
        started = of_transaction(number * 2)
        await store.commit([replace(started, entry=entry(number * 2, readings=both if number else both[:1]))])
        outside = reading(f"9{number}", at=later(number * 2 + 1), measurand="Voltage", unit="V")
        at = later(number * 2 + 1)
        await store.commit([MeterValuesReported(at=at, station_id="A", evse_id=0, readings=(outside,))])


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 1000])
async def test_readings_inside_and_outside_transactions_are_one_list(store: Store, limit: int) -> None:
    """Latest received first, whatever the size of the pages, each once."""
    await fill_readings(store)
    found = values(await whole(store.queries.readings, limit=limit))
    assert found == ["93", "3.1", "3.2", "92", "2.1", "2.2", "91", "1.1", "1.2", "90", "0.1"]


async def test_pages_of_readings_do_not_shift(store: Store) -> None:
    """Readings that arrive between pages, in either source, change nothing of the pages that follow."""
    await store.commit([of_transaction(0)])
    for seq_no in range(1, 4):
        fact = of_transaction(seq_no)
        values_ = tuple(reading(f"{seq_no}.{part}") for part in range(3))
        await store.commit([replace(fact, entry=entry(seq_no, readings=values_))])
    items, cursor = [], None
    for number in range(5):
        page = await store.queries.readings(filters={}, limit=2, cursor=cursor)
        items += page.items
        cursor = page.next_cursor
        at = later(100 + number)
        await store.commit([MeterValuesReported(at=at, station_id="A", evse_id=1, readings=(reading("777"),))])
        await store.commit([of_transaction(10 + number)])
    assert values(items) == ["3.0", "3.1", "3.2", "2.0", "2.1", "2.2", "1.0", "1.1", "1.2", "1000.50"]
    assert cursor is None


async def test_readings_are_filtered(store: Store) -> None:
    """By station, EVSE, measurand and time; EVSE 0 is the whole station."""
    await fill_readings(store)
    elsewhere = entry(0, station_id="B", received_at=later(60))
    await store.commit([replace(of_transaction(0, station_id="B"), entry=elsewhere)])
    queries = store.queries
    assert values(await whole(queries.readings, limit=2, stationId="B")) == ["1000.50"]
    assert values(await whole(queries.readings, limit=2, evseId="0")) == ["93", "92", "91", "90"]
    assert values(await whole(queries.readings, limit=2, measurand="Voltage")) == ["93", "92", "91", "90"]
    since = {"since": later(3).isoformat(), "until": later(4).isoformat()}
    assert values(await whole(queries.readings, limit=9, **since)) == ["3.1", "3.2", "91"]
    assert values(await whole(queries.readings, limit=9, stationId="C")) == []


async def test_readings_of_transactions_name_them_and_their_evse(store: Store) -> None:
    """Events after the first name no EVSE; their readings stand at their transaction's, which is None when unknown."""
    for seq_no in range(2):
        fact = of_transaction(seq_no, evse_id=7)
        await store.commit([replace(fact, entry=replace(fact.entry, evse_id=7 if seq_no == 0 else None))])
    nowhere = of_transaction(0, station_id="B", evse_id=None)
    await store.commit([replace(nowhere, entry=replace(nowhere.entry, evse_id=None))])
    outside = MeterValuesReported(at=later(90), station_id="A", evse_id=0, readings=(reading("5"),))
    await store.commit([outside])
    queries = store.queries
    found = [(item[0], item[1], item[3]) for item in await whole(queries.readings, limit=3)]
    assert sorted(set(found), key=str) == [("A", 0, None), ("A", 7, "t"), ("B", None, "t")]
    assert {item[3] for item in await whole(queries.readings, limit=1, evseId="7")} == {"t"}
    assert [item[3] for item in await whole(queries.readings, limit=1, evseId="0")] == [None]
    assert len(await whole(queries.readings, limit=1, transactionId="t", stationId="A")) == 2
    assert await whole(queries.readings, limit=1, transactionId="u") == []
