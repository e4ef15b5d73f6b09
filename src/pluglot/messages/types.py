"""Data types that several blocks share and none owns."""

from __future__ import annotations

from enum import StrEnum

from pluglot.messages.base import CustomData, DataType
from pluglot.messages.scalars import ConnectorId, NonNegative, String8, String20, String50, String1024


class EnergyTransferMode(StrEnum):
    """How energy gets from station to vehicle and back (C, K, Q)."""

    AC_SINGLE_PHASE = "AC_single_phase"
    AC_TWO_PHASE = "AC_two_phase"
    AC_THREE_PHASE = "AC_three_phase"
    DC = "DC"
    AC_BPT = "AC_BPT"
    AC_BPT_DER = "AC_BPT_DER"
    AC_DER = "AC_DER"
    DC_BPT = "DC_BPT"
    DC_ACDP = "DC_ACDP"
    DC_ACDP_BPT = "DC_ACDP_BPT"
    WPT = "WPT"


class GenericDeviceModelStatus(StrEnum):
    """Whether a report on the device model will follow (B, N)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"
    EMPTY_RESULT_SET = "EmptyResultSet"


class GenericStatus(StrEnum):
    """Yes or no."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class MessageFormat(StrEnum):
    """How a text is to be read."""

    ASCII = "ASCII"
    HTML = "HTML"
    URI = "URI"
    UTF8 = "UTF8"
    QRCODE = "QRCODE"


class OperationMode(StrEnum):
    """Who decides over power in both directions (E, F, K)."""

    IDLE = "Idle"
    CHARGING_ONLY = "ChargingOnly"
    CENTRAL_SETPOINT = "CentralSetpoint"
    EXTERNAL_SETPOINT = "ExternalSetpoint"
    EXTERNAL_LIMITS = "ExternalLimits"
    CENTRAL_FREQUENCY = "CentralFrequency"
    LOCAL_FREQUENCY = "LocalFrequency"
    LOCAL_LOAD_BALANCING = "LocalLoadBalancing"


class EVSE(DataType, frozen=True, kw_only=True):
    """An EVSE, or one of its connectors."""

    id: NonNegative
    connector_id: ConnectorId | None = None
    custom_data: CustomData | None = None


class Component(DataType, frozen=True, kw_only=True):
    """A part of a station in the device model (B, N, O)."""

    name: String50
    evse: EVSE | None = None
    instance: String50 | None = None
    custom_data: CustomData | None = None


class Variable(DataType, frozen=True, kw_only=True):
    """A property of a component (B, N)."""

    name: String50
    instance: String50 | None = None
    custom_data: CustomData | None = None


class ComponentVariable(DataType, frozen=True, kw_only=True):
    """A variable of a component, or the whole component (B, N)."""

    component: Component
    variable: Variable | None = None
    custom_data: CustomData | None = None


class MessageContent(DataType, frozen=True, kw_only=True):
    """Text for a person to read."""

    format: MessageFormat
    content: String1024
    language: String8 | None = None
    custom_data: CustomData | None = None


class StatusInfo(DataType, frozen=True, kw_only=True):
    """Why an answer is as it is, for a program and for a person."""

    reason_code: String20
    additional_info: String1024 | None = None
    custom_data: CustomData | None = None
