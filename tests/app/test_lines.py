"""The lines that a management system writes while stations come, charge and go; of a real process."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from pluglot.transport import Dialer
from pluglot.transport.client import Refused
from pluglot.transport.websocket import WebSocketLink
from tests.programs import ADMIN_TOKEN, CsmsProgram, csms_program

PASSWORD = "correct-horse-battery"
WRONG = "a-wrong-one-of-sixteen"
AT = "2026-03-01T12:00:00Z"
FORGED = 'first\r\n{"event": "forged"}\u2028\x1b[31m'


def event(kind: str, seq_no: int, context: str) -> dict[str, Any]:
    """A TransactionEvent with the register, which does not move."""
    return {
        "meterValue": [{"timestamp": AT, "sampledValue": [{"value": 1000, "context": context}]}],
        "eventType": kind,
        "timestamp": AT,
        "triggerReason": "CablePluggedIn",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": "T-1"},
        "evse": {"id": 1, "connectorId": 1},
    }


#: What the station says, in turn.
SAID = (
    ("BootNotification", {"reason": "PowerUp", "chargingStation": {"model": FORGED[:20], "vendorName": "V"}}),
    ("SecurityEventNotification", {"type": "SettingSystemTime", "timestamp": AT, "techInfo": FORGED}),
    ("TransactionEvent", event("Started", 0, "Transaction.Begin")),
    ("TransactionEvent", event("Updated", 1, "Sample.Periodic")),
    ("TransactionEvent", event("Ended", 2, "Transaction.End")),
)


async def live(link: WebSocketLink, program: CsmsProgram) -> None:
    """Say all that a station says here, answer one command, and leave."""
    messages = aiter(link.messages())
    for number, (action, payload) in enumerate(SAID):
        await link.send(json.dumps([2, str(number), action, payload]).encode())
        answer = json.loads(await anext(messages))
        assert answer[:2] == [3, str(number)], answer
    asking = asyncio.create_task(program.api.post("/stations/S-1/calls/ClearCache", json={}))
    call = json.loads(await anext(messages))
    await link.send(json.dumps([3, call[1], {"status": "Accepted"}]).encode())
    assert (await asking).status_code == 200
    await link.close()


async def test_one_line_for_each_notable_thing_with_its_station_in_it(tmp_path: Path) -> None:
    """All lines are JSON; refusals, links, boot, events, sessions and commands name the station, and no secret."""
    as_json = {"PLUGLOT_LOG_FORMAT": "json", "PLUGLOT_LOG_LEVEL": "info"}
    async with asyncio.timeout(100), csms_program(tmp_path, **as_json) as program, Dialer() as dialer:
        await program.register("S-1", PASSWORD)
        for identity, password in (("S-1", WRONG), ("NOBODY", PASSWORD)):
            with pytest.raises(Refused):
                await dialer.connect(program.station_url, identity, ["ocpp2.1"], password=password)
        link = await dialer.connect(program.station_url, "S-1", ["ocpp2.1"], password=PASSWORD)
        await live(link, program)
    text = program.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    serving = next(line for line in lines if line["event"] == "serving")
    assert serving["stations"] == program.station_url
    assert [line["level"] for line in lines if "set_it_once_at" in line] == ["warning"]
    told = [(line["event"], line["level"], line["station"]) for line in lines if "station" in line]
    assert told == [
        ("station registered", "info", "S-1"),
        ("refused at the door", "warning", "S-1"),
        ("refused at the door", "warning", "NOBODY"),
        ("station connected", "info", "S-1"),
        ("station booted", "info", "S-1"),
        ("security event", "info", "S-1"),
        ("transaction started", "info", "S-1"),
        ("transaction ended", "info", "S-1"),
        ("command", "info", "S-1"),
        ("station disconnected", "info", "S-1"),
    ]
    by_event = {line["event"]: line for line in lines}
    assert [line["reason"] for line in lines if line["event"] == "refused at the door"] == ["wrong-password", "unknown"]
    assert by_event["transaction ended"]["transaction_id"] == "T-1"
    assert (by_event["command"]["action"], by_event["command"]["outcome"]) == ("ClearCache", "answered")
    assert "closed by the peer" in by_event["station disconnected"]["reason"]
    for secret in (PASSWORD, WRONG, ADMIN_TOKEN):
        assert secret not in text
