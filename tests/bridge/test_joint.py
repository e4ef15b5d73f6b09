from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pluglot.bridge import Registration
from pluglot.bridge.joint import BUDGET
from pluglot.dialects.base import Refusal
from pluglot.messages import RegistrationStatus
from tests.bridge.peers import (
    BOOT_16,
    BOOT_201,
    Csms16,
    Csms201,
    Station16,
    Station201,
    at,
    energy,
    event_201,
    meter_16,
    start_16,
    status_16,
    stop_16,
    wire,
)
from tests.bridge.world import BEGIN, SILENCE, Crash, Slow, World, ask, command


async def session_16(joint: Any, meters: tuple[int, ...] = (1000, 1500, 2345)) -> int:
    """A whole session of a 1.6 station; returns its transaction id."""
    started = await ask(joint, start_16(meter=meters[0]))
    number: int = started.transaction_id
    for minute, meter in enumerate(meters[1:-1], start=2):
        await ask(joint, meter_16(number, str(meter), minute))
    await ask(joint, stop_16(number, meters[-1], 60))
    return number


@pytest.mark.requirement("BRG-03", "TX-11")
async def test_a_session_keeps_its_energy_and_numbers() -> None:
    """A 1.6 session becomes one 2.0.1 transaction without a gap, with the same energy."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = world.joint("1.6", "2.0.1")
    await ask(joint, BOOT_16)
    await session_16(joint)
    (events,) = csms.transactions().values()
    assert [event["eventType"] for event in events] == ["Started", "Updated", "Ended"]
    assert energy(events) == 1345


@pytest.mark.parametrize("seed", range(20))
async def test_energy_is_conserved_over_two_bridges(seed: int) -> None:
    """From 1.6 over 2.0.1 to 1.6 the registers arrive as they were, whatever unit they were told in."""
    chance = random.Random(seed)
    csms = Csms16()
    far = World(Station201(), csms)
    second = far.joint("2.0.1", "1.6", seed)
    near = World(Station16(), lambda _: None)
    first = near.joint("1.6", "2.0.1", seed)

    async def onward(request: Any, _: Any) -> Any:
        return await ask(second, request)

    near.ask_csms = onward  # type: ignore[method-assign]
    register = chance.randrange(10**7)
    begin = register
    started = await ask(first, start_16(meter=register))
    told = []
    for minute in range(2, chance.randrange(3, 12)):
        register += chance.randrange(5000)
        kilo = chance.random() < 0.5
        text = str(Decimal(register) / 1000) if kilo else str(register)
        await ask(first, meter_16(started.transaction_id, text, minute, "kWh" if kilo else "Wh"))
        told.append(register)
    await ask(first, stop_16(started.transaction_id, register, 60))
    (start,) = [said for action, said in csms.heard if action == "StartTransaction"]
    (stop,) = [said for action, said in csms.heard if action == "StopTransaction"]
    heard = [
        float(sample["value"]) * (1000 if sample.get("unit") == "kWh" else 1)
        for action, said in csms.heard
        if action == "MeterValues"
        for value in said["meterValue"]
        for sample in value["sampledValue"]
    ]
    assert (start["meterStart"], stop["meterStop"]) == (begin, register)
    assert heard == pytest.approx(told)


# --- always answered (13.3, obligation 6) --------------------------------------------------------------------------

FAR_SIDES = {
    "silent": lambda _: SILENCE,
    "slow": Slow(Csms201(), timedelta(seconds=20)),
    "disconnected": lambda _: Refusal("GenericError", "gone", silent=True),
    "refusing": lambda _: Refusal("InternalError", "broken"),
}
STATION_ASKS = [
    BOOT_16,
    start_16(),
    stop_16(7, 100, 5),
    stop_16(-1, 100, 5),
    meter_16(None, "5", 1),
    meter_16(0, "5", 1),
    status_16("Charging"),
    wire("1.6", "Heartbeat"),
    wire("1.6", "Authorize", idTag="A"),
    wire("1.6", "DataTransfer", vendorId="who.knows"),
    wire("1.6", "FirmwareStatusNotification", status="Installed"),
    wire("1.6", "DiagnosticsStatusNotification", status="Uploaded"),
]
EVSE = {"evseId": 1}
TOKEN = {"idToken": "A", "type": "Central"}
CSMS_ASKS = [
    wire("2.0.1", "RequestStartTransaction", idToken=TOKEN, remoteStartId=1, **EVSE),
    wire("2.0.1", "RequestStopTransaction", transactionId="nobody-knows"),
    wire("2.0.1", "GetBaseReport", requestId=1, reportBase="FullInventory"),
    wire("2.0.1", "GetTransactionStatus"),
    wire("2.0.1", "Reset", type="Immediate"),
    wire("2.0.1", "UnlockConnector", evseId=1, connectorId=1),
    wire("2.0.1", "ClearCache"),
    wire("2.0.1", "ChangeAvailability", operationalStatus="Operative"),
    wire("2.0.1", "TriggerMessage", requestedMessage="Heartbeat"),
    wire("2.0.1", "GetDisplayMessages", requestId=2),
    wire("2.0.1", "ClearDisplayMessage", id=2),
    wire("2.0.1", "SetMonitoringBase", monitoringBase="All"),
    wire("2.0.1", "CostUpdated", totalCost=1, transactionId="x"),
    wire(
        "2.0.1",
        "SetVariables",
        setVariableData=[
            {
                "attributeValue": "5",
                "component": {"name": "SampledDataCtrlr"},
                "variable": {"name": "TxUpdatedInterval"},
            }
        ],
    ),
]


@pytest.mark.requirement("BRG-01", "BRG-04")
@pytest.mark.parametrize("far", FAR_SIDES)
@pytest.mark.parametrize("request_", STATION_ASKS, ids=lambda one: one.action)
async def test_a_station_is_always_answered(far: str, request_: Any) -> None:
    """Whatever the management system does, the station has one answer within the budget."""
    world = World(Station16(), FAR_SIDES[far])
    answer = await world.joint("1.6", "2.0.1").from_station(request_)
    assert answer.response is not None
    assert world.time - BEGIN <= BUDGET


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize("far", FAR_SIDES)
@pytest.mark.parametrize("request_", CSMS_ASKS, ids=lambda one: one.action)
async def test_a_management_system_is_always_answered(far: str, request_: Any) -> None:
    """Whatever the station does, the management system has one answer within the budget."""
    world = World(Slow(Station16(), timedelta(seconds=20)) if far == "slow" else FAR_SIDES[far], Csms201())
    answer = await world.joint("1.6", "2.0.1").from_csms(request_)
    assert answer.response is not None
    assert world.time - BEGIN <= BUDGET


async def test_a_refusal_is_passed_on_with_its_code() -> None:
    """Code, description and details of a CALLERROR arrive at the other side (13.1)."""
    said = Refusal("SecurityError", "not for you", {"why": "because"})
    world = World(Station16(), lambda _: said)
    assert await ask(world.joint("1.6", "2.0.1"), wire("1.6", "Heartbeat")) == said


# --- what is saved, and when ---------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-03", "BRG-04")
async def test_memory_is_saved_before_anything_is_forwarded_or_answered() -> None:
    """The transaction is on disk before the management system hears of it, and its answer before the station does."""
    world = World(Station16(), Csms201())
    await ask(world.joint("1.6", "2.0.1"), start_16())
    assert world.steps.index("save") < world.steps.index("ask csms TransactionEvent")
    assert world.steps[-2:] == ["save", "settle"]


async def insist(world: World, make: Any, messages: list[Any]) -> None:
    """Tell messages one after another to a bridge that crashes once; each is repeated until it is answered."""
    joint = make()
    numbers: dict[int, int] = {}
    for message in messages:
        said = message(numbers) if callable(message) else message
        while True:
            try:
                answer = await ask(joint, said)
            except Crash:
                world.crash_at = None
                if world.loses_power:
                    world.cut_power()
                joint = make()
                continue
            if not (isinstance(answer, Refusal) and answer.silent):
                break
        if said.action == "StartTransaction":
            numbers[said.connector_id] = answer.transaction_id


SESSION_16 = [
    BOOT_16,
    status_16("Preparing"),
    start_16(),
    lambda numbers: meter_16(numbers[1], "1200", 2),
    lambda numbers: meter_16(numbers[1], "1.5", 3, "kWh"),
    lambda numbers: stop_16(numbers[1], 2345, 4, "DRIVER"),
    start_16(tag="SECOND", meter=2345, minutes=10),
    lambda numbers: stop_16(numbers[1], 2500, 12),
]


@pytest.mark.requirement("BRG-03", "TX-08", "TX-09")
@pytest.mark.parametrize("loses_power", [False, True])
@pytest.mark.parametrize("crash_at", range(1, 60))
async def test_a_crash_anywhere_loses_and_doubles_nothing_upwards(crash_at: int, *, loses_power: bool) -> None:
    """A 1.6 station behind a 2.0.1 system: after a crash at any step each event is told once, without a gap."""
    csms = Csms201()
    world = World(Station16(), csms)
    world.crash_at, world.loses_power = crash_at, loses_power
    await insist(world, lambda: world.joint("1.6", "2.0.1", seed=len(world.steps)), SESSION_16)
    first, second = sorted(csms.transactions().values(), key=lambda events: str(events[0]["timestamp"]))
    assert [event["eventType"] for event in first] == ["Started", "Updated", "Updated", "Ended"]
    assert [event["eventType"] for event in second] == ["Started", "Ended"]
    assert (energy(first), energy(second)) == (1345, 155)


SESSION_201 = [
    BOOT_201,
    event_201("TX-1", 0, "Started", 1000, 1, "DRIVER"),
    event_201("TX-1", 1, "Updated", 1200, 2),
    event_201("TX-1", 2, "Ended", 2345, 3),
    event_201("TX-2", 0, "Started", 2345, 11, "DRIVER"),
    event_201("TX-2", 1, "Ended", 2500, 13),
]


@pytest.mark.requirement("BRG-03", "TX-08")
@pytest.mark.parametrize("loses_power", [False, True])
@pytest.mark.parametrize("crash_at", range(1, 50))
async def test_a_crash_anywhere_loses_and_doubles_nothing_downwards(crash_at: int, *, loses_power: bool) -> None:
    """A 2.0.1 station behind a 1.6 system: starts and stops are told once, or again in exactly the same words."""
    csms = Csms16()
    world = World(Station201(), csms)
    world.crash_at, world.loses_power = crash_at, loses_power
    await insist(world, lambda: world.joint("2.0.1", "1.6", seed=len(world.steps)), SESSION_201)
    assert len(csms.starts) == 2
    assert {number: stop["meterStop"] for number, stop in csms.stops.items()} == {100: 2345, 101: 2500}


@pytest.mark.requirement("BRG-03")
async def test_stations_do_not_influence_each_other() -> None:
    """Two stations with equal connectors, requests and numbers have transactions of their own (obligation 8)."""
    csms = Csms201()
    one, other = (World(Station16(), csms).joint("1.6", "2.0.1", identity=name) for name in ("A", "B"))
    first, second = await ask(one, start_16()), await ask(other, start_16())
    assert first.transaction_id == second.transaction_id, "the same chance gives both the same number"
    await ask(one, stop_16(first.transaction_id, 1100, 5))
    await ask(other, meter_16(second.transaction_id, "1500", 6))
    await ask(other, stop_16(second.transaction_id, 1700, 7))
    assert sorted(energy(events) for events in csms.transactions().values()) == [100, 700]


# --- faults of other bridges, by their number in the list ----------------------------------------------------------


async def test_1_a_retried_start_begins_nothing() -> None:
    """A repeated StartTransaction has the same id and makes no second transaction."""
    csms = Csms201()
    joint = World(Station16(), csms).joint("1.6", "2.0.1")
    answers = [await ask(joint, start_16()) for _ in range(3)]
    assert len({answer.transaction_id for answer in answers}) == 1
    assert len(csms.events) == 1


@pytest.mark.parametrize("number", [987654, -1, 0])
async def test_2_and_3_a_stop_of_an_unknown_transaction_is_answered(number: int) -> None:
    """A station that stops what nobody knows has its answer, once and for all, and no refusal."""
    csms = Csms201()
    joint = World(Station16(), csms).joint("1.6", "2.0.1")
    for _ in range(2):
        answer = await ask(joint, stop_16(number, 500, 5))
        assert not isinstance(answer, Refusal)
    assert len(csms.transactions()) == 1


async def test_3_a_stop_with_minus_one_ends_the_only_transaction() -> None:
    """A station that never learnt its id says -1, and the running transaction ends."""
    csms = Csms201()
    joint = World(Station16(), csms).joint("1.6", "2.0.1")
    await ask(joint, start_16())
    await ask(joint, stop_16(-1, 1700, 5))
    (events,) = csms.transactions().values()
    assert energy(events) == 700


async def test_4_a_rejected_start_keeps_its_energy() -> None:
    """A driver who is not allowed may still have charged: the values of that transaction arrive."""
    csms = Csms201()
    csms.status["DRIVER"] = "Blocked"
    joint = World(Station16(), csms).joint("1.6", "2.0.1")
    started = await ask(joint, start_16())
    assert started.id_tag_info.status.value == "Blocked"
    await ask(joint, stop_16(started.transaction_id, 1100, 2))
    (events,) = csms.transactions().values()
    assert energy(events) == 100


@pytest.mark.parametrize("request_", [meter_16(None, "5", 1), meter_16(None, "5", 1, connector=0)])
async def test_5_values_outside_of_transactions_arrive(request_: Any) -> None:
    """MeterValues without a transaction, of a connector or of the whole station, are told."""
    csms = Csms201()
    assert not isinstance(await ask(World(Station16(), csms).joint("1.6", "2.0.1"), request_), Refusal)
    (said,) = [said for action, said in csms.heard if action == "MeterValues"]
    assert said["evseId"] == request_.connector_id


async def test_9_ids_do_not_come_from_the_clock() -> None:
    """Two transactions at the same moment have different ids."""
    joint = World(Station16(), Csms201()).joint("1.6", "2.0.1")
    answers = [await ask(joint, start_16(connector=connector)) for connector in (1, 2, 3)]
    assert len({answer.transaction_id for answer in answers}) == 3


async def test_11_a_status_waits_until_connectors_have_numbers() -> None:
    """Behind a 1.6 system a status is told when the number of its connector is certain, and once."""
    csms = Csms16()
    joint = World(Station201(), csms).joint("2.0.1", "1.6")
    await ask(joint, BOOT_201)
    for evse_id in (2, 1):
        await ask(
            joint,
            wire(
                "2.0.1",
                "StatusNotification",
                timestamp=at(1),
                connectorStatus="Available",
                evseId=evse_id,
                connectorId=1,
            ),
        )
    told = [said["connectorId"] for action, said in csms.heard if action == "StatusNotification"]
    assert sorted(told) == [0, 1, 2]


async def test_12_a_remote_start_of_connector_0_is_rejected() -> None:
    """A 1.6 system that wants to start the whole station is told no, and the station is not asked."""
    station = Station201()
    answer = await command(
        World(station, Csms16()).joint("2.0.1", "1.6"),
        wire("1.6", "RemoteStartTransaction", connectorId=0, idTag="A"),
    )
    assert answer.status.value == "Rejected"
    assert station.asked == []


async def test_14_a_restarted_bridge_knows_its_transactions() -> None:
    """A stop after a restart ends the transaction that began before."""
    csms = Csms201()
    world = World(Station16(), csms)
    started = await ask(world.joint("1.6", "2.0.1"), start_16())
    await ask(world.joint("1.6", "2.0.1", seed=2), stop_16(started.transaction_id, 1234, 5))
    (events,) = csms.transactions().values()
    assert energy(events) == 234


async def test_a_request_of_many_parts_is_answered_in_time_for_what_was_done() -> None:
    """When the time is used up the remaining parts are refused, and the answer still comes in time (6.3, 13.3)."""
    station = Station16()
    world = World(Slow(station, timedelta(seconds=20)), Csms201())
    items = [
        {"component": {"name": component}, "variable": {"name": name}, "attributeValue": "60"}
        for component, name in (("SampledDataCtrlr", "TxUpdatedInterval"), ("TxCtrlr", "EVConnectionTimeOut"))
    ]
    items.append(items[0] | {"variable": {"name": "TxStartPoint"}, "component": {"name": "TxCtrlr"}})
    answer = await command(world.joint("1.6", "2.0.1"), wire("2.0.1", "SetVariables", setVariableData=items))
    results = [
        (
            one.attribute_status.value,
            None if one.attribute_status_info is None else one.attribute_status_info.reason_code,
        )
        for one in answer.set_variable_result
    ]
    assert results == [("Accepted", None), ("Rejected", "InternalError"), ("Rejected", "ReadOnly")]
    assert world.time <= BEGIN + timedelta(seconds=27)


# --- registration (13.6) -------------------------------------------------------------------------------------------


async def test_a_pending_station_says_only_what_it_may() -> None:
    """Before it is accepted nothing but boots goes up, unless it was asked for."""
    csms = Csms201()
    csms.registration = "Pending"
    station = Station16()
    joint = World(station, csms).joint("1.6", "2.0.1")
    assert (await ask(joint, BOOT_16)).status.value == "Pending"
    refused = await ask(joint, wire("1.6", "Heartbeat"))
    assert isinstance(refused, Refusal) and refused.code == "SecurityError"
    await command(joint, wire("2.0.1", "TriggerMessage", requestedMessage="Heartbeat"))
    assert not isinstance(await ask(joint, wire("1.6", "Heartbeat")), Refusal)
    csms.registration = "Accepted"
    await ask(joint, BOOT_16)
    assert not isinstance(await ask(joint, start_16()), Refusal)


@pytest.mark.parametrize("status", [RegistrationStatus.PENDING, RegistrationStatus.REJECTED])
async def test_a_station_that_is_not_accepted_is_not_started(status: RegistrationStatus) -> None:
    """Remote starts and stops are rejected by the bridge itself."""
    station = Station16()
    joint = World(station, Csms201()).joint("1.6", "2.0.1")
    joint.registration = Registration(status)
    for request in CSMS_ASKS[:2]:
        answer = await command(joint, request)
        assert (answer.status.value, answer.status_info.reason_code) == ("Rejected", "CSNotAccepted")
    assert station.asked == []


async def test_a_rejected_station_is_not_asked_at_all() -> None:
    """Requests to a rejected station are answered by the bridge."""
    station = Station16()
    joint = World(station, Csms201()).joint("1.6", "2.0.1")
    joint.registration = Registration(RegistrationStatus.REJECTED)
    answers = [await command(joint, request) for request in CSMS_ASKS]
    assert all(answer is not None for answer in answers)
    assert station.asked == []


async def test_equal_versions_are_passed_on_as_they_are() -> None:
    """Between equal versions nothing is translated and nothing can be lost."""
    csms, seen = Csms16(), []

    def keep(request: Any) -> Any:
        seen.append(request)
        return csms(request)

    joint = World(Station16(), keep).joint("1.6", "1.6")
    request = start_16()
    await ask(joint, request)
    assert seen == [request]


@pytest.mark.parametrize("csms", ["2.0.1", "1.6"])
async def test_a_heartbeat_does_not_wait_for_a_slow_management_system(csms: str) -> None:
    """After five seconds the bridge answers by its own clock; a lost link is told as one at once (mapping 5.2)."""
    silent = Slow(lambda _request: SILENCE, timedelta(seconds=60))
    world = World(Station16(), silent)
    answer = await ask(world.joint("1.6", csms), wire("1.6", "Heartbeat"))
    assert world.time == BEGIN + timedelta(seconds=5)
    assert answer.current_time == world.time

    async def gone(_request: Any, _deadline: Any) -> Refusal:
        return Refusal("GenericError", "no link", silent=True)

    world = World(Station16(), silent)
    world.ask_csms = gone  # type: ignore[method-assign]
    assert (await ask(world.joint("1.6", csms), wire("1.6", "Heartbeat"))).description == "no link"
    assert world.time == BEGIN
