"""Drivers' tokens: see, add, block, remove."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from msgspec.structs import replace

from pluglot.csms.records import TokenRecord
from pluglot.csms.registering import TOKEN_TYPES
from pluglot.web.api.lists import DEFAULT_LIMIT, MOST_DIGITS, Asked, asked, page_of
from pluglot.web.api.shapes import TokenInput
from pluglot.web.api.tokens import token_record
from pluglot.web.base import InvalidInput
from pluglot.web.context import Web
from pluglot.web.live import Change
from pluglot.web.pages.view import View, render, respond
from pluglot.web.problems import Problem
from pluglot.web.security import OPERATOR, VIEWER
from pluglot.web.text import short


def _concerns(change: Change) -> bool:
    return change.kind in {"token", "resync"}


@get("/tokens", opt={"right": VIEWER}, include_in_schema=False)
async def tokens(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """All tokens."""
    wanted = asked(request, "tokens")
    query = {key: value for key, value in request.query_params.items() if value}

    async def load() -> View:
        return await _view(web, wanted, query)

    return await respond(web, request, load, _concerns)


async def _view(
    web: Web, wanted: Asked, query: Mapping[str, str], *, wrong: str = "", draft: Mapping[str, str] | None = None
) -> View:
    values = {
        "title": "Tokens",
        "live": True,
        "page": await page_of(web.house.lists.tokens, wanted),
        "query": query,
        "types": TOKEN_TYPES,
        "wrong": wrong,
        "said": "",
        "draft": draft or {},
    }
    return View(template="tokens.html", values=values)


@post("/tokens", opt={"right": OPERATOR}, status_code=200, include_in_schema=False)
async def add_token(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Add a token that there is not yet; one that is there may be blocked, and keeps what it is."""
    form = {str(key): str(value).strip() for key, value in (await request.form()).items()}
    try:
        token = token_record(form.get("type", ""), form.get("idToken", ""), _input(form))
        if await web.house.operations.token(token.type, token.id_token) is not None:
            return await _there_already(web, request, token, form)
        await web.house.operations.save_token(token)
    except InvalidInput as wrong:
        view = await _view(web, Asked({}, DEFAULT_LIMIT, None), {}, wrong=f"{wrong.field}: {wrong.rule}", draft=form)
        return render(web, request, view, status=422)
    return _back()


async def _there_already(
    web: Web, request: Request[Any, Any, Any], token: TokenRecord, form: Mapping[str, str]
) -> Response[Any]:
    """The form again beside the token that is there, where it can be changed."""
    found = {"idToken": token.id_token, "type": token.type}
    wrong = f"{short(token.id_token)} is there already: change it in the list. Nothing was changed."
    view = await _view(web, Asked(found, DEFAULT_LIMIT, None), found, wrong=wrong, draft=form)
    return render(web, request, view, status=409)


def _input(form: Mapping[str, str]) -> TokenInput:
    """What the form says a token may do."""
    count, expires = form.get("concurrentTransactions", ""), form.get("expiresAt", "")
    if count and not (count.isascii() and count.isdecimal() and len(count) <= MOST_DIGITS):
        raise InvalidInput("concurrentTransactions", f"a whole number of at most {MOST_DIGITS} digits")
    try:
        expires_at = datetime.fromisoformat(expires) if expires else None
    except ValueError:
        raise InvalidInput("expiresAt", "a date and time") from None
    if expires_at is not None and expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    return TokenInput(
        concurrent_transactions=int(count) if count else None,
        expires_at=expires_at,
        group_id_token=form.get("groupIdToken") or None,
        note=form.get("note") or None,
    )


@post("/tokens/change", opt={"right": OPERATOR}, status_code=303, include_in_schema=False)
async def change_token(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Block, unblock or remove a token, by the button that was pressed."""
    form = await request.form()
    for what in ("block", "unblock", "remove"):
        if what in form:
            type_, _, id_token = str(form[what]).partition("/")
            await _change(web, what, unquote(type_), unquote(id_token))
            return _back()
    raise Problem("invalid-input", "no button was pressed")


async def _change(web: Web, what: str, type_: str, id_token: str) -> None:
    token = await web.house.operations.token(type_, id_token)
    if token is None:
        raise Problem("unknown-token")
    if what == "remove":
        await web.house.operations.remove_token(type_, id_token)
    else:
        await web.house.operations.save_token(replace(token, blocked=what == "block"))


def _back() -> Response[Any]:
    return Response(b"", status_code=303, headers={"Location": "/tokens"})


HANDLERS = (tokens, add_token, change_token)
