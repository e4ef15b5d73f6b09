"""Block O: messages on a station's display."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.types import Component, MessageContent
from pluglot.dialects.ocpp201.wire.display import ClearMessageStatus, DisplayMessageStatus, MessageState
from pluglot.messages.display import GetDisplayMessagesStatus, MessagePriority
from pluglot.messages.scalars import OneOrMore, RequestId, Timestamp, TransactionId, Until


class MessageInfo(DataType, frozen=True, kw_only=True):
    """A message for a display, and when and where to show it (O)."""

    id: int
    priority: MessagePriority
    message: MessageContent
    display: Component | None = None
    state: MessageState | None = None
    start_date_time: Timestamp | None = None
    end_date_time: Until | None = None
    transaction_id: TransactionId | None = None


class ClearDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes a message from a display (O05)."""

    action: ClassVar[str] = "ClearDisplayMessage"

    id: int


class ClearDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the message was removed (O05)."""

    action: ClassVar[str] = "ClearDisplayMessage"

    status: ClearMessageStatus


class GetDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which messages a station has for its display (O03)."""

    action: ClassVar[str] = "GetDisplayMessages"

    request_id: RequestId
    priority: MessagePriority | None = None
    state: MessageState | None = None
    id: OneOrMore[int] | None = None


class GetDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """Whether messages will follow in NotifyDisplayMessages (O03)."""

    action: ClassVar[str] = "GetDisplayMessages"

    status: GetDisplayMessagesStatus


class NotifyDisplayMessagesRequest(Request, frozen=True, kw_only=True):
    """One part of the messages a station has for its display (O03)."""

    action: ClassVar[str] = "NotifyDisplayMessages"

    message_info: OneOrMore[MessageInfo]
    request_id: RequestId
    #: To be continued: another part follows; false when absent.
    tbc: bool


class NotifyDisplayMessagesResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part (O03)."""

    action: ClassVar[str] = "NotifyDisplayMessages"


class SetDisplayMessageRequest(Request, frozen=True, kw_only=True):
    """The CSMS puts a message on a display (O01)."""

    action: ClassVar[str] = "SetDisplayMessage"

    message: MessageInfo


class SetDisplayMessageResponse(Response, frozen=True, kw_only=True):
    """Whether the message will be shown (O01)."""

    action: ClassVar[str] = "SetDisplayMessage"

    status: DisplayMessageStatus
