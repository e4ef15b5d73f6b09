"""Block D: the list of tokens a station knows by heart."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.authorization import IdTagInfo
from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20


class UpdateStatus(StrEnum):
    """What became of a new local list."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    NOT_SUPPORTED = "NotSupported"
    VERSION_MISMATCH = "VersionMismatch"


class UpdateType(StrEnum):
    """Whether a local list replaces the old one or changes it."""

    DIFFERENTIAL = "Differential"
    FULL = "Full"


class AuthorizationData(DataType, frozen=True, kw_only=True):
    """One entry of the local list; without information it deletes the tag from the list."""

    id_tag: String20
    id_tag_info: IdTagInfo | None = None


class GetLocalListVersionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which version of the local list a station holds (5.10)."""

    action: ClassVar[str] = "GetLocalListVersion"


class GetLocalListVersionResponse(Response, frozen=True, kw_only=True):
    """The version of the local list a station holds; 0 when empty, -1 when there is none (5.10)."""

    action: ClassVar[str] = "GetLocalListVersion"

    list_version: int


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """The CSMS replaces or changes the list of tags a station knows by heart (5.15)."""

    action: ClassVar[str] = "SendLocalList"

    list_version: int
    update_type: UpdateType
    local_authorization_list: tuple[AuthorizationData, ...] | None = None


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """Whether the local list was taken (5.15)."""

    action: ClassVar[str] = "SendLocalList"

    status: UpdateStatus
