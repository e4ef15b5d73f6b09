"""Stations of 1.6 that tell meter values, as fast as they are answered or at a steady pace.

Usage: python -m bench.load_of_old URL_TEMPLATE STATIONS SECONDS PER_SECOND [together]
(PER_SECOND of all stations, 0 for as fast as possible; evenly spread, or all of them in the same moments with
``together``; the password stands in PLUGLOT_BENCH_PASSWORD)
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvloop

from bench import load
from bench.messages import TOKEN, time_text

VALUES_PER_TRANSACTION = 100
#: Multiples of it, less their whole parts, are spread evenly however many there are.
GOLDEN = 0.618034


class OldStation(load.Station):
    """A 1.6 station in lock step; it speaks once in every ``pause`` seconds."""

    pause = 0.0
    #: Whether all stations speak in the same moments.
    together = False

    def __init__(self, number: int, *arguments: Any) -> None:
        super().__init__(number, *arguments)
        self.transaction_id = 0
        self.turns = 0.0
        #: When in each pause this station speaks.
        self.phase = 0.0 if self.together else number * GOLDEN % 1.0 * self.pause

    def send(self, action: str, payload: dict[str, Any]) -> None:
        """Write one call, the boot in the words of 1.6."""
        if action == "BootNotification":
            payload = {"chargePointVendor": "Bench", "chargePointModel": "Load"}
        super().send(action, payload)

    def answered(self, frame: bytes) -> None:
        """Say no to what we are asked; take an answer, and speak again when it is time."""
        if frame[1:2] == b"2":
            message_id = json.loads(frame)[1]
            self.transport.write(load.text_frame(json.dumps([3, message_id, {}]).encode()))
            return
        if b"transactionId" in frame:
            self.transaction_id = json.loads(frame)[2]["transactionId"]
        super().answered(frame)

    def next_event(self) -> None:
        """Speak, now or at the pace."""
        if self.pause:
            loop = asyncio.get_running_loop()
            # A clock of milliseconds may ring before its time: a turn is never taken twice.
            self.turns = max(self.turns + 1, (loop.time() - self.phase) // self.pause + 1)
            loop.call_at(self.phase + self.turns * self.pause, self.speak)
        else:
            self.speak()

    def speak(self) -> None:
        """Begin a transaction, or tell values of the one that runs."""
        if self.tally.over:
            return
        number, place = divmod(self.sent - 1, VALUES_PER_TRANSACTION)
        at = time_text(10 * self.sent)
        if place == 0:
            start = {"connectorId": 1 + number % 4, "idTag": TOKEN, "meterStart": 10 * self.sent, "timestamp": at}
            self.send("StartTransaction", start)
            return
        samples = [
            (str(1_000_000 + 10 * self.sent), "Energy.Active.Import.Register", "Wh"),
            (str(11_040 + self.sent % 7), "Power.Active.Import", "W"),
            ("16.1", "Current.Import", "A"),
            ("231.4", "Voltage", "V"),
        ]
        sampled = [
            {"value": value, "measurand": measurand, "context": "Sample.Periodic", "unit": unit}
            for value, measurand, unit in samples
        ]
        values = [{"timestamp": at, "sampledValue": sampled}]
        self.send(
            "MeterValues",
            {"connectorId": 1 + number % 4, "transactionId": self.transaction_id, "meterValue": values},
        )


if __name__ == "__main__":
    url, stations, seconds, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    OldStation.pause = stations / rate if rate else 0.0
    OldStation.together = "together" in sys.argv[5:]
    print(json.dumps(uvloop.run(load.measure(url, "ocpp1.6", stations, seconds, OldStation))))
