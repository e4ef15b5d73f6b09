"""Brings a database to the newest schema by Alembic's migrations, which lie inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import column, create_engine, inspect, select, table
from sqlalchemy.engine import Connection as SqlAlchemyConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from pluglot.store import sqlite
from pluglot.store.base import StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"

_VERSION_TABLE = "alembic_version"


def alembic_configuration() -> Config:
    """What Alembic needs to know, also for writing new migrations."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration


def migrate(connection: sqlite.Connection, path: Path) -> None:
    """Create or migrate all tables; raises StoreUnavailable when this cannot be the right thing to do."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.connect() as wrapped:
            _upgrade(wrapped, path)
    except DBAPIError as error:
        raise sqlite.unavailable(error.orig or error, path) from error


def _upgrade(connection: SqlAlchemyConnection, path: Path) -> None:
    names = set(inspect(connection).get_table_names())
    if names and _VERSION_TABLE not in names:
        raise StoreUnavailable(
            f"The database {path} belongs to another program (it has tables such as {min(names)!r}); name another file."
        )
    configuration = alembic_configuration()
    current = _current_revision(connection, names)
    scripts = ScriptDirectory.from_config(configuration)
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise StoreUnavailable(
            f"The database {path} was written by a newer pluglot (its schema is {current!r}); "
            "update pluglot, or name another file."
        )
    if current == scripts.get_current_head():
        return
    configuration.attributes["connection"] = connection
    try:
        command.upgrade(configuration, "head")
    except CommandError as error:
        raise StoreUnavailable(f"The database {path} cannot be brought to the newest schema: {error}.") from error


def _current_revision(connection: SqlAlchemyConnection, names: set[str]) -> str | None:
    if _VERSION_TABLE not in names:
        return None
    found = connection.execute(select(column("version_num")).select_from(table(_VERSION_TABLE))).scalar()
    connection.rollback()
    return None if found is None else str(found)
