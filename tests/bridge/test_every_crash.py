"""A bridge is killed at every step of every session: nothing is lost, doubled or left without its number."""

from __future__ import annotations

import pytest

from tests.bridge.crashes import Run, check, session

#: From the station to the management system, and how: transparent, with answers lost on the way, or storing.
ROUTES = (
    ("1.6", "2.0.1"),
    ("1.6", "2.1"),
    ("1.6", "2.0"),
    ("1.2s", "2.0.1"),
    ("1.5s", "2.0.1"),
    ("1.6s", "2.0.1"),
    ("1.5s", "2.1"),
    ("1.5s", "1.6"),
    ("2.0", "1.6"),
    ("2.0.1", "1.6"),
    ("2.1", "1.6"),
    ("2.1", "2.0.1"),
    ("2.0.1", "2.1"),
    ("1.6", "2.0.1", "1.6"),
    ("2.0.1", "1.6", "2.0.1"),
)
SESSIONS = [(route, mode) for route in ROUTES for mode in ("transparent", "lossy")] + [
    (route, "storing") for route in ROUTES if len(route) == 2
]


async def steps_of(route: tuple[str, ...], mode: str) -> int:
    """How many steps the session has when nobody is killed; it must be right then, too."""
    run = Run(route, mode)
    await session(run)
    check(run)
    return run.shared.count


@pytest.mark.requirement("BRG-03", "BRG-04", "TX-01", "TX-08", "TX-09")
@pytest.mark.parametrize(
    ("route", "mode"), SESSIONS, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
async def test_a_kill_at_every_step(route: tuple[str, ...], mode: str) -> None:
    """After each, the session is the same as without."""
    for crash_at in range(1, await steps_of(route, mode) + 1):
        run = Run(route, mode, crash_at)
        await session(run)
        assert run.shared.count >= crash_at, "nobody was killed"
        check(run)


@pytest.mark.requirement("BRG-03")
async def test_there_are_more_than_a_thousand_points() -> None:
    """So many different points were meant when the bridge was promised to survive."""
    points = [await steps_of(route, mode) for route, mode in SESSIONS]
    assert sum(points) > 1000
    assert min(points) > 10
