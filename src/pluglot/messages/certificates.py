"""certificates"""

from __future__ import annotations

from datetime import datetime
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
)
from pluglot.messages.types import StatusInfo


class CertificateAction(StrEnum):
    """CertificateAction."""

    INSTALL = "Install"
    UPDATE = "Update"


class CertificateStatusEnum(StrEnum):
    """CertificateStatusEnum."""

    GOOD = "Good"
    REVOKED = "Revoked"
    UNKNOWN = "Unknown"
    FAILED = "Failed"


class CertificateStatusSource(StrEnum):
    """CertificateStatusSource."""

    CRL = "CRL"
    OCSP = "OCSP"


class DeleteCertificateStatus(StrEnum):
    """DeleteCertificateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_FOUND = "NotFound"


class GetCertificateIdUse(StrEnum):
    """GetCertificateIdUse."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    V2G_CERTIFICATE_CHAIN = "V2GCertificateChain"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    OEM_ROOT_CERTIFICATE = "OEMRootCertificate"


class GetCertificateStatus(StrEnum):
    """GetCertificateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"


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
    REJECTED = "Rejected"
    FAILED = "Failed"


class InstallCertificateUse(StrEnum):
    """InstallCertificateUse."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    OEM_ROOT_CERTIFICATE = "OEMRootCertificate"


class Iso15118EVCertificateStatus(StrEnum):
    """Iso15118EVCertificateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"


class CertificateHashData(DataType, frozen=True, kw_only=True):
    """CertificateHashData."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    custom_data: CustomData | None = None


class CertificateHashDataChain(DataType, frozen=True, kw_only=True):
    """CertificateHashDataChain."""

    certificate_hash_data: CertificateHashData
    certificate_type: GetCertificateIdUse
    child_certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class CertificateStatus(DataType, frozen=True, kw_only=True):
    """CertificateStatus."""

    certificate_hash_data: CertificateHashData
    source: CertificateStatusSource
    status: CertificateStatusEnum
    next_update: datetime
    custom_data: CustomData | None = None


class CertificateStatusRequestInfo(DataType, frozen=True, kw_only=True):
    """CertificateStatusRequestInfo."""

    certificate_hash_data: CertificateHashData
    source: CertificateStatusSource
    urls: Annotated[tuple[String2000, ...], Meta(min_length=1, max_length=5)]
    custom_data: CustomData | None = None


class OCSPRequestData(DataType, frozen=True, kw_only=True):
    """OCSPRequestData."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    responder_url: String2000 = field(name="responderURL")
    custom_data: CustomData | None = None


class DeleteCertificateRequest(Request, frozen=True, kw_only=True):
    """DeleteCertificateRequest."""

    action: ClassVar[str] = "DeleteCertificate"

    certificate_hash_data: CertificateHashData
    custom_data: CustomData | None = None


class DeleteCertificateResponse(Response, frozen=True, kw_only=True):
    """DeleteCertificateResponse."""

    action: ClassVar[str] = "DeleteCertificate"

    status: DeleteCertificateStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class Get15118EVCertificateRequest(Request, frozen=True, kw_only=True):
    """Get15118EVCertificateRequest."""

    action: ClassVar[str] = "Get15118EVCertificate"

    iso15118_schema_version: String50
    certificate_action: CertificateAction = field(name="action")
    exi_request: String11000
    maximum_contract_certificate_chains: NonNegative | None = None
    prioritized_emaids: Annotated[tuple[String255, ...], Meta(min_length=1, max_length=8)] | None = field(
        default=None, name="prioritizedEMAIDs"
    )
    custom_data: CustomData | None = None


class Get15118EVCertificateResponse(Response, frozen=True, kw_only=True):
    """Get15118EVCertificateResponse."""

    action: ClassVar[str] = "Get15118EVCertificate"

    status: Iso15118EVCertificateStatus
    exi_response: String17000
    status_info: StatusInfo | None = None
    remaining_contracts: NonNegative | None = None
    custom_data: CustomData | None = None


class GetCertificateChainStatusRequest(Request, frozen=True, kw_only=True):
    """GetCertificateChainStatusRequest."""

    action: ClassVar[str] = "GetCertificateChainStatus"

    certificate_status_requests: Annotated[tuple[CertificateStatusRequestInfo, ...], Meta(min_length=1, max_length=4)]
    custom_data: CustomData | None = None


class GetCertificateChainStatusResponse(Response, frozen=True, kw_only=True):
    """GetCertificateChainStatusResponse."""

    action: ClassVar[str] = "GetCertificateChainStatus"

    certificate_status: Annotated[tuple[CertificateStatus, ...], Meta(min_length=1, max_length=4)]
    custom_data: CustomData | None = None


class GetCertificateStatusRequest(Request, frozen=True, kw_only=True):
    """GetCertificateStatusRequest."""

    action: ClassVar[str] = "GetCertificateStatus"

    ocsp_request_data: OCSPRequestData
    custom_data: CustomData | None = None


class GetCertificateStatusResponse(Response, frozen=True, kw_only=True):
    """GetCertificateStatusResponse."""

    action: ClassVar[str] = "GetCertificateStatus"

    status: GetCertificateStatus
    status_info: StatusInfo | None = None
    ocsp_result: String18000 | None = None
    custom_data: CustomData | None = None


class GetInstalledCertificateIdsRequest(Request, frozen=True, kw_only=True):
    """GetInstalledCertificateIdsRequest."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    certificate_type: OneOrMore[GetCertificateIdUse] | None = None
    custom_data: CustomData | None = None


class GetInstalledCertificateIdsResponse(Response, frozen=True, kw_only=True):
    """GetInstalledCertificateIdsResponse."""

    action: ClassVar[str] = "GetInstalledCertificateIds"

    status: GetInstalledCertificateStatus
    status_info: StatusInfo | None = None
    certificate_hash_data_chain: OneOrMore[CertificateHashDataChain] | None = None
    custom_data: CustomData | None = None


class InstallCertificateRequest(Request, frozen=True, kw_only=True):
    """InstallCertificateRequest."""

    action: ClassVar[str] = "InstallCertificate"

    certificate_type: InstallCertificateUse
    certificate: String10000
    custom_data: CustomData | None = None


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """InstallCertificateResponse."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
