"""Block M: installing, listing, deleting and checking certificates."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.messages.certificates import (
    DeleteCertificateStatus,
    GetInstalledCertificateStatus,
    HashAlgorithm,
    Iso15118EVCertificateStatus,
)
from pluglot.messages.scalars import OneOrMore, String20, String50, String128, String512, String800, String5500


class GetCertificateIdUse(StrEnum):
    """What an installed certificate is for (M)."""

    V2G_ROOT_CERTFICATE = "V2GRootCertficate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSO_SUB_CA1 = "CSOSubCA1"
    CSO_SUB_CA2 = "CSOSubCA2"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class GetCertificateStatus(StrEnum):
    """Whether an OCSP answer could be had (M)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class InstallCertificateStatus(StrEnum):
    """Whether a certificate was installed (M)."""

    ACCEPTED = "Accepted"
    SIGNATURE_ERROR = "SignatureError"
    CERTIFICATE_EXPIRED = "CertificateExpired"
    CERTIFICATE_REVOKED = "CertificateRevoked"
    NO_CERTIFICATE_AVAILABLE = "NoCertificateAvailable"
    CERT_CHAIN_ERROR = "CertChainError"
    CONTRACT_CANCELLED = "ContractCancelled"


class InstallCertificateUse(StrEnum):
    """What a certificate to be installed is for (M)."""

    V2G_ROOT_CERTFICATE = "V2GRootCertficate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSO_SUB_CA1 = "CSOSubCA1"
    CSO_SUB_CA2 = "CSOSubCA2"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class CertificateChain(DataType, frozen=True, kw_only=True):
    """A certificate and those of the authorities between it and the root (M)."""

    certificate: String800
    child_certificate: Annotated[tuple[String800, ...], Meta(min_length=1, max_length=4)] | None = None


class CertificateHashData(DataType, frozen=True, kw_only=True):
    """What names a certificate without showing it (M, N)."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String20


class OCSPRequestData(DataType, frozen=True, kw_only=True):
    """What an OCSP request needs to know (C, M)."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String20
    responder_url: String512 | None = field(default=None, name="responderURL")


class DeleteCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to delete a certificate (M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    certificate_hash_data: CertificateHashData


class DeleteCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was deleted (M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    status: DeleteCertificateStatus


class Get15118EVCertificateRequest(Request, frozen=True, kw_only=True):
    """A station passes on a vehicle's request for a contract certificate (M01)."""

    action: ClassVar[str] = "Get15118EVCertificate"

    iso15118_schema_version: String50 = field(name="15118SchemaVersion")
    #: Base64 of the EXI the vehicle sent.
    exi_request: String5500


class Get15118EVCertificateResponse(Response, frozen=True, kw_only=True):
    """The answer to be passed on to the vehicle (M01)."""

    action: ClassVar[str] = "Get15118EVCertificate"

    status: Iso15118EVCertificateStatus
    sa_provisioning_certificate_chain: CertificateChain
    contract_signature_certificate_chain: CertificateChain
    #: Base64 of the EXI for the vehicle.
    exi_response: String5500


class GetCertificateStatusRequest(Request, frozen=True, kw_only=True):
    """A station asks for the OCSP answer on one certificate (M06)."""

    action: ClassVar[str] = "GetCertificateStatus"

    ocsp_request_data: OCSPRequestData


class GetCertificateStatusResponse(Response, frozen=True, kw_only=True):
    """The OCSP answer (M06)."""

    action: ClassVar[str] = "GetCertificateStatus"

    status: GetCertificateStatus
    #: Base64 of the DER of the OCSP answer.
    ocsp_result: String5500 | None = None


class GetInstalledCertificateIdsRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which certificates a station holds (M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    type_of_certificate: GetCertificateIdUse


class GetInstalledCertificateIdsResponse(Response, frozen=True, kw_only=True):
    """The certificates a station holds, by their hashes (M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    status: GetInstalledCertificateStatus
    certificate_hash_data: OneOrMore[CertificateHashData] | None = None


class InstallCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives a station a root certificate to trust (M05)."""

    action: ClassVar[str] = "InstallCertificate"

    certificate_type: InstallCertificateUse
    #: DER in hexadecimal digits.
    certificate: String800


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was installed (M05)."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus


class Update15118EVCertificateRequest(Request, frozen=True, kw_only=True):
    """A station passes on a vehicle's wish to renew its contract certificate (M)."""

    action: ClassVar[str] = "Update15118EVCertificate"

    iso15118_schema_version: String50 = field(name="15118SchemaVersion")
    exi_request: String5500


class Update15118EVCertificateResponse(Response, frozen=True, kw_only=True):
    """The renewed certificate, to be passed on to the vehicle (M)."""

    action: ClassVar[str] = "Update15118EVCertificate"

    status: Iso15118EVCertificateStatus
    exi_response: String5500 | None = None
