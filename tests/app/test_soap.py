"""OCPP over SOAP in the programs: addresses that outlast a restart, leniencies, settings, an orderly end."""

from __future__ import annotations

import asyncio
import gzip
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pluglot.app.bridge import BridgeProgram
from pluglot.app.soap_addresses import address_rules, soap_settings
from pluglot.app.soap_road import soap_road
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.settings import BridgeSettings, CsmsSettings, WrongSetting
from pluglot.soap import SoapRule
from pluglot.transport import Listener
from pluglot.transport.addresses import AddressRules
from pluglot.transport.soap_http import CentralSystemService, ChargePointService, SoapCaller
from pluglot.web.base import InvalidInput
from tests.app.soap_houses import IDENTITY, PASSWORD, clear_cache, posting_station, register, soap_house
from tests.network.soap_rig import central_system, http_server
from tests.network.test_soap_http import heartbeat
from tests.soap.envelopes import ADDRESSING, FROM, envelope

V15 = OcppVersion.OCPP_1_5_SOAP


def metric(program: Any, sample: str) -> float:
    """The value of a sample of the metrics; 0 when it is not there."""
    lines = (line.rpartition(" ") for line in program.telemetry.render().decode().splitlines())
    return next((float(value) for name, _, value in lines if name == sample), 0.0)


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SOAP-09")
async def test_a_restarted_management_system_calls_at_once(tmp_path: Path) -> None:
    """The address a station told is durable: after a restart it is called before it has said anything."""
    async with posting_station() as station:
        async with soap_house(tmp_path) as program:
            await register(program)
            await station.boot(program)
        async with soap_house(tmp_path) as program:
            shown = await program.operations.station(IDENTITY)
            assert shown is not None and not shown.connected
            outcome = await clear_cache(program)
            assert (outcome.kind, outcome.response) == ("answered", {"status": "Accepted"})
            shown = await program.operations.station(IDENTITY)
            assert shown is not None and shown.connected
        assert [call.action for call in station.asked] == ["ClearCache"]


@pytest.mark.requirement("SOAP-09", "FW-07")
async def test_a_remembered_address_is_judged_anew(tmp_path: Path) -> None:
    """What the rules forbade since is not called, however often it was called before."""
    async with posting_station() as station:
        async with soap_house(tmp_path) as program:
            await register(program)
            await station.boot(program)
            assert (await clear_cache(program)).kind == "answered"
        for changed in ({"soap_call": ("public",)}, {"soap_https_only": True}):
            async with soap_house(tmp_path, **changed) as program:
                outcome = await clear_cache(program)
                assert outcome.kind != "answered", outcome
        assert len(station.asked) == 1


async def test_a_station_that_is_gone_is_not_shown_as_connected_because_it_was_tried(tmp_path: Path) -> None:
    """The session of a station that was woken for a call ends when nobody answers."""
    async with soap_house(tmp_path) as program:
        await register(program)
        async with posting_station() as station:
            await station.boot(program)
    async with soap_house(tmp_path) as program:
        outcome = await clear_cache(program)
        assert outcome.kind == "timed-out", outcome

        async def is_away() -> bool:
            shown = await program.operations.station(IDENTITY)
            return shown is not None and not shown.connected

        async with asyncio.timeout(30):
            while not await is_away():
                await asyncio.sleep(0.01)


@pytest.mark.requirement("SOAP-09")
async def test_an_address_an_operator_registered_goes_first(tmp_path: Path) -> None:
    """A station that cannot say where it listens is called where the operator says; taken back, its own word counts."""
    async with posting_station() as told, posting_station() as registered, soap_house(tmp_path) as program:
        await register(program)
        await told.boot(program)
        changed = await program.operations.register_address(IDENTITY, registered.url)
        assert changed is not None and (changed.registered_url, changed.told_url) == (registered.url, told.url)
        assert (await clear_cache(program)).kind == "answered"
        assert (len(told.asked), len(registered.asked)) == (0, 1)
        await program.operations.register_address(IDENTITY, None)
        assert (await clear_cache(program)).kind == "answered"
        assert (len(told.asked), len(registered.asked)) == (1, 1)
        with pytest.raises(InvalidInput, match="http"):
            await program.operations.register_address(IDENTITY, "file:///etc/passwd")
        assert await program.operations.register_address("NOBODY", registered.url) is None


@pytest.mark.requirement("SOAP-09", "FW-07")
async def test_registering_opens_no_inner_address(tmp_path: Path) -> None:
    """Loopback and private addresses stay closed to a registered URL unless a setting opens them."""
    async with posting_station() as station, soap_house(tmp_path, soap_call=("public",)) as program:
        await register(program)
        await station.boot(program)
        await program.operations.register_address(IDENTITY, station.url)
        assert (await clear_cache(program)).kind == "refused"
        assert station.asked == []
    async with posting_station() as station, soap_house(tmp_path, soap_call=("127.0.0.0/8",)) as program:
        await program.operations.register_address(IDENTITY, station.url)
        assert (await clear_cache(program)).kind == "answered"


async def test_no_address_and_the_anonymous_one_leave_what_is_known(tmp_path: Path) -> None:
    """Generated clients say the anonymous address, or none; neither overwrites where the station was."""
    anonymous = FROM.replace("http://192.0.2.10:8080/cp", f"{ADDRESSING}/anonymous")
    async with posting_station() as station, soap_house(tmp_path) as program:
        await register(program)
        await station.boot(program)
        for said in (anonymous, "", FROM.replace("http:", "gopher:")):
            assert (await station.heartbeat(program, **{"from": said}))[0] == 200
        kept = await program.operations.station_address(IDENTITY)
        assert kept is not None and (kept.told_url, kept.told_from) == (station.url, "127.0.0.1")
        assert (await clear_cache(program)).kind == "answered"


@pytest.mark.requirement("SOAP-10")
async def test_a_new_address_counts_from_the_message_that_tells_it(tmp_path: Path) -> None:
    """A station that moved is called at its new address, also after a restart."""
    async with posting_station() as first, posting_station() as second:
        async with soap_house(tmp_path) as program:
            await register(program)
            await first.boot(program)
            await second.boot(program)
            assert (await clear_cache(program)).kind == "answered"
        async with soap_house(tmp_path) as program:
            assert (await clear_cache(program)).kind == "answered"
        assert (len(first.asked), len(second.asked)) == (0, 2)


async def test_a_removed_station_is_not_called_any_more(tmp_path: Path) -> None:
    """With the station go its session and its address."""
    async with posting_station() as station, soap_house(tmp_path) as program:
        await register(program)
        await station.boot(program)
        assert await program.operations.remove_station(IDENTITY)
        await register(program)
        assert (await clear_cache(program)).kind == "offline"
        assert station.asked == []
        await station.boot(program)
        assert (await clear_cache(program)).kind == "answered"


async def test_two_silent_intervals_are_an_absence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A station that is not heard for two heartbeat intervals has left; its next message brings it back."""
    monkeypatch.setattr("pluglot.soap.presence._SHORTEST", timedelta(seconds=0.1))

    async def connected(program: Any) -> bool:
        shown = await program.operations.station(IDENTITY)
        return shown is not None and shown.connected

    async with posting_station() as station, soap_house(tmp_path, heartbeat_interval=2) as program:
        await register(program)
        await station.boot(program)
        assert await connected(program)
        async with asyncio.timeout(30):
            while await connected(program):
                await asyncio.sleep(0.02)
        assert (await station.heartbeat(program))[0] == 200
        assert await connected(program)


@pytest.mark.requirement("SOAP-08")
async def test_soap_is_off_unless_asked_for(tmp_path: Path) -> None:
    """The program answers no post by default."""
    assert not CsmsSettings().soap and not BridgeSettings(to="ws://127.0.0.1:1/x", as_="2.1").soap
    async with posting_station() as station, soap_house(tmp_path, soap=False) as program:
        await register(program)
        assert (await station.heartbeat(program))[0] == 426


# --- settings and metrics ------------------------------------------------------------------------------------------


def test_what_may_be_called_is_said_in_words() -> None:
    """Kinds, networks and names make the rules; nothing but the station's own address is called by default."""
    assert address_rules(CsmsSettings().soap_call, https_only=False) == AddressRules()
    rules = address_rules(("public", "10.1.0.0/16", "192.0.2.7", "::1", "station.example"), https_only=True)
    assert rules == AddressRules(
        schemes=("https",),
        hosts=("station.example",),
        networks=("10.1.0.0/16", "192.0.2.7", "::1"),
        own_address=False,
        any_public=True,
    )
    assert address_rules(("own", "private"), https_only=False) == AddressRules(any_private=True)


def test_strictness_is_by_name() -> None:
    """Mistakes are named as in the metrics; an unknown name is refused with the known ones."""
    assert soap_settings(CsmsSettings()).forbidden == ()
    assert soap_settings(CsmsSettings(call_timeout=7)).call_timeout == 7
    assert soap_settings(CsmsSettings(soap_strict=("missingFrom",))).forbidden == (SoapRule.MISSING_FROM,)
    assert set(soap_settings(CsmsSettings(soap_strict=("all",))).forbidden) == set(SoapRule)
    with pytest.raises(WrongSetting, match=r"soap_strict = 'missingform': must be all, or some of soap11"):
        soap_settings(CsmsSettings(soap_strict=("missingForm".lower(),)))


async def test_mistakes_are_counted_or_refused_as_the_operator_wants(tmp_path: Path) -> None:
    """What is overlooked is in the metrics by version and rule; what is forbidden is answered with a fault."""
    sample = 'pluglot_soap_overlooked_total{rule="missingTo",version="1.5s"}'
    async with posting_station() as station, soap_house(tmp_path) as program:
        await register(program)
        await station.boot(program)
        for expected in (1, 2):
            assert (await station.heartbeat(program, to=""))[0] == 200
            assert metric(program, sample) == expected
    async with posting_station() as station, soap_house(tmp_path, soap_strict=("missingTo",)) as program:
        await station.boot(program)
        status, body = await station.heartbeat(program, to="")
        assert status == 400 and b"ProtocolError" in body
        assert metric(program, sample) == 0


# --- an orderly end ------------------------------------------------------------------------------------------------


async def test_the_services_are_closed_after_their_listeners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First nothing more comes in, then what is still being served is ended: at the house, a station, a bridge."""
    ends: list[str] = []

    def noting(kind: Any, name: str, word: str) -> None:
        real = getattr(kind, name)

        async def noted(self: Any, *arguments: Any) -> Any:
            ends.append(word)
            return await real(self, *arguments)

        monkeypatch.setattr(kind, name, noted)

    noting(Listener, "stop", "listener")
    noting(CentralSystemService, "close", "central-system service")
    noting(aiohttp.web.ServerRunner, "cleanup", "station's listener")
    noting(ChargePointService, "close", "charge-point service")
    noting(SoapCaller, "close", "caller")
    async with soap_house(tmp_path):
        pass
    assert ends == ["listener", "central-system service", "caller"]
    ends.clear()
    async with soap_road("http://127.0.0.1:1/", V15, "127.0.0.1", 0):
        pass
    assert ends == ["station's listener", "charge-point service", "caller"]
    ends.clear()
    bridge = BridgeSettings(to="ws://127.0.0.1:1/x", as_="2.0.1", listen="127.0.0.1:0", state=str(tmp_path), soap=True)
    async with BridgeProgram(bridge):
        pass
    assert ends == ["listener", "central-system service", "caller"]


@pytest.mark.requirement("PWD-06")
async def test_a_password_in_a_header_is_not_kept(tmp_path: Path) -> None:
    """Headers that nobody must understand are let in, whatever they hold; the message log does not show it."""
    security = '<w:Security xmlns:w="urn:w"><w:Password>s3cret-s3cret</w:Password></w:Security>'
    async with posting_station() as station, soap_house(tmp_path) as program:
        await register(program)
        await station.boot(program)
        status, _ = await station.heartbeat(program, security=security)
        assert status == 200
        logged = await program.store.queries.messages(filters={}, limit=1, cursor=None)
        assert logged.items[0].action == "Heartbeat"
        assert "s3cret" not in logged.items[0].request_frame


async def test_a_post_under_way_does_not_outlive_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is being committed while the program ends is not answered, and leaves no work behind."""
    committing, never = asyncio.Event(), asyncio.Event()
    async with posting_station() as station, soap_house(tmp_path) as program:
        await register(program)
        await station.boot(program)
        real = program.store.commit

        async def stuck(facts: Any) -> None:
            if any(type(fact).__name__ == "MessageExchanged" for fact in facts):
                committing.set()
                await never.wait()
            await real(facts)

        monkeypatch.setattr(program.store, "commit", stuck)
        post = asyncio.create_task(station.heartbeat(program))
        await asyncio.wait_for(committing.wait(), 30)
    with pytest.raises(aiohttp.ClientError):
        await post
    running = [task for task in asyncio.all_tasks() if "_in_turn" in repr(task.get_coro())]
    assert running == []


# --- our own station's listener ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("127.0.0.1", r"soap_listen = '127\.0\.0\.1:\d+': another program uses this port already"),
        ("192.0.2.1", r"soap_listen = '192\.0\.2\.1:\d+': cannot be listened on: cannot assign requested address"),
        ("0.0.0.0", r"soap_url = None: must be given, because 0\.0\.0\.0 in soap_listen is every address"),  # noqa: S104 - refused
    ],
)
async def test_what_is_wrong_with_the_address_of_a_station_is_said(host: str, why: str) -> None:
    """The setting is named, and what the system says against it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WrongSetting, match=why):
            async with soap_road("http://127.0.0.1:1/", V15, host, taken.getsockname()[1]):
                pass


class Accepting:
    """Serves what a central system asks."""

    def __init__(self) -> None:
        self.uplink: Any = None

    async def serve(self, received: Any) -> None:
        """Accept."""
        answer = wire16.ResetResponse(status=wire16.ResetStatus.ACCEPTED)
        await self.uplink.answer(received.message_id, answer)


@pytest.mark.requirement("SOAP-06", "SOAP-10")
@pytest.mark.parametrize("own_url", [None, "http://station.example:8080/cp"])
async def test_our_station_tells_its_address_and_understands_compressed_commands(own_url: str | None) -> None:
    """It says the address of its listener, or the one it was given; a command may be compressed."""
    async with (
        central_system(heartbeat) as central,
        soap_road(central.url, V15, "127.0.0.1", 0, own_url=own_url) as road,
    ):
        server = Accepting()
        uplink: Any = await road.connect(IDENTITY, password=PASSWORD, server=server, call_timeout=timedelta(seconds=30))
        server.uplink = uplink
        await uplink.call(wire16.HeartbeatRequest())
        told = central.calls[0].from_address
        assert told is not None
        if own_url is not None:
            assert told == own_url
            return
        body = envelope("<cs:resetRequest><cs:type>Soft</cs:type></cs:resetRequest>", namespace="urn://Ocpp/Cp/2012/06/",
                        action="<a:Action>/Reset</a:Action>")  # fmt: skip
        headers = {"Content-Type": "application/soap+xml", "Content-Encoding": "gzip"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(told, data=gzip.compress(body), headers=headers) as response,
        ):
            assert response.status == 200
            assert b"Accepted" in await response.read()


async def test_slow_answers_to_some_stations_do_not_keep_the_others_waiting() -> None:
    """A central system that answers nobody before it has heard twenty stations hears all twenty."""
    heard, all_are_here = 0, asyncio.Event()

    async def together(_: Any) -> web.Response:
        nonlocal heard
        heard += 1
        if heard == 20:
            all_are_here.set()
        await all_are_here.wait()
        return web.Response(status=418)

    async with http_server(together) as url, soap_road(url, V15, "127.0.0.1", 0) as road:
        peers = [road.peer(f"CP{number}", None) for number in range(20)]
        for peer in peers:
            peer.timeout = 30.0
        exchanged = await asyncio.gather(*(peer.exchange(wire16.HeartbeatRequest()) for peer in peers))
    assert [one.http_status for one in exchanged] == [418] * 20
