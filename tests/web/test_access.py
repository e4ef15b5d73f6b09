from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pluglot.store.base import ApiTokenRecord, SessionRecord, UserRecord
from pluglot.store.memory import MemoryAdministration as People
from pluglot.web import access as web_access
from pluglot.web.access import (
    FREE_GUESSES,
    IDLE_LIMIT,
    KNOWN_FOR,
    ONE_TIME_SECRET,
    SESSION_LIMIT,
    USE_WRITTEN_AFTER,
    HouseAccess,
    Throttle,
    TooManyGuesses,
    digest,
)
from pluglot.web.base import InvalidInput

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
def people() -> People:
    return People()


@pytest.fixture
def access(people: People, clock: Clock) -> HouseAccess:
    return HouseAccess(people, clock=clock, new_user=UserRecord, new_session=SessionRecord, admin_token="t" * 32)


async def test_the_first_start_sets_a_password_once(access: HouseAccess, people: People) -> None:
    """The one-time secret sets the administrator's password and is used up; only its digest was kept."""
    secret = await access.issue_one_time_secret()
    assert secret is not None
    assert await people.secret(ONE_TIME_SECRET) == digest(secret)
    assert not await access.set_admin_password("wrong", PASSWORD)
    with pytest.raises(InvalidInput):
        await access.set_admin_password(secret, "short")
    assert await access.set_admin_password(secret, PASSWORD)
    assert not await access.set_admin_password(secret, PASSWORD)
    assert await access.issue_one_time_secret() is None
    assert (await person(people, "admin")).password_hash.startswith("$argon2id$")


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


async def test_guesses_from_elsewhere_keep_nobody_out_who_logged_in_before(access: HouseAccess) -> None:
    """Whoever guesses a name without end is slowed down; its owner logs in at once where the last login came from."""
    await access.set_admin_password(str(await access.issue_one_time_secret()), PASSWORD)
    assert await access.log_in("admin", PASSWORD, remote_address="home")
    for number in range(FREE_GUESSES):
        assert await access.log_in("admin", "wrong password", remote_address=f"elsewhere {number}") is None
    with pytest.raises(TooManyGuesses):
        await access.log_in("admin", "wrong password", remote_address="elsewhere")
    assert await access.log_in("admin", PASSWORD, remote_address="home")
    with pytest.raises(TooManyGuesses):
        await access.log_in("admin", PASSWORD, remote_address="elsewhere")
    for _ in range(FREE_GUESSES):
        assert await access.log_in("admin", "wrong password", remote_address="home") is None
    with pytest.raises(TooManyGuesses):
        await access.log_in("admin", "wrong password", remote_address="home")


async def test_guesses_sent_at_once_are_slowed_down_too(access: HouseAccess) -> None:
    """Of many wrong passwords at the same moment only the free ones are tried."""
    await access.set_admin_password(str(await access.issue_one_time_secret()), PASSWORD)
    guesses = (access.log_in("admin", f"wrong {number}", remote_address="a") for number in range(20))
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(one, TooManyGuesses) for one in outcomes) == 20 - FREE_GUESSES
    assert sum(one is None for one in outcomes) == FREE_GUESSES


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


async def test_bearer_tokens_have_roles_and_ends(access: HouseAccess, people: People, clock: Clock) -> None:
    """A known bearer token stands for its role until it expires; the one from the environment is an administrator."""
    await people.save_api_token(
        ApiTokenRecord(
            name="ci",
            role="viewer",
            digest=digest("abc"),
            created_at=clock.now,
            expires_at=clock.now + timedelta(hours=1),
        )
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


def test_a_short_admin_token_is_refused(people: People, clock: Clock) -> None:
    """The token from the environment has at least 32 characters."""
    with pytest.raises(InvalidInput, match="PLUGLOT_ADMIN_TOKEN"):
        HouseAccess(people, clock=clock, new_user=UserRecord, new_session=SessionRecord, admin_token="t" * 31)


async def test_a_session_follows_its_person(access: HouseAccess, people: People, clock: Clock) -> None:
    """A changed role holds within seconds; a new password and a removal end every session of that person."""
    for name in ("ada", "bob"):
        hashed = await access.hash_password(PASSWORD)
        await people.save_user(UserRecord(name=name, role="admin", password_hash=hashed, created_at=clock.now))
    first = str(await access.log_in("ada", PASSWORD, remote_address="a"))
    other = str(await access.log_in("bob", PASSWORD, remote_address="a"))
    before = await access.by_session(first)
    await people.save_user(replace(await person(people, "ada"), role="viewer"))
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    after = await access.by_session(first)
    assert before and after
    assert (before.role, after.role) == ("admin", "viewer")
    assert before.anti_forgery_token == after.anti_forgery_token
    changed = await access.hash_password("another one")
    await people.save_user(replace(await person(people, "ada"), password_hash=changed))
    await people.remove_user("bob")
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    assert await access.by_session(first) is None
    assert await access.by_session(other) is None
    await people.save_user(replace(await person(people, "ada"), name="bob"))
    assert await access.by_session(other) is None


async def person(people: People, name: str) -> UserRecord:
    """Somebody who is known."""
    found = await people.user(name)
    assert found is not None
    return found


async def used_at(people: People, session: str) -> datetime:
    """When the use of a session was noted last."""
    found = await people.session(digest(session))
    assert found is not None
    return found.used_at


def restarted(people: People, clock: Clock) -> HouseAccess:
    """Access of a process that begins anew over the same people."""
    return HouseAccess(people, clock=clock, new_user=UserRecord, new_session=SessionRecord)


async def logged_in(access: HouseAccess) -> str:
    """A session of a new administrator."""
    await access.set_admin_password(str(await access.issue_one_time_secret()), PASSWORD)
    return str(await access.log_in("admin", PASSWORD, remote_address="a"))


async def test_a_session_outlasts_a_restart(access: HouseAccess, people: People, clock: Clock) -> None:
    """Another process over the same people knows the session and its form token; its secret is kept nowhere."""
    session = await logged_in(access)
    other = await logged_in(access)
    before = await access.by_session(session)
    after = await restarted(people, clock).by_session(session)
    assert before is not None
    assert after == before
    assert before.anti_forgery_token != (await access.by_session(other)).anti_forgery_token  # type: ignore[union-attr]
    kept = repr(await people.session(digest(session)))
    assert digest(session) in kept
    assert session not in kept
    assert before.anti_forgery_token not in kept
    assert (await person(people, "admin")).password_hash not in kept


async def test_a_session_that_ended_stays_ended(access: HouseAccess, people: People, clock: Clock) -> None:
    """Logging out, a new password and a removed person end sessions for good, in other processes within seconds too."""
    first, second = await logged_in(access), await logged_in(access)
    elsewhere = restarted(people, clock)
    assert await elsewhere.by_session(first)
    await access.log_out(first)
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    assert await elsewhere.by_session(first) is None
    assert await restarted(people, clock).by_session(first) is None
    changed = await access.hash_password("another long password")
    await people.save_user(replace(await person(people, "admin"), password_hash=changed))
    assert await restarted(people, clock).by_session(second) is None


async def test_logging_out_while_the_session_is_read_ends_it_as_well(
    access: HouseAccess, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that was on its way when its person logged out does not bring the session back."""
    session = await logged_in(access)
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    read, told = asyncio.Event(), asyncio.Event()
    user = people.user

    async def slowly(name: str) -> UserRecord | None:
        read.set()
        await told.wait()
        return await user(name)

    monkeypatch.setattr(people, "user", slowly)
    request = asyncio.create_task(access.by_session(session))
    await read.wait()
    await access.log_out(session)
    told.set()
    await request
    assert await access.by_session(session) is None


async def test_a_session_in_use_ends_a_week_after_its_login(access: HouseAccess, people: People, clock: Clock) -> None:
    """Use keeps a session alive over restarts, but not beyond its limit; its use is written down seldom."""
    session = await logged_in(access)
    began = clock.now
    while clock.now + IDLE_LIMIT - timedelta(minutes=6) <= began + SESSION_LIMIT:
        clock.now += IDLE_LIMIT - timedelta(minutes=6)
        access = restarted(people, clock)
        assert await access.by_session(session)
        written = clock.now
        assert await used_at(people, session) == written
        clock.now += USE_WRITTEN_AFTER
        assert await access.by_session(session)
        assert await used_at(people, session) == written
    clock.now = began + SESSION_LIMIT + timedelta(seconds=1)
    assert await access.by_session(session) is None
    assert await restarted(people, clock).by_session(session) is None


async def test_sessions_are_bounded(
    access: HouseAccess, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login forgets sessions that are over, and the longest unused when there are too many."""
    monkeypatch.setattr(web_access, "SESSIONS_AT_MOST", 2)
    sessions = [await logged_in(access)]
    for _ in range(2):
        clock.now += timedelta(minutes=1)
        sessions.append(await logged_in(access))
    assert [await access.by_session(session) is not None for session in sessions] == [False, True, True]
    clock.now += IDLE_LIMIT + timedelta(seconds=1)
    last = await logged_in(access)
    kept = [await people.session(digest(session)) is not None for session in [*sessions, last]]
    assert kept == [False, False, False, True]


async def test_a_store_that_cannot_be_written_sends_nobody_away(
    access: HouseAccess, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noting the use of a session may fail while the disk is full; its person goes on, other errors are not hidden."""
    session = await logged_in(access)
    clock.now += USE_WRITTEN_AFTER + timedelta(seconds=1)

    class Full(RuntimeError):
        means_unavailable = True

    async def refuse(*_: object) -> None:
        raise Full

    monkeypatch.setattr(people, "note_session_used", refuse)
    assert await access.by_session(session)

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(people, "note_session_used", broken)
    clock.now += USE_WRITTEN_AFTER + timedelta(seconds=1)
    with pytest.raises(RuntimeError):
        await access.by_session(session)
