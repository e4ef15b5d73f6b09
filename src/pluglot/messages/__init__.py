"""The house vocabulary: every OCPP 2.1 message as a typed, frozen Struct, one file per functional block.

Words only: no input or output, no clock; this room may use msgspec and nothing else.
"""
