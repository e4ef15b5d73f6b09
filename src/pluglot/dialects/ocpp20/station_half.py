"""Makes a 2.0 station look like a 2.1 station, by way of 2.0.1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp20.half import Half20, noted
from pluglot.dialects.ocpp20.schedules import schedule_up
from pluglot.dialects.ocpp201 import station_half
from pluglot.dialects.ocpp201 import wire as newer
from pluglot.messages import CertificateAction, GetInstalledCertificateStatus

#: Request with an id -> the report that answers it, in 2.0 perhaps without the id.
ANSWERED_BY: Final[Mapping[str, str]] = {
    "CustomerInformation": "NotifyCustomerInformation",
    "GetBaseReport": "NotifyReport",
    "GetChargingProfiles": "ReportChargingProfiles",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "GetReport": "NotifyReport",
}
#: Requests that become several, because 2.0 asks for one thing at a time.
EMULATED: Final = frozenset({"GetInstalledCertificateIds"})
_REPORTS: Final = frozenset(ANSWERED_BY.values())

#: Use of a certificate in 2.0.1 -> in 2.0.
CERTIFICATE_USES: Final[Mapping[newer.GetCertificateIdUse, wire.GetCertificateIdUse]] = {
    newer.GetCertificateIdUse.V2G_ROOT_CERTIFICATE: wire.GetCertificateIdUse.V2G_ROOT_CERTFICATE,
    newer.GetCertificateIdUse.MO_ROOT_CERTIFICATE: wire.GetCertificateIdUse.MO_ROOT_CERTIFICATE,
    newer.GetCertificateIdUse.CSMS_ROOT_CERTIFICATE: wire.GetCertificateIdUse.CSMS_ROOT_CERTIFICATE,
    newer.GetCertificateIdUse.MANUFACTURER_ROOT_CERTIFICATE: wire.GetCertificateIdUse.MANUFACTURER_ROOT_CERTIFICATE,
}


class StationHalf(Half20):
    """The house's view of one 2.0 station."""

    label = "ocpp2.0 station 1"
    newer_half = station_half.StationHalf
    strict_outward = True

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the station."""
        if isinstance(request, wire.Update15118EVCertificateRequest):
            return (yield from self._renewal(request, now))
        if request.action in _REPORTS and request.request_id is None:
            request = msgspec.structs.replace(request, request_id=self.memory.requests.get(request.action))
        return (yield from super().inward(request, now=now))

    def _renewal(self, request: wire.Update15118EVCertificateRequest, now: datetime) -> Translation:
        """2.0.1 made one message of first request and renewal."""
        asked = newer.Get15118EVCertificateRequest(
            iso15118_schema_version=request.iso15118_schema_version,
            certificate_action=CertificateAction.UPDATE,
            exi_request=request.exi_request,
        )
        return (yield from self.put(asked, request, now))

    def ask_peer(self, request: Any, now: datetime) -> Translation:
        """Ask the station what a 2.0.1 request asks."""
        report = ANSWERED_BY.get(request.action)
        if report is not None:
            self.remember(report, request.request_id)
        match request:
            case newer.GetInstalledCertificateIdsRequest():
                return (yield from self._installed_certificates(request))
            case newer.GetCompositeScheduleRequest():
                return (yield from self._composite_schedule(request, now))
            case _:
                return (yield from super().ask_peer(request, now))

    def _installed_certificates(self, request: newer.GetInstalledCertificateIdsRequest) -> Translation:
        """Ask for one kind of certificate after the other, for 2.0 names one at a time."""
        found: list[newer.CertificateHashDataChain] = []
        for use in request.certificate_type or tuple(CERTIFICATE_USES):
            if use not in CERTIFICATE_USES:
                yield Lost((Loss(request.action, "certificateType", use.value, "OCPP 2.0 has no such certificate"),))
                continue
            answer = yield AskPeer(wire.GetInstalledCertificateIdsRequest(type_of_certificate=CERTIFICATE_USES[use]))
            if isinstance(answer, Refusal):
                return answer
            for one in answer.certificate_hash_data or ():
                hashes, _ = self.up(one, newer.CertificateHashData, request.action, strict=False)
                found.append(newer.CertificateHashDataChain(certificate_type=use, certificate_hash_data=hashes))
        status = GetInstalledCertificateStatus.ACCEPTED if found else GetInstalledCertificateStatus.NOT_FOUND
        return newer.GetInstalledCertificateIdsResponse(status=status, certificate_hash_data_chain=tuple(found) or None)

    def _composite_schedule(self, request: newer.GetCompositeScheduleRequest, now: datetime) -> Translation:
        said, losses = self.down(request, wire.GetCompositeScheduleRequest, request.action, strict=True)
        yield from noted((said, losses))
        answer = yield AskPeer(said)
        if isinstance(answer, Refusal):
            return answer
        meant, lost = schedule_up(answer, request, now)
        if lost:
            yield Lost(tuple(Loss(request.action, field, plain(value), reason) for field, value, reason in lost))
        return meant
