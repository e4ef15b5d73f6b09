"""Which moments the house works with, in one place: the bounds of the wire, of the API and of the pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

__all__ = ["FIRST_MOMENT", "FIRST_YEAR", "LAST_MOMENT", "LAST_YEAR", "in_utc", "nearest_in_utc", "within_bounds"]

# RPC-15: a clock that was never set says 1970; nothing that happens is older, or as far away as 2200.
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
FIRST_MOMENT: Final = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)
#: The first and the last second that RFC 3339 can say in UTC.
_EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: it has no zone, or lies outside the years we work with.
    """
    if moment.tzinfo is None:
        raise ValueError("must name its zone")
    same = nearest_in_utc(moment)
    if not FIRST_YEAR <= same.year <= LAST_YEAR:
        raise ValueError(f"must be from {FIRST_YEAR} to {LAST_YEAR}")
    return same


def nearest_in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, or the nearest one that a date in UTC can say: a zone may lie across the year 9999."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _EARLIEST if moment.year == _EARLIEST.year else _LATEST


def within_bounds(moment: datetime) -> datetime:
    """The moment, or the first or the last one that we work with where it lies outside."""
    return min(max(moment, FIRST_MOMENT), LAST_MOMENT)
