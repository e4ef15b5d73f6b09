"""Data types that several blocks share and none owns."""

from __future__ import annotations

from enum import StrEnum

from pluglot.dialects.ocpp20.wire.base import DataType
from pluglot.dialects.ocpp201.wire.types import MessageFormat
from pluglot.messages.scalars import String8, String50, String512


class EncodingMethod(StrEnum):
    """How the data was written that a meter signed (E, J)."""

    OTHER = "Other"
    DLMS_MESSAGE = "DLMS Message"
    COSEM_PROTECTED_DATA = "COSEM Protected Data"
    EDL = "EDL"


class GenericDeviceModelStatus(StrEnum):
    """Whether a report on the device model will follow (B, N)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"


class SignatureMethod(StrEnum):
    """How a meter signed (E, J)."""

    ECDSAP256_SHA256 = "ECDSAP256SHA256"
    ECDSAP384_SHA384 = "ECDSAP384SHA384"
    ECDSA192_SHA256 = "ECDSA192SHA256"


class EVSE(DataType, frozen=True, kw_only=True):
    """An EVSE, or one of its connectors."""

    id: int
    connector_id: int | None = None


class Component(DataType, frozen=True, kw_only=True):
    """A part of a station in the device model (B, N, O)."""

    name: String50
    evse: EVSE | None = None
    instance: String50 | None = None


class Variable(DataType, frozen=True, kw_only=True):
    """A property of a component (B, N)."""

    name: String50
    instance: String50 | None = None


class ComponentVariable(DataType, frozen=True, kw_only=True):
    """A variable of a component, or the whole component (B, N)."""

    component: Component
    variable: Variable


class MessageContent(DataType, frozen=True, kw_only=True):
    """Text for a person to read."""

    format: MessageFormat
    content: String512
    language: String8 | None = None
