"""Block P: messages two vendors agreed on between themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String50, String255


class DataTransferStatus(StrEnum):
    """Whether a vendor message was understood."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_MESSAGE_ID = "UnknownMessageId"
    UNKNOWN_VENDOR_ID = "UnknownVendorId"


class DataTransferRequest(Request, frozen=True, kw_only=True):
    """Either side says something that OCPP has no words for (4.3)."""

    action: ClassVar[str] = "DataTransfer"

    vendor_id: String255
    message_id: String50 | None = None
    data: str | None = None


class DataTransferResponse(Response, frozen=True, kw_only=True):
    """Whether the other side understood (4.3)."""

    action: ClassVar[str] = "DataTransfer"

    status: DataTransferStatus
    data: str | None = None
