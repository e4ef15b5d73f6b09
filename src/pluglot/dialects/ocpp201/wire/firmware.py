"""firmware"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.firmware import FirmwareStatus, PublishFirmwareStatus, UpdateFirmwareStatus
from pluglot.messages.scalars import OneOrMore, RequestId, String32, String512, String800, String5500
from pluglot.messages.types import GenericStatus


class Firmware(DataType, frozen=True, kw_only=True):
    """Firmware."""

    location: String512
    retrieve_date_time: datetime
    install_date_time: datetime | None = None
    signing_certificate: String5500 | None = None
    signature: String800 | None = None
    custom_data: CustomData | None = None


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """FirmwareStatusNotificationRequest."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class PublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """PublishFirmwareRequest."""

    action: ClassVar[str] = "PublishFirmware"

    location: String512
    checksum: String32
    request_id: RequestId
    retries: int | None = None
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class PublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """PublishFirmwareResponse."""

    action: ClassVar[str] = "PublishFirmware"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PublishFirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """PublishFirmwareStatusNotificationRequest."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"

    status: PublishFirmwareStatus
    location: OneOrMore[String512] | None = None
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """UpdateFirmwareRequest."""

    action: ClassVar[str] = "UpdateFirmware"

    request_id: RequestId
    firmware: Firmware
    retries: int | None = None
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """UpdateFirmwareResponse."""

    action: ClassVar[str] = "UpdateFirmware"

    status: UpdateFirmwareStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
