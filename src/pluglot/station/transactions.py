"""Transactions: when one starts and stops, what is told about it, and how it survives (block E)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from pluglot.messages import (
    EVSE,
    AuthorizationStatus,
    BootReason,
    ChargingState,
    GetTransactionStatusRequest,
    GetTransactionStatusResponse,
    IdToken,
    MeterValue,
    ReadingContext,
    Reason,
    Transaction,
    TransactionEvent,
    TransactionEventRequest,
    TransactionEventResponse,
    TriggerReason,
)
from pluglot.station.authorization_cache import AuthorizationCache
from pluglot.station.events import (
    ConnectorLocked,
    ConnectorUnlocked,
    ContactorClosed,
    ContactorOpened,
    MeterWanted,
    TransactionEnded,
    TransactionStarted,
)
from pluglot.station.meter_values import meter_value
from pluglot.station.outbox import DurableQueue, Lane, Outbox
from pluglot.station.standard_variables import Row
from pluglot.station.state import Authorization, ConnectorState, Core, EvseState, OpenTransaction, later, same_token

#: What is written as the reason when nothing said better (E06.FR.08).
_REASONS: Final = {
    TriggerReason.STOP_AUTHORIZED: Reason.LOCAL,
    TriggerReason.REMOTE_STOP: Reason.REMOTE,
    TriggerReason.DEAUTHORIZED: Reason.DE_AUTHORIZED,
    TriggerReason.EV_COMMUNICATION_LOST: Reason.EV_DISCONNECTED,
    TriggerReason.EV_DEPARTED: Reason.EV_DISCONNECTED,
    TriggerReason.EV_CONNECT_TIMEOUT: Reason.TIMEOUT,
    TriggerReason.RESET_COMMAND: Reason.IMMEDIATE_RESET,
    TriggerReason.CHARGING_STATE_CHANGED: Reason.STOPPED_BY_EV,
}
#: Moments that only come once energy is offered; a transaction may wait for them with the contactor closed.
_WHILE_DELIVERING: Final = frozenset({"EnergyTransfer", "DataSigned"})


class Transactions:
    """Follows each EVSE and tells its transaction."""

    def __init__(self, core: Core, outbox: Outbox, cache: AuthorizationCache, boot_reason: BootReason) -> None:
        self._core = core
        self._cache = cache
        self.queue = DurableQueue(core, TransactionEventRequest, self._delivered)
        outbox.durable[Lane.TRANSACTION] = self.queue
        #: Whether an EVSE is in operation; set by the engine.
        self.may_use: Callable[[EvseState], bool] = lambda _: True
        #: Called after a transaction has ended, with its EVSE.
        self.on_ended: list[Callable[[EvseState, datetime], None]] = []
        #: Open when the power went; ``Resumption`` decides what becomes of them.
        self.interrupted = core.durable.keep("transactions", list[OpenTransaction], self._content) or []
        core.model.provide("EVSE", "ActiveTransactionId", self._active_transaction_id)
        self._why_interrupted = Reason.POWER_LOSS if boot_reason is BootReason.POWER_UP else Reason.REBOOT

    def _content(self) -> list[OpenTransaction]:
        return self.interrupted + [place.transaction for place in self._core.places if place.transaction is not None]

    def _active_transaction_id(self, row: Row) -> str:
        transaction = self._core.evses[row.evse_id or 0].transaction
        return "" if transaction is None else transaction.transaction_id

    # ---- what is asked

    @property
    def open(self) -> list[OpenTransaction]:
        """The running transactions."""
        return [place.transaction for place in self._core.places if place.transaction is not None]

    def place_of(self, transaction_id: str) -> EvseState | None:
        """Where a transaction runs."""
        for place in self._core.places:
            if place.transaction is not None and place.transaction.transaction_id == transaction_id:
                return place
        return None

    def get_transaction_status(
        self, request: GetTransactionStatusRequest, _now: datetime
    ) -> GetTransactionStatusResponse:
        """Tell whether a transaction runs and whether messages about it wait (E14)."""
        if request.transaction_id is None:
            return GetTransactionStatusResponse(messages_in_queue=len(self.queue) > 0)
        return GetTransactionStatusResponse(
            ongoing_indicator=any(one.transaction_id == request.transaction_id for one in self._content()),
            messages_in_queue=self.queue.holds(request.transaction_id),
        )

    # ---- what the hardware and the other blocks do

    def authorize(self, place: EvseState, authorization: Authorization, now: datetime) -> None:
        """Let this holder charge here."""
        place.authorization = authorization
        place.held_for = None
        if place.plugged is None:
            place.connection_deadline = later(now, self._core.model.number("TxCtrlr", "EVConnectionTimeOut"))
        self.settle(place, TriggerReason.AUTHORIZED, now)

    def end_authorization(
        self,
        place: EvseState,
        trigger: TriggerReason,
        now: datetime,
        *,
        id_token: IdToken | None = None,
        reason: Reason | None = None,
    ) -> None:
        """The holder no longer charges here; the transaction ends if its stop points say so."""
        ended, place.authorization = place.authorization, None
        place.connection_deadline = None
        place.forget_pauses()
        if place.transaction is not None and place.transaction.stopped_reason is None:
            place.transaction.stopped_reason = reason or _REASONS[trigger]
        if trigger is TriggerReason.DEAUTHORIZED and ended is not None:
            place.held_for = ended.id_token  # E05.FR.11
        self.settle(place, trigger, now, id_token=id_token)
        if place.held_for is None:
            self._unlock(place.plugged, now)

    def abort(self, place: EvseState, trigger: TriggerReason, reason: Reason, now: datetime) -> None:
        """End whatever runs here, whatever the stop points say."""
        place.authorization, place.connection_deadline = None, None
        self._switch_off(place, now)
        if place.transaction is not None:
            self._end(place, trigger, now, reason=reason)
        elif place.held_for is None:
            self._unlock(place.plugged, now)
        place.points = self._points(place)

    def plug_in(self, evse: EvseState, connector: ConnectorState, now: datetime) -> None:
        """A cable connects a vehicle."""
        connector.plugged = True
        evse.plugged_at, evse.wants_energy, evse.connection_deadline = now, None, None
        unplaced = self._core.unplaced
        if evse.authorization is None and evse.transaction is None and self._may_be_placed(unplaced, evse):
            self._place(evse, unplaced)
        if evse.authorization is None and not self._core.model.flag("AuthCtrlr", "Enabled"):
            evse.authorization = Authorization(id_token=IdToken(id_token="", type="NoAuthorization"))
        self.settle(evse, TriggerReason.CABLE_PLUGGED_IN, now)

    def _may_be_placed(self, unplaced: EvseState, evse: EvseState) -> bool:
        authorization = unplaced.authorization
        return (
            authorization is not None
            and self.may_use(evse)
            and (not authorization.evse_ids or evse.evse_id in authorization.evse_ids)
        )

    def _place(self, evse: EvseState, unplaced: EvseState) -> None:
        """What was authorised without a place goes where the cable is (E01.FR.16)."""
        evse.authorization, unplaced.authorization = unplaced.authorization, None
        evse.transaction, unplaced.transaction = unplaced.transaction, None
        evse.points |= unplaced.points
        unplaced.points, unplaced.connection_deadline = frozenset(), None
        if evse.transaction is not None:
            evse.transaction.evse_id = evse.evse_id

    def unplug(self, evse: EvseState, connector: ConnectorState, now: datetime) -> None:
        """The cable is out, at the station's or at the vehicle's side."""
        connector.plugged = connector.lock_failed = False
        evse.wants_energy, evse.held_for = None, None
        if self._core.model.flag("TxCtrlr", "StopTxOnEVSideDisconnect"):
            evse.authorization = None  # E09.FR.01
            evse.forget_pauses()
        elif evse.authorization is not None:
            evse.connection_deadline = later(now, self._core.model.number("TxCtrlr", "EVConnectionTimeOut"))
        self.settle(evse, TriggerReason.EV_COMMUNICATION_LOST, now)
        self._unlock(connector, now)

    def energy_bound_reached(self, evse: EvseState, now: datetime) -> None:
        """A refused token has had its energy (E05.FR.02)."""
        evse.suspended, evse.energy_bound = True, None
        self.settle(evse, TriggerReason.CHARGING_STATE_CHANGED, now)

    def periodic(self, evse: EvseState, value: MeterValue, on_clock: bool, now: datetime) -> None:  # noqa: FBT001 - matches the callable of MeterValues
        """Tell a sample of a running transaction (J02.FR.11, J01.FR.22)."""
        trigger = TriggerReason.METER_VALUE_CLOCK if on_clock else TriggerReason.METER_VALUE_PERIODIC
        self._emit(evse, TransactionEvent.UPDATED, trigger, now, values=(value,))

    def report(self, evse: EvseState, now: datetime) -> None:
        """Tell the state of a running transaction because the CSMS asked (F06.FR.07)."""
        measurands = self._core.model.members("SampledDataCtrlr", "TxUpdatedMeasurands")
        value = meter_value(self._core, evse, measurands, ReadingContext.TRIGGER, now)
        values = None if value is None else (value,)
        self._emit(evse, TransactionEvent.UPDATED, TriggerReason.TRIGGER, now, values=values, with_state=True)

    # ---- start and stop

    def settle(
        self, place: EvseState, trigger: TriggerReason, now: datetime, *, id_token: IdToken | None = None
    ) -> None:
        """Draw the consequences of a change: contactor, lock, and what is told.

        Energy stops before the event that tells why, and starts after the event that allows it.
        """
        if place.contactor and not self._may_deliver(place):
            self._switch_off(place, now)
        self._follow(place, trigger, now, id_token)
        if not place.contactor and self._may_deliver(place):
            self._switch_on(place, now)
        self._follow(place, TriggerReason.CHARGING_STATE_CHANGED, now, None)

    def _may_deliver(self, place: EvseState) -> bool:
        connector = place.plugged
        return (
            place.authorization is not None
            and connector is not None
            and not (connector.faulted or connector.lock_failed or place.suspended or self._core.rebooting)
            and (place.transaction is not None or (self._waits_for_delivery() and self.may_use(place)))
        )

    def _waits_for_delivery(self) -> bool:
        return bool(_WHILE_DELIVERING & set(self._core.model.members("TxCtrlr", "TxStartPoint")))

    def _switch_on(self, place: EvseState, now: datetime) -> None:
        connector = place.plugged
        if connector is not None and not connector.settings.fixed_cable and not connector.locked:
            connector.locked = True
            self._core.tell(ConnectorLocked(at=now, evse_id=place.evse_id, connector_id=connector.connector_id))
        place.contactor = True
        self._core.tell(ContactorClosed(at=now, evse_id=place.evse_id))

    def _switch_off(self, place: EvseState, now: datetime) -> None:
        if place.contactor:
            place.contactor = False
            self._core.tell(ContactorOpened(at=now, evse_id=place.evse_id))

    def _unlock(self, connector: ConnectorState | None, now: datetime) -> None:
        if connector is not None and connector.locked:
            connector.locked = False
            self._core.tell(ConnectorUnlocked(at=now, evse_id=connector.evse_id, connector_id=connector.connector_id))

    def release(self, place: EvseState, now: datetime) -> None:
        """Free a plug that was held after a refusal; its owner is here (E05.FR.11)."""
        place.held_for = None
        self._unlock(place.plugged, now)

    def _points(self, place: EvseState) -> frozenset[str]:
        connected = place.plugged is not None
        authorized = place.authorization is not None
        truths = {
            "ParkingBayOccupancy": place.bay_occupied or connected,
            "EVConnected": connected,
            "Authorized": authorized,
            "PowerPathClosed": connected and authorized,
            "EnergyTransfer": self._charging_state(place) is ChargingState.CHARGING,
            "DataSigned": place.contactor and self._signs(place),
        }
        return frozenset(point for point, true in truths.items() if true)

    def _signs(self, place: EvseState) -> bool:
        reading = self._core.reading_of(place)
        signed = reading is not None and reading.signed is not None
        return signed and self._core.model.flag("SampledDataCtrlr", "SignReadings")

    def _charging_state(self, place: EvseState) -> ChargingState:
        if place.plugged is None:
            return ChargingState.IDLE
        if place.contactor and place.wants_energy is not None:
            return ChargingState.CHARGING if place.wants_energy else ChargingState.SUSPENDED_EV
        if place.suspended and place.authorization is not None:
            return ChargingState.SUSPENDED_EVSE
        return ChargingState.EV_CONNECTED

    def _follow(self, place: EvseState, trigger: TriggerReason, now: datetime, id_token: IdToken | None) -> None:
        points = self._points(place)
        gained, lost, place.points = points - place.points, place.points - points, points
        model = self._core.model
        if place.transaction is None:
            starts = set(model.members("TxCtrlr", "TxStartPoint"))
            # Whoever is newly authorised while an older start point still holds begins a transaction, too.
            begins = gained & starts or (gained & {"Authorized", "PowerPathClosed"} and points & starts)
            if begins and self.may_use(place):
                trigger = TriggerReason.SIGNED_DATA_RECEIVED if gained & starts == {"DataSigned"} else trigger
                self._start(place, trigger, now)
        elif met := lost & set(model.members("TxCtrlr", "TxStopPoint")):
            unsigned = met == {"DataSigned"} and place.contactor  # the meter stopped signing (E06.FR.05)
            self._end(place, trigger, now, id_token=id_token, reason=Reason.OTHER if unsigned else None)
        elif trigger is not TriggerReason.CHARGING_STATE_CHANGED or self._state_changed(place):
            values = self._late_begin(place, now)
            self._emit(place, TransactionEvent.UPDATED, trigger, now, id_token=id_token, values=values, with_state=True)

    def _state_changed(self, place: EvseState) -> bool:
        return place.transaction is not None and place.transaction.charging_state is not self._charging_state(place)

    def _start(self, place: EvseState, trigger: TriggerReason, now: datetime) -> None:
        self.end_interrupted(place.evse_id, now)
        place.transaction = OpenTransaction(
            transaction_id=self._fresh_id(),
            evse_id=place.evse_id,
            started_at=now,
            charging_state=self._charging_state(place),
            samples=[],
        )
        self._core.tell(
            TransactionStarted(at=now, transaction_id=place.transaction.transaction_id, evse_id=place.evse_id or None)
        )
        values = self._late_begin(place, now)
        self._emit(place, TransactionEvent.STARTED, trigger, now, values=values, with_state=True)

    def _fresh_id(self) -> str:
        """TX-04: the factory gives universally unique ids; one that is known all the same is not taken."""
        while True:
            transaction_id = self._core.ids()
            if not self.queue.holds(transaction_id) and all(
                one.transaction_id != transaction_id for one in self._content()
            ):
                return transaction_id

    def _late_begin(self, place: EvseState, now: datetime) -> tuple[MeterValue, ...] | None:
        """The readings of the beginning, once, as soon as the EVSE is known (E01.FR.09, E01.FR.17)."""
        transaction = place.transaction
        if transaction is None or transaction.begin_told or not place.evse_id or not self._sampling:
            return None
        measurands = self._core.model.members("SampledDataCtrlr", "TxStartedMeasurands")
        value = meter_value(self._core, place, measurands, ReadingContext.TRANSACTION_BEGIN, now)
        if value is None:
            self._core.tell(MeterWanted(at=now, evse_id=place.evse_id))
            return None
        transaction.begin_told = True
        return (value,)

    @property
    def _sampling(self) -> bool:
        return self._core.model.flag("SampledDataCtrlr", "Enabled")

    def _end(
        self,
        place: EvseState,
        trigger: TriggerReason,
        now: datetime,
        *,
        id_token: IdToken | None = None,
        reason: Reason | None = None,
    ) -> None:
        transaction = place.transaction
        if transaction is None:
            return
        self._switch_off(place, now)
        transaction.stopped_reason = reason or transaction.stopped_reason or _REASONS.get(trigger, Reason.OTHER)
        values = self._end_values(place, transaction, now)
        self._emit(place, TransactionEvent.ENDED, trigger, now, id_token=id_token, values=values, with_state=True)
        place.transaction, place.authorization, place.connection_deadline = None, None, None
        place.forget_pauses()
        place.points = self._points(place)
        if place.held_for is None:
            self._unlock(place.plugged, now)
        self._core.tell(
            TransactionEnded(
                at=now,
                transaction_id=transaction.transaction_id,
                evse_id=place.evse_id or None,
                stopped_reason=transaction.stopped_reason,
            )
        )
        for ended in self.on_ended:
            ended(place, now)

    def _end_values(
        self, place: EvseState, transaction: OpenTransaction, now: datetime
    ) -> tuple[MeterValue, ...] | None:
        values = list(transaction.samples)
        if self._sampling:
            measurands = self._core.model.members("SampledDataCtrlr", "TxEndedMeasurands")
            last = meter_value(self._core, place, measurands, ReadingContext.TRANSACTION_END, now)
            values += [last] if last is not None else []
        return tuple(values) or None

    # ---- telling

    def _emit(
        self,
        place: EvseState,
        event: TransactionEvent,
        trigger: TriggerReason,
        now: datetime,
        *,
        id_token: IdToken | None = None,
        values: tuple[MeterValue, ...] | None = None,
        with_state: bool = False,
    ) -> None:
        transaction = place.transaction
        if transaction is None:
            return
        self._follow_charging_time(place, transaction, now)
        remote_start_id = None
        authorization = place.authorization
        if authorization is not None and not authorization.told:
            authorization.told = True
            id_token = id_token or authorization.id_token
            remote_start_id = authorization.remote_start_id
            if remote_start_id is not None and event is not TransactionEvent.ENDED:
                trigger = TriggerReason.REMOTE_START  # F01.FR.19, F02.FR.21
        if place.plugged is not None:
            transaction.connector_id = place.plugged.connector_id
        request = TransactionEventRequest(
            event_type=event,
            timestamp=now,
            trigger_reason=trigger,
            seq_no=transaction.seq_no,
            transaction_info=_info(transaction, event, remote_start_id, with_state=with_state),
            meter_value=values,
            number_of_phases_used=self._phases_used(place) if with_state else None,
            evse=EVSE(id=place.evse_id, connector_id=transaction.connector_id) if place.evse_id else None,
            id_token=id_token,
        )
        self.queue.append(request, now)
        transaction.seq_no += 1
        transaction.seen_at, transaction.authorization = now, place.authorization
        self._core.durable.touch("transactions")

    def _phases_used(self, place: EvseState) -> int | None:
        if not place.contactor or place.reading is None or not place.reading.currents:
            return None
        return min(3, sum(1 for current in place.reading.currents if current > 0)) or None

    def _follow_charging_time(self, place: EvseState, transaction: OpenTransaction, now: datetime) -> None:
        if transaction.charging_since is not None:
            transaction.seconds_charged += max(0.0, (now - transaction.charging_since).total_seconds())
        transaction.charging_state = self._charging_state(place)
        charging = transaction.charging_state is ChargingState.CHARGING
        transaction.charging_since = now if charging else None

    def _delivered(self, request: TransactionEventRequest, response: Any, now: datetime) -> None:
        """Heed what the CSMS says about the token of an event (E05)."""
        if not isinstance(response, TransactionEventResponse):
            return
        info, id_token = response.id_token_info, request.id_token
        if info is None or id_token is None:
            return
        self._cache.update(id_token, info, now)
        place = self.place_of(request.transaction_info.transaction_id)
        if place is None or place.authorization is None or not same_token(place.authorization.id_token, id_token):
            return
        if info.status is AuthorizationStatus.ACCEPTED:
            place.authorization.group = info.group_id_token or place.authorization.group
        else:
            self._refused(place, now)

    def _refused(self, place: EvseState, now: datetime) -> None:
        model = self._core.model
        if model.flag("TxCtrlr", "StopTxOnInvalidId"):
            self.end_authorization(place, TriggerReason.DEAUTHORIZED, now)  # E05.FR.09, E05.FR.10
            return
        allowed = model.number("TxCtrlr", "MaxEnergyOnInvalidId")
        reading = self._core.reading_of(place)
        if allowed and reading is not None:
            place.energy_bound = reading.energy + allowed  # E05.FR.03
        else:
            self.energy_bound_reached(place, now)

    # ---- time, and power cuts

    def end_interrupted(self, evse_id: int | None, now: datetime) -> None:
        """TX-15: end what ran at this EVSE (or anywhere) when the power went (E17.FR.20)."""
        for transaction in [one for one in self.interrupted if evse_id is None or one.evse_id == evse_id]:
            self.end_as(transaction, TriggerReason.ABNORMAL_CONDITION, self._why_interrupted, now)

    def end_as(self, transaction: OpenTransaction, trigger: TriggerReason, reason: Reason, now: datetime) -> None:
        """End one interrupted transaction with what is known of its EVSE."""
        self.interrupted.remove(transaction)
        place = EvseState(transaction.evse_id, None)
        evse = self._core.evses.get(transaction.evse_id)
        place.reading = evse.reading if evse else None
        place.transaction = transaction
        transaction.charging_since = None
        self._end(place, trigger, now, reason=reason)

    def resume(self, place: EvseState, transaction: OpenTransaction, now: datetime) -> None:
        """Let a transaction go on that the power cut interrupted, in the state its EVSE has now (E17.FR.14)."""
        self.interrupted.remove(transaction)
        transaction.charging_since, transaction.resume_ordered = None, False
        place.transaction, place.authorization = transaction, transaction.authorization
        if self._may_deliver(place):
            self._switch_on(place, now)
        place.points = self._points(place)
        self._emit(place, TransactionEvent.UPDATED, TriggerReason.TX_RESUMED, now, with_state=True)

    def interrupt(self, place: EvseState, now: datetime) -> None:
        """Stop energy for a reset after which the transaction goes on (B13.FR.03)."""
        self._switch_off(place, now)
        if place.transaction is not None:
            place.transaction.resume_ordered = True
            place.transaction.authorization = place.authorization
            self._core.durable.touch("transactions")

    def pause(self, place: EvseState, until: datetime, now: datetime) -> None:
        """Stop energy for a while without ending anything."""
        place.suspended, place.energy_from = True, until
        self.settle(place, TriggerReason.CHARGING_STATE_CHANGED, now)

    def next_deadline(self) -> datetime | None:
        """When something ends, or energy flows again, by time alone."""
        moments = [
            moment for place in self._core.places for moment in (place.connection_deadline, place.energy_from) if moment
        ]
        return min(moments, default=None)

    def advance(self, now: datetime) -> None:
        """End what has waited too long for its cable (E03.FR.05), and give energy back to what was resumed."""
        for place in self._core.places:
            if place.connection_deadline is not None and now >= place.connection_deadline:
                self._cable_never_came(place, now)
            if place.energy_from is not None and now >= place.energy_from:
                place.energy_from, place.suspended = None, False
                self.settle(place, TriggerReason.CHARGING_STATE_CHANGED, now)

    def _cable_never_came(self, place: EvseState, now: datetime) -> None:
        if "ParkingBayOccupancy" in self._core.model.members("TxCtrlr", "TxStopPoint"):
            self.end_authorization(place, TriggerReason.EV_CONNECT_TIMEOUT, now)  # E03.FR.15
        else:
            self.abort(place, TriggerReason.EV_CONNECT_TIMEOUT, Reason.TIMEOUT, now)


def _info(
    transaction: OpenTransaction, event: TransactionEvent, remote_start_id: int | None, *, with_state: bool
) -> Transaction:
    """What an event says of its transaction as a whole."""
    return Transaction(
        transaction_id=transaction.transaction_id,
        charging_state=transaction.charging_state if with_state else None,
        time_spent_charging=(int(transaction.seconds_charged) or None) if with_state else None,
        stopped_reason=transaction.stopped_reason if event is TransactionEvent.ENDED else None,
        remote_start_id=remote_start_id,
    )
