"""Block C: who may charge, and paying without a contract."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20, Until


class AuthorizationStatus(StrEnum):
    """Whether a tag may charge, and if not why."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    CONCURRENT_TX = "ConcurrentTx"


class ClearCacheStatus(StrEnum):
    """Whether a cache was emptied."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class IdTagInfo(DataType, frozen=True, kw_only=True):
    """What the CSMS says about a tag."""

    status: AuthorizationStatus
    expiry_date: Until | None = None
    parent_id_tag: String20 | None = None


class AuthorizeRequest(Request, frozen=True, kw_only=True):
    """A station asks whether the holder of a tag may charge (4.1)."""

    action: ClassVar[str] = "Authorize"

    id_tag: String20


class AuthorizeResponse(Response, frozen=True, kw_only=True):
    """What the CSMS knows about the tag (4.1)."""

    action: ClassVar[str] = "Authorize"

    id_tag_info: IdTagInfo


class ClearCacheRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to forget the tags it has cached (5.4)."""

    action: ClassVar[str] = "ClearCache"


class ClearCacheResponse(Response, frozen=True, kw_only=True):
    """Whether the cache was emptied (5.4)."""

    action: ClassVar[str] = "ClearCache"

    status: ClearCacheStatus
