"""OCPP 1.2: what it says otherwise than 1.5 in ``wire``, and its translation as a climb to 1.5.

Words only: no input or output, no clock; this room may use msgspec, messages, dialects.ocpp15 and the common parts.
"""
