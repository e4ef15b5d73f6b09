"""OCPP over SOAP on real sockets: both services, both callers, and peers without manners."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pluglot.dialects import Refusal
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.soap import ALL, Service, SoapLeniency, SoapRule, read_response
from pluglot.transport.addresses import AddressRules
from pluglot.transport.soap_http import SoapCall, SoapCaller, SoapSettings, Unanswered
from tests.network.soap_rig import PASSWORD, central_system, http_server, station
from tests.network.test_tls import server_context, station_context
from tests.network.transport_rig import running
from tests.soap.envelopes import envelope, request

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
V15 = OcppVersion.OCPP_1_5_SOAP
HEARTBEAT = wire16.HeartbeatResponse(current_time=NOW)
LAB = AddressRules(any_private=True)


async def heartbeat(_call: SoapCall) -> Any:
    return HEARTBEAT


def answer_in(body: bytes, action: str = "Heartbeat") -> Any:
    """What an envelope of 1.5 from a central system says."""
    message_id = "urn:uuid:5f4a7f1e-0001"
    return read_response(
        body, ALL.by_version[V15], Service.CENTRAL_SYSTEM, action, SoapLeniency(), message_id=message_id
    )


# --- the central-system service -----------------------------------------------------------------------------------


@pytest.mark.requirement("SOAP-04")
async def test_the_answer_comes_in_the_same_exchange() -> None:
    """A request is answered in its own HTTP response, with what the roof needs to know of it."""
    async with central_system(heartbeat) as central:
        status, body = await central.post(envelope())
        assert (status, answer_in(body)) == (200, HEARTBEAT)
        (call,) = central.calls
    assert (call.identity, call.version, call.action) == ("CP1234", V15, "Heartbeat")
    assert call.request == wire16.HeartbeatRequest()
    assert (call.remote_address, call.from_address) == ("127.0.0.1", "http://192.0.2.10:8080/cp")
    assert call.frame == envelope()
    assert call.reply(HEARTBEAT) == (200, body)


@pytest.mark.requirement("SOAP-01")
async def test_all_versions_share_one_endpoint() -> None:
    """The version is that of the body."""
    async with central_system(heartbeat) as central:
        for dated in ("2010/08", "2012/06", "2015/10"):
            status, _ = await central.post(envelope(namespace=f"urn://Ocpp/Cs/{dated}/"))
            assert status == 200
        assert [call.version.value for call in central.calls] == ["1.2s", "1.5s", "1.6s"]


@pytest.mark.requirement("SOAP-08")
@pytest.mark.parametrize(
    ("identity", "password"), [(None, ""), ("CP1234", "wrong-password-here"), ("STRANGER", PASSWORD)]
)
async def test_nothing_is_processed_of_who_has_not_proved_who_it_is(identity: str | None, password: str) -> None:
    """Without the right password there is 401 and nothing else, known or not."""
    stop = "<transactionId>7</transactionId><timestamp>2026-03-03T10:00:00Z</timestamp><meterStop>1</meterStop>"
    async with central_system(heartbeat) as central:
        status, body = await central.post(request("StopTransaction", stop), identity=identity, password=password)
        assert (status, central.calls) == (401, [])
        assert b"Envelope" not in body


@pytest.mark.requirement("SOAP-08", "SOAP-02")
async def test_an_identity_in_the_header_that_was_not_proved_is_refused() -> None:
    """A station cannot stop the transaction of another: the fault is IdentityMismatch, and the attempt is shown."""
    async with central_system(heartbeat) as central:
        status, body = await central.post(envelope(), identity="CP9999")
        assert (status, central.calls) == (400, [])
        assert answer_in(body).subcode == "IdentityMismatch"
        (arrival, rejection), *_ = central.refusals
        assert (arrival.identity, rejection.reason) == ("CP9999", "identity-mismatch")
        status, _ = await central.post(envelope(), identity="CP1234")
        assert status == 200


@pytest.mark.requirement("SOAP-08")
async def test_a_listener_without_soap_answers_no_post() -> None:
    """OCPP over SOAP is off unless it is given to the listener."""
    async with (
        running() as rig,
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{rig.listener.port}/ocpp", data=envelope()) as response,
    ):
        assert response.status == 426


async def test_stations_without_password_are_judged_by_their_message_where_that_is_wanted() -> None:
    """A laboratory's door may look at the identity in the header; the doorkeeper still decides."""
    async with central_system(heartbeat, without_password=True) as central:
        status, _ = await central.post(envelope(), identity=None)
        assert status == 401
        assert central.refusals[0][0].identity == "CP1234"


@pytest.mark.requirement("SOAP-06")
@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
    ],
)
async def test_compressed_requests_are_understood(encoding: str, compress: Any) -> None:
    """Gzip and deflate are understood, deflate also without its wrapper."""
    async with central_system(heartbeat) as central:
        status, body = await central.post(compress(envelope()), headers={"Content-Encoding": encoding})
        assert (status, answer_in(body)) == (200, HEARTBEAT)


@pytest.mark.requirement("SOAP-06")
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_compressed_answers_are_given_to_who_accepts_them(encoding: str) -> None:
    """A long answer is compressed when the station says that it understands that."""
    answer = wire16.DataTransferResponse(status=wire16.DataTransferStatus.ACCEPTED, data="x" * 5000)

    async def serve(_call: SoapCall) -> Any:
        return answer

    async with central_system(serve) as central:
        raw = request("DataTransfer", "<vendorId>v</vendorId>")
        status, body = await central.post(raw, headers={"Accept-Encoding": f"{encoding};q=1.0"})
        plain = gzip.decompress(body) if encoding == "gzip" else zlib.decompress(body)
        assert (status, answer_in(plain, "DataTransfer")) == (200, answer)
        assert len(body) < 1000


BOMB = zlib.compress(bytes(100_000_000), 9)
REFUSED_BODIES = [
    (BOMB, {"Content-Encoding": "deflate"}, 413),
    (b"<a/>" * 300_000, {}, 413),
    (gzip.compress(envelope())[:-9], {"Content-Encoding": "gzip"}, 400),
    (b"no gzip", {"Content-Encoding": "gzip"}, 400),
    (gzip.compress(envelope()) + b"more", {"Content-Encoding": "gzip"}, 400),
    (envelope(), {"Content-Encoding": "br"}, 415),
    (envelope(), {"Content-Type": "application/json"}, 415),
]


@pytest.mark.requirement("SOAP-06")
@pytest.mark.parametrize(("body", "headers", "status"), REFUSED_BODIES, ids=range(len(REFUSED_BODIES)))
async def test_bombs_and_broken_bodies_are_refused(body: bytes, headers: dict[str, str], status: int) -> None:
    """What is too large, inflated or not, or cannot be inflated is refused with its status."""
    async with central_system(heartbeat) as central:
        assert (await central.post(body, headers=headers))[0] == status
        assert central.calls == []


@pytest.mark.requirement("SOAP-06")
async def test_a_body_that_dribbles_in_is_cut_off() -> None:
    """A slow sender holds a connection only so long."""

    async def dribble() -> Any:
        yield b"<a>"
        await asyncio.Event().wait()

    async with central_system(heartbeat, read_timeout=0.2) as central:
        assert (await central.post(dribble()))[0] == 408


@pytest.mark.requirement("SOAP-05")
@pytest.mark.parametrize(
    ("refusal", "status", "subcode"),
    [
        (Refusal("NotSupported", "no"), 500, "NotSupported"),
        (Refusal("SecurityError", "no"), 400, "SecurityError"),
        (Refusal("GenericError", "no"), 500, "InternalError"),
    ],
)
async def test_refusals_become_faults(refusal: Refusal, status: int, subcode: str) -> None:
    """Whoever refuses gets the fault of its code."""

    async def serve(_call: SoapCall) -> Any:
        return refusal

    async with central_system(serve) as central:
        got, body = await central.post(envelope())
        assert (got, answer_in(body).subcode) == (status, subcode)


@pytest.mark.requirement("SOAP-05")
async def test_an_answer_that_cannot_be_said_is_an_internal_error() -> None:
    """A response that breaks its own type would be as wrong the next time, so the station gets a fault."""

    async def serve(_call: SoapCall) -> Any:
        return wire16.DataTransferResponse(status=None)  # type: ignore[arg-type]

    async with central_system(serve) as central:
        status, body = await central.post(request("DataTransfer", "<vendorId>v</vendorId>"))
        assert (status, answer_in(body, "DataTransfer").subcode) == (500, "InternalError")


@pytest.mark.requirement("SOAP-05")
async def test_trouble_of_our_own_closes_the_connection() -> None:
    """After a fault the station would not send its message again; after a broken connection it does."""
    fail = [True]

    async def serve(_call: SoapCall) -> Any:
        if fail:
            fail.clear()
            raise RuntimeError("the secret detail")
        return HEARTBEAT

    async with central_system(serve) as central:
        with pytest.raises(aiohttp.ClientError):
            await central.post(envelope())
        assert (await central.post(envelope()))[0] == 200


async def test_what_shall_stay_unanswered_is_hung_up_on() -> None:
    """A bridge whose uplink is down closes the connection, so that the station sends again (mapping 13.4)."""

    async def serve(_call: SoapCall) -> Any:
        return Unanswered()

    async with central_system(serve) as central:
        with pytest.raises(aiohttp.ClientError):
            await central.post(envelope())


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked() -> None:
    """Generated clients send their headers first and wait for 100 Continue; without password they are not asked."""
    async with central_system(heartbeat) as central:
        status, body = await central.post(envelope(), expect100=True)
        assert (status, answer_in(body)) == (200, HEARTBEAT)
        assert (await central.post(envelope(), expect100=True, identity=None))[0] == 401


async def test_what_takes_too_long_is_finished_but_not_answered() -> None:
    """The connection is closed, so that the station sends again; the work already begun is not torn apart."""
    release, finished = asyncio.Event(), asyncio.Event()

    async def slow(_call: SoapCall) -> Any:
        await release.wait()
        finished.set()
        return HEARTBEAT

    async with central_system(slow, answer_timeout=1) as central:
        with pytest.raises(aiohttp.ClientError):
            await central.post(envelope())
        assert not finished.is_set()
        release.set()
        await asyncio.wait_for(finished.wait(), 30)
        assert (await central.post(envelope()))[0] == 200


async def test_requests_of_one_station_are_served_in_turn() -> None:
    """One at a time per station, others meanwhile; too many that wait are sent away."""
    running: list[str] = []
    most: dict[str, int] = {}
    release = asyncio.Event()

    async def serve(call: SoapCall) -> Any:
        running.append(call.identity)
        most[call.identity] = max(most.get(call.identity, 0), running.count(call.identity))
        if call.identity == "CP1":
            await release.wait()
        running.remove(call.identity)
        return HEARTBEAT

    def of(identity: str) -> bytes:
        return envelope(identity=f"<cs:chargeBoxIdentity>{identity}</cs:chargeBoxIdentity>")

    async with central_system(serve, most_waiting=3) as central:
        posts = [asyncio.create_task(central.post(of("CP1"), identity="CP1")) for _ in range(5)]
        ended = asyncio.as_completed(posts)
        assert [(await next(ended))[0] for _ in range(2)] == [503, 503]
        assert (await central.post(of("CP2"), identity="CP2"))[0] == 200
        release.set()
        assert sorted([status for status, _ in await asyncio.gather(*posts)]) == [200, 200, 200, 503, 503]
    assert most == {"CP1": 1, "CP2": 1}


# --- the charge-point service and its caller ----------------------------------------------------------------------

RESET = wire16.ResetRequest(type=wire16.ResetType.SOFT)
ACCEPTED = wire16.ResetResponse(status=wire16.ResetStatus.ACCEPTED)


async def reset(_call: SoapCall) -> Any:
    return ACCEPTED


async def test_a_central_system_calls_a_station_back() -> None:
    """A command goes to the address the station gave, and its answer comes back."""
    calls: list[SoapCall] = []

    async def serve(call: SoapCall) -> Any:
        calls.append(call)
        return ACCEPTED

    async with station(serve) as url, SoapCaller() as caller:
        peer = caller.charge_point("CP1234", V15, url, own_address="127.0.0.1")
        exchanged = await peer.exchange(RESET)
    assert exchanged.answer == ACCEPTED
    assert not exchanged.overlooked
    assert b"resetRequest" in exchanged.request_frame and b"resetResponse" in exchanged.response_frame
    assert (calls[0].identity, calls[0].request) == ("CP1234", RESET)


@pytest.mark.requirement("SOAP-02")
async def test_a_station_refuses_calls_for_another() -> None:
    """A station answers IdentityMismatch when it is called by another name; case does not matter."""
    async with station(reset, "CP1234") as url, SoapCaller() as caller:
        other = await caller.charge_point("CP9", V15, url, own_address="127.0.0.1").call(RESET)
        same = await caller.charge_point("cp1234", V15, url, own_address="127.0.0.1").call(RESET)
    assert (other.code, other.details["subcode"], other.silent) == ("SecurityError", "IdentityMismatch", False)
    assert same == ACCEPTED


async def test_a_station_may_want_a_password_of_its_central_system() -> None:
    """Without it a command is not even looked at by the station."""
    async with station(reset, password=PASSWORD) as url, SoapCaller() as caller:
        without = await caller.charge_point("CP1234", V15, url, own_address="127.0.0.1").call(RESET)
        wrong = await caller.charge_point("CP1234", V15, url, own_address="127.0.0.1", password="x").call(RESET)
        right = await caller.charge_point("CP1234", V15, url, own_address="127.0.0.1", password=PASSWORD).call(RESET)
    assert (without.code, wrong.code, right) == ("SecurityError", "SecurityError", ACCEPTED)


@pytest.mark.requirement("SOAP-09", "FW-07")
async def test_an_address_that_is_not_the_stations_own_is_not_called() -> None:
    """A station that names another machine's address gets nothing sent there."""
    called: list[str] = []

    async def trap(_request: web.BaseRequest) -> web.StreamResponse:
        called.append("called")
        return web.Response()

    async with http_server(trap) as url, SoapCaller() as caller:
        refused = await caller.charge_point("CP1", V15, url, own_address="192.0.2.7").call(RESET)
        assert isinstance(refused, Refusal) and refused.code == "SecurityError"
        assert called == []


@pytest.mark.requirement("SOAP-09", "FW-07")
async def test_a_name_that_changes_its_address_leads_nowhere_else() -> None:
    """A name is looked up once for each call: what was judged is what is called."""
    looked_up: list[str] = []

    async def resolver(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["169.254.169.254"]

    async def serve(call: SoapCall) -> Any:
        return ACCEPTED if call.remote_address == "127.0.0.1" else None

    async with station(serve) as url, SoapCaller(resolver=resolver) as caller:
        peer = caller.charge_point("CP1234", V15, url.replace("127.0.0.1", "station.example"), own_address="127.0.0.1")
        assert await peer.call(RESET) == ACCEPTED
        assert looked_up == ["station.example"]
        assert (await peer.call(RESET)).code == "SecurityError"


async def test_all_addresses_of_a_name_are_tried() -> None:
    """Localhost is often two addresses, of which a service listens on one."""

    async def resolver(_host: str, _port: int) -> list[str]:
        return ["::1", "127.0.0.1"]

    async with station(reset) as url, SoapCaller(trusted=True, resolver=resolver) as caller:
        peer = caller.charge_point("CP1234", V15, url.replace("127.0.0.1", "localhost"), own_address=None)
        assert await peer.call(RESET) == ACCEPTED


@pytest.mark.requirement("SOAP-09", "FW-07")
async def test_redirects_are_not_followed() -> None:
    """A redirect could lead anywhere."""
    followed: list[str] = []

    async def redirect(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/elsewhere":
            followed.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with http_server(redirect) as url, SoapCaller() as caller:
        refused = await caller.charge_point("CP1", V15, url, own_address="127.0.0.1").call(RESET)
    assert (refused.code, refused.silent, followed) == ("SecurityError", False, [])


@pytest.mark.requirement("SOAP-06")
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, BOMB, {"Content-Encoding": "deflate"}),
        (200, b"x" * 2_000_000, {}),
        (200, b"It works!", {}),
        (404, b"", {}),
        (500, b"Oops", {}),
    ],
    ids=["bomb", "large", "no envelope", "not found", "error"],
)
async def test_a_peer_that_answers_nonsense_is_a_refusal(status: int, body: bytes, headers: dict[str, str]) -> None:
    """Whatever a peer answers, the caller gets a response or a Refusal, in bounded memory."""

    async def nonsense(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers=headers)

    async with http_server(nonsense) as url, SoapCaller() as caller:
        refused = await caller.charge_point("CP1", V15, url, own_address="127.0.0.1").call(RESET)
    assert (refused.code, refused.silent) == ("GenericError", False)


async def test_a_peer_that_is_not_there_or_does_not_answer_is_silent() -> None:
    """No answer at all is told apart from a refusal: the peer may have acted."""

    async def never(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with http_server(never) as url, SoapCaller(SoapSettings(call_timeout=0.2)) as caller:
        refused = await caller.charge_point("CP1", V15, url, own_address="127.0.0.1").call(RESET)
        assert (refused.code, refused.silent) == ("GenericError", True)
    async with SoapCaller() as caller:
        refused = await caller.charge_point("CP1", V15, url, own_address="127.0.0.1").call(RESET)
        assert (refused.code, refused.silent) == ("GenericError", True)


# --- our station at our central system ----------------------------------------------------------------------------


@pytest.mark.requirement("SOAP-08", "FW-07")
async def test_over_tls_the_certificate_is_held_against_the_name_although_the_address_is_called() -> None:
    """Connecting to the address that was looked up does not change whom the certificate must name."""

    async def resolver(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with (
        central_system(heartbeat, ssl=server_context()) as central,
        SoapCaller(trusted=True, resolver=resolver) as caller,
    ):
        answers = [
            await caller.central_system(
                "CP1",
                V15,
                f"https://{name}:{central.port}/ocpp",
                from_address="http://127.0.0.1:1/",
                password=PASSWORD,
                ssl=station_context(),
            ).call(wire16.HeartbeatRequest())
            for name in ("localhost", "other.example")
        ]
        assert [call.security_profile for call in central.calls] == [2]
    assert answers[0] == HEARTBEAT
    assert isinstance(answers[1], Refusal) and answers[1].silent


async def test_a_wrong_password_is_a_security_error_for_our_station() -> None:
    """401 is told apart from trouble on the way."""
    async with central_system(heartbeat) as central, SoapCaller(trusted=True) as caller:
        peer = caller.central_system("CP1", V15, central.url, from_address="http://127.0.0.1:1/", password="x" * 20)
        assert (await peer.call(wire16.HeartbeatRequest())).code == "SecurityError"


async def test_forbidden_mistakes_are_refused_at_the_door() -> None:
    """An operator's choice of what is not overlooked reaches the service."""
    async with central_system(heartbeat, forbidden=(SoapRule.MISSING_TO,), addresses=LAB) as central:
        status, body = await central.post(envelope(drop="to"))
        assert (status, answer_in(body).subcode) == (400, "ProtocolError")


async def test_waiting_for_a_connection_is_no_failure_to_connect() -> None:
    """A call that waits for one of the host's connections longer than connecting may take is made all the same."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: web.BaseRequest) -> web.Response:
        arrived.set()
        await go_on.wait()
        return web.Response(status=418)

    settings = SoapSettings(connect_timeout=1, connections_per_host=1)
    async with http_server(slow) as url, SoapCaller(settings, trusted=True) as caller:
        peers = [
            caller.central_system(f"CP{number}", V15, url, from_address="http://127.0.0.1:1/") for number in range(2)
        ]
        calls = [asyncio.create_task(peer.exchange(wire16.HeartbeatRequest())) for peer in peers]
        await arrived.wait()
        done, _ = await asyncio.wait(calls, timeout=1.5)
        assert not done
        go_on.set()
        assert [one.http_status for one in await asyncio.gather(*calls)] == [418, 418]
