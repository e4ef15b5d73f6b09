from __future__ import annotations

import msgspec
import pytest

from pluglot.csms.facts import DataReceived, EventOccurred
from pluglot.dialects.base import Refusal
from pluglot.messages import (
    ACTIONS,
    EVSE,
    Action,
    DataTransferRequest,
    DataTransferStatus,
    FirmwareStatus,
    FirmwareStatusNotificationRequest,
    LogStatusNotificationRequest,
    MeterValuesRequest,
    NotifyCustomerInformationRequest,
    NotifyDERAlarmRequest,
    NotifyEventRequest,
    NotifySettlementRequest,
    PaymentStatus,
    Request,
    ResetRequest,
    ResetType,
    SecurityEventNotificationRequest,
    Sender,
    SignCertificateRequest,
    StatusNotificationRequest,
    UploadLogStatus,
    VatNumberValidationRequest,
)
from tests.csms.house import NOON, House, happening, session
from tests.csms.samples import identifiers, minimal

STATION_ACTIONS = [row for row in ACTIONS.values() if row.sender & Sender.STATION]
COMMANDS = [row for row in ACTIONS.values() if not row.sender & Sender.STATION]


@pytest.mark.parametrize("row", STATION_ACTIONS, ids=lambda row: row.name)
async def test_everything_a_station_may_ask_is_answered(house: House, row: Action) -> None:
    """Each of the station's actions gets an answer of its own type, and leaves something to see."""
    decision = await house.decide(minimal(row.request))
    if row.response is None:
        assert decision.response is None
    else:
        assert type(decision.response) is row.response
    assert decision.facts or row.name == "NotifyReport"


def test_the_table_of_2_1_is_whole() -> None:
    """2.1 has more than thirty actions that stations send."""
    assert len(STATION_ACTIONS) > 30
    assert len(STATION_ACTIONS) + len(COMMANDS) == 91


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
async def test_a_command_from_a_station_is_not_supported(house: House, row: Action) -> None:
    """What only a management system sends is refused as such, without a fact."""
    decision = await house.decide(minimal(row.request))
    assert isinstance(decision.response, Refusal)
    assert decision.response.code == "NotSupported"
    assert decision.facts == ()


@pytest.mark.requirement("HRD-11")
@pytest.mark.parametrize(
    "request_",
    [
        happening("Updated", 2**31, NOON),
        happening("Updated", 10**40, NOON),
        happening("Updated", 1, NOON, reservation_id=2**63),
        happening("Updated", 1, NOON, remote_start_id=-(2**63)),
        happening("Updated", 1, NOON, evse=EVSE(id=2**31)),
        happening("Updated", 1, NOON, evse=EVSE(id=1, connector_id=2**64)),
        minimal(StatusNotificationRequest, evse_id=2**31),
        minimal(NotifyEventRequest, event_id=2**31),
        minimal(MeterValuesRequest, evse_id=10**60),
    ],
    ids=lambda request: request.action,
)
async def test_integers_wider_than_ocpp_has_are_refused(house: House, request_: Request) -> None:
    """A number that no table can keep is refused before it can spoil a commit."""
    decision = await house.decide(request_)
    assert isinstance(decision.response, Refusal)
    assert decision.response.code == "PropertyConstraintViolation"
    assert decision.facts == ()


async def test_the_widest_integer_of_ocpp_is_served(house: House) -> None:
    """31 bits and a sign; vendor data may hold any number."""
    assert not (await house.decide(happening("Started", 2**31 - 1, NOON))).refused
    assert not (await house.decide(DataTransferRequest(vendor_id="acme", data={"ms": 2**63}))).refused


@pytest.mark.requirement("HRD-07")
@pytest.mark.parametrize("row", STATION_ACTIONS, ids=lambda row: row.name)
async def test_no_message_touches_another_station(house: House, row: Action) -> None:
    """Whatever ids a message names, every fact that follows is about its sender, and the other's data stay."""
    house.register("CS2")
    for event in session()[:3]:
        await house.answer(event, station_id="CS2")
    stations, records = dict(house.shelf.stations), dict(house.shelf.records)
    foreign = {"transaction_id": "T1", "evse_id": 1, "request_id": 1, "reservation_id": 1, "charging_profile_id": 1}
    named = {name: foreign.get(name, 1) for name in identifiers(row.request)}
    request = minimal(row.request, **{**foreign, **named, **_text_ids(row.request)})
    decision = await house.decide(request, station_id="CS1")
    house.shelf.commit(decision.facts)
    assert house.shelf.stations["CS2"] == stations["CS2"]
    assert house.shelf.records["CS2", "T1"] == records["CS2", "T1"]
    for fact in decision.facts:
        assert '"CS2"' not in msgspec.json.encode(fact).decode()


def _text_ids(type_: type[msgspec.Struct]) -> dict[str, str]:
    texts = {}
    for field in msgspec.structs.fields(type_):
        if "str" in str(field.type) and field.name.endswith("_id"):
            texts[field.name] = "T1"
    return texts


async def event_of(house: House, request: Request) -> EventOccurred:
    decision = await house.decide(request)
    (event,) = [fact for fact in decision.facts if isinstance(fact, EventOccurred)]
    return event


@pytest.mark.parametrize(
    ("type_", "severity"),
    [("TamperDetectionActivated", "error"), ("StartupOfTheDevice", "info"), ("InvalidTLSVersion", "warning")],
)
async def test_security_events_are_kept_with_their_weight(house: House, type_: str, severity: str) -> None:
    """A04: the event stands on the list under its own name, as a security event."""
    request = SecurityEventNotificationRequest(type=type_, timestamp=NOON, tech_info="door")
    event = (await event_of(house, request)).event
    assert (event.kind, event.name, event.severity, event.detail) == ("security", type_, severity, "door")
    assert event.station_id == "CS1"


@pytest.mark.parametrize(
    ("request_", "severity"),
    [
        (FirmwareStatusNotificationRequest(status=FirmwareStatus.INSTALLATION_FAILED), "warning"),
        (FirmwareStatusNotificationRequest(status=FirmwareStatus.INVALID_SIGNATURE), "warning"),
        (FirmwareStatusNotificationRequest(status=FirmwareStatus.INSTALLED), "info"),
        (minimal(NotifyDERAlarmRequest, alarm_ended=True), "info"),
        (minimal(NotifyDERAlarmRequest), "warning"),
    ],
)
async def test_device_notices_are_kept_whole(house: House, request_: Request, severity: str) -> None:
    """What is only noted stands on the list under its action, with all it said."""
    event = (await event_of(house, request_)).event
    assert (event.kind, event.name, event.severity) == ("device", request_.action, severity)
    assert event.data


@pytest.mark.parametrize(("status", "severity"), [("UPLOADED", "info"), ("UPLOAD_FAILURE", "warning")])
async def test_log_uploads_that_fail_are_warnings(house: House, status: str, severity: str) -> None:
    """N01: a failed upload deserves a look."""
    event = (await event_of(house, LogStatusNotificationRequest(status=UploadLogStatus[status]))).event
    assert event.severity == severity


@pytest.mark.parametrize(("status", "severity"), [("SETTLED", "info"), ("FAILED", "warning")])
async def test_settlements_that_fail_are_warnings(house: House, status: str, severity: str) -> None:
    """C21: money that did not arrive deserves a look."""
    event = (await event_of(house, minimal(NotifySettlementRequest, status=PaymentStatus[status]))).event
    assert event.severity == severity


async def test_what_a_station_knows_of_a_customer_is_not_kept(house: House) -> None:
    """N09: the list says that a part arrived, not what it said."""
    decision = await house.decide(minimal(NotifyCustomerInformationRequest, data="drives a blue one"))
    assert b"blue" not in msgspec.json.encode(decision.facts)


async def test_unknown_vendor_data_is_kept_and_answered_truthfully(house: House) -> None:
    """P02: UnknownVendorId, with the data for people to read."""
    request = DataTransferRequest(vendor_id="acme", message_id="hello", data={"x": 1})
    decision = await house.decide(request)
    assert decision.response.status is DataTransferStatus.UNKNOWN_VENDOR_ID
    (fact,) = decision.facts
    assert isinstance(fact, DataReceived)
    assert (fact.vendor_id, fact.message_id, fact.data) == ("acme", "hello", {"x": 1})


@pytest.mark.parametrize("type_", [SignCertificateRequest, VatNumberValidationRequest])
async def test_what_is_not_served_is_rejected_with_a_reason(house: House, type_: type[Request]) -> None:
    """Nothing is promised that is not done: the answer is negative and says why."""
    response = (await house.decide(minimal(type_))).response
    assert response.status == "Rejected"
    assert response.status_info.reason_code == "NotEnabled"


async def test_refused_commands_teach_nothing(house: House) -> None:
    """A refusal, or a command whose answer tells nothing, leaves no fact."""
    request = ResetRequest(type=ResetType.IMMEDIATE)
    assert house.csms.learn("CS1", request, Refusal("InternalError"), NOON) == ()
    assert house.csms.learn("CS1", request, minimal(ACTIONS["Reset"].response), NOON) == ()
