"""authorization"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.types import IdTagInfo
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20


class ClearCacheStatus(StrEnum):
    """ClearCacheStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """AuthorizeRequest."""

    action: ClassVar[str] = "Authorize"

    id_tag: String20


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """AuthorizeResponse."""

    action: ClassVar[str] = "Authorize"

    id_tag_info: IdTagInfo


class ClearCacheRequest(Request, frozen=True, kw_only=True):
    """ClearCacheRequest."""

    action: ClassVar[str] = "ClearCache"


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """ClearCacheResponse."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
