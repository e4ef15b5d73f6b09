"""Writing in a process of its own, so that the loop and the database do not wait for one interpreter lock.

The parent tells groups as MessagePack over a socket and is told what came of each set; the child does nothing else.
It ends when the socket closes, after the group it is writing, and holds the lock of the database until then.
"""

from __future__ import annotations

import gc
import os
import secrets
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from pluglot.store.base import FactsRefused, StoreUnavailable
from pluglot.store.group import GroupWriting, Outcomes, Writes
from pluglot.store.retention import Retention, Trimmer
from pluglot.store.statements import Gathering, Parts, Statement

_LENGTH: Final = struct.Struct("!I")
#: How long the child may take to end once it was told to; its last commit is bounded by the disk.
_ENDING_S: Final = 30.0
#: A group is many objects without cycles: with the interpreter's own figure each is looked through several times.
_YOUNGEST: Final = 100_000


def _plain(value: Any) -> str:
    if isinstance(value, str):  # of a subclass, such as the names that SQLAlchemy gives
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no value of a database")


_encode: Final = msgspec.msgpack.Encoder(enc_hook=_plain).encode
_decode: Final = msgspec.msgpack.Decoder().decode
#: Whoever ends the parent from a terminal or a service manager signals the child too, while the parent has still to
#: finish; so that comes before everything that takes time.
_CHILD: Final = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
from pluglot.store.apart import main
main(*sys.argv[1:])
"""
#: How an outcome is told: nothing for durable, else its kind and its words.
_KINDS: Final[dict[str, type[Exception]]] = {"unavailable": StoreUnavailable, "refused": FactsRefused}
_WORDS: Final = {kind: word for word, kind in _KINDS.items()}


class ProcessWriting:
    """Has groups written by a child process; one that died is followed by another with the next group."""

    def __init__(self, path: Path, retention: Retention, *, trim_every_s: float, lock: int | None) -> None:
        """``lock`` is a descriptor the child keeps open, and with it the lock on the database."""
        self._path = path
        self._settings = msgspec.json.encode({"retention": retention, "trim_every_s": trim_every_s}).decode()
        self._lock = lock
        self._child: _Child | None = None
        #: Of the last group; begins anywhere, so that no earlier server had the same.
        self._number = secrets.randbits(61)

    def start(self) -> None:
        """Start the child, which takes a moment to be ready; groups wait for it, and start it if it cannot be now."""
        with suppress(OSError):
            self._started()

    def write(self, group: Sequence[Writes]) -> Outcomes:
        """Write a group and say for each set what came of it.

        When the child dies meanwhile, another says whether the group was written, and writes it if it was not.
        """
        self._number += 1
        try:
            return self._started().write(self._number, group)
        except Exception:  # noqa: BLE001  # whatever it was, a child that can be talked to follows
            self.close()
        try:
            child = self._started()
            return [None] * len(group) if child.last_number() == self._number else child.write(self._number, group)
        except Exception as error:  # noqa: BLE001  # a waiter must never wait for ever, whatever went wrong
            self.close()
            reason = f"The database {self._path} cannot be used: its writing process ended ({error})."
            return [StoreUnavailable(reason) for _ in group]

    def _started(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._path, self._settings, self._lock)
        return self._child

    def keep_up(self) -> None:
        """Nothing: the child does that between groups by itself."""

    def close(self) -> None:
        """Let the child finish and end."""
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """One child process and the statements it knows."""

    def __init__(self, path: Path, settings: str, lock: int | None) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = _begun(theirs, path, settings, lock)
            except OSError:
                self._socket.close()
                raise
        self._numbers: dict[Statement, int] = {}

    def last_number(self) -> int | None:
        """Which group the database has last, after whoever wrote before has ended."""
        number: int | None = self._asked(_encode((None, [], [])))
        return number

    def write(self, number: int, group: Sequence[Writes]) -> Outcomes:
        """Have a group written."""
        new: list[Any] = []
        told = [[(self._number(statement, new), row) for statement, row in writes] for writes in group]
        try:
            message = _encode((number, new, told))
        except (TypeError, ValueError, OverflowError):
            return self._write_what_can_be_told(number, new, told)
        return self._outcomes(message)

    def _write_what_can_be_told(self, number: int, new: list[Any], told: list[list[Any]]) -> Outcomes:
        """A value that is no value of any database spoils its own set only."""
        outcomes: Outcomes = []
        sayable: list[list[Any]] = []
        for writes in told:
            try:
                _encode(writes)
            except (TypeError, ValueError, OverflowError) as error:
                outcomes.append(FactsRefused(f"The database does not take these facts: {error}."))
            else:
                sayable.append(writes)
                outcomes.append(None)
        written = iter(self._outcomes(_encode((number, new, sayable))))
        return [next(written) if outcome is None else outcome for outcome in outcomes]

    def _outcomes(self, message: bytes) -> Outcomes:
        return [None if one is None else _KINDS[one[0]](one[1]) for one in self._asked(message)]

    def _asked(self, message: bytes) -> Any:
        _send(self._socket, message)
        reply = _receive(self._socket)
        if reply is None:
            raise EOFError(f"exit status {self._process.poll()}")
        return _decode(reply)

    def _number(self, statement: Statement, new: list[Any]) -> int:
        number = self._numbers.get(statement)
        if number is None:
            number = self._numbers[statement] = len(self._numbers)
            new.append((*statement.parts[:3], statement.gathering.name, *statement.parts[4:]))
        return number

    def end(self) -> None:
        """Close the socket and wait until the child has finished; one that does not is killed."""
        self._socket.close()
        try:
            self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _begun(connection: socket.socket, path: Path, settings: str, lock: int | None) -> subprocess.Popen[bytes]:
    number = connection.fileno()
    # It must find what we found, wherever that was, and nothing that lies about where we were started.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLUGLOT_")}
    return subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-P", "-c", _CHILD, str(number), str(path), settings],
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        pass_fds=[number] if lock is None else [number, lock],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _send(connection: socket.socket, message: bytes) -> None:
    connection.sendall(_LENGTH.pack(len(message)))
    connection.sendall(message)


def _receive(connection: socket.socket) -> bytes | None:
    """The next whole message, or None when the other side has left."""
    length = _exactly(connection, _LENGTH.size)
    return None if length is None else _exactly(connection, _LENGTH.unpack(length)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray(size)
    view, filled = memoryview(received), 0
    while filled < size:
        try:
            count = connection.recv_into(view[filled:])
        except ConnectionResetError:  # it died with something of ours unread
            return None
        if not count:
            return None
        filled += count
    return bytes(received)


# --- the child --------------------------------------------------------------------------------------------------------


def serve(connection: socket.socket, writing: GroupWriting) -> None:
    """Write what is told until the other side leaves."""
    statements: list[Statement] = []
    while (message := _receive(connection)) is not None:
        number, new, told = _decode(message)
        for subject, sql, width, gathering, key, repeatable in new:
            statements.append(Statement(Parts(subject, sql, width, Gathering[gathering], key, repeatable)))
        if number is None:
            reply: Any = writing.last_number()
        else:
            group = [[(statements[number], row) for number, row in writes] for writes in told]
            reply = [None if one is None else (_WORDS[type(one)], str(one)) for one in writing.write(group, number)]  # type: ignore[index]
        with suppress(OSError):  # who asked has died: it is written all the same
            _send(connection, _encode(reply))
        writing.keep_up()


def _settle() -> None:
    """Look for forgotten cycles seldom, and be woken without interrupting whoever runs: groups are work in bulk."""
    gc.freeze()
    gc.set_threshold(_YOUNGEST)
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # a sandbox may forbid it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


class _Settings(msgspec.Struct, frozen=True):
    retention: Retention
    trim_every_s: float


def main(descriptor: str, path: str, settings: str) -> None:
    """Run as the child of ``ProcessWriting``."""
    _settle()
    given = msgspec.json.decode(settings, type=_Settings)
    writing = GroupWriting(Path(path), Trimmer(given.retention, every_s=given.trim_every_s))
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection, writing)
    writing.close()
