"""A station made with the npm package ``ocpp-rpc`` in strict mode charges with us."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.programs import CsmsProgram, csms_program

FOLDER = Path(__file__).parent / "node"
WHEEL_NODE = Path(__file__).parents[2] / ".venv" / "node" / "bin"
pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "ELSEWHERE-2"


def node() -> str:
    """The program that runs JavaScript: the machine's, or the one `make test` takes from a wheel."""
    found = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{WHEEL_NODE}")
    assert found and (FOLDER / "node_modules").is_dir(), "Node.js or ocpp-rpc is missing: run `tools/setup test`"
    return found


class NodeStation:
    """The station's process, step by step."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def step(self, name: str) -> dict[str, Any]:
        """Wait for the next step, which must have this name."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        content: dict[str, Any] = json.loads(line)
        assert content["step"] == name, content
        return content


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CsmsProgram]:
    async with csms_program(tmp_path_factory.mktemp("csms")) as program:
        await program.save_token(TOKEN)
        yield program


async def run_station(csms: CsmsProgram, identity: str, version: str, mode: str) -> NodeStation:
    """Start the station's program."""
    password = await csms.register(identity)
    process = await asyncio.create_subprocess_exec(
        node(),
        str(FOLDER / "station.js"),
        *(csms.station_url, identity, password, version, TOKEN, mode),
        stdout=asyncio.subprocess.PIPE,
    )
    return NodeStation(process)


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
async def test_a_local_session(csms: CsmsProgram, version: str) -> None:
    """Its session is found with energy and reason."""
    identity = f"NODE-LOCAL-{version}"
    station = await run_station(csms, identity, version, "local")
    assert (await station.step("booted"))["status"] == "Accepted"
    assert (await station.step("started"))["status"] == "Accepted"
    await station.step("done")
    (session,) = await csms.transactions(identity)
    assert (session["energyWh"], session["stoppedReason"], session["state"]) == (2345, "Local", "Ended")
    assert session["startedAt"].startswith("2026-03-14T09:26:53")
    assert session["endedAt"].startswith("2026-03-14T09:38:53")


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
async def test_a_remote_session(csms: CsmsProgram, version: str) -> None:
    """It is started and stopped through our API."""
    identity = f"NODE-REMOTE-{version}"
    station = await run_station(csms, identity, version, "remote")
    await station.step("booted")
    token = {"idToken": TOKEN, "type": "Central"}
    answer = await csms.call(identity, "RequestStartTransaction", idToken=token, remoteStartId=7, evseId=1)
    assert answer.json()["response"]["status"] == "Accepted", answer.text
    await station.step("started")

    async def running() -> list[dict[str, Any]]:
        return [session for session in await csms.transactions(identity) if session["energyWh"] == 1200]

    (session,) = await csms.until(running)
    answer = await csms.call(identity, "RequestStopTransaction", transactionId=session["transactionId"])
    assert answer.json()["response"]["status"] == "Accepted", answer.text
    await station.step("done")
    (session,) = await csms.transactions(identity)
    assert (session["energyWh"], session["stoppedReason"]) == (2345, "Remote")
