"""Asking for lists: limits, cursors and filters, the same for every list of the API and of the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request

from pluglot.csms.records import Registration, TransactionPhase
from pluglot.csms.registering import TOKEN_TYPES
from pluglot.messages import Reason
from pluglot.messages.moments import FIRST_YEAR, LAST_YEAR, in_utc
from pluglot.messages.version import OcppVersion
from pluglot.web.problems import Problem
from pluglot.web.text import short

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 1000
LONGEST_FILTER = 512
MOST_DIGITS = 9
LONGEST_SHOWN = 40
TIME_RULE = f"a time with its zone from {FIRST_YEAR} to {LAST_YEAR}, as 2026-05-01T12:00:00Z"

#: Which filters each list knows; named as the fields, exact values, ``since`` and ``until`` on the list's main time.
FILTERS: Mapping[str, tuple[str, ...]] = {
    name: tuple(filters.split())
    for name, filters in {
        "stations": (
            "id stationId ocppVersion connected registration securityProfile vendorName model serialNumber "
            "firmwareVersion since until"
        ),
        "transactions": (
            "stationId transactionId ocppVersion evseId connectorId idToken idTokenType state isOpen stoppedReason "
            "remoteStartId offline since until"
        ),
        "meter-values": "stationId evseId transactionId measurand since until",
        "tokens": "idToken type blocked groupIdToken language",
        "messages": ("stationId ocppVersion direction messageId action houseAction outcome errorCode since until"),
        "events": "stationId kind name severity since until",
        "strangers": "",
    }.items()
}
#: Filters whose values are not text.
NUMBERS = frozenset({"evseId", "connectorId", "securityProfile", "remoteStartId"})
FLAGS = frozenset({"connected", "blocked", "isOpen", "offline"})
#: Filters whose values are a few words: what a form offers, and all that a query may say.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "registration": tuple(Registration),
    "ocppVersion": tuple(OcppVersion),
    "state": tuple(TransactionPhase),
    "stoppedReason": tuple(Reason),
    "type": TOKEN_TYPES,
    "direction": ("in", "out"),
    "outcome": ("answered", "refused", "timed-out", "abandoned", "rejected", "sent"),
    "kind": ("device", "security", "house"),
    "severity": ("info", "warning", "error"),
}


class Asked(msgspec.Struct, frozen=True):
    """Which part of a list is wanted."""

    filters: Mapping[str, str]
    limit: int
    cursor: str | None


def asked(request: Request[Any, Any, Any], name: str) -> Asked:
    """Read limit, cursor and filters from the query; whatever is not known there is refused by name."""
    filters: dict[str, str] = {}
    limit, cursor = DEFAULT_LIMIT, None
    for key, value in request.query_params.items():
        if key == "limit":
            limit = _limit(value)
        elif key == "cursor":
            cursor = value
        elif key not in FILTERS[name]:
            raise Problem("invalid-query", f"{key}: not a filter of {name}", field=key, rule=_known(name))
        elif value != "":
            filters[key] = _checked(key, value)
    return Asked(filters, limit, cursor)


def _known(name: str) -> str:
    return "one of " + ", ".join(("limit", "cursor", *FILTERS[name]))


def _limit(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value[:9]) <= LARGEST_LIMIT:
        raise Problem("invalid-query", f"limit: 1 to {LARGEST_LIMIT}", field="limit", rule=f"1 to {LARGEST_LIMIT}")
    return int(value)


def _checked(key: str, value: str) -> str:
    """Refuse what no list could hold; the meaning of the value is the store's affair."""
    if len(value) > LONGEST_FILTER:
        raise _wrong(key, "too long", f"at most {LONGEST_FILTER} characters")
    if "\x00" in value:
        raise _wrong(key, "holds a NUL character", "text without NUL characters")
    if key in CHOICES and value not in CHOICES[key]:
        raise wrong_choice(key, value, CHOICES[key])
    if key in {"since", "until"}:
        return _time(key, value)
    if key in NUMBERS and not (value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS):
        raise _wrong(key, "not a number", "a whole number")
    if key in FLAGS and value not in {"true", "false"}:
        raise _wrong(key, "true or false", "true or false")
    return value


def wrong_choice(key: str, value: str, values: Iterable[str]) -> Problem:
    """A filter has a value that is none of those it can have."""
    rule = "one of " + ", ".join(values)
    return _wrong(key, f"{short(value, LONGEST_SHOWN)!r} is not {rule}", rule)


def _wrong(key: str, what: str, rule: str) -> Problem:
    return Problem("invalid-query", f"{key}: {what}", field=key, rule=rule)


def _time(key: str, value: str) -> str:
    try:
        return in_utc(datetime.fromisoformat(value.replace(" ", "+"))).isoformat()
    except ValueError:
        raise _wrong(key, TIME_RULE, TIME_RULE) from None


async def page_of(ask: Callable[..., Awaitable[Any]], wanted: Asked, *, filtered: bool = True) -> Any:
    """Ask the store; a cursor it did not give out and a filter it does not know become problems."""
    arguments: dict[str, Any] = {"limit": wanted.limit, "cursor": wanted.cursor}
    if filtered:
        arguments["filters"] = wanted.filters
    try:
        return await ask(**arguments)
    except KeyError as unknown:
        field = str(unknown.args[0]) if unknown.args else "filter"
        raise Problem("invalid-query", f"{field}: not a filter of this list", field=field, rule="a filter") from None
    except ValueError as wrong:
        if wanted.cursor is None:
            field, _, rule = str(wrong).partition(": ")
            raise _wrong(field, rule, rule) from None
        raise Problem("invalid-cursor", field="cursor", rule="a nextCursor of this list") from None
