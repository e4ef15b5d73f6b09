"""Readings outside transactions are kept once, also when a station says them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEX = "uq_meter_values_said_once"


def upgrade() -> None:
    """Add the digest and the index; rows that are there have none, and stay as they are."""
    op.add_column("meter_values", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.create_index(_INDEX, "meter_values", ["station_id", "evse_id", "digest"], unique=True)


def downgrade() -> None:
    """Remove them."""
    op.drop_index(_INDEX, table_name="meter_values")
    op.drop_column("meter_values", "digest")
