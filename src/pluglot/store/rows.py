"""How each record becomes a row and a row a record again: one codec per record, made from a table of conversions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Table

from pluglot.csms.policy import FlatPrice
from pluglot.csms.records import (
    AddressRecord,
    ConnectorRecord,
    CredentialRecord,
    EventRecord,
    LedgerEntry,
    MessageRecord,
    Reading,
    Registration,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionPhase,
    TransactionRecord,
    VariableRecord,
)
from pluglot.messages.moments import FIRST_MOMENT, LAST_MOMENT, within_bounds
from pluglot.store import tables
from pluglot.store.base import ApiTokenRecord, SessionRecord, UserRecord

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
RecordType = TypeVar("RecordType", bound=msgspec.Struct)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_encode_json = msgspec.json.Encoder(decimal_format="string").encode


def to_micros(moment: datetime) -> int:
    """A time as UTC microseconds since 1970, exactly; raises TypeError for a naive one."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time of these microseconds; the nearest one we work with where no date can say it."""
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:  # one such row must not take the list down that it stands in
        return FIRST_MOMENT if micros < 0 else LAST_MOMENT


def bounded_from_micros(micros: int) -> datetime:
    """The time of these microseconds within the years we work with, so that what holds it can be saved again."""
    return within_bounds(from_micros(micros))


def to_json(value: Any) -> str:
    """A value as JSON text; decimals as strings, so that no digit is lost."""
    return "[]" if value == () else _encode_json(value).decode()


def digest(text: str) -> bytes:
    """What stands for a long text in an index: 16 bytes, equal for equal texts only."""
    return blake2b(text.encode(), digest_size=16).digest()


def fold_token(id_token: str) -> str:
    """The form in which tokens are compared: without regard to case (mapping 3.4)."""
    return id_token.casefold()


class Conversion(msgspec.Struct, frozen=True):
    """How one column differs from its field."""

    encode: Convert
    decode: Convert
    #: What stands for None in a key column.
    absent: Any = None


def _json_conversion(type_: Any) -> Conversion:
    return Conversion(to_json, msgspec.json.Decoder(type_).decode)


TIME = Conversion(to_micros, from_micros)
INPUT_TIME = Conversion(to_micros, bounded_from_micros)
DECIMAL = Conversion(str, Decimal)
FLAG = Conversion(int, bool)
KEY_NUMBER = Conversion(int, int, tables.ABSENT_NUMBER)
KEY_TEXT = Conversion(str, str, tables.ABSENT_TEXT)
ANY_JSON = _json_conversion(Any)
READINGS = _json_conversion(tuple[Reading, ...])

decode_readings: Callable[[str], tuple[Reading, ...]] = READINGS.decode


def _encoder(columns: Sequence[str], conversions: Mapping[str, Conversion]) -> Callable[[Any], list[Any]]:
    """Make the function from a record to its row; written as source, for it is on the path of every message."""
    scope: dict[str, Any] = {}
    values = []
    for name in columns:
        conversion = conversions.get(name)
        if conversion is None:
            values.append(f"record.{name}")
            continue
        scope[f"to_{name}"], scope[f"no_{name}"] = conversion.encode, conversion.absent
        values.append(f"no_{name} if (value := record.{name}) is None else to_{name}(value)")
    exec(f"def encode(record): return [{', '.join(values)}]", scope)  # noqa: S102 - made of the names of our columns
    encode: Callable[[Any], list[Any]] = scope["encode"]
    return encode


class RowCodec(Generic[RecordType]):
    """Turns records of one type into rows of one table and back."""

    def __init__(
        self,
        record: type[RecordType],
        table: Table,
        conversions: Mapping[str, Conversion],
        *,
        without: Sequence[str] = (),
    ) -> None:
        """Take the fields of the record that are columns of the table, except ``without``, in the table's order."""
        fields = {field.name for field in msgspec.structs.fields(record)}
        #: The columns of the rows, in order.
        self.columns = tuple(column.name for column in table.columns if column.name in fields - set(without))
        unknown = conversions.keys() - set(self.columns)
        if unknown:
            raise ValueError(f"{record.__name__} has no columns {sorted(unknown)}")
        self._record = record
        #: The record's values in the order of ``columns``.
        self.encode: Callable[[RecordType], list[Any]] = _encoder(self.columns, conversions)
        places = {name: place for place, name in enumerate(self.columns)}
        self._decoders = tuple((places[name], c.decode, c.absent) for name, c in conversions.items())

    def decode(self, row: Sequence[Any], **others: Any) -> RecordType:
        """The record of a row whose values begin in the order of ``columns``; ``others`` are fields from elsewhere."""
        values = list(row[: len(self.columns)])
        for place, convert, absent in self._decoders:
            value = values[place]
            values[place] = None if value is None or value == absent else convert(value)
        return self._record(**dict(zip(self.columns, values, strict=True)), **others)


STATION: RowCodec[StationRecord] = RowCodec(
    StationRecord,
    tables.stations,
    {
        "registration": Conversion(str, Registration),
        "connected": FLAG,
        "last_seen_at": TIME,
        "connected_at": TIME,
        "booted_at": TIME,
        "registered_at": TIME,
    },
)
CONNECTOR: RowCodec[ConnectorRecord] = RowCodec(ConnectorRecord, tables.connectors, {"status_at": TIME})
ADDRESS: RowCodec[AddressRecord] = RowCodec(AddressRecord, tables.station_addresses, {"told_at": TIME})
CREDENTIAL: RowCodec[CredentialRecord] = RowCodec(CredentialRecord, tables.credentials, {"changed_at": TIME})
TOKEN: RowCodec[TokenRecord] = RowCodec(TokenRecord, tables.tokens, {"expires_at": INPUT_TIME, "blocked": FLAG})
TRANSACTION: RowCodec[TransactionRecord] = RowCodec(
    TransactionRecord,
    tables.transactions,
    {
        "state": Conversion(str, TransactionPhase),
        "started_at": TIME,
        "ended_at": TIME,
        "updated_at": TIME,
        "meter_start_wh": DECIMAL,
        "meter_last_wh": DECIMAL,
        "meter_last_at": TIME,
        "energy_wh": DECIMAL,
        "power_w": DECIMAL,
        "state_of_charge": DECIMAL,
        "cost": DECIMAL,
        "offline": FLAG,
        "received_seq_nos": _json_conversion(tuple[tuple[int, int], ...]),
        "missing_seq_nos": _json_conversion(tuple[int, ...]),
        "implausible": _json_conversion(tuple[str, ...]),
    },
    without=("is_open",),
)
LEDGER_ENTRY: RowCodec[LedgerEntry] = RowCodec(
    LedgerEntry, tables.ledger, {"at": TIME, "received_at": TIME, "offline": FLAG, "readings": READINGS}
)
PRICE: RowCodec[FlatPrice] = RowCodec(
    FlatPrice, tables.prices, {"valid_from": TIME, "per_kwh": DECIMAL, "per_session": DECIMAL}
)
VARIABLE: RowCodec[VariableRecord] = RowCodec(
    VariableRecord,
    tables.variables,
    {
        "component_instance": KEY_TEXT,
        "evse_id": KEY_NUMBER,
        "connector_id": KEY_NUMBER,
        "variable_instance": KEY_TEXT,
        "reported_at": TIME,
    },
)
STRANGER: RowCodec[StrangerRecord] = RowCodec(
    StrangerRecord,
    tables.strangers,
    {"offered_subprotocols": _json_conversion(tuple[str, ...]), "first_seen_at": TIME, "last_seen_at": TIME},
)
EVENT: RowCodec[EventRecord] = RowCodec(
    EventRecord, tables.events, {"at": TIME, "received_at": TIME, "data": _json_conversion(dict[str, Any])}
)
MESSAGE: RowCodec[MessageRecord] = RowCodec(
    MessageRecord, tables.messages, {"at": TIME, "losses": _json_conversion(tuple[Any, ...])}
)
USER: RowCodec[UserRecord] = RowCodec(UserRecord, tables.users, {"created_at": TIME})
API_TOKEN: RowCodec[ApiTokenRecord] = RowCodec(
    ApiTokenRecord, tables.api_tokens, {"created_at": TIME, "expires_at": TIME}
)
SESSION: RowCodec[SessionRecord] = RowCodec(SessionRecord, tables.sessions, {"began_at": TIME, "used_at": TIME})
