"""Integers of more than 32 bits are found wherever a message can hold one."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire
from pluglot.messages import codec
from pluglot.messages.integers import LARGEST, SMALLEST, is_too_wide

AT = "2026-03-01T12:00:00Z"
READING = {"timestamp": AT, "sampledValue": [{"value": "1", "measurand": "Voltage"}]}


def profile(start: int, stack: int) -> dict[str, Any]:
    """A request three levels deep."""
    periods = [{"startPeriod": 0, "limit": 6}, {"startPeriod": start, "limit": 6}]
    return {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": stack,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods},
        },
    }


def meter_values(transaction_id: int | None) -> dict[str, Any]:
    """A request whose integer may be absent."""
    said: dict[str, Any] = {"connectorId": 1, "meterValue": [READING]}
    return said if transaction_id is None else {**said, "transactionId": transaction_id}


@pytest.mark.parametrize(
    ("type_", "payload", "found"),
    [
        (wire.MeterValuesRequest, meter_values(None), False),
        (wire.MeterValuesRequest, meter_values(LARGEST), False),
        (wire.MeterValuesRequest, meter_values(LARGEST + 1), True),
        (wire.MeterValuesRequest, meter_values(SMALLEST), False),
        (wire.MeterValuesRequest, meter_values(SMALLEST - 1), True),
        (wire.SetChargingProfileRequest, profile(60, 0), False),
        (wire.SetChargingProfileRequest, profile(2**31, 0), True),
        (wire.SetChargingProfileRequest, profile(60, 2**40), True),
        (wire.HeartbeatRequest, {}, False),
        (house.DataTransferRequest, {"vendorId": "x", "data": 2**31}, True),
        (house.DataTransferRequest, {"vendorId": "x", "data": {"deep": 2**31}}, False),
        (house.HeartbeatRequest, {"customData": {"vendorId": "x", "number": 2**40}}, False),
    ],
)
def test_wide_integers_are_found_at_any_depth(type_: type, payload: dict[str, Any], *, found: bool) -> None:
    """An integer that does not fit 32 bits is found in the message, in its parts and in lists of them."""
    message = codec.from_builtins(type_, payload)
    assert is_too_wide(message) is found
    assert is_too_wide((message,)) is found
