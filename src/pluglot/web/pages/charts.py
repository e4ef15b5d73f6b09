"""Curves as SVG path data: geometry only, so that a page without script has its charts too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

Point = tuple[datetime, float]

#: More points than this are thinned: nobody sees more on a screen.
MOST_POINTS = 400
#: Minutes below which times are told with seconds.
WITH_SECONDS_BELOW = 10


class Tick(msgspec.Struct, frozen=True):
    """A labelled line of a grid."""

    at: float
    label: str


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn curve: its line, the area under it, its grid, and where its last point lies."""

    line: str
    area: str
    width: int
    height: int
    end: tuple[float, float]
    across: list[Tick] = []
    up: list[Tick] = []


def sparkline(points: Sequence[Point], *, width: int = 120, height: int = 28) -> Curve | None:
    """A curve without a grid; None when there is nothing to draw."""
    return _curve(points, width, height, top=1.15 * max((value for _, value in points), default=0) or 1, pad=2)


def power_chart(points: Sequence[Point], *, width: int = 960, height: int = 200) -> Curve | None:
    """Power over time in kW, with a grid; None when there is nothing to draw."""
    return _chart([(at, value / 1000) for at, value in points], width, height)


def percent_chart(points: Sequence[Point], *, width: int = 960, height: int = 200) -> Curve | None:
    """A share of 100 over time, drawn to the same width as the power beside it."""
    return _curve(points, width, height, top=100, pad=8)


def _chart(points: Sequence[Point], width: int, height: int) -> Curve | None:
    highest = max((value for _, value in points), default=0.0)
    step = _step(highest or 1)
    top = max(step, math.ceil(highest / step) * step)
    curve = _curve(points, width, height, top=top, pad=8)
    if curve is None:
        return None
    up = [Tick(_y(step * place, top, height, 8), _plain(step * place)) for place in range(round(top / step) + 1)]
    return msgspec.structs.replace(curve, up=up, across=_times(points[0][0], points[-1][0], width))


def _curve(points: Sequence[Point], width: int, height: int, *, top: float, pad: int) -> Curve | None:
    if not points:
        return None
    points = _thinned(points)
    if len(points) == 1:
        points = [(points[0][0] - timedelta(seconds=60), points[0][1]), points[0]]
    began, ended = points[0][0], points[-1][0]
    seconds = (ended - began).total_seconds() or 1.0
    placed = [
        (width * (at - began).total_seconds() / seconds, _y(min(max(value, 0.0), top), top, height, pad))
        for at, value in points
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
    floor = _y(0, top, height, pad)
    area = f"{line}L{placed[-1][0]:.1f} {floor:.1f}L{placed[0][0]:.1f} {floor:.1f}Z"
    return Curve(line=line, area=area, width=width, height=height, end=placed[-1])


def _y(value: float, top: float, height: int, pad: int) -> float:
    return round(height - pad - (height - 2 * pad) * value / top, 1)


def _thinned(points: Sequence[Point]) -> list[Point]:
    if len(points) <= MOST_POINTS:
        return list(points)
    step = len(points) / MOST_POINTS
    return [points[int(place * step)] for place in range(MOST_POINTS - 1)] + [points[-1]]


def _step(highest: float) -> float:
    """A round distance between three to five grid lines."""
    raw = highest / 4
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next((factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw), 10 * power)


def _plain(value: float) -> str:
    return f"{value:.10g}"


def _times(began: datetime, ended: datetime, width: int) -> list[Tick]:
    """Five times along the bottom, as time passed since the beginning."""
    seconds = (ended - began).total_seconds()
    return [Tick(width * part / 4, _passed(seconds * part / 4)) for part in range(5)]


def _passed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    if minutes < WITH_SECONDS_BELOW:
        return f"{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d} h" if hours else f"{minutes} min"
