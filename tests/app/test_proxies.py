"""Who is behind a reverse proxy: X-Forwarded-For counts from the right, and only when a trusted peer sends it."""

from __future__ import annotations

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from pluglot.app.csms import CsmsProgram
from pluglot.app.proxies import LONGEST_READ, TrustedProxies
from pluglot.settings import CsmsSettings

PROXIES = TrustedProxies(["10.0.0.0/24", "192.0.2.9", "fd00::/64"])


@pytest.mark.requirement("PWD-09")
@pytest.mark.parametrize(
    ("peer", "forwarded", "origin"),
    [
        ("10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        # What the peer of the proxy wrote itself stands left of what the proxy added.
        ("10.0.0.1", ["198.51.100.1, 203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["198.51.100.1", "203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["203.0.113.5, 192.0.2.9"], "203.0.113.5"),
        ("10.0.0.1", ["203.0.113.5:4711"], "203.0.113.5"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("fd00::7", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.5"], "203.0.113.5"),
        # Nobody else is believed.
        ("203.0.113.77", ["198.51.100.1"], "203.0.113.77"),
        ("127.0.0.1", ["198.51.100.1"], "127.0.0.1"),
        ("", ["198.51.100.1"], ""),
        # What is no address ends the reading.
        ("10.0.0.1", ["198.51.100.1, unknown, 192.0.2.9"], "192.0.2.9"),
        ("10.0.0.1", ["nonsense\x00"], "10.0.0.1"),
        ("10.0.0.1", ["", " , "], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, " * 1000 + "203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["198.51.100.1" + ", 10.0.0.1" * 1000], "10.0.0.1"),
        ("10.0.0.1", ["9" * (2 * LONGEST_READ)], "10.0.0.1"),
    ],
)
def test_the_nearest_address_that_no_proxy_has_is_who_asks(peer: str, forwarded: list[str], origin: str) -> None:
    """Hops are read from the right as long as they are trusted; the rest may be made up."""
    assert PROXIES.origin(peer, forwarded) == origin


async def test_the_door_of_stations_believes_trusted_proxies_alone(tmp_path: Path) -> None:
    """Strangers are shown with their own address behind a named proxy, and with their peer's otherwise."""
    for trusted, shown in (((), "127.0.0.1"), (("127.0.0.1",), "203.0.113.5")):
        async with house(tmp_path, trusted) as program:
            await refused(program, "STRANGER", "x" * 16, forwarded="198.51.100.1, 203.0.113.5")
            found = await program.store.queries.strangers(limit=10, cursor=None)
            assert [stranger.remote_address for stranger in found.items] == [shown]
            await refused(program, "STRANGER", "x" * 16, forwarded="nobody")
            found = await program.store.queries.strangers(limit=10, cursor=None)
            assert found.items[0].remote_address == "127.0.0.1"
        (tmp_path / "pluglot.db").unlink()


@pytest.mark.requirement("PWD-09", "HRD-02")
async def test_a_guesser_elsewhere_behind_the_same_proxy_is_slowed_down_alone(tmp_path: Path) -> None:
    """Ten wrong passwords from one address do not make another address behind the proxy wait."""
    async with house(tmp_path, ("127.0.0.1",)) as program:
        await program.operations.register_station("CS-1", security_profile=1, password="a chosen one 123", note=None)
        async with await station(program, "CS-1", "a chosen one 123", forwarded="203.0.113.5"):
            pass
        statuses = [await refused(program, "CS-1", "x" * 16, forwarded="198.51.100.1") for _ in range(10)]
        assert statuses == [401] * 5 + [429] * 5
        async with await station(program, "CS-1", "a chosen one 123", forwarded="203.0.113.5"):
            pass
        # It may write what it likes before what the proxy adds.
        assert await refused(program, "CS-1", "x" * 16, forwarded="203.0.113.5, 198.51.100.1") == 429


@pytest.mark.requirement("PWD-09", "HRD-02")
@pytest.mark.parametrize("password", ["a chosen one 123", None])
async def test_wrong_passwords_from_its_own_address_do_not_keep_a_station_out(
    tmp_path: Path, password: str | None
) -> None:
    """While somebody guesses from the same address all the time, the station is in within five seconds."""
    async with house(tmp_path, ()) as program:
        made = await program.operations.register_station("CS-1", security_profile=1, password=password, note=None)
        right = password or made.password or ""
        async with await station(program, "CS-1", right):
            pass
        for _ in range(8):
            status = await refused(program, "CS-1", "wrongwrongwrongw")
        assert status == 429

        async def guess() -> None:
            number = 0
            while True:
                number += 1
                await refused(program, "CS-1", f"wrongwrongwrong{number}")

        guessing = asyncio.create_task(guess())
        try:
            began = time.monotonic()
            async with await station(program, "CS-1", right):
                assert time.monotonic() - began < 5
        finally:
            guessing.cancel()
            await asyncio.gather(guessing, return_exceptions=True)


@pytest.mark.requirement("PWD-09")
async def test_people_behind_one_proxy_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Wrong logins are counted for the address behind a trusted proxy; one that is made up counts for the peer."""
    for trusted, status in (((), 429), (("127.0.0.1",), 401)):
        async with house(tmp_path, trusted) as program, httpx.AsyncClient(base_url=program.serving.url) as browser:
            for number in range(6):
                await log_in(browser, f"somebody{number}", "198.51.100.1")
            assert await log_in(browser, "somebody7", "198.51.100.1") == 429
            assert await log_in(browser, "somebody8", "198.51.100.2") == status
        (tmp_path / "pluglot.db").unlink()


async def test_cookies_are_for_https_alone_when_the_proxy_served_https(tmp_path: Path) -> None:
    """The proxy says by which protocol it was asked; cookies are then never sent in the clear."""
    async with house(tmp_path, ()) as program, httpx.AsyncClient(base_url=program.serving.url) as browser:
        for headers, secure in (({"X-Forwarded-Proto": "https"}, True), ({}, False)):
            answer = await browser.get("/login", headers={"Accept": "text/html", **headers})
            assert ("secure" in answer.headers["set-cookie"].lower()) is secure
            browser.cookies.clear()


async def log_in(browser: httpx.AsyncClient, name: str, address: str) -> int:
    """Try a wrong password; the status."""
    page = await browser.get("/login", headers={"Accept": "text/html"})
    token = page.text.partition('name="_token" value="')[2].partition('"')[0]
    form = {"name": name, "password": "wrong password", "_token": token}
    headers = {"Accept": "text/html", "X-Forwarded-For": address}
    return (await browser.post("/login", data=form, headers=headers)).status_code


def house(folder: Path, trusted: tuple[str, ...]) -> CsmsProgram:
    """A management system behind these proxies."""
    database = f"sqlite:///{folder / 'pluglot.db'}"
    return CsmsProgram(
        CsmsSettings(
            database=database, listen="127.0.0.1:0", web="127.0.0.1:0", trusted_proxies=trusted, second_link="replace"
        )
    )


def station(program: CsmsProgram, identity: str, password: str, *, forwarded: str | None = None) -> Any:
    """A link of a station, as a proxy passes it on."""
    headers = {"Authorization": "Basic " + base64.b64encode(f"{identity}:{password}".encode()).decode()}
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    return _opened(f"{program.station_address}/{identity}", headers)


async def _opened(url: str, headers: dict[str, str]) -> Any:
    return await websockets.connect(
        url, subprotocols=[websockets.Subprotocol("ocpp2.1")], additional_headers=headers, proxy=None
    )


async def refused(program: CsmsProgram, identity: str, password: str, *, forwarded: str | None = None) -> int:
    """The status with which somebody is turned away."""
    with pytest.raises(websockets.InvalidStatus) as status:
        await station(program, identity, password, forwarded=forwarded)
    return status.value.response.status_code
