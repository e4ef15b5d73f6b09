"""The store: facts become durable here and are found again; SQLite now, other databases behind the same calls.

A door: may use ``messages``, ``csms`` records and facts, SQLAlchemy and Alembic; knows no other door.
"""
