"""Envelopes written by hand, as stations and central systems in the field write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pluglot.soap import ALL, RequestRefused, Service, SoapLeniency, SoapRequest, SoapRule, read_request
from pluglot.soap.faults import Fault

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
CS_1_5 = "urn://Ocpp/Cs/2012/06/"

IDENTITY = '<cs:chargeBoxIdentity s:mustUnderstand="true">CP1234</cs:chargeBoxIdentity>'
ACTION = '<a:Action s:mustUnderstand="true">/Heartbeat</a:Action>'
MESSAGE_ID = "<a:MessageID>urn:uuid:5f4a7f1e-0001</a:MessageID>"
FROM = "<a:From><a:Address>http://192.0.2.10:8080/cp</a:Address></a:From>"
REPLY_TO = f"<a:ReplyTo><a:Address>{ADDRESSING}/anonymous</a:Address></a:ReplyTo>"
TO = "<a:To>http://csms.example.com/ocpp</a:To>"
HEADERS = {"identity": IDENTITY, "action": ACTION, "id": MESSAGE_ID, "from": FROM, "reply": REPLY_TO, "to": TO}
HEARTBEAT = "<cs:heartbeatRequest/>"


def envelope(
    body: str = HEARTBEAT, *, namespace: str = CS_1_5, soap: str = SOAP_1_2, drop: str = "", **headers: str
) -> bytes:
    """An envelope with all headers but one; others are replaced by name."""
    parts = {**HEADERS, **headers}
    parts.pop(drop, None)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<s:Envelope xmlns:s="{soap}" xmlns:a="{ADDRESSING}" xmlns:cs="{namespace}">'
        f"<s:Header>{''.join(parts.values())}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def request(action: str, body: str, **options: Any) -> bytes:
    """An envelope of another operation; elements are qualified by the default namespace."""
    name = action[0].lower() + action[1:] + "Request"
    namespace = options.get("namespace", CS_1_5)
    options.setdefault("action", f"<a:Action>/{action}</a:Action>")
    return envelope(f'<{name} xmlns="{namespace}">{body}</{name}>', **options)


def read(raw: bytes, *, service: Service = Service.CENTRAL_SYSTEM) -> tuple[SoapRequest, list[SoapRule]]:
    """Read a request leniently; also which mistakes were overlooked."""
    leniency = SoapLeniency()
    return read_request(raw, ALL, service, leniency), sorted(leniency.used)


def fault_of(raw: bytes, *, forbidden: Any = (), service: Service = Service.CENTRAL_SYSTEM) -> Fault:
    """The fault that a request is answered with."""
    try:
        read_request(raw, ALL, service, SoapLeniency(forbidden))
    except RequestRefused as refused:
        return refused.fault
    raise AssertionError("the request was accepted")
