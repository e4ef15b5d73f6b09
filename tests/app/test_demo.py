"""The demo as a script runs it: one JSON object that tells of finished, priced sessions in every version."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest

from tests.programs import PLUGLOT, SOURCES, free_port

SECONDS = 40
SIX = {"HARBOUR-1", "HARBOUR-2", "MARKET-1", "MARKET-2", "MOTORWAY-1", "MOTORWAY-2"}


async def demo(*arguments: str) -> dict[str, Any]:
    """Run the demo on ports of its own; standard output must be one JSON object."""
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("demo", "--seconds", str(SECONDS), "--json", "--no-browser"),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )
    said, complaints = await asyncio.wait_for(process.communicate(), SECONDS + 120)
    assert process.returncode == 0, complaints.decode()
    summary: dict[str, Any] = json.loads(said)
    return summary


@pytest.mark.timeout(600)
async def test_the_demo_charges_in_every_version_and_says_so_in_one_object() -> None:
    """Each version has a finished session that delivered energy and has a price, and nothing went wrong."""
    web = f"127.0.0.1:{free_port()}"
    summary = await demo("--web", web, "--listen", f"127.0.0.1:{free_port()}")
    assert summary["url"] == f"http://{web}"
    stations = {station["id"]: station for station in summary["stations"]}
    assert stations.keys() >= SIX | {"FERRY-1", "OLD-MILL-1"}
    assert all(stations[name]["connected"] for name in SIX)
    assert stations["FERRY-1"]["ocppVersion"] == "2.0.1"  # 1.6 through the bridge
    assert stations["OLD-MILL-1"]["ocppVersion"].startswith("1.5")
    finished = [
        transaction
        for transaction in summary["transactions"]
        if transaction["stoppedReason"] and transaction["energyWh"] > 0 and transaction["cost"]
    ]
    assert all(transaction["transactionId"] for transaction in finished)
    for version in ("1.6", "2.0.1", "2.1"):
        assert any(t["ocppVersion"] == version and t["stationId"] in SIX for t in finished), version
    assert any(transaction["stationId"] == "FERRY-1" for transaction in finished)
    assert any(transaction["stationId"] == "OLD-MILL-1" for transaction in finished)
    assert summary["messages"] > 100
    assert summary["losses"] >= 0
    assert summary["errors"] == 0
