"""local_list"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.authorization import IdTagInfo
from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20


class UpdateStatus(StrEnum):
    """UpdateStatus."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_SUPPORTED = "NotSupported"
    VERSION_MISMATCH = "VersionMismatch"


class UpdateType(StrEnum):
    """UpdateType."""

    DIFFERENTIAL = "Differential"
    FULL = "Full"


class AuthorizationData(DataType, frozen=True, kw_only=True):
    """AuthorizationData."""

    id_tag: String20
    id_tag_info: IdTagInfo | None = None


class GetLocalListVersionRequest(Request, frozen=True, kw_only=True):
    """GetLocalListVersionRequest."""

    action: ClassVar[str] = "GetLocalListVersion"


class GetLocalListVersionResponse(Response, frozen=True, kw_only=True):
    """GetLocalListVersionResponse."""

    action: ClassVar[str] = "GetLocalListVersion"

    list_version: int


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """SendLocalListRequest."""

    action: ClassVar[str] = "SendLocalList"

    list_version: int
    update_type: UpdateType
    local_authorization_list: tuple[AuthorizationData, ...] | None = None


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """SendLocalListResponse."""

    action: ClassVar[str] = "SendLocalList"

    status: UpdateStatus
