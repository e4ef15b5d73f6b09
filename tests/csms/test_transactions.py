from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.csms import Policy, fold
from pluglot.csms.facts import TokenPresented, TransactionEnded, TransactionStarted, TransactionUpdated
from pluglot.csms.records import TransactionPhase
from pluglot.csms.transactions import digest_of
from pluglot.messages import (
    EVSE,
    AuthorizationStatus,
    CustomData,
    Location,
    Measurand,
    Phase,
    SampledValue,
    TransactionEventRequest,
    TransactionEventResponse,
)
from tests.csms.house import CARD, MINUTE, NOON, PRICE, House, happening, metered, register_sample, session

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Delivery = tuple[list[TransactionEventRequest], list[TransactionEventRequest]]


async def play(house: House, events: list[TransactionEventRequest]) -> list[TransactionEventResponse]:
    """Deliver events a second apart, long after they happened."""
    answers = []
    for number, event in enumerate(events):
        house.now = NOON + timedelta(hours=2, seconds=number)
        answers.append(await house.answer(event))
    return answers


async def in_order() -> House:
    house = House()
    house.register()
    house.save_token()
    await play(house, session())
    return house


async def test_a_whole_transaction_is_recorded_with_its_energy_cost_and_reason(house: House) -> None:
    """Start, updates and end give one record with all an operator asks for."""
    answers = await play(house, session())
    record = house.record()
    assert record.state is TransactionPhase.ENDED
    assert record.energy_wh == 2000
    assert (record.meter_start_wh, record.meter_last_wh) == (1000, 3000)
    assert (record.started_at, record.ended_at) == (NOON, NOON + 40 * MINUTE)
    assert (record.cost, record.currency) == (Decimal("2.00"), "EUR")
    assert (record.id_token, record.id_token_type) == ("04AABBCC", "ISO14443")
    assert (record.evse_id, record.connector_id, record.stopped_reason) == (1, 1, "Local")
    assert record.received_seq_nos == ((0, 4),)
    assert record.missing_seq_nos == ()
    assert record.implausible == ()
    assert answers[-1].total_cost == Decimal("2.00")
    assert house.event_names() == []


async def test_the_answer_tells_the_running_cost_and_the_status_of_a_token(house: House) -> None:
    """I02 and E02: an update is answered with the cost so far, an event with a token also with its status."""
    answers = await play(house, session())
    assert [answer.total_cost for answer in answers] == [
        Decimal(text) for text in ("0.00", "1.25", "1.50", "1.75", "2.00")
    ]
    assert answers[0].id_token_info.status is AuthorizationStatus.ACCEPTED
    assert answers[1].id_token_info is None
    assert answers[4].id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_running_cost_can_be_left_out() -> None:
    """With running_cost off only the last answer names a cost."""
    house = House(policy=Policy(prices=(PRICE,), running_cost=False))
    house.register()
    house.save_token()
    answers = await play(house, session())
    assert [answer.total_cost for answer in answers] == [None, None, None, None, Decimal("2.00")]


async def test_facts_tell_start_updates_and_end(house: House) -> None:
    """Each event becomes one fact of its kind; the first and last also tell that a token was presented."""
    kinds = []
    for event in session():
        decision = await house.decide(event, now=NOON + timedelta(hours=2))
        house.shelf.commit(decision.facts)
        kinds.append([type(fact) for fact in decision.facts])
    assert kinds == [
        [TransactionStarted, TokenPresented],
        [TransactionUpdated],
        [TransactionUpdated],
        [TransactionUpdated],
        [TransactionEnded, TokenPresented],
    ]


@pytest.mark.requirement("TX-09")
async def test_every_order_of_six_events_gives_the_record_of_the_right_order() -> None:
    """All 720 orders of a transaction of six events end in the same record, once all have come."""
    events = session(updates=4)
    expected: object = None
    for order in itertools.permutations(range(6)):
        house = House()
        house.register()
        house.save_token()
        await play(house, [events[index] for index in order])
        expected = expected or house.record()
        assert house.record() == expected
        assert house.record().missing_seq_nos == ()


@st.composite
def samples(draw: st.DrawFn, value: int) -> list[SampledValue]:
    """What a meter tells at one moment: a total, phases, another place, power; or several of them."""
    told = [register_sample(value, location=draw(st.sampled_from([None, None, None, *Location])))]
    if draw(st.booleans()):
        told += [register_sample(value, phase=phase) for phase in (Phase.L1, Phase.L2)]
    if draw(st.booleans()):
        told.append(SampledValue(value=Decimal(7), measurand=Measurand.POWER_ACTIVE_IMPORT))
    return told[draw(st.integers(0, 1)) :] or told


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    """A transaction with arbitrary readings, and its events delivered in any order with repetitions."""
    count = draw(st.integers(2, 14))
    values = draw(st.lists(st.integers(0, 3_000_000), min_size=count, max_size=count))
    minutes = draw(st.lists(st.integers(0, 600), min_size=count, max_size=count))
    if draw(st.integers(0, 3)):  # else the clock is put back now and then
        minutes.sort()
    first = draw(st.sampled_from([0, 0, 0, 7]))
    wrong_clock = draw(st.integers(0, 4)) == 0
    states = st.sampled_from([None, "Charging", "SuspendedEV"])
    events = []
    for number in range(count):
        kind = "Started" if number == 0 else "Ended" if number == count - 1 else "Updated"
        at = (EPOCH if wrong_clock and number < count // 2 else NOON) + minutes[number] * MINUTE
        history = [at - minute * MINUTE for minute in draw(st.lists(st.integers(1, 60), max_size=2))]
        meter_value = tuple(metered(when, *draw(samples(values[number]))) for when in [*history, at])
        if draw(st.integers(0, 5)) == 0:
            meter_value = None
        events.append(happening(kind, first + number, at, meter_value=meter_value, state=draw(states)))
    again = draw(st.lists(st.sampled_from(events), max_size=5))
    return events, draw(st.permutations(events + again))


@pytest.mark.requirement("TX-09", "HRD-05")
@settings(max_examples=150, deadline=None)
@given(deliveries())
async def test_any_order_and_any_repetition_gives_the_same_record(delivery: Delivery) -> None:
    """Events in any order and any number of times give the record of the right order and once."""
    events, shuffled = delivery
    straight, crooked = House(), House()
    for house, order in ((straight, events), (crooked, shuffled)):
        house.register()
        for event in order:
            await house.answer(event, now=NOON + timedelta(hours=12))
    assert crooked.record() == straight.record()
    assert fold(crooked.shelf.entries["CS1", "T1"].values(), crooked.policy, "2.1") == straight.record()


@pytest.mark.requirement("TX-09")
@settings(max_examples=100, deadline=None)
@given(deliveries())
async def test_what_is_kept_at_hand_never_differs_from_the_ledger(delivery: Delivery) -> None:
    """A system that forgets everything between two events has the same record after each as one that does not."""
    events, shuffled = delivery
    remembering, forgetting = House(), House()
    remembering.register()
    forgetting.register()
    for event in [*events[: len(events) // 2], *shuffled]:
        forgetting.restart()
        await remembering.answer(event, now=NOON + timedelta(hours=12))
        await forgetting.answer(event, now=NOON + timedelta(hours=12))
        assert remembering.record() == forgetting.record()


@pytest.mark.requirement("TX-09")
async def test_the_same_event_again_is_answered_the_same_way_and_changes_nothing(house: House) -> None:
    """Every event repeated after a lost answer gets the answer of the first time, and no fact."""
    events = session()
    answers = await play(house, events)
    before = house.record()
    for event, answer in zip(events, answers, strict=True):
        decision = await house.decide(event, now=NOON + timedelta(hours=3))
        assert decision.response == answer
        assert decision.facts == ()
    assert house.record() == before


@pytest.mark.requirement("TX-09", "HRD-05")
async def test_a_recorded_session_played_again_changes_nothing(house: House) -> None:
    """The whole session once more, also by a restarted system, and later: no fact at all."""
    events = session()
    await play(house, events)
    house.restart()
    for event in events:
        assert (await house.decide(event, now=NOON + timedelta(days=40))).facts == ()


@pytest.mark.requirement("TX-09")
async def test_a_token_blocked_meanwhile_does_not_change_the_answer_to_a_repeated_event(house: House) -> None:
    """The repeated event is answered with the status of the first time."""
    first = session()[0]
    await house.answer(first)
    house.save_token(blocked=True)
    again = await house.answer(first)
    assert again.id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_an_event_delivered_again_as_offline_is_the_same_event(house: House) -> None:
    """TX-02: a station marks what it had queued as offline; that is no other content."""
    event = happening("Started", 0, NOON, wh=1000)
    await house.answer(event)
    decision = await house.decide(msgspec.structs.replace(event, offline=True))
    assert decision.facts == ()


@pytest.mark.requirement("TX-09", "HRD-05")
async def test_a_known_number_with_other_content_changes_nothing_and_raises_an_event(house: House) -> None:
    """The first content stays, the other is kept with the alarm, and the station gets an answer."""
    await play(house, session()[:2])
    before = house.record()
    forged = happening("Updated", 1, NOON + 10 * MINUTE, wh=999_999)
    response = await house.answer(forged)
    assert isinstance(response, TransactionEventResponse)
    assert house.record() == before
    (alarm,) = house.shelf.events
    assert (alarm.event.name, alarm.event.severity) == ("ConflictingTransactionEvent", "error")
    assert alarm.event.data["meterValue"][0]["sampledValue"][0]["value"] == "999999"


def test_vendor_data_is_part_of_the_content() -> None:
    """Two events that differ only in custom data have different digests, equal ones the same."""
    event = happening("Updated", 1, NOON)
    vendor = [msgspec.structs.replace(event, custom_data=CustomData("acme", x=number)) for number in (1, 1, 2)]
    assert digest_of(vendor[0]) == digest_of(vendor[1]) != digest_of(vendor[2])


@pytest.mark.requirement("TX-10")
@pytest.mark.parametrize("dropped", range(5))
async def test_a_hole_is_shown_until_it_is_filled(house: House, dropped: int) -> None:
    """Each event missing in turn is named on the transaction; when it comes late, nothing is missing any more."""
    events = session()
    await play(house, [event for event in events if event.seq_no != dropped])
    expected = () if dropped == 4 else (dropped,)
    assert house.record().missing_seq_nos == expected
    await house.answer(events[dropped], now=NOON + timedelta(hours=5))
    assert house.record().missing_seq_nos == ()
    whole = (await in_order()).record()
    assert msgspec.structs.replace(house.record(), updated_at=whole.updated_at) == whole


@pytest.mark.requirement("TX-10")
async def test_an_incomplete_transaction_is_not_answered_with_a_final_cost(house: House) -> None:
    """While events are missing the cost is not final, and the station is not told one."""
    events = session()
    answers = await play(house, [events[0], events[1], events[4]])
    assert answers[-1].total_cost is None
    assert house.record().missing_seq_nos == (2, 3)


@pytest.mark.requirement("TX-10")
async def test_a_number_far_away_does_not_fill_the_memory(house: House) -> None:
    """A hole of two thousand million numbers is shown by its beginning."""
    await house.answer(happening("Started", 0, NOON))
    await house.answer(happening("Updated", 2_000_000_000, NOON))
    missing = house.record().missing_seq_nos
    assert missing == tuple(range(1, 1001))


@pytest.mark.requirement("TX-10", "TX-12")
async def test_an_update_without_a_start_is_recorded_as_incomplete(house: House) -> None:
    """An event of an unknown transaction is kept, shown as incomplete, and raises an event."""
    await house.answer(happening("Updated", 3, NOON, wh=10))
    assert house.record().missing_seq_nos == (2,)
    assert house.event_names() == ["TransactionWithoutStart"]
    await house.answer(happening("Ended", 4, NOON + MINUTE, wh=20))
    assert "the start was never reported" in house.record().implausible


async def test_a_running_number_per_evse_is_complete_without_number_zero(house: House) -> None:
    """Stations may go on counting over transactions: the first number is that of the start."""
    await house.answer(happening("Started", 17, NOON, wh=0))
    await house.answer(happening("Ended", 18, NOON + MINUTE, wh=10))
    assert house.record().missing_seq_nos == ()
    assert house.record().received_seq_nos == ((17, 18),)


@pytest.mark.requirement("TX-12")
@pytest.mark.parametrize("kind", ["Updated", "Ended", "Started"])
async def test_an_event_after_the_end_changes_nothing_and_raises_an_event(house: House, kind: str) -> None:
    """An ended transaction stays as it is; the event is answered and kept with an alarm."""
    await play(house, session())
    before = house.record()
    response = await house.answer(happening(kind, 5, NOON + timedelta(hours=1), wh=9_000))
    assert isinstance(response, TransactionEventResponse)
    assert house.record() == before
    assert house.event_names() == ["EventAfterTransactionEnd"]
    assert 5 not in house.shelf.entries["CS1", "T1"]


@pytest.mark.requirement("TX-12", "TX-09")
async def test_an_event_numbered_after_the_end_does_not_count_when_it_came_before_it(house: House) -> None:
    """The record is that of the right order, in which the event would have been refused."""
    events = session(updates=1)
    await play(house, [*events[:2], happening("Updated", 3, NOON + 15 * MINUTE, wh=99_000)])
    await house.answer(events[2], now=NOON + timedelta(hours=2, seconds=9))
    assert house.record().energy_wh == 1000
    assert house.record().received_seq_nos == ((0, 2),)
    assert house.event_names()[-1] == "EventAfterTransactionEnd"


@pytest.mark.requirement("TX-12", "HRD-07")
async def test_a_station_cannot_end_or_change_the_transaction_of_another(house: House) -> None:
    """Events that name a foreign transaction become the sender's own, incomplete one; the other's is untouched."""
    house.register("CS2")
    await play(house, session()[:3])
    before = house.record()
    response = await house.answer(happening("Ended", 9, NOON + MINUTE, wh=5), station_id="CS2")
    assert isinstance(response, TransactionEventResponse)
    assert house.record() == before
    assert house.record(station_id="CS2").missing_seq_nos == (8,)
    assert house.event_names() == ["TransactionWithoutStart", "ImplausibleEnergy"]


@pytest.mark.requirement("TX-13")
@pytest.mark.parametrize("first", ["CS1", "CS2"])
async def test_the_same_token_at_two_places_is_concurrent_when_forbidden(house: House, first: str) -> None:
    """Of two transactions of one token the second is answered ConcurrentTx, whichever it is, and may stop itself."""
    second = {"CS1": "CS2", "CS2": "CS1"}[first]
    house.register("CS2")
    house.save_token(concurrent_transactions=1)
    card = ("04aabbcc", "ISO14443")
    begin = happening("Started", 0, NOON, id_token=card)
    assert (await house.answer(begin, station_id=first)).id_token_info.status is AuthorizationStatus.ACCEPTED
    assert (await house.answer(begin, station_id=second)).id_token_info.status is AuthorizationStatus.CONCURRENT_TX
    stop = happening("Ended", 1, NOON + MINUTE, id_token=card)
    assert (await house.answer(stop, station_id=first)).id_token_info.status is AuthorizationStatus.ACCEPTED
    # The refused transaction is still open at its station, but holds nothing.
    third = happening("Started", 0, NOON, id_token=card, transaction_id="T3")
    assert (await house.answer(third, station_id=first)).id_token_info.status is AuthorizationStatus.ACCEPTED


@pytest.mark.requirement("TX-13", "HRD-12")
async def test_two_starts_at_the_same_moment_are_not_both_first(house: House) -> None:
    """Before the first start is stored the second is judged, and is concurrent; the first may ask again."""
    house.register("CS2")
    house.save_token(concurrent_transactions=1)
    begin = happening("Started", 0, NOON, id_token=CARD)
    first, second = [await house.decide(begin, station_id=name) for name in ("CS1", "CS2")]
    again = await house.decide(begin)
    statuses = [decision.response.id_token_info.status for decision in (first, second, again)]
    assert statuses == [
        AuthorizationStatus.ACCEPTED,
        AuthorizationStatus.CONCURRENT_TX,
        AuthorizationStatus.ACCEPTED,
    ]
    later = await house.decide(begin, station_id="CS2", now=NOON + 2 * MINUTE)
    assert later.response.id_token_info.status is AuthorizationStatus.ACCEPTED


@pytest.mark.requirement("TX-13")
async def test_a_limit_of_two_lets_two_run(house: House) -> None:
    """The third at once is refused, and may start when one has ended."""
    house.save_token(concurrent_transactions=2)
    for name, status in (("A", "Accepted"), ("B", "Accepted"), ("C", "ConcurrentTx")):
        begin = happening("Started", 0, NOON, id_token=CARD, transaction_id=name, evse=None)
        assert (await house.answer(begin)).id_token_info.status == status
    await house.answer(happening("Ended", 1, NOON, transaction_id="B"))
    begin = happening("Started", 0, NOON, id_token=CARD, transaction_id="D", evse=None)
    assert (await house.answer(begin)).id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_a_start_where_another_transaction_is_open_raises_an_event(house: House) -> None:
    """The station lost the end of the one before, or has it still in its queue; both are recorded."""
    await house.answer(happening("Started", 0, NOON, transaction_id="A"))
    await house.answer(happening("Started", 0, NOON, transaction_id="B"))
    await house.answer(happening("Started", 0, NOON, transaction_id="C", evse=EVSE(id=2, connector_id=1)))
    assert house.event_names() == ["TransactionLeftOpen"]
    assert house.shelf.events[0].event.detail.startswith("A ")


async def test_an_end_without_reason_is_a_local_one(house: House) -> None:
    """2.1 leaves the usual reason out."""
    await house.answer(happening("Started", 0, NOON))
    await house.answer(happening("Ended", 1, NOON))
    assert house.record().stopped_reason == "Local"


@pytest.mark.requirement("TX-13")
async def test_without_a_limit_a_token_may_run_several_transactions(house: House) -> None:
    """A fleet card charges at two connectors."""
    for transaction_id in ("T1", "T2"):
        begin = happening("Started", 0, NOON, id_token=("04AABBCC", "ISO14443"), transaction_id=transaction_id)
        assert (await house.answer(begin)).id_token_info.status is AuthorizationStatus.ACCEPTED


@pytest.mark.requirement("TX-14")
async def test_an_end_is_always_answered(house: House) -> None:
    """Whatever an end says - unknown transaction, unknown token, absurd numbers and times - it gets its answer."""
    for number, (wh, at) in enumerate([(None, NOON), ("-5", NOON), ("1e300", NOON), (0, NOON.replace(year=1970))]):
        end = happening("Ended", 0, at, wh=wh, transaction_id=f"X{number}", id_token=("?", "Central"))
        assert isinstance(await house.answer(end), TransactionEventResponse)
        assert house.record(f"X{number}").state is TransactionPhase.ENDED


async def test_the_token_that_was_accepted_owns_the_transaction(house: House) -> None:
    """A refused token followed by a good one: the good one pays; a token that only stops owns nothing."""
    house.save_token("AA", "Central")
    await house.answer(happening("Started", 0, NOON, id_token=("UNKNOWN", "Central"), trigger="CablePluggedIn"))
    assert house.record().id_token == "UNKNOWN"
    await house.answer(happening("Updated", 1, NOON, id_token=("04AABBCC", "ISO14443"), trigger="Authorized"))
    assert house.record().id_token == "04AABBCC"
    await house.answer(happening("Ended", 2, NOON, id_token=("AA", "Central")))
    assert house.record().id_token == "04AABBCC"


async def test_the_evse_may_become_known_later(house: House) -> None:
    """E03: a transaction that starts with the token learns its EVSE when the cable is plugged in."""
    await house.answer(happening("Started", 0, NOON, evse=None))
    assert house.record().evse_id is None
    await house.answer(happening("Updated", 1, NOON, evse=EVSE(id=2, connector_id=1), remote_start_id=7))
    assert (house.record().evse_id, house.record().connector_id, house.record().remote_start_id) == (2, 1, 7)


@pytest.mark.requirement("HRD-12")
async def test_a_failed_commit_leaves_no_trace(house: House) -> None:
    """When the facts of an event are not stored, the event counts once when it is sent again."""
    events = session()
    await play(house, events[:2])
    await house.decide(events[2])  # answered, but the commit failed
    await play(house, events[2:])
    whole = (await in_order()).record()
    assert msgspec.structs.replace(house.record(), updated_at=whole.updated_at) == whole


@pytest.mark.requirement("TX-08", "HRD-12")
async def test_what_was_never_stored_is_in_no_record(house: House) -> None:
    """When an event's commit failed and the station gives it up, the next event's record knows the hole."""
    events = session()
    await play(house, events[:2])
    await house.decide(events[2])  # the commit failed
    await play(house, events[3:4])
    assert house.record().received_seq_nos == ((0, 1), (3, 3))
    assert house.record().missing_seq_nos == (2,)


@pytest.mark.requirement("TX-13", "TC_C_39")
async def test_a_token_that_runs_elsewhere_may_stop_a_transaction_of_its_group(house: House) -> None:
    """A limit is about running, not about stopping."""
    house.save_token("SON", "Central", concurrent_transactions=1)
    son = ("SON", "Central")
    await house.answer(happening("Started", 0, NOON, id_token=son, transaction_id="A", evse=None))
    await house.answer(happening("Started", 0, NOON, id_token=CARD, transaction_id="B", evse=None))
    stops = [
        happening("Updated", 1, NOON, id_token=son, transaction_id="B", trigger="StopAuthorized"),
        happening("Ended", 2, NOON, id_token=son, transaction_id="B"),
    ]
    for stop in stops:
        assert (await house.answer(stop)).id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_few_tallies_are_kept() -> None:
    """With room for one running transaction, two at once are still added up rightly."""
    house = House(policy=Policy(tallies_kept=1))
    house.register()
    for seq_no, kind in enumerate(["Started", "Updated", "Ended"]):
        for name in ("A", "B"):
            await house.answer(happening(kind, seq_no, NOON + seq_no * MINUTE, wh=seq_no * 10, transaction_id=name))
    assert [house.record(name).energy_wh for name in "AB"] == [20, 20]
