"""The table of error codes, row by row: 2.x, OCPP-J 1.6 and SOAP (mapping 13.1)."""

from __future__ import annotations

import pytest

from pluglot.messages.version import OcppVersion
from pluglot.rpc.errors import ErrorCode, spelled, understood
from pluglot.soap import FAULT_CODES, Fault, fault_for
from pluglot.soap.faults import IDENTITY_MISMATCH

#: Code in 2.x, in OCPP-J 1.6, fault and subcode over SOAP, and what the fault is read as.
TABLE = [
    ("NotImplemented", "NotImplemented", "Receiver", "NotSupported", "NotSupported"),
    ("NotSupported", "NotSupported", "Receiver", "NotSupported", "NotSupported"),
    ("InternalError", "InternalError", "Receiver", "InternalError", "InternalError"),
    ("ProtocolError", "ProtocolError", "Sender", "ProtocolError", "ProtocolError"),
    ("SecurityError", "SecurityError", "Sender", "SecurityError", "SecurityError"),
    ("FormatViolation", "FormationViolation", "Sender", "ProtocolError", "ProtocolError"),
    ("PropertyConstraintViolation", "PropertyConstraintViolation", "Sender", "ProtocolError", "ProtocolError"),
    ("OccurrenceConstraintViolation", "OccurenceConstraintViolation", "Sender", "ProtocolError", "ProtocolError"),
    ("TypeConstraintViolation", "TypeConstraintViolation", "Sender", "ProtocolError", "ProtocolError"),
    ("MessageTypeNotSupported", "GenericError", "Sender", "ProtocolError", "ProtocolError"),
    ("RpcFrameworkError", "GenericError", "Sender", "ProtocolError", "ProtocolError"),
    ("GenericError", "GenericError", "Receiver", "InternalError", "InternalError"),
]


@pytest.mark.requirement("ERR-01", "SOAP-05")
@pytest.mark.parametrize(("code", "in_1_6", "fault", "subcode", "read"), TABLE, ids=[row[0] for row in TABLE])
def test_a_code_is_said_and_understood_as_its_row_has_it(
    code: str, in_1_6: str, fault: str, subcode: str, read: str
) -> None:
    """Each version has its word, and each of these words is understood, in 1.6 in both spellings."""
    meant = ErrorCode(code)
    for version in OcppVersion:
        if not version.value.endswith("s"):
            assert spelled(meant, version) == (in_1_6 if version is OcppVersion.OCPP_1_6 else code)
    assert understood(code) is meant
    assert understood(in_1_6) is (meant if in_1_6 != "GenericError" else ErrorCode.GENERIC_ERROR)
    said = fault_for(code, "why")
    assert said == Fault(fault, subcode, "why")
    assert said.error_code == read


@pytest.mark.requirement("ERR-01", "SOAP-05")
def test_the_table_has_every_code() -> None:
    """No code is without a row, in any of the three vocabularies."""
    assert len(TABLE) == len(ErrorCode)
    assert {row[0] for row in TABLE} == {code.value for code in ErrorCode} == set(FAULT_CODES)


@pytest.mark.requirement("SOAP-02", "SOAP-05")
def test_a_wrong_identity_has_a_fault_of_its_own() -> None:
    """Over SOAP another identity is more than an error of security, and is read as one."""
    assert (IDENTITY_MISMATCH.code, IDENTITY_MISMATCH.subcode) == ("Sender", "IdentityMismatch")
    assert IDENTITY_MISMATCH.error_code == "SecurityError"
