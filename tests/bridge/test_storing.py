from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pluglot.bridge import StoringJoint, Tries
from pluglot.dialects.base import Refusal
from pluglot.dialects.policy import UnknownOffline
from pluglot.station import JournalUnavailable
from tests.bridge.peers import (
    BOOT_16,
    BOOT_201,
    Csms16,
    Csms201,
    Station16,
    Station201,
    energy,
    event_201,
    meter_16,
    start_16,
    status_16,
    stop_16,
    wire,
)
from tests.bridge.world import SILENCE, Crash, World, ask, command


def away(_: Any) -> Any:
    """A management system that cannot be reached."""
    return SILENCE


async def come_back(world: World, joint: StoringJoint, csms: Any) -> None:
    """The management system answers again and is told everything."""
    world.csms = csms
    joint.uplink_came()
    for _ in range(60):
        waits = await joint.replay()
        if waits is None:
            return
        world.time += timedelta(seconds=waits)
    raise AssertionError("the replay did not come to an end")


async def known(world: World, csms: Csms201) -> StoringJoint:
    """A joint whose station was accepted and whose driver is known, and whose uplink then went."""
    joint = world.storing("1.6", "2.0.1")
    joint.uplink_came()
    await ask(joint, BOOT_16)
    await ask(joint, status_16("Available"))
    await ask(joint, wire("1.6", "Authorize", idTag="DRIVER"))
    csms.heard.clear()
    joint.uplink_went()
    world.csms = away
    return joint


@pytest.mark.requirement("BRG-04")
async def test_a_session_without_uplink_arrives_later_in_order() -> None:
    """While the system is away everything is answered; afterwards it hears boot, statuses and the journal."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    started = await ask(joint, start_16())
    assert started.id_tag_info.status.value == "Accepted"
    await ask(joint, status_16("Charging", minutes=2))
    await ask(joint, meter_16(started.transaction_id, "1500", 3))
    await ask(joint, stop_16(started.transaction_id, 2345, 4))
    assert csms.heard == []
    assert joint.queue_length == 4
    await come_back(world, joint, csms)
    said = [action for action, _ in csms.heard]
    assert said[:2] == ["BootNotification", "StatusNotification"]
    assert said[-4:] == ["TransactionEvent"] * 4
    (events,) = csms.transactions().values()
    assert [event["eventType"] for event in events] == ["Started", "Updated", "Updated", "Ended"]
    assert all(event["offline"] for event in events)
    assert energy(events) == 1345
    assert not joint.has_work


@pytest.mark.requirement("BRG-04")
async def test_a_start_is_not_tried_again_with_a_system_that_has_gone() -> None:
    """When the uplink goes while a StartTransaction is on its way, the desk answers at once and keeps the event."""
    csms = Csms16()
    world = World(Station201(), csms)
    joint = world.storing("2.0.1", "1.6")
    joint.uplink_came()
    await ask(joint, BOOT_201)

    def going(request: Any) -> Any:
        if request.action != "StartTransaction":
            return csms(request)
        joint.uplink_went()
        world.csms = away
        return Refusal("GenericError", "the link closed", silent=True)

    world.csms = going
    began = world.time
    await ask(joint, event_201("TX-1", 0, "Started", 1000, 1, "DRIVER"))
    assert (world.paused, world.time) == (0, began)
    assert joint.queue_length == 1
    await come_back(world, joint, csms)
    assert len(csms.starts) == 1


async def test_what_comes_during_the_replay_waits_its_turn() -> None:
    """A message of the station never overtakes what is kept."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    started = await ask(joint, start_16())
    world.csms = csms
    joint.uplink_came()  # the replay has not begun
    await ask(joint, stop_16(started.transaction_id, 1100, 4))
    assert [action for action, _ in csms.heard] == []
    assert await joint.replay() is None
    (events,) = csms.transactions().values()
    assert [event["eventType"] for event in events] == ["Started", "Ended"]


async def test_online_nothing_is_kept() -> None:
    """With an answering system the bridge forwards and keeps no message."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = world.storing("1.6", "2.0.1")
    joint.uplink_came()
    await ask(joint, BOOT_16)
    started = await ask(joint, start_16())
    await ask(joint, stop_16(started.transaction_id, 1100, 4))
    (events,) = csms.transactions().values()
    assert joint.queue_length == 0
    assert not any("offline" in event for event in events)
    assert world.journal.load().entries == ()


async def test_a_system_that_falls_silent_is_stood_in_for() -> None:
    """A message that is not answered in time is kept, answered and told again in the same words."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = world.storing("1.6", "2.0.1")
    joint.uplink_came()
    await ask(joint, BOOT_16)
    world.csms = away
    started = await ask(joint, start_16())
    assert started.transaction_id
    assert joint.queue_length == 1
    world.csms = csms
    assert await joint.replay() is None
    assert len(csms.transactions()) == 1


@pytest.mark.parametrize(
    ("tag", "unknown", "expected"),
    [
        ("DRIVER", UnknownOffline.REJECT, "Accepted"),
        ("driver", UnknownOffline.REJECT, "Accepted"),
        ("STRANGER", UnknownOffline.REJECT, "Invalid"),
        ("STRANGER", UnknownOffline.ACCEPT, "Accepted"),
        ("BLOCKED", UnknownOffline.ACCEPT, "Blocked"),
    ],
)
async def test_tokens_are_judged_by_what_is_known(tag: str, unknown: UnknownOffline, expected: str) -> None:
    """A token has the status it had last; of one that nobody knows the policy decides."""
    csms = Csms201()
    csms.status["BLOCKED"] = "Blocked"
    world = World(Station16(), csms)
    joint = world.storing("1.6", "2.0.1", unknown=unknown)
    joint.uplink_came()
    for known_tag in ("DRIVER", "BLOCKED"):
        await ask(joint, wire("1.6", "Authorize", idTag=known_tag))
    joint.uplink_went()
    restarted = world.storing("1.6", "2.0.1", seed=2, unknown=unknown)
    answer = await ask(restarted, wire("1.6", "Authorize", idTag=tag))
    assert answer.id_tag_info.status.value == expected


async def test_what_is_known_of_a_token_grows_old() -> None:
    """After a day a token is unknown again."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    world.time += timedelta(hours=25)
    answer = await ask(joint, wire("1.6", "Authorize", idTag="DRIVER"))
    assert answer.id_tag_info.status.value == "Invalid"


async def test_a_boot_is_accepted_only_for_a_station_that_was() -> None:
    """Offline the same station is accepted again; another one, or one never seen, is pending."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    assert (await ask(joint, BOOT_16)).status.value == "Accepted"
    other = wire("1.6", "BootNotification", chargePointVendor="X", chargePointModel="Y", chargePointSerialNumber="9")
    assert (await ask(joint, other)).status.value == "Pending"
    fresh = World(Station16(), away).storing("1.6", "2.0.1")
    assert (await ask(fresh, BOOT_16)).status.value == "Pending"


async def test_what_needs_the_system_itself_is_refused() -> None:
    """A DataTransfer nobody can answer is rejected; a heartbeat has the time."""
    world = World(Station16(), away)
    joint = world.storing("1.6", "2.0.1")
    assert (await ask(joint, wire("1.6", "DataTransfer", vendorId="v"))).status.value == "Rejected"
    assert (await ask(joint, wire("1.6", "Heartbeat"))).current_time == world.time


@pytest.mark.parametrize(("setting", "stops"), [("true", 1), ("false", 0)])
async def test_a_start_that_is_not_accepted_afterwards_is_stopped(setting: str, stops: int) -> None:
    """When the system refuses the token of a running transaction, the station is told to stop, if it is set so."""
    csms = Csms201()
    station = Station16()
    station.configuration["StopTransactionOnInvalidId"] = setting
    world = World(station, csms)
    joint = await known(world, csms)
    await ask(joint, start_16())
    csms.status["DRIVER"] = "Blocked"
    await come_back(world, joint, csms)
    assert [action for action, _ in station.asked].count("RemoteStopTransaction") == stops


async def test_a_transaction_that_is_over_is_not_stopped() -> None:
    """A refused token of a transaction that has ended meanwhile changes nothing."""
    csms = Csms201()
    station = Station16()
    world = World(station, csms)
    joint = await known(world, csms)
    started = await ask(joint, start_16())
    await ask(joint, stop_16(started.transaction_id, 1100, 4))
    csms.status["DRIVER"] = "Blocked"
    await come_back(world, joint, csms)
    assert "RemoteStopTransaction" not in [action for action, _ in station.asked]


async def test_a_message_the_system_refuses_counts_as_told_after_some_tries() -> None:
    """A poisonous message does not block the journal for ever; it becomes a loss."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    started = await ask(joint, start_16())
    await ask(joint, stop_16(started.transaction_id, 1100, 4))
    tries = []

    def refusing(request: Any) -> Any:
        if request.action == "TransactionEvent" and request.seq_no == 0:
            tries.append(request)
            return Refusal("PropertyConstraintViolation", "no")
        return csms(request)

    await come_back(world, joint, refusing)
    assert len(tries) == Tries().refusals
    assert any(loss.reason.startswith("refused") for loss in world.losses)
    assert [said["eventType"] for said in csms.events.values()] == ["Ended"]


async def test_a_command_for_a_station_that_is_away_is_declined() -> None:
    """With an uplink and no station the system is told so: Rejected where possible, else an error."""
    world = World(away, Csms201())
    joint = world.storing("1.6", "2.0.1")
    joint.uplink_came()
    joint.station_went()
    started = await command(
        joint,
        wire("2.0.1", "RequestStartTransaction", idToken={"idToken": "A", "type": "Central"}, remoteStartId=1),
    )
    assert started.status.value == "Rejected"
    unlocked = await command(joint, wire("2.0.1", "UnlockConnector", evseId=1, connectorId=1))
    assert isinstance(unlocked, Refusal) or unlocked.status.value != "Unlocked"


# --- crashes -------------------------------------------------------------------------------------------------------


async def told(world: World, csms: Any, make: Any, online: list[Any], offline: list[Any]) -> None:
    """Messages with and without uplink, repeated until answered, over a crash; then the system comes back."""
    numbers: dict[int, int] = {}
    joint: StoringJoint = make()
    joint.uplink_came()
    for message in online:
        joint, _ = await insist(world, joint, make, message, is_up=True)
    world.csms = away
    joint.uplink_went()
    for message in offline:
        said = message(numbers) if callable(message) else message
        joint, answer = await insist(world, joint, make, said, is_up=False)
        if said.action == "StartTransaction":
            numbers[said.connector_id] = answer.transaction_id
    try:
        await come_back(world, joint, csms)
    except Crash:
        world.crash_at = None
        await come_back(world, make(), csms)


async def insist(
    world: World, joint: StoringJoint, make: Any, message: Any, *, is_up: bool
) -> tuple[StoringJoint, Any]:
    """Repeat a message to whatever bridge there is until it is answered."""
    try:
        return joint, await ask(joint, message)
    except Crash:
        world.crash_at = None
        joint = make()
        if is_up:
            joint.uplink_came()
            assert await joint.replay() is None
        return joint, await ask(joint, message)


OFFLINE_16 = [
    status_16("Charging"),
    start_16(),
    lambda numbers: meter_16(numbers[1], "1200", 2),
    lambda numbers: stop_16(numbers[1], 2345, 4, "DRIVER"),
    start_16(tag="DRIVER", meter=2345, minutes=10),
    lambda numbers: stop_16(numbers[1], 2500, 12),
]


@pytest.mark.requirement("BRG-03", "BRG-04", "TX-01", "TX-08")
@pytest.mark.parametrize("crash_at", range(1, 110, 2))
async def test_a_crash_anywhere_while_storing_loses_and_doubles_nothing(crash_at: int) -> None:
    """Whatever step the bridge is killed at, keeping or replaying, each event arrives once and without a gap."""
    csms = Csms201()
    world = World(Station16(), csms)
    world.crash_at = crash_at
    online = [BOOT_16, wire("1.6", "Authorize", idTag="DRIVER")]
    await told(world, csms, lambda: world.storing("1.6", "2.0.1", seed=len(world.steps)), online, OFFLINE_16)
    first, second = sorted(csms.transactions().values(), key=lambda events: str(events[0]["timestamp"]))
    assert [event["eventType"] for event in first] == ["Started", "Updated", "Ended"]
    assert [event["eventType"] for event in second] == ["Started", "Ended"]
    assert (energy(first), energy(second)) == (1345, 155)


@pytest.mark.requirement("BRG-03", "BRG-04")
@pytest.mark.parametrize("crash_at", range(1, 100, 3))
async def test_the_same_in_the_other_direction(crash_at: int) -> None:
    """A 2.0.1 station behind a 1.6 system that was away: starts and stops arrive once, or again in the same words."""
    csms = Csms16()
    world = World(Station201(), csms)
    world.crash_at = crash_at
    offline = [
        event_201("TX-1", 0, "Started", 1000, 1, "DRIVER"),
        event_201("TX-1", 1, "Updated", 1200, 2),
        event_201("TX-1", 2, "Ended", 2345, 3),
    ]
    await told(world, csms, lambda: world.storing("2.0.1", "1.6", seed=len(world.steps)), [BOOT_201], offline)
    assert len(csms.starts) == 1
    assert [stop["meterStop"] for stop in csms.stops.values()] == [2345]


async def test_a_repeated_event_is_kept_once() -> None:
    """A 2.x station that repeats an event whose answer it lost does not fill the journal."""
    world = World(Station201(), away)
    joint = world.storing("2.0.1", "1.6")
    for _ in range(3):
        await ask(joint, event_201("TX-1", 0, "Started", 1000, 1, "DRIVER"))
    assert joint.queue_length == 1


@pytest.mark.requirement("BRG-04", "TX-01")
async def test_what_could_not_be_kept_is_not_acknowledged() -> None:
    """While the disk fails the station has no answer; when it works again the repetition is kept."""
    world = World(Station201(), away)
    joint = world.storing("2.0.1", "1.6")
    event, works = event_201("TX-1", 0, "Started", 1000, 1, "DRIVER"), world.journal.write

    def fails(_: Any) -> None:
        raise JournalUnavailable("the disk is full")

    world.journal.write = fails  # type: ignore[method-assign]
    with pytest.raises(JournalUnavailable):
        await ask(joint, event)
    world.journal.write = works  # type: ignore[method-assign]
    assert not isinstance(await ask(joint, event), Refusal)
    assert [entry.action for entry in world.journal.load().entries] == ["TransactionEvent"]


async def status_of(joint: StoringJoint, transaction_id: str | None) -> Any:
    """What the management system hears of a transaction."""
    named = {} if transaction_id is None else {"transactionId": transaction_id}
    return await command(joint, wire("2.0.1", "GetTransactionStatus", **named))


@pytest.mark.requirement("BRG-01")
async def test_messages_that_are_kept_are_in_the_queue() -> None:
    """GetTransactionStatus counts what the bridge keeps, and what a station that is away may keep (10.1)."""
    csms = Csms201()
    world = World(Station16(), csms)
    joint = await known(world, csms)
    started = await ask(joint, start_16())
    world.csms = csms
    joint.uplink_came()  # the replay has not begun
    transaction_id = next(iter(joint._kept_events))[0]  # noqa: SLF001 - nobody was told yet
    assert (await status_of(joint, transaction_id)).messages_in_queue is True
    assert (await status_of(joint, None)).messages_in_queue is True
    assert (await status_of(joint, "another")).messages_in_queue is False
    assert await joint.replay() is None
    running = await status_of(joint, transaction_id)
    assert (running.ongoing_indicator, running.messages_in_queue) == (True, False)
    joint.station_went()
    assert (await status_of(joint, transaction_id)).messages_in_queue is True
    joint.station_came()
    await ask(joint, stop_16(started.transaction_id, 2000, 9))
    assert (await status_of(joint, transaction_id)).ongoing_indicator is False
