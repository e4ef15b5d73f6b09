"""Behind reverse proxies: the address of who asked, and whether the way to the proxy was protected."""

from __future__ import annotations

import ipaddress
from typing import Any

from litestar.datastructures import Headers
from litestar.types import ASGIApp, Receive, Scope, Send

from pluglot.web.base import Proxies

FORWARDED = "x-forwarded-for"
PROTOCOL = "x-forwarded-proto"


def behind_proxies(app: ASGIApp, proxies: Proxies | None) -> ASGIApp:
    """Wrap an application so that it sees who asked a trusted proxy instead of the proxy itself."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        client: Any = scope.get("client")
        if client is not None:
            headers = Headers.from_scope(scope)
            if proxies is not None and FORWARDED in headers:
                origin = proxies.origin(client[0], headers.getall(FORWARDED))
                scope["client"] = (origin, 0 if origin != client[0] else client[1])
            # Believed on loopback without being told so: it makes cookies stricter, and nothing else.
            if PROTOCOL in headers and (_is_loopback(client[0]) or (proxies and proxies.trusts(client[0]))):
                last = headers.getall(PROTOCOL)[-1].rpartition(",")[2].strip().lower()
                scope["scheme"] = "https" if last == "https" else scope["scheme"]
        await app(scope, receive, send)

    return wrapped


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
