"""Certificates of a 1.6 station, and the signing of its own (mapping 5.13, 6.20 to 6.23)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import certificates, wire
from pluglot.dialects.ocpp16.enums import (
    CERTIFICATE_ID_USE_TO_HOUSE,
    CERTIFICATE_ID_USE_TO_WIRE,
    CERTIFICATE_USE_TO_WIRE,
    DELETE_STATUS_TO_HOUSE,
    INSTALL_STATUS_TO_HOUSE,
    SIGNED_STATUS_TO_HOUSE,
)
from pluglot.dialects.ocpp16.station import plug_and_charge
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

_LONGEST_CERTIFICATE: Final = 5500
_OWN: Final = frozenset({None, house.CertificateSigningUse.CHARGING_STATION_CERTIFICATE})
_NO_EXTENSION: Final = "the station lacks the security extension of 1.6"


def sign_certificate(half: StationContext, request: wire.SignCertificateRequest, _now: datetime) -> Translation:
    """The station asks for a certificate of its own."""
    half.shows_security_extension()
    answer = yield AskHouse(
        house.SignCertificateRequest(
            csr=request.csr, certificate_type=house.CertificateSigningUse.CHARGING_STATION_CERTIFICATE
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status_info is not None:
        yield Lost((Loss(request.action, "statusInfo", answer.status_info.reason_code, "1.6 has no such field"),))
    return wire.SignCertificateResponse(status=wire.GenericStatus(answer.status.value))


def certificate_signed(half: StationContext, request: house.CertificateSignedRequest, _now: datetime) -> Translation:
    """Bring the station the certificate it asked for."""
    kind = house.CertificateSignedResponse
    if request.certificate_type not in _OWN:
        return (yield from plug_and_charge.ask(half, request, "the station takes no contract certificates"))
    longest = half.number_setting("CertificateSignedMaxChainSize", 0)
    if longest and len(request.certificate_chain) > longest:
        return negative(kind, "TooLargeElement", f"the station takes {longest} characters")
    answer = yield AskPeer(wire.CertificateSignedRequest(certificate_chain=request.certificate_chain))
    if half.lacks(answer, request.action):
        return negative(kind, "UnsupportedRequest", _NO_EXTENSION)
    if isinstance(answer, Refusal):
        return answer
    half.shows_security_extension()
    return kind(status=SIGNED_STATUS_TO_HOUSE[answer.status])


def install_certificate(half: StationContext, request: house.InstallCertificateRequest, _now: datetime) -> Translation:
    """Give the station a root certificate to trust."""
    kind = house.InstallCertificateResponse
    use = CERTIFICATE_USE_TO_WIRE.get(request.certificate_type)
    if use is None:
        return (yield from plug_and_charge.ask(half, request, "a 1.6 station has no such certificates"))
    if len(request.certificate) > _LONGEST_CERTIFICATE:
        return negative(kind, "TooLargeElement", f"a 1.6 station takes {_LONGEST_CERTIFICATE} characters")
    answer = yield AskPeer(wire.InstallCertificateRequest(certificate_type=use, certificate=request.certificate))
    if half.lacks(answer, request.action):
        return negative(kind, "UnsupportedRequest", _NO_EXTENSION)
    if isinstance(answer, Refusal):
        return answer
    return kind(status=INSTALL_STATUS_TO_HOUSE[answer.status])


def delete_certificate(half: StationContext, request: house.DeleteCertificateRequest, _now: datetime) -> Translation:
    """Delete a certificate, of whichever kind it is."""
    kind = house.DeleteCertificateResponse
    hashes = certificates.hash_to_wire(request.certificate_hash_data)
    answer = yield AskPeer(wire.DeleteCertificateRequest(certificate_hash_data=hashes))
    known = not half.lacks(answer, request.action)
    if known and isinstance(answer, Refusal):
        return answer
    if known and answer.status is not wire.DeleteCertificateStatus.NOT_FOUND:
        return kind(status=DELETE_STATUS_TO_HOUSE[answer.status])
    if plug_and_charge.is_spoken(half):
        # It may be one of those that only plug and charge knows.
        return (yield from plug_and_charge.ask(half, request, "the station has no such certificate"))
    if known:
        return kind(status=house.DeleteCertificateStatus.NOT_FOUND)
    return negative(kind, "UnsupportedRequest", _NO_EXTENSION)


def get_installed_certificate_ids(
    half: StationContext, request: house.GetInstalledCertificateIdsRequest, _now: datetime
) -> Translation:
    """Ask for the certificates of each kind; one answer for all."""
    kind = house.GetInstalledCertificateIdsResponse
    wanted = request.certificate_type or tuple(CERTIFICATE_ID_USE_TO_WIRE)
    found: list[house.CertificateHashDataChain] = []
    for use in wanted:
        said = CERTIFICATE_ID_USE_TO_WIRE.get(use)
        if said is None:
            continue
        answer = yield AskPeer(wire.GetInstalledCertificateIdsRequest(certificate_type=said))
        if half.lacks(answer, request.action):
            break
        if isinstance(answer, Refusal):
            return answer
        found += certificates.chains(answer, CERTIFICATE_ID_USE_TO_HOUSE[said])
    others = tuple(use for use in request.certificate_type or () if use not in CERTIFICATE_ID_USE_TO_WIRE)
    if others and plug_and_charge.is_spoken(half):
        asked = house.GetInstalledCertificateIdsRequest(certificate_type=others)
        answer = yield from plug_and_charge.ask(half, asked, "the station has no such certificates")
        if not isinstance(answer, Refusal):
            found += answer.certificate_hash_data_chain or ()
    elif others:
        lost = ",".join(use.value for use in others)
        yield Lost((Loss(request.action, "certificateType", lost, "a 1.6 station has no such certificates"),))
    status = house.GetInstalledCertificateStatus
    if not found:
        return kind(status=status.NOT_FOUND)
    return kind(status=status.ACCEPTED, certificate_hash_data_chain=tuple(found))
