"""Block F: starting, stopping, unlocking and asking for messages from afar."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.authorization import IdToken
from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import ChargingProfile
from pluglot.dialects.ocpp20.wire.types import EVSE
from pluglot.messages.remote_control import RequestStartStopStatus, TriggerMessageStatus
from pluglot.messages.scalars import TransactionId


class MessageTrigger(StrEnum):
    """Which message is to be sent (F)."""

    BOOT_NOTIFICATION = "BootNotification"
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    SIGN_CHARGING_STATION_CERTIFICATE = "SignChargingStationCertificate"
    SIGN_V2G_CERTIFICATE = "SignV2GCertificate"
    STATUS_NOTIFICATION = "StatusNotification"
    TRANSACTION_EVENT = "TransactionEvent"


class UnlockStatus(StrEnum):
    """What became of unlocking a connector (F)."""

    UNLOCKED = "Unlocked"
    UNLOCK_FAILED = "UnlockFailed"


class RequestStartTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to start a transaction (F01)."""

    action: ClassVar[str] = "RequestStartTransaction"

    id_token: IdToken
    remote_start_id: int
    evse_id: int | None = None
    charging_profile: ChargingProfile | None = None


class RequestStartTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will start, and the transaction that runs already (F01)."""

    action: ClassVar[str] = "RequestStartTransaction"

    status: RequestStartStopStatus
    transaction_id: TransactionId | None = None


class RequestStopTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to stop a transaction (F03)."""

    action: ClassVar[str] = "RequestStopTransaction"

    transaction_id: TransactionId


class RequestStopTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will stop (F03)."""

    action: ClassVar[str] = "RequestStopTransaction"

    status: RequestStartStopStatus


class TriggerMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to send a certain message now (F06)."""

    action: ClassVar[str] = "TriggerMessage"

    requested_message: MessageTrigger
    evse: EVSE | None = None


class TriggerMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the station will send the message (F06)."""

    action: ClassVar[str] = "TriggerMessage"

    status: TriggerMessageStatus


class UnlockConnectorRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to let go of a cable (F05)."""

    action: ClassVar[str] = "UnlockConnector"

    evse_id: int
    connector_id: int


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """Whether the cable was let go (F05)."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
