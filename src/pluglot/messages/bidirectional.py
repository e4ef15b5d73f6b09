"""Block Q: energy from the vehicle back to the grid."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import OneOrMore, Timestamp, TransactionId
from pluglot.messages.types import EnergyTransferMode, GenericStatus, StatusInfo


class NotifyAllowedEnergyTransferStatus(StrEnum):
    """Whether allowed ways of energy transfer were taken (Q)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class AFRRSignalRequest(Request, frozen=True, kw_only=True):
    """The CSMS passes on a signal of the grid's frequency restoration (Q)."""

    action: ClassVar[str] = "AFRRSignal"

    timestamp: Timestamp
    signal: int
    custom_data: CustomData | None = None


class AFRRSignalResponse(Response, frozen=True, kw_only=True):
    """Whether the signal is followed (Q)."""

    action: ClassVar[str] = "AFRRSignal"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyAllowedEnergyTransferRequest(Request, frozen=True, kw_only=True):
    """The CSMS says in which ways a transaction may transfer energy (Q)."""

    action: ClassVar[str] = "NotifyAllowedEnergyTransfer"

    transaction_id: TransactionId
    allowed_energy_transfer: OneOrMore[EnergyTransferMode]
    custom_data: CustomData | None = None


class NotifyAllowedEnergyTransferResponse(Response, frozen=True, kw_only=True):
    """Whether the station will keep to these ways (Q)."""

    action: ClassVar[str] = "NotifyAllowedEnergyTransfer"

    status: NotifyAllowedEnergyTransferStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
