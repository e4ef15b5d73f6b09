"""Stations made by zeep from the WSDL files reach JSON management systems of others through our bridge."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bridging import BridgeProgram, bridge_program
from tests.interop import zeep_peers
from tests.interop.management_systems import Comings, central_system
from tests.interop.python_stations import BEGIN, END, ENERGY, REGISTER_BEGIN, REGISTER_END
from tests.interop.soap_bridges import PASSWORD, commanded, introduce, posts_to, storing
from tests.interop.test_soap_stations import CENTRAL
from tests.interop.zeep_peers import Served, caller, charge_point_of, meter_values
from tests.network.soap_rig import http_server
from tests.soap.wsdl import Reference


async def session(station: Any, reference: Reference) -> None:
    """Boot, authorise, start, meter, stop."""
    await introduce(station)
    assert (await station.call("Authorize", idTag="DRIVER-1"))["status"] == "Accepted"
    started = await station.call(
        "StartTransaction", connectorId=1, idTag="DRIVER-1", timestamp=BEGIN, meterStart=REGISTER_BEGIN
    )
    number = started["transactionId"]
    await station.call("MeterValues", **meter_values(reference, number))
    await station.call("StopTransaction", transactionId=number, idTag="DRIVER-1", timestamp=END, meterStop=REGISTER_END)


@pytest.mark.requirement("SOAP-01", "BRG-03")
@pytest.mark.parametrize("reference", CENTRAL, ids=str)
@pytest.mark.parametrize("version", ["2.0.1", "1.6"])
async def test_a_session_told_by_posts(tmp_path: Path, reference: Reference, version: str) -> None:
    """It has its own credentials and one uplink, and its session arrives with token and energy."""
    async with (
        central_system(version) as (url, stations),
        bridge_program(tmp_path, url, version, "--soap") as bridge,
    ):
        with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
            await session(station, reference)
        central = await asyncio.wait_for(stations.get(), 60)
        found = central.session()
        shown = await bridge.station("CS-1")
        assert stations.empty(), "one uplink for the station"
    assert found == {"energy": ENERGY, "token": "DRIVER-1", "reason": "Local"}
    assert shown["stationVersion"] == reference.version.value


@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_a_remote_start_is_posted_to_the_station(
    tmp_path: Path, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 2.0.1 request becomes a post to the address that a 1.5 station told."""
    served = Served(charge_point_of(reference), "CS-1")
    async with commanded(tmp_path, reference, served, monkeypatch) as (_, central):
        assert await central.remote_start() in {"Accepted", "Rejected"}
        assert "RemoteStartTransaction" in served.asked


@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_without_uplink_a_post_gets_no_soap_answer(tmp_path: Path, reference: Reference) -> None:
    """A station that posts while the system is away gets no fault, so that it sends again; later it is served."""
    bridge = BridgeProgram(tmp_path, "ws://127.0.0.1:9/csms", "2.0.1", "--soap")
    await bridge.start()
    try:
        with (
            caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station,
            pytest.raises(Exception, match=r"503|Connection|closed") as failed,
        ):
            await station.call("Heartbeat")
        assert "Fault" not in type(failed.value).__name__
    finally:
        await bridge.api.aclose()
        await bridge.stop()


@pytest.mark.requirement("SOAP-08")
@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_somebody_else_cannot_use_the_uplink_of_a_station(tmp_path: Path, reference: Reference) -> None:
    """While a station is served, a post with another password is refused and changes nothing."""
    async with central_system("2.0.1") as (url, stations), bridge_program(tmp_path, url, "2.0.1", "--soap") as bridge:
        with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
            await station.call("Heartbeat")
            with (
                caller(reference, posts_to(bridge), "CS-1", "another-password") as thief,
                pytest.raises(Exception, match="401"),
            ):
                await thief.call("Heartbeat")
            await station.call("Heartbeat")
        await asyncio.wait_for(stations.get(), 60)
        assert stations.empty()


@pytest.mark.requirement("PWD-09")
@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_the_password_of_a_station_that_is_served_cannot_be_guessed(tmp_path: Path, reference: Reference) -> None:
    """After a few wrong ones the bridge looks at no more for a while; then the station goes on over its uplink."""
    async with (
        central_system("2.0.1") as (url, stations),
        bridge_program(tmp_path, url, "2.0.1", "--soap") as bridge,
        httpx.AsyncClient(timeout=30, trust_env=False) as guesser,
    ):
        with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
            await station.call("Heartbeat")

            async def guessed(password: str) -> int:
                return (await guesser.post(posts_to(bridge), auth=("CS-1", password), content=b"<a/>")).status_code

            assert [await guessed(f"guess-{number}") for number in range(5)] == [401] * 5
            # All at once, because "a while" is two seconds; even the right one is not told from a wrong one meanwhile.
            others = [f"guess-{number}" for number in range(5, 12)]
            assert set(await asyncio.gather(*map(guessed, (*others, PASSWORD)))) == {429}

            async def is_served() -> bool:
                try:
                    await station.call("Heartbeat")
                except Exception as error:
                    if "429" not in str(error):
                        raise
                    return False
                return True

            await bridge.until(is_served)
        await asyncio.wait_for(stations.get(), 60)
        assert stations.empty()


@pytest.mark.requirement("SOAP-09", "BRG-04")
@pytest.mark.parametrize("registered", [False, True], ids=["told", "registered"])
async def test_a_killed_bridge_calls_the_station_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, registered: bool
) -> None:
    """Storing and forwarding, it takes up the uplink after a restart and posts to the address it knows."""
    served, csms = Served(charge_point_of(CENTRAL[1]), "CS-1"), Comings("2.0.1")
    await csms.come()
    async with http_server(served.handle) as address:
        monkeypatch.setattr(zeep_peers, "LISTENING", "http://192.0.2.1:9/cp" if registered else address)
        arguments = ("--soap", *storing(tmp_path, *([f'station-url = "{address}"'] if registered else [])))
        try:
            async with bridge_program(tmp_path, f"ws://127.0.0.1:{csms.port}/csms", "2.0.1", *arguments) as bridge:
                with caller(CENTRAL[1], posts_to(bridge), "CS-1", PASSWORD) as station:
                    await introduce(station)
                await bridge.kill()
                csms.arrived.clear()
                await bridge.start()
                await asyncio.wait_for(csms.arrived.wait(), 60)
                assert await csms.central.remote_start() in {"Accepted", "Rejected"}
                assert served.asked == ["RemoteStartTransaction"]
                shown = await bridge.station("CS-1")
                assert shown["stationVersion"] == "1.5s"
                metrics = (await bridge.api.get("/metrics")).text
                assert 'pluglot_bridge_connected_stations{version="1.5s"} 1.0' in metrics
        finally:
            await csms.go()
