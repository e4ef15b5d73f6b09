"""Stations whose clock is not set, or far ahead: which of their timestamps may be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pluglot.csms.decision import Context, event
from pluglot.csms.facts import EventOccurred

#: No station of any OCPP version ran before; clocks that forgot the time start in 1970, 2000 or 2001.
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
#: A station may be ahead of us by a wrong time zone, not by more.
AHEAD = timedelta(days=1)


def is_believable(at: datetime, received_at: datetime) -> bool:
    """Whether a station's timestamp can be its real time, given when the message was received."""
    return EARLIEST <= at <= received_at + AHEAD


def happened_at(at: datetime, received_at: datetime) -> datetime:
    """The moment to order things by: the station's own where believable and not in the future, else the house's."""
    return min(at, received_at) if is_believable(at, received_at) else received_at


class ClockWatch:
    """Raises one event when a station's clock goes wrong, and is quiet until it has been right again."""

    __slots__ = ("_wrong",)

    def __init__(self) -> None:
        self._wrong: set[str] = set()

    def judge(self, context: Context, at: datetime) -> tuple[EventOccurred, ...]:
        """Look at one timestamp of a station; returns the event ``ClockUnset`` when it is the first bad one."""
        if EARLIEST <= at <= context.now + AHEAD:
            if self._wrong:
                self._wrong.discard(context.station_id)
            return ()
        if context.station_id in self._wrong:
            return ()
        self._wrong.add(context.station_id)
        return (
            event(
                context,
                "ClockUnset",
                severity="warning",
                at=context.now,
                detail="The station's clock is not set or far ahead; our own time is used where order matters.",
                data={"reported": at.isoformat()},
            ),
        )
