"""The list of readings: those of ledgers and those outside transactions, unpacked and brought into one order."""

from __future__ import annotations

import operator
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from pluglot.csms.records import Reading
from pluglot.store import lists
from pluglot.store.base import Page

#: Rows read at a time from each source.
CHUNK = 200

#: Begins a list: beyond every row number.
_FROM_THE_END = 2**63 - 1

Item = tuple[str, int | None, Reading, str | None]


class ReadingsRow(msgspec.Struct, frozen=True):
    """Readings that came together; ``number`` rises in the order in which their source got them."""

    number: int
    received_at: int
    station_id: str
    evse_id: int | None
    readings: tuple[Reading, ...]
    transaction_id: str | None = None


#: Rows of one source with numbers below the given one, highest first, at most so many.
Source = Callable[[int, int], Awaitable[Sequence[ReadingsRow]]]


async def readings_page(
    ledger: Source, meter_values: Source, *, filters: Mapping[str, str], limit: int, cursor: str | None
) -> Page[Item]:
    """A page of readings, latest received first.

    Each source is followed by its own row numbers, so new rows never shift the pages that follow.
    """
    limit = lists.checked_limit(limit)
    given_filters = lists.READINGS.read_filters(filters)
    key = lists.READINGS.read_cursor(cursor)
    below = list(key[:2]) if key else [_FROM_THE_END, _FROM_THE_END]
    skip = int(key[2]) if key else 0
    items: list[Item] = []
    places: list[tuple[int, int, int]] = []
    async for row, place in _merged(ledger, meter_values, [int(number) for number in below]):
        for index, item in _matching(row, given_filters):
            if index >= skip:
                items.append(item)
                # The row stays the next one to read, with this many of its readings given out.
                places.append((place[0], place[1], index + 1))
        skip = 0
        if len(items) > limit:
            break
    more = len(items) > limit
    return Page(items[:limit], lists.READINGS.write_cursor(places[limit - 1]) if more else None)


async def _merged(
    ledger: Source, meter_values: Source, below: list[int]
) -> AsyncIterator[tuple[ReadingsRow, tuple[int, int]]]:
    """Rows of both sources, at each step the one received later, with the places from which to read it again."""
    waiting: list[list[ReadingsRow]] = [[], []]
    ended = [False, False]
    while True:
        for number, source in enumerate((ledger, meter_values)):
            if not waiting[number] and not ended[number]:
                waiting[number] = list(await source(below[number], CHUNK))[::-1]
                ended[number] = len(waiting[number]) < CHUNK
                if below[number] == _FROM_THE_END:
                    # What comes in from now on is not part of this list, whatever page it is read to.
                    below[number] = waiting[number][-1].number + 1 if waiting[number] else 0
        heads = [(rows[-1].received_at, number) for number, rows in enumerate(waiting) if rows]
        if not heads:
            return
        _, chosen = max(heads)
        place = (below[0], below[1])
        row = waiting[chosen].pop()
        yield row, place
        below[chosen] = row.number


def _matching(row: ReadingsRow, filters: Sequence[tuple[str, lists.Filter, Any]]) -> Iterator[tuple[int, Item]]:
    of_row = {"station_id": row.station_id, "evse_id": row.evse_id, "transaction_id": row.transaction_id}
    for index, reading in enumerate(row.readings):
        known = of_row | {"measurand": reading.measurand, "at": reading.at}
        if all(getattr(operator, filter_.compare)(known[filter_.field], value) for _, filter_, value in filters):
            yield index, (row.station_id, row.evse_id, reading, row.transaction_id)
