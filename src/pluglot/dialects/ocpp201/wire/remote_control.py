"""Block F: starting, stopping, unlocking and asking for messages from afar."""

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
    SIGN_COMBINED_CERTIFICATE = "SignCombinedCertificate"
    PUBLISH_FIRMWARE_STATUS_NOTIFICATION = "PublishFirmwareStatusNotification"


class RequestStartTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to start a transaction (F01)."""

    action: ClassVar[str] = "RequestStartTransaction"

    id_token: IdToken
    remote_start_id: int
    evse_id: int | None = None
    group_id_token: IdToken | None = None
    charging_profile: ChargingProfile | None = None
    custom_data: CustomData | None = None


class RequestStartTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will start, and the transaction that runs already (F01)."""

    action: ClassVar[str] = "RequestStartTransaction"

    status: RequestStartStopStatus
    status_info: StatusInfo | None = None
    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class RequestStopTransactionResponse(Response, frozen=True, kw_only=True):
    """Whether the station will stop (F03)."""

    action: ClassVar[str] = "RequestStopTransaction"

    status: RequestStartStopStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class TriggerMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to send a certain message now (F06)."""

    action: ClassVar[str] = "TriggerMessage"

    requested_message: MessageTrigger
    evse: EVSE | None = None
    custom_data: CustomData | None = None


class TriggerMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the station will send the message (F06)."""

    action: ClassVar[str] = "TriggerMessage"

    status: TriggerMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class UnlockConnectorRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to let go of a cable (F05)."""

    action: ClassVar[str] = "UnlockConnector"

    evse_id: int
    connector_id: int
    custom_data: CustomData | None = None


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """Whether the cable was let go (F05)."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
