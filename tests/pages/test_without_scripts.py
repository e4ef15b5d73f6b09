from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from pluglot.web.base import CallOutcome
from tests.pages.browser import open_context
from tests.pages.conftest import Loop, Site
from tests.pages.pages import PAGES
from tests.web.house import memory_house
from tests.web.sample import delivered_today


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_complete_without_scripts(still: Page, sample: Site, name: str) -> None:
    """Each page is whole HTML: language, title, one heading, landmarks, a skip link, and something to read."""
    answer = still.goto(sample.url + PAGES[name])
    assert answer is not None
    assert answer.status == (404 if name == "not-found" else 200)
    assert still.locator("html").get_attribute("lang") == "en"
    assert still.locator("h1").count() == 1
    assert "pluglot" in still.title()
    assert still.locator("main").count() == 1
    assert still.locator("a.skip").get_attribute("href") == "#main"
    assert len(still.locator("main").inner_text()) > 40
    assert still.locator("[style]").count() == 0
    assert still.locator("script:not([src])").count() == 0


def test_the_first_page_answers_the_five_second_question(still: Page, sample: Site) -> None:
    """How many are up, who charges at what power, what is wrong, and what came in today, the worst first."""
    still.goto(sample.url)
    figures = still.locator(".figures").inner_text()
    assert re.search(r"5\s+of 6", figures)
    assert re.search(r"151\.4\s+kW", figures)
    assert "HH-HAFEN-2 is faulted" in figures
    delivered = re.escape(delivered_today(sample.memory, datetime.now(UTC)))
    assert re.search(rf"{delivered}\s+kWh", figures)
    assert still.locator(".card h3").first.inner_text() == "HH-HAFEN-2"
    states = still.locator(".card > header > .state").all_inner_texts()
    assert [state.strip() for state in states[:3]] == ["Faulted", "Offline", "Paused by vehicle"]


def test_a_session_has_its_curve_as_a_picture(still: Page, sample: Site) -> None:
    """The power of a session is drawn into the page by the server."""
    still.goto(sample.url + PAGES["transaction"])
    curve = still.locator(".chart svg path.line").first
    assert (curve.get_attribute("d") or "").count("L") > 10
    assert "118.0 kW" in (still.locator(".chart svg").get_attribute("aria-label") or "")


def test_the_wire_stands_beside_the_house_with_losses_marked(still: Page, sample: Site) -> None:
    """A message shows both frames; what was lost is listed with its reason and marked in the frame."""
    still.goto(sample.url + PAGES["message"])
    expect(still.locator("h2", has_text="On the wire, OCPP 1.6")).to_be_visible()
    expect(still.locator("h2", has_text="In the house, OCPP 2.1")).to_be_visible()
    assert still.locator("pre mark").all_inner_texts() == ['"vendorErrorCode": "E-17"']
    expect(still.locator("main")).to_contain_text("no place in StatusNotification of 2.1")


def test_filters_stand_in_the_address(still: Page, sample: Site) -> None:
    """Filtering is a link that can be kept and shared."""
    still.goto(sample.url + "/transactions")
    still.get_by_label("State").select_option("Ended")
    still.get_by_label("Station").fill("HB-WESER-1")
    still.get_by_role("button", name="Filter").click()
    expect(still).to_have_url(re.compile("state=Ended"))
    expect(still).to_have_url(re.compile("stationId=HB-WESER-1"))
    still.wait_for_load_state()
    assert {row.strip() for row in still.locator("tbody .state").all_inner_texts()} == {"Ended"}


def test_tokens_are_added_blocked_and_removed(still: Page, site: Site) -> None:
    """A token's whole life works by forms alone."""
    still.goto(site.url + "/tokens")
    still.get_by_label("Token", exact=True).last.fill("04NEW001")
    still.get_by_label("Note").fill("a guest")
    still.get_by_role("button", name="Add", exact=True).click()
    expect(still.locator("tr", has_text="04NEW001")).to_contain_text("Yes")
    still.get_by_role("button", name="Block 04NEW001").click()
    expect(still.locator("tr", has_text="04NEW001")).to_contain_text("Blocked")
    still.get_by_role("button", name="Unblock 04NEW001").click()
    expect(still.locator("tr", has_text="04NEW001")).to_contain_text("Yes")
    still.get_by_role("button", name="Remove 04NEW001").click()
    expect(still.locator("tr", has_text="04NEW001")).to_have_count(0)


def test_a_stranger_is_adopted_with_a_button(still: Page, site: Site) -> None:
    """Adopting shows the generated password once, and the stranger is a station from then on."""
    still.goto(site.url + "/door")
    still.get_by_role("button", name="Adopt HH-HAFEN-3").click()
    secret = still.locator(".secret").inner_text()
    assert len(secret) >= 16
    expect(still.locator(".strangers")).not_to_contain_text("HH-HAFEN-3")
    still.get_by_role("link", name="Go to the station").click()
    expect(still.locator("h1")).to_contain_text("HH-HAFEN-3")
    still.wait_for_load_state()
    assert secret not in still.content()


@pytest.mark.requirement("UI-05")
def test_a_command_says_what_the_station_answered(still: Page, site: Site) -> None:
    """A filled-in form is sent once and answered in words, with the frame one click away."""
    still.goto(site.url + "/stations/HB-WESER-1/commands/Reset")
    still.get_by_label("Type").select_option("OnIdle")
    still.get_by_role("button", name="Send Reset").click()
    expect(still.get_by_role("status")).to_contain_text("Reset: accepted.")
    still.reload()
    assert len(site.memory.operations.sent) == 1
    assert site.memory.operations.sent[0][1:3] == ("Reset", {"type": "OnIdle"})
    still.get_by_role("link", name="See the frames").click()
    expect(still.locator("h1")).to_contain_text("Reset")


def test_a_refused_command_says_why(still: Page, site: Site) -> None:
    """What the station's version cannot say, and what was lost, is told in words."""
    site.memory.operations.answer = lambda *_: CallOutcome(
        kind="not-supported",
        description="1.6 knows no reset of one EVSE",
        losses=({"field": "evseId", "value": 1, "reason": "no place"},),
    )
    still.goto(site.url + "/stations/HH-HAFEN-1/commands/Reset?type=OnIdle&evseId=1")
    still.get_by_role("button", name="Send Reset").click()
    answer = still.get_by_role("status")
    expect(answer).to_contain_text("cannot say this")
    expect(answer).to_contain_text("1.6 knows no reset of one EVSE")
    expect(answer).to_contain_text("evseId")


def test_forms_grow_by_buttons(still: Page, site: Site) -> None:
    """Optional parts and further rows of a request are added without a script, and kept when something is wrong."""
    still.goto(site.url + "/stations/HB-WESER-1/commands/GetVariables")
    still.locator("[name='getVariableData[0].component.name']").fill("OCPPCommCtrlr")
    still.locator("[name='getVariableData[0].variable.name']").fill("HeartbeatInterval")
    still.get_by_role("button", name="+ Get variable data 2").click()
    assert still.locator("[name='getVariableData[0].component.name']").input_value() == "OCPPCommCtrlr"
    still.locator("[name='getVariableData[1].component.name']").fill("SecurityCtrlr")
    still.locator("[name='getVariableData[1].variable.name']").fill("SecurityProfile")
    still.get_by_role("button", name="Send GetVariables").click()
    expect(still.get_by_role("status")).to_contain_text("GetVariables: accepted.")
    sent = site.memory.operations.sent[0][2]["getVariableData"]
    assert [entry["component"]["name"] for entry in sent] == ["OCPPCommCtrlr", "SecurityCtrlr"]


def test_a_wrong_request_is_shown_at_its_field(still: Page, site: Site) -> None:
    """What breaks a rule of the message is told beside the field, and what was filled in stays."""
    still.goto(site.url + "/stations/HB-WESER-1/commands/RequestStartTransaction")
    form = still.locator("form.command")
    form.evaluate("form => form.noValidate = true")
    still.locator("[name='idToken.idToken']").fill("04A1B2C3")
    still.get_by_role("button", name="Send RequestStartTransaction").click()
    expect(still.get_by_role("alert")).to_contain_text("Nothing was sent.")
    assert still.locator("[name='idToken.type']").get_attribute("aria-invalid") == "true"
    assert still.locator("[name='idToken.idToken']").input_value() == "04A1B2C3"
    assert site.memory.operations.sent == []


def test_people_log_in_with_the_one_time_link(browser: Browser, site: Site) -> None:
    """The link of the first start sets the password once; then one logs in, works and logs out."""
    secret = site.run(site.memory.access.issue_one_time_secret())
    context = open_context(browser, scripts=False)
    page = context.new_page()
    page.goto(f"{site.url}/welcome/{secret}")
    page.get_by_label(re.compile("^Password")).fill("a quite long password")
    page.get_by_label("The same again").fill("a quite long password")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("status")).to_contain_text("The password is set")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("a quite wrong password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong")
    page.get_by_label("Password").fill("a quite long password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out admin")).to_be_visible()
    page.goto(f"{site.url}/stations/HB-WESER-2")
    page.get_by_text("Remove…").click()
    page.get_by_role("button", name="Remove this station").click()
    expect(page.locator(".cards")).to_contain_text("HB-WESER-1")
    expect(page.locator(".cards")).not_to_contain_text("HB-WESER-2")
    page.goto(f"{site.url}/welcome/{secret}")
    page.get_by_label(re.compile("^Password")).fill("another long password")
    page.get_by_label("The same again").fill("another long password")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_contain_text("used already")
    page.get_by_role("button", name="Log out admin").click()
    context.close()


def test_an_empty_house_says_what_to_do_next(browser: Browser, loop: Loop) -> None:
    """Where there is nothing yet, each page names the next step."""
    empty = Site(loop, memory_house(open_to_visitors=True))
    context = open_context(browser, scripts=False)
    page = context.new_page()
    wanted = {
        "/": "at the door",
        "/transactions": "Register a token",
        "/messages": "as soon as a station connects",
        "/tokens": "Add the first one here",
        "/door": "without being registered will stand here",
        "/events": "will stand here",
    }
    for address, words in wanted.items():
        page.goto(empty.url + address)
        expect(page.locator("main")).to_contain_text(words)
    context.close()
    empty.close()
