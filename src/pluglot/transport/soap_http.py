"""OCPP over SOAP on HTTP: the service that peers call, and the caller of a peer's service.

Both ends use both: a central system serves stations and calls them back, a station calls its central system and serves
what it asks. Imported only where SOAP is enabled, because it needs lxml.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl as ssl_module
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import aiohttp
import msgspec
import yarl
from aiohttp import web

from pluglot.dialects.base import Refusal
from pluglot.messages.version import OcppVersion
from pluglot.messages.violations import PayloadViolation
from pluglot.soap import (
    ALL,
    IDENTITY_MISMATCH,
    Fault,
    RequestRefused,
    ResponseUnreadable,
    Service,
    SoapLeniency,
    SoapRequest,
    SoapRule,
    Unsayable,
    XmlLimits,
    check_identity,
    fault_for,
    read_request,
    read_response,
    refusal_of,
    write_refusal,
    write_request,
    write_response,
)
from pluglot.transport.addresses import AddressRefused, AddressRules, Resolver, Target, find_target
from pluglot.transport.base import Admission, Arrival, Doorkeeper, Rejection
from pluglot.transport.handshake import IdentityRefused, basic_credentials, basic_header
from pluglot.transport.handshake import check_identity as check_identity_text
from pluglot.transport.soap_body import BodyRefused, compressed, read_body
from pluglot.transport.tls import profile_of_arrival

log = logging.getLogger(__name__)

_SERVER: Final = "pluglot"
_MEDIA_TYPES: Final = frozenset({"application/soap+xml", "text/xml", "application/xml"})
_LONGEST_USER_AGENT: Final = 200
_REDIRECTS: Final = range(300, 400)
_DENIED: Final = frozenset({401, 403})


class SoapSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How OCPP over SOAP is spoken; times in seconds, sizes in bytes."""

    versions: tuple[OcppVersion, ...] = (
        OcppVersion.OCPP_1_2_SOAP,
        OcppVersion.OCPP_1_5_SOAP,
        OcppVersion.OCPP_1_6_SOAP,
    )
    #: Of one message, inflated.
    maximum_size: int = 1_048_576
    read_timeout: float = 10.0
    #: For the answer to a request, either way (mapping 13.3).
    answer_timeout: float = 30.0
    connect_timeout: float = 10.0
    maximum_identity_length: int = 48
    #: Requests of one station that wait for their turn; more are told to come again later.
    most_waiting: int = 8
    #: Let the doorkeeper judge stations that show no password by the identity in their message. Their XML is then
    #: parsed before anybody proved anything, so this is for laboratories and for doors that adopt strangers.
    without_password: bool = False
    compress: bool = True
    #: Mistakes that are not overlooked, by the names in ``SoapRule``.
    forbidden: tuple[SoapRule, ...] = ()
    addresses: AddressRules = AddressRules()


class Unanswered(msgspec.Struct, frozen=True):
    """The connection is closed without any answer, so that the peer sends again (mapping 13.4)."""


class SoapCall(msgspec.Struct, kw_only=True):
    """A request of an authenticated peer, for the roof to answer."""

    #: As it was proved, not as it was claimed.
    identity: str
    version: OcppVersion
    action: str
    request: Any
    #: The envelope as it came, inflated.
    frame: bytes
    at: datetime
    remote_address: str
    security_profile: int
    #: Where the peer says that it listens; judged by ``SoapCaller`` before it is called.
    from_address: str | None
    message_id: str | None
    #: Which mistakes were overlooked, and how often.
    overlooked: Counter[SoapRule]
    understood: SoapRequest
    _reply: tuple[Any, int, bytes] | None = None

    def reply(self, answer: Any) -> tuple[int, bytes]:
        """The HTTP status and envelope for an answer; the same answer always gives the same bytes, for the log."""
        if self._reply is None or self._reply[0] is not answer:
            self._reply = (answer, *self._written(answer))
        return self._reply[1:]

    def _written(self, answer: Any) -> tuple[int, bytes]:
        message_id = f"urn:uuid:{uuid.uuid4()}"
        if not isinstance(answer, Refusal):
            try:
                binding = ALL.by_version[self.version]
                return HTTPStatus.OK, write_response(binding, self.understood, answer, message_id=message_id)
            except Unsayable as error:
                log.error("an answer to %r could not be said: %s", self.identity, error)  # noqa: TRY400 - our bug, known
                answer = Refusal("InternalError", "the answer could not be said")
        fault = fault_for(answer.code, answer.description)
        return fault.http_status, write_refusal(refusal_of(self.understood, fault), message_id=message_id)


#: Answers one request with a response of its version, a Refusal, or not at all.
SoapServer = Callable[[SoapCall], Awaitable[Any]]


# --- the service --------------------------------------------------------------------------------------------------


class _Turn:
    """One request of a station at a time, in the order of their arrival, and not too many waiting."""

    __slots__ = ("lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class _Endpoint:
    """What both services share: reading a request and writing its answer."""

    def __init__(self, settings: SoapSettings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._limits = XmlLimits(size=settings.maximum_size)
        self._turns: dict[str, _Turn] = {}
        self._serving: set[asyncio.Task[Any]] = set()

    async def _body(self, request: web.BaseRequest) -> bytes:
        if "Content-Type" in request.headers and request.content_type not in _MEDIA_TYPES:
            raise BodyRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not a SOAP message")
        settings = self._settings
        if (request.content_length or 0) > settings.maximum_size:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
        encoding = request.headers.get("Content-Encoding", "")
        if request.headers.get("Expect", "").casefold() == "100-continue" and request.transport is not None:
            # Generated clients wait for it before they send the body (RFC 9110, 10.1.1).
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return await read_body(request.content, encoding, limit=settings.maximum_size, seconds=settings.read_timeout)

    def _understood(self, frame: bytes, leniency: SoapLeniency) -> SoapRequest:
        understood = read_request(frame, ALL, self._service, leniency, limits=self._limits)
        if understood.version not in self._settings.versions:
            raise refusal_of(understood, fault_for("NotSupported", "this version is not served here"))
        return understood

    async def _answered(self, request: web.BaseRequest, call: SoapCall, serve: SoapServer) -> web.StreamResponse:
        """Have a request served in its turn; what takes too long is finished all the same, but not answered."""
        turn = self._turns.setdefault(call.identity, _Turn())
        if turn.waiting >= self._settings.most_waiting:
            return refused(HTTPStatus.SERVICE_UNAVAILABLE)
        turn.waiting += 1
        task = asyncio.create_task(self._in_turn(turn, call, serve))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        done, _ = await asyncio.wait({task}, timeout=self._settings.answer_timeout)
        answer = task.result() if done and not task.cancelled() else Unanswered()
        if isinstance(answer, Unanswered):
            # Our own trouble is no fault: after one the station would not send again (SOAP-05).
            return hung_up(request)
        status, body = call.reply(answer)
        return self._response(request, status, body, call.understood)

    async def _in_turn(self, turn: _Turn, call: SoapCall, serve: SoapServer) -> Any:
        try:
            async with turn.lock:
                return await serve(call)
        except Exception:  # whatever a station provokes, the others must not notice
            log.exception("serving %r failed", call.identity)
            return Unanswered()
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(call.identity, None)

    async def close(self) -> None:
        """End what is still being served; the listener was stopped before."""
        tasks = list(self._serving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fault(self, request: web.BaseRequest, failed: RequestRefused) -> web.Response:
        body = write_refusal(failed, message_id=f"urn:uuid:{uuid.uuid4()}")
        return self._response(request, failed.fault.http_status, body, failed)

    def _response(
        self, request: web.BaseRequest, status: int, body: bytes, about: SoapRequest | RequestRefused
    ) -> web.Response:
        accepted = request.headers.get("Accept-Encoding", "") if self._settings.compress else ""
        body, encoding = compressed(body, accepted)
        action = about.action + "Response" if isinstance(about, SoapRequest) and status == HTTPStatus.OK else "Fault"
        headers = {"Content-Type": about.soap.content_type(f"/{action}"), "Server": _SERVER}
        if encoding:
            headers["Content-Encoding"] = encoding
        return web.Response(status=status, body=body, headers=headers)


class CentralSystemService(_Endpoint):
    """The service that stations call; ``handle`` is mounted for POST on the OCPP listener.

    A station proves who it is with HTTP Basic, the user name being its identity; what it then claims in
    ``chargeBoxIdentity`` must be the same (SOAP-08).
    """

    def __init__(self, settings: SoapSettings, *, doorkeeper: Doorkeeper, serve: SoapServer) -> None:
        super().__init__(settings, Service.CENTRAL_SYSTEM)
        self._doorkeeper = doorkeeper
        self._serve = serve

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        arrival = _arrival(request)
        anonymous = arrival.user_name is None and self._settings.without_password
        try:
            # Whoever shows a password is judged before the body is even read.
            verdict = None if anonymous else await self._judge(arrival)
            if isinstance(verdict, Rejection):
                return await self._turn_away(arrival, verdict)
            frame = await self._body(request)
            leniency = SoapLeniency(self._settings.forbidden)
            understood = self._understood(frame, leniency)
            if verdict is None:
                arrival = msgspec.structs.replace(arrival, identity=understood.identity)
                verdict = await self._judge(arrival)
                if isinstance(verdict, Rejection):
                    return await self._turn_away(arrival, verdict)
            return await self._admitted(request, arrival, verdict, _call(verdict, arrival, understood, frame, leniency))
        except BodyRefused as error:
            return refused(error.http_status)
        except RequestRefused as failed:
            log.info("%r from %s was answered a fault: %s", arrival.identity, arrival.remote_address, failed)
            return self._fault(request, failed)

    async def _admitted(
        self, request: web.BaseRequest, arrival: Arrival, admission: Admission, call: SoapCall
    ) -> web.StreamResponse:
        understood = call.understood
        if understood.identity.casefold() != admission.identity.casefold():
            # Authenticated as one station and speaking for another: nothing of it is processed.
            await self._record(arrival, Rejection(http_status=400, reason="identity-mismatch"))
            raise refusal_of(understood, IDENTITY_MISMATCH)
        if admission.versions is not None and understood.version not in admission.versions:
            raise refusal_of(understood, fault_for("NotSupported", "this station may not speak this version"))
        return await self._answered(request, call, self._serve)

    async def _judge(self, arrival: Arrival) -> Admission | Rejection:
        if arrival.user_name is None and not self._settings.without_password:
            return Rejection(http_status=401, reason="no-password")
        try:
            check_identity_text(arrival.identity, maximum_length=self._settings.maximum_identity_length)
        except IdentityRefused:
            return Rejection(http_status=401, reason="bad-identity")
        try:
            async with asyncio.timeout(self._settings.read_timeout):
                return await self._doorkeeper.judge(arrival)
        except TimeoutError:
            return Rejection(http_status=503, reason="busy")

    async def _turn_away(self, arrival: Arrival, rejection: Rejection) -> web.Response:
        await self._record(arrival, rejection)
        status = rejection.http_status
        # WS-03: who is unknown and whose password is wrong are not told apart.
        return refused(HTTPStatus.UNAUTHORIZED if status == HTTPStatus.NOT_FOUND else status)

    async def _record(self, arrival: Arrival, rejection: Rejection) -> None:
        log.info("%r from %s turned away: %s", arrival.identity, arrival.remote_address, rejection.reason)
        if not arrival.identity:
            return  # nobody can be shown at the door without a name
        try:
            async with asyncio.timeout(self._settings.read_timeout):
                await self._doorkeeper.turned_away(arrival, rejection)
        except TimeoutError:
            log.warning("recording a refusal took too long")


class _Station(NamedTuple):
    """A station of ours."""

    identity: str
    serve: SoapServer
    password: str | None

    def admits(self, password: bytes | None) -> bool:
        """Whether a caller with this password may command the station."""
        return self.password is None or hmac.compare_digest(self.password.encode(), password or b"")


class ChargePointService(_Endpoint):
    """The service that central systems call; one for any number of stations of ours, told apart by identity."""

    def __init__(self, settings: SoapSettings) -> None:
        super().__init__(settings, Service.CHARGE_POINT)
        self._stations: dict[str, _Station] = {}

    def register(self, identity: str, serve: SoapServer, *, password: str | None = None) -> None:
        """Serve what is asked of a station from now on; with a password, only of who shows it."""
        self._stations[identity.casefold()] = _Station(identity, serve, password)

    def forget(self, identity: str) -> None:
        """Serve a station no longer."""
        self._stations.pop(identity.casefold(), None)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        arrival = _arrival(request)
        try:
            frame = await self._body(request)
            leniency = SoapLeniency(self._settings.forbidden)
            understood = self._understood(frame, leniency)
            found = self._stations.get(understood.identity.casefold())
            if found is None:
                raise refusal_of(understood, IDENTITY_MISMATCH)  # SOAP-02
            check_identity(understood, found.identity)
            if not found.admits(arrival.password):
                return refused(HTTPStatus.UNAUTHORIZED)
            admission = Admission(identity=found.identity, security_profile=arrival.security_profile)
            return await self._answered(request, _call(admission, arrival, understood, frame, leniency), found.serve)
        except BodyRefused as error:
            return refused(error.http_status)
        except RequestRefused as failed:
            return self._fault(request, failed)


def _arrival(request: web.BaseRequest) -> Arrival:
    credentials = basic_credentials(request.headers.get("Authorization"))
    transport = request.transport
    return Arrival(
        identity="" if credentials is None else credentials[0],
        offered_subprotocols=(),
        user_name=None if credentials is None else credentials[0],
        password=None if credentials is None else credentials[1],
        remote_address=request.remote or "",
        user_agent=request.headers.get("User-Agent", "")[:_LONGEST_USER_AGENT] or None,
        security_profile=1 if transport is None else profile_of_arrival(transport),
        at=datetime.now(UTC),
    )


def _call(
    admission: Admission, arrival: Arrival, understood: SoapRequest, frame: bytes, leniency: SoapLeniency
) -> SoapCall:
    return SoapCall(
        identity=admission.identity,
        version=understood.version,
        action=understood.action,
        request=understood.message,
        frame=frame,
        at=arrival.at,
        remote_address=arrival.remote_address,
        security_profile=arrival.security_profile,
        from_address=understood.from_address,
        message_id=understood.message_id,
        overlooked=leniency.used,
        understood=understood,
    )


def refused(status: int) -> web.Response:
    """The answer to who is not served; it says no more than its status."""
    response = web.Response(status=status, text="Refused.\n", headers={"Server": _SERVER})
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
    response.force_close()
    return response


def hung_up(request: web.BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)


# --- the caller ---------------------------------------------------------------------------------------------------


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call."""

    #: The response, or a Refusal; a silent one when the peer may or may not have acted.
    answer: Any
    message_id: str
    sent_at: datetime
    at: datetime
    request_frame: bytes
    response_frame: bytes = b""
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
        #: Where we listen ourselves, when the peer is a central system.
        self.from_address: str | None = None
        self._service = service
        self._caller = caller
        self._password = password
        #: The context for https; None for the system's.
        self.ssl = ssl
        self._turn = asyncio.Lock()
        self._announced: str | None = None

    @property
    def must_boot(self) -> bool:
        """Whether the central system does not know by a BootNotification where we listen now (SOAP-10)."""
        return self.from_address != self._announced

    async def call(self, request: Any) -> Any:
        """Put a request to the peer; returns its response or a Refusal."""
        return (await self.exchange(request)).answer

    async def exchange(self, request: Any) -> Exchanged:
        """Put a request to the peer and return all that came of it."""
        async with self._turn:
            announced = self.from_address
            exchanged = await self._exchange(request)
        if request.action == "BootNotification" and not isinstance(exchanged.answer, Refusal):
            self._announced = announced
        return exchanged

    async def _exchange(self, request: Any) -> Exchanged:
        message_id = f"urn:uuid:{uuid.uuid4()}"
        sent_at = datetime.now(UTC)
        binding = ALL.by_version[self.version]
        frame = received = b""
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
            "User-Agent": _SERVER,
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
        async with asyncio.timeout(self.settings.answer_timeout):
            target = await find_target(peer.address, self._rules, own=peer.own_address, resolver=self._resolver)
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
                timeout=aiohttp.ClientTimeout(total=None, connect=settings.connect_timeout),
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=4, keepalive_timeout=15.0),
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
