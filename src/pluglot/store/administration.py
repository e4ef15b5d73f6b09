"""People, their sessions, bearer tokens and house secrets: written at once, read from the database each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, literal_column, or_, select, update

from pluglot.store import rows, tables
from pluglot.store.base import ApiTokenRecord, SessionRecord, UserRecord
from pluglot.store.ports import columns_of
from pluglot.store.projections import insertion
from pluglot.store.reader import Query, Reader
from pluglot.store.statements import Gathering, Statement, Values, statement

Write = Callable[[Statement, Values], Awaitable[None]]


def _saving(table: Table) -> Statement:
    """Insert or replace by the first column, which is the key."""
    names = [column.name for column in table.columns]
    return insertion(table, names, Gathering.ORDERED, conflict=names[:1], overwrite=names[1:])


def _removing(table: Table) -> Statement:
    by_name = delete(table).where(table.c.name == bindparam("the_name"))
    return statement(table.name, by_name, ["the_name"], Gathering.ORDERED)


_SAVE_USER = _saving(tables.users)
_SAVE_API_TOKEN = _saving(tables.api_tokens)
_SAVE_SECRET = _saving(tables.secrets)
_REMOVE_USER = _removing(tables.users)
_REMOVE_API_TOKEN = _removing(tables.api_tokens)
_REMOVE_SECRET = _removing(tables.secrets)

_users = select(*columns_of(tables.users, rows.USER.columns)).order_by(tables.users.c.name)
_USERS = Query(_users)
_USER = Query(_users.where(tables.users.c.name == bindparam("the_name")))
_api_tokens = select(*columns_of(tables.api_tokens, rows.API_TOKEN.columns)).order_by(tables.api_tokens.c.name)
_API_TOKENS = Query(_api_tokens)
_API_TOKEN = Query(_api_tokens.where(tables.api_tokens.c.digest == bindparam("the_digest")))
_API_TOKEN_NAMED = Query(_api_tokens.where(tables.api_tokens.c.name == bindparam("the_name")))
_SECRET = Query(select(tables.secrets.c.value).where(tables.secrets.c.name == bindparam("the_name")))

_session = tables.sessions.c
_SESSION = Query(
    select(*columns_of(tables.sessions, rows.SESSION.columns)).where(_session.digest == bindparam("the_digest"))
)
_ADD_SESSION = _saving(tables.sessions)
_USE_SESSION = statement(
    tables.sessions.name,
    update(tables.sessions).where(_session.digest == bindparam("the_digest")).values(used_at=bindparam("new_used_at")),
    ["new_used_at", "the_digest"],
    Gathering.ORDERED,
)
_REMOVE_SESSION = statement(
    tables.sessions.name,
    delete(tables.sessions).where(_session.digest == bindparam("the_digest")),
    ["the_digest"],
    Gathering.ORDERED,
)
_END_OLD_SESSIONS = statement(
    tables.sessions.name,
    delete(tables.sessions).where(
        or_(_session.used_at < bindparam("used_since"), _session.began_at < bindparam("began_since"))
    ),
    ["used_since", "began_since"],
    Gathering.ORDERED,
)
_END_UNUSED_SESSIONS = statement(
    tables.sessions.name,
    delete(tables.sessions).where(
        _session.digest.in_(
            select(_session.digest)
            .order_by(_session.used_at.desc(), _session.digest)
            .limit(literal_column("-1"))
            .offset(bindparam("at_most"))
        )
    ),
    ["at_most"],
    Gathering.ORDERED,
)


class SqlAdministration:
    """The store's administration over its database."""

    def __init__(self, reader: Reader, write: Write) -> None:
        self._reader = reader
        self._write = write

    async def user(self, name: str) -> UserRecord | None:
        """The person with this name."""
        row = await self._reader.first(_USER, the_name=name)
        return None if row is None else rows.USER.decode(row)

    async def users(self) -> Sequence[UserRecord]:
        """All people by name."""
        return [rows.USER.decode(row) for row in await self._reader.all(_USERS)]

    async def save_user(self, user: UserRecord) -> None:
        """Create or replace a person."""
        await self._write(_SAVE_USER, rows.USER.encode(user))

    async def remove_user(self, name: str) -> bool:
        """Whether there was this person, who is gone now."""
        if await self.user(name) is None:
            return False
        await self._write(_REMOVE_USER, (name,))
        return True

    async def api_token(self, digest: str) -> ApiTokenRecord | None:
        """The bearer token with this digest."""
        row = await self._reader.first(_API_TOKEN, the_digest=digest)
        return None if row is None else rows.API_TOKEN.decode(row)

    async def api_tokens(self) -> Sequence[ApiTokenRecord]:
        """All bearer tokens by name."""
        return [rows.API_TOKEN.decode(row) for row in await self._reader.all(_API_TOKENS)]

    async def save_api_token(self, token: ApiTokenRecord) -> None:
        """Create or replace the bearer token of this name."""
        await self._write(_SAVE_API_TOKEN, rows.API_TOKEN.encode(token))

    async def remove_api_token(self, name: str) -> bool:
        """Whether there was a bearer token of this name, which is gone now."""
        found = await self._reader.first(_API_TOKEN_NAMED, the_name=name)
        if found is None:
            return False
        await self._write(_REMOVE_API_TOKEN, (name,))
        return True

    async def session(self, digest: str) -> SessionRecord | None:
        """The login with this digest."""
        row = await self._reader.first(_SESSION, the_digest=digest)
        return None if row is None else rows.SESSION.decode(row)

    async def add_session(self, session: SessionRecord) -> None:
        """Keep a login."""
        await self._write(_ADD_SESSION, rows.SESSION.encode(session))

    async def note_session_used(self, digest: str, at: datetime) -> None:
        """Keep when a login was last used; one that was forgotten stays so."""
        await self._write(_USE_SESSION, (rows.to_micros(at), digest))

    async def remove_session(self, digest: str) -> None:
        """Forget a login; an unknown one is no error."""
        await self._write(_REMOVE_SESSION, (digest,))

    async def trim_sessions(self, *, used_since: datetime, began_since: datetime, at_most: int) -> None:
        """Forget logins that were used or begun before these times, and the longest unused beyond ``at_most``."""
        await self._write(_END_OLD_SESSIONS, (rows.to_micros(used_since), rows.to_micros(began_since)))
        await self._write(_END_UNUSED_SESSIONS, (at_most,))

    async def secret(self, name: str) -> str | None:
        """A house secret kept across restarts."""
        row = await self._reader.first(_SECRET, the_name=name)
        return None if row is None else str(row[0])

    async def save_secret(self, name: str, value: str | None) -> None:
        """Keep a house secret; None forgets it."""
        if value is None:
            await self._write(_REMOVE_SECRET, (name,))
        else:
            await self._write(_SAVE_SECRET, (name, value))
