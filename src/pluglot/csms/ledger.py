"""The ledger of a transaction added up: any order, any repetition of its events gives the same record (TX-09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from pluglot.csms.clock import is_believable
from pluglot.csms.energy import Movement
from pluglot.csms.meter_values import Mark, energy_besides, marks_of, power_of, state_of_charge_of
from pluglot.csms.policy import FlatPrice, Policy
from pluglot.csms.records import LedgerEntry, TransactionPhase, TransactionRecord
from pluglot.csms.tariff_cost import cost_of, price_at
from pluglot.dialects.marks import is_made_up_start

#: Of a hole larger than this only the beginning is listed, so that one number from a station cannot fill a memory.
LONGEST_LIST_OF_HOLES = 1000
#: Of the kinds of energy that nobody counts so many are named.
MOST_KINDS_NAMED = 3
#: With these, the token is presented to end a transaction and not to own it.
STOPPING = frozenset({"StopAuthorized", "Deauthorized", "RemoteStop"})

Ranges = tuple[tuple[int, int], ...]
_NO_POWER = Decimal(0)
#: Found faster than members of the class.
_CHARGING, _PHASE_ENDED = TransactionPhase.CHARGING, TransactionPhase.ENDED


def fold(entries: Iterable[LedgerEntry], policy: Policy, ocpp_version: str | None = None) -> TransactionRecord:
    """The transaction that these entries tell, whatever order they are given in; at least one is needed."""
    return Tally(entries, policy, ocpp_version).record()


def holds(ranges: Ranges, seq_no: int) -> bool:
    """Whether a number lies in one of the closed ranges."""
    if not ranges or seq_no > ranges[-1][1]:
        return False  # nearly always: the next event
    return any(first <= seq_no <= last for first, last in ranges)


def first_end(entries: Iterable[LedgerEntry]) -> int | None:
    """The sequence number with which the transaction is over: that of its first Ended event."""
    return min((entry.seq_no for entry in entries if entry.event_type == "Ended"), default=None)


class Tally:
    """A transaction as far as it is added up; ``take`` adds the usual next event without the others.

    The rules: events count by sequence number, those after the end do not count. The register's states count by the
    time they were read, and by sequence number where any of these times cannot be believed or the clock was put back
    between two events; then only the last state of an Ended event counts, because the others repeat history.
    """

    __slots__ = (
        "_besides",
        "_by_seq_no",
        "_connector_id",
        "_end",
        "_evse_id",
        "_highest",
        "_last_at",
        "_last_mark_at",
        "_latest",
        "_lowest",
        "_movement",
        "_offline",
        "_outside",
        "_owner",
        "_policy",
        "_power",
        "_price",
        "_ranges",
        "_rank",
        "_remote_start_id",
        "_soc",
        "_start",
        "_state",
        "_stopped_reason",
        "_times",
        "_version",
    )  # fmt: skip

    def __init__(self, entries: Iterable[LedgerEntry], policy: Policy, ocpp_version: str | None = None) -> None:
        ordered = sorted(entries, key=lambda entry: entry.seq_no)
        end = first_end(ordered)
        if end is not None:
            ordered = [entry for entry in ordered if entry.seq_no <= end]
        self._policy = policy
        self._version = ocpp_version
        self._start: LedgerEntry | None = None
        self._end: LedgerEntry | None = None
        self._lowest = ordered[0]
        self._highest = -1
        self._last_at = ordered[0].at
        self._latest = ordered[0].received_at
        self._times: tuple[datetime, datetime] | None = None
        self._ranges: Ranges = ()
        self._evse_id: int | None = None
        self._connector_id: int | None = None
        self._owner: tuple[int, str, str] | None = None
        self._state = TransactionPhase.STARTED
        self._stopped_reason: str | None = None
        self._remote_start_id: int | None = None
        self._offline = False
        self._power: Decimal | None = None
        self._soc: Decimal | None = None
        self._price: tuple[datetime, FlatPrice | None] | None = None
        self._rank: int | None = None
        #: Kinds of energy told while there was no register that counts.
        self._besides: list[str] = []
        for entry in ordered:
            self._add(entry)
        self._begin_metering(ordered)

    def take(self, entry: LedgerEntry) -> bool:
        """Add the next event; False, and nothing is changed, when all entries must be added up anew."""
        if self._end is not None or entry.seq_no <= self._highest or entry.event_type == "Started":
            return False
        marks = marks_of(entry)
        rank = self._rank
        if marks:
            best = marks[0].rank if len(marks) == 1 else min(mark.rank for mark in marks)
            if rank is not None and best < rank:
                return False
            rank = best if rank is None else rank
            repeated = self._by_seq_no and self._movement.first is not None
            marks = _in_order(marks, rank, entry if repeated else None)
        if not self._by_seq_no and not self._follows(entry, marks):
            return False
        self._add(entry)
        self._rank = rank
        if rank is None and entry.readings:
            self._note_besides(entry)
        self._meter(marks)
        return True

    def _follows(self, entry: LedgerEntry, marks: Sequence[Mark]) -> bool:
        """Whether an event lies after everything counted, by times that can be believed."""
        last = self._last_mark_at
        if entry.at < self._last_at or not _all_timely(entry, marks):
            return False
        if last is None:
            return True
        if marks and marks[0].at < last:
            return False
        return entry.event_type != "Ended" or last <= entry.at + self._policy.meter.outside

    def record(self) -> TransactionRecord:
        """The transaction as it stands."""
        movement = self._movement
        started_at, ended_at = self._span()
        energy = max(movement.counted_wh, _NO_POWER)
        price = self._price_for(started_at)
        ended = self._end is not None
        lowest, owner, last = self._lowest, self._owner, movement.last
        return TransactionRecord(
            station_id=lowest.station_id,
            transaction_id=lowest.transaction_id,
            ocpp_version=self._version,
            evse_id=self._evse_id,
            connector_id=self._connector_id,
            id_token=owner[1] if owner else None,
            id_token_type=owner[2] if owner else None,
            state=_PHASE_ENDED if ended else self._state,
            started_at=started_at,
            ended_at=ended_at,
            updated_at=self._latest,
            meter_start_wh=movement.first.value if movement.first else None,
            meter_last_wh=last.value if last else None,
            meter_last_at=last.at if last else None,
            energy_wh=energy,
            power_w=self._power_now(),
            state_of_charge=self._soc,
            cost=cost_of(price, energy) if price else None,
            currency=price.currency if price else None,
            stopped_reason=self._stopped_reason,
            remote_start_id=self._remote_start_id,
            offline=self._offline,
            received_seq_nos=self._ranges,
            missing_seq_nos=self._holes(),
            implausible=tuple(self._remarks()),
        )

    def _power_now(self) -> Decimal | None:
        """The power measured last; where a station measures none, the mean between the last states of the register."""
        if self._end is not None:
            return _NO_POWER
        if self._power is not None:
            return self._power
        return self._movement.average_power_w() if self._state is _CHARGING else None

    def _add(self, entry: LedgerEntry) -> None:
        """Everything an event tells besides the register; entries come by ascending sequence number."""
        self._highest = entry.seq_no
        self._last_at = entry.at
        self._ranges = _extended(self._ranges, entry.seq_no)
        self._latest = max(self._latest, entry.received_at)
        if entry.event_type == "Started" and self._start is None:
            self._start = entry
        elif entry.event_type == "Ended":
            self._end = entry
            # 2.1 leaves the reason out when it is the usual one.
            self._stopped_reason = entry.stopped_reason or "Local"
        if self._evse_id is None:
            self._evse_id = entry.evse_id
        if self._connector_id is None:
            self._connector_id = entry.connector_id
        if self._remote_start_id is None:
            self._remote_start_id = entry.remote_start_id
        if entry.offline:
            self._offline = True
        if entry.id_token is not None and entry.id_token_type is not None:
            self._own(entry, entry.id_token, entry.id_token_type)
        self._electricity(entry)
        believable = is_believable(entry.at, entry.received_at)
        at = entry.at if believable else entry.received_at
        self._times = (at, at) if self._times is None else (min(self._times[0], at), max(self._times[1], at))

    def _own(self, entry: LedgerEntry, id_token: str, type_: str) -> None:
        """The first token that was accepted owns the transaction; before that the first one presented to begin it."""
        if entry.event_type == "Ended" or entry.trigger_reason in STOPPING:
            rank = 2
        else:
            rank = 0 if entry.answer_status in (None, "Accepted") else 1
        if self._owner is None or rank < self._owner[0]:
            self._owner = (rank, id_token, type_)

    def _electricity(self, entry: LedgerEntry) -> None:
        if entry.charging_state is not None:
            self._state = _STATES.get(entry.charging_state, self._state)
        if entry.readings:
            power = power_of(entry.readings)
            soc = state_of_charge_of(entry.readings)
            self._power = self._power if power is None else power
            self._soc = self._soc if soc is None else soc
        else:
            power = None
        if power is None and self._power is not None and entry.charging_state not in (None, "Charging"):
            self._power = _NO_POWER

    def _begin_metering(self, ordered: Sequence[LedgerEntry]) -> None:
        """Choose the meter and the order of its states from all entries there are."""
        self._movement = Movement(self._policy.meter)
        self._outside: list[str] = []
        self._last_mark_at: datetime | None = None
        by_entry = [(entry, marks_of(entry)) for entry in ordered]
        self._rank = min((mark.rank for _, marks in by_entry for mark in marks), default=None)
        if self._rank is None:
            for entry in ordered:
                self._note_besides(entry)
        chosen = [(entry, [mark for mark in marks if mark.rank == self._rank]) for entry, marks in by_entry]
        put_back = any(after.at < before.at for before, after in pairwise(ordered))
        self._by_seq_no = put_back or not all(_all_timely(entry, marks) for entry, marks in chosen)
        states: list[Mark] = []
        for entry, marks in chosen:
            states += _in_order(marks, self._rank, entry if self._by_seq_no and states else None)
        if not self._by_seq_no:
            states.sort(key=lambda mark: mark.at)  # stable: equal times keep the order of the events
        self._meter(states)

    def _meter(self, marks: Iterable[Mark]) -> None:
        rules = self._policy.meter
        earliest = self._start.at - rules.outside if self._start and not self._by_seq_no else None
        latest = self._end.at + rules.outside if self._end and not self._by_seq_no else None
        for mark in marks:
            if (earliest and mark.at < earliest) or (latest and mark.at > latest):
                # DAT-01: energy outside the transaction's time.
                self._outside.append(
                    f"reading of {mark.at.isoformat()} lies outside the transaction: it is not counted"
                )
                continue
            self._last_mark_at = mark.at
            self._movement.advance(mark)

    def _remarks(self) -> list[str]:
        movement = self._movement
        remarks = sorted(self._outside) + movement.final_remarks()
        if movement.counted_wh < 0:
            remarks.append("the register ends below its start: nothing is billed")
        if self._end is None:
            return remarks
        if self._start is None or is_made_up_start(self._version, self._start.trigger_reason):
            remarks.append("the start was never reported")
        if movement.first is None:
            return [*remarks, self._unmetered()]
        return remarks + _missing_ends(movement, self._start, self._end)

    def _note_besides(self, entry: LedgerEntry) -> None:
        kinds = energy_besides(entry.readings)
        if kinds:
            self._besides = sorted(kinds.union(self._besides))[: MOST_KINDS_NAMED + 1]

    def _unmetered(self) -> str:
        """Why an ended transaction without any state of a register is not billed (DAT-01, DAT-03)."""
        if self._rank is not None:
            return "no reading of the energy register lies within the transaction: nothing is billed"
        if not self._besides:
            return "no energy register was reported: nothing is billed"
        more = " and more" if len(self._besides) > MOST_KINDS_NAMED else ""
        kinds = ", ".join(self._besides[:MOST_KINDS_NAMED])
        return f"no energy register that counts was reported, only {kinds}{more}: nothing is billed"

    def _holes(self) -> tuple[int, ...]:
        """Numbers known to exist and not received; the one below the lowest when the start is still to come."""
        holes: list[int] = []
        if self._start is None and self._lowest.seq_no > 0:
            holes.append(self._lowest.seq_no - 1)
        if len(self._ranges) > 1:
            for (_, before), (after, _) in pairwise(self._ranges):
                holes += range(before + 1, min(after, before + 1 + LONGEST_LIST_OF_HOLES))
                if len(holes) >= LONGEST_LIST_OF_HOLES:
                    break
        return tuple(holes[:LONGEST_LIST_OF_HOLES])

    def _span(self) -> tuple[datetime, datetime | None]:
        """When it began and ended: by the station where believable, else as near as the other times tell."""
        first = self._start or self._lowest
        earliest, latest = self._times or (first.at, first.at)
        started_at = first.at if is_believable(first.at, first.received_at) else earliest
        if self._end is None:
            return started_at, None
        ended_at = self._end.at if is_believable(self._end.at, self._end.received_at) else latest
        return started_at, max(started_at, ended_at)

    def _price_for(self, started_at: datetime) -> FlatPrice | None:
        """The price in force at the start, by the station's clock but never later than the house heard of it.

        So a clock that is ahead chooses no price that is still to come, and adding up again chooses the same one.
        """
        if self._price is None or self._price[0] != started_at:
            heard_at = (self._start or self._lowest).received_at
            self._price = (started_at, price_at(self._policy.prices, min(started_at, heard_at)))
        return self._price[1]


_STATES = {phase.value: phase for phase in TransactionPhase if phase is not _PHASE_ENDED}


def _missing_ends(movement: Movement, start: LedgerEntry | None, end: LedgerEntry) -> list[str]:
    """What is missing at the ends of an ended transaction."""
    first, last = movement.first, movement.doubtful or movement.last
    remarks: list[str] = []
    if first is None or last is None:
        return remarks
    if first.context != "Transaction.Begin" and start is not None and first.seq_no != start.seq_no:
        remarks.append(f"no reading at the start: counted from {first.at.isoformat()}")
    if last.context != "Transaction.End" and last.seq_no != end.seq_no:
        remarks.append(f"no reading at the end: counted to {last.at.isoformat()}")
    return remarks


def _all_timely(entry: LedgerEntry, marks: Iterable[Mark]) -> bool:
    for mark in marks:
        if not mark.timely:
            return False
    return is_believable(entry.at, entry.received_at)


def _in_order(marks: Iterable[Mark], rank: int | None, by_event: LedgerEntry | None) -> list[Mark]:
    """The states of one meter in one event by time; given the event, only the last one of an Ended, which repeats."""
    chosen = [mark for mark in marks if mark.rank == rank]
    if len(chosen) > 1:
        chosen.sort(key=lambda mark: mark.at)
        if by_event is not None and by_event.event_type == "Ended":
            return chosen[-1:]
    return chosen


def _extended(ranges: Ranges, seq_no: int) -> Ranges:
    """Add a number higher than all before."""
    if ranges and ranges[-1][1] == seq_no - 1:
        return (*ranges[:-1], (ranges[-1][0], seq_no))
    return (*ranges, (seq_no, seq_no))
