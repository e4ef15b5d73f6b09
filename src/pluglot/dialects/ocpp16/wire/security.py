"""security"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255, String5500, String10000


class CertificateSignedStatus(StrEnum):
    """CertificateSignedStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class GenericStatus(StrEnum):
    """GenericStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """CertificateSignedRequest."""

    action: ClassVar[str] = "CertificateSigned"

    certificate_chain: String10000


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """CertificateSignedResponse."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus


class SecurityEventNotificationRequest(Request, frozen=True, kw_only=True):
    """SecurityEventNotificationRequest."""

    action: ClassVar[str] = "SecurityEventNotification"

    type: String50
    timestamp: datetime
    tech_info: String255 | None = None


class SecurityEventNotificationResponse(Response, frozen=True, kw_only=True):
    """SecurityEventNotificationResponse."""

    action: ClassVar[str] = "SecurityEventNotification"


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """SignCertificateRequest."""

    action: ClassVar[str] = "SignCertificate"

    csr: String5500


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """SignCertificateResponse."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
