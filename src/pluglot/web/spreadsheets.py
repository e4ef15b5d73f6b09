"""Comma-separated exports that no spreadsheet mistakes for formulas (UI-03)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pluglot.web.text import plain

#: What makes a spreadsheet calculate, in the forms that programs fold into each other.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
#: Begins like a formula and is none: the unit.
HARMLESS = frozenset({"%"})


def cell(value: Any) -> str:
    """One value as text; text that could be read as a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
    original = str(value)
    if original in HARMLESS:
        return original
    text = plain(original)
    return f"'{text}" if original.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) else text


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A whole table as RFC 4180 text with a head line."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(heads)
    writer.writerows([cell(value) for value in row] for row in rows)
    return lines.getvalue()
