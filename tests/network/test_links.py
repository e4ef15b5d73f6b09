"""Links over real sockets: frames, limits of size and time, compression, and peers that freeze or cheat."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from pluglot.messages.version import OcppVersion
from pluglot.transport import ClientSettings, Dialer, Link, LinkClosed, LinkSettings, WebSocketLink, connect
from pluglot.transport.deflate import TAIL
from pluglot.transport.frames import CloseCode, Control, Opcode, close_payload, frame
from pluglot.transport.handshake import accept_value
from tests.network.transport_rig import MASK, PASSWORD, RawClient, Rig, dialled, running

DEFLATE = ["Sec-WebSocket-Extensions: permessage-deflate"]
PATIENT = 30.0
#: What a busy machine may add to a time.
SLACK = 10.0


def now() -> float:
    return time.monotonic()


def raw(first: int, payload: bytes = b"", mask: bytes | None = MASK) -> bytes:
    return bytes((first,)) + frame(Opcode.TEXT, payload, mask=mask)[1:]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENT):
        while not condition():
            await asyncio.sleep(0.01)


async def first_message(link: Link) -> bytes:
    async with asyncio.timeout(PATIENT):
        async for message in link.messages():
            return message
    raise AssertionError(link.close_reason)


@pytest.mark.requirement("WS-09")
@pytest.mark.parametrize("server_compresses", [False, True])
@pytest.mark.parametrize("client_compresses", [False, True])
async def test_messages_go_both_ways_and_compression_is_used_only_when_both_want_it(
    *, server_compresses: bool, client_compresses: bool
) -> None:
    """Messages of every size come back unchanged; a client that does not ask for compression does not get it."""
    async with running(compress=server_compresses) as rig:
        settings = ClientSettings(compress=client_compresses)
        link = await connect(rig.url, "CS-1", ["ocpp2.0.1"], password=PASSWORD, settings=settings)
        assert link.version is OcppVersion.OCPP_2_0_1
        assert link.security_profile == 1
        assert link.compressed is (server_compresses and client_compresses)
        for size in (0, 1, 125, 126, 255, 256, 65535, 65536):
            message = b"[\xc3\xa4]" + b"x" * (size - 4) if size > 4 else b"x" * size
            await link.send(message)
            assert await first_message(link) == message
        await link.close()
        served = await rig.ended.get()
        assert served.close_reason == "closed by the peer with 1000"
        assert rig.links.current("CS-1") is None


@pytest.mark.requirement("WS-15")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (raw(0x82, b"x"), 1003),
        (raw(0x81, b"\xff"), 1007),
        (raw(0x81, b"[]", None), 1002),
        (raw(0xB1, b"[]"), 1002),
        (raw(0xC1, b"[]"), 1002),
        (raw(0x83, b"[]"), 1002),
        (raw(0x80, b"[]"), 1002),
        (raw(0x01, b"[") + raw(0x81, b"]"), 1002),
        (raw(0x89, bytes(126)), 1002),
        (raw(0x09), 1002),
        (raw(0x88, b"\x03"), 1002),
        (raw(0x81, bytes(65537)), 1009),
        (raw(0x01, bytes(65536)) + raw(0x80, b"x"), 1009),
    ],
)
async def test_a_peer_that_breaks_the_rules_is_told_why_and_closed(data: bytes, code: int) -> None:
    """The message before the broken frame is served, the close code fits, and the link is gone."""
    async with running() as rig, dialled(rig) as client:
        await client.ask()
        client.text(b"[1]")
        client.send(data + raw(0x81, b"[2]"))
        assert await asyncio.wait_for(client.closed_with(), PATIENT) == code
        await client.hang_up()
        await rig.ended.get()
        assert rig.received == [b"[1]"]


@pytest.mark.requirement("WS-15")
async def test_one_byte_fragments_in_single_packets_with_pings_between_make_one_message() -> None:
    """Fragments of one byte, each in its own write, and control frames between them."""
    message = '[2,"ä","Heartbeat",{}]'.encode()
    async with running() as rig, dialled(rig) as client:
        await client.ask()
        for index in range(len(message)):
            for byte in raw(0x00 if index else 0x01, message[index : index + 1]):
                client.send(bytes((byte,)))
                await asyncio.sleep(0)
            client.send(raw(0x89, b"%d" % index))
        client.send(raw(0x80))
        for index in range(len(message)):
            assert await client.event() == Control(Opcode.PONG, b"%d" % index)
        assert await client.event() == message


@pytest.mark.requirement("WS-15")
@pytest.mark.parametrize(("code", "answered"), [(1000, 1000), (4321, 4321), (CloseCode.NO_STATUS, 1005)])
async def test_a_close_of_the_peer_is_answered_with_its_own_code(code: int, answered: int) -> None:
    """Closing is agreed on, then the server hangs up; the server's side knows why."""
    async with running() as rig, dialled(rig) as client:
        await client.ask()
        client.send(frame(Opcode.CLOSE, close_payload(code, "bye"), mask=MASK))
        assert await asyncio.wait_for(client.closed_with(), PATIENT) == answered
        link = await rig.ended.get()
        assert link.close_reason == f"closed by the peer with {code}" + (": bye" if code != 1005 else "")


def most_memory() -> int:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a file of the kernel
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def bomb_of(mebibytes: int) -> bytes:
    """Return what inflates to so many mebibytes of zeros."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    # After a full flush a piece depends on nothing before it, so the same piece may stand there many times.
    piece = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return (piece * mebibytes).removesuffix(TAIL)


@pytest.mark.requirement("WS-10")
async def test_a_bomb_is_closed_with_1009_and_costs_no_memory() -> None:
    """A message that would inflate to a gibibyte, whole and in fragments: 1009, and no gibibyte.

    Deflate packs at most 1,032 to 1, so this message has a mebibyte, which the default limit refuses unread; a raised
    limit lets it come as far as inflating.
    """
    bomb = bomb_of(1024)
    assert len(bomb) < 1_100_000
    limit = 2 << 20
    async with running(link=LinkSettings(maximum_message_size=limit)) as rig:
        for parts in (1, 16):
            async with dialled(rig) as client:
                status, headers, _ = await client.ask(extra=DEFLATE)
                assert status == 101
                assert headers["sec-websocket-extensions"].startswith("permessage-deflate")
                before = most_memory()
                size = len(bomb) // parts + 1
                for part in range(parts):
                    first = (0x41 if part == 0 else 0x00) | (0x80 if part == parts - 1 else 0)
                    client.send(raw(first, bomb[part * size : (part + 1) * size]))
                assert await asyncio.wait_for(client.closed_with(), PATIENT) == 1009
                # The bomb itself stands in our own buffers and in the server's: a gibibyte would show.
                assert most_memory() - before < 32 * 1024
        assert rig.received == []


@pytest.mark.requirement("WS-10")
async def test_a_bomb_within_the_default_limit_is_closed_with_1009() -> None:
    """With default settings 1 KiB that inflates to 1 MiB is too big."""
    bomb = bomb_of(1)
    assert len(bomb) < 1100
    async with running() as rig, dialled(rig) as client:
        await client.ask(extra=DEFLATE)
        client.send(raw(0xC1, bomb))
        assert await asyncio.wait_for(client.closed_with(), PATIENT) == 1009


@pytest.mark.requirement("WS-13")
async def test_a_frozen_station_is_closed_within_interval_and_timeout() -> None:
    """A peer whose socket stays open but who never answers a ping is dropped."""
    settings = LinkSettings(ping_interval=0.3, pong_timeout=0.2)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        began = now()
        link = await asyncio.wait_for(rig.ended.get(), PATIENT)
        assert now() - began < 0.3 + 0.2 + SLACK
        assert link.close_reason == "the peer did not answer a ping"
        assert rig.links.current("CS-1") is None


@pytest.mark.requirement("WS-13")
async def test_a_pong_may_never_take_longer_than_an_interval() -> None:
    """Half-open links do not live for more than two intervals, whatever the time-out is set to."""
    settings = LinkSettings(ping_interval=0.2, pong_timeout=3600)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        began = now()
        await asyncio.wait_for(rig.ended.get(), PATIENT)
        assert now() - began < 0.2 + 0.2 + SLACK


@pytest.mark.requirement("WS-15")
async def test_a_message_that_comes_with_the_handshake_is_taken_after_it() -> None:
    """A station in a hurry sends its first message before the answer to its handshake is there."""
    async with running() as rig, dialled(rig) as client:
        asking = asyncio.create_task(client.ask())
        await asyncio.sleep(0)
        client.text(b"[1]")
        assert (await asking)[0] == 101
        assert await asyncio.wait_for(client.event(), PATIENT) == b"[1]"


@pytest.mark.requirement("WS-13")
async def test_a_station_that_talks_but_sends_no_pongs_is_dropped_and_one_that_answers_stays() -> None:
    """Only pongs that repeat our ping count; unsolicited ones say nothing."""
    settings = LinkSettings(ping_interval=0.2, pong_timeout=0.2)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        client.send(raw(0x8A, b"unsolicited") + raw(0x8A, b"\x00\x00\x00\x63"))
        assert await asyncio.wait_for(client.closed_with(), PATIENT) is None
        await rig.ended.get()
    # By the link's own clock: a busy machine may answer late, and the times above are short.
    async with running(link=LinkSettings(pong_timeout=PATIENT)) as rig:
        alive = await connect(rig.url, "CS-2", ["ocpp2.1"], password=PASSWORD)
        near = rig.links.current("CS-2")
        assert isinstance(near, WebSocketLink)
        for _ in range(3):
            assert await near.probe(PATIENT)
            near.check(asyncio.get_running_loop().time() + PATIENT)  # when a ping without answer would end it
        assert (alive.close_reason, near.close_reason) == ("", "")
        await alive.close()


@pytest.mark.requirement("WS-12", "WS-13")
async def test_a_station_pings_and_leaves_a_frozen_server() -> None:
    """The client side pings at its interval and gives up on a server that does not answer."""
    settings = ClientSettings(link=LinkSettings(ping_interval=0.2, pong_timeout=0.2))
    async with frozen_server() as (url, received):
        link = await connect(url, "CS-1", ["ocpp2.1"], settings=settings)
        messages = [message async for message in link.messages()]
        assert messages == []
        assert link.close_reason == "the peer did not answer a ping"
        with pytest.raises(LinkClosed):
            await link.send(b"[]")
    assert received[0][0] == 0x89


@pytest.mark.requirement("WS-12")
async def test_no_pings_are_sent_when_the_interval_is_zero() -> None:
    """Interval 0 switches pings off, and changing the interval later switches them on."""
    async with frozen_server() as (url, received):
        settings = ClientSettings(link=LinkSettings(ping_interval=0, close_timeout=0.1))
        link = await connect(url, "CS-1", ["ocpp2.1"], settings=settings)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(link.wait_closed(), 1.3)
        assert received == []
        link.change_ping_interval(0.05)
        async with asyncio.timeout(PATIENT):
            while not received:
                await asyncio.sleep(0.01)
        assert received[0][0] == 0x89
        await link.close()


@pytest.mark.requirement("WS-12")
@pytest.mark.parametrize(
    "wrong",
    [{"ping_interval": -1}, {"pong_timeout": 0}, {"send_timeout": -5}, {"maximum_message_size": 10}],
)
def test_settings_without_sense_are_refused_with_key_value_and_rule(wrong: dict[str, Any]) -> None:
    """A negative ping interval is refused when it is set."""
    key, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{key} is {value}: it must"):
        LinkSettings(**wrong)


def frozen_server() -> Any:
    """A server that shakes hands and then neither answers nor hangs up; gives its URL and what it received."""

    @asynccontextmanager
    async def serving() -> Any:
        received: list[bytes] = []
        gone = asyncio.Event()

        async def freeze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            key = next(line.split(": ")[1] for line in request.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
            lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
            lines += [f"Sec-WebSocket-Accept: {accept_value(key)}", "Sec-WebSocket-Protocol: ocpp2.1", "", ""]
            writer.write("\r\n".join(lines).encode())
            with suppress(ConnectionError):  # the client gives up, as it should
                while data := await reader.read(1000):
                    received.append(data)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            gone.set()

        server = await asyncio.start_server(freeze, "127.0.0.1", 0)
        try:
            yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", received
        finally:
            await gone.wait()
            server.close()
            await server.wait_closed()

    return serving()


@pytest.mark.requirement("WS-16")
async def test_a_message_that_dribbles_in_is_ended_in_time() -> None:
    """A slow-loris after the upgrade: a message that has begun must become whole in its time, pongs or not."""
    settings = LinkSettings(message_timeout=0.3, close_timeout=0.3)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        client.send(raw(0x81, bytes(60000))[:20])  # whole after half an hour

        async def dribble() -> None:
            while True:
                client.send(b"a")
                await asyncio.sleep(0.03)

        task = asyncio.create_task(dribble())
        began = now()
        assert await asyncio.wait_for(client.closed_with(), PATIENT) == 1008
        assert now() - began < 0.3 + SLACK
        task.cancel()


@pytest.mark.requirement("WS-16")
async def test_a_busy_link_whose_reads_always_end_inside_a_message_is_not_slow() -> None:
    """The time counts for one message: an endless stream of quick messages, cut anywhere, goes on."""
    settings = LinkSettings(message_timeout=PATIENT, ping_interval=0)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        near = rig.links.current("CS-1")
        assert isinstance(near, WebSocketLink)
        one, loop = raw(0x81, b"[2]"), asyncio.get_running_loop()
        client.send(one[:5])
        began = loop.time()
        for _ in range(30):
            client.send(one[5:] + one[:5])
            assert await asyncio.wait_for(client.event(), PATIENT) == b"[2]"
            await asyncio.sleep(0.02)
        # By the link's own clock, when the first message would have taken too long.
        near.check(began + PATIENT + 0.3)
        client.send(one[5:])
        assert await asyncio.wait_for(client.event(), PATIENT) == b"[2]"
        assert near.close_reason == ""
        client.send(one[:5])
        await until(lambda: near.check(0.0) is not None)
        near.check(loop.time() + PATIENT)
        assert near.close_reason == "a message took too long to arrive"


@pytest.mark.requirement("WS-11")
async def test_compression_keeps_no_memory_in_idle_links() -> None:
    """After messages both ways a compressed link costs about what a plain one costs: no window, no hash tables."""
    costs = {}
    for compress in (False, True):
        async with running() as rig, Dialer(ClientSettings(compress=compress)) as dialer:

            async def talk(name: str, rig: Rig = rig, dialer: Dialer = dialer) -> None:
                link = await dialer.connect(rig.url, name, ["ocpp2.1"], password=PASSWORD)
                await link.send(b"[" + name.encode() * 300 + b"]")
                await first_message(link)

            await talk("CS-first")
            tracemalloc.start()
            for number in range(40):
                await talk(f"CS-{number}")
            gc.collect()
            costs[compress] = tracemalloc.get_traced_memory()[0] / 40
            tracemalloc.stop()
    assert costs[True] - costs[False] < 4096


@pytest.mark.requirement("WS-15", "WS-16")
async def test_rubbish_on_the_port_harms_nobody() -> None:
    """Random bytes instead of a handshake, and instead of frames, end those connections only (HRD-11)."""
    chance = random.Random(5)
    async with running(link=LinkSettings(close_timeout=0.1)) as rig:
        good = await connect(rig.url, "CS-good", ["ocpp2.1"], password=PASSWORD)
        for number in range(60):
            async with dialled(rig) as client:
                if number % 2:
                    assert (await client.ask(f"/ocpp/CS-{number}", user=f"CS-{number}"))[0] == 101
                client.send(chance.randbytes(chance.randrange(1, 400)))
                with suppress(OSError):
                    client.writer.write_eof()
                async with asyncio.timeout(PATIENT):
                    while await client.reader.read(1000):
                        pass
        await good.send(b"[1]")
        assert await first_message(good) == b"[1]"
        await good.close()


@pytest.mark.requirement("WS-16")
async def test_a_link_that_shows_no_life_after_the_upgrade_is_freed_long_before_the_first_ping_interval() -> None:
    """A silent authenticated peer is asked after a second, whatever the interval, so that it is freed in 15 s."""
    settings = LinkSettings(ping_interval=3600, pong_timeout=0.3)
    async with running(link=settings) as rig, dialled(rig) as client:
        await client.ask()
        began = now()
        await asyncio.wait_for(rig.ended.get(), PATIENT)
        assert now() - began < 1 + 0.3 + SLACK
    assert LinkSettings().pong_timeout + 1 < 15
    assert LinkSettings().message_timeout < 15


async def test_a_peer_that_does_not_read_is_closed_and_the_sender_is_told() -> None:
    """Sending to a peer with full buffers waits, bounded, and then fails; nobody else waits with it."""

    async def flood(link: Link) -> None:
        failed = asyncio.get_running_loop().create_future()
        rig_failures.append(failed)
        try:
            while True:
                await link.send(b"x" * 60000)
        except LinkClosed as closed:
            failed.set_result(closed.reason)

    rig_failures: list[asyncio.Future[str]] = []
    async with running(serve=flood, link=LinkSettings(send_timeout=0.4)) as rig:
        client = await RawClient.dial(rig.listener.port)
        client.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await client.ask()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(PATIENT):
            while not rig_failures:
                await asyncio.sleep(0.01)
            assert await rig_failures[0] == "the peer does not read"
        client.writer.transport.abort()


async def test_pings_of_a_peer_that_does_not_read_are_not_stacked_up() -> None:
    """A flood of pings from a peer that reads no pongs does not grow our buffers."""
    async with running() as rig, dialled(rig) as client:
        await client.ask()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        ping = raw(0x89, bytes(125)) * 500
        async with asyncio.timeout(PATIENT):
            for _ in range(250):  # more than the kernel's buffers hold of pongs
                client.send(ping)
                await client.writer.drain()
        link = rig.served[0]
        assert isinstance(link, WebSocketLink)
        assert link.unsent < 32768


async def test_what_nobody_takes_is_not_read_from_the_socket() -> None:
    """A house that is slow stops the peer instead of filling memory; then everything arrives, in order."""
    go_on = asyncio.Event()
    received: list[bytes] = []

    async def slow(link: Link) -> None:
        await go_on.wait()
        async for message in link.messages():
            received.append(message)  # noqa: PERF401 - a test looks on while it grows

    silent = ClientSettings(link=LinkSettings(ping_interval=0))
    async with running(serve=slow, link=LinkSettings(receive_queue=65536, ping_interval=0)) as rig:
        link = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD, settings=silent)
        messages = [b"%06d" % number + b"x" * 10000 for number in range(1000)]

        async def send_all() -> None:
            for message in messages:
                await link.send(message)

        sending = asyncio.create_task(send_all())
        near = rig.links.current("CS-1")
        assert isinstance(near, WebSocketLink)
        await until(lambda: near.waiting > 65536)
        near.change_ping_interval(0.1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(sending), 0.7)
        assert near.waiting < 65536 + 2 * 262144
        assert near.close_reason == ""  # it does not answer pings that we do not read: that is our doing
        near.change_ping_interval(0)
        await until(lambda: near.check(0.0) is None)  # no ping is open: from here on the machine may take its time
        go_on.set()
        await asyncio.wait_for(sending, PATIENT)
        await link.close()
        async with asyncio.timeout(PATIENT):
            while len(received) < len(messages):
                await asyncio.sleep(0.01)
        assert received == messages


async def test_stopping_closes_every_link_with_going_away() -> None:
    """A stopped listener says 1001 to everybody and serves each to its end."""
    async with running() as rig:
        async with Dialer() as dialer:
            links = [
                await dialer.connect(rig.url, f"CS-{number}", ["ocpp1.6"], password=PASSWORD) for number in range(5)
            ]
            await rig.listener.stop()
            for link in links:
                await asyncio.wait_for(link.wait_closed(), PATIENT)
                assert link.close_reason == "closed by the peer with 1001: the server stops"
        assert len(rig.links) == 0
        assert rig.ended.qsize() == 5


async def test_trouble_in_one_session_closes_that_link_only(caplog: pytest.LogCaptureFixture) -> None:
    """A session that fails is logged and closed with 1011; the listener serves on."""

    async def fail(link: Link) -> None:
        raise ZeroDivisionError(link.identity)

    async with running(serve=fail) as rig:
        for _ in range(2):
            async with dialled(rig) as client:
                assert (await client.ask())[0] == 101
                assert await asyncio.wait_for(client.closed_with(), PATIENT) == 1011
        failed = [record for record in caplog.records if record.getMessage() == "serving failed"]
        assert {vars(record)["station"] for record in failed} == {"CS-1"}
        assert PASSWORD not in caplog.text


async def test_a_link_closed_twice_and_from_both_sides_is_closed_once() -> None:
    """Closing is idempotent, and crossing closes end in time."""
    async with running() as rig:
        link = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        near = rig.links.current("CS-1")
        assert near is not None
        async with asyncio.timeout(PATIENT):
            await asyncio.gather(link.close(), near.close(1000, "enough"), link.close(), near.close())
            await link.close()
        with pytest.raises(LinkClosed):
            await link.send(b"[]")
        with pytest.raises(LinkClosed):
            await near.send(b"[]")
