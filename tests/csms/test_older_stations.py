from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from pluglot.csms import fold
from pluglot.dialects.base import Half, carry_out
from pluglot.dialects.losses import Loss
from pluglot.dialects.registry import actions, station_half
from pluglot.messages.codec import decode, to_builtins
from tests.csms.house import NOON, House


class Station:
    """A station of an older version, whose messages reach the house through its dialect."""

    def __init__(self, house: House, version: str) -> None:
        self.house, self.version = house, version
        numbers = iter(Decimal(number) / 1000 for number in range(1, 1000))
        self.half: Half = station_half(version, identity="CS1", random=lambda: float(next(numbers)))
        self.half.connected(now=NOON)
        self.losses: list[Loss] = []

    async def says(self, action: str, *, minute: int = 0, **payload: Any) -> dict[str, Any]:
        """Send a message and return the answer as it goes on the wire."""
        self.house.now = NOON + timedelta(minutes=minute)
        request = decode(actions(self.version)[action].request, msgspec.json.encode(payload))
        answers: list[Any] = []

        async def answer(response: Any) -> None:
            answers.append(response)

        async def never(request: Any) -> Any:
            raise AssertionError(request)

        await carry_out(
            self.half.inward(request, now=self.house.now),
            ask_house=lambda asked: self.house.answer(asked, ocpp_version=self.version),
            ask_peer=never,
            lost=self.losses.extend,
            answer=answer,
        )
        (response,) = answers
        told: dict[str, Any] = to_builtins(response)
        return told


def at(minute: int) -> str:
    return f"2026-05-04T12:{minute:02}:00Z"


@pytest.fixture
def station(house: House) -> Station:
    return Station(house, "1.6")


async def test_a_session_of_a_1_6_station_is_a_transaction_like_any_other(house: House, station: Station) -> None:
    """Start, meter values in kWh and stop become one record with its energy, cost, token and reason."""
    await station.says("BootNotification", chargePointVendor="Old", chargePointModel="O1")
    assert house.shelf.stations["CS1"].vendor_name == "Old"
    await station.says("StatusNotification", connectorId=1, errorCode="NoError", status="Preparing", timestamp=at(0))
    authorized = await station.says("Authorize", idTag="04aabbcc")
    assert authorized == {"idTagInfo": {"status": "Accepted"}}
    started = await station.says("StartTransaction", connectorId=1, idTag="04AABBCC", meterStart=1000, timestamp=at(0))
    assert started["idTagInfo"]["status"] == "Accepted"
    number = started["transactionId"]
    await station.says(
        "StatusNotification", minute=1, connectorId=1, errorCode="NoError", status="Charging", timestamp=at(1)
    )
    sample = {"value": "2.25", "unit": "kWh", "context": "Sample.Periodic"}
    values = [{"timestamp": at(10), "sampledValue": [sample]}]
    await station.says("MeterValues", minute=10, connectorId=1, transactionId=number, meterValue=values)
    (record,) = house.shelf.records.values()
    assert (record.energy_wh, record.cost, record.state) == (1250, Decimal("1.62"), "Charging")
    stop = {"transactionId": number, "idTag": "04AABBCC", "meterStop": 3000, "timestamp": at(20), "reason": "Local"}
    for _ in range(2):  # the second time after a lost answer
        assert await station.says("StopTransaction", minute=20, **stop) == {"idTagInfo": {"status": "Accepted"}}
    (record,) = house.shelf.records.values()
    assert (record.energy_wh, record.cost, record.stopped_reason) == (2000, Decimal("2.00"), "Local")
    assert (record.id_token.casefold(), record.ocpp_version, record.evse_id) == ("04aabbcc", "1.6", 1)
    assert (record.missing_seq_nos, record.implausible) == ((), ())
    assert house.event_names() == []


async def test_a_tag_of_a_1_6_station_finds_the_token_of_any_one_type(house: House, station: Station) -> None:
    """Whatever type the dialect guesses, the operator's only token with this text is meant."""
    house.save_token("DEMO-TOKEN-1", "eMAID", group_id_token="FLEET")
    assert await station.says("Authorize", idTag="demo-token-1") == {
        "idTagInfo": {"status": "Accepted", "parentIdTag": "FLEET"}
    }
    house.save_token("DEMO-TOKEN-1", "KeyCode")
    assert (await station.says("Authorize", idTag="demo-token-1"))["idTagInfo"]["status"] == "Invalid"


@pytest.mark.requirement("TX-12", "TX-14")
@pytest.mark.parametrize("version", ["1.6", "1.6s", "1.5s", "1.2s"])
async def test_a_stop_for_the_transaction_of_another_station_harms_nobody(
    house: House, station: Station, version: str
) -> None:
    """Station B stops station A's transaction by its number: it is answered, A's goes on, and B's is suspicious."""
    house.register("CS2")
    started = await station.says("StartTransaction", connectorId=1, idTag="04AABBCC", meterStart=0, timestamp=at(0))
    (before,) = house.shelf.records.values()
    other = Station(house, version)
    other.house = _As(house, "CS2")  # type: ignore[assignment]
    number = started["transactionId"]
    for _ in range(2):  # the second time after a lost answer
        answer = await other.says("StopTransaction", transactionId=number, meterStop=5, timestamp=at(1))
        assert answer == {}
    assert house.shelf.records["CS1", before.transaction_id] == before
    assert before.is_open
    (made,) = [record for (station_id, _), record in house.shelf.records.items() if station_id == "CS2"]
    assert (made.state, made.energy_wh, made.implausible[0]) == ("Ended", 0, "the start was never reported")
    assert made == fold(house.shelf.entries["CS2", made.transaction_id].values(), house.policy, version)
    (alarm,) = [fact.event for fact in house.shelf.events if fact.event.kind == "security"]
    assert (alarm.name, alarm.station_id, alarm.severity) == ("UnknownTransactionStopped", "CS2", "error")
    assert alarm.data == {"transactionId": made.transaction_id, "stoppedTransactionId": number}


@pytest.mark.requirement("TX-12")
@pytest.mark.parametrize("number", [0, -1])
async def test_a_stop_of_a_station_that_never_learnt_the_id_is_no_attack(
    house: House, station: Station, number: int
) -> None:
    """Its transaction is marked and an operator told, without an alarm."""
    await station.says("StopTransaction", transactionId=number, meterStop=5, timestamp=at(1))
    (made,) = house.shelf.records.values()
    assert made.implausible[0] == "the start was never reported"
    assert house.event_names()[0] == "TransactionWithoutStart"
    assert {fact.event.kind for fact in house.shelf.events} == {"house"}


class _As:
    """The house as another station meets it."""

    def __init__(self, house: House, station_id: str) -> None:
        self._house, self._station_id = house, station_id
        self.now = house.now

    async def answer(self, request: Any, **more: Any) -> Any:
        return await self._house.answer(request, station_id=self._station_id, now=self.now, **more)


async def test_a_session_of_a_2_0_1_station_is_a_transaction_like_any_other(house: House) -> None:
    """The same through the 2.0.1 dialect."""
    station = Station(house, "2.0.1")
    info = {"transactionId": "T1", "chargingState": "Charging"}
    for number, (kind, minute, wh) in enumerate([("Started", 0, 100), ("Updated", 5, 600), ("Ended", 10, 1100)]):
        value = {"timestamp": at(minute), "sampledValue": [{"value": wh, "measurand": "Energy.Active.Import.Register"}]}
        answer = await station.says(
            "TransactionEvent",
            minute=minute,
            eventType=kind,
            timestamp=at(minute),
            triggerReason="Authorized",
            seqNo=number,
            transactionInfo=info,
            meterValue=[value],
            evse={"id": 1, "connectorId": 1},
            idToken={"idToken": "04AABBCC", "type": "ISO14443"},
        )
        assert answer["idTokenInfo"]["status"] == "Accepted"
    assert house.record().energy_wh == 1000
    assert house.record().ocpp_version == "2.0.1"
