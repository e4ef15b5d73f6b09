"""People and bearer tokens: logins with Argon2, sessions, throttled guesses, the one-time link of the first start."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from pluglot.web.base import InvalidInput, Principal
from pluglot.web.problems import UNAVAILABLE_MARK
from pluglot.web.security import ADMIN

#: A session ends this long after its last use, and this long after its login in any case.
IDLE_LIMIT = timedelta(hours=12)
SESSION_LIMIT = timedelta(days=7)
SESSIONS_AT_MOST = 10_000
#: For so long a person is taken as known; then password and role are read again.
KNOWN_FOR = timedelta(seconds=2)
#: How old the time of last use may grow where sessions are kept, so that looking at pages writes next to nothing.
USE_WRITTEN_AFTER = timedelta(minutes=5)

#: Wrong guesses that are free; each further one doubles the wait, up to the longest.
FREE_GUESSES = 5
LONGEST_WAIT = timedelta(minutes=5)
GUESSERS_AT_MOST = 10_000

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
LONGEST_NAME = 100
SHORTEST_ADMIN_TOKEN = 32
ADMIN_NAME = "admin"
#: The name under which the store keeps the digest of the one-time link's secret.
ONE_TIME_SECRET = "web.one-time-link"  # noqa: S105 -- a name


class People(Protocol):
    """What access needs kept; the store's administration is one."""

    async def user(self, name: str) -> Any:
        """The person with this name, with ``role`` and ``password_hash``, or None."""
        ...

    async def users(self) -> Sequence[Any]:
        """Everybody who may log in."""
        ...

    async def save_user(self, user: Any) -> None:
        """Keep a person."""
        ...

    async def api_token(self, digest: str) -> Any:
        """The bearer token with this digest, with ``name``, ``role`` and ``expires_at``, or None."""
        ...

    async def session(self, digest: str) -> Any:
        """The login with this digest, with ``name``, ``password_digest``, ``began_at`` and ``used_at``, or None."""
        ...

    async def add_session(self, session: Any) -> None:
        """Keep a login."""
        ...

    async def note_session_used(self, digest: str, at: datetime) -> None:
        """Keep when a login was last used; one that was forgotten stays so."""
        ...

    async def remove_session(self, digest: str) -> None:
        """Forget a login; an unknown one is no error."""
        ...

    async def trim_sessions(self, *, used_since: datetime, began_since: datetime, at_most: int) -> None:
        """Forget logins that were used or begun before these times, and the longest unused beyond ``at_most``."""
        ...

    async def secret(self, name: str) -> str | None:
        """A secret by name."""
        ...

    async def save_secret(self, name: str, value: str | None) -> None:
        """Keep a secret, or forget it."""
        ...


class TooManyGuesses(PermissionError):
    """This name or address guessed wrong too often; ``wait`` says for how long nothing is tried."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait.total_seconds():.0f} s")
        self.wait = wait


class Session(msgspec.Struct):
    """One login as it was read: whose it is, since when, last used when, what of that is kept, and when it was read."""

    principal: Principal
    began_at: datetime
    used_at: datetime
    use_kept_at: datetime
    read_at: datetime


def digest(secret: str) -> str:
    """How a long random secret (a bearer token, a session, the one-time link) is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _form_token(session: str) -> str:
    """The anti-forgery token of a session: made of its secret, so that it too outlasts a restart and is not kept."""
    return digest(f"forms of {session}")


class Throttle:
    """Slows guesses down, per whatever guesses; bounded in number."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def check(self, *guessers: str, now: datetime) -> None:
        """Raise TooManyGuesses while one of these must wait."""
        for guesser in guessers:
            count, last = self._failures.get(guesser, (0, now))
            if count < FREE_GUESSES:
                continue
            until = last + min(timedelta(seconds=2 ** min(count - FREE_GUESSES, 16)), LONGEST_WAIT)
            if now < until:
                raise TooManyGuesses(until - now)

    def failed(self, *guessers: str, now: datetime) -> None:
        """Count a wrong guess."""
        for guesser in guessers:
            count, _ = self._failures.pop(guesser, (0, now))
            self._failures[guesser] = (count + 1, now)
            while len(self._failures) > GUESSERS_AT_MOST:
                self._failures.popitem(last=False)

    def succeeded(self, *guessers: str) -> None:
        """Forget wrong guesses after a right one."""
        for guesser in guessers:
            self._failures.pop(guesser, None)


class HouseAccess:
    """Logins, sessions and bearer tokens over whatever keeps people; what is remembered here may be forgotten."""

    def __init__(
        self,
        people: People,
        *,
        clock: Callable[[], datetime],
        new_user: Callable[..., Any],
        new_session: Callable[..., Any],
        admin_token: str | None = None,
    ) -> None:
        if admin_token is not None and len(admin_token) < SHORTEST_ADMIN_TOKEN:
            raise InvalidInput("PLUGLOT_ADMIN_TOKEN", f"at least {SHORTEST_ADMIN_TOKEN} characters")
        self._people = people
        self._clock = clock
        self._new_user = new_user
        self._new_session = new_session
        self._admin_digest = digest(admin_token) if admin_token else None
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        #: How many sessions were ended: what was read while one was, may be of that one, and is not remembered.
        self._ended = 0
        self._throttle = Throttle()
        #: Who logged in from where: guesses from elsewhere must not keep them out.
        self._homes: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._hasher = PasswordHasher()
        # Argon2 takes memory and a core: few at a time, in threads, never on the loop.
        self._hashing = asyncio.Semaphore(2)
        self._decoy = ""

    async def by_bearer(self, token: str) -> Principal | None:
        """Who this bearer token stands for."""
        given = digest(token)
        if self._admin_digest is not None and hmac.compare_digest(given, self._admin_digest):
            return Principal(name="PLUGLOT_ADMIN_TOKEN", role=ADMIN)
        known = await self._people.api_token(given)
        if known is None or (known.expires_at is not None and known.expires_at <= self._clock()):
            return None
        return Principal(name=f"token {known.name}", role=known.role)

    async def by_session(self, session: str) -> Principal | None:
        """Who this session belongs to; using it keeps it alive, while its person exists with the same password."""
        key, now = digest(session), self._clock()
        known = self._sessions.get(key)
        if known is None or now - known.read_at > KNOWN_FOR:
            known = await self._read_session(session, known, now)
        if known is None or now - known.used_at > IDLE_LIMIT or now - known.began_at > SESSION_LIMIT:
            self._sessions.pop(key, None)
            return None
        known.used_at = now
        if now - known.use_kept_at > USE_WRITTEN_AFTER:
            await self._keep_use(key, known)
        return known.principal

    async def _read_session(self, session: str, known: Session | None, now: datetime) -> Session | None:
        """The session as it is kept, if its person may still log in by the same password; takes up a changed role."""
        ended = self._ended
        kept = await self._people.session(digest(session))
        user = None if kept is None else await self._people.user(kept.name)
        if user is None or digest(user.password_hash) != kept.password_digest:
            return None
        read = Session(
            principal=Principal(name=user.name, role=user.role, anti_forgery_token=_form_token(session)),
            began_at=kept.began_at,
            used_at=known.used_at if known else kept.used_at,
            use_kept_at=kept.used_at,
            read_at=now,
        )
        if ended == self._ended:
            self._sessions[kept.digest] = read
        while len(self._sessions) > SESSIONS_AT_MOST:
            self._sessions.popitem(last=False)
        return read

    async def _keep_use(self, key: str, session: Session) -> None:
        """Keep when a session was last used; that it cannot be written now is no reason to send its person away."""
        session.use_kept_at = session.used_at
        try:
            await self._people.note_session_used(key, session.used_at)
        except Exception as error:  # the store's own kind, known by its mark: this door does not import that one
            if not getattr(error, UNAVAILABLE_MARK, False):
                raise

    async def log_in(self, name: str, password: str, *, remote_address: str) -> str | None:
        """A new session for the right name and password, None for wrong ones; raises TooManyGuesses."""
        now = self._clock()
        is_home = (name, remote_address) in self._homes
        guesser = f"home {remote_address} {name[:LONGEST_NAME]}" if is_home else f"name {name[:LONGEST_NAME]}"
        guessers = (guesser, f"address {remote_address}")
        self._throttle.check(*guessers, now=now)
        self._throttle.failed(*guessers, now=now)  # until it is known to be right, or many at once would all be tried
        user = await self._people.user(name) if len(name) <= LONGEST_NAME else None
        right = await self._verify(user.password_hash if user else None, password)
        if not right or user is None:
            return None
        self._throttle.succeeded(*guessers)
        self._homes[name, remote_address] = None
        self._homes.move_to_end((name, remote_address))
        if len(self._homes) > GUESSERS_AT_MOST:
            self._homes.popitem(last=False)
        return await self._begin_session(user, now)

    async def _begin_session(self, user: Any, now: datetime) -> str:
        """Keep a new session; those that are over, or too many, go on this occasion."""
        session = secrets.token_urlsafe(32)
        await self._people.add_session(
            self._new_session(
                digest=digest(session),
                name=user.name,
                password_digest=digest(user.password_hash),
                began_at=now,
                used_at=now,
            )
        )
        await self._people.trim_sessions(
            used_since=now - IDLE_LIMIT, began_since=now - SESSION_LIMIT, at_most=SESSIONS_AT_MOST
        )
        return session

    async def log_out(self, session: str) -> None:
        """End a session for good; an unknown one is no error."""
        key = digest(session)
        if await self._people.session(key) is not None:
            await self._people.remove_session(key)
        self._ended += 1
        self._sessions.pop(key, None)

    async def issue_one_time_secret(self) -> str | None:
        """A new secret for the one-time link while nobody can log in yet; None when somebody can."""
        if await self._people.users():
            return None
        secret = secrets.token_urlsafe(24)
        await self._people.save_secret(ONE_TIME_SECRET, digest(secret))
        return secret

    async def set_admin_password(self, one_time_secret: str, password: str) -> bool:
        """Use up the one-time link and let the administrator in from now on; False when it is used or wrong."""
        kept = await self._people.secret(ONE_TIME_SECRET)
        if not kept or not hmac.compare_digest(kept, digest(one_time_secret)):
            return False
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise InvalidInput("password", f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
        password_hash = await self.hash_password(password)
        if await self._people.secret(ONE_TIME_SECRET) != kept:  # somebody else was faster
            return False
        await self._people.save_secret(ONE_TIME_SECRET, None)
        user = self._new_user(name=ADMIN_NAME, role=ADMIN, password_hash=password_hash, created_at=self._clock())
        await self._people.save_user(user)
        return True

    async def hash_password(self, password: str) -> str:
        """The text under which a person's password is kept."""
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, kept: str | None, password: str) -> bool:
        """Compare in the same time whether or not there is such a person."""
        if len(password) > LONGEST_PASSWORD:
            return False
        if kept is None:
            self._decoy = self._decoy or await self.hash_password(secrets.token_hex())
        async with self._hashing:
            try:
                right = await asyncio.to_thread(self._hasher.verify, kept or self._decoy, password)
            except (Argon2Error, InvalidHashError):
                return False
        return right and kept is not None
