"""What a storing bridge does when the management system, a kept message or its own journal is at fault."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from pluglot.app import bridge
from pluglot.app.bridge import BridgeProgram
from pluglot.app.bridge_status import SET_ASIDE_PAGE
from pluglot.app.bridged import VERSION, Bridged, StoringStation
from pluglot.bridge import SetAside, StoringJoint, Tries, set_aside
from pluglot.bridge.aside import MOST_SET_ASIDE, SET_ASIDE, Shelf
from pluglot.bridge.patience import LONGEST_RETRY_WAIT, TRIES
from pluglot.dialects.base import Refusal
from pluglot.dialects.losses import Loss
from pluglot.station import Writes
from pluglot.station.ports import Entry
from pluglot.store import bridge_journal
from pluglot.store.bridge_journal import BridgeJournal
from tests.bridge.peers import BOOT_201, Csms16, Csms201, Station16, Station201, event_201, wire
from tests.bridge.test_program import settings
from tests.bridge.test_storing import away, come_back
from tests.bridge.world import World, ask

TRY = Tries()
STARTED = event_201("TX-1", 0, "Started", 1000, 1, "DRIVER")
ENDED = event_201("TX-1", 1, "Ended", 2345, 3)
SECURITY_EVENT = wire("2.0.1", "SecurityEventNotification", type="FirmwareUpdated", timestamp="2026-03-14T09:00:00Z")


class Refusing:
    """A management system that refuses one action for a while, and closes the link each time."""

    def __init__(self, system: Any, action: str, code: str, times: int) -> None:
        self.system = system
        self.action = action
        self.code = code
        self.times = times
        self.refused = 0

    def __call__(self, request: Any) -> Any:
        """Refuse, or answer as the system does."""
        if request.action != self.action or self.refused >= self.times:
            return self.system(request)
        self.refused += 1
        return Refusal(self.code, "the store is unavailable")


async def kept(csms: Any, version: str, *messages: Any) -> tuple[World, StoringJoint]:
    """A joint that was accepted and then kept these messages while its uplink was away."""
    world = World(Station201(), csms)
    joint = world.storing("2.0.1", version)
    joint.uplink_came()
    await ask(joint, BOOT_201)
    joint.uplink_went()
    world.csms = away
    for message in messages:
        await ask(joint, message)
    assert joint.queue_length == len(messages)
    return world, joint


async def reconnect(joint: StoringJoint) -> float | None:
    """The link was closed and came back."""
    joint.uplink_went()
    joint.uplink_came()
    return await joint.replay()


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize("code", ["InternalError", "GenericError", "SecurityError"])
@pytest.mark.parametrize(("version", "action"), [("2.1", "TransactionEvent"), ("1.6", "StartTransaction")])
async def test_a_passing_fault_of_the_system_gives_nothing_up(code: str, version: str, action: str) -> None:
    """However often the system says that it has a trouble of its own, what is kept arrives when that has passed."""
    system = Csms16() if version == "1.6" else Csms201()
    world, joint = await kept(system, version, STARTED, ENDED)
    await come_back(world, joint, Refusing(system, action, code, times=TRY.faults - 1))
    assert not [loss for loss in world.losses if loss.reason.startswith("refused")]
    if isinstance(system, Csms16):
        assert (len(system.starts), [stop["meterStop"] for stop in system.stops.values()]) == (1, [2345])
    else:
        assert [event["eventType"] for event in system.events.values()] == ["Started", "Ended"]


@pytest.mark.requirement("BRG-04")
async def test_the_wait_grows_and_outlasts_the_link() -> None:
    """A system that refuses and closes is not asked again before the wait is over, however soon it can be reached.

    The wait is as long as the interval for each try there was (E13.FR.03), and a trouble of an hour gives nothing up.
    """
    system = Csms201()
    refusing = Refusing(system, "TransactionEvent", "InternalError", times=1000)
    world, joint = await kept(system, "2.1", STARTED)
    world.csms = refusing
    waits = []
    for number in range(1, TRY.faults):
        wait = await reconnect(joint)
        assert wait is not None
        waits.append(wait)
        world.time += timedelta(seconds=1)
        assert await reconnect(joint) == wait - 1
        assert refusing.refused == number
        world.time += timedelta(seconds=wait)
    assert waits == [min(TRY.interval * number, LONGEST_RETRY_WAIT) for number in range(1, TRY.faults)]
    assert sum(waits) > 3600


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize(("times", "arrives"), [(TRY.refusals - 1, True), (TRY.refusals, False)])
async def test_every_kept_message_has_as_many_tries(times: int, arrives: bool) -> None:
    """A message that is no part of a transaction is not given up at its first refusal either."""
    system = Csms201()
    world, joint = await kept(system, "2.1", SECURITY_EVENT)
    await come_back(world, joint, Refusing(system, "SecurityEventNotification", "FormatViolation", times))
    assert ("SecurityEventNotification" in [action for action, _ in system.heard]) is arrives
    assert any(loss.reason == "refused: FormatViolation, 3 times" for loss in world.losses) is not arrives
    assert joint.set_aside_count == (not arrives)


# --- messages that are refused for ever ----------------------------------------------------------------------------


class Poisoned:
    """A management system that cannot take messages of one transaction, or one message of it."""

    def __init__(self, system: Any, transaction_id: str, *event_types: str) -> None:
        self.system = system
        self.transaction_id = transaction_id
        self.event_types = event_types
        self.refused: list[str] = []

    def __call__(self, request: Any) -> Any:
        """Fail, or answer as the system does."""
        if request.action == "TransactionEvent" and request.transaction_info.transaction_id == self.transaction_id:
            kind = request.event_type.value
            if kind in self.event_types or not self.event_types:
                self.refused.append(kind)
                return Refusal("InternalError", "a fault of a programmer")
        return self.system(request)


OTHER = event_201("TX-2", 0, "Started", 3000, 5, "DRIVER")


@pytest.mark.requirement("BRG-04", "E13.FR.01", "E13.FR.02", "E13.FR.04")
async def test_a_message_that_fails_for_ever_is_set_aside_and_the_others_arrive() -> None:
    """After the last try it stands in the journal as a loss with its action and code; what follows arrives in order."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, ENDED, OTHER)
    poisoned = Poisoned(system, "TX-1", "Started")
    await come_back(world, joint, poisoned)
    assert poisoned.refused == ["Started"] * TRY.faults
    heard = [(one["transactionInfo"]["transactionId"], one["eventType"]) for one in system.events.values()]
    assert heard == [("TX-1", "Ended"), ("TX-2", "Started")]
    (loss,) = [loss for loss in world.losses if loss.reason.startswith("refused")]
    assert (loss.action, loss.reason) == ("TransactionEvent", f"refused: InternalError, {TRY.faults} times")
    memory = world.journal.load()
    assert memory.entries == ()
    assert not memory.states[TRIES]
    ((_, aside),) = set_aside(memory.states)
    assert (aside.action, aside.reason) == ("TransactionEvent", loss.reason)
    assert '"seqNo":0' in aside.message
    assert (joint.queue_length, joint.set_aside_count) == (0, 1)
    again = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=joint.desk)
    assert again.take_up(memory) == []
    assert (again.queue_length, again.set_aside_count) == (0, 1)


@pytest.mark.requirement("BRG-04")
async def test_what_follows_in_the_same_transaction_has_few_tries() -> None:
    """A system that fails at a transaction as a whole does not hold the others for an hour with each message of it."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, ENDED, OTHER)
    poisoned = Poisoned(system, "TX-1")
    await come_back(world, joint, poisoned)
    assert poisoned.refused == ["Started"] * TRY.faults + ["Ended"] * TRY.refusals
    assert [one["transactionInfo"]["transactionId"] for one in system.events.values()] == ["TX-2"]
    assert joint.set_aside_count == 2
    fresh = event_201("TX-1", 2, "Ended", 2345, 9)
    joint.uplink_went()
    world.csms = away
    await ask(joint, fresh)
    poisoned.refused.clear()
    await come_back(world, joint, poisoned)
    assert len(poisoned.refused) == TRY.faults, "once all was told, nothing is held against a transaction"


@pytest.mark.requirement("BRG-04")
async def test_a_restart_in_the_middle_goes_on_counting() -> None:
    """The tries, and the wait for the next one, are those from before; a bridge that restarts often comes to an end."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, ENDED)
    poisoned = Poisoned(system, "TX-1", "Started")
    world.csms = poisoned
    joint.uplink_came()
    for number in range(1, TRY.faults):
        waits = await joint.replay()
        assert waits == min(TRY.interval * number, LONGEST_RETRY_WAIT)
        desk = joint.desk
        joint = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=desk)
        assert joint.take_up(world.journal.load()) == []
        joint.uplink_came()
        world.time += timedelta(seconds=1)
        assert await joint.replay() == waits - 1
        assert len(poisoned.refused) == number
        world.time += timedelta(seconds=waits)
    assert await joint.replay() is None
    assert len(poisoned.refused) == TRY.faults
    assert [event["eventType"] for event in system.events.values()] == ["Ended"]


@pytest.mark.requirement("BRG-04")
async def test_tries_are_not_those_of_a_later_message_with_the_same_number() -> None:
    """The number of a message is used again once the queue was empty; its tries are not."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    await come_back(world, joint, Refusing(system, "TransactionEvent", "InternalError", times=5))
    assert (joint.queue_length, joint.set_aside_count) == (0, 0)
    joint.uplink_went()
    world.csms = away
    restarted = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=joint.desk)
    assert restarted.take_up(world.journal.load()) == []
    restarted.station_came()
    await ask(restarted, ENDED)
    refusing = Refusing(system, "TransactionEvent", "InternalError", times=1000)
    await come_back(world, restarted, refusing)
    assert refusing.refused == TRY.faults


@pytest.mark.requirement("BRG-04")
async def test_a_lost_link_or_a_time_out_is_no_try() -> None:
    """However often nothing comes back, the message is kept and told again."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    joint.uplink_came()
    for _ in range(2 * TRY.faults):
        waits = await joint.replay()
        assert waits is not None
        world.time += timedelta(seconds=waits)
    assert (joint.queue_length, joint.set_aside_count) == (1, 0)
    await come_back(world, joint, system)
    assert [event["eventType"] for event in system.events.values()] == ["Started"]


@pytest.mark.requirement("BRG-04", "E13.FR.01")
async def test_the_tries_are_those_of_the_settings() -> None:
    """Fewer tries and another interval are what a message gets."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, OTHER)
    tries = Tries(refusals=2, faults=4, interval=7.0)
    joint = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=joint.desk, tries=tries)
    assert joint.take_up(world.journal.load()) == []
    poisoned = Poisoned(system, "TX-1")
    world.csms = poisoned
    joint.uplink_came()
    waits = []
    while (wait := await joint.replay()) is not None:
        waits.append(wait)
        world.time += timedelta(seconds=wait)
    assert waits == [7.0, 14.0, 21.0]
    assert len(poisoned.refused) == 4


@pytest.mark.requirement("BRG-04")
async def test_damaged_tries_are_told_and_begun_anew() -> None:
    """A count that cannot be read keeps nothing from being delivered."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED)
    world.journal.write(Writes(states={TRIES: b"\xc1"}))
    joint = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=joint.desk)
    (damaged,) = joint.take_up(world.journal.load())
    assert damaged.startswith("tries: ")
    await come_back(world, joint, system)
    assert [event["eventType"] for event in system.events.values()] == ["Started"]


async def test_what_is_set_aside_has_a_bound() -> None:
    """The oldest makes room for the newest, which is told; a restart goes on at the same place."""
    world = World(Station201(), away)
    shelf, states = Shelf(), {}
    for number in range(MOST_SET_ASIDE + 2):
        at = world.time + timedelta(seconds=number)
        assert shelf.is_full is (number >= MOST_SET_ASIDE)
        states[shelf.name] = SetAside(at=at, action="A", reason="r", message=str(number)).encode()
        shelf.put()
        if number % 250 == 0:
            shelf = Shelf()
            shelf.restore(states)
    assert shelf.count == len(states) == MOST_SET_ASIDE
    found = {aside.message for _, aside in set_aside(states)}
    assert found == {str(number) for number in range(2, MOST_SET_ASIDE + 2)}
    # As it was written before: an action, and the message.
    ((_, old),) = set_aside({f"{SET_ASIDE}2026-03-14T09:00:00+00:00.1": b"MeterValues\n{}"})
    assert (old.at, old.action, old.message) == (None, "MeterValues", "{}")
    world.journal.write(Writes(states=states, appended=(UNREADABLE[1],)))
    joint = world.storing("2.0.1", "2.1")
    await come_back(world, joint, Csms201())
    assert (joint.set_aside_count, world.forgotten) == (MOST_SET_ASIDE, 1)
    assert "2" not in {aside.message for _, aside in set_aside(world.journal.load().states)}


# --- messages that cannot be told ----------------------------------------------------------------------------------

UNREADABLE = [
    Entry(1, "TransactionEvent", b'{"eventType": "Started"'),
    Entry(1, "NoSuchAction", b"{}"),
    Entry(1, "MeterValues", b"\xff"),
]


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize("entry", UNREADABLE, ids=lambda entry: entry.action)
async def test_an_unreadable_message_is_set_aside_and_the_others_arrive(entry: Entry) -> None:
    """It is listed as a loss and stays in the journal under another name; nothing stops for it."""
    system = Csms201()
    world, joint = await kept(system, "2.1", STARTED, ENDED)
    entries = world.journal.load().entries
    moved = tuple(Entry(one.entry_id + 1, one.action, one.body) for one in entries)
    ids = tuple(one.entry_id for one in entries)
    world.journal.write(Writes(acknowledged=ids))
    world.journal.write(Writes(appended=(entry, *moved)))
    joint = StoringJoint(*world.halves("2.0.1", "2.1"), world, desk=joint.desk)
    damaged = joint.take_up(world.journal.load())
    assert bool(damaged) is (entry.action == "TransactionEvent")
    await come_back(world, joint, system)
    assert [event["eventType"] for event in system.events.values()] == ["Started", "Ended"]
    (loss,) = [loss for loss in world.losses if loss.reason.startswith("unreadable")]
    assert loss.action == entry.action
    memory = world.journal.load()
    assert memory.entries == ()
    ((_, aside),) = set_aside(memory.states)
    assert (aside.at, aside.action, aside.reason) == (world.time, entry.action, loss.reason)
    assert aside.message == entry.body.decode(errors="backslashreplace")


@pytest.mark.requirement("BRG-04")
async def test_a_message_that_cannot_be_translated_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A translation that fails with an error is tried again, and then lets the others go on."""
    system = Csms201()
    world, joint = await kept(system, "2.1", SECURITY_EVENT, STARTED)
    outward, tries = joint.csms_half.outward, []

    def broken(request: Any, **named: Any) -> Any:
        if request.action == "SecurityEventNotification":
            tries.append(request)
            raise KeyError("a fault in the translation")
        return outward(request, **named)

    monkeypatch.setattr(joint.csms_half, "outward", broken)
    await come_back(world, joint, system)
    assert len(tries) == TRY.refusals
    assert [event["eventType"] for event in system.events.values()] == ["Started"]
    assert any("a fault in the translation" in loss.reason for loss in world.losses)
    assert any(section.startswith(SET_ASIDE) for section in world.journal.load().states)


# --- the program ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def storing_program(folder: Path) -> AsyncIterator[BridgeProgram]:
    """A storing bridge for a few stations, whose management system is not there."""
    file = folder / "credentials.toml"
    file.write_text("".join(f'[stations."S{n}"]\nstation-password = "station-station-9"\n' for n in range(4)))
    async with BridgeProgram(settings(folder, mode="store-and-forward", credentials=str(file))) as program:
        yield program


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize("version", [b"1.6", b"\xff", b"9.9"])
async def test_a_damaged_journal_does_not_keep_the_bridge_from_starting(tmp_path: Path, version: bytes) -> None:
    """A bridge with an unreadable message, or an unreadable version of a station, starts and says so."""
    (tmp_path / "state").mkdir()
    journal = BridgeJournal(tmp_path / "state" / "bridge.journal")
    await journal.open()
    await journal.write("S0", Writes(appended=(UNREADABLE[0],), states={VERSION: version}))
    await journal.close()
    with capture_logs() as logs:
        async with storing_program(tmp_path):
            pass
    assert any("damaged" in line["event"] for line in logs)


@pytest.mark.requirement("BRG-04")
async def test_what_is_set_aside_is_shown_also_after_a_restart(tmp_path: Path) -> None:
    """Page, API and metrics tell how many and which, of a station that has not come yet, for which nothing runs."""
    world, many = World(Station201(), away), SET_ASIDE_PAGE + 1
    hostile = SetAside(at=world.time, action="MeterValues", reason="refused: InternalError", message='{"a":"<b>"}')
    later = SetAside(at=world.time + timedelta(hours=1), action="NotifyEvent", reason="", message="{}")
    states = {f"{SET_ASIDE}{number}": hostile.encode() for number in range(many - 1)} | {
        f"{SET_ASIDE}{many}": later.encode()
    }
    (tmp_path / "state").mkdir()
    journal = BridgeJournal(tmp_path / "state" / "bridge.journal")
    await journal.open()
    await journal.write("S1", Writes(states={"desk": b"", VERSION: b"2.0.1", **states}))
    await journal.write("GONE", Writes(states=states))
    await journal.close()
    async with (
        storing_program(tmp_path) as program,
        httpx.AsyncClient(base_url=program.page or "", trust_env=False) as client,
    ):
        (shown,) = (await client.get("/api/v1/stations")).json()["items"]
        page, metrics = (await client.get("/")).text, (await client.get("/metrics")).text
        first = (await client.get("/api/v1/stations/S1/set-aside")).json()
        rest = (await client.get("/api/v1/stations/S1/set-aside", params={"after": first["nextAfter"]})).json()
        wrong = await client.get("/api/v1/stations/S1/set-aside", params={"after": "-1"})
        nobody = await client.get("/api/v1/stations/S2/set-aside")
    assert (shown["id"], shown["setAsideCount"], shown["uplinkConnected"], shown["stationVersion"]) == (
        *("S1", many),
        *(False, None),
    )
    assert f'<td class="number">{many}</td>' in page
    assert f"pluglot_bridge_set_aside_messages {float(many)}" in metrics
    assert first["items"][0] == {"at": "2026-03-14T10:00:00Z", "action": "NotifyEvent", "reason": "", "message": "{}"}
    assert [one["message"] for one in rest["items"]] == ['{"a":"<b>"}']
    assert "nextAfter" not in rest
    assert (wrong.status_code, nobody.status_code) == (422, 404)


@pytest.mark.requirement("BRG-04")
async def test_a_message_that_is_set_aside_is_named_in_the_log(tmp_path: Path) -> None:
    """A line says which station, action and code; another one when an older message had to make room."""
    async with storing_program(tmp_path) as program:
        station = Bridged("S1", program.shared)
        with capture_logs() as logs:
            station.set_aside(Loss("TransactionEvent", "", "{}", "refused: InternalError, 30 times"), forgets=True)
    line = next(line for line in logs if line["event"] == "a kept message is set aside")
    assert (line["station"], line["action"], line["log_level"]) == ("S1", "TransactionEvent", "warning")
    assert "InternalError" in line["reason"]
    assert any(line["log_level"] == "error" and line["station"] == "S1" for line in logs)
    assert station.lost_count == 1


@pytest.mark.requirement("BRG-04")
async def test_an_uplink_survives_what_nobody_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody expected is logged, and the management system is tried again."""
    async with storing_program(tmp_path) as program:
        station = StoringStation("S0", program.shared, upstream_password=None)
        calls = []

        async def broken() -> None:
            calls.append(1)
            raise ZeroDivisionError

        monkeypatch.setattr(station, "_password", broken)
        with capture_logs() as logs:
            await station.begin(program.shared.version)
            await until(lambda: len(calls) > 1)
        await station.close()
    assert any(line["event"] == "the uplink failed" for line in logs)


@pytest.mark.requirement("BRG-04")
async def test_a_pause_lasts_no_longer_than_the_uplink(tmp_path: Path) -> None:
    """Whoever waits to tell the management system something again learns at once that it has gone; else time passes."""
    async with storing_program(tmp_path) as program:
        station = StoringStation("S0", program.shared, upstream_password=None)
        running = asyncio.Event()

        class Uplink:
            """Lasts until it is told to end."""

            async def run(self) -> None:
                await running.wait()

        link: Any = SimpleNamespace(close=lambda *_: asyncio.sleep(0))
        station.side = lambda *_: Uplink()  # type: ignore[assignment, method-assign, return-value]  # a dialler that needs no socket
        joint = World(Station16(), away).storing("1.6", "2.0.1")
        serving = asyncio.create_task(station._serve_uplink(joint, link))  # noqa: SLF001 - what a dialled link starts
        await until(lambda: station.up is not None)
        began = asyncio.get_running_loop().time()
        await station.pause(0.05)
        assert asyncio.get_running_loop().time() - began >= 0.04
        waiting = asyncio.create_task(station.pause(3600))
        await asyncio.sleep(0)
        running.set()
        await asyncio.wait_for(waiting, 10)
        await serving
        began = asyncio.get_running_loop().time()
        await station.pause(0.05)
        assert asyncio.get_running_loop().time() - began >= 0.04, "without an uplink it is a pause like any other"


@pytest.mark.requirement("BRG-04")
async def test_a_replay_survives_what_nobody_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while kept messages are told is logged, and they are told again later."""
    monkeypatch.setattr("pluglot.app.bridged.LONGEST_WAIT", 0.01)
    async with storing_program(tmp_path) as program:
        station = StoringStation("S0", program.shared, upstream_password=None)
        world = World(Station16(), away)
        joint = world.storing("1.6", "2.0.1")
        calls = []

        async def broken() -> None:
            calls.append(1)
            raise ZeroDivisionError

        monkeypatch.setattr(joint, "replay", broken)
        with capture_logs() as logs:
            replaying = asyncio.create_task(station._replay(joint))  # noqa: SLF001 - what a link starts
            await until(lambda: len(calls) > 1)
        replaying.cancel()
        await asyncio.gather(replaying, return_exceptions=True)
    assert any(line["event"] == "telling what was kept failed" for line in logs)


@pytest.mark.requirement("BRG-04")
async def test_a_station_that_is_being_served_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A station that is away, and whose management system is away, keeps its one uplink however many others come."""
    monkeypatch.setattr(bridge, "MOST_SHOWN", 2)
    async with storing_program(tmp_path) as program:
        stations = [program._storing(f"S{number}") for number in range(4)]  # noqa: SLF001 - as a link makes them
        for station in stations:
            await station.begin(program.shared.version)
            program.remember(station)
        assert not any(station.is_idle for station in stations)
        assert [program._stations.get(one.identity) for one in stations] == stations  # noqa: SLF001 - what is shown
    assert all(station.is_idle for station in stations)


@pytest.mark.requirement("BRG-04")
async def test_a_bridge_whose_disk_failed_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing can be kept any more, ``/health`` answers 503 with the reason."""

    def broken(_: Any) -> None:
        raise OSError(5, "Input/output error")

    async with (
        BridgeProgram(settings(tmp_path)) as program,
        httpx.AsyncClient(base_url=program.page or "", timeout=30, trust_env=False) as client,
    ):
        assert (await client.get("/health")).json() == {"status": "ok"}
        journal = program.shared.journal
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", broken)
            patched.setattr(bridge_journal.os, "fdatasync", broken)
            with pytest.raises(bridge_journal.JournalUnavailable):
                await journal.write("S", Writes(states={"a": b"1"}))
        answer = await client.get("/health")
        assert answer.status_code == 503
        assert answer.json()["status"] == "not ready"
        assert "Input/output error" in answer.json()["reason"]


async def test_a_write_that_failed_is_told_until_one_succeeds(tmp_path: Path) -> None:
    """A journal that takes writes again has no trouble any more."""
    journal = BridgeJournal(tmp_path / "bridge.journal")
    await journal.open()
    too_big: Any = Writes(appended=(Entry(2**70, "A", b""),))
    with pytest.raises(bridge_journal.JournalUnavailable):
        await journal.put("S", too_big)
    assert journal.trouble is not None
    await journal.put("S", Writes(states={"a": b"1"}))
    assert journal.trouble is None
    await journal.close()
