"""Heartbeat, StatusNotification and the events that tell a connector's state (block G)."""

from __future__ import annotations

from datetime import datetime

from pluglot.csms.clock import ClockWatch, happened_at
from pluglot.csms.decision import Context, Decision, decided, event
from pluglot.csms.facts import ConnectorStatusReported, Fact, StationHeard
from pluglot.csms.records import ConnectorRecord
from pluglot.dialects.marks import original_status
from pluglot.messages import (
    ConnectorStatus,
    EventData,
    HeartbeatRequest,
    HeartbeatResponse,
    StatusNotificationRequest,
    StatusNotificationResponse,
)

#: No station has more.
MOST_CONNECTORS = 256
_STATUSES = frozenset(status.value for status in ConnectorStatus)


async def heartbeat(context: Context, request: HeartbeatRequest) -> Decision:
    """Tell a station the time (G02)."""
    del request  # it says nothing but "I am here"
    heard = StationHeard(at=context.now, station_id=context.station_id)
    return decided(HeartbeatResponse(current_time=context.now), heard)


async def status_notification(context: Context, request: StatusNotificationRequest, *, clocks: ClockWatch) -> Decision:
    """Keep the state of a connector (G01)."""
    facts = status_facts(
        context,
        evse_id=request.evse_id,
        connector_id=request.connector_id,
        status=request.connector_status.value,
        at=request.timestamp,
        original_status=original_status(request),
    )
    return Decision(StatusNotificationResponse(), (*facts, *clocks.judge(context, request.timestamp)))


def availability_state(context: Context, data: EventData) -> tuple[Fact, ...] | None:
    """The state of a connector told as an event, as 2.1 stations do (G01); None when the event is another one."""
    evse = data.component.evse
    if data.component.name != "Connector" or data.variable.name != "AvailabilityState":
        return None
    if evse is None or evse.connector_id is None or data.actual_value not in _STATUSES:
        return None
    return status_facts(
        context,
        evse_id=evse.id,
        connector_id=evse.connector_id,
        status=data.actual_value,
        at=data.timestamp,
        original_status=original_status(data),
    )


def status_facts(
    context: Context,
    *,
    evse_id: int,
    connector_id: int,
    status: str,
    at: datetime,
    original_status: str | None = None,
) -> tuple[Fact, ...]:
    """What follows from a connector's state: nothing when a newer one is known, an event when it became faulted.

    A time that cannot be believed, or lies ahead of us, is replaced by the time of reception: else a clock that is
    put right later would make every true state look stale.
    """
    before = next(
        (each for each in context.station.connectors if (each.evse_id, each.connector_id) == (evse_id, connector_id)),
        None,
    )
    if before is None and len(context.station.connectors) >= MOST_CONNECTORS:
        # HRD-06: made-up numbers must not fill the store.
        return (event(context, "TooManyConnectors", severity="warning", detail=f"More than {MOST_CONNECTORS}."),)
    status_at = happened_at(at, context.now)
    if before is not None and status_at < before.status_at:
        return ()
    connector = ConnectorRecord(
        evse_id=evse_id,
        connector_id=connector_id,
        status=status,
        status_at=status_at,
        original_status=original_status,
    )
    reported = ConnectorStatusReported(at=context.now, station_id=context.station_id, connector=connector)
    if status != ConnectorStatus.FAULTED or (before is not None and before.status == status):
        return (reported,)
    where = {"evseId": evse_id, "connectorId": connector_id}
    return (reported, event(context, "ConnectorFaulted", kind="device", severity="error", at=status_at, data=where))
