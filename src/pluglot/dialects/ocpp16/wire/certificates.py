"""certificates"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, String40, String128, String5500


class CertificateUse(StrEnum):
    """CertificateUse."""

    CENTRAL_SYSTEM_ROOT_CERTIFICATE = "CentralSystemRootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class DeleteCertificateStatus(StrEnum):
    """DeleteCertificateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_FOUND = "NotFound"


class GetInstalledCertificateStatus(StrEnum):
    """GetInstalledCertificateStatus."""

    ACCEPTED = "Accepted"
    NOT_FOUND = "NotFound"


class HashAlgorithm(StrEnum):
    """HashAlgorithm."""

    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


class InstallCertificateStatus(StrEnum):
    """InstallCertificateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    REJECTED = "Rejected"


class CertificateHashData(DataType, frozen=True, kw_only=True):
    """CertificateHashData."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40


class DeleteCertificateRequest(Request, frozen=True, kw_only=True):
    """DeleteCertificateRequest."""

    action: ClassVar[str] = "DeleteCertificate"

    certificate_hash_data: CertificateHashData


class DeleteCertificateResponse(Response, frozen=True, kw_only=True):
    """DeleteCertificateResponse."""

    action: ClassVar[str] = "DeleteCertificate"

    status: DeleteCertificateStatus


class GetInstalledCertificateIdsRequest(Request, frozen=True, kw_only=True):
    """GetInstalledCertificateIdsRequest."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    certificate_type: CertificateUse


class GetInstalledCertificateIdsResponse(Response, frozen=True, kw_only=True):
    """GetInstalledCertificateIdsResponse."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    status: GetInstalledCertificateStatus
    certificate_hash_data: OneOrMore[CertificateHashData] | None = None


class InstallCertificateRequest(Request, frozen=True, kw_only=True):
    """InstallCertificateRequest."""

    action: ClassVar[str] = "InstallCertificate"

    certificate_type: CertificateUse
    certificate: String5500


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """InstallCertificateResponse."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus
