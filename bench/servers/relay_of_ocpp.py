"""A relay from 1.6 to 2.0.1 as one writes it with the package ``ocpp``; it remembers in memory only.

Usage: python -m bench.servers.relay_of_ocpp PORT UPSTREAM_PORT
"""

from __future__ import annotations

import asyncio
import logging
import sys
import uuid
from typing import Any

import uvloop
import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint as Station
from ocpp.v16 import call_result as old_result
from ocpp.v201 import ChargePoint as Uplink
from ocpp.v201 import call as new

logging.getLogger("ocpp").setLevel(logging.CRITICAL)


class Relay(Station):
    """One station; what it says is said upstream in 2.0.1."""

    def __init__(self, identity: str, link: Any, uplink: Uplink) -> None:
        super().__init__(identity, link)
        self.uplink = uplink
        self.transactions: dict[int, tuple[str, int]] = {}

    @on("BootNotification")
    async def on_boot(self, charge_point_vendor: str, charge_point_model: str, **_: Any) -> Any:
        """Say it upstream."""
        station = {"vendorName": charge_point_vendor, "model": charge_point_model}
        answer = await self.uplink.call(new.BootNotification(charging_station=station, reason="PowerUp"))
        return old_result.BootNotification(
            current_time=answer.current_time, interval=answer.interval, status=answer.status
        )

    @on("StartTransaction")
    async def on_start(self, connector_id: int, id_tag: str, meter_start: int, timestamp: str, **_: Any) -> Any:
        """Begin a transaction upstream."""
        number, house_id = len(self.transactions) + 1, str(uuid.uuid4())
        self.transactions[number] = house_id, 1
        value = {"value": meter_start, "context": "Transaction.Begin"}
        answer = await self.uplink.call(
            new.TransactionEvent(
                event_type="Started",
                timestamp=timestamp,
                trigger_reason="Authorized",
                seq_no=0,
                transaction_info={"transactionId": house_id},
                evse={"id": connector_id, "connectorId": 1},
                id_token={"idToken": id_tag, "type": "Central"},
                meter_value=[{"timestamp": timestamp, "sampledValue": [value]}],
            )
        )
        return old_result.StartTransaction(
            transaction_id=number, id_tag_info={"status": answer.id_token_info["status"]}
        )

    @on("MeterValues")
    async def on_meter_values(self, transaction_id: int, meter_value: list[dict[str, Any]], **_: Any) -> Any:
        """Update the transaction upstream."""
        house_id, seq_no = self.transactions[transaction_id]
        self.transactions[transaction_id] = house_id, seq_no + 1
        values = [
            {
                "timestamp": value["timestamp"],
                "sampledValue": [
                    {
                        "value": float(sample["value"]),
                        "measurand": sample["measurand"],
                        "context": sample["context"],
                        "unitOfMeasure": {"unit": sample["unit"]},
                    }
                    for sample in value["sampled_value"]
                ],
            }
            for value in meter_value
        ]
        await self.uplink.call(
            new.TransactionEvent(
                event_type="Updated",
                timestamp=meter_value[0]["timestamp"],
                trigger_reason="MeterValuePeriodic",
                seq_no=seq_no,
                transaction_info={"transactionId": house_id},
                meter_value=values,
            )
        )
        return old_result.MeterValues()


async def serve(port: int, upstream: int) -> None:
    """Serve until killed."""

    async def link(connection: Any) -> None:
        identity = connection.request.path.rpartition("/")[2]
        async with websockets.connect(
            f"ws://127.0.0.1:{upstream}/{identity}",
            subprotocols=["ocpp2.0.1"],  # type: ignore[list-item]
            compression=None,
            proxy=None,
        ) as far:
            uplink = Uplink(identity, far)
            reading = asyncio.create_task(uplink.start())
            try:
                await Relay(identity, connection, uplink).start()
            finally:
                reading.cancel()

    async with websockets.serve(link, "127.0.0.1", port, subprotocols=["ocpp1.6"], compression=None):  # type: ignore[list-item]
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
