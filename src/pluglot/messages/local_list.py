"""local_list"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.authorization import IdToken, IdTokenInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore
from pluglot.messages.types import StatusInfo


class SendLocalListStatus(StrEnum):
    """SendLocalListStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    VERSION_MISMATCH = "VersionMismatch"


class UpdateType(StrEnum):
    """UpdateType."""

    DIFFERENTIAL = "Differential"
    FULL = "Full"


class AuthorizationData(DataType, frozen=True, kw_only=True):
    """AuthorizationData."""

    id_token: IdToken
    id_token_info: IdTokenInfo | None = None
    custom_data: CustomData | None = None


class GetLocalListVersionRequest(Request, frozen=True, kw_only=True):
    """GetLocalListVersionRequest."""

    action: ClassVar[str] = "GetLocalListVersion"

    custom_data: CustomData | None = None


class GetLocalListVersionResponse(Response, frozen=True, kw_only=True):
    """GetLocalListVersionResponse."""

    action: ClassVar[str] = "GetLocalListVersion"

    version_number: int
    custom_data: CustomData | None = None


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """SendLocalListRequest."""

    action: ClassVar[str] = "SendLocalList"

    version_number: int
    update_type: UpdateType
    local_authorization_list: OneOrMore[AuthorizationData] | None = None
    custom_data: CustomData | None = None


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """SendLocalListResponse."""

    action: ClassVar[str] = "SendLocalList"

    status: SendLocalListStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
