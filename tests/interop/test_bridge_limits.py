"""A station that talks too much, at a bridge: it is refused, then it loses its link, and nobody else notices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.bridging import BridgeProgram, bridge_program
from tests.interop.management_systems import central_system
from tests.interop.soap_bridges import PASSWORD

#: The smallest that may be set.
MOST = 60
INVALID = 5


def linked(bridge: BridgeProgram, identity: str) -> Any:
    """A link of a station of 1.6."""
    address = bridge.station_url.replace("ws://", f"ws://{identity}:{PASSWORD}@") + f"/{identity}"
    return websockets.connect(address, subprotocols=[websockets.Subprotocol("ocpp1.6")], proxy=None)


async def beat(link: Any, number: int) -> list[Any]:
    """The answer to a heartbeat."""
    await link.send(json.dumps([2, f"beat-{number}", "Heartbeat", {}]))
    answer: list[Any] = json.loads(await link.recv())
    return answer


@pytest.mark.requirement("HRD-06", "ERR-06")
@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
async def test_over_its_messages_per_minute_a_station_is_refused(tmp_path: Path, version: str) -> None:
    """At the limit of the settings it gets errors, after some more it is out; its neighbour is served as before."""
    (tmp_path / "pluglot.toml").write_text(
        f"[bridge]\nmessages-per-minute = {MOST}\ninvalid-messages-per-minute = {INVALID}\n"
    )
    config = ("--config", str(tmp_path / "pluglot.toml"))
    async with (
        central_system(version) as (url, _),
        bridge_program(tmp_path, url, version, *config) as bridge,
        linked(bridge, "LOUD") as loud,
        linked(bridge, "QUIET") as quiet,
    ):
        answers = [await beat(loud, number) for number in range(MOST + INVALID)]
        assert [answer[0] for answer in answers] == [3] * MOST + [4] * INVALID
        assert {answer[2] for answer in answers[MOST:]} == {"GenericError"}
        assert (await beat(quiet, 0))[0] == 3
        await loud.send(json.dumps([2, "one-more", "Heartbeat", {}]))
        await loud.wait_closed()
        assert loud.close_code == 1008
        assert (await beat(quiet, 1))[0] == 3
