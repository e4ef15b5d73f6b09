"""Prices and costs by the cost convention of 1.6, both halves (mapping 5.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from pluglot.messages.base import CustomData
from tests.dialects.driver import NOW, accepting, message, shown
from tests.dialects.ocpp16.chain import Chain
from tests.dialects.ocpp16.station import Station, start
from tests.dialects.ocpp16.test_csms_features import Served
from tests.dialects.ocpp16.test_csms_transactions import CARD, CHARGING, EVSE
from tests.dialects.ocpp16.test_station_features import Told

COSTS = "org.openchargealliance.costmsg"
LANGUAGES = "org.openchargealliance.multilanguage"
DUTCH = {"format": "UTF8", "language": "nl", "content": "0,40/kWh"}
PRICES = {
    "chargingPrice": {"kWhPrice": 0.123, "hourPrice": 2.0, "flatFee": 42.42},
    "idlePrice": {"graceMinutes": 30, "hourPrice": 1.0},
    "nextPeriod": {"atTime": "2026-03-01T14:00:00Z", "chargingPrice": {"kWhPrice": 0.1}},
    "triggerMeterValue": {"atTime": "2026-03-01T14:00:00Z", "atEnergykWh": 5.0, "atPowerkW": 8.0},
}


def _text(content: str = "0.40/kWh") -> house.MessageContent:
    return house.MessageContent(format=house.MessageFormat.UTF8, content=content)


def _said(station: Station) -> list[tuple[str, dict[str, Any]]]:
    return [(one.message_id, msgspec.json.decode(one.data)) for one in station.last.peer]


# --- a 1.6 station that shows costs -------------------------------------------------------------------------------


def test_a_driver_sees_prices_and_costs() -> None:
    """A price after authorising, the cost so far, and the final cost, each after the answer it came with."""
    station = Told(CustomDisplayCostAndPrice="true")
    text = house.MessageContent(format=house.MessageFormat.UTF8, content="0.40/kWh")
    info = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED, personal_message=text)
    answers = {
        "Authorize": house.AuthorizeResponse(id_token_info=info),
        "TransactionEvent": house.TransactionEventResponse(total_cost=Decimal("1.25")),
    }
    station.answer = lambda one: answers.get(one.action) or accepting(one)
    station.send(wire.AuthorizeRequest(id_tag="A"))
    assert station.last.answered_before == 1
    assert _content(station) == ("SetUserPrice", {"idToken": "A", "priceText": "0.40/kWh"})
    given = station.start(1, tag="A").transaction_id
    station.meter(given, "1500")
    assert _content(station)[0] == "RunningCost"
    assert _content(station)[1]["cost"] == 1.25
    house_id = station.events[0].transaction_info.transaction_id
    assert station.do("CostUpdated", {"totalCost": 2.5, "transactionId": house_id}) == {}
    assert _content(station)[1] | {"timestamp": ""} == {
        "transactionId": given,
        "timestamp": "",
        "meterValue": 1500,
        "cost": 2.5,
        "state": "Idle",
    }
    station.stop(given, 2000)
    assert _content(station) == ("FinalCost", {"transactionId": given, "cost": 1.25})


def _content(station: Station) -> tuple[str, dict[str, Any]]:
    said = station.last.peer[-1]
    return said.message_id, msgspec.json.decode(said.data)


def test_a_price_is_shown_in_every_language_the_house_says_it_in() -> None:
    """The vendor data of the multi-language convention travels with the price, after Authorize and after a start."""
    station = Told(CustomDisplayCostAndPrice="true")
    info = house.IdTokenInfo(
        status=house.AuthorizationStatus.ACCEPTED,
        personal_message=_text(),
        custom_data=CustomData(LANGUAGES, personalMessageExtra=[DUTCH, {"content": "no language"}, "nonsense"]),
    )
    station.answer = lambda one: (
        house.AuthorizeResponse(id_token_info=info)
        if one.action == "Authorize"
        else house.TransactionEventResponse(id_token_info=info)
    )
    expected = ("SetUserPrice", {"idToken": "A", "priceText": "0.40/kWh", "priceTextExtra": [DUTCH]})
    station.send(wire.AuthorizeRequest(id_tag="A"))
    assert _said(station) == [expected]
    station.start(1, tag="A")
    assert _said(station) == [expected]
    assert station.last.answered_before == 1
    assert station.last.losses == []


@pytest.mark.parametrize("vendor", [COSTS, "org.pluglot"])
def test_a_running_cost_says_what_the_house_says_of_prices(vendor: str) -> None:
    """Prices, the next period and triggers reach the station as they were written."""
    station = Told(CustomDisplayCostAndPrice="true")
    given = station.start(1, tag="A").transaction_id
    details = {"timestamp": "2026-03-01T12:30:00Z", "meterValue": 1234, "state": "Charging", **PRICES}
    members = details if vendor == COSTS else {"v16": {"cost": details}}
    update = house.CostUpdatedRequest(
        total_cost=Decimal("3.31"),
        transaction_id=station.events[0].transaction_info.transaction_id,
        custom_data=CustomData(vendor, **members),
    )
    assert station.ask(update) == house.CostUpdatedResponse()
    assert _said(station) == [("RunningCost", {"transactionId": given, "cost": 3.31, **details})]


def test_a_cost_told_with_a_status_is_shown_too() -> None:
    """Every event the house answers may tell the cost so far, also one made from a status."""
    station = Told(CustomDisplayCostAndPrice="true")
    station.start(1, tag="A")
    station.answer = lambda one: (
        house.TransactionEventResponse(total_cost=Decimal("0.5"))
        if one.action == "TransactionEvent"
        else accepting(one)
    )
    station.status(1, "Charging", when=5)
    assert [(name, content["cost"], content["state"]) for name, content in _said(station)] == [
        ("RunningCost", 0.5, "Charging")
    ]
    plain = Told()
    plain.start(1, tag="A")
    plain.answer = station.answer
    plain.status(1, "Charging", when=5)
    assert "totalCost" in [loss.field for loss in plain.last.losses]


def test_a_final_cost_has_its_words() -> None:
    """The last answer's message, its translations and the code of a receipt are part of the final cost."""
    station = Told(CustomDisplayCostAndPrice="true")
    given = station.start(1, tag="A").transaction_id
    station.answer = lambda _one: house.TransactionEventResponse(
        total_cost=Decimal("3.42"),
        updated_personal_message=_text("Thank you"),
        updated_personal_message_extra=(message_content(DUTCH),),
        custom_data=CustomData("org.openchargealliance.org.qrcode", qrCodeText="https://receipt"),
    )
    station.stop(given, 2000)
    final = {"transactionId": given, "cost": 3.42, "priceText": "Thank you", "qrCodeText": "https://receipt"}
    assert _said(station) == [("FinalCost", {**final, "priceTextExtra": [DUTCH]})]
    house_id = station.events[0].transaction_info.transaction_id
    assert station.ask(house.CostUpdatedRequest(total_cost=Decimal(4), transaction_id=house_id)) is not None
    assert _said(station) == [("FinalCost", {"transactionId": given, "cost": 4})]


def message_content(tree: dict[str, str]) -> house.MessageContent:
    """Words of the house."""
    return msgspec.convert(tree, house.MessageContent)


@pytest.mark.parametrize("status", ["UnknownVendorId", "Rejected"])
def test_a_station_that_does_not_take_a_cost_is_shown(status: str) -> None:
    """The loss is noted; only an unknown vendor turns the route off."""
    station = Told(CustomDisplayCostAndPrice="true")
    given = station.start(1, tag="A").transaction_id
    station.answer = lambda _one: house.TransactionEventResponse(total_cost=Decimal(1))
    station.peer = lambda _one: message("v16:DataTransferResponse", {"status": status})
    station.meter(given, "1500")
    assert [loss.value for loss in station.last.losses] == [status]
    station.meter(given, "1600", when=120)
    assert len(station.last.peer) == (0 if status == "UnknownVendorId" else 1)


# --- a 1.6 management system that tells costs ---------------------------------------------------------------------


class Charging(Served):
    """A 2.1 station that charges."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self.event("Started", "Authorized", charging_state=CHARGING, meter=5, evse=EVSE, id_token=CARD)
        self.number = self.management.last_id

    def tell(self, message_id: str, content: Any, *, vendor: str = COSTS) -> str:
        """Tell something by the cost convention; returns the status."""
        data = content if isinstance(content, str) else msgspec.json.encode(content).decode()
        answer = self.do("DataTransfer", {"vendorId": vendor, "messageId": message_id, "data": data})
        return str(answer["status"])

    def reads(self, vendor: str) -> None:
        """Have the station say that it reads the vendor data of a convention."""
        variable = {"name": "CustomImplementationEnabled", "instance": vendor}
        data = {
            "component": {"name": "CustomizationCtrlr"},
            "variable": variable,
            "variableAttribute": [{"value": "true"}],
        }
        payload = {"requestId": 77, "generatedAt": NOW.isoformat(), "seqNo": 0, "reportData": [data]}
        self.say(message("v21:NotifyReportRequest", payload))


def test_a_running_cost_reaches_the_driver_of_a_2_x_station() -> None:
    """The sum becomes CostUpdated; what 2.x has no field for is lost and shown."""
    uplink = Charging()
    content = {"transactionId": uplink.number, "timestamp": "2026-03-01T12:30:00Z", "meterValue": 9, "cost": 1.5}
    assert uplink.tell("RunningCost", {**content, "state": "Charging", **PRICES}) == "Accepted"
    assert (str(uplink.last.house[0].total_cost), uplink.last.house[0].transaction_id) == ("1.5", "tx")
    assert uplink.last.house[0].custom_data is None
    assert [loss.field for loss in uplink.last.losses] == [f"RunningCost.{name}" for name in PRICES]
    assert uplink.tell("RunningCost", content) == "Accepted"
    assert uplink.last.losses == []


def test_prices_travel_to_a_station_that_reads_the_convention() -> None:
    """A station that says so in its device model gets them as vendor data of the convention."""
    uplink = Charging()
    uplink.reads(COSTS)
    uplink.restart()
    assert uplink.tell("RunningCost", {"transactionId": uplink.number, "cost": 1.5, **PRICES}) == "Accepted"
    assert shown(uplink.last.house[0])["customData"] == {"vendorId": COSTS, **PRICES}
    assert uplink.last.losses == []


@pytest.mark.parametrize(
    "content",
    [
        {"transactionId": 1, "cost": 1},
        {"cost": 1},
        {"transactionId": "501", "cost": 1},
        {"transactionId": True, "cost": 1},
        {"transactionId": 501, "cost": "1"},
        {"transactionId": 501, "cost": True},
        {"transactionId": 501},
    ],
)
@pytest.mark.parametrize("message_id", ["RunningCost", "FinalCost"])
def test_a_cost_of_nothing_known_is_rejected(message_id: str, content: dict[str, Any]) -> None:
    """Another transaction, none, or a sum that is none."""
    uplink = Charging()
    assert uplink.tell(message_id, content) == "Rejected"
    assert uplink.last.house == []


@pytest.mark.parametrize(("message_id", "data"), [("RunningCost", "{"), ("RunningCost", "[]"), ("ElseCost", "{}")])
def test_what_is_no_message_of_the_convention_is_handed_on(message_id: str, data: str) -> None:
    """Vendor data that cannot be read, or of a name the convention does not have, is the station's to judge."""
    uplink = Charging()
    uplink.station = lambda _one: message("v21:DataTransferResponse", {"status": "UnknownMessageId"})
    assert uplink.tell(message_id, data) == "UnknownMessageId"
    assert uplink.last.house[0].action == "DataTransfer"


def test_a_station_without_costs_makes_an_unknown_message() -> None:
    """CostUpdated refused as not supported is an unknown message; another error is handed on."""
    uplink = Charging()
    uplink.station = lambda one: Refusal("NotSupported", one.action)
    assert uplink.tell("RunningCost", {"transactionId": uplink.number, "cost": 1}) == "UnknownMessageId"


def test_a_final_cost_told_in_time_comes_with_the_last_answer() -> None:
    """Told before the end it is the total of the Ended event with its words, after a restart and a repetition too."""
    uplink = Charging()
    final = {"transactionId": uplink.number, "cost": 3.42, "priceText": "Thank you", "priceTextExtra": [DUTCH]}
    assert uplink.tell("FinalCost", final) == "Accepted"
    assert uplink.last.house == []
    uplink.restart()
    for _ in range(2):
        answer = uplink.event("Ended", "StopAuthorized", meter=900, id_token=CARD, seq_no=1)
        assert (answer.total_cost, answer.updated_personal_message) == (Decimal("3.42"), _text("Thank you"))
        assert answer.updated_personal_message_extra == (message_content(DUTCH),)


def test_a_final_cost_told_too_late_is_a_sum_alone() -> None:
    """After the last answer 2.x has no place for words."""
    uplink = Charging()
    uplink.event("Ended", "StopAuthorized", meter=900, id_token=CARD)
    final = {"transactionId": uplink.number, "cost": 3.42, "priceText": "Thank you", "qrCodeText": "https://receipt"}
    assert uplink.tell("FinalCost", final) == "Accepted"
    assert str(uplink.last.house[0].total_cost) == "3.42"
    assert [loss.field for loss in uplink.last.losses] == ["FinalCost.priceText", "FinalCost.qrCodeText"]


def test_a_price_is_told_once_with_the_next_word_on_its_token() -> None:
    """In every language where the station reads that, else in one, with the others shown as lost."""
    uplink = Charging()
    price = {"idToken": "04a1b2c3", "priceText": "0.40", "priceTextExtra": [DUTCH]}
    assert uplink.tell("SetUserPrice", price) == "Accepted"
    infos = [uplink.say(house.AuthorizeRequest(id_token=CARD)).id_token_info for _ in range(2)]
    assert infos[0].personal_message == _text("0.40")
    assert infos[0].custom_data is None
    assert infos[1].personal_message is None
    uplink.tell("SetUserPrice", price)
    uplink.say(house.AuthorizeRequest(id_token=CARD))
    assert [loss.field for loss in uplink.last.losses] == ["SetUserPrice.priceTextExtra"]
    uplink.reads(LANGUAGES)
    uplink.tell("SetUserPrice", price)
    uplink.restart()
    info = uplink.say(house.AuthorizeRequest(id_token=CARD)).id_token_info
    assert info.custom_data == CustomData(LANGUAGES, personalMessageExtra=[DUTCH])
    for wrong in ({"idToken": "A"}, {"priceText": "x"}, {"idToken": "A" * 21, "priceText": "x"}):
        assert uplink.tell("SetUserPrice", wrong) == "Rejected"


# --- both -----------------------------------------------------------------------------------------------------------


def test_costs_are_the_same_at_both_ends_of_a_chain() -> None:
    """Between 1.6 and 1.6 all of a running and of a final cost arrives, with the station's own number."""
    chain = Chain()
    taken: list[Any] = []

    def station(request: Any) -> Any:
        if request.action == "GetConfiguration":
            shows = wire.KeyValue(key="CustomDisplayCostAndPrice", readonly=False, value="true")
            return wire.GetConfigurationResponse(configuration_key=(shows,))
        taken.append((request.message_id, msgspec.json.decode(request.data)))
        return wire.DataTransferResponse(status=wire.DataTransferStatus.ACCEPTED)

    chain.station = station
    chain.send(wire.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M"))
    chain.command(wire.GetConfigurationRequest())
    given = chain.send(start(1, tag="A")).transaction_id
    number = chain.management.last_id
    running = {"transactionId": number, "cost": 1.5, "timestamp": "2026-03-01T12:30:00Z", "meterValue": 7}
    final = {"transactionId": number, "cost": 3.42, "priceText": "Thank you", "priceTextExtra": [DUTCH]}
    contents = [
        ("RunningCost", {**running, "state": "Idle", **PRICES}),
        ("FinalCost", {**final, "qrCodeText": "https://receipt"}),
    ]
    for message_id, content in contents:
        if message_id == "FinalCost":
            chain.send(wire.StopTransactionRequest(transaction_id=given, meter_stop=1500, timestamp=NOW))
        data = msgspec.json.encode(content).decode()
        answer = chain.command(wire.DataTransferRequest(vendor_id=COSTS, message_id=message_id, data=data))
        assert answer.status is wire.DataTransferStatus.ACCEPTED
    assert taken == [(name, {**content, "transactionId": given}) for name, content in contents]
