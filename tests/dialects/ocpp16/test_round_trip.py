"""What a 1.6 station says reaches a 1.6 management system unchanged, although the house lies between."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Refusal
from pluglot.dialects.ocpp16 import station_half, wire
from pluglot.dialects.ocpp16.enums import UNIT_TO_HOUSE, default_unit
from pluglot.dialects.ocpp16.meter_values import plain_text
from tests.dialects.driver import NOW, carry, message, seeded, shown
from tests.dialects.ocpp16.chain import Chain
from tests.dialects.samples import Sampler, is_valid

ALONE = [
    wire.AuthorizeRequest,
    wire.BootNotificationRequest,
    wire.DataTransferRequest,
    wire.DiagnosticsStatusNotificationRequest,
    wire.FirmwareStatusNotificationRequest,
    wire.HeartbeatRequest,
    wire.LogStatusNotificationRequest,
    wire.SecurityEventNotificationRequest,
    wire.SignedFirmwareStatusNotificationRequest,
    wire.StatusNotificationRequest,
]


def normal(message: Any) -> Any:
    """A message with defaults written out and numbers in their shortest form: the same in other words."""
    if isinstance(message, wire.MeterValuesRequest):
        return msgspec.structs.replace(message, meter_value=tuple(map(_normal_value, message.meter_value)))
    if isinstance(message, wire.StopTransactionRequest) and message.transaction_data is not None:
        values = tuple(map(_normal_value, message.transaction_data)) or None
        return msgspec.structs.replace(message, transaction_data=values)
    return message


def _normal_value(value: Any) -> Any:
    return msgspec.structs.replace(value, sampled_value=tuple(map(_normal_sample, value.sampled_value)))


def _normal_sample(sample: wire.SampledValue) -> wire.SampledValue:
    # StopTransaction has no Hertz, so it is not written at all.
    unit = sample.unit and sample.unit is not wire.UnitOfMeasure.HERTZ and UNIT_TO_HOUSE[sample.unit]
    unit = unit or default_unit((sample.measurand or wire.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER).value)
    known = {one.value: one for one in wire.UnitOfMeasure}
    return msgspec.structs.replace(
        sample,
        value=plain_text(Decimal(sample.value)),
        unit=known.get(unit or ""),
        format=None if sample.format is wire.ValueFormat.RAW else sample.format,
    )


@pytest.mark.requirement("PROOF-03")
@pytest.mark.parametrize("kind", ALONE, ids=lambda kind: kind.__name__)
def test_a_message_outside_of_transactions_arrives_as_it_was_sent(kind: Any) -> None:
    """Each message, in all its variants, arrives once and unchanged, and so does its answer."""
    sampler = Sampler(len(kind.__name__))
    for _ in range(25):
        chain = Chain()
        chain.station = lambda asked: Refusal("NotSupported", asked.action)
        for connector in (1, 2, 3):
            # Connectors are numbered as they are heard of.
            chain.send(_status(connector, "Reserved"))
        before = len(chain.management.received)
        request = sampler.message(kind)
        answer = chain.send(request)
        received = [one for one in chain.management.received[before:] if one.action == request.action]
        assert received == [request], chain.house
        assert answer == chain.management.answers[chain.management.received.index(request, before)]
        assert all(is_valid("v21", one) for one in chain.house)


def _values(sampler: Sampler, kind: Any) -> Any:
    """Meter values with numbers in them; everything else is random."""
    count = sampler.random.randint(1, 3)
    values = []
    for _ in range(count):
        value = sampler.message(kind, fullness=0.6)
        samples = tuple(
            msgspec.structs.replace(sample, value=str(sampler.random.randint(0, 99999)), format=None)
            for sample in value.sampled_value or (sampler.message(wire.SampledValue),)
        )
        # One moment in all of them, so that they stay one message.
        values.append(msgspec.structs.replace(value, timestamp=NOW, sampled_value=samples))
    return tuple(values)


@pytest.mark.requirement("PROOF-03")
def test_a_whole_session_arrives_as_it_was_sent() -> None:
    """Start, samples, statuses and stop arrive in order and unchanged but for the integer id, which each side mints."""
    for seed in range(30):
        sampler = Sampler(seed)
        chain = Chain()
        sent: list[Any] = []

        def send(request: Any, sent: list[Any] = sent, chain: Chain = chain) -> Any:
            sent.append(request)
            return chain.send(request)

        connector = sampler.random.randint(1, 3)
        # Connectors are numbered as they are heard of.
        for number in range(1, connector + 1):
            send(_status(number, "Preparing"))
        start = wire.StartTransactionRequest(connector_id=connector, id_tag="04A1B2C3", meter_start=100, timestamp=NOW)
        given = send(start).transaction_id
        for status in sampler.random.sample(["Charging", "SuspendedEV", "SuspendedEVSE", "Faulted"], 2):
            send(_status(connector, status))
        values = tuple(
            msgspec.structs.replace(value, sampled_value=_one_context(value.sampled_value))
            for value in _values(sampler, wire.MeterValue)
        )
        send(wire.MeterValuesRequest(connector_id=connector, transaction_id=given, meter_value=values))
        stop = sampler.message(wire.StopTransactionRequest)
        data = _values(sampler, wire.TransactionData) if stop.transaction_data else None
        tag = "04A1B2C3" if stop.id_tag else None
        send(
            msgspec.structs.replace(
                stop, transaction_id=given, transaction_data=data, id_tag=tag, timestamp=NOW, meter_stop=5000
            )
        )
        send(_status(connector, "Available"))
        own = chain.management.last_id
        expected = [
            msgspec.structs.replace(one, transaction_id=own) if getattr(one, "transaction_id", None) == given else one
            for one in sent
        ]
        assert [normal(one) for one in chain.management.received] == [normal(one) for one in expected], seed
        assert all(is_valid("v21", one) for one in chain.house)
        assert all(is_valid("v16", one) for one in chain.management.received)


def _one_context(samples: tuple[wire.SampledValue, ...]) -> tuple[wire.SampledValue, ...]:
    """Samples of one kind: several kinds become several events, and so several messages (5.6.1)."""
    periodic = wire.ReadingContext.SAMPLE_PERIODIC
    return tuple(msgspec.structs.replace(sample, context=periodic) for sample in samples)


def _status(connector: int, status: str) -> wire.StatusNotificationRequest:
    faulted = status == "Faulted"
    return wire.StatusNotificationRequest(
        connector_id=connector,
        status=wire.ChargePointStatus(status),
        error_code=wire.ChargePointErrorCode("GroundFailure" if faulted else "NoError"),
        timestamp=NOW,
    )


def test_a_boot_with_everything_is_remembered_over_a_restart() -> None:
    """What a station said at its boot, vendor data included, survives a restart and is said again when asked for."""
    chain = Chain()
    chain.station = lambda asked: Refusal("NotSupported", asked.action)
    request = Sampler(2).message(wire.BootNotificationRequest, fullness=1.0)
    chain.send(request)
    chain.restart()
    chain.station = lambda asked: Refusal("NotSupported", asked.action)
    trigger = wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.BOOT_NOTIFICATION)
    assert chain.command(trigger).status is wire.TriggerMessageStatus.ACCEPTED
    assert [one for one in chain.management.received if one.action == "BootNotification"] == [request, request]


# --- the other way ------------------------------------------------------------------------------------------------

COMMANDS: list[Any] = [
    wire.ChangeAvailabilityRequest(connector_id=0, type=wire.AvailabilityType.INOPERATIVE),
    wire.ChangeAvailabilityRequest(connector_id=2, type=wire.AvailabilityType.OPERATIVE),
    wire.ChangeConfigurationRequest(key="HeartbeatInterval", value="60"),
    wire.ChangeConfigurationRequest(key="MeterValuesSampledData", value="Voltage,SoC"),
    wire.ClearCacheRequest(),
    wire.DataTransferRequest(vendor_id="com.example", message_id="x", data='{"a":1}'),
    wire.GetConfigurationRequest(key=("HeartbeatInterval", "LocalPreAuthorize")),
    wire.RemoteStartTransactionRequest(connector_id=1, id_tag="tag"),
    wire.ResetRequest(type=wire.ResetType.HARD),
    wire.ResetRequest(type=wire.ResetType.SOFT),
    wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.HEARTBEAT),
    wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.STATUS_NOTIFICATION, connector_id=1),
    wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.METER_VALUES, connector_id=2),
    wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.DIAGNOSTICS_STATUS_NOTIFICATION),
    wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.FIRMWARE_STATUS_NOTIFICATION),
    wire.UnlockConnectorRequest(connector_id=1),
]


@pytest.mark.requirement("PROOF-03")
@pytest.mark.parametrize("request_", COMMANDS, ids=lambda request: f"{request.action}")
def test_a_command_arrives_as_it_was_sent(request_: Any) -> None:
    """A request of a 1.6 management system reaches the 1.6 station unchanged, and so does the answer."""
    chain = Chain()
    for connector in (1, 2):
        chain.send(_status(connector, "Available"))
    asked: list[Any] = []

    def station(request: Any) -> Any:
        asked.append(request)
        if isinstance(request, wire.GetConfigurationRequest):
            entry = wire.KeyValue(key="HeartbeatInterval", readonly=False, value="300")
            return wire.GetConfigurationResponse(configuration_key=(entry,), unknown_key=("LocalPreAuthorize",))
        response = wire.ACTIONS[request.action].response
        assert response is not None
        return Sampler(1).message(response, fullness=0.0)

    chain.station = station
    answer = chain.command(request_)
    assert asked == [request_]
    assert answer == station(request_)


def test_every_request_to_a_station_is_answered() -> None:
    """Whatever the house asks of a 1.6 station is answered in the right type, or refused by name."""
    for row in house.ACTIONS.values():
        if house.Sender.CSMS not in row.sender:
            continue
        half = station_half.StationHalf("CS1", random=seeded())
        for seed in range(3):
            carried = carry(half.outward(Sampler(seed).message(row.request), now=NOW))
            if isinstance(carried.answer, Refusal):
                assert row.name in carried.answer.description or carried.answer.silent
            else:
                assert type(carried.answer) is row.response
                assert is_valid("v21", carried.answer)


# --- the worked examples, on to the other end -------------------------------------------------------------------------

VECTORS = [
    (path.stem, json.loads(path.read_text()))
    for path in sorted((Path(__file__).parent.parent / "vectors").glob("*.json"))
    if '"1.6 ' in path.read_text()
]
OF_STATIONS = [(name, vector) for name, vector in VECTORS if vector["half"] == "1.6 station"]
OF_SYSTEMS = [(name, vector) for name, vector in VECTORS if vector["half"] == "1.6 csms"]


def _inward(vector: Any) -> list[tuple[str, Any]]:
    return [tuple(act["inward"]) for act in vector["acts"] if "inward" in act]


@pytest.mark.parametrize(("name", "vector"), OF_STATIONS, ids=[name for name, _ in OF_STATIONS])
def test_a_worked_example_of_a_station_arrives_at_a_1_6_management_system(name: str, vector: Any) -> None:
    """What a vector has a station say leaves the house again letter by letter, but for the number of a transaction."""
    chain = Chain()
    for number in (1, 2):
        before = {"connectorId": number, "errorCode": "NoError", "status": "Unavailable"}
        chain.send(message("v16:StatusNotification", before))
    given = None
    for schema, payload in _inward(vector):
        said = {**payload, "transactionId": given} if given and "transactionId" in payload else payload
        chain.management.received.clear()
        answer = chain.send(message(schema, said))
        heard = chain.management.received
        if schema.endswith(":StartTransaction") and given == answer.transaction_id:
            assert heard == [], "a repetition is not told again"
            continue
        if schema.endswith(":StartTransaction"):
            given = answer.transaction_id
        if name == "c_orphan_stop" and schema == "v16:StopTransaction":
            # Nobody's token and no start: for 1.6 such a transaction never was (9.2, step 7).
            assert heard == []
            continue
        (found,) = heard
        if "transactionId" in payload:
            found = msgspec.structs.replace(found, transaction_id=said["transactionId"])
        assert found == message(schema, said) or normal(found) == normal(message(schema, said))


@pytest.mark.parametrize(("name", "vector"), OF_SYSTEMS, ids=[name for name, _ in OF_SYSTEMS])
def test_a_worked_example_of_a_management_system_arrives_at_a_1_6_station(name: str, vector: Any) -> None:
    """What a vector has a management system ask reaches a 1.6 station behind the house letter by letter."""
    chain = Chain()
    asked: list[Any] = []

    def station(request: Any) -> Any:
        asked.append(request)
        return Sampler(1).message(wire.ACTIONS[request.action].response, fullness=0.0)

    chain.station = station
    chain.send(message("v16:StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}))
    commands = _inward(vector)
    for schema, payload in commands:
        chain.command(message(schema, payload))
        assert shown(asked[-1]) == shown(message(schema, payload)), name
    assert commands or name.startswith("d_")
