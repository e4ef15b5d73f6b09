"""Our bridge from 1.6 to 2.0.1, everything durable. Usage: python -m bench.servers.bridge PORT UPSTREAM_PORT FOLDER."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from pluglot import telemetry
from pluglot.app.bridge import BridgeProgram
from pluglot.settings import BridgeSettings


async def serve(port: int, upstream: int, folder: str) -> None:
    """Serve until killed."""
    telemetry.configure("json", "error")
    settings = BridgeSettings(
        to=f"ws://127.0.0.1:{upstream}", as_="2.0.1", listen=f"127.0.0.1:{port}", state=folder, ping_interval=3600
    )
    async with BridgeProgram(settings):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
