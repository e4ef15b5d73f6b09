"""A management system on simple ports in memory, and builders for what stations say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from pluglot.csms import Csms, Decision, FlatPrice, Policy
from pluglot.csms.facts import (
    TRANSACTION_FACTS,
    ConnectorStatusReported,
    EventOccurred,
    Fact,
    StationBooted,
    StationChanged,
    StationRegistered,
    TokenSaved,
)
from pluglot.csms.records import (
    LedgerEntry,
    Registration,
    StationRecord,
    TokenRecord,
    TransactionRecord,
)
from pluglot.messages import (
    EVSE,
    BootNotificationRequest,
    BootReason,
    ChargingState,
    ChargingStation,
    IdToken,
    MeterValue,
    SampledValue,
    Transaction,
    TransactionEvent,
    TransactionEventRequest,
    TriggerReason,
    UnitOfMeasure,
)

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CARD = ("04AABBCC", "ISO14443")
PRICE = FlatPrice(per_kwh=Decimal("0.50"), per_session=Decimal("1.00"))


class Shelf:
    """What is stored; the three ports of the handlers read from it."""

    def __init__(self) -> None:
        self.stations: dict[str, StationRecord] = {}
        self.tokens: dict[tuple[str, str], TokenRecord] = {}
        self.records: dict[tuple[str, str], TransactionRecord] = {}
        self.entries: dict[tuple[str, str], dict[int, LedgerEntry]] = {}
        self.events: list[EventOccurred] = []

    def commit(self, facts: Sequence[Fact]) -> None:
        """Project facts as a store does."""
        for fact in facts:
            if isinstance(fact, StationBooted | StationRegistered | StationChanged):
                self.stations[fact.station.id] = fact.station
            elif isinstance(fact, ConnectorStatusReported):
                self._connector(fact)
            elif isinstance(fact, TokenSaved):
                self.tokens[fact.token.id_token.casefold(), fact.token.type] = fact.token
            elif isinstance(fact, EventOccurred):
                self.events.append(fact)
            elif isinstance(fact, TRANSACTION_FACTS):
                key = (fact.entry.station_id, fact.entry.transaction_id)
                self.entries.setdefault(key, {}).setdefault(fact.entry.seq_no, fact.entry)
                self.records[key] = fact.transaction

    def _connector(self, fact: ConnectorStatusReported) -> None:
        station, new = self.stations[fact.station_id], fact.connector
        others = [
            each for each in station.connectors if (each.evse_id, each.connector_id) != (new.evse_id, new.connector_id)
        ]
        self.stations[station.id] = msgspec.structs.replace(station, connectors=(*others, new))


class _Stations:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def find(self, station_id: str) -> StationRecord | None:
        return self._shelf.stations.get(station_id)


class _Tokens:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def find(self, id_token: str, type_: str | None) -> TokenRecord | None:
        if type_ is not None:
            return self._shelf.tokens.get((id_token.casefold(), type_))
        found = [token for (text, _), token in self._shelf.tokens.items() if text == id_token.casefold()]
        return found[0] if len(found) == 1 else None


class _Transactions:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def find(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        return self._shelf.records.get((station_id, transaction_id))

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        entries = self._shelf.entries.get((station_id, transaction_id), {})
        return [entries[seq_no] for seq_no in sorted(entries)]

    async def entry(self, station_id: str, transaction_id: str, seq_no: int) -> LedgerEntry | None:
        return self._shelf.entries.get((station_id, transaction_id), {}).get(seq_no)

    async def open_of_token(self, id_token: str, type_: str) -> Sequence[TransactionRecord]:
        return [
            each
            for each in self._shelf.records.values()
            if each.is_open and (each.id_token or "").casefold() == id_token.casefold() and each.id_token_type == type_
        ]

    async def open_of_evse(self, station_id: str, evse_id: int) -> Sequence[TransactionRecord]:
        return [
            each
            for each in self._shelf.records.values()
            if each.is_open and (each.station_id, each.evse_id) == (station_id, evse_id)
        ]


class House:
    """A management system whose facts are committed before each answer is looked at."""

    def __init__(self, *, policy: Policy | None = None, shelf: Shelf | None = None) -> None:
        self.policy = policy or Policy(prices=(PRICE,))
        self.shelf = shelf or Shelf()
        self.now = NOON
        self.restart()

    def restart(self) -> None:
        """Forget everything that is not stored."""
        shelf = self.shelf
        self.csms = Csms(_Stations(shelf), _Tokens(shelf), _Transactions(shelf), self.policy)

    def register(self, station_id: str = "CS1", **more: Any) -> StationRecord:
        """Make a station known, accepted unless told otherwise."""
        record = StationRecord(**{"id": station_id, "registration": Registration.ACCEPTED, **more})
        self.shelf.stations[station_id] = record
        return record

    def save_token(self, id_token: str = CARD[0], type_: str = CARD[1], **more: Any) -> TokenRecord:
        """Make a token known."""
        token = TokenRecord(id_token=id_token, type=type_, **more)
        self.shelf.tokens[id_token.casefold(), type_] = token
        return token

    async def decide(self, request: Any, *, station_id: str = "CS1", **more: Any) -> Decision:
        """Put a request to the system without storing what follows."""
        return await self.csms.handle(
            station_id, request, now=more.pop("now", self.now), ocpp_version=more.pop("ocpp_version", "2.1"), **more
        )

    async def answer(self, request: Any, **more: Any) -> Any:
        """Put a request to the system, store the facts, and give the answer."""
        decision = await self.decide(request, **more)
        self.shelf.commit(decision.facts)
        return decision.response

    def record(self, transaction_id: str = "T1", station_id: str = "CS1") -> TransactionRecord:
        """The stored record of a transaction."""
        return self.shelf.records[station_id, transaction_id]

    def event_names(self) -> list[str]:
        """What happened, in order."""
        return [fact.event.name for fact in self.shelf.events]


def boot(**more: Any) -> BootNotificationRequest:
    """A boot of an ordinary station."""
    station = {"model": "M1", "vendor_name": "Pluglot", "serial_number": "S-1", "firmware_version": "1.0", **more}
    return BootNotificationRequest(charging_station=ChargingStation(**station), reason=BootReason.POWER_UP)


def register_sample(wh: Any, *, unit: str | None = "Wh", **more: Any) -> SampledValue:
    """A state of the energy register."""
    measure = UnitOfMeasure(unit=unit) if unit else None
    return SampledValue(value=Decimal(str(wh)), unit_of_measure=measure, **more)


def metered(at: datetime, *samples: SampledValue) -> MeterValue:
    """Samples taken at one moment."""
    return MeterValue(timestamp=at, sampled_value=samples)


def happening(
    event_type: str,
    seq_no: int,
    at: datetime,
    *,
    wh: Any = None,
    transaction_id: str = "T1",
    id_token: tuple[str, str] | None = None,
    state: str | None = None,
    **more: Any,
) -> TransactionEventRequest:
    """An event of a transaction, with a state of the register when given."""
    info = {key: more.pop(key) for key in ("stopped_reason", "remote_start_id") if key in more}
    meter_value = more.pop("meter_value", None)
    if wh is not None:
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(event_type)
        meter_value = (metered(at, register_sample(wh, context=context)),)
    trigger = more.pop(
        "trigger", {"Started": "Authorized", "Updated": "MeterValuePeriodic"}.get(event_type, "StopAuthorized")
    )
    evse = more.pop("evse", EVSE(id=1, connector_id=1) if event_type == "Started" else None)
    return TransactionEventRequest(
        event_type=TransactionEvent(event_type),
        timestamp=at,
        trigger_reason=TriggerReason(trigger),
        seq_no=seq_no,
        transaction_info=Transaction(
            transaction_id=transaction_id, charging_state=ChargingState(state) if state else None, **info
        ),
        meter_value=meter_value,
        id_token=IdToken(id_token=id_token[0], type=id_token[1]) if id_token else None,
        evse=evse,
        **more,
    )


def session(
    *, begin: int = 1000, step: int = 500, updates: int = 3, start: datetime = NOON
) -> list[TransactionEventRequest]:
    """A whole transaction as a well-behaved station reports it, ten minutes between readings."""
    events = [happening("Started", 0, start, wh=begin, id_token=CARD, state="EVConnected")]
    for number in range(1, updates + 1):
        at = start + number * 10 * MINUTE
        events.append(
            happening("Updated", number, at, wh=begin + number * step, state="Charging" if number == 1 else None)
        )
    last = updates + 1
    events.append(
        happening(
            "Ended", last, start + last * 10 * MINUTE, wh=begin + last * step, id_token=CARD, stopped_reason="Local"
        )
    )
    return events
