"""Transactions that rarely go like this: no energy is put to somebody else, and no loss is silent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import accepting
from tests.dialects.ocpp16.chain import Chain
from tests.dialects.ocpp16.station import Station, at
from tests.dialects.ocpp16.test_csms_transactions import CARD, Uplink, value

EVSE = house.EVSE(id=1, connector_id=1)
CHARGING = house.ChargingState.CHARGING
OTHER_CARD = house.IdToken(id_token="04FFFFFF", type="ISO14443")
WITHDRAWN = house.IdTokenInfo(status=house.AuthorizationStatus.INVALID)


# --- a 1.6 station ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TX-14")
@pytest.mark.parametrize("number", [0, -1, 777])
def test_each_stop_without_a_start_is_a_transaction_of_its_own(number: int) -> None:
    """A station that never learnt its ids sends the same one for all it did offline; all their energy is told (9.4)."""
    station = Station()
    for when in (600, 1200):
        assert station.stop(number, 4000, when=when) == wire.StopTransactionResponse(id_tag_info=None)
    assert [(event.event_type.value, event.timestamp) for event in station.events] == [
        ("Started", at(600)),
        ("Ended", at(600)),
        ("Started", at(1200)),
        ("Ended", at(1200)),
    ]
    assert len(station.numbers()) == 2
    station.stop(number, 4000, when=600)
    assert len(station.events) == 4, "a repetition tells nothing new"


def test_the_id_of_an_orphan_does_not_hide_the_transaction_that_has_it() -> None:
    """An orphan's id may be given to a real transaction later; its repeated stop is answered as before (9.4)."""
    station = Station()
    number = Station(seed=1).start().transaction_id
    station.stop(number, 4000, when=-60)
    assert station.start().transaction_id == number
    info = house.IdTokenInfo(status=house.AuthorizationStatus.BLOCKED)
    station.answer = lambda _one: house.TransactionEventResponse(id_token_info=info)
    first = station.stop(number, 2000)
    assert first.id_tag_info.status is wire.AuthorizationStatus.BLOCKED
    assert station.stop(number, 2000) == first
    assert list(station.half.book.open()) == []


def test_late_samples_are_not_put_into_the_next_transaction() -> None:
    """The id of an ended transaction is known, also while the start of the next one is unanswered (5.6, 9.4)."""
    station = Station()
    given = station.start().transaction_id
    station.stop(given, 2000)
    station.answer = lambda one: (
        Refusal("GenericError", silent=True) if one.action == "TransactionEvent" else accepting(one)
    )
    station.start(meter=2000, when=700)
    station.answer = accepting
    station.meter(given, "1990", when=599)
    assert isinstance(station.told[-1], house.MeterValuesRequest)
    assert [loss.field for loss in station.last.losses] == ["transactionId"]
    assert len(station.events) == 3


def test_nothing_new_follows_an_end_that_was_not_answered() -> None:
    """The house may have heard the end; samples that come then are told of the connector (9.7)."""
    station = Station()
    given = station.start().transaction_id
    station.meter(given, "1500")
    station.answer = lambda _one: Refusal("GenericError", silent=True)
    station.stop(given, 2000)
    station.answer = accepting
    station.meter(given, "1500")
    assert [event.seq_no for event in station.events] == [0, 1, 2, 1], "a repetition has its number already"
    for transaction in (given, None):
        station.meter(transaction, "2000", when=700)
        assert isinstance(station.told[-1], house.MeterValuesRequest)
    station.stop(given, 2000)
    assert [event.seq_no for event in station.events] == [0, 1, 2, 1, 2]


def test_nothing_new_follows_an_end_that_is_under_way() -> None:
    """While time alone closes a transaction its next number is taken (9.1, 9.7)."""
    station = Station()
    given = station.start().transaction_id
    station.half.closing.add(station.events[0].transaction_info.transaction_id)
    station.meter(given, "1500")
    assert isinstance(station.told[-1], house.MeterValuesRequest)


# --- signed data without a number (5.6.2) ---------------------------------------------------------------------------

SIGNED = '{"signedMeterData":"T0NNRnx7fQ==","signingMethod":"","encodingMethod":"OCMF","publicKey":""}'
_BEGIN, _END = wire.ReadingContext.TRANSACTION_BEGIN, wire.ReadingContext.TRANSACTION_END


def _sealed(when: float, context: wire.ReadingContext | None = None, *plain: str, **said: Any) -> wire.MeterValue:
    """Signed data, and the numbers that are listed after them."""
    seal = wire.SampledValue(value=SIGNED, format=wire.ValueFormat.SIGNED_DATA, context=context, **said)
    numbers = tuple(wire.SampledValue(value=one, context=context) for one in plain)
    return wire.MeterValue(timestamp=at(when), sampled_value=(seal, *numbers))


def _samples(number: int, *values: wire.MeterValue) -> wire.MeterValuesRequest:
    return wire.MeterValuesRequest(connector_id=1, transaction_id=number, meter_value=values)


def _stopped(number: int, meter_stop: int, *values: wire.MeterValue) -> wire.StopTransactionRequest:
    data = tuple(wire.TransactionData(timestamp=one.timestamp, sampled_value=one.sampled_value) for one in values)
    return wire.StopTransactionRequest(
        transaction_id=number, id_tag="04A1B2C3", meter_stop=meter_stop, timestamp=at(600), transaction_data=data
    )


def _registers(station: Station) -> list[Decimal]:
    """Every register the house was told, in Wh, signed or not."""
    return [
        sample.value * (1000 if sample.unit_of_measure and sample.unit_of_measure.unit == "kWh" else 1)
        for event in station.events
        for moment in event.meter_value or ()
        for sample in moment.sampled_value
    ]


@pytest.mark.requirement("DAT-01")
@pytest.mark.parametrize("unit", [None, wire.UnitOfMeasure.KWH])
def test_the_number_beside_signed_data_is_a_register_that_is_known(unit: wire.UnitOfMeasure | None) -> None:
    """A 0 there would bill all that the meter ever counted; what is filled in moves nothing."""
    station = Station()
    given = station.start(meter=1_230_000).transaction_id
    station.send(_samples(given, _sealed(1, _BEGIN, unit=unit)))
    station.send(_samples(given, _sealed(60, unit=unit)))
    station.meter(given, "1231000", when=120)
    station.send(_samples(given, _sealed(180, unit=unit)))
    station.send(_stopped(given, 1_233_000, _sealed(0, _BEGIN, unit=unit), _sealed(600, _END, unit=unit)))
    before, middle, end = 1_230_000, 1_231_000, 1_233_000
    assert _registers(station)[:7] == [before, before, before, middle, middle, before, end]
    assert set(_registers(station)[7:]) <= {end}


@pytest.mark.requirement("DAT-01")
def test_signed_data_of_a_stop_without_a_start_tell_no_energy() -> None:
    """Where the register of the begin is unknown, it is not 0."""
    station = Station()
    station.send(_stopped(777, 1_233_000, _sealed(0, _BEGIN), _sealed(600, _END)))
    assert set(_registers(station)) == {1_233_000}
    chain = Chain()
    chain.send(_stopped(777, 1_233_000, _sealed(0, _BEGIN), _sealed(600, _END)))
    (start,) = [one for one in chain.management.received if isinstance(one, wire.StartTransactionRequest)]
    assert start.meter_start == 1_233_000


@pytest.mark.requirement("TX-09")
def test_what_is_filled_in_is_the_same_when_samples_are_said_again() -> None:
    """A repetition makes the same event, although the register went on meanwhile."""
    station = Station()
    given = station.start(meter=1000).transaction_id
    plain = wire.MeterValue(timestamp=at(60), sampled_value=(wire.SampledValue(value="1500"),))
    request = _samples(given, _sealed(60, wire.ReadingContext.SAMPLE_CLOCK), plain)
    for _ in range(2):
        station.send(request)
    station.restart()
    station.send(request)
    first, again = station.events[1:3], station.events[3:5]
    assert first == again == station.events[5:]


def test_a_number_after_its_signed_data_is_theirs() -> None:
    """In whatever order a station lists them."""
    station = Station()
    given = station.start(meter=1000).transaction_id
    station.send(_samples(given, _sealed(60, None, "1700")))
    assert _registers(station)[1:] == [1700, 1700]
    signed = station.events[-1].meter_value[0].sampled_value[0]
    assert signed.signed_meter_value is not None


def test_power_that_is_signed_alone_is_filled_with_nothing() -> None:
    """Only the register is known otherwise."""
    station = Station()
    given = station.start(meter=1000).transaction_id
    measurand = wire.Measurand.POWER_ACTIVE_IMPORT
    station.send(_stopped(given, 2000, _sealed(600, _END, measurand=measurand)))
    assert station.events[-1].meter_value[0].sampled_value[0].value == 0


def test_between_1_6_and_1_6_nothing_is_added_to_signed_data() -> None:
    """A management system gets no number that its station never said (1.3)."""
    chain = Chain()
    start = wire.StartTransactionRequest(connector_id=1, id_tag="04A1B2C3", meter_start=1000, timestamp=at(0))
    given = chain.send(start).transaction_id
    chain.send(_samples(given, _sealed(60)))
    chain.send(_stopped(given, 2000, _sealed(0, _BEGIN), _sealed(600, _END)))
    told = {one.action: one for one in chain.management.received}
    assert told["MeterValues"].meter_value == (_sealed(60),)
    data = told["StopTransaction"].transaction_data
    assert [sample for moment in data for sample in moment.sampled_value] == [
        sample for one in (_sealed(0, _BEGIN), _sealed(600, _END)) for sample in one.sampled_value
    ]


def _withdrawing(one: Any) -> Any:
    return (
        house.TransactionEventResponse(id_token_info=WITHDRAWN)
        if isinstance(one, house.TransactionEventRequest) and one.event_type is house.TransactionEvent.UPDATED
        else accepting(one)
    )


@pytest.mark.parametrize("emit", [False, True])
def test_a_withdrawn_token_is_the_reason_of_the_stop(emit: bool) -> None:
    """The station was told to stop from afar, but why is known: the token was withdrawn (5.6.1)."""
    station = Station(policy=Policy(emit_custom_data=emit))
    station.answer = _withdrawing
    station.peer = lambda _one: wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.ACCEPTED)
    given = station.start().transaction_id
    station.meter(given, "1500")
    assert station.last.peer == [wire.RemoteStopTransactionRequest(transaction_id=given)]
    assert station.last.losses == []
    station.stop(given, 2000, reason="Remote")
    ended = station.events[-1]
    assert ended.transaction_info.stopped_reason is house.Reason.DE_AUTHORIZED
    assert ended.trigger_reason is house.TriggerReason.DEAUTHORIZED


def test_a_stop_for_a_withdrawn_token_keeps_its_words_between_1_6_and_1_6() -> None:
    """A 1.6 management system hears the reason that its 1.6 station gave (1.3)."""
    chain = Chain()
    withdrawn = wire.AuthorizationStatus.INVALID
    chain.management.status = withdrawn
    chain.station = lambda _one: wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.ACCEPTED)
    answer = chain.send(
        wire.StartTransactionRequest(connector_id=1, id_tag="04A1B2C3", meter_start=1000, timestamp=at(0))
    )
    half: Any = chain.station_half
    next(iter(half.book.open())).deauthorized = True
    chain.send(
        wire.StopTransactionRequest(
            transaction_id=answer.transaction_id, meter_stop=2000, timestamp=at(60), reason=wire.Reason.REMOTE
        )
    )
    stops = [one for one in chain.management.received if isinstance(one, wire.StopTransactionRequest)]
    assert [one.reason for one in stops] == [wire.Reason.REMOTE]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.REJECTED), "Rejected"),
        (Refusal("InternalError"), "InternalError"),
    ],
)
def test_a_station_that_goes_on_with_a_withdrawn_token_is_shown(said: Any, shown: str) -> None:
    """Nobody pays for what is charged now: that is never silent, and the station is told again (5.6.1)."""
    station = Station()
    station.answer = _withdrawing
    station.peer = lambda _one: said
    given = station.start().transaction_id
    for when in (60, 120):
        station.meter(given, "1500", when=when)
        assert [(loss.field, loss.value) for loss in station.last.losses if "goes on" in loss.reason] == [
            ("idTokenInfo.status", shown)
        ]
        assert len(station.last.peer) == 1


# --- a 1.6 management system --------------------------------------------------------------------------------------


def _running(uplink: Uplink) -> None:
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)


def test_the_latest_register_is_that_of_the_latest_time() -> None:
    """A station may list its values newest first; without Transaction.End the latest counts (5.8)."""
    uplink = Uplink()
    _running(uplink)
    uplink.event("Ended", "RemoteStop", when=600, meter_value=(value(3000, 600), value(2000, 300)))
    assert uplink.received("StopTransaction")[0].meter_stop == 3000


def test_only_the_register_that_the_start_says_is_left_out() -> None:
    """A register at another place, or another one, is a sample as any other (5.8)."""
    uplink = Uplink()
    begin = house.ReadingContext.TRANSACTION_BEGIN
    inlet = value(1007, 0, begin)
    inlet = house.MeterValue(
        timestamp=inlet.timestamp,
        sampled_value=(
            *value(1000, 0, begin).sampled_value,
            house.SampledValue(value=inlet.sampled_value[0].value, context=begin, location=house.Location.INLET),
        ),
    )
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter_value=(inlet,), charging_state=CHARGING)
    assert uplink.received("StartTransaction")[0].meter_start == 1000
    samples = [
        (sample.value, sample.location)
        for one in uplink.received("MeterValues")
        for moment in one.meter_value
        for sample in moment.sampled_value
    ]
    assert samples == [("1007", wire.Location.INLET)]


def test_events_that_never_came_are_shown_at_the_end() -> None:
    """Lost events, the first of them too, are no silence; what is known is told all the same (9.3)."""
    uplink = Uplink()
    uplink.event("Updated", "Authorized", seq_no=2, evse=EVSE, id_token=CARD, meter=1000, charging_state=CHARGING)
    uplink.event("Updated", "MeterValuePeriodic", seq_no=4, when=60, meter=1500)
    uplink.event("Ended", "RemoteStop", seq_no=2_000_000_000, when=600, meter=2000)
    found = [(loss.field, loss.value, loss.reason) for loss in uplink.last.losses if loss.field == "seqNo"]
    first = ", ".join(str(number) for number in (0, 1, 3, *range(5, 22)))
    assert found == [("seqNo", first, "1999999998 events of the transaction never came")]
    assert uplink.received("StopTransaction")[0].meter_stop == 2000


def test_a_whole_transaction_has_no_gap() -> None:
    """Nothing is shown as missing where every event came, in whatever order."""
    uplink = Uplink()
    _running(uplink)
    uplink.event("Updated", "MeterValuePeriodic", seq_no=2, when=60, meter=1500)
    uplink.event("Updated", "MeterValuePeriodic", seq_no=1, when=30, meter=1200)
    uplink.event("Ended", "RemoteStop", seq_no=3, when=600, meter=2000)
    assert [loss for loss in uplink.last.losses if loss.field == "seqNo"] == []


def test_who_stopped_before_the_cable_was_out_is_told_with_the_stop() -> None:
    """2.x tells the stopping token when it is shown, 1.6 with the one stop message (5.8, 9.2)."""
    uplink = Uplink()
    _running(uplink)
    uplink.event("Updated", "StopAuthorized", when=500, id_token=OTHER_CARD)
    uplink.restart()
    uplink.event("Ended", "EVCommunicationLost", when=600, meter=2000)
    assert uplink.received("StopTransaction")[0].id_tag == OTHER_CARD.id_token


def test_a_token_that_the_stop_cannot_name_is_shown_as_lost() -> None:
    """1.6 names in a stop only who stopped at the station; another token of the last event is a loss (5.8)."""
    uplink = Uplink()
    _running(uplink)
    uplink.event("Ended", "Deauthorized", when=600, meter=2000, id_token=OTHER_CARD)
    assert uplink.received("StopTransaction")[0].id_tag is None
    assert [loss.value for loss in uplink.last.losses if loss.field == "idToken"] == [OTHER_CARD.id_token]


def test_an_old_question_about_a_token_is_given_up_like_every_old_message() -> None:
    """A management system that refuses old messages with errors holds nothing up for ever (9.3)."""
    uplink = Uplink()
    uplink.answer = lambda one: (
        Refusal("PropertyConstraintViolation", "too old")
        if one.action == "Authorize"
        else uplink.management.answer(one)
    )
    answers = [
        uplink.event("Started", "Authorized", seq_no=0, offline=True, id_token=CARD, when=-9 * 3600) for _ in range(3)
    ]
    assert [isinstance(answer, Refusal) for answer in answers] == [True, True, False]
    assert [loss.field for loss in uplink.last.losses] == ["Authorize"]


def _signed(watt_hours: int, context: house.ReadingContext) -> house.SampledValue:
    signed = house.SignedMeterValue(signed_meter_data="T0NNRnx7fQ==", encoding_method="OCMF")
    return house.SampledValue(value=Decimal(watt_hours), context=context, signed_meter_value=signed)


def test_a_signed_register_of_zero_begins_the_transaction() -> None:
    """A meter that counts from zero is no missing register: the start does not wait for energy to flow (5.6.2, 9.2)."""
    begin = house.ReadingContext.TRANSACTION_BEGIN
    uplink = Uplink()
    moment = house.MeterValue(timestamp=at(0), sampled_value=(_signed(0, begin),))
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter_value=(moment,), charging_state=CHARGING)
    assert [one.meter_start for one in uplink.received("StartTransaction")] == [0]
    assert uplink.last.losses == []
    uplink.event("Updated", "MeterValuePeriodic", when=60, meter=700)
    uplink.event("Ended", "RemoteStop", when=600, meter=2000)
    assert uplink.received("StopTransaction")[0].meter_stop == 2000


def test_a_filler_beside_a_register_is_none() -> None:
    """Where the register of the begin is said plainly, the 0 beside signed data is only a filler (5.6.2)."""
    begin = house.ReadingContext.TRANSACTION_BEGIN
    uplink = Uplink()
    samples = (_signed(0, begin), *value(1520, 0, begin).sampled_value)
    moment = house.MeterValue(timestamp=at(0), sampled_value=samples)
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter_value=(moment,), charging_state=CHARGING)
    assert [one.meter_start for one in uplink.received("StartTransaction")] == [1520]


def test_a_transaction_begins_with_its_earliest_register() -> None:
    """Where none is of Transaction.Begin, nothing that flowed between the first and the last is left out (9.2)."""
    uplink = Uplink()
    moments = (value(1500, 60), value(1000, 0), value(1800, 120))
    uplink.event("Started", "Authorized", evse=EVSE, id_token=CARD, meter_value=moments, charging_state=CHARGING)
    assert [one.meter_start for one in uplink.received("StartTransaction")] == [1000]
    uplink.event("Ended", "RemoteStop", when=600)
    assert [one.meter_stop for one in uplink.received("StopTransaction")] == [1800]
