"""What sessions are billed by the settings, and over restarts with others."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import websockets

from pluglot.app.clock import utc_now
from pluglot.app.csms import CsmsProgram
from pluglot.csms.policy import ALWAYS
from pluglot.settings import CsmsSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PASSWORD = "0123456789abcdef"
IDENTITY = "CS-1"


@asynccontextmanager
async def house(folder: Path, **settings: Any) -> AsyncIterator[CsmsProgram]:
    """The management system on its database, with these settings."""
    database = f"sqlite:///{folder / 'pluglot.db'}"
    made = CsmsSettings(database=database, listen="127.0.0.1:0", web="127.0.0.1:0", **settings)
    async with CsmsProgram(made) as program:
        yield program


class Charger:
    """A station that says exactly what a test wants."""

    def __init__(self, link: Any) -> None:
        self._link = link
        self._number = 0

    async def call(self, action: str, payload: dict[str, Any]) -> Any:
        """Send a call; its answer's payload."""
        self._number += 1
        await self._link.send(json.dumps([2, f"m{self._number}", action, payload]))
        frame = json.loads(await asyncio.wait_for(self._link.recv(), 30))
        assert frame[0] == 3, frame
        return frame[2]

    async def event(self, transaction_id: str, seq_no: int, kind: str, minute: int, wh: float) -> Any:
        """One event of a transaction of long ago, with a state of the register."""
        at = f"2026-03-01T10:{minute:02}:00Z"
        return await self.call(
            "TransactionEvent",
            {
                "eventType": kind,
                "timestamp": at,
                "triggerReason": "Trigger",
                "seqNo": seq_no,
                "transactionInfo": {"transactionId": transaction_id},
                "evse": {"id": 1, "connectorId": 1},
                "meterValue": [{"timestamp": at, "sampledValue": [{"value": wh}]}],
            },
        )


@asynccontextmanager
async def charger(program: CsmsProgram) -> AsyncIterator[Charger]:
    """A booted station with a link."""
    if await program.store.stations.find(IDENTITY) is None:
        await program.operations.register_station(IDENTITY, security_profile=1, password=PASSWORD, note="")
    authorization = "Basic " + base64.b64encode(f"{IDENTITY}:{PASSWORD}".encode()).decode()
    link = websockets.connect(
        f"{program.station_address}/{IDENTITY}",
        subprotocols=[websockets.Subprotocol("ocpp2.1")],
        additional_headers={"Authorization": authorization},
        proxy=None,
    )
    async with link as opened:
        station = Charger(opened)
        boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Raw", "model": "Test"}}
        assert (await station.call("BootNotification", boot))["status"] == "Accepted"
        yield station


async def bill(program: CsmsProgram, transaction_id: str) -> tuple[Decimal | None, str | None]:
    """What a transaction costs."""
    record = await program.store.transactions.find(IDENTITY, transaction_id)
    assert record is not None
    return record.cost, record.currency


@pytest.mark.requirement("DAT-05")
async def test_another_price_at_a_restart_changes_no_session_that_began_before(tmp_path: Path) -> None:
    """A running session and a finished one that is added up again keep their price; what begins later has the new."""
    old = {"price_per_kwh": Decimal("0.49"), "price_per_session": Decimal("0.35"), "currency": "EUR"}
    new = {"price_per_kwh": Decimal(5), "price_per_session": Decimal("0.35"), "currency": "USD"}
    async with house(tmp_path, **old) as program, charger(program) as station:
        await station.event("RUNNING", 0, "Started", 0, 0)
        await station.event("RUNNING", 1, "Updated", 10, 5000)
        await station.event("GAP", 0, "Started", 0, 0)
        await station.event("GAP", 2, "Ended", 30, 10_000)
        assert await bill(program, "GAP") == (Decimal("5.25"), "EUR")
    async with house(tmp_path, **new) as program, charger(program) as station:
        ended = await station.event("RUNNING", 2, "Ended", 30, 10_000)
        assert ended["totalCost"] == 5.25
        await station.event("GAP", 1, "Updated", 15, 5000)
        assert await bill(program, "RUNNING") == (Decimal("5.25"), "EUR")
        assert await bill(program, "GAP") == (Decimal("5.25"), "EUR")
        now = utc_now()
        for seq_no, kind, wh in ((0, "Started", 0), (1, "Ended", 100)):
            reading = {"timestamp": now.isoformat(), "sampledValue": [{"value": wh}]}
            event = {
                "eventType": kind,
                "timestamp": now.isoformat(),
                "triggerReason": "Trigger",
                "seqNo": seq_no,
                "transactionInfo": {"transactionId": "NEW"},
                "meterValue": [reading],
            }
            await station.call("TransactionEvent", event)
        assert await bill(program, "NEW") == (Decimal("0.85"), "USD")


@pytest.mark.requirement("DAT-05")
async def test_a_price_is_added_only_when_it_changed(tmp_path: Path) -> None:
    """The first price holds from always, the same one again adds nothing, another one holds from its start on."""
    for _ in range(2):
        async with house(tmp_path) as program:
            (first,) = await program.store.prices()
            assert (first.valid_from, first.per_kwh, first.currency) == (ALWAYS, Decimal("0.49"), "EUR")
    before = utc_now()
    async with house(tmp_path, price_per_kwh=Decimal("0.60")) as program:
        kept, added = await program.store.prices()
        assert kept == first
        assert (added.per_kwh, added.per_session) == (Decimal("0.60"), Decimal("0.35"))
        assert before <= added.valid_from <= utc_now()
    async with house(tmp_path) as program:
        assert [price.per_kwh for price in await program.store.prices()] == [
            Decimal("0.49"),
            Decimal("0.60"),
            Decimal("0.49"),
        ]


@pytest.mark.requirement("DAT-01")
@pytest.mark.parametrize(
    ("settings", "cost"), [({}, Decimal("0.00")), ({"highest_power": 2_000_000}, Decimal("490.35"))]
)
async def test_a_lorry_at_two_megawatts_is_billed_where_the_setting_allows_it(
    tmp_path: Path, settings: dict[str, int], cost: Decimal
) -> None:
    """Half an hour at 2 MW is 1 MWh, which an operator whose chargers are slower takes for a misreading."""
    async with house(tmp_path, **settings) as program, charger(program) as station:
        await station.event("LORRY", 0, "Started", 0, 0)
        await station.event("LORRY", 1, "Ended", 30, 1_000_000)
        assert await bill(program, "LORRY") == (cost, "EUR")
