"""A bare echo on aiohttp, without OCPP and store. Usage: python -m bench.servers.echo PORT."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import WSMsgType, web


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send back every message."""
    link = web.WebSocketResponse(protocols=("ocpp2.0.1", "ocpp2.1"), compress=False)
    await link.prepare(request)
    async for message in link:
        if message.type is WSMsgType.TEXT:
            await link.send_str(message.data)
    return link


async def serve(port: int) -> None:
    """Serve until killed."""
    application = web.Application()
    application.router.add_get("/{identity:.*}", echo)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
