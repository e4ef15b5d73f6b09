"""Dialects: how each other OCPP version is said in the house vocabulary and back, as pure functions and a small memory.

Words only: may use ``messages`` and msgspec; no input or output, no clock, no random numbers.
"""
