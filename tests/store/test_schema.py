from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from pluglot.store import SqlStore, StoreUnavailable, schema, sqlite
from pluglot.store.queries import _list_query
from pluglot.store.tables import metadata
from tests.store.samples import registered


def definitions(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Every table and index with its text, without white space and quotes."""
    found = connection.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT IN ('alembic_version') "
        "AND name NOT LIKE 'sqlite_autoindex_alembic%'"
    )
    return {(type_, name, "".join(sql.replace('"', "").split())) for type_, name, sql in found}


def test_migrations_give_exactly_the_tables(tmp_path: Path) -> None:
    """A database made by all migrations has the definitions that the tables would make, to the letter."""
    migrated = sqlite.connect_writer(tmp_path / "migrated.db", create=True)
    schema.migrate(migrated, tmp_path / "migrated.db")
    created = create_engine(f"sqlite:///{tmp_path}/created.db")
    metadata.create_all(created)
    created.dispose()
    expected = sqlite3.connect(tmp_path / "created.db")
    assert definitions(migrated) == definitions(expected)
    migrated.close()
    expected.close()


def test_an_old_database_keeps_what_it_has(tmp_path: Path) -> None:
    """A database of the first schema is brought to the newest with its rows in place."""
    path = tmp_path / "pluglot.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as used:
        configuration = schema.alembic_configuration()
        configuration.attributes["connection"] = used
        command.upgrade(configuration, "0001")
    engine.dispose()
    with sqlite3.connect(path) as old:
        old.execute("INSERT INTO users VALUES ('ada', 'admin', 'hash', 1)")
    old.close()
    connection = sqlite.connect_writer(path)
    schema.migrate(connection, path)
    assert connection.execute("SELECT name FROM users").fetchall() == [("ada",)]
    assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    connection.close()


def test_nothing_is_left_to_migrate(tmp_path: Path) -> None:
    """Alembic itself finds no difference between the migrated database and the tables."""
    path = tmp_path / "pluglot.db"
    connection = sqlite.connect_writer(path, create=True)
    schema.migrate(connection, path)
    connection.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as checked:
        assert compare_metadata(MigrationContext.configure(checked), metadata) == []
    engine.dispose()


def test_migrations_go_back_to_nothing(tmp_path: Path) -> None:
    """All migrations taken back leave an empty database, which can be migrated again."""
    path = tmp_path / "pluglot.db"
    connection = sqlite.connect_writer(path, create=True)
    schema.migrate(connection, path)
    connection.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as used:
        configuration = schema.alembic_configuration()
        configuration.attributes["connection"] = used
        command.downgrade(configuration, "base")
    engine.dispose()
    connection = sqlite.connect_writer(path)
    assert definitions(connection) <= {("table", "sqlite_sequence", "CREATETABLEsqlite_sequence(name,seq)")}
    schema.migrate(connection, path)
    assert len(definitions(connection)) > len(metadata.tables)
    connection.close()


@pytest.mark.parametrize(
    ("name", "filters", "continued", "indexes"),
    [
        ("transactions-in-time", ("since",), False, {"ix_transactions_ended", "ix_transactions_open"}),
        ("transactions-in-time", ("since", "until"), True, {"ix_transactions_ended", "ix_transactions_open"}),
        ("transactions-in-time", ("state", "until"), True, {"ix_transactions_ended", "ix_transactions_open"}),
        ("transactions-in-time", ("since", "stationId"), True, {"sqlite_autoindex_transactions_1"}),
        ("transactions", ("isOpen",), False, {"ix_transactions_open"}),
    ],
)
def test_lists_of_transactions_read_along_an_index(
    tmp_path: Path, name: str, filters: tuple[str, ...], continued: bool, indexes: set[str]
) -> None:
    """A span of time, a station's and the open transactions are found by an index; ended ones need no sorting."""
    connection = sqlite.connect_writer(tmp_path / "pluglot.db", create=True)
    schema.migrate(connection, tmp_path / "pluglot.db")
    sql = _list_query(name, filters, continued=continued, only_open="isOpen" in filters).sql
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))]
    connection.close()
    reads = [step for step in plan if "transactions" in step]
    assert {step.split(" INDEX ")[1].split()[0] for step in reads} == indexes, plan
    if "ix_transactions_ended" in indexes:
        assert plan[1] == "LEFT"
        assert plan[2].startswith("SEARCH transactions USING INDEX ix_transactions_ended (started_at")
        assert plan[3] == "RIGHT"  # no sorting of what ended


def test_migrations_are_part_of_the_package() -> None:
    """What Alembic needs lies beside the code that runs it."""
    inside = {item.name for item in files("pluglot.store.migrations").iterdir()}
    assert {"env.py", "script.py.mako", "versions"} <= inside


async def test_a_migrated_database_is_opened_as_it_is(tmp_path: Path) -> None:
    """Opening again keeps everything and migrates nothing."""
    store = SqlStore(tmp_path / "pluglot.db")
    await store.open()
    await store.commit([registered("A")])
    await store.close()
    await store.open()
    assert await store.stations.find("A") is not None
    await store.close()


async def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    """A database that a newer pluglot wrote is refused with what to do, and not changed."""
    path = tmp_path / "pluglot.db"
    store = SqlStore(path)
    await store.open()
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreUnavailable, match=r"pluglot\.db was written by a newer pluglot .*'9999'.*update pluglot"):
        await store.open()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    connection.close()


async def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """Tables that are not ours stop us before we add any."""
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    with pytest.raises(StoreUnavailable, match=r"photos\.db belongs to another program .*'photos'"):
        await SqlStore(path).open()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    connection.close()


def test_a_new_database_is_for_its_owner_only(tmp_path: Path) -> None:
    """It holds the key of the stations' verifiers and every frame; the files beside it follow it."""
    path = tmp_path / "pluglot.db"
    connection = sqlite.connect_writer(path, create=True)
    connection.execute("CREATE TABLE t (x)")
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    connection.close()
