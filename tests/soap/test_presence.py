"""When a station without a connection counts as connected (mapping 12.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pluglot.soap import heard

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_two_silent_intervals_are_an_absence() -> None:
    """A station counts as connected until two heartbeat intervals have passed in silence."""
    presence, came = heard(None, now=START, booted=True, interval=300)
    assert came
    assert presence.is_connected(START + timedelta(seconds=600))
    assert not presence.is_connected(START + timedelta(seconds=601))


def test_messages_within_the_time_keep_the_beginning() -> None:
    """The time of coming stays while there is no gap, moves after one, and with each boot."""
    presence, _ = heard(None, now=START, interval=300)
    presence, came = heard(presence, now=START + timedelta(seconds=500))
    assert (came, presence.connected_since) == (False, START)
    later = START + timedelta(seconds=1101)
    presence, came = heard(presence, now=later)
    assert (came, presence.connected_since) == (True, later)
    presence, came = heard(presence, now=later + timedelta(seconds=1), booted=True)
    assert (came, presence.connected_since) == (True, later + timedelta(seconds=1))


def test_silly_intervals_are_not_believed() -> None:
    """An interval of nothing or of years would make the rule meaningless."""
    assert heard(None, now=START, interval=0)[0].heartbeat_interval == timedelta(seconds=900)
    assert heard(None, now=START, interval=1)[0].heartbeat_interval == timedelta(seconds=10)
    assert heard(None, now=START, interval=2**31)[0].heartbeat_interval == timedelta(days=7)
