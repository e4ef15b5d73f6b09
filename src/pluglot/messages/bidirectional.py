"""bidirectional"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import OneOrMore, TransactionId
from pluglot.messages.types import EnergyTransferMode, GenericStatus, StatusInfo


class NotifyAllowedEnergyTransferStatus(StrEnum):
    """NotifyAllowedEnergyTransferStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class AFRRSignalRequest(Request, frozen=True, kw_only=True):
    """AFRRSignalRequest."""

    action: ClassVar[str] = "AFRRSignal"

    timestamp: datetime
    signal: int
    custom_data: CustomData | None = None


class AFRRSignalResponse(Response, frozen=True, kw_only=True):
    """AFRRSignalResponse."""

    action: ClassVar[str] = "AFRRSignal"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyAllowedEnergyTransferRequest(Request, frozen=True, kw_only=True):
    """NotifyAllowedEnergyTransferRequest."""

    action: ClassVar[str] = "NotifyAllowedEnergyTransfer"

    transaction_id: TransactionId
    allowed_energy_transfer: OneOrMore[EnergyTransferMode]
    custom_data: CustomData | None = None


class NotifyAllowedEnergyTransferResponse(Response, frozen=True, kw_only=True):
    """NotifyAllowedEnergyTransferResponse."""

    action: ClassVar[str] = "NotifyAllowedEnergyTransfer"

    status: NotifyAllowedEnergyTransferStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
