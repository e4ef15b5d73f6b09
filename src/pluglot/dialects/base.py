"""What every dialect offers: two halves, each turning one request into steps the caller carries out.

A translation is a generator. It yields *steps* (ask the house, ask the peer, note a loss, answer early) and is sent
what came of each; what it returns is the answer to the request it started from. So 1:1, 1:n and local answers
(mapping 1.2) have one shape, no step does I/O, and a bridge is two halves whose steps feed each other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from pluglot.dialects.losses import Loss
from pluglot.messages.version import OcppVersion

#: Marks the ``customData`` that carries what only the original version could say (mapping 1.3).
HOUSE_VENDOR = "org.pluglot"


#: Codes that judge the message, also in the spelling of 1.6: told again it is refused again.
_JUDGING: Final = frozenset(
    {
        "FormatViolation",
        "FormationViolation",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurenceConstraintViolation",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "TypeConstraintViolation",
    }
)


class Refusal(msgspec.Struct, frozen=True):
    """A request that was not answered with its response: a CALLERROR, a time-out or a link that left.

    ``code`` is an RPC error code in its 2.1 spelling; the door spells it for the version on the wire.
    """

    code: str
    description: str = ""
    details: dict[str, Any] = {}
    #: True when no answer came at all (time-out, link closed): the asked side may have acted or not.
    silent: bool = False

    @property
    def is_passing(self) -> bool:
        """Whether it tells of the trouble of the asked side, and not of what it was asked: later it may agree."""
        return self.silent or self.code not in _JUDGING


class AskHouse(msgspec.Struct, frozen=True):
    """Step: put this 2.1 request to the house; the answer sent back is its 2.1 response or a Refusal."""

    request: Any


class AskPeer(msgspec.Struct, frozen=True):
    """Step: put this request of the peer's version to the peer; sent back is its response or a Refusal."""

    request: Any


class Lost(msgspec.Struct, frozen=True):
    """Step: something could not be said; nothing is sent back."""

    losses: tuple[Loss, ...]


class GivenUp(Lost, frozen=True):
    """Step: the peer refused a message so often that it now counts as told (mapping 9.3); nothing is sent back."""


class Answered(msgspec.Struct, frozen=True):
    """Step: answer the original request now, although more steps follow (RPC-16); then return None at the end."""

    response: Any


class Pause(msgspec.Struct, frozen=True):
    """Step: go on after this many seconds; sent back is the time then, or None where the caller cannot wait."""

    seconds: float


Step = AskHouse | AskPeer | Lost | Answered | Pause
#: Yields steps, is sent the answer of each ask, returns the answer to the original request (or None after Answered).
Translation = Generator[Step, Any, Any]


class Half(Protocol):
    """One half of a dialect for one station: inward is from the peer to the house, outward from the house to the peer.

    In a *station half* the peer is a station and the house is a CSMS (or whatever stands for one); in a *CSMS half*
    the peer is a CSMS and the house is a station. Transaction messages of one half are translated one at a time.
    """

    @property
    def version(self) -> OcppVersion:
        """The version the peer speaks."""
        ...

    @property
    def identity_translation(self) -> bool:
        """True when house and wire are the same types (OCPP 2.1), so that the caller may pass messages through."""
        ...

    @property
    def asks_only_the_house(self) -> bool:
        """True when ``inward`` never asks the peer, so that nothing need be read from it meanwhile."""
        ...

    def verbatim(self, request: Any, payload: bytes) -> Any:
        """The 2.1 request that says the same JSON, where ``inward`` would only put it to the house; else None.

        What the house says to it goes back by ``answered``: a message that is the same in both versions, as most are,
        needs no steps.
        """
        ...

    def answered(self, action: str, answer: Any) -> tuple[Any, tuple[Loss, ...], bool]:
        """The house's response or Refusal to a ``verbatim`` request, in the peer's version.

        With it comes what was lost, and whether it is the same JSON.
        """
        ...

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request the peer sent; returns the peer-version response or a Refusal."""
        ...

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a house request for the peer; returns the house response or a Refusal (NotSupported)."""
        ...

    def connected(self, *, now: datetime) -> None:
        """Note that a link to the peer is up since ``now`` (mapping 9.3 tells offline events by it)."""
        ...

    def next_deadline(self) -> datetime | None:
        """When ``advance`` must be called at the latest, or None."""
        ...

    def advance(self, *, now: datetime) -> list[Translation]:
        """Translations that time alone brings about (an orphan timeout); the caller carries each out."""
        ...

    def snapshot(self) -> bytes:
        """The memory as bytes that ``restore`` of the same version understands."""
        ...

    def restore(self, snapshot: bytes) -> None:
        """Take up a memory saved before; unknown or damaged content raises ``DamagedMemory``."""
        ...

    @property
    def revision(self) -> int:
        """Rises whenever memory that must persist changed; the caller saves before carrying out the next step."""
        ...


class DamagedMemory(ValueError):
    """A saved dialect memory cannot be read; the caller starts from an empty one and says so loudly."""


async def until_answered(
    translation: Translation,
    *,
    ask_house: Callable[[Any], Awaitable[Any]],
    ask_peer: Callable[[Any], Awaitable[Any]],
    lost: Callable[[tuple[Loss, ...]], None],
    pause: Callable[[float], Awaitable[datetime]] | None = None,
) -> tuple[Any, bool]:
    """Run a translation up to its next answer; returns it, and whether steps remain after it (RPC-16).

    ``ask_house`` and ``ask_peer`` return a response or a Refusal and never raise for an expected failure. ``pause``
    waits that many seconds and returns the time then; without it translations that would wait go on at once.
    """
    reply: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            return end.value, False
        reply = None
        match step:
            case AskHouse(request):
                reply = await ask_house(request)
            case AskPeer(request):
                reply = await ask_peer(request)
            case Lost(losses):
                lost(losses)
            case Answered(response):
                return response, True
            case Pause(seconds):
                reply = None if pause is None else await pause(seconds)


async def carry_out(
    translation: Translation,
    *,
    ask_house: Callable[[Any], Awaitable[Any]],
    ask_peer: Callable[[Any], Awaitable[Any]],
    lost: Callable[[tuple[Loss, ...]], None],
    answer: Callable[[Any], Awaitable[None]],
    pause: Callable[[float], Awaitable[datetime]] | None = None,
) -> None:
    """Run a translation to its end, giving its final (or early) answer to ``answer`` exactly once."""
    response, remains = await until_answered(
        translation, ask_house=ask_house, ask_peer=ask_peer, lost=lost, pause=pause
    )
    await answer(response)
    while remains:
        _, remains = await until_answered(translation, ask_house=ask_house, ask_peer=ask_peer, lost=lost, pause=pause)
