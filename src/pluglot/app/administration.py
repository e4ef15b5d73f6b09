"""Administration from the command line: people, bearer tokens, the database; works beside a running program."""

from __future__ import annotations

import getpass
import hashlib
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Table

from pluglot.app.clock import utc_now
from pluglot.store import SqlStore
from pluglot.store.base import ApiTokenRecord, UserRecord

ADMIN: Final = "admin"
ROLES: Final = ("viewer", "operator", ADMIN)
#: A hundred years, within what a date can say.
MOST_DAYS: Final = 36_500
SHORTEST_PASSWORD: Final = 12
LONGEST_NAME: Final = 100


class Refused(ValueError):
    """What was asked for cannot be done; the text says why."""


@asynccontextmanager
async def opened(database: str, *, create: bool = False) -> AsyncIterator[Any]:
    """The store, for a short visit beside the program that serves it.

    Raises:
        Refused: there is no such database, and none is to be made: who means another one should not get a new one.
    """
    store = SqlStore(database, serving=False)
    if not create and not store.path.exists():
        raise Refused(
            f"database: there is none at {store.path.absolute()}; name the one of pluglot csms with --database "
            "(or PLUGLOT_DATABASE, or --config), or make a new one with pluglot database migrate"
        )
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def add_user(database: str, name: str, role: str) -> None:
    """Keep a person with a password that is asked for, or read from standard input."""
    _check(name, role)
    if role != ADMIN:
        await _keep_an_admin(database, name)
    password = getpass.getpass(f"Password for {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"password: must have at least {SHORTEST_PASSWORD} characters")
    user = UserRecord(name=name, role=role, password_hash=PasswordHasher().hash(password), created_at=utc_now())
    async with opened(database) as store:
        await store.administration.save_user(user)
    Console().print(f"{name} may log in as {role}.", markup=False, highlight=False)


async def _keep_an_admin(database: str, name: str) -> None:
    """See that somebody may still administer without this person, so that nobody is locked out of the pages.

    Raises:
        Refused: it is the only admin.
    """
    async with opened(database) as store:
        users = await store.administration.users()
    if {user.name for user in users if user.role == ADMIN} == {name}:
        raise Refused(
            f"name: {name!r} is the only admin, and nobody else could register stations or people's tokens; "
            "make another one first: pluglot user add NAME --role admin"
        )


async def list_users(database: str) -> None:
    """Show who may log in."""
    table = Table("name", "role", "since")
    async with opened(database) as store:
        for user in await store.administration.users():
            table.add_row(user.name, user.role, f"{user.created_at:%Y-%m-%d %H:%M} UTC")
    Console().print(table)


async def remove_user(database: str, name: str) -> None:
    """Let a person log in no more; when nobody is left, the next start prints a one-time link again."""
    async with opened(database) as store:
        is_alone = len(await store.administration.users()) <= 1
    if not is_alone:
        await _keep_an_admin(database, name)
    async with opened(database) as store:
        if not await store.administration.remove_user(name):
            raise Refused(f"name: there is no user {name!r}")
    Console().print(f"{name} may log in no more.", markup=False, highlight=False)


async def create_token(database: str, name: str, role: str, days: int | None) -> None:
    """Make a bearer token; its secret is printed and only its digest kept."""
    _check(name, role)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(f"days: must be 1 to {MOST_DAYS}")
    secret, now = secrets.token_urlsafe(32), utc_now()
    token = ApiTokenRecord(
        name=name,
        role=role,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    async with opened(database) as store:
        if any(known.name == name for known in await store.administration.api_tokens()):
            raise Refused(f"name: there is a token {name!r} already; revoke it first")
        await store.administration.save_api_token(token)
    print(secret)  # noqa: T201 - the one thing a script wants to read


async def list_tokens(database: str) -> None:
    """Show the bearer tokens."""
    table = Table("name", "role", "since", "until")
    async with opened(database) as store:
        for token in await store.administration.api_tokens():
            until = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "it is revoked"
            table.add_row(token.name, token.role, f"{token.created_at:%Y-%m-%d}", until)
    Console().print(table)


async def revoke_token(database: str, name: str) -> None:
    """Remove a bearer token."""
    async with opened(database) as store:
        if not await store.administration.remove_api_token(name):
            raise Refused(f"name: there is no token {name!r}")
    Console().print(f"{name} is revoked.", markup=False, highlight=False)


async def migrate(database: str) -> None:
    """Open the store, which brings the database to the form this version needs."""
    async with opened(database, create=True):
        Console().print("The database is up to date.", markup=False, highlight=False)


def _check(name: str, role: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(f"name: must have 1 to {LONGEST_NAME} printable characters")
    if role not in ROLES:
        raise Refused(f"role: must be one of {', '.join(ROLES)}")
