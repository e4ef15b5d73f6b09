"""Stations of others reach management systems of others through our bridge, each in its own version."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.bridging import BridgeProgram, bridge_program
from tests.interop.management_systems import central_system
from tests.interop.python_stations import ENERGY, Station16, Station21, Station201, connected
from tests.interop.test_node_station import FOLDER, NodeStation, node

PASSWORD = "a-password-for-basic"
STATIONS = {"1.6": Station16, "2.0.1": Station201, "2.1": Station21}
PAIRS = [(station, csms) for station in STATIONS for csms in STATIONS]
DIFFERENT = [(station, csms) for station, csms in PAIRS if station != csms]


async def arrived(stations: asyncio.Queue[Any]) -> Any:
    """The next station the management system sees."""
    return await asyncio.wait_for(stations.get(), 60)


async def until(condition: Any) -> None:
    """Wait for a condition of this process."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


def limits(content: Any) -> list[float]:
    """Every limit in a charging profile of any version."""
    if isinstance(content, dict):
        own = [float(content["limit"])] if "limit" in content else []
        return own + [limit for value in content.values() for limit in limits(value)]
    return [limit for item in content for limit in limits(item)] if isinstance(content, list) else []


@pytest.mark.requirement("BRG-03", "BRG-04")
@pytest.mark.parametrize(("station_version", "csms_version"), PAIRS)
async def test_a_local_session(tmp_path: Path, station_version: str, csms_version: str) -> None:
    """A session told in one version is found in the other with token, energy and reason."""
    async with (
        central_system(csms_version) as (url, stations),
        bridge_program(tmp_path, url, csms_version) as bridge,
        connected(STATIONS[station_version], bridge.station_url, "CS-1", PASSWORD) as station,
    ):
        central = await arrived(stations)
        assert central.id == "CS-1"
        assert await station.boot() == "Accepted"
        assert await station.authorize("DRIVER-1") == "Accepted"
        assert await station.begin("DRIVER-1") == "Accepted"
        await station.charge()
        await station.end("DRIVER-1", "Local")
        session = central.session()
        shown = await bridge.station("CS-1")
    assert session == {"energy": ENERGY, "token": "DRIVER-1", "reason": "Local"}
    assert (shown["stationVersion"], shown["csmsVersion"]) == (station_version, csms_version)
    assert shown["stationConnected"] and shown["uplinkConnected"]


@pytest.mark.parametrize(("station_version", "csms_version"), DIFFERENT)
async def test_a_remote_session_with_settings_profile_and_diagnostics(
    tmp_path: Path, station_version: str, csms_version: str
) -> None:
    """The management system sets, limits, diagnoses, starts and stops; the station sees it all in its own words."""
    async with (
        central_system(csms_version) as (url, stations),
        bridge_program(tmp_path, url, csms_version) as bridge,
        connected(STATIONS[station_version], bridge.station_url, "CS-1", PASSWORD) as station,
    ):
        if station_version != "1.6":
            station.variables["SampledDataCtrlr", "TxUpdatedInterval"] = "60"
        central = await arrived(stations)
        await station.boot()
        await until(lambda: any(action == "StatusNotification" for action, _ in central.heard))
        assert await central.set_and_get() == "7"
        stored = station.configuration if station_version == "1.6" else station.variables
        place = "MeterValueSampleInterval" if station_version == "1.6" else ("SampledDataCtrlr", "TxUpdatedInterval")
        assert stored[place] == "7"
        assert await central.limit(10) == "Accepted"
        assert [limit for profile in station.profiles for limit in limits(profile)] == [10]
        assert await central.diagnose() == "diagnostics.zip"
        (wanted,) = station.logs_wanted
        assert (wanted.get("location") or wanted["log"]["remote_location"]) == "https://files.example.com/up"
        await station.tell_uploaded()
        await until(lambda: central.uploads() == ["Uploaded"])
        assert await central.remote_start() == "Accepted"
        started = await asyncio.wait_for(station.remote_starts.get(), 60)
        assert (started.get("id_tag") or started["id_token"]["id_token"]) == "REMOTE"
        assert started.get("connector_id") or started["evse_id"] == 1
        assert await station.begin("REMOTE", started) == "Accepted"
        await station.charge()
        assert await central.remote_stop() == "Accepted"
        await asyncio.wait_for(station.remote_stops.get(), 60)
        await station.end("REMOTE", "Remote")
        session = central.session()
    assert session == {"energy": ENERGY, "token": "REMOTE", "reason": "Remote"}


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
async def test_a_station_made_with_ocpp_rpc(tmp_path: Path, version: str) -> None:
    """The strict npm station tells its session to a management system of another version."""
    other = {"1.6": "2.0.1", "2.0.1": "1.6"}[version]
    async with central_system(other) as (url, stations), bridge_program(tmp_path, url, other) as bridge:
        process = await asyncio.create_subprocess_exec(
            node(),
            str(FOLDER / "station.js"),
            *(bridge.station_url, "NODE-1", PASSWORD, version, "DRIVER-1", "local"),
            stdout=asyncio.subprocess.PIPE,
        )
        station = NodeStation(process)
        assert (await station.step("booted"))["status"] == "Accepted"
        assert (await station.step("started"))["status"] == "Accepted"
        await station.step("done")
        await process.wait()
        session = (await arrived(stations)).session()
    assert session == {"energy": 2345, "token": "DRIVER-1", "reason": "Local"}


#: Command as the ``ocpp-rpc`` station hears it -> a piece of what it must have been asked.
NODE_ASKED = {
    "1.6": {
        "ChangeConfiguration": {"key": "MeterValueSampleInterval", "value": "7"},
        "SetChargingProfile": {"connectorId": 1},
        "GetDiagnostics": {"location": "https://files.example.com/up"},
    },
    "2.0.1": {"SetVariables": {}, "SetChargingProfile": {"evseId": 1}, "GetLog": {"logType": "DiagnosticsLog"}},
}


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
async def test_a_station_made_with_ocpp_rpc_is_commanded(tmp_path: Path, version: str) -> None:
    """Settings, a profile, diagnostics, a remote start and a stop reach the strict npm station in its own version."""
    other = {"1.6": "2.0.1", "2.0.1": "1.6"}[version]
    async with central_system(other) as (url, stations), bridge_program(tmp_path, url, other) as bridge:
        process = await asyncio.create_subprocess_exec(
            node(),
            str(FOLDER / "station.js"),
            *(bridge.station_url, "NODE-1", PASSWORD, version, "REMOTE", "remote"),
            stdout=asyncio.subprocess.PIPE,
        )
        station, central = NodeStation(process), await arrived(stations)
        await station.step("booted")
        await until(lambda: any(action == "StatusNotification" for action, _ in central.heard))
        assert await central.set_and_get() == "7"
        assert await central.limit(10) == "Accepted"
        assert await central.diagnose() == "node.zip"
        asked = [await station.step("asked") for _ in range(3)]
        await until(lambda: central.uploads() == ["Uploaded"])
        assert await central.remote_start() == "Accepted"
        assert (await station.step("started"))["status"] == "Accepted"
        await until(lambda: "1001200" in str(central.heard) or "1001.2" in str(central.heard))
        assert await central.remote_stop() == "Accepted"
        await station.step("done")
        await process.wait()
        session = central.session()
    assert session == {"energy": 2345, "token": "REMOTE", "reason": "Remote"}
    assert [one["action"] for one in asked] == list(NODE_ASKED[version])
    for one in asked:
        assert NODE_ASKED[version][one["action"]].items() <= one["params"].items()
    assert limits(asked[1]["params"]) == [10]
    if version == "2.0.1":
        (setting,) = asked[0]["params"]["setVariableData"]
        assert (setting["variable"]["name"], setting["attributeValue"]) == ("TxUpdatedInterval", "7")
        assert asked[2]["params"]["log"]["remoteLocation"] == "https://files.example.com/up"


async def test_the_management_system_decides_who_comes_in(tmp_path: Path) -> None:
    """The station's own credentials go upstream, and the status of the refusal comes back; no message was relayed."""
    asked: list[str | None] = []

    def refuse(connection: Any, request: Any) -> Any:
        asked.append(request.headers.get("Authorization"))
        return connection.respond(401, "not you\n")

    async def never(_: Any) -> None:
        raise AssertionError("nothing may be relayed")

    async with (
        websockets.serve(never, "127.0.0.1", 0, process_request=refuse) as server,
        bridge_program(tmp_path, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/csms", "2.0.1") as bridge,
    ):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connected(Station16, bridge.station_url, "CS-1", PASSWORD):
                pass
    assert refused.value.response.status_code == 401
    assert asked == ["Basic Q1MtMTphLXBhc3N3b3JkLWZvci1iYXNpYw=="]


async def test_no_uplink_no_station(tmp_path: Path) -> None:
    """Transparent: when the management system goes, so does the station's link; while it is away, nobody comes in."""
    async with central_system("2.0.1") as (url, stations):
        bridge = BridgeProgram(tmp_path, url, "2.0.1")
        await bridge.start()
        address = f"ws://CS-1:{PASSWORD}@127.0.0.1:{bridge.port}/ocpp/CS-1"
        async with websockets.connect(address, subprotocols=[websockets.Subprotocol("ocpp1.6")], proxy=None) as link:
            central = await arrived(stations)
            await central.link.close()
            await asyncio.wait_for(link.wait_closed(), 60)
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(address, subprotocols=[websockets.Subprotocol("ocpp1.6")], proxy=None):
            pass
    assert refused.value.response.status_code == 503
    await bridge.api.aclose()
    assert await bridge.stop() == 0


async def test_no_station_no_uplink(tmp_path: Path) -> None:
    """Transparent: when the station leaves, its uplink is closed."""
    async with central_system("2.0.1") as (url, stations), bridge_program(tmp_path, url, "2.0.1") as bridge:
        async with connected(Station16, bridge.station_url, "CS-1", PASSWORD):
            central = await arrived(stations)
        await asyncio.wait_for(central.link.wait_closed(), 60)
