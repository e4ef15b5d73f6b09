"""Block C: who may charge, and paying without a contract."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.certificates import OCSPRequestData
from pluglot.dialects.ocpp20.wire.types import MessageContent
from pluglot.messages.authorization import AuthorizationStatus, ClearCacheStatus
from pluglot.messages.scalars import OneOrMore, String8, String36, String50, Until


class CertificateStatusEnum(StrEnum):
    """Whether a certificate is good (C)."""

    ACCEPTED = "Accepted"
    SIGNATURE_ERROR = "SignatureError"
    CERTIFICATE_EXPIRED = "CertificateExpired"
    CERTIFICATE_REVOKED = "CertificateRevoked"
    NO_CERTIFICATE_AVAILABLE = "NoCertificateAvailable"
    CERT_CHAIN_ERROR = "CertChainError"
    CONTRACT_CANCELLED = "ContractCancelled"


class IdTokenType(StrEnum):
    """The kind of a token."""

    CENTRAL = "Central"
    EMAID = "eMAID"
    ISO14443 = "ISO14443"
    KEY_CODE = "KeyCode"
    LOCAL = "Local"
    NO_AUTHORIZATION = "NoAuthorization"
    ISO15693 = "ISO15693"


class AdditionalInfo(DataType, frozen=True, kw_only=True):
    """A further identifier that comes with a token."""

    additional_id_token: String36
    type: String50


class GroupIdToken(DataType, frozen=True, kw_only=True):
    """The token of a group, which says who may stop one another's charging (C, D, E)."""

    id_token: String36
    type: IdTokenType


class IdToken(DataType, frozen=True, kw_only=True):
    """The identifier somebody charges with."""

    id_token: String36
    type: IdTokenType
    additional_info: OneOrMore[AdditionalInfo] | None = None


class IdTokenInfo(DataType, frozen=True, kw_only=True):
    """What the CSMS says about a token (C, D, E)."""

    status: AuthorizationStatus
    cache_expiry_date_time: Until | None = None
    #: -9 to 9, higher is served first.
    charging_priority: int | None = None
    group_id_token: GroupIdToken | None = None
    language1: String8 | None = None
    language2: String8 | None = None
    personal_message: MessageContent | None = None


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """A station asks whether the holder of a token may charge (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token: IdToken
    iso15118_certificate_hash_data: Annotated[tuple[OCSPRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        field(default=None, name="15118CertificateHashData")
    )
    evse_id: OneOrMore[int] | None = None


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """What the CSMS knows about the token, and on which EVSEs it is good (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token_info: IdTokenInfo
    certificate_status: CertificateStatusEnum | None = None
    evse_id: OneOrMore[int] | None = None


class ClearCacheRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to forget the tokens it has cached (C11)."""

    action: ClassVar[str] = "ClearCache"


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """Whether the cache was emptied (C11)."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
