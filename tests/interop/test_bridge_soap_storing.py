"""Stations that post to a bridge that stores: the management system leaves, they charge, everything arrives once."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from pluglot.transport.handshake import basic_header
from tests.bridging import bridge_program
from tests.interop.management_systems import Comings, central_system
from tests.interop.python_stations import ENERGY
from tests.interop.soap_bridges import PASSWORD, charges, has_delivered, introduce, is_alone, posts_to, storing
from tests.interop.test_soap_stations import CENTRAL
from tests.interop.zeep_peers import caller
from tests.soap import envelopes
from tests.soap.wsdl import Reference


@pytest.mark.timeout(600)
@pytest.mark.requirement("BRG-04", "SOAP-01")
@pytest.mark.parametrize("reference", CENTRAL, ids=str)
@pytest.mark.parametrize("killed", [False, True], ids=["", "killed"])
async def test_posts_are_kept_while_the_management_system_is_away(
    tmp_path: Path,
    reference: Reference,
    killed: bool,
) -> None:
    """Every transaction message arrives once and in order, also when the bridge was killed while it kept them."""
    csms = Comings("2.0.1")
    await csms.come()
    try:
        arguments = (*storing(tmp_path), "--soap")
        async with bridge_program(tmp_path, f"ws://127.0.0.1:{csms.port}/csms", "2.0.1", *arguments) as bridge:
            with caller(reference, posts_to(bridge), "CS-1", PASSWORD) as station:
                await introduce(station)
                assert (await station.call("Authorize", idTag="DRIVER-1"))["status"] == "Accepted"
                await csms.go()
                await bridge.until(lambda: is_alone(bridge))
                assert await station.call("Heartbeat")
                await charges(station, reference)
            assert (await bridge.station("CS-1"))["queueLength"] == 5
            if killed:
                await bridge.kill()
                await bridge.start()
                assert (await bridge.station("CS-1"))["queueLength"] == 5
            csms.heard.clear()
            await csms.come()
            await bridge.until(lambda: has_delivered(bridge), 180)
    finally:
        await csms.go()
    said = [action for action, _ in csms.heard]
    assert said[0] == "BootNotification"
    assert said[-5:] == ["TransactionEvent"] * 5
    events = [request for action, request in csms.heard if action == "TransactionEvent"]
    assert [(event["event_type"], event["seq_no"]) for event in events] == [
        *[("Started", 0), ("Updated", 1), ("Ended", 2)],
        *[("Started", 0), ("Ended", 1)],
    ]
    assert all(event["offline"] for event in events)
    ids = [event["transaction_info"]["transaction_id"] for event in events]
    assert (len(set(ids[:3])), len(set(ids[3:])), len(set(ids))) == (1, 1, 2)
    registers = [event["meter_value"][0]["sampled_value"][0]["value"] for event in events]
    assert (registers[2] - registers[0], registers[4] - registers[3]) == (ENERGY, ENERGY)


BOOT = "<chargePointVendor>Elsewhere</chargePointVendor><chargePointModel>Old</chargePointModel>"


def posted(action: str, content: str, missing: tuple[str, ...]) -> bytes:
    """An envelope of station CS-1 without these headers."""
    name = action[0].lower() + action[1:] + "Request"
    headers = {
        "identity": envelopes.IDENTITY.replace("CP1234", "CS-1"),
        "action": f"<a:Action>/{action}</a:Action>",
        **dict.fromkeys(missing, ""),
    }
    return envelopes.envelope(f'<{name} xmlns="{envelopes.CS_1_5}">{content}</{name}>', **headers)


@pytest.mark.requirement("SOAP-03")
@pytest.mark.parametrize("missing", [("id",), ("from", "reply"), ("id", "from", "reply", "to", "action")], ids="+".join)
async def test_13_a_station_without_addressing_headers_is_served(tmp_path: Path, missing: tuple[str, ...]) -> None:
    """Old stations leave out MessageID, From, ReplyTo, even all of WS-Addressing: the bridge answers all the same."""
    async with central_system("2.0.1") as (url, stations), bridge_program(tmp_path, url, "2.0.1", "--soap") as bridge:
        stop = "<transactionId>5</transactionId><timestamp>2026-03-14T09:26:53Z</timestamp><meterStop>7</meterStop>"
        headers = {
            "Content-Type": "application/soap+xml; charset=utf-8",
            "Authorization": basic_header("CS-1", PASSWORD.encode()),
        }
        answers = []
        async with aiohttp.ClientSession() as session:
            for body in (posted("BootNotification", BOOT, missing), posted("StopTransaction", stop, missing)):
                async with session.post(posts_to(bridge), data=body, headers=headers) as response:
                    answers.append((response.status, await response.text()))
        central = stations.get_nowait()
    assert [status for status, _ in answers] == [200, 200]
    assert "bootNotificationResponse" in answers[0][1] and "Accepted" in answers[0][1]
    assert "stopTransactionResponse" in answers[1][1]
    assert [action for action, _ in central.heard][:1] == ["BootNotification"]
    assert {event["event_type"] for event in central.events()} == {"Started", "Ended"}
