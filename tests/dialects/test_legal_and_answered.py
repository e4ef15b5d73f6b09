"""Whatever is legal goes in, only what is legal comes out, and every request is answered once (16.2, 16.6).

All messages are drawn from the official schemas, for each version, half and direction.
"""

from __future__ import annotations

from typing import Any

import pytest

from pluglot.dialects import Policy
from tests.dialects.drawn import VERSIONS, is_official
from tests.dialects.worlds import SIDES, UNHELPFUL, WAYS, WORDY, World, check

CASES = [
    pytest.param(version, side, way, row, id=f"{version}-{side}-{way}-{row.name}")
    for version in VERSIONS
    for side in SIDES
    for way in WAYS
    for row in World(version, side).rows(way)
]
DRAWS = 12


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize(("version", "side", "way", "row"), CASES)
def test_what_is_legal_stays_legal(version: str, side: str, way: str, row: Any) -> None:
    """A request and an answer drawn from the official schemas make only messages that the schemas allow."""
    for seed in range(DRAWS):
        world = World(version, side, seed=seed, policy=WORDY if seed % 2 else Policy())
        request = world.drawer(way).message(f"{row.name}Request")
        check(world, way, row, world.carry(way, request))
        for carried in world.time_passes():
            assert all(is_official("2.1", asked) for asked in carried.house)
            assert all(is_official(version, asked) for asked in carried.peer)


@pytest.mark.requirement("PROOF-06")
@pytest.mark.parametrize(("version", "side", "way", "row"), CASES)
def test_every_request_is_answered_once_whatever_the_far_side_does(version: str, side: str, way: str, row: Any) -> None:
    """With a far side that is silent, refuses, forbids or knows nothing, each request still gets one answer."""
    world = World(version, side)
    for seed, refusal in enumerate(UNHELPFUL.values()):
        request = world.drawer(way).message(f"{row.name}Request", 0.3 * (seed % 3))
        check(world, way, row, world.carry(way, request, far=refusal))
