# ruff: noqa: D102 - calls of the bench read as what they do
"""A bench for one station: a CSMS of plain Python, a clock that moves only when told, meters that can be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    AuthorizationStatus,
    AuthorizeResponse,
    BootNotificationResponse,
    BootReason,
    Component,
    DataTransferResponse,
    DataTransferStatus,
    FirmwareStatusNotificationResponse,
    GetVariableData,
    GetVariablesRequest,
    HeartbeatResponse,
    IdToken,
    IdTokenInfo,
    LogStatusNotificationResponse,
    MeterValuesResponse,
    NotifyEventResponse,
    NotifyReportResponse,
    RegistrationStatus,
    Request,
    SecurityEventNotificationResponse,
    SetVariableData,
    SetVariableResult,
    SetVariablesRequest,
    StatusNotificationResponse,
    TransactionEventRequest,
    TransactionEventResponse,
    Variable,
)
from pluglot.messages.codec import decode, encode
from pluglot.station import (
    Engine,
    EvseSettings,
    MemoryJournal,
    MeterReading,
    StationEvent,
    StationSettings,
)

Found = TypeVar("Found")

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
#: The CSMS does not answer; the door reports a time-out.
SILENCE = Refusal("", "time-out", silent=True)
#: The CSMS has not answered yet.
HOLD = object()
ALICE = IdToken(id_token="04A1B2C3", type="ISO14443")
BOB = IdToken(id_token="04D4E5F6", type="ISO14443")
FAMILY = IdToken(id_token="FAMILY", type="Central")
ACCEPTED = IdTokenInfo(status=AuthorizationStatus.ACCEPTED)
INVALID = IdTokenInfo(status=AuthorizationStatus.INVALID)

EMPTY = {
    "FirmwareStatusNotification": FirmwareStatusNotificationResponse(),
    "LogStatusNotification": LogStatusNotificationResponse(),
    "MeterValues": MeterValuesResponse(),
    "NotifyEvent": NotifyEventResponse(),
    "NotifyReport": NotifyReportResponse(),
    "SecurityEventNotification": SecurityEventNotificationResponse(),
    "StatusNotification": StatusNotificationResponse(),
    "DataTransfer": DataTransferResponse(status=DataTransferStatus.ACCEPTED),
}


class Csms:
    """Accepts everything unless told otherwise; keeps what it got, as a real one would: once each."""

    def __init__(self) -> None:
        self.registration = RegistrationStatus.ACCEPTED
        self.interval = 300
        self.tokens: dict[str, IdTokenInfo] = {}
        #: Overrides the answer to an action; may return a Refusal or HOLD.
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.events: dict[tuple[str, int], TransactionEventRequest] = {}

    def answer(self, request: Any, now: datetime) -> Any:
        override = self.answers.get(request.action)
        response = override(request) if override else self.usual(request, now)
        if request.action == "TransactionEvent" and not isinstance(response, Refusal) and response is not HOLD:
            self._keep(request)
        return response

    def _keep(self, event: TransactionEventRequest) -> None:
        key = event.transaction_info.transaction_id, event.seq_no
        known = self.events.setdefault(key, event)
        unmarked = msgspec.structs.replace
        assert unmarked(known, offline=None) == unmarked(event, offline=None), "one seqNo, two different events"

    def usual(self, request: Any, now: datetime) -> Any:
        match request.action:
            case "BootNotification":
                return BootNotificationResponse(current_time=now, interval=self.interval, status=self.registration)
            case "Heartbeat":
                return HeartbeatResponse(current_time=now)
            case "Authorize":
                return AuthorizeResponse(id_token_info=self.about(request.id_token))
            case "TransactionEvent":
                info = self.about(request.id_token) if request.id_token else None
                return TransactionEventResponse(id_token_info=info)
            case action:
                return EMPTY[action]

    def about(self, id_token: IdToken) -> IdTokenInfo:
        return self.tokens.get(id_token.id_token, ACCEPTED)

    def of(self, transaction_id: str) -> list[TransactionEventRequest]:
        return [event for (owner, _), event in sorted(self.events.items()) if owner == transaction_id]


class Ids:
    """Ids like real ones, but the same in every run."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return str(UUID(int=self.given))


class Bench:
    """A station on the bench, switched on and connected."""

    #: What else the engine is made with.
    extras: Mapping[str, Any] = {}
    #: Shows something else on the meters when set.
    show: Callable[[int], MeterReading | None] | None = None

    def __init__(
        self,
        variables: Mapping[str, str] | None = None,
        *,
        evses: int = 2,
        evse_settings: tuple[EvseSettings, ...] | None = None,
        start: bool = True,
        chance: float = 0.5,
        journal: Any = None,
        **settings: Any,
    ) -> None:
        self.settings = StationSettings(
            identity="CS-1",
            vendor_name="Vendor",
            model="Model",
            serial_number="SN-1",
            variables=variables or {},
            evses=evse_settings or tuple(EvseSettings() for _ in range(evses)),
            **settings,
        )
        self.now = START
        self.chance = chance
        self.csms = Csms()
        self.journal = journal if journal is not None else MemoryJournal()
        self.ids = Ids()
        self.energy = {evse_id: Decimal(1000) for evse_id in range(1, len(self.settings.evses) + 1)}
        self.sent: list[Any] = []
        self.sent_at: list[datetime] = []
        self.happened: list[StationEvent] = []
        self.held: int | None = None
        self.link = False
        self.power_up()
        if start:
            self.connect()

    # ---- the door

    def power_up(self, reason: BootReason = BootReason.POWER_UP) -> None:
        self.link, self.held = False, None
        self.engine = Engine(
            self.settings,
            self.journal.load(),
            random=lambda: self.chance,
            ids=self.ids,
            boot_reason=reason,
            read_meter=self._read,
            **self.extras,
        )
        self.engine.start(self.now)
        self.pump()

    def _read(self, evse_id: int) -> MeterReading | None:
        return self.show(evse_id) if self.show else self.reading(evse_id)

    def reading(self, evse_id: int) -> MeterReading:
        return MeterReading(energy=self.energy[evse_id], power=Decimal(11000), state_of_charge=Decimal(50))

    def flush(self) -> None:
        if writes := self.engine.journal_writes():
            self.journal.write(writes)

    def pump(self) -> None:
        for _ in range(10_000):
            self.flush()
            self.happened += self.engine.events()
            outgoing = self.engine.next_request(self.now)
            if outgoing is None:
                return
            self.flush()
            # Whatever the station says must be sayable on the wire.
            request = decode(type(outgoing.request), encode(outgoing.request))
            self.sent.append(request)
            self.sent_at.append(self.now)
            answer = self.csms.answer(request, self.now)
            if answer is HOLD:
                self.held = outgoing.token
            else:
                self.engine.answered(outgoing.token, answer, self.now)
        raise AssertionError("the station does not stop sending")

    def release(self, answer: Any) -> None:
        assert self.held is not None
        token, self.held = self.held, None
        self.engine.answered(token, answer, self.now)
        self.pump()

    def connect(self) -> None:
        self.link = True
        self.engine.connected(self.now)
        self.pump()

    def disconnect(self) -> None:
        self.link, self.held = False, None
        self.engine.disconnected(self.now)
        self.pump()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass, stopping at every deadline of the engine."""
        target, same = self.now + timedelta(seconds=seconds), 0
        while (deadline := self.engine.next_deadline()) is not None and deadline <= target:
            same = same + 1 if deadline <= self.now else 0
            assert same < 5, "the engine does not get past a deadline"
            self.now = max(self.now, deadline)
            self.engine.advance(self.now)
            self.pump()
        self.now = target
        self.engine.advance(self.now)
        self.pump()

    def ask(self, request: Request) -> Any:
        response = self.engine.handle(request, self.now)
        if not isinstance(response, Refusal):
            response = decode(type(response), encode(response))
        self.pump()
        return response

    # ---- the hardware

    def plug_in(self, evse_id: int = 1, connector_id: int = 1) -> None:
        self.engine.plug_in(evse_id, connector_id, self.now)
        self.pump()

    def unplug(self, evse_id: int = 1, connector_id: int = 1) -> None:
        self.engine.unplug(evse_id, connector_id, self.now)
        self.pump()

    def present(self, id_token: IdToken = ALICE, evse_id: int | None = 1) -> None:
        self.engine.present_token(evse_id, id_token, self.now)
        self.pump()

    def vehicle(self, *, wants: bool = True, evse_id: int = 1) -> None:
        self.engine.vehicle_state(evse_id, self.now, wants_energy=wants)
        self.pump()

    def charge(self, seconds: float = 600, watts: int = 11_000, evse_id: int = 1) -> None:
        """Let energy flow in minutes."""
        for _ in range(int(seconds // 60)):
            self.energy[evse_id] += Decimal(watts * 60) / 3600
            self.wait(60)

    def start_charging(self, id_token: IdToken = ALICE, evse_id: int = 1) -> str:
        """Plug in, authorise, draw; the id of the transaction."""
        before = set(self.engine.open_transactions)
        self.plug_in(evse_id)
        self.present(id_token, evse_id)
        self.vehicle(evse_id=evse_id)
        (begun,) = set(self.engine.open_transactions) - before
        return begun

    def know(self, *id_tokens: IdToken) -> None:
        """Let the station learn tokens: each is accepted once and cancelled again."""
        for id_token in id_tokens:
            self.present(id_token)
            self.present(id_token)

    # ---- looking back

    def actions(self) -> list[str]:
        return [request.action for request in self.sent]

    def of(self, action: str) -> list[Any]:
        return [request for request in self.sent if request.action == action]

    def all(self, type_: type[Found]) -> list[Found]:
        return [event for event in self.happened if isinstance(event, type_)]

    def forget(self) -> None:
        self.sent.clear()
        self.sent_at.clear()
        self.happened.clear()

    def told(self) -> list[tuple[str, str, str | None]]:
        """Every transaction event as (event, trigger, charging state)."""
        return [
            (
                str(e.event_type),
                str(e.trigger_reason),
                e.transaction_info.charging_state and str(e.transaction_info.charging_state),
            )
            for e in self.of("TransactionEvent")
        ]

    # ---- variables

    def set(self, component: str, variable: str, value: str, instance: str | None = None) -> SetVariableResult:
        data = SetVariableData(
            component=Component(name=component),
            variable=Variable(name=variable, instance=instance),
            attribute_value=value,
        )
        (result,) = self.ask(SetVariablesRequest(set_variable_data=(data,))).set_variable_result
        return result

    def get(self, component: str, variable: str, instance: str | None = None) -> Any:
        data = GetVariableData(component=Component(name=component), variable=Variable(name=variable, instance=instance))
        (result,) = self.ask(GetVariablesRequest(get_variable_data=(data,))).get_variable_result
        return result


#: Makes a bench; the arguments are those of ``Bench``.
MakeBench = Callable[..., Bench]
