"""The station's side of a link: connect to a management system, or say precisely why not."""

from __future__ import annotations

import asyncio
import base64
import os
import ssl as ssl_module
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import aiohttp
import msgspec
import yarl
from aiohttp.http import StreamWriter

from pluglot.messages.version import OcppVersion
from pluglot.transport.deflate import OFFER, Deflate, agree
from pluglot.transport.handshake import accept_value, basic_header, path_of
from pluglot.transport.tls import profile_of_station
from pluglot.transport.websocket import LinkOptions, LinkSettings, WebSocketLink
from pluglot.transport.wheel import Wheel

_VERSIONS = {version.subprotocol: version for version in OcppVersion if not version.is_soap}
_SWITCHING_PROTOCOLS = 101
#: Sessions of links made by ``connect`` alone are closed after their link, in these tasks.
_closing: set[asyncio.Task[None]] = set()


class ConnectFailed(ConnectionError):
    """No link was made."""


class Refused(ConnectFailed):
    """The server answered the handshake with another status than 101 (WS-04)."""

    def __init__(self, http_status: int) -> None:
        super().__init__(f"the server refused the connection with HTTP {http_status}")
        self.http_status = http_status


class Unreachable(ConnectFailed):
    """No server answered, or not as a WebSocket server; the message says what happened."""


class SubprotocolMismatch(ConnectFailed):
    """The server chose no subprotocol, or one that was not offered; nothing was sent (WS-08)."""

    def __init__(self, answered: str | None) -> None:
        super().__init__(f"the server chose the subprotocol {answered!r}, which was not offered")
        self.answered = answered


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a station connects; times in seconds."""

    #: For name look-up, TCP, TLS and upgrade together.
    connect_timeout: float = 20.0
    #: Offer permessage-deflate.
    compress: bool = False
    user_agent: str = "pluglot"
    link: LinkSettings = LinkSettings()


class _Handshake(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides agreed on."""

    identity: str
    version: OcppVersion
    deflate: Deflate | None
    has_password: bool

    def options(self, transport: asyncio.Transport, epoch: int) -> LinkOptions:
        """Say what the new link is."""
        peer_name = transport.get_extra_info("peername") or ("",)
        return LinkOptions(
            identity=self.identity,
            version=self.version,
            epoch=epoch,
            remote_address=str(peer_name[0]),
            security_profile=profile_of_station(transport, has_password=self.has_password),
            deflate=self.deflate,
        )


class Dialer:
    """Makes links for any number of stations; an async context manager that closes those still open at its end."""

    def __init__(self, settings: ClientSettings | None = None) -> None:
        self._settings = settings or ClientSettings()
        self._session: aiohttp.ClientSession | None = None
        self._wheel: Wheel | None = None
        self._epoch = 0
        self._open: set[WebSocketLink] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every open link, then the HTTP client; bounded in time."""
        await asyncio.gather(*(link.close() for link in list(self._open)))
        if self._session is not None:
            await self._session.close()
        if self._wheel is not None:
            self._wheel.close()

    async def connect(
        self,
        url: str,
        identity: str,
        subprotocols: Sequence[str],
        *,
        password: bytes | str | None = None,
        ssl: ssl_module.SSLContext | None = None,
        on_gone: Callable[[], None] | None = None,
    ) -> WebSocketLink:
        """Connect one station; ``url`` is the endpoint without the identity, which becomes its last segment.

        Raises:
            Refused: The server said no.
            Unreachable: There is no WebSocket server, or it does not answer in time.
            SubprotocolMismatch: The server speaks none of the offered versions.
            ValueError: The URL is none for a WebSocket.
        """
        endpoint = _endpoint(url, identity)
        headers, key = self._headers(identity, subprotocols, password)
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                response = await self._open_session().get(
                    endpoint, headers=headers, allow_redirects=False, read_until_eof=False, ssl=ssl or True
                )
        except TimeoutError:
            raise Unreachable(f"no answer from {url} in {self._settings.connect_timeout} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"cannot connect to {url}: {error}") from error
        try:
            handshake = _Handshake(
                identity=identity,
                version=_check_answer(response, key, subprotocols),
                deflate=self._compression(response),
                has_password=password is not None,
            )
            return self._link(response, handshake, on_gone)
        except BaseException:
            response.close()
            raise

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._wheel = Wheel(asyncio.get_running_loop())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        return self._session

    def _headers(
        self, identity: str, subprotocols: Sequence[str], password: bytes | str | None
    ) -> tuple[dict[str, str], str]:
        key = base64.b64encode(os.urandom(16)).decode()
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            "User-Agent": self._settings.user_agent,
        }
        if subprotocols:
            headers["Sec-WebSocket-Protocol"] = ", ".join(subprotocols)
        if self._settings.compress:
            headers["Sec-WebSocket-Extensions"] = OFFER
        if password is not None:
            secret = password.encode() if isinstance(password, str) else password
            headers["Authorization"] = basic_header(identity, secret)
        return headers, key

    def _compression(self, response: aiohttp.ClientResponse) -> Deflate | None:
        answered = ",".join(response.headers.getall("Sec-WebSocket-Extensions", ()))
        if not answered:
            return None
        if not self._settings.compress:
            raise Unreachable("the server switched on an extension that was not offered")
        try:
            return agree(answered)
        except ValueError as error:
            raise Unreachable(str(error)) from None

    def _link(
        self,
        response: aiohttp.ClientResponse,
        handshake: _Handshake,
        on_gone: Callable[[], None] | None,
    ) -> WebSocketLink:
        connection = response.connection
        if connection is None or connection.protocol is None or connection.transport is None or self._wheel is None:
            raise Unreachable("the server hung up after the handshake")
        protocol, transport = connection.protocol, connection.transport

        def gone() -> None:
            self._open.discard(link)
            response.close()
            if on_gone is not None:
                on_gone()

        self._epoch += 1
        link = WebSocketLink(
            handshake.options(transport, self._epoch),
            self._settings.link,
            transport=transport,
            drain=StreamWriter(protocol, asyncio.get_running_loop()).drain,
            wheel=self._wheel,
            client=True,
            on_gone=gone,
        )
        self._open.add(link)
        protocol.read_timeout = None
        protocol.set_parser(link, aiohttp.EMPTY_PAYLOAD)
        return link


async def connect(
    url: str,
    identity: str,
    subprotocols: Sequence[str],
    *,
    password: bytes | str | None = None,
    ssl: ssl_module.SSLContext | None = None,
    settings: ClientSettings | None = None,
) -> WebSocketLink:
    """Connect one station; see ``Dialer.connect``, which is the better choice for many."""
    dialer = Dialer(settings)

    def gone() -> None:
        task = asyncio.get_running_loop().create_task(dialer.close())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    try:
        return await dialer.connect(url, identity, subprotocols, password=password, ssl=ssl, on_gone=gone)
    except BaseException:
        await dialer.close()
        raise


def _endpoint(url: str, identity: str) -> yarl.URL:
    parsed = yarl.URL(url)
    if parsed.scheme not in {"ws", "wss"} or not parsed.host:
        raise ValueError(f"{url!r} is not the URL of a WebSocket endpoint: it must begin with ws:// or wss://")
    if parsed.query_string or parsed.fragment or parsed.user:
        raise ValueError(f"{url!r} must not hold a user, a query or a fragment")
    return yarl.URL(f"{url.rstrip('/')}/{path_of(identity)}", encoded=True)


def _check_answer(response: aiohttp.ClientResponse, key: str, offered: Sequence[str]) -> OcppVersion:
    if response.status != _SWITCHING_PROTOCOLS:
        raise Refused(response.status)
    headers = response.headers
    upgraded = headers.get("Upgrade", "").lower() == "websocket" and "upgrade" in headers.get("Connection", "").lower()
    if not upgraded or headers.get("Sec-WebSocket-Accept", "").strip() != accept_value(key):
        raise Unreachable("the server's answer is not a WebSocket handshake")
    answered = headers.getall("Sec-WebSocket-Protocol", ())
    if len(answered) != 1 or answered[0] not in offered or answered[0] not in _VERSIONS:
        raise SubprotocolMismatch(", ".join(answered) or None)  # WS-08
    return _VERSIONS[answered[0]]
