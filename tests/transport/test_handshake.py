"""What a handshake says: identity, subprotocols, credentials, compression."""

from __future__ import annotations

import base64
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.messages.version import OcppVersion
from pluglot.transport.deflate import OFFER, agree, answer_offers
from pluglot.transport.handshake import (
    IdentityRefused,
    basic_credentials,
    basic_header,
    choose_version,
    identity_of,
    offered_subprotocols,
    path_of,
)

ALL = (OcppVersion.OCPP_1_6, OcppVersion.OCPP_2_0, OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_2_1)


def identity(path: str) -> str | None:
    try:
        return identity_of(path, maximum_length=48)
    except IdentityRefused:
        return None


IDENTITIES = {
    "/ocpp/CS-1": "CS-1",
    "/CS-1": "CS-1",
    "/a/b/c/d/CS-1": "CS-1",
    "/ocpp/CS-1?token=CS-2": "CS-1",
    "/ocpp/%43S-1": "CS-1",
    "/ocpp/CS%7C1": "CS|1",
    "/ocpp/CS%7c1": "CS|1",
    "/ocpp/CS%201": "CS 1",
    "/ocpp/%C3%84-1": "Ä-1",
    "/ocpp/CS+1": "CS+1",
    "/ocpp/CS%2B1": "CS+1",
    # decoded exactly once
    "/ocpp/CS%252D1": "CS%2D1",
    "/ocpp/CS%2525": "CS%25",
    # refused: never another station
    "/ocpp/CS%00": None,
    "/ocpp/CS%2F1": None,
    "/ocpp/CS%5C1": None,
    "/ocpp/CS%3A1": None,
    "/ocpp/CS:1": None,
    "/ocpp/CS%0A": None,
    "/ocpp/CS%": None,
    "/ocpp/CS%4": None,
    "/ocpp/CS%zz": None,
    "/ocpp/%20CS": None,
    "/ocpp/CS%20": None,
    "/ocpp/%E2%80%AECS": None,  # right-to-left override
    "/ocpp/%FF": None,
    "/ocpp/Ä": None,
    "/ocpp/CS-1/": None,
    "/ocpp/..": None,
    "/": None,
    "": None,
    "*": None,
    "/ocpp/" + "x" * 48: "x" * 48,
    "/ocpp/" + "x" * 49: None,
}


@pytest.mark.requirement("WS-01", "WS-02")
@pytest.mark.parametrize("path", IDENTITIES)
def test_a_path_names_one_station_or_none(path: str) -> None:
    """The last segment is decoded exactly once; what cannot be an identity is refused."""
    assert identity(path) == IDENTITIES[path]


@pytest.mark.requirement("WS-01")
@given(first=st.text(max_size=60), second=st.text(max_size=60))
@settings(max_examples=150)
def test_different_identities_never_share_a_path(first: str, second: str) -> None:
    """An identity that is taken comes back from its own path unchanged, so no path names two stations."""
    for name in (first, second):
        assert identity(f"/ocpp/{path_of(name)}") in (name, None)
    if first != second:
        assert path_of(first) != path_of(second)


@pytest.mark.requirement("WS-05", "WS-06")
def test_the_stations_order_of_preference_wins_in_every_order_and_subset() -> None:
    """Of every order and subset of the known and unknown names the first supported one is chosen."""
    names = ["ocpp1.2", "ocpp1.5", "ocpp1.6", "ocpp2.0", "ocpp2.0.1", "ocpp2.1", "ocpp3.0"]
    for size in range(5):
        for offered in permutations(names, size):
            for supported in ((), ALL, ALL[:1], ALL[2:]):
                known = {version.subprotocol: version for version in supported}
                expected = next((known[name] for name in offered if name in known), None)
                assert choose_version(offered, supported) is expected


@pytest.mark.requirement("WS-05")
def test_soap_versions_and_other_spellings_are_no_subprotocols() -> None:
    """Names are compared as they are; versions that travel as SOAP are not chosen."""
    assert choose_version(["ocpp1.6s", "OCPP1.6", "ocpp1.5s"], OcppVersion) is None


@pytest.mark.requirement("WS-06")
def test_offers_may_come_in_several_headers() -> None:
    """Header lines are one list, in order; empty names are left out and the list is bounded."""
    assert offered_subprotocols(["ocpp2.1, ocpp1.6", " ,ocpp2.0.1"]) == ("ocpp2.1", "ocpp1.6", "ocpp2.0.1")
    assert len(offered_subprotocols([",".join(map(str, range(1000)))])) == 32


@pytest.mark.requirement("PWD-01", "PWD-03")
def test_the_password_is_everything_after_the_first_colon_as_bytes() -> None:
    """Passwords may hold colons and bytes that are no text."""
    for password in (b"secret", b"a:b:c", b"", bytes(range(256))):
        assert basic_credentials(basic_header("CS-1", password)) == ("CS-1", password)


@pytest.mark.requirement("PWD-01")
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Bearer abc",
        "Basic /w==",
        "Basic " + base64.b64encode(b"\xff:x").decode(),
    ],
)
def test_credentials_that_cannot_be_read_are_none(header: str | None) -> None:
    """A header that is not HTTP Basic gives no credentials, and no error."""
    assert basic_credentials(header) is None


OFFERS = {
    "permessage-deflate": ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", 12),
    "permessage-deflate; client_max_window_bits": (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=12",
        12,
    ),
    "permessage-deflate; client_max_window_bits=10; server_max_window_bits=9": (
        (
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; "
            "client_max_window_bits=10"
        ),
        9,
    ),
    "x-webkit-deflate-frame, permessage-deflate; nonsense, permessage-deflate": (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        12,
    ),
    "permessage-deflate; server_max_window_bits=8": None,  # zlib cannot
    "permessage-deflate; server_max_window_bits": None,
    "permessage-deflate; server_max_window_bits=16": None,
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover": None,
    "permessage-deflate; server_no_context_takeover=1": None,
    "": None,
}


@pytest.mark.requirement("WS-09", "WS-11")
@pytest.mark.parametrize("offer", OFFERS)
def test_compression_is_agreed_on_without_context_takeover_and_with_a_small_window(offer: str) -> None:
    """The server takes the first valid offer and never keeps, nor lets the station keep, a context."""
    agreement = answer_offers(offer)
    expected = OFFERS[offer]
    assert (agreement and (agreement[1], agreement[0].window_bits)) == expected


@pytest.mark.requirement("WS-09")
def test_the_client_takes_only_answers_to_its_offer() -> None:
    """What we offer is accepted by our server, and an answer beyond the offer is refused."""
    answer = answer_offers(OFFER)
    assert answer is not None
    assert agree(answer[1]).window_bits == 12
    for wrong in ("permessage-deflate", "x-other", "permessage-deflate; server_no_context_takeover; odd=1"):
        with pytest.raises(ValueError, match="server"):
            agree(wrong)
