from __future__ import annotations

from msgspec.structs import replace

from pluglot.store import Store
from pluglot.store.base import ApiTokenRecord, SessionRecord, UserRecord
from tests.store.samples import NOW, later


async def test_people_are_kept_by_name(store: Store) -> None:
    """A person saved again is replaced; all are listed by name."""
    admin = UserRecord(name="admin", role="admin", password_hash="$argon2id$x", created_at=NOW)
    other = replace(admin, name="Zoë", role="viewer")
    for user in (other, admin, replace(admin, role="operator")):
        await store.administration.save_user(user)
    assert await store.administration.user("admin") == replace(admin, role="operator")
    assert await store.administration.user("nobody") is None
    assert [user.name for user in await store.administration.users()] == ["Zoë", "admin"]
    assert await store.administration.remove_user("Zoë")
    assert not await store.administration.remove_user("Zoë")
    assert await store.administration.user("Zoë") is None
    assert [user.name for user in await store.administration.users()] == ["admin"]


async def test_bearer_tokens_are_found_by_digest(store: Store) -> None:
    """A bearer token is found by its digest until it is removed by name."""
    token = ApiTokenRecord(name="ci", role="viewer", digest="d1", created_at=NOW, expires_at=later(60))
    await store.administration.save_api_token(token)
    await store.administration.save_api_token(replace(token, digest="d2", expires_at=None))
    assert await store.administration.api_token("d1") is None
    assert await store.administration.api_token("d2") == replace(token, digest="d2", expires_at=None)
    assert [item.name for item in await store.administration.api_tokens()] == ["ci"]
    assert await store.administration.remove_api_token("ci")
    assert not await store.administration.remove_api_token("ci")
    assert await store.administration.api_token("d2") is None


async def test_secrets_are_kept_until_they_are_forgotten(store: Store) -> None:
    """A house secret is what was saved last; None forgets it."""
    administration = store.administration
    assert await administration.secret("key") is None
    await administration.save_secret("key", "one")
    await administration.save_secret("key", "two")
    assert await administration.secret("key") == "two"
    await administration.save_secret("key", None)
    await administration.save_secret("key", None)
    assert await administration.secret("key") is None


async def test_logins_are_kept_until_they_end(store: Store) -> None:
    """A login is found by its digest; its use is noted while it is there, and one that was removed stays removed."""
    administration = store.administration
    login = SessionRecord(digest="d1", name="ada", password_digest="p", began_at=NOW, used_at=NOW)
    await administration.add_session(login)
    await administration.note_session_used("d1", later(60))
    assert await administration.session("d1") == replace(login, used_at=later(60))
    await administration.remove_session("d1")
    await administration.remove_session("d1")
    await administration.note_session_used("d1", later(90))
    assert await administration.session("d1") is None


async def test_logins_are_trimmed(store: Store) -> None:
    """Logins that are over go, and of the others the longest unused beyond the bound."""
    administration = store.administration
    login = SessionRecord(digest="", name="ada", password_digest="p", began_at=NOW, used_at=NOW)
    for number in range(6):
        await administration.add_session(
            replace(login, digest=f"d{number}", began_at=later(number % 3), used_at=later(10 + number))
        )

    async def left() -> str:
        return "".join([str(n) for n in range(6) if await administration.session(f"d{n}")])

    await administration.trim_sessions(used_since=later(11), began_since=NOW, at_most=9)
    assert await left() == "12345"
    await administration.trim_sessions(used_since=later(11), began_since=later(1), at_most=9)
    assert await left() == "1245"
    await administration.trim_sessions(used_since=later(11), began_since=NOW, at_most=3)
    assert await left() == "245"
