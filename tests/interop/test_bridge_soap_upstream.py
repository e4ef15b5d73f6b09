"""JSON stations of others before central systems over SOAP made from the WSDL files, through our bridge."""

from __future__ import annotations

import asyncio
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
from tests.interop.soap_bridges import PASSWORD
from tests.interop.test_soap_stations import CENTRAL
from tests.interop.zeep_peers import ADDRESSING, Served, caller, charge_point_of
from tests.network.soap_rig import http_server
from tests.soap.wsdl import Reference

ACCEPTED = {"idTagInfo": {"status": "Accepted"}}
ANSWERS: dict[str, dict[str, Any]] = {
    "BootNotification": {"status": "Accepted", "currentTime": "2026-03-14T09:00:00Z"},
    "Authorize": ACCEPTED,
    "StartTransaction": {"transactionId": 4242, **ACCEPTED},
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
        if row.name == "BootNotification":
            answer["heartbeatInterval" if self.reference.version.value in {"1.2s", "1.5s"} else "interval"] = 300
        return from_builtins(row.response, answer)

    def of(self, action: str) -> list[dict[str, str]]:
        """What it was told of one kind."""
        return [content for name, content in self.told if name == action]


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
    assert (stopped["transactionId"], stopped["meterStop"]) == ("4242", str(REGISTER_END))
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
