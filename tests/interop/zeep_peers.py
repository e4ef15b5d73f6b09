"""Peers made by zeep from the WSDL files: stations and central systems that call, and ones that are called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

import msgspec
import requests
from aiohttp import web
from lxml import etree
from zeep.plugins import Plugin
from zeep.transports import Transport as TypedTransport

from pluglot.messages.action import Action
from pluglot.soap import ALL, Service
from pluglot.soap.binding import element_name
from tests.interop.python_stations import BEGIN, END, REGISTER_MIDDLE
from tests.soap import made, wsdl
from tests.soap.wsdl import REFERENCES, Reference

#: Half of zeep has types, which helps nobody.
zeep: Any = import_module("zeep")
serialize_object: Any = import_module("zeep.helpers").serialize_object
Transport: Any = TypedTransport
ADDRESSING = "http://www.w3.org/2005/08/addressing"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
#: Where stations that call say that they listen.
LISTENING = "http://127.0.0.1:9/cp"
ENVELOPE = f"""<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="{SOAP}"><soap:Header/><soap:Body/></soap:Envelope>"""


class Addressed(Plugin):
    """Adds the headers that OCPP wants beyond what the WSDL says."""

    def __init__(self, address: str) -> None:
        self.address = address

    def egress(self, envelope: Any, http_headers: Any, _operation: Any, _binding_options: Any) -> Any:
        """Say where we listen and where answers go."""
        head = envelope[0]
        for name, address in (("From", self.address), ("ReplyTo", f"{ADDRESSING}/anonymous")):
            endpoint = etree.SubElement(head, f"{{{ADDRESSING}}}{name}")
            etree.SubElement(endpoint, f"{{{ADDRESSING}}}Address").text = address
        return envelope, http_headers


class Caller:
    """A client of one service, made from its WSDL."""

    def __init__(self, client: Any, service: Any, identity: str) -> None:
        self.client = client
        self._service = service
        self._identity = identity

    async def call(self, action: str, **values: Any) -> Any:
        """Call an operation; what zeep understood of the answer comes back as plain values."""
        headers = {"ChargeBoxIdentity": self._identity}
        answer = await asyncio.to_thread(self._service[action], _soapheaders=headers, **values)
        return serialize_object(answer, dict)


@contextmanager
def caller(reference: Reference, url: str, identity: str, password: str | None = None) -> Iterator[Caller]:
    """A client that calls this endpoint."""
    with requests.Session() as session:
        if password is not None:
            session.auth = (identity, password)
        client = zeep.Client(
            str(reference.path),
            transport=Transport(session=session, timeout=60, operation_timeout=60),
            plugins=[Addressed(LISTENING)],
        )
        (binding,) = client.wsdl.bindings
        yield Caller(client, client.create_service(binding, url), identity)


@cache
def types(reference: Reference) -> Any:
    """The types of a WSDL; nothing is called with it."""
    return zeep.Client(str(reference.path))


def values(message: Any) -> dict[str, Any]:
    """A message as the values zeep takes and gives."""
    tree = msgspec.to_builtins(message, builtin_types=(datetime, Decimal))
    return {name: _shaped(value) for name, value in tree.items()}


def _shaped(value: Any) -> Any:
    """Lists as zeep wants them; a value with attributes has its text under another name."""
    if isinstance(value, list | tuple):
        return [_shaped(item) for item in value]
    if isinstance(value, dict):
        renamed = {"value": "_value_1"} if value.keys() & {"context", "measurand"} and "phase" not in value else {}
        return {renamed.get(name, name): _shaped(item) for name, item in value.items()}
    return value


def charge_point_of(reference: Reference) -> Reference:
    """The service of stations in the version of this central system."""
    (found,) = [one for one in REFERENCES if one.service is Service.CHARGE_POINT and one.version is reference.version]
    return found


def meter_values(reference: Reference, transaction_id: int) -> dict[str, Any]:
    """A reading in the middle, as each version tells it."""
    at = BEGIN + (END - BEGIN) / 2
    match reference.version.value:
        case "1.2s":
            return {"connectorId": 1, "values": [{"timestamp": at, "value": REGISTER_MIDDLE}]}
        case "1.5s":
            value = {"_value_1": str(REGISTER_MIDDLE), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
            reading = {"timestamp": at, "value": [value]}
            return {"connectorId": 1, "transactionId": transaction_id, "values": [reading]}
        case _:
            reading = {"timestamp": at, "sampledValue": [{"value": str(REGISTER_MIDDLE)}]}
            return {"connectorId": 1, "transactionId": transaction_id, "meterValue": [reading]}


class Served:
    """A service made from a WSDL: what it is asked must be valid, and it answers with all fields there are."""

    def __init__(self, reference: Reference, identity: str) -> None:
        self.reference = reference
        self.identity = identity
        self.asked: list[str] = []
        self.operations: dict[str, Action] = ALL.by_version[reference.version].operations[reference.service]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        root = etree.fromstring(await request.content.read())
        head, (content,) = root[0], root[1]
        wsdl.schema(self.reference).assertValid(etree.fromstring(etree.tostring(content)))
        name = etree.QName(content).localname
        row = self.operations[name.casefold()]
        self._check(request, head, row)
        self.asked.append(row.name)
        self.hear(row, content)
        return web.Response(
            body=self._answer(row, head.findtext(f"{{{ADDRESSING}}}MessageID")),
            headers={"Content-Type": "application/soap+xml; charset=utf-8"},
        )

    def hear(self, row: Action, content: Any) -> None:
        """Take note of the content of a request; nothing is kept of it here."""

    def response(self, row: Action) -> Any:
        """What it answers: all fields there are."""
        assert row.response is not None
        return made.full(row.response)

    def _check(self, request: web.BaseRequest, head: Any, row: Action) -> None:
        namespace = ALL.by_version[self.reference.version].namespaces[self.reference.service]
        assert head.findtext(f"{{{namespace}}}chargeBoxIdentity") == self.identity
        assert head.findtext(f"{{{ADDRESSING}}}Action") == f"/{row.name}"
        assert head.findtext(f"{{{ADDRESSING}}}To")
        assert request.headers["Content-Type"] == f'application/soap+xml; charset=utf-8; action="/{row.name}"'

    def _answer(self, row: Action, relates_to: str | None) -> bytes:
        assert row.response is not None
        namespace = ALL.by_version[self.reference.version].namespaces[self.reference.service]
        element = types(self.reference).get_element(f"{{{namespace}}}{element_name(row.name, 'Response')}")
        root = etree.fromstring(ENVELOPE.encode())
        etree.SubElement(root[0], f"{{{ADDRESSING}}}Action").text = f"/{row.name}Response"
        etree.SubElement(root[0], f"{{{ADDRESSING}}}RelatesTo").text = relates_to
        element.render(root[1], element(**values(self.response(row))))
        return etree.tostring(root)
