"""What becomes of the transactions that a power cut or an ordered reset interrupted (E17, B13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pluglot.messages import ChargingState, Reason, TriggerReason
from pluglot.station.events import MeterWanted
from pluglot.station.state import ConnectorState, Core, EvseState, OpenTransaction, later
from pluglot.station.transactions import Transactions

#: How long the hardware has to tell registers and cables after the start.
_HARDWARE_WAIT: Final = timedelta(seconds=5)
#: Stop points that a missing cable meets.
_NEEDS_CABLE: Final = frozenset({"EVConnected", "PowerPathClosed"})
_DELIVERING: Final = frozenset({ChargingState.CHARGING, ChargingState.SUSPENDED_EV})


class Resumption:
    """Ends what was interrupted too long, and lets the rest go on as soon as the hardware has said how things are."""

    def __init__(self, core: Core, transactions: Transactions) -> None:
        self._core = core
        self._transactions = transactions
        self._until: datetime | None = None

    def start(self, now: datetime) -> None:
        """The power is back: ask for the registers of what was interrupted."""
        if self._transactions.interrupted:
            self._until = now + _HARDWARE_WAIT
        for transaction in self._transactions.interrupted:
            if transaction.evse_id:
                self._core.tell(MeterWanted(at=now, evse_id=transaction.evse_id))

    def next_deadline(self) -> datetime | None:
        """When the hardware has had its time."""
        return self._until

    def read(self, evse: EvseState, now: datetime) -> None:
        """The register of an EVSE is known: what cannot go on there ends with it (E17.FR.20)."""
        for transaction in self._of(evse.evse_id):
            if not self._may_resume(transaction, now):
                self._transactions.end_interrupted(evse.evse_id, now)

    def plugged(self, evse: EvseState, connector: ConnectorState, now: datetime) -> bool:
        """A cable is found in its place; says whether a transaction goes on with it."""
        waiting = [one for one in self._of(evse.evse_id) if self._may_resume(one, now)]
        if not waiting or evse.transaction is not None:
            return False
        transaction = waiting[0]
        connector.plugged, evse.plugged_at = True, now
        self._restore_energy(evse, transaction, now)
        self._transactions.resume(evse, transaction, now)
        return True

    def _restore_energy(self, evse: EvseState, transaction: OpenTransaction, now: datetime) -> None:
        """Energy comes back at a moment of its own, or not at all (E17.FR.11, E17.FR.12, E17.FR.18)."""
        model = self._core.model
        if transaction.charging_state not in _DELIVERING:
            evse.suspended = transaction.charging_state is ChargingState.SUSPENDED_EVSE
            return
        evse.wants_energy = transaction.charging_state is ChargingState.CHARGING
        delay = model.number("TxCtrlr", "EnergyTransferResumptionRandomRange") * self._core.random()
        evse.suspended = delay > 0 or not model.flag("TxCtrlr", "AllowEnergyTransferResumption")
        if delay > 0 and model.flag("TxCtrlr", "AllowEnergyTransferResumption"):
            evse.energy_from = later(now, delay)

    def advance(self, now: datetime) -> None:
        """The hardware has had its time: no cable is where none was told, no register comes any more."""
        if self._until is None or now < self._until:
            return
        self._until = None
        for transaction in list(self._transactions.interrupted):
            if self._may_resume(transaction, now):
                self._without_cable(transaction, now)
        self._transactions.end_interrupted(None, now)

    def _without_cable(self, transaction: OpenTransaction, now: datetime) -> None:
        """E17.FR.16, E17.FR.17: the vehicle left meanwhile, or was never there."""
        place = self._core.evses.get(transaction.evse_id, self._core.unplaced)
        left = transaction.connector_id is not None
        deauthorized = left and self._core.model.flag("TxCtrlr", "StopTxOnEVSideDisconnect")
        met = _NEEDS_CABLE | {"Authorized"} if deauthorized else _NEEDS_CABLE
        if left and met & set(self._core.model.members("TxCtrlr", "TxStopPoint")):
            trigger, reason = TriggerReason.EV_COMMUNICATION_LOST, Reason.EV_DISCONNECTED
            self._transactions.end_as(transaction, trigger, reason, now)
        elif place.transaction is None:
            if deauthorized:
                transaction.authorization = None
            self._transactions.resume(place, transaction, now)
            if place.authorization is not None:
                place.connection_deadline = later(now, self._core.model.number("TxCtrlr", "EVConnectionTimeOut"))

    def _of(self, evse_id: int) -> list[OpenTransaction]:
        return [one for one in self._transactions.interrupted if one.evse_id == evse_id]

    def _may_resume(self, transaction: OpenTransaction, now: datetime) -> bool:
        timeout = self._core.model.number("TxCtrlr", "ResumptionTimeout")
        if not timeout:
            return False
        since = transaction.seen_at or transaction.started_at
        return transaction.resume_ordered or now - since <= timedelta(seconds=timeout)
