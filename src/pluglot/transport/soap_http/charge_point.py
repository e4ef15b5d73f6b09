"""The charge-point service of OCPP over SOAP, which central systems call."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import NamedTuple

from aiohttp import web

from pluglot.soap import IDENTITY_MISMATCH, RequestRefused, Service, SoapLeniency, check_identity, refusal_of
from pluglot.transport.base import Admission
from pluglot.transport.soap_http.body import BodyRefused
from pluglot.transport.soap_http.calls import SoapServer
from pluglot.transport.soap_http.endpoint import Endpoint, arrival_of, call_of, refused
from pluglot.transport.soap_http.settings import SoapSettings


class _Station(NamedTuple):
    """A station of ours."""

    identity: str
    serve: SoapServer
    password: str | None

    def admits(self, password: bytes | None) -> bool:
        """Whether a caller with this password may command the station."""
        return self.password is None or hmac.compare_digest(self.password.encode(), password or b"")


class ChargePointService(Endpoint):
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
        arrival = arrival_of(request)
        try:
            frame = await self.body(request)
            leniency = SoapLeniency(self._settings.forbidden)
            understood = self.understood(frame, leniency)
            found = self._stations.get(understood.identity.casefold())
            if found is None:
                raise refusal_of(understood, IDENTITY_MISMATCH)  # SOAP-02
            check_identity(understood, found.identity)
            if not found.admits(arrival.password):
                return refused(HTTPStatus.UNAUTHORIZED)
            admission = Admission(identity=found.identity, security_profile=arrival.security_profile)
            return await self.answered(request, call_of(admission, arrival, understood, frame, leniency), found.serve)
        except BodyRefused as error:
            return refused(error.http_status)
        except RequestRefused as failed:
            return self.fault(request, failed)
