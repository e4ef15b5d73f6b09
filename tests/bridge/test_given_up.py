"""What a storing bridge gives up stands in its journal, whoever gave it up; and what was never told has no tries."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from pluglot.app.bridged import StoringStation, TransparentStation
from pluglot.bridge import SetAside, Tries, set_aside
from pluglot.bridge.aside import MOST_SET_ASIDE, SET_ASIDE, Shelf
from pluglot.dialects.base import Refusal
from pluglot.messages.version import OcppVersion
from tests.bridge.peers import BOOT_201, Csms16, Csms201, Station201, answer, event_201, wire
from tests.bridge.test_storing import come_back
from tests.bridge.test_storing_faults import ENDED, OTHER, STARTED, TRY, Refusing, kept, storing_program, until
from tests.bridge.world import BEGIN, SILENCE, Crash, World, ask

OF_ONE = [STARTED, event_201("TX-1", 1, "Updated", 1100, 2), event_201("TX-1", 2, "Ended", 2345, 3)]


def reasons(world: World) -> list[str]:
    """Why each message was set aside, in their order."""
    return [aside.reason for _, aside in sorted(set_aside(world.journal.load().states))]


# --- management systems of 1.6 -------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-04", "E13.FR.04")
@pytest.mark.parametrize("action", ["StartTransaction", "MeterValues", "StopTransaction"])
async def test_no_message_fails_for_ever_at_a_system_of_1_6(action: str) -> None:
    """Also a start, which the dialect itself tries again, has its bounded tries; what follows arrives."""
    system = Csms16()
    world, joint = await kept(system, "1.6", *OF_ONE, OTHER)
    poisoned = Refusing(system, action, "InternalError", times=1000)
    world.csms = poisoned
    joint.uplink_came()
    while (waits := await joint.replay()) is not None and world.time < BEGIN + timedelta(hours=9):
        world.time += timedelta(seconds=waits)
    assert joint.queue_length == 0
    assert reasons(world)[0] == f"refused: InternalError, {TRY.faults} times"
    assert poisoned.refused < 3 * TRY.faults


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize(
    ("action", "given_up"), [("StartTransaction", [0, 1, 2]), ("MeterValues", [1]), ("StopTransaction", [2])]
)
async def test_what_a_system_of_1_6_refuses_for_good_is_set_aside(action: str, given_up: list[int]) -> None:
    """What the dialect counts as told because it was refused so often is kept for people, with all that hangs on it."""
    system = Csms16()
    world, joint = await kept(system, "1.6", *OF_ONE, OTHER)
    refusing = Refusing(system, action, "FormationViolation", times=TRY.refusals)
    await come_back(world, joint, refusing)
    found = [aside.message for _, aside in sorted(set_aside(world.journal.load().states))]
    assert len(found) == len(given_up)
    assert all(f'"seqNo":{number}' in text for number, text in zip(given_up, found, strict=True))
    assert reasons(world)[0] == f"refused: it came too late ({action} FormationViolation)"
    assert joint.set_aside_count == len(given_up)
    assert [one for one in world.losses if one.reason == reasons(world)[0]]
    assert [stop["meterStop"] for stop in system.stops.values()] == ([] if 2 in given_up else [2345])


@pytest.mark.requirement("BRG-04")
async def test_what_a_station_kept_itself_is_set_aside_as_well() -> None:
    """An old event that comes while the management system is there, and is refused for good, is not only a loss."""
    system = Csms16()
    world = World(Station201(), system)
    joint = world.storing("2.0.1", "1.6")
    joint.uplink_came()
    await ask(joint, BOOT_201)
    world.csms = Refusing(system, "StopTransaction", "FormationViolation", times=TRY.refusals)
    old = [replace(event, offline=True) for event in (STARTED, ENDED)]
    await ask(joint, old[0])
    answers = [await ask(joint, old[1]) for _ in range(TRY.refusals)]
    assert [isinstance(one, Refusal) for one in answers] == [True, True, False]
    assert reasons(world) == ["refused: it came too late (StopTransaction FormationViolation)"]
    assert joint.set_aside_count == 1


@pytest.mark.requirement("BRG-04")
async def test_what_the_dialect_gives_up_is_set_aside_before_it_counts_as_told() -> None:
    """Wherever the bridge is killed meanwhile, the refused message is in the queue or set aside."""
    for step in range(1, 400):
        system = Csms16()
        world, joint = await kept(system, "1.6", *OF_ONE)
        world.csms = Refusing(system, "StopTransaction", "FormationViolation", times=TRY.refusals)
        world.crash_at = len(world.steps) + step
        joint.uplink_came()
        try:
            while (waits := await joint.replay()) is not None:
                world.time += timedelta(seconds=waits)
        except Crash:
            memory = world.journal.load()
            asides = [aside.message for _, aside in set_aside(memory.states)]
            assert any(b'"seqNo":2' in entry.body for entry in memory.entries) or '"seqNo":2' in "".join(asides)
            continue
        assert step > 10
        return
    pytest.fail("it never came to an end")


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize("attempts", [1, 5])
async def test_the_tries_of_the_settings_hold_for_systems_of_1_6(tmp_path: Path, attempts: int) -> None:
    """The dialect gives up when the settings say so; in a transparent bridge, when the station says so."""
    async with storing_program(tmp_path) as program:
        shared = replace(program.shared, tries=Tries(refusals=attempts))
        storing = StoringStation("S0", shared, upstream_password=None)
        halves = storing.halves(OcppVersion.OCPP_2_0_1)
        assert [half.policy.message_attempts for half in halves] == [attempts, attempts]
        passing = TransparentStation("S1", shared).halves(OcppVersion.OCPP_2_0_1)
        assert [half.policy.message_attempts for half in passing] == [None, None]


# --- registration --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize("is_here", [True, False])
async def test_what_may_not_be_told_has_no_tries(is_here: bool) -> None:
    """While the management system has not accepted the station, nothing that is kept for it is given up."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, ENDED)
    system.registration = "Pending"
    world.csms = Refusing(system, "TransactionEvent", "InternalError", times=1)
    joint.uplink_came()
    joint._owes_greeting = False  # noqa: SLF001 - it was greeted, and the first message must be told again
    assert await joint.replay() == TRY.interval
    await ask(joint, BOOT_201)
    if not is_here:
        joint.station_went()
    for _ in range(2 * TRY.faults):
        waits = await joint.replay()
        assert waits is not None
        world.time += timedelta(seconds=waits)
    assert (joint.queue_length, joint.set_aside_count) == (2, 0)
    system.registration = "Accepted"
    if is_here:
        await ask(joint, BOOT_201)
    while (waits := await joint.replay()) is not None:
        world.time += timedelta(seconds=waits)
    assert [event["eventType"] for event in system.events.values()] == ["Started", "Ended"]


@pytest.mark.requirement("BRG-04")
async def test_a_system_that_comes_back_is_greeted_before_what_is_kept() -> None:
    """Also when the station is away: a system that was restarted knows nobody who has not booted."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    world.csms = Refusing(system, "TransactionEvent", "InternalError", times=1)
    joint.uplink_came()
    waits = await joint.replay()
    joint.station_went()
    joint.uplink_went()
    joint.uplink_came()
    system.heard.clear()
    world.time += timedelta(seconds=waits or 0)
    assert await joint.replay() is None
    assert system.heard[0][0] == "BootNotification"


@pytest.mark.requirement("BRG-04")
async def test_a_silly_interval_is_not_obeyed() -> None:
    """A management system that says Pending with a negative interval is not asked without a pause."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    pending = answer("2.1", "BootNotification", status="Pending", currentTime="2026-03-14T09:00:00Z", interval=-5)
    world.csms = lambda request: pending if request.action == "BootNotification" else system(request)
    joint.uplink_came()
    assert await joint.replay() == 10.0


# --- waiting -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-04")
async def test_a_greeting_does_not_wait_for_a_message_that_does(tmp_path: Path) -> None:
    """When the desk has answered meanwhile, the management system is told at once, however long a message waits."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    joint._patience = type(joint._patience)(Tries(interval=300.0))  # noqa: SLF001 - a long wait
    world.csms = refusing = Refusing(system, "TransactionEvent", "InternalError", times=1000)
    joint.uplink_came()
    status = wire(
        "2.0.1",
        "StatusNotification",
        timestamp="2026-03-14T09:00:00Z",
        connectorStatus="Occupied",
        evseId=1,
        connectorId=1,
    )
    async with storing_program(tmp_path) as program:
        station = StoringStation("S0", program.shared, upstream_password=None)
        station.joint = joint
        replaying = asyncio.create_task(station._replay(joint))  # noqa: SLF001 - what a link starts
        await until(lambda: refusing.refused == 1)
        world.csms = lambda request: SILENCE if request.action == "StatusNotification" else refusing(request)
        await station._from_station(status)  # noqa: SLF001 - what a link hands over
        assert not joint.is_online
        world.csms = refusing
        await until(lambda: joint.is_online)
        assert refusing.refused == 1
        replaying.cancel()
        await asyncio.gather(replaying, return_exceptions=True)


# --- where it is put -----------------------------------------------------------------------------------------------


async def test_a_clock_that_was_set_back_overwrites_nothing() -> None:
    """As long as there is room every message has a place of its own, and ``is_full`` tells when one is replaced."""
    shelf, states = Shelf(), {}
    for number in range(MOST_SET_ASIDE):
        assert not shelf.is_full
        at = BEGIN + timedelta(days=-number)
        states[shelf.name] = SetAside(at=at, action="A", reason="r", message=str(number)).encode()
        shelf.put()
        if number % 100 == 0:
            shelf = Shelf()
            shelf.restore(states)
    assert len(states) == shelf.count == MOST_SET_ASIDE
    assert shelf.is_full


async def test_what_older_programs_set_aside_takes_no_place_of_the_ring() -> None:
    """It is counted, and nothing is said to be forgotten that is not."""
    old = {f"{SET_ASIDE}2026-03-14T09:00:00+00:00.{number}": b"MeterValues\n{}" for number in range(MOST_SET_ASIDE)}
    shelf = Shelf()
    shelf.restore(old)
    assert (shelf.count, shelf.is_full, shelf.name) == (MOST_SET_ASIDE, False, f"{SET_ASIDE}0")
    shelf.put()
    assert shelf.count == MOST_SET_ASIDE + 1
