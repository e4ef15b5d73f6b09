"""Makes a 1.5 central system look like a 2.1 management system, by way of 1.6 (mapping, chapter 12)."""

from __future__ import annotations

from pluglot.dialects.climb import ClimbingHalf, NoMemory
from pluglot.dialects.ocpp15 import wire
from pluglot.dialects.ocpp15.conversions import ABSENT, DIFFERENCES
from pluglot.dialects.ocpp16.soap_halves import XmlCsmsHalf
from pluglot.messages.version import OcppVersion


class CsmsHalf(ClimbingHalf[NoMemory]):
    """A station's view of one 1.5 central system."""

    label = "ocpp1.5s csms 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_1_5_SOAP
    actions = wire.ACTIONS
    differences = DIFFERENCES
    absent = ABSENT
    newer_half = XmlCsmsHalf
