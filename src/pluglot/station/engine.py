"""The station engine: every block of one station behind the few calls a door needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from pluglot.dialects.base import Refusal
from pluglot.messages import BootReason, IdToken, Reason, Request, TriggerReason
from pluglot.station.authorization import AuthorizationDesk
from pluglot.station.authorization_cache import AuthorizationCache
from pluglot.station.availability import Availability
from pluglot.station.data_transfer import DataTransfer, Transfers
from pluglot.station.events import MemoryDamaged, StationEvent
from pluglot.station.meter_values import MeterValues
from pluglot.station.outbox import Outbox, Waiting
from pluglot.station.ports import Memory, MeterReading, Writes
from pluglot.station.provisioning import Provisioning
from pluglot.station.remote_control import RemoteControl
from pluglot.station.resumption import Resumption
from pluglot.station.security import Security
from pluglot.station.settings import StationSettings
from pluglot.station.state import ConnectorState, Core, EvseState, ReadMeter
from pluglot.station.transactions import Transactions
from pluglot.station.variables import Variables

#: The wait after an HTTP 404 is never shorter than this, however the back-off is configured (WS-04).
_WAIT_AFTER_NOT_FOUND = 10.0


class Outgoing(msgspec.Struct, frozen=True):
    """A request to send; its answer goes to ``answered`` with the same token."""

    token: int
    request: Request


class UnknownConnector(ValueError):
    """The hardware spoke of an EVSE or connector that the station does not have."""


class Engine:
    """One charging station with its EVSEs, from power-up to the next reboot; it speaks OCPP 2.1.

    After every call the door first writes ``journal_writes()`` to the journal, then sends the answer of ``handle``,
    then carries out ``events()``, and then asks ``next_request``. It calls ``advance`` when ``next_deadline`` comes.
    When the link breaks it calls ``disconnected`` and nothing else for the request that was under way.
    """

    def __init__(
        self,
        settings: StationSettings,
        memory: Memory,
        *,
        random: Callable[[], float],
        ids: Callable[[], str],
        boot_reason: BootReason = BootReason.POWER_UP,
        read_meter: ReadMeter | None = None,
        transfers: Transfers | None = None,
    ) -> None:
        """Take up a station where its journal left it.

        Args:
            settings: what the station is.
            memory: what its journal remembers; ``Memory()`` for a new station.
            random: gives numbers from 0 up to 1.
            ids: gives universally unique ids of at most 36 characters (TX-04).
            boot_reason: why the station starts, unless the journal knows of an ordered reset.
            read_meter: gives the newest reading of an EVSE at once; without it ``meter`` has to be called in time.
            transfers: who answers DataTransfer of which vendor and message.
        """
        self._core = core = Core(settings, memory, random=random, ids=ids, read_meter=read_meter)
        self._outbox = outbox = Outbox(core)
        self._variables = Variables(core, outbox)
        self._security = Security(core, outbox)
        cache = AuthorizationCache(core)
        self._transactions = Transactions(core, outbox, cache, boot_reason)
        self._resumption = Resumption(core, self._transactions)
        self._meter_values = MeterValues(core, outbox, periodic=self._transactions.periodic)
        self._availability = Availability(core, outbox)
        self._desk = AuthorizationDesk(core, outbox, cache, self._transactions, self._availability.may_use)
        self._data_transfer = DataTransfer(core, outbox, transfers or {})
        self._build_on_them(boot_reason)
        self._handlers = self._handler_table()
        self._outstanding: tuple[int, Waiting] | None = None
        self._last_token = 0

    def _build_on_them(self, boot_reason: BootReason) -> None:
        """Make the blocks that act through several others, and tell transactions whom their end concerns."""
        core, transactions, availability = self._core, self._transactions, self._availability
        self._provisioning = Provisioning(
            core, transactions, availability, self._variables, self._security, boot_reason
        )
        self._remote_control = RemoteControl(
            core, self._outbox, self._desk, transactions, availability, self._meter_values, self._provisioning
        )
        transactions.may_use = availability.may_use
        transactions.on_ended = [availability.transaction_ended, self._provisioning.transaction_ended]

    def _handler_table(self) -> dict[str, Callable[[Any, datetime], Any]]:
        """Who answers which request; what is not here is not supported."""
        return {
            "ChangeAvailability": self._availability.change,
            "ClearCache": self._desk.clear_cache,
            "DataTransfer": self._data_transfer.receive,
            "GetBaseReport": self._variables.get_base_report,
            "GetReport": self._variables.get_report,
            "GetTransactionStatus": self._transactions.get_transaction_status,
            "GetVariables": self._variables.get,
            "RequestStartTransaction": self._remote_control.start,
            "RequestStopTransaction": self._remote_control.stop,
            "Reset": self._provisioning.reset,
            "SetVariables": self._variables.set,
            "TriggerMessage": self._remote_control.trigger,
            "UnlockConnector": self._remote_control.unlock,
        }

    # ---- life

    def start(self, now: datetime) -> None:
        """The power is on; call once, before anything else, and then tell every cable and meter that is there."""
        for what in self._core.durable.damaged:
            self._core.tell(MemoryDamaged(at=now, what=what))
        self._security.happened("StartupOfTheDevice", now)
        self._resumption.start(now)
        self._variables.question_ping_interval(now)
        self._meter_values.advance(now)

    def journal_writes(self) -> Writes:
        """What has to be durable before anything more is sent."""
        return self._core.durable.take()

    def not_written(self, writes: Writes) -> None:
        """The journal refused these writes: they come again, and nothing may be sent before they are durable."""
        self._core.durable.give_back(writes)

    def events(self) -> list[StationEvent]:
        """What happened since the last call, in order."""
        events, self._core.events = self._core.events, []
        return events

    def next_deadline(self) -> datetime | None:
        """When ``advance`` has to be called at the latest, or None."""
        moments = [
            self._transactions.next_deadline(),
            self._resumption.next_deadline(),
            self._meter_values.next_deadline(),
            self._availability.heartbeat_at(),
            self._provisioning.reboot_at(),
        ]
        if self._core.connected and self._outstanding is None:
            moments.append(self._provisioning.boot_at())
            moments.append(self._outbox.next_attempt() if self._core.online else None)
        return min((moment for moment in moments if moment is not None), default=None)

    def advance(self, now: datetime) -> None:
        """Let time pass."""
        self._resumption.advance(now)
        self._transactions.advance(now)
        self._meter_values.advance(now)
        self._availability.advance(now)
        self._settled(now)

    def _settled(self, now: datetime) -> None:
        """What follows from any change."""
        self._availability.report_changes(now)
        self._provisioning.advance(now)

    # ---- towards the CSMS

    def connected(self, now: datetime) -> None:
        """A link to the CSMS is up."""
        self._core.connected = True
        if self._core.online:
            self._availability.sent(now)
            self._availability.back_online(now)
        self._core.offline_since = None

    def disconnected(self, now: datetime) -> None:
        """The link is gone, and with it the answer to whatever was under way; without a link nothing happens."""
        if not self._core.connected:
            return
        self._core.connected = False
        self._core.offline_since = now
        outstanding, self._outstanding = self._outstanding, None
        if outstanding is not None:
            outstanding[1].on_answer(Refusal("", "the link was lost", silent=True), now)
        self._outbox.link_lost(now)
        self._settled(now)

    def reconnect_wait(self, attempt: int, *, not_found: bool = False) -> float:
        """Seconds to wait before the next try to connect (NET-01, NET-02).

        Args:
            attempt: how many tries have failed since the last link, counting from 1 (1 after a lost link, too).
            not_found: the server answered that it does not know the identity; the station keeps trying (WS-04).
        """
        model = self._core.model
        doublings = min(max(attempt, 1) - 1, model.number("OCPPCommCtrlr", "RetryBackOffRepeatTimes"))
        chance = model.number("OCPPCommCtrlr", "RetryBackOffRandomRange") * self._core.random()
        wait = model.number("OCPPCommCtrlr", "RetryBackOffWaitMinimum") * 2.0**doublings + chance
        return max(wait, _WAIT_AFTER_NOT_FOUND) if not_found else wait

    def next_request(self, now: datetime) -> Outgoing | None:
        """The next request to send, one at a time; None while an answer is awaited or there is nothing to say."""
        if not self._core.connected or self._outstanding is not None or self._core.halted:
            return None
        waiting = self._provisioning.boot(now)
        if waiting is None:
            waiting = self._outbox.next(now, self._provisioning.lanes)
        if waiting is None:
            return None
        self._last_token += 1
        self._outstanding = self._last_token, waiting
        self._availability.sent(now)
        return Outgoing(self._last_token, waiting.request)

    def answered(self, token: int, response: Any, now: datetime) -> None:
        """The answer to a request: its response, or a Refusal (silent for a time-out); anything late is dropped."""
        if self._outstanding is None or self._outstanding[0] != token:
            return
        waiting, self._outstanding = self._outstanding[1], None
        waiting.on_answer(response, now)
        self._settled(now)

    def handle(self, request: Request, now: datetime) -> Any:
        """Answer a request of the CSMS with its response or a Refusal."""
        if refusal := self._provisioning.refusal():
            return refusal
        handler = self._handlers.get(request.action)
        if handler is None:
            return Refusal("NotSupported", f"this station does not support {request.action}")
        response = handler(request, now)
        self._settled(now)
        return response

    # ---- towards the hardware

    def plug_in(self, evse_id: int, connector_id: int, now: datetime) -> None:
        """A vehicle is connected; another connector of the same EVSE stays unused as long (E01.FR.14)."""
        evse, connector = self._connector(evse_id, connector_id)
        if evse.plugged is None:
            if not self._resumption.plugged(evse, connector, now):
                self._transactions.plug_in(evse, connector, now)
            self._settled(now)

    def unplug(self, evse_id: int, connector_id: int, now: datetime) -> None:
        """The vehicle is gone."""
        evse, connector = self._connector(evse_id, connector_id)
        if connector.plugged:
            self._transactions.unplug(evse, connector, now)
            self._settled(now)

    def parking_bay(self, evse_id: int, now: datetime, *, occupied: bool) -> None:
        """A bay detector sees a vehicle come or go."""
        evse = self._evse(evse_id)
        if evse.bay_occupied != occupied:
            evse.bay_occupied = occupied
            trigger = TriggerReason.EV_DETECTED if occupied else TriggerReason.EV_DEPARTED
            self._transactions.settle(evse, trigger, now)
            self._settled(now)

    def present_token(self, evse_id: int | None, id_token: IdToken, now: datetime) -> None:
        """A driver shows a token, at an EVSE or to the station as a whole."""
        self._desk.present(None if evse_id is None else self._evse(evse_id), id_token, now)
        self._settled(now)

    def stop_button(self, evse_id: int, now: datetime) -> None:
        """A driver presses stop."""
        evse = self._evse(evse_id)
        if evse.authorization is not None:
            self._transactions.end_authorization(evse, TriggerReason.STOP_AUTHORIZED, now)
            self._settled(now)

    def vehicle_state(self, evse_id: int, now: datetime, *, wants_energy: bool) -> None:
        """The vehicle says whether it wants energy."""
        evse = self._evse(evse_id)
        if evse.plugged is not None and evse.wants_energy != wants_energy:
            evse.wants_energy = wants_energy
            self._transactions.settle(evse, TriggerReason.CHARGING_STATE_CHANGED, now)
            self._settled(now)

    def meter(self, evse_id: int, reading: MeterReading, now: datetime) -> None:
        """The meter of an EVSE shows this; call it before whatever else happens at the same moment."""
        evse = self._evse(evse_id)
        if not self._meter_values.take(evse, reading, now):
            return
        self._resumption.read(evse, now)
        if self._core.settings.signing_meter:
            self._transactions.settle(evse, TriggerReason.CHARGING_STATE_CHANGED, now)
        if evse.energy_bound is not None and reading.energy >= evse.energy_bound:
            self._transactions.energy_bound_reached(evse, now)
        self._settled(now)

    def fault(self, evse_id: int, connector_id: int, now: datetime, *, reason: Reason = Reason.OTHER) -> None:
        """Something is broken or an emergency stop pressed; whatever runs here ends (E06.FR.16)."""
        evse, connector = self._connector(evse_id, connector_id)
        connector.faulted = True
        if evse.plugged in (None, connector):
            self._transactions.abort(evse, TriggerReason.ABNORMAL_CONDITION, reason, now)
        self._settled(now)

    def clear_fault(self, evse_id: int, connector_id: int, now: datetime) -> None:
        """It works again."""
        self._connector(evse_id, connector_id)[1].faulted = False
        self._settled(now)

    def lock_failed(self, evse_id: int, connector_id: int, now: datetime) -> None:
        """The plug could not be held; nothing is charged until it is plugged in anew (G05.FR.01)."""
        evse, connector = self._connector(evse_id, connector_id)
        connector.lock_failed, connector.locked = True, False
        self._availability.lock_failed(connector, now)
        self._transactions.settle(evse, TriggerReason.CHARGING_STATE_CHANGED, now)
        self._settled(now)

    # ---- towards the door

    def security_event(self, type_: str, now: datetime, tech_info: str | None = None) -> None:
        """The door noticed something that the CSMS has to know (A04)."""
        self._security.happened(type_, now, tech_info)

    def transfer_data(self, vendor_id: str, message_id: str | None, data: Any, now: datetime) -> None:
        """Send a vendor message; the answer comes as ``DataTransferAnswered``."""
        self._data_transfer.send(vendor_id, message_id, data, now)

    def firmware_installed(self, version: str) -> None:
        """The station runs other firmware without having started again."""
        self._provisioning.firmware_installed(version)

    def setting(self, component: str, variable: str, instance: str | None = None) -> str:
        """The value of a variable, for a door that follows it."""
        return self._core.model.text(component, variable, instance)

    @property
    def password(self) -> str | None:
        """The password the CSMS set for HTTP Basic, or None while it has set none."""
        return self._variables.password

    def offers_energy(self, evse_id: int) -> bool:
        """Whether a vehicle may draw at this EVSE; where it may not, the contactor opens without waiting for a disk.

        Raises:
            UnknownConnector: the station has no such EVSE.
        """
        return self._evse(evse_id).contactor

    @property
    def undelivered(self) -> int:
        """How many transaction messages the CSMS does not have yet."""
        return len(self._transactions.queue)

    @property
    def open_transactions(self) -> list[str]:
        """The ids of the running transactions."""
        return [transaction.transaction_id for transaction in self._transactions.open]

    def _evse(self, evse_id: int) -> EvseState:
        evse = self._core.evses.get(evse_id)
        if evse is None:
            raise UnknownConnector(f"there is no EVSE {evse_id}")
        return evse

    def _connector(self, evse_id: int, connector_id: int) -> tuple[EvseState, ConnectorState]:
        connector = self._core.connector(evse_id, connector_id)
        if connector is None:
            raise UnknownConnector(f"there is no connector {connector_id} at an EVSE {evse_id}")
        return self._evse(evse_id), connector
