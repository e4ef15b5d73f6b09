"""Thousands of bad requests: each is answered with a fault, or overlooked by name, or was good after all."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import islice

import pytest

from pluglot.soap import ALL, RequestRefused, SoapLeniency, read_request, write_refusal, write_request
from tests.soap.bad_messages import corpus


@pytest.mark.requirement("PROOF-11", "SOAP-05", "SOAP-07")
def test_bad_requests_are_refused_or_overlooked_by_name() -> None:
    """Nothing but a fault or a request ever comes of a message, and the fault can be written."""
    seen: Counter[str] = Counter()
    for service, raw in corpus():
        leniency = SoapLeniency()
        refusal = b""
        try:
            read_request(raw, ALL, service, leniency)
        except RequestRefused as refused:
            seen[refused.fault.subcode or refused.fault.code] += 1
            refusal = write_refusal(refused, message_id="urn:uuid:1")
        else:
            seen["overlooked" if leniency.used else "good"] += 1
        assert refusal[:5] in {b"", b"<?xml"}
    assert sum(seen.values()) > 20_000, seen
    assert set(seen) == {
        *("ProtocolError", "NotSupported", "MustUnderstand", "VersionMismatch", "overlooked", "good"),
    }


def test_what_is_understood_can_be_said_again() -> None:
    """Whatever was overlooked, the message that came of it is one that its version can say."""
    count = 0
    for service, raw in islice(corpus(), 0, None, 5):
        understood = None
        with suppress(RequestRefused):
            understood = read_request(raw, ALL, service, SoapLeniency())
        if understood is not None:
            binding = ALL.by_version[understood.version]
            again = write_request(binding, service, understood.message, identity="CP1", message_id="m", to="http://a/")
            assert read_request(again, ALL, service, SoapLeniency()).action == understood.action
            count += 1
    assert count > 1000
