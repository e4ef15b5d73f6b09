# ruff: noqa: SLF001 - what a test breaks lies inside
"""A station as a program: what it does when its journal refuses, and when something of its own goes wrong."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pluglot.app.clock import utc_now
from pluglot.app.csms import CsmsProgram
from pluglot.app.drivers import visit
from pluglot.app.station import Station, living
from pluglot.messages import IdToken
from pluglot.messages.version import OcppVersion
from pluglot.simulation import Fleet, VisitPlan
from pluglot.station import JournalUnavailable, MemoryJournal, Writes
from tests.app.houses import MoodyJournal, house, settings, station_of

PATIENT = 100.0
PLAN = VisitPlan("TAG", "Central", hesitation=timedelta(0), duration=timedelta(seconds=4))


async def until(condition: Any) -> None:
    """Return when a question has a true answer."""
    async with asyncio.timeout(PATIENT):
        while not condition():
            await asyncio.sleep(0.02)


async def transactions(program: CsmsProgram) -> list[Any]:
    """What the management system knows."""
    page = await program.store.queries.transactions(filters={}, limit=10, cursor=None)
    return list(page.items)


@pytest.mark.requirement("TX-01")
@pytest.mark.parametrize("version", [OcppVersion.OCPP_2_1, OcppVersion.OCPP_1_6], ids=["2.1", "1.6"])
async def test_everything_arrives_after_the_journal_refused_for_a_while(tmp_path: Path, version: OcppVersion) -> None:
    """A journal that refuses in the middle of a transaction ends the link; when it writes again everything arrives."""
    journal = MoodyJournal()
    async with (
        house(tmp_path) as program,
        station_of(program, "CS-1", version, journal) as station,
        living(station),
        asyncio.timeout(PATIENT),
    ):
        await station.until_ready()
        vehicle = Fleet(lambda: 0.5).arrival()
        vehicle.target = 1.0
        charging = asyncio.create_task(visit(station, 1, vehicle, PLAN))
        await until(lambda: station.evses[1].contactor_closed)
        journal.refusing = True
        await until(lambda: journal.refusals >= 3 and not station.is_connected)
        journal.refusing = False
        await charging
        await station.until_delivered()
        (transaction,) = await transactions(program)
        assert transaction.stopped_reason is not None
        assert transaction.energy_wh > 0
        assert station.engine.undelivered == 0


@pytest.mark.requirement("TX-01")
async def test_no_energy_flows_while_the_end_of_a_transaction_is_being_written(tmp_path: Path) -> None:
    """The contactor opens although the journal refuses, and what is billed is all that the meter counted."""
    journal = MoodyJournal()
    async with (
        house(tmp_path) as program,
        station_of(program, "CS-1", OcppVersion.OCPP_2_1, journal) as station,
        living(station),
        asyncio.timeout(PATIENT),
    ):
        await station.until_ready()
        evse, token = station.evses[1], IdToken(id_token="TAG", type="Central")
        evse.vehicle = Fleet(lambda: 0.5).arrival()
        evse.vehicle.target = 1.0
        await station.act(lambda engine, now: engine.plug_in(1, 1, now))
        await station.act(lambda engine, now: engine.vehicle_state(1, now, wants_energy=True))
        await station.act(lambda engine, now: engine.present_token(1, token, now))
        await until(lambda: evse.contactor_closed)
        await asyncio.sleep(1)
        journal.refusing = True
        await station.act(lambda engine, now: engine.present_token(1, token, now))
        assert not evse.contactor_closed
        counted = evse.register_wh
        refusals = journal.refusals
        await until(lambda: journal.refusals > refusals)
        evse.advance(utc_now())
        assert evse.register_wh == counted > 0
        journal.refusing = False
        await station.until_delivered()
        evse.advance(utc_now())
        (transaction,) = await transactions(program)
        assert transaction.energy_wh == evse.register_wh == counted


async def test_a_station_starts_when_its_journal_does(tmp_path: Path) -> None:
    """Nothing is said as long as what the start decided cannot be written."""
    journal = MoodyJournal()
    async with house(tmp_path) as program, station_of(program, "CS-1", OcppVersion.OCPP_1_6, journal) as station:
        journal.refusing = True
        async with living(station), asyncio.timeout(PATIENT):
            await until(lambda: journal.refusals >= 2)
            assert not station.is_connected
            journal.refusing = False
            await station.until_ready()


class Road21:
    """A road on which something of our own breaks."""

    version = OcppVersion.OCPP_2_1

    async def connect(self, identity: str, **_: Any) -> Any:
        """Break."""
        raise RuntimeError(f"no road for {identity}")


async def test_an_error_of_our_own_that_ends_a_station_ends_the_program() -> None:
    """A station that cannot go on is no silence: the block in which it lives raises what ended it."""
    station = Station(settings("CS-1"), road=Road21(), password=None, journal=MemoryJournal())
    with pytest.raises(RuntimeError, match="no road for CS-1"):
        async with living(station), asyncio.timeout(PATIENT):
            await asyncio.Event().wait()


class CrowdedJournal(MemoryJournal):
    """Notes how many threads write at the same time, and in which order the dialect's memory came."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = 0
        self.memories: list[bytes] = []
        self.broken = False

    def write(self, writes: Writes) -> None:
        """Write slowly."""
        if self.broken:
            raise JournalUnavailable("broken")
        self.inside += 1
        self.most = max(self.most, self.inside)
        threading.Event().wait(0.05)
        self.memories += [content for section, content in writes.states.items() if section.startswith("dialect")]
        super().write(writes)
        self.inside -= 1


class Remembering:
    """A half of which only the memory matters."""

    revision = 1

    def snapshot(self) -> bytes:
        """The memory."""
        return str(self.revision).encode()

    def next_deadline(self) -> None:
        """None."""


async def test_one_thread_writes_at_a_time_and_the_newest_memory_comes_last() -> None:
    """Engine and dialect write in turn, whoever is cancelled in between."""
    journal = CrowdedJournal()
    station: Any = Station(settings("CS-1"), road=Road21(), password=None, journal=journal)
    station._half = Remembering()
    cancelled = asyncio.create_task(station._save_dialect())
    await asyncio.sleep(0.01)
    cancelled.cancel()
    work = [station.act(lambda engine, now: engine.plug_in(1, 1, now))]
    for revision in (2, 3):
        station._half.revision = revision
        work += [station._save_dialect()]
    await asyncio.gather(*work)
    assert journal.most == 1
    assert journal.memories[-1] == b"3"
    assert sorted(journal.memories) == journal.memories


async def test_a_memory_that_was_refused_is_written_again() -> None:
    """What the journal refused does not count as saved."""
    journal = CrowdedJournal()
    station: Any = Station(settings("CS-1"), road=Road21(), password=None, journal=journal)
    station._half = Remembering()
    journal.broken = True
    with pytest.raises(JournalUnavailable):
        await station._save_dialect()
    journal.broken = False
    await station._save_dialect()
    await station._save_dialect()
    assert journal.memories == [b"1"]


@pytest.mark.requirement("HRD-10")
async def test_a_request_that_cannot_be_translated_does_not_stop_the_station(tmp_path: Path) -> None:
    """The engine is told that no answer comes, the link is made again, and the request is said again."""
    async with house(tmp_path) as program, station_of(program, "CS-1", OcppVersion.OCPP_1_6) as station:
        half: Any = station._half
        outward = half.outward
        said: list[str] = []
        given_up: list[Any] = []

        def translate(request: Any, **moment: Any) -> Any:
            said.append(request.action)
            if len(said) == 2:
                # Looked up here: whoever asks from outside may come when the link is already made again.
                given_up.append(station._uplink)
                raise KeyError("a bug")
            return outward(request, **moment)

        half.outward = translate
        async with living(station), asyncio.timeout(PATIENT):
            await until(lambda: given_up and station._uplink not in (None, *given_up))
            await station.act(lambda engine, now: engine.plug_in(1, 1, now))
            await until(lambda: len(said) >= 3)
        assert said[0] == "BootNotification"


async def test_a_request_without_an_answer_counts_as_unanswered(tmp_path: Path) -> None:
    """A dialect that deliberately gives no answer does not stop the queue."""
    async with house(tmp_path) as program, station_of(program, "CS-1", OcppVersion.OCPP_1_6) as station:
        half: Any = station._half
        outward = half.outward
        said: list[str] = []

        def translate(request: Any, **moment: Any) -> Any:
            said.append(request.action)
            return nothing() if len(said) == 2 else outward(request, **moment)

        def nothing() -> Any:
            yield from ()

        half.outward = translate
        async with living(station), asyncio.timeout(PATIENT):
            await until(lambda: len(said) >= 2)
            await station.act(lambda engine, now: engine.plug_in(1, 1, now))
            await until(lambda: len(said) >= 3)
            assert station.is_connected
        assert said[0] == "BootNotification"
