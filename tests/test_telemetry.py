from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from pluglot.csms.facts import (
    EventOccurred,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationRegistered,
    StationRemoved,
    StrangerKnocked,
)
from pluglot.csms.records import EventRecord, Registration, StationRecord, StrangerRecord
from pluglot.telemetry import LINES, OTHER, BridgeTelemetry, Telemetry, Words, configure, escaped, logger
from tests.store.samples import NOW, exchanged, of_transaction, transaction

HOSTILE = 'x\r\n2026-01-01 error forged=line\x1b[31m\x9b31m\u2028\u202e\x00"'


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, house = logging.getLogger(), logging.getLogger("pluglot")
    levels = root.level, house.level
    yield io.StringIO()
    structlog.reset_defaults()
    root.setLevel(levels[0])
    house.setLevel(levels[1])
    for handler in [present for present in root.handlers if type(present).__module__ == "pluglot.telemetry"]:
        root.removeHandler(handler)


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


def value(telemetry: Telemetry, sample: str) -> float | None:
    """The value of a sample of the rendered metrics, None when it is not there."""
    for line in telemetry.render().decode().splitlines():
        name, _, number = line.rpartition(" ")
        if name == sample:
            return float(number)
    return None


# --- logs ---


def test_a_json_line_names_the_station_and_the_time(stream: io.StringIO) -> None:
    """One event is one JSON object with its station, level and UTC time."""
    configure("json", "info", stream)
    logger("CP-1").warning("answer was late", seconds=1.5, action=None)
    line = json.loads(stream.getvalue())
    assert (line["station"], line["level"], line["event"]) == ("CP-1", "warning", "answer was late")
    assert line["seconds"] == 1.5
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_station_text_cannot_make_lines_or_colours_of_its_own(stream: io.StringIO, log_format: str) -> None:
    """Line ends, ANSI escapes, separators and direction marks in any value are written as escapes."""
    configure(log_format, "debug", stream)
    logger(HOSTILE).info(HOSTILE, text=HOSTILE, deep=[{HOSTILE: (HOSTILE,)}], raw=HOSTILE.encode("utf-16", "replace"))
    assert stream.getvalue().count("\n") == 1
    line = stream.getvalue().removesuffix("\n")
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_a_traceback_stays_on_its_line(stream: io.StringIO) -> None:
    """An exception is logged whole, without making further lines."""
    configure("console", "info", stream)
    try:
        int(HOSTILE)
    except ValueError:
        logger("A").exception("failed")
    assert stream.getvalue().count("\n") == 1
    assert "Traceback" in stream.getvalue()


def test_what_libraries_log_has_the_same_form(stream: io.StringIO) -> None:
    """A warning of a library through the standard library is a line like any other; its chatter is left out."""
    configure("json", "info", stream)
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("bad header %r\n", "x\x1b[2J")
    line = json.loads(stream.getvalue())
    assert line["level"] == "warning"
    assert line["event"].startswith("bad header 'x\\x1b[2J'")


def test_the_level_leaves_out_what_is_below(stream: io.StringIO) -> None:
    """At level error an info line costs nothing and shows nothing."""
    configure("console", "error", stream)
    logger("A").info("hello")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("log_format", "level"), [("xml", "info"), ("json", "loud")])
def test_wrong_log_settings_are_refused(log_format: str, level: str) -> None:
    """Neither an unknown form nor an unknown level is taken."""
    with pytest.raises(ValueError, match="no log format"):
        configure(log_format, level)


def test_very_long_text_is_cut() -> None:
    """What a station sends cannot fill the disk through the log."""
    assert len(escaped("x" * 10_000_000)) < 5_000


@given(st.text(max_size=100))
def test_escaped_text_is_one_printable_line(text: str) -> None:
    """Whatever the text, what is logged has one line and no control characters."""
    line = escaped(text)
    assert len(f"{line}.".splitlines()) == 1
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line)
    line.encode()


async def test_what_the_house_logs_by_the_standard_library_obeys_the_level(stream: io.StringIO) -> None:
    """An info line of our own is written at info, with its values beside it, and not at warning."""
    configure("json", "info", stream)
    logging.getLogger("pluglot.transport.links").info("said", extra={"station": "A\n"})
    assert json.loads(stream.getvalue())["station"] == "A\\x0a"
    configure("json", "warning", stream)
    logging.getLogger("pluglot.transport.links").info("said")
    assert stream.getvalue().count("\n") == 1


@pytest.mark.usefixtures("stream")
def test_a_log_that_takes_nothing_disturbs_nobody() -> None:
    """When nobody reads the lines or the disk is full, work goes on."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    configure("console", "info", Full())
    logger("A").warning("lost")


# --- facts in the log ---


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_of_a_fact_is_made_and_bounded(stream: io.StringIO, telemetry: Telemetry) -> None:
    """Each kind of fact with a line gives one that names its station; hostile text stays within it and is cut."""
    configure("json", "info", stream)
    hostile = HOSTILE + "x" * 5_000
    station = StationRecord(id="A", vendor_name=hostile, model=hostile, registration=Registration.ACCEPTED)
    stranger = StrangerRecord(
        identity=hostile,
        reason="unknown",
        remote_address="192.0.2.1",
        offered_subprotocols=(hostile,) * 3,
        user_agent=hostile,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    event = EventRecord(
        station_id="A", at=NOW, received_at=NOW, kind="security", name=hostile, severity="warning", detail=hostile
    )
    facts = [
        StationRegistered(at=NOW, station=station, credential=None),
        StrangerKnocked(at=NOW, stranger=stranger),
        StationConnected(at=NOW, station_id="A", ocpp_version="1.6", epoch=1, remote_address="192.0.2.1"),
        StationBooted(at=NOW, station=station),
        EventOccurred(at=NOW, event=event),
        of_transaction(0, id_token="SECRET"),
        of_transaction(2, ended=True, id_token="SECRET", stopped_reason=hostile),
        StationDisconnected(at=NOW, station_id="A", epoch=1, reason=hostile),
        StationRemoved(at=NOW, station_id="A"),
    ]
    telemetry.observe(facts)
    lines = lines_of(stream)
    assert {type(fact) for fact in facts} == set(LINES)
    assert [line["event"] for line in lines] == [
        "station registered",
        "refused at the door",
        "station connected",
        "station booted",
        "security event",
        "transaction started",
        "transaction ended",
        "station disconnected",
        "station removed",
    ]
    assert {line["station"] for line in lines if line["event"] != "refused at the door"} == {"A"}
    assert lines[1]["station"].startswith("x\\x0d\\x0a2026")
    assert (lines[1]["level"], lines[1]["reason"]) == ("warning", "unknown")
    assert (lines[6]["energy_wh"], lines[6]["evse_id"]) == ("2", 1)
    assert all(len(line) < 3_000 for line in stream.getvalue().splitlines())
    assert stream.getvalue().isascii()
    assert "SECRET" not in stream.getvalue()


@pytest.mark.requirement("HRD-07")
def test_no_station_writes_the_line_of_a_command(stream: io.StringIO, telemetry: Telemetry) -> None:
    """A security event that a station calls as the house calls its own is told as what it is."""
    configure("json", "info", stream)
    data = {"action": "Reset", "actor": "admin", "event": "forged"}
    event = EventRecord(
        station_id="A", at=NOW, received_at=NOW, kind="security", name="OperatorCall", severity="warning", data=data
    )
    telemetry.observe([EventOccurred(at=NOW, event=event)])
    (line,) = lines_of(stream)
    assert (line["event"], line["name"]) == ("security event", "OperatorCall")
    assert "actor" not in line


def test_what_comes_with_every_message_makes_no_line(stream: io.StringIO, telemetry: Telemetry) -> None:
    """Readings on the way and exchanged messages are counted and not logged."""
    configure("json", "debug", stream)
    telemetry.observe([of_transaction(1), exchanged()])
    assert stream.getvalue() == ""


# --- metrics ---


def test_connected_stations_are_counted_by_version(telemetry: Telemetry) -> None:
    """A displaced link's late end and a second end change nothing; a removed station is gone."""

    def connected(station_id: str, version: str, epoch: int) -> StationConnected:
        return StationConnected(
            at=NOW, station_id=station_id, ocpp_version=version, epoch=epoch, remote_address="192.0.2.1"
        )

    def gone(station_id: str, epoch: int) -> StationDisconnected:
        return StationDisconnected(at=NOW, station_id=station_id, epoch=epoch, reason="")

    telemetry.observe([connected("A", "1.6", 1), connected("B", "2.1", 1), connected("A", "2.0.1", 2), gone("A", 1)])
    assert value(telemetry, 'pluglot_connected_stations{version="1.6"}') == 0
    assert value(telemetry, 'pluglot_connected_stations{version="2.0.1"}') == 1
    telemetry.observe([gone("A", 2), gone("A", 2), StationRemoved(at=NOW, station_id="B")])
    assert value(telemetry, 'pluglot_connected_stations{version="2.0.1"}') == 0
    assert value(telemetry, 'pluglot_connected_stations{version="2.1"}') == 0


def test_messages_are_counted_with_their_losses_errors_and_latency(telemetry: Telemetry) -> None:
    """A call counts under its house action; its losses, error code and time to the answer count too."""
    lossy = exchanged(house_action="BootNotification", ocpp_version="1.6", losses=(1, 2), latency_ms=12.0)
    bad = exchanged(direction="out", outcome="refused", error_code="FormationViolation")
    telemetry.observe([lossy, bad, bad])
    boot = 'pluglot_messages_total{action="BootNotification",direction="in",outcome="answered"}'
    assert value(telemetry, boot) == 1
    assert value(telemetry, 'pluglot_messages_total{action="Heartbeat",direction="out",outcome="refused"}') == 2
    assert value(telemetry, 'pluglot_losses_total{action="BootNotification",version="1.6"}') == 2
    assert value(telemetry, 'pluglot_errors_total{code="FormatViolation"}') == 2
    assert value(telemetry, 'pluglot_answer_seconds_sum{direction="in"}') == pytest.approx(0.012)


def test_answers_are_counted_by_how_long_they_took(telemetry: Telemetry) -> None:
    """A bucket holds what took its time or less; the last one holds all."""
    telemetry.observe([exchanged(latency_ms=milliseconds) for milliseconds in (0.0, 5.0, 5.1, 40_000.0)])

    def at_most(bound: str) -> float:
        return value(telemetry, f'pluglot_answer_seconds_bucket{{direction="in",le="{bound}"}}')

    assert [at_most(bound) for bound in ("0.0005", "0.002", "0.005", "0.01", "30.0", "+Inf")] == [1, 1, 2, 3, 3, 4]
    assert value(telemetry, 'pluglot_answer_seconds_count{direction="in"}') == 4
    assert value(telemetry, 'pluglot_answer_seconds_count{direction="out"}') == 0


def test_peers_cannot_make_metrics_without_end(telemetry: Telemetry) -> None:
    """Made-up actions, versions, outcomes and codes all count as other."""
    for number in range(500):
        made_up = f'made-up"{number}\n'
        fact = exchanged(
            action=made_up, ocpp_version=made_up, outcome=made_up, direction=made_up, error_code=made_up, losses=(1,)
        )
        telemetry.observe([fact])
        telemetry.mishap(made_up, made_up)
    everything = f'pluglot_messages_total{{action="{OTHER}",direction="{OTHER}",outcome="{OTHER}"}}'
    assert value(telemetry, everything) == 500
    assert len(telemetry.render().splitlines()) < 500


def test_words_of_the_house_are_bounded_too() -> None:
    """After the known words and a few new ones every further word is other."""
    words = Words(("a",), new=2)
    assert [words(word) for word in ("a", "b", "c", "d", "b", None)] == ["a", "b", "c", OTHER, "b", OTHER]


def test_energy_and_open_transactions_are_counted_once(telemetry: Telemetry) -> None:
    """Energy is counted as it grows, never twice, also over a restart and after the end."""
    first = of_transaction(0, energy_wh=Decimal(0))
    telemetry.observe([first, of_transaction(1, energy_wh=Decimal(40)), of_transaction(1, energy_wh=Decimal(40))])
    assert value(telemetry, "pluglot_open_transactions") == 1
    telemetry.observe([of_transaction(2, ended=True, energy_wh=Decimal(50))])
    telemetry.observe([of_transaction(2, ended=True, energy_wh=Decimal(50))])
    assert value(telemetry, "pluglot_energy_wh_total") == 50
    assert value(telemetry, "pluglot_open_transactions") == 0
    restarted = Telemetry()
    restarted.begin_with([transaction(1, energy_wh=Decimal(40))])
    assert value(restarted, "pluglot_open_transactions") == 1
    restarted.observe([of_transaction(2, ended=True, energy_wh=Decimal(50))])
    assert value(restarted, "pluglot_energy_wh_total") == 10


def test_refusals_commits_and_mishaps_are_counted(telemetry: Telemetry) -> None:
    """Strangers count by reason with their attempts, commits by size and time, dropped answers by version."""
    stranger = StrangerRecord(
        identity="X", reason="throttled", remote_address="192.0.2.1", first_seen_at=NOW, last_seen_at=NOW, attempts=3
    )
    telemetry.observe([StrangerKnocked(at=NOW, stranger=stranger)])
    telemetry.group_committed(7, 0.004)
    telemetry.mishap("1.6", "AnswerDropped")
    assert value(telemetry, 'pluglot_refused_connections_total{reason="throttled"}') == 3
    assert value(telemetry, 'pluglot_commit_group_size_bucket{le="10.0"}') == 1
    assert value(telemetry, "pluglot_commit_seconds_sum") == 0.004
    assert value(telemetry, 'pluglot_dropped_answers_total{version="1.6"}') == 1


@pytest.mark.parametrize("kind", [Telemetry, BridgeTelemetry])
def test_leniencies_over_soap_are_counted_by_version_and_rule(kind: type[Telemetry | BridgeTelemetry]) -> None:
    """Each mistake that was overlooked adds to its own series; a version nobody knows is other."""
    telemetry = kind()
    telemetry.overlooked("1.5s", {"missingTo": 2, "soap11": 1})
    telemetry.overlooked("1.5s", {"missingTo": 1})
    telemetry.overlooked("9.9", {"missingTo": 1})
    rendered = telemetry.render().decode()
    for rule, version, count in (("missingTo", "1.5s", 3), ("soap11", "1.5s", 1), ("missingTo", "other", 1)):
        assert f'pluglot_soap_overlooked_total{{rule="{rule}",version="{version}"}} {count}.0' in rendered
