"""data_transfer"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255


class DataTransferStatus(StrEnum):
    """DataTransferStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_MESSAGE_ID = "UnknownMessageId"
    UNKNOWN_VENDOR_ID = "UnknownVendorId"


class DataTransferRequest(Request, frozen=True, kw_only=True):
    """DataTransferRequest."""

    action: ClassVar[str] = "DataTransfer"

    vendor_id: String255
    message_id: String50 | None = None
    data: str | None = None


class DataTransferResponse(Response, frozen=True, kw_only=True):
    """DataTransferResponse."""

    action: ClassVar[str] = "DataTransfer"

    status: DataTransferStatus
    data: str | None = None
