"""Block B: booting, variables of the device model, reports, network profiles and reset."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String20, String25, String50, String500, Timestamp


class ConfigurationStatus(StrEnum):
    """What became of writing a configuration key."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    REBOOT_REQUIRED = "RebootRequired"
    NOT_SUPPORTED = "NotSupported"


class RegistrationStatus(StrEnum):
    """Whether a station is accepted by the CSMS."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"


class ResetStatus(StrEnum):
    """Whether a station restarts."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ResetType(StrEnum):
    """Whether to restart at once or to end transactions first."""

    HARD = "Hard"
    SOFT = "Soft"


class KeyValue(DataType, frozen=True, kw_only=True):
    """One configuration key and its value."""

    key: String50
    #: Whether ChangeConfiguration is refused.
    readonly: bool
    value: String500 | None = None


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """A station introduces itself after it started (4.2)."""

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
    """Whether the station is registered, what time it is, and how often it should say hello (4.2)."""

    action: ClassVar[str] = "BootNotification"

    status: RegistrationStatus
    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp
    #: Seconds between heartbeats, or until the next BootNotification when not accepted.
    interval: int


class ChangeConfigurationRequest(Request, frozen=True, kw_only=True):
    """The CSMS writes a configuration key (5.3)."""

    action: ClassVar[str] = "ChangeConfiguration"

    key: String50
    value: String500


class ChangeConfigurationResponse(Response, frozen=True, kw_only=True):
    """What became of writing the key (5.3)."""

    action: ClassVar[str] = "ChangeConfiguration"

    status: ConfigurationStatus


class GetConfigurationRequest(Request, frozen=True, kw_only=True):
    """The CSMS reads configuration keys, or all of them (5.8)."""

    action: ClassVar[str] = "GetConfiguration"

    key: tuple[String50, ...] | None = None


class GetConfigurationResponse(Response, frozen=True, kw_only=True):
    """The keys that were read, and those the station does not know (5.8)."""

    action: ClassVar[str] = "GetConfiguration"

    configuration_key: tuple[KeyValue, ...] | None = None
    unknown_key: tuple[String50, ...] | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to restart (5.14)."""

    action: ClassVar[str] = "Reset"

    type: ResetType


class ResetResponse(Response, frozen=True, kw_only=True):
    """Whether the station restarts (5.14)."""

    action: ClassVar[str] = "Reset"

    status: ResetStatus
