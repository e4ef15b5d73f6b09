"""What both services of OCPP over SOAP share: reading a request, serving each peer in its turn, writing the answer."""

from __future__ import annotations

import asyncio
import logging
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from pluglot.soap import (
    ALL,
    RequestRefused,
    Service,
    SoapLeniency,
    SoapRequest,
    XmlLimits,
    fault_for,
    read_request,
    refusal_of,
    write_refusal,
)
from pluglot.transport.base import Admission, Arrival
from pluglot.transport.handshake import basic_credentials
from pluglot.transport.soap_http.body import BodyRefused, compressed, read_body
from pluglot.transport.soap_http.calls import SoapCall, SoapServer, Unanswered
from pluglot.transport.soap_http.settings import SERVER, SoapSettings
from pluglot.transport.tls import profile_of_arrival

log = logging.getLogger(__name__)

_MEDIA_TYPES: Final = frozenset({"application/soap+xml", "text/xml", "application/xml"})
_LONGEST_USER_AGENT: Final = 200


class _Turn:
    """One request of a station at a time, in the order of their arrival, and not too many waiting."""

    __slots__ = ("lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class Endpoint:
    """What both services share: reading a request and writing its answer."""

    def __init__(self, settings: SoapSettings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._limits = XmlLimits(size=settings.maximum_size)
        self._turns: dict[str, _Turn] = {}
        self._serving: set[asyncio.Task[Any]] = set()

    async def body(self, request: web.BaseRequest) -> bytes:
        """Read what was posted.

        Raises:
            BodyRefused: it is no SOAP message by its headers, or too large, too slow or broken.
        """
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

    def understood(self, frame: bytes, leniency: SoapLeniency) -> SoapRequest:
        """Read a request of a version that is served.

        Raises:
            RequestRefused: it must be answered with a fault.
        """
        understood = read_request(frame, ALL, self._service, leniency, limits=self._limits)
        if understood.version not in self._settings.versions:
            raise refusal_of(understood, fault_for("NotSupported", "this version is not served here"))
        return understood

    async def answered(self, request: web.BaseRequest, call: SoapCall, serve: SoapServer) -> web.StreamResponse:
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
            log.exception("serving failed", extra={"station": call.identity})
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

    def fault(self, request: web.BaseRequest, failed: RequestRefused) -> web.Response:
        """Answer with a fault."""
        body = write_refusal(failed, message_id=f"urn:uuid:{uuid.uuid4()}")
        return self._response(request, failed.fault.http_status, body, failed)

    def _response(
        self, request: web.BaseRequest, status: int, body: bytes, about: SoapRequest | RequestRefused
    ) -> web.Response:
        accepted = request.headers.get("Accept-Encoding", "") if self._settings.compress else ""
        body, encoding = compressed(body, accepted)
        action = about.action + "Response" if isinstance(about, SoapRequest) and status == HTTPStatus.OK else "Fault"
        headers = {"Content-Type": about.soap.content_type(f"/{action}"), "Server": SERVER}
        if encoding:
            headers["Content-Encoding"] = encoding
        return web.Response(status=status, body=body, headers=headers)


def arrival_of(request: web.BaseRequest) -> Arrival:
    """Who posts, as far as HTTP tells."""
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


def call_of(
    admission: Admission, arrival: Arrival, understood: SoapRequest, frame: bytes, leniency: SoapLeniency
) -> SoapCall:
    """An understood request of an admitted peer."""
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
    response = web.Response(status=status, text="Refused.\n", headers={"Server": SERVER})
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
    response.force_close()
    return response


def hung_up(request: web.BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
