"""A world for a joint in which everything is done by hand: peers are functions, time moves when told."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pluglot.bridge import Desk, Joint, StoringJoint
from pluglot.dialects import Policy, csms_half, station_half
from pluglot.dialects.base import Refusal
from pluglot.dialects.losses import Loss
from pluglot.dialects.policy import UnknownOffline
from pluglot.station import MemoryJournal
from pluglot.station.ports import Writes

BEGIN = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
SILENCE = Refusal("GenericError", "nobody answers", silent=True)
Peer = Callable[[Any], Any]


class Slow:
    """A peer that takes its time."""

    def __init__(self, peer: Peer, delay: timedelta) -> None:
        self.peer = peer
        self.delay = delay

    def __call__(self, request: Any) -> Any:
        """Answer as the peer does."""
        return self.peer(request)


class Crash(BaseException):
    """The process ended here."""


class World:
    """Surroundings of one bridged station."""

    def __init__(self, station: Peer, csms: Peer) -> None:
        self.station = station
        self.csms = csms
        self.journal = MemoryJournal()
        #: What a power cut leaves.
        self.settled = self.journal.load()
        self.time = BEGIN
        self.losses: list[Loss] = []
        self.forgotten = 0
        #: Everything that happened, in order: "save", "station ACTION", "csms ACTION".
        self.steps: list[str] = []
        #: The number of the step after which the process ends; None for never.
        self.crash_at: int | None = None
        #: Whether the machine, and not the process alone, ends there.
        self.loses_power = False
        self.paused = 0.0

    def _step(self, what: str) -> None:
        self.steps.append(what)
        if self.crash_at is not None and len(self.steps) >= self.crash_at:
            raise Crash

    async def ask_station(self, request: Any, deadline: datetime) -> Any:
        """Ask the function."""
        return self._asked("station", self.station, request, deadline)

    async def ask_csms(self, request: Any, deadline: datetime) -> Any:
        """Ask the function."""
        return self._asked("csms", self.csms, request, deadline)

    def _asked(self, who: str, peer: Peer, request: Any, deadline: datetime) -> Any:
        self._step(f"ask {who} {request.action}")
        if isinstance(peer, Slow):
            self.time += peer.delay
        answer = SILENCE if self.time > deadline else peer(request)
        self.time = min(self.time, deadline)
        self._step(f"{who} answered {request.action}")
        if answer is SILENCE:
            self.time = max(self.time, deadline)
        return answer

    async def save(self, writes: Writes) -> None:
        """Write to memory."""
        self._step("before save")
        self.journal.write(writes)
        self._step("save")

    async def settle(self) -> None:
        """Know that a power cut, too, takes nothing of what was written."""
        self._step("settle")
        self.settled = self.journal.load()

    def cut_power(self) -> None:
        """Lose what was written and not settled."""
        self.journal = MemoryJournal()
        self.journal.write(Writes(appended=self.settled.entries, states=self.settled.states))

    async def pause(self, seconds: float) -> datetime:
        """Let time pass."""
        self.paused += seconds
        self.time += timedelta(seconds=seconds)
        return self.time

    def now(self) -> datetime:
        """The time."""
        return self.time

    def lost(self, losses: tuple[Loss, ...]) -> None:
        """Keep them."""
        self.losses += losses

    def set_aside(self, loss: Loss, *, forgets: bool) -> None:
        """Keep it, and count what it replaced."""
        self.losses.append(loss)
        self.forgotten += forgets

    # --- joints ---

    def halves(self, station: str, csms: str, seed: int = 1, identity: str = "CS-1") -> tuple[Any, Any]:
        """Both halves, connected."""
        policy = Policy(emit_custom_data=False)
        chance = random.Random(seed).random
        pair = (
            station_half(station, identity=identity, random=chance, policy=policy),
            csms_half(csms, identity=identity, random=chance, policy=policy),
        )
        for half in pair:
            half.connected(now=self.time)
        return pair

    def joint(self, station: str, csms: str, seed: int = 1, identity: str = "CS-1") -> Joint:
        """A transparent joint that remembers what this world's journal remembers."""
        joint = Joint(*self.halves(station, csms, seed, identity), self)
        assert joint.restore(self.journal.load().states) == []
        return joint

    def storing(
        self, station: str, csms: str, seed: int = 1, unknown: UnknownOffline = UnknownOffline.REJECT
    ) -> StoringJoint:
        """A storing joint that remembers what this world's journal remembers; its station is here."""
        joint = StoringJoint(*self.halves(station, csms, seed), self, desk=Desk(unknown))
        assert joint.take_up(self.journal.load()) == []
        joint.station_came()
        return joint


async def ask(joint: Joint, request: Any) -> Any:
    """Let the station ask, carry out what follows, and return the answer."""
    answer = await joint.from_station(request)
    for rest in answer.rest:
        await rest()
    return answer.response


async def command(joint: Joint, request: Any) -> Any:
    """Let the management system ask, carry out what follows, and return the answer."""
    answer = await joint.from_csms(request)
    for rest in answer.rest:
        await rest()
    return answer.response
