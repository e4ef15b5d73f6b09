"""Transactions of 1.6 stations as the house sees them, whatever is repeated, lost or late."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import DamagedMemory, OrphanStop, Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.station_half import StationHalf
from pluglot.dialects.ocpp16.transactions import permuted
from tests.dialects.driver import CONNECTED, NOW, accepting, carry, seeded
from tests.dialects.ocpp16.station import Station, at, meter, start, stop
from tests.dialects.samples import is_valid

DOWN = Refusal("InternalError", "the store is away")


@pytest.fixture
def station() -> Station:
    return Station()


# --- ids ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TX-04", "TX-11")
def test_integer_ids_are_unique_and_cannot_be_guessed() -> None:
    """No id is given twice, none follows from those before, and another station's are other ids."""
    ids = [permuted(number, b"k" * 16) for number in range(1, 20_001)]
    assert len(set(ids)) == len(ids)
    assert all(1 <= number <= 2**31 - 1 for number in ids)
    steps = [later - earlier for earlier, later in itertools.pairwise(ids)]
    assert len(set(steps)) > 0.99 * len(steps)
    assert 0.45 < sum(step > 0 for step in steps) / len(steps) < 0.55
    assert sum(ids) / len(ids) == pytest.approx(2**29, rel=0.02)
    others = {permuted(number, b"j" * 16) for number in range(1, 20_001)}
    assert len(others & set(ids)) < 5


@pytest.mark.requirement("TX-04")
def test_ids_go_on_after_a_restart(station: Station) -> None:
    """Ids given out before a restart are not given out again after it."""
    given = set()
    for number in range(40):
        answer = station.start(tag=f"TAG{number}", when=number * 10)
        given.add(answer.transaction_id)
        station.stop(answer.transaction_id, 2000, when=number * 10 + 5)
        station.restart()
    assert len(given) == 40
    assert len(station.numbers()) == 40


def test_ids_depend_on_the_random_source() -> None:
    """Two deployments give the same station other ids."""
    assert Station(seed=1).start().transaction_id != Station(seed=2).start().transaction_id


# --- repetitions --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TX-09")
def test_everything_sent_twice_is_told_once_or_told_the_same(station: Station) -> None:
    """A station that repeats each message, also after a restart, is answered the same; the house learns nothing new."""
    given = station.start()
    station.restart()
    assert station.start() == given
    assert len(station.events) == 1
    first = station.meter(given.transaction_id, "1500")
    station.restart()
    assert station.meter(given.transaction_id, "1500") == first
    assert station.events[1] == station.events[2]
    end = station.stop(given.transaction_id, 3000)
    station.restart()
    assert station.stop(given.transaction_id, 3000) == end
    assert sorted(set(station.numbers()[station.events[0].transaction_info.transaction_id])) == [0, 1, 2]
    assert station.start() == given


@pytest.mark.requirement("TX-09", "RPC-12")
def test_a_house_that_is_away_loses_nothing(station: Station) -> None:
    """What the house did not take is answered as an error, so the station keeps it; repeated, it has its number."""
    station.answer = lambda _: DOWN
    assert station.start() == DOWN
    station.answer = accepting
    given = station.start()
    assert station.events[0] == station.events[1]
    station.answer = lambda _: DOWN
    assert station.meter(given.transaction_id, "1100") == DOWN
    station.answer = accepting
    station.meter(given.transaction_id, "1100")
    station.answer = lambda _: DOWN
    assert station.stop(given.transaction_id, 1200) == DOWN
    station.answer = accepting
    station.restart()
    station.stop(given.transaction_id, 1200)
    assert [event.seq_no for event in station.events] == [0, 0, 1, 1, 2, 2]


def test_a_start_the_house_never_took_is_told_before_what_follows(station: Station) -> None:
    """A station that gave up its start still has its energy told in the right order."""
    station.answer = lambda _: DOWN
    station.start()
    station.answer = accepting
    station.meter(0, "1100")
    station.stop(-1, 1200, reason="PowerLoss")
    kinds = [event.event_type.value for event in station.events]
    assert kinds == ["Started", "Started", "Updated", "Ended"]
    assert len(station.numbers()) == 1


@pytest.mark.requirement("PROOF-04", "TX-09", "TX-03")
def test_no_crash_loses_or_doubles_anything() -> None:
    """After a crash before or after any step, a station that repeats what was not answered completes its session."""
    reference = Station()
    given = reference.start().transaction_id
    messages: list[Any] = [
        start(),
        wire.StatusNotificationRequest(
            connector_id=1,
            status=wire.ChargePointStatus.CHARGING,
            error_code=wire.ChargePointErrorCode.NO_ERROR,
            timestamp=at(5),
        ),
        meter(given, "1100"),
        meter(given, "1200", when=120),
        stop(given, 1300),
    ]
    for crash in range(12):
        station = Station()
        saved = station.half.snapshot()
        steps = itertools.count()
        stored: dict[tuple[str, int], Any] = {}

        for message in messages:
            for _attempt in range(3):
                crashed = False
                translation = station.half.inward(message, now=NOW)
                reply: Any = None
                revision = station.half.revision
                while True:
                    try:
                        step = translation.send(reply)
                    except StopIteration:
                        break
                    if station.half.revision != revision:
                        saved, revision = station.half.snapshot(), station.half.revision
                    if next(steps) == crash:
                        crashed = True
                        break
                    request = getattr(step, "request", None)
                    reply = None if request is None else accepting(request)
                    if isinstance(request, house.TransactionEventRequest):
                        key = request.transaction_info.transaction_id, request.seq_no
                        assert stored.setdefault(key, request) == request
                if not crashed:
                    saved = station.half.snapshot()
                    break
                station.half = StationHalf("CS1", random=seeded(99), policy=station.policy)
                station.half.restore(saved)
                station.half.connected(now=CONNECTED)
        assert [number for _, number in sorted(stored)] == [0, 1, 2, 3, 4], crash
        assert len({house_id for house_id, _ in stored}) == 1


# --- numbering ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("PROOF-05", "TX-03")
def test_event_numbers_have_no_holes_across_connectors_and_restarts() -> None:
    """In random sessions on several connectors each transaction's events are numbered 0, 1, 2 and so on."""
    rng = random.Random(5)
    station = Station()
    running: dict[int, tuple[int, int]] = {}
    for step in range(300):
        connector = rng.randint(1, 4)
        if connector not in running:
            answer = station.start(connector, tag=f"T{step}", meter=step * 10, when=step * 10)
            running[connector] = answer.transaction_id, step * 10
        elif rng.random() < 0.3:
            number, register = running.pop(connector)
            station.stop(number, register, when=step * 10)
        elif rng.random() < 0.3:
            station.status(connector, rng.choice(["Charging", "SuspendedEV", "SuspendedEVSE"]), when=step * 10)
        else:
            number, register = running[connector]
            running[connector] = number, register + 7
            station.meter(number, str(register + 7), connector=connector, when=step * 10)
        if rng.random() < 0.1:
            station.restart()
    for numbers in station.numbers().values():
        assert numbers == list(range(len(numbers)))
    assert len(station.numbers()) > 20
    assert all(is_valid("v21", event) for event in station.events)


def test_the_same_charging_state_is_told_once(station: Station) -> None:
    """A status that repeats the charging state makes no event; another state does."""
    station.start()
    for when, status in enumerate(["Charging", "Charging", "SuspendedEV", "Finishing"], 1):
        station.status(1, status, when=when)
    states = [event.transaction_info.charging_state for event in station.events[1:]]
    assert [state.value for state in states if state is not None] == ["Charging", "SuspendedEV", "EVConnected"]


@pytest.mark.requirement("PROOF-08", "TX-12")
def test_two_stations_with_equal_numbers_do_not_touch_each_other() -> None:
    """A stop with another station's transaction id ends nothing there."""
    one, two = Station("ONE", seed=1), Station("TWO", seed=2)
    given = one.start().transaction_id
    two.start()
    two.stop(given, 99999)
    ended = [event for event in two.events if event.event_type is house.TransactionEvent.ENDED]
    assert len(ended) == 1
    assert ended[0].transaction_info.transaction_id not in one.numbers()
    assert [loss.reason for loss in two.last.losses] == ["orphan: no such start is known"]
    assert one.half.book.by_id(given) is not None
    assert {one.events[0].transaction_info.transaction_id} & set(two.numbers()) == set()


@pytest.mark.requirement("TX-12", "TX-14")
def test_a_second_other_stop_changes_nothing_and_is_shown(station: Station) -> None:
    """A stop for an ended transaction with another register is answered, not told, and noted."""
    given = station.start().transaction_id
    station.stop(given, 2000)
    answer = station.stop(given, 9000, when=700)
    assert answer == wire.StopTransactionResponse(id_tag_info=None)
    assert len(station.events) == 2
    assert [loss.field for loss in station.last.losses] == ["transactionId", "meterStop"]


# --- unknown ids (9.4) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [-1, 0])
def test_a_stop_without_an_id_ends_the_only_transaction_it_can_mean(station: Station, number: int) -> None:
    """A station that never learnt the id ends its transaction with 0 or -1."""
    station.start()
    station.stop(number, 2000)
    assert [event.event_type.value for event in station.events] == ["Started", "Ended"]


def test_a_stop_without_an_id_is_not_guessed_between_two(station: Station) -> None:
    """With two transactions open, a stop without id belongs to neither."""
    station.start(1)
    station.start(2, tag="OTHER", when=1)
    station.stop(-1, 2000, reason="PowerLoss")
    assert len(station.numbers()) == 3
    assert len(list(station.half.book.open())) == 2


@pytest.mark.requirement("TX-14")
@pytest.mark.parametrize(("policy", "told"), [("pair", 2), ("ended-only", 1), ("drop", 0)])
def test_a_stop_without_a_start_is_told_as_the_operator_wishes(policy: str, told: int) -> None:
    """An orphaned stop becomes two events, one or none; it is always answered, and repeated it tells nothing new."""
    station = Station(policy=Policy(orphan_stop=OrphanStop(policy), emit_custom_data=False))
    for _ in range(2):
        assert station.stop(777, 4000) == wire.StopTransactionResponse(id_tag_info=None)
        assert len(station.events) == told
    assert [event.seq_no for event in station.events] == list(range(told))
    assert all(event.offline for event in station.events)


def test_samples_with_an_unknown_id_are_told_of_the_connector(station: Station) -> None:
    """Samples of a transaction nobody knows are not put into another one."""
    station.start()
    station.meter(12345, "1500")
    assert isinstance(station.told[-1], house.MeterValuesRequest)
    assert [loss.field for loss in station.last.losses] == ["transactionId"]


def test_samples_after_the_stop_are_told_of_the_connector(station: Station) -> None:
    """No event follows Ended."""
    given = station.start().transaction_id
    station.stop(given, 2000)
    station.meter(given, "2000", when=700)
    assert isinstance(station.told[-1], house.MeterValuesRequest)


# --- time ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TX-02")
def test_what_was_kept_offline_says_so(station: Station) -> None:
    """A start from before the connection is marked offline and stays so when it is repeated."""
    old = (CONNECTED - at(0)).total_seconds() - 60
    station.start(when=old)
    station.start(2, tag="NEW", when=60)
    assert [event.offline for event in station.events] == [True, None]


def test_an_old_status_does_not_replace_a_newer_one(station: Station) -> None:
    """A status kept offline arrives after a newer one and changes nothing."""
    station.status(1, "Available", when=0)
    station.status(1, "Charging", when=(CONNECTED - at(0)).total_seconds() - 600)
    assert len(station.told) == 1
    assert station.last.losses


def test_a_lost_stop_is_not_invented_before_its_time(station: Station) -> None:
    """A second start leaves the first transaction open for a day, then it ends with its last register."""
    given = station.start(when=0).transaction_id
    station.meter(given, "1800", when=60)
    station.start(1, tag="OTHER", meter=1800, when=3600)
    assert [event.event_type.value for event in station.events] == ["Started", "Updated", "Started"]
    deadline = station.half.next_deadline()
    assert deadline == NOW + timedelta(hours=24)
    assert station.half.advance(now=NOW + timedelta(hours=23)) == []
    station.restart()
    station.advance(deadline)
    ended = station.events[-1]
    assert ended.event_type is house.TransactionEvent.ENDED
    assert ended.transaction_info.stopped_reason is house.Reason.OTHER
    assert ended.meter_value is not None
    assert ended.meter_value[0].sampled_value[0].value == Decimal(1800)
    assert ended.seq_no == 2
    assert station.half.next_deadline() is None
    station.stop(given, 1900, when=90000)
    assert isinstance(station.told[-1], house.MeterValuesRequest)
    assert [loss.field for loss in station.last.losses] == ["transactionId", "meterStop"]


def test_a_stop_that_comes_late_ends_the_transaction_itself(station: Station) -> None:
    """The stop of a transaction that was overtaken by another start is told when it comes."""
    given = station.start(when=0).transaction_id
    station.start(1, tag="OTHER", meter=1800, when=3600)
    station.stop(given, 1800, when=3500)
    assert station.events[-1].transaction_info.transaction_id == station.events[0].transaction_info.transaction_id
    assert station.half.next_deadline() is None


def test_a_clock_that_was_never_set_starts_new_transactions(station: Station) -> None:
    """The same start at the same time of 1970 is a new transaction once the first has ended."""
    request = msgspec.structs.replace(start(), timestamp=at(0).replace(year=1970))
    first = station.send(request).transaction_id
    assert station.send(request).transaction_id == first
    station.stop(first, 1500)
    assert station.send(request).transaction_id != first
    assert len(station.numbers()) == 2


# --- energy -------------------------------------------------------------------------------------------------------


def test_the_register_of_the_stop_is_told_unless_it_is_there(station: Station) -> None:
    """MeterStop is the last sample of Ended, but not when the data hold the same register already."""
    given = station.start().transaction_id
    end = wire.SampledValue(value="2.0004", context=wire.ReadingContext.TRANSACTION_END, unit=wire.UnitOfMeasure.KWH)
    data = (wire.TransactionData(timestamp=at(600), sampled_value=(end,)),)
    station.send(msgspec.structs.replace(stop(given, 2000), transaction_data=data))
    assert len(station.events[-1].meter_value or ()) == 1
    other = station.start(2, tag="OTHER", when=1).transaction_id
    station.send(msgspec.structs.replace(stop(other, 2500), transaction_data=data))
    values = station.events[-1].meter_value or ()
    assert [value.sampled_value[0].value for value in values] == [Decimal("2.0004"), Decimal(2500)]


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1_000", "abc", "9" * 70, "1e999"])
def test_a_value_that_is_no_number_is_lost_and_shown(station: Station, text: str) -> None:
    """A bad value never becomes a number; with nothing left no event is told, and the station is answered."""
    given = station.start().transaction_id
    assert station.meter(given, text) == wire.MeterValuesResponse()
    assert len(station.events) == 1
    assert [loss.reason for loss in station.last.losses] == ["bad-value"]


@pytest.mark.parametrize(("text", "value"), [(" 12 ", "12"), ("12,5", "12.5"), ("-3", "-3"), ("1.50", "1.50")])
def test_numbers_are_read_as_stations_write_them(station: Station, text: str, value: str) -> None:
    """Spaces and a decimal comma are understood; arithmetic is decimal."""
    given = station.start().transaction_id
    station.meter(given, text)
    assert (station.events[-1].meter_value or ())[0].sampled_value[0].value == Decimal(value)


def test_one_message_with_several_moments_becomes_several_events(station: Station) -> None:
    """Samples of different times are told in order, each with its own number and its own trigger."""
    given = station.start().transaction_id
    clock = wire.ReadingContext.SAMPLE_CLOCK
    values = tuple(
        wire.MeterValue(timestamp=at(when), sampled_value=(wire.SampledValue(value=str(when), context=context),))
        for when, context in ((120, None), (60, None), (90, clock))
    )
    station.send(wire.MeterValuesRequest(connector_id=1, transaction_id=given, meter_value=values))
    told = [(event.seq_no, event.timestamp, event.trigger_reason.value) for event in station.events[1:]]
    assert told == [
        (1, at(60), "MeterValuePeriodic"),
        (2, at(90), "MeterValueClock"),
        (3, at(120), "MeterValuePeriodic"),
    ]


# --- what the house says ------------------------------------------------------------------------------------------


def test_a_token_withdrawn_during_charging_stops_the_transaction(station: Station) -> None:
    """When the house no longer accepts the token, the station is answered and then told to stop."""
    given = station.start().transaction_id
    blocked = house.IdTokenInfo(status=house.AuthorizationStatus.BLOCKED)
    station.answer = lambda _: house.TransactionEventResponse(id_token_info=blocked)
    assert station.meter(given, "1500") == wire.MeterValuesResponse()
    assert station.last.answered_before == 1
    assert station.last.peer == [wire.RemoteStopTransactionRequest(transaction_id=given)]


def test_a_token_is_refused_where_it_may_not_charge(station: Station) -> None:
    """A token allowed at other EVSEs only is accepted in Authorize and invalid at this start."""
    info = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED, evse_id=(2,))
    answers = {
        "Authorize": house.AuthorizeResponse(id_token_info=info),
        "TransactionEvent": house.TransactionEventResponse(),
    }
    station.answer = lambda request: answers[request.action]
    accepted = station.send(wire.AuthorizeRequest(id_tag="04A1B2C3"))
    assert accepted.id_tag_info.status is wire.AuthorizationStatus.ACCEPTED
    assert station.start(1).id_tag_info.status is wire.AuthorizationStatus.INVALID
    assert station.start(2, when=1).id_tag_info.status is wire.AuthorizationStatus.ACCEPTED


def test_a_rejected_start_stays_open_until_it_is_stopped(station: Station) -> None:
    """Energy may flow after a rejected start, so the transaction lives until its stop."""
    invalid = house.IdTokenInfo(status=house.AuthorizationStatus.UNKNOWN)
    station.answer = lambda _: house.TransactionEventResponse(id_token_info=invalid)
    answer = station.start()
    assert answer.id_tag_info.status is wire.AuthorizationStatus.INVALID
    station.stop(answer.transaction_id, 1001, reason="DeAuthorized")
    assert station.events[-1].transaction_info.stopped_reason is house.Reason.DE_AUTHORIZED


# --- memory -------------------------------------------------------------------------------------------------------


def test_a_damaged_memory_is_named(station: Station) -> None:
    """Bytes that are no memory raise instead of being half believed."""
    station.start()
    saved = station.half.snapshot()
    for damaged in (b"", b"x", saved[:-3], saved.replace(b"station", b"stadion", 1)):
        with pytest.raises(DamagedMemory):
            station.half.restore(damaged)


def test_the_memory_of_a_busy_station_stays_small(station: Station) -> None:
    """After thousands of transactions a snapshot holds the latest and is still small."""
    for number in range(400):
        given = station.start(tag=f"T{number}", when=number * 10).transaction_id
        station.stop(given, 2000, when=number * 10 + 5)
    assert len(station.half.snapshot()) < 24_000
    assert station.half.memory.transactions == {}


def test_a_half_without_memory_still_translates(station: Station) -> None:
    """With an empty memory a late stop is told as an orphan, and nothing fails."""
    given = station.start().transaction_id
    fresh = Station(seed=9)
    assert fresh.meter(given, "1500") == wire.MeterValuesResponse()
    assert fresh.stop(given, 2000) == wire.StopTransactionResponse(id_tag_info=None)
    assert [event.event_type.value for event in fresh.events] == ["Started", "Ended"]
    assert carry(fresh.half.outward(house.RequestStopTransactionRequest(transaction_id="x"), now=NOW)).answer.status


def test_a_token_withdrawn_is_stopped_once(station: Station) -> None:
    """A remote stop the station accepted is not asked for again; one it refused is, also after a status (5.6.1)."""
    given = station.start().transaction_id
    refused = house.IdTokenInfo(status=house.AuthorizationStatus.BLOCKED)
    station.answer = lambda one: (
        house.TransactionEventResponse(id_token_info=refused) if one.action == "TransactionEvent" else accepting(one)
    )
    station.peer = lambda _one: wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.REJECTED)
    station.status(1, "Charging", when=5)
    assert [one.action for one in station.last.peer] == ["RemoteStopTransaction"]
    station.peer = lambda _one: wire.RemoteStopTransactionResponse(status=wire.RemoteStartStopStatus.ACCEPTED)
    station.meter(given, "1500")
    assert [one.transaction_id for one in station.last.peer] == [given]
    station.restart()
    station.meter(given, "1600", when=90)
    assert station.last.peer == []


def test_an_orphan_belongs_to_the_connector_that_alone_can_have_had_it(station: Station) -> None:
    """Several connectors: the one a vehicle was at without a transaction; two of them leave it open (9.4)."""
    for connector in (1, 2, 3):
        station.status(connector, "Available", when=0)
    station.status(2, "Finishing", when=5)
    station.status(3, "Charging", when=5)
    station.start(3, when=6)
    station.stop(555, 4000)
    assert station.events[-2].evse == house.EVSE(id=2, connector_id=1)
    station.status(1, "SuspendedEV", when=7)
    station.stop(556, 4000)
    assert station.events[-2].evse is None


def test_two_transactions_on_one_evse_are_a_topology_error() -> None:
    """The second start is taken, because its energy is real, and shown (9.6)."""
    both = Station(policy=Policy(emit_custom_data=False, connector_map={1: (1, 1), 2: (1, 2)}))
    both.start(1)
    both.start(2, tag="B")
    assert "topology error" in both.last.losses[0].reason
    assert [event.evse for event in both.events] == [house.EVSE(id=1, connector_id=1), house.EVSE(id=1, connector_id=2)]


def test_a_group_too_long_for_1_6_has_an_alias(station: Station) -> None:
    """The parentIdTag is never cut: two groups that begin alike stay two (3.4, 3.6)."""
    tags = []
    for group in ("A" * 21, "A" * 22):
        info = house.IdTokenInfo(
            status=house.AuthorizationStatus.ACCEPTED, group_id_token=house.IdToken(id_token=group, type="Central")
        )
        station.answer = lambda _one, info=info: house.AuthorizeResponse(id_token_info=info)
        tags.append(station.send(wire.AuthorizeRequest(id_tag="T")).id_tag_info.parent_id_tag)
        assert station.last.losses[0].reason == f"said as {tags[-1]}"
    assert len(set(tags)) == 2
    assert all(len(tag) == 20 and tag.startswith("#") for tag in tags)
    revision = station.half.revision
    station.restart()
    assert station.half.tokens.meant(tags[0]).id_token == "A" * 21
    assert revision > 0
