"""Block L: updating firmware and publishing it inside a site."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.firmware import FirmwareStatus, PublishFirmwareStatus, UpdateFirmwareStatus
from pluglot.messages.scalars import OneOrMore, RequestId, String32, String512, String800, String5500, Timestamp
from pluglot.messages.types import GenericStatus


class Firmware(DataType, frozen=True, kw_only=True):
    """Where a firmware lies, when to fetch and install it, and who signed it (L)."""

    location: String512
    retrieve_date_time: Timestamp
    install_date_time: Timestamp | None = None
    #: PEM
    signing_certificate: String5500 | None = None
    #: Base64
    signature: String800 | None = None
    custom_data: CustomData | None = None


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far its firmware update is (L01)."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class PublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a local controller to fetch a firmware and offer it to its stations (L03)."""

    action: ClassVar[str] = "PublishFirmware"

    location: String512
    #: MD5 of the whole file, in hexadecimal.
    checksum: String32
    request_id: RequestId
    retries: int | None = None
    #: s
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class PublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the firmware will be offered (L03)."""

    action: ClassVar[str] = "PublishFirmware"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PublishFirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A local controller reports how far publishing a firmware is (L03)."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"

    status: PublishFirmwareStatus
    location: OneOrMore[String512] | None = None
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to fetch and install a firmware (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    request_id: RequestId
    firmware: Firmware
    retries: int | None = None
    #: s
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the station will update (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    status: UpdateFirmwareStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
