"""Block P: messages two vendors agreed on between themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, Response
from pluglot.messages.data_transfer import DataTransferStatus


class DataTransferResponse(Response, frozen=True, kw_only=True):
    """Whether the other side understood (P01)."""

    action: ClassVar[str] = "DataTransfer"

    status: DataTransferStatus
    status_info: StatusInfo | None = None
    data: Any = None
    custom_data: CustomData | None = None
