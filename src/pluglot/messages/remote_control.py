"""remote_control"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.authorization import IdToken
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import ConnectorId, EvseId, String50, TransactionId
from pluglot.messages.smart_charging.profiles import ChargingProfile
from pluglot.messages.types import EVSE, StatusInfo


class MessageTrigger(StrEnum):
    """MessageTrigger."""

    BOOT_NOTIFICATION = "BootNotification"
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    SIGN_CHARGING_STATION_CERTIFICATE = "SignChargingStationCertificate"
    SIGN_V2G_CERTIFICATE = "SignV2GCertificate"
    SIGN_V2G20_CERTIFICATE = "SignV2G20Certificate"
    STATUS_NOTIFICATION = "StatusNotification"
    TRANSACTION_EVENT = "TransactionEvent"
    SIGN_COMBINED_CERTIFICATE = "SignCombinedCertificate"
    PUBLISH_FIRMWARE_STATUS_NOTIFICATION = "PublishFirmwareStatusNotification"
    CUSTOM_TRIGGER = "CustomTrigger"


class RequestStartStopStatus(StrEnum):
    """RequestStartStopStatus."""

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
    ONGOING_AUTHORIZED_TRANSACTION = "OngoingAuthorizedTransaction"
    UNKNOWN_CONNECTOR = "UnknownConnector"


class RequestStartTransactionRequest(Request, frozen=True, kw_only=True):
    """RequestStartTransactionRequest."""

    action: ClassVar[str] = "RequestStartTransaction"

    id_token: IdToken
    remote_start_id: int
    evse_id: Annotated[int, Meta(ge=1)] | None = None
    group_id_token: IdToken | None = None
    charging_profile: ChargingProfile | None = None
    custom_data: CustomData | None = None


class RequestStartTransactionResponse(Response, frozen=True, kw_only=True):
    """RequestStartTransactionResponse."""

    action: ClassVar[str] = "RequestStartTransaction"

    status: RequestStartStopStatus
    status_info: StatusInfo | None = None
    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class RequestStopTransactionRequest(Request, frozen=True, kw_only=True):
    """RequestStopTransactionRequest."""

    action: ClassVar[str] = "RequestStopTransaction"

    transaction_id: TransactionId
    custom_data: CustomData | None = None


class RequestStopTransactionResponse(Response, frozen=True, kw_only=True):
    """RequestStopTransactionResponse."""

    action: ClassVar[str] = "RequestStopTransaction"

    status: RequestStartStopStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class TriggerMessageRequest(Request, frozen=True, kw_only=True):
    """TriggerMessageRequest."""

    action: ClassVar[str] = "TriggerMessage"

    requested_message: MessageTrigger
    evse: EVSE | None = None
    custom_trigger: String50 | None = None
    custom_data: CustomData | None = None


class TriggerMessageResponse(Response, frozen=True, kw_only=True):
    """TriggerMessageResponse."""

    action: ClassVar[str] = "TriggerMessage"

    status: TriggerMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UnlockConnectorRequest(Request, frozen=True, kw_only=True):
    """UnlockConnectorRequest."""

    action: ClassVar[str] = "UnlockConnector"

    evse_id: EvseId
    connector_id: ConnectorId
    custom_data: CustomData | None = None


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """UnlockConnectorResponse."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
