"""Our station charges at management systems made with the PyPI package ``ocpp``: software we did not write."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.interop.management_systems import CENTRALS, central_system
from tests.programs import PLUGLOT, SOURCES, free_port

PASSWORD = "a-password-for-basic"


@contextlib.asynccontextmanager
async def our_station(url: str, version: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """``pluglot station`` in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("station", url, "--id", "OURS-1", "--ocpp", version, "--speed", "60", "--sample-interval", "1"),
        *arguments,
        env={**os.environ, "PYTHONPATH": SOURCES, "PLUGLOT_PASSWORD": PASSWORD},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 60)


@pytest.mark.parametrize("version", CENTRALS)
async def test_our_station_charges_once(version: str) -> None:
    """``--charge`` boots, authorises, charges, delivers everything and ends with success."""
    async with (
        central_system(version) as (url, stations),
        our_station(url, version, "--charge", "4", "--token", "DRIVER-1") as process,
    ):
        central = await asyncio.wait_for(stations.get(), 60)
        assert await asyncio.wait_for(process.wait(), 120) == 0
    assert central.id == "OURS-1"
    session = central.session()
    assert session["energy"] > 100
    assert session["token"] == "DRIVER-1"
    assert session["reason"] == "Local"
    statuses = [request for action, request in central.heard if action == "StatusNotification"]
    assert {request.get("status") or request.get("connector_status") for request in statuses} >= {"Available"}


@pytest.mark.parametrize("version", CENTRALS)
async def test_our_station_obeys_its_management_system(version: str) -> None:
    """Remote start, settings and remote stop, with the cable put in through the control API."""
    port = free_port()
    async with (
        central_system(version) as (url, stations),
        our_station(url, version, "--control", f"127.0.0.1:{port}"),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as control,
    ):
        central = await asyncio.wait_for(stations.get(), 60)
        await asyncio.wait_for(central.booted.wait(), 60)
        await _until(lambda: any(action == "StatusNotification" for action, _ in central.heard))
        assert await central.set_and_get() == "7"
        answer = await control.post("/stations/OURS-1/evses/1/plug-in")
        assert answer.is_success, answer.text
        assert await central.remote_start() == "Accepted"
        await _until_charging(control)
        await _until(lambda: _has_started(central))
        assert await central.remote_stop() == "Accepted"
        answer = await control.post("/stations/OURS-1/evses/1/unplug")
        assert answer.is_success, answer.text
        await _until(lambda: _has_ended(central))
        session = central.session()
    assert session["token"] == "REMOTE"
    assert session["reason"] == "Remote"


def _has_started(central: Any) -> bool:
    return any(action in {"StartTransaction", "TransactionEvent"} for action, _ in central.heard)


def _has_ended(central: Any) -> bool:
    return any(action == "StopTransaction" or request.get("event_type") == "Ended" for action, request in central.heard)


async def _until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


async def _until_charging(control: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while not (await control.get("/stations/OURS-1")).json()["evses"][0]["charging"]:
            await asyncio.sleep(0.05)
