"""Block C: who may charge, and paying without a contract."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.certificates import OCSPRequestData
from pluglot.messages.scalars import (
    EvseId,
    OneOrMore,
    String8,
    String20,
    String50,
    String100,
    String255,
    String500,
    String2000,
    String10000,
    Timestamp,
    TransactionId,
    Until,
)
from pluglot.messages.tariff_cost import Tariff
from pluglot.messages.types import EnergyTransferMode, GenericStatus, MessageContent, StatusInfo


class AuthorizationStatus(StrEnum):
    """Whether a token may charge, and if not why (C, D, E)."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    CONCURRENT_TX = "ConcurrentTx"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    NO_CREDIT = "NoCredit"
    NOT_ALLOWED_TYPE_EVSE = "NotAllowedTypeEVSE"
    NOT_AT_THIS_LOCATION = "NotAtThisLocation"
    NOT_AT_THIS_TIME = "NotAtThisTime"
    UNKNOWN = "Unknown"


class AuthorizeCertificateStatus(StrEnum):
    """What the CSMS found when it checked a contract certificate (C)."""

    ACCEPTED = "Accepted"
    SIGNATURE_ERROR = "SignatureError"
    CERTIFICATE_EXPIRED = "CertificateExpired"
    CERTIFICATE_REVOKED = "CertificateRevoked"
    NO_CERTIFICATE_AVAILABLE = "NoCertificateAvailable"
    CERT_CHAIN_ERROR = "CertChainError"
    CONTRACT_CANCELLED = "ContractCancelled"


class ClearCacheStatus(StrEnum):
    """Whether a cache was emptied (C)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class PaymentStatus(StrEnum):
    """How a payment ended (C)."""

    SETTLED = "Settled"
    CANCELED = "Canceled"
    REJECTED = "Rejected"
    FAILED = "Failed"


class AdditionalInfo(DataType, frozen=True, kw_only=True):
    """A further identifier that comes with a token."""

    additional_id_token: String255
    type: String50
    custom_data: CustomData | None = None


class Address(DataType, frozen=True, kw_only=True):
    """A company and where to find it (C)."""

    name: String50
    address1: String100
    city: String100
    country: String50
    address2: String100 | None = None
    postal_code: String20 | None = None
    custom_data: CustomData | None = None


class IdToken(DataType, frozen=True, kw_only=True):
    """The identifier somebody charges with."""

    id_token: String255
    type: String20
    additional_info: OneOrMore[AdditionalInfo] | None = None
    custom_data: CustomData | None = None


class IdTokenInfo(DataType, frozen=True, kw_only=True):
    """What the CSMS says about a token (C, D, E)."""

    status: AuthorizationStatus
    cache_expiry_date_time: Until | None = None
    #: -9 to 9, higher is served first.
    charging_priority: int | None = None
    group_id_token: IdToken | None = None
    language1: String8 | None = None
    language2: String8 | None = None
    #: The token is good for these EVSEs only.
    evse_id: OneOrMore[EvseId] | None = None
    personal_message: MessageContent | None = None
    custom_data: CustomData | None = None


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """A station asks whether the holder of a token may charge (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token: IdToken
    #: The contract certificate chain as PEM, for the CSMS to check.
    certificate: String10000 | None = None
    iso15118_certificate_hash_data: Annotated[tuple[OCSPRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """What the CSMS knows about the token, its contract certificate and its tariff (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token_info: IdTokenInfo
    certificate_status: AuthorizeCertificateStatus | None = None
    allowed_energy_transfer: OneOrMore[EnergyTransferMode] | None = None
    tariff: Tariff | None = None
    custom_data: CustomData | None = None


class ClearCacheRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to forget the tokens it has cached (C11)."""

    action: ClassVar[str] = "ClearCache"

    custom_data: CustomData | None = None


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """Whether the cache was emptied (C11)."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifySettlementRequest(Request, frozen=True, kw_only=True):
    """A station reports how the payment of a transaction was settled at its terminal (C21)."""

    action: ClassVar[str] = "NotifySettlement"

    psp_ref: String255
    status: PaymentStatus
    #: What was settled, or should have been.
    settlement_amount: Decimal
    settlement_time: Timestamp
    transaction_id: TransactionId | None = None
    status_info: String500 | None = None
    receipt_id: String50 | None = None
    receipt_url: String2000 | None = None
    vat_company: Address | None = None
    vat_number: String20 | None = None
    custom_data: CustomData | None = None


class NotifySettlementResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the settlement and may give a receipt (C21)."""

    action: ClassVar[str] = "NotifySettlement"

    receipt_url: String2000 | None = None
    receipt_id: String50 | None = None
    custom_data: CustomData | None = None


class NotifyWebPaymentStartedRequest(Request, frozen=True, kw_only=True):
    """The CSMS tells a station that somebody is paying for an EVSE on a web page (C25)."""

    action: ClassVar[str] = "NotifyWebPaymentStarted"

    evse_id: EvseId
    #: s
    timeout: int
    custom_data: CustomData | None = None


class NotifyWebPaymentStartedResponse(Response, frozen=True, kw_only=True):
    """The station knows about the web payment (C25)."""

    action: ClassVar[str] = "NotifyWebPaymentStarted"

    custom_data: CustomData | None = None


class VatNumberValidationRequest(Request, frozen=True, kw_only=True):
    """A station asks whether a VAT number exists and whose it is (C)."""

    action: ClassVar[str] = "VatNumberValidation"

    vat_number: String20
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class VatNumberValidationResponse(Response, frozen=True, kw_only=True):
    """Whether the VAT number is valid, and the company behind it (C)."""

    action: ClassVar[str] = "VatNumberValidation"

    vat_number: String20
    status: GenericStatus
    company: Address | None = None
    status_info: StatusInfo | None = None
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None
