"""Drivers' tokens: list, show, save, remove."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec.structs import asdict

from pluglot.csms.records import TokenRecord
from pluglot.csms.registering import Mistake, expiry
from pluglot.web.api.lists import asked, page_of
from pluglot.web.api.shapes import TokenInput, TokensPage
from pluglot.web.base import InvalidInput
from pluglot.web.context import Web
from pluglot.web.problems import Problem
from pluglot.web.security import OPERATOR, VIEWER

LONGEST_TOKEN, LONGEST_TYPE = 255, 20


@get("/tokens", opt={"right": VIEWER}, tags=["tokens"], summary="List tokens")
async def list_tokens(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> TokensPage:
    """All tokens that are known, by type and text."""
    page = await page_of(web.house.lists.tokens, asked(request, "tokens"))
    return TokensPage(items=list(page.items), next_cursor=page.next_cursor)


@get("/tokens/{type_:str}/{id_token:str}", opt={"right": VIEWER}, tags=["tokens"], summary="Show a token")
async def show_token(type_: FromPath[str], id_token: FromPath[str], web: NamedDependency[Web]) -> TokenRecord:
    """One token and what it may do."""
    token: TokenRecord | None = await web.house.operations.token(type_, id_token)
    if token is None:
        raise Problem("unknown-token")
    return token


@put("/tokens/{type_:str}/{id_token:str}", opt={"right": OPERATOR}, tags=["tokens"], summary="Save a token")
async def save_token(
    type_: FromPath[str], id_token: FromPath[str], data: JSONBody[TokenInput], web: NamedDependency[Web]
) -> Response[TokenRecord]:
    """Create a token or replace what it may do; `{}` is valid without limit."""
    token = token_record(type_, id_token, data)
    created = await web.house.operations.save_token(token)
    return Response(token, status_code=201 if created else 200)


@delete("/tokens/{type_:str}/{id_token:str}", opt={"right": OPERATOR}, tags=["tokens"], summary="Remove a token")
async def remove_token(type_: FromPath[str], id_token: FromPath[str], web: NamedDependency[Web]) -> None:
    """Forget a token; transactions made with it stay."""
    if not await web.house.operations.remove_token(type_, id_token):
        raise Problem("unknown-token")


def token_record(type_: str, id_token: str, data: TokenInput) -> TokenRecord:
    """A record of what was told about a token; raises InvalidInput."""
    if not 1 <= len(id_token) <= LONGEST_TOKEN or not id_token.isprintable():
        raise InvalidInput("idToken", f"1 to {LONGEST_TOKEN} printable characters")
    if not 1 <= len(type_) <= LONGEST_TYPE or not type_.isprintable():
        raise InvalidInput("type", f"1 to {LONGEST_TYPE} printable characters")
    expires_at = expiry(data.expires_at)
    if isinstance(expires_at, Mistake):
        raise InvalidInput(expires_at.field, expires_at.rule)
    return TokenRecord(id_token=id_token, type=type_, **asdict(data) | {"expires_at": expires_at})
