"""Legal but absurd messages: nothing invalid goes out, nothing fails, nothing grows without end."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from tests.dialects.ocpp16.station import Station, start
from tests.dialects.samples import Sampler, is_valid

STATION_ACTIONS = [row for row in wire.ACTIONS.values() if house.Sender.STATION in row.sender]
ODD_NUMBERS = (-(2**31), -1, 0, 1, 2, 64, 65, 10**6, 2**31 - 1)
ODD_TEXTS = ("", " ", "\x00", "\U0001f697" * 5, "<script>", "'; drop table", "1" * 20)


def _odd(message: Any, sampler: Sampler) -> Any:
    """The message with absurd numbers and texts in its own fields."""
    changes: dict[str, Any] = {}
    for field in ("connector_id", "transaction_id", "meter_start", "meter_stop", "reservation_id", "request_id"):
        if getattr(message, field, None) is not None:
            changes[field] = sampler.random.choice(ODD_NUMBERS)
    for field in ("id_tag", "info", "vendor_id", "vendor_error_code", "tech_info", "data"):
        if getattr(message, field, None) is not None:
            changes[field] = sampler.random.choice(ODD_TEXTS)
    return msgspec.structs.replace(message, **changes)


@pytest.mark.requirement("PROOF-11", "TX-14")
@pytest.mark.parametrize("emit", [True, False])
@pytest.mark.parametrize("row", STATION_ACTIONS, ids=lambda row: row.name)
def test_absurd_messages_are_answered_and_make_nothing_invalid(row: Any, emit: bool) -> None:
    """Whatever a station says within the schema, the house hears only valid messages and the station gets an answer."""
    sampler = Sampler(len(row.name))
    station = Station(policy=Policy(emit_custom_data=emit))
    for _ in range(40):
        answer = station.send(_odd(sampler.message(row.request), sampler))
        if isinstance(answer, Refusal):
            assert row.name in answer.description
        else:
            assert is_valid("v16", answer)
        if station.told:
            assert is_valid("v21", station.told[-1]), station.told[-1]
    station.restart()


def test_a_station_cannot_fill_the_memory() -> None:
    """Starts without stops, endless connectors and endless statuses are bounded."""
    station = Station()
    for number in range(400):
        station.send(start(number % 64 + 1, tag=f"T{number}", when=number))
        station.status(number * 1000, "Available")
    assert len(list(station.half.book.open())) == 256
    assert isinstance(station.start(1, tag="ONE MORE", when=5000), Refusal)
    assert len(station.half.numbering.known) <= 64
    assert len(station.half.memory.statuses) <= 65
    assert len(station.half.snapshot()) < 200_000


def test_the_zone_of_a_timestamp_does_not_make_another_start() -> None:
    """The same moment in another zone is the same start."""
    station = Station()
    given = station.start()
    request = start()
    shifted = msgspec.structs.replace(request, timestamp=request.timestamp.astimezone(timezone(timedelta(hours=2))))
    assert station.send(shifted) == given
    assert len(station.events) == 1
