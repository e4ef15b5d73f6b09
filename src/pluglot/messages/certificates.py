"""Block M: installing, listing, deleting and checking certificates."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import (
    NonNegative,
    OneOrMore,
    String40,
    String50,
    String128,
    String255,
    String2000,
    String10000,
    String11000,
    String17000,
    String18000,
    Timestamp,
)
from pluglot.messages.types import StatusInfo


class CertificateAction(StrEnum):
    """Whether a contract certificate is wanted for the first time or anew (M)."""

    INSTALL = "Install"
    UPDATE = "Update"


class CertificateStatusEnum(StrEnum):
    """Whether a certificate is good (M)."""

    GOOD = "Good"
    REVOKED = "Revoked"
    UNKNOWN = "Unknown"
    FAILED = "Failed"


class CertificateStatusSource(StrEnum):
    """Whether a list or a responder says if a certificate is good (M)."""

    CRL = "CRL"
    OCSP = "OCSP"


class DeleteCertificateStatus(StrEnum):
    """Whether a certificate was deleted (M)."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_FOUND = "NotFound"


class GetCertificateIdUse(StrEnum):
    """What an installed certificate is for (M)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    V2G_CERTIFICATE_CHAIN = "V2GCertificateChain"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    OEM_ROOT_CERTIFICATE = "OEMRootCertificate"


class GetCertificateStatus(StrEnum):
    """Whether an OCSP answer could be had (M)."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"


class GetInstalledCertificateStatus(StrEnum):
    """Whether any certificate of that kind was found (M)."""

    ACCEPTED = "Accepted"
    NOT_FOUND = "NotFound"


class HashAlgorithm(StrEnum):
    """How a hash was made."""

    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


class InstallCertificateStatus(StrEnum):
    """Whether a certificate was installed (M)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    FAILED = "Failed"


class InstallCertificateUse(StrEnum):
    """What a certificate to be installed is for (M)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    OEM_ROOT_CERTIFICATE = "OEMRootCertificate"


class Iso15118EVCertificateStatus(StrEnum):
    """Whether the answer for a vehicle could be had (M)."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"


class CertificateHashData(DataType, frozen=True, kw_only=True):
    """What names a certificate without showing it (A, M, N)."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    custom_data: CustomData | None = None


class CertificateHashDataChain(DataType, frozen=True, kw_only=True):
    """A certificate with the ones below it (M)."""

    certificate_hash_data: CertificateHashData
    certificate_type: GetCertificateIdUse
    child_certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class CertificateStatus(DataType, frozen=True, kw_only=True):
    """Whether one certificate was revoked (M)."""

    certificate_hash_data: CertificateHashData
    source: CertificateStatusSource
    status: CertificateStatusEnum
    next_update: Timestamp
    custom_data: CustomData | None = None


class CertificateStatusRequestInfo(DataType, frozen=True, kw_only=True):
    """A certificate to check and where to ask (M)."""

    certificate_hash_data: CertificateHashData
    source: CertificateStatusSource
    urls: Annotated[tuple[String2000, ...], Meta(min_length=1, max_length=5)]
    custom_data: CustomData | None = None


class OCSPRequestData(DataType, frozen=True, kw_only=True):
    """What an OCSP request needs to know (C, M)."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    responder_url: String2000 = field(name="responderURL")
    custom_data: CustomData | None = None


class DeleteCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to delete a certificate (M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    certificate_hash_data: CertificateHashData
    custom_data: CustomData | None = None


class DeleteCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was deleted (M04)."""

    action: ClassVar[str] = "DeleteCertificate"

    status: DeleteCertificateStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class Get15118EVCertificateRequest(Request, frozen=True, kw_only=True):
    """A station passes on a vehicle's request for a contract certificate (M01)."""

    action: ClassVar[str] = "Get15118EVCertificate"

    iso15118_schema_version: String50
    #: ``action`` on the wire.
    certificate_action: CertificateAction = field(name="action")
    #: Base64 of the EXI the vehicle sent.
    exi_request: String11000
    maximum_contract_certificate_chains: NonNegative | None = None
    prioritized_emaids: Annotated[tuple[String255, ...], Meta(min_length=1, max_length=8)] | None = field(
        default=None, name="prioritizedEMAIDs"
    )
    custom_data: CustomData | None = None


class Get15118EVCertificateResponse(Response, frozen=True, kw_only=True):
    """The answer to be passed on to the vehicle (M01)."""

    action: ClassVar[str] = "Get15118EVCertificate"

    status: Iso15118EVCertificateStatus
    #: Base64 of the EXI for the vehicle.
    exi_response: String17000
    status_info: StatusInfo | None = None
    remaining_contracts: NonNegative | None = None
    custom_data: CustomData | None = None


class GetCertificateChainStatusRequest(Request, frozen=True, kw_only=True):
    """A station asks whether certificates of a vehicle's chain were revoked (M07)."""

    action: ClassVar[str] = "GetCertificateChainStatus"

    certificate_status_requests: Annotated[tuple[CertificateStatusRequestInfo, ...], Meta(min_length=1, max_length=4)]
    custom_data: CustomData | None = None


class GetCertificateChainStatusResponse(Response, frozen=True, kw_only=True):
    """Which certificates were revoked, and until when the answer holds (M07)."""

    action: ClassVar[str] = "GetCertificateChainStatus"

    certificate_status: Annotated[tuple[CertificateStatus, ...], Meta(min_length=1, max_length=4)]
    custom_data: CustomData | None = None


class GetCertificateStatusRequest(Request, frozen=True, kw_only=True):
    """A station asks for the OCSP answer on one certificate (M06)."""

    action: ClassVar[str] = "GetCertificateStatus"

    ocsp_request_data: OCSPRequestData
    custom_data: CustomData | None = None


class GetCertificateStatusResponse(Response, frozen=True, kw_only=True):
    """The OCSP answer (M06)."""

    action: ClassVar[str] = "GetCertificateStatus"

    status: GetCertificateStatus
    status_info: StatusInfo | None = None
    #: Base64 of the DER of the OCSP answer.
    ocsp_result: String18000 | None = None
    custom_data: CustomData | None = None


class GetInstalledCertificateIdsRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which certificates a station holds (M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    certificate_type: OneOrMore[GetCertificateIdUse] | None = None
    custom_data: CustomData | None = None


class GetInstalledCertificateIdsResponse(Response, frozen=True, kw_only=True):
    """The certificates a station holds, by their hashes (M03)."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    status: GetInstalledCertificateStatus
    status_info: StatusInfo | None = None
    certificate_hash_data_chain: OneOrMore[CertificateHashDataChain] | None = None
    custom_data: CustomData | None = None


class InstallCertificateRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives a station a root certificate to trust (M05)."""

    action: ClassVar[str] = "InstallCertificate"

    certificate_type: InstallCertificateUse
    #: PEM
    certificate: String10000
    custom_data: CustomData | None = None


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was installed (M05)."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
