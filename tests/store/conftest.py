from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from pluglot.store import MemoryStore, Retention, SqlStore, Store

#: Makes an unopened store with the given retention.
MakeStore = Callable[[Retention], Store]


@pytest.fixture(params=["memory", "sqlite"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Every test that asks for a store runs with each kind."""
    if request.param == "memory":
        return lambda retention: MemoryStore(retention=retention)
    return lambda retention: SqlStore(tmp_path / "pluglot.db", retention=retention, trim_every_s=0)


@pytest.fixture
async def store(make_store: MakeStore) -> AsyncIterator[Store]:
    opened = make_store(Retention())
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def sql_store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(tmp_path / "pluglot.db")
    await opened.open()
    yield opened
    await opened.close()
