"""Block P: messages two vendors agreed on between themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.messages.data_transfer import DataTransferStatus
from pluglot.messages.scalars import String50, String255


class DataTransferRequest(Request, frozen=True, kw_only=True):
    """Either side says something that OCPP has no words for (P01)."""

    action: ClassVar[str] = "DataTransfer"

    vendor_id: String255
    message_id: String50 | None = None
    data: Any = None


class DataTransferResponse(Response, frozen=True, kw_only=True):
    """Whether the other side understood (P01)."""

    action: ClassVar[str] = "DataTransfer"

    status: DataTransferStatus
    data: Any = None
