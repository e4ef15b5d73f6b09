"""The handshake over real sockets: who gets a link, and how everybody else is refused."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pluglot.messages.version import OcppVersion
from pluglot.transport import (
    AddressInUse,
    CannotListen,
    ClientSettings,
    Links,
    Listener,
    ListenerSettings,
    Refused,
    SubprotocolMismatch,
    Unreachable,
    connect,
)
from pluglot.transport.handshake import accept_value
from tests.network.transport_rig import PASSWORD, dialled, running

PATIENT = 30.0
VERSIONS = (OcppVersion.OCPP_2_1, OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_1_6)


@pytest.mark.requirement("WS-01", "PWD-01")
@pytest.mark.parametrize(
    ("path", "user", "identity"),
    [
        ("/ocpp/CS%7C1", "CS|1", "CS|1"),
        ("/ocpp/CS%201", "CS 1", "CS 1"),
        ("/ocpp/%C3%84-1", "Ä-1", "Ä-1"),
        ("/any/where/CS%2520", "CS%20", "CS%20"),
        ("/CS-1?x=/CS-2", "CS-1", "CS-1"),
    ],
)
async def test_an_encoded_identity_reaches_its_own_station(path: str, user: str, identity: str) -> None:
    """The identity is decoded once, whatever stands before it."""
    async with running() as rig, dialled(rig) as client:
        status, _, _ = await client.ask(path, user=user, subprotocols="ocpp1.6")
        assert status == 101
        assert rig.looked_up == [identity]
        assert rig.links.current(identity) is not None


@pytest.mark.requirement("WS-01", "WS-02")
@pytest.mark.parametrize(
    "path", ["/ocpp/CS%00", "/ocpp/CS%2F1", "/ocpp/CS%3A1", "/ocpp/CS%", "/ocpp/", "/ocpp/CS" + "1" * 47]
)
async def test_what_is_no_identity_is_refused_and_shown_at_the_door(path: str) -> None:
    """A bad identity is answered like an unknown one, without looking anybody up."""
    async with running() as rig, dialled(rig) as client:
        status, _, _ = await client.ask(path)
        assert status == 404
        assert rig.looked_up == []
        assert [rejection.reason for _, rejection in rig.refusals] == ["bad-identity"]


@pytest.mark.requirement("WS-02")
async def test_an_identity_that_only_fits_1_6_is_refused_for_2_x() -> None:
    """48 characters of identifierString are accepted, a space only in 1.6."""
    long_name = "CS" + "1" * 46
    async with running() as rig:
        async with dialled(rig) as client:
            assert (await client.ask(f"/ocpp/{long_name}", user=long_name))[0] == 101
        async with dialled(rig) as client:
            assert (await client.ask("/ocpp/CS%201", user="CS 1", subprotocols="ocpp2.0.1"))[0] == 404


@pytest.mark.requirement("WS-03", "HRD-01", "HRD-02")
@pytest.mark.parametrize(("hide", "unknown_status"), [(False, 404), (True, 401)])
async def test_an_unknown_station_and_a_wrong_password_are_refused_before_the_upgrade(
    *, hide: bool, unknown_status: int
) -> None:
    """By default unknown is 404 and wrong is 401; with hidden identities both answers are the same, byte for byte."""
    async with running(hide_identities=hide, refusal_time=0.01) as rig:
        answers = []
        for identity in ("XX-1", "CS-1"):
            async with dialled(rig) as client:
                status, headers, body = await client.ask(f"/ocpp/{identity}", user=identity, password="x" * 16)
                headers.pop("date")
                answers.append((status, headers, body))
        assert [status for status, _, _ in answers] == [unknown_status, 401]
        assert (answers[0] == answers[1]) is hide
        assert answers[1][1]["www-authenticate"].startswith("Basic")
        assert [rejection.reason for _, rejection in rig.refusals] == ["unknown", "wrong-password"]
        assert len(rig.links) == 0
        assert rig.served == []


@pytest.mark.requirement("WS-03")
async def test_with_hidden_identities_a_thousand_refusals_take_the_same_time_and_say_the_same() -> None:
    """A slower look-up of known stations does not show in the time of the refusal, and nothing in its form."""
    times: dict[str, list[float]] = {"XX": [], "CS": []}
    answers = []

    async def knock(worker: int) -> None:
        for number in range(25):
            kind = ("XX", "CS")[(worker + number) % 2]
            identity = f"{kind}-{worker * 25 + number}"
            async with dialled(rig) as client:
                began = time.monotonic()
                status, headers, body = await client.ask(f"/ocpp/{identity}", user=identity, password="x" * 16)
                times[kind].append(time.monotonic() - began)
                headers.pop("date")
                answers.append((status, headers, body))

    async with running(hide_identities=True, refusal_time=0.2) as rig, asyncio.TaskGroup() as workers:
        for worker in range(40):
            workers.create_task(knock(worker))
    unknown, wrong = times["XX"], times["CS"]
    assert len(unknown) == len(wrong) == 500
    assert min(unknown + wrong) >= 0.199
    # What a busy machine adds to both is no difference between them: the times of one kind tell how much that is.
    noise = max(quartiles[2] - quartiles[0] for quartiles in map(statistics.quantiles, (unknown, wrong)))
    assert abs(statistics.median(unknown) - statistics.median(wrong)) < max(0.02, noise)
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.requirement("PWD-01")
@pytest.mark.parametrize("user", ["cs-1", "CS-1 ", " CS-1", "CS-2", "\u0421S-1", "CS-1\u200b", ""])
async def test_the_user_name_must_be_the_identity_byte_for_byte(user: str) -> None:
    """Another case, a look-alike, a space more: refused, although the password is right."""
    async with running() as rig, dialled(rig) as client:
        assert (await client.ask("/ocpp/CS-1", user=user))[0] == 401


@pytest.mark.requirement("HRD-01")
@pytest.mark.parametrize(
    ("user", "password"), [(None, ""), ("CS-1", ""), ("CS-1", PASSWORD + "x"), ("CS-1", PASSWORD[:-1])]
)
async def test_nobody_gets_in_without_the_password(user: str | None, password: str) -> None:
    """No credentials, an empty password or a nearly right one: no link, and frames sent early are not read."""
    async with running() as rig, dialled(rig) as client:
        assert (await client.ask(user=user, password=password))[0] == 401
        client.text(b'[2,"1","Heartbeat",{}]')
        assert await client.event() is None
        assert rig.received == []
        assert rig.served == []


@pytest.mark.requirement("WS-05", "WS-06")
@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ("ocpp2.1", "ocpp2.1"),
        ("ocpp1.6, ocpp2.1", "ocpp1.6"),
        ("ocpp9, ocpp2.0.1,ocpp1.6", "ocpp2.0.1"),
        ("ocpp1.2, ocpp1.5, ocpp2.0, ocpp2.1, ocpp1.6", "ocpp2.1"),
    ],
)
async def test_exactly_one_subprotocol_is_echoed_the_first_of_the_station_that_is_supported(
    offered: str, chosen: str
) -> None:
    """The station's order decides, the URL does not."""
    async with running(versions=VERSIONS) as rig, dialled(rig) as client:
        status, headers, _ = await client.ask("/ocpp1.6/CS-1", subprotocols=offered)
        assert status == 101
        assert headers["sec-websocket-protocol"] == chosen
        link = rig.links.current("CS-1")
        assert link is not None
        assert link.version.subprotocol == chosen


@pytest.mark.requirement("WS-07")
@pytest.mark.parametrize("offered", [None, "ocpp1.5", "mqtt, ocpp3.0"])
async def test_without_a_common_subprotocol_the_upgrade_is_refused_by_default(offered: str | None) -> None:
    """No common name: no upgrade, and the door shows what was offered."""
    async with running() as rig, dialled(rig) as client:
        status, _, _ = await client.ask(subprotocols=offered)
        assert status == 400
        arrival, rejection = rig.refusals[0]
        assert rejection.reason == "unsupported-subprotocol"
        assert arrival.offered_subprotocols == (tuple(offered.split(", ")) if offered else ())


@pytest.mark.requirement("WS-07")
@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ("ocpp9", "offered ocpp9."),
        (None, "offered nothing."),
        ("\xe9<b>\x9b" + "x" * 500, "offered \\xe9<b>\\x9b" + "x" * 21 + "."),
        (", ".join(f"v{number}" for number in range(20)), "offered v0, v1, v2, v3, v4, v5, v6, v7 and more."),
    ],
)
async def test_a_refusal_for_want_of_a_common_version_says_what_is_spoken(offered: str | None, said: str) -> None:
    """Who configures the station reads both sides of the mismatch; what was offered is cut and escaped."""
    async with running() as rig, dialled(rig) as client:
        status, headers, body = await client.ask(subprotocols=offered)
        assert (status, headers["content-type"]) == (400, "text/plain; charset=utf-8")
        spoken = "spoken here ocpp2.1, ocpp2.0.1, ocpp2.0, ocpp1.6; "
        assert body.decode() == f"No OCPP version in common: {spoken}{said}\n"


@pytest.mark.requirement("WS-07")
async def test_without_a_common_subprotocol_the_link_is_closed_at_once_when_so_set() -> None:
    """The other reading of the specification: finish the handshake without the header, then close."""
    async with running(no_common_subprotocol="close-after") as rig, dialled(rig) as client:
        status, headers, _ = await client.ask(subprotocols="ocpp1.5")
        assert status == 101
        assert "sec-websocket-protocol" not in headers
        assert await client.closed_with() == 1002
        assert rig.served == []
        assert len(rig.refusals) == 1
        with pytest.raises(SubprotocolMismatch):
            await connect(rig.url, "CS-1", ["ocpp1.5"], password=PASSWORD)


@pytest.mark.requirement("WS-17")
async def test_a_browser_is_refused_unless_its_origin_is_named() -> None:
    """A request with an Origin is no station."""
    async with running(allowed_origins=("https://lab.example",)) as rig:
        async with dialled(rig) as client:
            assert (await client.ask(extra=["Origin: https://evil.example"]))[0] == 403
        async with dialled(rig) as client:
            assert (await client.ask(extra=["Origin: null"]))[0] == 403
        assert rig.looked_up == []
        async with dialled(rig) as client:
            assert (await client.ask(extra=["Origin: https://lab.example"]))[0] == 101


@pytest.mark.requirement("WS-15")
@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (426, {"without": ["Upgrade", "Connection"]}),
        (426, {"without": ["Connection"]}),
        (426, {"without": ["Sec-WebSocket-Version"]}),
        (426, {"without": ["Sec-WebSocket-Version"], "extra": ["Sec-WebSocket-Version: 8"]}),
        (400, {"without": ["Sec-WebSocket-Key"]}),
        (400, {"without": ["Sec-WebSocket-Key"], "extra": ["Sec-WebSocket-Key: short"]}),
        (400, {"extra": ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]}),
        (400, {"method": "POST"}),
        (400, {"extra": ["Content-Length: 5"]}),
    ],
)
async def test_what_is_no_websocket_handshake_is_answered_and_hung_up_on(status: int, changes: dict[str, Any]) -> None:
    """A plain request is told to upgrade; a broken handshake is a bad request; nobody is looked up for either."""
    async with running() as rig, dialled(rig) as client:
        answered, headers, _ = await client.ask(**changes)
        assert answered == status
        assert headers.get("connection") == "close"
        assert ("sec-websocket-version" in headers) is (status == 426)
        assert await client.reader.read() == b""
        assert rig.looked_up == []


@pytest.mark.requirement("WS-16")
@pytest.mark.parametrize(
    ("extra", "statuses"),
    [
        ([f"X-{number}: {'y' * 3000}" for number in range(10)], {431}),
        (["X-Long: " + "y" * 9000], {400, 431}),
        ([f"X-{number}: y" for number in range(200)], {400, 431}),
    ],
)
async def test_too_many_header_bytes_are_refused(extra: list[str], statuses: set[int]) -> None:
    """The handshake's header is bounded as a whole, per line and in number of lines."""
    async with running() as rig, dialled(rig) as client:
        assert (await client.ask(extra=extra))[0] in statuses
        assert rig.looked_up == []


@pytest.mark.requirement("WS-16")
@pytest.mark.parametrize("begun", [b"", b"GET /ocpp/CS-1", b"GET /ocpp/CS-1 HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_handshake_that_dribbles_in_is_ended_in_time(begun: bytes) -> None:
    """A slow-loris in the upgrade loses its connection after the handshake's time, however busy it looks."""
    began = time.monotonic()
    async with running(handshake_timeout=0.4) as rig, dialled(rig) as client:
        client.send(begun)

        async def dribble() -> None:
            while not client.writer.is_closing():
                client.send(b"a")
                await asyncio.sleep(0.05)

        task = asyncio.create_task(dribble()) if begun else None
        try:
            rest = await asyncio.wait_for(client.reader.read(), PATIENT)
        except ConnectionResetError:
            rest = b""
        assert rest == b""
        assert time.monotonic() - began > 0.4
        if task is not None:
            task.cancel()


@pytest.mark.requirement("WS-16")
async def test_a_doorkeeper_that_does_not_answer_does_not_hold_the_station() -> None:
    """When the store hangs, the station is told to come again later."""

    class Asleep:
        async def judge(self, _arrival: object) -> Any:
            await asyncio.Event().wait()

        async def turned_away(self, _arrival: object, _rejection: object) -> None:
            await asyncio.Event().wait()

    async def never(_link: object) -> None:
        raise AssertionError

    listener = Listener(ListenerSettings(port=0, handshake_timeout=1), doorkeeper=Asleep(), links=Links(), serve=never)
    await listener.start()
    with pytest.raises(Refused) as refused:
        await connect(f"ws://127.0.0.1:{listener.port}", "CS-1", ["ocpp2.1"], password=PASSWORD)
    assert refused.value.http_status == 503
    await listener.stop()


async def test_a_store_that_fails_is_our_trouble_and_not_a_refusal_of_the_station() -> None:
    """A doorkeeper that raises gives 503, whatever it raises; the listener serves on."""

    class Broken:
        async def judge(self, _arrival: object) -> Any:
            raise RuntimeError

        async def turned_away(self, _arrival: object, _rejection: object) -> None:
            raise RuntimeError

    listener = Listener(ListenerSettings(port=0), doorkeeper=Broken(), links=Links(), serve=None)  # type: ignore[arg-type]
    await listener.start()
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await connect(f"ws://127.0.0.1:{listener.port}", "CS-1", ["ocpp2.1"], password=PASSWORD)
        assert refused.value.http_status == 503
    await listener.stop()


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"port": 65536}, "port is 65536"),
        ({"backlog": 0}, "backlog is 0"),
        ({"refusal_time": 0}, "refusal_time is 0"),
        ({"handshake_timeout": -1}, "handshake_timeout is -1"),
        ({"versions": ()}, "versions must name"),
        ({"versions": (OcppVersion.OCPP_1_5_SOAP,)}, "versions must name"),
    ],
)
def test_wrong_settings_are_refused_with_the_rule(wrong: dict[str, Any], rule: str) -> None:
    """Key, value and rule stand in the error."""
    with pytest.raises(ValueError, match=rule):
        ListenerSettings(**wrong)


async def test_an_occupied_port_is_named() -> None:
    """Two listeners cannot have one port: the error names host and port in words."""
    async with running() as rig:
        with pytest.raises(AddressInUse, match="another program uses this port") as caught:
            async with running_on(rig.listener.port):
                raise AssertionError
        assert (caught.value.host, caught.value.port) == ("127.0.0.1", rig.listener.port)


def running_on(port: int) -> Any:

    @asynccontextmanager
    async def started() -> Any:
        listener = Listener(ListenerSettings(port=port), doorkeeper=None, links=Links(), serve=None)  # type: ignore[arg-type]
        await listener.start()
        yield listener

    return started()


async def test_an_address_that_is_not_ours_is_named() -> None:
    """An address that this machine does not have gives its own error."""
    listener = Listener(ListenerSettings(host="192.0.2.1", port=0), doorkeeper=None, links=Links(), serve=None)  # type: ignore[arg-type]
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1"):
        await listener.start()


@pytest.mark.requirement("SEC-06")
def test_the_listener_binds_to_loopback_by_default() -> None:
    """Passwords without TLS stay on the machine unless the operator says otherwise."""
    assert ListenerSettings().host == "127.0.0.1"
    assert ListenerSettings().backlog == 4096


@pytest.mark.requirement("WS-08")
@pytest.mark.parametrize("answered", [None, "ocpp1.6", "ocpp2.1, ocpp1.6", "mqtt"])
async def test_a_station_does_not_speak_when_the_server_chose_no_offered_subprotocol(answered: str | None) -> None:
    """The client hangs up without a frame when the answer's subprotocol is missing or not one it offered."""
    sent = asyncio.get_running_loop().create_future()

    async def odd_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line.split(": ")[1] for line in request.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append(f"Sec-WebSocket-Accept: {accept_value(key)}")
        if answered is not None:
            lines.append(f"Sec-WebSocket-Protocol: {answered}")
        writer.write("\r\n".join([*lines, "", ""]).encode())
        sent.set_result(await reader.read())
        writer.close()

    server = await asyncio.start_server(odd_server, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(SubprotocolMismatch) as mismatch:
        await connect(f"ws://127.0.0.1:{port}", "CS-1", ["ocpp2.1", "ocpp2.0.1"], password=PASSWORD)
    assert mismatch.value.answered == answered
    assert await asyncio.wait_for(sent, PATIENT) == b""
    server.close()
    await server.wait_closed()


@pytest.mark.requirement("WS-04")
async def test_the_station_learns_why_it_was_not_connected() -> None:
    """Refusals carry the status, silence and closed ports are unreachable, so that the station can act by its rules."""
    async with running() as rig:
        with pytest.raises(Refused) as refused:
            await connect(rig.url, "XX-1", ["ocpp2.1"], password=PASSWORD)
        assert refused.value.http_status == 404
        port = rig.listener.port
    with pytest.raises(Unreachable):
        await connect(f"ws://127.0.0.1:{port}", "CS-1", ["ocpp2.1"])
    for url in ("http://localhost", "ws://", "ws://user@localhost", "ws://localhost?x=1"):
        with pytest.raises(ValueError, match=r"URL|must not"):
            await connect(url, "CS-1", ["ocpp2.1"])


async def test_a_server_that_never_answers_is_unreachable_in_time() -> None:
    """The whole handshake has one deadline."""
    hold = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match="no answer"):
        await connect(f"ws://127.0.0.1:{port}", "CS-1", ["ocpp2.1"], settings=ClientSettings(connect_timeout=0.2))
    hold.set()
    server.close()
    await server.wait_closed()
