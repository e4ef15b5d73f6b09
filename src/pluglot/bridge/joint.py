"""Two halves of dialects back to back: what a station asks reaches the management system, and the reverse.

What one half asks of the house, the other turns into questions for its peer. Nothing here knows a socket: asking,
saving, waiting and the time come from the surroundings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol

from pluglot import messages as house
from pluglot.bridge.registration import Registration
from pluglot.dialects import actions
from pluglot.dialects.base import Answered, AskHouse, AskPeer, DamagedMemory, Half, Lost, Pause, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.station.ports import Writes

OUT_OF_TIME: Final = Refusal("GenericError", "the other side did not answer in time", silent=True)

#: The time a peer waits for an answer, less what the way to it takes (mapping 13.3).
BUDGET: Final = timedelta(seconds=27)

#: How long a heartbeat waits for the management system before the bridge answers it.
HEARTBEAT_PATIENCE: Final = timedelta(seconds=5)

Rest = Callable[[], Awaitable[None]]
Ask = Callable[[Any, "Course"], Awaitable[Any]]


class Surroundings(Protocol):
    """What a joint needs of the world; asking never raises for an expected failure, it returns a Refusal."""

    async def ask_station(self, request: Any, deadline: datetime) -> Any:
        """Put a request of its version to the station; returns its response or a Refusal by this time."""
        ...

    async def ask_csms(self, request: Any, deadline: datetime) -> Any:
        """Put a request of its version to the management system; returns its response or a Refusal by this time."""
        ...

    async def save(self, writes: Writes) -> None:
        """Return once the writes survive the end of the program; earlier writes do so before later ones."""
        ...

    async def settle(self) -> None:
        """Return once everything saved survives a power cut."""
        ...

    async def pause(self, seconds: float) -> datetime:
        """Wait, and return the time then."""
        ...

    def now(self) -> datetime:
        """The time."""
        ...

    def lost(self, losses: tuple[Loss, ...]) -> None:
        """Take note of what could not be said."""
        ...

    def set_aside(self, loss: Loss, *, forgets: bool) -> None:
        """Take note of a kept message that was given up; ``forgets`` says that it took the place of an older one."""
        ...


class Answer(NamedTuple):
    """What came of a request: the response or Refusal to send, and what remains to be done after it was sent."""

    response: Any
    rest: tuple[Rest, ...] = ()


class Course:
    """One request on its way: until when it must be answered, and what remains after its answer."""

    __slots__ = ("_budget", "_deadline", "_now", "about", "rest")

    def __init__(self, now: Callable[[], datetime], budget: timedelta, *, answered: bool = False) -> None:
        self._now = now
        self._budget = budget
        #: Once there is an answer nobody waits any more: each question has the whole budget.
        self._deadline = None if answered else now() + budget
        self.rest: list[Rest] = []
        #: What the management system is being told, where somebody must keep it if that is given up.
        self.about: Any = None

    def deadline(self) -> datetime:
        """When the next question must be answered."""
        return self._now() + self._budget if self._deadline is None else self._deadline


class Joint:
    """One station between two versions.

    ``from_station`` and ``from_csms`` always return within the budget, whatever the far side does (mapping 13.3). The
    memories of both halves are saved before anything is forwarded, and settled before anything is answered: who gets
    no answer says it again, in the same words.
    """

    def __init__(
        self,
        station_half: Half,
        csms_half: Half,
        surroundings: Surroundings,
        *,
        budget: timedelta = timedelta(seconds=27),
    ) -> None:
        self.station_half = station_half
        self.csms_half = csms_half
        self.registration = Registration()
        self._world = surroundings
        self._budget = budget
        #: Versions that are alike need no translation: what is said is passed on as it is, and nothing can be lost.
        self.is_relay = station_half.version == csms_half.version
        self._durable = (station_half.revision, csms_half.revision)

    # --- memory ------------------------------------------------------------------------------------------------

    @property
    def sections(self) -> tuple[str, str]:
        """Under which names the memories of both halves are kept."""
        return f"station.{self.station_half.version}", f"csms.{self.csms_half.version}"

    def restore(self, states: Mapping[str, bytes]) -> list[str]:
        """Take up what was saved before; returns what could not be read, in words."""
        damaged = []
        for section, half in zip(self.sections, (self.station_half, self.csms_half), strict=True):
            if section in states:
                try:
                    half.restore(states[section])
                except DamagedMemory as error:
                    damaged.append(f"{section}: {error}")
        return damaged

    def _writes(self, writes: Writes) -> Writes:
        """These writes together with the memories that changed."""
        states = dict(writes.states)
        for section, half, durable in zip(
            self.sections, (self.station_half, self.csms_half), self._durable, strict=True
        ):
            if half.revision != durable:
                states[section] = half.snapshot()
        return Writes(appended=writes.appended, acknowledged=writes.acknowledged, states=states)

    async def save(self, writes: Writes | None = None) -> None:
        """Save what changed, and these writes with it in one piece."""
        # Counted as saved only when it is: the other direction must not forward on a promise.
        revisions = (self.station_half.revision, self.csms_half.revision)
        if writes is None and revisions == self._durable:
            return
        collected = self._writes(writes or Writes())
        if collected:
            await self._world.save(collected)
            self._durable = (max(self._durable[0], revisions[0]), max(self._durable[1], revisions[1]))

    # --- requests ----------------------------------------------------------------------------------------------

    async def from_station(self, request: Any) -> Answer:
        """Serve a request of the station."""
        course = self._course()
        if self.is_relay:
            return Answer(await self._relayed_up(request, course))
        translation = self.station_half.inward(request, now=self._world.now())
        response = await self._until_answered(translation, course, self._up, self._ask_station)
        await self.save()
        await self._world.settle()
        return Answer(response, tuple(course.rest))

    async def from_csms(self, request: Any) -> Answer:
        """Serve a request of the management system."""
        course = self._course()
        if self.is_relay:
            return Answer(await self._world.ask_station(request, course.deadline()))
        translation = self.csms_half.inward(request, now=self._world.now())
        response = await self._until_answered(translation, course, self._down, self._ask_csms)
        await self.save()
        await self._world.settle()
        return Answer(response, tuple(course.rest))

    # --- time --------------------------------------------------------------------------------------------------

    def next_deadline(self) -> datetime | None:
        """When ``advance`` must be called at the latest, or None."""
        deadlines = [half.next_deadline() for half in (self.station_half, self.csms_half)]
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def advance(self) -> list[Rest]:
        """What time alone brings about; the caller carries each out."""
        now = self._world.now()
        due: list[Rest] = []
        for half, towards_house, peer in (
            (self.station_half, self._up, self._ask_station),
            (self.csms_half, self._down, self._ask_csms),
        ):
            due += [self._later(translation, towards_house, peer) for translation in half.advance(now=now)]
        return due

    # --- the far sides -----------------------------------------------------------------------------------------

    async def _up(self, request: Any, course: Course) -> Any:
        """Put a house request of the station to the management system."""
        refusal = self.registration.refusal_for_station(request)
        if refusal is not None:
            return refusal
        beat = self._heartbeat_course(request)
        answer = await self._through(self.csms_half, request, beat or course, self._down, self._ask_csms)
        self.registration.heard(request, answer)
        return self._after_heartbeat(beat, answer, house.HeartbeatResponse)

    async def _relayed_up(self, request: Any, course: Course) -> Any:
        beat = self._heartbeat_course(request)
        answer = await self._world.ask_csms(request, (beat or course).deadline())
        return self._after_heartbeat(beat, answer, actions(self.csms_half.version)["Heartbeat"].response)

    def _heartbeat_course(self, request: Any) -> Course | None:
        """A heartbeat waits for a short time only (mapping 5.2); None for everything else."""
        if request.action != "Heartbeat":
            return None
        return Course(self._world.now, min(self._budget, HEARTBEAT_PATIENCE))

    def _after_heartbeat(self, beat: Course | None, answer: Any, response: Any) -> Any:
        """Answer a heartbeat by our own clock when the management system is there and takes too long.

        Without a link to it nothing is answered: a station finds out by a heartbeat whether it is heard (5.2).
        """
        silent = isinstance(answer, Refusal) and answer.silent
        if beat is None or not silent or self._world.now() < beat.deadline():
            return answer
        return response(current_time=self._world.now())

    async def _down(self, request: Any, course: Course) -> Any:
        """Put a house request of the management system to the station."""
        answer = self.registration.answer_for_csms(request)
        if answer is not None:
            return answer
        answer = await self._through(self.station_half, request, course, self._up, self._ask_station)
        self.registration.heard(request, answer)
        return answer

    async def _through(self, half: Half, request: Any, course: Course, house: Ask, peer: Ask) -> Any:
        translation = half.outward(request, now=self._world.now())
        return await self._until_answered(translation, course, house, peer)

    async def _ask_station(self, request: Any, course: Course) -> Any:
        return await self._asked(self._world.ask_station, request, course)

    async def _ask_csms(self, request: Any, course: Course) -> Any:
        return await self._asked(self._world.ask_csms, request, course)

    async def _asked(self, ask: Callable[[Any, datetime], Awaitable[Any]], request: Any, course: Course) -> Any:
        await self.save()
        deadline = course.deadline()
        return OUT_OF_TIME if self._world.now() >= deadline else await ask(request, deadline)

    # --- steps -------------------------------------------------------------------------------------------------

    def _course(self) -> Course:
        return Course(self._world.now, self._budget)

    async def _until_answered(self, translation: Translation, course: Course, house: Ask, peer: Ask) -> Any:
        """Carry a translation out up to its answer; what remains of it waits until that was sent (RPC-16)."""
        reply: Any = None
        while True:
            try:
                step = translation.send(reply)
            except StopIteration as end:
                return end.value
            if isinstance(step, Answered):
                course.rest.append(self._later(translation, house, peer))
                return step.response
            reply = await self._step(step, course, house, peer)

    async def _step(self, step: Any, course: Course, house: Ask, peer: Ask) -> Any:
        match step:
            case AskHouse(request):
                return await house(request, course)
            case AskPeer(request):
                return await peer(request, course)
            case Lost(losses):
                self._world.lost(losses)
            case Pause(seconds):
                left = (course.deadline() - self._world.now()).total_seconds()
                return None if left <= 0 else await self._world.pause(min(seconds, left))
        return None

    def _later(self, translation: Translation, house: Ask, peer: Ask) -> Rest:
        """The remainder of a translation that nobody waits for."""

        async def carry_on() -> None:
            course = Course(self._world.now, self._budget, answered=True)
            # An early answer within a remainder has nobody to go to: go on to the end.
            reply: Any = None
            while True:
                try:
                    step = translation.send(reply)
                except StopIteration:
                    break
                reply = None if isinstance(step, Answered) else await self._step(step, course, house, peer)
            await self.save()
            for rest in course.rest:
                await rest()

        return carry_on
