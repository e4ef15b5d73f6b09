"""The three versions of OCPP that exist over SOAP, and the endpoint that serves them all (SOAP-01)."""

from __future__ import annotations

from typing import Final

from pluglot.dialects.ocpp12 import wire as wire_12
from pluglot.dialects.ocpp15 import wire as wire_15
from pluglot.dialects.ocpp16 import soap_wire as wire_16
from pluglot.messages.version import OcppVersion
from pluglot.soap.binding import Binding, Bindings
from pluglot.soap.schema import Schema

#: 1.2 and 1.5 use messages of 1.6 where they are the same, so one table of sequences serves all.
_OLD: Final = Schema(wire_16.SEQUENCES)

OCPP_1_2: Final = Binding(OcppVersion.OCPP_1_2_SOAP, "2010/08", wire_12.ACTIONS, _OLD)
OCPP_1_5: Final = Binding(OcppVersion.OCPP_1_5_SOAP, "2012/06", wire_15.ACTIONS, _OLD)
OCPP_1_6: Final = Binding(
    OcppVersion.OCPP_1_6_SOAP, "2015/10", wire_16.ACTIONS, Schema(wire_16.SEQUENCES, wire_16.SUBSTITUTES)
)
ALL: Final = Bindings((OCPP_1_2, OCPP_1_5, OCPP_1_6))
