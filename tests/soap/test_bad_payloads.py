"""A systematic corpus of bad SOAP messages: every operation of the WSDL files, every mistake, the exact fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from lxml import etree

from pluglot.messages.version import OcppVersion
from pluglot.messages.violations import PayloadViolation
from pluglot.soap import (
    ALL,
    Binding,
    RequestRefused,
    Service,
    SoapLeniency,
    SoapRule,
    read_request,
    read_response,
    write_refusal,
)
from pluglot.soap.leniency import EVERY_RULE
from pluglot.soap.messages import ResponseUnreadable
from tests.soap import wsdl_schemas
from tests.soap.bad_payloads import Bad, bad_envelopes, enveloped, good, good_parts, spoilt
from tests.soap.wsdl import REFERENCES

REFUSED, OVERLOOKED, GOOD = "refused", "overlooked", "good"


class Verdict(NamedTuple):
    """What is made of a mistake: by the schema of the WSDL, by us without any leniency, and with all of it."""

    is_valid: bool
    strictly: str
    leniently: str


_NEVER = Verdict(is_valid=False, strictly=REFUSED, leniently=REFUSED)
_LENIENT = Verdict(is_valid=False, strictly=REFUSED, leniently=OVERLOOKED)
_RIGHT = Verdict(is_valid=True, strictly=GOOD, leniently=GOOD)
EXPECTED = {
    "another case": _LENIENT,
    "another namespace": _LENIENT,
    "another of a list": _RIGHT,
    "attribute in capitals": _LENIENT,
    "attribute with another value": _NEVER,
    "attribute without value": _LENIENT,
    "boolean in capitals": _LENIENT,
    "comment before": _RIGHT,
    "element in text": _NEVER,
    "emptied, optional": _LENIENT,
    "emptied, required": _NEVER,
    "missing": _NEVER,
    "no boolean": _NEVER,
    "no integer": _NEVER,
    "no moment": _NEVER,
    "no namespace": _LENIENT,
    "no number": _NEVER,
    "no such value": _NEVER,
    # XML Schema lets the zone of a time open; OCPP and we do not.
    "no zone": Verdict(is_valid=True, strictly=REFUSED, leniently=OVERLOOKED),
    "nothing said, optional": _LENIENT,
    "nothing said, required": _NEVER,
    "out of order": _LENIENT,
    "tag too long": _LENIENT,
    "text among elements": _NEVER,
    "too long": _NEVER,
    "twice": _NEVER,
    # RPC-15: a year that no clock shows; what is good for ever may say so by one.
    "a moment too early": Verdict(is_valid=True, strictly=REFUSED, leniently=REFUSED),
    "a moment too late": Verdict(is_valid=True, strictly=REFUSED, leniently=REFUSED),
    "for ever": Verdict(is_valid=True, strictly=GOOD, leniently=GOOD),
    # Nothing is read from an attribute that no message has.
    "unknown attribute": Verdict(is_valid=False, strictly=GOOD, leniently=GOOD),
    "unknown element": _LENIENT,
    "unknown element of another namespace": _LENIENT,
    "unknown name, optional": _LENIENT,
    "unknown name, required": _NEVER,
}

PROTOCOL_ERROR = ("Sender", "ProtocolError")
NOT_SUPPORTED = ("Receiver", "NotSupported")
NOT_UNDERSTOOD = ("MustUnderstand", "")
VERSION_MISMATCH = ("VersionMismatch", "")
#: Mistake of an envelope -> the fault, and whether it is overlooked where leniency is allowed.
ENVELOPES: dict[str, tuple[tuple[str, str] | None, bool]] = {
    "SOAP 1.1": (VERSION_MISMATCH, True),
    "another action": (PROTOCOL_ERROR, False),
    "another reply to": (PROTOCOL_ERROR, False),
    "another version of OCPP": (NOT_SUPPORTED, False),
    "document type": (PROTOCOL_ERROR, False),
    "header too long": (PROTOCOL_ERROR, False),
    "header twice": (PROTOCOL_ERROR, False),
    "identity of another namespace": (PROTOCOL_ERROR, True),
    "no XML": (PROTOCOL_ERROR, False),
    "no action": (PROTOCOL_ERROR, True),
    "no body": (PROTOCOL_ERROR, False),
    "no header": (PROTOCOL_ERROR, False),
    "no identity": (PROTOCOL_ERROR, False),
    "no message id": (PROTOCOL_ERROR, True),
    "no reply to": (PROTOCOL_ERROR, True),
    "no such operation": (NOT_SUPPORTED, False),
    "no to": (PROTOCOL_ERROR, True),
    "no version of SOAP": (VERSION_MISMATCH, False),
    "not understood": (NOT_UNDERSTOOD, False),
    "nothing in the body": (PROTOCOL_ERROR, False),
    "too deep": (PROTOCOL_ERROR, False),
    "two bodies": (PROTOCOL_ERROR, False),
    "two headers": (PROTOCOL_ERROR, False),
    "two in the body": (PROTOCOL_ERROR, False),
    "unknown header": (None, False),
}
HOSTILE = b"h0stile"

MESSAGES = [
    pytest.param(one.version.value, service, name, id=f"{one.version.value}-{service.value}-{name}")
    for one in REFERENCES
    for service, name in wsdl_schemas.schemas(one.version.value)
    if service is one.service
]
REQUESTS = [case for case in MESSAGES if case.values[2].endswith("Request")]
RESPONSES = [case for case in MESSAGES if case.values[2].endswith("Response")]


def binding(version: str) -> Binding:
    return ALL.by_version[OcppVersion(version)]


def namespace(version: str, service: Service) -> str:
    return binding(version).namespaces[service]


def fault_of(raw: bytes, service: Service, leniency: SoapLeniency) -> tuple[str, str] | None:
    """The fault that answers a request; it can be written, and repeats nothing of what was sent."""
    refused: RequestRefused | None = None
    try:
        read_request(raw, ALL, service, leniency)
    except RequestRefused as error:
        refused = error
    if refused is None:
        return None
    code, subcode = refused.fault.code, refused.fault.subcode
    answer = write_refusal(refused, message_id="urn:uuid:9")
    shown = etree.fromstring(answer)
    values = [element.text.rpartition(":")[2] for element in shown.iter("{*}Value", "{*}faultcode")]
    # SOAP 1.1 says both in one word.
    assert values in ([code, subcode], [code], [f"{_in_1_1(code)}.{subcode}"], [_in_1_1(code)])
    assert refused.fault.http_status == (400 if code == "Sender" else 500)
    assert HOSTILE not in answer
    return code, subcode


def _in_1_1(code: str) -> str:
    return {"Sender": "Client", "Receiver": "Server"}.get(code, code)


def judged(fault: object, leniency: SoapLeniency) -> str:
    if fault is not None:
        return REFUSED
    return OVERLOOKED if leniency.used else GOOD


def bad_requests(version: str, service: Service, name: str) -> Iterator[Bad]:
    yield from spoilt(version, service, name, namespace(version, service))


@pytest.mark.requirement("SOAP-05", "SOAP-06", "PROOF-11")
@pytest.mark.parametrize(("version", "service", "name"), REQUESTS)
def test_a_bad_request_gets_the_fault_its_mistake_calls_for(version: str, service: Service, name: str) -> None:
    """Each mistake is a ProtocolError of the sender or overlooked by name; the schema of the WSDL agrees it is one."""
    for bad in bad_requests(version, service, name):
        expected = EXPECTED[bad.mistake]
        assert wsdl_schemas.is_valid(version, service, bad.element) is expected.is_valid, bad
        raw = enveloped(good_parts(name.removesuffix("Request"), bad.element), namespace(version, service))
        for forbidden, wanted in ((EVERY_RULE, expected.strictly), ((), expected.leniently)):
            leniency = SoapLeniency(forbidden)
            fault = fault_of(raw, service, leniency)
            assert judged(fault, leniency) == wanted, bad
            assert fault in {None, PROTOCOL_ERROR}, bad


@pytest.mark.requirement("SOAP-05", "SOAP-06", "PROOF-11")
@pytest.mark.parametrize(("version", "service", "name"), RESPONSES)
def test_a_bad_response_is_refused_or_overlooked_by_name(version: str, service: Service, name: str) -> None:
    """The same for what answers us: it is understood, or known to be unreadable."""
    action = name.removesuffix("Response")
    for bad in spoilt(version, service, name, namespace(version, service)):
        expected = EXPECTED[bad.mistake]
        assert wsdl_schemas.is_valid(version, service, bad.element) is expected.is_valid, bad
        parts = good_parts(f"{action}Response", bad.element)
        raw = enveloped(parts._replace(extra="<a:RelatesTo>urn:uuid:1</a:RelatesTo>"), namespace(version, service))
        for forbidden, wanted in ((EVERY_RULE, expected.strictly), ((), expected.leniently)):
            leniency, refused = SoapLeniency(forbidden), None
            try:
                read_response(raw, binding(version), service, action, leniency, message_id="urn:uuid:1")
            except (PayloadViolation, ResponseUnreadable) as error:
                refused = str(error)
            assert HOSTILE.decode() not in (refused or "")
            assert judged(refused, leniency) == wanted, bad


@pytest.mark.requirement("SOAP-02", "SOAP-03", "SOAP-05", "SOAP-07", "PROOF-11")
@pytest.mark.parametrize(("version", "service", "name"), REQUESTS)
def test_a_bad_envelope_gets_the_fault_its_mistake_calls_for(version: str, service: Service, name: str) -> None:
    """Around each good request, each mistake of an envelope has its own fault."""
    action, own = name.removesuffix("Request"), namespace(version, service)
    tree = wsdl_schemas.schemas(version)[service, name]
    body = wsdl_schemas.written(name, good(tree, full=True), tree, own)
    for full in (True, False):
        right = wsdl_schemas.written(name, good(tree, full=full), tree, own)
        # Lists that the WSDL has as optional are demanded by the JSON schema of 1.6.
        strict = SoapLeniency(EVERY_RULE - {SoapRule.EMPTY_LIST})
        assert fault_of(enveloped(good_parts(action, right), own), service, strict) is None
    for bad in bad_envelopes(action, body, own):
        fault, is_overlooked = ENVELOPES[bad.mistake]
        strict, lenient = SoapLeniency(EVERY_RULE), SoapLeniency()
        assert fault_of(bad.element, service, strict) == fault, bad
        assert fault_of(bad.element, service, lenient) == (None if is_overlooked else fault), bad
        assert bool(lenient.used) is is_overlooked, bad


def operations(version: str, service: Service) -> set[str]:
    return {name for found, name in wsdl_schemas.schemas(version) if found is service and name.endswith("Request")}


@pytest.mark.requirement("SOAP-05", "PROOF-11")
@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_an_operation_of_another_version_or_service_is_not_supported(reference: Any) -> None:
    """What the standard has elsewhere is refused by the receiver: in this version, or at this door, it is unknown."""
    version, service = reference.version.value, reference.service
    elsewhere = {
        name: (one.version.value, one.service)
        for one in REFERENCES
        for name in operations(one.version.value, one.service)
    }
    refused = 0
    for name, (other, its_service) in elsewhere.items():
        if name in operations(version, service):
            continue
        tree = wsdl_schemas.schemas(other)[its_service, name]
        for own in (namespace(version, service), namespace(other, its_service)):
            body = wsdl_schemas.written(name, good(tree, full=True), tree, own)
            raw = enveloped(good_parts(name.removesuffix("Request"), body), own)
            if own == namespace(version, service) or its_service is not service:
                assert fault_of(raw, service, SoapLeniency()) == NOT_SUPPORTED
                refused += 1
    assert refused >= 9


def test_the_corpus_is_large_and_makes_every_mistake() -> None:
    """More than ten thousand messages of 1.2, 1.5 and 1.6, and no row of the tables is without one."""
    made: Counter[str] = Counter()
    per_version: Counter[str] = Counter()
    for case in MESSAGES:
        version, service, name = case.values
        own = namespace(version, service)
        for bad in spoilt(version, service, name, own):
            made[bad.mistake] += 1
            per_version[version] += 1
        if name.endswith("Request"):
            tree = wsdl_schemas.schemas(version)[service, name]
            body = wsdl_schemas.written(name, good(tree, full=True), tree, own)
            for bad in bad_envelopes(name.removesuffix("Request"), body, own):
                made[bad.mistake] += 1
                per_version[version] += 1
    assert set(made) == {*EXPECTED, *ENVELOPES}
    assert sum(made.values()) > 10_000, made
    assert min(per_version.values()) > 2000, per_version
