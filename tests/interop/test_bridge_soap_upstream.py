"""JSON stations of others before central systems over SOAP made from the WSDL files, through our bridge."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import websockets
from aiohttp import web
from lxml import etree

from pluglot.messages.codec import from_builtins
from pluglot.transport.handshake import basic_header
from tests.bridging import BridgeProgram, bridge_program
from tests.interop.python_stations import REGISTER_BEGIN, REGISTER_END, Station16, Station201, connected
from tests.interop.soap_bridges import PASSWORD, charges, has_delivered, introduce, is_alone, posts_to, storing
from tests.interop.test_soap_stations import CENTRAL
from tests.interop.zeep_peers import ADDRESSING, Served, caller, charge_point_of
from tests.network.soap_rig import http_server
from tests.programs import free_port
from tests.soap.wsdl import Reference

ACCEPTED = {"idTagInfo": {"status": "Accepted"}}
#: The number of the first transaction.
FIRST = 4242
ANSWERS: dict[str, dict[str, Any]] = {
    "BootNotification": {"status": "Accepted", "currentTime": "2026-03-14T09:00:00Z"},
    "Authorize": ACCEPTED,
    "StartTransaction": ACCEPTED,
    "StopTransaction": ACCEPTED,
}


class CentralSystem(Served):
    """A central system: what it is told must be valid by its WSDL, and it lets in who has the password."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(reference, "CS-1")
        self.told: list[tuple[str, dict[str, str]]] = []
        self.station_address = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Let the station in, or not."""
        if request.headers.get("Authorization") != basic_header("CS-1", PASSWORD.encode()):
            return web.Response(status=401)
        return await super().handle(request)

    def hear(self, row: Any, content: Any) -> None:
        """Keep the content, and where the station listens."""
        root = content.getroottree().getroot()
        self.station_address = root.findtext(f".//{{{ADDRESSING}}}From/{{{ADDRESSING}}}Address") or ""
        self.told.append((row.name, {etree.QName(one).localname: one.text or "" for one in content.iter()}))

    def response(self, row: Any) -> Any:
        """A yes."""
        if row.name not in ANSWERS:
            return super().response(row)
        answer = dict(ANSWERS[row.name])
        if row.name == "StartTransaction":
            answer["transactionId"] = FIRST + len(self.of("StartTransaction")) - 1
        if row.name == "BootNotification":
            answer["heartbeatInterval" if self.reference.version.value in {"1.2s", "1.5s"} else "interval"] = 300
        return from_builtins(row.response, answer)

    def of(self, action: str) -> list[dict[str, str]]:
        """What it was told of one kind."""
        return [content for name, content in self.told if name == action]

    def transactions(self) -> list[tuple[str, str]]:
        """What it was told of transactions, in order, each with its number; a start has none yet."""
        told = ("StartTransaction", "MeterValues", "StopTransaction")
        return [(name, content.get("transactionId", "")) for name, content in self.told if name in told]


def bridged(folder: Path, address: str, reference: Reference) -> Any:
    """A bridge before this central system."""
    return bridge_program(folder, address, reference.version.value)


@pytest.mark.requirement("SOAP-01", "BRG-01", "BRG-03")
@pytest.mark.parametrize("kind", [Station16, Station201], ids=["1.6", "2.0.1"])
@pytest.mark.parametrize("reference", CENTRAL, ids=str)
async def test_a_json_station_charges_at_a_central_system_over_soap(
    tmp_path: Path, reference: Reference, kind: Any
) -> None:
    """Its session is posted, valid by the WSDL, with its registers and token; a remote start comes back to it."""
    central = CentralSystem(reference)
    async with (
        http_server(central.handle) as address,
        bridged(tmp_path, address, reference) as bridge,
        connected(kind, bridge.station_url, "CS-1", PASSWORD) as station,
    ):
        assert await station.boot() == "Accepted"
        assert await station.authorize("DRIVER-1") == "Accepted"
        assert await remote_start(reference, central.station_address) == "Accepted"
        asked = await asyncio.wait_for(station.remote_starts.get(), 60)
        assert await station.begin("DRIVER-1") == "Accepted"
        await station.charge()
        await station.end("DRIVER-1", "Local")
        shown = await bridge.station("CS-1")
    assert (asked.get("id_tag") or asked["id_token"]["id_token"]) == "DRIVER-1"
    (started,), (stopped,) = central.of("StartTransaction"), central.of("StopTransaction")
    assert (started["idTag"], started["connectorId"], started["meterStart"]) == ("DRIVER-1", "1", str(REGISTER_BEGIN))
    assert (stopped["transactionId"], stopped["meterStop"]) == (str(FIRST), str(REGISTER_END))
    assert central.of("MeterValues")
    assert shown["csmsVersion"] == reference.version.value


async def remote_start(reference: Reference, address: str) -> str:
    """Ask the station at the address it told to start."""
    with caller(charge_point_of(reference), address, "CS-1") as central:
        return str(await central.call("RemoteStartTransaction", idTag="DRIVER-1", connectorId=1))


@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_a_central_system_decides_who_comes_in(tmp_path: Path, reference: Reference) -> None:
    """The station's password is shown with a Heartbeat, whose refusal the station gets; nothing of it was relayed."""
    central = CentralSystem(reference)
    async with http_server(central.handle) as address, bridged(tmp_path, address, reference) as bridge:
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connected(Station16, bridge.station_url, "CS-1", "another-password-1"):
                pass
    assert refused.value.response.status_code == 401
    assert central.told == []


@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_without_a_central_system_nobody_comes_in(tmp_path: Path, reference: Reference) -> None:
    """A station that connects while nobody answers posts is told that the service is not available."""
    async with bridged(tmp_path, "http://127.0.0.1:9/ocpp", reference) as bridge:
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connected(Station16, bridge.station_url, "CS-1", PASSWORD):
                pass
    assert refused.value.response.status_code == 503


@pytest.mark.parametrize(("to", "version"), [("ws://127.0.0.1:9/ocpp", "1.5s"), ("http://127.0.0.1:9/ocpp", "1.6")])
async def test_the_address_must_suit_the_version(tmp_path: Path, to: str, version: str) -> None:
    """SOAP goes over HTTP, the others over WebSockets; anything else is refused at the start, with the rule."""
    bridge = BridgeProgram(tmp_path, to, version)
    with pytest.raises(AssertionError, match="must begin with"):
        await bridge.start()
    await bridge.api.aclose()


# --- store and forward ---------------------------------------------------------------------------------------------


async def restart(bridge: BridgeProgram, *, killed: bool) -> None:
    """End the program, with or without its knowing, and start it again."""
    if killed:
        await bridge.kill()
    else:
        assert await bridge.stop() == 0
    await bridge.start()


@pytest.mark.timeout(600)
@pytest.mark.requirement("BRG-03", "BRG-04", "SOAP-01")
@pytest.mark.parametrize("kind", [Station16, Station201], ids=["1.6", "2.0.1"])
@pytest.mark.parametrize("reference", CENTRAL, ids=str)
async def test_a_session_is_kept_while_the_central_system_is_away(
    tmp_path: Path, reference: Reference, kind: Any
) -> None:
    """Also when the bridge was killed meanwhile, it arrives once and in order after who the station is."""
    central, port = CentralSystem(reference), free_port()
    to = f"http://127.0.0.1:{port}/cp"
    arguments = storing(tmp_path, upstream=PASSWORD)
    async with bridge_program(tmp_path, to, reference.version.value, *arguments) as bridge:
        async with AsyncExitStack() as link:
            async with http_server(central.handle, port):
                station = await link.enter_async_context(connected(kind, bridge.station_url, "CS-1", PASSWORD))
                assert await station.boot() == "Accepted"
                assert await station.authorize("DRIVER-1") == "Accepted"
            # Nobody knows that the central system has left before something is told to it; then the desk answers.
            async with asyncio.timeout(9):
                assert await station.begin("DRIVER-1") == "Accepted"
            assert await is_alone(bridge)
            await station.charge()
            await station.end("DRIVER-1", "Local")
        waiting = (await bridge.station("CS-1"))["queueLength"]
        assert waiting >= 3
        await restart(bridge, killed=True)
        assert (await bridge.station("CS-1"))["queueLength"] == waiting
        central.told.clear()
        async with http_server(central.handle, port):
            await bridge.until(lambda: has_delivered(bridge), 90)
    assert [name for name, _ in central.told if name != "Heartbeat"][:2] == ["BootNotification", "StatusNotification"]
    number = str(FIRST)
    said = [row for row in central.transactions() if row[0] != "MeterValues"]
    assert said == [("StartTransaction", ""), ("StopTransaction", number)]
    # 1.2 knows readings of connectors alone.
    reading = ("MeterValues", "" if reference.version.value == "1.2s" else number)
    assert central.transactions()[1:-1] == [reading] * len(central.of("MeterValues"))
    (started,), (stopped,) = central.of("StartTransaction"), central.of("StopTransaction")
    assert (started["idTag"], started["meterStart"]) == ("DRIVER-1", str(REGISTER_BEGIN))
    assert stopped["meterStop"] == str(REGISTER_END)


@pytest.mark.timeout(600)
@pytest.mark.requirement("BRG-03", "BRG-04", "SOAP-01")
@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_posts_are_kept_for_a_central_system_over_soap(
    tmp_path: Path, reference: Reference, *, killed: bool
) -> None:
    """Between two peers of 1.5 two sessions arrive once and in order, each with the number the central system gave."""
    central, port = CentralSystem(reference), free_port()
    to = f"http://127.0.0.1:{port}/cp"
    arguments = (*storing(tmp_path, upstream=PASSWORD), "--soap")
    async with bridge_program(tmp_path, to, reference.version.value, *arguments) as bridge:
        with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
            async with http_server(central.handle, port):
                await introduce(station)
                assert (await station.call("Authorize", idTag="DRIVER-1"))["status"] == "Accepted"
            assert (await station.call("Authorize", idTag="DRIVER-1"))["status"] == "Accepted"
            await bridge.until(lambda: is_alone(bridge))
            await charges(station, reference)
        assert (await bridge.station("CS-1"))["queueLength"] == 5
        await restart(bridge, killed=killed)
        assert (await bridge.station("CS-1"))["queueLength"] == 5
        central.told.clear()
        async with http_server(central.handle, port):
            await bridge.until(lambda: has_delivered(bridge), 90)
    first, second = str(FIRST), str(FIRST + 1)
    assert central.transactions() == [
        *[("StartTransaction", ""), ("MeterValues", first), ("StopTransaction", first)],
        *[("StartTransaction", ""), ("StopTransaction", second)],
    ]
    starts, stops = central.of("StartTransaction"), central.of("StopTransaction")
    assert starts[0]["timestamp"] < stops[0]["timestamp"] < starts[1]["timestamp"] < stops[1]["timestamp"]
    assert [one["meterStart"] for one in starts] == [str(REGISTER_BEGIN)] * 2
    assert [one["meterStop"] for one in stops] == [str(REGISTER_END)] * 2
