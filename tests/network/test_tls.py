"""Links over TLS: the contexts come from outside; the transport says which security profile a link has (SEC-01)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from pluglot.transport import Account, Credentials, Refused, Unreachable, connect
from tests.network.transport_rig import PASSWORD, running

CERTIFICATES = Path(__file__).parent / "certificates"


def server_context(*, ask_for_certificate: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    if ask_for_certificate:
        context.load_verify_locations(CERTIFICATES / "root.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def station_context(*, certificate: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=CERTIFICATES / "root.pem")
    if certificate:
        context.load_cert_chain(CERTIFICATES / "station.pem")
    return context


async def test_a_link_over_tls_with_a_password_has_security_profile_2() -> None:
    """The profile is what the socket is, not what anybody says."""
    async with running(ssl=server_context()) as rig:
        link = await connect(
            f"wss://localhost:{rig.listener.port}/ocpp", "CS-1", ["ocpp2.1"], password=PASSWORD, ssl=station_context()
        )
        near = rig.links.current("CS-1")
        assert near is not None
        assert (link.security_profile, near.security_profile) == (2, 2)
        await link.send("[ä]".encode() * 5000)
        assert await anext(aiter(link.messages())) == "[ä]".encode() * 5000
        await link.close()


@pytest.mark.requirement("SEC-02")
async def test_an_arrival_with_a_verified_certificate_has_profile_3_and_is_refused_where_a_password_is_stored() -> None:
    """A station registered for profile 2 that shows a certificate comes with another profile than stored."""
    async with running(ssl=server_context(ask_for_certificate=True)) as rig:
        with pytest.raises(Refused) as refused:
            await connect(
                f"wss://localhost:{rig.listener.port}/ocpp",
                "CS-1",
                ["ocpp2.1"],
                password=PASSWORD,
                ssl=station_context(certificate=True),
            )
        assert refused.value.http_status == 401
        assert rig.refusals[0][0].security_profile == 3
        assert rig.refusals[0][1].reason == "wrong-profile"


async def test_a_station_does_not_trust_a_server_it_cannot_verify() -> None:
    """Without the root no link is made, and the password is not sent."""
    async with running(ssl=server_context()) as rig:
        with pytest.raises(Unreachable, match="cannot connect"):
            await connect(f"wss://localhost:{rig.listener.port}/ocpp", "CS-1", ["ocpp2.1"], password=PASSWORD)
        assert rig.looked_up == []


@pytest.mark.requirement("WS-16")
async def test_a_tls_handshake_that_stops_half_way_is_ended_in_time() -> None:
    """A slow-loris in the TLS handshake loses its connection."""
    async with running(ssl=server_context(), handshake_timeout=0.3) as rig:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.listener.port)
        writer.write(b"\x16\x03\x01\x02\x00")  # the first bytes of a client hello, and no more
        assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.close()
        await writer.wait_closed()


@pytest.mark.requirement("SEC-02")
async def test_a_station_stored_with_tls_is_refused_without_it() -> None:
    """A downgrade to the plain port fails although the password is right."""
    house_key = bytes(32)
    credentials = Credentials(house_key)
    account = Account(identity="CS-1", security_profile=2, verifier=credentials.keep_generated(PASSWORD))
    credentials.close()
    async with running(accounts={"CS-1": account}, house_key=house_key) as rig:
        with pytest.raises(Refused) as refused:
            await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        assert refused.value.http_status == 401
        assert rig.refusals[0][1].reason == "wrong-profile"
