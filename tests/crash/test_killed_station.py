"""Stations are killed again and again while they charge; everything they produced arrives, and the bill is right."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.crash.test_killed_management_system import all_transactions
from tests.programs import PLUGLOT, SOURCES, CsmsProgram, csms_program, free_port

#: How often the station of each version is killed: with the management system's, more than 50 times together.
KILLS = {"2.1": 9, "2.0.1": 9, "1.6": 8}
TOKEN = "CRASH-DRIVER"


class MortalStation:
    """``pluglot station`` with a folder to remember in, driven through its control API."""

    def __init__(self, csms: CsmsProgram, version: str, password: str, folder: Path) -> None:
        self.identity = f"MORTAL-{version}"
        self.port = free_port()
        self.control = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False)
        self._arguments = (
            *("station", csms.station_url, "--id", self.identity, "--ocpp", version),
            *("--state", str(folder), "--control", f"127.0.0.1:{self.port}"),
            *("--speed", "60", "--sample-interval", "1"),
        )
        self._environment = {**os.environ, "PYTHONPATH": SOURCES, "PLUGLOT_PASSWORD": password}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Switch it on and wait for its control API and until it may charge: before that it refuses a token."""
        self._process = await asyncio.create_subprocess_exec(*PLUGLOT, *self._arguments, env=self._environment)
        async with asyncio.timeout(60):
            while not (await self.look()).get("accepted"):
                await asyncio.sleep(0.05)

    async def look(self) -> dict[str, Any]:
        """The station as it says it is; nothing while it is away."""
        with contextlib.suppress(httpx.TransportError):
            answer = await self.control.get(f"/stations/{self.identity}")
            if answer.is_success:
                shown: dict[str, Any] = answer.json()
                return shown
        return {}

    async def do(self, action: str, body: dict[str, str] | None = None) -> None:
        """Let something happen at EVSE 1."""
        answer = await self.control.post(f"/stations/{self.identity}/evses/1/{action}", json=body)
        assert answer.is_success, answer.text

    async def kill(self) -> None:
        """Cut its power."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it as an operator would."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), 60)
        await self.control.aclose()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", KILLS)
@pytest.mark.requirement("TX-01", "TX-03", "TX-04", "DAT-04")
async def test_a_station_is_killed_while_it_charges(tmp_path: Path, version: str) -> None:
    """Every event it produced arrives in the end, without holes, and the energy billed is the register's movement."""
    async with csms_program(tmp_path, PLUGLOT_PRICE_PER_KWH="0.5") as csms:
        await csms.save_token(TOKEN)
        password = await csms.register(f"MORTAL-{version}")
        station = MortalStation(csms, version, password, tmp_path / "state")
        try:
            for life in range(KILLS[version]):
                await station.start()
                await station.do("plug-in")
                await station.do("token", {"idToken": TOKEN, "type": "Central"})
                if life % 2 == 0:  # the other lives end wherever a machine as fast as this one has come
                    await until_charging(station)
                await asyncio.sleep(random.uniform(0.0, 1.5))
                await station.kill()
            await station.start()
            shown = await until_quiet(station)
            await check(csms, station.identity, shown["evses"][0]["registerWh"], least=KILLS[version] // 2)
        finally:
            await station.stop()


async def until_charging(station: MortalStation) -> None:
    """Wait until a transaction runs."""
    async with asyncio.timeout(60):
        while not (await station.look()).get("openTransactions"):
            await asyncio.sleep(0.02)


async def until_quiet(station: MortalStation) -> dict[str, Any]:
    """Wait until nothing runs and everything is delivered."""
    async with asyncio.timeout(120):
        while True:
            shown = await station.look()
            if shown and shown["connected"] and not shown["openTransactions"] and not shown["undelivered"]:
                return shown
            await asyncio.sleep(0.1)


async def check(csms: CsmsProgram, identity: str, register: float, *, least: int) -> None:
    """Nothing is missing, nothing is open, and the bill is the movement of the register."""
    items = await all_transactions(csms, identity)
    assert len(items) >= least, "every other life was long enough to charge"
    for item in items:
        detail = await csms.get(f"/transactions/{identity}/{item['transactionId']}")
        assert detail["state"] == "Ended", detail
        assert detail["missingSeqNos"] == [], detail
        numbers = [entry["seqNo"] for entry in detail["timeline"]]
        assert numbers == list(range(len(numbers))), detail
    billed = sum(item["energyWh"] for item in items)
    # 1.6 tells whole watt-hours: each end of a transaction is rounded by at most half of one.
    assert billed == pytest.approx(register, abs=0.01 + len(items))
