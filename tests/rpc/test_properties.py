"""No order of frames, losses, repeats and delays breaks the rules of the conversation."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pluglot.messages.action import Sender
from pluglot.messages.availability import HeartbeatRequest, HeartbeatResponse
from pluglot.messages.local_list import GetLocalListVersionRequest, GetLocalListVersionResponse
from pluglot.messages.version import OcppVersion
from pluglot.rpc import (
    AnswerDropped,
    CallAbandoned,
    CallAnswered,
    CallExpired,
    CallMisanswered,
    CallReceived,
    CallRefused,
    CallTimedOut,
    Conversation,
    ConversationPair,
    FrameRejected,
    ResultErrorReceived,
)
from tests.rpc.conftest import TABLES, Clock

OUTCOMES = (CallAnswered, CallRefused, CallMisanswered, CallTimedOut, CallAbandoned)
sides = st.sampled_from([Sender.STATION, Sender.CSMS])


class UnreliableLink(RuleBasedStateMachine):
    """Two sides and a link that delays, loses and repeats frames."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        pair = ConversationPair(OcppVersion.OCPP_2_1, TABLES[OcppVersion.OCPP_2_1])
        self.sides: dict[Sender, Conversation] = {Sender.STATION: pair.station, Sender.CSMS: pair.csms}
        self.travelling: dict[Sender, list[bytes]] = {Sender.STATION: [], Sender.CSMS: []}
        self.unanswered: dict[Sender, list[CallReceived]] = {Sender.STATION: [], Sender.CSMS: []}
        self.asked: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.on_wire: dict[Sender, set[str]] = {Sender.STATION: set(), Sender.CSMS: set()}

    @rule(side=sides)
    def ask(self, side: Sender) -> None:
        """One side asks something."""
        request = HeartbeatRequest() if side is Sender.STATION else GetLocalListVersionRequest()
        if self.sides[side].queued_calls < 60:
            self.asked[self.sides[side].call(request, now=self.clock.now)] += 1

    @rule(side=sides, fate=st.sampled_from(["arrives", "arrives", "arrives", "is lost", "comes twice", "is garbled"]))
    def travel(self, side: Sender, fate: str) -> None:
        """The oldest frame from one side meets its fate."""
        self.collect()
        if not self.travelling[side]:
            return
        frame = self.travelling[side].pop(0)
        other = Sender.CSMS if side is Sender.STATION else Sender.STATION
        if fate == "is garbled":
            frame = frame[: len(frame) // 2]
        for _ in range({"is lost": 0, "comes twice": 2}.get(fate, 1)):
            self.sides[other].receive(frame, now=self.clock.now)
        self.collect()

    @rule(side=sides, data=st.data())
    @precondition(lambda self: any(self.unanswered.values()))
    def answer(self, side: Sender, data: st.DataObject) -> None:
        """One side answers, refuses or forgets one of the calls it got."""
        if not self.unanswered[side]:
            return
        call = self.unanswered[side].pop(data.draw(st.integers(0, len(self.unanswered[side]) - 1)))
        way = data.draw(st.sampled_from(["answers", "refuses", "forgets"]))
        if way == "answers":
            is_heartbeat = call.action == "Heartbeat"
            response = HeartbeatResponse(current_time=call.at) if is_heartbeat else GetLocalListVersionResponse(
                version_number=1
            )  # fmt: skip
            self.sides[side].answer(call.message_id, response)
        elif way == "refuses":
            self.sides[side].refuse(call.message_id, "InternalError")

    @rule(seconds=st.sampled_from([0.1, 5, 29, 31]))
    def wait(self, seconds: float) -> None:
        """Time passes; only one side may notice at once."""
        self.clock.forward(seconds)
        for side in self.sides.values():
            deadline = side.next_deadline()
            if deadline is not None and deadline <= self.clock.now:
                side.advance(now=self.clock.now)
                assert (side.next_deadline() or self.clock.forward(0)) >= self.clock.now

    def collect(self) -> None:
        """Take what both sides have to say."""
        for name, side in self.sides.items():
            for event in side.events():
                if isinstance(event, CallReceived):
                    self.unanswered[name].append(event)
                elif isinstance(event, OUTCOMES):
                    self.outcomes[event.message_id] += 1
                    self.on_wire[name].discard(event.message_id)
                else:
                    assert isinstance(event, AnswerDropped | CallExpired | FrameRejected | ResultErrorReceived), event
            for frame in side.frames_to_send():
                if frame.startswith(b"[2,"):
                    self.on_wire[name].add(json.loads(frame)[1])
                self.travelling[name].append(frame)

    @invariant()
    def at_most_one_call_is_open(self) -> None:
        """RPC-04, in each direction."""
        self.collect()
        assert all(len(ids) <= 1 for ids in self.on_wire.values())

    @invariant()
    def no_call_has_two_outcomes(self) -> None:
        """RPC-07."""
        assert all(number == 1 for number in self.outcomes.values())

    def teardown(self) -> None:
        """When time has passed, every call has its one outcome."""
        for _ in range(200):
            self.clock.forward(31)
            for side in self.sides.values():
                side.advance(now=self.clock.now)
            self.collect()
        assert self.outcomes == self.asked
        assert all(side.next_deadline() is None for side in self.sides.values())


UnreliableLinkTest = pytest.mark.requirement("RPC-04", "RPC-05", "RPC-07")(UnreliableLink.TestCase)
UnreliableLinkTest.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
