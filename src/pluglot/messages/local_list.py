"""Block D: the list of tokens a station knows by heart."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.authorization import IdToken, IdTokenInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import OneOrMore
from pluglot.messages.types import StatusInfo


class SendLocalListStatus(StrEnum):
    """What became of a new local list (D)."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    VERSION_MISMATCH = "VersionMismatch"


class UpdateType(StrEnum):
    """Whether a local list replaces the old one or changes it (D)."""

    DIFFERENTIAL = "Differential"
    FULL = "Full"


class AuthorizationData(DataType, frozen=True, kw_only=True):
    """One entry of the local list; without information it deletes the token from the list (D)."""

    id_token: IdToken
    id_token_info: IdTokenInfo | None = None
    custom_data: CustomData | None = None


class GetLocalListVersionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which version of the local list a station holds (D02)."""

    action: ClassVar[str] = "GetLocalListVersion"

    custom_data: CustomData | None = None


class GetLocalListVersionResponse(Response, frozen=True, kw_only=True):
    """The version of the local list a station holds (D02)."""

    action: ClassVar[str] = "GetLocalListVersion"

    version_number: int
    custom_data: CustomData | None = None


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """The CSMS replaces or changes the list of tokens a station knows by heart (D01)."""

    action: ClassVar[str] = "SendLocalList"

    version_number: int
    update_type: UpdateType
    local_authorization_list: OneOrMore[AuthorizationData] | None = None
    custom_data: CustomData | None = None


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """Whether the local list was taken (D01)."""

    action: ClassVar[str] = "SendLocalList"

    status: SendLocalListStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
