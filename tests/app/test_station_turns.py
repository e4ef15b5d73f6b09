"""What a station of ours does before and after an answer: neither side waits for what is not needed for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pluglot.app.clock import utc_now
from pluglot.app.station import Station, living
from pluglot.dialects.ocpp16 import wire
from pluglot.messages.version import OcppVersion
from pluglot.rpc import CallAnswered, CallReceived
from pluglot.station import MemoryJournal
from tests.app.houses import settings

#: Far less than the 25 s for which the dialect waits for a report.
PROMPT = 20.0


class Line:
    """Road, uplink and carrier in one: a 1.6 management system in the test's hands."""

    version = OcppVersion.OCPP_1_6

    def __init__(self) -> None:
        self.server: Any = None
        self.exchange: Any = self
        #: What the station asked, oldest first, and what it answered.
        self.asked: list[Any] = []
        self.answers: dict[str, Any] = {}
        #: Actions whose next call is answered only when this is set.
        self.held: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()

    async def connect(self, _: str, *, server: Any, **__: Any) -> Any:
        """The link is up at once."""
        self.server = server
        return self

    def change_ping_interval(self, seconds: float) -> None:
        """No pings."""

    async def close(self, *_: Any) -> None:
        """Nothing to close."""

    async def run(self) -> None:
        """The link stays."""
        await asyncio.Event().wait()

    async def call(self, request: Any) -> Any:
        """What the station asks is answered when the test allows."""
        self._note(lambda: self.asked.append(request))
        if (gate := self.held.get(request.action)) is not None:
            await gate.wait()
        now = utc_now()
        responses = {
            "BootNotification": wire.BootNotificationResponse(
                status=wire.RegistrationStatus.ACCEPTED, current_time=now, interval=300
            ),
            "StatusNotification": wire.StatusNotificationResponse(),
        }
        return CallAnswered(
            message_id="1",
            action=request.action,
            request=request,
            at=now,
            sent_at=now,
            call_frame=b"",
            response=responses[request.action],
            payload=b"",
            frame=b"",
        )

    async def answer(self, message_id: str, answer: Any, _: bytes | None = None) -> None:
        """Note what the station answers."""
        self._note(lambda: self.answers.update({message_id: answer}))

    def _note(self, change: Callable[[], Any]) -> None:
        change()
        self._changed.set()

    async def until(self, condition: Callable[[], Any]) -> None:
        """Return when the station has said what makes this true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def ask(self, request: Any) -> Any:
        """Ask the station, in turn with the other calls, as a real carrier does."""
        number = str(len(self.answers))
        await self.server.serve(CallReceived(number, request.action, request, b"", utc_now()))
        return self.answers[number]

    def heard(self, action: str) -> list[Any]:
        """What the station said of one kind."""
        return [request for request in self.asked if request.action == action]


@contextlib.asynccontextmanager
async def on_line(line: Line) -> AsyncIterator[Station]:
    """A 1.6 station on this line."""
    station = Station(settings("CS-1"), road=line, password=None, journal=MemoryJournal())
    async with living(station), asyncio.timeout(PROMPT):
        yield station


@pytest.mark.requirement("RPC-05")
async def test_all_settings_are_told_at_once_also_while_the_station_boots() -> None:
    """A question for all keys waits for the report that tells them, and the report does not wait for the answer."""
    line = Line()
    line.held["BootNotification"] = asyncio.Event()
    async with on_line(line):
        await line.until(lambda: line.heard("BootNotification"))
        asking = asyncio.create_task(line.ask(wire.GetConfigurationRequest()))
        await asyncio.sleep(0)
        line.held["BootNotification"].set()
        response = await asking
    keys = {entry.key for entry in response.configuration_key}
    assert {"HeartbeatInterval", "MeterValueSampleInterval", "NumberOfConnectors"} <= keys


@pytest.mark.requirement("RPC-05", "RPC-16")
async def test_what_follows_an_answer_holds_up_neither_side() -> None:
    """While the CSMS owes the answer to a boot it triggered, its calls are answered and the station speaks."""
    line = Line()
    async with on_line(line) as station:
        await station.until_ready()
        await line.until(lambda: line.heard("StatusNotification"))
        line.held["BootNotification"] = asyncio.Event()
        trigger = wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.BOOT_NOTIFICATION)
        assert (await line.ask(trigger)).status is wire.TriggerMessageStatus.ACCEPTED
        await line.until(lambda: len(line.heard("BootNotification")) == 2)
        cleared = await line.ask(wire.ClearCacheRequest())
        assert isinstance(cleared, wire.ClearCacheResponse)
        told = len(line.heard("StatusNotification"))
        await station.act(lambda engine, now: engine.plug_in(1, 1, now))
        await line.until(lambda: len(line.heard("StatusNotification")) > told)


@pytest.mark.requirement("RPC-16")
async def test_the_engine_hears_an_answer_before_what_follows_it() -> None:
    """While the status told after a report is not answered yet, the station says the next thing."""
    line = Line()
    line.held["StatusNotification"] = asyncio.Event()
    async with on_line(line) as station:
        await line.until(lambda: line.heard("StatusNotification"))
        await station.act(lambda engine, now: engine.plug_in(1, 1, now))
        await line.until(lambda: len(line.heard("StatusNotification")) > 1)
