"""Block L: updating firmware and publishing it inside a site."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import (
    NonNegative,
    OneOrMore,
    RequestId,
    String32,
    String800,
    String2000,
    String5500,
    Timestamp,
)
from pluglot.messages.types import GenericStatus, StatusInfo


class FirmwareStatus(StrEnum):
    """How far a firmware update is (L)."""

    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    DOWNLOADING = "Downloading"
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    DOWNLOAD_PAUSED = "DownloadPaused"
    IDLE = "Idle"
    INSTALLATION_FAILED = "InstallationFailed"
    INSTALLING = "Installing"
    INSTALLED = "Installed"
    INSTALL_REBOOTING = "InstallRebooting"
    INSTALL_SCHEDULED = "InstallScheduled"
    INSTALL_VERIFICATION_FAILED = "InstallVerificationFailed"
    INVALID_SIGNATURE = "InvalidSignature"
    SIGNATURE_VERIFIED = "SignatureVerified"


class PublishFirmwareStatus(StrEnum):
    """How far publishing a firmware is (L)."""

    IDLE = "Idle"
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    DOWNLOADING = "Downloading"
    DOWNLOADED = "Downloaded"
    PUBLISHED = "Published"
    DOWNLOAD_FAILED = "DownloadFailed"
    DOWNLOAD_PAUSED = "DownloadPaused"
    INVALID_CHECKSUM = "InvalidChecksum"
    CHECKSUM_VERIFIED = "ChecksumVerified"
    PUBLISH_FAILED = "PublishFailed"


class UnpublishFirmwareStatus(StrEnum):
    """What became of withdrawing a firmware (L)."""

    DOWNLOAD_ONGOING = "DownloadOngoing"
    NO_FIRMWARE = "NoFirmware"
    UNPUBLISHED = "Unpublished"


class UpdateFirmwareStatus(StrEnum):
    """Whether a station will update (L)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"
    INVALID_CERTIFICATE = "InvalidCertificate"
    REVOKED_CERTIFICATE = "RevokedCertificate"


class Firmware(DataType, frozen=True, kw_only=True):
    """Where a firmware lies, when to fetch and install it, and who signed it (L)."""

    location: String2000
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
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class FirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (L01)."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    custom_data: CustomData | None = None


class PublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a local controller to fetch a firmware and offer it to its stations (L03)."""

    action: ClassVar[str] = "PublishFirmware"

    location: String2000
    #: MD5 of the whole file, in hexadecimal.
    checksum: String32
    request_id: NonNegative
    retries: NonNegative | None = None
    #: s
    retry_interval: NonNegative | None = None
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
    location: OneOrMore[String2000] | None = None
    request_id: NonNegative | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PublishFirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (L03)."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"

    custom_data: CustomData | None = None


class UnpublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a local controller to stop offering a firmware (L04)."""

    action: ClassVar[str] = "UnpublishFirmware"

    #: MD5 of the whole file, in hexadecimal.
    checksum: String32
    custom_data: CustomData | None = None


class UnpublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the firmware is no longer offered (L04)."""

    action: ClassVar[str] = "UnpublishFirmware"

    status: UnpublishFirmwareStatus
    custom_data: CustomData | None = None


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to fetch and install a firmware (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    request_id: RequestId
    firmware: Firmware
    retries: NonNegative | None = None
    #: s
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the station will update (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    status: UpdateFirmwareStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
