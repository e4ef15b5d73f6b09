"""What protects every answer and every form: headers, anti-forgery tokens, and who may open which route."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import unquote

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pluglot.web.base import House, Principal
from pluglot.web.problems import Problem
from pluglot.web.proxies import FORWARDED

SESSION_COOKIE = "pluglot_session"
#: Carries no right; anti-forgery tokens of people who are not logged in hang on it.
VISIT_COOKIE = "pluglot_visit"
TOKEN_FIELD = "_token"  # noqa: S105 -- the name of a form field
TOKEN_HEADER = "x-anti-forgery-token"  # noqa: S105 -- the name of a header

PUBLIC, VIEWER, OPERATOR, ADMIN = "public", "viewer", "operator", "admin"
#: What registers stations and gives them credentials. Of people an admin may; visitors of the demo stand on this rank,
#: so that they can adopt strangers but remove nothing.
REGISTRAR = "registrar"
RANKS: Mapping[str, int] = {VIEWER: 1, OPERATOR: 2, REGISTRAR: 3, ADMIN: 4}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
#: On every answer, errors included (UI-02).
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
HEADER_NAMES = frozenset(name for name, _ in HEADERS)


#: Stands for an encoded slash inside one path segment until the gate puts the slash back.
SLASH = "\ue02f"


def _with_whole_segments(scope: Scope) -> Scope:
    """Keep ``%2F`` inside its segment: identities and tokens may hold slashes, routes are cut at real ones."""
    raw_path = scope.get("raw_path") or b""
    if b"%2f" not in raw_path.lower():
        return scope
    path = SLASH.join(unquote(part) for part in re.split("%2[fF]", raw_path.decode("latin-1").partition("?")[0]))
    return cast("Scope", {**scope, "path": path})


def protected(app: ASGIApp) -> ASGIApp:
    """Wrap an application so that no answer leaves without the protecting headers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            scope = _with_whole_segments(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in HEADER_NAMES]
                names = {name.lower() for name, _ in own}
                if b"cache-control" not in names:
                    own.append((b"cache-control", b"no-store"))
                message["headers"] = [*own, *HEADERS]
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


class AntiForgery:
    """Makes and checks the tokens that show a form came from our own page."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def token(self, principal: Principal | None, visit: str) -> str:
        """The token for forms on a page shown to this asker."""
        if principal is not None and principal.anti_forgery_token:
            return principal.anti_forgery_token
        return hmac.new(self._key, visit.encode(), hashlib.sha256).hexdigest()

    def fits(self, given: str, principal: Principal | None, visit: str) -> bool:
        """Whether the token belongs to this asker; compared in constant time."""
        if not given or (not visit and not (principal and principal.anti_forgery_token)):
            return False
        return hmac.compare_digest(given.encode(), self.token(principal, visit).encode())


class Gate:
    """Decides for every route who may pass; a route that declares no right lets nobody through (UI-04)."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.anti_forgery = AntiForgery()

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Guard of the whole application."""
        right = handler.opt.get("right")
        if right is None:
            raise RuntimeError(f"the route {handler} declares no right")
        principal, by_bearer = await self._identify(connection)
        connection.state.principal = principal
        parameters = connection.scope["path_params"]
        parameters.update({k: v.replace(SLASH, "/") for k, v in parameters.items() if isinstance(v, str)})
        request = cast("Request[Any, Any, Any]", connection)  # every route here is an HTTP route
        if request.method not in SAFE_METHODS and not by_bearer:
            await self._check_form(request, principal, right)
        if right == PUBLIC:
            return
        if principal is None:
            raise Problem("not-authenticated")
        if RANKS.get(principal.role, 0) < RANKS[right]:
            needed = ADMIN if right == REGISTRAR else right
            raise Problem("not-allowed", f"{principal.name} is {principal.role}; this needs {needed}", rule=needed)

    async def _identify(self, connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[Principal | None, bool]:
        """Who asks, and whether a bearer token said so; a wrong bearer token is never overlooked."""
        scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            principal = await self._house.access.by_bearer(credential.strip())
            if principal is None:
                raise Problem("not-authenticated", "this bearer token is unknown or has expired")
            return principal, True
        session = connection.cookies.get(SESSION_COOKIE)
        if session and (principal := await self._house.access.by_session(session)):
            return principal, False
        if self._house.open_to_visitors and _is_from_this_machine(connection):
            return Principal(name="visitor", role=REGISTRAR), False
        return None, False

    async def _check_form(self, request: Request[Any, Any, Any], principal: Principal | None, right: str) -> None:
        """Refuse a write by cookie that does not carry the anti-forgery token."""
        if principal is None and right != PUBLIC:
            return  # answered as not-authenticated
        given = request.headers.get(TOKEN_HEADER, "")
        if not given and request.content_type[0] in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            given = str((await request.form()).get(TOKEN_FIELD, ""))
        if not self.anti_forgery.fits(given, principal, request.cookies.get(VISIT_COOKIE, "")):
            raise Problem("forged-form")


def _is_from_this_machine(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether both the peer and the name it used for us are loopback, so that no foreign page can borrow a visit."""
    if FORWARDED in connection.headers:
        return False  # a proxy of this machine asks for somebody else
    client = connection.client
    host = connection.headers.get("host", "").rsplit(":", 1)[0].strip("[]")
    return client is not None and _is_loopback(client.host) and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
