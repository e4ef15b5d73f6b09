"""Store and forward: a joint whose station sees an answering management system while the uplink is down."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.bridge.joint import BUDGET, Course, Joint, Surroundings
from pluglot.bridge.offline import ATTEMPTS, GREETING, JOURNALLED, MOST_KEPT, RETRY_WAIT, Desk, must_be_stopped
from pluglot.bridge.registration import declined
from pluglot.dialects.base import DamagedMemory, Half, Refusal
from pluglot.dialects.losses import Loss
from pluglot.messages import RegistrationStatus, codec
from pluglot.station.ports import Entry, Memory, Writes

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
        self._attempts = 0
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
            self._append(entry)
        self._owes_greeting = bool(self._entries)
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
        self._owes_greeting |= self.station_is_here

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
        answer = await super()._up(request, course)
        if isinstance(answer, Refusal) and answer.silent:
            return await self._locally(request)
        self.desk.learn(request, answer, self._world.now())
        return answer

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
        if self._owes_greeting and self._uplink_is_up:
            waits = await self._greet()
            if waits is not None:
                return waits
        while self._entries and self._uplink_is_up:
            waits = await self._deliver(self._entries[0])
            if waits is not None:
                return waits
        return None

    async def _greet(self) -> float | None:
        boot, _ = self.desk.greeting()
        if boot is not None:
            answer = await self._tell(boot)
            if isinstance(answer, Refusal):
                return RETRY_WAIT
            self.desk.learn(boot, answer, self._world.now())
            await self.save()
            if answer.status is not RegistrationStatus.ACCEPTED:
                return float(answer.interval or RETRY_WAIT)
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
        request: Any = codec.decode(house.ACTIONS[entry.action].request, entry.body)
        answer = await self._tell(request)
        if isinstance(answer, Refusal):
            self._attempts += not answer.silent
            most = ATTEMPTS if entry.action in {"MeterValues", "TransactionEvent"} else 1
            if answer.silent or self._attempts < most:
                return RETRY_WAIT
            self._world.lost((Loss(entry.action, "", codec.to_builtins(request), f"refused: {answer.code}"),))
        self._attempts = 0
        self.desk.learn(request, answer, self._world.now())
        await self.save(Writes(acknowledged=(entry.entry_id,)))
        self._forget(entry, request)
        if must_be_stopped(request, answer) and not self._has_ended(request.transaction_info.transaction_id):
            await self._stop(request.transaction_info.transaction_id)
        return None

    def _forget(self, entry: Entry, request: Any) -> None:
        if entry in self._entries:
            self._entries.remove(entry)
        if isinstance(request, house.TransactionEventRequest):
            self._kept_events.discard((request.transaction_info.transaction_id, request.seq_no))

    async def _tell(self, request: Any) -> Any:
        """Put a message to the management system past the desk, and carry out what follows from its answer."""
        course = self._course()
        answer = await super()._up(request, course)
        for rest in course.rest:
            await rest()
        return answer

    def _has_ended(self, transaction_id: str) -> bool:
        ended = house.TransactionEvent.ENDED
        events = (entry for entry in self._entries if entry.action == "TransactionEvent")
        return any(
            event.transaction_info.transaction_id == transaction_id and event.event_type is ended
            for event in (codec.decode(house.TransactionEventRequest, entry.body) for entry in events)
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
