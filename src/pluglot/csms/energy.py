"""The energy of one transaction from the states of its register: the rules of DAT-01, applied one state at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pluglot.csms.meter_values import Mark
from pluglot.csms.policy import MeterRules

_HOUR = 3600
_WATT = Decimal(1)
#: Between two states across a change of the station's clock nobody knows how long it took.
_UNKNOWN_TIME = timedelta(days=1)


class Movement:
    """How far a register moved, counted only where it can have moved that way.

    * A step forward counts when no connector could move faster (``MeterRules.maximum_power_w`` times the time).
    * A step back of at most ``rounding_wh`` counts as told: it is the same register with fewer digits.
    * **Rollover**: a register close below a usual modulus that goes on just above zero, as power and time allow
      across the wrap, counts across it.
    * Any other step back, or a **jump** too far, is held in doubt until the next state decides. If that goes on from
      before the doubtful state, the doubtful one was a misreading and is left out; if it goes on from the doubtful one,
      the register was **reset** or exchanged, the step itself is not counted and the rest is; if from neither, the
      doubt moves on.
    * What is left out is kept in the ledger, told in ``remarks`` and not billed. Without a state at the **beginning**
      counting starts with the first one there is.
    """

    __slots__ = ("_at_once_wh", "_before_last", "_rules", "counted_wh", "doubtful", "first", "last", "remarks")

    def __init__(self, rules: MeterRules) -> None:
        self._rules = rules
        #: A step so small is possible whatever the time between; nearly all are.
        self._at_once_wh = _energy_wh(rules, rules.slack)
        self.first: Mark | None = None
        self.last: Mark | None = None
        self._before_last: Mark | None = None
        self.doubtful: Mark | None = None
        self.counted_wh = Decimal(0)
        self.remarks: list[str] = []

    def advance(self, mark: Mark) -> None:
        """Take the next state of the register, in the order of generation."""
        if self.last is None:
            self.first = self.last = mark
            return
        step = self._step(self.last, mark)
        doubtful = self.doubtful
        if step is not None:
            if doubtful is not None:
                self.remarks.append(_misread(self.last, doubtful))
        elif doubtful is None:
            self.doubtful = mark
            return
        else:
            step = self._step(doubtful, mark)
            if step is None:
                self.remarks.append(_misread(self.last, doubtful))
                self.doubtful = mark
                return
            self.remarks.append(_reset(self.last, doubtful))
        self.counted_wh += step
        self._before_last, self.last = self.last, mark
        self.doubtful = None

    def average_power_w(self) -> Decimal | None:
        """The mean power between the last two states, in whole watts; None where no time lies between them."""
        if self.last is None or self._before_last is None:
            return None
        elapsed = self.last.at - self._before_last.at
        seconds = elapsed.days * 24 * _HOUR + elapsed.seconds
        step = self.last.value - self._before_last.value
        return (step * _HOUR / seconds).quantize(_WATT) if seconds > 0 and step >= 0 else None

    def final_remarks(self) -> list[str]:
        """The remarks so far, with the doubt that nothing has resolved yet."""
        if self.doubtful is None or self.last is None:
            return self.remarks
        return [*self.remarks, _misread(self.last, self.doubtful)]

    def _step(self, before: Mark, after: Mark) -> Decimal | None:
        step = after.value - before.value
        if 0 <= step <= self._at_once_wh:
            return step
        possible = self._possible_wh(before, after)
        if -self._rules.rounding_wh <= step <= possible:
            return step
        if step > 0:
            return None
        for modulus in self._rules.moduli_wh:
            across = step + modulus
            if before.value < modulus and 0 <= across <= possible:
                return across
        return None

    def _possible_wh(self, before: Mark, after: Mark) -> Decimal:
        elapsed = after.at - before.at
        if before.timely is not after.timely or elapsed.days < 0:
            elapsed = _UNKNOWN_TIME
        return _energy_wh(self._rules, elapsed + self._rules.slack)


def _energy_wh(rules: MeterRules, elapsed: timedelta) -> Decimal:
    return rules.maximum_power_w * (elapsed.days * 24 * _HOUR + elapsed.seconds + 1) / _HOUR


def _misread(before: Mark, doubtful: Mark) -> str:
    return f"register {_way(before, doubtful)} at {doubtful.at.isoformat()}: this reading is not counted"


def _reset(before: Mark, after: Mark) -> str:
    return f"register {_way(before, after)} at {after.at.isoformat()} and went on from there: the step is not counted"


def _way(before: Mark, after: Mark) -> str:
    verb = "ran backwards" if after.value < before.value else "jumped"
    return f"{verb} from {before.value.normalize():f} to {after.value.normalize():f} Wh"
