"""Stations that send as fast as they are answered: one process, raw sockets, one open call for each station.

Usage: python -m bench.load URL_TEMPLATE SUBPROTOCOL STATIONS SECONDS   (the password stands in PLUGLOT_BENCH_PASSWORD)

Prints one JSON object: answered messages, seconds, microseconds of processor time that the server PLUGLOT_BENCH_SERVER
(a process id) took for each, and the 50th and 99th percentile of the latency in milliseconds.
The first second is not counted. Frames are masked by a key of zeros, which a client may choose, so that the
generator is cheaper than any server it measures.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from bench.messages import boot, call_frame, transaction_event

WARM_UP = 1.0
#: Seconds until all stations are there.
LONGEST_RUSH = 60.0
EVENTS_PER_TRANSACTION = 100


def written_before() -> list[tuple[bytes, bytes, bytes]]:
    """The calls of a transaction, each in three pieces: message id and transaction id stand between them.

    Written beforehand, for what the generator takes of two processors it takes from the server that it measures.
    """
    calls = [
        call_frame("<id>", "TransactionEvent", transaction_event("<tx>", n)) for n in range(EVENTS_PER_TRANSACTION)
    ]
    pieces = []
    for call in calls:
        before, _, rest = call.partition(b"<id>")
        between, _, after = rest.partition(b"<tx>")
        pieces.append((before, between, after))
    return pieces


def text_frame(payload: bytes) -> bytes:
    """A masked text frame whose key is zero."""
    length = len(payload)
    if length < 126:  # noqa: PLR2004 - RFC 6455 5.2
        return struct.pack("!BB", 0x81, 0x80 | length) + b"\0\0\0\0" + payload
    return struct.pack("!BBH", 0x81, 0xFE, length) + b"\0\0\0\0" + payload


EVENTS = written_before()


class Station(asyncio.Protocol):
    """One station in lock step: the next event goes out when the last one is answered."""

    def __init__(self, number: int, url: str, subprotocol: str, tally: Tally) -> None:
        self.url = urlsplit(url.format(identity=f"BENCH-{number:05}"))
        self.identity = f"BENCH-{number:05}"
        self.subprotocol = subprotocol
        self.tally = tally
        self.buffer = b""
        self.upgraded = False
        self.sent = 0
        self.sent_at = 0.0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Ask for the upgrade."""
        self.transport = transport
        password = os.environ.get("PLUGLOT_BENCH_PASSWORD", "")
        credentials = base64.b64encode(f"{self.identity}:{password}".encode()).decode()
        transport.write(
            (
                f"GET {self.url.path} HTTP/1.1\r\nHost: {self.url.netloc}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {self.subprotocol}\r\n"
                f"Authorization: Basic {credentials}\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take the answer of the upgrade, then one frame for each answer."""
        self.buffer += data
        if not self.upgraded:
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.tally.fail(f"{self.identity}: {head[:80]!r}")
                return
            self.upgraded, self.buffer = True, rest
            self.send("BootNotification", boot())
        while (frame := self.take_frame()) is not None:
            self.answered(frame)

    def take_frame(self) -> bytes | None:
        """The payload of the next whole text frame; pings are left unanswered for the short time we live."""
        buffer = self.buffer
        if len(buffer) < 2:  # noqa: PLR2004 - RFC 6455 5.2
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:  # noqa: PLR2004 - RFC 6455 5.2
            if len(buffer) < 4:  # noqa: PLR2004 - RFC 6455 5.2
                return None
            length, start = struct.unpack_from("!H", buffer, 2)[0], 4
        if len(buffer) < start + length:
            return None
        self.buffer = buffer[start + length :]
        if buffer[0] & 0x0F != 1:
            return self.take_frame()
        return buffer[start : start + length]

    def answered(self, frame: bytes) -> None:
        """Count an answer and send the next event; a bench echo answers with our own frame."""
        if frame[1:2] not in (b"3", b"2"):
            self.tally.fail(f"{self.identity}: {frame[:200]!r}")
            return
        if self.sent > 1:
            self.tally.count(time.perf_counter() - self.sent_at)
        else:
            self.tally.boot()
        self.next_event()

    def next_event(self) -> None:
        """Send the next event of the running transaction, or the first of a new one."""
        transaction, seq_no = divmod(self.sent - 1, EVENTS_PER_TRANSACTION)
        transaction_id = f"{self.identity}-{self.tally.run}-{transaction}"
        before, between, after = EVENTS[seq_no]
        self.send_call(b"".join((before, self.take_id().encode(), between, transaction_id.encode(), after)))

    def send(self, action: str, payload: dict[str, Any]) -> None:
        """Write one call."""
        self.send_call(call_frame(self.take_id(), action, payload))

    def take_id(self) -> str:
        """The id of the next call, which is then sent."""
        self.sent += 1
        return f"{self.tally.run}-{self.identity}-{self.sent}"

    def send_call(self, call: bytes) -> None:
        """Write the frame of one call."""
        frame = text_frame(call)
        self.sent_at = time.perf_counter()
        self.transport.write(frame)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody may leave while we measure."""
        if not self.tally.over:
            self.tally.fail(f"{self.identity} lost its link: {error}")


def processor_seconds() -> float:
    """The processor time of the server under test so far, if PLUGLOT_BENCH_SERVER names its process."""
    server = os.environ.get("PLUGLOT_BENCH_SERVER")
    if server is None:
        return 0.0
    user, system = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Tally:
    """What was answered in the time that counts."""

    def __init__(self, run: str, stations: int) -> None:
        self.run = run
        self.counting = False
        self.over = False
        #: How many stations have not had their first answer.
        self.missing = stations
        self.complete = asyncio.Event()
        self.latencies: list[float] = []
        self.failure: str | None = None

    def count(self, latency: float) -> None:
        """Add one answer."""
        if self.counting:
            self.latencies.append(latency)

    def boot(self) -> None:
        """Note that one more station is there."""
        self.missing -= 1
        if not self.missing:
            self.complete.set()

    def fail(self, reason: str) -> None:
        """Remember the first thing that went wrong; nobody waits any more."""
        self.failure = self.failure or reason
        self.complete.set()


async def measure(
    url: str, subprotocol: str, stations: int, seconds: float, kind: type[Station] = Station
) -> dict[str, Any]:
    """Connect, warm up, count."""
    tally = Tally(os.urandom(3).hex(), stations)
    loop = asyncio.get_running_loop()
    address = urlsplit(url.format(identity="x"))
    transports = []
    for number in range(stations):
        transport, _ = await loop.create_connection(
            lambda number=number: kind(number, url, subprotocol, tally), address.hostname, address.port
        )
        transports.append(transport)
    # The rush of the handshakes is another measurement.
    await asyncio.wait_for(tally.complete.wait(), LONGEST_RUSH)
    await asyncio.sleep(WARM_UP)
    tally.counting, began, worked = True, time.perf_counter(), processor_seconds()
    await asyncio.sleep(seconds)
    took, tally.counting, tally.over = time.perf_counter() - began, False, True
    worked = processor_seconds() - worked
    for transport in transports:
        transport.abort()
    if tally.failure or not tally.latencies:
        raise SystemExit(f"the measurement failed: {tally.failure or 'nothing was answered'}")
    latencies = sorted(tally.latencies)
    return {
        "answered": len(latencies),
        "seconds": took,
        "processor": worked / len(latencies) * 1e6,
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))))
