"""Messages in which nothing is said."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from pluglot.messages import (
    CustomData,
    DataTransferResponse,
    DataTransferStatus,
    HeartbeatRequest,
    StatusNotificationResponse,
    TransactionEventResponse,
    codec,
)
from pluglot.messages.base import says_nothing


@pytest.mark.parametrize(
    ("message", "nothing"),
    [
        (HeartbeatRequest(), True),
        (StatusNotificationResponse(), True),
        (TransactionEventResponse(), True),
        (TransactionEventResponse(total_cost=Decimal(0)), False),
        (TransactionEventResponse(charging_priority=0), False),
        (StatusNotificationResponse(custom_data=CustomData("V")), False),
        (DataTransferResponse(status=DataTransferStatus.ACCEPTED), False),
    ],
)
def test_a_zero_is_something(message: msgspec.Struct, *, nothing: bool) -> None:
    """What says nothing is an empty object on the wire, and only that."""
    assert says_nothing(message) is nothing
    assert (codec.encode(message) == b"{}") is nothing
