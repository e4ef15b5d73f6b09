"""The lists of the API as a table: their order, their filters, and the cursors between their pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from pluglot.messages.moments import in_utc
from pluglot.store.base import InvalidCursor, Page
from pluglot.store.rows import fold_token

#: The most items one page may have.
LIMIT = 1_000

Key = tuple[int | str, ...]


class Filter(msgspec.Struct, frozen=True):
    """One filter: the field it looks at, how its text is read, and how the two are compared."""

    field: str
    parse: Callable[[str], Any] = str
    compare: str = "eq"  # a function of the module operator


class ListShape(msgspec.Struct, frozen=True, kw_only=True):
    """What one list looks like; the last of the ``order`` columns make a place in it unique."""

    name: str
    order: tuple[str, ...]
    order_types: tuple[type, ...]
    newest_first: bool = True
    filters: Mapping[str, Filter]

    def read_filters(self, filters: Mapping[str, str]) -> list[tuple[str, Filter, Any]]:
        """Each filter with its value; raises KeyError for an unknown one and ValueError for a value it cannot have."""
        found = []
        for name, text in filters.items():
            if name not in self.filters:
                raise KeyError(name)
            filter_ = self.filters[name]
            try:
                found.append((name, filter_, filter_.parse(text)))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return found

    def read_cursor(self, cursor: str | None) -> Key | None:
        """The place after which a page begins; raises InvalidCursor."""
        if cursor is None:
            return None
        try:
            name, *key = msgspec.json.decode(
                base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="), type=list[int | str]
            )
        except (ValueError, binascii.Error, msgspec.DecodeError) as error:
            raise InvalidCursor(f"{cursor[:100]!r} is no cursor of this store") from error
        if name != self.name or tuple(map(type, key)) != self.order_types:
            raise InvalidCursor(f"{cursor[:100]!r} is no cursor of this list")
        if any(isinstance(part, int) and not -(2**63) <= part < 2**63 for part in key):
            raise InvalidCursor(f"{cursor[:100]!r} is no cursor of this store")
        return tuple(key)

    def write_cursor(self, key: Sequence[int | str]) -> str:
        """Opaque text for the place after the item with this key."""
        return base64.urlsafe_b64encode(msgspec.json.encode([self.name, *key])).rstrip(b"=").decode("ascii")

    def page(self, items: Sequence[tuple[Key, Any]], limit: int) -> Page[Any]:
        """A page of at most ``limit`` of these items, of which one more than that was asked for."""
        more = len(items) > limit
        return Page([item for _, item in items[:limit]], self.write_cursor(items[limit - 1][0]) if more else None)


def checked_limit(limit: int) -> int:
    """The limit; raises ValueError when no page can have so many items."""
    if not 1 <= limit <= LIMIT:
        raise ValueError(f"limit: must be from 1 to {LIMIT}")
    return limit


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text == "true"


def _integer(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None
    if not -(2**63) <= number < 2**63:
        raise ValueError("is too large")
    return number


def _time(text: str) -> datetime:
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        raise ValueError("must be a time of RFC 3339") from None
    return in_utc(moment)


def _filters(main_time: str | None, texts: Sequence[str], **others: Filter) -> Mapping[str, Filter]:
    times = {"since": Filter(main_time, _time, "ge"), "until": Filter(main_time, _time, "lt")} if main_time else {}
    return MappingProxyType({camel(name): Filter(name) for name in texts} | others | times)


def camel(name: str) -> str:
    """A field's name as the API spells it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


STATIONS = ListShape(
    name="stations",
    order=("id",),
    order_types=(str,),
    newest_first=False,
    filters=_filters(
        "last_seen_at",
        ("id", "registration", "ocpp_version", "vendor_name", "model", "serial_number", "firmware_version"),
        stationId=Filter("id"),
        connected=Filter("connected", _flag),
        securityProfile=Filter("security_profile", _integer),
    ),
)
TOKENS = ListShape(
    name="tokens",
    order=("folded", "type"),
    order_types=(str, str),
    newest_first=False,
    filters=_filters(
        None,
        ("type", "group_id_token", "language"),
        idToken=Filter("folded", fold_token),
        blocked=Filter("blocked", _flag),
    ),
)
TRANSACTIONS = ListShape(
    name="transactions",
    order=("number",),
    order_types=(int,),
    filters=_filters(
        "started_at",
        ("station_id", "transaction_id", "ocpp_version", "id_token", "id_token_type", "state", "stopped_reason"),
        evseId=Filter("evse_id", _integer),
        connectorId=Filter("connector_id", _integer),
        remoteStartId=Filter("remote_start_id", _integer),
        offline=Filter("offline", _flag),
        isOpen=Filter("is_open", _flag),
    ),
)
#: The same list where a span of time is asked for: by when they started, so that only that span is read.
TRANSACTIONS_IN_TIME = msgspec.structs.replace(
    TRANSACTIONS, name="transactions-in-time", order=("started_at", "number"), order_types=(int, int)
)


def transactions_shape(filters: Mapping[str, str]) -> ListShape:
    """Transactions as the house learnt of them, or along the time they started in when that is narrowed."""
    return TRANSACTIONS if filters.keys().isdisjoint(("since", "until")) else TRANSACTIONS_IN_TIME


MESSAGES = ListShape(
    name="messages",
    order=("id",),
    order_types=(int,),
    filters=_filters(
        "at",
        (
            "station_id",
            "ocpp_version",
            "direction",
            "message_id",
            "action",
            "house_action",
            "outcome",
            "error_code",
        ),
    ),
)
EVENTS = ListShape(
    name="events",
    order=("id",),
    order_types=(int,),
    filters=_filters("received_at", ("station_id", "kind", "name", "severity")),
)
STRANGERS = ListShape(
    name="strangers", order=("last_seen_at", "number"), order_types=(int, int), filters=_filters(None, ())
)
#: The places are the last row read of the ledger, of the meter values outside transactions, and how many readings of
#: the row read in part were given out already.
READINGS = ListShape(
    name="readings",
    order=("ledger", "meter_values", "given"),
    order_types=(int, int, int),
    filters=_filters("at", ("station_id", "transaction_id", "measurand"), evseId=Filter("evse_id", _integer)),
)
