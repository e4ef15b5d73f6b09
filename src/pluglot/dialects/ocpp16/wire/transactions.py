"""transactions"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.authorization import IdTagInfo
from pluglot.dialects.ocpp16.wire.meter_values import MeterValue
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20


class Reason(StrEnum):
    """Reason."""

    EMERGENCY_STOP = "EmergencyStop"
    EV_DISCONNECTED = "EVDisconnected"
    HARD_RESET = "HardReset"
    LOCAL = "Local"
    OTHER = "Other"
    POWER_LOSS = "PowerLoss"
    REBOOT = "Reboot"
    REMOTE = "Remote"
    SOFT_RESET = "SoftReset"
    UNLOCK_COMMAND = "UnlockCommand"
    DE_AUTHORIZED = "DeAuthorized"


class StartTransactionRequest(Request, frozen=True, kw_only=True):
    """StartTransactionRequest."""

    action: ClassVar[str] = "StartTransaction"

    connector_id: int
    id_tag: String20
    meter_start: int
    timestamp: datetime
    reservation_id: int | None = None


class StartTransactionResponse(Response, frozen=True, kw_only=True):
    """StartTransactionResponse."""

    action: ClassVar[str] = "StartTransaction"

    id_tag_info: IdTagInfo
    transaction_id: int


class StopTransactionRequest(Request, frozen=True, kw_only=True):
    """StopTransactionRequest."""

    action: ClassVar[str] = "StopTransaction"

    meter_stop: int
    timestamp: datetime
    transaction_id: int
    id_tag: String20 | None = None
    reason: Reason | None = None
    transaction_data: tuple[MeterValue, ...] | None = None


class StopTransactionResponse(Response, frozen=True, kw_only=True):
    """StopTransactionResponse."""

    action: ClassVar[str] = "StopTransaction"

    id_tag_info: IdTagInfo | None = None
