"""The bridge as a program: its settings, its status page, its metrics."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from pluglot.app.bridge import BridgeProgram
from pluglot.app.bridge_door import read_credentials
from pluglot.app.bridged import Bridged
from pluglot.dialects import websocket_versions
from pluglot.dialects.losses import Loss
from pluglot.messages.version import OcppVersion
from pluglot.settings import BridgeSettings, WrongSetting, load

HOSTILE = "<script>alert(1)</script>\x1b[31m"


def settings(folder: Path, **given: Any) -> BridgeSettings:
    """Settings of a bridge in a folder of the test."""
    arguments = {
        "to": "ws://127.0.0.1:9/csms",
        "as": "2.0.1",
        "listen": "127.0.0.1:0",
        "web": "127.0.0.1:0",
        "state": str(folder / "state"),
        **given,
    }
    return load(BridgeSettings, "bridge", file=None, environment={}, arguments=arguments)


@pytest.mark.requirement("UI-02", "BRG-01")
async def test_text_of_stations_is_text_on_the_page(tmp_path: Path) -> None:
    """What stations say can neither become markup nor run, and a password in a setting is not shown."""
    async with BridgeProgram(settings(tmp_path)) as program:
        station = Bridged(HOSTILE, program.shared)
        station.lost(
            (
                Loss("StatusNotification", HOSTILE, {"a": HOSTILE}, "no such field"),
                Loss("SetVariables", "attributeValue", "a-secret-password", "no such variable"),
            )
        )
        program.remember(station)
        async with httpx.AsyncClient(base_url=program.page or "", timeout=30, trust_env=False) as client:
            page, listed = await client.get("/"), await client.get("/api/v1/stations")
            one, none = (
                await client.get(f"/api/v1/stations/{quote(HOSTILE, safe='')}"),
                await client.get("/api/v1/stations/nobody"),
            )
            metrics = await client.get("/metrics")
            style = await client.get("/style.css")
    assert "<script>" not in page.text and "\x1b" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "a-secret-password" not in page.text + listed.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert listed.json()["items"][0] == one.json()
    assert one.json()["lossCount"] == 2
    assert none.status_code == 404
    assert 'pluglot_bridge_losses_total{action="StatusNotification"} 1.0' in metrics.text
    assert style.headers["Content-Type"].startswith("text/css")


def test_what_the_bridge_needs_must_be_said(tmp_path: Path) -> None:
    """Where to and as what have no defaults; wrong values are refused with their rule."""
    for wrong, key in (
        ({"to": None}, "to"),
        ({"as": None}, "as"),
        ({"as": "1.5"}, "as"),
        ({"to": "ftp://csms.example.com"}, "to"),
        ({"mode": "sometimes"}, "mode"),
        ({"web": "8081"}, "web"),
    ):
        with pytest.raises(WrongSetting) as caught:
            settings(tmp_path, **wrong)
        assert caught.value.key == key


def test_settings_come_from_the_file_and_the_environment(tmp_path: Path) -> None:
    """``as`` is a key like any other."""
    file = tmp_path / "pluglot.toml"
    file.write_text('[bridge]\nto = "wss://csms.example.com/ocpp"\nas = "1.6"\ncall-timeout = 20\n')
    found = load(BridgeSettings, "bridge", file=file, environment={"PLUGLOT_AS": "2.1"}, arguments={})
    assert (found.to, found.as_, found.call_timeout) == ("wss://csms.example.com/ocpp", "2.1", 20.0)


async def test_storing_needs_credentials(tmp_path: Path) -> None:
    """A bridge that lets stations in by itself must know them."""
    with pytest.raises(WrongSetting, match="credentials"):
        async with BridgeProgram(settings(tmp_path, mode="store-and-forward")):
            pass


@pytest.mark.parametrize(
    "text",
    [
        "stations = 5",
        "[stations.X]\nstation-pasword = 'secret-secret-12'",
        "[stations.X]\nupstream-password = 'secret-secret-12'",
        "[stations.X]\nstation-password = 'secret-secret-12'\nstation-verifier = 'argon2:plain:x'",
        "not toml at all: secret-secret-12",
    ],
)
def test_a_wrong_file_of_credentials_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    """The message says what is wrong and no password."""
    file = tmp_path / "credentials.toml"
    file.write_text(text)
    with pytest.raises(WrongSetting) as caught:
        read_credentials(str(file))
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(caught.value.__cause__)


def test_every_version_over_a_websocket_is_served() -> None:
    """Newest first, and no SOAP among them."""
    versions = websocket_versions()
    assert versions[0] is OcppVersion.OCPP_2_1
    assert {OcppVersion.OCPP_1_6, OcppVersion.OCPP_2_0_1} <= set(versions)
    assert not any(version.is_soap for version in versions)


@pytest.mark.requirement("RPC-11")
async def test_mistakes_are_overlooked_only_where_the_operator_says_so(tmp_path: Path) -> None:
    """A bridge is as strict as the schemas unless ``lenient`` names a mistake; the same holds on both hops."""
    for given, lenient in (({}, ()), ({"lenient": "enumCase,unknownProperty"}, ("enumCase", "unknownProperty"))):
        async with BridgeProgram(settings(tmp_path, **given)) as program:
            assert program.shared.conversation.lenient == lenient
    with pytest.raises(WrongSetting, match="lenient"):
        settings(tmp_path, lenient="everything")


class Timed:
    """A joint whose time has always come."""

    is_relay = False

    def __init__(self, advance: Any) -> None:
        self.advance = advance

    def next_deadline(self) -> datetime:
        """Long ago."""
        return datetime(2020, 1, 1, tzinfo=UTC)


async def test_the_time_of_one_station_passes_whatever_another_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that has more to be told than its peer takes nor one whose dialect fails keeps the others waiting."""
    monkeypatch.setattr("pluglot.app.bridge.TICK_SECONDS", 0.01)
    passed: asyncio.Queue[None] = asyncio.Queue()
    never = asyncio.Event()

    def fails() -> Any:
        raise RuntimeError("a dialect is broken")

    def goes_on() -> list[Any]:
        passed.put_nowait(None)
        return []

    class Unknown(Timed):
        def next_deadline(self) -> datetime:
            raise RuntimeError("a dialect is broken")

    joints: dict[str, Any] = {
        "SLOW": Timed(lambda: [never.wait] * 40),
        "BROKEN": Timed(fails),
        "UNKNOWN": Unknown(fails),
        "GOOD": Timed(goes_on),
    }
    async with BridgeProgram(settings(tmp_path)) as program:
        stations = []
        for identity, joint in joints.items():
            stations.append(Bridged(identity, program.shared))
            stations[-1].joint = joint
            program.remember(stations[-1])
        async with asyncio.timeout(30):
            for _ in range(3):
                await passed.get()
        await asyncio.gather(*(station.rests.close() for station in stations))


async def test_an_uplink_whose_station_leaves_before_its_turn_is_closed(tmp_path: Path) -> None:
    """A station that is gone while an older link of its own still ends leaves no uplink behind."""
    closed: list[int] = []

    class Uplink:
        async def close(self, code: int, _reason: str) -> None:
            closed.append(code)

    claimed = asyncio.Event()

    def claim(_: str) -> Any:
        claimed.set()
        return Uplink()

    async with BridgeProgram(settings(tmp_path)) as program:
        upstream: Any = SimpleNamespace(claim=claim)
        program._upstream = upstream  # noqa: SLF001 - a moment between two links, which no peer can hold open
        async with program._turns.setdefault("CP1", asyncio.Lock()):  # noqa: SLF001 - as above
            carrying = program._carry(SimpleNamespace(identity="CP1"), None)  # noqa: SLF001 - as above
            carried = asyncio.create_task(carrying)
            await claimed.wait()
            carried.cancel()
            await asyncio.wait({carried})
    assert carried.cancelled()
    assert closed == [1001]
