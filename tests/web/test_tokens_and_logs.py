from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest

from pluglot.csms.records import MessageRecord
from pluglot.csms.registering import TOKEN_TYPES
from tests.web.house import MemoryHouse


async def test_an_empty_token_is_valid_without_limit(operator: httpx.AsyncClient) -> None:
    """PUT with an empty object creates a token that is neither blocked nor limited in time."""
    answer = await operator.put("/api/v1/tokens/ISO14443/04AABBCC", json={})
    assert answer.status_code == 201
    token = (await operator.get("/api/v1/tokens/ISO14443/04AABBCC")).json()
    assert (token["idToken"], token["type"], token["blocked"]) == ("04AABBCC", "ISO14443", False)
    assert token["expiresAt"] is None
    assert token["concurrentTransactions"] is None
    blocked = await operator.put("/api/v1/tokens/ISO14443/04AABBCC", json={"blocked": True})
    assert (blocked.status_code, blocked.json()["blocked"]) == (200, True)
    assert (await operator.delete("/api/v1/tokens/ISO14443/04AABBCC")).status_code == 204
    assert (await operator.get("/api/v1/tokens/ISO14443/04AABBCC")).status_code == 404
    assert (await operator.delete("/api/v1/tokens/ISO14443/04AABBCC")).status_code == 404


@pytest.mark.parametrize("token", ["a%2Fb", "with%20space", "%C3%A4", "DE*8AC*C123"])
async def test_a_token_may_hold_slashes_and_foreign_letters(operator: httpx.AsyncClient, token: str) -> None:
    """The token is one percent-decoded segment of the address."""
    assert (await operator.put(f"/api/v1/tokens/Central/{token}", json={})).status_code == 201
    assert (await operator.get(f"/api/v1/tokens/Central/{token}")).status_code == 200


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expiresAt": "2030-01-01T00:00:00"}, "expiresAt"),
        ({"expiresAt": "soon"}, "expiresAt"),
        ({"expiresAt": "9999-12-31T23:59:59Z"}, "expiresAt"),
        ({"expiresAt": "9999-12-31T23:59:59-05:00"}, "expiresAt"),
        ({"expiresAt": "0001-01-01T00:00:00+23:00"}, "expiresAt"),
        ({"concurrentTransactions": 0}, "concurrentTransactions"),
        ({"blocked": "yes"}, "blocked"),
        ({"language": "much too long"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_token_s_input_is_checked(operator: httpx.AsyncClient, body: object, field: str) -> None:
    """What breaks a rule is refused with the field."""
    answer = await operator.put("/api/v1/tokens/Central/X", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize("told", ["9999-12-31T23:59:59-05:00", "9999-12-31T23:59", "0001-01-01T00:00:00+23:00"])
async def test_the_form_of_a_token_checks_its_expiry(operator: httpx.AsyncClient, told: str) -> None:
    """A time nobody can work with comes back with the form, and the list of tokens goes on being shown."""
    form = {"idToken": "NEVER", "type": "Central", "expiresAt": told}
    answer = await operator.post("/tokens", data=form)
    assert answer.status_code == 422
    assert "expiresAt: must be from 1970 to 2199; leave it out for a token that never expires" in answer.text
    assert (await operator.get("/tokens")).status_code == 200
    assert (await operator.get("/api/v1/tokens/Central/NEVER")).status_code == 404


@pytest.mark.requirement("UI-04")
async def test_adding_a_token_that_is_there_changes_nothing(operator: httpx.AsyncClient) -> None:
    """A blocked card stays blocked when somebody adds it; the page shows it, and how it is changed."""
    blocked = {"blocked": True, "note": "stolen"}
    assert (await operator.put("/api/v1/tokens/ISO14443/04LOST", json=blocked)).status_code == 201
    answer = await operator.post("/tokens", data={"idToken": "04LOST", "type": "ISO14443", "note": "mine"})
    assert answer.status_code == 409
    assert "04LOST is there already: change it in the list" in answer.text
    assert 'name="unblock" value="ISO14443/04LOST"' in answer.text
    assert 'value="mine"' in answer.text
    token = (await operator.get("/api/v1/tokens/ISO14443/04LOST")).json()
    assert (token["blocked"], token["note"]) == (True, "stolen")
    assert (await operator.post("/tokens", data={"idToken": "04LOST", "type": "Central"})).status_code == 303


async def test_every_type_that_the_form_offers_can_be_added(operator: httpx.AsyncClient) -> None:
    """The form, the filter and the rule are made from one list."""
    page = (await operator.get("/tokens")).text
    form = page[page.index('action="/tokens" class="stack"') :]
    offered = re.findall(r"<option[^>]*>(\w+)</option>", form)
    assert offered == list(TOKEN_TYPES)
    assert "NoAuthorization" not in page
    for type_ in offered:
        answer = await operator.post("/tokens", data={"idToken": "OFFERED", "type": type_})
        assert answer.status_code == 303, type_
        assert (await operator.get(f"/tokens?type={type_}")).status_code == 200
    assert (await operator.post("/tokens", data={"idToken": "X", "type": "NoAuthorization"})).status_code == 422


async def test_an_expiry_comes_back_in_utc(operator: httpx.AsyncClient) -> None:
    """The answer says the moment as every later one does, whatever zone it was told in."""
    told = {"expiresAt": "2030-01-01T02:00:00+02:00"}
    saved = (await operator.put("/api/v1/tokens/Central/ZONE", json=told)).json()
    assert saved["expiresAt"] == "2030-01-01T00:00:00Z"
    assert (await operator.get("/api/v1/tokens/Central/ZONE")).json() == saved


async def test_messages_show_wire_and_house(viewer: httpx.AsyncClient) -> None:
    """The message log gives the wire frames, the house translation and the losses of one call."""
    query = {"stationId": "HH-HAFEN-2", "limit": "1"}
    message = (await viewer.get("/api/v1/messages", params=query)).json()["items"][0]
    assert message["requestFrame"].startswith('[2,"a2","StatusNotification"')
    assert message["houseRequest"]
    assert message["losses"][0]["field"] == "vendorErrorCode"
    same = (await viewer.get(f"/api/v1/messages/{message['id']}")).json()
    assert same == message
    assert (await viewer.get("/api/v1/messages/123456789")).status_code == 404


async def test_the_page_of_a_rejected_frame_says_that_it_was_not_understood(
    viewer: httpx.AsyncClient, memory: MemoryHouse
) -> None:
    """A frame without an action has a title all the same, and nothing is said to equal what nobody understood."""
    record = MessageRecord(
        id=900_001,
        station_id="HH-HAFEN-2",
        at=datetime.now(UTC),
        ocpp_version="1.6",
        direction="in",
        message_id="",
        action="",
        request_frame="nonsense",
        outcome="rejected",
    )
    memory.lists.all_messages.append(record)
    page = (await viewer.get("/messages/900001")).text
    assert "<title>Message without action · HH-HAFEN-2" in page
    assert "was not understood" in page
    assert "The same as on the wire" not in page


async def test_events_filter_by_kind(viewer: httpx.AsyncClient) -> None:
    """Events come newest first and are narrowed by kind and severity."""
    events = (await viewer.get("/api/v1/events")).json()["items"]
    assert [event["at"] for event in events] == sorted((event["at"] for event in events), reverse=True)
    security = (await viewer.get("/api/v1/events?kind=security")).json()["items"]
    assert {event["kind"] for event in security} == {"security"}
    assert 0 < len(security) < len(events)
