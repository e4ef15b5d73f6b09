"""firmware"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import NonNegative, OneOrMore, RequestId, String32, String800, String2000, String5500
from pluglot.messages.types import GenericStatus, StatusInfo


class FirmwareStatus(StrEnum):
    """FirmwareStatus."""

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
    """PublishFirmwareStatus."""

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
    """UnpublishFirmwareStatus."""

    DOWNLOAD_ONGOING = "DownloadOngoing"
    NO_FIRMWARE = "NoFirmware"
    UNPUBLISHED = "Unpublished"


class UpdateFirmwareStatus(StrEnum):
    """UpdateFirmwareStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"
    INVALID_CERTIFICATE = "InvalidCertificate"
    REVOKED_CERTIFICATE = "RevokedCertificate"


class Firmware(DataType, frozen=True, kw_only=True):
    """Firmware."""

    location: String2000
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
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class FirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """FirmwareStatusNotificationResponse."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    custom_data: CustomData | None = None


class PublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """PublishFirmwareRequest."""

    action: ClassVar[str] = "PublishFirmware"

    location: String2000
    checksum: String32
    request_id: NonNegative
    retries: NonNegative | None = None
    retry_interval: NonNegative | None = None
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
    location: OneOrMore[String2000] | None = None
    request_id: NonNegative | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PublishFirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """PublishFirmwareStatusNotificationResponse."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"

    custom_data: CustomData | None = None


class UnpublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """UnpublishFirmwareRequest."""

    action: ClassVar[str] = "UnpublishFirmware"

    checksum: String32
    custom_data: CustomData | None = None


class UnpublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """UnpublishFirmwareResponse."""

    action: ClassVar[str] = "UnpublishFirmware"

    status: UnpublishFirmwareStatus
    custom_data: CustomData | None = None


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """UpdateFirmwareRequest."""

    action: ClassVar[str] = "UpdateFirmware"

    request_id: RequestId
    firmware: Firmware
    retries: NonNegative | None = None
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """UpdateFirmwareResponse."""

    action: ClassVar[str] = "UpdateFirmware"

    status: UpdateFirmwareStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
