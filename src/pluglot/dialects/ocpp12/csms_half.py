"""Makes a 1.2 central system look like a 2.1 management system, by way of 1.5 and 1.6 (mapping, chapter 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pluglot.dialects.climb import ClimbingHalf, Difference, NoMemory
from pluglot.dialects.ocpp12 import wire
from pluglot.dialects.ocpp12.conversions import ABSENT, DIFFERENCES, FAULTS_AS_MEANT
from pluglot.dialects.ocpp15 import csms_half as newer
from pluglot.messages.version import OcppVersion


class FaultsAsMeant(newer.CsmsHalf):
    """The 1.5 half for central systems without OtherError: an over-voltage is told before it becomes one (12.3)."""

    differences: ClassVar[Mapping[str, Difference]] = {
        **newer.CsmsHalf.differences,
        "StatusNotification": FAULTS_AS_MEANT,
    }


class CsmsHalf(ClimbingHalf[NoMemory]):
    """A station's view of one 1.2 central system."""

    label = "ocpp1.2s csms 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_1_2_SOAP
    actions = wire.ACTIONS
    differences = DIFFERENCES
    absent = ABSENT
    newer_half = FaultsAsMeant
