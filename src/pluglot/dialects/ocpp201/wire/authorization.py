"""Block C: who may charge, and paying without a contract."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.certificates import OCSPRequestData
from pluglot.dialects.ocpp201.wire.types import MessageContent, StatusInfo
from pluglot.messages.authorization import AuthorizationStatus, AuthorizeCertificateStatus, ClearCacheStatus
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, String8, String36, String50, String5500, Until


class IdTokenType(StrEnum):
    """The kind of a token."""

    CENTRAL = "Central"
    EMAID = "eMAID"
    ISO14443 = "ISO14443"
    ISO15693 = "ISO15693"
    KEY_CODE = "KeyCode"
    LOCAL = "Local"
    MAC_ADDRESS = "MacAddress"
    NO_AUTHORIZATION = "NoAuthorization"


class AdditionalInfo(DataType, frozen=True, kw_only=True):
    """A further identifier that comes with a token."""

    additional_id_token: String36
    type: String50
    custom_data: CustomData | None = None


class IdToken(DataType, frozen=True, kw_only=True):
    """The identifier somebody charges with."""

    id_token: String36
    type: IdTokenType
    additional_info: OneOrMore[AdditionalInfo] | None = None
    custom_data: CustomData | None = None


class IdTokenInfo(DataType, frozen=True, kw_only=True):
    """What the CSMS says about a token (C, D, E)."""

    status: AuthorizationStatus
    cache_expiry_date_time: Until | None = None
    #: -9 to 9, higher is served first.
    charging_priority: int | None = None
    language1: String8 | None = None
    #: The token is good for these EVSEs only.
    evse_id: OneOrMore[int] | None = None
    group_id_token: IdToken | None = None
    language2: String8 | None = None
    personal_message: MessageContent | None = None
    custom_data: CustomData | None = None


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """A station asks whether the holder of a token may charge (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token: IdToken
    #: The contract certificate chain as PEM, for the CSMS to check.
    certificate: String5500 | None = None
    iso15118_certificate_hash_data: Annotated[tuple[OCSPRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """What the CSMS knows about the token and its contract certificate (C01)."""

    action: ClassVar[str] = "Authorize"

    id_token_info: IdTokenInfo
    certificate_status: AuthorizeCertificateStatus | None = None
    custom_data: CustomData | None = None


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """Whether the cache was emptied (C11)."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
