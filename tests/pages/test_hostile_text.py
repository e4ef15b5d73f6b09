from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote, urlsplit

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from pluglot.csms import facts as happened
from pluglot.csms.records import (
    ConnectorRecord,
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    Registration,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionPhase,
    TransactionRecord,
    VariableRecord,
)
from pluglot.dialects.losses import Loss
from tests.pages.browser import open_context
from tests.pages.conftest import Loop, Site, until_live
from tests.web.house import MemoryHouse, memory_house
from tests.web.sample import keep_transaction

RUN = "window.ranHostile=1"
#: Scripts, SVG, attributes, templates, formulas, terminal escapes and direction overrides.
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><img src=x onerror={RUN}>",
    f"</style><img src=x onerror={RUN}>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f"' onmouseover={RUN} autofocus tabindex=0 onfocus={RUN} x='",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><set onbegin={RUN} attributeName=x>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style>",
    f"<details open ontoggle={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<a href=javascript:{RUN}>x</a>",
    f"javascript:{RUN}",
    "<base href=//evil.invalid/>",
    "<meta http-equiv=refresh content=0;url=/nothing>",
    f"<form action=javascript:{RUN}><button autofocus>x</button></form>",
    f"<div hx-get=/ hx-trigger=load hx-on:load={RUN}></div>",
    f"<x data-live data-region=live_figures hx-on::load='{RUN}'>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    '=HYPERLINK("http://evil.invalid","x")',
    "\x1b[2J\x1b[31mred\x07",
    "\u202egpj.exe\u2066\u200b",
    f"<!--><script>{RUN}</script>-->",
    f"]]><script>{RUN}</script>",
    f"data: x\n\nevent: regions\ndata: {{}}\n\n<script>{RUN}</script>",
    f"\u003cscript\u003e{RUN}\u003c/script\u003e",
    f"<img src=x onerror={RUN}//" + "A" * 400,
)
TROUBLE = (
    "() => ({ran: window.ranHostile ?? null,"
    " handlers: [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
    ".filter(a => a.name.startsWith('on') || a.name.startsWith('hx-on')"
    " || ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(a.name)"
    " && !/^([/?#]|http:..127)/.test(a.value)).length,"
    " scripts: document.querySelectorAll('script').length,"
    " strangers: document.querySelectorAll('iframe, object, embed, base, math, animate, set, meta[http-equiv]').length,"
    " bidi: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.documentElement.outerHTML),"
    " escapes: /[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]/.test(document.documentElement.outerHTML)})"
)
HARMLESS = {"ran": None, "handlers": 0, "scripts": 1, "strangers": 0, "bidi": False, "escapes": False}


def _station(place: int, text: str, now: datetime) -> StationRecord:
    connector = ConnectorRecord(evse_id=1, connector_id=1, status=text, status_at=now, original_status=text)
    return StationRecord(
        id=f"{place:02d}{text}",
        registration=Registration.ACCEPTED,
        ocpp_version=text,
        connected=True,
        last_seen_at=now,
        vendor_name=text,
        model=text,
        serial_number=text,
        firmware_version=text,
        boot_reason=text,
        remote_address=text,
        note=text,
        connectors=(connector,),
    )


def _transaction(
    station: StationRecord, text: str, now: datetime, *, is_open: bool
) -> tuple[TransactionRecord, LedgerEntry]:
    record = TransactionRecord(
        station_id=station.id,
        transaction_id=f"{'open' if is_open else 'done'} {text}",
        ocpp_version=text,
        evse_id=1,
        id_token=text,
        id_token_type=text,
        state=TransactionPhase.CHARGING if is_open else TransactionPhase.ENDED,
        started_at=now - timedelta(minutes=3),
        ended_at=None if is_open else now,
        updated_at=now,
        energy_wh=Decimal(1000),
        power_w=Decimal(1000),
        cost=Decimal(1),
        currency=text[:20],
        stopped_reason=text,
        implausible=(text,),
    )
    reading = Reading(at=now, measurand="Power.Active.Import", value=Decimal(5), unit=text, context=text, phase=None)
    entry = LedgerEntry(
        station_id=station.id,
        transaction_id=record.transaction_id,
        seq_no=0,
        event_type=text,
        trigger_reason=text,
        at=now,
        received_at=now,
        id_token=text,
        charging_state=text,
        stopped_reason=text,
        readings=(reading,),
    )
    return record, entry


def _message(place: int, station: StationRecord, text: str, now: datetime) -> MessageRecord:
    return MessageRecord(
        id=place,
        station_id=station.id,
        at=now,
        ocpp_version=text,
        direction="in",
        message_id=text,
        action=text,
        house_action=text + "!",
        request_frame=json.dumps([2, text, text, {text: text}]) if place % 2 else text,
        response_frame=json.dumps([4, text, text, text, {}]),
        house_request=json.dumps({"vendorError": text}),
        house_response=text,
        outcome="refused",
        error_code=text,
        losses=(
            Loss(action=text, field=text, value=text, reason=text),
            {"field": text, "value": [text], "reason": text},
        ),
    )


def hostile_house() -> MemoryHouse:
    """A house in which every text that came from outside is a payload."""
    memory, now = memory_house(open_to_visitors=True), datetime.now(UTC)
    lists = memory.lists
    for place, text in enumerate(PAYLOADS, 1):
        station = _station(place, text, now)
        memory.operations.save(station)
        for is_open in (True, False):
            record, entry = _transaction(station, text, now, is_open=is_open)
            keep_transaction(memory, record, [entry])
        lists.all_messages.append(_message(place, station, text, now))
        event = EventRecord(
            id=place,
            station_id=station.id,
            at=now,
            received_at=now,
            kind=text,
            name=text,
            severity=text,
            detail=text,
            data={text: text},
        )
        lists.all_events.append(event)
        stranger = StrangerRecord(
            identity=text,
            reason=text,
            remote_address=text,
            offered_subprotocols=(text, text),
            user_agent=text,
            first_seen_at=now,
            last_seen_at=now,
        )
        lists.all_strangers[(text, text)] = stranger
        token = TokenRecord(id_token=text, type=text, group_id_token=text, note=text, personal_message=text)
        lists.all_tokens[(text, text)] = token
        variable = VariableRecord(
            component=text, component_instance=text, variable=text, value=text, mutability=text, reported_at=now
        )
        lists.all_variables[station.id] = [variable]
    return memory


@pytest.fixture(scope="module")
def hostile(loop: Loop) -> Iterator[Site]:
    site = Site(loop, hostile_house())
    yield site
    site.close()


@pytest.fixture(scope="module")
def wary(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page that writes down dialogs, foreign requests and complaints of the content security policy."""
    context = open_context(browser)
    page = context.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if not _is_ours(request.url) else None)
    yield page, heard
    context.close()


def _is_ours(address: str) -> bool:
    return urlsplit(address).hostname == "127.0.0.1"


def _expect_harmless(page: Page, heard: list[str], address: str) -> None:
    assert page.evaluate(TROUBLE) == HARMLESS, address
    assert heard == [], address


@pytest.mark.requirement("UI-01")
def test_the_detector_hears_a_payload_that_runs(wary: tuple[Page, list[str]], hostile: Site) -> None:
    """A payload put into a page unescaped would be noticed, by its handler and by the policy that refused it."""
    page, heard = wary
    heard.clear()
    page.goto(hostile.url + "/events")
    with page.expect_console_message(lambda message: bool(re.search("Content.Security.Policy", message.text))):
        page.evaluate("text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", PAYLOADS[5])
    expect(page.locator("main > img")).to_have_count(1)
    assert page.evaluate(TROUBLE)["handlers"] >= 1
    assert any(re.search("Content.Security.Policy", text) for text in heard)


@pytest.mark.requirement("UI-01")
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=%3Cscript%3E",
        "/transactions",
        "/messages",
        "/events",
        "/door",
        "/tokens",
        "/stations/06" + quote(PAYLOADS[5], safe="") + "/variables",
        "/nothing%3Cscript%3E",
    ],
)
def test_lists_show_hostile_text_as_text(wary: tuple[Page, list[str]], hostile: Site, address: str) -> None:
    """Whatever stations, strangers and drivers sent stands in the lists as harmless text."""
    page, heard = wary
    heard.clear()
    page.goto(hostile.url + address)
    if "nothing" in address:
        heard.clear()  # the browser itself complains about the 404
    _expect_harmless(page, heard, address)
    if address in {"/", "/events"}:
        expect(page.locator("main")).to_contain_text(PAYLOADS[5][:16])


@pytest.mark.requirement("UI-01")
@pytest.mark.parametrize("place", range(1, len(PAYLOADS) + 1))
def test_details_show_hostile_text_as_text(wary: tuple[Page, list[str]], hostile: Site, place: int) -> None:
    """One station, one session, one message and one command form, each made of a payload, run nothing."""
    page, heard = wary
    heard.clear()
    text = PAYLOADS[place - 1]
    station, vendor = quote(f"{place:02d}{text}", safe=""), quote(text, safe="")
    for address in (
        f"/stations/{station}",
        f"/stations/{station}/commands/DataTransfer?vendorId={vendor}&messageId={vendor}",
        f"/transactions/{station}/{quote('open ' + text, safe='')}",
        f"/messages/{place}",
    ):
        answer = page.goto(hostile.url + address, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, address
        _expect_harmless(page, heard, address)


@pytest.mark.requirement("UI-01")
def test_hostile_text_stays_text_when_it_arrives_live(wary: tuple[Page, list[str]], hostile: Site) -> None:
    """What happens while a page is open is put into it as text too."""
    page, heard = wary
    heard.clear()
    page.goto(hostile.url)
    until_live(page)
    now = datetime.now(UTC)
    for place, text in enumerate(PAYLOADS, 1):
        changed = replace(_station(place, text, now), vendor_name=f"LIVE {text}")
        site_fact = happened.StationBooted(at=now, station=changed)
        hostile.record(site_fact, happened.MessageExchanged(at=now, message=_message(place + 500, changed, text, now)))
    expect(page.locator(".card", has_text="LIVE")).to_have_count(len(PAYLOADS))
    _expect_harmless(page, heard, "live")
