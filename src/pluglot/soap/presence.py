"""Whether a station that keeps no connection counts as connected (mapping 12.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

#: Silence of so many heartbeat intervals is an absence.
INTERVALS: Final = 2
#: What is taken for an interval when none was told, or a silly one.
DEFAULT_INTERVAL: Final = timedelta(seconds=900)
_SHORTEST: Final = timedelta(seconds=10)
_LONGEST: Final = timedelta(days=7)


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """When a station was first and last heard without a gap, and how often it is to be heard."""

    connected_since: datetime
    last_heard: datetime
    heartbeat_interval: timedelta = DEFAULT_INTERVAL

    def is_connected(self, now: datetime) -> bool:
        """Whether the station counts as connected."""
        return now <= self.deadline

    @property
    def deadline(self) -> datetime:
        """Until when the station counts as connected if it stays silent."""
        return self.last_heard + INTERVALS * self.heartbeat_interval


def heard(
    presence: Presence | None, *, now: datetime, booted: bool = False, interval: int | None = None
) -> tuple[Presence, bool]:
    """Note a message of a station; the second value is True when it came, or came back.

    ``booted`` says that the message is a BootNotification, ``interval`` what it was answered, in seconds.
    """
    current = DEFAULT_INTERVAL if presence is None else presence.heartbeat_interval
    if interval is not None:
        current = min(max(timedelta(seconds=interval), _SHORTEST), _LONGEST) if interval > 0 else DEFAULT_INTERVAL
    came = presence is None or booted or not presence.is_connected(now)
    since = now if came or presence is None else presence.connected_since
    return Presence(connected_since=since, last_heard=now, heartbeat_interval=current), came
