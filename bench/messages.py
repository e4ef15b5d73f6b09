"""The message every benchmark sends: a 2.0.1 TransactionEvent of about 740 bytes, valid in 2.1 too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN: Final = "BENCH-TOKEN"  # noqa: S105 - names a token, is no secret


def time_text(seconds: int) -> str:
    """A time of the bench's session, as on the wire."""
    return (BEGIN + timedelta(seconds=seconds)).isoformat().replace("+00:00", ".000Z")


def boot() -> dict[str, Any]:
    """How a bench station introduces itself."""
    return {"reason": "PowerUp", "chargingStation": {"vendorName": "Bench", "model": "Load"}}


def transaction_event(transaction_id: str, seq_no: int) -> dict[str, Any]:
    """One event: Started with a token at first, then updates with four sampled values."""
    samples = [
        (1_000_000 + 10 * seq_no, "Energy.Active.Import.Register", {"unit": "Wh"}),
        (11_040 + seq_no % 7, "Power.Active.Import", {"unit": "W"}),
        (16.1, "Current.Import", {"unit": "A"}),
        (231.4, "Voltage", {"unit": "V"}),
    ]
    event: dict[str, Any] = {
        "eventType": "Updated" if seq_no else "Started",
        "timestamp": time_text(10 * seq_no),
        "triggerReason": "MeterValuePeriodic" if seq_no else "Authorized",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": transaction_id, "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [
            {
                "timestamp": time_text(10 * seq_no),
                "sampledValue": [
                    {"value": value, "measurand": measurand, "context": "Sample.Periodic", "unitOfMeasure": unit}
                    for value, measurand, unit in samples
                ],
            }
        ],
    }
    if not seq_no:
        event["idToken"] = {"idToken": TOKEN, "type": "Central"}
    return event


def call_frame(message_id: str, action: str, payload: dict[str, Any]) -> bytes:
    """A CALL as on the wire."""
    return json.dumps([2, message_id, action, payload], separators=(",", ":")).encode()
