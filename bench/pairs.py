"""Paired measurement, A B A B: a ratio for each pair and the median of the ratios; machines are noisy, ratios not."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ROUNDS: Final = 7
#: Seconds of work in each half of a round.
SLICE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of the table: the ratio A/B with its spread, and what each costs alone."""

    name: str
    ratio: float
    lowest: float
    highest: float
    a: str
    b: str


def pair(name: str, a: list[float], b: list[float], unit: str) -> Pair:
    """The figure for two lists that were measured in turn."""
    ratios = [one / other for one, other in zip(a, b, strict=True)]
    return Pair(
        name,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        f"{statistics.median(a):,.1f} {unit}",
        f"{statistics.median(b):,.1f} {unit}",
    )


def cost(work: Callable[[], None], per_call: int, seconds: float = SLICE) -> float:
    """Microseconds of processor time for one message."""
    done, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        work()
        done += per_call
    return took / done * 1e6


def paired(
    name: str, a: Callable[[], None], per_a: int, b: Callable[[], None], per_b: int, *, seconds: float = SLICE
) -> Pair:
    """How much more processor time A takes than B for one message, each working this long in every round."""
    a()
    b()
    costs = [(cost(a, per_a, seconds), cost(b, per_b, seconds)) for _ in range(ROUNDS)]
    return pair(name, [one for one, _ in costs], [other for _, other in costs], "µs")
