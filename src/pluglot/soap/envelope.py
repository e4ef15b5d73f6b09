"""Envelopes: the headers that OCPP needs and one element in the body, of SOAP 1.2 or, when read, 1.1."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from lxml import etree

from pluglot.soap.faults import NOT_UNDERSTOOD, OTHER_SOAP, FaultRaised, protocol_error
from pluglot.soap.leniency import SoapLeniency, SoapRule
from pluglot.soap.mapping import Unsayable
from pluglot.soap.names import ADDRESSING, ANONYMOUS, SoapVersion, local_name, namespace_of
from pluglot.soap.safety import UnsafeXml, XmlLimits, parse

IDENTITY: Final = "chargeBoxIdentity"
_LONGEST_HEADER: Final = 2048
_VERSIONS: Final = {version.value: version for version in SoapVersion}
#: Headers of WS-Addressing that say one text, and those that hold an address.
_TEXTS: Final = {"Action": "action", "MessageID": "message_id", "RelatesTo": "relates_to", "To": "to"}
_ENDPOINTS: Final = {"From": "from_address", "ReplyTo": "reply_to"}
_TRUE: Final = frozenset({"true", "1"})


class Headers(msgspec.Struct, frozen=True, kw_only=True):
    """What the header of an envelope says; absent is None."""

    identity: str | None = None
    #: The namespace in which the identity came.
    identity_namespace: str = ""
    action: str | None = None
    message_id: str | None = None
    relates_to: str | None = None
    from_address: str | None = None
    reply_to: str | None = None
    to: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """An envelope taken apart."""

    soap: SoapVersion
    headers: Headers
    #: The element in the body.
    content: Any
    has_header: bool


# --- reading ------------------------------------------------------------------------------------------------------


def read_envelope(raw: bytes, limits: XmlLimits, leniency: SoapLeniency) -> Envelope:
    """Take an envelope apart.

    Raises:
        FaultRaised: it is none, or has no sensible header or body.
    """
    try:
        root = parse(raw, limits)
    except UnsafeXml as error:
        raise protocol_error(str(error)) from None
    soap = _VERSIONS.get(namespace_of(root.tag))
    if soap is None or local_name(root.tag) != "Envelope":
        raise FaultRaised(OTHER_SOAP)
    if soap is SoapVersion.SOAP_1_1 and not leniency.allows(SoapRule.SOAP_1_1):
        raise FaultRaised(OTHER_SOAP)
    head = _one(root, soap, "Header")
    body = _one(root, soap, "Body")
    if body is None or len(body) != 1:
        raise protocol_error("expected a body with one element")
    headers = Headers() if head is None else _headers(head, soap)
    return Envelope(soap, headers, body[0], head is not None)


def _one(root: etree._Element, soap: SoapVersion, name: str) -> etree._Element | None:
    found = root.findall(f"{{{soap.value}}}{name}")
    if len(found) > 1:
        raise protocol_error("expected one header and one body")
    return found[0] if found else None


def _headers(head: etree._Element, soap: SoapVersion) -> Headers:
    values: dict[str, str] = {}
    for block in head:
        namespace, name = namespace_of(block.tag), local_name(block.tag)
        if name.casefold() == IDENTITY.casefold() and namespace != ADDRESSING:
            _keep(values, "identity", _header_text(block))
            values["identity_namespace"] = namespace
        elif namespace != ADDRESSING:
            # SOAP 1.2 part 1, 5.4.8: what must be understood and is not ends the processing.
            if block.get(f"{{{soap.value}}}mustUnderstand", "false").strip().casefold() in _TRUE:
                raise FaultRaised(NOT_UNDERSTOOD)
        elif name in _TEXTS:
            _keep(values, _TEXTS[name], _header_text(block))
        elif name in _ENDPOINTS:
            address = block.find(f"{{{ADDRESSING}}}Address")
            if address is not None:
                _keep(values, _ENDPOINTS[name], _header_text(address))
    return Headers(**values)


def _keep(values: dict[str, str], field: str, text: str) -> None:
    if field in values:
        # Two of them could be read differently by two readers.
        raise protocol_error("the same header twice")
    if text:
        values[field] = text


def _header_text(block: etree._Element) -> str:
    text = "" if len(block) else (block.text or "").strip()
    if len(text) > _LONGEST_HEADER:
        raise protocol_error("a header is too long")
    return text


# --- writing ------------------------------------------------------------------------------------------------------

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_MUST_UNDERSTAND: Final = {
    SoapVersion.SOAP_1_2: ' s:mustUnderstand="true"',
    SoapVersion.SOAP_1_1: ' s:mustUnderstand="1"',
}


def escaped(text: str) -> str:
    """A text as the content of an element.

    Raises:
        Unsayable: the text holds characters that no header needs.
    """
    if not text.isprintable():
        raise Unsayable("a header with characters that cannot be printed")
    return text.translate(_ESCAPES)


def write_envelope(soap: SoapVersion, namespace: str, headers: Headers, content: str, *, request: bool) -> bytes:
    """An envelope around content whose names have the prefix ``o``, which is bound to this namespace."""
    must = _MUST_UNDERSTAND[soap] if request else ""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<s:Envelope xmlns:s="{soap.value}" xmlns:a="{ADDRESSING}" xmlns:o="{namespace}"><s:Header>',
    ]
    if headers.identity is not None:
        parts.append(f"<o:{IDENTITY}{must}>{escaped(headers.identity)}</o:{IDENTITY}>")
    parts.append(f"<a:Action{must}>{escaped(headers.action or '')}</a:Action>")
    parts.append(f"<a:MessageID>{escaped(headers.message_id or '')}</a:MessageID>")
    if headers.relates_to is not None:
        parts.append(f"<a:RelatesTo>{escaped(headers.relates_to)}</a:RelatesTo>")
    if headers.from_address is not None:
        parts.append(f"<a:From><a:Address>{escaped(headers.from_address)}</a:Address></a:From>")
    if request:
        parts.append(f"<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>")
    parts.append(f"<a:To>{escaped(headers.to or ANONYMOUS)}</a:To></s:Header><s:Body>{content}</s:Body></s:Envelope>")
    return "".join(parts).encode()
