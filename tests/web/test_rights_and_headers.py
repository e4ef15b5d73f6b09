from __future__ import annotations

from typing import Any

import httpx
import pytest

from pluglot.store import StoreUnavailable
from pluglot.web import problems
from pluglot.web.access import HouseAccess
from pluglot.web.context import web_for
from pluglot.web.security import TOKEN_FIELD, protected
from pluglot.web.server import LARGEST_BODY, litestar_app
from tests.web.house import MemoryHouse, memory_house


async def _login(anyone: httpx.AsyncClient, access: HouseAccess) -> str:
    """Log in as the administrator by the pages; gives the form token."""
    secret = await access.issue_one_time_secret()
    await access.set_admin_password(str(secret), "a quite long password")
    page = await anyone.get("/login")
    form = {
        TOKEN_FIELD: _token(page.text),
        "name": "admin",
        "password": "a quite long password",
        "next": "//evil.invalid",
    }
    answer = await anyone.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return _token((await anyone.get("/tokens", headers={"Accept": "text/html"})).text)


def _token(html: str) -> str:
    return html.split(f'name="{TOKEN_FIELD}" value="', 1)[1].split('"', 1)[0]


@pytest.mark.requirement("UI-02")
async def test_cookies_are_hidden_from_scripts_and_other_sites(anyone: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Cookies are HttpOnly and same-site."""
    page = await anyone.get("/login")
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "samesite=lax" in page.headers["set-cookie"].lower()
    await _login(anyone, memory.access)
    assert {"pluglot_session", "pluglot_visit"} == set(anyone.cookies)


@pytest.mark.requirement("UI-02")
async def test_a_form_without_its_token_is_refused(anyone: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """A write by cookie needs the token of this session; a foreign or missing one changes nothing."""
    token = await _login(anyone, memory.access)
    form = {"idToken": "FORGED", "type": "Central"}
    for given in ({}, {TOKEN_FIELD: ""}, {TOKEN_FIELD: "x" * 32}):
        answer = await anyone.post("/tokens", data=form | given)
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/forged-form"
    assert ("Central", "FORGED") not in memory.lists.all_tokens
    assert (await anyone.put("/api/v1/tokens/Central/FORGED", json={})).status_code == 403
    headers = {"X-Anti-Forgery-Token": token}
    assert (await anyone.put("/api/v1/tokens/Central/OURS", json={}, headers=headers)).status_code == 201
    assert (await anyone.post("/tokens", data=form | {TOKEN_FIELD: token})).status_code == 303


@pytest.mark.requirement("UI-02")
async def test_the_login_itself_cannot_be_forged(anyone: httpx.AsyncClient) -> None:
    """Logging somebody in from another site is refused too."""
    answer = await anyone.post("/login", data={"name": "admin", "password": "x"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forged-form")


async def test_a_session_ends_with_the_logout(anyone: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """After the logout the old session cookie opens nothing."""
    token = await _login(anyone, memory.access)
    session = anyone.cookies["pluglot_session"]
    assert (await anyone.get("/api/v1/stations")).status_code == 200
    await anyone.post("/logout", data={TOKEN_FIELD: token})
    answer = await anyone.get("/api/v1/stations", headers={"Cookie": f"pluglot_session={session}"})
    assert answer.status_code == 401


async def test_people_without_a_session_are_sent_to_the_login(anyone: httpx.AsyncClient) -> None:
    """A page leads to the login and remembers where one wanted to go."""
    answer = await anyone.get("/transactions?state=Ended", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Ftransactions%3Fstate%3DEnded")


@pytest.mark.parametrize(
    ("host", "client", "status"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 200),
        ("localhost:8080", "127.0.0.1", 200),
        ("[::1]:8080", "::1", 200),
        ("evil.invalid", "127.0.0.1", 401),
        ("127.0.0.1:8080", "192.0.2.7", 401),
    ],
)
async def test_visitors_of_the_demo_come_from_this_machine(host: str, client: str, status: int) -> None:
    """An open house serves loopback peers that used a loopback name, so no rebinding site gets in."""
    app = protected(litestar_app(web_for(memory_house(open_to_visitors=True).house)))
    transport = httpx.ASGITransport(app=app, client=(client, 1))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as visitor:
        assert (await visitor.get("/api/v1/tokens")).status_code == status
        page = await visitor.get("/door")
        form = {"identity": "NEW-1"} | ({TOKEN_FIELD: _token(page.text)} if status == 200 else {})
        assert (await visitor.post("/door/adopt", data=form)).status_code == status
        assert (await visitor.delete("/api/v1/stations/X")).status_code == (403 if status == 200 else 401)


async def test_who_comes_through_a_proxy_of_this_machine_is_no_visitor_of_the_demo() -> None:
    """A proxy on loopback that asks by a loopback name asks for somebody else, and its header says so."""
    app = protected(litestar_app(web_for(memory_house(open_to_visitors=True).house)))
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as visitor:
        assert (await visitor.get("/api/v1/tokens")).status_code == 200
        headers = {"X-Forwarded-For": "127.0.0.1"}
        assert (await visitor.get("/api/v1/tokens", headers=headers)).status_code == 401


@pytest.mark.requirement("UI-04")
async def test_a_body_beyond_the_limit_is_refused(admin: httpx.AsyncClient) -> None:
    """More than a mebibyte is not read."""
    answer = await admin.put("/api/v1/tokens/Central/BIG", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


async def test_an_unforeseen_error_tells_nothing(admin: httpx.AsyncClient, memory: MemoryHouse, caplog: Any) -> None:
    """Something broken is a problem without a word about the inside; the log has it."""

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    memory.operations.station = broken  # type: ignore[method-assign, assignment]
    answer = await admin.get("/api/v1/stations/HB-WESER-1")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/server-error")
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text
    page = await admin.get("/stations/HB-WESER-1", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert "Something broke on our side" in page.text


async def test_a_store_that_cannot_be_used_is_said(admin: httpx.AsyncClient, memory: MemoryHouse, caplog: Any) -> None:
    """A full disk is 503 with the words of the store, for programs and for people, without a traceback in the log."""

    class Unavailable(RuntimeError):
        means_unavailable = True

    async def full(*_: object, **__: object) -> None:
        raise Unavailable("The database x.db cannot be used: the disk is full.")

    memory.operations.station = full  # type: ignore[method-assign, assignment]
    answer = await admin.get("/api/v1/stations/HB-WESER-1")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert "the disk is full" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert "the disk is full" in caplog.text
    assert "Traceback" not in caplog.text
    page = await admin.get("/stations/HB-WESER-1", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "the disk is full" in page.text


def test_the_store_marks_its_unavailability() -> None:
    """The mark by which the web door knows a store that cannot be used is the one that the store sets."""
    assert getattr(StoreUnavailable("x"), problems.UNAVAILABLE_MARK) is True
