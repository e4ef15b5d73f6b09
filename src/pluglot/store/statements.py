"""Statements that write, compiled once: how rows of each are gathered and written in as few steps as possible."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy.sql import ClauseElement

from pluglot.store.sqlite import Connection, compiled

Values = Sequence[Any]
#: One row (or set of parameters) to write with one statement.
Write = tuple["Statement", Values]

#: Rows written by one step. The interpreter lock is released around each step and taken again after it, which under
#: load costs far more than the row; so many rows share a step.
_CHUNKS = (256, 64, 16, 4, 1)
#: Where a row may be written twice without effect, the last one is repeated until there are so many for one step.
_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


class Gathering(Enum):
    """How writes of many fact sets are brought together."""

    APPENDED = "all are written, in order"
    LAST = "of those with the same key only the last is written"
    SUMMED = "the last value of those with the same key is added up"
    ORDERED = "written exactly in the order in which they came, before or after other ordered ones"
    BARRIER = "written alone, after everything before and before everything after"


# On the way of every message: names of the module are found faster than members of an enum.
_APPENDED, _LAST, _SUMMED = Gathering.APPENDED, Gathering.LAST, Gathering.SUMMED


class Parts(NamedTuple):
    """What a statement is made of, as it may be told to another process."""

    subject: str
    sql: str
    #: How many parameters.
    width: int
    gathering: Gathering
    key: int
    repeatable: bool


class Statement:
    """One INSERT, UPDATE or DELETE with parameters in a fixed order."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        #: What is written: statements of one subject share their keys.
        self.subject = parts.subject
        self.gathering = parts.gathering
        self.key = parts.key
        self._sql = parts.sql
        self._many = _multiplied(parts.sql, parts.width, _SIZES[::-1] if parts.repeatable else _CHUNKS)
        self._padded = dict(self._many) if parts.repeatable else {}

    def __repr__(self) -> str:
        return f"Statement({self.subject!r})"

    def write(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write all rows inside the current transaction."""
        if not self._many:
            connection.executemany(self._sql, rows)
            return
        if self._padded:
            self._write_padded(connection, rows)
            return
        written = 0
        for count, sql in self._many:
            while len(rows) - written >= count:
                flat = list(chain.from_iterable(rows[written : written + count]))
                connection.execute(sql, flat)
                written += count

    def _write_padded(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write all rows, the last of them perhaps several times, in as few steps as can be."""
        for start in range(0, len(rows), _SIZES[-1]):
            part = rows[start : start + _SIZES[-1]]
            count = _SIZES[bisect_left(_SIZES, len(part))]
            flat = list(chain.from_iterable(part))
            flat += list(part[-1]) * (count - len(part))
            connection.execute(self._padded[count], flat)


def statement(
    subject: str,
    clause: ClauseElement,
    parameters: Sequence[str],
    gathering: Gathering,
    *,
    key: int = 0,
    repeatable: bool = False,
) -> Statement:
    """Compile a statement; raises ValueError when its parameters are not these, in this order.

    ``key`` is how many leading parameters identify what is written. ``repeatable`` says that a row written once more
    right after itself changes nothing.
    """
    sql, names, _ = compiled(clause)
    if names != tuple(parameters):
        raise ValueError(f"{subject}: parameters are {names}, not {tuple(parameters)}")
    return Statement(Parts(str(subject), sql, len(names), gathering, key, repeatable))


def _multiplied(sql: str, width: int, counts: Sequence[int]) -> list[tuple[int, str]]:
    """The text of an INSERT for several rows at once, largest first; empty when it is no INSERT of values."""
    group = f"({', '.join('?' * width)})"
    before, found, after = sql.partition(f"VALUES {group}")
    if not found or "?" in after:
        return []
    return [(count, f"{before}VALUES {', '.join([group] * count)}{after}") for count in counts]


class Batch:
    """Writes of one or many fact sets, brought together so that each statement runs as seldom as possible."""

    def __init__(self) -> None:
        self._parts: list[_Part] = [_Part()]

    def add(self, writes: Sequence[Write]) -> None:
        """Take up the writes of one fact set."""
        part = self._parts[-1]
        for statement, row in writes:
            gathering = statement.gathering
            if gathering is _APPENDED:
                rows = part.appended.get(statement)
                if rows is None:
                    part.appended[statement] = [row]
                else:
                    rows.append(row)
            elif gathering is _LAST:
                part.last[(statement.subject, *row[: statement.key])] = (statement, row)
            elif gathering is _SUMMED:
                key = (statement, *row[:-1])
                part.summed[key] = part.summed.get(key, 0) + row[-1]
            elif gathering is Gathering.ORDERED:
                part.ordered.append((statement, row))
            else:
                alone, part = _Part(), _Part()
                alone.ordered.append((statement, row))
                self._parts += (alone, part)

    def write(self, connection: Connection) -> None:
        """Write everything inside the current transaction."""
        for part in self._parts:
            for statement, rows in part.runs():
                statement.write(connection, rows)


class _Part:
    """What may be written in any order, except for what is ordered."""

    __slots__ = ("appended", "last", "ordered", "summed")

    def __init__(self) -> None:
        self.ordered: list[Write] = []
        self.last: dict[tuple[Any, ...], Write] = {}
        self.appended: dict[Statement, list[Values]] = {}
        self.summed: dict[tuple[Any, ...], int] = {}

    def runs(self) -> Iterator[tuple[Statement, Sequence[Values]]]:
        """Statements with their rows, ordered ones first: rows elsewhere may refer to them."""
        run: list[Values] = []
        for place, (statement, row) in enumerate(self.ordered):
            run.append(row)
            if place + 1 == len(self.ordered) or self.ordered[place + 1][0] is not statement:
                yield statement, run
                run = []
        gathered: dict[Statement, list[Values]] = {}
        for statement, row in self.last.values():
            gathered.setdefault(statement, []).append(row)
        yield from gathered.items()
        yield from self.appended.items()
        for (statement, *key), value in self.summed.items():
            yield statement, [(*key, value)]
