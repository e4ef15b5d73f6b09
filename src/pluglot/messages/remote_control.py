"""Block F: starting, stopping, unlocking and asking for messages from afar."""

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
    """Which message is to be sent (F)."""

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
    """Whether a remote start or stop is accepted (F)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class TriggerMessageStatus(StrEnum):
    """Whether a message will be sent on request (F)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_IMPLEMENTED = "NotImplemented"


class UnlockStatus(StrEnum):
    """What became of unlocking a connector (F)."""

    UNLOCKED = "Unlocked"
    UNLOCK_FAILED = "UnlockFailed"
    ONGOING_AUTHORIZED_TRANSACTION = "OngoingAuthorizedTransaction"
    UNKNOWN_CONNECTOR = "UnknownConnector"


class RequestStartTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to start a transaction (F01)."""

    action: ClassVar[str] = "RequestStartTransaction"

    id_token: IdToken
    remote_start_id: int
    evse_id: Annotated[int, Meta(ge=1)] | None = None
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


class RequestStopTransactionRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to stop a transaction (F03)."""

    action: ClassVar[str] = "RequestStopTransaction"

    transaction_id: TransactionId
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
    custom_trigger: String50 | None = None
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

    evse_id: EvseId
    connector_id: ConnectorId
    custom_data: CustomData | None = None


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """Whether the cable was let go (F05)."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
