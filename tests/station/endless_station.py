"""A station that charges without end and prints every transaction event it sends; made to be killed.

Arguments: the journal, the hour at which this life begins, and ``live`` or ``deliver``.
"""

from __future__ import annotations

import sys
import uuid
from datetime import timedelta
from typing import Any

from pluglot.messages.codec import encode
from pluglot.store.journal import SqliteJournal
from tests.station.bench import ALICE, Bench, Csms


class PrintingCsms(Csms):
    """Says on standard output what arrived, and only then accepts it."""

    def answer(self, request: Any, now: Any) -> Any:
        """Print events, accept everything."""
        if request.action == "TransactionEvent":
            sys.stdout.write(encode(request).decode() + "\n")
            sys.stdout.flush()
        return super().answer(request, now)


def main() -> None:
    """Live, or deliver what is left and end."""
    journal, hour, what = sys.argv[1:]
    station = Bench(journal=SqliteJournal(journal), start=False)
    station.csms = PrintingCsms()
    station.ids = lambda: str(uuid.uuid4())  # type: ignore[assignment]
    station.now += timedelta(hours=int(hour))
    station.power_up()
    station.connect()
    if what == "deliver":
        station.wait(3600)
        sys.stdout.write("delivered\n" if station.engine.undelivered == 0 else "stuck\n")
        return
    while True:
        station.start_charging()
        station.charge(180)
        station.disconnect()
        station.charge(120)
        station.connect()
        station.present(ALICE)
        station.unplug()


if __name__ == "__main__":
    main()
