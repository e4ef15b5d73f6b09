"""The management system's decisions, a file per functional block: a request in, a response and facts out.

Actors only: may use ``messages`` and its own ports; no input or output, no clock, no random numbers.
"""
