"""Old versions climb: the half of a version is the half of the next newer one, with its messages said the older way.

What the peer sends is converted up and put to the newer half; what the newer half asks of the peer is converted down,
or answered here where the older version has no word for it. So a version states only in what it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

import msgspec

from pluglot.dialects.base import Answered, AskPeer, Half, Lost, Refusal, Translation
from pluglot.dialects.halves import RememberingHalf
from pluglot.dialects.losses import Loss
from pluglot.dialects.policy import Policy
from pluglot.messages.action import Action
from pluglot.messages.base import Request, Response

MemoryType = TypeVar("MemoryType", bound=msgspec.Struct)


def replaced(
    rows: Mapping[str, Action], *, without: frozenset[str], by: Iterable[type[Request | Response]]
) -> dict[str, Action]:
    """The table of an older version: the rows of the newer one, without some and with these messages instead."""
    own: dict[tuple[str, bool], Any] = {(type_.action, issubclass(type_, Request)): type_ for type_ in by}
    return {
        name: Action(
            name,
            own.get((name, True), row.request),
            own.get((name, False), row.response),
            row.sender,
            row.block,
        )
        for name, row in rows.items()
        if name not in without
    }


class Said(NamedTuple):
    """A message in the other version, and what it could not say."""

    message: Any
    losses: tuple[Loss, ...] = ()


class Instead(NamedTuple):
    """The answer to a request that the other version cannot be asked, in that version, and what is lost by it."""

    response: Any
    losses: tuple[Loss, ...] = ()


class Asked(NamedTuple):
    """What a conversion may look at beside the message."""

    half: Any
    #: The request that is answered; the message itself when it is a request.
    request: Any
    now: datetime


#: Brings an answer of the newer version down to the older one.
Answer = Callable[[Any], Translation]
#: Converts one message; only requests may be answered ``Instead``.
Convert = Callable[[Any, Asked], "Said | Instead"]


class Difference(NamedTuple):
    """How one action of the older version differs; None where its messages are those of the newer version."""

    request_up: Convert | None = None
    response_down: Convert | None = None
    request_down: Convert | None = None
    response_up: Convert | None = None


_SAME: Final = Difference()


class NoMemory(msgspec.Struct, array_like=True):
    """The memory of a half that remembers nothing of its own."""


class OlderHalf(RememberingHalf[MemoryType], Generic[MemoryType]):
    """A half around the half of the next newer version, whose steps go on; what it asks the peer is said otherwise."""

    newer_half: ClassVar[Callable[..., Half]]

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity."""
        super().__init__(identity, random=random, policy=policy)
        self.newer: Any = type(self).newer_half(identity, random=random, policy=self.policy)

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a house request; only what the newer half asks of the peer is said otherwise."""
        return self.carried(self.newer.outward(request, now=now), now)

    def advance(self, *, now: datetime) -> list[Translation]:
        """What time alone brings about in the newer half."""
        return [self.carried(translation, now) for translation in self.newer.advance(now=now)]

    def carried(self, translation: Translation, now: datetime, answer: Answer | None = None) -> Translation:
        """Pass the steps of the newer half on; ``answer`` brings what it answers down to the older version."""
        reply: Any = None
        while True:
            try:
                step = translation.send(reply)
            except StopIteration as end:
                return end.value if answer is None else (yield from answer(end.value))
            match step:
                case AskPeer(request):
                    reply = yield from self.ask_peer(request, now)
                case Answered(response) if answer is not None:
                    reply = yield Answered((yield from answer(response)))
                case _:
                    reply = yield step

    def ask_peer(self, request: Any, now: datetime) -> Translation:
        """Put a request of the newer half to the peer; returns the answer in the newer version."""
        raise NotImplementedError

    # --- memory ---------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Rises whenever this memory or that of the newer half changed."""
        return self._revision + int(self.newer.revision)

    def connected(self, *, now: datetime) -> None:
        """Note that the peer is there since ``now``."""
        super().connected(now=now)
        self.newer.connected(now=now)

    def next_deadline(self) -> datetime | None:
        """When the newer half wants to act."""
        deadline: datetime | None = self.newer.next_deadline()
        return deadline


class ClimbingHalf(OlderHalf[MemoryType], Generic[MemoryType]):
    """A half of an older version that says in a table how each of its actions differs from the next newer version."""

    #: Actions of this version; what the newer half asks beyond them is answered by ``absent``.
    actions: ClassVar[Mapping[str, Action]]
    differences: ClassVar[Mapping[str, Difference]] = {}
    #: Answers to requests the older version lacks, in the newer version.
    absent: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    # --- translating ----------------------------------------------------------------------------------------------

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the peer by way of the newer half."""
        difference = self.differences.get(request.action, _SAME)
        asked = Asked(self, request, now)
        said = _converted(difference.request_up, request, asked)
        newer = yield from _noted(said)
        if isinstance(said, Instead):
            return (yield from self._answer(newer, asked))
        translation = self.newer.inward(newer, now=now)
        return (yield from self.carried(translation, now, lambda response: self._answer(response, asked)))

    def _answer(self, response: Any, asked: Asked) -> Translation:
        if response is None or isinstance(response, Refusal):
            return response
        convert = self.differences.get(response.action, _SAME).response_down
        return (yield from _noted(_converted(convert, response, asked)))

    def ask_peer(self, request: Any, now: datetime) -> Translation:
        """Put a request of the newer half to the peer, and bring its answer up."""
        if request.action not in self.actions:
            return (yield from self._missing(request))
        difference = self.differences.get(request.action, _SAME)
        asked = Asked(self, request, now)
        said = _converted(difference.request_down, request, asked)
        if isinstance(said, Instead):
            yield from _lost(said.losses)
            return said.response
        answer = yield AskPeer((yield from _noted(said)))
        if isinstance(answer, Refusal):
            return answer
        return (yield from _noted(_converted(difference.response_up, answer, asked)))

    def _missing(self, request: Any) -> Translation:
        reason = f"OCPP {self.version.value.removesuffix('s')} has no such message"
        answer = self.absent.get(request.action)
        if answer is None:
            return Refusal("NotSupported", f"{request.action}: {reason}")
        yield Lost((Loss(request.action, "", None, reason),))
        return answer(request)

    # --- memory ---------------------------------------------------------------------------------------------------

    def encode_memory(self) -> bytes:
        """Both memories as MessagePack."""
        return msgspec.msgpack.encode((self.memory, self.newer.snapshot()))

    def decode_memory(self, content: bytes) -> MemoryType:
        """Both memories; that of the newer half is taken up by it."""
        own, newer = msgspec.msgpack.decode(content, type=tuple[self.memory_type, bytes])  # type: ignore[name-defined]
        self.newer.restore(newer)
        memory: MemoryType = own
        return memory


def _converted(convert: Convert | None, message: Any, asked: Asked) -> Said | Instead:
    return Said(message) if convert is None else convert(message, asked)


def _noted(said: Said | Instead) -> Translation:
    yield from _lost(said.losses)
    return said.message if isinstance(said, Said) else said.response


def _lost(losses: tuple[Loss, ...]) -> Translation:
    if losses:
        yield Lost(losses)


# --- small helpers of conversions ---------------------------------------------------------------------------------


def fields_as(target: Any, message: Any, **changed: Any) -> Any:
    """The message as another type that has fields of the same names, some of them with other values."""
    values = {name: getattr(message, name) for name in target.__struct_fields__ if name not in changed}
    return target(**values, **changed)


def cut(action: str, field: str, text: str | None, longest: int, losses: list[Loss]) -> str | None:
    """A text that is not too long for the other version."""
    if text is None or len(text) <= longest:
        return text
    losses.append(Loss(action, field, text, f"cut to {longest} characters"))
    return text[:longest]
