"""Sessions of people outlast a restart; ended transactions are found by when they started."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_digest", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index(
        "ix_transactions_ended",
        "transactions",
        ["started_at", "number"],
        sqlite_where=sa.text("is_open = 0"),
        postgresql_where=sa.text("is_open = 0"),
    )


def downgrade() -> None:
    """Remove them; everybody logs in again."""
    op.drop_index("ix_transactions_ended", table_name="transactions")
    op.drop_table("sessions")
