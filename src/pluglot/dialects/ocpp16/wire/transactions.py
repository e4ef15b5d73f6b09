"""Block E: everything about the course of a transaction."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.authorization import IdTagInfo
from pluglot.dialects.ocpp16.wire.meter_values import TransactionData
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20, Timestamp


class Reason(StrEnum):
    """Why a transaction ended."""

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
    """A station reports that a transaction started (4.8)."""

    action: ClassVar[str] = "StartTransaction"

    connector_id: int
    id_tag: String20
    #: Wh
    meter_start: int
    timestamp: Timestamp
    reservation_id: int | None = None


class StartTransactionResponse(Response, frozen=True, kw_only=True):
    """The id the CSMS gives the transaction, and what it knows about the tag (4.8)."""

    action: ClassVar[str] = "StartTransaction"

    id_tag_info: IdTagInfo
    transaction_id: int


class StopTransactionRequest(Request, frozen=True, kw_only=True):
    """A station reports that a transaction stopped (4.10)."""

    action: ClassVar[str] = "StopTransaction"

    #: Wh
    meter_stop: int
    timestamp: Timestamp
    transaction_id: int
    id_tag: String20 | None = None
    #: Local when absent.
    reason: Reason | None = None
    transaction_data: tuple[TransactionData, ...] | None = None


class StopTransactionResponse(Response, frozen=True, kw_only=True):
    """What the CSMS knows about the tag that stopped it, if one did (4.10)."""

    action: ClassVar[str] = "StopTransaction"

    id_tag_info: IdTagInfo | None = None
