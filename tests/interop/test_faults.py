"""Bad input and faults: each has a defined, human answer, and the server stays up."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import websockets

from tests.programs import PLUGLOT, SOURCES, CsmsProgram, csms_program, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "KNOWN-TOKEN"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CsmsProgram]:
    async with csms_program(tmp_path_factory.mktemp("csms")) as program:
        await program.save_token(TOKEN)
        yield program
        assert program.process is not None
        assert program.process.returncode is None, "the server stayed up through every fault"


async def pluglot(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command to its end; its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *arguments,
        env={**os.environ, "PYTHONPATH": SOURCES, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return process.returncode, output.decode()


class RawStation:
    """A station that says exactly what a test wants."""

    def __init__(self, link: Any) -> None:
        self.link = link
        self._number = 0

    async def say(self, frame: str) -> Any:
        """Send a frame and return the next one."""
        await self.link.send(frame)
        return json.loads(await asyncio.wait_for(self.link.recv(), 60))

    async def call(self, action: str, payload: dict[str, Any]) -> Any:
        """Send a well-formed call and return the answering frame."""
        self._number += 1
        return await self.say(json.dumps([2, f"m{self._number}", action, payload]))

    async def boot(self) -> None:
        """Introduce itself."""
        boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Raw", "model": "Test"}}
        assert (await self.call("BootNotification", boot))[2]["status"] == "Accepted"

    async def event(self, transaction_id: str, seq_no: int, kind: str, at: str, value: float, **members: Any) -> Any:
        """Send one transaction event with a register value."""
        information = {"transactionId": transaction_id, "chargingState": "Charging"}
        return await self.call(
            "TransactionEvent",
            {
                "eventType": kind,
                "timestamp": at,
                "triggerReason": "Trigger",
                "seqNo": seq_no,
                "transactionInfo": information,
                "evse": {"id": 1, "connectorId": 1},
                "meterValue": [{"timestamp": at, "sampledValue": [{"value": value}]}],
                **members,
            },
        )


@contextlib.asynccontextmanager
async def raw_station(csms: CsmsProgram, identity: str, subprotocol: str = "ocpp2.1") -> AsyncIterator[RawStation]:
    """A registered station with a link, booted."""
    password = await csms.register(identity)
    async with connected(csms, identity, password, subprotocol) as link:
        station = RawStation(link)
        await station.boot()
        yield station


def connected(csms: CsmsProgram, identity: str, password: str | None, subprotocol: str = "ocpp2.1") -> Any:
    """A link of a station."""
    headers = {}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{identity}:{password}".encode()).decode()
    return websockets.connect(
        f"{csms.station_url}/{identity}",
        subprotocols=[websockets.Subprotocol(subprotocol)],
        additional_headers=headers,
        proxy=None,
    )


async def detail(csms: CsmsProgram, identity: str, transaction_id: str) -> Any:
    """A transaction as the API tells it."""
    return await csms.get(f"/transactions/{identity}/{transaction_id}")


# --- at start ------------------------------------------------------------------------------------------------


async def test_a_wrong_setting_is_refused_with_key_value_and_rule() -> None:
    """One sentence and exit status 2, no traceback."""
    status, said = await pluglot("csms", PLUGLOT_CURRENCY="euros")
    assert status == 2
    assert "currency = 'euros'" in said
    assert "ISO 4217" in said
    assert "Traceback" not in said


async def test_an_occupied_port_is_named(tmp_path: Path) -> None:
    """Both doors say which address is taken."""
    database = f"sqlite:///{tmp_path / 'p.db'}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for options in (
            ("--listen", f"127.0.0.1:{port}", "--web", f"127.0.0.1:{free_port()}"),
            ("--listen", f"127.0.0.1:{free_port()}", "--web", f"127.0.0.1:{port}"),
        ):
            status, said = await pluglot("csms", "--database", database, *options)
            assert status == 2
            assert f"127.0.0.1:{port}" in said
            assert "Traceback" not in said


async def test_an_unwritable_database_is_named(tmp_path: Path) -> None:
    """The path and what is wrong with it are in the message."""
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("x")
    not_a_database = tmp_path / "notes.db"
    not_a_database.write_text("these are notes " * 100)
    for path in (not_a_folder / "p.db", not_a_database):
        status, said = await pluglot(
            "csms", "--database", f"sqlite:///{path}", "--listen", f"127.0.0.1:{free_port()}", "--web", "127.0.0.1:0"
        )
        assert status == 2
        assert str(path) in said.replace("\n", "")
        assert "Traceback" not in said


# --- at the door ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("WS-03", "HRD-01")
@pytest.mark.parametrize(
    ("identity", "password", "status", "reason"),
    [
        ("NOBODY-1", "some-password-or-other", 404, "unknown"),
        ("NOBODY-2", None, 404, "unknown"),
        ("KNOWN-1", "not-the-right-password", 401, "wrong-password"),
        ("KNOWN-1", None, 401, "wrong-password"),
    ],
)
async def test_strangers_are_refused_and_shown(
    csms: CsmsProgram, identity: str, password: str | None, status: int, reason: str
) -> None:
    """No upgrade, a plain status, and an entry at the door."""
    await csms.register("KNOWN-1")
    with pytest.raises(websockets.InvalidStatus) as caught:
        async with connected(csms, identity, password):
            pass
    assert caught.value.response.status_code == status
    strangers = (await csms.get("/strangers"))["items"]
    assert (identity, reason) in {(stranger["identity"], stranger["reason"]) for stranger in strangers}


@pytest.mark.requirement("WS-07")
async def test_an_unsupported_subprotocol_is_refused(csms: CsmsProgram) -> None:
    """A station that speaks no version of ours is told so before any message."""
    password = await csms.register("ODD-1")
    with pytest.raises(websockets.InvalidStatus) as caught:
        async with connected(csms, "ODD-1", password, "ocpp9.9"):
            pass
    assert caught.value.response.status_code == 400
    strangers = (await csms.get("/strangers"))["items"]
    assert "unsupported-subprotocol" in {stranger["reason"] for stranger in strangers}


# --- on the link ---------------------------------------------------------------------------------------------


async def test_a_malformed_frame_is_answered_and_logged(csms: CsmsProgram) -> None:
    """The link stays up; the log shows the frame and the error."""
    async with raw_station(csms, "MALFORMED-1") as station:
        answer = await station.say("{not json")
        assert answer[:3] == [4, "-1", "RpcFrameworkError"]
        answer = await station.call("Heartbeat", {"surprise": 1})
        assert answer[2] == "ProtocolError"
        assert (await station.call("Heartbeat", {}))[0] == 3
    messages = (await csms.get("/messages", stationId="MALFORMED-1"))["items"]
    rejected = [message for message in messages if message["outcome"] == "rejected"]
    assert any("{not json" in message["requestFrame"] for message in rejected)


async def test_an_unknown_token_is_told_so(csms: CsmsProgram) -> None:
    """Authorize and a transaction with an unknown token are answered Unknown; what flowed is kept."""
    async with raw_station(csms, "TOKEN-1") as station:
        token = {"idToken": "NEVER-SEEN", "type": "Central"}
        answer = await station.call("Authorize", {"idToken": token})
        assert answer[2]["idTokenInfo"]["status"] == "Unknown"
        answer = await station.event("T-1", 0, "Started", "2026-05-01T10:00:00Z", 100, idToken=token)
        assert answer[2]["idTokenInfo"]["status"] == "Unknown"
        await station.event("T-1", 1, "Ended", "2026-05-01T10:05:00Z", 150)
    shown = await detail(csms, "TOKEN-1", "T-1")
    assert shown["energyWh"] == 50


@pytest.mark.requirement("DAT-01")
async def test_a_meter_running_backwards_bills_nothing_negative(csms: CsmsProgram) -> None:
    """The reading is kept as received, marked, and no money comes of it."""
    async with raw_station(csms, "METER-1") as station:
        await station.event("T-1", 0, "Started", "2026-05-01T10:00:00Z", 5000)
        await station.event("T-1", 1, "Updated", "2026-05-01T10:05:00Z", 6000)
        await station.event("T-1", 2, "Updated", "2026-05-01T10:10:00Z", 2000)
        await station.event("T-1", 3, "Ended", "2026-05-01T10:15:00Z", 2000)
    shown = await detail(csms, "METER-1", "T-1")
    assert shown["energyWh"] == 1000
    assert shown["implausible"]
    assert 2000 in [float(reading["value"]) for entry in shown["timeline"] for reading in entry["readings"]]


@pytest.mark.requirement("TX-09", "TX-10")
async def test_duplicate_and_missing_events(csms: CsmsProgram) -> None:
    """A duplicate changes nothing and is answered alike; a hole is shown until it is filled."""
    async with raw_station(csms, "GAPS-1") as station:
        token = {"idToken": TOKEN, "type": "Central"}
        started = ("T-1", 0, "Started", "2026-05-01T10:00:00Z", 100)
        first = await station.event(*started, idToken=token)
        again = await station.event(*started, idToken=token)
        assert first[2] == again[2]
        await station.event("T-1", 2, "Updated", "2026-05-01T10:10:00Z", 300)
        await station.event("T-1", 3, "Ended", "2026-05-01T10:15:00Z", 400)
        shown = await detail(csms, "GAPS-1", "T-1")
        assert (shown["missingSeqNos"], shown["energyWh"]) == ([1], 300)
        await station.event("T-1", 1, "Updated", "2026-05-01T10:05:00Z", 200)
        shown = await detail(csms, "GAPS-1", "T-1")
        assert (shown["missingSeqNos"], shown["energyWh"]) == ([], 300)
        assert [entry["seqNo"] for entry in shown["timeline"]] == [0, 1, 2, 3]


async def test_a_clock_in_1970_is_served_and_shown(csms: CsmsProgram) -> None:
    """The session is billed, nothing crashes, and the operator is told that the clock is wrong."""
    async with raw_station(csms, "CLOCK-1") as station:
        await station.event("T-1", 0, "Started", "1970-01-01T00:00:10Z", 100)
        await station.event("T-1", 1, "Ended", "1970-01-01T00:10:10Z", 350)
    shown = await detail(csms, "CLOCK-1", "T-1")
    assert shown["energyWh"] == 250
    events = (await csms.get("/events", stationId="CLOCK-1"))["items"]
    assert "ClockUnset" in {event["name"] for event in events}


# --- at the API ----------------------------------------------------------------------------------------------


async def test_calls_that_cannot_be_carried_out_say_why(csms: CsmsProgram) -> None:
    """Offline, unknown and invalid are told apart, with field and rule."""
    await csms.register("AWAY-1")
    offline = await csms.call("AWAY-1", "Reset", type="Immediate")
    assert offline.status_code == 503
    assert offline.json()["type"].endswith("station-offline")
    assert (await csms.call("NEVER-REGISTERED", "Reset", type="Immediate")).status_code == 404
    invalid = await csms.call("AWAY-1", "Reset", type="Gentle")
    assert invalid.status_code == 422
    assert invalid.json()["field"] == "type"
    assert invalid.headers["content-type"].startswith("application/problem+json")


@pytest.mark.requirement("UI-05", "ERR-04")
async def test_a_station_that_left_before_it_answered_is_not_asked_twice(csms: CsmsProgram) -> None:
    """The operator learns that it may have acted, and the same key sends nothing when the station is back."""
    path, headers = "/stations/LEFT-1/calls/UnlockConnector", {"Idempotency-Key": "unlock-once"}
    body = {"evseId": 1, "connectorId": 1}
    async with raw_station(csms, "LEFT-1") as station:
        asking = asyncio.create_task(csms.api.post(path, json=body, headers=headers))
        asked = json.loads(await asyncio.wait_for(station.link.recv(), 60))
        assert asked[2] == "UnlockConnector"
        await station.link.close()
        left = await asking
    assert (left.status_code, left.json()["type"]) == (504, "/problems/station-left")
    async with raw_station(csms, "LEFT-1") as station:
        again = await csms.api.post(path, json=body, headers=headers)
        assert (again.status_code, again.json()) == (504, left.json())
        # Nothing else comes before the answer to what the station says now.
        assert (await station.call("Heartbeat", {}))[0] == 3


@pytest.mark.requirement("BOOT-05")
async def test_a_station_that_is_not_accepted_is_told_so(csms: CsmsProgram) -> None:
    """What its registration forbids is not sent, and is told neither as an error of the station nor as its answer."""
    async with raw_station(csms, "UNWANTED-1") as station:
        assert (await csms.api.patch("/stations/UNWANTED-1", json={"registration": "Rejected"})).status_code == 200
        answer = await csms.call("UNWANTED-1", "Reset", type="Immediate")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/station-not-accepted")
        assert "may be sent nothing" in answer.json()["detail"]
        assert "code" not in answer.json()
        assert (await station.call("Heartbeat", {}))[2] == "SecurityError"


async def test_a_silent_station_times_out(tmp_path: Path) -> None:
    """A station that never answers is its own problem, and does not block the next call."""
    async with csms_program(tmp_path, PLUGLOT_CALL_TIMEOUT="0.5") as csms, raw_station(csms, "SILENT-1"):
        answer = await csms.call("SILENT-1", "ClearCache")
        assert answer.status_code == 504
        assert answer.json()["type"].endswith("station-timed-out")


@pytest.mark.requirement("WS-17")
async def test_a_browser_is_refused_unless_its_origin_is_named(tmp_path: Path) -> None:
    """The setting names origins; everybody else with an Origin is turned away."""
    async with csms_program(tmp_path, PLUGLOT_ALLOWED_ORIGINS="https://tool.example") as csms:
        password = await csms.register("ORIGIN-1")
        headers = "Basic " + base64.b64encode(f"ORIGIN-1:{password}".encode()).decode()
        for origin, status in (("https://evil.example", 403), ("https://tool.example", None)):
            link = websockets.connect(
                f"{csms.station_url}/ORIGIN-1",
                subprotocols=[websockets.Subprotocol("ocpp2.1")],
                additional_headers={"Authorization": headers},
                origin=websockets.Origin(origin),
                proxy=None,
            )
            if status is None:
                async with link:
                    pass
            else:
                with pytest.raises(websockets.InvalidStatus) as caught:
                    await link
                assert caught.value.response.status_code == status


@pytest.mark.requirement("RPC-11")
async def test_leniency_is_a_setting_and_off_by_default(csms: CsmsProgram, tmp_path: Path) -> None:
    """An unknown property is refused, and overlooked where an operator says so."""
    async with raw_station(csms, "STRICT-1") as station:
        assert (await station.call("Heartbeat", {"extra": 1}))[0] == 4
    async with (
        csms_program(tmp_path, PLUGLOT_LENIENT="unknownProperty") as lenient,
        raw_station(lenient, "LENIENT-1") as station,
    ):
        assert (await station.call("Heartbeat", {"extra": 1}))[0] == 3
