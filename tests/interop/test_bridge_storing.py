"""Store and forward over real sockets: the management system leaves, the station charges, everything arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
import websockets
from ocpp.exceptions import InternalError
from ocpp.routing import on

from tests.bridging import bridge_program
from tests.interop.management_systems import CENTRALS, Comings
from tests.interop.python_stations import ENERGY, Station16, Station201, connected
from tests.interop.soap_bridges import PASSWORD, has_delivered, is_alone, storing


@pytest.mark.requirement("BRG-04", "BRG-05")
@pytest.mark.parametrize(("kind", "version"), [(Station16, "2.0.1"), (Station201, "1.6")])
async def test_a_session_while_the_management_system_is_away(tmp_path: Path, kind: Any, version: str) -> None:
    """A station is served to the end by the bridge; later the session arrives, and each hop had its own password."""
    csms = Comings(version)
    await csms.come()
    try:
        async with (
            bridge_program(tmp_path, f"ws://127.0.0.1:{csms.port}/csms", version, *storing(tmp_path)) as bridge,
            connected(kind, bridge.station_url, "CS-1", PASSWORD) as station,
        ):
            assert await station.boot() == "Accepted"
            assert await station.authorize("DRIVER-1") == "Accepted"
            await csms.go()
            await bridge.until(lambda: is_alone(bridge))
            assert await station.authorize("DRIVER-1") == "Accepted"
            assert await station.authorize("STRANGER") in {"Invalid", "Unknown"}
            assert await station.begin("DRIVER-1") == "Accepted"
            await station.charge()
            await station.end("DRIVER-1", "Local")
            assert (await bridge.station("CS-1"))["queueLength"] >= 3
            csms.heard.clear()
            await csms.come()
            await bridge.until(lambda: has_delivered(bridge), 60)
            said = [action for action, _ in csms.heard]
            assert said[0] == "BootNotification"
            assert csms.central.session() == {"energy": ENERGY, "token": "DRIVER-1", "reason": "Local"}
    finally:
        await csms.go()
    assert len(set(csms.passwords)) == 1
    assert csms.passwords[0] == "Basic Q1MtMTphbm90aGVyLXBhc3N3b3JkLTE="


class Failing(CENTRALS["2.0.1"]):  # type: ignore[misc] - a class from a table
    """A management system with a fault: it fails at every first message of a transaction, and takes the others."""

    fails: ClassVar[list[int]] = []

    @on("TransactionEvent")
    def on_transaction_event(self, **request: Any) -> Any:
        """Fail, or take note."""
        if request["event_type"] == "Started":
            self.fails.append(request["seq_no"])
            raise InternalError
        return super().on_transaction_event(**request)


@pytest.mark.requirement("BRG-04", "E13.FR.04")
async def test_a_message_that_fails_for_ever_holds_the_others_for_a_while_only(tmp_path: Path) -> None:
    """The tries go on over a killed bridge; then the message is set aside, named in the log, and the others arrive."""
    csms = Comings("2.0.1")
    csms.kind = Failing
    Failing.fails.clear()
    await csms.come()
    (tmp_path / "pluglot.toml").write_text(
        "[bridge]\nmessage-attempts = 2\nmessage-attempts-on-fault = 4\nmessage-attempt-interval = 0.5\n"
    )
    config = (*storing(tmp_path), "--config", str(tmp_path / "pluglot.toml"))
    try:
        async with bridge_program(tmp_path, f"ws://127.0.0.1:{csms.port}/csms", "2.0.1", *config) as bridge:
            async with connected(Station16, bridge.station_url, "CS-1", PASSWORD) as station:
                assert await station.boot() == "Accepted"
                assert await station.authorize("DRIVER-1") == "Accepted"
                await csms.go()
                await bridge.until(lambda: is_alone(bridge))
                assert await station.begin("DRIVER-1") == "Accepted"
                await station.charge()
                await station.end("DRIVER-1", "Local")
            waiting = (await bridge.station("CS-1"))["queueLength"]
            csms.heard.clear()
            await csms.come()

            async def failed() -> bool:
                return len(Failing.fails) >= 2

            await bridge.until(failed, 30)
            await bridge.kill()
            await bridge.start()
            await bridge.until(lambda: has_delivered(bridge), 60)
            shown = await bridge.station("CS-1")
            (aside,) = (await bridge.api.get("/api/v1/stations/CS-1/set-aside")).json()["items"]
            log = bridge.log.read_text()
    finally:
        await csms.go()
    # One more when the bridge was killed between the answer and its note of it.
    assert len(Failing.fails) in {4, 5}
    assert (shown["setAsideCount"], aside["action"]) == (1, "TransactionEvent")
    assert aside["reason"].startswith("refused: InternalError, 4 times")
    assert '"eventType":"Started"' in aside["message"]
    assert "a kept message is set aside" in log
    told = [request for action, request in csms.heard if action == "TransactionEvent"]
    assert [event["seq_no"] for event in told] == list(range(1, waiting))
    assert told[-1]["event_type"] == "Ended"


async def test_a_wrong_password_stays_outside(tmp_path: Path) -> None:
    """The bridge itself lets in whom the file names with the right password, and nobody else."""
    async with bridge_program(tmp_path, "ws://127.0.0.1:9/csms", "2.0.1", *storing(tmp_path)) as bridge:
        for identity, password, status in (("CS-1", "wrong-password-123", 401), ("CS-2", PASSWORD, 404)):
            with pytest.raises(websockets.InvalidStatus) as refused:
                async with connected(Station16, bridge.station_url, identity, password):
                    pass
            assert refused.value.response.status_code == status
