"""What operators do with stations, over a store in memory."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from pluglot.app.operations import HouseOperations
from pluglot.bus.memory import MemoryBus
from pluglot.csms.facts import StationConnected
from pluglot.store import MemoryStore
from pluglot.transport import Credentials, CredentialSettings
from pluglot.web.base import AlreadyRegistered, InvalidInput


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    """An empty store."""
    opened = MemoryStore()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def operations(store: MemoryStore) -> AsyncIterator[HouseOperations]:
    """Operations over the store."""
    credentials = Credentials(secrets.token_bytes(32), CredentialSettings(argon2_memory_kib=8, argon2_passes=1))

    async def disconnect(_station: str, _reason: str) -> None:
        """Nobody is connected."""

    yield HouseOperations(store, MemoryBus(), credentials, store.commit, disconnect=disconnect)
    credentials.close()


@pytest.mark.requirement("PWD-02")
@pytest.mark.parametrize(
    ("version", "longest", "takes_all_that_prints"),
    [
        (None, 64, True),
        ("1.5s", 64, True),
        ("1.6", 64, True),
        ("2.0", 40, False),
        ("2.0.1", 40, False),
        ("2.1", 64, True),
    ],
)
async def test_a_password_is_held_to_the_version_of_its_station(
    store: MemoryStore, operations: HouseOperations, version: str | None, longest: int, *, takes_all_that_prints: bool
) -> None:
    """A station that was heard in 2.0 or 2.0.1 gets 40 characters of few kinds; unknown and old ones what 2.1 takes."""
    await operations.register_station("CS-1", security_profile=1, password=None, note=None)
    if version is not None:
        heard = StationConnected(
            at=datetime.now(UTC), station_id="CS-1", ocpp_version=version, epoch=1, remote_address="192.0.2.1"
        )
        await store.commit([heard])

    async def is_taken(password: str) -> bool:
        try:
            await operations.register_station("CS-1", security_profile=1, password=password, note=None)
        except InvalidInput as mistake:
            return mistake.field != "password" or password in mistake.rule
        return True

    assert not await is_taken("x" * 15)
    assert await is_taken("x" * longest)
    assert not await is_taken("x" * (longest + 1))
    assert await is_taken("sixteen letters!") is takes_all_that_prints


async def test_of_two_who_register_the_same_new_station_the_first_one_does(
    store: MemoryStore, operations: HouseOperations
) -> None:
    """A station that is being registered, or is registered, cannot be registered as new; its password stays."""

    async def register() -> object:
        return await operations.register_station(
            "CS-1", security_profile=1, password="a password long enough", note=None, only_new=True
        )

    first, second = await asyncio.gather(register(), register(), return_exceptions=True)
    assert not isinstance(first, BaseException)
    assert isinstance(second, AlreadyRegistered)
    kept = await store.credential("CS-1")
    with pytest.raises(AlreadyRegistered):
        await register()
    assert await store.credential("CS-1") == kept


@pytest.mark.requirement("HRD-01", "HRD-02")
@pytest.mark.parametrize("only_new", [True, False])
async def test_who_is_adopted_takes_no_identity_that_an_operator_registers_meanwhile(
    store: MemoryStore, operations: HouseOperations, *, only_new: bool
) -> None:
    """While the password of a stranger is hashed the operator registers its identity: that password stays."""
    adopting = asyncio.create_task(operations.adopt("CS-1", security_profile=1, password=b"a-password-of-a-stranger"))
    await asyncio.sleep(0)  # it has begun
    if only_new:
        with pytest.raises(AlreadyRegistered):
            await operations.register_station("CS-1", security_profile=1, password=None, note=None, only_new=True)
        await adopting
        return
    await operations.register_station("CS-1", security_profile=1, password=None, note=None)
    registered = await store.credential("CS-1")
    await adopting
    assert registered is not None
    assert await store.credential("CS-1") == registered


@pytest.mark.requirement("HRD-02")
async def test_of_two_strangers_with_one_new_identity_one_is_adopted(
    store: MemoryStore, operations: HouseOperations
) -> None:
    """The second of two at the same moment does not replace the password of the first."""
    first = asyncio.create_task(operations.adopt("CS-1", security_profile=1, password=b"a-password-of-the-first"))
    await asyncio.sleep(0)
    await operations.adopt("CS-1", security_profile=1, password=None)
    assert await store.credential("CS-1") is None
    await first
    kept = await store.credential("CS-1")
    assert kept is not None
    assert kept.verifier is not None
    assert kept.verifier.startswith("argon2:")
