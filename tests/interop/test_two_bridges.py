"""A 1.6 station through two bridges, 1.6 to 2.0.1 to 1.6: its management system hears what it hears without them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import ocpp.v16.call as v16
import pytest

from tests.bridging import bridge_program
from tests.interop.management_systems import central_system
from tests.interop.python_stations import Station16, connected, text

PASSWORD = "a-password-for-basic"
TRANSACTION = 4242
Heard = list[tuple[str, dict[str, Any]]]
#: Everything is told with its own time, within some minutes before now.
BEGIN = datetime.now(UTC).replace(microsecond=0)


class Session:
    """What the station tells and is asked, from boot to a fault."""

    def __init__(self, station: Any, central: Any) -> None:
        self.station = station
        self.central = central
        #: What the management system was answered.
        self.answers: list[Any] = []

    async def run(self) -> None:
        """All of it."""
        await self._boots()
        await self._is_asked()
        await self._charges()
        await self._stops()
        await self._fails()

    async def _boots(self) -> None:
        await self.station.call(
            v16.BootNotification(
                charge_point_vendor="Elsewhere",
                charge_point_model="E-16",
                charge_point_serial_number="P-1",
                charge_box_serial_number="B-1",
                firmware_version="1.2.3",
                iccid="89310410106543789301",
                imsi="204046620100000",
                meter_type="M-3",
                meter_serial_number="M-3-7",
            )
        )
        await self._status("Available", 1, connector_id=0)
        await self._status("Available", 1)
        async with asyncio.timeout(60):
            while not any(said.get("connector_id") == 1 for _, said in self.central.heard):
                await asyncio.sleep(0.02)

    async def _is_asked(self) -> None:
        self.answers += [
            await self.central.set_and_get(),
            await self.central.limit(10),
            await self.central.diagnose(),
        ]
        await self.station.tell_uploaded()
        self.answers.append(await self.central.remote_start())
        self.answers += [self.station.configuration, self.station.profiles, self.station.logs_wanted]
        self.answers.append(await asyncio.wait_for(self.station.remote_starts.get(), 60))

    async def _charges(self) -> None:
        call = self.station.call
        await call(v16.Authorize(id_tag="REMOTE"))
        await self._status("Preparing", 3)
        started = await call(v16.StartTransaction(connector_id=1, id_tag="REMOTE", meter_start=1000, timestamp=at(4)))
        self.station.transaction_id = started.transaction_id
        await self._status("Charging", 5)
        samples = [
            sample("1500"),
            sample("11.5", "Power.Active.Import", "kW"),
            sample("16", "Current.Import", "A", phase="L1"),
        ]
        await self._reads(samples, 6)
        await self._status("SuspendedEV", 7)
        await self._status("SuspendedEVSE", 8)
        await self._status("Charging", 9)
        await self._reads([sample("2.1", unit="kWh"), sample("40", "SoC", "Percent", location="EV")], 10)

    async def _stops(self) -> None:
        self.answers.append(await self.central.remote_stop())
        data = [
            moment([sample("1000", context="Transaction.Begin")], 4),
            moment([sample("1500", context="Sample.Clock")], 6),
            moment(
                [
                    sample("2345", context="Transaction.End"),
                    sample("0", "Power.Active.Import", "W", context="Transaction.End"),
                ],
                11,
            ),
        ]
        await self.station.call(
            v16.StopTransaction(
                meter_stop=2345,
                timestamp=at(11),
                transaction_id=self.station.transaction_id,
                reason="Remote",
                transaction_data=data,
            )
        )
        await self._status("Finishing", 12)
        await self._status("Available", 13)

    async def _fails(self) -> None:
        call = self.station.call
        await self._status(
            "Faulted", 14, error_code="GroundFailure", info="RCD 30mA", vendor_error_code="E42", vendor_id="elsewhere"
        )
        await self._status("Available", 15)
        await self._status("Unavailable", 16)
        await self._status("Unavailable", 17, connector_id=0)
        await call(v16.Heartbeat())
        await call(v16.DataTransfer(vendor_id="elsewhere", message_id="hello", data="there"))
        await call(v16.FirmwareStatusNotification(status="Installed"))
        await call(v16.DiagnosticsStatusNotification(status="Idle"))

    async def _status(
        self, status: str, second: int, *, connector_id: int = 1, error_code: str = "NoError", **more: Any
    ) -> None:
        said = v16.StatusNotification(
            connector_id=connector_id, error_code=error_code, status=status, timestamp=at(second), **more
        )
        await self.station.call(said)

    async def _reads(self, samples: list[dict[str, Any]], second: int) -> None:
        values = [moment(samples, second)]
        await self.station.call(
            v16.MeterValues(connector_id=1, transaction_id=self.station.transaction_id, meter_value=values)
        )


def at(second: int) -> str:
    """A time of the session."""
    return text(BEGIN + timedelta(seconds=second))


def moment(samples: list[dict[str, Any]], second: int) -> dict[str, Any]:
    """Samples of one time."""
    return {"timestamp": at(second), "sampledValue": samples}


def sample(
    value: str, measurand: str = "Energy.Active.Import.Register", unit: str = "Wh", **more: Any
) -> dict[str, Any]:
    """A sample."""
    return {"value": value, "measurand": measurand, "unit": unit, **more}


class Difference(NamedTuple):
    """A difference that the two bridges may make."""

    #: Which message without bridges is looked at, with its action.
    applies: Callable[[str, dict[str, Any]], bool]
    #: What is heard instead.
    becomes: Callable[[dict[str, Any]], list[dict[str, Any]]]
    reason: str


def without(*fields: str) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """The message without these fields."""
    return lambda said: [{name: value for name, value in said.items() if name not in fields}]


def is_status(status: str, second: int) -> Callable[[str, dict[str, Any]], bool]:
    """Whether a message is this status of the session."""
    return lambda action, said: (
        action == "StatusNotification" and (said["status"], said["timestamp"]) == (status, at(second))
    )


DIFFERENCES = (
    Difference(
        lambda action, _: action == "BootNotification",
        without("charge_box_serial_number", "meter_type", "meter_serial_number"),
        "5.1: a 2.x boot has one serial number and nothing of the meter; both are listed as lost, "
        "and the meter is in the device model",
    ),
    Difference(
        is_status("Finishing", 12),
        lambda said: [{**said, "timestamp": at(11)}],
        "5.4.4: 2.x has no Finishing; it is worked out when the transaction ends, a moment before the station says so",
    ),
    Difference(
        is_status("Faulted", 14),
        lambda said: [{**said, "status": "Available"}, said],
        "5.4.3, 5.4.4: 2.x tells the error and the status in two messages, the error first; 1.6 hears a warning before",
    ),
    Difference(
        is_status("Available", 15),
        lambda said: [{**said, "status": "Faulted", "error_code": "OtherError"}, said],
        "5.4.3, 5.4.4: the error is over a message before the status is; a fault of unknown kind is left for a moment",
    ),
)


def allowed(heard: Heard) -> Heard:
    """What may be heard through two bridges instead of this."""
    changed: Heard = []
    for action, said in heard:
        becomes = next((one.becomes(said) for one in DIFFERENCES if one.applies(action, said)), [said])
        changed += [(action, one) for one in becomes]
    return changed


def comparable(heard: Heard) -> Heard:
    """Every message with the defaults of the standard written out and numbers as numbers; nothing is left out."""
    return [(action, _plain(said)) for action, said in heard]


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    plain = {**said}
    for name in ("meter_value", "transaction_data"):
        if plain.get(name):
            plain[name] = [
                {**value, "sampled_value": [_sample(one) for one in value["sampled_value"]]} for value in plain[name]
            ]
    return plain


def _sample(said: dict[str, Any]) -> dict[str, Any]:
    defaults = {"context": "Sample.Periodic", "format": "Raw", "location": "Outlet"}
    return {**defaults, **said, "value": float(said["value"])}


async def session(url: str, stations: asyncio.Queue[Any], messages: int = 0) -> Session:
    """A session of a station that connects here; it stays until so many messages were heard above."""
    async with connected(Station16, url, "CS-1", PASSWORD) as station:
        told = Session(station, await asyncio.wait_for(stations.get(), 60))
        await told.run()
        async with asyncio.timeout(60):
            while len(told.central.heard) < messages:
                await asyncio.sleep(0.02)
    return told


@pytest.mark.requirement("BRG-02")
async def test_two_bridges_change_nothing(tmp_path: Path) -> None:
    """All messages in their order with all their fields, and all answers, but for what the table says and why."""
    async with central_system("1.6") as (url, stations):
        direct = await session(url, stations)
        async with (
            bridge_program(tmp_path, url, "1.6") as second,
            bridge_program(tmp_path, second.station_url, "2.0.1") as first,
        ):
            through = await session(first.station_url, stations, len(allowed(direct.central.heard)))
    assert comparable(through.central.heard) == comparable(allowed(direct.central.heard))
    assert through.answers == direct.answers
    assert len(direct.central.heard) > 20


async def test_every_difference_is_needed_and_has_its_reason() -> None:
    """Without bridges each row of the table meets one message, and changes it."""
    async with central_system("1.6") as (url, stations):
        heard = (await session(url, stations)).central.heard
    for one in DIFFERENCES:
        (said,) = [said for action, said in heard if one.applies(action, said)]
        assert one.reason
        assert one.becomes(said) != [said]
