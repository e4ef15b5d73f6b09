"""What both halves of the 2.0 dialect share: climb to 2.0.1, let its half translate, and come down again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec

from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.climb import OlderHalf
from pluglot.dialects.conversion import Context, Converters, Unsayable, plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp20.memory import Memory, TokenMemory
from pluglot.dialects.ocpp20.rules import FROM_20, TO_20
from pluglot.dialects.ocpp201 import wire as newer
from pluglot.dialects.policy import Policy
from pluglot.dialects.refusals import negative
from pluglot.messages.version import OcppVersion

#: Reports that are kept and sent again rather than lost.
_VALUABLE: Final = frozenset({"TransactionEvent"})
#: Requests that only look something up: an answer that cannot be said is as good as none.
_LOOKED_UP: Final = frozenset({"Get15118EVCertificate", "GetCertificateStatus", "Update15118EVCertificate"})
_DOWN: Final = Converters(TO_20)
_UP: Final = Converters(FROM_20)


class Half20(OlderHalf[Memory]):
    """A 2.0 peer, seen through the 2.0.1 half that stands between it and the house."""

    memory_type = Memory
    peer_version = OcppVersion.OCPP_2_0
    #: Whether a request of the house must be understood wholly or not at all.
    strict_outward: ClassVar[bool]

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity."""
        super().__init__(identity, random=random, policy=policy)
        self.tokens = TokenMemory(self.memory)

    # --- memory ---------------------------------------------------------------------------------------------------

    def encode_memory(self) -> bytes:
        """The memory as MessagePack, with that of the half above in it."""
        self.memory.newer = self.newer.encode_memory()
        return super().encode_memory()

    def decode_memory(self, content: bytes) -> Memory:
        """A memory from MessagePack; the half above takes up its part."""
        memory = super().decode_memory(content)
        if memory.newer:
            self.newer.memory = self.newer.decode_memory(memory.newer)
        self.tokens = TokenMemory(memory)
        return memory

    # --- from the peer --------------------------------------------------------------------------------------------

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the peer."""
        return (yield from self.climb(request, newer.ACTIONS[request.action].request, now))

    def climb(self, request: Any, target: Any, now: datetime) -> Translation:
        """Put a request of the peer to the house by way of this 2.0.1 type, and bring the answer down."""
        try:
            said = self.up(request, target, request.action, strict=not self.strict_outward)
            yield from noted(said)
        except Unsayable as unsayable:
            return (yield from self.say_no(request, unsayable))
        return (yield from self.put(said[0], request, now))

    def put(self, asked: Any, request: Any, now: datetime) -> Translation:
        """Put a 2.0.1 request to the house that stands for a request of the peer, and bring the answer down."""
        answer = yield from self.carried(self.newer.inward(asked, now=now), now)
        if isinstance(answer, Refusal):
            return answer
        try:
            response = self.answer_down(answer, request)
            yield from noted(response)
        except Unsayable as unsayable:
            return (yield from _no_answer(wire.ACTIONS[request.action].response, request.action, unsayable))
        return response[0]

    def answer_down(self, answer: Any, request: Any) -> tuple[Any, tuple[Loss, ...]]:
        """A 2.0.1 answer as the 2.0 answer to this request."""
        return self.down(answer, wire.ACTIONS[request.action].response, request.action, strict=False)

    def say_no(self, request: Any, unsayable: Unsayable) -> Translation:
        """The peer's own negative answer to a request that means nothing to the house."""
        target = newer.ACTIONS.get(request.action)
        answer = negative(target.response if target else None, unsayable.reason_code, why(unsayable))
        if isinstance(answer, Refusal):
            return Refusal("PropertyConstraintViolation", why(unsayable))
        said = self.answer_down(answer, request)
        yield from noted(said)
        return said[0]

    # --- to the peer ----------------------------------------------------------------------------------------------

    def ask_peer(self, request: Any, now: datetime) -> Translation:  # noqa: ARG002 - subclasses use the time
        """Ask the peer what a 2.0.1 request asks; the answer is 2.0.1 again."""
        return (yield from self.ask_plainly(request, wire.ACTIONS[request.action].request))

    def ask_plainly(self, request: Any, target: Any) -> Translation:
        """Ask by a request of this 2.0 type, and bring the answer up."""
        try:
            said = self.down(request, target, request.action, strict=self.strict_outward)
            yield from noted(said)
        except Unsayable as unsayable:
            return (yield from self._not_asked(request, unsayable))
        answer = yield AskPeer(said[0])
        if isinstance(answer, Refusal):
            return answer
        try:
            response = self.up(answer, newer.ACTIONS[request.action].response, request.action, strict=False)
            yield from noted(response)
        except Unsayable as unsayable:
            return (yield from _no_answer(newer.ACTIONS[request.action].response, request.action, unsayable))
        return response[0]

    def _not_asked(self, request: Any, unsayable: Unsayable) -> Translation:
        """Answer for the peer; a report that holds nothing it could understand is lost, but no mistake."""
        response = newer.ACTIONS[request.action].response
        demanding = any(field.required for field in msgspec.structs.fields(response))  # type: ignore[arg-type]
        if self.strict_outward or request.action in _VALUABLE or demanding:
            return negative(response, unsayable.reason_code, why(unsayable))
        yield Lost((Loss(request.action, unsayable.field, plain(unsayable.value), unsayable.reason_code),))
        return response()  # type: ignore[misc]

    # --- conversion -----------------------------------------------------------------------------------------------

    def down(self, message: Any, target: Any, action: str, *, strict: bool) -> tuple[Any, tuple[Loss, ...]]:
        """A 2.0.1 message in 2.0, with what was lost."""
        context = Context(strict=strict, substitute=self.tokens.said)
        changes = self.tokens.changes
        said = _DOWN.between(type(message), target)(message, context)
        if self.tokens.changes != changes:
            self.touch()
        return said, context.losses(action) if context.found else ()

    def up(self, message: Any, target: Any, action: str, *, strict: bool) -> tuple[Any, tuple[Loss, ...]]:
        """A 2.0 message in 2.0.1, with what was lost."""
        substitute = self.tokens.meant if self.tokens else None
        context = Context(strict=strict, substitute=substitute, emit_custom_data=self.policy.emit_custom_data)
        meant = _UP.between(type(message), target)(message, context)
        return meant, context.losses(action) if context.found else ()

    def remember(self, answering: str, request_id: int) -> None:
        """Note which request the next reports of this action answer."""
        if self.memory.requests.get(answering) != request_id:
            self.memory.requests[answering] = request_id
            self.touch()


def noted(converted: tuple[Any, tuple[Loss, ...]]) -> Translation:
    """The step that shows what a conversion lost, if it lost anything."""
    if converted[1]:
        yield Lost(converted[1])


def why(unsayable: Unsayable) -> str:
    """Words for a refusal."""
    return f"{unsayable.field or 'the message'} cannot be said in the other version: {unsayable.reason_code}"


def _no_answer(response: Any, action: str, unsayable: Unsayable) -> Translation:
    """What is left to say when an answer cannot be said; only where nothing was done may it say so."""
    if action in _LOOKED_UP:
        answer = negative(response, unsayable.reason_code, why(unsayable))
        if not isinstance(answer, Refusal):
            yield Lost((Loss(action, unsayable.field, plain(unsayable.value), unsayable.reason_code),))
            return answer
    return Refusal("InternalError", f"the answer to {action} cannot be said in the other version: {unsayable.field}")
