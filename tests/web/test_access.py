from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pluglot.web.access import FREE_GUESSES, IDLE_LIMIT, KNOWN_FOR, HouseAccess, Throttle, TooManyGuesses, digest
from pluglot.web.base import InvalidInput
from pluglot.web.memory import MemoryApiToken, MemoryPeople, MemoryUser

PASSWORD = "a quite long password"


class Clock:
    """A clock the test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people() -> MemoryPeople:
    return MemoryPeople()


@pytest.fixture
def access(people: MemoryPeople, clock: Clock) -> HouseAccess:
    return HouseAccess(people, clock=clock, new_user=MemoryUser, admin_token="t" * 32)


async def test_the_first_start_sets_a_password_once(access: HouseAccess, people: MemoryPeople) -> None:
    """The one-time secret sets the administrator's password and is used up; only its digest was kept."""
    secret = await access.issue_one_time_secret()
    assert secret is not None
    assert secret not in people.secrets.values()
    assert not await access.set_admin_password("wrong", PASSWORD)
    with pytest.raises(InvalidInput):
        await access.set_admin_password(secret, "short")
    assert await access.set_admin_password(secret, PASSWORD)
    assert not await access.set_admin_password(secret, PASSWORD)
    assert await access.issue_one_time_secret() is None
    assert people.by_name["admin"].password_hash.startswith("$argon2id$")


async def test_a_login_gives_a_session_that_ends(access: HouseAccess, clock: Clock) -> None:
    """The right password opens a session with its own form token; it ends when unused, and by logging out."""
    await access.set_admin_password(str(await access.issue_one_time_secret()), PASSWORD)
    assert await access.log_in("admin", "wrong password", remote_address="a") is None
    assert await access.log_in("nobody", PASSWORD, remote_address="a") is None
    first = await access.log_in("admin", PASSWORD, remote_address="a")
    second = await access.log_in("admin", PASSWORD, remote_address="a")
    assert first and second and first != second
    one, other = await access.by_session(first), await access.by_session(second)
    assert one and other
    assert (one.name, one.role) == ("admin", "admin")
    assert one.anti_forgery_token != other.anti_forgery_token
    await access.log_out(first)
    assert await access.by_session(first) is None
    clock.now += IDLE_LIMIT + timedelta(seconds=1)
    assert await access.by_session(second) is None


async def test_guesses_are_slowed_down(access: HouseAccess, clock: Clock) -> None:
    """After a few wrong passwords nothing is tried for a while, longer each time, by name and by address."""
    await access.set_admin_password(str(await access.issue_one_time_secret()), PASSWORD)
    for _ in range(FREE_GUESSES):
        assert await access.log_in("admin", "wrong password", remote_address="a") is None
    with pytest.raises(TooManyGuesses) as slow:
        await access.log_in("admin", PASSWORD, remote_address="b")
    with pytest.raises(TooManyGuesses):
        await access.log_in("other", PASSWORD, remote_address="a")
    clock.now += slow.value.wait
    assert await access.log_in("admin", PASSWORD, remote_address="b")


def test_the_throttle_doubles_and_is_bounded(clock: Clock) -> None:
    """Each further wrong guess doubles the wait up to five minutes; a right one forgets them."""
    throttle, waits = Throttle(), []
    for place in range(FREE_GUESSES + 12):
        throttle.failed("x", now=clock.now)
        if place >= FREE_GUESSES:
            with pytest.raises(TooManyGuesses) as slow:
                throttle.check("x", now=clock.now)
            waits.append(slow.value.wait.total_seconds())
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 300
    throttle.succeeded("x")
    throttle.check("x", now=clock.now)


async def test_bearer_tokens_have_roles_and_ends(access: HouseAccess, people: MemoryPeople, clock: Clock) -> None:
    """A known bearer token stands for its role until it expires; the one from the environment is an administrator."""
    people.by_digest[digest("abc")] = MemoryApiToken(
        name="ci", role="viewer", digest=digest("abc"), expires_at=clock.now + timedelta(hours=1)
    )
    known = await access.by_bearer("abc")
    assert known is not None
    assert known.role == "viewer"
    clock.now += timedelta(hours=1)
    assert await access.by_bearer("abc") is None
    assert await access.by_bearer("nonsense") is None
    administrator = await access.by_bearer("t" * 32)
    assert administrator is not None
    assert administrator.role == "admin"


def test_a_short_admin_token_is_refused(people: MemoryPeople, clock: Clock) -> None:
    """The token from the environment has at least 32 characters."""
    with pytest.raises(InvalidInput, match="PLUGLOT_ADMIN_TOKEN"):
        HouseAccess(people, clock=clock, new_user=MemoryUser, admin_token="t" * 31)


async def test_a_session_follows_its_person(access: HouseAccess, people: MemoryPeople, clock: Clock) -> None:
    """A changed role holds within seconds; a new password and a removal end every session of that person."""
    for name in ("ada", "bob"):
        hashed = await access.hash_password(PASSWORD)
        await people.save_user(MemoryUser(name=name, role="admin", password_hash=hashed, created_at=clock.now))
    first = str(await access.log_in("ada", PASSWORD, remote_address="a"))
    other = str(await access.log_in("bob", PASSWORD, remote_address="a"))
    before = await access.by_session(first)
    people.by_name["ada"] = replace(people.by_name["ada"], role="viewer")
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    after = await access.by_session(first)
    assert before and after
    assert (before.role, after.role) == ("admin", "viewer")
    assert before.anti_forgery_token == after.anti_forgery_token
    people.by_name["ada"] = replace(people.by_name["ada"], password_hash=await access.hash_password("another one"))
    del people.by_name["bob"]
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    assert await access.by_session(first) is None
    assert await access.by_session(other) is None
    people.by_name["bob"] = people.by_name["ada"]
    assert await access.by_session(other) is None
