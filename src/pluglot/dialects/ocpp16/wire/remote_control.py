"""Block F: starting, stopping, unlocking and asking for messages from afar."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp16.wire.smart_charging import ChargingProfile
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20


class ExtendedMessageTrigger(StrEnum):
    """Which message is to be sent, with those of the security extension."""

    BOOT_NOTIFICATION = "BootNotification"
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    SIGN_CHARGE_POINT_CERTIFICATE = "SignChargePointCertificate"
    STATUS_NOTIFICATION = "StatusNotification"


class MessageTrigger(StrEnum):
    """Which message is to be sent."""

    BOOT_NOTIFICATION = "BootNotification"
    DIAGNOSTICS_STATUS_NOTIFICATION = "DiagnosticsStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    STATUS_NOTIFICATION = "StatusNotification"


class RemoteStartStopStatus(StrEnum):
    """Whether a remote start or stop is accepted."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class TriggerMessageStatus(StrEnum):
    """Whether a message will be sent on request."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_IMPLEMENTED = "NotImplemented"


class UnlockStatus(StrEnum):
    """What became of unlocking a connector."""

    UNLOCKED = "Unlocked"
    UNLOCK_FAILED = "UnlockFailed"
    NOT_SUPPORTED = "NotSupported"


class ExtendedTriggerMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to send a certain message now, with those of the security extension (security F06)."""

    action: ClassVar[str] = "ExtendedTriggerMessage"

    requested_message: ExtendedMessageTrigger
    connector_id: int | None = None


class ExtendedTriggerMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the station will send the message (security F06)."""

    action: ClassVar[str] = "ExtendedTriggerMessage"

    status: TriggerMessageStatus


class RemoteStartTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to start a transaction for a tag (5.11)."""

    action: ClassVar[str] = "RemoteStartTransaction"

    id_tag: String20
    connector_id: int | None = None
    charging_profile: ChargingProfile | None = None


class RemoteStartTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will try to start (5.11)."""

    action: ClassVar[str] = "RemoteStartTransaction"

    status: RemoteStartStopStatus


class RemoteStopTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to stop a transaction (5.12)."""

    action: ClassVar[str] = "RemoteStopTransaction"

    transaction_id: int


class RemoteStopTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will stop (5.12)."""

    action: ClassVar[str] = "RemoteStopTransaction"

    status: RemoteStartStopStatus


class TriggerMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to send a certain message now (5.17)."""

    action: ClassVar[str] = "TriggerMessage"

    requested_message: MessageTrigger
    connector_id: int | None = None


class TriggerMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the station will send the message (5.17)."""

    action: ClassVar[str] = "TriggerMessage"

    status: TriggerMessageStatus


class UnlockConnectorRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to let go of a cable (5.18)."""

    action: ClassVar[str] = "UnlockConnector"

    #: Never 0.
    connector_id: int


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """Whether the cable was let go (5.18)."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
