"""The tables of the store, for every database; times are UTC microseconds, decimals are exact text, lists are JSON.

Lists of the API follow the integer primary keys, which rise in the order in which the house learnt of things. The
tables written for every message (``ledger``, ``messages``) have no index beyond what is unique or filters by station.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

#: SQLite makes only a column of exactly this type its row id; other databases get eight bytes.
RowNumber = BigInteger().with_variant(Integer, "sqlite")

#: Stands in key columns where a record has None, since a key must compare equal to itself.
ABSENT_NUMBER = -1
ABSENT_TEXT = ""


def _text(name: str, *, required: bool = False) -> Column[str]:
    return Column(name, Text, nullable=not required)


def _number(name: str, *, required: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=not required)


def _time(name: str, *, required: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=not required)


def _row_number(name: str) -> Column[int]:
    return Column(name, RowNumber, primary_key=True, autoincrement=True)


stations = Table(
    "stations",
    metadata,
    Column("id", Text, primary_key=True),
    _text("registration", required=True),
    _number("security_profile", required=True),
    _text("ocpp_version"),
    _number("connected", required=True),
    _number("epoch", required=True),
    _time("last_seen_at"),
    _time("connected_at"),
    _text("vendor_name"),
    _text("model"),
    _text("serial_number"),
    _text("firmware_version"),
    _text("boot_reason"),
    _time("booted_at"),
    _time("registered_at"),
    _text("remote_address"),
    _text("note"),
)

connectors = Table(
    "connectors",
    metadata,
    Column("station_id", Text, primary_key=True),
    Column("evse_id", Integer, primary_key=True, autoincrement=False),
    Column("connector_id", Integer, primary_key=True, autoincrement=False),
    _text("status", required=True),
    _time("status_at", required=True),
    _text("original_status"),
    sqlite_with_rowid=False,
)

credentials = Table(
    "credentials",
    metadata,
    Column("station_id", Text, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    _number("security_profile", required=True),
    _text("verifier"),
    _time("changed_at", required=True),
)

tokens = Table(
    "tokens",
    metadata,
    Column("folded", Text, primary_key=True),  # the text as it is compared: without regard to case
    Column("type", Text, primary_key=True),
    _text("id_token", required=True),
    _text("group_id_token"),
    _time("expires_at"),
    _number("blocked", required=True),
    _number("concurrent_transactions"),
    _text("personal_message"),
    _text("language"),
    _text("note"),
    sqlite_with_rowid=False,
)

transactions = Table(
    "transactions",
    metadata,
    _row_number("number"),
    _text("station_id", required=True),
    _text("transaction_id", required=True),
    _number("is_open", required=True),
    _text("ocpp_version"),
    _number("evse_id"),
    _number("connector_id"),
    _text("id_token"),
    _text("id_token_type"),
    _text("state", required=True),
    _time("started_at", required=True),
    _time("ended_at"),
    _time("updated_at", required=True),
    _text("meter_start_wh"),
    _text("meter_last_wh"),
    _time("meter_last_at"),
    _text("energy_wh", required=True),
    _text("power_w"),
    _text("state_of_charge"),
    _text("cost"),
    _text("currency"),
    _text("stopped_reason"),
    _number("remote_start_id"),
    _number("offline", required=True),
    _text("received_seq_nos", required=True),
    _text("missing_seq_nos", required=True),
    _text("implausible", required=True),
    UniqueConstraint("station_id", "transaction_id"),
    sqlite_autoincrement=True,
)

#: The open ones are read as a whole at a start; touched only when a transaction begins and when it ends.
Index(
    "ix_transactions_open",
    transactions.c.number,
    sqlite_where=transactions.c.is_open == 1,
    postgresql_where=transactions.c.is_open == 1,
)

#: Lists of a span of time read along it; a transaction comes in when it ends, so its many events do not touch it.
Index(
    "ix_transactions_ended",
    transactions.c.started_at,
    transactions.c.number,
    sqlite_where=transactions.c.is_open == 0,
    postgresql_where=transactions.c.is_open == 0,
)

ledger = Table(
    "ledger",
    metadata,
    _row_number("number"),
    _text("station_id", required=True),
    _text("transaction_id", required=True),
    _number("seq_no", required=True),
    _text("event_type", required=True),
    _text("trigger_reason", required=True),
    _time("at", required=True),
    _time("received_at", required=True),
    _number("offline", required=True),
    _number("evse_id"),
    _number("connector_id"),
    _text("id_token"),
    _text("id_token_type"),
    _text("charging_state"),
    _text("stopped_reason"),
    _number("remote_start_id"),
    _number("reservation_id"),
    _text("readings", required=True),
    _text("digest", required=True),
    _text("answer_status"),
    UniqueConstraint("station_id", "transaction_id", "seq_no"),
    sqlite_autoincrement=True,
)

meter_values = Table(
    "meter_values",
    metadata,
    _row_number("number"),
    _text("station_id", required=True),
    _number("evse_id", required=True),
    _time("received_at", required=True),
    _text("readings", required=True),
    #: Of the readings, so that what a station says again is not kept again; absent in rows of older programs.
    Column("digest", LargeBinary),
    Index(None, "station_id"),
    Index("uq_meter_values_said_once", "station_id", "evse_id", "digest", unique=True),
    sqlite_autoincrement=True,
)

variables = Table(
    "variables",
    metadata,
    Column("station_id", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("component_instance", Text, primary_key=True),
    Column("evse_id", Integer, primary_key=True, autoincrement=False),
    Column("connector_id", Integer, primary_key=True, autoincrement=False),
    Column("variable", Text, primary_key=True),
    Column("variable_instance", Text, primary_key=True),
    Column("attribute", Text, primary_key=True),
    _text("value"),
    _text("mutability"),
    _text("data_type"),
    _time("reported_at", required=True),
    sqlite_with_rowid=False,
)

strangers = Table(
    "strangers",
    metadata,
    _row_number("number"),
    _text("identity", required=True),
    _text("reason", required=True),
    _text("remote_address", required=True),
    _text("offered_subprotocols", required=True),
    _text("user_agent"),
    _time("first_seen_at", required=True),
    _time("last_seen_at", required=True),
    _number("attempts", required=True),
    UniqueConstraint("identity", "reason"),
    Index(None, "last_seen_at"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    _row_number("id"),
    _text("station_id"),
    _time("at", required=True),
    _time("received_at", required=True),
    _text("kind", required=True),
    _text("name", required=True),
    _text("severity", required=True),
    _text("detail"),
    _text("data", required=True),
    Index(None, "station_id"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    _row_number("id"),
    _text("station_id", required=True),
    _time("at", required=True),
    _text("ocpp_version", required=True),
    _text("direction", required=True),
    _text("message_id", required=True),
    _text("action", required=True),
    _text("house_action"),
    _text("outcome", required=True),
    _text("error_code"),
    Column("latency_ms", Double),
    _text("losses", required=True),
    _text("request_frame", required=True),
    _text("response_frame"),
    _text("house_request"),
    _text("house_response"),
    Index(None, "station_id"),
    sqlite_autoincrement=True,
)

dialect_memories = Table(
    "dialect_memories",
    metadata,
    Column("station_id", Text, primary_key=True),
    Column("ocpp_version", Text, primary_key=True),
    Column("snapshot", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

station_addresses = Table(
    "station_addresses",
    metadata,
    Column("station_id", Text, primary_key=True),
    _text("told_url"),
    _text("told_from"),
    _time("told_at"),
    _text("registered_url"),
    sqlite_with_rowid=False,
)

#: Every price that ever held, in the order they were set; only ever added to (DAT-05).
prices = Table(
    "prices",
    metadata,
    _row_number("number"),
    _time("valid_from", required=True),
    _text("per_kwh", required=True),
    _text("per_session", required=True),
    _text("currency", required=True),
    sqlite_autoincrement=True,
)

#: Running totals of what retention trims.
#: The counter that is none: the number of the group of fact sets that was written last.
LAST_GROUP = "last-group"
counters = Table("counters", metadata, Column("name", Text, primary_key=True), _number("value", required=True))

users = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    _text("role", required=True),
    _text("password_hash", required=True),
    _time("created_at", required=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("name", Text, primary_key=True),
    _text("role", required=True),
    _text("digest", required=True),
    _time("created_at", required=True),
    _time("expires_at"),
    UniqueConstraint("digest"),
)

#: Logins of people; neither the session's secret nor the password's text is kept.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    _text("name", required=True),
    _text("password_digest", required=True),
    _time("began_at", required=True),
    _time("used_at", required=True),
)

secrets = Table("secrets", metadata, Column("name", Text, primary_key=True), _text("value", required=True))
