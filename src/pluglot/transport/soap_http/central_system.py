"""The central-system service of OCPP over SOAP, which stations call."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

import msgspec
from aiohttp import web

from pluglot.soap import IDENTITY_MISMATCH, RequestRefused, Service, SoapLeniency, fault_for, refusal_of
from pluglot.transport.base import Admission, Arrival, Doorkeeper, Rejection
from pluglot.transport.doorkeeper import judged_within, line_of
from pluglot.transport.handshake import IdentityRefused
from pluglot.transport.handshake import check_identity as check_identity_text
from pluglot.transport.soap_http.body import BodyRefused
from pluglot.transport.soap_http.calls import SoapCall, SoapServer
from pluglot.transport.soap_http.endpoint import Endpoint, arrival_of, call_of, refused
from pluglot.transport.soap_http.settings import SoapSettings

log = logging.getLogger(__name__)


class CentralSystemService(Endpoint):
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
        arrival = arrival_of(request)
        anonymous = arrival.user_name is None and self._settings.without_password
        try:
            # Whoever shows a password is judged before the body is even read.
            verdict = None if anonymous else await self._judge(arrival)
            if isinstance(verdict, Rejection):
                return await self._turn_away(arrival, verdict)
            frame = await self.body(request)
            leniency = SoapLeniency(self._settings.forbidden)
            understood = self.understood(frame, leniency)
            if verdict is None:
                arrival = msgspec.structs.replace(arrival, identity=understood.identity)
                verdict = await self._judge(arrival)
                if isinstance(verdict, Rejection):
                    return await self._turn_away(arrival, verdict)
            return await self._admitted(
                request, arrival, verdict, call_of(verdict, arrival, understood, frame, leniency)
            )
        except BodyRefused as error:
            return refused(error.http_status)
        except RequestRefused as failed:
            log.info("answered a fault", extra=line_of(arrival, reason=str(failed)))
            return self.fault(request, failed)

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
        return await self.answered(request, call, self._serve)

    async def _judge(self, arrival: Arrival) -> Admission | Rejection:
        if arrival.user_name is None and not self._settings.without_password:
            return Rejection(http_status=401, reason="no-password")
        try:
            check_identity_text(arrival.identity, maximum_length=self._settings.maximum_identity_length)
        except IdentityRefused:
            return Rejection(http_status=401, reason="bad-identity")
        return await judged_within(self._settings.read_timeout, self._doorkeeper, arrival)

    async def _turn_away(self, arrival: Arrival, rejection: Rejection) -> web.Response:
        await self._record(arrival, rejection)
        status = rejection.http_status
        # WS-03: who is unknown and whose password is wrong are not told apart.
        return refused(HTTPStatus.UNAUTHORIZED if status == HTTPStatus.NOT_FOUND else status)

    async def _record(self, arrival: Arrival, rejection: Rejection) -> None:
        log.debug("turned away", extra=line_of(arrival, reason=rejection.reason))
        if not arrival.identity:
            return  # nobody can be shown at the door without a name
        try:
            async with asyncio.timeout(self._settings.read_timeout):
                await self._doorkeeper.turned_away(arrival, rejection)
        except TimeoutError:
            log.warning("recording a refusal took too long", extra=line_of(arrival))
        except Exception:  # the refusal stands, recorded or not
            log.exception("recording a refusal failed", extra=line_of(arrival))
