"""Makes a 1.2 central system look like a 2.1 management system, by way of 1.5 and 1.6 (mapping, chapter 12)."""

from __future__ import annotations

from pluglot.dialects.climb import ClimbingHalf, NoMemory
from pluglot.dialects.ocpp12 import wire
from pluglot.dialects.ocpp12.conversions import ABSENT, DIFFERENCES
from pluglot.dialects.ocpp15 import csms_half as newer
from pluglot.messages.version import OcppVersion


class CsmsHalf(ClimbingHalf[NoMemory]):
    """A station's view of one 1.2 central system."""

    label = "ocpp1.2s csms 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_1_2_SOAP
    actions = wire.ACTIONS
    differences = DIFFERENCES
    absent = ABSENT
    newer_half = newer.CsmsHalf
