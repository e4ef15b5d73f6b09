"""What the house tells of itself: logs of one line each, and metrics for Prometheus.

A door: may use ``csms`` facts and ``messages``, structlog and prometheus-client; knows no other door.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TextIO, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from pluglot.csms.facts import (
    TRANSACTION_FACTS,
    EventOccurred,
    Fact,
    MessageExchanged,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationRegistered,
    StationRemoved,
    StrangerKnocked,
    TransactionEnded,
    TransactionStarted,
    TransactionUpdated,
)
from pluglot.csms.records import TransactionRecord
from pluglot.messages.actions import ACTIONS
from pluglot.messages.version import OcppVersion
from pluglot.rpc.errors import understood

# --- logs ----------------------------------------------------------------------------------------------------

#: What a terminal or a reader of lines could take for more than text: control characters with the escape of ANSI
#: sequences, line and paragraph separators, marks that turn the direction of writing, halves of surrogate pairs.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_NEEDS_QUOTES: Final = re.compile(r"[\s\"=]|^$")

#: Longer texts are cut: what a station sends must not fill the disk through the log.
LONGEST_TEXT: Final = 4_000

_COLOURS: Final = MappingProxyType({"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31;1m"})

#: What one value of a fact may take of a line.
LONGEST_VALUE: Final = 200

Event = MutableMapping[str, Any]


def escaped(text: str) -> str:
    """Text with everything that is not plainly printable written as a backslash escape, cut when it is very long."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
    return _UNPRINTABLE.sub(lambda found: _escape(ord(found.group())), text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - two digits reach so far


def _clean(value: Any) -> Any:
    """A value of a log line with all text in it escaped."""
    if isinstance(value, str):
        return escaped(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes):
        return escaped(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, Mapping):
        return {escaped(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return escaped(str(value))


def escape_values(_logger: Any, _method: str, event: Event) -> Event:
    """Processor: no value can end the line, colour the terminal or pretend to be another line."""
    return {escaped(str(key)): _clean(value) for key, value in event.items()}


def json_line(_logger: Any, _method: str, event: Event) -> str:
    """Processor: the event as one line of JSON."""
    return json.dumps(event, default=str)


class ConsoleLine:
    """Processor: the event as one line for people: time, level, what happened, then names and values."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def __call__(self, _logger: Any, _method: str, event: Event) -> str:
        """Write the line."""
        rest = dict(event)
        time, level, what = (str(rest.pop(key, "")) for key in ("timestamp", "level", "event"))
        line = " ".join((time, f"{level:<8}", what, *(f"{key}={_quoted(value)}" for key, value in rest.items())))
        colour = _COLOURS.get(level) if self._colours else None
        return line if colour is None else f"{colour}{line}\x1b[0m"


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, str) and _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '\\"') + '"'
    return text


class _Sink:
    """Where lines go; when it takes none, because nobody reads or the disk is full, stations must not notice."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write, if it can be."""
        with suppress(OSError):
            return self._out.write(text)
        return 0

    def flush(self) -> None:
        """Have written what was."""
        with suppress(OSError):
            self._out.flush()


class _LibraryHandler(logging.StreamHandler[TextIO]):
    """Writes what libraries log through the standard library."""


def configure(log_format: str = "console", log_level: str = "info", stream: TextIO | None = None) -> None:
    """Set up all logging, also that of libraries: ``log_format`` is ``json`` or ``console``.

    Raises:
        ValueError: no such format or level.
    """
    out = sys.stderr if stream is None else stream
    renderers: dict[str, Callable[..., str]] = {"json": json_line, "console": ConsoleLine(colours=out.isatty())}
    level = logging.getLevelNamesMapping().get(log_level.upper())
    if log_format not in renderers or level is None:
        raise ValueError(f"no log format {log_format!r} or level {log_level!r}")
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, escape_values, renderers[log_format]],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Sink(out))),
        cache_logger_on_first_use=False,  # loggers made before this call follow it too
    )
    _log_libraries(_LibraryHandler(out), [*shared, structlog.stdlib.ExtraAdder()], renderers[log_format], level)


def _log_libraries(handler: _LibraryHandler, begin: list[Any], renderer: Callable[..., str], level: int) -> None:
    """Have the standard library's logging make the same lines, by this handler only."""
    end: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, escape_values, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=begin, processors=end))
    root = logging.getLogger()
    for earlier in [present for present in root.handlers if isinstance(present, _LibraryHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    # Libraries speak when something is wrong; what they tell besides is for debugging. The house is no library.
    root.setLevel(level if level <= logging.DEBUG else max(level, logging.WARNING))
    logging.getLogger("pluglot").setLevel(level)


def logger(station: str) -> Any:
    """A log that names this station in every line."""
    return structlog.get_logger().bind(station=station)


# --- facts in the log ---------------------------------------------------------------------------------------


class Line(NamedTuple):
    """What the log says of a fact."""

    #: None: of the house.
    station: str | None
    what: str
    values: Mapping[str, Any]
    level: str = "info"


def _event_line(fact: EventOccurred) -> Line:
    event = fact.event
    # EVT-05: its data are words of the house and who asked. Stations choose the names of their own events.
    if event.kind == "house" and event.name == "OperatorCall":
        return Line(event.station_id, "command", event.data, event.severity)
    return Line(event.station_id, f"{event.kind} event", {"name": event.name, "detail": event.detail}, event.severity)


def _transaction_line(what: str, *names: str) -> Callable[[Any], Line]:
    def line(fact: TransactionStarted | TransactionEnded) -> Line:
        transaction = fact.transaction
        about = ("transaction_id", "evse_id", *names)
        return Line(transaction.station_id, what, {name: getattr(transaction, name) for name in about})

    return line


def _station_line(what: str, *names: str) -> Callable[[Any], Line]:
    def line(fact: StationRegistered | StationBooted) -> Line:
        return Line(fact.station.id, what, {name: getattr(fact.station, name) for name in names})

    return line


def _link_line(what: str, *names: str) -> Callable[[Any], Line]:
    def line(fact: StationConnected | StationDisconnected | StationRemoved) -> Line:
        return Line(fact.station_id, what, {name: getattr(fact, name) for name in names})

    return line


def _stranger_line(fact: StrangerKnocked) -> Line:
    stranger = fact.stranger
    names = ("reason", "remote_address", "offered_subprotocols", "user_agent")
    values = {name: getattr(stranger, name) for name in names}
    return Line(stranger.identity, "refused at the door", values, "warning")


#: The facts that make a line each. No token is in them: who drove is not for the log, and a key code is a secret.
LINES: Final[Mapping[type[Fact], Callable[[Any], Line]]] = MappingProxyType(
    {
        StationRegistered: _station_line("station registered", "security_profile"),
        StationRemoved: _link_line("station removed"),
        StrangerKnocked: _stranger_line,
        StationConnected: _link_line("station connected", "ocpp_version", "epoch", "remote_address"),
        StationDisconnected: _link_line("station disconnected", "epoch", "reason"),
        StationBooted: _station_line(
            "station booted", "registration", "boot_reason", "vendor_name", "model", "firmware_version"
        ),
        TransactionStarted: _transaction_line("transaction started", "ocpp_version"),
        TransactionEnded: _transaction_line("transaction ended", "stopped_reason", "energy_wh", "cost", "currency"),
        EventOccurred: _event_line,
    }
)


def log_fact(fact: Fact) -> None:
    """Write the line of a fact that has one."""
    line_of = LINES.get(type(fact))
    if line_of is None:
        return
    line = line_of(fact)
    values = {name: _bounded(value) for name, value in line.values.items()}
    log = structlog.get_logger() if line.station is None else logger(_bounded(line.station))
    getattr(log, line.level)(line.what, **values)


def _bounded(value: Any) -> Any:
    """A value with its text cut: a line tells what happened, and the rest is in the lists."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
    return [_bounded(item) for item in value] if isinstance(value, list | tuple) else value


# --- metrics -------------------------------------------------------------------------------------------------

OTHER: Final = "other"

#: Words of the house may be new, but never without end.
_MOST_WORDS: Final = 50

_GROUPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Words:
    """The values one label may take: the known ones, then the first few new ones if any, then ``other``.

    Peers choose action names and error codes; without a bound they could fill the memory with metrics.
    """

    def __init__(self, known: Collection[str], *, new: int = 0) -> None:
        self._known = set(known)
        self._room = new

    def __call__(self, word: str | None) -> str:
        """The label's value for this word."""
        if word is None:
            return OTHER
        word = str(word)
        if word not in self._known:
            if self._room <= 0:
                return OTHER
            self._room -= 1
            self._known.add(word)
        return word


def overlooked_counter(registry: CollectorRegistry) -> Counter:
    """Counts leniencies (mapping 13.5), of a management system and of a bridge alike."""
    return Counter(
        "pluglot_soap_overlooked",
        "Mistakes of peers over SOAP that were overlooked.",
        ("version", "rule"),
        registry=registry,
    )


class Durations(Collector):
    """A histogram of seconds, told apart by one label: one addition for each, where that of the library locks twice."""

    def __init__(self, name: str, documentation: str, label: str, words: Collection[str]) -> None:
        """Count under these words as values of the label."""
        self._name, self._documentation, self._label = name, documentation, label
        self._counts = {word: [0] * (len(_SECONDS) + 1) for word in words}
        self._sums = dict.fromkeys(words, 0.0)

    def observe(self, word: str, seconds: float) -> None:
        """Count one duration."""
        self._counts[word][bisect_left(_SECONDS, seconds)] += 1
        self._sums[word] += seconds

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """What was counted, for the library."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=(self._label,))
        bounds = (*(str(float(bound)) for bound in _SECONDS), "+Inf")
        for word, counts in self._counts.items():
            family.add_metric((word,), list(zip(bounds, accumulate(counts), strict=True)), self._sums[word])
        yield family


class Telemetry:
    """Counts what happens, for Prometheus; one object per CSMS, with a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._make_link_metrics()
        self._make_message_metrics()
        self._make_store_metrics()
        self._action = Words(ACTIONS)
        self._version = Words([version.value for version in OcppVersion])
        self._direction = Words(("in", "out"))
        self._outcome = Words(("answered", "refused", "timed-out", "abandoned", "rejected", "sent"))
        self._reason = Words((), new=_MOST_WORDS)
        self._kind = Words((), new=_MOST_WORDS)
        #: The link each connected station has: its epoch and the version it is counted under.
        self._links: dict[str, tuple[int, str]] = {}
        #: Energy counted so far of each open transaction.
        self._energies: dict[tuple[str, str], float] = {}
        self._message_children: dict[tuple[str, str, str], Counter] = {}
        #: What every message adds to, added up until somebody asks: counters lock at each step.
        self._uncounted: defaultdict[Counter, float] = defaultdict(float)
        takers: dict[type[Fact], Callable[[Any], None]] = {
            MessageExchanged: self._message_exchanged,
            StationConnected: self._station_connected,
            StationDisconnected: self._station_disconnected,
            StationRemoved: self._station_removed,
            StrangerKnocked: self._stranger_knocked,
            **dict.fromkeys(TRANSACTION_FACTS, self._transaction_event),
        }
        # The facts with a line are looked up as those that are counted: what has neither costs nothing.
        self._takers = {**takers, **{kind: _logged(takers.get(kind)) for kind in LINES}}

    def _make_link_metrics(self) -> None:
        registry = self._registry
        self._connected = Gauge(
            "pluglot_connected_stations", "Stations whose link is up.", ("version",), registry=registry
        )
        self._refused = Counter(
            "pluglot_refused_connections", "Connections refused at the door.", ("reason",), registry=registry
        )
        self._mishaps = Counter(
            "pluglot_mishaps", "What went wrong on links of stations.", ("version", "kind"), registry=registry
        )
        self._overlooked = overlooked_counter(registry)
        self._dropped_answers = Counter(
            "pluglot_dropped_answers", "Answers that came late, twice or unasked.", ("version",), registry=registry
        )

    def _make_message_metrics(self) -> None:
        registry = self._registry
        self._messages = Counter(
            "pluglot_messages", "Calls exchanged.", ("action", "direction", "outcome"), registry=registry
        )
        self._losses = Counter(
            "pluglot_losses", "What a version could not say.", ("version", "action"), registry=registry
        )
        self._errors = Counter("pluglot_errors", "Calls answered with an error.", ("code",), registry=registry)
        self._latencies = Durations(
            "pluglot_answer_seconds", "Time from a call to its answer.", "direction", ("in", "out", OTHER)
        )
        registry.register(self._latencies)
        self._open = Gauge("pluglot_open_transactions", "Transactions under way.", registry=registry)
        self._energy = Counter("pluglot_energy_wh", "Energy delivered in transactions.", registry=registry)

    def _make_store_metrics(self) -> None:
        registry = self._registry
        self._group_size = Histogram(
            "pluglot_commit_group_size", "Fact sets written by one commit.", buckets=_GROUPS, registry=registry
        )
        self._group_seconds = Histogram(
            "pluglot_commit_seconds", "Time to write one group.", buckets=_SECONDS, registry=registry
        )

    # --- what the house calls ---

    def logger(self, station: str) -> Any:
        """A log that names this station in every line."""
        return logger(station)

    def render(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        uncounted, self._uncounted = self._uncounted, defaultdict(float)
        for counter, amount in uncounted.items():
            counter.inc(amount)
        self._open.set(len(self._energies))
        return generate_latest(self._registry)

    def begin_with(self, open_transactions: Iterable[TransactionRecord]) -> None:
        """After a start: these transactions are under way, and their energy so far was counted before."""
        for transaction in open_transactions:
            key = (transaction.station_id, transaction.transaction_id)
            self._energies[key] = float(transaction.energy_wh)

    def group_committed(self, sets: int, seconds: float) -> None:
        """The store wrote a group of fact sets."""
        self._group_size.observe(sets)
        self._group_seconds.observe(seconds)

    def mishap(self, version: str, kind: str) -> None:
        """Something went wrong on a station's link; ``kind`` is a word of the house."""
        self._mishaps.labels(self._version(version), self._kind(kind)).inc()
        if kind == "AnswerDropped":
            self._dropped_answers.labels(self._version(version)).inc()

    def overlooked(self, version: str, mistakes: Mapping[Any, int]) -> None:
        """These mistakes of a peer over SOAP were overlooked, so often each; they are words of the house."""
        for rule, times in mistakes.items():
            self._overlooked.labels(self._version(version), rule).inc(times)

    def observe(self, facts: Sequence[Fact]) -> None:
        """Count what these facts tell, and log those that make a line."""
        takers = self._takers
        for fact in facts:
            taker = takers.get(type(fact))
            if taker is not None:
                taker(fact)

    # --- facts ---

    def _message_exchanged(self, fact: MessageExchanged) -> None:
        message = fact.message
        action = self._action(message.house_action or message.action)
        key = (action, message.direction, message.outcome)
        counter = self._message_children.get(key)
        if counter is None:
            labels = (action, self._direction(message.direction), self._outcome(message.outcome))
            counter = self._messages.labels(*labels)
            if OTHER not in labels[1:]:
                self._message_children[key] = counter
        self._uncounted[counter] += 1
        if message.latency_ms is not None and message.outcome == "answered":
            self._latencies.observe(self._direction(message.direction), message.latency_ms / 1000)
        if message.losses:
            self._losses.labels(self._version(message.ocpp_version), action).inc(len(message.losses))
        if message.error_code is not None:
            self._errors.labels(understood(message.error_code).value).inc()  # ERR-04: unknown ones are one

    def _station_connected(self, fact: StationConnected) -> None:
        self._forget_link(fact.station_id)
        version = self._version(fact.ocpp_version)
        self._links[fact.station_id] = (fact.epoch, version)
        self._connected.labels(version).inc()

    def _station_disconnected(self, fact: StationDisconnected) -> None:
        link = self._links.get(fact.station_id)
        if link is not None and link[0] == fact.epoch:
            self._forget_link(fact.station_id)

    def _station_removed(self, fact: StationRemoved) -> None:
        self._forget_link(fact.station_id)

    def _forget_link(self, station_id: str) -> None:
        link = self._links.pop(station_id, None)
        if link is not None:
            self._connected.labels(link[1]).dec()

    def _stranger_knocked(self, fact: StrangerKnocked) -> None:
        self._refused.labels(self._reason(fact.stranger.reason)).inc(fact.stranger.attempts)

    def _transaction_event(self, fact: TransactionStarted | TransactionUpdated | TransactionEnded) -> None:
        transaction = fact.transaction
        key = (transaction.station_id, transaction.transaction_id)
        counted = self._energies.get(key)
        if counted is None:
            if not isinstance(fact, TransactionStarted):
                return  # it was over before, or is of before this process; begin_with tells of those still open
            counted = 0.0
        energy = float(transaction.energy_wh)
        if energy > counted:
            self._uncounted[self._energy] += energy - counted
        if transaction.is_open:
            self._energies[key] = max(energy, counted)
        else:
            self._energies.pop(key, None)


def _logged(count: Callable[[Any], None] | None) -> Callable[[Any], None]:
    def take(fact: Fact) -> None:
        if count is not None:
            count(fact)
        log_fact(fact)

    return take


class BridgeTelemetry:
    """Counts what a bridge carries and what it cannot say, for Prometheus; one object per bridge."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._stations = Gauge(
            "pluglot_bridge_connected_stations", "Stations whose link is up.", ("version",), registry=registry
        )
        self._uplinks = Gauge("pluglot_bridge_uplinks", "Links to the management system.", registry=registry)
        self._queued = Gauge(
            "pluglot_bridge_queued_messages", "Messages kept for the management system.", registry=registry
        )
        self._set_aside = Gauge(
            "pluglot_bridge_set_aside_messages", "Kept messages that were given up.", registry=registry
        )
        self._messages = Counter(
            "pluglot_bridge_messages", "Requests carried.", ("action", "direction", "outcome"), registry=registry
        )
        self._losses = Counter(
            "pluglot_bridge_losses", "What could not be said in the other version.", ("action",), registry=registry
        )
        self._refused = Counter(
            "pluglot_bridge_refused_connections", "Connections refused at the door.", ("reason",), registry=registry
        )
        self._overlooked = overlooked_counter(registry)
        self._action = Words(ACTIONS, new=_MOST_WORDS)
        self._version = Words([version.value for version in OcppVersion])
        self._reason = Words((), new=_MOST_WORDS)

    def message(self, action: str, direction: str, outcome: str) -> None:
        """A request was carried; ``direction`` and ``outcome`` are words of the house."""
        self._messages.labels(self._action(action), direction, outcome).inc()

    def lost(self, action: str) -> None:
        """Something could not be said."""
        self._losses.labels(self._action(action)).inc()

    def overlooked(self, version: str, mistakes: Mapping[Any, int]) -> None:
        """These mistakes of a peer over SOAP were overlooked, so often each; they are words of the house."""
        for rule, times in mistakes.items():
            self._overlooked.labels(self._version(version), rule).inc(times)

    def refused(self, reason: str) -> None:
        """Somebody was refused at the door."""
        self._refused.labels(self._reason(reason)).inc()

    def count_links(self, versions: Iterable[str], *, uplinks: int, queued: int, set_aside: int = 0) -> None:
        """These are the versions of the stations connected now, and how much goes on above them."""
        self._stations.clear()
        for version in versions:
            self._stations.labels(self._version(version)).inc()
        self._uplinks.set(uplinks)
        self._queued.set(queued)
        self._set_aside.set(set_aside)

    def render(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self._registry)
