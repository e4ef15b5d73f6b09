"""A CSMS as the package ``ocpp`` makes it, storing nothing. Usage: python -m bench.servers.package_ocpp PORT."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import uvloop
import websockets
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call_result

logging.getLogger("ocpp").setLevel(logging.CRITICAL)


class Station(ChargePoint):
    """What the server does with one station."""

    @on("BootNotification")
    def on_boot(self, **_: Any) -> Any:
        """Accept."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        return call_result.BootNotification(current_time=now, interval=300, status="Accepted")

    @on("TransactionEvent")
    def on_transaction_event(self, id_token: Any = None, **_: Any) -> Any:
        """Answer, and forget."""
        return call_result.TransactionEvent(id_token_info={"status": "Accepted"} if id_token else None)


async def serve(port: int) -> None:
    """Serve until killed."""

    async def link(connection: Any) -> None:
        await Station(connection.request.path.rpartition("/")[2], connection).start()

    async with websockets.serve(link, "127.0.0.1", port, subprotocols=["ocpp2.0.1"], compression=None):  # type: ignore[list-item]
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
