"""A management system that answers and forgets, in 1.6 and 2.0.1. Usage: python -m bench.servers.sink PORT."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiohttp import WSMsgType, web

PROTOCOLS = ("ocpp1.6", "ocpp2.0.1")


def answered(action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The shortest legal answer."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    match action:
        case "BootNotification":
            return {"status": "Accepted", "currentTime": now, "interval": 300}
        case "StartTransaction":
            return {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}
        case "TransactionEvent" if "idToken" in payload:
            return {"idTokenInfo": {"status": "Accepted"}}
    return {}


async def link(request: web.Request) -> web.WebSocketResponse:
    """Serve one station."""
    response = web.WebSocketResponse(protocols=PROTOCOLS, compress=False)
    await response.prepare(request)
    async for message in response:
        if message.type is WSMsgType.TEXT:
            kind, message_id, action, *rest = json.loads(message.data)
            if kind == 2:  # noqa: PLR2004 - a CALL
                await response.send_str(json.dumps([3, message_id, answered(action, rest[0])]))
    return response


async def serve(port: int) -> None:
    """Serve until killed."""
    application = web.Application()
    application.router.add_get("/{identity:.*}", link)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
