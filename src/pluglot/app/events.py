"""Events of the house itself, for the operator's list."""

from __future__ import annotations

from typing import Any

from pluglot.app.clock import utc_now
from pluglot.csms.facts import EventOccurred
from pluglot.csms.records import EventRecord


def event_now(
    station_id: str, name: str, detail: str, *, severity: str, kind: str = "house", data: dict[str, Any] | None = None
) -> EventOccurred:
    """Something that happened to this station, now."""
    now = utc_now()
    record = EventRecord(
        station_id=station_id,
        at=now,
        received_at=now,
        kind=kind,
        name=name,
        severity=severity,
        detail=detail,
        data=data or {},
    )
    return EventOccurred(at=now, event=record)
