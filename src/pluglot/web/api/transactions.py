"""Transactions and meter values, as JSON or as a table for spreadsheets."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.web.api.lists import asked, page_of
from pluglot.web.api.shapes import (
    MeterValuesPage,
    Shape,
    TransactionDetailShape,
    TransactionsPage,
    meter_value_shape,
    transaction_detail_shape,
    transaction_shape,
)
from pluglot.web.context import Web
from pluglot.web.problems import Problem
from pluglot.web.security import VIEWER
from pluglot.web.spreadsheets import table

CSV = "text/csv"
#: Lists that are also given as CSV.
TABLES = ("transactions", "meter-values")
_TRANSACTION_COLUMNS = [
    "stationId",
    "transactionId",
    "ocppVersion",
    "evseId",
    "connectorId",
    "idToken",
    "idTokenType",
    "state",
    "startedAt",
    "endedAt",
    "energyWh",
    "cost",
    "currency",
    "stoppedReason",
]
_METER_VALUE_COLUMNS = [
    "stationId",
    "evseId",
    "transactionId",
    "at",
    "measurand",
    "value",
    "unit",
    "context",
    "phase",
    "location",
]


@get("/transactions", opt={"right": VIEWER}, tags=["transactions"], summary="List transactions, newest first")
async def list_transactions(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[TransactionsPage]:
    """Transactions folded from their ledgers; `Accept: text/csv` gives a table."""
    page = await page_of(web.house.lists.transactions, asked(request, "transactions"))
    if _wants_csv(request):
        return transactions_table(page)
    items = [transaction_shape(record) for record in page.items]
    return _json(TransactionsPage(items=items, next_cursor=page.next_cursor))


@get(
    "/transactions/{station_id:str}/{transaction_id:str}",
    opt={"right": VIEWER},
    tags=["transactions"],
    summary="Show a transaction",
)
async def show_transaction(
    station_id: FromPath[str], transaction_id: FromPath[str], web: NamedDependency[Web]
) -> TransactionDetailShape:
    """One transaction with the timeline of its ledger."""
    record = await web.house.operations.transaction(station_id, transaction_id)
    if record is None:
        raise Problem("unknown-transaction")
    ledger = await web.house.lists.ledger(station_id, transaction_id)
    return transaction_detail_shape(record, list(ledger))


@get("/meter-values", opt={"right": VIEWER}, tags=["transactions"], summary="List readings, newest first")
async def list_meter_values(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[MeterValuesPage]:
    """Readings inside and outside transactions, in base units; `Accept: text/csv` gives a table."""
    page = await page_of(web.house.lists.readings, asked(request, "meter-values"))
    items = [meter_value_shape(*found) for found in page.items]
    if _wants_csv(request):
        rows = ([_cell(item, column) for column in _METER_VALUE_COLUMNS] for item in items)
        return _csv(table(_METER_VALUE_COLUMNS, rows), "meter-values.csv", page.next_cursor)
    return _json(MeterValuesPage(items=items, next_cursor=page.next_cursor))


def transactions_table(page: Any) -> Response[Any]:
    """A part of the list of transactions as a table."""
    items = (transaction_shape(record) for record in page.items)
    rows = ([_transaction_cell(item, column) for column in _TRANSACTION_COLUMNS] for item in items)
    return _csv(table(_TRANSACTION_COLUMNS, rows), "transactions.csv", page.next_cursor)


def _wants_csv(request: Request[Any, Any, Any]) -> bool:
    return "text/csv" in request.headers.get("accept", "")


def _csv(text: str, file_name: str, next_cursor: str | None) -> Response[Any]:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Vary": "Accept"}
    if next_cursor:
        headers["X-Next-Cursor"] = next_cursor
    return Response(text.encode(), media_type=CSV, headers=headers)


def _json(page: Any) -> Response[Any]:
    return Response(page, headers={"Vary": "Accept"})


def _transaction_cell(item: Any, column: str) -> Any:
    if column in {"idToken", "idTokenType"}:
        return item.id_token and getattr(item.id_token, "id_token" if column == "idToken" else "type")
    return _cell(item, column)


def _cell(item: Shape, column: str) -> Any:
    return getattr(item, _snake(column))


def _snake(column: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in column)
