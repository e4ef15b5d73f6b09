"""Block M: installing, listing, deleting and checking certificates."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, String40, String128, String5500


class CertificateUse(StrEnum):
    """What a root certificate is for."""

    CENTRAL_SYSTEM_ROOT_CERTIFICATE = "CentralSystemRootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class DeleteCertificateStatus(StrEnum):
    """Whether a certificate was deleted."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_FOUND = "NotFound"


class GetInstalledCertificateStatus(StrEnum):
    """Whether any certificate of that kind was found."""

    ACCEPTED = "Accepted"
    NOT_FOUND = "NotFound"


class HashAlgorithm(StrEnum):
    """How a hash was made."""

    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


class InstallCertificateStatus(StrEnum):
    """Whether a certificate was installed."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    REJECTED = "Rejected"


class CertificateHashData(DataType, frozen=True, kw_only=True):
    """What names a certificate without showing it."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40


class DeleteCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to delete a certificate (security M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    certificate_hash_data: CertificateHashData


class DeleteCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was deleted (security M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    status: DeleteCertificateStatus


class GetInstalledCertificateIdsRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which certificates a station holds (security M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    certificate_type: CertificateUse


class GetInstalledCertificateIdsResponse(Response, frozen=True, kw_only=True):
    """The certificates a station holds, by their hashes (security M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    status: GetInstalledCertificateStatus
    certificate_hash_data: OneOrMore[CertificateHashData] | None = None


class InstallCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives a station a root certificate to trust (security M05)."""

    action: ClassVar[str] = "InstallCertificate"

    certificate_type: CertificateUse
    #: PEM
    certificate: String5500


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was installed (security M05)."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus
