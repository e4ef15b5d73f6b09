"""authorization"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.certificates import OCSPRequestData
from pluglot.dialects.ocpp201.wire.types import MessageContent, StatusInfo
from pluglot.messages.authorization import AuthorizationStatus, AuthorizeCertificateStatus, ClearCacheStatus
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, String8, String36, String50, String5500


class IdTokenType(StrEnum):
    """IdTokenType."""

    CENTRAL = "Central"
    EMAID = "eMAID"
    ISO14443 = "ISO14443"
    ISO15693 = "ISO15693"
    KEY_CODE = "KeyCode"
    LOCAL = "Local"
    MAC_ADDRESS = "MacAddress"
    NO_AUTHORIZATION = "NoAuthorization"


class AdditionalInfo(DataType, frozen=True, kw_only=True):
    """AdditionalInfo."""

    additional_id_token: String36
    type: String50
    custom_data: CustomData | None = None


class IdToken(DataType, frozen=True, kw_only=True):
    """IdToken."""

    id_token: String36
    type: IdTokenType
    additional_info: OneOrMore[AdditionalInfo] | None = None
    custom_data: CustomData | None = None


class IdTokenInfo(DataType, frozen=True, kw_only=True):
    """IdTokenInfo."""

    status: AuthorizationStatus
    cache_expiry_date_time: datetime | None = None
    charging_priority: int | None = None
    language1: String8 | None = None
    evse_id: OneOrMore[int] | None = None
    group_id_token: IdToken | None = None
    language2: String8 | None = None
    personal_message: MessageContent | None = None
    custom_data: CustomData | None = None


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """AuthorizeRequest."""

    action: ClassVar[str] = "Authorize"

    id_token: IdToken
    certificate: String5500 | None = None
    iso15118_certificate_hash_data: Annotated[tuple[OCSPRequestData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """AuthorizeResponse."""

    action: ClassVar[str] = "Authorize"

    id_token_info: IdTokenInfo
    certificate_status: AuthorizeCertificateStatus | None = None
    custom_data: CustomData | None = None


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """ClearCacheResponse."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
