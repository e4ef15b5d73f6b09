"""Block M: installing, listing, deleting and checking certificates."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.certificates import (
    CertificateAction,
    CertificateHashData,
    DeleteCertificateStatus,
    GetCertificateStatus,
    GetInstalledCertificateStatus,
    HashAlgorithm,
    InstallCertificateStatus,
    Iso15118EVCertificateStatus,
)
from pluglot.messages.scalars import (
    OneOrMore,
    String40,
    String50,
    String128,
    String512,
    String5500,
    String5600,
    String7500,
)


class GetCertificateIdUse(StrEnum):
    """What an installed certificate is for (M)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    V2G_CERTIFICATE_CHAIN = "V2GCertificateChain"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class InstallCertificateUse(StrEnum):
    """What a certificate to be installed is for (M)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"


class CertificateHashDataChain(DataType, frozen=True, kw_only=True):
    """A certificate with the ones below it (M)."""

    certificate_hash_data: CertificateHashData
    certificate_type: GetCertificateIdUse
    child_certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class OCSPRequestData(DataType, frozen=True, kw_only=True):
    """What an OCSP request needs to know (C, M)."""

    hash_algorithm: HashAlgorithm
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    responder_url: String512 = field(name="responderURL")
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
    exi_request: String5600
    custom_data: CustomData | None = None


class Get15118EVCertificateResponse(Response, frozen=True, kw_only=True):
    """The answer to be passed on to the vehicle (M01)."""

    action: ClassVar[str] = "Get15118EVCertificate"

    status: Iso15118EVCertificateStatus
    #: Base64 of the EXI for the vehicle.
    exi_response: String7500
    status_info: StatusInfo | None = None
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
    ocsp_result: String5500 | None = None
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
    certificate: String5500
    custom_data: CustomData | None = None


class InstallCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the certificate was installed (M05)."""

    action: ClassVar[str] = "InstallCertificate"

    status: InstallCertificateStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
