"""Peers of a bridge as functions over wire messages, and the messages of a session."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pluglot.dialects import actions
from pluglot.dialects.base import Refusal
from pluglot.messages.codec import from_builtins, to_builtins
from tests.bridge.world import BEGIN

STAMP = "%Y-%m-%dT%H:%M:%SZ"


def wire(version: str, action: str, **payload: Any) -> Any:
    """A request of a version."""
    return from_builtins(actions(version)[action].request, payload)


def answer(version: str, action: str, **payload: Any) -> Any:
    """A response of a version."""
    response = actions(version)[action].response
    assert response is not None
    return from_builtins(response, payload)


def at(minutes: float) -> str:
    """A time of the session."""
    return (BEGIN + timedelta(minutes=minutes)).strftime(STAMP)


class Csms201:
    """A 2.0.1 (or 2.1) management system: every event once, whoever repeats it must say the same."""

    def __init__(self, version: str = "2.0.1") -> None:
        self.version = version
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.events: dict[tuple[str, int], dict[str, Any]] = {}
        self.status: dict[str, str] = {}
        self.registration = "Accepted"

    def __call__(self, request: Any) -> Any:
        """Answer."""
        said = to_builtins(request)
        self.heard.append((request.action, said))
        if request.action == "TransactionEvent":
            key = (said["transactionInfo"]["transactionId"], said["seqNo"])
            assert self.events.setdefault(key, said) == said, "a repeated event differs"
            token = said.get("idToken")
            info = {"idTokenInfo": {"status": self.status.get(token["idToken"], "Accepted")}} if token else {}
            return answer(self.version, request.action, **info)
        if request.action == "Authorize":
            status = self.status.get(said["idToken"]["idToken"], "Accepted")
            return answer(self.version, request.action, idTokenInfo={"status": status})
        if request.action == "BootNotification":
            return answer(self.version, request.action, status=self.registration, currentTime=at(0), interval=300)
        if request.action == "Heartbeat":
            return answer(self.version, request.action, currentTime=at(0))
        if request.action == "DataTransfer":
            return answer(self.version, request.action, status="Accepted")
        return answer(self.version, request.action)

    def transactions(self) -> dict[str, list[dict[str, Any]]]:
        """The events of each transaction in order; numbers must have no gap."""
        found: dict[str, list[dict[str, Any]]] = {}
        for (transaction_id, _), event in sorted(self.events.items()):
            found.setdefault(transaction_id, []).append(event)
        for events in found.values():
            assert [event["seqNo"] for event in events] == list(range(len(events)))
        return found


def energy(events: list[dict[str, Any]]) -> Decimal:
    """How far the register moved over events, in Wh."""
    registers = [
        Decimal(str(sample["value"])) * (1000 if (sample.get("unitOfMeasure") or {}).get("unit") == "kWh" else 1)
        for event in events
        for value in event.get("meterValue", ())
        for sample in value["sampledValue"]
        if sample.get("measurand", "Energy.Active.Import.Register") == "Energy.Active.Import.Register"
    ]
    return registers[-1] - registers[0]


class Csms16:
    """A 1.6 management system that knows a repeated StartTransaction, as most do."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.starts: dict[str, int] = {}
        self.stops: dict[int, dict[str, Any]] = {}
        self.samples: Counter[tuple[int, str]] = Counter()

    def __call__(self, request: Any) -> Any:
        """Answer."""
        said = to_builtins(request)
        self.heard.append((request.action, said))
        accepted = {"status": "Accepted"}
        match request.action:
            case "StartTransaction":
                number = self.starts.setdefault(repr(sorted(said.items())), 100 + len(self.starts))
                return answer("1.6", "StartTransaction", transactionId=number, idTagInfo=accepted)
            case "StopTransaction":
                assert self.stops.setdefault(said["transactionId"], said) == said, "a repeated stop differs"
                return answer("1.6", "StopTransaction", idTagInfo=accepted)
            case "Authorize":
                return answer("1.6", "Authorize", idTagInfo=accepted)
            case "BootNotification":
                return answer("1.6", "BootNotification", status="Accepted", currentTime=at(0), interval=300)
            case "Heartbeat":
                return answer("1.6", "Heartbeat", currentTime=at(0))
        return answer("1.6", request.action)


class Station16:
    """A 1.6 station that agrees to everything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.configuration = {"StopTransactionOnInvalidId": "true", "NumberOfConnectors": "1"}

    def __call__(self, request: Any) -> Any:
        """Answer."""
        said = to_builtins(request)
        self.asked.append((request.action, said))
        if request.action == "GetConfiguration":
            keys = said.get("key") or list(self.configuration)
            known = [key for key in keys if key in self.configuration]
            return answer(
                "1.6",
                "GetConfiguration",
                configurationKey=[{"key": key, "readonly": False, "value": self.configuration[key]} for key in known],
                unknownKey=[key for key in keys if key not in known],
            )
        status = "Unlocked" if request.action == "UnlockConnector" else "Accepted"
        return answer("1.6", request.action, status=status)


class Station201:
    """A 2.0.1 station that agrees to starts and stops and has no reports."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: Any) -> Any:
        """Answer."""
        self.asked.append((request.action, to_builtins(request)))
        if request.action in {"RequestStartTransaction", "RequestStopTransaction"}:
            return answer("2.0.1", request.action, status="Accepted")
        return Refusal("NotSupported", "not here")


# --- a session of a 1.6 station ----------------------------------------------------------------------------------

BOOT_16 = wire("1.6", "BootNotification", chargePointVendor="Elsewhere", chargePointModel="E-16")


def status_16(status: str, connector: int = 1, minutes: float = 0) -> Any:
    """A status of a connector."""
    return wire(
        "1.6", "StatusNotification", connectorId=connector, errorCode="NoError", status=status, timestamp=at(minutes)
    )


def start_16(tag: str = "DRIVER", meter: int = 1000, minutes: float = 1, connector: int = 1) -> Any:
    """A start."""
    return wire("1.6", "StartTransaction", connectorId=connector, idTag=tag, meterStart=meter, timestamp=at(minutes))


def meter_16(number: int | None, meter: str, minutes: float, unit: str = "Wh", connector: int = 1) -> Any:
    """A register reading."""
    sample = {"value": meter, "unit": unit, "measurand": "Energy.Active.Import.Register"}
    named = {} if number is None else {"transactionId": number}
    return wire(
        "1.6",
        "MeterValues",
        connectorId=connector,
        meterValue=[{"timestamp": at(minutes), "sampledValue": [sample]}],
        **named,
    )


def stop_16(number: int, meter: int, minutes: float, tag: str | None = None) -> Any:
    """A stop."""
    named = {} if tag is None else {"idTag": tag}
    return wire("1.6", "StopTransaction", transactionId=number, meterStop=meter, timestamp=at(minutes), **named)


# --- a session of a 2.0.1 station --------------------------------------------------------------------------------

BOOT_201 = wire(
    "2.0.1", "BootNotification", reason="PowerUp", chargingStation={"vendorName": "Elsewhere", "model": "E-2"}
)


def event_201(transaction_id: str, seq_no: int, kind: str, meter: int, minutes: float, token: str | None = None) -> Any:
    """An event with a register reading."""
    context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(kind, "Sample.Periodic")
    trigger = {"Started": "Authorized", "Ended": "EVDeparted"}.get(kind, "MeterValuePeriodic")
    named = {} if token is None else {"idToken": {"idToken": token, "type": "Central"}}
    return wire(
        "2.0.1",
        "TransactionEvent",
        eventType=kind,
        timestamp=at(minutes),
        triggerReason=trigger,
        seqNo=seq_no,
        transactionInfo={"transactionId": transaction_id, "chargingState": "Charging"},
        evse={"id": 1, "connectorId": 1},
        meterValue=[{"timestamp": at(minutes), "sampledValue": [{"value": meter, "context": context}]}],
        **named,
    )
