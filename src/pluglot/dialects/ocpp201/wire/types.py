"""Data types that several blocks share and none owns."""

from __future__ import annotations

from enum import StrEnum

from pluglot.messages.base import CustomData, DataType
from pluglot.messages.scalars import String8, String20, String50, String512
from pluglot.messages.types import Variable


class ChargingLimitSource(StrEnum):
    """Who set a limit (K)."""

    EMS = "EMS"
    OTHER = "Other"
    SO = "SO"
    CSO = "CSO"


class MessageFormat(StrEnum):
    """How a text is to be read."""

    ASCII = "ASCII"
    HTML = "HTML"
    URI = "URI"
    UTF8 = "UTF8"


class EVSE(DataType, frozen=True, kw_only=True):
    """An EVSE, or one of its connectors."""

    id: int
    connector_id: int | None = None
    custom_data: CustomData | None = None


class Component(DataType, frozen=True, kw_only=True):
    """A part of a station in the device model (B, N, O)."""

    name: String50
    evse: EVSE | None = None
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
    content: String512
    language: String8 | None = None
    custom_data: CustomData | None = None


class StatusInfo(DataType, frozen=True, kw_only=True):
    """Why an answer is as it is, for a program and for a person."""

    reason_code: String20
    additional_info: String512 | None = None
    custom_data: CustomData | None = None
