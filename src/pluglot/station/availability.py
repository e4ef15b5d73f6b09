"""Availability: what each connector is, who put it out of service, and heartbeats (block G)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    EVSE,
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    ChangeAvailabilityStatus,
    Component,
    ConnectorStatus,
    EventData,
    EventNotification,
    EventTrigger,
    HeartbeatRequest,
    HeartbeatResponse,
    NotifyEventRequest,
    OperationalStatus,
    StatusInfo,
    StatusNotificationRequest,
    Variable,
)
from pluglot.station.events import ClockReported
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.standard_variables import Row
from pluglot.station.state import ConnectorState, Core, EvseState, later

#: Zero stands for the whole station, or the whole EVSE.
Scope = tuple[int, int]
_STATION: Final[Scope] = (0, 0)

#: Which state of its connectors an EVSE, and the station, shows: the first one that any of them has.
_SHOWN: Final = (
    ConnectorStatus.OCCUPIED,
    ConnectorStatus.RESERVED,
    ConnectorStatus.AVAILABLE,
    ConnectorStatus.FAULTED,
    ConnectorStatus.UNAVAILABLE,
)
_DAY: Final = timedelta(days=1)


class KeptAvailability(msgspec.Struct):
    """What the CSMS put out of service, and what it wants changed after the running transactions."""

    inoperative: list[Scope] = []
    scheduled: list[tuple[Scope, bool]] = []


class Availability:
    """Says what each connector is and tells the CSMS whenever that changes."""

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._outbox = outbox
        #: What the CSMS was told last; a connector that is missing has to be reported.
        self._told: dict[Scope, ConnectorStatus] = {}
        #: Reports nobody answered; made again with the next link.
        self._unheard: set[Scope] = set()
        self._last_sent: datetime | None = None
        self._last_heartbeat: datetime | None = None
        kept = core.durable.keep("availability", KeptAvailability, self._content) or KeptAvailability()
        self._inoperative: dict[Scope, None] = dict.fromkeys(kept.inoperative)
        # A power cut has ended the transactions that scheduled changes waited for.
        self._scheduled: dict[Scope, bool] = {}
        for scope, operative in kept.scheduled:
            self._apply(scope, operative=operative)
        self._provide_variables()

    def _content(self) -> KeptAvailability:
        return KeptAvailability(list(self._inoperative), list(self._scheduled.items()))

    def _provide_variables(self) -> None:
        model = self._core.model
        for component in ("ChargingStation", "EVSE", "Connector"):
            model.provide(component, "AvailabilityState", lambda row: str(self._shown(self._connectors_of(row))))
            model.provide(component, "Problem", self._problem)
        model.provide("ConnectorPlugRetentionLock", "Problem", self._lock_problem)

    def _connectors_of(self, row: Row) -> list[ConnectorState]:
        """The connectors of the component a variable belongs to."""
        return [
            connector
            for evse in self._core.evses.values()
            if row.evse_id in (None, evse.evse_id)
            for connector in evse.connectors.values()
            if row.connector_id in (None, connector.connector_id)
        ]

    def _problem(self, row: Row) -> str:
        broken = any(connector.faulted or connector.lock_failed for connector in self._connectors_of(row))
        return str(broken).lower()

    def _lock_problem(self, row: Row) -> str:
        return str(any(connector.lock_failed for connector in self._connectors_of(row))).lower()

    def _shown(self, connectors: list[ConnectorState]) -> ConnectorStatus:
        states = {self.status(connector) for connector in connectors}
        return next(status for status in _SHOWN if status in states)

    # ---- what a connector is

    def status(self, connector: ConnectorState) -> ConnectorStatus:
        """The state of one connector now."""
        if connector.faulted:
            return ConnectorStatus.FAULTED
        if connector.plugged:
            return ConnectorStatus.OCCUPIED
        if not self._operative(connector.evse_id, connector.connector_id):
            return ConnectorStatus.UNAVAILABLE
        return ConnectorStatus.AVAILABLE

    def _operative(self, evse_id: int, connector_id: int) -> bool:
        scopes = (_STATION, (evse_id, 0), (evse_id, connector_id))
        return not any(scope in self._inoperative for scope in scopes)

    def may_use(self, evse: EvseState) -> bool:
        """Whether somebody may start charging here: in operation, no fault, no reboot ahead."""
        if self._core.rebooting or self._core.rebooting_when_idle:
            return False
        if not evse.evse_id:
            return any(self.may_use(one) for one in self._core.evses.values())
        connectors = [evse.plugged] if evse.plugged else list(evse.connectors.values())
        return any(
            not connector.faulted and self._operative(connector.evse_id, connector.connector_id)
            for connector in connectors
        )

    # ---- telling

    def report_changes(self, now: datetime) -> None:
        """Tell every connector whose state differs from what the CSMS was told; nothing while it cannot be told."""
        if not self._core.online:
            return
        for evse in self._core.evses.values():
            for connector in evse.connectors.values():
                if self._told.get((evse.evse_id, connector.connector_id)) is not self.status(connector):
                    self.report(connector, now, Lane.STATUS)

    def report(self, connector: ConnectorState, now: datetime, lane: Lane) -> None:
        """Tell the state of a connector."""
        scope, status = (connector.evse_id, connector.connector_id), self.status(connector)
        self._told[scope] = status
        self._unheard.discard(scope)
        self._outbox.put(
            lane,
            StatusNotificationRequest(
                timestamp=now,
                connector_status=status,
                evse_id=connector.evse_id,
                connector_id=connector.connector_id,
            ),
            now,
            lambda answer, _moment: self._told_or_not(scope, status, answer),
        )

    def _told_or_not(self, scope: Scope, status: ConnectorStatus, answer: Any) -> None:
        if isinstance(answer, Refusal) and answer.silent and self._told.get(scope) is status:
            self._unheard.add(scope)

    def lock_failed(self, connector: ConnectorState, now: datetime) -> None:
        """Tell that a plug could not be held (G05.FR.02)."""
        event = EventData(
            event_id=int(now.timestamp()),
            timestamp=now,
            trigger=EventTrigger.ALERTING,
            actual_value="true",
            component=Component(
                name="ConnectorPlugRetentionLock",
                evse=EVSE(id=connector.evse_id, connector_id=connector.connector_id),
            ),
            variable=Variable(name="Problem"),
            event_notification_type=EventNotification.HARD_WIRED_NOTIFICATION,
        )
        if self._core.online:
            self._outbox.put(Lane.STATUS, NotifyEventRequest(generated_at=now, seq_no=0, event_data=(event,)), now)

    def accepted(self, now: datetime) -> None:
        """BOOT-10: after an accepted boot every connector is reported."""
        self._told.clear()
        self.report_changes(now)

    def back_online(self, now: datetime) -> None:
        """B04: after a long absence tell every connector, after a short one only what changed."""
        threshold = timedelta(seconds=self._core.model.number("OCPPCommCtrlr", "OfflineThreshold"))
        if self._core.offline_since is not None and now - self._core.offline_since > threshold:
            self._told.clear()
        for scope in self._unheard:
            self._told.pop(scope, None)
        self.report_changes(now)

    # ---- changing availability

    def change(self, request: ChangeAvailabilityRequest, now: datetime) -> ChangeAvailabilityResponse:
        """Put the station, an EVSE or a connector into or out of operation (G03, G04)."""
        scope = self._scope(request.evse)
        if scope is None:
            known = request.evse is not None and request.evse.id in self._core.evses
            info = StatusInfo(reason_code="UnknownConnectorId" if known else "UnknownEvse")
            return ChangeAvailabilityResponse(status=ChangeAvailabilityStatus.REJECTED, status_info=info)
        operative = request.operational_status is OperationalStatus.OPERATIVE
        self._core.durable.touch("availability")
        self._scheduled.pop(scope, None)
        if operative == (scope not in self._inoperative):
            return ChangeAvailabilityResponse(status=ChangeAvailabilityStatus.ACCEPTED)  # G03.FR.03
        if self._busy(scope):
            self._scheduled[scope] = operative
            return ChangeAvailabilityResponse(status=ChangeAvailabilityStatus.SCHEDULED)  # G03.FR.05
        self._apply(scope, operative=operative)
        self.report_changes(now)
        return ChangeAvailabilityResponse(status=ChangeAvailabilityStatus.ACCEPTED)

    def _scope(self, evse: EVSE | None) -> Scope | None:
        if evse is None:
            return _STATION
        if evse.id not in self._core.evses:
            return None
        if evse.connector_id is None:
            return evse.id, 0
        return (evse.id, evse.connector_id) if self._core.connector(evse.id, evse.connector_id) else None

    def _busy(self, scope: Scope) -> bool:
        places = self._core.places if scope == _STATION else [self._core.evses[scope[0]]]
        return any(place.transaction is not None for place in places)

    def _apply(self, scope: Scope, *, operative: bool) -> None:
        if operative:
            self._inoperative.pop(scope, None)
        else:
            self._inoperative[scope] = None
        self._core.durable.touch("availability")

    def transaction_ended(self, _place: EvseState, now: datetime) -> None:
        """Carry out what waited for a transaction to end."""
        for scope in [scope for scope in self._scheduled if not self._busy(scope)]:
            self._apply(scope, operative=self._scheduled.pop(scope))
        self.report_changes(now)

    # ---- heartbeats

    def sent(self, now: datetime) -> None:
        """Something was sent; the CSMS knows the station lives (G02.FR.05)."""
        self._last_sent = now

    def heartbeat_at(self) -> datetime | None:
        """When the next heartbeat is due."""
        if not self._core.online or self._last_sent is None:
            return None
        due = later(self._last_sent, self._core.model.number("OCPPCommCtrlr", "HeartbeatInterval"))
        return due if self._last_heartbeat is None else min(due, self._last_heartbeat + _DAY)  # G02.FR.07

    def advance(self, now: datetime) -> None:
        """Send a heartbeat when it is due."""
        due = self.heartbeat_at()
        if due is not None and now >= due:
            self._last_sent = now
            self.heartbeat(Lane.ROUTINE, now)

    def heartbeat(self, lane: Lane, now: datetime) -> None:
        """Let a heartbeat go out."""
        self._last_heartbeat = now
        self._outbox.put(lane, HeartbeatRequest(), now, self._heard)

    def _heard(self, answer: Any, now: datetime) -> None:
        if isinstance(answer, HeartbeatResponse):
            self._core.tell(ClockReported(at=now, current_time=answer.current_time))
