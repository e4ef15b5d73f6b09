"""Whole sessions through each half of each version: crashes, numbers, energy, neighbours (16.4, 16.5, 16.7, 16.8)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import AskHouse, AskPeer, Half, Policy, Refusal, csms_half, station_half
from tests.dialects.drawn import ONE_X, TWO_X, VERSIONS, is_official, read
from tests.dialects.driver import CONNECTED, NOW, accepting, carry, seeded
from tests.dialects.worlds import plainly, started

BEGIN = datetime.fromisoformat("2026-03-01T09:00:00Z")
SILENT = Refusal("GenericError", "timed out", silent=True)


# --- what a station says ------------------------------------------------------------------------------------------


def at(seconds: float) -> str:
    return (BEGIN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def status(version: str, connector: int, word: str, when: float) -> Any:
    payload: dict[str, Any] = {"connectorId": connector, "status": word, "errorCode": "NoError"}
    if version != "1.2s":
        payload["timestamp"] = at(when)
    return read(version, "StatusNotificationRequest", payload)


def start(version: str, connector: int, tag: str, register: int, when: float) -> Any:
    payload = {"connectorId": connector, "idTag": tag, "timestamp": at(when), "meterStart": register}
    return read(version, "StartTransactionRequest", payload)


def meter(version: str, connector: int, number: int, register: Decimal, when: float, unit: str = "Wh") -> Any:
    """A register reading; 1.2 has whole watt-hours only."""
    text = format(register / (1000 if unit == "kWh" else 1), "f")
    value = {"value": text, "unit": unit}
    if version == "1.2s":
        values = [{"timestamp": at(when), "value": int(register)}]
        return read(version, "MeterValuesRequest", {"connectorId": connector, "values": values})
    whole = {"connectorId": connector, "transactionId": number}
    if version == "1.5s":
        payload: Any = whole | {"values": [{"timestamp": at(when), "value": [value]}]}
    else:
        payload = whole | {"meterValue": [{"timestamp": at(when), "sampledValue": [value]}]}
    return read(version, "MeterValuesRequest", payload)


def stop(version: str, number: int, register: int, when: float, tag: str | None = None) -> Any:
    payload = {"transactionId": number, "timestamp": at(when), "meterStop": register}
    return read(version, "StopTransactionRequest", payload if tag is None else {"idTag": tag, **payload})


def event(version: str, kind: str, seq_no: int, *, when: float, transaction_id: str = "T1", **fields: Any) -> Any:
    """A TransactionEvent of a 2.x version; ``reading`` is a register in Wh and how it is written."""
    info: dict[str, Any] = {"id" if version == "2.0" else "transactionId": transaction_id}
    info |= {name: fields.pop(name) for name in ("chargingState", "stoppedReason") if name in fields}
    if (reading := fields.pop("reading", None)) is not None:
        register, unit, multiplier = reading
        value = Decimal(register) / (1000 if unit == "kWh" else 1) / Decimal(1).scaleb(multiplier)
        sample = {"value": float(value), "unitOfMeasure": {"unit": unit, "multiplier": multiplier}}
        fields["meterValue"] = [{"timestamp": at(when), "sampledValue": [sample]}]
    payload = {
        "eventType": kind,
        "timestamp": at(when),
        "triggerReason": fields.pop("trigger", "MeterValuePeriodic"),
        "seqNo": seq_no,
        "transactionData" if version == "2.0" else "transactionInfo": info,
        **fields,
    }
    return read(version, "TransactionEventRequest", payload)


TOKEN = {"idToken": {"idToken": "04A1B2C3", "type": "ISO14443"}}


def events(version: str, registers: tuple[int, ...] = (1000, 1500, 2500), **written: Any) -> list[Any]:
    """A session of a 2.x station."""
    unit, multiplier = written.get("unit", "Wh"), written.get("multiplier", 0)
    said = {"transaction_id": written.get("transaction_id", "T1")}
    first, *between, last = ((register, unit, multiplier) for register in registers)
    evse = {"evse": {"id": written.get("evse", 1), "connectorId": 1}}
    plugged, charging = ("CablePluggedIn", "Charging")
    told = [
        event(version, "Started", 0, when=0, trigger=plugged, reading=first, **evse, **said),
        event(version, "Updated", 1, when=10, trigger="Authorized", **TOKEN, **said),
        event(version, "Updated", 2, when=20, trigger="ChargingStateChanged", chargingState=charging, **said),
    ]
    for number, reading in enumerate(between, 3):
        told.append(event(version, "Updated", number, when=20 + number, reading=reading, **said))
    end = {"trigger": "StopAuthorized", "stoppedReason": "Local", "reading": last, **TOKEN}
    return [*told, event(version, "Ended", len(told), when=900, **end, **said)]


# --- a crash at every point ---------------------------------------------------------------------------------------


class Crash(Exception):
    """The process ends here."""


class Crashing:
    """Carries translations out and saves as the contract says: when the memory changed, before the next step.

    The n-th step ends the process: before anything was saved, before it is carried out, or after that but before its
    answer is known.
    """

    def __init__(self, version: str, side: str, crash: tuple[str, int] | None) -> None:
        self.version, self.side, self.crash = version, side, crash
        self.steps = 0
        self.half = self._made(1)
        self.saved = self.half.snapshot()
        self.told: list[Any] = []

    def _made(self, seed: int) -> Half:
        make = station_half if self.side == "station" else csms_half
        half = make(self.version, identity="CS1", random=seeded(seed), policy=Policy(emit_custom_data=False))
        half.connected(now=CONNECTED)
        return half

    def session(self, requests: Any) -> list[Any]:
        """Send every request until it is answered; returns the answers."""
        answers: list[Any] = []
        for make in requests:
            request = make(answers) if callable(make) else make
            while True:
                try:
                    answer = self._send(request)
                except Crash:
                    self.half = self._made(99)
                    self.half.restore(self.saved)
                    self.half.connected(now=CONNECTED)
                    continue
                answers.append(answer)
                break
        return answers

    def _send(self, request: Any) -> Any:
        translate = self.half.inward if self.side == "station" else self.half.outward
        translation, reply, revision = translate(request, now=NOW), None, self.half.revision
        while True:
            try:
                step = translation.send(reply)
            except StopIteration as end:
                self._save(revision)
                return end.value
            self._end_here("before saving")
            revision = self._save(revision)
            self._end_here("before asking")
            reply = self._answer(step)
            self._end_here("before the answer")
            self.steps += 1

    def _save(self, revision: int) -> int:
        if self.half.revision != revision:
            self.saved = self.half.snapshot()
        return self.half.revision

    def _end_here(self, point: str) -> None:
        if self.crash == (point, self.steps):
            self.steps += 1
            raise Crash

    def _answer(self, step: Any) -> Any:
        match step:
            case AskHouse(request):
                self.told.append(request)
                return accepting(request) if self.side == "station" else Refusal("NotSupported", request.action)
            case AskPeer(request):
                self.told.append(request)
                return plainly(self.version, request) if self.side == "csms" else Refusal("NotSupported")
        return None


def station_session(version: str) -> list[Any]:
    """What a station of this version says; integer ids are those it was given."""
    if version in TWO_X:
        return list(events(version))
    occupied = "Charging" if version.startswith("1.6") else "Occupied"
    return [
        status(version, 1, "Available", 0),
        start(version, 1, "TAG", 1000, 1),
        status(version, 1, occupied, 5),
        lambda answers: meter(version, 1, answers[1].transaction_id, Decimal(1100), 60),
        lambda answers: meter(version, 1, answers[1].transaction_id, Decimal(1200), 120),
        lambda answers: stop(version, answers[1].transaction_id, 1300, 600, "TAG"),
    ]


def crashes(version: str, side: str, requests: list[Any]) -> Iterator[tuple[str, int]]:
    """Every point at which the process can end during these requests."""
    whole = Crashing(version, side, None)
    whole.session(requests)
    assert whole.steps >= len(requests) - 3
    for number in range(whole.steps):
        for point in ("before saving", "before asking", "before the answer"):
            yield point, number


def numbered(told: list[Any]) -> dict[tuple[str, int], Any]:
    """The events by transaction and number; one that was told twice said the same."""
    found: dict[tuple[str, int], Any] = {}
    for one in told:
        if one.action == "TransactionEvent":
            info = getattr(one, "transaction_info", None) or one.transaction_data
            key = getattr(info, "transaction_id", None) or info.id, one.seq_no
            assert found.setdefault(key, one) == one
    return found


@pytest.mark.requirement("PROOF-04", "PROOF-05", "TX-09")
@pytest.mark.parametrize("version", VERSIONS)
def test_no_crash_of_a_station_half_loses_or_doubles_anything(version: str) -> None:
    """Wherever the process ends, a station that repeats what was not answered is told once, whole and in order."""
    requests = station_session(version)
    points = 0
    for crash in crashes(version, "station", requests):
        crashing = Crashing(version, "station", crash)
        crashing.session(requests)
        told = numbered(crashing.told)
        assert len({transaction for transaction, _ in told}) == 1, crash
        assert sorted(number for _, number in told) == list(range(len(told))), crash
        kinds = [str(one.event_type) for _, one in sorted(told.items(), key=lambda item: item[0][1])]
        assert (kinds[0], kinds[-1], kinds.count("Started"), kinds.count("Ended")) == ("Started", "Ended", 1, 1), crash
        assert len(told) >= 4
        points += 1
    assert points >= 12


@pytest.mark.requirement("PROOF-04", "TX-09")
@pytest.mark.parametrize("version", VERSIONS)
def test_no_crash_of_a_management_systems_half_loses_or_doubles_anything(version: str) -> None:
    """The same for a 2.1 station: its management system hears of one transaction, with all that was said of it."""
    requests: list[Any] = list(events("2.1"))
    points = 0
    for crash in crashes(version, "csms", requests):
        crashing = Crashing(version, "csms", crash)
        answers = crashing.session(requests)
        assert all(isinstance(answer, house.TransactionEventResponse) for answer in answers), crash
        told = crashing.told
        assert all(is_official(version, one) for one in told)
        if version in TWO_X:
            assert sorted(number for _, number in numbered(told)) == list(range(len(requests))), crash
        else:
            starts = [one for one in told if one.action == "StartTransaction"]
            stops = [one for one in told if one.action == "StopTransaction"]
            # A repetition is the same message, which a 1.x management system answers without a second transaction.
            assert len(set(map(repr, starts))) == 1, crash
            assert {one.meter_stop for one in stops} == {2500}, crash
            assert len(starts) + len(stops) <= 3, crash
        points += 1
    assert points >= 6


# --- numbers ------------------------------------------------------------------------------------------------------


def busy(version: str, seed: int, *, connectors: int = 3, steps: int = 80) -> tuple[list[Any], list[tuple[int, int]]]:
    """Random sessions of a 1.x station on several connectors; the station half may restart, and messages are repeated.

    Returns the events, and for each transaction the difference of its registers.
    """
    rng = random.Random(f"{version}/{seed}")
    half = station_half(version, identity="CS1", random=seeded(seed))
    half.connected(now=CONNECTED)
    told: list[Any] = []
    ended: list[tuple[int, int]] = []
    running: dict[int, tuple[int, int, int]] = {}

    def answer(request: Any) -> Any:
        told.append(request)
        return SILENT if rng.random() < 0.05 else accepting(request)

    def send(request: Any) -> Any:
        nonlocal half
        while True:
            carried = carry(half.inward(request, now=NOW), house=answer)
            if rng.random() < 0.15:
                again = station_half(version, identity="CS1", random=seeded(seed + 50))
                again.restore(half.snapshot())
                again.connected(now=CONNECTED)
                half = again
            if not isinstance(carried.answer, Refusal):
                return carried.answer

    for step in range(steps):
        connector = rng.randint(1, connectors)
        if connector not in running:
            register = rng.randint(0, 10**6)
            number = send(start(version, connector, f"T{step}", register, step * 10)).transaction_id
            running[connector] = number, register, register
            continue
        number, first, register = running[connector]
        register += rng.randint(0, 5000)
        running[connector] = number, first, register
        if rng.random() < 0.3:
            del running[connector]
            send(stop(version, number, register, step * 10))
            ended.append((number, register - first))
        else:
            unit = rng.choice(["Wh", "kWh"])
            send(meter(version, connector, number, Decimal(register), step * 10, unit))
    return told, ended


@pytest.mark.requirement("PROOF-05", "TX-03")
@pytest.mark.parametrize("version", ONE_X)
def test_the_numbers_of_events_have_no_holes(version: str) -> None:
    """Each transaction of a 1.x station is numbered from 0 by ones, with restarts, repetitions and a silent house."""
    transactions = 0
    for seed in range(6):
        told, _ = busy(version, seed)
        assert all(is_official("2.1", one) for one in told)
        by_transaction: dict[str, set[int]] = {}
        for transaction, number in numbered(told):
            by_transaction.setdefault(transaction, set()).add(number)
        for numbers in by_transaction.values():
            assert numbers == set(range(len(numbers)))
        transactions += len(by_transaction)
    assert transactions > 60


# --- energy -------------------------------------------------------------------------------------------------------


def watt_hours(sample: Any) -> Decimal:
    """A register reading of a 2.x version in Wh."""
    measure = sample.unit_of_measure
    unit = "Wh" if measure is None or measure.unit is None else measure.unit
    multiplier = 0 if measure is None or measure.multiplier is None else measure.multiplier
    return Decimal(sample.value) * (1000 if unit == "kWh" else 1) * Decimal(1).scaleb(multiplier)


def registers(told: list[Any]) -> list[Decimal]:
    """All register readings of some events, in their order."""
    return [
        watt_hours(sample)
        for one in told
        for moment in getattr(one, "meter_value", None) or ()
        for sample in moment.sampled_value
        if sample.measurand in {None, "Energy.Active.Import.Register"}
    ]


@pytest.mark.requirement("PROOF-07")
@pytest.mark.parametrize("version", ONE_X)
def test_the_energy_of_a_1_x_station_is_conserved(version: str) -> None:
    """Over random sessions, the registers that the house is told differ by meterStop minus meterStart, in any unit."""
    checked = 0
    for seed in range(6):
        told, ended = busy(version, seed + 100)
        by_transaction: dict[str, list[Any]] = {}
        for (transaction, _), one in sorted(numbered(told).items()):
            by_transaction.setdefault(transaction, []).append(one)
        finished = [one for one in by_transaction.values() if one[-1].event_type is house.TransactionEvent.ENDED]
        differences = []
        for session in finished:
            readings = registers(session)
            differences.append(readings[-1] - readings[0])
        assert len(differences) == len(ended)
        for one, other in zip(sorted(differences), sorted(energy for _, energy in ended), strict=True):
            assert abs(one - other) <= 1
        checked += len(ended)
    assert checked > 60


@pytest.mark.requirement("PROOF-07")
@pytest.mark.parametrize("side", ["station", "csms"])
@pytest.mark.parametrize("version", VERSIONS)
def test_the_energy_of_a_2_x_station_is_conserved(version: str, side: str) -> None:
    """Whatever the unit and its multiplier, the far side hears of the same energy within a watt-hour."""
    if side == "station" and version in ONE_X:
        return
    rng = random.Random(f"{version}/{side}")
    for _ in range(40):
        said = {"unit": rng.choice(["Wh", "kWh"]), "multiplier": rng.choice([-3, -1, 0, 1, 3])}
        first = rng.randint(0, 10**6)
        readings = (first, first + rng.randint(0, 9999), first + rng.randint(10**4, 10**6))
        crashing = Crashing(version, side, None)
        crashing.session(events(version if side == "station" else "2.1", readings, **said))
        if version in ONE_X:
            (begun,) = (one for one in crashing.told if one.action == "StartTransaction")
            (ended,) = (one for one in crashing.told if one.action == "StopTransaction")
            energy = Decimal(ended.meter_stop - begun.meter_start)
        else:
            told = registers(crashing.told)
            energy = told[-1] - told[0]
        assert abs(energy - (readings[-1] - readings[0])) <= 1


# --- neighbours ---------------------------------------------------------------------------------------------------


def _conversation(half: Half, side: str, requests: list[Any]) -> Iterator[Any]:
    """Everything a half says during these requests, request by request."""
    answers: list[Any] = []
    for make in requests:
        request = make(answers) if callable(make) else make
        translate = half.inward if side == "station" else half.outward
        carried = carry(
            translate(request, now=NOW),
            house=accepting if side == "station" else lambda asked: Refusal("NotSupported", asked.action),
            peer=lambda asked: plainly(str(half.version), asked) if side == "csms" else Refusal("NotSupported"),
        )
        answers.append(carried.answer)
        yield carried.house, carried.peer, carried.answer, carried.losses


@pytest.mark.requirement("PROOF-08", "TX-12")
@pytest.mark.parametrize("side", ["station", "csms"])
@pytest.mark.parametrize("version", VERSIONS)
def test_two_stations_with_equal_numbers_never_influence_each_other(version: str, side: str) -> None:
    """What a station's half says is the same, message by message, whether or not its twin is talking at the same time.

    The twin has the same connectors, tags, transaction ids and integer ids, and is one message ahead.
    """
    make = station_half if side == "station" else csms_half
    requests = station_session(version) if side == "station" else list(events("2.1"))

    def half(identity: str) -> Half:
        one = make(version, identity=identity, random=seeded(1))
        one.connected(now=CONNECTED)
        return one

    alone = list(_conversation(half("ONE"), side, requests))
    twin = _conversation(half("TWO"), side, requests)
    next(twin)
    together = []
    for said in _conversation(half("ONE"), side, requests):
        together.append(said)
        next(twin, None)
    assert together == alone


@pytest.mark.requirement("PROOF-08", "TX-12")
@pytest.mark.parametrize("version", ONE_X)
def test_the_integer_id_of_a_neighbour_ends_nothing(version: str) -> None:
    """Two 1.x stations that charge on the same connector: a stop with the id of one leaves the other's alone."""
    one = station_half(version, identity="ONE", random=seeded(1))
    two = station_half(version, identity="TWO", random=seeded(2))
    numbers, ids = {}, {}
    for name, half in (("ONE", one), ("TWO", two)):
        half.connected(now=CONNECTED)
        carried = carry(half.inward(started(version), now=NOW), house=accepting)
        numbers[name] = carried.answer.transaction_id
        ids[name] = carried.house[-1].transaction_info.transaction_id
    assert numbers["ONE"] != numbers["TWO"]
    assert ids["ONE"] != ids["TWO"]
    told = carry(two.inward(stop(version, numbers["ONE"], 5000, 700), now=NOW), house=accepting).house
    assert {event.transaction_info.transaction_id for event in told} & set(ids.values()) == set()
    ended = carry(one.inward(stop(version, numbers["ONE"], 5000, 700), now=NOW), house=accepting).house[-1]
    assert (ended.event_type, ended.transaction_info.transaction_id) == ("Ended", ids["ONE"])
