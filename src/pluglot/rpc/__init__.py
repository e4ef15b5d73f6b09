"""The OCPP-J conversation of 1.6, 2.0, 2.0.1 and 2.1: frames, message ids, one open call a side, errors and time-outs.

Words only: no input or output, no clock; this room may use messages, and takes the tables of a version as arguments.
"""

from pluglot.rpc.conversation import CallQueueFull, Conversation, ConversationClosed, UnsayableRequest
from pluglot.rpc.errors import UNUSABLE_ID, ErrorCode, spelled, understood
from pluglot.rpc.events import (
    AnswerDropped,
    AnswerReplaced,
    CallAbandoned,
    CallAnswered,
    CallExpired,
    CallMisanswered,
    CallReceived,
    CallRefused,
    CallTimedOut,
    DropReason,
    Event,
    FrameRejected,
    Outcome,
    ResultErrorReceived,
    SendReceived,
    StormDetected,
)
from pluglot.rpc.frames import MessageType
from pluglot.rpc.identifiers import MessageIds
from pluglot.rpc.pair import ConversationPair
from pluglot.rpc.settings import ConversationSettings

__all__ = [
    "UNUSABLE_ID",
    "AnswerDropped",
    "AnswerReplaced",
    "CallAbandoned",
    "CallAnswered",
    "CallExpired",
    "CallMisanswered",
    "CallQueueFull",
    "CallReceived",
    "CallRefused",
    "CallTimedOut",
    "Conversation",
    "ConversationClosed",
    "ConversationPair",
    "ConversationSettings",
    "DropReason",
    "ErrorCode",
    "Event",
    "FrameRejected",
    "MessageIds",
    "MessageType",
    "Outcome",
    "ResultErrorReceived",
    "SendReceived",
    "StormDetected",
    "UnsayableRequest",
    "spelled",
    "understood",
]
