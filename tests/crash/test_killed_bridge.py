"""The bridge is killed again and again while a station charges through it; nothing is lost and nothing doubled."""

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

from tests.bridging import BridgeProgram
from tests.programs import free_port

KILLS = 12  # in each mode, so that both together make more than 20
LEAST = 4  # transactions
PASSWORD = "a-password-for-basic"
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)


class StoringCsms:
    """A 2.0.1 management system that keeps every event it hears; it comes and goes."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, int], dict[str, Any]] = {}
        self.port = free_port()
        self._server: Any = None

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await websockets.serve(
            self._serve, "127.0.0.1", self.port, subprotocols=[websockets.Subprotocol("ocpp2.0.1")]
        )

    async def stop(self) -> None:
        """Go away, links and all."""
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, link: Any) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in link:
                message = json.loads(text)
                if message[0] == 2:
                    await link.send(json.dumps([3, message[1], self._answer(message[2], message[3])]))

    def _answer(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        if action == "TransactionEvent":
            key = payload["transactionInfo"]["transactionId"], payload["seqNo"]
            said = {name: value for name, value in payload.items() if name != "offline"}
            assert self.events.setdefault(key, said) == said, "a repeated event says something else"
            return {"idTokenInfo": {"status": "Accepted"}} if "idToken" in payload else {}
        if action == "BootNotification":
            return {"status": "Accepted", "currentTime": now, "interval": 300}
        if action == "Authorize":
            return {"idTokenInfo": {"status": "Accepted"}}
        return {"currentTime": now} if action == "Heartbeat" else {}


class InsistingStation:
    """A 1.6 station that sends every transaction message until it is answered, over as many links as it takes."""

    def __init__(self, bridge: BridgeProgram) -> None:
        self.bridge = bridge
        self.register = 0
        #: What each transaction moved the register by.
        self.energies: list[int] = []
        self._message = 0
        self._at = BEGIN
        self._number: int | None = None

    async def run(self, enough: asyncio.Event) -> None:
        """Charge until there were enough kills, then finish."""
        pending: list[tuple[str, dict[str, Any]]] = []
        while pending or not enough.is_set():
            with contextlib.suppress(OSError, websockets.WebSocketException, EOFError, TimeoutError):
                async with self._connected() as link:
                    while pending or not enough.is_set():
                        pending = pending or self._transaction()
                        action, payload = pending[0]
                        if "transactionId" in payload:
                            payload["transactionId"] = self._number
                        answer = await self._call(link, action, payload)
                        if action == "StartTransaction":
                            self._number = answer["transactionId"]
                        pending.pop(0)
            await asyncio.sleep(0.05)

    def _transaction(self) -> list[tuple[str, dict[str, Any]]]:
        first = self.register
        told = [
            (
                "StartTransaction",
                {"connectorId": 1, "idTag": "DRIVER", "meterStart": first, "timestamp": self._later()},
            )
        ]
        for _ in range(5):
            self.register += random.randrange(1, 300)
            sample = {"value": str(self.register), "unit": "Wh"}
            values = [{"timestamp": self._later(), "sampledValue": [sample]}]
            told.append(("MeterValues", {"connectorId": 1, "transactionId": 0, "meterValue": values}))
        stop = {"transactionId": 0, "meterStop": self.register, "timestamp": self._later(), "reason": "Local"}
        told.append(("StopTransaction", stop))
        self.energies.append(self.register - first)
        return told

    def _later(self) -> str:
        self._at += timedelta(minutes=1)
        return self._at.isoformat().replace("+00:00", "Z")

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        url = self.bridge.station_url.replace("ws://", f"ws://CS-1:{PASSWORD}@") + "/CS-1"
        async with websockets.connect(
            url, subprotocols=[websockets.Subprotocol("ocpp1.6")], proxy=None, open_timeout=20
        ) as link:
            await self._call(link, "BootNotification", {"chargePointVendor": "Crash", "chargePointModel": "Test"})
            await self._call(link, "Authorize", {"idTag": "DRIVER"})
            yield link

    async def _call(self, link: Any, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        self._message += 1
        await link.send(json.dumps([2, str(self._message), action, payload]))
        while True:
            message = json.loads(await asyncio.wait_for(link.recv(), 20))
            if message[0] == 2:
                refusal = {"status": "Rejected"} if message[2] != "GetConfiguration" else {"unknownKey": []}
                await link.send(json.dumps([3, message[1], refusal]))
            elif message[0] == 4:
                raise websockets.ConnectionClosedError(None, None)  # as good as silence: it is sent again
            else:
                answer: dict[str, Any] = message[2]
                return answer


def energies(csms: StoringCsms) -> list[int]:
    """What each transaction moved the register by, in the order of time; no event may be missing."""
    transactions: dict[str, list[dict[str, Any]]] = {}
    for (transaction_id, _), event in sorted(csms.events.items()):
        transactions.setdefault(transaction_id, []).append(event)
    found = []
    for events in sorted(transactions.values(), key=lambda one: str(one[0]["timestamp"])):
        assert [event["seqNo"] for event in events] == list(range(len(events)))
        assert (events[0]["eventType"], events[-1]["eventType"]) == ("Started", "Ended")
        assert sum("meterValue" in event for event in events) == 7
        registers = [event["meterValue"][0]["sampledValue"][0]["value"] for event in events if "meterValue" in event]
        found.append(round(registers[-1] - registers[0]))
    return found


@pytest.mark.timeout(600)
@pytest.mark.requirement("BRG-03", "BRG-04", "TX-08", "TX-09")
@pytest.mark.parametrize("mode", ["transparent", "store-and-forward"])
async def test_the_bridge_is_killed_while_a_station_charges(tmp_path: Path, mode: str) -> None:
    """Every event arrives once; while storing, also over a management system that comes and goes."""
    csms = StoringCsms()
    await csms.start()
    file = tmp_path / "credentials.toml"
    file.write_text(f'[stations."CS-1"]\nstation-password = "{PASSWORD}"\nupstream-password = "another-password-1"\n')
    bridge = BridgeProgram(
        tmp_path, f"ws://127.0.0.1:{csms.port}/csms", "2.0.1", "--mode", mode, "--credentials", str(file)
    )
    try:
        await bridge.start()
        station, enough = InsistingStation(bridge), asyncio.Event()
        charging = asyncio.create_task(station.run(enough))
        for number in range(KILLS):
            await asyncio.sleep(random.uniform(0.1, 1.0))
            if mode == "store-and-forward" and number % 3 == 1:
                await csms.stop()
            await bridge.kill()
            await bridge.start()
            if mode == "store-and-forward" and number % 3 == 2:
                await csms.start()
        async with asyncio.timeout(120):
            while len(station.energies) < LEAST:  # a slow machine is killed before it has told much
                await asyncio.sleep(0.05)
            enough.set()
            await charging

        async def delivered() -> bool:
            return (await bridge.station("CS-1"))["queueLength"] == 0

        await bridge.until(delivered, 120)
        assert energies(csms) == station.energies
        assert await bridge.stop() == 0
    finally:
        await bridge.api.aclose()
        if bridge.process is not None and bridge.process.returncode is None:
            await bridge.kill()
        await csms.stop()
