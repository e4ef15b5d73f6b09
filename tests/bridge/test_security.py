"""What a bridge does for the security of both legs, and which addresses it can be opened at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pluglot.app.bridge import BridgeProgram
from pluglot.app.bridge_door import StationCredentials, UpstreamDoor, is_open_road
from pluglot.messages.version import OcppVersion
from pluglot.settings import WrongSetting
from pluglot.transport import Admission, Arrival, Rejection
from tests.bridge.test_program import settings


class Uplinks:
    """A dialer that reaches everybody and remembers what it was given to show."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    async def connect(self, _url: str, _identity: str, _subprotocols: list[str], *, password: Any) -> Any:
        """Make an uplink."""
        self.shown.append(password)
        return self

    async def close(self, _code: int, _reason: str) -> None:
        """End it."""


class Willing:
    """A door that lets everybody in."""

    async def judge(self, arrival: Arrival) -> Admission:
        """Let in."""
        return Admission(identity=arrival.identity, security_profile=arrival.security_profile)


def arrival(profile: int = 1) -> Arrival:
    """A station that shows its password over a link of this security profile."""
    return Arrival(
        identity="CP1",
        offered_subprotocols=("ocpp1.6",),
        user_agent=None,
        remote_address="192.0.2.7",
        user_name="CP1",
        password=b"of-the-station-leg",
        security_profile=profile,
        at=datetime.now(UTC),
    )


def door(uplinks: Uplinks, url: str, **named: Any) -> UpstreamDoor:
    """A door before a management system at this address."""
    dialer: Any = uplinks
    served = (OcppVersion.OCPP_1_6,)
    return UpstreamDoor(dialer, url, OcppVersion.OCPP_2_0_1, served, refused=lambda _: None, **named)


@pytest.mark.requirement("BRG-05")
@pytest.mark.parametrize("profile", [2, 3])
@pytest.mark.parametrize(
    "url",
    [
        "ws://csms.example.com/ocpp",
        "ws://192.0.2.1:9000/ocpp",
        "ws://127.example.com/ocpp",
        "ws://localhost.example.com/ocpp",
        "ws://[2001:db8::1]/ocpp",
        "WS://csms.example.com/ocpp",
        "http://csms.example.com/ocpp",
    ],
)
async def test_what_came_in_protected_does_not_go_on_in_the_clear(url: str, profile: int) -> None:
    """A station that came over TLS is refused where its uplink could be read on the way; nothing is dialled."""
    uplinks = Uplinks()
    verdict = await door(uplinks, url).judge(arrival(profile))
    assert verdict == Rejection(http_status=403, reason="uplink-not-protected")
    assert not uplinks.shown


@pytest.mark.requirement("BRG-05")
@pytest.mark.parametrize(
    ("url", "profile"),
    [
        ("wss://csms.example.com/ocpp", 3),
        ("https://csms.example.com/ocpp", 2),
        ("ws://127.0.0.1:9000/ocpp", 2),
        ("ws://localhost/ocpp", 2),
        ("ws://[::1]:9000/ocpp", 3),
        ("ws://csms.example.com/ocpp", 1),
    ],
)
async def test_a_leg_that_is_strong_enough_is_made(url: str, profile: int) -> None:
    """TLS, this machine, or a station leg that was open already: the uplink is made."""
    uplinks = Uplinks()
    assert isinstance(await door(uplinks, url).judge(arrival(profile)), Admission)
    assert len(uplinks.shown) == 1
    assert is_open_road(url) is (url == "ws://csms.example.com/ocpp")


@pytest.mark.requirement("BRG-05")
@pytest.mark.parametrize("upstream", ["of-the-other-leg", None])
async def test_legs_with_credentials_of_their_own_do_not_share_them(upstream: str | None) -> None:
    """Where a file gives each hop its own password, that of the station is never shown upstream, not even for want."""
    uplinks = Uplinks()
    stations = {"CP1": StationCredentials(station_password="of-the-station-leg", upstream_password=upstream)}
    made = door(uplinks, "ws://127.0.0.1/ocpp", door=Willing(), stations=stations)
    assert isinstance(await made.judge(arrival()), Admission)
    assert uplinks.shown == [upstream]


@pytest.mark.parametrize("key", ["listen", "web"])
@pytest.mark.parametrize("why", ["uses this port already", "[Cc]annot assign|could not bind|not available"])
async def test_an_address_that_cannot_be_used_is_named_with_its_setting(tmp_path: Path, key: str, why: str) -> None:
    """A port that is taken and an address of another machine are told apart, and the setting is named."""
    other = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with other:
        taken = f"127.0.0.1:{other.sockets[0].getsockname()[1]}"
        address = taken if "already" in why else "203.0.113.1:0"
        with pytest.raises(WrongSetting, match=f"{key} = .*{address}.*({why})"):
            async with BridgeProgram(settings(tmp_path, **{key: address})):
                pass
