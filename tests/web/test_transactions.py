from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from msgspec.structs import replace

from pluglot.web.spreadsheets import cell
from tests.web.house import MemoryHouse

SHAPE = (
    "stationId transactionId ocppVersion evseId connectorId idToken state startedAt endedAt energyWh cost currency "
    "stoppedReason"
)


async def test_a_transaction_has_the_shape_others_rely_on(viewer: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """A transaction tells station, version, EVSE, token, times, energy, cost and reason; numbers are JSON numbers."""
    page = (await viewer.get("/api/v1/transactions", params={"state": "Ended", "limit": "3"})).json()
    found = page["items"][0]
    assert set(SHAPE.split()) <= set(found)
    record = memory.lists.all_transactions[(found["stationId"], found["transactionId"])]
    assert found["idToken"] == {"idToken": record.id_token, "type": record.id_token_type}
    assert found["energyWh"] == float(record.energy_wh)
    assert found["cost"] == float(record.cost or 0)
    assert isinstance(found["energyWh"], int | float)
    assert found["currency"] == "EUR"


async def test_the_detail_has_the_timeline(viewer: httpx.AsyncClient) -> None:
    """One transaction is shown with every event of its ledger in the order of sequence numbers."""
    page = (await viewer.get("/api/v1/transactions", params={"stationId": "HB-WESER-1"})).json()
    found = page["items"][0]
    detail = (await viewer.get(f"/api/v1/transactions/HB-WESER-1/{found['transactionId']}")).json()
    numbers = [entry["seqNo"] for entry in detail["timeline"]]
    assert numbers == sorted(numbers)
    assert detail["timeline"][0]["eventType"] == "Started"
    assert {reading["measurand"] for reading in detail["timeline"][1]["readings"]} >= {"Power.Active.Import", "SoC"}
    assert (await viewer.get("/api/v1/transactions/HB-WESER-1/none")).status_code == 404


async def test_readings_name_their_place_and_unit(viewer: httpx.AsyncClient) -> None:
    """Meter values come newest first with station, EVSE, measurand, value and base unit."""
    query = {"stationId": "HB-WESER-1", "evseId": "1", "measurand": "SoC", "limit": "5"}
    items = (await viewer.get("/api/v1/meter-values", params=query)).json()["items"]
    assert len(items) == 5
    assert {item["measurand"] for item in items} == {"SoC"}
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)


async def test_times_narrow_a_list(viewer: httpx.AsyncClient) -> None:
    """Since and until take RFC 3339 times and refuse others."""
    everything = (await viewer.get("/api/v1/transactions?limit=1000")).json()["items"]
    middle = everything[len(everything) // 2]["startedAt"]
    later = (await viewer.get("/api/v1/transactions", params={"since": middle, "limit": "1000"})).json()["items"]
    assert 0 < len(later) < len(everything)
    assert all(item["startedAt"] >= middle for item in later)
    for wrong in ("yesterday", "2026-01-01", "2026-01-01T00:00:00"):
        answer = await viewer.get("/api/v1/transactions", params={"since": wrong})
        assert (answer.status_code, answer.json()["field"]) == (400, "since")


@pytest.mark.parametrize("key", ["since", "until"])
@pytest.mark.parametrize("name", ["transactions", "meter-values", "events", "messages", "stations"])
@pytest.mark.parametrize("wrong", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+23:00", "2200-01-01T00:00:00Z"])
async def test_times_nobody_can_work_with_are_refused(
    viewer: httpx.AsyncClient, name: str, key: str, wrong: str
) -> None:
    """A time outside the years of the wire is a wrong value of the query, in every list and on its page."""
    answer = await viewer.get(f"/api/v1/{name}", params={key: wrong})
    assert (answer.status_code, answer.json()["field"]) == (400, key)
    assert "1970 to 2199" in answer.json()["rule"]
    if name in {"transactions", "events", "messages"}:
        assert (await viewer.get(f"/{name}", params={key: wrong})).status_code == 400


@pytest.mark.requirement("UI-03")
async def test_a_spreadsheet_gets_no_formula(viewer: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """In a table by Accept: text/csv no cell of foreign text begins as a formula, and numbers stay numbers."""
    hostile = ('=cmd|"/C calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "\ufeff=1")
    template = next(iter(memory.lists.all_transactions.values()))
    memory.lists.all_transactions.clear()
    for place, text in enumerate(hostile):
        record = replace(template, transaction_id=f"{text}{place}", id_token=text, stopped_reason=text)
        memory.lists.all_transactions[(record.station_id, record.transaction_id)] = record
    answer = await viewer.get("/api/v1/transactions", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(hostile)
    for row in rows:
        for name in ("transactionId", "idToken", "stoppedReason"):
            assert row[name].startswith("'")
        assert float(row["energyWh"]) == float(template.energy_wh)
        assert not any(character in row["idToken"] for character in "\t\r\n")


async def test_readings_come_as_a_table_too(viewer: httpx.AsyncClient) -> None:
    """Meter values by Accept: text/csv have the same columns as the JSON has members, and say where to go on."""
    answer = await viewer.get("/api/v1/meter-values?limit=7", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 7
    assert answer.headers["x-next-cursor"]
    assert float(rows[0]["value"]) >= 0


@pytest.mark.requirement("UI-03")
def test_cells_show_control_characters_instead_of_obeying_them() -> None:
    """Escapes, line feeds and direction overrides become visible text in an export."""
    assert cell("\x1b[31mred") == "⟨U+001B⟩[31mred"
    assert cell("a\u202egpj.exe") == "a⟨U+202E⟩gpj.exe"
    assert cell("two\nlines") == "two⟨U+000A⟩lines"
    assert cell(None) == ""
    assert cell(-5.5) == "-5.5"


async def test_readings_name_their_session(viewer: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Readings of a session say which, stand at its EVSE also where their event named none, and are found by it."""
    key = next(key for key, entries in memory.lists.ledgers.items() if entries)
    record = memory.lists.all_transactions[key]
    memory.lists.ledgers[key] = [replace(entry, evse_id=None) for entry in memory.lists.ledgers[key]]
    query = {"stationId": key[0], "transactionId": key[1], "evseId": str(record.evse_id), "limit": "3"}
    items = (await viewer.get("/api/v1/meter-values", params=query)).json()["items"]
    assert len(items) == 3
    assert {(item["transactionId"], item["evseId"]) for item in items} == {(key[1], record.evse_id)}
    text = (await viewer.get("/api/v1/meter-values", params=query, headers={"Accept": "text/csv"})).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["transactionId"], row["evseId"]) for row in rows} == {(key[1], str(record.evse_id))}


def test_our_own_unit_and_times_are_plain_in_tables() -> None:
    """The unit % is no formula, while what only begins with it may be; times end with Z."""
    assert cell("%") == "%"
    assert cell("%1") == "'%1"
    east = timezone(timedelta(hours=2))
    assert cell(datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=east)) == "2026-05-01T10:00:00.250000Z"
