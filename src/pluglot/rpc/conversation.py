"""One side of an OCPP-J connection: who may speak, and what is still unanswered."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pluglot.messages import codec
from pluglot.messages.action import Action, Sender
from pluglot.messages.base import Request, Response, says_nothing
from pluglot.messages.codec import Leniency, PayloadViolation
from pluglot.messages.version import OcppVersion

from . import errors, frames
from .calls import OwnCalls, PendingCall
from .errors import MAX_DESCRIPTION, UNUSABLE_ID, ErrorCode
from .events import (
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
    ResultErrorReceived,
    SendReceived,
    StormDetected,
)
from .frames import Answering, Asking, Malformed, MessageType, Refusing, Unheard, WholeCall
from .guarding import MINUTE, AnsweredCalls, Budget
from .settings import ConversationSettings

MAX_WIRE_CODE: Final = 50

_COMMON: Final = frozenset({MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR})
_ASKED: Final = frozenset({MessageType.CALL, MessageType.SEND})
_DEFAULTS: Final = ConversationSettings()


class UnsayableRequest(ValueError):
    """The request is no valid message of this version in this direction, or is too large to send."""


class CallQueueFull(RuntimeError):
    """As many own CALLs wait as may wait; the caller tries again after an outcome."""


class ConversationClosed(RuntimeError):
    """The link is closed, or has to be closed because of a storm; nothing can be sent any more."""


class Conversation:
    """One side of an OCPP-J connection: who may speak, and what is still unanswered.

    Every received frame goes to ``receive``. After each call of a method, send what ``frames_to_send`` gives, in that
    order, act on ``events``, and call ``advance`` at ``next_deadline`` at the latest. After ``StormDetected`` close
    the link; when the link is closed, call ``close``.
    """

    __slots__ = (
        "_actions", "_answered", "_budget", "_calls", "_closed", "_counters", "_events", "_frames", "_id_factory",
        "_incoming", "_invalid", "_known", "_leniency", "_own", "_settings", "_theirs", "_version",
    )  # fmt: skip

    def __init__(
        self,
        version: OcppVersion,
        role: Sender,
        *,
        actions: Mapping[str, Action],
        id_factory: Callable[[], str],
        settings: ConversationSettings = _DEFAULTS,
    ) -> None:
        """Start a conversation on a new link.

        Args:
            version: the version both sides agreed on at the handshake.
            role: who we are, ``Sender.STATION`` or ``Sender.CSMS``.
            actions: the table of the version on the wire.
            id_factory: makes message ids; must never make one again for this identity (RPC-03).
            settings: time-outs and bounds.
        """
        if version.is_soap:
            raise ValueError("SOAP versions have no OCPP-J conversation")
        self._version, self._own = version, role
        self._theirs = Sender.CSMS if role is Sender.STATION else Sender.STATION
        self._actions, self._id_factory, self._settings = actions, id_factory, settings
        self._known = frozenset(MessageType) if version is OcppVersion.OCPP_2_1 else _COMMON
        self._leniency = Leniency(settings.lenient)
        self._frames: list[bytes] = []
        self._events: list[Event] = []
        self._calls = OwnCalls()
        self._incoming: dict[str, tuple[Action, datetime, bytes]] = {}
        self._answered = AnsweredCalls(settings.remembered_calls)
        self._budget = Budget(settings.messages_per_minute, settings.bytes_per_minute)
        self._invalid: deque[datetime] | None = None
        self._counters: Counter[str] = Counter()
        self._closed = False

    # --- the five calls of every core ------------------------------------------------------------------------

    def receive(self, frame: bytes | str, *, now: datetime) -> None:
        """Take in one message of the other side."""
        if self._closed:
            return
        if isinstance(frame, str):
            frame = frame.encode("utf-8", "surrogatepass")
        if self._incoming or self._calls.open is not None:
            self.advance(now=now)
        if len(frame) > self._settings.max_received_bytes:
            incoming = frames.beyond_limits(frame, "The message is too large.")
        elif called := frames.read_call(frame, self._actions):
            self._on_called(*called, frame, now)
            return
        else:
            incoming = frames.read(frame, self._known)
        _HANDLERS[type(incoming)](self, incoming, frame, now)

    def frames_to_send(self) -> list[bytes]:
        """Hand over what has to be sent, oldest first; each frame once."""
        out, self._frames = self._frames, []
        return out

    def events(self) -> list[Event]:
        """Hand over what has happened, oldest first; each event once."""
        out, self._events = self._events, []
        return out

    def next_deadline(self) -> datetime | None:
        """Say when ``advance`` has to be called at the latest."""
        own = self._calls.open.deadline if self._calls.open else None
        for _, deadline, _ in self._incoming.values():
            # Time-outs are equal, so the oldest CALL has the earliest deadline.
            return deadline if own is None else min(own, deadline)
        return own

    def advance(self, *, now: datetime) -> None:
        """Let time pass: end what has waited too long."""
        overdue = self._calls.take_overdue(now=now)
        if overdue is not None:
            self._events.append(CallTimedOut(*overdue.about(now)))
            self._send_next(now)
        while self._incoming:
            message_id, (action, deadline, frame) = next(iter(self._incoming.items()))
            if now < deadline:
                return
            del self._incoming[message_id]
            self._answered.add(message_id, frame)
            reply = self._write_error(message_id, ErrorCode.INTERNAL_ERROR, "The request took too long.", {})
            self._events.append(CallExpired(message_id, action.name, reply, now))

    # --- the verbs -------------------------------------------------------------------------------------------

    def call(self, request: Request, *, now: datetime, message_id: str | None = None) -> str:
        """Ask the other side; the outcome comes as an event with the id returned here.

        Args:
            request: a request of the version on the wire.
            now: the present time.
            message_id: the id of an earlier try of the same request that timed out, to try again under it (RPC-03).

        Raises:
            UnsayableRequest: the request cannot be sent in this version and direction.
            CallQueueFull: too many CALLs wait already.
            ConversationClosed: there is no link any more.
        """
        action = self._own_action(request)
        if not action.is_answered:
            raise UnsayableRequest(f"{action.name} is sent, not called")
        if len(self._calls) >= self._settings.max_queued_calls:
            raise CallQueueFull(f"{len(self._calls)} calls are waiting")
        if message_id is not None and message_id in self._calls:
            raise UnsayableRequest(f"the id {message_id} is in use")
        message_id, frame = self._write_request(MessageType.CALL, action, request, message_id)
        self._calls.add(PendingCall(message_id, action, request, frame))
        self.advance(now=now)
        self._send_next(now)
        return message_id

    def send(self, request: Request) -> str:
        """Tell the other side something that needs no answer (SEND, 2.1); it may overtake waiting CALLs (RPC-06).

        Raises:
            UnsayableRequest: the message cannot be sent in this version and direction.
            ConversationClosed: there is no link any more.
        """
        action = self._own_action(request)
        if action.is_answered or MessageType.SEND not in self._known:
            raise UnsayableRequest(f"{action.name} cannot be sent without an answer")
        message_id, frame = self._write_request(MessageType.SEND, action, request, None)
        self._frames.append(frame)
        return message_id

    def draft(self, message_id: str, response: Response) -> bytes | None:
        """Write the answer to an open CALL without sending it; None when ``answer`` would not send this response."""
        entry = self._incoming.get(message_id)
        if entry is None:
            return None
        try:
            return self._written_answer(message_id, entry[0], response)
        except (TypeError, ValueError):
            return None

    def answer(self, message_id: str, response: Response, draft: bytes | None = None) -> bytes | None:
        """Answer a CALL of the other side; return the frame, or None if the CALL is no longer open.

        ``draft`` is what ``draft`` gave for this response, so that it is not written twice.
        """
        entry = self._incoming.pop(message_id, None)
        if entry is None or self._closed:
            self._counters["answers too late"] += 1
            return None
        action, _, asked = entry
        self._answered.add(message_id, asked)
        try:
            frame = draft or self._written_answer(message_id, action, response)
        except (TypeError, ValueError) as mistake:
            reply = self._write_error(message_id, ErrorCode.INTERNAL_ERROR, "The request could not be answered.", {})
            self._events.append(AnswerReplaced(message_id, action.name, str(mistake), reply))
            return reply
        self._frames.append(frame)
        return frame

    def refuse(
        self, message_id: str, code: ErrorCode | str, description: str = "", details: Mapping[str, Any] | None = None
    ) -> bytes | None:
        """Refuse a CALL of the other side; return the frame, or None if the CALL is no longer open.

        The code is spelled for the version on the wire, however it is spelled here.
        """
        entry = self._incoming.pop(message_id, None)
        if entry is None or self._closed:
            self._counters["answers too late"] += 1
            return None
        self._answered.add(message_id, entry[2])
        return self._write_error(message_id, errors.understood(code), description, details or {})

    def refuse_result(
        self, message_id: str, code: ErrorCode | str, description: str = "", details: Mapping[str, Any] | None = None
    ) -> bytes:
        """Tell the other side that its answer to our CALL cannot be processed (CALLRESULTERROR, ERR-05).

        Raises:
            UnsayableRequest: this version has no such message.
            ConversationClosed: there is no link any more.
        """
        if MessageType.CALLRESULTERROR not in self._known:
            raise UnsayableRequest("only OCPP 2.1 can say that a result was wrong")
        self._ensure_open()
        code = errors.understood(code)
        return self._write_error(message_id, code, description, details or {}, MessageType.CALLRESULTERROR)

    def close(self, *, now: datetime) -> None:
        """Note that the link is gone; every own CALL without outcome is abandoned."""
        self._closed = True
        self._incoming.clear()
        self._frames.clear()
        self._events.extend(CallAbandoned(*call.about(now)) for call in self._calls.abandon())

    # --- what can be seen from outside -----------------------------------------------------------------------

    @property
    def version(self) -> OcppVersion:
        """The version on the wire."""
        return self._version

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be said any more."""
        return self._closed

    @property
    def open_call(self) -> str | None:
        """The id of the own CALL that was sent and has no outcome yet."""
        return self._calls.open.message_id if self._calls.open else None

    @property
    def queued_calls(self) -> int:
        """How many own CALLs wait to be sent."""
        return len(self._calls)

    @property
    def counters(self) -> Mapping[str, int]:
        """How often something was rejected, dropped or overlooked; by name, in words."""
        overlooked = {f"overlooked: {rule}": times for rule, times in self._leniency.used.items()}
        return {**self._counters, **overlooked}

    # --- asking ----------------------------------------------------------------------------------------------

    def _own_action(self, request: Request) -> Action:
        self._ensure_open()
        action = self._actions.get(type(request).action)
        if action is None or type(request) is not action.request or self._own not in action.sender:
            raise UnsayableRequest(f"{type(request).__name__} is not ours to send in OCPP {self._version}")
        return action

    def _ensure_open(self) -> None:
        if self._closed:
            raise ConversationClosed("the link is closed")

    def _write_request(
        self, message_type: MessageType, action: Action, request: Request, message_id: str | None
    ) -> tuple[str, bytes]:
        try:
            payload = codec.encode(request)
            if self._settings.check_sent:
                codec.verify(action.request, payload)
        except (TypeError, ValueError) as mistake:
            raise UnsayableRequest(f"{action.name}: {mistake}") from mistake
        message_id = message_id or self._id_factory()
        frame = frames.asking(message_type, message_id, action.name, payload)
        if len(frame) > self._settings.max_sent_bytes or not 1 <= len(message_id) <= frames.MAX_ID:
            raise UnsayableRequest(f"{action.name}: a message of {len(frame)} bytes, or its id, is too long")
        return message_id, frame

    def _send_next(self, now: datetime) -> None:
        frame = self._calls.start_next(now=now, deadline=now + self._settings.call_timeout)
        if frame is not None:
            self._frames.append(frame)

    # --- being answered --------------------------------------------------------------------------------------

    def _on_answering(self, incoming: Answering, frame: bytes, now: datetime) -> None:
        own = self._calls.awaiting(incoming.message_id)
        if own is None:
            self._drop(incoming.message_id, frame, now)
            return
        payload = bytes(incoming.payload)
        response_type = own.action.response
        assert response_type is not None  # noqa: S101 - only actions with a response are called
        try:
            response = codec.decode(response_type, payload, self._leniency)
        except PayloadViolation as violation:
            code = errors.for_payload(violation.kind, self._version)
            self._on_misanswer(own, code, violation.detail, violation, frame, now)
            return
        self._calls.conclude(own)
        self._events.append(CallAnswered(*own.about(now), response, payload, frame))
        self._send_next(now)

    def _on_refusing(self, incoming: Refusing, frame: bytes, now: datetime) -> None:
        about = errors.understood(incoming.code), incoming.code[:MAX_WIRE_CODE], incoming.description[:MAX_DESCRIPTION]
        if incoming.message_type == MessageType.CALLRESULTERROR:
            self._counters["result errors"] += 1
            self._events.append(ResultErrorReceived(incoming.message_id, *about, incoming.details, frame, now))
            return
        own = self._calls.awaiting(incoming.message_id)
        if own is None:
            self._drop(incoming.message_id, frame, now)
            return
        self._calls.conclude(own)
        self._events.append(CallRefused(*own.about(now), *about, incoming.details, frame))
        self._send_next(now)

    def _on_misanswer(
        self,
        own: PendingCall,
        code: ErrorCode,
        detail: str,
        violation: PayloadViolation | None,
        frame: bytes,
        now: datetime,
    ) -> None:
        reply = None
        if MessageType.CALLRESULTERROR in self._known:
            details = _where(violation)
            reply = self._write_error(own.message_id, code, detail, details, MessageType.CALLRESULTERROR)
        self._calls.conclude(own)
        self._events.append(CallMisanswered(*own.about(now), code, violation, detail, frame, reply))
        self._count_invalid("misanswered calls", now)
        self._send_next(now)

    def _drop(self, message_id: str, frame: bytes, now: datetime) -> None:
        reason = self._calls.drop_reason(message_id)
        self._events.append(AnswerDropped(reason, message_id, frame, now))
        self._counters[f"{reason} answers"] += 1
        if reason is DropReason.UNKNOWN:
            self._count_invalid("invalid messages", now)

    def _written_answer(self, message_id: str, action: Action, response: Response) -> bytes:
        if type(response) is not action.response:
            raise TypeError(f"{action.name} is not answered with {type(response).__name__}")
        if says_nothing(response):
            return frames.answering(message_id, b"{}")
        frame = frames.answer(message_id, response)
        if self._settings.check_sent and not frames.is_answer(type(response), frame):
            codec.verify(type(response), codec.encode(response))  # says what is wrong with it
        if len(frame) > self._settings.max_sent_bytes:
            raise ValueError(f"an answer of {len(frame)} bytes is too large")
        return frame

    # --- being asked -----------------------------------------------------------------------------------------

    def _on_called(self, action: Action, call: WholeCall[Request], payload: bytes, frame: bytes, now: datetime) -> None:
        message_id = call.message_id
        if self._is_welcome(message_id, action, frame, now, is_call=True):
            self._incoming[message_id] = action, now + self._settings.answer_timeout, frame
            self._events.append(CallReceived(message_id, action.name, call.payload, frame, now, payload))

    def _on_asking(self, incoming: Asking, frame: bytes, now: datetime) -> None:
        is_call = incoming.message_type == MessageType.CALL
        action = self._actions.get(incoming.action)
        if not self._is_welcome(incoming.message_id, action, frame, now, is_call=is_call):
            return
        assert action is not None  # noqa: S101 - an unknown action was refused
        payload = bytes(incoming.payload)
        try:
            request = codec.decode(action.request, payload, self._leniency)
        except PayloadViolation as violation:
            code = errors.for_payload(violation.kind, self._version)
            self._reject(
                code, violation.detail, frame, now,
                message_id=incoming.message_id, action=action.name, violation=violation, reply=is_call,
            )  # fmt: skip
            return
        if is_call:
            self._incoming[incoming.message_id] = action, now + self._settings.answer_timeout, frame
            self._events.append(CallReceived(incoming.message_id, action.name, request, frame, now))
        else:
            self._events.append(SendReceived(incoming.message_id, action.name, request, frame, now))

    def _is_welcome(
        self, message_id: str, action: Action | None, frame: bytes, now: datetime, *, is_call: bool
    ) -> bool:
        """Say whether a request may be made at all, before its payload counts; if not, it has been refused."""
        if self._budget.covers(len(frame), now):
            refusal = self._refusal_of(action, is_call=is_call)
        else:
            # HRD-06: refused, and counted as invalid, so that whoever does not slow down loses the link.
            refusal = ErrorCode.GENERIC_ERROR, "Too many messages or bytes within a minute."
        if refusal is not None:
            code, detail = refusal
            known = action.name if action else None
            self._reject(code, detail, frame, now, message_id=message_id, action=known, reply=is_call)
            return False
        return not is_call or action is None or self._may_open(message_id, action, frame, now)

    def _refusal_of(self, action: Action | None, *, is_call: bool) -> tuple[ErrorCode, str] | None:
        """Say why an action cannot be asked for, or None if it can."""
        if action is None:
            return ErrorCode.NOT_IMPLEMENTED, "The action is not known."
        if action.sender is not self._theirs and action.sender is not Sender.BOTH:
            return ErrorCode.NOT_SUPPORTED, "The action is not for this side to carry out."
        if (action.response is not None) is not is_call:
            return ErrorCode.NOT_SUPPORTED, "The action does not go with this type of message."
        supported = self._settings.supported_actions
        if supported is not None and action.name not in supported:
            return ErrorCode.NOT_SUPPORTED, "The action is not supported here."
        return None

    def _may_open(self, message_id: str, action: Action, frame: bytes, now: datetime) -> bool:
        again = self._incoming.get(message_id)
        if message_id in self._answered:
            if not self._answered.is_repeated(message_id, frame):
                # HRD-05: an id stands for one message; the answer to the first cannot be mistaken any more.
                self._reject(
                    ErrorCode.SECURITY_ERROR, "The message id stood for another message.", frame, now,
                    message_id=message_id, action=action.name, reply=True,
                )  # fmt: skip
                return False
            self._counters["repeated calls"] += 1
        if again is None and len(self._incoming) < self._settings.max_open_calls:
            return True
        if again is not None and again[2] == frame:
            # The same message once more: its answer is on the way.
            self._counters["repeated calls"] += 1
        elif again is not None:
            # An error to this CALL would be taken for the answer to the first.
            self._reject(
                None, "The message id is already in use.", frame, now,
                message_id=message_id, action=action.name, reply=False,
            )  # fmt: skip
        else:
            self._reject(
                ErrorCode.GENERIC_ERROR, "Too many requests are waiting for an answer.", frame, now,
                message_id=message_id, action=action.name, reply=True,
            )  # fmt: skip
        return False

    def _on_malformed(self, incoming: Malformed, frame: bytes, now: datetime) -> None:
        code = errors.for_frame(self._version)
        if incoming.beyond_limits and incoming.message_id is not None:
            code = ErrorCode.FORMAT_VIOLATION
        own = self._calls.awaiting(incoming.message_id or "")
        if own is not None and incoming.message_type is MessageType.CALLRESULT:
            self._on_misanswer(own, code, incoming.detail, None, frame, now)
            return
        # RPC-06, ERR-05: only what may be a CALL is answered.
        reply = incoming.message_type in {None, MessageType.CALL}
        self._reject(code, incoming.detail, frame, now, message_id=incoming.message_id, reply=reply)

    def _on_unheard(self, _: Unheard, frame: bytes, now: datetime) -> None:
        self._reject(None, "The message is of an unknown type.", frame, now, reply=False)

    # --- refusing --------------------------------------------------------------------------------------------

    def _reject(
        self,
        code: ErrorCode | None,
        detail: str,
        frame: bytes,
        now: datetime,
        *,
        reply: bool,
        message_id: str | None = None,
        action: str | None = None,
        violation: PayloadViolation | None = None,
    ) -> None:
        sent = None
        if reply and code is not None:
            sent = self._write_error(message_id or UNUSABLE_ID, code, detail, _where(violation))
        self._events.append(FrameRejected(code, detail, message_id, action, violation, frame, sent, now))
        self._count_invalid("invalid messages", now)

    def _write_error(
        self,
        message_id: str,
        code: ErrorCode,
        description: str,
        details: Mapping[str, Any],
        message_type: MessageType = MessageType.CALLERROR,
    ) -> bytes:
        """ERR-03: this must not fail, whatever our own side or the other one came up with."""
        wire_code = errors.spelled(code, self._version)
        text = description.encode("utf-8", "replace").decode()[:MAX_DESCRIPTION]
        try:
            frame = frames.refusing(message_type, message_id, wire_code, text, dict(details))
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            frame = frames.refusing(message_type, message_id, wire_code, text, {})
        if len(frame) > self._settings.max_sent_bytes:
            frame = frames.refusing(message_type, message_id, wire_code, text, {})
        self._frames.append(frame)
        return frame

    def _count_invalid(self, what: str, now: datetime) -> None:
        """ERR-06: one event for a storm, and silence after it."""
        self._counters[what] += 1
        if self._invalid is None:
            self._invalid = deque(maxlen=self._settings.max_invalid_per_minute + 1)
        self._invalid.append(now)
        if len(self._invalid) == self._invalid.maxlen and now - self._invalid[0] < MINUTE:
            invalid = len(self._invalid)
            self.close(now=now)
            self._events.append(StormDetected(invalid, now))


def _where(violation: PayloadViolation | None) -> dict[str, str]:
    return {"path": violation.path} if violation is not None and violation.path else {}


_HANDLERS: Final[dict[type, Callable[[Conversation, Any, bytes, datetime], None]]] = {
    Answering: Conversation._on_answering,  # noqa: SLF001 - the table of this class
    Asking: Conversation._on_asking,  # noqa: SLF001 - as above
    Malformed: Conversation._on_malformed,  # noqa: SLF001 - as above
    Refusing: Conversation._on_refusing,  # noqa: SLF001 - as above
    Unheard: Conversation._on_unheard,  # noqa: SLF001 - as above
}
