"""The OCPP listener: HTTP requests become links, or refusals that say no more than they must."""

from __future__ import annotations

import asyncio
import base64
import binascii
import errno
import logging
import math
import ssl as ssl_module
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

import msgspec
from aiohttp import web
from aiohttp.http import HttpProcessingError

from pluglot.dialects import credential_rules
from pluglot.messages.version import OcppVersion
from pluglot.transport.base import Admission, Arrival, Doorkeeper, LinkClosed, LinkServer, Rejection
from pluglot.transport.deflate import Deflate, answer_offers
from pluglot.transport.doorkeeper import judged_within, line_of
from pluglot.transport.frames import CloseCode, Opcode, close_payload, frame
from pluglot.transport.handshake import (
    IdentityRefused,
    accept_value,
    basic_credentials,
    choose_version,
    identity_of,
    offered_subprotocols,
)
from pluglot.transport.links import Links, Seat
from pluglot.transport.tls import profile_of_arrival
from pluglot.transport.websocket import LinkOptions, LinkSettings, WebSocketLink
from pluglot.transport.wheel import Wheel

log = logging.getLogger(__name__)

_KEY_SIZE = 16
_LONGEST_LINE = 4096
_MOST_HEADERS = 64
_LONGEST_USER_AGENT = 200
#: Of subprotocols that are shown to the one who offered them.
_LONGEST_SHOWN, _MOST_SHOWN = 32, 8
_STOP_TIMEOUT = 3.0
_SERVER = "pluglot"
_HIGHEST_PORT = 65535

_http_log = logging.getLogger(f"{__name__}.http")


def _is_ours(record: logging.LogRecord) -> bool:
    """Keep aiohttp's own errors; what a peer garbled is answered with 400 and is no news."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_http_log.addFilter(_is_ours)

#: What a peer reads when it is refused; never the reason.
_BODIES = {
    400: "The request is not a valid WebSocket handshake.\n",
    401: "A user name and a password are needed.\n",
    403: "Not allowed.\n",
    404: "No such station.\n",
    409: "This station is connected already.\n",
    426: "This is an OCPP endpoint: connect with a WebSocket.\n",
    429: "Too many attempts: try again later.\n",
    431: "The request has too many header bytes.\n",
    503: "Too busy: try again later.\n",
}


class CannotListen(RuntimeError):
    """The listener's address cannot be used; the message says which and why."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {why}")
        self.host = host
        self.port = port


class AddressInUse(CannotListen):
    """Another program listens on this address already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, "another program uses this port already")


class ListenerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where and how the OCPP listener works; times in seconds, sizes in bytes."""

    #: Loopback, because security profile 1 sends passwords in the clear (SEC-06).
    host: str = "127.0.0.1"
    port: int = 9000
    #: Room for a reconnect storm (NET-07).
    backlog: int = 4096
    versions: tuple[OcppVersion, ...] = (
        OcppVersion.OCPP_2_1,
        OcppVersion.OCPP_2_0_1,
        OcppVersion.OCPP_2_0,
        OcppVersion.OCPP_1_6,
    )
    #: WS-07: refuse the upgrade, or finish it without a subprotocol and close at once.
    no_common_subprotocol: Literal["refuse", "close-after"] = "refuse"
    #: WS-03: unknown stations are answered like wrong passwords.
    hide_identities: bool = False
    #: With hidden identities every refusal leaves at a multiple of this time after the request came.
    refusal_time: float = 0.25
    #: WS-02: applies to 1.6, too, which sets no limit.
    maximum_identity_length: int = 48
    #: All header bytes of a handshake together (WS-16).
    maximum_handshake_size: int = 16384
    #: For a TLS handshake, for the request's headers, and for the doorkeeper, each (WS-16).
    handshake_timeout: float = 10.0
    #: WS-17: browsers are refused unless their origin is named here, as ``https://host[:port]``.
    allowed_origins: tuple[str, ...] = ()
    #: WS-09: agree to permessage-deflate when a station asks for it.
    compress: bool = True
    link: LinkSettings = LinkSettings()

    def __post_init__(self) -> None:
        """Refuse values that make no sense, with key and rule."""
        for name in (
            "backlog",
            "refusal_time",
            "maximum_identity_length",
            "maximum_handshake_size",
            "handshake_timeout",
        ):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be more than 0")
        if not 0 <= self.port <= _HIGHEST_PORT:
            raise ValueError(f"port is {self.port}: it must be from 0 (any free one) to {_HIGHEST_PORT}")
        if not self.versions or any(version.is_soap for version in self.versions):
            raise ValueError("versions must name at least one version, and only such that use a WebSocket")


class _Upgrade(web.StreamResponse):
    """The 101 answer; what follows it is the link's."""

    _length_check = False  # no body follows, and none is announced

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing: the end of a link is a close frame."""


class Listener:
    """Accepts stations on one address and serves each link until it closes."""

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        doorkeeper: Doorkeeper,
        links: Links,
        serve: LinkServer,
        ssl: ssl_module.SSLContext | None = None,
        soap: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None,
        origin: Callable[[str, Sequence[str]], str] | None = None,
    ) -> None:
        """``soap`` answers what is posted; without it nothing but handshakes is understood.

        ``origin`` says from where a request came, by its peer and what stands in X-Forwarded-For; without it nobody's
        word is taken for that.
        """
        self._origin = origin
        self._settings = settings
        self._soap = soap
        self._doorkeeper = doorkeeper
        self._links = links
        self._serve = serve
        self._ssl = ssl
        self._open: set[WebSocketLink] = set()
        self._http: web.Server | None = None
        self._server: asyncio.Server | None = None
        self._wheel: Wheel | None = None
        self._stopping = False

    @property
    def port(self) -> int:
        """The port in use; asked for 0, the system chose it."""
        if self._server is None:
            return self._settings.port
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to accept; the caller must ``stop`` it.

        Raises:
            AddressInUse: Another program has the port.
            CannotListen: The address cannot be used for another reason.
        """
        settings = self._settings
        loop = asyncio.get_running_loop()
        self._wheel = Wheel(loop)
        self._http = web.Server(
            self._handle,
            access_log=None,
            logger=_http_log,
            keepalive_timeout=settings.handshake_timeout,  # also ends headers that dribble in
            lingering_time=1.0,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            max_headers=_MOST_HEADERS,
            auto_decompress=False,  # bodies are inflated within limits by who reads them (SOAP-06)
            timeout_ceil_threshold=math.inf,
        )
        try:
            self._server = await loop.create_server(
                self._http,
                settings.host,
                settings.port,
                backlog=settings.backlog,
                ssl=self._ssl,
                ssl_handshake_timeout=settings.handshake_timeout if self._ssl is not None else None,
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AddressInUse(settings.host, settings.port) from error
            raise CannotListen(settings.host, settings.port, error.strerror or str(error)) from error

    async def stop(self) -> None:
        """Stop accepting, close every link with 1001 and wait until all are served to the end; bounded in time."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        await asyncio.gather(*(link.close(CloseCode.GOING_AWAY, "the server stops") for link in list(self._open)))
        if self._http is not None:
            self._http.pre_shutdown()
            await self._http.shutdown(_STOP_TIMEOUT)
        if self._wheel is not None:
            self._wheel.close()

    # -- one request --------------------------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        began = time.monotonic()  # the clock of uvloop counts whole milliseconds
        if self._origin is not None and "X-Forwarded-For" in request.headers:
            forwarded = request.headers.getall("X-Forwarded-For")
            request = request.clone(remote=self._origin(request.remote or "", forwarded))
        if request.method == "POST" and self._soap is not None:
            return await self._soap(request)
        status = self._fault(request)
        if status is not None:
            return _refusal(status)
        arrival, rejection = self._arrival(request)
        if rejection is not None:
            return await self._turn_away(arrival, rejection, began)
        verdict = await self._judge(arrival)
        if isinstance(verdict, Rejection):
            return await self._turn_away(arrival, verdict, began)
        return await self._let_in(request, arrival, verdict, began)

    async def _let_in(
        self, request: web.BaseRequest, arrival: Arrival, verdict: Admission, began: float
    ) -> web.StreamResponse:
        """Give an authenticated station its link, unless versions or an older link stand against it."""
        version = choose_version(arrival.offered_subprotocols, verdict.versions or self._settings.versions)
        if version is None:
            return await self._no_common_version(request, arrival, began, verdict.versions)
        if not credential_rules(version).identity_fits(verdict.identity):  # WS-02
            return await self._turn_away(arrival, Rejection(http_status=404, reason="bad-identity"), began)
        async with self._links.seat(verdict.identity, verdict.security_profile) as seat:
            if isinstance(seat, Rejection):
                return await self._turn_away(arrival, seat, began)
            response, link = await self._upgrade(request, verdict, version, seat)
        await self._run(link)
        return response

    def _fault(self, request: web.BaseRequest) -> int | None:
        """Return the status for what is no WebSocket handshake, or None for one that is."""
        headers = request.headers
        if sum(len(name) + len(value) for name, value in request.raw_headers) > self._settings.maximum_handshake_size:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        connection = {token.strip().lower() for token in ",".join(headers.getall("Connection", ())).split(",")}
        if headers.get("Upgrade", "").strip().lower() != "websocket" or "upgrade" not in connection:
            return HTTPStatus.UPGRADE_REQUIRED
        if request.method != "GET" or request.version < (1, 1):
            return HTTPStatus.BAD_REQUEST
        if headers.get("Sec-WebSocket-Version") != "13":
            return HTTPStatus.UPGRADE_REQUIRED
        if "Content-Length" in headers or "Transfer-Encoding" in headers:
            return HTTPStatus.BAD_REQUEST  # a body would be taken for frames
        return None if _valid_key(headers.getall("Sec-WebSocket-Key", ())) else HTTPStatus.BAD_REQUEST

    def _arrival(self, request: web.BaseRequest) -> tuple[Arrival, Rejection | None]:
        headers = request.headers
        rejection = None
        try:
            identity = identity_of(request.raw_path, maximum_length=self._settings.maximum_identity_length)
        except IdentityRefused as refused:
            about = {"path": request.raw_path[:_LONGEST_USER_AGENT], "reason": str(refused)}
            log.debug("identity refused", extra=about)
            # Shown to people as it stood on the wire, so that it cannot be taken for a station's name.
            identity = (
                "/…/" + ascii(request.raw_path.rpartition("/")[2])[1:-1][: self._settings.maximum_identity_length]
            )
            rejection = Rejection(http_status=404, reason="bad-identity")
        if "Origin" in headers and headers["Origin"] not in self._settings.allowed_origins:
            rejection = Rejection(http_status=403, reason="origin")
        credentials = basic_credentials(headers.get("Authorization"))
        transport = request.transport
        return Arrival(
            identity=identity,
            offered_subprotocols=offered_subprotocols(headers.getall("Sec-WebSocket-Protocol", ())),
            user_name=None if credentials is None else credentials[0],
            password=None if credentials is None else credentials[1],
            remote_address=request.remote or "",
            user_agent=headers["User-Agent"][:_LONGEST_USER_AGENT] if "User-Agent" in headers else None,
            security_profile=1 if transport is None else profile_of_arrival(transport),
            at=datetime.now(UTC),
        ), rejection

    async def _judge(self, arrival: Arrival) -> Admission | Rejection:
        return await judged_within(self._settings.handshake_timeout, self._doorkeeper, arrival)

    async def _record(self, arrival: Arrival, rejection: Rejection) -> None:
        log.debug("turned away", extra=line_of(arrival, reason=rejection.reason))
        try:
            async with asyncio.timeout(self._settings.handshake_timeout):
                await self._doorkeeper.turned_away(arrival, rejection)
        except TimeoutError:
            log.warning("recording a refusal took too long", extra=line_of(arrival))
        except Exception:  # the refusal stands, recorded or not
            log.exception("recording a refusal failed", extra=line_of(arrival))

    async def _turn_away(
        self, arrival: Arrival, rejection: Rejection, began: float, versions: Sequence[OcppVersion] | None = None
    ) -> web.Response:
        await self._record(arrival, rejection)
        status = rejection.http_status
        if self._settings.hide_identities:
            if status == HTTPStatus.NOT_FOUND:
                status = HTTPStatus.UNAUTHORIZED
            # WS-03: how long the doorkeeper took must not show.
            step = self._settings.refusal_time
            await asyncio.sleep(step - (time.monotonic() - began) % step)
        if rejection.reason == "unsupported-subprotocol":
            return _refusal(status, _nothing_in_common(arrival, versions or self._settings.versions))
        return _refusal(status)

    async def _no_common_version(
        self, request: web.BaseRequest, arrival: Arrival, began: float, versions: Sequence[OcppVersion] | None
    ) -> web.StreamResponse:
        rejection = Rejection(http_status=400, reason="unsupported-subprotocol")
        if self._settings.no_common_subprotocol == "refuse":
            return await self._turn_away(arrival, rejection, began, versions)
        await self._record(arrival, rejection)
        response = _upgrade_response(request)
        await response.prepare(request)
        if request.transport is not None:
            payload = close_payload(CloseCode.PROTOCOL_ERROR, "no common subprotocol")
            request.transport.write(frame(Opcode.CLOSE, payload))
        return response

    async def _upgrade(
        self, request: web.BaseRequest, admission: Admission, version: OcppVersion, seat: Seat
    ) -> tuple[web.StreamResponse, WebSocketLink]:
        response = _upgrade_response(request)
        response.headers["Sec-WebSocket-Protocol"] = version.subprotocol
        deflate = self._agree_on_compression(request, response)
        writer = await response.prepare(request)
        if request.transport is None or writer is None or self._wheel is None or self._stopping:
            raise ConnectionResetError("the peer hung up during the handshake")
        link = WebSocketLink(
            LinkOptions(
                identity=admission.identity,
                version=version,
                epoch=seat.epoch,
                remote_address=request.remote or "",
                security_profile=admission.security_profile,
                deflate=deflate,
            ),
            self._settings.link,
            transport=request.transport,
            drain=writer.drain,
            wheel=self._wheel,
            client=False,
        )
        seat.take(link)
        request.protocol.keep_alive(val=False)
        request.protocol.set_parser(link)  # type: ignore[arg-type]  # it asks for feed_data and feed_eof only
        return response, link

    def _agree_on_compression(self, request: web.BaseRequest, response: web.StreamResponse) -> Deflate | None:
        offers = ",".join(request.headers.getall("Sec-WebSocket-Extensions", ()))
        agreement = answer_offers(offers) if self._settings.compress and offers else None
        if agreement is None:
            return None
        response.headers["Sec-WebSocket-Extensions"] = agreement[1]
        return agreement[0]

    async def _run(self, link: WebSocketLink) -> None:
        """Serve a link to its end; whatever happens there stays there."""
        self._open.add(link)
        # Whoever is told of links tells people; here they are for debugging.
        about = {"station": link.identity, "epoch": link.epoch}
        log.debug("link opened", extra={**about, "remote_address": link.remote_address, "version": link.version.value})
        code, reason = CloseCode.NORMAL, ""
        try:
            await self._serve(link)
        except LinkClosed:
            pass  # the usual end of a conversation
        except Exception:  # one station's trouble must not reach the listener
            log.exception("serving failed", extra=about)
            code, reason = CloseCode.INTERNAL_ERROR, "internal error"
        finally:
            self._links.depart(link)
            try:
                await link.close(code, reason)
            finally:
                self._open.discard(link)
                log.debug("link closed", extra={**about, "reason": link.close_reason})


def _valid_key(keys: list[str] | tuple[str, ...]) -> bool:
    try:
        return len(keys) == 1 and len(base64.b64decode(keys[0], validate=True)) == _KEY_SIZE
    except binascii.Error:
        return False


def _upgrade_response(request: web.BaseRequest) -> web.StreamResponse:
    response = _Upgrade(status=HTTPStatus.SWITCHING_PROTOCOLS)
    response.headers["Server"] = _SERVER
    response.headers["Upgrade"] = "websocket"
    response.headers["Connection"] = "Upgrade"
    response.headers["Sec-WebSocket-Accept"] = accept_value(request.headers["Sec-WebSocket-Key"])
    response.force_close()
    return response


def _nothing_in_common(arrival: Arrival, versions: Sequence[OcppVersion]) -> str:
    """Which versions are spoken here and what was offered, for who has to find the setting; it reveals no station."""
    spoken = ", ".join(version.subprotocol for version in versions)
    offered = [ascii(name)[1:-1][:_LONGEST_SHOWN] for name in arrival.offered_subprotocols[:_MOST_SHOWN]]
    more = " and more" if len(arrival.offered_subprotocols) > _MOST_SHOWN else ""
    return f"No OCPP version in common: spoken here {spoken}; offered {', '.join(offered) or 'nothing'}{more}.\n"


def _refusal(status: int, body: str | None = None) -> web.Response:
    response = web.Response(status=status, text=body or _BODIES.get(status, "Refused.\n"))
    response.headers["Server"] = _SERVER
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
    if status == HTTPStatus.UPGRADE_REQUIRED:
        response.headers["Upgrade"] = "websocket"
        response.headers["Sec-WebSocket-Version"] = "13"
    response.force_close()
    return response
