"""Stations made by zeep from the WSDL files charge at our management system, and obey it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from pluglot.soap import ALL, Service
from tests.interop import zeep_peers
from tests.interop.python_stations import BEGIN, END, ENERGY, REGISTER_BEGIN, REGISTER_END
from tests.interop.zeep_peers import Served, caller, charge_point_of, meter_values, values
from tests.network.soap_rig import http_server
from tests.programs import PLUGLOT, SOURCES, CsmsProgram, csms_program
from tests.soap import made
from tests.soap.wsdl import REFERENCES, Reference

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "POSTED-1"
CENTRAL = [one for one in REFERENCES if one.service is Service.CENTRAL_SYSTEM]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CsmsProgram]:
    async with csms_program(tmp_path_factory.mktemp("csms"), "--soap") as program:
        await program.save_token(TOKEN)
        yield program


@pytest.mark.parametrize("reference", CENTRAL, ids=str)
async def test_a_session_told_by_posts(csms: CsmsProgram, reference: Reference) -> None:
    """Boot, authorise, start, meter, stop: the session is found through the API with energy, times and version."""
    identity = f"ZEEP-{reference.version.value}"
    password = await csms.register(identity)
    url = csms.station_url.replace("ws://", "http://")
    with caller(reference, url, identity, password) as station:
        boot = await station.call("BootNotification", chargePointVendor="Elsewhere", chargePointModel="Z")
        assert boot["status"] == "Accepted"
        await station.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
        authorized = await station.call("Authorize", idTag=TOKEN)
        assert authorized["status"] == "Accepted"
        started = await station.call(
            "StartTransaction", connectorId=1, idTag=TOKEN, timestamp=BEGIN, meterStart=REGISTER_BEGIN
        )
        assert started["idTagInfo"]["status"] == "Accepted"
        number = started["transactionId"]
        await station.call("MeterValues", **meter_values(reference, number))
        await station.call("StopTransaction", transactionId=number, idTag=TOKEN, timestamp=END, meterStop=REGISTER_END)
    (session,) = await csms.transactions(identity)
    assert session["ocppVersion"] == reference.version.value
    assert (session["energyWh"], session["state"]) == (ENERGY, "Ended")
    assert datetime.fromisoformat(session["startedAt"]) == BEGIN
    assert datetime.fromisoformat(session["endedAt"]) == END
    shown = await csms.get(f"/stations/{identity}")
    assert shown["connected"] is True
    messages = (await csms.get("/messages", stationId=identity))["items"]
    stop = next(message for message in messages if message["action"] == "StopTransaction")
    assert "stopTransactionRequest" in stop["requestFrame"]
    assert "stopTransactionResponse" in stop["responseFrame"]
    assert stop["houseAction"] == "TransactionEvent"


@pytest.mark.parametrize("reference", CENTRAL, ids=str)
async def test_a_command_reaches_the_address_the_station_told(
    csms: CsmsProgram, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 2.1 request of the API becomes a post to the station's own service."""
    identity = f"ZEEP-CALLED-{reference.version.value}"
    password = await csms.register(identity)
    served = Served(charge_point_of(reference), identity)
    async with http_server(served.handle) as address:
        monkeypatch.setattr(zeep_peers, "LISTENING", address)
        with caller(reference, csms.station_url.replace("ws://", "http://"), identity, password) as station:
            await station.call("BootNotification", chargePointVendor="Elsewhere", chargePointModel="Z")
        answer = await csms.call(identity, "ClearCache")
        assert answer.json()["response"]["status"] in {"Accepted", "Rejected"}, answer.text
        assert served.asked == ["ClearCache"]


@pytest.mark.requirement("SOAP-08")
@pytest.mark.parametrize("reference", CENTRAL[:1], ids=str)
async def test_posts_without_the_right_password_are_refused_and_shown(csms: CsmsProgram, reference: Reference) -> None:
    """A stranger that posts is a stranger."""
    await csms.register("ZEEP-SAFE")
    url = csms.station_url.replace("ws://", "http://")
    with caller(reference, url, "ZEEP-SAFE", "not the password") as station, pytest.raises(Exception, match="401"):
        await station.call("Heartbeat")
    strangers = (await csms.get("/strangers"))["items"]
    assert ("ZEEP-SAFE", "wrong-password") in {(one["identity"], one["reason"]) for one in strangers}


@pytest.mark.parametrize("version", ["1.2s", "1.5s", "1.6s"])
async def test_our_own_station_posts_a_session(csms: CsmsProgram, version: str) -> None:
    """``pluglot station`` over SOAP charges once, delivers everything and ends with success."""
    identity = f"OURS-{version}"
    password = await csms.register(identity)
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("station", csms.station_url.replace("ws://", "http://"), "--id", identity, "--ocpp", version),
        *("--charge", "4", "--token", TOKEN, "--speed", "60", "--sample-interval", "1"),
        env={**os.environ, "PYTHONPATH": SOURCES, "PLUGLOT_PASSWORD": password},
    )
    assert await asyncio.wait_for(process.wait(), 120) == 0
    (session,) = await csms.transactions(identity)
    assert (session["state"], session["ocppVersion"]) == ("Ended", version)
    assert session["energyWh"] > 100


async def test_our_own_station_obeys_over_soap(csms: CsmsProgram) -> None:
    """A command of the API is posted to the station, which carries it out."""
    identity = "OURS-OBEYS"
    password = await csms.register(identity)
    process = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("station", csms.station_url.replace("ws://", "http://"), "--id", identity, "--ocpp", "1.5s"),
        env={**os.environ, "PYTHONPATH": SOURCES, "PLUGLOT_PASSWORD": password},
    )
    try:

        async def accepted() -> bool:
            shown = await csms.get(f"/stations/{identity}")
            return bool(shown["connected"]) and shown["registration"] == "Accepted"

        await csms.until(accepted)
        variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        answer = await csms.call(identity, "SetVariables", setVariableData=[{**variable, "attributeValue": "120"}])
        assert answer.json()["response"]["setVariableResult"][0]["attributeStatus"] == "Accepted", answer.text
        answer = await csms.call(identity, "GetVariables", getVariableData=[variable])
        assert answer.json()["response"]["getVariableResult"][0]["attributeValue"] == "120", answer.text
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 60)


VARIABLE = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
LATER = "2030-01-01T00:00:00Z"
TAG = {"idToken": "POSTED-1", "type": "ISO14443"}
SCHEDULE = {
    "id": 1,
    "chargingRateUnit": "A",
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}],
    "startSchedule": LATER,
    "duration": 600,
}
PROFILE = {
    "id": 7,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": [SCHEDULE],
}
#: For each operation of a charge-point service, the request of 2.1 that makes it be called.
CAUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "ChangeAvailability": ("ChangeAvailability", {"operationalStatus": "Inoperative"}),
    "ChangeConfiguration": ("SetVariables", {"setVariableData": [{**VARIABLE, "attributeValue": "120"}]}),
    "ClearCache": ("ClearCache", {}),
    "GetDiagnostics": (
        "GetLog",
        {"logType": "DiagnosticsLog", "requestId": 1, "log": {"remoteLocation": "https://192.0.2.1/logs"}},
    ),
    "RemoteStartTransaction": ("RequestStartTransaction", {"idToken": TAG, "remoteStartId": 1, "evseId": 1}),
    "RemoteStopTransaction": ("RequestStopTransaction", {}),
    "Reset": ("Reset", {"type": "Immediate"}),
    "UnlockConnector": ("UnlockConnector", {"evseId": 2, "connectorId": 1}),
    "UpdateFirmware": (
        "UpdateFirmware",
        {"requestId": 2, "firmware": {"location": "https://192.0.2.1/f.bin", "retrieveDateTime": LATER}},
    ),
    "CancelReservation": ("CancelReservation", {"reservationId": 5}),
    "DataTransfer": ("DataTransfer", {"vendorId": "com.example", "messageId": "m", "data": "d"}),
    "GetConfiguration": ("GetVariables", {"getVariableData": [VARIABLE]}),
    "GetLocalListVersion": ("GetLocalListVersion", {}),
    "ReserveNow": ("ReserveNow", {"id": 5, "expiryDateTime": LATER, "idToken": TAG, "evseId": 1}),
    "SendLocalList": (
        "SendLocalList",
        {
            "versionNumber": 3,
            "updateType": "Full",
            "localAuthorizationList": [{"idToken": TAG, "idTokenInfo": {"status": "Accepted"}}],
        },
    ),
    "ClearChargingProfile": ("ClearChargingProfile", {"chargingProfileId": 7}),
    "GetCompositeSchedule": ("GetCompositeSchedule", {"evseId": 1, "duration": 600, "chargingRateUnit": "A"}),
    "SetChargingProfile": ("SetChargingProfile", {"evseId": 1, "chargingProfile": PROFILE}),
    "TriggerMessage": ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
}


@pytest.mark.requirement("SOAP-01")
@pytest.mark.parametrize("reference", CENTRAL, ids=str)
async def test_every_operation_goes_both_ways_through_the_program(
    csms: CsmsProgram, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zeep station says all that its WSDL has and gets responses; requests of 2.1 make it hear all that it serves."""
    identity = f"ZEEP-ALL-{reference.version.value}"
    password = await csms.register(identity)
    served = Served(charge_point_of(reference), identity)
    async with http_server(served.handle) as address:
        monkeypatch.setattr(zeep_peers, "LISTENING", address)
        with caller(reference, csms.station_url.replace("ws://", "http://"), identity, password) as station:
            await station.call("BootNotification", chargePointVendor="Elsewhere", chargePointModel="Z")
            rows = ALL.by_version[reference.version].operations[reference.service].values()
            for row in rows:
                # A fault would be raised here; what an operation means, other tests look at.
                await station.call(row.name, **values(made.full(row.request)))
            await station.call("BootNotification", chargePointVendor="Elsewhere", chargePointModel="Z")
            for number in (1, 2):
                await station.call("StatusNotification", connectorId=number, status="Available", errorCode="NoError")
            started = await station.call(
                "StartTransaction", connectorId=1, idTag=TOKEN, timestamp=BEGIN, meterStart=REGISTER_BEGIN
            )
            assert started["idTagInfo"]["status"] == "Accepted"
        logged = (await csms.get("/messages", stationId=identity, limit=200))["items"]
        assert {row.name for row in rows} <= {one["action"] for one in logged if one["outcome"] == "answered"}
        wanted = [row.name for row in served.operations.values()]
        for operation in wanted:
            action, payload = CAUSES[operation]
            if operation == "RemoteStopTransaction":
                running = [one for one in await csms.transactions(identity) if one["state"] != "Ended"]
                payload = {"transactionId": running[0]["transactionId"]}
            answer = await csms.call(identity, action, **payload)
            # What the station answers is valid and means little; the house may say so, but it has asked.
            assert answer.status_code in {200, 502}, (operation, answer.text)
    assert set(wanted) <= set(served.asked)
