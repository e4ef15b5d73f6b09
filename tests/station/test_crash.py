# ruff: noqa: D102 - the doubles do what their class says
"""Power cuts at every point: what was produced arrives once, and the numbers have no holes."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pluglot.messages import BootReason, TransactionEventRequest
from pluglot.messages.codec import decode
from pluglot.station import MemoryJournal
from pluglot.store.journal import SqliteJournal
from tests.station.bench import ALICE, BOB, Bench


class PowerCut(Exception):
    """The power is gone."""


class FragileJournal(MemoryJournal):
    """Cuts the power before or after a write, and remembers every message that was ever made durable."""

    def __init__(self) -> None:
        super().__init__()
        self.produced = {}
        self.writes_left = None

    def write(self, writes: Any) -> None:
        if self.writes_left == 0:
            raise PowerCut
        super().write(writes)
        for entry in writes.appended:
            if entry.action == "TransactionEvent":
                event = decode(TransactionEventRequest, entry.body)
                self.produced[event.transaction_info.transaction_id, event.seq_no] = event
        if self.writes_left is not None:
            self.writes_left -= 1


class FragileBench(Bench):
    """Also cuts the power between a frame and its answer."""

    frames_left = None

    def pump(self) -> None:
        if self.frames_left is not None and getattr(self, "csms", None):
            usual = self.csms.answer

            def answer(request: Any, now: Any) -> Any:
                response = usual(request, now)
                if self.frames_left is not None:
                    self.frames_left -= 1
                    if self.frames_left < 0:
                        raise PowerCut
                return response

            self.csms.answer = answer
            try:
                super().pump()
            finally:
                self.csms.answer = usual
        else:
            super().pump()


STEPS = {
    "plug_in": lambda s, n: s.plug_in(n),
    "unplug": lambda s, n: s.unplug(n),
    "alice": lambda s, n: s.present(ALICE, n),
    "bob": lambda s, n: s.present(BOB, n),
    "draw": lambda s, n: s.vehicle(wants=True, evse_id=n),
    "pause": lambda s, n: s.vehicle(wants=False, evse_id=n),
    "minute": lambda s, n: s.charge(60, evse_id=n),
    "link": lambda s, _: s.disconnect() if s.link else s.connect(),
}


def live(station: Bench, journal: Any, dice: Any, cuts: Any) -> None:
    """Random drivers and links; the power goes at random points, between any two writes or frames."""
    for _ in range(cuts):
        journal.writes_left = dice.choice([None, dice.randrange(40)])
        station.frames_left = dice.randrange(40) if journal.writes_left is None else None
        try:
            for _ in range(60):
                STEPS[dice.choice(list(STEPS))](station, dice.choice([1, 2]))
        except PowerCut:
            pass
        journal.writes_left = station.frames_left = None
        station.power_up(dice.choice([BootReason.POWER_UP, BootReason.WATCHDOG]))


def recover(station: Bench) -> None:
    if not station.link:
        station.connect()
    station.wait(30)
    for evse_id in (1, 2):
        station.unplug(evse_id)
    station.wait(3600)


def check(station: Bench, journal: Any) -> None:
    assert station.engine.undelivered == 0
    assert set(station.csms.events) >= set(journal.produced)
    for transaction_id in {owner for owner, _ in station.csms.events}:
        events = station.csms.of(transaction_id)
        assert [event.seq_no for event in events] == list(range(len(events)))
        assert [event.event_type for event in events] == (
            ["Started"] + ["Updated"] * (len(events) - 2) + ["Ended"] if len(events) > 1 else ["Started"]
        )
        assert events[-1].event_type == "Ended"


@pytest.mark.requirement("TX-01", "TX-03", "TX-15")
@pytest.mark.parametrize("seed", range(50))
def test_power_cuts_at_random_points_lose_and_double_nothing(seed: Any) -> None:
    """Cut between any two writes or frames: every durable event arrives, once, without holes, and all are ended."""
    dice = random.Random(seed)
    journal = FragileJournal()
    variables = {"SampledDataCtrlr.TxUpdatedInterval": "60", "TxCtrlr.ResumptionTimeout": str(dice.choice([0, 300]))}
    station = FragileBench(variables, journal=journal, chance=0.1)
    station.know(ALICE, BOB)
    live(station, journal, dice, cuts=20)
    recover(station)
    check(station, journal)
    assert len(journal.produced) > 10


@pytest.mark.requirement("TX-01", "TX-03")
def test_a_power_cut_at_every_single_write_of_a_session() -> None:
    """One session, cut at its first, second, third … write: nothing told is lost, nothing is told twice differently."""
    for cut in range(1, 40):
        journal = FragileJournal()
        station = FragileBench(journal=journal)
        journal.writes_left = cut
        try:
            station.start_charging()
            station.charge(180)
            station.present(ALICE)
            station.unplug()
            finished = True
        except PowerCut:
            finished = False
        journal.writes_left = None
        station.power_up()
        recover(station)
        check(station, journal)
        if finished:
            return
    pytest.fail("the session never finished")


@pytest.mark.requirement("TX-01")
def test_the_energy_told_is_the_movement_of_the_register(tmp_path: Path) -> None:
    """On the real journal: cut in the middle of charging, the registers told span what the meter moved."""
    path = tmp_path / "journal.db"
    station = Bench(journal=SqliteJournal(path))
    before = station.energy[1]
    transaction_id = station.start_charging()
    station.charge(300)
    station.energy[1] += Decimal("12.5")
    killed, station.journal = station.journal, SqliteJournal(path)  # the old one is not closed before, as after kill -9
    station.power_up()
    station.connect()
    station.wait(10)
    events = station.csms.of(transaction_id)
    registers = [
        sample.value
        for event in events
        for value in event.meter_value or ()
        for sample in value.sampled_value
        if sample.measurand == "Energy.Active.Import.Register"
    ]
    assert registers[0] == before
    assert registers[-1] == station.energy[1]
    assert registers == sorted(registers)
    station.journal.close()
    killed.close()


def test_a_station_left_alone_for_a_day_asks_for_few_moments() -> None:
    """The engine sleeps until something is due: a day idle takes no more deadlines than heartbeats."""
    station = Bench()
    station.forget()
    station.wait(86_400)
    assert len(station.sent) == 86_400 // 300


@pytest.mark.requirement("TX-01")
def test_a_journal_that_is_full_for_a_while_loses_nothing() -> None:
    """Writes that failed come again in front of the newer ones, and nothing was sent meanwhile."""
    journal = FragileJournal()
    station = FragileBench(journal=journal)
    station.start_charging()
    station.forget()
    station.engine.vehicle_state(1, station.now, wants_energy=False)
    failed = station.engine.journal_writes()
    station.engine.not_written(failed)
    station.engine.vehicle_state(1, station.now, wants_energy=True)
    again = station.engine.journal_writes()
    assert again.appended[: len(failed.appended)] == failed.appended
    assert len(again.appended) == 2
    assert set(again.states) >= set(failed.states)
    journal.write(again)
    station.pump()
    station.power_up()
    recover(station)
    check(station, journal)
