"""A station's session: decide, commit, answer, in this order, whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from pluglot.app import exchange
from pluglot.app.exchange import Exchange
from pluglot.app.session import House, Session
from pluglot.bus.base import StationAway
from pluglot.bus.memory import MemoryBus
from pluglot.csms import Csms, FlatPrice, Policy
from pluglot.csms.decision import Decision
from pluglot.csms.facts import (
    DialectMemorySaved,
    EventOccurred,
    Fact,
    MessageExchanged,
    StationHeard,
    StationRegistered,
    TokenSaved,
    TransactionStarted,
)
from pluglot.csms.records import Registration, StationRecord, TokenRecord
from pluglot.dialects import actions, station_half
from pluglot.dialects.ocpp201.station_half import StationHalf
from pluglot.messages import (
    ClearCacheRequest,
    GetVariablesRequest,
    IdToken,
    IdTokenInfo,
    MessageTrigger,
    RequestStartTransactionRequest,
    ReserveNowRequest,
    SetVariablesRequest,
    TransactionEventResponse,
    TransactionLimit,
    TriggerMessageRequest,
    codec,
)
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation, ConversationSettings
from pluglot.store import MemoryStore
from pluglot.store.base import StoreUnavailable
from pluglot.telemetry import Telemetry
from pluglot.transport.memory import MemoryLink, pair
from pluglot.web.base import CallOutcome

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOOT = {
    OcppVersion.OCPP_2_1: {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}},
    OcppVersion.OCPP_2_0_1: {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}},
    OcppVersion.OCPP_1_6: {"chargePointVendor": "V", "chargePointModel": "M"},
}


@dataclass
class Bench:
    """A session with the far end of its link in the test's hands, and a store that can be held up or broken."""

    version: OcppVersion
    store: Any = field(default_factory=MemoryStore)
    bus: MemoryBus = field(default_factory=MemoryBus)
    far: MemoryLink = field(init=False)
    session: Session = field(init=False)
    committed: list[Fact] = field(default_factory=list)
    #: Commits wait for this.
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    _numbers: Any = field(default_factory=lambda: count(1))

    async def publish(self, facts: Sequence[Fact]) -> None:
        """What the roof does, with the test's hand in between."""
        await self.gate.wait()
        if self.broken:
            raise StoreUnavailable("the disk is full")
        await self.store.commit(facts)
        self.committed.extend(facts)

    async def say(self, frame: Sequence[Any]) -> None:
        """Send a frame as the station."""
        await self.far.send(json.dumps(frame).encode())

    async def hear(self) -> Any:
        """The next frame the station gets."""
        async with asyncio.timeout(30):
            async for frame in self.far.messages():
                return json.loads(frame)
        raise AssertionError(f"the link closed: {self.far.close_reason}")

    async def ask(self, action: str, payload: dict[str, Any]) -> Any:
        """Call as the station and return the answer."""
        await self.say([2, f"s{next(self._numbers)}", action, payload])
        return await self.hear()

    async def hears_nothing(self) -> None:
        """Nothing is on its way to the station, however long the loop turns."""
        for _ in range(20):
            await asyncio.sleep(0)
        assert not self.far._inbox  # noqa: SLF001 - without taking anything from it


@contextlib.asynccontextmanager
async def bench(
    version: OcppVersion = OcppVersion.OCPP_2_1,
    *,
    registration: Registration = Registration.UNSEEN,
    policy: Policy | None = None,
    **settings: Any,
) -> AsyncIterator[Bench]:
    """A running session of the registered station CS-1."""
    made = Bench(version)
    made.gate.set()
    await made.store.open()
    station = StationRecord(id="CS-1", registered_at=AT, registration=registration)
    await made.store.commit([StationRegistered(at=AT, station=station, credential=None)])
    await made.store.commit([TokenSaved(at=AT, token=TokenRecord(id_token="TAG", type="Central"))])
    near, made.far = pair("CS-1", version)
    house = House(
        csms=Csms(made.store.stations, made.store.tokens, made.store.transactions, policy or Policy()),
        publish=made.publish,
        bus=made.bus,
        telemetry=Telemetry(),
        reserve_message_id=made.store.reserve_message_id,
    )
    ids = (f"c{number}" for number in count(1))
    conversation = Conversation(
        version,
        Sender.CSMS,
        actions=actions(version),
        id_factory=lambda: next(ids),
        settings=ConversationSettings(**settings),
    )
    half = station_half(version, identity="CS-1", random=lambda: 0.5)
    at_once = half.asks_only_the_house  # as the program has it
    made.session = Session(near, half, house, lambda server: Exchange(near, conversation, server, at_once=at_once))
    running = asyncio.create_task(made.session.run())
    try:
        yield made
    finally:
        made.gate.set()
        await made.far.close()
        await asyncio.wait_for(running, 30)
        await made.store.close()


def event(seq_no: int = 0, value: int = 100) -> dict[str, Any]:
    """A TransactionEvent of 2.1."""
    return {
        "eventType": "Updated" if seq_no else "Started",
        "timestamp": "2026-03-01T12:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": "T1"},
        "evse": {"id": 1},
        "meterValue": [{"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [{"value": value}]}],
    }


@pytest.mark.requirement("TX-08", "BOOT-09")
async def test_an_answer_waits_for_its_commit() -> None:
    """Nothing is answered before the facts of the message are durable, together with its entry in the message log."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        made.gate.clear()
        await made.say([2, "x", "TransactionEvent", event()])
        await made.hears_nothing()
        made.gate.set()
        assert (await made.hear())[:2] == [3, "x"]
        kinds = [type(fact).__name__ for fact in made.committed]
        assert kinds[-2:] == ["TransactionStarted", "MessageExchanged"]


async def test_a_station_that_says_much_is_told_to_be_heard_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it was last heard is never older than a second, also after the clock was put back."""
    now = [AT]
    monkeypatch.setattr(exchange, "utc_now", lambda: now[0])
    async with bench() as made:

        async def say_at(seconds: float) -> None:
            now[0] = AT + timedelta(seconds=seconds)
            await made.ask("Authorize", {"idToken": {"idToken": "TAG", "type": "Central"}})

        await made.ask("BootNotification", BOOT[made.version])
        for seconds in (0.5, 0.999, 1.0, 1.5, 2.5, -30, -29.5, -29):
            await say_at(seconds)
        told = [(fact.at - AT).total_seconds() for fact in made.committed if isinstance(fact, StationHeard)]
        assert told == [0, 1.0, 2.5, -30, -29]


@pytest.mark.parametrize("version", [OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_2_1])
async def test_what_is_the_same_in_both_versions_is_answered_and_kept_once(version: OcppVersion) -> None:
    """An event reaches the ledger with all it says; the log keeps its frame and no second text of the same."""
    async with bench(version) as made:
        await made.ask("BootNotification", BOOT[version])
        made.committed.clear()
        said = event() | {"idToken": {"idToken": "TAG", "type": "Central"}}
        answer = await made.ask("TransactionEvent", said)
        assert answer[2] == {"idTokenInfo": {"status": "Accepted"}}
        (started,) = [fact for fact in made.committed if isinstance(fact, TransactionStarted)]
        assert (started.entry.id_token, started.entry.readings[0].value) == ("TAG", 100)
        (logged,) = [fact.message for fact in made.committed if isinstance(fact, MessageExchanged)]
        assert json.loads(logged.request_frame)[3] == said
        assert (logged.house_action, logged.outcome, logged.losses) == ("TransactionEvent", "answered", ())
        assert (logged.house_request, logged.house_response) == (None, None)


async def test_a_message_that_is_the_same_is_not_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the short way; one that names a token by another goes the long one."""
    translated: list[str] = []
    long_way = StationHalf.inward

    def inward(half: StationHalf, request: Any, *, now: datetime) -> Any:
        translated.append(request.action)
        return long_way(half, request, now=now)

    monkeypatch.setattr(StationHalf, "inward", inward)
    async with bench(OcppVersion.OCPP_2_0_1) as made:
        await made.ask("BootNotification", BOOT[made.version])
        await made.ask("TransactionEvent", event())
        assert translated == []
        long_token = IdToken(id_token="X" * 40, type="Central")
        calling = asyncio.create_task(
            made.bus.call("CS-1", RequestStartTransactionRequest(id_token=long_token, remote_start_id=1))
        )
        asked = await made.hear()
        await made.say([3, asked[1], {"status": "Accepted"}])
        await calling
        alias = asked[3]["idToken"]
        answer = await made.ask("Authorize", {"idToken": alias})
        assert translated == ["Authorize"]
        assert answer[0] == 3
        logged = [fact.message for fact in made.committed if isinstance(fact, MessageExchanged)][-1]
        assert "X" * 40 in (logged.house_request or "")


@pytest.mark.requirement("PROOF-01")
async def test_what_an_answer_loses_on_the_short_way_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loss stands beside its message, and an answer that cannot be said is an error for the station."""
    said: list[Any] = [
        TransactionEventResponse(transaction_limit=TransactionLimit(max_cost=Decimal(5))),
        TransactionEventResponse(id_token_info=IdTokenInfo(status="Nonsense")),  # type: ignore[arg-type]  # that is the point
    ]

    async def handle(*_: Any, **__: Any) -> Decision:
        return Decision(said.pop(0))

    async with bench(OcppVersion.OCPP_2_0_1) as made:
        await made.ask("BootNotification", BOOT[made.version])
        monkeypatch.setattr(Csms, "handle", handle)
        assert (await made.ask("TransactionEvent", event()))[2] == {}
        lossy = made.committed[-1]
        assert isinstance(lossy, MessageExchanged)
        assert [loss.field for loss in lossy.message.losses] == ["transactionLimit"]
        assert lossy.message.house_request is None
        assert "maxCost" in (lossy.message.house_response or "")
        refused = await made.ask("TransactionEvent", event(1))
        assert (refused[0], refused[2]) == (4, "InternalError")


@pytest.mark.requirement("PWD-06")
async def test_what_was_overlooked_in_a_message_is_looked_through_for_secrets() -> None:
    """A frame that was not read strictly may hold what its message has no place for."""
    async with bench(lenient=("unknownProperty",)) as made:
        await made.ask("BootNotification", BOOT[made.version])
        answer = await made.ask("Heartbeat", {"basicAuthPassword": "s3cret-s3cret"})
        assert answer[0] == 3
        logged = made.committed[-1]
        assert isinstance(logged, MessageExchanged)
        assert "basicAuthPassword" in logged.message.request_frame
        assert "s3cret" not in logged.message.request_frame


@pytest.mark.requirement("TX-08")
async def test_a_store_that_refuses_means_refusal_and_a_closed_link() -> None:
    """The station is told InternalError and sends again later; memory that was not saved is not used either."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        made.broken = True
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 5, "timestamp": "2026-03-01T12:00:00Z"}
        answer = await made.ask("StartTransaction", start)
        assert answer[0] == 4
        assert answer[2] == "InternalError"
        assert "disk" not in json.dumps(answer)
        with pytest.raises(AssertionError, match="the link closed"):
            await made.hear()


async def test_facts_log_and_dialect_memory_are_one_commit() -> None:
    """A 1.6 StartTransaction is stored whole: the transaction, the log entry and what the dialect must remember."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        made.committed.clear()
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 5, "timestamp": "2026-03-01T12:00:00Z"}
        answer = await made.ask("StartTransaction", start)
        assert answer[2]["idTagInfo"] == {"status": "Accepted"}
        kinds = {type(fact) for fact in made.committed}
        assert {DialectMemorySaved, MessageExchanged} <= kinds
        (logged,) = [fact.message for fact in made.committed if isinstance(fact, MessageExchanged)]
        assert logged.action == "StartTransaction"
        assert logged.house_action == "TransactionEvent"
        assert json.loads(logged.request_frame)[3] == start
        assert json.loads(logged.response_frame or "")[2] == answer[2]
        assert '"seqNo":0' in (logged.house_request or "")


@pytest.mark.requirement("RPC-05")
async def test_calls_cross_without_waiting_for_each_other() -> None:
    """The station's call is answered while the operator's is open, and the other way round."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        asked = await made.hear()
        assert asked[2] == "ClearCache"
        assert (await made.ask("Heartbeat", {}))[0] == 3
        await made.say([3, asked[1], {"status": "Accepted"}])
        outcome: CallOutcome = await calling
        assert (outcome.kind, outcome.response) == ("answered", {"status": "Accepted"})


@pytest.mark.requirement("ERR-04")
async def test_every_way_a_call_can_end_is_told_apart() -> None:
    """Refused, silent, gone after it was sent, gone before: four outcomes; what was sent is in the message log."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        asked = await made.hear()
        await made.say([4, asked[1], "NotSupported", "no cache here", {}])
        refused = await calling
        assert (refused.kind, refused.code, refused.description) == ("refused", "NotSupported", "no cache here")
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        await made.hear()
        waiting = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        await made.hears_nothing()
        await made.far.close()
        left = await calling
        assert (left.kind, left.code, left.description) == ("left", None, "the link closed before an answer came")
        assert (await waiting).kind == "offline"
        assert outcomes(made) == ["answered", "refused", "abandoned"]
    async with bench(call_timeout=timedelta(seconds=0.05)) as made:
        await made.ask("BootNotification", BOOT[made.version])
        assert (await made.bus.call("CS-1", ClearCacheRequest())).kind == "timed-out"
        assert outcomes(made) == ["answered", "timed-out"]


def outcomes(made: Bench) -> list[str]:
    """How the exchanges in the message log ended."""
    return [fact.message.outcome for fact in made.committed if isinstance(fact, MessageExchanged)]


@pytest.mark.requirement("HRD-04")
async def test_a_station_that_left_is_not_called() -> None:
    """After its link closed a call finds nobody, and nothing was sent."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        await made.far.close()
        async with asyncio.timeout(30):
            while True:
                try:
                    await made.bus.call("CS-1", ClearCacheRequest())
                except StationAway:
                    break
                await asyncio.sleep(0)


@pytest.mark.requirement("BOOT-04", "BOOT-05")
async def test_the_boot_gate_holds_on_the_link() -> None:
    """A station that did not boot gets SecurityError; a rejected one is sent nothing."""
    async with bench() as made:
        assert (await made.ask("Heartbeat", {}))[2] == "SecurityError"
    async with bench(registration=Registration.REJECTED) as made:
        assert (await made.ask("BootNotification", BOOT[made.version]))[2]["status"] == "Rejected"
        outcome = await made.bus.call("CS-1", ClearCacheRequest())
        assert (outcome.kind, outcome.code) == ("not-accepted", None)
        assert outcome.description == "The station is rejected. It may be sent nothing."
        await made.hears_nothing()
    async with bench(registration=Registration.PENDING) as made:
        assert (await made.ask("BootNotification", BOOT[made.version]))[2]["status"] == "Pending"
        outcome = await made.bus.call("CS-1", ClearCacheRequest())
        assert outcome.kind == "not-accepted"
        assert "only GetBaseReport, GetReport, GetVariables, SetVariables, TriggerMessage" in outcome.description
        await made.hears_nothing()


@pytest.mark.requirement("BOOT-04")
async def test_a_pending_station_may_send_what_it_was_asked_for() -> None:
    """TriggerMessage opens the gate for that message and no other."""
    async with bench(registration=Registration.PENDING) as made:
        assert (await made.ask("BootNotification", BOOT[made.version]))[2]["status"] == "Pending"
        status = {"timestamp": "2026-03-01T12:00:00Z", "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
        assert (await made.ask("StatusNotification", status))[2] == "SecurityError"
        request = TriggerMessageRequest(requested_message=MessageTrigger.STATUS_NOTIFICATION)
        calling = asyncio.create_task(made.bus.call("CS-1", request))
        asked = await made.hear()
        await made.say([3, asked[1], {"status": "Accepted"}])
        assert (await calling).kind == "answered"
        assert (await made.ask("StatusNotification", status))[0] == 3
        assert (await made.ask("Heartbeat", {}))[2] == "SecurityError"


@pytest.mark.requirement("ERR-04")
async def test_a_station_that_left_in_the_middle_of_a_translated_command_was_asked() -> None:
    """What takes several messages in the station's version is not told as unsent when only some of them were."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        data = [
            {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": name}, "attributeValue": "60"}
            for name in ("HeartbeatInterval", "WebSocketPingInterval")
        ]
        request = codec.from_builtins(SetVariablesRequest, {"setVariableData": data})
        calling = asyncio.create_task(made.bus.call("CS-1", request))
        asked = await made.hear()
        assert asked[2] == "ChangeConfiguration"
        await made.far.close()
        assert (await calling).kind == "left"


@pytest.mark.requirement("TX-08", "UI-05")
async def test_a_command_whose_outcome_cannot_be_stored_closes_the_link() -> None:
    """The operator is told that the station was asked, and memory that was not saved is not used."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        asked = await made.hear()
        made.broken = True
        await made.say([3, asked[1], {"status": "Accepted"}])
        assert (await calling).kind == "left"
        assert made.far.close_reason


@pytest.mark.requirement("UI-05")
async def test_a_command_that_fails_on_our_side_after_it_was_sent_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in what we make of the answer does not read as if the same might be sent again."""

    def learn(*_: Any) -> None:
        raise ValueError("what is this?")

    monkeypatch.setattr(Csms, "learn", learn)
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        asked = await made.hear()
        await made.say([3, asked[1], {"status": "Accepted"}])
        assert (await calling).kind == "left"
        assert (await made.ask("Heartbeat", {}))[0] == 3


async def test_what_was_received_before_the_link_closed_is_served() -> None:
    """Messages that arrived whole are not lost with their link."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        for number in range(20):
            await made.say([2, f"d{number}", "DataTransfer", {"vendorId": "org.example"}])
        await made.far.close()
    logged = [fact.message.action for fact in made.committed if isinstance(fact, MessageExchanged)]
    assert logged.count("DataTransfer") == 20


@pytest.mark.requirement("TX-14")
async def test_impossible_numbers_of_a_1_6_station_do_not_stop_its_queue() -> None:
    """A stop is answered whatever it says, a start is refused by name, and the link stays."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 10**30, "timestamp": "2026-03-01T12:00:00Z"}
        assert (await made.ask("StartTransaction", start))[2] == "PropertyConstraintViolation"
        for nonsense in ({"transactionId": 10**22, "meterStop": 1}, {"transactionId": 1, "meterStop": 10**22}):
            stop = {**nonsense, "timestamp": "2026-03-01T12:00:00Z"}
            assert (await made.ask("StopTransaction", stop))[0] == 3
        assert (await made.ask("Heartbeat", {}))[0] == 3


async def test_an_operator_is_led_to_the_frames_of_the_call() -> None:
    """The outcome names the entry of the message log."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        calling = asyncio.create_task(made.bus.call("CS-1", ClearCacheRequest()))
        asked = await made.hear()
        await made.say([3, asked[1], {"status": "Accepted"}])
        outcome = await calling
        logged = await made.store.queries.message(outcome.message_log_id)
        assert (logged.action, logged.message_id) == ("ClearCache", asked[1])


async def test_what_a_station_answers_is_learnt() -> None:
    """The value of a variable that an operator asked for is kept."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        request = codec.from_builtins(GetVariablesRequest, {"getVariableData": [variable]})
        calling = asyncio.create_task(made.bus.call("CS-1", request))
        asked = await made.hear()
        result = {**variable, "attributeStatus": "Accepted", "attributeValue": "300"}
        await made.say([3, asked[1], {"getVariableResult": [result]}])
        await calling
        (kept,) = await made.store.queries.variables("CS-1")
        assert (kept.variable, kept.value) == ("HeartbeatInterval", "300")


@pytest.mark.requirement("HRD-05")
async def test_an_id_that_stood_for_another_message_is_a_security_event() -> None:
    """Somebody who plays a recorded id with other content changes nothing, and the operator sees it."""
    async with bench() as made:
        await made.ask("BootNotification", BOOT[made.version])
        await made.say([2, "same", "TransactionEvent", event(0)])
        assert (await made.hear())[0] == 3
        await made.say([2, "same", "TransactionEvent", event(1, 900)])
        assert (await made.hear())[:3] == [4, "same", "SecurityError"]
        alarms = [fact.event for fact in made.committed if isinstance(fact, EventOccurred)]
        assert [(one.kind, one.name) for one in alarms] == [("security", "AttemptedReplayAttacks")]
        assert [one.seq_no for one in await made.store.transactions.ledger("CS-1", "T1")] == [0]


@pytest.mark.requirement("ERR-06")
async def test_a_storm_of_invalid_messages_closes_the_link_with_one_event() -> None:
    """The operator sees one event, not thousands."""
    async with bench(max_invalid_per_minute=5) as made:
        await made.ask("BootNotification", BOOT[made.version])
        for _ in range(20):
            with contextlib.suppress(ConnectionError):
                await made.far.send(b"nonsense")
        async with asyncio.timeout(30):
            while not made.far.close_reason:
                await asyncio.sleep(0)
        storms = [
            fact
            for fact in made.committed
            if getattr(getattr(fact, "event", None), "name", "") == "InvalidMessageStorm"
        ]
        assert len(storms) == 1


async def test_what_time_brings_about_does_not_hold_up_the_station() -> None:
    """While the dialect waits for the configuration it asked for by itself, calls of the station are answered."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        made.session.tick(datetime.now(UTC))
        asked = await made.hear()
        assert asked[2] == "GetConfiguration"
        assert (await made.ask("Heartbeat", {}))[0] == 3
        made.committed.clear()
        await made.say([4, asked[1], "InternalError", "not now", {}])
        async with asyncio.timeout(30):
            while not any(isinstance(fact, EventOccurred) for fact in made.committed):
                await asyncio.sleep(0)
        (lost,) = [fact.event for fact in made.committed if isinstance(fact, EventOccurred)]
        assert lost.name == "TranslationLoss"
        assert "did not tell its configuration" in (lost.detail or "")


async def test_what_time_brings_about_reaches_the_house_in_turn() -> None:
    """A reservation that is over is told between two calls of the station, and what follows is stored."""
    async with bench(OcppVersion.OCPP_1_6) as made:
        await made.ask("BootNotification", BOOT[made.version])
        expiry = datetime.now(UTC) - timedelta(minutes=2)
        reserve = ReserveNowRequest(
            id=5, expiry_date_time=expiry, id_token=IdToken(id_token="TAG", type="Central"), evse_id=1
        )
        calling = asyncio.create_task(made.bus.call("CS-1", reserve))
        asked = await made.hear()
        await made.say([3, asked[1], {"status": "Accepted"}])
        await calling
        made.committed.clear()
        made.session.tick(datetime.now(UTC))
        async with asyncio.timeout(30):
            while not any(isinstance(fact, DialectMemorySaved) for fact in made.committed):
                await asyncio.sleep(0)


async def _charging_with_costs_shown(made: Bench) -> int:
    """Have a 1.6 station that shows costs boot, tell so, and start; returns the id of its transaction."""
    await made.ask("BootNotification", BOOT[made.version])
    made.session.tick(datetime.now(UTC))
    asked = await made.hear()
    shows = {"key": "CustomDisplayCostAndPrice", "readonly": False, "value": "true"}
    await made.say([3, asked[1], {"configurationKey": [shows]}])
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-03-01T12:00:00Z"}
    started = await made.ask("StartTransaction", start)
    asked = await made.hear()
    assert asked[2:] == ["DataTransfer", asked[3]]
    await made.say([3, asked[1], {"status": "Accepted"}])
    return int(started[2]["transactionId"])


def _reading(number: int, minutes: int, value: str) -> dict[str, Any]:
    values = [{"timestamp": f"2026-03-01T12:{minutes:02}:00Z", "sampledValue": [{"value": value}]}]
    return {"connectorId": 1, "transactionId": number, "meterValue": values}


@pytest.mark.requirement("RPC-05", "RPC-16")
async def test_what_follows_an_answer_does_not_hold_up_the_station() -> None:
    """While the station owes an answer to what followed an early one, its next calls are served, in their order."""
    prices = (FlatPrice(per_kwh=Decimal("0.5")),)
    async with bench(OcppVersion.OCPP_1_6, policy=Policy(prices=prices)) as made:
        number = await _charging_with_costs_shown(made)
        assert (await made.ask("MeterValues", _reading(number, 10, "1000")))[0] == 3
        cost = await made.hear()
        assert (cost[2], cost[3]["messageId"]) == ("DataTransfer", "RunningCost")
        # The cost is not answered yet; two more readings and the stop are.
        for minutes, value in ((11, "1100"), (12, "1200")):
            assert (await made.ask("MeterValues", _reading(number, minutes, value)))[0] == 3
        stop = {"transactionId": number, "meterStop": 1200, "timestamp": "2026-03-01T12:13:00Z"}
        assert (await made.ask("StopTransaction", stop))[0] == 3
        told = []
        for _ in range(3):
            await made.say([3, cost[1], {"status": "Accepted"}])
            cost = await made.hear()
            told.append((cost[3]["messageId"], json.loads(cost[3]["data"])["cost"]))
        assert told == [("RunningCost", 0.55), ("RunningCost", 0.6), ("FinalCost", 0.6)]
