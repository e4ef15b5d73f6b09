"""SOAP faults: which one says what went wrong, and how each is written and read (SOAP-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from lxml import etree

from pluglot.messages.violations import PayloadViolation
from pluglot.soap.names import SoapVersion, local_name


class Fault(msgspec.Struct, frozen=True):
    """A request that is not answered with its response."""

    #: ``Sender``, ``Receiver``, ``MustUnderstand`` or ``VersionMismatch``, as SOAP 1.2 calls them.
    code: str
    #: ``SecurityError``, ``IdentityMismatch``, ``ProtocolError``, ``InternalError`` or ``NotSupported``.
    subcode: str = ""
    reason: str = ""

    @property
    def http_status(self) -> int:
        """The status of the HTTP answer that carries it (SOAP 1.2 part 2, 7.5.2.2)."""
        return 400 if self.code == SENDER else 500

    @property
    def error_code(self) -> str:
        """The error code of the house that means the same (mapping 13.1)."""
        return _FROM_SUBCODE.get(self.subcode.casefold()) or _FROM_CODE.get(self.code, "GenericError")


class FaultRaised(Exception):
    """What was received must be answered with this fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}/{fault.subcode}: {fault.reason}")
        self.fault = fault


SENDER: Final = "Sender"
RECEIVER: Final = "Receiver"
_NOT_SUPPORTED: Final = (RECEIVER, "NotSupported")
_INTERNAL_ERROR: Final = (RECEIVER, "InternalError")
_PROTOCOL_ERROR: Final = (SENDER, "ProtocolError")
_SECURITY_ERROR: Final = (SENDER, "SecurityError")

#: Error codes of the house -> code and subcode (mapping 13.1).
FAULT_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "NotImplemented": _NOT_SUPPORTED,
    "NotSupported": _NOT_SUPPORTED,
    "InternalError": _INTERNAL_ERROR,
    "ProtocolError": _PROTOCOL_ERROR,
    "SecurityError": _SECURITY_ERROR,
    "FormatViolation": _PROTOCOL_ERROR,
    "PropertyConstraintViolation": _PROTOCOL_ERROR,
    "OccurrenceConstraintViolation": _PROTOCOL_ERROR,
    "TypeConstraintViolation": _PROTOCOL_ERROR,
    "MessageTypeNotSupported": _PROTOCOL_ERROR,
    "RpcFrameworkError": _PROTOCOL_ERROR,
    "GenericError": _INTERNAL_ERROR,
}
_FROM_SUBCODE: Final[Mapping[str, str]] = {
    "notsupported": "NotSupported",
    "internalerror": "InternalError",
    "protocolerror": "ProtocolError",
    "securityerror": "SecurityError",
    "identitymismatch": "SecurityError",
}
_FROM_CODE: Final[Mapping[str, str]] = {
    SENDER: "ProtocolError",
    RECEIVER: "InternalError",
    "MustUnderstand": "NotSupported",
    "VersionMismatch": "NotSupported",
}
#: SOAP 1.1 has other words for two of them.
_TO_1_1: Final = {SENDER: "Client", RECEIVER: "Server"}
_FROM_1_1: Final = {"Client": SENDER, "Server": RECEIVER}
_LONGEST_REASON: Final = 500


def fault_for(error_code: str, reason: str = "") -> Fault:
    """The fault for an error code of the house."""
    code, subcode = FAULT_CODES.get(error_code, _INTERNAL_ERROR)
    return Fault(code, subcode, reason)


def protocol_error(reason: str) -> FaultRaised:
    """The sender broke a rule of SOAP or of OCPP over SOAP."""
    return FaultRaised(Fault(SENDER, "ProtocolError", reason))


def violation_fault(violation: PayloadViolation) -> Fault:
    """The fault for a message that breaks a rule of its type; it names the place and the rule, never the content."""
    return Fault(SENDER, "ProtocolError", str(violation))


IDENTITY_MISMATCH: Final = Fault(SENDER, "IdentityMismatch", "the chargeBoxIdentity is another")
NOT_UNDERSTOOD: Final = Fault("MustUnderstand", "", "a header that must be understood is not")
OTHER_SOAP: Final = Fault("VersionMismatch", "", "the envelope is of no known version of SOAP")


def write_fault(fault: Fault, soap: SoapVersion, prefix: str, escaped: str) -> str:
    """A fault as the content of a body; ``prefix`` is bound to the service, ``escaped`` is the reason as XML text."""
    if soap is SoapVersion.SOAP_1_1:
        code = _TO_1_1.get(fault.code, fault.code) + (f".{fault.subcode}" if fault.subcode else "")
        return f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>{escaped}</faultstring></s:Fault>"
    subcode = f"<s:Subcode><s:Value>{prefix}{fault.subcode}</s:Value></s:Subcode>" if fault.subcode else ""
    return (
        f"<s:Fault><s:Code><s:Value>s:{fault.code}</s:Value>{subcode}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escaped}</s:Text></s:Reason></s:Fault>'
    )


def read_fault(element: etree._Element) -> Fault:
    """The fault in a body, of either version of SOAP; whatever is missing stays empty."""
    parts = {local_name(child.tag): child for child in element.iter() if isinstance(child.tag, str)}
    if "faultcode" in parts:
        code, _, subcode = _word(parts["faultcode"]).partition(".")
        return Fault(_FROM_1_1.get(code, code), subcode, _shown(parts.get("faultstring")))
    code, subcode = [*(_word(child) for child in element.iter() if local_name(child.tag) == "Value"), "", ""][:2]
    return Fault(code or RECEIVER, subcode, _shown(parts.get("Text")))


def _word(element: etree._Element) -> str:
    """The name in a code, without the prefix that qualifies it."""
    return (element.text or "").strip().rpartition(":")[2][:64]


def _shown(element: etree._Element | None) -> str:
    text = "" if element is None else (element.text or "").strip()
    return "".join(character if character.isprintable() else " " for character in text[:_LONGEST_REASON])
