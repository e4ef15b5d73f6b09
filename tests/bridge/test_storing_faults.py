"""What a storing bridge does when the management system, a kept message or its own journal is at fault."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from pluglot.app import bridge
from pluglot.app.bridge import BridgeProgram
from pluglot.app.bridged import VERSION, StoringStation
from pluglot.bridge import StoringJoint
from pluglot.bridge.offline import ATTEMPTS, LONGEST_RETRY_WAIT, RETRY_WAIT
from pluglot.bridge.storing import SET_ASIDE
from pluglot.dialects.base import Refusal
from pluglot.station import Writes
from pluglot.station.ports import Entry
from pluglot.store import bridge_journal
from pluglot.store.bridge_journal import BridgeJournal
from tests.bridge.peers import BOOT_201, Csms16, Csms201, Station16, Station201, event_201, wire
from tests.bridge.test_program import settings
from tests.bridge.test_storing import away, come_back
from tests.bridge.world import World, ask

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
    await come_back(world, joint, Refusing(system, action, code, times=3 * ATTEMPTS))
    assert not [loss for loss in world.losses if loss.reason.startswith("refused")]
    if isinstance(system, Csms16):
        assert (len(system.starts), [stop["meterStop"] for stop in system.stops.values()]) == (1, [2345])
    else:
        assert [event["eventType"] for event in system.events.values()] == ["Started", "Ended"]


@pytest.mark.requirement("BRG-04")
async def test_the_wait_grows_and_outlasts_the_link() -> None:
    """A system that refuses and closes is not asked again before the wait is over, however soon it can be reached."""
    system = Csms201()
    refusing = Refusing(system, "TransactionEvent", "InternalError", times=1000)
    world, joint = await kept(system, "2.1", STARTED)
    world.csms = refusing
    waits = []
    for number in range(1, 9):
        wait = await reconnect(joint)
        assert wait is not None
        waits.append(wait)
        world.time += timedelta(seconds=1)
        assert await reconnect(joint) == wait - 1
        assert refusing.refused == number
        world.time += timedelta(seconds=wait)
    assert waits[:4] == [RETRY_WAIT * factor for factor in (1, 2, 4, 8)]
    assert waits[-1] == LONGEST_RETRY_WAIT


@pytest.mark.requirement("BRG-04")
@pytest.mark.parametrize(("times", "arrives"), [(ATTEMPTS - 1, True), (ATTEMPTS, False)])
async def test_every_kept_message_has_as_many_tries(times: int, arrives: bool) -> None:
    """A message that is no part of a transaction is not given up at its first refusal either."""
    system = Csms201()
    world, joint = await kept(system, "2.1", SECURITY_EVENT)
    await come_back(world, joint, Refusing(system, "SecurityEventNotification", "FormatViolation", times))
    assert ("SecurityEventNotification" in [action for action, _ in system.heard]) is arrives
    assert any(loss.reason == "refused: FormatViolation" for loss in world.losses) is not arrives


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
    aside = [content for section, content in memory.states.items() if section.startswith(SET_ASIDE)]
    assert aside == [entry.action.encode() + b"\n" + entry.body]


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
    assert len(tries) == ATTEMPTS
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
