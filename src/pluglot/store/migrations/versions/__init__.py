"""One file per revision of the schema, oldest number first.

Words for Alembic only; nothing else imports them.
"""
