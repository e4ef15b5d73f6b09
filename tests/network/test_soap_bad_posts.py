"""Bad SOAP over real sockets, to both services: each has its defined answer, and nothing of it is processed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pluglot.dialects import Refusal
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.soap import Service
from pluglot.soap.envelope import read_envelope
from pluglot.soap.faults import read_fault
from pluglot.soap.leniency import SoapLeniency
from pluglot.soap.safety import DEFAULT_LIMITS
from pluglot.transport.soap_http import SoapCall, SoapCaller
from tests.network.soap_rig import PASSWORD, basic_header, central_system, http_server, station
from tests.soap.envelopes import CS_1_5, NOW, envelope

CP_1_5 = "urn://Ocpp/Cp/2012/06/"
DATES = {"1.2s": "2010/08", "1.5s": "2012/06", "1.6s": "2015/10"}
#: A request of each service that needs no content.
BODIES = {
    Service.CENTRAL_SYSTEM: ("Heartbeat", "<cs:heartbeatRequest/>"),
    Service.CHARGE_POINT: ("ClearCache", "<cs:clearCacheRequest/>"),
}
ANSWERS: dict[Service, Any] = {
    Service.CENTRAL_SYSTEM: wire16.HeartbeatResponse(current_time=NOW),
    Service.CHARGE_POINT: wire16.ClearCacheResponse(status=wire16.ClearCacheStatus.ACCEPTED),
}
both = pytest.mark.parametrize("service", list(Service), ids=lambda service: service.value)


class Served:
    """A service of ours on a socket, and what reached the house through it."""

    def __init__(self, service: Service, url: str, calls: list[SoapCall]) -> None:
        self.service = service
        self.url = url
        self.calls = calls

    def good(self, body: str | None = None, **options: Any) -> bytes:
        """A good envelope for this service, unless an option breaks it."""
        action, element = BODIES[self.service]
        options = {"action": f"<a:Action>/{action}</a:Action>", "namespace": self.namespace()} | options
        return envelope(element if body is None else body, **options)

    def namespace(self, dated: str = "2012/06") -> str:
        """The namespace of this service in a version."""
        return f"urn://Ocpp/{self.service.value}/{dated}/"

    async def post(self, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Post a body; returns status and body."""
        said = {"Content-Type": "application/soap+xml", "Authorization": basic_header("CP1234", PASSWORD.encode())}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.post(self.url, data=io.BytesIO(body), headers=said | headers) as response,
        ):
            return response.status, await response.read()

    async def fault(self, body: bytes, **headers: str) -> tuple[int, str, str]:
        """Status, code and subcode of the fault that answers a body."""
        status, answer = await self.post(body, **headers)
        content = read_envelope(answer, DEFAULT_LIMITS, SoapLeniency()).content
        fault = read_fault(content)
        return status, fault.code, fault.subcode


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Served]:
    """Our central system, or our station, of the identity CP1234."""
    calls: list[SoapCall] = []

    async def serve(call: SoapCall) -> Any:
        calls.append(call)
        return ANSWERS[service]

    if service is Service.CENTRAL_SYSTEM:
        async with central_system(serve) as central:
            yield Served(service, central.url, calls)
    else:
        async with station(serve, "CP1234") as url:
            yield Served(service, url, calls)


def declared(raw: bytes, document_type: bytes) -> bytes:
    """A document with a document type."""
    return raw.replace(b"?>", b"?><!DOCTYPE a " + document_type + b">", 1)


PROTOCOL_ERROR = (400, "Sender", "ProtocolError")
MISMATCH = (400, "Sender", "IdentityMismatch")
NOT_SUPPORTED = (500, "Receiver", "NotSupported")
#: What is done to a good envelope, and the fault that answers it.
BAD: dict[str, tuple[Any, tuple[int, str, str]]] = {
    "no chargeBoxIdentity": (lambda peer: peer.good(drop="identity"), PROTOCOL_ERROR),
    "empty chargeBoxIdentity": (lambda peer: peer.good(identity="<cs:chargeBoxIdentity/>"), PROTOCOL_ERROR),
    "wrong identity": (lambda peer: peer.good(identity="<cs:chargeBoxIdentity>CP9</cs:chargeBoxIdentity>"), MISMATCH),
    "wrong Action": (lambda peer: peer.good(action="<a:Action>/Authorize</a:Action>"), PROTOCOL_ERROR),
    "wrong ReplyTo": (
        lambda peer: peer.good(reply="<a:ReplyTo><a:Address>http://192.0.2.66/</a:Address></a:ReplyTo>"),
        PROTOCOL_ERROR,
    ),
    "two Actions": (lambda peer: peer.good(action="<a:Action>/Heartbeat</a:Action>" * 2), PROTOCOL_ERROR),
    "unknown header to understand": (
        lambda peer: peer.good(**{"from": '<x:y xmlns:x="urn:x" s:mustUnderstand="1"/>'}),
        (500, "MustUnderstand", ""),
    ),
    "no operation": (lambda peer: peer.good("<cs:selfDestructRequest/>"), NOT_SUPPORTED),
    "the other service": (
        lambda peer: peer.good(namespace=CP_1_5 if peer.service is Service.CENTRAL_SYSTEM else CS_1_5),
        NOT_SUPPORTED,
    ),
    "no version": (lambda peer: peer.good(namespace=f"urn://Ocpp/{peer.service.value}/1999/01/"), NOT_SUPPORTED),
    "two bodies": (lambda peer: peer.good(BODIES[peer.service][1] * 2), PROTOCOL_ERROR),
    "no envelope": (lambda _: b"<a/>", (500, "VersionMismatch", "")),
    "no XML": (lambda _: b"hello", PROTOCOL_ERROR),
    "JSON": (lambda _: b'[2,"1","Heartbeat",{}]', PROTOCOL_ERROR),
    "nothing": (lambda _: b"", PROTOCOL_ERROR),
    "cut off": (lambda peer: peer.good()[:-20], PROTOCOL_ERROR),
    "document type": (lambda peer: declared(peer.good(), b'SYSTEM "http://127.0.0.1:9/"'), PROTOCOL_ERROR),
    "entities": (
        lambda peer: declared(peer.good(), b'[<!ENTITY b "CP1234">]').replace(b">CP1234<", b">&b;<"),
        PROTOCOL_ERROR,
    ),
    "deep": (lambda peer: peer.good("<a>" * 60 + "</a>" * 60), PROTOCOL_ERROR),
    "many elements": (lambda peer: peer.good("<a>" + "<b/>" * 50_000 + "</a>"), PROTOCOL_ERROR),
    "many attributes": (
        lambda peer: peer.good("<a " + " ".join(f'b{number}="1"' for number in range(1000)) + "/>"),
        PROTOCOL_ERROR,
    ),
    "UTF-16": (lambda peer: peer.good().decode().replace("UTF-8", "UTF-16").encode("utf-16"), PROTOCOL_ERROR),
}


@both
@pytest.mark.requirement("SOAP-01", "SOAP-02", "SOAP-03", "SOAP-05", "SOAP-07")
async def test_every_bad_message_has_its_fault(service: Service) -> None:
    """Wrong headers, wrong bodies and hostile XML are answered with the fault of their mistake; nobody sees more."""
    async with serving(service) as peer:
        for name, (broken, expected) in BAD.items():
            assert await peer.fault(broken(peer)) == expected, name
        assert peer.calls == []
        assert (await peer.post(peer.good()))[0] == 200
        assert len(peer.calls) == 1


BODIES_REFUSED: dict[str, tuple[Any, dict[str, str], int]] = {
    "content type": (lambda good: good, {"Content-Type": "application/json"}, 415),
    "form": (lambda good: good, {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "compression": (lambda good: good, {"Content-Encoding": "br"}, 415),
    "huge": (lambda _: b"<a>" + b"x" * 1_100_000 + b"</a>", {}, 413),
    "bomb": (lambda _: zlib.compress(bytes(50_000_000), 9), {"Content-Encoding": "deflate"}, 413),
    "broken compression": (lambda good: gzip.compress(good)[:-9], {"Content-Encoding": "gzip"}, 400),
}


@both
@pytest.mark.requirement("SOAP-06")
async def test_every_bad_body_has_its_status(service: Service) -> None:
    """What is no SOAP message by its headers, too large or broken is refused by HTTP, at both services."""
    async with serving(service) as peer:
        for name, (broken, headers, expected) in BODIES_REFUSED.items():
            assert (await peer.post(broken(peer.good()), **headers))[0] == expected, name
        assert peer.calls == []
        assert (await peer.post(gzip.compress(peer.good()), **{"Content-Encoding": "gzip"}))[0] == 200


@both
@pytest.mark.requirement("SOAP-01", "SOAP-02", "SOAP-04")
async def test_all_versions_share_each_endpoint(service: Service) -> None:
    """Mixed on one endpoint, each is answered in its own namespace; the name of the header may have other letters."""
    identity = "<cs:ChargeBoxIdentity>cp1234</cs:ChargeBoxIdentity>"
    async with serving(service) as peer:
        for dated in (*DATES.values(), *reversed(DATES.values())):
            status, answer = await peer.post(peer.good(namespace=peer.namespace(dated), identity=identity))
            assert status == 200
            assert f'"{peer.namespace(dated)}"'.encode() in answer
        assert [call.version.value for call in peer.calls] == [*DATES, *reversed(DATES)]
        assert {call.identity for call in peer.calls} == {"CP1234"}


# --- answers to our callers ----------------------------------------------------------------------------------------


@both
@pytest.mark.requirement("SOAP-05")
async def test_our_callers_send_nothing_again_after_a_fault(service: Service) -> None:
    """A fault is an answer: the message is posted once, and the caller gets the refusal."""
    posts: list[bytes] = []

    async def faulting(request: web.BaseRequest) -> web.StreamResponse:
        posts.append(await request.content.read())
        fault = (
            "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>"
        )
        return web.Response(status=500, body=envelope(fault), content_type="application/soap+xml")

    async with http_server(faulting) as url, SoapCaller(trusted=True) as caller:
        answer = await asked(caller, service, url)
    assert isinstance(answer, Refusal) and not answer.silent
    assert len(posts) == 1


@both
@pytest.mark.requirement("SOAP-06")
@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_our_callers_understand_compressed_answers(service: Service, encoding: str, compress: Any) -> None:
    """Both callers say that they understand gzip and deflate, and do."""
    accepted: list[str] = []

    async def compressing(request: web.BaseRequest) -> web.StreamResponse:
        accepted.append(request.headers["Accept-Encoding"])
        action = BODIES[service][0]
        namespace = f"urn://Ocpp/{service.value}/2012/06/"
        name = action[0].lower() + action[1:] + "Response"
        content = "<cs:currentTime>2026-03-03T10:00:00Z</cs:currentTime>"
        content = content if service is Service.CENTRAL_SYSTEM else "<cs:status>Accepted</cs:status>"
        answer = envelope(
            f"<cs:{name}>{content}</cs:{name}>",
            namespace=namespace,
            drop="id",
            action=f"<a:Action>/{action}Response</a:Action>",
        )
        return web.Response(
            body=compress(answer), headers={"Content-Type": "application/soap+xml", "Content-Encoding": encoding}
        )

    async with http_server(compressing) as url, SoapCaller(trusted=True) as caller:
        assert await asked(caller, service, url) == ANSWERS[service]
    assert accepted == ["gzip, deflate"]


async def asked(caller: SoapCaller, service: Service, url: str) -> Any:
    """What comes of asking a service of 1.5 at this address."""
    version = OcppVersion.OCPP_1_5_SOAP
    if service is Service.CHARGE_POINT:
        peer = caller.charge_point("CP1234", version, url, own_address="127.0.0.1")
        return await peer.call(wire16.ClearCacheRequest())
    peer = caller.central_system("CP1234", version, url, from_address="http://127.0.0.1:9/")
    return await peer.call(wire16.HeartbeatRequest())
