"""One simulated station as a program: engine, dialect, link, journal, hardware; every step in the order that keeps."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from pluglot.app.base import Carrier
from pluglot.app.clock import utc_now
from pluglot.app.exchange import CallNotSent, Mishap
from pluglot.app.outcomes import as_refusal
from pluglot.app.uplinks import Road, Uplink
from pluglot.dialects import csms_half
from pluglot.dialects.base import DamagedMemory, Half, Refusal, carry_out
from pluglot.dialects.losses import Loss
from pluglot.messages import RegistrationStatus
from pluglot.rpc import (
    CallAnswered,
    CallReceived,
    SendReceived,
    UnsayableRequest,
)
from pluglot.simulation import SimulatedEvse, load_registers, save_registers
from pluglot.station import (
    ContactorClosed,
    ContactorOpened,
    Engine,
    Journal,
    JournalUnavailable,
    MemoryDamaged,
    MessageGivenUp,
    MeterReading,
    MeterWanted,
    Outgoing,
    ReadingRefused,
    RebootRequested,
    RegistrationChanged,
    SettingChanged,
    SettingQuestioned,
    StationEvent,
    StationSettings,
    Writes,
)
from pluglot.transport import ConnectFailed, Refused

BROKEN: Final = Refusal("InternalError", "The request could not be processed.")
#: Sections of the journal that are ours, beside the engine's.
METERS: Final = "simulation.meters"
DIALECT: Final = "dialect.{version}"
#: A revision no dialect memory has, so that the next write saves it.
UNSAVED: Final = -1
#: Seconds that a simulated reboot takes.
REBOOT_SECONDS: Final = 0.5

Listener = Callable[[StationEvent], Awaitable[None]]


class Station:
    """A station that lives: connects, boots, charges, remembers; drive it through ``act``.

    Whatever the engine decides is written to the journal before it is sent (TX-01), and what follows from an answer
    is carried out after the answer went out. Many stations may share one ``road``.
    """

    def __init__(
        self,
        settings: StationSettings,
        *,
        road: Road,
        password: str | None,
        journal: Journal,
        speed: float = 1.0,
        on_event: Listener | None = None,
    ) -> None:
        self.settings = settings
        self._road = road
        self._version = road.version
        self._password = password
        self._journal = journal
        self._on_event = on_event
        self._log = structlog.get_logger("pluglot.station").bind(station=settings.identity)
        self._lock = asyncio.Lock()
        self._woken = asyncio.Event()
        self._rebooting = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._exchange: Carrier | None = None
        self._uplink: Uplink | None = None
        self._losses: list[Loss] = []
        #: Calls of the CSMS under way; what follows from them waits for their answers (RPC-16).
        self._answering = 0
        self._accepted = False
        memory = journal.load()
        registers = load_registers(memory.states.get(METERS))
        self.evses = {
            number: SimulatedEvse(number, evse.maximum_power, speed, registers.get(number, evse.maximum_power * 0))
            for number, evse in enumerate(settings.evses, start=1)
        }
        self.engine = self._switched_on()
        self._half = self._made_half(memory.states.get(self._section))
        self._saved_revision = self._half.revision

    @property
    def losses(self) -> list[Loss]:
        """What this station's version could not say so far."""
        return self._losses

    @property
    def is_connected(self) -> bool:
        """Whether a link is up."""
        return self._exchange is not None

    @property
    def _section(self) -> str:
        return DIALECT.format(version=self._version.value)

    # --- life ------------------------------------------------------------------------------------------------

    def _switched_on(self) -> Engine:
        return Engine(
            self.settings,
            self._journal.load(),
            random=secrets.SystemRandom().random,
            ids=lambda: str(uuid.uuid4()),
            read_meter=self._read_meter,
        )

    def _made_half(self, snapshot: bytes | None) -> Half:
        half = csms_half(self._version, identity=self.settings.identity, random=secrets.SystemRandom().random)
        if snapshot is not None:
            try:
                half.restore(snapshot)
            except DamagedMemory as error:
                self._log.error("the memory of the dialect is damaged", reason=str(error))
        return half

    async def run(self) -> None:
        """Live until cancelled."""
        await self._start_engine()
        try:
            while True:
                await self._live_once()
                self.engine = self._switched_on()
                await self._start_engine()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _start_engine(self) -> None:
        """Switch the engine on and tell it which vehicles stand here, so that it can resume what ran."""
        now = utc_now()
        self._accepted = False
        self.engine.start(now)
        for evse in self.evses.values():
            if evse.vehicle is not None:
                self.engine.plug_in(evse.evse_id, 1, now)
                self.engine.vehicle_state(evse.evse_id, now, wants_energy=evse.vehicle.wants_energy)
        await self._settle()

    async def _live_once(self) -> None:
        """From power-up to an ordered reboot."""
        connecting = asyncio.create_task(self._stay_connected())
        rebooting = asyncio.create_task(self._rebooting.wait())
        try:
            await asyncio.wait({connecting, rebooting}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                connecting.result()
        finally:
            for task in (connecting, rebooting):
                task.cancel()
            await asyncio.gather(connecting, rebooting, return_exceptions=True)
        self._rebooting.clear()
        await asyncio.sleep(REBOOT_SECONDS)

    async def _stay_connected(self) -> None:
        attempt = 0
        while True:
            not_found = False
            try:
                timeout = int(self.engine.setting("OCPPCommCtrlr", "MessageTimeout", "Default"))
                uplink = await self._road.connect(
                    self.settings.identity,
                    password=self.engine.password or self._password,
                    server=self,
                    call_timeout=timedelta(seconds=timeout),
                )
                attempt = 0
                try:
                    await self._serve_uplink(uplink)
                finally:
                    await uplink.close()
            except ConnectFailed as error:
                not_found = isinstance(error, Refused) and error.http_status == 404  # noqa: PLR2004 - WS-04
                self._log.warning("no link to the CSMS", reason=str(error))
            attempt += 1
            await asyncio.sleep(self.engine.reconnect_wait(attempt, not_found=not_found))

    async def _serve_uplink(self, uplink: Uplink) -> None:
        uplink.change_ping_interval(float(self.engine.setting("OCPPCommCtrlr", "WebSocketPingInterval")))
        exchange = uplink.exchange
        reading = asyncio.create_task(exchange.run())
        try:
            async with self._lock:
                now = utc_now()
                self._exchange, self._uplink = exchange, uplink
                self._half.connected(now=now)
                self.engine.connected(now)
            await self._settle()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._exchange = self._uplink = None
            await asyncio.shield(self._link_lost())

    async def _link_lost(self) -> None:
        async with self._lock:
            self.engine.disconnected(utc_now())
        await self._settle()

    # --- what people and hardware do -------------------------------------------------------------------------

    async def act(self, action: Callable[[Engine, datetime], None]) -> None:
        """Let something happen at the station, such as ``lambda engine, now: engine.plug_in(1, 1, now)``."""
        async with self._lock:
            now = utc_now()
            for evse in self.evses.values():
                evse.advance(now)
                self.engine.meter(evse.evse_id, evse.reading(), now)
            action(self.engine, now)
        await self._settle()

    def _read_meter(self, evse_id: int) -> MeterReading | None:
        evse = self.evses.get(evse_id)
        if evse is None:
            return None
        evse.advance(utc_now())
        return evse.reading()

    async def until_ready(self) -> None:
        """Return when the CSMS has accepted the station."""
        while not self._accepted:
            self._woken.clear()
            await self._woken.wait()

    async def until_delivered(self) -> None:
        """Return when the CSMS has every transaction message."""
        while self.engine.undelivered or self.engine.open_transactions:
            self._woken.clear()
            await self._woken.wait()

    # --- the order that keeps --------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Write, carry out, send; until nothing is left to do now."""
        async with self._lock:
            while await self._settle_once():
                pass
        self._set_timer()
        self._woken.set()

    async def _settle_once(self) -> bool:
        wrote = await self._write()
        if self._answering:
            return False
        events = self.engine.events()
        for event in events:
            await self._carry_out(event)
        exchange = self._exchange
        outgoing = self.engine.next_request(utc_now()) if exchange is not None else None
        if exchange is not None and outgoing is not None:
            await self._write()
            self._start(self._ask(exchange, outgoing))
        return wrote or bool(events) or outgoing is not None

    async def _write(self) -> bool:
        writes = self.engine.journal_writes()
        states = dict(writes.states)
        if self._half.revision != self._saved_revision:
            self._saved_revision = self._half.revision
            states[self._section] = self._half.snapshot()
        if writes.appended:
            states[METERS] = save_registers(self.evses)
        if not (writes or states):
            return False
        try:
            await asyncio.to_thread(
                self._journal.write, Writes(appended=writes.appended, acknowledged=writes.acknowledged, states=states)
            )
        except JournalUnavailable:
            self.engine.not_written(writes)
            self._saved_revision = UNSAVED
            raise
        return True

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        deadlines = [moment for moment in (self.engine.next_deadline(), self._half.next_deadline()) if moment]
        if deadlines:
            delay = max(0.0, (min(deadlines) - utc_now()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(delay, lambda: self._start(self._advance()))

    async def _advance(self) -> None:
        async with self._lock:
            now = utc_now()
            self.engine.advance(now)
            translations = self._half.advance(now=now)
        exchange = self._exchange
        for translation in translations:
            if exchange is not None:
                await self._translate(exchange, translation, _nobody)
        await self._settle()

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except JournalUnavailable as error:
            # A station that cannot remember must not charge on credit: it stops talking until its disk works again.
            self._log.error("the journal is unavailable", reason=str(error))
            if self._exchange is not None:
                await self._exchange.close(1011, "the station cannot write")

    async def _carry_out(self, event: StationEvent) -> None:
        match event:
            case ContactorClosed(evse_id=evse_id):
                self._switch(evse_id, closed=True)
            case ContactorOpened(evse_id=evse_id):
                self._switch(evse_id, closed=False)
            case MeterWanted(evse_id=evse_id):
                evse = self.evses[evse_id]
                evse.advance(utc_now())
                self.engine.meter(evse_id, evse.reading(), utc_now())
            case SettingChanged(variable="WebSocketPingInterval", value=value) if self._uplink is not None:
                self._uplink.change_ping_interval(float(value))  # WS-12
            case SettingQuestioned(component=component, variable=variable, reason=reason):
                self._log.warning("a setting is unwise", component=component, variable=variable, reason=reason)
            case MemoryDamaged() | MessageGivenUp() | ReadingRefused():
                self._log.warning(type(event).__name__, **msgspec.structs.asdict(event))
            case RebootRequested():
                self._rebooting.set()
            case RegistrationChanged(status=status):
                self._accepted = status == RegistrationStatus.ACCEPTED
        if self._on_event is not None:
            await self._on_event(event)

    def _switch(self, evse_id: int, *, closed: bool) -> None:
        evse = self.evses[evse_id]
        evse.advance(utc_now())
        evse.contactor_closed = closed

    # --- towards the CSMS ------------------------------------------------------------------------------------

    async def _ask(self, exchange: Carrier, outgoing: Outgoing) -> None:
        """Put one request of the engine to the CSMS, in its version."""
        answers: list[Any] = []

        async def take(response: Any) -> None:
            answers.append(response)

        if self._half.identity_translation:
            await take(await self._ask_peer(exchange, outgoing.request))
        else:
            await self._translate(exchange, self._half.outward(outgoing.request, now=utc_now()), take)
        if self._exchange is not exchange:
            return  # the engine knows already that the link was lost
        async with self._lock:
            self.engine.answered(outgoing.token, answers[0], utc_now())
        await self._settle()

    async def _ask_peer(self, exchange: Carrier, request: Any) -> Any:
        await self._save_dialect()
        try:
            outcome = await exchange.call(request)
        except CallNotSent as error:
            return Refusal("GenericError", str(error), silent=True)
        except UnsayableRequest as error:
            self._log.error("a request could not be said", reason=str(error))
            return Refusal("FormatViolation", str(error))
        return outcome.response if isinstance(outcome, CallAnswered) else as_refusal(outcome)

    async def _save_dialect(self) -> None:
        """Keep what the dialect must not forget before it speaks."""
        if self._half.revision != self._saved_revision:
            self._saved_revision = self._half.revision
            states = {self._section: self._half.snapshot()}
            await asyncio.to_thread(self._journal.write, Writes(states=states))

    async def _translate(self, exchange: Carrier, translation: Any, answer: Callable[[Any], Awaitable[None]]) -> None:
        await carry_out(
            translation,
            ask_house=self._handle,
            ask_peer=lambda request: self._ask_peer(exchange, request),
            lost=self._note_losses,
            answer=answer,
            pause=_paused,
        )
        await self._save_dialect()

    def _note_losses(self, losses: tuple[Loss, ...]) -> None:
        self._losses.extend(losses)
        del self._losses[:-1000]
        for loss in losses:
            self._log.debug("loss", action=loss.action, field=loss.field, reason=loss.reason)

    # --- what the CSMS asks ----------------------------------------------------------------------------------

    async def serve(self, received: CallReceived | SendReceived) -> None:
        """Answer one call of the CSMS; what follows from it is carried out after the answer."""
        exchange = self._exchange
        if exchange is None or not isinstance(received, CallReceived):
            return

        async def answer(response: Any) -> None:
            await exchange.answer(received.message_id, BROKEN if response is None else response)

        self._answering += 1
        try:
            if self._half.identity_translation:
                await answer(await self._handle(received.request))
            else:
                await self._translate(exchange, self._half.inward(received.request, now=received.at), answer)
        except Exception:  # noqa: BLE001 - HRD-10: a hostile server must not end the station
            self._log.exception("serving failed", action=received.action)
            await answer(BROKEN)
        finally:
            self._answering -= 1
        await self._settle()

    async def _handle(self, request: Any) -> Any:
        async with self._lock:
            response = self.engine.handle(request, utc_now())
            await self._write()
            return response

    async def mishap(self, mishap: Mishap) -> None:
        """Log what went wrong on the link."""
        self._log.warning("mishap on the link", what=type(mishap).__name__, detail=getattr(mishap, "detail", None))


async def _paused(seconds: float) -> datetime:
    """Wait, and say what time it is then."""
    await asyncio.sleep(seconds)
    return utc_now()


async def _nobody(_: Any) -> None:
    """Take the answer to a translation that nobody asked for."""


@contextlib.asynccontextmanager
async def living(station: Station) -> Any:
    """A station that runs inside the block."""
    task = asyncio.create_task(station.run(), name=f"station {station.settings.identity}")
    try:
        yield station
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
