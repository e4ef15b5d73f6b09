"""Error codes: which there are, how each version spells them, and which one answers which mistake."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pluglot.messages.codec import ViolationKind
from pluglot.messages.version import OcppVersion

#: The id of an error about a message whose own id could not be used (RPC-02).
UNUSABLE_ID: Final = "-1"
MAX_DESCRIPTION: Final = 255


class ErrorCode(StrEnum):
    """Why a message is refused, in the spelling of OCPP 2.x."""

    FORMAT_VIOLATION = "FormatViolation"
    GENERIC_ERROR = "GenericError"
    INTERNAL_ERROR = "InternalError"
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    OCCURRENCE_CONSTRAINT_VIOLATION = "OccurrenceConstraintViolation"
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    PROTOCOL_ERROR = "ProtocolError"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    SECURITY_ERROR = "SecurityError"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"


# OCPP 1.6 keeps two words as they were first printed and lacks two others (16J errata 5, mapping 13.1).
_SPELLING_16: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.FORMAT_VIOLATION: "FormationViolation",
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "OccurenceConstraintViolation",
    ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "GenericError",
    ErrorCode.RPC_FRAMEWORK_ERROR: "GenericError",
}

# RPC-14: whatever the version, both spellings are understood.
_MEANING: Final[Mapping[str, ErrorCode]] = {
    **{code.value: code for code in ErrorCode},
    "FormationViolation": ErrorCode.FORMAT_VIOLATION,
    "OccurenceConstraintViolation": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
}

_PAYLOAD_16: Final[Mapping[ViolationKind, ErrorCode]] = {
    ViolationKind.FORMAT: ErrorCode.FORMAT_VIOLATION,
    ViolationKind.PROTOCOL: ErrorCode.FORMAT_VIOLATION,
    ViolationKind.MISSING: ErrorCode.PROTOCOL_ERROR,
    ViolationKind.OCCURRENCE: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    ViolationKind.TYPE: ErrorCode.TYPE_CONSTRAINT_VIOLATION,
    ViolationKind.PROPERTY: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
}
_PAYLOAD_2X: Final[Mapping[ViolationKind, ErrorCode]] = {
    **_PAYLOAD_16,
    ViolationKind.PROTOCOL: ErrorCode.PROTOCOL_ERROR,
    ViolationKind.MISSING: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
}


def spelled(code: ErrorCode, version: OcppVersion) -> str:
    """Spell a code as the version on the wire has it (ERR-01)."""
    if version is OcppVersion.OCPP_1_6:
        return _SPELLING_16.get(code, code.value)
    return code.value


def understood(text: object) -> ErrorCode:
    """Read a code in any spelling; one that nobody knows means ``GenericError`` (ERR-04)."""
    return _MEANING.get(text, ErrorCode.GENERIC_ERROR) if isinstance(text, str) else ErrorCode.GENERIC_ERROR


def for_payload(kind: ViolationKind, version: OcppVersion) -> ErrorCode:
    """Choose the code for a payload that breaks a rule."""
    return (_PAYLOAD_16 if version is OcppVersion.OCPP_1_6 else _PAYLOAD_2X)[kind]


def for_frame(version: OcppVersion) -> ErrorCode:
    """Choose the code for a frame that is not a message at all, or one of the wrong shape."""
    return ErrorCode.FORMAT_VIOLATION if version is OcppVersion.OCPP_1_6 else ErrorCode.RPC_FRAMEWORK_ERROR
