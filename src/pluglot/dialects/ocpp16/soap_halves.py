"""OCPP 1.6 over SOAP: the halves of 1.6 without the messages that exist in JSON only (mapping, chapter 12)."""

from __future__ import annotations

from pluglot.dialects.climb import ClimbingHalf, NoMemory
from pluglot.dialects.ocpp16 import soap_wire
from pluglot.dialects.ocpp16.csms_half import CsmsHalf as JsonCsmsHalf
from pluglot.dialects.ocpp16.station_half import StationHalf as JsonStationHalf
from pluglot.messages.version import OcppVersion


class XmlStationHalf(JsonStationHalf):
    """The half of 1.6 whose words become XML."""

    in_xml = True


class XmlCsmsHalf(JsonCsmsHalf):
    """The half of 1.6 whose words become XML."""

    in_xml = True


class StationHalf(ClimbingHalf[NoMemory]):
    """The house's view of one 1.6 station that speaks SOAP."""

    label = "ocpp1.6s station 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_1_6_SOAP
    actions = soap_wire.ACTIONS
    newer_half = XmlStationHalf


class CsmsHalf(ClimbingHalf[NoMemory]):
    """A station's view of one 1.6 central system that speaks SOAP."""

    label = "ocpp1.6s csms 1"
    memory_type = NoMemory
    peer_version = OcppVersion.OCPP_1_6_SOAP
    actions = soap_wire.ACTIONS
    newer_half = XmlCsmsHalf
