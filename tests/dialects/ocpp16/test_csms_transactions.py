"""Transactions of 2.x stations as a 1.6 management system sees them."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal, StopAt
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import Known
from pluglot.dialects.ocpp16.csms_half import CsmsHalf
from tests.dialects.driver import CONNECTED, NOW, Carried, carry, seeded
from tests.dialects.ocpp16.chain import ManagementSystem
from tests.dialects.ocpp16.station import at
from tests.dialects.samples import Sampler, is_valid

AWAY = Refusal("GenericError", "no answer", silent=True)
CARD = house.IdToken(id_token="04A1B2C3", type="ISO14443")


class Uplink:
    """A 2.1 station's half, and the 1.6 management system it talks to."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy
        self.half = CsmsHalf("CS1", random=seeded(), policy=policy)
        self.half.connected(now=CONNECTED)
        self.management = ManagementSystem()
        self.answer: Any = self.management.answer
        #: What the station itself answers.
        self.station: Any = lambda request: Refusal("NotSupported", request.action)
        self.last = Carried()
        self.seq_no = 0

    def say(self, request: Any, *, now: Any = NOW) -> Any:
        """Let the station say something; returns the answer."""
        self.last = carry(self.half.outward(request, now=now), peer=self.answer, house=self.station)
        return self.last.answer

    def ask(self, request: Any, *, pause: Any = None) -> Any:
        """Let the management system ask something; returns the answer."""
        self.last = carry(self.half.inward(request, now=NOW), peer=self.answer, house=self.station, pause=pause)
        return self.last.answer

    def event(self, kind: str, trigger: str, *, when: float = 0, seq_no: int | None = None, **fields: Any) -> Any:
        """Say a TransactionEvent of the transaction ``tx``."""
        info = {name: fields.pop(name) for name in ("charging_state", "stopped_reason") if name in fields}
        meter = fields.pop("meter", None)
        if meter is not None:
            fields["meter_value"] = (value(meter, when, fields.pop("context", None)),)
        request = house.TransactionEventRequest(
            event_type=house.TransactionEvent(kind),
            trigger_reason=house.TriggerReason(trigger),
            timestamp=at(when),
            seq_no=self.seq_no if seq_no is None else seq_no,
            transaction_info=house.Transaction(transaction_id=fields.pop("transaction_id", "tx"), **info),
            **fields,
        )
        self.seq_no = request.seq_no + 1
        return self.say(request)

    def restart(self) -> None:
        """Lose everything but the saved memory."""
        saved = self.half.snapshot()
        self.half = CsmsHalf("CS1", random=seeded(9), policy=self.policy)
        self.half.restore(saved)

    def received(self, *actions: str) -> list[Any]:
        """What the management system was told."""
        return [one for one in self.management.received if one.action in actions]


def value(watt_hours: Any, when: float = 0, context: house.ReadingContext | None = None) -> house.MeterValue:
    """A register reading in Wh."""
    sample = house.SampledValue(
        value=Decimal(watt_hours), context=context, unit_of_measure=house.UnitOfMeasure(unit="Wh")
    )
    return house.MeterValue(timestamp=at(when), sampled_value=(sample,))


EVSE = house.EVSE(id=1, connector_id=1)
CHARGING = house.ChargingState.CHARGING


@pytest.fixture
def uplink() -> Uplink:
    return Uplink()


def _session(uplink: Uplink) -> None:
    uplink.event("Started", "CablePluggedIn", evse=EVSE, meter=1000)
    uplink.event("Updated", "Authorized", id_token=CARD, when=10)
    uplink.event("Updated", "ChargingStateChanged", charging_state=CHARGING, meter=1100, when=20)
    uplink.event("Updated", "MeterValuePeriodic", meter=1500, when=60)
    uplink.event("Ended", "StopAuthorized", meter=2000, id_token=CARD, stopped_reason=house.Reason.LOCAL, when=90)


@pytest.mark.requirement("TX-05")
def test_a_session_is_one_start_and_one_stop(uplink: Uplink) -> None:
    """A transaction that began without a token starts when the token is known, with the first register."""
    _session(uplink)
    (start,) = uplink.received("StartTransaction")
    (stop,) = uplink.received("StopTransaction")
    assert (start.meter_start, start.timestamp, start.id_tag) == (1000, at(10), "04A1B2C3")
    assert (stop.meter_stop, stop.reason, stop.id_tag) == (2000, wire.Reason.LOCAL, "04A1B2C3")
    assert stop.transaction_id == uplink.management.last_id
    order = [one.action for one in uplink.received("StartTransaction", "MeterValues", "StopTransaction")]
    assert order == ["StartTransaction", "MeterValues", "MeterValues", "MeterValues", "StopTransaction"]
    statuses = [one.status.value for one in uplink.received("StatusNotification")]
    assert statuses == ["Preparing", "Charging", "Finishing"]
    assert all(is_valid("v16", one) for one in uplink.management.received)


@pytest.mark.requirement("TX-09")
def test_events_sent_again_are_answered_and_not_told_again(uplink: Uplink) -> None:
    """Each event repeated at once, or after a restart, is told once and answered as before."""
    for restart in (False, True):
        uplink = Uplink()
        events: list[tuple[str, str, dict[str, Any]]] = [
            ("Started", "Authorized", {"id_token": CARD, "evse": EVSE, "meter": 1000}),
            ("Updated", "MeterValuePeriodic", {"meter": 1500, "when": 60}),
            ("Ended", "StopAuthorized", {"id_token": CARD, "meter": 2000, "when": 90}),
        ]
        for number, (kind, trigger, fields) in enumerate(events):
            first = uplink.event(kind, trigger, seq_no=number, **fields)
            told = len(uplink.management.received)
            if restart:
                uplink.restart()
            assert uplink.event(kind, trigger, seq_no=number, **fields) == first
            assert len(uplink.management.received) == told


def test_a_start_without_answer_is_sent_again_as_it_was(uplink: Uplink) -> None:
    """While the management system is away the station gets no answer; its repetition repeats the same start."""
    uplink.answer = lambda _: AWAY
    assert uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000) is AWAY
    asked = uplink.last.peer
    uplink.restart()
    uplink.answer = uplink.management.answer
    answer = uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000, seq_no=0)
    assert answer.id_token_info.status is house.AuthorizationStatus.ACCEPTED
    assert uplink.last.peer[0] == asked[0]


def test_a_transaction_without_a_token_never_existed_for_1_6(uplink: Uplink) -> None:
    """A cable plugged in and out again changes the status only."""
    uplink.event("Started", "CablePluggedIn", evse=EVSE, meter=1000, charging_state=house.ChargingState.EV_CONNECTED)
    uplink.event("Ended", "EVCommunicationLost", meter=1000, charging_state=house.ChargingState.IDLE, when=60)
    assert uplink.received("StartTransaction", "StopTransaction") == []
    assert [one.status.value for one in uplink.received("StatusNotification")] == ["Preparing", "Available"]


def test_energy_without_a_token_is_told_where_the_operator_wants_it() -> None:
    """With the switch on, energy that flowed unauthorised becomes a transaction of a stand-in tag."""
    for wanted in (False, True):
        uplink = Uplink(Policy(report_unauthorised_energy=wanted))
        uplink.event("Started", "CablePluggedIn", evse=EVSE, meter=1000)
        uplink.event("Ended", "EVCommunicationLost", meter=1500, when=60)
        assert [one.id_tag for one in uplink.received("StartTransaction")] == (["NOAUTH"] if wanted else [])
        assert len(uplink.received("StopTransaction")) == int(wanted)


def test_a_transaction_that_was_only_authorised_late_is_told_at_its_end(uplink: Uplink) -> None:
    """An end right after the token yields start and stop, the start at the time of the token."""
    uplink.event("Started", "Authorized", id_token=CARD, when=0)
    assert [one.action for one in uplink.management.received] == ["Authorize"]
    uplink.event("Ended", "StopAuthorized", evse=house.EVSE(id=2), meter=700, when=60)
    (start,) = uplink.received("StartTransaction")
    assert (start.timestamp, start.meter_start, start.connector_id) == (at(0), 700, 1)
    assert len(uplink.received("StopTransaction")) == 1


def test_a_vehicle_that_never_came_leaves_no_transaction(uplink: Uplink) -> None:
    """A token alone is asked about; when no vehicle is connected in time there is no start and no stop (7.14)."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=house.EVSE(id=1))
    uplink.event("Ended", "EVConnectTimeout", stopped_reason=house.Reason.TIMEOUT, when=60)
    assert uplink.received("StartTransaction", "StopTransaction") == []
    assert len(uplink.received("Authorize")) == 1


def test_a_start_without_any_register_is_sent_by_time_alone(uplink: Uplink) -> None:
    """After a minute the start says 0 although the station is silent, and its time is that of the event (9.2, 3a)."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE)
    assert uplink.received("StartTransaction") == []
    deadline = uplink.half.next_deadline()
    assert deadline == NOW + timedelta(seconds=60)
    assert uplink.half.advance(now=NOW) == []
    uplink.management.status = wire.AuthorizationStatus.BLOCKED
    (due,) = uplink.half.advance(now=deadline)
    assert uplink.half.advance(now=deadline) == [], "it is on its way"
    losses = carry(due, peer=uplink.answer).losses
    assert "meter-unknown" in losses[0].reason
    (start,) = uplink.received("StartTransaction")
    assert (start.meter_start, start.timestamp) == (0, at(0))
    assert uplink.half.next_deadline() is None
    # The token was refused meanwhile; the next event is told, also when it is sent again.
    for _ in range(2):
        answer = uplink.event("Updated", "ChargingStateChanged", charging_state=CHARGING, seq_no=1, when=90)
        assert answer.id_token_info.status is house.AuthorizationStatus.BLOCKED
    assert uplink.event("Updated", "MeterValuePeriodic", meter=50, when=120).id_token_info is None
    assert len(uplink.received("StartTransaction")) == 1


def test_a_token_refused_by_a_late_start_is_told_with_the_event_that_brought_it(uplink: Uplink) -> None:
    """The event that named the token was answered by Authorize; the start says otherwise later (9.2, step 4)."""
    accepted = uplink.event("Started", "Authorized", id_token=CARD)
    assert accepted.id_token_info.status is house.AuthorizationStatus.ACCEPTED
    uplink.management.status = wire.AuthorizationStatus.CONCURRENT_TX
    for _ in range(2):
        answer = uplink.event("Updated", "CablePluggedIn", evse=EVSE, meter=5, seq_no=1)
        assert answer.id_token_info.status is house.AuthorizationStatus.CONCURRENT_TX
    assert uplink.event("Updated", "MeterValuePeriodic", meter=6).id_token_info is None


def test_a_reservation_named_after_the_start_is_shown_as_lost(uplink: Uplink) -> None:
    """1.6 knows reservations at the start only (5.8)."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=5, charging_state=CHARGING)
    uplink.event("Updated", "MeterValuePeriodic", meter=6, reservation_id=9)
    assert [loss.field for loss in uplink.last.losses] == ["reservationId"]


REFUSED = Refusal("FormationViolation", "too old")


def _refusing(uplink: Uplink, action: str) -> None:
    uplink.answer = lambda one: REFUSED if one.action == action else uplink.management.answer(one)


@pytest.mark.parametrize("attempts", [None, 2])
def test_an_old_message_that_is_refused_again_and_again_counts_as_delivered(
    uplink: Uplink, attempts: int | None
) -> None:
    """After TransactionMessageAttempts tries the event is answered, and shown as refused (9.3)."""
    if attempts is not None:
        uplink.half.variables["OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"] = Known(str(attempts), None, None)
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=5, offline=True)
    _refusing(uplink, "MeterValues")
    tries = [
        uplink.event("Updated", "MeterValuePeriodic", meter=6, offline=True, seq_no=1) for _ in range(attempts or 3)
    ]
    assert tries[:-1] == [REFUSED] * (len(tries) - 1)
    assert tries[-1] == house.TransactionEventResponse()
    assert [(loss.field, loss.value) for loss in uplink.last.losses] == [("MeterValues", "FormationViolation")]
    _refusing(uplink, "StopTransaction")
    tries = [uplink.event("Ended", "StopAuthorized", meter=7, offline=True, seq_no=2) for _ in range(attempts or 3)]
    assert [isinstance(one, Refusal) for one in tries] == [True] * (len(tries) - 1) + [False]
    assert uplink.last.losses[-1].reason.startswith("refused")


def test_an_old_start_that_is_refused_takes_its_transaction_with_it(uplink: Uplink) -> None:
    """Without the start nothing else of it can be said: each event is answered and shown as lost."""
    _refusing(uplink, "StartTransaction")
    old = house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=CONNECTED - timedelta(hours=5),
        trigger_reason=house.TriggerReason.AUTHORIZED,
        seq_no=0,
        transaction_info=house.Transaction(transaction_id="tx", charging_state=CHARGING),
        evse=EVSE,
        id_token=CARD,
        meter_value=(value(5),),
    )
    tries = [uplink.say(old) for _ in range(3)]
    assert [isinstance(one, Refusal) for one in tries] == [True, True, False]
    uplink.restart()
    uplink.half.connected(now=CONNECTED)
    for seq_no, kind in ((1, "Updated"), (2, "Ended")):
        answer = uplink.event(kind, "MeterValuePeriodic", meter=9, seq_no=seq_no)
        assert answer == house.TransactionEventResponse()
        assert "seqNo" in [loss.field for loss in uplink.last.losses]
    assert uplink.received("MeterValues", "StopTransaction") == []


def test_a_fresh_message_that_is_refused_is_left_to_the_station(uplink: Uplink) -> None:
    """Only what is old is ever given up; silence is never counted."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=5)
    _refusing(uplink, "MeterValues")
    for _ in range(5):
        assert uplink.event("Updated", "MeterValuePeriodic", meter=6, seq_no=1) == REFUSED
    uplink.answer = lambda _one: AWAY
    for _ in range(5):
        assert uplink.event("Updated", "MeterValuePeriodic", meter=6, offline=True, seq_no=1) == AWAY


def test_a_start_waits_for_a_register_but_not_for_ever(uplink: Uplink) -> None:
    """Without any register the start waits a minute, then says 0 and shows that it does not know."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE)
    assert uplink.received("StartTransaction") == []
    event = house.TransactionEventRequest(
        event_type=house.TransactionEvent.UPDATED,
        trigger_reason=house.TriggerReason.CHARGING_STATE_CHANGED,
        timestamp=at(70),
        seq_no=1,
        transaction_info=house.Transaction(transaction_id="tx", charging_state=CHARGING),
    )
    uplink.say(event, now=NOW + timedelta(seconds=70))
    (start,) = uplink.received("StartTransaction")
    assert start.meter_start == 0
    assert [loss.reason for loss in uplink.last.losses] == ["meter-unknown: the start says 0"]


def test_samples_from_before_the_start_are_told_after_it(uplink: Uplink) -> None:
    """Samples that came too early are kept and told with the first that come after the start."""
    uplink.event("Started", "CablePluggedIn", evse=EVSE, meter=1000, context=house.ReadingContext.TRANSACTION_BEGIN)
    uplink.event("Updated", "MeterValuePeriodic", meter=1001, when=5)
    uplink.event("Updated", "Authorized", id_token=CARD, when=10)
    (values,) = uplink.received("MeterValues")
    assert [one.sampled_value[0].value for one in values.meter_value] == ["1001"]


def test_stopping_and_ending_are_two_things_in_2_x(uplink: Uplink) -> None:
    """After the stop is authorised the status is Finishing, and the stop itself comes with the end."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000, charging_state=CHARGING)
    uplink.event("Updated", "RemoteStop", when=30)
    assert uplink.received("StopTransaction") == []
    assert uplink.received("StatusNotification")[-1].status is wire.ChargePointStatus.FINISHING
    uplink.event("Ended", "EVCommunicationLost", stopped_reason=house.Reason.REMOTE, meter=2000, when=60)
    assert uplink.received("StopTransaction")[0].reason is wire.Reason.REMOTE


def test_the_stop_can_be_told_when_it_is_authorised() -> None:
    """By policy the stop goes out with the authorisation to stop, and only once."""
    uplink = Uplink(Policy(stop_at=StopAt.STOP_AUTHORIZED))
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000, charging_state=CHARGING)
    uplink.event("Updated", "StopAuthorized", id_token=CARD, meter=1900, when=30)
    uplink.event("Ended", "EVDeparted", meter=1900, when=60)
    assert [one.meter_stop for one in uplink.received("StopTransaction")] == [1900]


@pytest.mark.requirement("PROOF-07")
def test_energy_is_conserved_whatever_the_unit() -> None:
    """The movement of the register equals meterStop minus meterStart within 1 Wh, in any unit and multiplier."""
    rng = random.Random(11)
    for _ in range(60):
        unit, multiplier = rng.choice([("Wh", 0), ("Wh", 3), ("kWh", 0), ("kWh", -3), ("Wh", -1)])
        scale = Decimal(1000 if unit == "kWh" else 1).scaleb(multiplier)
        register = Decimal(rng.randint(0, 10**9)).scaleb(-3)
        uplink = Uplink()
        readings = [register]
        for number in range(rng.randint(2, 6)):
            last = number
            readings.append(readings[-1] + Decimal(rng.randint(0, 10**6)).scaleb(-2))
        samples = [
            house.MeterValue(
                timestamp=at(number),
                sampled_value=(
                    house.SampledValue(
                        value=reading / scale,
                        unit_of_measure=house.UnitOfMeasure(unit=unit, multiplier=multiplier or None),
                    ),
                ),
            )
            for number, reading in enumerate(readings)
        ]
        uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter_value=(samples[0],))
        for number, sample in enumerate(samples[1:-1], 1):
            uplink.event("Updated", "MeterValuePeriodic", meter_value=(sample,), when=number)
        uplink.event("Ended", "StopAuthorized", meter_value=(samples[-1],), when=last + 2)
        (start,), (stop,) = uplink.received("StartTransaction"), uplink.received("StopTransaction")
        assert abs((stop.meter_stop - start.meter_start) - (readings[-1] - readings[0])) <= 1


def test_the_reason_of_a_reset_says_which_reset_it_was(uplink: Uplink) -> None:
    """A transaction ended by a reset says Soft when the management system had asked for a soft one."""
    uplink.station = lambda _: house.ResetResponse(status=house.ResetStatus.ACCEPTED)
    for type_, reason in ((wire.ResetType.SOFT, "SoftReset"), (wire.ResetType.HARD, "HardReset")):
        tx = type_.value
        uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1, transaction_id=tx, seq_no=0)
        uplink.ask(wire.ResetRequest(type=type_))
        assert [one.type for one in uplink.last.house] == [house.ResetType.IMMEDIATE]
        uplink.event("Ended", "ResetCommand", stopped_reason=house.Reason.IMMEDIATE_RESET, meter=2, transaction_id=tx)
        assert uplink.received("StopTransaction")[-1].reason.value == reason


def test_a_soft_reset_waits_for_nobody_when_nobody_charges(uplink: Uplink) -> None:
    """Without a transaction a soft reset is a reset on idle, and Scheduled counts as accepted."""
    uplink.station = lambda _: house.ResetResponse(status=house.ResetStatus.SCHEDULED)
    answer = uplink.ask(wire.ResetRequest(type=wire.ResetType.SOFT))
    assert answer.status is wire.ResetStatus.ACCEPTED
    assert [one.type for one in uplink.last.house] == [house.ResetType.ON_IDLE]


# --- remote control -----------------------------------------------------------------------------------------------


def test_a_remote_stop_waits_for_the_start_that_is_on_its_way(uplink: Uplink) -> None:
    """A stop that overtakes the answer to the start is not rejected but waited for."""
    uplink.station = lambda _: house.RequestStopTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
    uplink.answer = lambda _: AWAY
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000)
    uplink.answer = uplink.management.answer
    clock = [NOW]

    def pause(seconds: float) -> Any:
        clock[0] += timedelta(seconds=seconds)
        if clock[0] > NOW + timedelta(seconds=1) and not uplink.received("StartTransaction"):
            saved = uplink.last
            uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000, seq_no=0)
            uplink.last = saved
        return clock[0]

    answer = uplink.ask(wire.RemoteStopTransactionRequest(transaction_id=501), pause=pause)
    assert answer.status is wire.RemoteStartStopStatus.ACCEPTED
    assert uplink.last.house == [house.RequestStopTransactionRequest(transaction_id="tx")]
    rejected = uplink.ask(wire.RemoteStopTransactionRequest(transaction_id=999), pause=pause)
    assert rejected.status is wire.RemoteStartStopStatus.REJECTED


def test_unlocking_stops_the_transaction_first(uplink: Uplink) -> None:
    """1.6 expects a running transaction to be ended by an unlock, with that reason."""
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1000, charging_state=CHARGING)

    def station(request: Any) -> Any:
        if isinstance(request, house.RequestStopTransactionRequest):
            return house.RequestStopTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
        return house.UnlockConnectorResponse(status=house.UnlockStatus.UNLOCKED)

    uplink.station = station

    def pause(seconds: float) -> Any:
        carried = uplink.last
        uplink.event("Ended", "RemoteStop", stopped_reason=house.Reason.REMOTE, meter=1200, when=30)
        uplink.last = carried
        return NOW + timedelta(seconds=seconds)

    answer = uplink.ask(wire.UnlockConnectorRequest(connector_id=1), pause=pause)
    assert answer.status is wire.UnlockStatus.UNLOCKED
    assert uplink.received("StopTransaction")[0].reason is wire.Reason.UNLOCK_COMMAND
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1, transaction_id="tx2", seq_no=0)
    uplink.station = lambda _: house.RequestStopTransactionResponse(status=house.RequestStartStopStatus.REJECTED)
    assert uplink.ask(wire.UnlockConnectorRequest(connector_id=1)).status is wire.UnlockStatus.UNLOCK_FAILED
    assert uplink.ask(wire.UnlockConnectorRequest(connector_id=9)).status is wire.UnlockStatus.NOT_SUPPORTED


def test_a_remote_start_without_a_connector_picks_where_a_driver_stands(uplink: Uplink) -> None:
    """The connector with a cable in and no authorisation comes first, then a free one; connector 0 is rejected."""
    uplink.station = lambda _: house.RequestStartTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
    for evse_id, status in ((1, "Unavailable"), (2, "Available"), (3, "Occupied")):
        uplink.say(
            house.StatusNotificationRequest(
                timestamp=at(0),
                connector_status=house.ConnectorStatus(status),
                evse_id=evse_id,
                connector_id=1,
            )
        )
    uplink.ask(wire.RemoteStartTransactionRequest(id_tag="tag"))
    assert uplink.last.house[0].evse_id == 3
    ids = {uplink.last.house[0].remote_start_id}
    uplink.ask(wire.RemoteStartTransactionRequest(id_tag="tag", connector_id=2))
    assert uplink.last.house[0].evse_id == 2
    ids.add(uplink.last.house[0].remote_start_id)
    assert len(ids) == 2
    for connector in (0, 7):
        answer = uplink.ask(wire.RemoteStartTransactionRequest(id_tag="tag", connector_id=connector))
        assert answer.status is wire.RemoteStartStopStatus.REJECTED
        assert uplink.last.house == []


# --- inventory and statuses ---------------------------------------------------------------------------------------


def _boot(uplink: Uplink) -> Any:
    station = house.ChargingStation(vendor_name="Example of a long vendor name", model="M1")
    return uplink.say(house.BootNotificationRequest(charging_station=station, reason=house.BootReason.POWER_UP))


def _report(uplink: Uplink, *places: tuple[int, int], tbc: bool = False) -> Any:
    data = tuple(
        house.ReportData(
            component=house.Component(name="Connector", evse=house.EVSE(id=evse, connector_id=connector)),
            variable=house.Variable(name="Available"),
            variable_attribute=(house.VariableAttribute(value="true"),),
        )
        for evse, connector in places
    )
    request_id = uplink.half.report_id or 0
    return uplink.say(
        house.NotifyReportRequest(request_id=request_id, generated_at=NOW, seq_no=0, tbc=tbc, report_data=data)
    )


def _connector_status(uplink: Uplink, evse: int, connector: int, status: str) -> Any:
    return uplink.say(
        house.StatusNotificationRequest(
            timestamp=at(0),
            connector_status=house.ConnectorStatus(status),
            evse_id=evse,
            connector_id=connector,
        )
    )


def test_connectors_are_numbered_by_the_inventory(uplink: Uplink) -> None:
    """After the boot the station is asked what it has; statuses wait for it and are then told in order."""
    uplink.station = lambda _: house.GetBaseReportResponse(status=house.GenericDeviceModelStatus.ACCEPTED)
    assert _boot(uplink).status is house.RegistrationStatus.ACCEPTED
    assert [one.action for one in uplink.last.house] == ["GetBaseReport"]
    assert uplink.received("BootNotification")[0].charge_point_vendor == "Example of a long ve"
    _connector_status(uplink, 2, 1, "Available")
    assert uplink.received("StatusNotification") == []
    _report(uplink, (2, 1), tbc=True)
    assert uplink.received("StatusNotification") == []
    _report(uplink, (1, 2), (1, 1))
    assert [one.connector_id for one in uplink.received("StatusNotification")] == [3, 0]
    _connector_status(uplink, 1, 2, "Occupied")
    assert uplink.received("StatusNotification")[-1].connector_id == 2
    entries = uplink.ask(wire.GetConfigurationRequest(key=("NumberOfConnectors",))).configuration_key
    assert [entry.value for entry in entries] == ["3"]


def test_statuses_do_not_wait_for_ever_for_an_inventory(uplink: Uplink) -> None:
    """When no inventory comes within half a minute, connectors are numbered by what was heard."""
    uplink.station = lambda _: house.GetBaseReportResponse(status=house.GenericDeviceModelStatus.ACCEPTED)
    _boot(uplink)
    _connector_status(uplink, 2, 1, "Available")
    _connector_status(uplink, 1, 1, "Occupied")
    deadline = uplink.half.next_deadline()
    assert deadline == NOW + timedelta(seconds=30)
    for translation in uplink.half.advance(now=deadline):
        carry(translation, peer=uplink.management.answer)
    told = {one.connector_id: one.status.value for one in uplink.received("StatusNotification")}
    assert told == {0: "Available", 1: "Preparing", 2: "Available"}
    assert uplink.half.next_deadline() is None


def test_errors_of_2_x_become_error_codes(uplink: Uplink) -> None:
    """A problem of a component is an error code while it is open; Faulted without a known problem is OtherError."""
    _connector_status(uplink, 1, 1, "Available")

    def event(component: str, value_: str, variable: str = "Problem") -> None:
        data = house.EventData(
            event_id=1,
            timestamp=at(1),
            trigger=house.EventTrigger.ALERTING,
            actual_value=value_,
            tech_code="E7",
            tech_info="hot",
            event_notification_type=house.EventNotification.HARD_WIRED_NOTIFICATION,
            component=house.Component(name=component, evse=EVSE),
            variable=house.Variable(name=variable),
        )
        uplink.say(house.NotifyEventRequest(generated_at=at(1), seq_no=0, event_data=(data,)))

    event("LiquidCoolingSystem", "true")
    told = uplink.received("StatusNotification")[-1]
    assert (told.error_code.value, told.vendor_error_code, told.info) == ("HighTemperature", "E7", "hot")
    event("LiquidCoolingSystem", "false")
    assert uplink.received("StatusNotification")[-1].error_code is wire.ChargePointErrorCode.NO_ERROR
    _connector_status(uplink, 1, 1, "Faulted")
    assert uplink.received("StatusNotification")[-1].error_code is wire.ChargePointErrorCode.OTHER_ERROR
    event("DisplayCtrlr", "5", "Brightness")
    assert [loss.value for loss in uplink.last.losses] == ["DisplayCtrlr.Brightness"]


def test_a_station_cannot_fill_the_memory() -> None:
    """Endless transactions and connectors are bounded, and what ended is kept small."""
    uplink = Uplink()
    for number in range(400):
        evse = house.EVSE(id=number % 4 + 1, connector_id=1)
        uplink.event("Started", "Authorized", id_token=CARD, evse=evse, meter=1, transaction_id=f"a{number}", seq_no=0)
        uplink.event("Started", "Authorized", id_token=CARD, evse=evse, meter=1, transaction_id=f"b{number}", seq_no=0)
        uplink.event("Ended", "StopAuthorized", meter=2, transaction_id=f"b{number}", seq_no=1)
        _connector_status(uplink, number, 1, "Available")
    assert len(uplink.half.memory.transactions) <= 256 + 64
    assert len(uplink.half.memory.connectors) <= 256
    assert len(uplink.half.snapshot()) < 150_000


def test_a_station_that_leaves_numbers_out_does_not_fill_the_memory() -> None:
    """However many events follow a missing one, a bounded number is remembered; what is given up is shown (9.3)."""
    uplink = Uplink()
    uplink.event("Started", "Authorized", id_token=CARD, evse=EVSE, meter=1, charging_state=CHARGING)
    lost = []
    for number in range(1200):
        uplink.event("Updated", "MeterValuePeriodic", seq_no=2 * number + 2)
        lost += [loss.value for loss in uplink.last.losses if loss.field == "seqNo"]
    assert lost == [str(2 * number + 1) for number in range(200)]
    (entry,) = uplink.half.memory.transactions.values()
    assert len(entry.answered) == 1000
    assert uplink.event("Updated", "MeterValuePeriodic", seq_no=1).id_token_info is None
    assert len(entry.answered) == 1000
    uplink.event("Ended", "RemoteStop", seq_no=2402, meter=2)
    (loss,) = [loss for loss in uplink.last.losses if loss.field == "seqNo"]
    assert loss.reason == "1001 events of the transaction never came"


def test_every_report_of_a_station_is_answered() -> None:
    """Whatever a 2.1 station says is answered in the right type, or refused by name; nothing is silent."""
    for row in house.ACTIONS.values():
        if house.Sender.STATION not in row.sender:
            continue
        for seed in range(3):
            fresh = Uplink()
            answer = fresh.say(Sampler(seed).message(row.request))
            assert all(is_valid("v16", one) for one in fresh.management.received), row.name
            if row.response is None:
                assert answer is None
            else:
                assert type(answer) is row.response, row.name
                assert is_valid("v21", answer)


def test_every_request_of_a_management_system_is_answered() -> None:
    """Whatever a 1.6 management system asks is answered in the right type, or refused by name."""
    for row in wire.ACTIONS.values():
        if house.Sender.CSMS not in row.sender:
            continue
        for seed in range(3):
            fresh = Uplink()
            answer = fresh.ask(Sampler(seed).message(row.request))
            if isinstance(answer, Refusal):
                assert row.name in answer.description or fresh.last.house
            else:
                assert type(answer) is row.response
                assert is_valid("v16", answer)


def _whole_session() -> list[Any]:
    """The events of a session, as a station keeps and repeats them."""
    kept: list[Any] = []
    writer = Uplink()
    writer.say = lambda request, **_: kept.append(request)  # type: ignore[method-assign]
    where = house.EVSE(id=1, connector_id=1)
    writer.event("Started", "CablePluggedIn", charging_state=house.ChargingState.EV_CONNECTED, meter=100, evse=where)
    writer.event("Updated", "Authorized", when=10, id_token=CARD)
    writer.event("Updated", "ChargingStateChanged", when=20, charging_state=house.ChargingState.CHARGING, meter=200)
    writer.event("Updated", "MeterValuePeriodic", when=80, meter=400)
    writer.event(
        "Ended", "StopAuthorized", when=100, id_token=CARD, meter=900, context=house.ReadingContext.TRANSACTION_END
    )
    return kept


@pytest.mark.requirement("PROOF-04")
def test_no_crash_loses_or_doubles_a_transaction_of_a_2_x_station() -> None:
    """After a crash at any step, a station that repeats what was not answered completes one start and one stop (16.4).

    The memory is saved before each step, so only what was being asked when the crash came can be asked again.
    """
    for crash in range(14):
        uplink = Uplink()
        steps = 0
        for event in _whole_session():
            while True:
                translation = uplink.half.outward(event, now=NOW)
                reply: Any = None
                crashed = False
                try:
                    while True:
                        step = translation.send(reply)
                        saved = uplink.half.snapshot()
                        request = getattr(step, "request", None)
                        reply = None if request is None else uplink.management.answer(request)
                        if request is not None and steps == crash:
                            steps += 1
                            crashed = True
                            break
                        steps += request is not None
                except StopIteration:
                    pass
                if not crashed:
                    break
                uplink.half = CsmsHalf("CS1", random=seeded(9), policy=None)
                uplink.half.restore(saved)
        starts = {repr(one) for one in uplink.received("StartTransaction")}
        stops = uplink.received("StopTransaction")
        assert len(starts) == 1, crash
        assert {one.meter_stop for one in stops} == {900}, crash
        assert len(uplink.received("StartTransaction")) + len(stops) <= 3, crash
        assert uplink.half.memory.transactions["tx"].ended_at is not None, crash
