from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import httpx
import pytest

from pluglot.csms.records import StationRecord
from pluglot.web.base import CallOutcome
from pluglot.web.context import web_for
from pluglot.web.idempotency import SECOND_CLICK
from pluglot.web.security import protected
from pluglot.web.server import litestar_app
from tests.web.house import MemoryHouse, memory_house

RESET = "/api/v1/stations/HB-WESER-1/calls/Reset"


async def test_the_station_s_own_answer_comes_back_with_losses(
    operator: httpx.AsyncClient, memory: MemoryHouse
) -> None:
    """An answered call gives the 2.1 response, what could not be said, and how long it took."""
    loss = {"action": "Reset", "field": "evseId", "value": 1, "reason": "1.6 resets whole stations"}
    memory.operations.answer = lambda *_: CallOutcome(
        kind="answered", response={"status": "Scheduled"}, losses=(loss,), latency_ms=12.5
    )
    answer = await operator.post(RESET, json={"type": "OnIdle", "evseId": 1})
    assert answer.status_code == 200
    assert answer.json()["response"] == {"status": "Scheduled"}
    assert answer.json()["losses"] == [loss]
    assert answer.json()["latencyMs"] == 12.5
    assert memory.operations.sent == [("HB-WESER-1", "Reset", {"type": "OnIdle", "evseId": 1}, "token operator")]


@pytest.mark.parametrize(
    ("kind", "status", "type_"),
    [
        ("offline", 503, "station-offline"),
        ("timed-out", 504, "station-timed-out"),
        ("left", 504, "station-left"),
        ("refused", 502, "station-refused"),
        ("not-supported", 501, "not-supported"),
        ("not-accepted", 409, "station-not-accepted"),
    ],
)
async def test_each_failure_is_its_own_problem(
    operator: httpx.AsyncClient, memory: MemoryHouse, kind: str, status: int, type_: str
) -> None:
    """Offline, timed out, refused and not supported are told apart by type and status."""
    memory.operations.answer = lambda *_: CallOutcome(kind=kind, code="InternalError", description="it said so")
    answer = await operator.post(RESET, json={"type": "OnIdle"})
    assert answer.status_code == answer.json()["status"] == status
    assert answer.json()["type"] == f"/problems/{type_}"
    assert answer.json()["detail"] == "it said so"


async def test_a_station_that_is_away_is_told_at_once(operator: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """A call to a station without a link sends nothing and says so."""
    answer = await operator.post("/api/v1/stations/HB-WESER-2/calls/Reset", json={"type": "OnIdle"})
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/station-offline")
    assert memory.operations.sent == []


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("action", "payload", "field"),
    [
        ("Reset", {"type": "Maybe"}, "type"),
        ("Reset", {}, "type"),
        ("Reset", {"type": "OnIdle", "when": 1}, "when"),
        ("Reset", {"type": "OnIdle", "w" * 999: 1}, "w" * 199 + "…"),
        (
            "RequestStartTransaction",
            {"idToken": {"idToken": "A", "type": "Central", "kind": 1}, "remoteStartId": 1},
            "idToken.kind",
        ),
        ("RequestStartTransaction", {"idToken": {"idToken": "A"}, "remoteStartId": 1}, "idToken.type"),
        ("GetVariables", {"getVariableData": [{"component": {"name": "X"}}]}, "getVariableData[0].variable"),
    ],
)
async def test_a_payload_that_breaks_the_schema_is_refused_by_field(
    operator: httpx.AsyncClient, memory: MemoryHouse, action: str, payload: object, field: str
) -> None:
    """A request that is not valid 2.1 is refused with the path of the field, and nothing is sent."""
    answer = await operator.post(f"/api/v1/stations/HB-WESER-1/calls/{action}", json=payload)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert memory.operations.sent == []


async def test_unknown_stations_and_actions_are_told_apart(operator: httpx.AsyncClient) -> None:
    """A station nobody registered and an action no CSMS may send are two problems."""
    nobody = await operator.post("/api/v1/stations/NOBODY/calls/Reset", json={"type": "OnIdle"})
    assert (nobody.status_code, nobody.json()["type"]) == (404, "/problems/unknown-station")
    for action in ("Explode", "BootNotification", "reset"):
        answer = await operator.post(f"/api/v1/stations/HB-WESER-1/calls/{action}", json={})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-action")


@pytest.mark.requirement("UI-05")
async def test_a_double_click_sends_one_message(operator: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Two requests at the same time with one key send one OCPP message and get the same answer."""
    headers = {"Idempotency-Key": "click-1"}
    ask = [operator.post(RESET, json={"type": "OnIdle"}, headers=headers) for _ in range(5)]
    answers = await asyncio.gather(*ask)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(memory.operations.sent) == 1
    later = await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)
    assert later.text == answers[0].text
    assert len(memory.operations.sent) == 1


@pytest.mark.requirement("UI-05")
async def test_a_key_belongs_to_one_request_and_one_asker(
    operator: httpx.AsyncClient, admin: httpx.AsyncClient, memory: MemoryHouse
) -> None:
    """The same key for another request is refused; another asker's key is another key; no key means no memory."""
    headers = {"Idempotency-Key": "click-2"}
    assert (await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)).status_code == 200
    other = await operator.post(RESET, json={"type": "Immediate"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/key-reused")
    assert (await admin.post(RESET, json={"type": "Immediate"}, headers=headers)).status_code == 200
    assert len(memory.operations.sent) == 2
    for _ in range(2):
        await operator.post(RESET, json={"type": "OnIdle"})
    assert len(memory.operations.sent) == 4


@pytest.mark.requirement("UI-05")
@pytest.mark.parametrize(("kind", "status"), [("offline", 503), ("not-accepted", 409)])
async def test_a_key_may_try_again_after_nothing_was_sent(
    operator: httpx.AsyncClient, memory: MemoryHouse, kind: str, status: int
) -> None:
    """A call that found the station away, or not accepted, may be repeated with its key later."""
    outcomes = iter([CallOutcome(kind=kind), CallOutcome(kind="answered", response={"status": "Accepted"})])
    memory.operations.answer = lambda *_: next(outcomes)
    headers = {"Idempotency-Key": "click-3"}
    assert (await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)).status_code == status
    assert (await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)).status_code == 200


@pytest.mark.requirement("UI-05")
@pytest.mark.parametrize("kind", ["left", "timed-out", "refused"])
async def test_a_key_does_not_ask_again_who_may_have_acted(
    operator: httpx.AsyncClient, memory: MemoryHouse, kind: str
) -> None:
    """A command that reached the station is not sent once more with its key, also when its answer never came."""
    asked: list[str] = []

    def ask(*_: object) -> CallOutcome:
        asked.append(kind)
        return CallOutcome(kind=kind, description="no answer came")

    memory.operations.answer = ask
    headers = {"Idempotency-Key": "click-5"}
    first = await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)
    again = await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert asked == [kind]


@pytest.mark.requirement("UI-05")
async def test_a_key_may_try_again_after_an_error(operator: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """A command that broke on our side is not remembered: its key sends it anew."""

    def broken(*_: object) -> CallOutcome:
        raise RuntimeError("the database is locked")

    memory.operations.answer = broken
    headers = {"Idempotency-Key": "click-4"}
    assert (await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)).status_code == 500
    memory.operations.answer = lambda *_: None
    assert (await operator.post(RESET, json={"type": "OnIdle"}, headers=headers)).status_code == 200


@pytest.mark.requirement("UI-05")
async def test_a_second_click_on_the_page_that_came_between_sends_nothing() -> None:
    """A double click may meet the page with the answer: the same at once is that answer, later it is sent anew."""
    now = [datetime(2026, 5, 1, tzinfo=UTC)]
    memory = memory_house(clock=lambda: now[0], open_to_visitors=True)
    memory.operations.save(StationRecord(id="A", connected=True, ocpp_version="2.1"))
    web = web_for(memory.house)
    transport = httpx.ASGITransport(app=protected(litestar_app(web)))  # type: ignore[arg-type]  # two names of one protocol
    address = "/stations/A/commands/Reset"

    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:

        async def click(page: httpx.Response, **values: str) -> httpx.Response:
            hidden = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)"', page.text))
            answer = await browser.post(address, data=hidden | values)
            assert answer.status_code == 303
            return await browser.get(answer.headers["location"])

        first = await click(await browser.get(address), type="OnIdle")
        second = await click(first, type="OnIdle")
        await click(second, type="OnIdle")
        assert len(memory.operations.sent) == 1
        other = await click(first, type="Immediate")
        assert len(memory.operations.sent) == 2
        now[0] += SECOND_CLICK
        await click(other, type="Immediate")
        assert len(memory.operations.sent) == 3


@pytest.mark.requirement("PWD-06")
@pytest.mark.parametrize(("variable", "is_kept"), [("BasicAuthPassword", False), ("HeartbeatInterval", True)])
async def test_a_new_password_does_not_stand_in_the_address_of_the_next_page(variable: str, *, is_kept: bool) -> None:
    """What was filled in is kept in the address for the next time, but no secret."""
    memory = memory_house(open_to_visitors=True)
    memory.operations.save(StationRecord(id="A", connected=True, ocpp_version="2.1"))
    transport = httpx.ASGITransport(app=protected(litestar_app(web_for(memory.house))))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        page = await browser.get("/stations/A/commands/SetVariables")
        hidden = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)"', page.text))
        form = {
            "setVariableData[0].component.name": "SecurityCtrlr",
            "setVariableData[0].variable.name": variable,
            "setVariableData[0].attributeValue": "the-filled-in-value",
        }
        names = re.findall(r'name="(setVariableData[^"]*)"', page.text)
        assert set(form) <= set(names), names
        answer = await browser.post("/stations/A/commands/SetVariables", data=hidden | form)
        assert answer.status_code == 303, answer.text
        assert ("the-filled-in-value" in answer.headers["location"]) is is_kept
