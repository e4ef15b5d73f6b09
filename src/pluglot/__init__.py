"""pluglot: EV charging in every OCPP version, with one vocabulary inside.

Words say what can be said, actors decide, doors do all input and output, the roof wires them together.
"""

__version__ = "0.1.0"
