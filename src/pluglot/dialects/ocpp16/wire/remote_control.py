"""remote_control"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.smart_charging import ChargingProfile
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20


class ExtendedMessageTrigger(StrEnum):
    """ExtendedMessageTrigger."""

    BOOT_NOTIFICATION = "BootNotification"
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    SIGN_CHARGE_POINT_CERTIFICATE = "SignChargePointCertificate"
    STATUS_NOTIFICATION = "StatusNotification"


class MessageTrigger(StrEnum):
    """MessageTrigger."""

    BOOT_NOTIFICATION = "BootNotification"
    DIAGNOSTICS_STATUS_NOTIFICATION = "DiagnosticsStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    STATUS_NOTIFICATION = "StatusNotification"


class RemoteStartStopStatus(StrEnum):
    """RemoteStartStopStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class TriggerMessageStatus(StrEnum):
    """TriggerMessageStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_IMPLEMENTED = "NotImplemented"


class UnlockStatus(StrEnum):
    """UnlockStatus."""

    UNLOCKED = "Unlocked"
    UNLOCK_FAILED = "UnlockFailed"
    NOT_SUPPORTED = "NotSupported"


class ExtendedTriggerMessageRequest(Request, frozen=True, kw_only=True):
    """ExtendedTriggerMessageRequest."""

    action: ClassVar[str] = "ExtendedTriggerMessage"

    requested_message: ExtendedMessageTrigger
    connector_id: int | None = None


class ExtendedTriggerMessageResponse(Response, frozen=True, kw_only=True):
    """ExtendedTriggerMessageResponse."""

    action: ClassVar[str] = "ExtendedTriggerMessage"

    status: TriggerMessageStatus


class RemoteStartTransactionRequest(Request, frozen=True, kw_only=True):
    """RemoteStartTransactionRequest."""

    action: ClassVar[str] = "RemoteStartTransaction"

    id_tag: String20
    connector_id: int | None = None
    charging_profile: ChargingProfile | None = None


class RemoteStartTransactionResponse(Response, frozen=True, kw_only=True):
    """RemoteStartTransactionResponse."""

    action: ClassVar[str] = "RemoteStartTransaction"

    status: RemoteStartStopStatus


class RemoteStopTransactionRequest(Request, frozen=True, kw_only=True):
    """RemoteStopTransactionRequest."""

    action: ClassVar[str] = "RemoteStopTransaction"

    transaction_id: int


class RemoteStopTransactionResponse(Response, frozen=True, kw_only=True):
    """RemoteStopTransactionResponse."""

    action: ClassVar[str] = "RemoteStopTransaction"

    status: RemoteStartStopStatus


class TriggerMessageRequest(Request, frozen=True, kw_only=True):
    """TriggerMessageRequest."""

    action: ClassVar[str] = "TriggerMessage"

    requested_message: MessageTrigger
    connector_id: int | None = None


class TriggerMessageResponse(Response, frozen=True, kw_only=True):
    """TriggerMessageResponse."""

    action: ClassVar[str] = "TriggerMessage"

    status: TriggerMessageStatus


class UnlockConnectorRequest(Request, frozen=True, kw_only=True):
    """UnlockConnectorRequest."""

    action: ClassVar[str] = "UnlockConnector"

    connector_id: int


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """UnlockConnectorResponse."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
