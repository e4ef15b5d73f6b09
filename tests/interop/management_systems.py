"""Management systems made with the PyPI package ``ocpp``: software we did not write."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import ocpp.v16 as v16_package
import ocpp.v16.call as v16
import ocpp.v16.call_result as v16_result
import ocpp.v21 as v21_package
import ocpp.v21.call as v21
import ocpp.v21.call_result as v21_result
import ocpp.v201 as v201_package
import ocpp.v201.call as v201
import ocpp.v201.call_result as v201_result
import websockets
from ocpp.routing import on

from tests.programs import free_port


def now() -> str:
    """The time as these libraries want it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class Central16(v16_package.ChargePoint):
    """What a 1.6 management system does with one station."""

    subprotocol = "ocpp1.6"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.booted = asyncio.Event()

    def _note(self, action: str, request: dict[str, Any]) -> None:
        self.heard.append((action, request))

    @on("BootNotification")
    def on_boot(self, **request: Any) -> Any:
        """Accept."""
        self._note("BootNotification", request)
        self.booted.set()
        return v16_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def on_heartbeat(self) -> Any:
        """Tell the time."""
        self._note("Heartbeat", {})
        return v16_result.Heartbeat(current_time=now())

    @on("DataTransfer")
    def on_data_transfer(self, **request: Any) -> Any:
        """Take the data."""
        self._note("DataTransfer", request)
        return v16_result.DataTransfer(status="Accepted")

    @on("FirmwareStatusNotification")
    def on_firmware_status(self, **request: Any) -> Any:
        """Take note."""
        self._note("FirmwareStatusNotification", request)
        return v16_result.FirmwareStatusNotification()

    @on("StatusNotification")
    def on_status(self, **request: Any) -> Any:
        """Take note."""
        self._note("StatusNotification", request)
        return v16_result.StatusNotification()

    @on("Authorize")
    def on_authorize(self, **request: Any) -> Any:
        """Everybody may charge."""
        self._note("Authorize", request)
        return v16_result.Authorize(id_tag_info={"status": "Accepted"})

    @on("StartTransaction")
    def on_start(self, **request: Any) -> Any:
        """Give the transaction a number."""
        self._note("StartTransaction", request)
        return v16_result.StartTransaction(transaction_id=4242, id_tag_info={"status": "Accepted"})

    @on("MeterValues")
    def on_meter_values(self, **request: Any) -> Any:
        """Take note."""
        self._note("MeterValues", request)
        return v16_result.MeterValues()

    @on("DiagnosticsStatusNotification")
    def on_diagnostics_status(self, **request: Any) -> Any:
        """Take note."""
        self._note("DiagnosticsStatusNotification", request)
        return v16_result.DiagnosticsStatusNotification()

    async def limit(self, amperes: float) -> str:
        """Limit the current of connector 1."""
        schedule = {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
        }
        profile = {
            "chargingProfileId": 5,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        }
        answer = await self.call(v16.SetChargingProfile(connector_id=1, cs_charging_profiles=profile))
        return str(answer.status)

    async def diagnose(self) -> str:
        """Ask for the diagnostics, and return the name of the file."""
        answer = await self.call(v16.GetDiagnostics(location="https://files.example.com/up"))
        return str(answer.file_name)

    def uploads(self) -> list[str]:
        """What was told of uploads."""
        return [request["status"] for action, request in self.heard if action == "DiagnosticsStatusNotification"]

    @on("StopTransaction")
    def on_stop(self, **request: Any) -> Any:
        """Take note."""
        self._note("StopTransaction", request)
        return v16_result.StopTransaction()

    async def remote_start(self) -> str:
        """Ask the station to start."""
        answer = await self.call(v16.RemoteStartTransaction(id_tag="REMOTE", connector_id=1))
        return str(answer.status)

    async def remote_stop(self) -> str:
        """Ask the station to stop what runs."""
        answer = await self.call(v16.RemoteStopTransaction(transaction_id=4242))
        return str(answer.status)

    async def set_and_get(self) -> str:
        """Change a setting and read it back."""
        key = "MeterValueSampleInterval"
        answer = await self.call(v16.ChangeConfiguration(key=key, value="7"))
        assert answer.status == "Accepted"
        got = await self.call(v16.GetConfiguration(key=[key]))
        return str(got.configuration_key[0]["value"])

    def session(self) -> dict[str, Any]:
        """The session as this version tells it."""
        (start,) = [request for action, request in self.heard if action == "StartTransaction"]
        (stop,) = [request for action, request in self.heard if action == "StopTransaction"]
        assert stop["transaction_id"] == 4242
        return {
            "energy": stop["meter_stop"] - start["meter_start"],
            "token": start["id_tag"],
            "reason": stop.get("reason", "Local"),
        }


class _Central2:
    """What a 2.0.1 and a 2.1 management system have in common."""

    messages: Any
    results: Any
    call: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.booted = asyncio.Event()

    @on("BootNotification")
    def on_boot(self, **request: Any) -> Any:
        """Accept."""
        self.heard.append(("BootNotification", request))
        self.booted.set()
        return self.results.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def on_heartbeat(self, **_: Any) -> Any:
        """Tell the time."""
        return self.results.Heartbeat(current_time=now())

    @on("StatusNotification")
    def on_status(self, **request: Any) -> Any:
        """Take note."""
        self.heard.append(("StatusNotification", request))
        return self.results.StatusNotification()

    @on("SecurityEventNotification")
    def on_security_event(self, **request: Any) -> Any:
        """Take note."""
        self.heard.append(("SecurityEventNotification", request))
        return self.results.SecurityEventNotification()

    @on("NotifyEvent")
    def on_notify_event(self, **request: Any) -> Any:
        """Take note."""
        self.heard.append(("NotifyEvent", request))
        return self.results.NotifyEvent()

    @on("Authorize")
    def on_authorize(self, **request: Any) -> Any:
        """Everybody may charge."""
        self.heard.append(("Authorize", request))
        return self.results.Authorize(id_token_info={"status": "Accepted"})

    @on("TransactionEvent")
    def on_transaction_event(self, **request: Any) -> Any:
        """Take note; a token is answered."""
        self.heard.append(("TransactionEvent", request))
        info = {"status": "Accepted"} if request.get("id_token") else None
        return self.results.TransactionEvent(id_token_info=info)

    @on("LogStatusNotification")
    def on_log_status(self, **request: Any) -> Any:
        """Take note."""
        self.heard.append(("LogStatusNotification", request))
        return self.results.LogStatusNotification()

    async def limit(self, amperes: float) -> str:
        """Limit the current of EVSE 1."""
        schedule = {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
        }
        profile = {
            "id": 5,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": [schedule],
        }
        answer = await self.call(self.messages.SetChargingProfile(evse_id=1, charging_profile=profile))
        return str(answer.status)

    async def diagnose(self) -> str:
        """Ask for the diagnostics, and return the name of the file."""
        log = {"remoteLocation": "https://files.example.com/up"}
        answer = await self.call(self.messages.GetLog(log=log, log_type="DiagnosticsLog", request_id=77))
        assert answer.status == "Accepted"
        return str(answer.filename)

    def uploads(self) -> list[str]:
        """What was told of uploads."""
        return [request["status"] for action, request in self.heard if action == "LogStatusNotification"]

    def events(self) -> list[dict[str, Any]]:
        """The transaction events so far."""
        return [request for action, request in self.heard if action == "TransactionEvent"]

    async def remote_start(self) -> str:
        """Ask the station to start."""
        token = {"idToken": "REMOTE", "type": "Central"}
        answer = await self.call(self.messages.RequestStartTransaction(id_token=token, remote_start_id=99, evse_id=1))
        return str(answer.status)

    async def remote_stop(self) -> str:
        """Ask the station to stop what runs."""
        transaction_id = self.events()[-1]["transaction_info"]["transaction_id"]
        answer = await self.call(self.messages.RequestStopTransaction(transaction_id=transaction_id))
        return str(answer.status)

    async def set_and_get(self) -> str:
        """Change a setting and read it back."""
        variable = {"component": {"name": "SampledDataCtrlr"}, "variable": {"name": "TxUpdatedInterval"}}
        answer = await self.call(self.messages.SetVariables(set_variable_data=[{**variable, "attributeValue": "7"}]))
        assert answer.set_variable_result[0]["attribute_status"] == "Accepted"
        got = await self.call(self.messages.GetVariables(get_variable_data=[variable]))
        return str(got.get_variable_result[0]["attribute_value"])

    def session(self) -> dict[str, Any]:
        """The session as this version tells it."""
        events = self.events()
        assert [event["seq_no"] for event in events] == list(range(len(events)))
        assert (events[0]["event_type"], events[-1]["event_type"]) == ("Started", "Ended")
        registers = [
            sample["value"] * (1000 if (sample.get("unit_of_measure") or {}).get("unit") == "kWh" else 1)
            for event in events
            for value in event.get("meter_value", ())
            for sample in value["sampled_value"]
            if sample.get("measurand", "Energy.Active.Import.Register") == "Energy.Active.Import.Register"
        ]
        assert registers == sorted(registers)
        (token,) = {event["id_token"]["id_token"] for event in events if "id_token" in event}
        return {
            "energy": registers[-1] - registers[0],
            "token": token,
            "reason": events[-1]["transaction_info"].get("stopped_reason", "Local"),
        }


class Central201(_Central2, v201_package.ChargePoint):
    """A 2.0.1 management system."""

    subprotocol = "ocpp2.0.1"
    messages = v201
    results = v201_result


class Central21(_Central2, v21_package.ChargePoint):
    """A 2.1 management system."""

    subprotocol = "ocpp2.1"
    messages = v21
    results = v21_result


CENTRALS = {"1.6": Central16, "2.0.1": Central201, "2.1": Central21}


@contextlib.asynccontextmanager
async def central_system(version: str) -> AsyncIterator[tuple[str, asyncio.Queue[Any]]]:
    """A management system that serves until the block ends; every station that comes is put into the queue."""
    stations: asyncio.Queue[Any] = asyncio.Queue()
    kind: Any = CENTRALS[version]

    async def link(connection: Any) -> None:
        central = kind(connection.request.path.rpartition("/")[2], connection, response_timeout=30)
        central.link = connection
        stations.put_nowait(central)
        with contextlib.suppress(websockets.ConnectionClosed):
            await central.start()

    async with websockets.serve(link, "127.0.0.1", 0, subprotocols=[kind.subprotocol]) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}/central", stations


class Comings:
    """A management system that can leave and come back to the same address."""

    def __init__(self, version: str) -> None:
        self.kind: Any = CENTRALS[version]
        self.port = free_port()
        self.passwords: list[str | None] = []
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.arrived = asyncio.Event()
        self._server: Any = None

    async def come(self) -> None:
        """Listen."""
        self._server = await websockets.serve(self._link, "127.0.0.1", self.port, subprotocols=[self.kind.subprotocol])

    async def go(self) -> None:
        """Leave, links and all."""
        self._server.close()
        await self._server.wait_closed()

    async def _link(self, connection: Any) -> None:
        self.passwords.append(connection.request.headers.get("Authorization"))
        central = self.kind("CS-1", connection, response_timeout=30)
        central.heard = self.heard
        self.central = central
        self.arrived.set()
        with contextlib.suppress(websockets.ConnectionClosed):
            await central.start()
