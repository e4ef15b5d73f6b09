"""What has no counterpart is answered as specified, row by row, with both halves of a bridge back to back."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot.dialects import actions
from tests.bridge.rows_from_stations import ROWS as FROM_STATIONS
from tests.bridge.rows_to_stations import ROWS as TO_STATIONS
from tests.bridge.scene import Row, Scene, answer_is, losses_are

NEWER = ("2.0", "2.0.1", "2.1")


def cases(rows: tuple[Row, ...]) -> list[Any]:
    """Each row with each newer version that can ask it."""
    return [
        pytest.param(row, version, id=f"{version}-{row}")
        for row in rows
        for version in NEWER
        if row.action in actions(version) and version not in row.never
    ]


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize(("row", "version"), cases(TO_STATIONS))
async def test_a_management_system_before_a_1_6_station(row: Row, version: str) -> None:
    """It hears exactly the answer of the row, the station is asked what the row says, and losses are shown."""
    scene = Scene("1.6", version)
    if row.before is not None:
        await row.before(scene)
    scene.station.heard.clear()
    scene.csms.heard.clear()
    scene.world.losses.clear()
    answer = await scene.asks(row.action, row.request(scene) if callable(row.request) else row.request)
    answer_is(row, version, answer)
    assert tuple(action for action, _ in scene.station.heard) == row.far
    assert tuple(dict.fromkeys(action for action, _ in scene.csms.heard)) == row.then
    losses_are(row, version, scene)


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize(("row", "version"), cases(FROM_STATIONS))
async def test_a_station_before_a_1_6_management_system(row: Row, version: str) -> None:
    """It hears exactly the answer of the row, the management system is told what the row says, and losses are shown."""
    scene = Scene(version, "1.6")
    if row.before is not None:
        await row.before(scene)
    scene.station.heard.clear()
    scene.csms.heard.clear()
    scene.world.losses.clear()
    answer = await scene.tells(row.action, row.request(scene) if callable(row.request) else row.request)
    answer_is(row, version, answer)
    assert tuple(action for action, _ in scene.csms.heard) == row.far
    assert tuple(dict.fromkeys(action for action, _ in scene.station.heard)) == row.then
    losses_are(row, version, scene)
