"""Block D: the list of tokens a station knows by heart."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp20.wire.authorization import IdToken, IdTokenInfo
from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.messages.local_list import SendLocalListStatus, UpdateType
from pluglot.messages.scalars import OneOrMore


class AuthorizationData(DataType, frozen=True, kw_only=True):
    """One entry of the local list; without information it deletes the token from the list (D)."""

    id_token: IdToken
    id_token_info: IdTokenInfo | None = None


class GetLocalListVersionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which version of the local list a station holds (D02)."""

    action: ClassVar[str] = "GetLocalListVersion"


class GetLocalListVersionResponse(Response, frozen=True, kw_only=True):
    """The version of the local list a station holds (D02)."""

    action: ClassVar[str] = "GetLocalListVersion"

    version_number: int


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """The CSMS replaces or changes the list of tokens a station knows by heart (D01)."""

    action: ClassVar[str] = "SendLocalList"

    version_number: int
    update_type: UpdateType
    local_authorization_list: OneOrMore[AuthorizationData] | None = None


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """Whether the local list was taken (D01)."""

    action: ClassVar[str] = "SendLocalList"

    status: SendLocalListStatus
