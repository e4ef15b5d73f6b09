"""Certificates before a 1.6 management system (mapping 5.13, 6.20 to 6.23)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import certificates, wire
from pluglot.dialects.ocpp16.csms import plug_and_charge
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.enums import (
    CERTIFICATE_ID_USE_TO_HOUSE,
    CERTIFICATE_USE_TO_HOUSE,
    DELETE_STATUS_TO_WIRE,
    INSTALL_STATUS_TO_WIRE,
    INSTALLED_STATUS_TO_WIRE,
    SIGNED_STATUS_TO_WIRE,
)

_OWN: Final = house.CertificateSigningUse.CHARGING_STATION_CERTIFICATE


def sign_certificate(half: CsmsContext, request: house.SignCertificateRequest, _now: datetime) -> Translation:
    """The station asks for a certificate: of its own by the security extension, others by plug and charge."""
    use = request.certificate_type or _OWN
    if request.request_id is not None:
        half.memory.signing[use.value] = request.request_id
        half.touch()
    rejected = house.SignCertificateResponse(status=house.GenericStatus.REJECTED)
    if use is not _OWN:
        return (yield from plug_and_charge.ask(half, request, rejected))
    if request.hash_root_certificate is not None:
        yield Lost((Loss(request.action, "hashRootCertificate", "present", "1.6 has no such field"),))
    answer: Any = None
    if not half.is_missing(request.action):
        answer = yield AskPeer(wire.SignCertificateRequest(csr=request.csr))
    if half.is_missing(request.action) or half.lacks(answer, request.action):
        yield Lost((Loss(request.action, "csr", "present", "the management system has no security extension"),))
        return rejected
    if isinstance(answer, Refusal):
        return answer
    return house.SignCertificateResponse(status=house.GenericStatus(answer.status.value))


def certificate_signed(half: CsmsContext, request: wire.CertificateSignedRequest, _now: datetime) -> Translation:
    """The certificate that the station asked for."""
    answer = yield AskHouse(
        house.CertificateSignedRequest(
            certificate_chain=request.certificate_chain,
            certificate_type=_OWN,
            request_id=half.memory.signing.get(_OWN.value),
        )
    )
    if isinstance(answer, Refusal):
        return answer
    return wire.CertificateSignedResponse(status=SIGNED_STATUS_TO_WIRE[answer.status])


def install_certificate(_half: CsmsContext, request: wire.InstallCertificateRequest, _now: datetime) -> Translation:
    """Give the station a root certificate to trust."""
    answer = yield AskHouse(
        house.InstallCertificateRequest(
            certificate_type=CERTIFICATE_USE_TO_HOUSE[request.certificate_type], certificate=request.certificate
        )
    )
    if isinstance(answer, Refusal):
        return answer
    return wire.InstallCertificateResponse(status=INSTALL_STATUS_TO_WIRE[answer.status])


def delete_certificate(_half: CsmsContext, request: wire.DeleteCertificateRequest, _now: datetime) -> Translation:
    """Delete a certificate."""
    hashes = certificates.hash_to_house(request.certificate_hash_data)
    answer = yield AskHouse(house.DeleteCertificateRequest(certificate_hash_data=hashes))
    if isinstance(answer, Refusal):
        return answer
    return wire.DeleteCertificateResponse(status=DELETE_STATUS_TO_WIRE[answer.status])


def get_installed_certificate_ids(
    _half: CsmsContext, request: wire.GetInstalledCertificateIdsRequest, _now: datetime
) -> Translation:
    """The certificates of one kind; 1.6 has no words for the chains below them."""
    use = CERTIFICATE_ID_USE_TO_HOUSE[request.certificate_type]
    answer = yield AskHouse(house.GetInstalledCertificateIdsRequest(certificate_type=(use,)))
    if isinstance(answer, Refusal):
        return answer
    found = answer.certificate_hash_data_chain or ()
    children = sum(len(chain.child_certificate_hash_data or ()) for chain in found)
    if children:
        lost = Loss(request.action, "childCertificateHashData", children, "1.6 has no such field")
        yield Lost((lost,))
    return wire.GetInstalledCertificateIdsResponse(
        status=INSTALLED_STATUS_TO_WIRE[answer.status],
        certificate_hash_data=tuple(certificates.hash_to_wire(one.certificate_hash_data) for one in found) or None,
    )
