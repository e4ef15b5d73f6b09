"""remote_control"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.authorization import IdToken
from pluglot.dialects.ocpp201.wire.smart_charging.profiles import ChargingProfile
from pluglot.dialects.ocpp201.wire.types import EVSE, StatusInfo
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.remote_control import RequestStartStopStatus, TriggerMessageStatus, UnlockStatus
from pluglot.messages.scalars import TransactionId


class MessageTrigger(StrEnum):
    """MessageTrigger."""

    BOOT_NOTIFICATION = "BootNotification"
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER_VALUES = "MeterValues"
    SIGN_CHARGING_STATION_CERTIFICATE = "SignChargingStationCertificate"
    SIGN_V2G_CERTIFICATE = "SignV2GCertificate"
    STATUS_NOTIFICATION = "StatusNotification"
    TRANSACTION_EVENT = "TransactionEvent"
    SIGN_COMBINED_CERTIFICATE = "SignCombinedCertificate"
    PUBLISH_FIRMWARE_STATUS_NOTIFICATION = "PublishFirmwareStatusNotification"


class RequestStartTransactionRequest(Request, frozen=True, kw_only=True):
    """RequestStartTransactionRequest."""

    action: ClassVar[str] = "RequestStartTransaction"

    id_token: IdToken
    remote_start_id: int
    evse_id: int | None = None
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

    evse_id: int
    connector_id: int
    custom_data: CustomData | None = None


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """UnlockConnectorResponse."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
