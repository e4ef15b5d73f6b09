"""OCPP 2.0: its own messages in ``wire``, and its translation to and from 2.0.1, which climbs on to the house.

Words only: no input or output, no clock; this room may use msgspec, messages, the 2.0.1 dialect and what all share.
"""
