"""What one message costs: decode, validate, answer, encode; ours beside the package ``ocpp`` and bare parsing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import msgspec
from ocpp.charge_point import camel_to_snake_case, snake_to_camel_case
from ocpp.messages import CallResult, unpack, validate_payload

from bench.messages import call_frame, transaction_event
from bench.pairs import Pair, paired
from pluglot.dialects.ocpp201 import wire
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation, ConversationSettings, frames

#: The answer of every server here.
ANSWER: Final = {"idTokenInfo": {"status": "Accepted"}}
FRAMES: Final = [call_frame(f"bench-{number}", "TransactionEvent", transaction_event("tx", 1)) for number in range(64)]


def ours() -> Callable[[], None]:
    """Take a CALL apart, decode and check its payload; build the answer and write its frame."""

    def once() -> None:
        for frame in FRAMES:
            read: Any = frames.read_call(frame, wire.ACTIONS)
            _, call, _ = read
            frames.answer(call.message_id, our_answer())

    return once


def our_conversation() -> Callable[[], None]:
    """Our conversation takes a CALL in, typed and checked, and writes the checked answer."""
    ids = count()
    # Time stands still here, so a minute's budget has to last for all.
    settings = ConversationSettings(messages_per_minute=10**9, bytes_per_minute=10**12)
    conversation = Conversation(
        OcppVersion.OCPP_2_0_1, Sender.CSMS, actions=wire.ACTIONS, id_factory=lambda: str(next(ids)), settings=settings
    )
    now = datetime.now(UTC)

    def once() -> None:
        for frame in FRAMES:
            conversation.receive(frame, now=now)
            (received,) = conversation.events()
            conversation.answer(received.message_id, our_answer())
            (_,) = conversation.frames_to_send()

    return once


def our_answer() -> wire.TransactionEventResponse:
    """The answer in our types."""
    return wire.TransactionEventResponse(id_token_info=wire.IdTokenInfo(status=wire.AuthorizationStatus.ACCEPTED))


def package_ocpp(*, checks_answers: bool) -> Callable[[], None]:
    """The package does the same: unpack, validate, name in snake case, and back for the answer."""
    texts = [frame.decode() for frame in FRAMES[:4]]
    loop = asyncio.new_event_loop()

    async def exchange() -> None:
        for text in texts:
            message = unpack(text)
            await validate_payload(message, "2.0.1")
            camel_to_snake_case(message.payload)
            answer = CallResult(message.unique_id, snake_to_camel_case(ANSWER), action=message.action)
            if checks_answers:
                await validate_payload(answer, "2.0.1")
            answer.to_json()

    return lambda: loop.run_until_complete(exchange())


def parsing_alone() -> Callable[[], None]:
    """Untyped and unchecked: the least that any implementation does."""
    decoder, encoder = msgspec.json.Decoder(), msgspec.json.Encoder()

    def once() -> None:
        for frame in FRAMES:
            message: Any = decoder.decode(frame)
            encoder.encode([3, message[1], ANSWER])

    return once


def results() -> list[Pair]:
    """Decoding, checking and answering alone; then with the conversation around it, which checks the answer too."""
    assert len(json.loads(FRAMES[0])) == 4  # noqa: PLR2004, S101 - a CALL
    package, whole_package = package_ocpp(checks_answers=False), package_ocpp(checks_answers=True)
    many = len(FRAMES)
    return [
        paired("codec: package ocpp / pluglot", package, 4, ours(), many),
        paired("codec: pluglot / parsing alone", ours(), many, parsing_alone(), many),
        paired("conversation: package ocpp / pluglot", whole_package, 4, our_conversation(), many),
        paired("conversation: pluglot / parsing alone", our_conversation(), many, parsing_alone(), many),
    ]
