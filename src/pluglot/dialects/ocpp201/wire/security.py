"""security"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import String5500, String10000
from pluglot.messages.security import CertificateSignedStatus
from pluglot.messages.types import GenericStatus


class CertificateSigningUse(StrEnum):
    """CertificateSigningUse."""

    CHARGING_STATION_CERTIFICATE = "ChargingStationCertificate"
    V2G_CERTIFICATE = "V2GCertificate"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """CertificateSignedRequest."""

    action: ClassVar[str] = "CertificateSigned"

    certificate_chain: String10000
    certificate_type: CertificateSigningUse | None = None
    custom_data: CustomData | None = None


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """CertificateSignedResponse."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """SignCertificateRequest."""

    action: ClassVar[str] = "SignCertificate"

    csr: String5500
    certificate_type: CertificateSigningUse | None = None
    custom_data: CustomData | None = None


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """SignCertificateResponse."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
