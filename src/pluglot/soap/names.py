"""Namespaces and fixed words of SOAP and WS-Addressing, and the two services of OCPP over SOAP."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Final

ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
#: The only legal ReplyTo: the answer comes in the same HTTP exchange (SOAP-03, SOAP-04).
ANONYMOUS: Final = f"{ADDRESSING}/anonymous"
XML_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
XML: Final = "http://www.w3.org/XML/1998/namespace"


class SoapVersion(Enum):
    """A version of the envelope; the value is its namespace."""

    SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
    #: Understood and answered in kind, never begun with (2.5).
    SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"

    def content_type(self, action: str) -> str:
        """The ``Content-Type`` of a message with this action."""
        if self is SoapVersion.SOAP_1_1:
            return "text/xml; charset=utf-8"
        return f'application/soap+xml; charset=utf-8; action="{action}"'


class Service(StrEnum):
    """Who serves an operation; the value is the part of the namespace that says so."""

    CENTRAL_SYSTEM = "Cs"
    CHARGE_POINT = "Cp"


def local_name(tag: object) -> str:
    """The name of an element without its namespace."""
    return str(tag).rpartition("}")[2]


def namespace_of(tag: object) -> str:
    """The namespace of an element; empty when it has none."""
    text = str(tag)
    return text[1:].partition("}")[0] if text.startswith("{") else ""
