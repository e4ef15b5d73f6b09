"""Our tables against the WSDL files: every operation, element, attribute, order and value, both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pluglot.dialects.ocpp16 import wire
from pluglot.messages.action import Action
from pluglot.soap import ALL, Binding, SoapLeniency, read_request, read_response, write_request
from pluglot.soap.binding import element_name
from pluglot.soap.leniency import EVERY_RULE
from pluglot.soap.mapping import Writer
from pluglot.soap.messages import write_response
from pluglot.soap.schema import FieldPlan, Kind, Schema
from tests.soap import made, wsdl
from tests.soap.wsdl import REFERENCES, Member, Reference

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = {
    "int": Kind.INTEGER,
    "dateTime": Kind.MOMENT,
    "string": Kind.TEXT,
    "anyURI": Kind.TEXT,
    "boolean": Kind.BOOLEAN,
    "DecimalOne": Kind.DECIMAL,
}
#: Values our types of 1.6 have for JSON; over SOAP they are written otherwise.
JSON_SPELLINGS = {"Celcius", "Hertz"}
each_reference = pytest.mark.parametrize("reference", REFERENCES, ids=str)


def binding_of(reference: Reference) -> Binding:
    return ALL.by_version[reference.version]


def test_all_six_references_are_there() -> None:
    """Each version has a file for each service."""
    assert len(REFERENCES) == 6


@each_reference
@pytest.mark.requirement("SOAP-01")
def test_namespaces_and_operations_are_those_of_the_wsdl(reference: Reference) -> None:
    """A service has the operations of its WSDL, no more and no less, in its namespace."""
    binding = binding_of(reference)
    assert wsdl.schema_element(reference).get("targetNamespace") == binding.namespaces[reference.service]
    ours = {element_name(row.name, kind) for row in operations(reference) for kind in ("Request", "Response")}
    assert ours == wsdl.elements(reference).keys() - {"chargeBoxIdentity"}


def operations(reference: Reference) -> list[Action]:
    return list(binding_of(reference).operations[reference.service].values())


@each_reference
def test_types_have_the_elements_of_the_wsdl_in_its_order(reference: Reference) -> None:
    """Every message agrees with its complex type in names, order, occurrence, kinds, limits and values."""
    schema = binding_of(reference).schema
    for row in operations(reference):
        for kind, type_ in (("Request", row.request), ("Response", row.response)):
            assert type_ is not None
            compare(reference, schema, type_, wsdl.elements(reference)[element_name(row.name, kind)])


def compare(reference: Reference, schema: Schema, type_: type, name: str) -> None:
    plan = schema.plan(type_)
    theirs, attributes = wsdl.members(reference, name)
    assert [field.wire_name for field in plan.fields] == [member.name for member in theirs], name
    for field, member in zip(plan.fields, theirs, strict=True):
        compare_member(reference, schema, field, member, name)
    assert not attributes


def compare_member(reference: Reference, schema: Schema, field: FieldPlan, member: Member, owner: str) -> None:
    where = f"{owner}.{member.name}"
    assert field.many == member.many, where
    # A list that may be empty is our required list only where JSON has it required, too.
    assert field.required == member.required or (field.many and field.required), where
    if not member.type:
        compare_inline(reference, schema, field, owner)
    elif member.type in wsdl.enumerations(reference):
        compare_values(field.type_, wsdl.enumerations(reference)[member.type], where)
    elif member.type in KINDS:
        assert field.kind is KINDS[member.type], where
        if member.type == "string" and field.wire_name not in {"idTag", "parentIdTag"}:
            assert field.max_length is None or reference.version.value == "1.2s", where
    elif member.type in wsdl.limits(reference):
        assert (field.kind, field.max_length) == (Kind.TEXT, wsdl.limits(reference)[member.type]), where
    else:
        assert field.kind is Kind.STRUCT, where
        compare(reference, schema, field.type_, member.type)


def compare_inline(reference: Reference, schema: Schema, field: FieldPlan, owner: str) -> None:
    plan = schema.plan(field.type_)
    assert plan.text is not None and not plan.fields
    theirs = {member.name: member for member in wsdl.inline(reference, owner, field.wire_name)}
    assert {attribute.wire_name for attribute in plan.attributes} == theirs.keys()
    for attribute in plan.attributes:
        values = wsdl.enumerations(reference)[theirs[attribute.wire_name].type]
        compare_values(attribute.type_, values, attribute.wire_name)


def compare_values(type_: type[StrEnum], theirs: set[str], where: str) -> None:
    ours = {member.value for member in type_}
    assert ours - JSON_SPELLINGS == theirs, where


# --- what is written is valid -------------------------------------------------------------------------------------

CASES = [
    pytest.param(reference, row, id=f"{reference}-{row.name}")
    for reference in REFERENCES
    for row in operations(reference)
]


def body_of(frame: bytes) -> etree._Element:
    """The element in the body, as a document of its own."""
    root = etree.fromstring(frame)
    (content,) = root[1]
    return etree.fromstring(etree.tostring(content))


@pytest.mark.parametrize(("reference", "row"), CASES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_message_is_written_as_its_schema_wants_and_read_back(
    reference: Reference, row: Action, data: Any
) -> None:
    """What we write is valid by the WSDL, and read without any leniency it is what it was."""
    binding = binding_of(reference)
    request = data.draw(made.of(row.request))
    frame = write_request(
        binding,
        reference.service,
        request,
        identity="CP 1",
        message_id="urn:uuid:1",
        to="http://a/",
        from_address="http://b/",
    )
    wsdl.schema(reference).assertValid(body_of(frame))
    read = read_request(frame, ALL, reference.service, SoapLeniency(EVERY_RULE))
    assert read.message == plain(request)
    assert row.response is not None
    response = data.draw(made.of(row.response))
    frame = write_response(binding, read, response, message_id="urn:uuid:2")
    wsdl.schema(reference).assertValid(body_of(frame))
    strict = SoapLeniency(EVERY_RULE)
    assert read_response(frame, binding, reference.service, row.name, strict, message_id="urn:uuid:1") == plain(
        response
    )


def plain(message: Any) -> Any:
    """The message as it reads after writing: units that the WSDL lacks are said otherwise or not at all."""
    return msgspec.convert(_respelt(msgspec.to_builtins(message)), type(message), strict=False)


def _respelt(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {
            key: "Celsius" if (key, value) == ("unit", "Celcius") else _respelt(value)
            for key, value in tree.items()
            if (key, value) != ("unit", "Hertz")
        }
    return [_respelt(item) for item in tree] if isinstance(tree, list | tuple) else tree


def test_a_moment_without_readings_is_not_written() -> None:
    """JSON allows a moment of a transaction without readings; the WSDL does not, and nothing is lost."""
    reference = next(one for one in REFERENCES if str(one) == "1.6s-Cs")
    request = wire.StopTransactionRequest(
        transaction_id=1,
        meter_stop=2,
        timestamp=NOW,
        transaction_data=(wire.TransactionData(timestamp=NOW, sampled_value=()),),
    )
    text = Writer(binding_of(reference).schema, "").write("stopTransactionRequest", request)
    assert "transactionData" not in text
