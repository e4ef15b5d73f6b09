"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: SQLite makes only a column of exactly this type its row id.
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_api_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )


def _create_connectors() -> None:
    op.create_table(
        "connectors",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("evse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("connector_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.BigInteger(), nullable=False),
        sa.Column("original_status", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("station_id", "evse_id", "connector_id", name="pk_connectors"),
        sqlite_with_rowid=False,
    )


def _create_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _create_dialect_memories() -> None:
    op.create_table(
        "dialect_memories",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("ocpp_version", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "ocpp_version", name="pk_dialect_memories"),
        sqlite_with_rowid=False,
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("station_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_station_id", "events", ["station_id"], unique=False)


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("seq_no", sa.BigInteger(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("trigger_reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("offline", sa.BigInteger(), nullable=False),
        sa.Column("evse_id", sa.BigInteger(), nullable=True),
        sa.Column("connector_id", sa.BigInteger(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("id_token_type", sa.Text(), nullable=True),
        sa.Column("charging_state", sa.Text(), nullable=True),
        sa.Column("stopped_reason", sa.Text(), nullable=True),
        sa.Column("remote_start_id", sa.BigInteger(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("readings", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer_status", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_ledger"),
        sa.UniqueConstraint(
            "station_id", "transaction_id", "seq_no", name="uq_ledger_station_id_transaction_id_seq_no"
        ),
        sqlite_autoincrement=True,
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ocpp_version", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("house_action", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("latency_ms", sa.Double(), nullable=True),
        sa.Column("losses", sa.Text(), nullable=False),
        sa.Column("request_frame", sa.Text(), nullable=False),
        sa.Column("response_frame", sa.Text(), nullable=True),
        sa.Column("house_request", sa.Text(), nullable=True),
        sa.Column("house_response", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_station_id", "messages", ["station_id"], unique=False)


def _create_meter_values() -> None:
    op.create_table(
        "meter_values",
        sa.Column("number", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("evse_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_meter_values"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meter_values_station_id", "meter_values", ["station_id"], unique=False)


def _create_secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )


def _create_stations() -> None:
    op.create_table(
        "stations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("security_profile", sa.BigInteger(), nullable=False),
        sa.Column("ocpp_version", sa.Text(), nullable=True),
        sa.Column("connected", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("vendor_name", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("serial_number", sa.Text(), nullable=True),
        sa.Column("firmware_version", sa.Text(), nullable=True),
        sa.Column("boot_reason", sa.Text(), nullable=True),
        sa.Column("booted_at", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("remote_address", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stations"),
    )


def _create_strangers() -> None:
    op.create_table(
        "strangers",
        sa.Column("number", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remote_address", sa.Text(), nullable=False),
        sa.Column("offered_subprotocols", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_strangers"),
        sa.UniqueConstraint("identity", "reason", name="uq_strangers_identity_reason"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_strangers_last_seen_at", "strangers", ["last_seen_at"], unique=False)


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("group_id_token", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked", sa.BigInteger(), nullable=False),
        sa.Column("concurrent_transactions", sa.BigInteger(), nullable=True),
        sa.Column("personal_message", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("folded", "type", name="pk_tokens"),
        sqlite_with_rowid=False,
    )


def _transaction_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("is_open", sa.BigInteger(), nullable=False),
        sa.Column("ocpp_version", sa.Text(), nullable=True),
        sa.Column("evse_id", sa.BigInteger(), nullable=True),
        sa.Column("connector_id", sa.BigInteger(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("id_token_type", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("meter_start_wh", sa.Text(), nullable=True),
        sa.Column("meter_last_wh", sa.Text(), nullable=True),
        sa.Column("meter_last_at", sa.BigInteger(), nullable=True),
        sa.Column("energy_wh", sa.Text(), nullable=False),
        sa.Column("power_w", sa.Text(), nullable=True),
        sa.Column("state_of_charge", sa.Text(), nullable=True),
        sa.Column("cost", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("stopped_reason", sa.Text(), nullable=True),
        sa.Column("remote_start_id", sa.BigInteger(), nullable=True),
        sa.Column("offline", sa.BigInteger(), nullable=False),
        sa.Column("received_seq_nos", sa.Text(), nullable=False),
        sa.Column("missing_seq_nos", sa.Text(), nullable=False),
        sa.Column("implausible", sa.Text(), nullable=False),
    ]


def _create_transactions() -> None:
    op.create_table(
        "transactions",
        *_transaction_columns(),
        sa.PrimaryKeyConstraint("number", name="pk_transactions"),
        sa.UniqueConstraint("station_id", "transaction_id", name="uq_transactions_station_id_transaction_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_transactions_open",
        "transactions",
        ["number"],
        unique=False,
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open = 1"),
    )


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )


def _create_variables() -> None:
    op.create_table(
        "variables",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("component_instance", sa.Text(), nullable=False),
        sa.Column("evse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("connector_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("variable_instance", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("mutability", sa.Text(), nullable=True),
        sa.Column("data_type", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "station_id",
            "component",
            "component_instance",
            "evse_id",
            "connector_id",
            "variable",
            "variable_instance",
            "attribute",
            name="pk_variables",
        ),
        sqlite_with_rowid=False,
    )


def _create_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("security_profile", sa.BigInteger(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_credentials_station_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("station_id", name="pk_credentials"),
    )


def upgrade() -> None:
    """Create all tables."""
    _create_api_tokens()
    _create_connectors()
    _create_counters()
    _create_dialect_memories()
    _create_events()
    _create_ledger()
    _create_messages()
    _create_meter_values()
    _create_secrets()
    _create_stations()
    _create_strangers()
    _create_tokens()
    _create_transactions()
    _create_users()
    _create_variables()
    _create_credentials()


def downgrade() -> None:
    """Remove all tables."""
    for table in (
        "credentials",
        "variables",
        "users",
        "transactions",
        "tokens",
        "strangers",
        "stations",
        "secrets",
        "meter_values",
        "messages",
        "ledger",
        "events",
        "dialect_memories",
        "counters",
        "connectors",
        "api_tokens",
    ):
        op.drop_table(table)
