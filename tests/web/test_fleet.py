from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from pluglot.csms import facts as happened
from pluglot.csms.records import ConnectorRecord, Registration, StationRecord
from pluglot.web.context import Web, web_for
from pluglot.web.pages.fleet import MOST_SHOWN
from pluglot.web.pages.overview import overview_of, sheet
from pluglot.web.security import protected
from pluglot.web.server import litestar_app
from tests.web.house import MemoryHouse, memory_house

STATIONS = 10_000
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def memory() -> MemoryHouse:
    """A large fleet: every hundredth station is offline, every thousandth faulted."""
    memory = memory_house(open_to_visitors=True)
    for number in range(STATIONS):
        status = "Faulted" if number % 1000 == 7 else "Available"
        connector = ConnectorRecord(evse_id=1, connector_id=1, status=status, status_at=NOW)
        memory.operations.save(
            StationRecord(
                id=f"S-{number:05}",
                registration=Registration.ACCEPTED,
                ocpp_version=("1.6", "2.1")[number % 2],
                connected=number % 100 != 3,
                last_seen_at=NOW,
                vendor_name="Northwind",
                connectors=(connector,),
            )
        )
    return memory


@pytest.fixture
async def web(memory: MemoryHouse) -> AsyncIterator[Web]:
    web = web_for(memory.house)
    await web.broadcast.start()
    yield web
    await web.broadcast.stop()


@pytest.fixture
async def browser(web: Web) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=protected(litestar_app(web)))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield browser


def cards(page: httpx.Response) -> list[str]:
    """The stations on a page, in order."""
    return re.findall(r'<li class="card [^"]*" data-key="([^"]+)"', page.text)


async def walk(browser: httpx.AsyncClient, address: str) -> list[str]:
    """All stations, from page to page by the links a reader has."""
    found: list[str] = []
    following: str | None = address
    while following is not None:
        page = await browser.get(following)
        assert 0 < len(cards(page)) <= MOST_SHOWN
        found += cards(page)
        link = re.search(r'<a rel="next" href="([^"]+)"', page.text)
        following = "/" + link.group(1).replace("&amp;", "&") if link else None
    return found


async def test_a_large_fleet_comes_in_pages_the_worst_first(browser: httpx.AsyncClient) -> None:
    """The first page has what is wrong, says how many there are, and is no longer than that of a small fleet."""
    page = await browser.get("/")
    assert len(cards(page)) == MOST_SHOWN
    assert cards(page)[:10] == [f"S-{number:05}" for number in range(7, STATIONS, 1000)]
    assert all(int(name[2:]) % 100 == 3 for name in cards(page)[10:])
    assert f"1 to {MOST_SHOWN} of 10,000" in page.text
    assert "9,900 <small>of 10,000<" in page.text
    assert len(page.text) < 300_000


async def test_pages_are_the_whole_narrowed_list(browser: httpx.AsyncClient) -> None:
    """From page to page every station that fits is met once, and the filter stays in the address."""
    found = await walk(browser, "/?show=wrong")
    assert sorted(found) == sorted(
        f"S-{number:05}" for number in range(STATIONS) if number % 100 == 3 or number % 1000 == 7
    )
    found = await walk(browser, "/?version=1.6&q=s-001")
    assert found == [f"S-{number:05}" for number in range(100, 200, 2)]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ("", 1),
        ("1", 1),
        ("2", 2),
        ("9", 9),
        ("10", 9),
        ("999999999", 9),
        ("0", 1),
        ("-1", 1),
        ("x", 1),
        ("9" * 5000, 1),
    ],
)
def test_a_page_that_is_none_is_the_nearest(wanted: str, number: int) -> None:
    """Whatever stands in the address, there is a page; an empty list has one too."""
    assert sheet([None] * 89, wanted, 10).number == number  # type: ignore[list-item]
    assert sheet([], wanted, 10).items == []


async def test_only_what_changed_is_judged_again(web: Web) -> None:
    """A second look at ten thousand stations costs the judgement of those that changed, and shows what they are now."""
    picture = await web.picture.current()
    overview = overview_of(picture)
    before = overview.worst_first(picture)
    assert overview.judged == STATIONS
    assert overview_of(picture) is overview
    again = overview.worst_first(picture)
    assert overview.judged == STATIONS
    assert again == before
    broken = ConnectorRecord(evse_id=1, connector_id=1, status="Faulted", status_at=NOW)
    picture.hear(happened.ConnectorStatusReported(at=NOW, station_id="S-00000", connector=broken))
    picture.hear(happened.StationRemoved(at=NOW, station_id="S-00007"))
    after = overview.worst_first(picture)
    assert overview.judged == STATIONS + 1
    assert after[0].station.id == "S-00000"
    assert len(after) == STATIONS - 1


def station(name: str, *, connected: bool, status: str = "Available", **more: Any) -> StationRecord:
    """A station that was heard of, with one EVSE."""
    connector = ConnectorRecord(evse_id=1, connector_id=1, status=status, status_at=NOW)
    registration = more.pop("registration", Registration.ACCEPTED)
    return StationRecord(
        id=name, registration=registration, connected=connected, last_seen_at=NOW, connectors=(connector,), **more
    )


@pytest.fixture
async def small() -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of a fleet of these: here and free, away and free when last heard, and here without being let in."""
    memory = memory_house(open_to_visitors=True)
    for one in (
        station("HERE", connected=True),
        station("AWAY", connected=False),
        station("WAITS", connected=True, registration=Registration.PENDING),
        station("TAKEN", connected=True, status="Occupied"),
    ):
        memory.operations.save(one)
    web = web_for(memory.house)
    await web.broadcast.start()
    transport = httpx.ASGITransport(app=protected(litestar_app(web)))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield browser
    await web.broadcast.stop()


async def test_only_who_is_here_has_a_free_evse(small: httpx.AsyncClient) -> None:
    """A station that is away, or that may not work with us yet, serves nobody, whatever it said last."""
    assert cards(await small.get("/?show=free")) == ["HERE"]
    assert set(cards(await small.get("/"))) == {"HERE", "AWAY", "WAITS", "TAKEN"}


async def test_what_was_known_last_is_shown_as_such(small: httpx.AsyncClient) -> None:
    """The card and the page of a station that is away say what its EVSE was, in no colour of what is."""
    for address in ("/?q=away", "/stations/AWAY"):
        page = (await small.get(address)).text
        main = page[page.index('<ul class="cards">') : page.index("</section>", page.index('<ul class="cards">'))]
        assert "Was available" in main
        assert "is-available" not in main
        assert "Last known: the station is not connected" in main
    assert "is-available" in (await small.get("/?q=here")).text
    assert "Was available" not in (await small.get("/?q=here")).text


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("/?show=foo", "one of wrong, charging, free, connected"),
        ("/?version=9", "one of 1.2s, 1.5s, 1.6s, 1.6, 2.0, 2.0.1, 2.1"),
    ],
)
async def test_a_list_is_not_narrowed_by_what_nobody_knows(small: httpx.AsyncClient, address: str, rule: str) -> None:
    """The whole fleet would be a wrong answer, so the question is refused with the values there are."""
    answer = await small.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert rule in answer.text
