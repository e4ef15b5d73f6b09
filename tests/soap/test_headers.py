"""The headers of requests and responses, and the faults that answer what is wrong with them."""

from __future__ import annotations

import pytest
from lxml import etree

from pluglot.dialects.ocpp15 import wire as wire15
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.soap import (
    ALL,
    FAULT_CODES,
    Fault,
    RequestRefused,
    ResponseUnreadable,
    Service,
    SoapLeniency,
    SoapRule,
    SoapVersion,
    check_identity,
    fault_for,
    read_response,
    refusal_of,
    write_refusal,
    write_request,
    write_response,
)
from tests.soap.envelopes import ACTION, ADDRESSING, HEARTBEAT, IDENTITY, NOW, SOAP_1_1, envelope, fault_of, read

OCPP_1_5 = ALL.by_version[OcppVersion.OCPP_1_5_SOAP]
HEARTBEAT_RESPONSE = wire16.HeartbeatResponse(current_time=NOW)


@pytest.mark.requirement("SOAP-01")
@pytest.mark.parametrize(
    ("dated", "version"), [("2010/08", "1.2s"), ("2012/06", "1.5s"), ("2015/10", "1.6s")], ids=lambda text: text
)
def test_the_namespace_of_the_body_tells_the_version(dated: str, version: str) -> None:
    """One endpoint serves all versions; the body says which one it is."""
    understood, overlooked = read(envelope(namespace=f"urn://Ocpp/Cs/{dated}/"))
    assert (understood.version, understood.action, overlooked) == (version, "Heartbeat", [])


@pytest.mark.requirement("SOAP-01")
def test_a_namespace_without_its_slash_is_understood_and_counted() -> None:
    """The table of 1.6 prints its namespace without the final slash."""
    understood, overlooked = read(envelope(namespace="urn://Ocpp/Cs/2015/10"))
    assert understood.version == "1.6s"
    assert understood.namespace == "urn://Ocpp/Cs/2015/10/"
    assert overlooked == [SoapRule.SERVICE_NAMESPACE]


@pytest.mark.requirement("SOAP-01")
@pytest.mark.parametrize("namespace", ["urn://Ocpp/Cs/2099/01/", "urn://Ocpp/Cp/2012/06/", "http://example.com/", ""])
def test_a_body_of_no_version_served_is_answered_not_supported(namespace: str) -> None:
    """Unknown versions and calls for the other service are faults of the receiver."""
    fault = fault_of(envelope(f'<heartbeatRequest xmlns="{namespace}"/>'))
    assert (fault.code, fault.subcode) == ("Receiver", "NotSupported")


@pytest.mark.requirement("SOAP-01")
def test_an_operation_the_version_lacks_is_answered_not_supported() -> None:
    """1.2 has no DataTransfer."""
    raw = envelope("<cs:dataTransferRequest/>", namespace="urn://Ocpp/Cs/2010/08/")
    assert fault_of(raw).subcode == "NotSupported"


@pytest.mark.requirement("SOAP-02")
def test_a_request_without_charge_box_identity_is_refused() -> None:
    """Without an identity nobody knows whose message it is; no leniency changes that."""
    assert fault_of(envelope(drop="identity")).subcode == "ProtocolError"
    assert fault_of(envelope(identity="<cs:chargeBoxIdentity> </cs:chargeBoxIdentity>")).subcode == "ProtocolError"


@pytest.mark.requirement("SOAP-02")
def test_two_identities_are_refused() -> None:
    """Two readers could believe two different ones."""
    assert fault_of(envelope(identity=IDENTITY + IDENTITY.replace("CP1234", "CP9"))).subcode == "ProtocolError"


@pytest.mark.requirement("SOAP-02")
def test_identities_are_compared_without_regard_to_case() -> None:
    """A request for another station is answered IdentityMismatch, one that differs only in case is ours."""
    understood, _ = read(envelope())
    check_identity(understood, "cp1234")
    with pytest.raises(RequestRefused) as refused:
        check_identity(understood, "CP12345")
    assert refused.value.fault.subcode == "IdentityMismatch"
    assert refused.value.relates_to == understood.message_id


@pytest.mark.requirement("SOAP-03")
@pytest.mark.parametrize(
    ("drop", "rule"),
    [
        ("action", SoapRule.MISSING_ACTION),
        ("id", SoapRule.MISSING_MESSAGE_ID),
        ("from", SoapRule.MISSING_FROM),
        ("reply", SoapRule.MISSING_REPLY_TO),
        ("to", SoapRule.MISSING_TO),
    ],
)
def test_a_missing_header_is_overlooked_by_name_or_refused_by_choice(drop: str, rule: SoapRule) -> None:
    """Stations in the field leave headers away; each is counted, and an operator may forbid it."""
    assert read(envelope(drop=drop))[1] == [rule]
    assert fault_of(envelope(drop=drop), forbidden=[rule]).subcode == "ProtocolError"


@pytest.mark.requirement("SOAP-03")
@pytest.mark.parametrize("said", ["Heartbeat", "/heartbeat", "http://example.com/CentralSystem/Heartbeat"])
def test_other_spellings_of_the_action_are_counted(said: str) -> None:
    """Only the last segment of an Action is compared, without regard to case."""
    assert read(envelope(action=f"<a:Action>{said}</a:Action>"))[1] == [SoapRule.ACTION_SPELLING]


@pytest.mark.requirement("SOAP-03", "SOAP-04")
@pytest.mark.parametrize(
    "headers",
    [
        {"action": "<a:Action>/StopTransaction</a:Action>"},
        {"reply": "<a:ReplyTo><a:Address>http://192.0.2.1/later</a:Address></a:ReplyTo>"},
        {"id": "<a:MessageID>a</a:MessageID><a:MessageID>b</a:MessageID>"},
    ],
)
def test_headers_that_contradict_are_refused(headers: dict[str, str]) -> None:
    """An Action of another operation, an answer elsewhere than in this exchange and double headers are faults."""
    assert fault_of(envelope(**headers)).subcode == "ProtocolError"


def test_a_header_that_must_be_understood_and_is_not_ends_the_processing() -> None:
    """SOAP wants the fault MustUnderstand; an unknown header without that mark is ignored."""
    unknown = '<x:Security xmlns:x="urn:x"{}>…</x:Security>'
    assert read(envelope(extra=unknown.format("")))[1] == []
    assert fault_of(envelope(extra=unknown.format(' s:mustUnderstand="1"'))).code == "MustUnderstand"


@pytest.mark.parametrize("namespace", ["urn://Ocpp/Cp/2012/06/", "urn:other", ""])
def test_an_identity_in_another_namespace_is_counted(namespace: str) -> None:
    """Some stations write the identity in the namespace of the other service, or in none."""
    identity = f'<chargeBoxIdentity xmlns="{namespace}">CP1234</chargeBoxIdentity>'
    understood, overlooked = read(envelope(identity=identity))
    assert (understood.identity, overlooked) == ("CP1234", [SoapRule.IDENTITY_NAMESPACE])


def test_soap_1_1_is_understood_and_answered_in_kind() -> None:
    """Requests of SOAP 1.1 get responses of SOAP 1.1."""
    understood, overlooked = read(envelope(soap=SOAP_1_1))
    assert overlooked == [SoapRule.SOAP_1_1]
    answer = write_response(OCPP_1_5, understood, HEARTBEAT_RESPONSE, message_id="urn:uuid:2")
    assert etree.fromstring(answer).tag == f"{{{SOAP_1_1}}}Envelope"
    refusal = etree.fromstring(write_refusal(refusal_of(understood, fault_for("InternalError")), message_id="x"))
    assert refusal.findtext(".//faultcode") == "s:Server.InternalError"


@pytest.mark.parametrize("content", ["", HEARTBEAT + HEARTBEAT])
def test_a_body_without_exactly_one_element_is_refused(content: str) -> None:
    """One exchange carries one message."""
    assert fault_of(envelope(content)).subcode == "ProtocolError"


@pytest.mark.parametrize("raw", [b"<Envelope/>", envelope(soap="urn:soap:9"), b"<html><body>hello</body></html>"])
def test_no_known_envelope_is_a_mismatch_of_versions(raw: bytes) -> None:
    """SOAP has a fault of its own for envelopes of other versions."""
    assert fault_of(raw).code == "VersionMismatch"


# --- what we write ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SOAP-03")
def test_a_request_has_every_header_the_standard_wants() -> None:
    """Action, MessageID, From, anonymous ReplyTo, To and the identity that must be understood."""
    raw = write_request(
        OCPP_1_5,
        Service.CENTRAL_SYSTEM,
        wire16.HeartbeatRequest(),
        identity="CP & 1",
        message_id="urn:uuid:1",
        to="http://csms/",
        from_address="http://station/",
    )
    assert raw.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    understood, overlooked = read(raw)
    assert overlooked == []
    assert (understood.identity, understood.message_id, understood.from_address) == (
        "CP & 1",
        "urn:uuid:1",
        "http://station/",
    )
    head = etree.fromstring(raw)[0]
    assert head.findtext(f"{{{ADDRESSING}}}ReplyTo/{{{ADDRESSING}}}Address") == f"{ADDRESSING}/anonymous"
    assert head.findtext(f"{{{ADDRESSING}}}Action") == "/Heartbeat"
    identity = head.find("{urn://Ocpp/Cs/2012/06/}chargeBoxIdentity")
    assert identity is not None and identity.get(f"{{{SoapVersion.SOAP_1_2.value}}}mustUnderstand") == "true"


@pytest.mark.requirement("SOAP-03")
def test_a_response_names_what_it_answers() -> None:
    """The Action ends in Response, and RelatesTo is the MessageID of the request."""
    understood, _ = read(envelope())
    head = etree.fromstring(write_response(OCPP_1_5, understood, HEARTBEAT_RESPONSE, message_id="urn:uuid:2"))[0]
    assert head.findtext(f"{{{ADDRESSING}}}Action") == "/HeartbeatResponse"
    assert head.findtext(f"{{{ADDRESSING}}}RelatesTo") == "urn:uuid:5f4a7f1e-0001"


# --- responses we read --------------------------------------------------------------------------------------------

RESPONSE_HEAD = "<a:Action>/HeartbeatResponse</a:Action><a:RelatesTo>urn:uuid:1</a:RelatesTo>"
RESPONSE_BODY = "<cs:heartbeatResponse><cs:currentTime>2026-03-03T10:00:00Z</cs:currentTime></cs:heartbeatResponse>"


def response(head: str = f"<s:Header>{RESPONSE_HEAD}</s:Header>", body: str = RESPONSE_BODY) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SoapVersion.SOAP_1_2.value}" xmlns:a="{ADDRESSING}" xmlns:cs="urn://Ocpp/Cs/2012/06/">'
        f"{head}<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def read_heartbeat(raw: bytes) -> tuple[object, list[SoapRule]]:
    leniency = SoapLeniency()
    answer = read_response(raw, OCPP_1_5, Service.CENTRAL_SYSTEM, "Heartbeat", leniency, message_id="urn:uuid:1")
    return answer, sorted(leniency.used)


@pytest.mark.parametrize(
    ("head", "overlooked"),
    [
        (f"<s:Header>{RESPONSE_HEAD}</s:Header>", []),
        ("", [SoapRule.MISSING_HEADER]),
        ("<s:Header><a:Action>/HeartbeatResponse</a:Action></s:Header>", [SoapRule.MISSING_RELATES_TO]),
        ("<s:Header><a:RelatesTo>urn:uuid:1</a:RelatesTo></s:Header>", [SoapRule.MISSING_ACTION]),
        (
            f"<s:Header>{RESPONSE_HEAD.replace('/HeartbeatResponse', 'urn://Ocpp/Cs/2010/08/Service/Heartbeat')}</s:Header>",
            [SoapRule.ACTION_SPELLING],
        ),
    ],
)
@pytest.mark.requirement("SOAP-03")
def test_responses_with_missing_headers_are_understood(head: str, overlooked: list[SoapRule]) -> None:
    """Stations answer without header or without RelatesTo, and generated servers of 1.2 with a long Action."""
    assert read_heartbeat(response(head)) == (HEARTBEAT_RESPONSE, overlooked)


@pytest.mark.requirement("SOAP-03")
@pytest.mark.parametrize(
    "raw",
    [
        response(f"<s:Header>{RESPONSE_HEAD.replace('urn:uuid:1', 'urn:uuid:2')}</s:Header>"),
        response("<s:Header><a:Action>/AuthorizeResponse</a:Action></s:Header>"),
        response(body="<cs:authorizeResponse/>"),
        response(body='<heartbeatResponse xmlns="urn://Ocpp/Cp/2010/08/"/>').replace(b"heartbeatResponse", b"x"),
        b"",
        b"<html>It works!</html>",
    ],
)
def test_a_response_to_something_else_is_none(raw: bytes) -> None:
    """An answer that relates to another request or is of another operation is not believed."""
    with pytest.raises(ResponseUnreadable):
        read_heartbeat(raw)


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SOAP-05")
@pytest.mark.parametrize("code", FAULT_CODES)
@pytest.mark.parametrize("soap", [SoapVersion.SOAP_1_2.value, SOAP_1_1])
def test_every_error_code_has_a_fault_that_reads_back(code: str, soap: str) -> None:
    """The table of faults is total, and what we write we understand."""
    understood, _ = read(envelope(soap=soap))
    fault = fault_for(code, "why <not> & \x07")
    raw = write_refusal(refusal_of(understood, fault), message_id="urn:uuid:9")
    again = read_response(
        raw, OCPP_1_5, Service.CENTRAL_SYSTEM, "Heartbeat", SoapLeniency(), message_id="urn:uuid:other"
    )
    assert isinstance(again, Fault)
    assert (again.code, again.subcode, again.reason) == (fault.code, fault.subcode, "why <not> &")
    assert again.error_code in FAULT_CODES


@pytest.mark.requirement("SOAP-05")
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("Sender", "SecurityError"), "SecurityError"),
        (Fault("Sender", "IdentityMismatch"), "SecurityError"),
        (Fault("Sender", "ProtocolError"), "ProtocolError"),
        (Fault("Receiver", "InternalError"), "InternalError"),
        (Fault("Receiver", "NotSupported"), "NotSupported"),
        (Fault("Receiver", "SomethingElse"), "InternalError"),
        (Fault("Sender"), "ProtocolError"),
        (Fault("Weird", "Weird"), "GenericError"),
    ],
)
def test_faults_of_others_become_error_codes(fault: Fault, code: str) -> None:
    """Known subcodes decide, then the code; whatever else comes is an error all the same."""
    assert fault.error_code == code
    assert fault.http_status == (400 if fault.code == "Sender" else 500)


def test_a_fault_never_repeats_what_was_sent() -> None:
    """Places and rules are named from our own words."""
    raw = envelope(
        "<cs:authorizeRequest><cs:idTag>SECRET</cs:idTag><cs:idTag>SECRET</cs:idTag></cs:authorizeRequest>",
        action=ACTION.replace("Heartbeat", "Authorize"),
    )
    fault = fault_of(raw)
    assert fault.subcode == "ProtocolError"
    assert "idTag" in fault.reason and "SECRET" not in fault.reason
    assert wire15.ACTIONS["Authorize"].request is wire16.AuthorizeRequest
