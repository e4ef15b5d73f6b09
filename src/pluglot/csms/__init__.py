"""The management system's decisions, a file per functional block: a request in, a response and facts out.

Actors only: may use ``messages`` and its own ports; no input or output, no clock, no random numbers.
"""

from pluglot.csms.decision import Decision
from pluglot.csms.ledger import fold
from pluglot.csms.management import Csms
from pluglot.csms.policy import FlatPrice, MeterRules, Policy

__all__ = ["Csms", "Decision", "FlatPrice", "MeterRules", "Policy", "fold"]
