from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluglot.store import FactsRefused, Retention, SqlStore, StoreUnavailable, apart
from tests.store import crash_writer
from tests.store.samples import exchanged, of_transaction, registered

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(tmp_path / "pluglot.db", retention=Retention(message_rows=100), trim_every_s=0, writes_apart=True)
    await opened.open()
    yield opened
    await opened.close()


def children(process: int) -> list[int]:
    """The processes this one has started and that still run."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in text.split() if "pluglot.store.apart" in command_of(int(number))]


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:  # it has just ended
        return ""


async def until_gone(process: int) -> None:
    async with asyncio.timeout(30):
        while command_of(process):
            await asyncio.sleep(0.01)


async def test_what_a_process_of_its_own_wrote_is_found(store: SqlStore) -> None:
    """Facts that many tasks commit at once are all found, one message and one ledger entry for each."""
    await store.commit([registered()])
    async with asyncio.TaskGroup() as group:
        for seq_no in range(300):
            group.create_task(store.commit([of_transaction(seq_no), exchanged(f"m-{seq_no}")]))
    assert len(await store.transactions.ledger("A", "t")) == 300
    assert (await store.queries.counts())["messages"] == 300


async def test_the_writing_process_does_not_interrupt_whoever_answers(store: SqlStore) -> None:
    """It is woken many times a second, on a machine that may have no processor to spare for it just then."""
    await store.commit([registered()])
    (child,) = children(os.getpid())
    assert os.sched_getscheduler(child) == os.SCHED_BATCH


async def test_a_set_that_cannot_be_written_fails_alone(store: SqlStore) -> None:
    """A number no database holds, or one that no process can be told, spoils nobody else's facts."""
    too_large, untold = exchanged("u", id=2**63), exchanged("v", id=2**65)
    outcomes = await asyncio.gather(
        store.commit([of_transaction(0)]),
        store.commit([too_large]),
        store.commit([untold]),
        store.commit([of_transaction(1)]),
        return_exceptions=True,
    )
    assert [type(one) for one in outcomes] == [type(None), FactsRefused, FactsRefused, type(None)]
    assert [one.seq_no for one in await store.transactions.ledger("A", "t")] == [0, 1]


async def test_a_writing_process_that_dies_is_followed_by_another(store: SqlStore) -> None:
    """Facts that wait for a killed writing process are written by the next, and nobody notices."""
    await store.commit([of_transaction(0)])
    (child,) = children(os.getpid())
    os.kill(child, signal.SIGSTOP)
    waiting = asyncio.create_task(store.commit([of_transaction(1), exchanged("m-1")]))
    await asyncio.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    await waiting
    await store.commit([of_transaction(2)])
    assert [one.seq_no for one in await store.transactions.ledger("A", "t")] == [0, 1, 2]
    assert children(os.getpid()) != [child]


async def test_what_was_written_before_the_answer_was_lost_is_not_written_again(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writing process that dies after its commit and before its answer leaves no doubt, and no second message."""
    await store.commit([of_transaction(0)])
    receive, lost = apart._receive, [True]  # noqa: SLF001 - an answer is lost on its way

    def lose_one(connection: socket.socket) -> bytes | None:
        reply = receive(connection)
        return None if lost and lost.pop() else reply

    monkeypatch.setattr(apart, "_receive", lose_one)
    await store.commit([of_transaction(1), exchanged("m-1")])
    assert not lost
    assert (await store.queries.counts())["messages"] == 1
    known = await store.transactions.find("A", "t")
    assert known is not None
    assert known.received_seq_nos == ((0, 1),)


async def test_a_writing_process_that_cannot_be_started_stops_nothing_for_good(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system starts no more processes the facts are refused, and taken again when it does."""
    await store.commit([of_transaction(0)])
    (child,) = children(os.getpid())

    def no_more(*_: object, **__: object) -> None:
        raise BlockingIOError("no more processes")

    with monkeypatch.context() as patched:
        patched.setattr(apart.subprocess, "Popen", no_more)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(StoreUnavailable, match="no more processes"):
            await store.commit([of_transaction(1)])
    await store.commit([of_transaction(1)])
    assert [one.seq_no for one in await store.transactions.ledger("A", "t")] == [0, 1]


async def test_files_where_a_server_is_started_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of a known name beside the database is no part of the program."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit('run by mistake')")
    monkeypatch.chdir(tmp_path)
    store = SqlStore(tmp_path / "pluglot.db", writes_apart=True)
    await store.open()
    await store.commit([of_transaction(0)])
    await store.close()


async def test_a_signal_to_the_whole_group_ends_no_writing_process(store: SqlStore) -> None:
    """Ctrl-C and the end of a service reach the writing process too, while its parent has still to finish."""
    await store.commit([of_transaction(0)])
    (child,) = children(os.getpid())
    os.kill(child, signal.SIGINT)
    os.kill(child, signal.SIGTERM)
    await store.commit([of_transaction(1)])
    assert children(os.getpid()) == [child]


async def test_the_log_is_kept_within_its_bounds(store: SqlStore) -> None:
    """Retention works in the process that writes."""
    for number in range(130):
        await store.commit([exchanged(f"m-{number}")])
    page = await store.queries.messages(filters={}, limit=1000, cursor=None)
    assert 100 <= len(page.items) <= 103


def stopped_child_of_a_killed_parent(path: Path) -> int:
    """A writing process that was stopped while it wrote, and whose parent is dead."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, crash_writer.__file__, str(path), "0", "apart"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (child,) = children(process.pid)
        os.kill(child, signal.SIGSTOP)
        process.kill()
        process.stdout.read()
    return child


async def test_the_lock_is_held_until_the_writing_process_has_ended(tmp_path: Path) -> None:
    """After its parent was killed the writing process finishes, ends, and lets the next server in."""
    path = tmp_path / "pluglot.db"
    child = stopped_child_of_a_killed_parent(path)
    store = SqlStore(path)
    with pytest.raises(StoreUnavailable, match="in use by another pluglot"):
        await store.open()
    os.kill(child, signal.SIGCONT)
    await store.open()
    await store.close()
    await until_gone(child)
