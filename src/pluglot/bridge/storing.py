"""Store and forward: a joint whose station sees an answering management system while the uplink is down."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.bridge.aside import SetAside, Shelf, text_of
from pluglot.bridge.joint import BUDGET, Ask, Course, Joint, Surroundings
from pluglot.bridge.offline import (
    GREETING,
    JOURNALLED,
    MOST_KEPT,
    RETRY_WAIT,
    Desk,
    must_be_stopped,
)
from pluglot.bridge.patience import TRIES, Patience, Tries
from pluglot.bridge.registration import declined
from pluglot.dialects.base import DamagedMemory, GivenUp, Half, Pause, Refusal
from pluglot.dialects.losses import Loss
from pluglot.messages import RegistrationStatus, codec
from pluglot.station.ports import Entry, JournalUnavailable, Memory, Writes

DESK: Final = "desk"
_FULL: Final = Refusal("GenericError", "the bridge keeps as much for this station as it may")
_STOP_ON_INVALID: Final = house.GetVariableData(
    component=house.Component(name="TxCtrlr"), variable=house.Variable(name="StopTxOnInvalidId")
)


class StoringJoint(Joint):
    """A joint with a desk and a journal between its halves.

    The caller tells it when the uplink comes and goes, and calls ``replay`` whenever it is up and ``has_work``.
    """

    def __init__(
        self,
        station_half: Half,
        csms_half: Half,
        surroundings: Surroundings,
        *,
        desk: Desk,
        budget: timedelta = BUDGET,
        tries: Tries | None = None,
    ) -> None:
        super().__init__(station_half, csms_half, surroundings, budget=budget)
        # The desk speaks the vocabulary of the house, so even equal versions are translated.
        self.is_relay = False
        self.desk = desk
        self.station_is_here = False
        self._uplink_is_up = False
        #: Whether the management system must first be told who the station is and how its connectors are.
        self._owes_greeting = False
        self._entries: deque[Entry] = deque()
        self._kept_events: set[tuple[str, int]] = set()
        self._next_id = 1
        #: Of the oldest message.
        self._patience = Patience(tries or Tries())
        self._shelf = Shelf()
        #: What is being told past the desk.
        self._telling: Course | None = None
        self._desk_durable = desk.revision

    # --- memory ------------------------------------------------------------------------------------------------

    def take_up(self, memory: Memory) -> list[str]:
        """Take up everything saved before; returns what could not be read, in words."""
        damaged = self.restore(memory.states)
        if DESK in memory.states:
            try:
                self.desk.restore(memory.states[DESK])
            except DamagedMemory as error:
                damaged.append(f"{DESK}: {error}")
        self.registration.status = self.desk.memory.registration
        for entry in memory.entries:
            try:
                self._append(entry)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go on
                # It is set aside when its turn comes.
                damaged.append(f"message {entry.entry_id}, {entry.action}: {error}")
        if self._entries:
            self._owes_greeting = True
            try:
                self._patience.restore(memory.states.get(TRIES, b""), self._entries[0].entry_id)
            except DamagedMemory as error:
                damaged.append(f"{TRIES}: {error}")
        self._shelf.restore(memory.states)
        return damaged

    def _append(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._next_id = max(self._next_id, entry.entry_id + 1)
        if entry.action == "TransactionEvent":
            event = codec.decode(house.TransactionEventRequest, entry.body)
            self._kept_events.add((event.transaction_info.transaction_id, event.seq_no))

    def change_station_half(self, half: Half, states: Mapping[str, bytes]) -> list[str]:
        """Go on with a station that came back in another version."""
        self.station_half = half
        damaged = []
        if self.sections[0] in states:
            try:
                half.restore(states[self.sections[0]])
            except DamagedMemory as error:
                damaged.append(f"{self.sections[0]}: {error}")
        self._durable = (half.revision, self._durable[1])
        return damaged

    async def save(self, writes: Writes | None = None) -> None:
        """Save what changed, the desk's memory included."""
        revision = self.desk.revision
        if revision == self._desk_durable:
            await super().save(writes)
            return
        given = writes or Writes()
        states = {**given.states, DESK: self.desk.snapshot()}
        await super().save(Writes(appended=given.appended, acknowledged=given.acknowledged, states=states))
        self._desk_durable = max(self._desk_durable, revision)

    # --- the uplink --------------------------------------------------------------------------------------------

    @property
    def queue_length(self) -> int:
        """How many messages wait for the management system."""
        return len(self._entries)

    @property
    def set_aside_count(self) -> int:
        """How many messages were given up and stand in the journal."""
        return self._shelf.count

    @property
    def has_work(self) -> bool:
        """Whether ``replay`` has something to do."""
        return self._owes_greeting or bool(self._entries)

    @property
    def is_online(self) -> bool:
        """Whether the management system answers for itself."""
        return self._uplink_is_up and not self._owes_greeting

    def uplink_came(self) -> None:
        """Note that the management system can be asked."""
        self._uplink_is_up = True
        self.csms_half.connected(now=self._world.now())

    def uplink_went(self) -> None:
        """Note that it cannot be asked; when it comes back it is told how things stand."""
        self._uplink_is_up = False
        self._owes_greeting |= self.station_is_here or bool(self._entries)

    def station_came(self) -> None:
        """Note that the station can be asked."""
        self.station_is_here = True
        self.station_half.connected(now=self._world.now())

    def station_went(self) -> None:
        """Note that the station cannot be asked."""
        self.station_is_here = False

    # --- both directions ---------------------------------------------------------------------------------------

    async def _up(self, request: Any, course: Course) -> Any:
        if not self.is_online or (self._entries and request.action in JOURNALLED):
            return await self._locally(request)
        course.about = request
        answer = await super()._up(request, course)
        if isinstance(answer, Refusal) and answer.silent:
            return await self._locally(request)
        self.desk.learn(request, answer, self._world.now())
        return answer

    async def _step(self, step: Any, course: Course, house: Ask, peer: Ask) -> Any:
        is_told = course is self._telling
        if isinstance(step, Pause) and peer == self._ask_csms and (is_told or not self._uplink_is_up):
            # Kept messages have their own tries and waits. And without an uplink there is nobody to try again with:
            # the desk answers, and not when all time is spent.
            return None
        if isinstance(step, GivenUp) and course.about is not None:
            # Before the dialect goes on: what it notes as told must be in the journal. Stations keep messages, too.
            request, course.about = course.about, None
            await self._put_aside(request.action, codec.encode(request), _why(step.losses[0]))
            return None
        return await super()._step(step, course, house, peer)

    async def _down(self, request: Any, course: Course) -> Any:
        answer = await super()._down(request, course)
        if isinstance(answer, Refusal) and answer.silent and not self.station_is_here:
            return declined(request.action, "GenericError", "InternalError", "station not connected")
        self.desk.learn_of_station(request, answer, self._world.now())
        if isinstance(answer, house.GetTransactionStatusResponse) and self._may_wait(request, answer):
            return msgspec.structs.replace(answer, messages_in_queue=True)
        return answer

    def _may_wait(self, request: Any, answer: house.GetTransactionStatusResponse) -> bool:
        """Whether messages of a transaction (or of any) are kept here, or may be at a station that is away (10.1)."""
        kept = any(request.transaction_id in {None, kept} for kept, _ in self._kept_events)
        return kept or (bool(answer.ongoing_indicator) and not self.station_is_here)

    async def _locally(self, request: Any) -> Any:
        """Answer at the desk; what must be delivered is durable before the answer goes out (BRG-04)."""
        local = self.desk.answer(request, self._world.now())
        self._owes_greeting |= request.action in GREETING
        if local.kept is None:
            return local.response
        if len(self._entries) >= MOST_KEPT:
            return _FULL
        if not self._is_kept(local.kept):
            entry = Entry(self._next_id, local.kept.action, codec.encode(local.kept))
            # Taken up before it is durable, so that nothing overtakes it meanwhile.
            self._append(entry)
            try:
                await self.save(Writes(appended=(entry,)))
            except BaseException:
                self._forget(entry, local.kept)  # the station is refused, and tells it again
                raise
        return local.response

    def _is_kept(self, request: Any) -> bool:
        """Whether a station repeats an event whose answer it did not get."""
        if not isinstance(request, house.TransactionEventRequest):
            return False
        return (request.transaction_info.transaction_id, request.seq_no) in self._kept_events

    # --- coming back -------------------------------------------------------------------------------------------

    async def replay(self) -> float | None:
        """Tell the management system what it missed; returns None when done, else seconds to wait before trying again.

        Must not run twice at once; ends early when the uplink goes.
        """
        while self.has_work and self._uplink_is_up:
            greets = self._owes_greeting
            waits = await (self._greet() if greets else self._tell_oldest())
            # A greeting that is owed meanwhile does not wait until the message is told again.
            if waits is not None and (greets or not self._owes_greeting):
                return waits
        return None

    async def _tell_oldest(self) -> float | None:
        waits = self._patience.left(self._world.now())
        return await self._deliver(self._entries[0]) if waits is None else waits

    async def _greet(self) -> float | None:
        boot, _ = self.desk.greeting()
        if boot is not None:
            answer = await self._tell(boot)
            if isinstance(answer, Refusal):
                return RETRY_WAIT
            self.desk.learn(boot, answer, self._world.now())
            await self.save()
            if answer.status is not RegistrationStatus.ACCEPTED:
                return float(answer.interval) if answer.interval > 0 else RETRY_WAIT
        told: set[house.StatusNotificationRequest] = set()
        # The station goes on talking to the desk meanwhile.
        while news := [status for status in self.desk.greeting()[1] if status not in told]:
            for status in news:
                answer = await self._tell(status)
                if isinstance(answer, Refusal) and answer.silent:
                    return RETRY_WAIT
                told.add(status)
        self._owes_greeting = False
        return None

    async def _deliver(self, entry: Entry) -> float | None:
        """Deliver the oldest message; it is forgotten together with what its delivery changed."""
        try:
            request: Any = codec.decode(house.ACTIONS[entry.action].request, entry.body)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go on
            await self._set_aside(entry, f"unreadable in the journal: {error}")
            return None
        if self.registration.refusal_for_station(request) is not None:
            # Not told, and so no try: a station that is here boots itself, for one that is away the bridge does.
            self._owes_greeting |= not self.station_is_here
            return RETRY_WAIT
        try:
            answer = await self._tell(request)
        except JournalUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - as above; it may have passed by the next try
            return await self._failed(entry, request, None, f"cannot be told: {error!r}")
        if isinstance(answer, Refusal):
            if answer.silent:
                return RETRY_WAIT  # a lost link or a time-out is no word on the message
            return await self._failed(entry, request, answer, f"refused: {answer.code}")
        self.desk.learn(request, answer, self._world.now())
        await self.save(Writes(acknowledged=(entry.entry_id,), states=self._no_more_tries()))
        self._forget(entry, request)
        self._patience.begin_anew(is_last=not self._entries)
        if must_be_stopped(request, answer) and not self._has_ended(request.transaction_info.transaction_id):
            await self._stop(request.transaction_info.transaction_id)
        return None

    async def _failed(self, entry: Entry, request: Any, refusal: Refusal | None, reason: str) -> float | None:
        """Wait for the next try, or after the last one let the others go on (E13.FR.02 to .04)."""
        patience = self._patience
        if patience.has_ended(entry.entry_id, refusal, _transaction_of(request)):
            await self._set_aside(entry, f"{reason}, {patience.failures} times")
            return None
        waits = patience.wait(self._world.now())
        await self.save(Writes(states={TRIES: patience.snapshot()}))
        return waits

    def _no_more_tries(self) -> dict[str, bytes]:
        """What is written with the end of a message: its tries must not be taken for those of the next."""
        return {TRIES: b""} if self._patience.failures else {}

    async def _set_aside(self, entry: Entry, reason: str) -> None:
        """Let the others go on."""
        await self._put_aside(entry.action, entry.body, reason, acknowledged=(entry.entry_id,))
        self._entries.remove(entry)
        event = _event(entry)
        if event is not None:
            self._kept_events.discard((event.transaction_info.transaction_id, event.seq_no))
        self._patience.begin_anew(is_last=not self._entries)

    async def _put_aside(self, action: str, body: Any, reason: str, acknowledged: tuple[int, ...] = ()) -> None:
        """Keep a message that is given up in the journal, where people may read it."""
        shelf, now = self._shelf, self._world.now()
        aside = SetAside(at=now, action=action, reason=reason, message=text_of(body))
        states = {shelf.name: aside.encode(), **self._no_more_tries()}
        await self.save(Writes(acknowledged=acknowledged, states=states))
        self._world.set_aside(Loss(action, "", aside.message, reason), forgets=shelf.is_full)
        shelf.put()

    def _forget(self, entry: Entry, request: Any) -> None:
        if entry in self._entries:
            self._entries.remove(entry)
        if isinstance(request, house.TransactionEventRequest):
            self._kept_events.discard((request.transaction_info.transaction_id, request.seq_no))

    async def _tell(self, request: Any) -> Any:
        """Put a message to the management system past the desk, and carry out what follows from its answer."""
        self._telling = course = self._course()
        course.about = request
        try:
            answer = await super()._up(request, course)
        finally:
            self._telling = None
        for rest in course.rest:
            await rest()
        return answer

    def _has_ended(self, transaction_id: str) -> bool:
        ended = house.TransactionEvent.ENDED
        return any(
            event.transaction_info.transaction_id == transaction_id and event.event_type is ended
            for event in map(_event, self._entries)
            if event is not None
        )

    async def _stop(self, transaction_id: str) -> None:
        """Stop what the management system did not allow after the fact, unless the station is set to go on."""
        course = self._course()
        asked = await super()._down(house.GetVariablesRequest(get_variable_data=(_STOP_ON_INVALID,)), course)
        if not isinstance(asked, Refusal):
            value = asked.get_variable_result[0].attribute_value
            if value is not None and value.casefold() == "false":
                return
        await super()._down(house.RequestStopTransactionRequest(transaction_id=transaction_id), self._course())


def _why(loss: Loss) -> str:
    """Why a dialect gave a message up, in words."""
    return f"{loss.reason} ({loss.field} {loss.value})"


def _transaction_of(request: Any) -> str | None:
    is_event = isinstance(request, house.TransactionEventRequest)
    return request.transaction_info.transaction_id if is_event else None


def _event(entry: Entry) -> house.TransactionEventRequest | None:
    """The transaction event that is kept here, or None for anything else and for what cannot be read."""
    if entry.action != "TransactionEvent":
        return None
    try:
        return codec.decode(house.TransactionEventRequest, entry.body)
    except Exception:  # noqa: BLE001 - it is set aside, and told of, when its turn comes
        return None
