"""Writing in a process of its own, so that the loop and the database do not wait for one interpreter lock.

The parent tells groups as MessagePack over a socket and is told what came of each set; the child does nothing else.
It ends when the socket closes, after the group it is writing, and holds the lock of the database until then.
"""

from __future__ import annotations

import os
import signal
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


def _plain(value: Any) -> str:
    if isinstance(value, str):  # of a subclass, such as the names that SQLAlchemy gives
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no value of a database")


_encode: Final = msgspec.msgpack.Encoder(enc_hook=_plain).encode
_decode: Final = msgspec.msgpack.Decoder().decode
_CHILD: Final = "import sys; from pluglot.store.apart import main; main(*sys.argv[1:])"
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

    def start(self) -> None:
        """Start the child, which takes a moment to be ready; groups wait for it."""
        if self._child is None:
            self._child = _Child(self._path, self._settings, self._lock)

    def write(self, group: Sequence[Writes]) -> Outcomes:
        """Write a group and say for each set what came of it."""
        self.start()
        assert self._child is not None  # noqa: S101 - just started
        try:
            return self._child.write(group)
        except Exception as error:  # noqa: BLE001  # a waiter must never wait for ever, whatever went wrong
            self._child.end()
            self._child = None
            reason = StoreUnavailable(f"The database {self._path} cannot be used: its writing process ended ({error}).")
            return [reason for _ in group]

    def keep_up(self) -> None:
        """Nothing: the child does that between groups by itself."""

    def close(self) -> None:
        """Let the child finish and end."""
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """One child process and the statements it knows."""

    def __init__(self, path: Path, settings: str, lock: int | None) -> None:
        self._socket, theirs = socket.socketpair()
        kept = [theirs.fileno()] if lock is None else [theirs.fileno(), lock]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-c", _CHILD, str(theirs.fileno()), str(path), settings],
                # It must find what we found, wherever that was found.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pass_fds=kept,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._numbers: dict[Statement, int] = {}

    def write(self, group: Sequence[Writes]) -> Outcomes:
        new: list[Any] = []
        told = [[(self._number(statement, new), row) for statement, row in writes] for writes in group]
        try:
            message = _encode((new, told))
        except (TypeError, ValueError, OverflowError):
            return self._write_what_can_be_told(new, told)
        return self._outcomes(message)

    def _write_what_can_be_told(self, new: list[Any], told: list[list[Any]]) -> Outcomes:
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
        written = iter(self._outcomes(_encode((new, sayable))))
        return [next(written) if outcome is None else outcome for outcome in outcomes]

    def _outcomes(self, message: bytes) -> Outcomes:
        _send(self._socket, message)
        reply = _receive(self._socket)
        if reply is None:
            raise EOFError(f"exit status {self._process.poll()}")
        return [None if one is None else _KINDS[one[0]](one[1]) for one in _decode(reply)]

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
        count = connection.recv_into(view[filled:])
        if not count:
            return None
        filled += count
    return bytes(received)


# --- the child --------------------------------------------------------------------------------------------------------


def serve(connection: socket.socket, writing: GroupWriting) -> None:
    """Write what is told until the other side leaves."""
    statements: list[Statement] = []
    while (message := _receive(connection)) is not None:
        new, told = _decode(message)
        for subject, sql, width, gathering, key, repeatable in new:
            statements.append(Statement.of(Parts(subject, sql, width, Gathering[gathering], key, repeatable)))
        group = [[(statements[number], row) for number, row in writes] for writes in told]
        outcomes = [one if one is None else (_WORDS[type(one)], str(one)) for one in writing.write(group)]  # type: ignore[index]
        with suppress(OSError):  # who asked has died: it is written all the same
            _send(connection, _encode(outcomes))
        writing.keep_up()


class _Settings(msgspec.Struct, frozen=True):
    retention: Retention
    trim_every_s: float


def main(descriptor: str, path: str, settings: str) -> None:
    """Run as the child of ``ProcessWriting``."""
    # Whoever ends the parent from a terminal or a service manager signals us too; the parent has still to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    given = msgspec.json.decode(settings, type=_Settings)
    writing = GroupWriting(Path(path), Trimmer(given.retention, every_s=given.trim_every_s))
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection, writing)
    writing.close()
