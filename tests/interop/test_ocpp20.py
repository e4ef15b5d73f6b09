"""OCPP 2.0 over real sockets: a station made by hand from the official schemas, and our own.

No library speaks 2.0 any more, so the peers here are bare WebSockets that hold every message against the schemas.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
import websockets

from tests.dialects.samples import validator
from tests.interop.test_faults import connected
from tests.programs import PLUGLOT, SOURCES, CsmsProgram, csms_program, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "OLD-TOKEN"
AT = "2026-03-14T09:{:02}:00.000Z"


def check(name: str, payload: Any) -> Any:
    """Hold a payload against the official 2.0 schema of its message."""
    errors = [error.message for error in validator("v20", name).iter_errors(payload)]
    assert errors == [], (name, payload, errors)
    return payload


class Peer:
    """One side of a 2.0 link: calls the other side, and answers its calls as told."""

    def __init__(self, link: Any, answers: dict[str, Callable[[Any], Any]]) -> None:
        self._link = link
        self._answers = answers
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._number = 0
        #: Everything the other side asked.
        self.asked: list[tuple[str, Any]] = []

    async def call(self, action: str, payload: Any) -> Any:
        """Ask something; the answer is valid 2.0."""
        check(f"{action}Request", payload)
        self._number += 1
        message_id = f"m{self._number}"
        answered = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        await self._link.send(json.dumps([2, message_id, action, payload]))
        answer = await asyncio.wait_for(answered, 60)
        assert answer[0] == 3, answer
        return check(f"{action}Response", answer[2])

    async def serve(self) -> None:
        """Read until the link ends."""
        async for text in self._link:
            frame = json.loads(text)
            if frame[0] != 2:
                self._waiting.pop(frame[1]).set_result(frame)
                continue
            _, message_id, action, payload = frame
            check(f"{action}Request", payload)
            self.asked.append((action, payload))
            answer = check(f"{action}Response", self._answers[action](payload))
            await self._link.send(json.dumps([3, message_id, answer]))


# --- a station of others at our management system -----------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CsmsProgram]:
    async with csms_program(tmp_path_factory.mktemp("csms")) as program:
        await program.save_token(TOKEN)
        yield program


@contextlib.asynccontextmanager
async def station(csms: CsmsProgram, identity: str, answers: dict[str, Any]) -> AsyncIterator[Peer]:
    """A 2.0 station that booted."""
    password = await csms.register(identity)
    async with connected(csms, identity, password, "ocpp2.0") as link:
        assert link.subprotocol == "ocpp2.0"
        peer = Peer(link, answers)
        serving = asyncio.create_task(peer.serve())
        charging_station = {"vendorName": "Elsewhere", "model": "Old", "serialNumber": "S-1"}
        boot = {"reason": "PowerUp", "chargingStation": charging_station}
        assert (await peer.call("BootNotification", boot))["status"] == "Accepted"
        yield peer
    await serving


def event(kind: str, seq_no: int, trigger: str, register: float, **data: Any) -> dict[str, Any]:
    """A transaction event with a reading."""
    sample = {"value": register, "measurand": "Energy.Active.Import.Register", "unitOfMeasure": {"unit": "Wh"}}
    return {
        "eventType": kind,
        "timestamp": AT.format(seq_no),
        "triggerReason": trigger,
        "seqNo": seq_no,
        "transactionData": {"id": "old-tx", **data},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": AT.format(seq_no), "sampledValue": [sample]}],
    }


@pytest.mark.requirement("WS-05")
async def test_a_2_0_station_charges(csms: CsmsProgram) -> None:
    """Boot, status, authorise, start, meter, stop: each answered in valid 2.0, and the session is found in the API."""
    token = {"idToken": TOKEN, "type": "Central"}
    async with station(csms, "OLD-1", {}) as peer:
        status = {"timestamp": AT.format(0), "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}
        await peer.call("StatusNotification", status)
        assert (await peer.call("Authorize", {"idToken": token}))["idTokenInfo"]["status"] == "Accepted"
        stranger = {"idToken": {"idToken": "NOBODY", "type": "Central"}}
        assert (await peer.call("Authorize", stranger))["idTokenInfo"]["status"] in {"Invalid", "Unknown"}
        begun = event("Started", 0, "CablePluggedIn", 1000, chargingState="EVDetected") | {"idToken": token}
        assert (await peer.call("TransactionEvent", begun))["idTokenInfo"]["status"] == "Accepted"
        await peer.call("TransactionEvent", event("Updated", 1, "MeterValuePeriodic", 2000, chargingState="Charging"))
        await peer.call("TransactionEvent", event("Ended", 2, "StopAuthorized", 3345, stoppedReason="Local"))
        shown = await csms.get("/stations/OLD-1")
        assert (shown["ocppVersion"], shown["connected"], shown["serialNumber"]) == ("2.0", True, "S-1")
    (session,) = await csms.transactions("OLD-1")
    assert session["transactionId"] == "old-tx"
    assert session["ocppVersion"] == "2.0"
    assert (session["energyWh"], session["stoppedReason"], session["state"]) == (2345, "Local", "Ended")
    detail = await csms.get("/transactions/OLD-1/old-tx")
    assert detail["missingSeqNos"] == []


async def test_a_2_0_station_is_commanded(csms: CsmsProgram) -> None:
    """Commands of the API reach it in valid 2.0, and its answers come back in 2.1 with what was lost."""
    answers = {
        "RequestStartTransaction": lambda _: {"status": "Accepted"},
        "ChangeAvailability": lambda _: {"status": "Accepted"},
        "SetVariables": lambda asked: {
            "setVariableResult": [
                {"attributeStatus": "OutOfRange", "component": one["component"], "variable": one["variable"]}
                for one in asked["setVariableData"]
            ]
        },
        "GetInstalledCertificateIds": lambda _: {"status": "NotFound"},
    }
    async with station(csms, "OLD-2", answers) as peer:
        # The boot may have set off questions of the management system itself.
        peer.asked.clear()
        token = {"idToken": "AABBCCDDEEFF", "type": "MacAddress"}
        start = await csms.call("OLD-2", "RequestStartTransaction", idToken=token, remoteStartId=7, evseId=1)
        assert start.json()["response"] == {"status": "Accepted"}
        assert [loss["field"] for loss in start.json()["losses"]] == ["idToken.type"]
        assert peer.asked[-1][1]["idToken"]["type"] == "Central"
        change = await csms.call("OLD-2", "ChangeAvailability", operationalStatus="Inoperative", evse={"id": 1})
        assert change.json()["response"] == {"status": "Accepted"}
        assert peer.asked[-1] == ("ChangeAvailability", {"evseId": 1, "operationalStatus": "Inoperative"})
        data = [{"attributeValue": "9", "component": {"name": "ACtrlr"}, "variable": {"name": "V"}}]
        said = (await csms.call("OLD-2", "SetVariables", setVariableData=data)).json()["response"]
        (result,) = said["setVariableResult"]
        assert (result["attributeStatus"], result["attributeStatusInfo"]) == (
            "Rejected",
            {"reasonCode": "ValueOutOfRange"},
        )
        asked = len(peer.asked)
        found = await csms.call("OLD-2", "GetInstalledCertificateIds")
        assert found.json()["response"] == {"status": "NotFound"}
        assert len(peer.asked) == asked + 4
        refused = await csms.call("OLD-2", "GetTariffs", evseId=1)
        assert refused.json()["response"]["status"] == "NoTariff"
        assert "has no such message" in refused.text


# --- our station --------------------------------------------------------------------------------------------------


async def charge_once(url: str, identity: str, **environment: str) -> str:
    """Let our station charge once in 2.0, and return what it said."""
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("station", url, "--id", identity, "--ocpp", "2.0", "--speed", "60", "--sample-interval", "1"),
        *("--charge", "3", "--token", TOKEN),
        env={**os.environ, "PYTHONPATH": SOURCES, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_our_station_charges_at_our_management_system(csms: CsmsProgram) -> None:
    """`pluglot station --ocpp 2.0` charges at `pluglot csms` and leaves a whole transaction."""
    password = await csms.register("OURS-20")
    await charge_once(csms.station_url, "OURS-20", PLUGLOT_PASSWORD=password)
    (session,) = await csms.transactions("OURS-20")
    assert (session["ocppVersion"], session["state"]) == ("2.0", "Ended")
    assert session["energyWh"] > 0
    detail = await csms.get(f"/transactions/OURS-20/{session['transactionId']}")
    assert detail["missingSeqNos"] == []


async def test_our_station_charges_at_a_2_0_management_system_of_others() -> None:
    """Everything our station says is valid 2.0, its events are numbered without gaps and its readings grow."""
    accepted = {"idTokenInfo": {"status": "Accepted"}}
    answers: dict[str, Callable[[Any], Any]] = {
        "BootNotification": lambda _: {"currentTime": AT.format(0), "interval": 300, "status": "Accepted"},
        "Heartbeat": lambda _: {"currentTime": AT.format(0)},
        "Authorize": lambda _: accepted,
        "TransactionEvent": lambda asked: accepted if "idToken" in asked else {},
    }
    quiet = ("StatusNotification", "NotifyEvent", "MeterValues", "SecurityEventNotification", "NotifyReport")
    answers |= {action: lambda _: {} for action in quiet}
    port = free_port()
    peers: list[Peer] = []

    async def serve(link: Any) -> None:
        peers.append(Peer(link, answers))
        with contextlib.suppress(websockets.ConnectionClosed):
            await peers[-1].serve()

    subprotocol = websockets.Subprotocol("ocpp2.0")
    async with websockets.serve(serve, "127.0.0.1", port, subprotocols=[subprotocol]):
        await charge_once(f"ws://127.0.0.1:{port}/ocpp", "OURS-21")
    asked = [one for peer in peers for one in peer.asked]
    events = [payload for action, payload in asked if action == "TransactionEvent"]
    assert [one["seqNo"] for one in events] == list(range(len(events)))
    assert (events[0]["eventType"], events[-1]["eventType"]) == ("Started", "Ended")
    readings = [
        sample["value"]
        for one in events
        for value in one.get("meterValue", ())
        for sample in value["sampledValue"]
        if sample.get("measurand", "Energy.Active.Import.Register") == "Energy.Active.Import.Register"
    ]
    assert readings == sorted(readings)
    assert readings[-1] > readings[0]
    assert {action for action, _ in asked} >= {"BootNotification", "StatusNotification", "Authorize"}
