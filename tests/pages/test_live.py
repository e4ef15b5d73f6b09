from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from pluglot.csms import facts as happened
from pluglot.csms.records import (
    ConnectorRecord,
    EventRecord,
    LedgerEntry,
    Reading,
    Registration,
    StationRecord,
    StrangerRecord,
    TransactionPhase,
    TransactionRecord,
)
from pluglot.web.picture import POWER
from tests.pages.browser import NARROW, WIDE, open_context, snap
from tests.pages.conftest import SCREENSHOTS, Site, until_live
from tests.pages.pages import PAGES

KEY = ("HB-WESER-1", "5c1e4a7f-2b64")


def _go_live(page: Page, address: str) -> None:
    page.goto(address)
    until_live(page)


def _updated(site: Site, watts: int) -> tuple[TransactionRecord, LedgerEntry]:
    now = datetime.now(UTC)
    known = site.memory.lists.all_transactions[KEY]
    record = replace(known, power_w=Decimal(watts), energy_wh=known.energy_wh + 1000, updated_at=now)
    entry = LedgerEntry(
        station_id=KEY[0],
        transaction_id=KEY[1],
        seq_no=len(site.memory.lists.ledgers[KEY]),
        event_type="Updated",
        trigger_reason="MeterValuePeriodic",
        at=now,
        received_at=now,
        readings=(Reading(at=now, measurand=POWER, value=Decimal(watts), unit="W"),),
    )
    return record, entry


def test_the_first_page_follows_what_happens(lively: Page, site: Site) -> None:
    """Power, states, finished sessions and strangers change on the open page without loading it again."""
    _go_live(lively, site.url)
    lively.evaluate("window.sameDocument = true")
    card = lively.locator(".card", has_text="HB-WESER-1")
    expect(card).to_contain_text("118.0 kW")
    record, entry = _updated(site, 131_300)
    now = datetime.now(UTC)
    site.record(happened.TransactionUpdated(at=now, transaction=record, entry=entry))
    expect(card).to_contain_text("131.3 kW")
    broken = ConnectorRecord(evse_id=2, connector_id=1, status="Faulted", status_at=now)
    site.record(happened.ConnectorStatusReported(at=now, station_id="HB-WESER-1", connector=broken))
    expect(lively.locator(".card").first).to_contain_text("HB-WESER-1")
    ended = replace(record, state=TransactionPhase.ENDED, ended_at=now, stopped_reason="Remote", power_w=Decimal(0))
    end = replace(entry, seq_no=entry.seq_no + 1, event_type="Ended", stopped_reason="Remote", readings=())
    site.record(happened.TransactionEnded(at=now, transaction=ended, entry=end))
    expect(lively.locator("[data-region=live_finished] li").first).to_contain_text("HB-WESER-1")
    stranger = StrangerRecord(
        identity="NEW-1", reason="unknown", remote_address="127.0.0.1", first_seen_at=now, last_seen_at=now
    )
    site.record(happened.StrangerKnocked(at=now, stranger=stranger))
    expect(lively.locator(".figures")).to_contain_text("3 at the door")
    assert lively.evaluate("window.sameDocument") is True


def test_a_later_page_of_a_large_fleet_is_live_too(lively: Page, site: Site) -> None:
    """What changes on the page one looks at changes there; a station that breaks goes to the first page."""
    now = datetime.now(UTC)
    free = ConnectorRecord(evse_id=1, connector_id=1, status="Available", status_at=now)
    stations = [
        StationRecord(id=f"ZZ-{number:03}", registration=Registration.ACCEPTED, connected=True, connectors=(free,))
        for number in range(130)
    ]
    site.record(*(happened.StationRegistered(at=now, station=station, credential=None) for station in stations))
    _go_live(lively, site.url)
    lively.get_by_role("link", name="Next").click()
    expect(lively).to_have_url(site.url + "/?page=2")
    until_live(lively)
    cards = lively.locator(".card")
    expect(cards).to_have_count(60)
    first, second = (cards.nth(place).get_attribute("data-key") or "" for place in (0, 1))
    occupied = replace(free, status="Reserved")
    site.record(happened.ConnectorStatusReported(at=now, station_id=first, connector=occupied))
    expect(lively.locator(f'.card[data-key="{first}"]')).to_have_count(0)  # reserved goes before free
    site.record(happened.ConnectorStatusReported(at=now, station_id=second, connector=replace(free, status="Faulted")))
    expect(lively.locator(f'.card[data-key="{second}"]')).to_have_count(0)
    expect(cards).to_have_count(60)
    lively.get_by_role("link", name="First").click()
    expect(lively.locator(f'.card[data-key="{second}"] .state.is-faulted').first).to_be_visible()


def test_a_session_s_curve_grows(lively: Page, site: Site) -> None:
    """The chart of a running session takes up new points and its figures change."""
    _go_live(lively, site.url + PAGES["transaction"])
    expect(lively.locator(".plot canvas")).to_be_visible()
    expect(lively.locator(".drawn")).to_be_hidden()
    before = lively.locator(".drawn").get_attribute("data-points") or ""
    record, entry = _updated(site, 99_900)
    site.record(happened.TransactionUpdated(at=datetime.now(UTC), transaction=record, entry=entry))
    expect(lively.locator(".facts").first).to_contain_text("99.9 kW")
    after = lively.locator(".drawn").get_attribute("data-points") or ""
    assert len(after) > len(before)
    assert "99.9" in after
    expect(lively.locator(".drawn")).to_be_hidden()
    assert lively.locator(".plot canvas").count() == 1


def test_open_lists_get_what_is_new(lively: Page, site: Site) -> None:
    """Events and strangers appear on their open pages, and typing into a filter is not disturbed."""
    _go_live(lively, site.url + "/events")
    lively.get_by_label("Station").fill("half typ")
    now = datetime.now(UTC)
    event = EventRecord(
        id=99, station_id="HB-WESER-1", at=now, received_at=now, kind="device", name="LidOpened", severity="warning"
    )
    site.record(happened.EventOccurred(at=now, event=event))
    expect(lively.locator(".events li").first).to_contain_text("LidOpened")
    assert lively.get_by_label("Station").input_value() == "half typ"
    assert lively.evaluate("document.activeElement.name") == "stationId"


def test_a_page_that_lost_its_stream_comes_back_to_the_present(lively: Page, site: Site) -> None:
    """What happened while nobody listened is there once the stream stands again."""
    _go_live(lively, site.url)
    lively.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    lively.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    record, entry = _updated(site, 77_700)
    site.record(happened.TransactionUpdated(at=datetime.now(UTC), transaction=record, entry=entry))
    expect(lively.locator(".card", has_text="HB-WESER-1")).to_contain_text("118.0 kW")
    lively.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    lively.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(lively.locator(".card", has_text="HB-WESER-1")).to_contain_text("77.7 kW")


@pytest.mark.requirement("UI-05")
def test_a_double_click_sends_one_command(lively: Page, site: Site) -> None:
    """Pressing a button twice puts one message to the station, with scripts as without."""
    lively.goto(site.url + "/stations/HB-WESER-1/commands/Reset?type=OnIdle")
    lively.get_by_role("button", name="Send Reset").dblclick()
    expect(lively.get_by_role("status")).to_contain_text("Reset: accepted.")
    assert len(site.memory.operations.sent) == 1


def test_filtering_keeps_the_page_alive(lively: Page, site: Site) -> None:
    """With scripts a filter changes the list and the address in place, and the narrowed list goes on living."""
    _go_live(lively, site.url + "/events")
    lively.evaluate("window.sameDocument = true")
    lively.get_by_label("Severity").select_option("error")
    lively.get_by_role("button", name="Filter").click()
    expect(lively.locator(".events li")).to_have_count(1)
    expect(lively).to_have_url(re.compile("severity=error"))
    assert lively.evaluate("window.sameDocument") is True
    until_live(lively)
    now = datetime.now(UTC)
    for name, severity in (("DoorForced", "error"), ("LidOpened", "info")):
        event = EventRecord(at=now, received_at=now, kind="device", name=name, severity=severity)
        site.record(happened.EventOccurred(at=now, event=event))
    expect(lively.locator(".events")).to_contain_text("DoorForced")
    expect(lively.locator(".events")).not_to_contain_text("LidOpened")


def test_times_are_told_in_the_viewer_s_zone(lively: Page, sample: Site) -> None:
    """A relative time has the exact one in the zone of whoever looks."""
    lively.goto(sample.url + "/events")
    place = lively.locator("time").first
    expect(place).to_contain_text("ago")
    lively.wait_for_function("!document.querySelector('time').title.endsWith('UTC')")
    assert "CE" in (place.get_attribute("title") or "")


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_is_wider_than_a_telephone(browser: Browser, sample: Site, scripts: bool) -> None:
    """At 360 pixels no page scrolls sideways."""
    context = open_context(browser, size=NARROW, scripts=scripts)
    page = context.new_page()
    wide = {}
    for name, address in PAGES.items():
        page.goto(sample.url + address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW[0]:
            wide[name] = width
    context.close()
    assert wide == {}


def test_the_keyboard_reaches_everything(lively: Page, sample: Site) -> None:
    """The first tab stop skips to the content; every link, field and button of the first page can be reached."""
    lively.goto(sample.url)
    lively.keyboard.press("Tab")
    expect(lively.locator(".skip")).to_be_focused()
    lively.keyboard.press("Enter")
    expect(lively.locator("main")).to_be_focused()  # the browser follows the link in its own time
    lively.keyboard.press("Tab")
    expect(lively.locator("main :focus")).to_have_count(1)
    unreachable = lively.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select')]"
        ".filter(e => e.tabIndex < 0 && !e.closest('[hidden]')).map(e => e.outerHTML)"
    )
    assert unreachable == []


def test_pages_have_their_pictures_taken(browser: Browser, sample: Site) -> None:
    """Whoever changes a page finds its pictures, light and dark, wide and narrow."""
    for scheme in ("light", "dark"):
        for size_name, size in (("wide", WIDE), ("narrow", NARROW)):
            context = open_context(browser, scheme=scheme, size=size)
            page = context.new_page()
            for name in ("fleet", "station", "transaction", "message"):
                page.goto(sample.url + PAGES[name])
                target = SCREENSHOTS / f"{name}-{scheme}-{size_name}.png"
                snap(page, target, whole=True)
                assert target.stat().st_size > 10_000
            context.close()
