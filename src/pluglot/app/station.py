"""One simulated station as a program: engine, dialect, link, journal, hardware; every step in the order that keeps."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
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
from pluglot.dialects.base import DamagedMemory, Half, Refusal, Translation, until_answered
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
NO_ANSWER: Final = Refusal("GenericError", "no answer came", silent=True)
#: RFC 6455, 7.4.1: we met a condition that keeps us from serving this link.
INTERNAL_ERROR: Final = 1011
#: Seconds between two tries to write to a journal that refuses; they double up to the last.
FIRST_JOURNAL_WAIT: Final = 0.5
LONGEST_JOURNAL_WAIT: Final = 30.0
#: What a refused handshake means to the person who runs the station (WS-04).
REFUSALS: Final = {
    401: "wrong user name or password",
    404: "the CSMS does not know this identity",
    409: "the CSMS has a living link of this identity",
}
NOT_FOUND: Final = 404
#: Sections of the journal that are ours, beside the engine's.
METERS: Final = "simulation.meters"
DIALECT: Final = "dialect.{version}"
#: A revision no dialect memory has, so that the next write saves it.
UNSAVED: Final = -1
#: Seconds that a simulated reboot takes.
REBOOT_SECONDS: Final = 0.5

Wait = Callable[[float], Awaitable[datetime]]
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
        #: Held while the journal is in a thread, inside ``_lock`` where both are needed.
        self._writing = asyncio.Lock()
        #: How often the journal refused since it last wrote.
        self._journal_refusals = 0
        self._woken = asyncio.Event()
        self._rebooting = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._exchange: Carrier | None = None
        self._uplink: Uplink | None = None
        self._losses: list[Loss] = []
        #: Calls of the CSMS under way, unless they pause; what follows from them waits for their answers (RPC-16).
        self._answering = 0
        self._accepted = False
        memory = journal.load()
        self.evses = self._built_evses(memory.states.get(METERS), speed)
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
    def is_accepted(self) -> bool:
        """Whether the CSMS has accepted the station on this link; before, tokens are judged as if it were away."""
        return self._accepted

    @property
    def _section(self) -> str:
        return DIALECT.format(version=self._version.value)

    # --- life ------------------------------------------------------------------------------------------------

    def _built_evses(self, meters: bytes | None, speed: float) -> dict[int, SimulatedEvse]:
        registers = load_registers(meters)
        return {
            number: SimulatedEvse(number, evse.maximum_power, speed, registers.get(number, evse.maximum_power * 0))
            for number, evse in enumerate(self.settings.evses, start=1)
        }

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
        async with self._lock:
            self._start_engine()
        try:
            while True:
                await self._settle_or_rest()
                await self._live_once()
                await self._reboot()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start_engine(self) -> None:
        """Switch the engine on and tell it which vehicles stand here, so that it can resume what ran."""
        now = utc_now()
        self._accepted = False
        self.engine.start(now)
        for evse in self.evses.values():
            if evse.vehicle is not None:
                self.engine.plug_in(evse.evse_id, 1, now)
                self.engine.vehicle_state(evse.evse_id, now, wants_energy=evse.vehicle.wants_energy)

    async def _reboot(self) -> None:
        """Switch off and on again: what was decided is written before, and nobody writes or acts in between."""
        while True:
            if await self._settle_or_rest() and await self._swap():
                return
            await asyncio.sleep(self._journal_wait())

    async def _swap(self) -> bool:
        """Replace the engine by one that knows what the journal remembers; whether it could be read."""
        async with self._lock, self._writing:
            try:
                self.engine = await asyncio.to_thread(self._switched_on)
            except JournalUnavailable as error:
                self._journal_refusals += 1
                self._log.error("the journal is unavailable", reason=str(error))
                return False
            self._start_engine()
            return True

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
            if not await self._settle_or_rest():
                await asyncio.sleep(self._journal_wait())
                continue
            not_found = False
            try:
                uplink = await self._connect()
                attempt = 0
                try:
                    await self._serve_uplink(uplink)
                finally:
                    await uplink.close()
            except ConnectFailed as error:
                status = error.http_status if isinstance(error, Refused) else None
                not_found = status == NOT_FOUND
                self._log.warning(
                    "no link to the CSMS", reason=REFUSALS.get(status or 0, str(error)), http_status=status
                )
            attempt += 1
            await asyncio.sleep(self.engine.reconnect_wait(attempt, not_found=not_found))

    async def _connect(self) -> Uplink:
        timeout = int(self.engine.setting("OCPPCommCtrlr", "MessageTimeout", "Default"))
        return await self._road.connect(
            self.settings.identity,
            password=self.engine.password or self._password,
            server=self,
            call_timeout=timedelta(seconds=timeout),
        )

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
            await self._settle_or_rest()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._exchange = self._uplink = None
            await asyncio.shield(self._link_lost())

    async def _link_lost(self) -> None:
        async with self._lock:
            self.engine.disconnected(utc_now())
        await self._settle_or_rest()

    # --- what people and hardware do -------------------------------------------------------------------------

    async def act(self, action: Callable[[Engine, datetime], None]) -> None:
        """Let something happen at the station, such as ``lambda engine, now: engine.plug_in(1, 1, now)``.

        While the journal refuses, what follows (a contactor that closes, a message) waits for it.
        """
        async with self._lock:
            now = utc_now()
            for evse in self.evses.values():
                evse.advance(now)
                self.engine.meter(evse.evse_id, evse.reading(), now)
            action(self.engine, now)
            self._stop_energy()
        await self._settle_or_rest()

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

    async def _settle_or_rest(self) -> bool:
        """Settle, or rest until the journal writes again; whether it wrote."""
        try:
            await self._settle()
        except JournalUnavailable as error:
            await self._rest(error)
            return False
        return True

    async def _rest(self, error: JournalUnavailable) -> None:
        """Stop talking and try again later: a station that cannot remember must not charge on credit."""
        self._journal_refusals += 1
        self._log.error("the journal is unavailable", reason=str(error), next_try=self._journal_wait())
        self._ring_in(self._journal_wait())
        if self._exchange is not None:
            await self._exchange.close(INTERNAL_ERROR, "the station cannot write")

    def _journal_wait(self) -> float:
        doublings = min(max(self._journal_refusals - 1, 0), 10)
        return float(min(FIRST_JOURNAL_WAIT * 2**doublings, LONGEST_JOURNAL_WAIT))

    def _stop_energy(self) -> None:
        """Open contactors now that the meter was read for the end: nothing flows uncounted while that is written."""
        for evse in self.evses.values():
            if evse.contactor_closed and not self.engine.offers_energy(evse.evse_id):
                evse.contactor_closed = False

    async def _settle_once(self) -> bool:
        self._stop_energy()
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
        """Make durable what engine and dialect decided; the caller holds ``_lock``."""
        async with self._writing:
            writes = self.engine.journal_writes()
            states = dict(writes.states)
            if writes.appended:
                states[METERS] = save_registers(self.evses)
            try:
                return await self._keep(
                    Writes(appended=writes.appended, acknowledged=writes.acknowledged, states=states)
                )
            except BaseException:
                self.engine.not_written(writes)
                raise

    async def _keep(self, writes: Writes) -> bool:
        """Write to the journal, with the dialect's memory if it changed; the caller holds ``_writing``."""
        revision = self._half.revision
        if revision != self._saved_revision:
            states = {**writes.states, self._section: self._half.snapshot()}
            writes = Writes(appended=writes.appended, acknowledged=writes.acknowledged, states=states)
        if not writes:
            return False
        thread = asyncio.ensure_future(asyncio.to_thread(self._journal.write, writes))
        try:
            await asyncio.shield(thread)
        except BaseException:
            self._saved_revision = UNSAVED
            # A thread cannot be cancelled: until it is through, nobody else may write.
            await asyncio.wait({thread})
            raise
        self._saved_revision = revision
        self._journal_refusals = 0
        return True

    def _set_timer(self) -> None:
        deadlines = [moment for moment in (self.engine.next_deadline(), self._half.next_deadline()) if moment]
        if deadlines:
            self._ring_in(max(0.0, (min(deadlines) - utc_now()).total_seconds()))
        elif self._timer is not None:
            self._timer.cancel()

    def _ring_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, lambda: self._start(self._advance()))

    async def _advance(self) -> None:
        async with self._lock:
            now = utc_now()
            self.engine.advance(now)
            translations = self._half.advance(now=now)
        exchange = self._exchange
        for translation in translations:
            if exchange is not None:
                await self._translate(exchange, translation, _nobody, _paused)
        await self._settle()

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except JournalUnavailable as error:
            await self._rest(error)
        except Exception:  # noqa: BLE001 - HRD-10: one request that cannot be worked on must not end the station
            self._log.exception("work failed")
            self._ring_in(LONGEST_JOURNAL_WAIT)
            if self._exchange is not None:
                await self._exchange.close(INTERNAL_ERROR, "the station met an error of its own")

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
        trouble: Exception | None = None

        async def take(response: Any) -> None:
            answers.append(response)

        try:
            if self._half.identity_translation:
                await take(await self._ask_peer(exchange, outgoing.request))
            else:
                await self._translate(exchange, self._half.outward(outgoing.request, now=utc_now()), take, _paused)
        except Exception as error:  # noqa: BLE001 - raised again when the engine knows that no answer comes
            trouble = error
        if self._exchange is exchange:  # otherwise the engine knows already that the link was lost
            answer = answers[0] if answers else None
            if answer is None and trouble is None:
                self._log.warning("a request was left without an answer", action=outgoing.request.action)
            async with self._lock:
                self.engine.answered(outgoing.token, NO_ANSWER if answer is None else answer, utc_now())
        if trouble is not None:
            raise trouble
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
        async with self._writing:
            await self._keep(Writes())

    async def _translate(
        self, exchange: Carrier, translation: Translation, answer: Callable[[Any], Awaitable[None]], pause: Wait
    ) -> None:
        """Run a translation up to its answer; what follows is carried out beside all else (RPC-16)."""
        response, remains = await self._until_answered(exchange, translation, pause)
        await answer(response)
        try:
            await self._save_dialect()
        finally:
            if remains:
                self._start(self._follow_up(exchange, translation))

    async def _until_answered(self, exchange: Carrier, translation: Translation, pause: Wait) -> tuple[Any, bool]:
        return await until_answered(
            translation,
            ask_house=self._handle,
            ask_peer=lambda request: self._ask_peer(exchange, request),
            lost=self._note_losses,
            pause=pause,
        )

    async def _follow_up(self, exchange: Carrier, translation: Translation) -> None:
        """Carry out what nobody waits for any more: neither the CSMS's calls nor the engine's wait for it."""
        remains = True
        try:
            while remains:
                _, remains = await self._until_answered(exchange, translation, _paused)
        except JournalUnavailable:
            raise
        except Exception:  # noqa: BLE001 - HRD-10: the call itself was answered; the station goes on
            self._log.exception("what follows an answer failed")
        await self._save_dialect()
        await self._settle()

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

        answered = False

        async def answer(response: Any) -> None:
            nonlocal answered
            answered = True
            await exchange.answer(received.message_id, BROKEN if response is None else response)

        self._answering += 1
        try:
            if self._half.identity_translation:
                await answer(await self._handle(received.request))
            else:
                translation = self._half.inward(received.request, now=received.at)
                await self._translate(exchange, translation, answer, self._pause_in_turn)
        except Exception:  # noqa: BLE001 - HRD-10: a hostile server must not end the station
            self._log.exception("serving failed", action=received.action)
            if not answered:
                await answer(BROKEN)
        finally:
            self._answering -= 1
        await self._guarded(self._settle())

    async def _pause_in_turn(self, seconds: float) -> datetime:
        """Wait within a call of the CSMS; what it waits for is the engine's to do, so that is not held back."""
        self._answering -= 1
        try:
            await self._guarded(self._settle())
            return await _paused(seconds)
        finally:
            self._answering += 1

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
async def living(station: Station) -> AsyncIterator[Station]:
    """A station that runs inside the block; an error that ends it ends the block, too, and is raised from it."""
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(_lived(station), name=f"station {station.settings.identity}")
            try:
                yield station
            finally:
                task.cancel()
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


async def _lived(station: Station) -> None:
    log = structlog.get_logger("pluglot.station").bind(station=station.settings.identity)
    try:
        await station.run()
    except Exception:  # said under its name, then raised: the group would not tell which station it was
        log.exception("the station ended")
        raise
