"""Everything that is particular to SQLite: connecting, compiling statements, and saying what went wrong.

Another database gets a file beside this one with the same names; besides it only ``group`` and the repeated rows of
``statements`` rely on what SQLite does.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from pluglot.store.base import StoreUnavailable

#: Inserts that say what happens when the row is there already.
insert = sqlite.insert

Connection = sqlite3.Connection
DatabaseError = sqlite3.Error

#: How long a statement waits for another process that writes.
BUSY_TIMEOUT_S = 5.0

#: How long a server waits for the lock of a database: a killed one lets go when its child has written what it has.
PATIENCE_S = 5.0

#: Pages in the write-ahead log (of 8 KiB) before they are copied into the database file.
CHECKPOINT_PAGES = 2000

_WRITER_PRAGMAS = (
    # Takes effect for a new file only; a message with its frames fills much of a page of 4 KiB.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    # An answer is a promise: the log is on the disk, not only with the kernel, before a commit returns.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)
_READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA cache_size = -8192", "PRAGMA temp_store = MEMORY")

_DIALECT = sqlite.dialect(paramstyle="qmark")

#: Errors that say something about the database as a whole, by primary result code: what it is, and what to do.
_FAULTS = {
    sqlite3.SQLITE_FULL: "there is no room left on the disk; free some space, writing goes on by itself",
    sqlite3.SQLITE_READONLY: "the file or its folder cannot be written; check its owner and permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that its folder exists and may be written",
    sqlite3.SQLITE_PERM: "access was denied; check the owner and permissions of the file",
    sqlite3.SQLITE_NOTADB: "the file is not an SQLite database; move it away, or name another file",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; restore it from a backup",
    sqlite3.SQLITE_BUSY: "another program keeps the database locked; end it, or name another file",
    sqlite3.SQLITE_LOCKED: "another program keeps the database locked; end it, or name another file",
    sqlite3.SQLITE_IOERR: "the disk reports an error while reading or writing; check the disk and its file system",
    sqlite3.SQLITE_NOMEM: "there is not enough memory; free some, writing goes on by itself",
    sqlite3.SQLITE_PROTOCOL: "another program keeps the database locked; end it, or name another file",
}


def connect_writer(path: Path, *, create: bool = False) -> Connection:
    """The one connection that writes; creates the file only when asked to, never in place of one that vanished.

    A new file is for its owner only: it holds how stations prove who they are. Those beside it get the same rights.
    """
    if create and not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return _connect(path, "rwc" if create else "rw", _WRITER_PRAGMAS)


def connect_reader(path: Path) -> Connection:
    """A connection that only reads."""
    return _connect(path, "ro", _READER_PRAGMAS)


def _connect(path: Path, mode: str, pragmas: Sequence[str]) -> Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions begin and end where we say so
        check_same_thread=False,  # opened in one thread, used in another, never in two at a time
        cached_statements=512,
    )
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def begin(connection: Connection) -> None:
    """Begin a transaction that may write."""
    connection.execute("BEGIN IMMEDIATE")


def compiled(statement: ClauseElement) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """The text of a statement, the names of its parameters in order, and the values some of them have already."""
    result = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    if not isinstance(result, SQLCompiler):
        raise TypeError(f"{statement!r} is no query")
    return str(result), tuple(result.positiontup or ()), dict(result.params)


def is_fault(error: BaseException) -> bool:
    """Whether an error concerns the database as a whole, not only what was to be written."""
    return _primary_code(error) in _FAULTS


def unavailable(error: BaseException, path: Path) -> StoreUnavailable:
    """Say for people what is wrong with the database at this path and what to do."""
    reason = _FAULTS.get(_primary_code(error) or -1, f"it reports: {error}")
    return StoreUnavailable(f"The database {path} cannot be used: {reason}.")


def _primary_code(error: BaseException) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def check_place(path: Path) -> None:
    """Refuse, with the reason, a path at which no database can be kept."""
    folder = path.parent
    if not folder.is_dir():
        raise StoreUnavailable(f"The database {path} cannot be created: there is no folder {folder}; create it first.")
    if path.is_dir():
        raise StoreUnavailable(f"The database {path} cannot be used: it is a folder; name a file.")
    # The log lies beside the database, so a writable file in a folder that is not does not do.
    unwritable = folder if not os.access(folder, os.W_OK | os.X_OK) else path
    if not os.access(unwritable, os.W_OK) and unwritable.exists():
        raise StoreUnavailable(
            f"The database {path} cannot be written: no permission to write {unwritable}; "
            "change its permissions, or name another file."
        )


class ProcessLock:
    """Keeps a second process from serving the same database: what this one remembers would become wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        self._database = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int | None:
        """What a child of this process keeps open to hold the lock as well; None when it is not taken."""
        return self._descriptor

    def take(self) -> None:
        """Take the lock or raise StoreUnavailable; the kernel gives it back when the process and its child have died.

        A child that writes ends a moment after its killed parent, so this waits that moment.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailable(
                f"The database {self._database} cannot be used: {self._path} cannot be written ({error.strerror})."
            ) from error
        until = monotonic() + PATIENCE_S
        while not _is_locked(descriptor):
            if monotonic() > until:
                os.close(descriptor)
                raise StoreUnavailable(
                    f"The database {self._database} is in use by another pluglot; end it, or name another file."
                )
            sleep(0.02)
        self._descriptor = descriptor

    def give_back(self) -> None:
        """Let others take the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def path_of(database: str | Path) -> Path:
    """The file a database setting names: a path or ``sqlite:///path``; raises ValueError for anything else."""
    text = str(database)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Path(text).absolute()
    if scheme != "sqlite" or not rest.startswith("/") or len(rest) == 1:
        raise ValueError(f"{text!r}: must be a file path or sqlite:///path")
    return Path(rest[1:]).absolute()
