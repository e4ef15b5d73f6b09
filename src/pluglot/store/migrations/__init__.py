"""Migrations of the store's tables, run by Alembic when a database is opened.

Each is a step from one schema to the next and stays as it was released; a test compares their sum with the tables.
"""
