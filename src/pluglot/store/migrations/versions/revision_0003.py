"""Where stations over SOAP are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of addresses."""
    op.create_table(
        "station_addresses",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("told_url", sa.Text(), nullable=True),
        sa.Column("told_from", sa.Text(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("registered_url", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("station_id", name="pk_station_addresses"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("station_addresses")
