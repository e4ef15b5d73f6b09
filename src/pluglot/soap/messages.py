"""Requests, responses and faults of OCPP over SOAP as bytes, with every rule of their headers (SOAP-01 to SOAP-05)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pluglot.messages.version import OcppVersion
from pluglot.messages.violations import PayloadViolation
from pluglot.soap.binding import FAULT_ACTION, Binding, Bindings, Meant, element_name
from pluglot.soap.envelope import Envelope, Headers, escaped, read_envelope, write_envelope
from pluglot.soap.faults import (
    IDENTITY_MISMATCH,
    Fault,
    FaultRaised,
    fault_for,
    protocol_error,
    read_fault,
    violation_fault,
    write_fault,
)
from pluglot.soap.leniency import SoapLeniency, SoapRule
from pluglot.soap.mapping import Reader, Writer
from pluglot.soap.names import ANONYMOUS, Service, SoapVersion, local_name, namespace_of
from pluglot.soap.safety import DEFAULT_LIMITS, XmlLimits

_PREFIX: Final = "o:"


class SoapRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was understood."""

    version: OcppVersion
    service: Service
    action: str
    message: Any
    #: As it stood in the header.
    identity: str
    message_id: str | None
    #: Where the sender listens; hostile until judged (SOAP-09).
    from_address: str | None
    soap: SoapVersion
    namespace: str


class RequestRefused(ValueError):
    """A request that is answered with a fault, and what is needed to write it."""

    def __init__(
        self, fault: Fault, *, soap: SoapVersion, namespace: str, relates_to: str | None, identity: str | None = None
    ) -> None:
        super().__init__(f"{fault.code}/{fault.subcode}: {fault.reason}")
        self.fault = fault
        self.soap = soap
        self.namespace = namespace
        self.relates_to = relates_to
        #: Who it said it was; for the log.
        self.identity = identity


class ResponseUnreadable(ValueError):
    """What came as a response is none; the message repeats nothing of it."""


# --- requests -----------------------------------------------------------------------------------------------------


def read_request(
    raw: bytes,
    bindings: Bindings,
    service: Service,
    leniency: SoapLeniency,
    *,
    limits: XmlLimits = DEFAULT_LIMITS,
) -> SoapRequest:
    """Read a request for this service, of whatever version its body is.

    Raises:
        RequestRefused: it must be answered with a fault.
    """
    envelope: Envelope | None = None
    meant: Meant | None = None
    try:
        envelope = read_envelope(raw, limits, leniency)
        meant = bindings.meant(namespace_of(envelope.content.tag), leniency)
        return _request(envelope, meant, service, leniency)
    except FaultRaised as raised:
        fault = raised.fault
    except PayloadViolation as violation:
        fault = violation_fault(violation)
    raise RequestRefused(
        fault,
        soap=SoapVersion.SOAP_1_2 if envelope is None else envelope.soap,
        namespace="" if meant is None else meant.namespace,
        relates_to=None if envelope is None else envelope.headers.message_id,
        identity=None if envelope is None else envelope.headers.identity,
    )


def _request(envelope: Envelope, meant: Meant | None, service: Service, leniency: SoapLeniency) -> SoapRequest:
    if meant is None or meant.service is not service:
        raise FaultRaised(fault_for("NotSupported", "the body's namespace is of no version served here"))
    headers, content = envelope.headers, envelope.content
    said = local_name(content.tag)
    row = meant.binding.operations[meant.service].get(said.casefold())
    if row is None:
        raise FaultRaised(fault_for("NotSupported", "this version has no such operation here"))
    if said != element_name(row.name, "Request"):
        _overlook(leniency, SoapRule.OPERATION_SPELLING, "another spelling of the operation")
    identity = headers.identity
    if identity is None:
        raise protocol_error("the chargeBoxIdentity is missing")  # SOAP-02
    if headers.identity_namespace not in {meant.namespace, namespace_of(content.tag)}:
        _overlook(leniency, SoapRule.IDENTITY_NAMESPACE, "a chargeBoxIdentity of another namespace")
    _check_addressing(headers, row.name, leniency, from_station=meant.service is Service.CENTRAL_SYSTEM)
    reader = Reader(meant.binding.schema, namespace_of(content.tag), leniency)
    return SoapRequest(
        version=meant.binding.version,
        service=meant.service,
        action=row.name,
        message=reader.read(content, row.request),
        identity=identity,
        message_id=headers.message_id,
        from_address=headers.from_address,
        soap=envelope.soap,
        namespace=meant.namespace,
    )


def _check_addressing(headers: Headers, action: str, leniency: SoapLeniency, *, from_station: bool) -> None:
    """SOAP-03: what must be there is missed by name, what contradicts is refused."""
    if headers.action is None:
        _overlook(leniency, SoapRule.MISSING_ACTION, "no Action")
    else:
        _check_action(headers.action, action, {action.casefold()}, leniency)
    if headers.message_id is None:
        _overlook(leniency, SoapRule.MISSING_MESSAGE_ID, "no MessageID")
    if headers.to is None:
        _overlook(leniency, SoapRule.MISSING_TO, "no To")
    if headers.from_address is None and from_station:
        _overlook(leniency, SoapRule.MISSING_FROM, "no From")
    if headers.reply_to is None:
        _overlook(leniency, SoapRule.MISSING_REPLY_TO, "no ReplyTo")
    elif headers.reply_to != ANONYMOUS:
        raise protocol_error("only the anonymous ReplyTo is allowed")


def _check_action(said: str, action: str, allowed: set[str], leniency: SoapLeniency) -> None:
    if said.rpartition("/")[2].casefold() not in allowed:
        raise protocol_error("the Action is of another operation than the body")
    if said != f"/{action}":
        _overlook(leniency, SoapRule.ACTION_SPELLING, "another spelling of the Action")


def _overlook(leniency: SoapLeniency, rule: SoapRule, found: str) -> None:
    if not leniency.allows(rule):
        raise protocol_error(found)


def check_identity(request: SoapRequest, own: str) -> None:
    """Refuse a request that is meant for another station (SOAP-02).

    Raises:
        RequestRefused: with the fault IdentityMismatch.
    """
    if request.identity.casefold() != own.casefold():
        raise RequestRefused(
            IDENTITY_MISMATCH, soap=request.soap, namespace=request.namespace, relates_to=request.message_id
        )


def write_request(
    binding: Binding,
    service: Service,
    message: Any,
    *,
    identity: str,
    message_id: str,
    to: str,
    from_address: str | None = None,
    leniency: SoapLeniency | None = None,
) -> bytes:
    """Write a request for this service.

    Raises:
        Unsayable: the message breaks a rule of its type, or the version has no such operation.
    """
    headers = Headers(
        identity=identity,
        action=f"/{message.action}",
        message_id=message_id,
        from_address=from_address,
        to=to,
    )
    content = Writer(binding.schema, _PREFIX, leniency).write(element_name(message.action, "Request"), message)
    return write_envelope(SoapVersion.SOAP_1_2, binding.namespaces[service], headers, content, request=True)


# --- responses ----------------------------------------------------------------------------------------------------


def write_response(
    binding: Binding, request: SoapRequest, message: Any, *, message_id: str, leniency: SoapLeniency | None = None
) -> bytes:
    """Write the response to a request, in its version of SOAP.

    Raises:
        Unsayable: the message breaks a rule of its type.
    """
    headers = Headers(action=f"/{request.action}Response", message_id=message_id, relates_to=request.message_id)
    content = Writer(binding.schema, _PREFIX, leniency).write(element_name(request.action, "Response"), message)
    return write_envelope(request.soap, request.namespace, headers, content, request=False)


def write_refusal(refused: RequestRefused, *, message_id: str) -> bytes:
    """Write the fault that answers a request."""
    relates_to = refused.relates_to if refused.relates_to and refused.relates_to.isprintable() else None
    headers = Headers(action=FAULT_ACTION, message_id=message_id, relates_to=relates_to)
    reason = "".join(character if character.isprintable() else " " for character in refused.fault.reason)
    content = write_fault(refused.fault, refused.soap, _PREFIX, escaped(reason))
    # Without a known service the prefix still has to stand for something.
    namespace = refused.namespace or "urn://Ocpp/Cs/2015/10/"
    return write_envelope(refused.soap, namespace, headers, content, request=False)


def refusal_of(request: SoapRequest, fault: Fault) -> RequestRefused:
    """The refusal of a request that was understood."""
    return RequestRefused(fault, soap=request.soap, namespace=request.namespace, relates_to=request.message_id)


def read_response(
    raw: bytes,
    binding: Binding,
    service: Service,
    action: str,
    leniency: SoapLeniency,
    *,
    message_id: str,
    limits: XmlLimits = DEFAULT_LIMITS,
) -> Any:
    """Read what answered a request with this message id: its response, or a Fault.

    Raises:
        ResponseUnreadable: it is neither.
        PayloadViolation: the response breaks a rule of its type.
    """
    try:
        envelope = read_envelope(raw, limits, leniency)
        content = envelope.content
        if local_name(content.tag) == "Fault" and namespace_of(content.tag) == envelope.soap.value:
            return read_fault(content)
        _check_response(envelope, action, message_id, leniency)
    except FaultRaised as raised:
        raise ResponseUnreadable(raised.fault.reason) from None
    namespace = namespace_of(content.tag)
    row = binding.operations[service][element_name(action, "Request").casefold()]
    name = element_name(action, "Response")
    if row.response is None or local_name(content.tag).casefold() != name.casefold():
        raise ResponseUnreadable("the body is no response of this operation")
    if namespace != binding.namespaces[service] and not leniency.allows(SoapRule.SERVICE_NAMESPACE):
        raise ResponseUnreadable("the body is of another namespace")
    if local_name(content.tag) != name and not leniency.allows(SoapRule.OPERATION_SPELLING):
        raise ResponseUnreadable("another spelling of the operation")
    return Reader(binding.schema, namespace, leniency).read(content, row.response)


def _check_response(envelope: Envelope, action: str, message_id: str, leniency: SoapLeniency) -> None:
    headers = envelope.headers
    if not envelope.has_header:
        _overlook(leniency, SoapRule.MISSING_HEADER, "no header")
        return
    if headers.relates_to is None:
        _overlook(leniency, SoapRule.MISSING_RELATES_TO, "no RelatesTo")
    elif headers.relates_to != message_id:
        raise protocol_error("the response relates to another request")
    if headers.action is None:
        _overlook(leniency, SoapRule.MISSING_ACTION, "no Action")
        return
    # Generated servers of 1.2 name the operation without Response, at the end of a long form.
    _check_action(headers.action, f"{action}Response", {action.casefold(), f"{action}response".casefold()}, leniency)
