"""New passwords by command: what lets a station in before, meanwhile and after, whatever it answers (PWD-05)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from pluglot.app.csms import CsmsProgram
from pluglot.app.passwords import Kept
from pluglot.settings import CsmsSettings

OLD, NEW = "the-old-password-1", "the-new-password-2"
TOKEN = "0123456789abcdef0123456789abcdef"
BOOT = {
    "ocpp2.1": {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}},
    "ocpp2.0.1": {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}},
    "ocpp1.6": {"chargePointVendor": "V", "chargePointModel": "M"},
}
VARIABLE = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
VERSIONS = pytest.mark.parametrize("version", ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"])


class House:
    """A management system with one registered station, CS-1."""

    def __init__(self, program: CsmsProgram) -> None:
        self.program = program
        self.api = httpx.AsyncClient(
            base_url=f"{program.serving.url}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        )

    async def link(self, password: str, version: str = "ocpp2.1") -> Any:
        """A link of the station."""
        headers = {"Authorization": "Basic " + base64.b64encode(f"CS-1:{password}".encode()).decode()}
        return await websockets.connect(
            f"{self.program.station_address}/CS-1",
            subprotocols=[websockets.Subprotocol(version)],
            additional_headers=headers,
            proxy=None,
        )

    async def lets_in(self, password: str) -> bool:
        """Whether the station gets in with this password."""
        link = None
        with contextlib.suppress(websockets.InvalidStatus):
            link = await self.link(password)
        if link is not None:
            await link.close()
        return link is not None

    async def set_password(self, *values: str) -> httpx.Response:
        """Ask the station to take a new password."""
        data = [{**VARIABLE, "attributeValue": value} for value in values or (NEW,)]
        return await self.api.post("/stations/CS-1/calls/SetVariables", json={"setVariableData": data})

    async def booted(self, version: str) -> Any:
        """A link of the station on which it has booted."""
        link = await self.link(OLD, version)
        await link.send(json.dumps([2, "b", "BootNotification", BOOT[version]]))
        assert json.loads(await link.recv())[0] == 3
        return link

    async def change(self, version: str, status: str | None) -> httpx.Response:
        """Let the station answer so to a new password; with None it leaves without an answer."""
        link = await self.booted(version)
        asking = asyncio.create_task(self.set_password())
        asked = await set_variables(link)
        if status is not None:
            await link.send(answer_to(asked, version, status))
            await asking
        await link.close()
        return await asking


async def set_variables(link: Any) -> Any:
    """The next command that sets variables; others are answered with nothing."""
    while True:
        asked = json.loads(await asyncio.wait_for(link.recv(), 30))
        if asked[2] in {"SetVariables", "ChangeConfiguration"}:
            return asked
        await link.send(json.dumps([3, asked[1], {}]))


def answer_to(asked: Any, version: str, status: str) -> str:
    """What a station says of a new password; ``garbled`` for an answer that cannot be read."""
    result = {**VARIABLE, "attributeStatus": status}
    answer = {"status": status} if version == "ocpp1.6" else {"setVariableResult": [result]}
    return json.dumps([3, asked[1], {} if status == "garbled" else answer])


@contextlib.asynccontextmanager
async def house(folder: Path, *, again: bool = False, second_link: str = "replace") -> AsyncIterator[House]:
    """A management system over this folder."""
    database = f"sqlite:///{folder / 'pluglot.db'}"
    settings = CsmsSettings(
        database=database, listen="127.0.0.1:0", web="127.0.0.1:0", second_link=second_link, call_timeout=20
    )
    async with CsmsProgram(settings, admin_token=TOKEN) as program:
        if not again:
            await program.operations.register_station("CS-1", security_profile=1, password=OLD, note=None)
        made = House(program)
        try:
            yield made
        finally:
            await made.api.aclose()


@VERSIONS
@pytest.mark.requirement("PWD-05", "PWD-06")
async def test_after_an_accepted_change_only_the_new_password_works(tmp_path: Path, version: str) -> None:
    """The station gets in with what it took and with nothing else, and nothing that people read shows either."""
    async with house(tmp_path) as made:
        answer = await made.change(version, "Accepted")
        assert answer.json()["response"]["setVariableResult"][0]["attributeStatus"] == "Accepted"
        assert not await made.lets_in(OLD)
        assert await made.lets_in(NEW)
        events = (await made.api.get("/events", params={"stationId": "CS-1"})).json()["items"]
        assert "PasswordChanged" in {event["name"] for event in events}
        shown = [(await made.api.get(path)).text for path in ("/messages", "/events", "/stations/CS-1/variables")]
        assert all(secret not in text for text in shown for secret in (NEW, NEW.encode().hex()))
    async with house(tmp_path, again=True) as made:
        assert not await made.lets_in(OLD)
        assert await made.lets_in(NEW)


@VERSIONS
@pytest.mark.requirement("PWD-05")
async def test_after_any_other_answer_only_the_old_password_works(tmp_path: Path, version: str) -> None:
    """A station that refuses keeps what it had."""
    async with house(tmp_path) as made:
        await made.change(version, "Rejected")
        assert not await made.lets_in(NEW)
        assert await made.lets_in(OLD)


@VERSIONS
@pytest.mark.requirement("PWD-05")
async def test_a_station_that_must_reboot_first_may_still_show_its_old_password(tmp_path: Path, version: str) -> None:
    """The old one is good until the new one was shown."""
    async with house(tmp_path) as made:
        await made.change(version, "RebootRequired")
        for _ in range(2):
            assert await made.lets_in(OLD)
        assert await made.lets_in(NEW)
        assert not await made.lets_in(OLD)


@VERSIONS
@pytest.mark.parametrize(("shown", "other"), [(OLD, NEW), (NEW, OLD)])
@pytest.mark.requirement("PWD-05")
async def test_when_no_answer_came_what_is_shown_next_is_right(
    tmp_path: Path, version: str, shown: str, other: str
) -> None:
    """Nobody knows whether the station took it; both are good until one is shown, also after a restart."""
    async with house(tmp_path) as made:
        await made.change(version, None)
    async with house(tmp_path, again=True) as made:
        assert await made.lets_in(shown)
        assert not await made.lets_in(other)
        assert await made.lets_in(shown)


@pytest.mark.requirement("PWD-05", "UI-05")
async def test_a_command_that_was_not_sent_changes_nothing(tmp_path: Path) -> None:
    """A station that is away keeps its password."""
    async with house(tmp_path) as made:
        assert (await made.set_password()).status_code == 503
        assert await made.lets_in(OLD)
        assert not await made.lets_in(NEW)


@pytest.mark.requirement("PWD-02", "PWD-03", "PWD-05")
@pytest.mark.parametrize(
    ("version", "value", "rule"),
    [
        ("ocpp2.1", "x" * 15, "16 to 64 characters"),
        ("ocpp2.1", "x" * 65, "16 to 64 characters"),
        ("ocpp2.0.1", "x" * 41, "16 to 40 characters"),
        ("ocpp1.6", "x" * 21, "16 to 20 bytes"),
    ],
)
async def test_a_password_that_the_version_does_not_allow_is_not_sent(
    tmp_path: Path, version: str, value: str, rule: str
) -> None:
    """The rule of the station's own version is said, without the password, and two at once are none."""
    async with house(tmp_path) as made:
        link = await made.link(OLD, version)
        await link.send(json.dumps([2, "b", "BootNotification", BOOT[version]]))
        assert json.loads(await link.recv())[0] == 3
        answer = await made.set_password(value)
        assert (answer.status_code, answer.json()["field"]) == (422, "setVariableData[0].attributeValue")
        assert rule in answer.json()["rule"]
        assert value not in answer.text
        assert (await made.set_password(NEW, OLD)).json()["rule"] == "there can be only one new password"
        await link.close()
        assert await made.lets_in(OLD)


@pytest.mark.requirement("PWD-05")
async def test_new_credentials_of_an_operator_outrank_what_is_on_its_way(tmp_path: Path) -> None:
    """Registered anew, a station has that password alone, whatever it was offered before."""
    async with house(tmp_path) as made:
        await made.change("ocpp2.1", "RebootRequired")
        registered = await made.api.put("/stations/CS-1", json={"securityProfile": 1, "password": "a-third-password-3"})
        assert registered.status_code == 200
        assert not await made.lets_in(NEW)
        assert not await made.lets_in(OLD)
        assert await made.lets_in("a-third-password-3")


@VERSIONS
@pytest.mark.parametrize("first", ["garbled", "RebootRequired"])
@pytest.mark.requirement("PWD-05")
async def test_a_second_new_password_that_is_refused_does_not_take_the_first_away(
    tmp_path: Path, version: str, first: str
) -> None:
    """The station may have the first one already, or from its next boot, so it gets in with that and with the old."""
    async with house(tmp_path) as made:
        link = await made.booted(version)
        for value, status in ((NEW, first), ("a-third-password-3", "Rejected")):
            asking = asyncio.create_task(made.set_password(value))
            await link.send(answer_to(await set_variables(link), version, status))
            await asking
        await link.close()
        assert not await made.lets_in("a-third-password-3")
        if first == "RebootRequired":
            assert await made.lets_in(OLD)
        assert await made.lets_in(NEW)
        assert not await made.lets_in(OLD)


@VERSIONS
@pytest.mark.requirement("PWD-05", "HRD-02")
async def test_who_knows_the_old_password_cannot_spoil_the_change(tmp_path: Path, version: str) -> None:
    """Shown while the station has yet to answer, the old password decides nothing: what the station accepts counts."""
    async with house(tmp_path, second_link="keep") as made:
        link = await made.booted(version)
        asking = asyncio.create_task(made.set_password())
        asked = await set_variables(link)
        with pytest.raises(websockets.InvalidStatus, match="409"):
            await made.link(OLD, version)
        await link.send(answer_to(asked, version, "Accepted"))
        assert (await asking).status_code == 200
        await link.close()
        assert not await made.lets_in(OLD)
        assert await made.lets_in(NEW)


@pytest.mark.requirement("PWD-05", "PWD-09")
async def test_only_so_many_new_passwords_may_wait_to_be_shown(tmp_path: Path) -> None:
    """A station that never answers clearly is sent no more of them, and gets in with each of those it was sent."""
    values = [f"{NEW}-{number}" for number in range(4)]
    async with house(tmp_path) as made:
        link = await made.booted("ocpp2.1")
        for value in values[:3]:
            asking = asyncio.create_task(made.set_password(value))
            await link.send(answer_to(await set_variables(link), "ocpp2.1", "garbled"))
            await asking
        refused = await made.set_password(values[3])
        assert refused.status_code == 503
        assert "wait for the station to show" in refused.json()["detail"]
        await link.close()
        assert not await made.lets_in(values[3])
        assert await made.lets_in(values[1])
        assert [await made.lets_in(other) for other in (OLD, values[0], values[2])] == [False, False, False]


@VERSIONS
@pytest.mark.requirement("PWD-06")
async def test_a_station_that_repeats_its_new_password_has_it_shown_to_nobody(tmp_path: Path, version: str) -> None:
    """Said in the answer or in an error, wherever there, it is masked in the log of messages and on the events."""
    secret = 'a-"third"-pass-3' if version != "ocpp2.0.1" else "a-third-password-3"
    async with house(tmp_path) as made:
        link = await made.booted(version)
        asking = asyncio.create_task(made.set_password(secret))
        asked = await set_variables(link)
        told = asked[3]["value"] if version == "ocpp1.6" else secret  # a key of 1.6 is written as digits
        await link.send(json.dumps([4, asked[1], "GenericError", f"{told} will not do", {"value": told}]))
        await asking
        asking = asyncio.create_task(made.set_password(secret))
        asked = await set_variables(link)
        answer = json.loads(answer_to(asked, version, "Rejected"))
        if version == "ocpp1.6":
            answer[2]["info"] = f"{told} will not do"
        else:
            info = {"reasonCode": "No", "additionalInfo": f"{told} will not do"}
            answer[2]["setVariableResult"][0]["attributeStatusInfo"] = info
        await link.send(json.dumps(answer))
        await asking
        items = [item for path in ("/messages", "/events") for item in (await made.api.get(path)).json()["items"]]
        shown = "\n".join(str(value) for item in items for value in item.values())
        assert "*** will not do" in shown
        assert all(text not in shown for text in (secret, told, json.dumps(told)[1:-1]))
        await link.close()


@pytest.mark.requirement("PWD-06")
def test_what_is_kept_of_two_passwords_reads_back_and_shows_nothing() -> None:
    """One text holds all verifiers; whoever writes the object to a log writes none."""
    for kept in (
        Kept(None),
        Kept("a:b:c"),
        Kept("a:b:c", ("d:e:f",)),
        Kept("a:b:c", ("d:e:f", "g:b:h"), waits=True),
    ):
        assert Kept.read(kept.text) == kept
        assert "b" not in repr(kept)
