"""OCPP over SOAP as pure functions over bytes: envelopes, WS-Addressing, faults, and messages as XML, both ways.

Words only: may use ``messages``, ``dialects``, msgspec and lxml; no input or output, no clock, no random numbers.
"""

from pluglot.soap.binding import Binding, Bindings
from pluglot.soap.faults import FAULT_CODES, IDENTITY_MISMATCH, Fault, fault_for
from pluglot.soap.leniency import SoapLeniency, SoapRule
from pluglot.soap.mapping import Unsayable
from pluglot.soap.messages import (
    RequestRefused,
    ResponseUnreadable,
    SoapRequest,
    check_identity,
    read_request,
    read_response,
    refusal_of,
    write_refusal,
    write_request,
    write_response,
)
from pluglot.soap.names import Service, SoapVersion
from pluglot.soap.presence import Presence, heard
from pluglot.soap.safety import UnsafeXml, XmlLimits, parse
from pluglot.soap.versions import ALL

__all__ = [
    "ALL",
    "FAULT_CODES",
    "IDENTITY_MISMATCH",
    "Binding",
    "Bindings",
    "Fault",
    "Presence",
    "RequestRefused",
    "ResponseUnreadable",
    "Service",
    "SoapLeniency",
    "SoapRequest",
    "SoapRule",
    "SoapVersion",
    "UnsafeXml",
    "Unsayable",
    "XmlLimits",
    "check_identity",
    "fault_for",
    "heard",
    "parse",
    "read_request",
    "read_response",
    "refusal_of",
    "write_refusal",
    "write_request",
    "write_response",
]
