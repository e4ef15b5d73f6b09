"""The management system is killed again and again under load; what it answered is kept, once, and billed right."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.programs import CsmsProgram

KILLS = 25
STATIONS = 6
EVENTS = 12  # of one transaction
TOKEN = "CRASH-TEST"
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)


class LoadingStation:
    """A 2.1 station that sends every event until it is answered, over as many links as it takes."""

    def __init__(self, csms: CsmsProgram, identity: str, password: str) -> None:
        self.csms = csms
        self.identity = identity
        self.password = password
        self.register = 0
        self.at = BEGIN
        self.answered: set[tuple[str, int]] = set()
        self.energy: dict[str, int] = {}
        self.finished = asyncio.Event()
        self._message = 0

    async def run(self, enough: asyncio.Event) -> None:
        """Tell whole transactions until there were enough kills, then finish the last one."""
        pending: list[tuple[str, int, dict[str, Any]]] = []
        number = 0
        while pending or not enough.is_set():
            if not pending:
                number += 1
                pending = list(self._transaction(f"{self.identity}-{number}"))
            with contextlib.suppress(OSError, websockets.WebSocketException, EOFError, TimeoutError):
                async with self._connected() as link:
                    while pending:
                        transaction_id, seq_no, event = pending[0]
                        await self._call(link, "TransactionEvent", event)
                        self.answered.add((transaction_id, seq_no))
                        pending.pop(0)
            await asyncio.sleep(0.02)
        self.finished.set()

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        url = self.csms.station_url.replace("ws://", f"ws://{self.identity}:{self.password}@")
        async with websockets.connect(
            f"{url}/{self.identity}", subprotocols=[websockets.Subprotocol("ocpp2.1")], proxy=None, open_timeout=20
        ) as link:
            boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Crash", "model": "Test"}}
            await self._call(link, "BootNotification", boot)
            yield link

    async def _call(self, link: Any, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        self._message += 1
        message_id = f"{self.identity}-{self._message}"
        await link.send(json.dumps([2, message_id, action, payload]))
        answer = json.loads(await asyncio.wait_for(link.recv(), 30))
        if answer[0] == 4:
            # Refused while it is being ended: as good as silence, the event is sent again.
            raise websockets.ConnectionClosedError(None, None)
        assert answer[:2] == [3, message_id]
        result: dict[str, Any] = answer[2]
        return result

    def _transaction(self, transaction_id: str) -> list[tuple[str, int, dict[str, Any]]]:
        first = self.register
        events = []
        for seq_no in range(EVENTS):
            kind = "Started" if seq_no == 0 else "Ended" if seq_no == EVENTS - 1 else "Updated"
            event: dict[str, Any] = {
                "eventType": kind,
                "timestamp": self.at.isoformat(),
                "triggerReason": {"Started": "Authorized", "Ended": "StopAuthorized"}.get(kind, "MeterValuePeriodic"),
                "seqNo": seq_no,
                "transactionInfo": {"transactionId": transaction_id, "chargingState": "Charging"},
                "evse": {"id": 1, "connectorId": 1},
                "meterValue": [{"timestamp": self.at.isoformat(), "sampledValue": [{"value": self.register}]}],
            }
            if seq_no == 0:
                event["idToken"] = {"idToken": TOKEN, "type": "Central"}
            if kind == "Ended":
                event["transactionInfo"]["stoppedReason"] = "Local"
            events.append((transaction_id, seq_no, event))
            self.at += timedelta(minutes=1)
            if kind != "Ended":
                self.register += random.randrange(0, 300)
        # The register after the last Updated is what Ended tells.
        self.energy[transaction_id] = self.register - first
        return events


@pytest.mark.timeout(600)
@pytest.mark.requirement("TX-08", "TX-09", "BOOT-09", "DAT-04")
async def test_the_management_system_is_killed_under_load(tmp_path: Path) -> None:
    """Every answered event is stored exactly once, and the energy billed equals the movement of the register."""
    csms = CsmsProgram(tmp_path)
    try:
        await csms.start()
        await csms.save_token(TOKEN)
        stations = [
            LoadingStation(csms, f"CRASH-{number}", await csms.register(f"CRASH-{number}"))
            for number in range(STATIONS)
        ]
        enough = asyncio.Event()
        loading = [asyncio.create_task(station.run(enough)) for station in stations]
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.05, 1.0))
            await csms.kill()
            await csms.start()
        enough.set()
        await asyncio.wait_for(asyncio.gather(*loading), 120)
        for station in stations:
            await check(csms, station)
        assert await csms.stop() == 0
    finally:
        await csms.api.aclose()
        if csms.process is not None and csms.process.returncode is None:
            await csms.kill()


async def check(csms: CsmsProgram, station: LoadingStation) -> None:
    """Compare what the station told with what the API tells."""
    stored = await all_transactions(csms, station.identity)
    assert {item["transactionId"] for item in stored} == set(station.energy)
    billed = 0
    for item in stored:
        detail = await csms.get(f"/transactions/{station.identity}/{item['transactionId']}")
        numbers = [entry["seqNo"] for entry in detail["timeline"]]
        assert numbers == list(range(EVENTS)), "each event is there exactly once"
        assert detail["missingSeqNos"] == []
        assert detail["state"] == "Ended"
        assert detail["energyWh"] == station.energy[item["transactionId"]]
        billed += detail["energyWh"]
    assert {key for key, _ in station.answered} <= {item["transactionId"] for item in stored}
    assert billed == station.register


async def all_transactions(csms: CsmsProgram, identity: str) -> list[dict[str, Any]]:
    """Every transaction of a station, page by page."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await csms.get("/transactions", stationId=identity, limit=100, **cursor)
        items += page["items"]
        if page.get("nextCursor") is None:
            return items
        cursor = {"cursor": page["nextCursor"]}
