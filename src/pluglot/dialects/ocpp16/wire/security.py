"""Block A: security events and the station's own certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255, String5500, String10000, Timestamp


class CertificateSignedStatus(StrEnum):
    """Whether a signed certificate was taken."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class GenericStatus(StrEnum):
    """Yes or no."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """The CSMS brings the signed certificate a station asked for (security A02)."""

    action: ClassVar[str] = "CertificateSigned"

    #: PEM, the station's own certificate first.
    certificate_chain: String10000


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """Whether the station takes the certificate into use (security A02)."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus


class SecurityEventNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports something that matters to its security (security A04)."""

    action: ClassVar[str] = "SecurityEventNotification"

    type: String50
    timestamp: Timestamp
    tech_info: String255 | None = None


class SecurityEventNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the security event (security A04)."""

    action: ClassVar[str] = "SecurityEventNotification"


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """A station asks to have a certificate signing request signed (security A02)."""

    action: ClassVar[str] = "SignCertificate"

    #: PKCS #10 as PEM.
    csr: String5500


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS will have it signed; the certificate comes later by CertificateSigned (security A02)."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
