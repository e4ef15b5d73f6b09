"""What stations and management systems of each version say while the cost of translating it is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bench.messages import TOKEN, time_text, transaction_event

#: The payload of the message with this number.
Payload = Callable[[int], dict[str, Any]]

SAMPLES: Final = (
    (1_000_000, "Energy.Active.Import.Register", "Wh"),
    (11_040, "Power.Active.Import", "W"),
    (16, "Current.Import", "A"),
    (231, "Voltage", "V"),
)


# --- 1.x ----------------------------------------------------------------------------------------------------------


def start_transaction(number: int) -> dict[str, Any]:
    """A vehicle begins to charge."""
    return {"connectorId": 1, "idTag": TOKEN, "meterStart": 10 * number, "timestamp": time_text(10 * number)}


def stop_transaction(transaction_id: int, number: int) -> dict[str, Any]:
    """The same vehicle stops."""
    return {"transactionId": transaction_id, "meterStop": 10 * number + 9, "timestamp": time_text(10 * number + 5)}


def meter_values(transaction_id: int) -> Payload:
    """Four samples of a transaction in the words of 1.6, as the load of ``load_of_old``."""

    def payload(number: int) -> dict[str, Any]:
        sampled = [
            {"value": str(value + number), "measurand": measurand, "context": "Sample.Periodic", "unit": unit}
            for value, measurand, unit in SAMPLES
        ]
        values = [{"timestamp": time_text(10 * number), "sampledValue": sampled}]
        return {"connectorId": 1, "transactionId": transaction_id, "meterValue": values}

    return payload


def meter_values_15(transaction_id: int) -> Payload:
    """The same in the words of 1.5, which writes some units out."""
    units = {"A": "Amp", "V": "Volt"}

    def payload(number: int) -> dict[str, Any]:
        said = [
            {
                "value": str(value + number),
                "measurand": measurand,
                "context": "Sample.Periodic",
                "unit": units.get(unit, unit),
            }
            for value, measurand, unit in SAMPLES
        ]
        values = [{"timestamp": time_text(10 * number), "value": said}]
        return {"connectorId": 1, "transactionId": transaction_id, "values": values}

    return payload


def meter_values_12(number: int) -> dict[str, Any]:
    """All that 1.2 can say: the register, and no transaction."""
    return {"connectorId": 1, "values": [{"timestamp": time_text(10 * number), "value": 1_000_000 + number}]}


def status_of_old(number: int) -> dict[str, Any]:
    """A connector changes its state each time."""
    states = ("Available", "Unavailable")
    return {"connectorId": 1, "status": states[number % 2], "errorCode": "NoError", "timestamp": time_text(number)}


def status_of_12(number: int) -> dict[str, Any]:
    """The same without its time."""
    return {name: value for name, value in status_of_old(number).items() if name != "timestamp"}


def boot_of_old(_: int) -> dict[str, Any]:
    """A station introduces itself."""
    return {"chargePointVendor": "Bench", "chargePointModel": "Load", "firmwareVersion": "1.0"}


def authorize_of_old(_: int) -> dict[str, Any]:
    """A card is shown."""
    return {"idTag": TOKEN}


def remote_start(_: int) -> dict[str, Any]:
    """A management system of 1.x starts."""
    return {"idTag": TOKEN, "connectorId": 1}


# --- 2.x ----------------------------------------------------------------------------------------------------------


def event(number: int) -> dict[str, Any]:
    """One event of a long transaction in the words of 2.0.1 and 2.1."""
    return transaction_event("bench", number)


def event_of_20(number: int) -> dict[str, Any]:
    """The same in the words of 2.0."""
    said = transaction_event("bench", number)
    del said["transactionInfo"]
    return {**said, "transactionData": {"id": "bench", "chargingState": "Charging"}}


def status(number: int) -> dict[str, Any]:
    """A connector changes its state each time."""
    states = ("Available", "Unavailable")
    return {"timestamp": time_text(number), "connectorStatus": states[number % 2], "evseId": 1, "connectorId": 1}


def boot(_: int) -> dict[str, Any]:
    """A station introduces itself."""
    return {"reason": "PowerUp", "chargingStation": {"vendorName": "Bench", "model": "Load", "firmwareVersion": "1.0"}}


def authorize(_: int) -> dict[str, Any]:
    """A card is shown."""
    return {"idToken": {"idToken": TOKEN, "type": "Central"}}


def nothing(_: int) -> dict[str, Any]:
    """A message that is its name alone."""
    return {}


def request_start(number: int) -> dict[str, Any]:
    """A management system of 2.x starts."""
    return {"idToken": {"idToken": TOKEN, "type": "Central"}, "remoteStartId": number + 1, "evseId": 1}
