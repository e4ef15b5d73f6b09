"""A station's session in the management system: its conversation, its dialect, the decisions and the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from pluglot.app.base import Carrier, Speaker
from pluglot.app.clock import utc_now
from pluglot.app.events import event_now
from pluglot.app.exchange import CallNotSent, Mishap
from pluglot.app.outcomes import NOT_SENT, as_call_outcome, as_refusal, as_unknown_outcome
from pluglot.app.passwords import StationPasswords, Taken, TooManyOpen
from pluglot.csms.facts import (
    DialectMemorySaved,
    EventOccurred,
    Fact,
    MessageExchanged,
    StationConnected,
    StationDisconnected,
    StationHeard,
)
from pluglot.csms.records import MessageRecord
from pluglot.csms.secrecy import for_the_log, without
from pluglot.dialects import credential_rules
from pluglot.dialects.base import Half, Refusal, Translation, carry_out, until_answered
from pluglot.dialects.credentials import is_taken
from pluglot.dialects.losses import Loss
from pluglot.messages import BootNotificationRequest, codec
from pluglot.messages.triggers import asked_for
from pluglot.rpc import (
    AnswerDropped,
    CallAbandoned,
    CallAnswered,
    CallMisanswered,
    CallReceived,
    CallTimedOut,
    ErrorCode,
    FrameRejected,
    Outcome,
    SendReceived,
    StormDetected,
    UnsayableRequest,
    frames,
)
from pluglot.store.base import FactsRefused, StoreUnavailable
from pluglot.transport import TooBusy
from pluglot.web.base import CallOutcome

#: RFC 6455, 7.4.1: we met a condition that keeps us from serving this link.
INTERNAL_ERROR: Final = 1011
BROKEN: Final = Refusal("InternalError", "The request could not be processed.")
#: Frames are kept in the message log up to this many characters.
LOGGED_FRAME: Final = 20_000
#: When a station was last heard is told as exactly as this, so that one that says much is not told of with each word.
HEARD_EVERY: Final = timedelta(seconds=1)
NO_TIME: Final = timedelta(0)


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What every session shares."""

    csms: Any
    #: Makes facts durable, then lets everybody know; raises StoreUnavailable.
    publish: Callable[[Sequence[Fact]], Awaitable[None]]
    bus: Any
    telemetry: Any
    #: Gives the id that an exchange will have in the message log.
    reserve_message_id: Callable[[], int]
    #: Told of passwords that stations are given; None where none are checked.
    passwords: StationPasswords | None = None


class _Calling:
    """One operator's call on its way through the dialect."""

    __slots__ = ("asked", "heard", "losses", "message_log_id", "request", "response", "silence")

    def __init__(self, request: Any) -> None:
        self.request = request
        self.response: Any = None
        self.losses: list[Loss] = []
        #: Whether anything was put on the wire.
        self.asked = False
        #: Whether anything was answered to that, and how the last of it ended that was not.
        self.heard = False
        self.silence: Refusal | None = None
        #: Where the message log shows the last exchange.
        self.message_log_id: int | None = None

    def note(self, answer: Any) -> None:
        """Keep whether a message of this call was answered."""
        if isinstance(answer, Refusal) and answer.silent:
            self.silence = answer
        else:
            self.heard = True

    @property
    def outcome(self) -> Any:
        """What the dialect made of it; where no message was answered at all, nothing could be made of it."""
        return self.response if self.heard or self.silence is None else self.silence


class _Serving:
    """What came together while one call of the station was served."""

    __slots__ = ("facts", "house_request", "house_response", "is_answer_verbatim", "losses", "verbatim")

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.losses: list[Loss] = []
        self.house_request: Any = None
        self.house_response: Any = None
        #: A request to the house that says what the station said, word for word.
        self.verbatim: Any = None
        #: Whether the answer was not changed on its way back; not known of every answer.
        self.is_answer_verbatim = False


class Session:
    """Serves one station on one link until the link closes.

    The order is always: decide, commit the facts together with the message log and the dialect's memory, then answer
    (design 4.1). When a commit fails the station is refused and the link closed, so that memory that was not saved
    is not used either: the station comes back and sends again.
    """

    def __init__(self, link: Speaker, half: Half, house: House, exchange: Callable[[Session], Carrier]) -> None:
        self._link = link
        self._half = half
        self._house = house
        self._identity = link.identity
        self._version = link.version.value
        self._exchange = exchange(self)
        self._log = house.telemetry.logger(link.identity)
        self._saved_revision = half.revision
        self._credential_rules = credential_rules(link.version)
        #: One new password at a time.
        self._password_turn = asyncio.Lock()
        self._heard_at = datetime.min.replace(tzinfo=UTC)
        self._asked_for: set[str] = set()
        #: What time alone brought about and what follows answers, beside the calls of the station.
        self._unasked: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the link closes; tells the house when the station came and went."""
        now = utc_now()
        self._half.connected(now=now)
        await self._publish(
            [
                StationConnected(
                    at=now,
                    station_id=self._identity,
                    ocpp_version=self._version,
                    epoch=self._link.epoch,
                    remote_address=self._link.remote_address,
                )
            ]
        )
        stop_serving_calls = self._house.bus.serve_calls(self._identity, self._link.epoch, self.call)
        try:
            await self._exchange.run()
        finally:
            stop_serving_calls()
            for task in self._unasked:
                task.cancel()
            await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        gone = StationDisconnected(
            at=utc_now(), station_id=self._identity, epoch=self._link.epoch, reason=self._link.close_reason
        )
        try:
            await self._publish([gone])
        except StoreUnavailable as error:
            self._log.error("the store did not take that the station left", reason=str(error))

    async def _publish(self, facts: Sequence[Fact]) -> None:
        """Make facts durable together with what the dialect must not forget."""
        revision = self._half.revision
        if revision == self._saved_revision:
            await self._house.publish(facts)
            return
        memory = DialectMemorySaved(
            at=utc_now(), station_id=self._identity, ocpp_version=self._version, snapshot=self._half.snapshot()
        )
        await self._house.publish([*facts, memory])
        self._saved_revision = max(self._saved_revision, revision)

    # --- what the station asks -------------------------------------------------------------------------------

    async def serve(self, received: CallReceived | SendReceived) -> None:
        """Carry out one call or send of the station."""
        try:
            await self._serve(received)
        except StoreUnavailable as error:
            self._log.error("the store is unavailable", action=received.action, reason=str(error))
            await self._refuse_and_leave(received, "the store is unavailable")
        except FactsRefused as error:
            self._log.error("the store refused what a message says", action=received.action, reason=str(error))
            await self._refuse(received)
            if not self._half.identity_translation:
                await self._exchange.close(INTERNAL_ERROR, "the dialect begins anew")
        except Exception:  # noqa: BLE001 - whatever a station provokes, the others must not notice
            self._log.exception("serving failed", action=received.action)
            await self._refuse_and_leave(received, "serving failed")

    async def _refuse_and_leave(self, received: CallReceived | SendReceived, reason: str) -> None:
        await self._refuse(received)
        await self._exchange.close(INTERNAL_ERROR, reason)

    async def _refuse(self, received: CallReceived | SendReceived) -> None:
        if isinstance(received, CallReceived):
            await self._exchange.answer(received.message_id, BROKEN)

    async def _serve(self, received: CallReceived | SendReceived) -> None:
        serving = _Serving()

        if self._half.identity_translation:
            await self._answer(received, serving, await self._ask_house(serving, received.request))
            return
        if isinstance(received, CallReceived) and received.payload:
            same = self._half.verbatim(received.request, received.payload)
            if same is not None:
                await self._serve_verbatim(received, serving, same)
                return
        translation = self._half.inward(received.request, now=received.at)
        response, remains = await until_answered(
            translation,
            ask_house=lambda request: self._ask_house(serving, request),
            ask_peer=self._ask_peer,
            lost=serving.losses.extend,
            pause=_paused,
        )
        await self._answer(received, serving, response)
        if remains:
            self._begin_unasked(translation)

    async def _serve_verbatim(self, received: CallReceived, serving: _Serving, same: Any) -> None:
        """Put the same JSON to the house, and bring its answer back."""
        serving.verbatim = same
        answer = await self._ask_house(serving, same)
        response, losses, serving.is_answer_verbatim = self._half.answered(same.action, answer)
        serving.losses.extend(losses)
        await self._answer(received, serving, response)

    async def _ask_house(self, serving: _Serving, request: Any) -> Any:
        if serving.facts:
            # A second question of one message must see what the first one changed.
            facts, serving.facts = serving.facts, []
            await self._publish(facts)
        decision = await self._house.csms.handle(
            self._identity,
            request,
            now=utc_now(),
            ocpp_version=self._version,
            asked_for=request.action in self._asked_for,
        )
        if isinstance(request, BootNotificationRequest):
            self._asked_for.clear()
        serving.facts.extend(decision.facts)
        if serving.house_request is None:
            serving.house_request, serving.house_response = request, decision.response
        return decision.response

    async def _ask_peer(self, request: Any, calling: _Calling | None = None) -> Any:
        outcome = await self._call_wire(request, calling)
        answer = outcome.response if isinstance(outcome, CallAnswered) else as_refusal(outcome)
        if calling is not None:
            calling.note(answer)
        return answer

    async def _answer(self, received: CallReceived | SendReceived, serving: _Serving, response: Any) -> None:
        """Commit everything this message caused, then release the answer."""
        facts, serving.facts = serving.facts, []
        draft = self._exchange.draft(received.message_id, response)
        message = self._exchanged(received, serving, response, draft)
        is_news = not NO_TIME <= received.at - self._heard_at < HEARD_EVERY
        if is_news:
            facts.append(StationHeard(at=received.at, station_id=self._identity))
        await self._publish([*facts, MessageExchanged(at=received.at, message=message)])
        if is_news:
            self._heard_at = received.at
        if isinstance(received, CallReceived):
            await self._exchange.answer(received.message_id, BROKEN if response is None else response, draft)

    def _exchanged(
        self, received: CallReceived | SendReceived, serving: _Serving, response: Any, draft: bytes | None
    ) -> MessageRecord:
        refusal = response if isinstance(response, Refusal) else None
        asked, answered = serving.house_request, serving.house_response
        house_request = house_response = None
        if not self._half.identity_translation:
            # What was said word for word is kept once: as the frame.
            is_whole = asked is serving.verbatim and len(received.frame) <= LOGGED_FRAME
            house_request = None if is_whole else _json(asked)
            if not (is_whole and serving.is_answer_verbatim and draft is not None and len(draft) <= LOGGED_FRAME):
                house_response = _json(answered, besides=draft if is_whole else None)
        return MessageRecord(
            station_id=self._identity,
            at=received.at,
            ocpp_version=self._version,
            direction="in",
            message_id=received.message_id,
            action=received.action,
            house_action=getattr(asked, "action", None),
            request_frame=_text(received.frame, _strictly_read(received)),
            response_frame=_response_frame(received, response) if draft is None else _text(draft),
            house_request=house_request,
            house_response=house_response,
            outcome="sent" if isinstance(received, SendReceived) else "refused" if refusal else "answered",
            error_code=refusal.code if refusal else None,
            losses=tuple(serving.losses),
            latency_ms=(utc_now() - received.at).total_seconds() * 1000,
        )

    # --- what an operator asks of the station ----------------------------------------------------------------

    async def call(self, request: Any) -> CallOutcome:
        """Put a 2.1 request to the station, in its own version, and say what came of it.

        Whatever goes wrong on our side once the station was asked is an outcome too: raised, it would read as if the
        same might be asked again.

        Raises:
            StoreUnavailable: nothing was sent; the link is closed.
        """
        calling = _Calling(request)
        try:
            return await self._call(calling)
        except StoreUnavailable as error:
            await self._exchange.close(INTERNAL_ERROR, "the store is unavailable")
            if not calling.asked:
                raise
            self._log.error("what came of a call was not stored", action=request.action, reason=str(error))
            return as_unknown_outcome("the store did not take what came of it, and the link was closed")
        except Exception:  # whatever it was, the station may have acted, and must not be asked a second time
            if not calling.asked:
                raise
            self._log.exception("what came of a call could not be told", action=request.action)
            return as_unknown_outcome("what came of it could not be told")

    async def _call(self, calling: _Calling) -> CallOutcome:
        request, began = calling.request, utc_now()
        forbidden = await self._house.csms.may_ask(self._identity, request.action)
        if forbidden is not None:
            return CallOutcome(kind="not-accepted", description=forbidden.description)

        async def take(response: Any) -> None:
            calling.response = response

        if self._half.identity_translation:
            await take(await self._ask_peer(request, calling))
        else:
            serving = _Serving()
            await carry_out(
                self._half.outward(request, now=began),
                ask_house=lambda asked: self._ask_house(serving, asked),
                ask_peer=lambda asked: self._ask_peer(asked, calling),
                lost=calling.losses.extend,
                answer=take,
                pause=_paused,
            )
            await self._settle(serving.facts)
        await self._learn(calling)
        latency = (utc_now() - began).total_seconds() * 1000
        outcome = as_call_outcome(calling.outcome, calling.losses, latency, asked=calling.asked)
        return msgspec.structs.replace(outcome, message_log_id=calling.message_log_id)

    async def _learn(self, calling: _Calling) -> None:
        """Keep what the answer of the station tells."""
        if not isinstance(calling.response, Refusal):
            learnt = self._house.csms.learn(self._identity, calling.request, calling.response, utc_now())
            if (action := asked_for(calling.request)) is not None:
                self._asked_for.add(action)  # BOOT-04: a pending station may send it
            await self._settle(learnt)

    async def _settle(self, facts: Sequence[Fact]) -> None:
        """Make durable what is left over after the last answer."""
        if facts or self._half.revision != self._saved_revision:
            await self._publish(facts)

    async def _call_wire(self, request: Any, calling: _Calling | None = None) -> Outcome | Refusal:
        password = self._credential_rules.offered(request)
        if password is None or self._house.passwords is None:
            return await self._put_on_wire(request, calling)
        async with self._password_turn:
            return await self._give_password(self._house.passwords, password, request, calling)

    async def _give_password(
        self, passwords: StationPasswords, password: str, request: Any, calling: _Calling | None
    ) -> Outcome | Refusal:
        """Put a command on the wire that changes what the station proves itself with (PWD-05)."""
        breach = self._credential_rules.breach(password)
        if breach is not None:
            return Refusal("PropertyConstraintViolation", f"the password {breach}")
        try:
            offered = await passwords.offer(self._identity, password)
        except (TooBusy, TooManyOpen) as error:
            return Refusal("GenericError", str(error), silent=True)
        taken = Taken.UNKNOWN
        try:
            outcome = await self._put_on_wire(request, calling, secret=password)
            taken = self._taken(request, outcome)
            return outcome
        finally:
            if offered is not None:
                await passwords.settle(self._identity, offered, taken)

    def _taken(self, request: Any, outcome: Outcome | Refusal) -> Taken:
        match outcome:
            case CallAnswered():
                verdict = self._credential_rules.verdict(request, outcome.response)
                if not is_taken(verdict):
                    return Taken.NO
                return Taken.WHEN_REBOOTED if verdict.value == "RebootRequired" else Taken.YES
            case CallTimedOut() | CallAbandoned() | CallMisanswered():
                return Taken.UNKNOWN
        return Taken.NO

    async def _put_on_wire(
        self, request: Any, calling: _Calling | None, *, secret: str | None = None
    ) -> Outcome | Refusal:
        """Send it and log what came of it; ``secret`` is a text of the request that the answer may repeat (PWD-06)."""
        try:
            outcome = await self._exchange.call(request)
        except CallNotSent as error:
            return Refusal("GenericError", str(error), silent=True)
        except UnsayableRequest as error:
            self._log.warning("a request could not be said", action=request.action, reason=str(error))
            return Refusal("FormatViolation", str(error))
        if outcome.sent_at is None:
            return Refusal("GenericError", NOT_SENT, silent=True)
        if calling is not None:
            calling.asked = True
        message = self._called(outcome, calling, secret)
        if calling is not None:
            calling.message_log_id = message.id
        await self._publish([MessageExchanged(at=message.at, message=message)])
        return outcome

    def _called(self, outcome: Outcome, calling: _Calling | None, secret: str | None) -> MessageRecord:
        refusal = None if isinstance(outcome, CallAnswered) else as_refusal(outcome)
        sent_at = outcome.sent_at or outcome.at  # only what was sent is logged
        translated = calling is not None and not self._half.identity_translation
        answer = _text(outcome.frame) if hasattr(outcome, "frame") else None
        return MessageRecord(
            id=self._house.reserve_message_id(),
            station_id=self._identity,
            at=sent_at,
            ocpp_version=self._version,
            direction="out",
            message_id=outcome.message_id,
            action=outcome.action,
            house_action=calling.request.action if calling else None,
            request_frame=_text(outcome.call_frame),
            response_frame=answer if answer is None or secret is None else without(answer, secret),
            house_request=_json(calling.request) if translated and calling else None,
            outcome=OUTCOME_WORDS[type(outcome).__name__],
            error_code=refusal.code if refusal else None,
            losses=tuple(calling.losses) if calling else (),
            latency_ms=(outcome.at - sent_at).total_seconds() * 1000,
        )

    def tick(self, now: datetime) -> None:
        """Let the dialect act when its time has come; called about once a second."""
        deadline = self._half.next_deadline()
        if deadline is not None and deadline <= now:
            self._exchange.do_in_order(self._advance_half)

    async def _advance_half(self) -> None:
        """Carry out what time alone brings about in the dialect."""
        now = utc_now()
        for translation in self._half.advance(now=now):
            self._begin_unasked(translation)

    def _begin_unasked(self, translation: Translation) -> None:
        """Carry out what nobody waits for: what time brought about, or what follows an answer (RPC-16).

        Not in turn: the station may take its time to answer, and its own calls must not wait for that.
        """
        task = asyncio.get_running_loop().create_task(self._guarded(translation))
        self._unasked.add(task)
        task.add_done_callback(self._unasked.discard)

    async def _guarded(self, translation: Translation) -> None:
        try:
            await self._carry_out_unasked(translation)
        except StoreUnavailable as error:
            self._log.error("the store is unavailable", reason=str(error))
            await self._exchange.close(INTERNAL_ERROR, "the store is unavailable")
        except Exception:  # noqa: BLE001 - nobody waits for this; the station goes on
            self._log.exception("what was due failed")

    async def _carry_out_unasked(self, translation: Translation) -> None:
        serving = _Serving()

        async def answer(_: Any) -> None:
            """Nobody asked."""

        await carry_out(
            translation,
            ask_house=lambda request: self._ask_house_in_turn(serving, request),
            ask_peer=self._ask_peer,
            lost=serving.losses.extend,
            answer=answer,
            pause=_paused,
        )
        await self._settle([*serving.facts, *map(self._loss_event, serving.losses)])

    async def _ask_house_in_turn(self, serving: _Serving, request: Any) -> Any:
        """Ask the house between two calls of the station, so that it hears everything in one order."""
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def ask() -> None:
            try:
                response = await self._ask_house(serving, request)
                facts, serving.facts = serving.facts, []
                await self._settle(facts)
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the answer
                if not answered.done():
                    answered.set_exception(error)
            else:
                if not answered.done():
                    answered.set_result(response)

        self._exchange.do_in_order(ask)
        return await answered

    def _loss_event(self, loss: Loss) -> EventOccurred:
        """Show a loss that belongs to no message."""
        self._log.info("loss", action=loss.action, field=loss.field, reason=loss.reason)
        return self._event("TranslationLoss", f"{loss.action} {loss.field}: {loss.reason}".strip(), "info")

    # --- what goes wrong -------------------------------------------------------------------------------------

    async def mishap(self, mishap: Mishap) -> None:
        """Log it, count it, and show what an operator must know."""
        self._house.telemetry.mishap(self._version, type(mishap).__name__)
        self._log.warning("mishap on the link", what=type(mishap).__name__, detail=getattr(mishap, "detail", None))
        facts: list[Fact] = []
        if isinstance(mishap, FrameRejected):
            facts.append(MessageExchanged(at=mishap.at, message=self._rejected(mishap)))
            if mishap.code is ErrorCode.SECURITY_ERROR:  # HRD-05
                detail = f"{mishap.action} came under the message id of another message: {mishap.message_id}"
                facts.append(self._event("AttemptedReplayAttacks", detail, kind="security"))
        elif isinstance(mishap, StormDetected):
            facts.append(self._event("InvalidMessageStorm", f"{mishap.invalid} invalid messages within a minute"))
        elif isinstance(mishap, AnswerDropped):
            facts.append(self._event("AnswerDropped", f"a {mishap.reason} answer was ignored", "info"))
        if not facts:
            return
        try:
            await self._publish(facts)
        except (StoreUnavailable, FactsRefused) as error:
            self._log.error("the store did not take a mishap", reason=str(error))

    def _event(self, name: str, detail: str, severity: str = "warning", kind: str = "house") -> EventOccurred:
        return event_now(self._identity, name, detail, severity=severity, kind=kind)

    def _rejected(self, mishap: FrameRejected) -> MessageRecord:
        return MessageRecord(
            station_id=self._identity,
            at=mishap.at,
            ocpp_version=self._version,
            direction="in",
            message_id=mishap.message_id or "",
            action=mishap.action or "",
            request_frame=_text(mishap.frame),
            response_frame=_text(mishap.reply) if mishap.reply else None,
            outcome="rejected",
            error_code=str(mishap.code) if mishap.code else None,
        )


async def _paused(seconds: float) -> datetime:
    """Wait, and say what time it is then."""
    await asyncio.sleep(seconds)
    return utc_now()


OUTCOME_WORDS: Final = {
    "CallAnswered": "answered",
    "CallRefused": "refused",
    "CallMisanswered": "refused",
    "CallTimedOut": "timed-out",
    "CallAbandoned": "abandoned",
}


def _strictly_read(received: CallReceived | SendReceived) -> Any:
    """The type of a message of which the frame holds nothing else: no envelope, and nothing that was overlooked."""
    return type(received.request) if isinstance(received, CallReceived) and received.payload else None


def _text(frame: bytes, type_: Any = None) -> str:
    """A frame as it is kept; with the type of its message, where that was read strictly."""
    return for_the_log(frame.decode("utf-8", "replace"), type_)[:LOGGED_FRAME]


def _json(message: Any, *, besides: bytes | None = None) -> str | None:
    """A message as it is kept; None when there is none, or when the frame beside it ends with the same payload."""
    if message is None or isinstance(message, Refusal):
        return None
    payload = codec.encode(message)
    if besides is not None and besides.endswith(b"," + payload + b"]") and len(besides) <= LOGGED_FRAME:
        return None
    return for_the_log(payload.decode(), type(message))


def _response_frame(received: CallReceived | SendReceived, response: Any) -> str | None:
    if response is None or isinstance(received, SendReceived):
        return None
    if isinstance(response, Refusal):
        return _text(
            frames.refusing(
                frames.MessageType.CALLERROR, received.message_id, response.code, response.description, response.details
            )
        )
    return _text(frames.answering(received.message_id, codec.encode(response)))
