"""OCPP 1.5: what it says otherwise than 1.6 in ``wire``, and its translation as a climb to 1.6.

Words only: no input or output, no clock; this room may use msgspec, messages, dialects.ocpp16 and the common parts.
"""
