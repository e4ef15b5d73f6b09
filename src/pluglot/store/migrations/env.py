"""What Alembic runs: the migrations over the connection it was given, each in one transaction."""

from __future__ import annotations

from alembic import context

from pluglot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
    transactional_ddl=True,
    render_as_batch=True,
)

with context.begin_transaction():
    context.run_migrations()
