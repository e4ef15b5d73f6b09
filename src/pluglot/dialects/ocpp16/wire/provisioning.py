"""provisioning"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20, String25, String50, String500


class ConfigurationStatus(StrEnum):
    """ConfigurationStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    REBOOT_REQUIRED = "RebootRequired"
    NOT_SUPPORTED = "NotSupported"


class RegistrationStatus(StrEnum):
    """RegistrationStatus."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"


class ResetStatus(StrEnum):
    """ResetStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ResetType(StrEnum):
    """ResetType."""

    HARD = "Hard"
    SOFT = "Soft"


class KeyValue(DataType, frozen=True, kw_only=True):
    """KeyValue."""

    key: String50
    readonly: bool
    value: String500 | None = None


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """BootNotificationRequest."""

    action: ClassVar[str] = "BootNotification"

    charge_point_vendor: String20
    charge_point_model: String20
    charge_point_serial_number: String25 | None = None
    charge_box_serial_number: String25 | None = None
    firmware_version: String50 | None = None
    iccid: String20 | None = None
    imsi: String20 | None = None
    meter_type: String25 | None = None
    meter_serial_number: String25 | None = None


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """BootNotificationResponse."""

    action: ClassVar[str] = "BootNotification"

    status: RegistrationStatus
    current_time: datetime
    interval: int


class ChangeConfigurationRequest(Request, frozen=True, kw_only=True):
    """ChangeConfigurationRequest."""

    action: ClassVar[str] = "ChangeConfiguration"

    key: String50
    value: String500


class ChangeConfigurationResponse(Response, frozen=True, kw_only=True):
    """ChangeConfigurationResponse."""

    action: ClassVar[str] = "ChangeConfiguration"

    status: ConfigurationStatus


class GetConfigurationRequest(Request, frozen=True, kw_only=True):
    """GetConfigurationRequest."""

    action: ClassVar[str] = "GetConfiguration"

    key: tuple[String50, ...] | None = None


class GetConfigurationResponse(Response, frozen=True, kw_only=True):
    """GetConfigurationResponse."""

    action: ClassVar[str] = "GetConfiguration"

    configuration_key: tuple[KeyValue, ...] | None = None
    unknown_key: tuple[String50, ...] | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """ResetRequest."""

    action: ClassVar[str] = "Reset"

    type: ResetType


class ResetResponse(Response, frozen=True, kw_only=True):
    """ResetResponse."""

    action: ClassVar[str] = "Reset"

    status: ResetStatus
