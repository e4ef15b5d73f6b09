"""display"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import NonNegative, OneOrMore, RequestId, TransactionId
from pluglot.messages.types import Component, MessageContent, StatusInfo


class ClearMessageStatus(StrEnum):
    """ClearMessageStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"
    REJECTED = "Rejected"


class DisplayMessageStatus(StrEnum):
    """DisplayMessageStatus."""

    ACCEPTED = "Accepted"
    NOT_SUPPORTED_MESSAGE_FORMAT = "NotSupportedMessageFormat"
    REJECTED = "Rejected"
    NOT_SUPPORTED_PRIORITY = "NotSupportedPriority"
    NOT_SUPPORTED_STATE = "NotSupportedState"
    UNKNOWN_TRANSACTION = "UnknownTransaction"
    LANGUAGE_NOT_SUPPORTED = "LanguageNotSupported"


class GetDisplayMessagesStatus(StrEnum):
    """GetDisplayMessagesStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class MessagePriority(StrEnum):
    """MessagePriority."""

    ALWAYS_FRONT = "AlwaysFront"
    IN_FRONT = "InFront"
    NORMAL_CYCLE = "NormalCycle"


class MessageState(StrEnum):
    """MessageState."""

    CHARGING = "Charging"
    FAULTED = "Faulted"
    IDLE = "Idle"
    UNAVAILABLE = "Unavailable"
    SUSPENDED = "Suspended"
    DISCHARGING = "Discharging"


class MessageInfo(DataType, frozen=True, kw_only=True):
    """MessageInfo."""

    id: NonNegative
    priority: MessagePriority
    message: MessageContent
    display: Component | None = None
    state: MessageState | None = None
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    transaction_id: TransactionId | None = None
    message_extra: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """ClearDisplayMessageRequest."""

    action: ClassVar[str] = "ClearDisplayMessage"

    id: NonNegative
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
    id: OneOrMore[NonNegative] | None = None
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


class NotifyDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """NotifyDisplayMessagesResponse."""

    action: ClassVar[str] = "NotifyDisplayMessages"

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
