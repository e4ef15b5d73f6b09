"""security"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.certificates import CertificateHashData
from pluglot.messages.scalars import RequestId, String50, String255, String5500, String10000
from pluglot.messages.types import GenericStatus, StatusInfo


class CertificateSignedStatus(StrEnum):
    """CertificateSignedStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class CertificateSigningUse(StrEnum):
    """CertificateSigningUse."""

    CHARGING_STATION_CERTIFICATE = "ChargingStationCertificate"
    V2G_CERTIFICATE = "V2GCertificate"
    V2G20_CERTIFICATE = "V2G20Certificate"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """CertificateSignedRequest."""

    action: ClassVar[str] = "CertificateSigned"

    certificate_chain: String10000
    certificate_type: CertificateSigningUse | None = None
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """CertificateSignedResponse."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SecurityEventNotificationRequest(Request, frozen=True, kw_only=True):
    """SecurityEventNotificationRequest."""

    action: ClassVar[str] = "SecurityEventNotification"

    type: String50
    timestamp: datetime
    tech_info: String255 | None = None
    custom_data: CustomData | None = None


class SecurityEventNotificationResponse(Response, frozen=True, kw_only=True):
    """SecurityEventNotificationResponse."""

    action: ClassVar[str] = "SecurityEventNotification"

    custom_data: CustomData | None = None


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """SignCertificateRequest."""

    action: ClassVar[str] = "SignCertificate"

    csr: String5500
    certificate_type: CertificateSigningUse | None = None
    hash_root_certificate: CertificateHashData | None = None
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """SignCertificateResponse."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
