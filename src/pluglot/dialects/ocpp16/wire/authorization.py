"""authorization"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20


class AuthorizationStatus(StrEnum):
    """AuthorizationStatus."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    CONCURRENT_TX = "ConcurrentTx"


class ClearCacheStatus(StrEnum):
    """ClearCacheStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class IdTagInfo(DataType, frozen=True, kw_only=True):
    """IdTagInfo."""

    status: AuthorizationStatus
    expiry_date: datetime | None = None
    parent_id_tag: String20 | None = None


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
