"""Records and facts for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pluglot.csms.facts import (
    MessageExchanged,
    StationRegistered,
    TransactionEnded,
    TransactionStarted,
    TransactionUpdated,
)
from pluglot.csms.records import (
    CredentialRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    StationRecord,
    TransactionPhase,
    TransactionRecord,
)

NOW = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """So many seconds after the beginning of the test's time."""
    return NOW + timedelta(seconds=seconds)


def registered(station_id: str = "A", **changes: Any) -> StationRegistered:
    """A station is registered with a password."""
    credential = CredentialRecord(station_id=station_id, security_profile=1, verifier=f"v-{station_id}", changed_at=NOW)
    return StationRegistered(at=NOW, station=StationRecord(id=station_id, **changes), credential=credential)


def reading(value: str = "100.0", **changes: Any) -> Reading:
    """An energy register reading."""
    fields = {"at": NOW, "measurand": "Energy.Active.Import.Register", "value": Decimal(value), "unit": "Wh"}
    return Reading(**(fields | changes))


def entry(seq_no: int = 0, **changes: Any) -> LedgerEntry:
    """An entry of station A's transaction t."""
    fields: dict[str, Any] = {
        "station_id": "A",
        "transaction_id": "t",
        "seq_no": seq_no,
        "event_type": "Updated" if seq_no else "Started",
        "trigger_reason": "MeterValuePeriodic",
        "at": later(seq_no),
        "received_at": later(seq_no),
        "evse_id": 1,
        "readings": (reading(f"{1000 + seq_no}.50", at=later(seq_no)),),
    }
    return LedgerEntry(**(fields | changes))


def transaction(last: int = 0, **changes: Any) -> TransactionRecord:
    """Station A's transaction t after the events 0 to ``last``."""
    fields: dict[str, Any] = {
        "station_id": "A",
        "transaction_id": "t",
        "evse_id": 1,
        "connector_id": 1,
        "id_token": "AbC",
        "id_token_type": "ISO14443",
        "started_at": NOW,
        "updated_at": later(last),
        "energy_wh": Decimal(last),
        "received_seq_nos": ((0, last),),
    }
    return TransactionRecord(**(fields | changes))


def of_transaction(
    seq_no: int = 0, *, ended: bool = False, of: str = "t", station_id: str = "A", **changes: Any
) -> TransactionStarted | TransactionUpdated | TransactionEnded:
    """The fact of one event of a transaction."""
    ids = {"station_id": station_id, "transaction_id": of}
    end: dict[str, Any] = {"state": TransactionPhase.ENDED, "ended_at": later(seq_no)} if ended else {}
    type_ = TransactionEnded if ended else TransactionUpdated if seq_no else TransactionStarted
    record = transaction(seq_no, **(ids | end | changes))
    return type_(at=later(seq_no), transaction=record, entry=entry(seq_no, **ids))


def exchanged(message_id: str = "m-1", **changes: Any) -> MessageExchanged:
    """A call of station A was answered."""
    fields: dict[str, Any] = {
        "station_id": "A",
        "at": NOW,
        "ocpp_version": "2.1",
        "direction": "in",
        "message_id": message_id,
        "action": "Heartbeat",
        "request_frame": f'[2,"{message_id}","Heartbeat",{{}}]',
        "response_frame": f'[3,"{message_id}",{{}}]',
        "outcome": "answered",
    }
    record = MessageRecord(**(fields | changes))
    return MessageExchanged(at=record.at, message=record)
