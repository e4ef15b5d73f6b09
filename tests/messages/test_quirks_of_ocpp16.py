"""What the 1.6 schemas have of their own: two spellings, a forgotten unit, empty moments, steps of a tenth."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pluglot.dialects.ocpp16 import wire
from pluglot.messages.codec import PayloadViolation, ViolationKind, decode, encode


def meter_values(unit: str) -> bytes:
    """A MeterValues payload with one reading in a unit."""
    reading = {"value": "41", "measurand": "Temperature", "unit": unit, "location": "Body"}
    moment = {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [reading]}
    return json.dumps({"connectorId": 1, "meterValue": [moment]}).encode()


def stop(**members: Any) -> bytes:
    """A StopTransaction payload."""
    required = {"transactionId": 7, "meterStop": 1500, "timestamp": "2026-03-01T12:00:00Z"}
    return json.dumps(required | members).encode()


@pytest.mark.requirement("RPC-14")
@pytest.mark.parametrize("unit", ["Celcius", "Celsius"])
def test_both_spellings_of_celsius_are_read_and_kept(unit: str) -> None:
    """The schema's old spelling and the right one are both legal, and a reading keeps the one it came with."""
    message = decode(wire.MeterValuesRequest, meter_values(unit))
    assert message.meter_value[0].sampled_value[0].unit == unit
    assert json.loads(encode(message)) == json.loads(meter_values(unit))


def test_a_third_spelling_of_celsius_is_refused() -> None:
    """Anything else is not a unit."""
    with pytest.raises(PayloadViolation) as refusal:
        decode(wire.MeterValuesRequest, meter_values("celsius"))
    assert refusal.value.kind is ViolationKind.PROPERTY
    assert refusal.value.path == "meterValue[0].sampledValue[0].unit"


@pytest.mark.requirement("RPC-14")
def test_a_transaction_may_stop_without_saying_why() -> None:
    """The reason is optional; it is Local then, which is for the dialect to say."""
    assert decode(wire.StopTransactionRequest, stop()).reason is None


@pytest.mark.requirement("RPC-14")
def test_intervals_and_retries_are_integers() -> None:
    """An interval of half a second, or in a string, is refused."""
    fields = wire.GetDiagnosticsRequest.__struct_encode_fields__
    assert {"retries", "retryInterval"} <= set(fields)
    for wrong in (b"1.5", b'"3"'):
        with pytest.raises(PayloadViolation) as refusal:
            decode(wire.GetDiagnosticsRequest, b'{"location":"ftp://example.org/","retries":%b}' % wrong)
        assert refusal.value.kind is ViolationKind.TYPE


def test_a_stop_may_bring_a_moment_without_readings_but_meter_values_may_not() -> None:
    """The schema of StopTransaction asks for no reading in a moment, that of MeterValues for one at least."""
    empty = {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": []}
    message = decode(wire.StopTransactionRequest, stop(transactionData=[empty]))
    assert message.transaction_data is not None
    assert message.transaction_data[0].sampled_value == ()
    with pytest.raises(PayloadViolation) as refusal:
        decode(wire.MeterValuesRequest, json.dumps({"connectorId": 1, "meterValue": [empty]}).encode())
    assert refusal.value.kind is ViolationKind.OCCURRENCE


def test_a_frequency_may_come_with_a_stop_as_well() -> None:
    """The schema of StopTransaction forgot Hertz; a transaction is not lost over that."""
    frequency = {"value": "50", "measurand": "Frequency", "unit": "Hertz"}
    moment = {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [frequency]}
    message = decode(wire.StopTransactionRequest, stop(transactionData=[moment]))
    assert message.transaction_data is not None
    assert message.transaction_data[0].sampled_value[0].unit is wire.UnitOfMeasure.HERTZ


def test_limits_have_steps_of_a_tenth() -> None:
    """A limit of 16.05 A is neither read nor built."""
    assert wire.ChargingSchedulePeriod(start_period=0, limit=Decimal("16.1")).limit == Decimal("16.1")
    with pytest.raises(ValueError, match=r"multiple of 0\.1"):
        wire.ChargingSchedulePeriod(start_period=0, limit=Decimal("16.05"))
    period = b'{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16.05}]}'
    with pytest.raises(PayloadViolation) as refusal:
        decode(wire.GetCompositeScheduleResponse, b'{"status":"Accepted","chargingSchedule":%b}' % period)
    assert refusal.value.kind is ViolationKind.PROPERTY
    assert refusal.value.path == "chargingSchedule.chargingSchedulePeriod[0].limit"
