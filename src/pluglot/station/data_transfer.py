"""Data transfer: what a vendor agreed with an operator outside the standard (block P)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pluglot.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus
from pluglot.station.events import DataTransferAnswered
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.state import Core

#: Answers the data of one kind of message.
Transfer = Callable[[Any], DataTransferResponse]
#: Vendor id, then message id (or None), then who answers it.
Transfers = Mapping[str, Mapping[str | None, Transfer]]


class DataTransfer:
    """Answers the vendor messages it was given answers for, and sends those of the door."""

    def __init__(self, core: Core, outbox: Outbox, transfers: Transfers) -> None:
        self._core = core
        self._outbox = outbox
        self._transfers = transfers

    def receive(self, request: DataTransferRequest, _now: datetime) -> DataTransferResponse:
        """Answer a vendor message of the CSMS (P01.FR.05, P01.FR.06)."""
        messages = self._transfers.get(request.vendor_id)
        if messages is None:
            return DataTransferResponse(status=DataTransferStatus.UNKNOWN_VENDOR_ID)
        transfer = messages.get(request.message_id)
        if transfer is None:
            return DataTransferResponse(status=DataTransferStatus.UNKNOWN_MESSAGE_ID)
        return transfer(request.data)

    def send(self, vendor_id: str, message_id: str | None, data: Any, now: datetime) -> None:
        """Send a vendor message; the answer comes as ``DataTransferAnswered``."""
        request = DataTransferRequest(vendor_id=vendor_id, message_id=message_id, data=data)
        self._outbox.put(
            Lane.ROUTINE,
            request,
            now,
            lambda answer, moment: self._core.tell(
                DataTransferAnswered(at=moment, vendor_id=vendor_id, message_id=message_id, response=answer)
            ),
        )
