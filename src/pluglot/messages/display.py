"""Block O: messages on a station's display."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import NonNegative, OneOrMore, RequestId, Timestamp, TransactionId, Until
from pluglot.messages.types import Component, MessageContent, StatusInfo


class ClearMessageStatus(StrEnum):
    """Whether a message was removed (O)."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"
    REJECTED = "Rejected"


class DisplayMessageStatus(StrEnum):
    """Whether a message will be shown (O)."""

    ACCEPTED = "Accepted"
    NOT_SUPPORTED_MESSAGE_FORMAT = "NotSupportedMessageFormat"
    REJECTED = "Rejected"
    NOT_SUPPORTED_PRIORITY = "NotSupportedPriority"
    NOT_SUPPORTED_STATE = "NotSupportedState"
    UNKNOWN_TRANSACTION = "UnknownTransaction"
    LANGUAGE_NOT_SUPPORTED = "LanguageNotSupported"


class GetDisplayMessagesStatus(StrEnum):
    """Whether there are messages to report (O)."""

    ACCEPTED = "Accepted"
    UNKNOWN = "Unknown"


class MessagePriority(StrEnum):
    """How much a message insists on being seen (O)."""

    ALWAYS_FRONT = "AlwaysFront"
    IN_FRONT = "InFront"
    NORMAL_CYCLE = "NormalCycle"


class MessageState(StrEnum):
    """In which state of the station a message is shown (O)."""

    CHARGING = "Charging"
    FAULTED = "Faulted"
    IDLE = "Idle"
    UNAVAILABLE = "Unavailable"
    SUSPENDED = "Suspended"
    DISCHARGING = "Discharging"


class MessageInfo(DataType, frozen=True, kw_only=True):
    """A message for a display, and when and where to show it (O)."""

    id: NonNegative
    priority: MessagePriority
    message: MessageContent
    display: Component | None = None
    state: MessageState | None = None
    start_date_time: Timestamp | None = None
    end_date_time: Until | None = None
    transaction_id: TransactionId | None = None
    message_extra: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class ClearDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes a message from a display (O05)."""

    action: ClassVar[str] = "ClearDisplayMessage"

    id: NonNegative
    custom_data: CustomData | None = None


class ClearDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the message was removed (O05)."""

    action: ClassVar[str] = "ClearDisplayMessage"

    status: ClearMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which messages a station has for its display (O03)."""

    action: ClassVar[str] = "GetDisplayMessages"

    request_id: RequestId
    id: OneOrMore[NonNegative] | None = None
    priority: MessagePriority | None = None
    state: MessageState | None = None
    custom_data: CustomData | None = None


class GetDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """Whether messages will follow in NotifyDisplayMessages (O03)."""

    action: ClassVar[str] = "GetDisplayMessages"

    status: GetDisplayMessagesStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """One part of the messages a station has for its display (O03)."""

    action: ClassVar[str] = "NotifyDisplayMessages"

    request_id: RequestId
    message_info: OneOrMore[MessageInfo] | None = None
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part (O03)."""

    action: ClassVar[str] = "NotifyDisplayMessages"

    custom_data: CustomData | None = None


class SetDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS puts a message on a display (O01)."""

    action: ClassVar[str] = "SetDisplayMessage"

    message: MessageInfo
    custom_data: CustomData | None = None


class SetDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the message will be shown (O01)."""

    action: ClassVar[str] = "SetDisplayMessage"

    status: DisplayMessageStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
