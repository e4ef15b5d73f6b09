"""OCPP 1.6: its own messages in ``wire``, and its translation to and from the house.

Words only: no input or output, no clock; this room may use msgspec, messages and the common parts of dialects.
"""
