"""What both halves of the 2.0.1 dialect share: convert the request, ask, convert the answer back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import Context, Converters, Unsayable, plain
from pluglot.dialects.halves import RememberingHalf
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp201 import wire
from pluglot.dialects.ocpp201.memory import Memory, TokenMemory
from pluglot.dialects.ocpp201.rules import FROM_201, TO_201
from pluglot.dialects.policy import Policy
from pluglot.dialects.refusals import negative
from pluglot.messages import ACTIONS
from pluglot.messages.action import Action
from pluglot.messages.version import OcppVersion

#: Reports that are kept and sent again rather than lost.
_VALUABLE: Final = frozenset({"TransactionEvent"})
_TO_PEER: Final = Converters(TO_201)
_TO_HOUSE: Final = Converters(FROM_201)


class Half201(RememberingHalf[Memory]):
    """A 2.0.1 peer: the types are converted, nothing else happens."""

    memory_type = Memory
    peer_version = OcppVersion.OCPP_2_0_1

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity."""
        super().__init__(identity, random=random, policy=policy)
        self.tokens = TokenMemory(self.memory)

    def decode_memory(self, content: bytes) -> Memory:
        """A memory from MessagePack, with the tokens in it."""
        memory = super().decode_memory(content)
        self.tokens = TokenMemory(memory)
        return memory

    def pass_inward(self, request: Any, *, strict: bool) -> Translation:
        """Put a peer's request to the house and bring the answer back."""
        action = ACTIONS[request.action]
        context = self._meaning(strict=strict)
        try:
            house_request = self._meant(request, action.request, context)
        except Unsayable as unsayable:
            return self.wire_negative(action.name, unsayable)
        if context.found:
            yield Lost(context.losses(action.name))
        answer = yield AskHouse(house_request)
        response, losses, _ = self.answered(action.name, answer)
        if losses:
            yield Lost(losses)
        return response

    def verbatim(self, request: Any, payload: bytes) -> Any:
        """The request for the house, where it is the same JSON and no token needs to be put back."""
        source, target = type(request), ACTIONS[request.action].request
        if source is target:
            return request
        if self.tokens:
            return None
        read = _TO_HOUSE.reader(source, target)
        return None if read is None else read(payload)

    def answered(self, action: str, answer: Any) -> tuple[Any, tuple[Loss, ...], bool]:
        """The answer of the house in the peer's version, with what was lost, and whether it is the same JSON."""
        source, target = type(answer), _peer_action(action).response
        if source is Refusal or source is target:
            return answer, (), True
        same = _TO_PEER.copier(source, target)(answer)  # type: ignore[arg-type]  # what is called has a response
        if same is not None:
            return same, (), True
        try:
            return *self.to_peer(answer, target, action, strict=False), False
        except Unsayable as unsayable:
            return _unsayable_answer(action, unsayable), (), False

    def pass_outward(self, request: Any, *, strict: bool) -> Translation:
        """Put a request of the house to the peer and bring the answer back."""
        peer_action = _peer_action(request.action)
        try:
            peer_request = self.to_peer(request, peer_action.request, request.action, strict=strict)
            yield from self._noted(peer_request)
        except Unsayable as unsayable:
            return (yield from self._not_asked(request, unsayable, strict=strict))
        answer = yield AskPeer(peer_request[0])
        if isinstance(answer, Refusal):
            return answer
        try:
            response = self.to_house(answer, ACTIONS[request.action].response, request.action, strict=False)
            yield from self._noted(response)
        except Unsayable as unsayable:
            return _unsayable_answer(request.action, unsayable)
        return response[0]

    def _not_asked(self, request: Any, unsayable: Unsayable, *, strict: bool) -> Translation:
        """Answer for the peer; a report that holds nothing it could understand is lost, but no mistake."""
        response = ACTIONS[request.action].response
        if strict or response is None or request.action in _VALUABLE or _demands_something(response):
            return self.house_negative(request.action, unsayable)
        yield Lost((Loss(request.action, unsayable.field, plain(unsayable.value), unsayable.reason_code),))
        return response()

    def to_peer(self, message: Any, target: Any, action: str, *, strict: bool) -> tuple[Any, tuple[Loss, ...]]:
        """A message of the house in 2.0.1, with what was lost."""
        if type(message) is target:
            return message, ()
        context = Context(strict=strict, substitute=self.tokens.said)
        changes = self.tokens.changes
        said = _TO_PEER.between(type(message), target)(message, context)
        if self.tokens.changes != changes:
            self.touch()
        return said, context.losses(action) if context.found else ()

    def to_house(self, message: Any, target: Any, action: str, *, strict: bool) -> tuple[Any, tuple[Loss, ...]]:
        """A 2.0.1 message in the vocabulary of the house, with what was lost."""
        context = self._meaning(strict=strict)
        meant = self._meant(message, target, context)
        return meant, context.losses(action) if context.found else ()

    def _meaning(self, *, strict: bool) -> Context:
        return Context(strict=strict, substitute=self.tokens.meant if self.tokens else None)

    @staticmethod
    def _meant(message: Any, target: Any, context: Context) -> Any:
        return message if type(message) is target else _TO_HOUSE.between(type(message), target)(message, context)

    def house_negative(self, action: str, unsayable: Unsayable) -> Any:
        """The house's response that says why its request could not be put to the peer."""
        return negative(ACTIONS[action].response, unsayable.reason_code, _why(unsayable))

    def wire_negative(self, action: str, unsayable: Unsayable) -> Any:
        """The peer's response, or refusal, that says why its request means nothing to the house."""
        answer = negative(_peer_action(action).response, unsayable.reason_code, _why(unsayable))
        return Refusal("PropertyConstraintViolation", _why(unsayable)) if isinstance(answer, Refusal) else answer

    def _noted(self, converted: tuple[Any, tuple[Loss, ...]]) -> Translation:
        if converted[1]:
            yield Lost(converted[1])


def _peer_action(name: str) -> Action:
    return wire.ACTIONS[name]


def _demands_something(response: type[msgspec.Struct]) -> bool:
    return any(field.required for field in msgspec.structs.fields(response))


def _why(unsayable: Unsayable) -> str:
    return f"{unsayable.field or 'the message'} cannot be said in the other version: {unsayable.reason_code}"


def _unsayable_answer(action: str, unsayable: Unsayable) -> Refusal:
    return Refusal("InternalError", f"the answer to {action} cannot be said in the other version: {unsayable.field}")
