"""Block A: security events and the station's own certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import String5500, String10000
from pluglot.messages.security import CertificateSignedStatus
from pluglot.messages.types import GenericStatus


class CertificateSigningUse(StrEnum):
    """What a certificate to be signed is for (A)."""

    CHARGING_STATION_CERTIFICATE = "ChargingStationCertificate"
    V2G_CERTIFICATE = "V2GCertificate"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """The CSMS brings the signed certificate a station asked for (A02)."""

    action: ClassVar[str] = "CertificateSigned"

    #: PEM, the station's own certificate first.
    certificate_chain: String10000
    certificate_type: CertificateSigningUse | None = None
    custom_data: CustomData | None = None


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """Whether the station takes the certificate into use (A02)."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """A station asks to have a certificate signing request signed (A02)."""

    action: ClassVar[str] = "SignCertificate"

    #: PKCS #10 as PEM.
    csr: String5500
    certificate_type: CertificateSigningUse | None = None
    custom_data: CustomData | None = None


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS will have it signed; the certificate comes later by CertificateSigned (A02)."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
