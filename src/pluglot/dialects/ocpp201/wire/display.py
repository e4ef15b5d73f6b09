"""display"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import Component, MessageContent, StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.display import GetDisplayMessagesStatus, MessagePriority
from pluglot.messages.scalars import OneOrMore, RequestId, TransactionId


class ClearMessageStatus(StrEnum):
    """ClearMessageStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class DisplayMessageStatus(StrEnum):
    """DisplayMessageStatus."""

    ACCEPTED = "Accepted"
    NOT_SUPPORTED_MESSAGE_FORMAT = "NotSupportedMessageFormat"
    REJECTED = "Rejected"
    NOT_SUPPORTED_PRIORITY = "NotSupportedPriority"
    NOT_SUPPORTED_STATE = "NotSupportedState"
    UNKNOWN_TRANSACTION = "UnknownTransaction"


class MessageState(StrEnum):
    """MessageState."""

    CHARGING = "Charging"
    FAULTED = "Faulted"
    IDLE = "Idle"
    UNAVAILABLE = "Unavailable"


class MessageInfo(DataType, frozen=True, kw_only=True):
    """MessageInfo."""

    id: int
    priority: MessagePriority
    message: MessageContent
    display: Component | None = None
    state: MessageState | None = None
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class ClearDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """ClearDisplayMessageRequest."""

    action: ClassVar[str] = "ClearDisplayMessage"

    id: int
    custom_data: CustomData | None = None


class ClearDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """ClearDisplayMessageResponse."""

    action: ClassVar[str] = "ClearDisplayMessage"

    status: ClearMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """GetDisplayMessagesRequest."""

    action: ClassVar[str] = "GetDisplayMessages"

    request_id: RequestId
    id: OneOrMore[int] | None = None
    priority: MessagePriority | None = None
    state: MessageState | None = None
    custom_data: CustomData | None = None


class GetDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """GetDisplayMessagesResponse."""

    action: ClassVar[str] = "GetDisplayMessages"

    status: GetDisplayMessagesStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """NotifyDisplayMessagesRequest."""

    action: ClassVar[str] = "NotifyDisplayMessages"

    request_id: RequestId
    message_info: OneOrMore[MessageInfo] | None = None
    tbc: bool | None = None
    custom_data: CustomData | None = None


class SetDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """SetDisplayMessageRequest."""

    action: ClassVar[str] = "SetDisplayMessage"

    message: MessageInfo
    custom_data: CustomData | None = None


class SetDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """SetDisplayMessageResponse."""

    action: ClassVar[str] = "SetDisplayMessage"

    status: DisplayMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
