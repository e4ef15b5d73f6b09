"""OCPP over SOAP on HTTP: the service that peers call, and the caller of a peer's service; both ends use both.

May use what ``transport`` may, and ``soap``; imported only where SOAP is enabled, because it needs lxml.
"""

from pluglot.transport.soap_http.caller import Exchanged, SoapCaller, SoapPeer
from pluglot.transport.soap_http.calls import SoapCall, SoapServer, Unanswered
from pluglot.transport.soap_http.central_system import CentralSystemService
from pluglot.transport.soap_http.charge_point import ChargePointService
from pluglot.transport.soap_http.settings import SoapSettings

__all__ = [
    "CentralSystemService",
    "ChargePointService",
    "Exchanged",
    "SoapCall",
    "SoapCaller",
    "SoapPeer",
    "SoapServer",
    "SoapSettings",
    "Unanswered",
]
