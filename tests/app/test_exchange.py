from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest

from pluglot.app.exchange import Exchange
from pluglot.dialects import actions
from pluglot.messages import ClearCacheRequest, HeartbeatResponse
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallAnswered, CallReceived, Conversation, SendReceived
from pluglot.transport.memory import pair
from tests.app.test_session import AT


class Slow:
    """Answers heartbeats when it is told to, and notes in which order things were begun and done."""

    def __init__(self) -> None:
        self.exchange: Exchange
        self.gate = asyncio.Event()
        self.seen: list[str] = []

    async def serve(self, received: CallReceived | SendReceived) -> None:
        """Answer a heartbeat."""
        self.seen.append(f"begin {received.message_id}")
        await self.gate.wait()
        await self.exchange.answer(received.message_id, HeartbeatResponse(current_time=AT))
        self.seen.append(f"end {received.message_id}")

    async def mishap(self, mishap: Any) -> None:
        """Note what went wrong."""
        self.seen.append(type(mishap).__name__)


def noting(seen: list[str], what: str) -> Callable[[], Awaitable[None]]:
    async def note() -> None:
        seen.append(what)

    return note


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.mark.parametrize("at_once", [False, True], ids=["in a task", "at once"])
@pytest.mark.requirement("HRD-12")
async def test_calls_and_other_work_are_done_one_at_a_time_and_in_order(at_once: bool) -> None:
    """What must be done in turn waits while a call is served, and so does the next call; nothing overlaps."""
    near, far = pair("CS-1", OcppVersion.OCPP_2_1)
    ids = (f"c{number}" for number in count(1))
    version = OcppVersion.OCPP_2_1
    conversation = Conversation(version, Sender.CSMS, actions=actions(version), id_factory=lambda: next(ids))
    server = Slow()
    server.exchange = exchange = Exchange(near, conversation, server, at_once=at_once)
    running = asyncio.create_task(exchange.run())
    await far.send(json.dumps([2, "a", "Heartbeat", {}]).encode())
    await settled()
    exchange.do_in_order(noting(server.seen, "work"))
    await far.send(json.dumps([2, "b", "Heartbeat", {}]).encode())
    await settled()
    assert server.seen == ["begin a"]
    asking = asyncio.create_task(exchange.call(ClearCacheRequest()))
    await settled()
    server.gate.set()
    await settled()
    assert server.seen == ["begin a", "end a", "work", "begin b", "end b"]
    await far.send(json.dumps([3, "c1", {"status": "Accepted"}]).encode())
    assert isinstance(await asyncio.wait_for(asking, 30), CallAnswered)
    await far.close()
    await asyncio.wait_for(running, 30)
