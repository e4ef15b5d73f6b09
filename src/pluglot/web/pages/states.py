"""What a station, an EVSE or a transaction is doing, in one word with a shape and a colour; the worst ranks first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from pluglot.csms.records import ConnectorRecord, Registration, StationRecord, TransactionPhase, TransactionRecord


class State(msgspec.Struct, frozen=True):
    """A state as people see it; ``name`` is also its shape and its class in the style sheet."""

    name: str
    word: str
    rank: int


#: Everything a place can be, the worst first.
STATES = {
    state.name: state
    for state in (
        State("faulted", "Faulted", 0),
        State("offline", "Offline", 1),
        State("rejected", "Rejected", 2),
        State("unavailable", "Unavailable", 3),
        State("pending", "Pending", 4),
        State("unseen", "Never seen", 5),
        State("suspended", "Suspended", 6),
        State("charging", "Charging", 7),
        State("occupied", "Occupied", 8),
        State("reserved", "Reserved", 9),
        State("available", "Available", 10),
        State("ended", "Ended", 11),
    )
}
_BY_STATUS = {
    "Available": "available",
    "Occupied": "occupied",
    "Reserved": "reserved",
    "Unavailable": "unavailable",
    "Faulted": "faulted",
}
_BY_PHASE = {
    TransactionPhase.STARTED: ("occupied", "Started"),
    TransactionPhase.EV_CONNECTED: ("occupied", "Plugged in"),
    TransactionPhase.CHARGING: ("charging", "Charging"),
    TransactionPhase.SUSPENDED_EV: ("suspended", "Paused by vehicle"),
    TransactionPhase.SUSPENDED_EVSE: ("suspended", "Paused by station"),
    TransactionPhase.IDLE: ("occupied", "Idle"),
    TransactionPhase.ENDED: ("ended", "Ended"),
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One EVSE of a station: its state and what runs there."""

    evse_id: int
    connectors: tuple[ConnectorRecord, ...]
    state: State
    transaction: TransactionRecord | None
    power: list[Any] = []
    #: Its station is not connected, so that nobody knows whether it is still so.
    is_last_known: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A station with its places, as a card or a page shows it."""

    station: StationRecord
    state: State
    places: list[Place]

    @property
    def watts(self) -> float:
        """What it draws now."""
        return float(sum(place.transaction.power_w or 0 for place in self.places if place.transaction))


def of_transaction(transaction: TransactionRecord) -> State:
    """The state of a transaction, in the words of its phase."""
    name, word = _BY_PHASE[transaction.state]
    return msgspec.structs.replace(STATES[name], word=word)


def of_connectors(connectors: Iterable[ConnectorRecord]) -> State:
    """The state of an EVSE's connectors where nothing runs: the worst of them; occupied beats free."""
    states = [STATES[_BY_STATUS.get(connector.status, "occupied")] for connector in connectors]
    return min(states, key=lambda state: state.rank, default=STATES["unseen"])


def standing(station: StationRecord, running: Iterable[TransactionRecord], power: Any = None) -> Standing:
    """Bring together what is known of a station now."""
    by_evse: dict[int, list[ConnectorRecord]] = {}
    for connector in station.connectors:
        by_evse.setdefault(connector.evse_id, []).append(connector)
    transactions = {transaction.evse_id or 0: transaction for transaction in running}
    places = []
    for evse_id in sorted({*by_evse, *transactions} - ({0} if 0 not in transactions else set())):
        connectors = tuple(sorted(by_evse.get(evse_id, ()), key=lambda connector: connector.connector_id))
        transaction = transactions.get(evse_id)
        state = of_connectors(connectors)
        if transaction is not None and state.name != "faulted":
            state = of_transaction(transaction)
        points = list(power.get((station.id, transaction.transaction_id), ())) if power and transaction else []
        places.append(
            Place(
                evse_id=evse_id,
                connectors=connectors,
                state=state,
                transaction=transaction,
                power=points,
                is_last_known=not station.connected,
            )
        )
    return Standing(station=station, state=_of_station(station, places), places=places)


def _of_station(station: StationRecord, places: list[Place]) -> State:
    if not station.connected:
        return STATES["unseen" if station.last_seen_at is None else "offline"]
    if station.registration is Registration.REJECTED:
        return STATES["rejected"]
    if station.registration is not Registration.ACCEPTED:
        return STATES["pending"]
    return min((place.state for place in places), key=lambda state: state.rank, default=STATES["available"])
