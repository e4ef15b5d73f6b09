"""Stations written by others charge with us, and the session they told is found in our API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.interop.python_stations import BEGIN, END, ENERGY, STATIONS, connected
from tests.programs import CsmsProgram, csms_program

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "ELSEWHERE-1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CsmsProgram]:
    folder: Path = tmp_path_factory.mktemp("csms")
    async with csms_program(folder) as program:
        await program.save_token(TOKEN)
        yield program


async def check_session(csms: CsmsProgram, identity: str, version: str, reason: str) -> None:
    """Find the one transaction of the station through the API and compare it with what was told."""
    (session,) = await csms.transactions(identity)
    assert session["ocppVersion"] == version
    assert session["energyWh"] == ENERGY
    assert session["stoppedReason"] == reason
    assert datetime.fromisoformat(session["startedAt"]) == BEGIN
    assert datetime.fromisoformat(session["endedAt"]) == END
    assert session["idToken"]["idToken"] == TOKEN
    assert session["state"] == "Ended"
    assert session["evseId"] == session["connectorId"] == 1
    assert session["cost"] == pytest.approx(2.345 * 0.49 + 0.35, abs=0.006)
    detail = await csms.get(f"/transactions/{identity}/{session['transactionId']}")
    assert detail["energyWh"] == ENERGY
    assert detail["missingSeqNos"] == []


@pytest.mark.parametrize("kind", STATIONS, ids=lambda kind: kind.version)
async def test_a_whole_local_session(csms: CsmsProgram, kind: Any) -> None:
    """Boot, authorise, start, meter, stop: each answered as the library expects, and all of it in the API."""
    identity = f"PY-LOCAL-{kind.version}"
    password = await csms.register(identity)
    async with connected(kind, csms.station_url, identity, password) as station:
        assert await station.boot() == "Accepted"
        assert await station.authorize(TOKEN) == "Accepted"
        assert await station.authorize("NOBODY") in {"Invalid", "Unknown"}
        assert await station.begin(TOKEN) == "Accepted"
        await station.charge()
        await station.end(TOKEN, "Local")
        shown = await csms.get(f"/stations/{identity}")
        assert shown["connected"] is True
        assert shown["ocppVersion"] == kind.version
        assert shown["vendorName"] == "Elsewhere"
    await check_session(csms, identity, kind.version, "Local")


@pytest.mark.parametrize("kind", STATIONS, ids=lambda kind: kind.version)
async def test_remote_start_and_stop(csms: CsmsProgram, kind: Any) -> None:
    """One 2.1 request of the API starts and stops a session at a station of any version."""
    identity = f"PY-REMOTE-{kind.version}"
    password = await csms.register(identity)
    async with connected(kind, csms.station_url, identity, password) as station:
        await station.boot()
        token = {"idToken": TOKEN, "type": "Central"}
        answer = await csms.call(identity, "RequestStartTransaction", idToken=token, remoteStartId=4711, evseId=1)
        assert answer.is_success, answer.text
        assert answer.json()["response"]["status"] == "Accepted"
        asked = await station.remote_starts.get()
        assert TOKEN in str(asked)
        assert await station.begin(TOKEN, remote_start=asked) == "Accepted"
        await station.charge()
        (session,) = await csms.transactions(identity)
        answer = await csms.call(identity, "RequestStopTransaction", transactionId=session["transactionId"])
        assert answer.json()["response"]["status"] == "Accepted", answer.text
        await station.remote_stops.get()
        await station.end(TOKEN, "Remote")
    await check_session(csms, identity, kind.version, "Remote")


@pytest.mark.parametrize("kind", STATIONS, ids=lambda kind: kind.version)
async def test_variables_or_configuration(csms: CsmsProgram, kind: Any) -> None:
    """GetVariables and SetVariables reach a variable of 2.x and the configuration key of 1.6 alike."""
    identity = f"PY-VARIABLES-{kind.version}"
    password = await csms.register(identity)
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    async with connected(kind, csms.station_url, identity, password) as station:
        await station.boot()
        answer = await csms.call(identity, "GetVariables", getVariableData=[variable])
        (result,) = answer.json()["response"]["getVariableResult"]
        assert (result["attributeStatus"], result["attributeValue"]) == ("Accepted", "300")
        answer = await csms.call(identity, "SetVariables", setVariableData=[{**variable, "attributeValue": "240"}])
        (result,) = answer.json()["response"]["setVariableResult"]
        assert result["attributeStatus"] == "Accepted"
        stored = getattr(station, "configuration", None) or station.variables
        assert "240" in stored.values()
