"""Stations made with the PyPI package ``ocpp`` and ``websockets``: software we did not write."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
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

#: The session every station below tells: 12 minutes, 2,345 Wh by the register.
BEGIN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
END = BEGIN + timedelta(minutes=12)
REGISTER_BEGIN = 1_000_000
REGISTER_MIDDLE = 1_001_200
REGISTER_END = 1_002_345
ENERGY = REGISTER_END - REGISTER_BEGIN


def text(time: datetime) -> str:
    """A time as these libraries want it."""
    return time.isoformat().replace("+00:00", "Z")


class Station16(v16_package.ChargePoint):
    """A 1.6 station."""

    version = "1.6"
    subprotocol = "ocpp1.6"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.configuration = {"HeartbeatInterval": "300", "MeterValueSampleInterval": "60"}
        self.remote_starts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.remote_stops: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.transaction_id: int | None = None
        self.profiles: list[dict[str, Any]] = []
        self.logs_wanted: list[dict[str, Any]] = []

    @on("RemoteStartTransaction")
    def on_remote_start(self, **request: Any) -> Any:
        """Take note and accept."""
        self.remote_starts.put_nowait(request)
        return v16_result.RemoteStartTransaction(status="Accepted")

    @on("RemoteStopTransaction")
    def on_remote_stop(self, **request: Any) -> Any:
        """Take note and accept what runs."""
        self.remote_stops.put_nowait(request)
        known = request["transaction_id"] == self.transaction_id
        return v16_result.RemoteStopTransaction(status="Accepted" if known else "Rejected")

    @on("GetConfiguration")
    def on_get_configuration(self, key: list[str] | None = None) -> Any:
        """Tell the keys asked for."""
        wanted = key or list(self.configuration)
        return v16_result.GetConfiguration(
            configuration_key=[
                {"key": name, "readonly": False, "value": self.configuration[name]}
                for name in wanted
                if name in self.configuration
            ],
            unknown_key=[name for name in wanted if name not in self.configuration],
        )

    @on("ChangeConfiguration")
    def on_change_configuration(self, key: str, value: str) -> Any:
        """Take a value of a known key."""
        if key not in self.configuration:
            return v16_result.ChangeConfiguration(status="NotSupported")
        self.configuration[key] = value
        return v16_result.ChangeConfiguration(status="Accepted")

    @on("SetChargingProfile")
    def on_set_charging_profile(self, **request: Any) -> Any:
        """Take note and accept."""
        self.profiles.append(request)
        return v16_result.SetChargingProfile(status="Accepted")

    @on("GetDiagnostics")
    def on_get_diagnostics(self, **request: Any) -> Any:
        """Name the file that will be uploaded."""
        self.logs_wanted.append(request)
        return v16_result.GetDiagnostics(file_name="diagnostics.zip")

    async def tell_uploaded(self) -> None:
        """Tell that the file was uploaded."""
        await self.call(v16.DiagnosticsStatusNotification(status="Uploaded"))

    async def boot(self) -> str:
        """Introduce itself and tell that its connector is free."""
        answer = await self.call(v16.BootNotification(charge_point_vendor="Elsewhere", charge_point_model="E-16"))
        await self.call(v16.StatusNotification(connector_id=1, error_code="NoError", status="Available"))
        return str(answer.status)

    async def authorize(self, id_token: str) -> str:
        """Ask whether a token may charge."""
        answer = await self.call(v16.Authorize(id_tag=id_token))
        return str(answer.id_tag_info["status"])

    async def begin(self, id_token: str, remote_start: dict[str, Any] | None = None) -> str:
        """Start the transaction and return what the token's status was."""
        del remote_start  # a 1.6 station has no way to refer to it
        answer = await self.call(
            v16.StartTransaction(connector_id=1, id_tag=id_token, meter_start=REGISTER_BEGIN, timestamp=text(BEGIN))
        )
        self.transaction_id = answer.transaction_id
        return str(answer.id_tag_info["status"])

    async def charge(self) -> None:
        """Tell a meter value in the middle."""
        await self.call(v16.StatusNotification(connector_id=1, error_code="NoError", status="Charging"))
        await self.call(
            v16.MeterValues(
                connector_id=1,
                transaction_id=self.transaction_id,
                meter_value=[
                    {
                        "timestamp": text(BEGIN + timedelta(minutes=6)),
                        "sampledValue": [
                            {"value": str(REGISTER_MIDDLE), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
                            {"value": "11.5", "measurand": "Power.Active.Import", "unit": "kW"},
                        ],
                    }
                ],
            )
        )

    async def end(self, id_token: str, reason: str) -> None:
        """Stop the transaction."""
        await self.call(
            v16.StopTransaction(
                meter_stop=REGISTER_END,
                timestamp=text(END),
                transaction_id=self.transaction_id,
                reason=reason,
                id_tag=id_token if reason == "Local" else None,
            )
        )


class _Station2:
    """What a 2.0.1 and a 2.1 station of the package have in common."""

    version: str
    messages: Any
    results: Any
    call: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.variables = {("OCPPCommCtrlr", "HeartbeatInterval"): "300"}
        self.remote_starts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.remote_stops: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.transaction_id = f"elsewhere-{self.version}-1"
        self.seq_no = -1
        self.profiles: list[dict[str, Any]] = []
        self.logs_wanted: list[dict[str, Any]] = []

    @on("SetChargingProfile")
    def on_set_charging_profile(self, **request: Any) -> Any:
        """Take note and accept."""
        self.profiles.append(request)
        return self.results.SetChargingProfile(status="Accepted")

    @on("GetLog")
    def on_get_log(self, **request: Any) -> Any:
        """Name the file that will be uploaded."""
        self.logs_wanted.append(request)
        return self.results.GetLog(status="Accepted", filename="diagnostics.zip")

    async def tell_uploaded(self) -> None:
        """Tell that the file was uploaded."""
        request_id = self.logs_wanted[-1]["request_id"]
        await self.call(self.messages.LogStatusNotification(status="Uploaded", request_id=request_id))

    @on("RequestStartTransaction")
    def on_request_start(self, **request: Any) -> Any:
        """Take note and accept."""
        self.remote_starts.put_nowait(request)
        return self.results.RequestStartTransaction(status="Accepted")

    @on("RequestStopTransaction")
    def on_request_stop(self, **request: Any) -> Any:
        """Take note and accept what runs."""
        self.remote_stops.put_nowait(request)
        known = request["transaction_id"] == self.transaction_id
        return self.results.RequestStopTransaction(status="Accepted" if known else "Rejected")

    @on("GetVariables")
    def on_get_variables(self, get_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """Tell the variables asked for."""
        return self.results.GetVariables(get_variable_result=[self._variable(item) for item in get_variable_data])

    @on("GetBaseReport")
    def on_get_base_report(self, **_: Any) -> Any:
        """Say that there are none; the package leaves a 2.1 action without handler unanswered."""
        return self.results.GetBaseReport(status="NotSupported")

    def _variable(self, item: dict[str, Any]) -> dict[str, Any]:
        value = self.variables.get((item["component"]["name"], item["variable"]["name"]))
        result = {"component": item["component"], "variable": item["variable"]}
        if value is None:
            return {**result, "attribute_status": "UnknownVariable"}
        return {**result, "attribute_status": "Accepted", "attribute_value": value}

    @on("SetVariables")
    def on_set_variables(self, set_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """Take values of known variables."""
        results = []
        for item in set_variable_data:
            key = (item["component"]["name"], item["variable"]["name"])
            status = "Accepted" if key in self.variables else "UnknownVariable"
            if status == "Accepted":
                self.variables[key] = item["attribute_value"]
            results.append({"component": item["component"], "variable": item["variable"], "attribute_status": status})
        return self.results.SetVariables(set_variable_result=results)

    async def boot(self) -> str:
        """Introduce itself and tell that its connector is free."""
        answer = await self.call(
            self.messages.BootNotification(
                charging_station={"vendorName": "Elsewhere", "model": "E-2"}, reason="PowerUp"
            )
        )
        await self.call(
            self.messages.StatusNotification(
                timestamp=text(BEGIN), connector_status="Available", evse_id=1, connector_id=1
            )
        )
        return str(answer.status)

    async def authorize(self, id_token: str) -> str:
        """Ask whether a token may charge."""
        answer = await self.call(self.messages.Authorize(id_token={"idToken": id_token, "type": "Central"}))
        return str(answer.id_token_info["status"])

    async def _event(self, event_type: str, trigger: str, at: datetime, **members: Any) -> Any:
        self.seq_no += 1
        information = {"transactionId": self.transaction_id, **members.pop("information", {})}
        return await self.call(
            self.messages.TransactionEvent(
                event_type=event_type,
                timestamp=text(at),
                trigger_reason=trigger,
                seq_no=self.seq_no,
                transaction_info=information,
                **members,
            )
        )

    @staticmethod
    def _register(at: datetime, value: int, context: str) -> list[dict[str, Any]]:
        sample = {
            "value": value,
            "context": context,
            "measurand": "Energy.Active.Import.Register",
            "unitOfMeasure": {"unit": "Wh"},
        }
        return [{"timestamp": text(at), "sampledValue": [sample]}]

    async def begin(self, id_token: str, remote_start: dict[str, Any] | None = None) -> str:
        """Start the transaction and return what the token's status was."""
        information: dict[str, Any] = {"chargingState": "Charging"}
        if remote_start is not None:
            information["remoteStartId"] = remote_start["remote_start_id"]
        answer = await self._event(
            "Started",
            "RemoteStart" if remote_start else "Authorized",
            BEGIN,
            information=information,
            id_token={"idToken": id_token, "type": "Central"},
            evse={"id": 1, "connectorId": 1},
            meter_value=self._register(BEGIN, REGISTER_BEGIN, "Transaction.Begin"),
        )
        return str(answer.id_token_info["status"])

    async def charge(self) -> None:
        """Tell a meter value in the middle."""
        at = BEGIN + timedelta(minutes=6)
        await self._event(
            "Updated", "MeterValuePeriodic", at, meter_value=self._register(at, REGISTER_MIDDLE, "Sample.Periodic")
        )

    async def end(self, id_token: str, reason: str) -> None:
        """End the transaction."""
        members: dict[str, Any] = {}
        if reason == "Local":
            members["id_token"] = {"idToken": id_token, "type": "Central"}
        await self._event(
            "Ended",
            "RemoteStop" if reason == "Remote" else "StopAuthorized",
            END,
            information={"stoppedReason": reason},
            meter_value=self._register(END, REGISTER_END, "Transaction.End"),
            **members,
        )


class Station201(_Station2, v201_package.ChargePoint):
    """A 2.0.1 station."""

    version = "2.0.1"
    subprotocol = "ocpp2.0.1"
    messages = v201
    results = v201_result


class Station21(_Station2, v21_package.ChargePoint):
    """A 2.1 station."""

    version = "2.1"
    subprotocol = "ocpp2.1"
    messages = v21
    results = v21_result


STATIONS = [Station16, Station201, Station21]


@contextlib.asynccontextmanager
async def connected(kind: type[Any], url: str, identity: str, password: str) -> AsyncIterator[Any]:
    """A station of this kind on a link to the management system."""
    address = url.replace("ws://", f"ws://{identity}:{password}@") + f"/{identity}"
    async with websockets.connect(address, subprotocols=[kind.subprotocol], proxy=None) as link:
        assert link.subprotocol == kind.subprotocol
        station = kind(identity, link, response_timeout=30)
        listening = asyncio.create_task(station.start())
        try:
            yield station
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, websockets.ConnectionClosed):
                await listening
