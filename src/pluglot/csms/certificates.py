"""Requests of stations about certificates (block M): answered truthfully that nothing is known here."""

from __future__ import annotations

from datetime import timedelta

from pluglot.csms.decision import Context, Decision, noted, reason
from pluglot.messages import (
    CertificateStatus,
    CertificateStatusEnum,
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
    GetCertificateChainStatusRequest,
    GetCertificateChainStatusResponse,
    GetCertificateStatus,
    GetCertificateStatusRequest,
    GetCertificateStatusResponse,
    Iso15118EVCertificateStatus,
)

_ASK_AGAIN = timedelta(days=1)
_NOT_SERVED = reason("NotEnabled", "No certificate service is configured.")


async def get_15118_ev_certificate(context: Context, request: Get15118EVCertificateRequest) -> Decision:
    """Tell that no contract certificate can be installed or updated here (M01, M02)."""
    response = Get15118EVCertificateResponse(
        status=Iso15118EVCertificateStatus.FAILED, exi_response="", status_info=_NOT_SERVED
    )
    return noted(context, request, response, severity="warning")


async def get_certificate_status(context: Context, request: GetCertificateStatusRequest) -> Decision:
    """Tell that no OCSP responder was asked (M06)."""
    response = GetCertificateStatusResponse(status=GetCertificateStatus.FAILED, status_info=_NOT_SERVED)
    return noted(context, request, response)


async def get_certificate_chain_status(context: Context, request: GetCertificateChainStatusRequest) -> Decision:
    """Tell for each certificate that its status could not be found out (M07)."""
    statuses = tuple(
        CertificateStatus(
            certificate_hash_data=asked.certificate_hash_data,
            source=asked.source,
            status=CertificateStatusEnum.FAILED,
            next_update=context.now + _ASK_AGAIN,
        )
        for asked in request.certificate_status_requests
    )
    return noted(context, request, GetCertificateChainStatusResponse(certificate_status=statuses))
