"""A bridge between a 1.6 peer and one of any version, and a table row that says what it answers."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pluglot import messages as house
from pluglot.dialects import Policy, actions, csms_half, station_half
from pluglot.dialects.base import Refusal
from pluglot.messages.codec import from_builtins, to_builtins
from tests.bridge.peers import BOOT_16, Csms16, Station16, start_16, wire
from tests.bridge.world import World, ask, command
from tests.dialects.driver import ACCEPTING, carry
from tests.dialects.samples import Sampler, is_valid

#: Version -> the set of official schemas that its messages are held against.
SCHEMAS = {"1.6": "v16", "2.0": "v20", "2.0.1": "v201", "2.1": "v21"}
#: A legal token of every version.
TOKEN = {"idToken": "DRIVER", "type": "Central"}
STATUS_INFO = "statusInfo"
REASON = "additionalInfo"


def check(version: str, message: Any) -> None:
    """Hold a message against the official schema of its version."""
    if message is not None and not isinstance(message, Refusal):
        assert is_valid(SCHEMAS[version], message), f"{version}: {to_builtins(message)}"


def request_of(action: str, payload: Mapping[str, Any] | None) -> Any:
    """A request in the words of 2.1; without a payload the shortest legal one."""
    request = house.ACTIONS[action].request
    return Sampler(3).message(request, fullness=0.0) if payload is None else from_builtins(request, dict(payload))


def in_words_of(version: str, request: Any, now: datetime, *, by_csms: bool) -> Any:
    """A request of 2.1 as a management system (or station) of this version says it; None where it cannot."""
    make = station_half if by_csms else csms_half
    half = make(version, identity="ELSEWHERE", random=random.Random(5).random, policy=Policy(emit_custom_data=False))
    half.connected(now=now)
    carried = carry(half.outward(request, now=now))
    said = [one for one in carried.peer if one.action in actions(version)]
    return said[-1] if said else None


class Peer:
    """A peer of any version that thinks in 2.1; what goes in and comes out is legal in its version."""

    def __init__(self, version: str, *, is_csms: bool, mind: Callable[[Any], Any]) -> None:
        make = station_half if is_csms else csms_half
        self.version = version
        self.half: Any = make(
            version, identity="ELSEWHERE", random=random.Random(7).random, policy=Policy(emit_custom_data=False)
        )
        self.mind = mind
        #: What it was asked, on the wire and in 2.1.
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.meant: list[Any] = []
        self.now: Callable[[], datetime]

    def __call__(self, request: Any) -> Any:
        """Answer."""
        check(self.version, request)
        self.heard.append((request.action, to_builtins(request)))
        answer = carry(self.half.inward(request, now=self.now()), house=self._thought).answer
        check(self.version, answer)
        return answer

    def _thought(self, request: Any) -> Any:
        self.meant.append(request)
        return self.mind(request)


class OldStation(Station16):
    """A 1.6 station that answers some requests in its own way."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}
        self.configuration |= {"LightIntensity": "80", "MeterValueSampleInterval": "60"}

    @property
    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """What it was asked."""
        return self.asked

    def __call__(self, request: Any) -> Any:
        """Answer."""
        check("1.6", request)
        own = self.answers.get(request.action)
        if own is None:
            return super().__call__(request)
        self.asked.append((request.action, to_builtins(request)))
        return own if isinstance(own, Refusal) else from_builtins(actions("1.6")[request.action].response, own)


class OldCsms(Csms16):
    """A 1.6 management system that answers some requests in its own way."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}

    def __call__(self, request: Any) -> Any:
        """Answer."""
        check("1.6", request)
        own = self.answers.get(request.action)
        if own is None:
            return super().__call__(request)
        self.heard.append((request.action, to_builtins(request)))
        return own if isinstance(own, Refusal) else from_builtins(actions("1.6")[request.action].response, own)


class Scene:
    """A bridge with a peer at each side; one speaks 1.6, or both something newer."""

    def __init__(self, station: str, csms: str) -> None:
        self.station_version, self.csms_version = station, csms
        self.thoughts: dict[str, Callable[[Any], Any]] = {}
        self.station: Any = OldStation() if station == "1.6" else Peer(station, is_csms=False, mind=self._station)
        self.csms: Any = OldCsms() if csms == "1.6" else Peer(csms, is_csms=True, mind=self._csms)
        self.world = World(self.station, self.csms)
        for peer in (self.station, self.csms):
            peer.now = self.world.now
        self.joint = self.world.joint(station, csms)
        #: The transaction that runs, as a 1.6 peer numbers it.
        self.number = 0

    def _csms(self, request: Any) -> Any:
        return self.thoughts.get(request.action, ACCEPTING.get(request.action, _plainly))(request)

    def _station(self, request: Any) -> Any:
        return self.thoughts.get(request.action, _refuses)(request)

    @property
    def transaction(self) -> str:
        """The transaction that runs, as the newer peer names it."""
        events = [one for one in self.csms.meant if one.action == "TransactionEvent"]
        return str(events[-1].transaction_info.transaction_id)

    # --- what is said ---

    async def asks(self, action: str, payload: Mapping[str, Any] | None = None) -> Any:
        """The management system asks in its version what this says in 2.1."""
        request = request_of(action, payload)
        said = in_words_of(self.csms_version, request, self.world.time, by_csms=True)
        assert said is not None, f"{self.csms_version} cannot say it"
        check(self.csms_version, said)
        answer = await command(self.joint, said)
        check(self.csms_version, answer)
        return answer

    async def tells(self, action: str, payload: Mapping[str, Any] | None = None) -> Any:
        """The station tells in its version what this says in 2.1."""
        request = request_of(action, payload)
        said = in_words_of(self.station_version, request, self.world.time, by_csms=False)
        assert said is not None, f"{self.station_version} cannot say it"
        check(self.station_version, said)
        answer = await ask(self.joint, said)
        check(self.station_version, answer)
        return answer

    async def asks_16(self, action: str, **payload: Any) -> Any:
        """The 1.6 management system asks."""
        answer = await command(self.joint, wire("1.6", action, **payload))
        check("1.6", answer)
        return answer

    async def tells_16(self, action: str, **payload: Any) -> Any:
        """The 1.6 station tells."""
        answer = await ask(self.joint, wire("1.6", action, **payload))
        check("1.6", answer)
        return answer

    async def time_passes(self) -> None:
        """Everything that is due happens."""
        for rest in self.joint.advance():
            await rest()

    # --- what comes before ---

    async def boots(self) -> None:
        """The 1.6 station is accepted and has told its keys."""
        await ask(self.joint, BOOT_16)
        await self.time_passes()

    async def charges(self) -> None:
        """A transaction runs at the 1.6 station."""
        await self.boots()
        self.number = (await ask(self.joint, start_16())).transaction_id


def _plainly(request: Any) -> Any:
    """The shortest legal answer."""
    response = house.ACTIONS[request.action].response
    return None if response is None else Sampler(1).message(response, fullness=0.0)


def _refuses(request: Any) -> Any:
    return Refusal("NotSupported", request.action)


class Refused(NamedTuple):
    """The answer is an error with this code."""

    code: str


Before = Callable[[Scene], Awaitable[Any]]
Says = Mapping[str, Any] | Refused | None


class Row(NamedTuple):
    """A row of the tables of what has no counterpart."""

    #: What the row is called where it is specified, with the table.
    name: str
    action: str
    #: The answer on the wire, whole; the words beside a reason code are free, but must be there.
    says: Says
    #: The request in the words of 2.1, or how to make it from the scene; None for the shortest legal one.
    request: Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]] | None = None
    #: What has happened before.
    before: Before | None = None
    #: What the far side is asked because of it, in order.
    far: tuple[str, ...] = ()
    #: The same asker hears afterwards, in order.
    then: tuple[str, ...] = ()
    #: What is reported as lost: ``Action.field``.
    lost: tuple[str, ...] = ()
    #: Versions of the newer side that say it otherwise: what they are answered.
    otherwise: Mapping[str, Says] = {}
    #: What is lost there instead.
    lost_otherwise: Mapping[str, tuple[str, ...]] = {}
    #: Versions of the newer side that cannot ask this.
    never: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The name."""
        return self.name


def answer_is(row: Row, version: str, answer: Any) -> None:
    """Compare an answer with what the row says."""
    expected = row.otherwise.get(version, row.says)
    if isinstance(expected, Refused):
        assert isinstance(answer, Refusal), to_builtins(answer)
        assert (answer.code, bool(answer.description)) == (expected.code, True)
        return
    assert not isinstance(answer, Refusal), answer
    if expected is None:
        assert answer is None
        return
    shown = to_builtins(answer)
    if STATUS_INFO in shown:
        assert shown[STATUS_INFO].pop(REASON), "a reason in words"
    wanted = dict(expected)
    if version == "2.0":
        wanted.pop(STATUS_INFO, None)  # 2.0 has no such field
    assert shown == wanted, shown


def losses_are(row: Row, version: str, scene: Scene) -> None:
    """Compare what was reported as lost with what the row says."""
    lost = tuple(f"{loss.action}.{loss.field}" for loss in scene.world.losses)
    expected = row.lost_otherwise.get(version, row.lost)
    answer = row.otherwise.get(version, row.says)
    if version == "2.0" and isinstance(answer, Mapping) and STATUS_INFO in answer and version not in row.lost_otherwise:
        expected += (f"{row.action}.{STATUS_INFO}",)
    assert lost == expected, lost
    assert all(loss.reason for loss in scene.world.losses)
