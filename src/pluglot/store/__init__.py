"""The store: facts become durable here and are found again; SQLite now, other databases behind the same calls.

A door: may use ``messages``, ``csms`` records and facts, what ``station`` says of journals, SQLAlchemy, Alembic and
SQLite; knows no other door.
"""

from pluglot.store.base import FactsRefused, InvalidCursor, Page, Store, StoreUnavailable
from pluglot.store.memory import MemoryStore
from pluglot.store.retention import Retention
from pluglot.store.sql import SqlStore

__all__ = [
    "FactsRefused",
    "InvalidCursor",
    "MemoryStore",
    "Page",
    "Retention",
    "SqlStore",
    "Store",
    "StoreUnavailable",
]
