from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluglot.csms.facts import Fact, StationHeard, StationRegistered, TokenSaved
from pluglot.csms.records import CredentialRecord, StationRecord, TokenRecord
from pluglot.store import FactsRefused, SqlStore, ports, sql, writer
from tests.store.samples import NOW, exchanged, later, of_transaction, registered


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The database is locked, but not for longer than the writer waits."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def on_disk(path: Path, sql_text: str) -> list[tuple[object, ...]]:
    """What somebody else sees."""
    other = sqlite3.connect(path)
    try:
        return other.execute(sql_text).fetchall()
    finally:
        other.close()


class Observed:
    """A store that notes the size of each group."""

    def __init__(self, path: Path) -> None:
        self.groups: list[int] = []
        self.store = SqlStore(path, observer=lambda sets, _seconds: self.groups.append(sets))


@pytest.fixture
async def observed(tmp_path: Path) -> AsyncIterator[Observed]:
    made = Observed(tmp_path / "pluglot.db")
    await made.store.open()
    yield made
    await made.store.close()


@pytest.mark.requirement("TX-08")
async def test_nobody_is_answered_before_the_commit(observed: Observed) -> None:
    """A commit that cannot be done yet does not return; when it returns, others see the facts on the disk."""
    store = observed.store
    with held(store.path):
        waiting = asyncio.create_task(store.commit([of_transaction(0)]))
        _, pending = await asyncio.wait({waiting}, timeout=0.1)
        assert pending
        assert await store.transactions.find("A", "t") is None
    await waiting
    assert await store.transactions.find("A", "t") is not None
    assert on_disk(store.path, "SELECT station_id, seq_no FROM ledger") == [("A", 0)]


async def test_what_waits_together_is_committed_together(observed: Observed) -> None:
    """Whatever arrives during one commit goes into the next as one group; a lone set goes at once."""
    store = observed.store
    await store.commit([exchanged("alone")])
    assert observed.groups == [1]
    with held(store.path):
        commits = [asyncio.create_task(store.commit([exchanged(str(number))])) for number in range(50)]
        await asyncio.wait(set(commits), timeout=0.05)
    await asyncio.gather(*commits)
    assert sum(observed.groups) == 51
    assert len(observed.groups) <= 3
    ids = on_disk(store.path, "SELECT message_id FROM messages ORDER BY id")
    assert ids == [("alone",), *((str(number),) for number in range(50))]


def spoilt(kind: int, number: int) -> Fact:
    """Facts no database takes: for a missing row, for an impossible number, for half a character."""
    if kind == 0:
        credential = CredentialRecord(station_id=f"missing-{number}", security_profile=1, changed_at=NOW)
        return StationRegistered(at=NOW, station=StationRecord(id=f"other-{number}"), credential=credential)
    if kind == 1:
        token = TokenRecord(id_token=f"spoilt-{number}", type="Central", concurrent_transactions=2**70)
        return TokenSaved(at=NOW, token=token)
    return exchanged(f"spoilt-{number}", request_frame="\ud800")


@pytest.mark.parametrize("kind", [0, 1, 2])
async def test_a_set_that_cannot_be_written_fails_alone(observed: Observed, kind: int) -> None:
    """The others of its group are written; of the failing one nothing is."""
    store = observed.store
    with held(store.path):
        first = asyncio.create_task(store.commit([exchanged("first")]))
        await asyncio.wait({first}, timeout=0.05)
        good = [asyncio.create_task(store.commit([exchanged(f"good-{number}")])) for number in range(4)]
        bad = asyncio.create_task(store.commit([registered("half"), spoilt(kind, 0)]))
        good += [asyncio.create_task(store.commit([exchanged(f"good-{number}")])) for number in range(4, 8)]
        await asyncio.wait({bad}, timeout=0.05)
    await asyncio.gather(first, *good)
    with pytest.raises(FactsRefused, match="does not take these facts"):
        await bad
    assert len(on_disk(store.path, "SELECT id FROM messages")) == 9
    assert on_disk(store.path, "SELECT id FROM stations") == []
    assert await store.stations.find("half") is None
    assert (await store.queries.counts())["messages"] == 9


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(plan=st.lists(st.sampled_from([None, None, None, 0, 1, 2]), min_size=1, max_size=25))
async def test_every_good_set_is_there_once_and_no_bad_one(observed: Observed, plan: list[int | None]) -> None:
    """However good and bad sets come together in groups, exactly the good ones are kept, whole."""
    store = observed.store
    before = len(on_disk(store.path, "SELECT id FROM messages"))
    seq_no = before

    async def one(kind: int | None, number: int) -> None:
        facts: list[Fact] = [of_transaction(number), exchanged(f"set-{number}")]
        if kind is None:
            await store.commit(facts)
        else:
            with pytest.raises(FactsRefused):
                await store.commit([*facts, spoilt(kind, number)])

    numbers = range(seq_no * 100, seq_no * 100 + len(plan))
    await asyncio.gather(*(one(kind, number) for kind, number in zip(plan, numbers, strict=True)))
    expected = [number for kind, number in zip(plan, numbers, strict=True) if kind is None]
    ledger = [int(str(row[0])) for row in on_disk(store.path, "SELECT seq_no FROM ledger ORDER BY seq_no")]
    assert [number for number in ledger if number in numbers] == expected
    assert len(on_disk(store.path, "SELECT id FROM messages")) == before + len(expected)


async def test_a_caller_who_left_has_committed_all_the_same(observed: Observed) -> None:
    """Cancelling who waits cancels no commit that is under way, and what is remembered follows the disk."""
    store = observed.store
    with held(store.path):
        leaving = asyncio.create_task(store.commit([of_transaction(0)]))
        await asyncio.wait({leaving}, timeout=0.05)
        leaving.cancel()
        staying = asyncio.create_task(store.commit([exchanged("x")]))
    await staying
    assert leaving.cancelled() or leaving.cancelling()
    assert await store.transactions.find("A", "t") is not None


async def test_beyond_the_bound_callers_wait_outside(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the bound wait in the queue at once; all the others get their turn in order."""
    monkeypatch.setattr(writer, "WAITING_BOUND", 5)
    store = observed.store
    with held(store.path):
        commits = [asyncio.create_task(store.commit([exchanged(str(number))])) for number in range(30)]
        commits[20].cancel()
        await asyncio.wait(set(commits), timeout=0.05)
    await asyncio.gather(*commits[:20], *commits[21:])
    assert max(observed.groups) <= 5
    ids = on_disk(store.path, "SELECT message_id FROM messages ORDER BY id")
    assert len(ids) == 29
    assert ids[:5] == [(str(number),) for number in range(5)]


async def test_more_than_a_group_holds_is_written_in_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No group is larger than its bound, whatever comes at once, and closing meanwhile loses nothing of it."""
    monkeypatch.setattr(writer, "GROUP_BOUND", 3)
    observed = Observed(tmp_path / "pluglot.db")
    await observed.store.open()
    waiting = [asyncio.create_task(observed.store.commit([exchanged(f"m{number}")])) for number in range(10)]
    await asyncio.sleep(0)  # all have asked
    await observed.store.close()
    await asyncio.gather(*waiting)
    assert on_disk(observed.store.path, "SELECT COUNT(*) FROM messages") == [(10,)]
    assert sum(observed.groups) == 10
    assert max(observed.groups) == 3


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    """Whoever waits while the store is closed is still answered truthfully."""
    store = SqlStore(tmp_path / "pluglot.db")
    await store.open()
    commits = [asyncio.create_task(store.commit([exchanged(str(number))])) for number in range(10)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*commits)
    assert len(on_disk(store.path, "SELECT id FROM messages")) == 10


async def test_being_heard_costs_no_row_per_message(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many heard messages are one write some time later, and one at the latest on closing."""
    monkeypatch.setattr(sql, "HEARD_DELAY_S", 1.0)  # time enough to be heard a hundred times on a slow machine
    store = observed.store
    await store.commit([registered("A"), registered("B")])
    groups = len(observed.groups)
    for second in range(100):
        await store.commit([StationHeard(at=later(second), station_id="A")])
    assert len(observed.groups) == groups
    async with asyncio.timeout(30):
        while len(observed.groups) == groups:
            await asyncio.sleep(0.01)
    assert len(observed.groups) == groups + 1
    seen = on_disk(store.path, "SELECT id, last_seen_at IS NOT NULL FROM stations ORDER BY id")
    assert seen == [("A", 1), ("B", 0)]
    await store.commit([StationHeard(at=later(200), station_id="B")])
    await store.close()
    assert on_disk(store.path, "SELECT last_seen_at IS NOT NULL FROM stations") == [(1,), (1,)]
    await store.open()
    station = await store.stations.find("A")
    assert station is not None
    assert station.last_seen_at == later(99)


async def test_reads_under_way_during_a_commit_leave_nothing_old_behind(observed: Observed) -> None:
    """Many readers of what is being changed: once a commit returned, every further read sees it."""
    store = observed.store
    await store.commit([registered("A", note="0")])

    async def read_on(seen: list[int]) -> None:
        while not seen or seen[-1] < 30:
            store.stations.disconnected_all()  # forgets everything, so that each read goes to the disk
            found = await store.stations.find("A")
            assert found is not None
            seen.append(int(found.note or -1))

    async def write() -> None:
        for number in range(1, 31):
            await store.commit([registered("A", note=str(number))])
            found = await store.stations.find("A")
            assert found is not None
            assert found.note == str(number)

    seen: list[list[int]] = [[], [], []]
    await asyncio.gather(write(), *(read_on(each) for each in seen))
    for each in seen:
        assert each == sorted(each)


async def test_a_long_ledger_is_read_whole_and_not_kept(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound a ledger is read from the disk each time, and still complete."""
    monkeypatch.setattr(ports, "REMEMBERED_ENTRIES", 3)
    store = observed.store
    for seq_no in range(8):
        await store.commit([of_transaction(seq_no)])
        found = await store.transactions.ledger("A", "t")
        assert [entry.seq_no for entry in found] == list(range(seq_no + 1))


async def test_forgotten_records_are_read_again(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no longer fits into the memory is found on the disk."""
    monkeypatch.setattr(observed.store.stations, "_memory", ports.Memory(2))
    for number in range(6):
        await observed.store.commit([registered(f"S{number}", note=str(number))])
    for number in (0, 5, 1, 4, 0, 3):
        found = await observed.store.stations.find(f"S{number}")
        assert found is not None
        assert found.note == str(number)


async def test_places_of_those_who_left_go_to_the_next(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all who were just let in are cancelled at that moment, those behind them are let in all the same."""
    monkeypatch.setattr(writer, "WAITING_BOUND", 2)
    store = observed.store
    let_in = vars(writer.GroupCommitWriter)["_let_in"]
    cancelled: list[int] = []

    def let_in_and_cancel(self: writer.GroupCommitWriter, room: int) -> None:
        let_in(self, room)
        if not cancelled:
            cancelled.extend((2, 3))
            for number in cancelled:  # they were let in a moment ago and have not run since
                commits[number].cancel()

    with held(store.path):
        commits = [asyncio.create_task(store.commit([exchanged(str(number))])) for number in range(6)]
        await asyncio.wait(set(commits), timeout=0.05)
        monkeypatch.setattr(writer.GroupCommitWriter, "_let_in", let_in_and_cancel)
    async with asyncio.timeout(30):
        outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert [number for number, outcome in enumerate(outcomes) if outcome is not None] == [2, 3]
    assert len(on_disk(store.path, "SELECT message_id FROM messages")) == 4
