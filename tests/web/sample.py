"""A small network with a past and a present, to look at pages without a single station."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pluglot.csms.records import (
    ConnectorRecord,
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    Registration,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionPhase,
    TransactionRecord,
    VariableRecord,
)
from pluglot.dialects.losses import Loss
from tests.web.house import MemoryHouse, memory_house

PRICE_PER_KWH = Decimal("0.49")
PRICE_PER_SESSION = Decimal("0.35")
REGISTER = "Energy.Active.Import.Register"

#: id, version, vendor, model, firmware, connected, states of EVSE 1 and 2
_STATIONS = (
    ("HH-HAFEN-1", "1.6", "Ladewerk", "AC Duo 22", "4.1.7", True, ("Occupied", "Available")),
    ("HH-HAFEN-2", "1.6", "Ladewerk", "AC Duo 22", "4.1.7", True, ("Faulted", "Available")),
    ("KI-FOERDE-1", "2.0.1", "Nordstrom", "NX 44", "2.9.0", True, ("Occupied", "Occupied")),
    ("KI-FOERDE-2", "2.0.1", "Nordstrom", "NX 44", "2.9.0", True, ("Occupied", "Reserved")),
    ("HB-WESER-1", "2.1", "Blitzbau", "DC 150", "1.0.3", True, ("Occupied", "Available")),
    ("HB-WESER-2", "2.1", "Blitzbau", "DC 150", "1.0.2", False, ("Unavailable", "Unavailable")),
)
#: station, EVSE, token, phase, minutes ago, watts, state of charge at the beginning, battery in Wh
_RUNNING = (
    ("HH-HAFEN-1", 1, "04A1B2C3", TransactionPhase.CHARGING, 42, 10_900, 31, 52_000),
    ("KI-FOERDE-1", 1, "DE8ACC12E46L89", TransactionPhase.CHARGING, 27, 21_800, 44, 77_000),
    ("KI-FOERDE-1", 2, "04A1B2C9", TransactionPhase.EV_CONNECTED, 2, 0, 60, 60_000),
    ("KI-FOERDE-2", 1, "7733-11", TransactionPhase.SUSPENDED_EV, 95, 0, 38, 40_000),
    ("HB-WESER-1", 1, "DE8ACC55B71Q02", TransactionPhase.CHARGING, 16, 118_000, 18, 93_000),
)
_TOKENS = (
    TokenRecord(id_token="04A1B2C3", type="ISO14443", note="A. Jensen"),
    TokenRecord(id_token="04A1B2C9", type="ISO14443", note="Carsharing 12", group_id_token="CARSHARING"),
    TokenRecord(id_token="DE8ACC12E46L89", type="eMAID"),
    TokenRecord(id_token="DE8ACC55B71Q02", type="eMAID", concurrent_transactions=1),
    TokenRecord(id_token="7733-11", type="KeyCode", note="Hotel desk"),
    TokenRecord(id_token="04FFEE01", type="ISO14443", blocked=True, note="Reported lost"),
)


def sample_house(now: datetime, *, admin_token: str | None = None, open_to_visitors: bool = False) -> MemoryHouse:
    """A house in memory with six stations, running and finished sessions, messages, events and strangers."""
    house = memory_house(admin_token=admin_token, open_to_visitors=open_to_visitors)
    lists = house.lists
    house.operations.save(*(_station(row, now) for row in _STATIONS))
    lists.all_tokens.update({(token.type, token.id_token): token for token in _TOKENS})
    for place, row in enumerate(_RUNNING):
        keep_transaction(house, *_running(row, place, now))
    for place in range(14):
        keep_transaction(house, *_finished(place, now))
    lists.all_messages.extend(_messages(now))
    lists.all_events.extend(_events(now))
    for stranger in _strangers(now):
        lists.all_strangers[(stranger.identity, stranger.reason)] = stranger
    lists.all_variables["HB-WESER-1"] = _variables(now)
    return house


def delivered_today(house: MemoryHouse, now: datetime) -> str:
    """The kilowatt-hours of sessions that ended since midnight UTC or go on; in the morning some ended yesterday."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = house.lists.all_transactions.values()
    counted = [one.energy_wh for one in sessions if one.ended_at is None or one.ended_at >= midnight]
    return f"{sum(counted) / 1000:.2f}"


def keep_transaction(house: MemoryHouse, transaction: TransactionRecord, ledger: Sequence[LedgerEntry]) -> None:
    """Put a transaction and its ledger in place."""
    key = (transaction.station_id, transaction.transaction_id)
    house.lists.all_transactions[key] = transaction
    house.lists.ledgers[key] = list(ledger)


def _station(row: tuple[Any, ...], now: datetime) -> StationRecord:
    id_, version, vendor, model, firmware, connected, states = row
    connectors = tuple(
        ConnectorRecord(
            evse_id=evse_id,
            connector_id=1,
            status=state,
            status_at=now - timedelta(minutes=7 * evse_id),
            original_status="Charging" if version == "1.6" and state == "Occupied" else None,
        )
        for evse_id, state in enumerate(states, 1)
    )
    return StationRecord(
        id=id_,
        registration=Registration.ACCEPTED,
        ocpp_version=version,
        connected=connected,
        epoch=3,
        last_seen_at=now - (timedelta(seconds=4) if connected else timedelta(minutes=51)),
        connected_at=now - timedelta(hours=9),
        vendor_name=vendor,
        model=model,
        serial_number=f"{vendor[:2].upper()}-10417",
        firmware_version=firmware,
        boot_reason="PowerUp",
        booted_at=now - timedelta(hours=9),
        registered_at=now - timedelta(days=64),
        remote_address="127.0.0.1",
        connectors=connectors,
    )


def curve(minutes: int, watts: float, charge: float, battery_wh: float) -> list[tuple[int, float, float, float]]:
    """Minute, power, energy and state of charge of a vehicle that slows down above 70 %."""
    points, energy = [], 0.0
    for minute in range(minutes + 1):
        soc = charge + 100 * energy / battery_wh
        fade = 1.0 if soc < 70 else max(0.06, (100 - soc) / 30)
        power = watts * fade * min(1.0, 0.25 + minute / 3) * (1 + 0.02 * ((minute * 7) % 5 - 2) / 2)
        points.append((minute, power, energy, min(100.0, soc)))
        energy += power / 60
    return points


def ledger_of(
    station_id: str,
    transaction_id: str,
    began_at: datetime,
    points: list[tuple[int, float, float, float]],
    **common: Any,
) -> list[LedgerEntry]:
    """One entry a minute, with register, power and state of charge."""
    entries = []
    for place, (minute, power, energy, soc) in enumerate(points):
        at = began_at + timedelta(minutes=minute)
        readings = tuple(
            Reading(
                at=at, measurand=measurand, value=Decimal(str(round(value, 1))), unit=unit, context="Sample.Periodic"
            )
            for measurand, value, unit in (
                (REGISTER, 100_000 + energy, "Wh"),
                ("Power.Active.Import", power, "W"),
                ("SoC", soc, "Percent"),
            )
        )
        entries.append(
            LedgerEntry(
                station_id=station_id,
                transaction_id=transaction_id,
                seq_no=place,
                event_type="Started" if place == 0 else "Updated",
                trigger_reason="Authorized" if place == 0 else "MeterValuePeriodic",
                at=at,
                received_at=at + timedelta(milliseconds=180),
                charging_state="EVConnected" if place == 0 else "Charging",
                readings=readings,
                **common,
            )
        )
    return entries


def _running(row: tuple[Any, ...], place: int, now: datetime) -> tuple[TransactionRecord, list[LedgerEntry]]:
    station_id, evse_id, token, phase, minutes, watts, charge, battery_wh = row
    began_at = now - timedelta(minutes=minutes, seconds=11 * place)
    points = curve(minutes, watts or 11_000, charge, battery_wh) if phase is not TransactionPhase.EV_CONNECTED else []
    transaction_id = f"5c1e{place}a7f-2b64"
    ledger = ledger_of(station_id, transaction_id, began_at, points, evse_id=evse_id, connector_id=1)
    energy = Decimal(str(round(points[-1][2], 1))) if points else Decimal(0)
    power = Decimal(str(round(points[-1][1]))) if points and phase is TransactionPhase.CHARGING else Decimal(0)
    record = TransactionRecord(
        station_id=station_id,
        transaction_id=transaction_id,
        ocpp_version=next(station[1] for station in _STATIONS if station[0] == station_id),
        evse_id=evse_id,
        connector_id=1,
        id_token=token,
        id_token_type=next(known.type for known in _TOKENS if known.id_token == token),
        state=phase,
        started_at=began_at,
        updated_at=now - timedelta(seconds=3),
        meter_start_wh=Decimal(100_000),
        meter_last_wh=Decimal(100_000) + energy,
        meter_last_at=now,
        energy_wh=energy,
        power_w=power,
        state_of_charge=Decimal(str(round(points[-1][3], 1))) if points else None,
        cost=_cost(energy),
        currency="EUR",
        received_seq_nos=((0, max(0, len(points) - 1)),),
    )
    return record, ledger


def _cost(energy_wh: Decimal) -> Decimal:
    return (PRICE_PER_SESSION + energy_wh / 1000 * PRICE_PER_KWH).quantize(Decimal("0.01"))


_REASONS = ("EVDisconnected", "Local", "Remote", "StoppedByEV", "EVDisconnected")


def _finished(place: int, now: datetime) -> tuple[TransactionRecord, list[LedgerEntry]]:
    station = _STATIONS[place % len(_STATIONS)]
    token = _TOKENS[place % 5]
    minutes = 24 + (place * 13) % 50
    ended_at = now - timedelta(minutes=6 + 37 * place)
    began_at = ended_at - timedelta(minutes=minutes)
    watts = {"1.6": 10_800, "2.0.1": 21_600, "2.1": 96_000}[station[1]]
    points = curve(minutes, watts, 22 + place * 3, 64_000)
    transaction_id = f"{1041 + place}" if station[1] == "1.6" else f"9b7d{place:02x}c4-11ee"
    ledger = ledger_of(station[0], transaction_id, began_at, points, evse_id=1 + place % 2, connector_id=1)
    of_both: dict[str, Any] = {
        "station_id": station[0],
        "transaction_id": transaction_id,
        "evse_id": 1 + place % 2,
        "stopped_reason": _REASONS[place % 5],
    }
    record = TransactionRecord(
        ocpp_version=station[1],
        connector_id=1,
        id_token=token.id_token,
        id_token_type=token.type,
        state=TransactionPhase.ENDED,
        started_at=began_at,
        ended_at=ended_at,
        updated_at=ended_at,
        state_of_charge=Decimal(str(round(points[-1][3], 1))),
        received_seq_nos=((0, len(ledger)),),
        **_bill(Decimal(str(round(points[-1][2], 1))), ended_at),
        **_FLAWS.get(place, {}),
        **of_both,
    )
    return record, [*ledger, _end(len(ledger), ended_at, of_both)]


#: What is wrong with some finished sessions, by their place.
_FLAWS: dict[int, dict[str, Any]] = {
    3: {"missing_seq_nos": (4,)},
    5: {"implausible": ("The register went back from 101,204 Wh to 100,980 Wh.",)},
}


def _end(seq_no: int, at: datetime, of_both: dict[str, Any]) -> LedgerEntry:
    """The last entry of a finished session."""
    return LedgerEntry(
        seq_no=seq_no, event_type="Ended", trigger_reason="EVCommunicationLost", at=at, received_at=at, **of_both
    )


def _bill(energy: Decimal, ended_at: datetime) -> dict[str, Any]:
    """The members of a finished transaction that tell its energy and cost."""
    return {
        "meter_start_wh": Decimal(100_000),
        "meter_last_wh": Decimal(100_000) + energy,
        "meter_last_at": ended_at,
        "energy_wh": energy,
        "cost": _cost(energy),
        "currency": "EUR",
    }


def _frame(*parts: Any) -> str:
    return json.dumps(parts, separators=(",", ":"))


_START = {"connectorId": 1, "idTag": "04A1B2C3", "meterStart": 100_000, "timestamp": "2026-05-01T10:00:00Z"}
_FAULT = {"connectorId": 1, "errorCode": "GroundFailure", "status": "Faulted", "vendorErrorCode": "E-17"}
_EVENT = {
    "eventType": "Updated",
    "timestamp": "2026-05-01T10:12:00Z",
    "triggerReason": "MeterValuePeriodic",
    "seqNo": 12,
    "transactionInfo": {"transactionId": "5c1e1a7f-2b64", "chargingState": "Charging"},
}
_LOSS = Loss("StatusNotification", "vendorErrorCode", "E-17", "no place in StatusNotification of 2.1")
#: A few exchanges of each version, translated and not, with losses and refusals.
_EXCHANGES: list[dict[str, Any]] = [
    {
        "station_id": "HH-HAFEN-1",
        "ocpp_version": "1.6",
        "action": "StartTransaction",
        "house_action": "TransactionEvent",
        "request_frame": _frame(2, "a1", "StartTransaction", _START),
        "response_frame": _frame(3, "a1", {"transactionId": 1041, "idTagInfo": {"status": "Accepted"}}),
        "house_request": json.dumps(_EVENT | {"eventType": "Started", "triggerReason": "Authorized", "seqNo": 0}),
        "house_response": json.dumps({"idTokenInfo": {"status": "Accepted"}}),
    },
    {
        "station_id": "HH-HAFEN-2",
        "ocpp_version": "1.6",
        "action": "StatusNotification",
        "house_action": "StatusNotification",
        "request_frame": _frame(2, "a2", "StatusNotification", _FAULT),
        "response_frame": _frame(3, "a2", {}),
        "house_request": json.dumps({"evseId": 1, "connectorId": 1, "connectorStatus": "Faulted"}),
        "house_response": "{}",
        "losses": (_LOSS,),
    },
    {
        "station_id": "KI-FOERDE-1",
        "ocpp_version": "2.0.1",
        "action": "TransactionEvent",
        "house_action": "TransactionEvent",
        "request_frame": _frame(2, "b1", "TransactionEvent", _EVENT),
        "response_frame": _frame(3, "b1", {}),
        "house_request": json.dumps(_EVENT),
        "house_response": "{}",
    },
    {
        "station_id": "HB-WESER-1",
        "ocpp_version": "2.1",
        "action": "TransactionEvent",
        "request_frame": _frame(2, "c1", "TransactionEvent", _EVENT),
        "response_frame": _frame(3, "c1", {}),
    },
    {
        "station_id": "HB-WESER-2",
        "ocpp_version": "2.1",
        "action": "Reset",
        "direction": "out",
        "request_frame": _frame(2, "d1", "Reset", {"type": "OnIdle"}),
        "outcome": "timed-out",
    },
]


def _messages(now: datetime) -> list[MessageRecord]:
    """The exchanges, several times over."""
    common: dict[str, Any] = {"direction": "in", "outcome": "answered", "response_frame": None}
    rows = _EXCHANGES * 5
    return [
        MessageRecord(
            id=place,
            message_id=f"m{place}",
            at=now - timedelta(seconds=9 * (len(rows) - place)),
            latency_ms=None if row.get("outcome") == "timed-out" else 0.6 + (place * 37) % 19 / 10,
            **(common | row),
        )
        for place, row in enumerate(rows, 1)
    ]


def _events(now: datetime) -> list[EventRecord]:
    rows = (
        ("HB-WESER-2", "house", "StationLost", "warning", "The link broke after 90 s without an answer to ping.", 51),
        ("HH-HAFEN-2", "device", "ConnectorFaulted", "error", "GroundFailure, vendor code E-17", 12),
        ("KI-FOERDE-1", "security", "StartupOfTheDevice", "info", None, 540),
        (None, "security", "WrongPassword", "warning", "HB-WESER-2 from 127.0.0.1", 8),
    )
    records = [
        EventRecord(
            id=place,
            station_id=station_id,
            at=now - timedelta(minutes=minutes),
            received_at=now - timedelta(minutes=minutes),
            kind=kind,
            name=name,
            severity=severity,
            detail=detail,
        )
        for place, (station_id, kind, name, severity, detail, minutes) in enumerate(rows, 1)
    ]
    return sorted(records, key=lambda event: event.at)


def _strangers(now: datetime) -> list[StrangerRecord]:
    return [
        StrangerRecord(
            identity="HH-HAFEN-3",
            reason="unknown",
            remote_address="127.0.0.1",
            offered_subprotocols=("ocpp2.0.1", "ocpp1.6"),
            user_agent="Ladewerk/4.1.7",
            first_seen_at=now - timedelta(minutes=44),
            last_seen_at=now - timedelta(seconds=25),
            attempts=43,
        ),
        StrangerRecord(
            identity="HB-WESER-2",
            reason="wrong-password",
            remote_address="127.0.0.1",
            offered_subprotocols=("ocpp2.0.1",),
            first_seen_at=now - timedelta(minutes=9),
            last_seen_at=now - timedelta(minutes=8),
            attempts=3,
        ),
    ]


def _variables(now: datetime) -> list[VariableRecord]:
    rows = (
        ("OCPPCommCtrlr", "HeartbeatInterval", "300", "ReadWrite"),
        ("SampledDataCtrlr", "TxUpdatedInterval", "60", "ReadWrite"),
        ("SecurityCtrlr", "SecurityProfile", "1", "ReadOnly"),
        ("ChargingStation", "AvailabilityState", "Available", "ReadOnly"),
    )
    return [
        VariableRecord(component=component, variable=variable, value=value, mutability=mutability, reported_at=now)
        for component, variable, value, mutability in rows
    ]
