"""A 1.6 station half with a house that keeps what it was told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.station_half import StationHalf
from tests.dialects.driver import CONNECTED, NOW, Carried, accepting, carry, seeded

T0 = datetime.fromisoformat("2026-03-01T09:00:00Z")


def at(seconds: float) -> datetime:
    """A moment after the session began."""
    return T0 + timedelta(seconds=seconds)


class Station:
    """One station, its half, and the house behind it."""

    def __init__(self, identity: str = "CS1", *, policy: Policy | None = None, seed: int = 1) -> None:
        self.identity, self.policy, self.seed = identity, policy or Policy(emit_custom_data=False), seed
        self.half = StationHalf(identity, random=seeded(seed), policy=self.policy)
        self.half.connected(now=CONNECTED)
        self.events: list[house.TransactionEventRequest] = []
        self.told: list[Any] = []
        self.answer: Any = accepting
        #: What the station itself answers.
        self.peer: Any = lambda request: Refusal("NotSupported", request.action)
        self.last = Carried()

    def house(self, request: Any) -> Any:
        """Keep what the house is told and answer it."""
        self.told.append(request)
        if isinstance(request, house.TransactionEventRequest):
            self.events.append(request)
        return self.answer(request)

    def send(self, request: Any, *, now: datetime = NOW) -> Any:
        """Let the station send a request; returns its answer."""
        self.last = carry(self.half.inward(request, now=now), house=self.house, peer=self.peer)
        return self.last.answer

    def ask(self, request: Any, *, now: datetime = NOW, pause: Any = None) -> Any:
        """Let the house ask the station; returns the answer."""
        self.last = carry(self.half.outward(request, now=now), house=self.house, peer=self.peer, pause=pause)
        return self.last.answer

    def advance(self, now: datetime) -> None:
        """Let time pass."""
        for translation in self.half.advance(now=now):
            self.last = carry(translation, house=self.house, peer=self.peer)

    def restart(self, *, connected: datetime = CONNECTED) -> None:
        """Lose everything but the saved memory."""
        saved = self.half.snapshot()
        self.half = StationHalf(self.identity, random=seeded(self.seed + 50), policy=self.policy)
        self.half.restore(saved)
        self.half.connected(now=connected)

    # --- messages -------------------------------------------------------------------------------------------------

    def start(self, connector: int = 1, *, tag: str = "04A1B2C3", meter: int = 1000, when: float = 0) -> Any:
        """Send a StartTransaction."""
        return self.send(start(connector, tag=tag, meter=meter, when=when))

    def status(self, connector: int, status: str, *, error: str = "NoError", when: float = 0) -> Any:
        """Send a StatusNotification."""
        return self.send(
            wire.StatusNotificationRequest(
                connector_id=connector,
                status=wire.ChargePointStatus(status),
                error_code=wire.ChargePointErrorCode(error),
                timestamp=at(when),
            )
        )

    def meter(self, transaction: int | None, value: str, *, connector: int = 1, when: float = 60) -> Any:
        """Send MeterValues with one register reading in Wh."""
        return self.send(meter(transaction, value, connector=connector, when=when))

    def stop(self, transaction: int, meter: int, *, when: float = 600, reason: str | None = None) -> Any:
        """Send a StopTransaction."""
        return self.send(stop(transaction, meter, when=when, reason=reason))

    def numbers(self) -> dict[str, list[int]]:
        """The numbers of the events of each transaction, in the order they were told."""
        found: dict[str, list[int]] = {}
        for event in self.events:
            found.setdefault(event.transaction_info.transaction_id, []).append(event.seq_no)
        return found


def start(connector: int = 1, *, tag: str = "04A1B2C3", meter: int = 1000, when: float = 0) -> Any:
    """A StartTransaction."""
    return wire.StartTransactionRequest(connector_id=connector, id_tag=tag, meter_start=meter, timestamp=at(when))


def meter(transaction: int | None, value: str, *, connector: int = 1, when: float = 60) -> Any:
    """MeterValues with one register reading in Wh."""
    sample = wire.SampledValue(value=value)
    values = (wire.MeterValue(timestamp=at(when), sampled_value=(sample,)),)
    return wire.MeterValuesRequest(connector_id=connector, transaction_id=transaction, meter_value=values)


def stop(transaction: int, meter: int, *, when: float = 600, reason: str | None = None) -> Any:
    """A StopTransaction."""
    return wire.StopTransactionRequest(
        transaction_id=transaction,
        meter_stop=meter,
        timestamp=at(when),
        reason=None if reason is None else wire.Reason(reason),
    )
