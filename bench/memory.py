"""What an idle station costs the management system: resident memory per plain connection, booted and silent."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.load import text_frame
from bench.messages import boot, call_frame
from bench.throughput import PASSWORD, python_server, serving

STATIONS: Final = 1000
SETTLE: Final = 2.0


def resident_kib(process_id: int) -> int:
    """Resident memory of a process in KiB."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("this machine does not tell the memory of a process")


@contextmanager
def station(port: int, number: int) -> Iterator[socket.socket]:
    """A booted station that then says nothing."""
    identity = f"BENCH-{number:05}"
    credentials = base64.b64encode(f"{identity}:{PASSWORD}".encode()).decode()
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(
            (
                f"GET /ocpp/{identity} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Protocol: ocpp2.0.1\r\nAuthorization: Basic {credentials}\r\n\r\n"
            ).encode()
        )
        if b" 101 " not in link.recv(4096):
            raise SystemExit("a station was refused")
        link.sendall(text_frame(call_frame("b", "BootNotification", boot())))
        link.recv(4096)
        yield link


def kib_per_station() -> float:
    """Connect many stations and divide what the server grew by."""
    with serving(python_server("product", STATIONS)) as (port, process), ExitStack() as stack:
        for number in range(50):  # what is loaded once is not counted
            stack.enter_context(station(port, number))
        time.sleep(SETTLE)
        before = resident_kib(process.pid)
        for number in range(50, STATIONS):
            stack.enter_context(station(port, number))
        time.sleep(SETTLE)
        return (resident_kib(process.pid) - before) / (STATIONS - 50)


def results() -> list[str]:
    """The row of the table."""
    return [
        f"memory: {kib_per_station():.1f} KiB for each idle plain connection ({STATIONS} stations, all their state)"
    ]
