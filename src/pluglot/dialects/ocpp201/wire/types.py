"""types"""

from __future__ import annotations

from enum import StrEnum

from pluglot.messages.base import CustomData, DataType
from pluglot.messages.scalars import String8, String20, String50, String512
from pluglot.messages.types import Variable


class ChargingLimitSource(StrEnum):
    """ChargingLimitSource."""

    EMS = "EMS"
    OTHER = "Other"
    SO = "SO"
    CSO = "CSO"


class MessageFormat(StrEnum):
    """MessageFormat."""

    ASCII = "ASCII"
    HTML = "HTML"
    URI = "URI"
    UTF8 = "UTF8"


class EVSE(DataType, frozen=True, kw_only=True):
    """EVSE."""

    id: int
    connector_id: int | None = None
    custom_data: CustomData | None = None


class Component(DataType, frozen=True, kw_only=True):
    """Component."""

    name: String50
    evse: EVSE | None = None
    instance: String50 | None = None
    custom_data: CustomData | None = None


class ComponentVariable(DataType, frozen=True, kw_only=True):
    """ComponentVariable."""

    component: Component
    variable: Variable | None = None
    custom_data: CustomData | None = None


class MessageContent(DataType, frozen=True, kw_only=True):
    """MessageContent."""

    format: MessageFormat
    content: String512
    language: String8 | None = None
    custom_data: CustomData | None = None


class StatusInfo(DataType, frozen=True, kw_only=True):
    """StatusInfo."""

    reason_code: String20
    additional_info: String512 | None = None
    custom_data: CustomData | None = None
