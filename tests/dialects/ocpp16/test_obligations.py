"""What holds for every action of 1.6, both halves: legal messages, an answer, no unhandled error (16.2, 6, 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Half, Policy, Refusal, csms_half, station_half
from pluglot.dialects.base import HOUSE_VENDOR
from pluglot.dialects.ocpp16 import wire
from pluglot.messages.action import Sender
from pluglot.messages.base import CustomData
from tests.dialects.driver import CONNECTED, NOW, carry, seeded
from tests.dialects.ocpp16.station import start
from tests.dialects.samples import Sampler, is_valid, rows

Answers = Callable[[Any], Any]
WORDY = Policy(
    infer_emaid=True,
    allow_unsigned_firmware=True,
    emulate_dynamic=True,
    temperature_as_event=True,
    expose_all_variables=True,
    provision_tx_points=True,
    report_unauthorised_energy=True,
    forward_security_profile=True,
)
SILENT = Refusal("GenericError", "timed out", silent=True)
FAR_SIDES: dict[str, Refusal] = {
    "silent": SILENT,
    "refusing": Refusal("InternalError", "no"),
    "without-it": Refusal("NotImplemented", "what?"),
    "unsupported": Refusal("NotSupported", "no"),
}
TO_STATION = [row for row in rows("v21") if Sender.CSMS in row.sender]
FROM_STATION = [row for row in rows("v21") if Sender.STATION in row.sender]
COMMANDS = [row for row in rows("v16") if Sender.CSMS in row.sender]
REPORTS = [row for row in rows("v16") if Sender.STATION in row.sender]


def sampled(version: str, sampler: Sampler) -> Answers:
    """A far side that answers anything the schema allows."""
    table = {row.name: row for row in rows(version)}
    return lambda request: sampler.message(table[request.action].response)


def a_station(sampler: Sampler, policy: Policy) -> Half:
    """The half of a 1.6 station that has told its keys, and charges on its first connector."""
    half = station_half("1.6", identity="CS1", random=seeded(), policy=policy)
    half.connected(now=CONNECTED)
    house_side = sampled("v21", sampler)
    for connector in (1, 2):
        status = wire.StatusNotificationRequest(
            connector_id=connector,
            status=wire.ChargePointStatus.AVAILABLE,
            error_code=wire.ChargePointErrorCode.NO_ERROR,
            timestamp=NOW,
        )
        carry(half.inward(status, now=NOW), house=house_side)
    carry(half.inward(start(1), now=NOW), house=house_side)
    values = {"ISO15118PnCEnabled": "true", "CustomDisplayCostAndPrice": "true", "ConnectorPhaseRotation": "0.RST"}
    entries = tuple(wire.KeyValue(key=key, readonly=False, value=value) for key, value in values.items())
    read = house.GetBaseReportRequest(request_id=1, report_base=house.ReportBase.FULL_INVENTORY)
    told = wire.GetConfigurationResponse(configuration_key=entries)
    carry(half.outward(read, now=NOW), house=house_side, peer=lambda _request: told)
    return half


def an_uplink(sampler: Sampler, policy: Policy) -> Half:
    """The half toward a 1.6 management system, of a station that has told its inventory and charges."""
    half = csms_half("1.6", identity="CS1", random=seeded(), policy=policy)
    half.connected(now=CONNECTED)
    peer = sampled("v16", sampler)
    for evse_id in (1, 2):
        status = house.StatusNotificationRequest(
            timestamp=NOW, connector_status=house.ConnectorStatus.OCCUPIED, evse_id=evse_id, connector_id=1
        )
        carry(half.outward(status, now=NOW), peer=peer)
    event = house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=NOW,
        trigger_reason=house.TriggerReason.AUTHORIZED,
        seq_no=0,
        transaction_info=house.Transaction(transaction_id="T1", charging_state=house.ChargingState.CHARGING),
        evse=house.EVSE(id=1, connector_id=1),
        id_token=house.IdToken(id_token="04A1B2C3", type="ISO14443"),
        meter_value=(house.MeterValue(timestamp=NOW, sampled_value=(house.SampledValue(value=5),)),),
    )
    carry(half.outward(event, now=NOW), peer=peer)
    return half


def check(carried: Any, *, peer: str, answer: str, response: type[Any] | None) -> None:
    """Everything said is legal, and the answer has the right type."""
    for one in carried.house:
        assert is_valid("v21", one), one
    for one in carried.peer:
        assert is_valid(peer, one), one
    given = carried.answer
    if isinstance(given, Refusal) or response is None:
        return
    assert type(given) is response, given
    assert is_valid(answer, given), given


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize("emit", [True, False], ids=["marked", "plain"])
@pytest.mark.parametrize("row", TO_STATION, ids=lambda row: row.name)
def test_what_the_house_asks_of_a_station_is_legal_on_the_wire(row: Any, emit: bool) -> None:
    """Any legal house request, and any legal answer of the station, make legal messages only."""
    sampler = Sampler(len(row.name))
    for turn in range(6):
        policy = msgspec.structs.replace(WORDY if turn % 2 else Policy(), emit_custom_data=emit)
        half = a_station(sampler, policy)
        request = aimed(sampler.message(row.request), sampler, half)
        carried = carry(half.outward(request, now=NOW), house=sampled("v21", sampler), peer=sampled("v16", sampler))
        check(carried, peer="v16", answer="v21", response=row.response)


def aimed(request: Any, sampler: Sampler, half: Any) -> Any:
    """Point a random request at EVSEs and transactions that exist, so that more than refusals is tried."""
    changes: dict[str, Any] = {}
    fields = request.__struct_fields__
    if "evse_id" in fields and request.evse_id is not None:
        changes["evse_id"] = sampler.random.randint(0, 2)
    if "transaction_id" in fields and request.transaction_id is not None:
        changes["transaction_id"] = next(iter(half.memory.transactions))
    return msgspec.structs.replace(request, **changes) if changes else request


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_what_a_management_system_asks_is_legal_in_the_house(row: Any) -> None:
    """Any legal 1.6 command, negative numbers included, and any legal answer make legal messages only."""
    sampler = Sampler(len(row.name) + 1)
    for turn in range(8):
        policy = WORDY if turn % 2 else Policy()
        half = an_uplink(sampler, policy)
        request = odd(sampler.message(row.request), sampler)
        carried = carry(half.inward(request, now=NOW), house=sampled("v21", sampler), peer=sampled("v16", sampler))
        check(carried, peer="v16", answer="v16", response=row.response)


def odd(request: Any, sampler: Sampler) -> Any:
    """1.6 has no bounds on integers; use that."""
    changes = {
        name: sampler.random.choice((0, 1, 2, -1, 2**31 - 1, -(2**31)))
        for name in request.__struct_fields__
        if type(getattr(request, name)) is int
    }
    return msgspec.structs.replace(request, **changes)


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize("row", FROM_STATION, ids=lambda row: row.name)
def test_what_a_2_1_station_says_is_legal_in_1_6(row: Any) -> None:
    """Any legal message of a 2.1 station, and any legal answer, make legal messages only."""
    sampler = Sampler(len(row.name) + 2)
    for turn in range(6):
        half = an_uplink(sampler, WORDY if turn % 2 else Policy())
        request = sampler.message(row.request)
        carried = carry(half.outward(request, now=NOW), house=sampled("v21", sampler), peer=sampled("v16", sampler))
        check(carried, peer="v16", answer="v21", response=row.response)


# --- always answered ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("PROOF-06")
@pytest.mark.parametrize("far", FAR_SIDES)
def test_every_request_is_answered_whatever_the_far_side_does(far: str) -> None:
    """With a far side that is silent, refuses or knows nothing, each request still gets exactly one answer."""
    refusal = FAR_SIDES[far]
    sampler = Sampler(9)
    cases = [
        (a_station, "outward", TO_STATION),
        (a_station, "inward", REPORTS),
        (an_uplink, "outward", FROM_STATION),
        (an_uplink, "inward", COMMANDS),
    ]
    for make, way, table in cases:
        for row in table:
            half = make(sampler, Policy())
            translate = getattr(half, way)
            carried = carry(
                translate(sampler.message(row.request), now=NOW),
                house=lambda _request: refusal,
                peer=lambda _request: refusal,
                pause=lambda _seconds: NOW,
            )
            if row.response is not None:
                assert carried.answer is not None, row.name
                assert isinstance(carried.answer, Refusal | row.response), row.name


@pytest.mark.requirement("PROOF-11")
@pytest.mark.parametrize("row", FROM_STATION, ids=lambda row: row.name)
def test_vendor_data_that_bears_our_mark_falsely_breaks_nothing(row: Any) -> None:
    """A station that forges our customData is refused or understood, and never causes an error."""
    sampler = Sampler(len(row.name) + 3)
    for junk in FORGERIES:
        half = an_uplink(sampler, Policy())
        request = sampler.message(row.request)
        if "custom_data" not in request.__struct_fields__:
            continue
        request = msgspec.structs.replace(request, custom_data=CustomData(HOUSE_VENDOR, v16=junk))
        carried = carry(half.outward(request, now=NOW), peer=sampled("v16", sampler))
        assert carried.answer is not None or row.response is None


@pytest.mark.requirement("PROOF-11")
@pytest.mark.parametrize("row", TO_STATION, ids=lambda row: row.name)
def test_a_house_that_marks_falsely_breaks_nothing(row: Any) -> None:
    """The same toward a station."""
    sampler = Sampler(len(row.name) + 4)
    for junk in FORGERIES:
        half = a_station(sampler, Policy())
        request = aimed(sampler.message(row.request), sampler, half)
        request = msgspec.structs.replace(request, custom_data=CustomData(HOUSE_VENDOR, v16=junk))
        carried = carry(half.outward(request, now=NOW), house=sampled("v21", sampler), peer=sampled("v16", sampler))
        check(carried, peer="v16", answer="v21", response=row.response)


FORGERIES: list[Any] = [
    "text",
    {"status": "Nonsense", "errorCode": 5},
    {"message": 7, "type": "Warm", "everything": "yes", "replacedBy": []},
    {"chargingProfile": {"chargingProfileId": "x"}, "reservationId": "many", "connectorId": None},
    {"meterValue": [1, 2], "transactionId": "T", "transactionData": "none", "meterStop": {}, "reason": 1},
    {"message": "LogStatusNotification", "requestId": "one"},
]
