"""A CSMS as the package ``ocpp`` makes it, storing nothing.

Usage: python -m bench.servers.package_ocpp PORT FOLDER STATIONS SUBPROTOCOL   (folder and stations are of no use here)
"""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import uvloop
import websockets
from ocpp import v21, v201
from ocpp.routing import on

logging.getLogger("ocpp").setLevel(logging.CRITICAL)


VERSIONS: Final[dict[str, Any]] = {"ocpp2.0.1": v201, "ocpp2.1": v21}


def station_type(version: Any) -> Any:
    """What the server does with one station of this version of the package."""
    call_result = version.call_result

    class Station(version.ChargePoint):  # type: ignore[misc]
        """Answers, and forgets."""

        @on("BootNotification")
        def on_boot(self, **_: Any) -> Any:
            """Accept."""
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            return call_result.BootNotification(current_time=now, interval=300, status="Accepted")

        @on("TransactionEvent")
        def on_transaction_event(self, id_token: Any = None, **_: Any) -> Any:
            """Answer, and forget."""
            return call_result.TransactionEvent(id_token_info={"status": "Accepted"} if id_token else None)

    return Station


async def serve(port: int, subprotocol: str) -> None:
    """Serve until killed."""
    station = station_type(VERSIONS[subprotocol])

    async def link(connection: Any) -> None:
        await station(connection.request.path.rpartition("/")[2], connection).start()

    async with websockets.serve(link, "127.0.0.1", port, subprotocols=[subprotocol], compression=None):  # type: ignore[list-item]
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[4]))
