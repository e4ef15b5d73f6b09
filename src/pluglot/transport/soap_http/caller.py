"""The caller of a peer's service over SOAP: a station from a central system, or a central system from a station."""

from __future__ import annotations

import asyncio
import ssl as ssl_module
import uuid
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import msgspec
import yarl

from pluglot.dialects.base import Refusal
from pluglot.messages.version import OcppVersion
from pluglot.messages.violations import PayloadViolation
from pluglot.soap import (
    ALL,
    Fault,
    ResponseUnreadable,
    Service,
    SoapLeniency,
    SoapRule,
    Unsayable,
    XmlLimits,
    read_response,
    write_request,
)
from pluglot.transport.addresses import AddressRefused, Resolver, Target, find_target
from pluglot.transport.handshake import basic_header
from pluglot.transport.soap_http.body import BodyRefused, read_body
from pluglot.transport.soap_http.settings import SERVER, SoapSettings

_REDIRECTS: Final = range(300, 400)
_DENIED: Final = frozenset({401, 403})


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call."""

    #: The response, or a Refusal; a silent one when the peer may or may not have acted.
    answer: Any
    message_id: str
    sent_at: datetime
    at: datetime
    request_frame: bytes
    response_frame: bytes = b""
    #: The status of the HTTP answer; 0 when there was none.
    http_status: int = 0
    overlooked: Counter[SoapRule] = msgspec.field(default_factory=Counter)


class SoapPeer:
    """The service of one peer: asked one thing at a time."""

    def __init__(
        self,
        caller: SoapCaller,
        service: Service,
        *,
        identity: str,
        version: OcppVersion,
        address: str,
        password: str | None = None,
        ssl: ssl_module.SSLContext | None = None,
    ) -> None:
        self.identity = identity
        self.version = version
        #: The URL of its service.
        self.address = address
        #: Where the last request of a station came from; it may always be called there.
        self.own_address: str | None = None
        #: Whether an operator said that the peer is there, so that any public address may be called.
        self.registered = False
        #: Where we listen ourselves, when the peer is a central system.
        self.from_address: str | None = None
        self._service = service
        self._caller = caller
        self._password = password
        #: How many seconds it may take to answer; None for what the settings say.
        self.timeout: float | None = None
        #: The context for https; None for the system's.
        self.ssl = ssl
        self._turn = asyncio.Lock()

    async def call(self, request: Any) -> Any:
        """Put a request to the peer; returns its response or a Refusal."""
        return (await self.exchange(request)).answer

    async def exchange(self, request: Any) -> Exchanged:
        """Put a request to the peer and return all that came of it."""
        async with self._turn:
            return await self._exchange(request)

    async def _exchange(self, request: Any) -> Exchanged:
        message_id = f"urn:uuid:{uuid.uuid4()}"
        sent_at = datetime.now(UTC)
        binding = ALL.by_version[self.version]
        frame = received = b""
        status = 0
        leniency = SoapLeniency(self._caller.settings.forbidden)
        try:
            frame = write_request(
                binding,
                self._service,
                request,
                identity=self.identity,
                message_id=message_id,
                to=self.address,
                from_address=self.from_address,
            )
            status, received = await self._caller.post(self, f"/{request.action}", frame)
            answer = self._answer(request.action, status, received, message_id, leniency)
        except Unsayable as error:
            answer = Refusal("FormatViolation", str(error))
        except AddressRefused as error:
            answer = Refusal("SecurityError", str(error))
        except BodyRefused as error:
            answer = Refusal("GenericError", str(error))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            answer = Refusal("GenericError", f"no answer: {type(error).__name__}", silent=True)
        return Exchanged(
            answer=answer,
            message_id=message_id,
            sent_at=sent_at,
            at=datetime.now(UTC),
            request_frame=frame,
            response_frame=received,
            http_status=status,
            overlooked=leniency.used,
        )

    def _answer(self, action: str, status: int, received: bytes, message_id: str, leniency: SoapLeniency) -> Any:
        if status in _REDIRECTS or status in _DENIED:
            return Refusal("SecurityError", f"the peer answered HTTP {status}")  # FW-07: no redirect is followed
        try:
            answer = read_response(
                received,
                ALL.by_version[self.version],
                self._service,
                action,
                leniency,
                message_id=message_id,
                limits=XmlLimits(size=self._caller.settings.maximum_size),
            )
        except PayloadViolation as error:
            return Refusal("FormatViolation", str(error))
        except ResponseUnreadable as error:
            answer = Refusal("GenericError", str(error))
        if isinstance(answer, Fault):
            return Refusal(answer.error_code, answer.reason, {"code": answer.code, "subcode": answer.subcode})
        return answer if status == HTTPStatus.OK else Refusal("GenericError", f"the peer answered HTTP {status}")

    def headers(self, action: str, target: Target) -> dict[str, str]:
        """The HTTP headers of a request."""
        said = {
            "Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"',
            "Host": target.url.authority,
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": SERVER,
        }
        if self._password is not None:
            said["Authorization"] = basic_header(self.identity, self._password.encode())
        return said


class SoapCaller:
    """Calls the services of any number of peers; an async context manager that closes its connections at its end.

    The addresses of stations are judged by the settings' rules at each call. A station gives the address of its
    central system itself, so it makes its caller with ``trusted``.
    """

    def __init__(
        self, settings: SoapSettings | None = None, *, trusted: bool = False, resolver: Resolver | None = None
    ) -> None:
        self.settings = settings or SoapSettings()
        rules = self.settings.addresses
        self._rules = msgspec.structs.replace(rules, any_public=True, any_private=True) if trusted else rules
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def charge_point(
        self, identity: str, version: OcppVersion, address: str, *, own_address: str | None, password: str | None = None
    ) -> SoapPeer:
        """The service of a station at the address it gave; ``own_address`` is where its request came from."""
        peer = SoapPeer(
            self, Service.CHARGE_POINT, identity=identity, version=version, address=address, password=password
        )
        peer.own_address = own_address
        return peer

    def central_system(
        self,
        identity: str,
        version: OcppVersion,
        address: str,
        *,
        from_address: str,
        password: str | None = None,
        ssl: ssl_module.SSLContext | None = None,
    ) -> SoapPeer:
        """The service of the central system of one of our stations, which listens at ``from_address``."""
        peer = SoapPeer(
            self,
            Service.CENTRAL_SYSTEM,
            identity=identity,
            version=version,
            address=address,
            password=password,
            ssl=ssl,
        )
        peer.from_address = from_address
        return peer

    async def post(self, peer: SoapPeer, action: str, frame: bytes) -> tuple[int, bytes]:
        """Send an envelope and return the status and body of what answered it.

        Raises:
            AddressRefused: the peer's address must not be called.
            BodyRefused: the answer is too large, too slow or broken.
            TimeoutError: nothing came in time.
            aiohttp.ClientError: the connection failed.
        """
        async with asyncio.timeout(self.settings.call_timeout if peer.timeout is None else peer.timeout):
            rules = msgspec.structs.replace(self._rules, any_public=True) if peer.registered else self._rules
            target = await find_target(peer.address, rules, own=peer.own_address, resolver=self._resolver)
            failed: aiohttp.ClientConnectorError | None = None
            for url in target.pinned():
                try:
                    return await self._post(url, target, peer, action, frame)
                except aiohttp.ClientConnectorError as error:
                    failed = error  # nobody is there, so the next address of the name is tried
            raise failed or AddressRefused("the host has no usable address")

    async def _post(
        self, url: yarl.URL, target: Target, peer: SoapPeer, action: str, frame: bytes
    ) -> tuple[int, bytes]:
        settings = self.settings
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                # Of the connecting alone: waiting for one of the host's connections says nothing about the host.
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_timeout),
                connector=aiohttp.TCPConnector(
                    limit=0, limit_per_host=settings.connections_per_host, keepalive_timeout=15.0
                ),
            )
        is_tls = target.url.scheme == "https"
        async with self._session.post(
            url,
            data=frame,
            headers=peer.headers(action, target),
            allow_redirects=False,
            ssl=peer.ssl if is_tls and peer.ssl is not None else True,
            server_hostname=target.url.host if is_tls else None,
        ) as response:
            body = await read_body(
                response.content,
                response.headers.get("Content-Encoding", ""),
                limit=settings.maximum_size,
                seconds=settings.read_timeout,
            )
            return response.status, body
