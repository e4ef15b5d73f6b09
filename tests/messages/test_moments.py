"""The moments that the house works with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pluglot.messages.moments import FIRST_MOMENT, LAST_MOMENT, in_utc, within_bounds

WEST, EAST = timezone(-timedelta(hours=5)), timezone(timedelta(hours=23))


@pytest.mark.requirement("RPC-15")
def test_a_moment_of_another_zone_is_said_in_utc() -> None:
    """The same moment comes back, with UTC as its zone."""
    moment = in_utc(datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert (moment, moment.tzinfo) == (datetime(2030, 1, 1, tzinfo=UTC), UTC)
    assert (in_utc(FIRST_MOMENT), in_utc(LAST_MOMENT)) == (FIRST_MOMENT, LAST_MOMENT)


@pytest.mark.requirement("RPC-15")
@pytest.mark.parametrize(
    "moment",
    [
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2199, 12, 31, 23, 59, 59, tzinfo=WEST),
        datetime(1, 1, 1, tzinfo=EAST),
        datetime(1970, 1, 1, tzinfo=EAST),
        datetime(2030, 1, 1),  # noqa: DTZ001 - the mistake itself
    ],
)
def test_moments_that_nobody_can_work_with_are_refused(moment: datetime) -> None:
    """What lies outside the years we work with, also by its zone alone, or names no zone, is refused with the rule."""
    with pytest.raises(ValueError, match=r"^must (be from 1970 to 2199|name its zone)$"):
        in_utc(moment)


def test_a_moment_outside_the_bounds_becomes_the_nearest_within() -> None:
    """Clamping leaves what lies within as it is."""
    within = datetime(2030, 1, 1, tzinfo=UTC)
    assert within_bounds(within) is within
    assert within_bounds(datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST)) == LAST_MOMENT
    assert within_bounds(datetime(1, 1, 1, tzinfo=EAST)) == FIRST_MOMENT
