"""A plain TCP relay that knows nothing of OCPP. Usage: python -m bench.servers.tcp_relay PORT UPSTREAM_PORT."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvloop


class Far(asyncio.Protocol):
    """The link upstream: what comes back goes down."""

    def __init__(self, near: Near) -> None:
        self.near = near

    def data_received(self, data: bytes) -> None:
        """Pass on."""
        self.near.transport.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        """Close the other."""
        self.near.transport.close()


class Near(asyncio.Protocol):
    """The link of a station: what comes goes up."""

    transport: Any

    def __init__(self, port: int) -> None:
        self.port = port
        self.waiting: list[bytes] = []
        self.upstream: Any = None

    def connection_made(self, transport: Any) -> None:
        """Open the way up."""
        self.transport = transport
        self.opening = asyncio.get_running_loop().create_task(self.open())

    async def open(self) -> None:
        """Connect, and pass on what came meanwhile."""
        self.upstream, _ = await asyncio.get_running_loop().create_connection(lambda: Far(self), "127.0.0.1", self.port)
        for data in self.waiting:
            self.upstream.write(data)

    def data_received(self, data: bytes) -> None:
        """Pass on."""
        if self.upstream is None:
            self.waiting.append(data)
        else:
            self.upstream.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        """Close the other."""
        if self.upstream is not None:
            self.upstream.close()


async def serve(port: int, upstream: int) -> None:
    """Relay until killed."""
    await asyncio.get_running_loop().create_server(lambda: Near(upstream), "127.0.0.1", port, backlog=4096)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
