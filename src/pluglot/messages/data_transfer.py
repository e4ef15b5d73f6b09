"""Block P: messages two vendors agreed on between themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import String50, String255
from pluglot.messages.types import StatusInfo


class DataTransferStatus(StrEnum):
    """Whether a vendor message was understood (P)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_MESSAGE_ID = "UnknownMessageId"
    UNKNOWN_VENDOR_ID = "UnknownVendorId"


class DataTransferRequest(Request, frozen=True, kw_only=True):
    """Either side says something that OCPP has no words for (P01)."""

    action: ClassVar[str] = "DataTransfer"

    vendor_id: String255
    message_id: String50 | None = None
    data: Any = None
    custom_data: CustomData | None = None


class DataTransferResponse(Response, frozen=True, kw_only=True):
    """Whether the other side understood (P01)."""

    action: ClassVar[str] = "DataTransfer"

    status: DataTransferStatus
    status_info: StatusInfo | None = None
    data: Any = None
    custom_data: CustomData | None = None
