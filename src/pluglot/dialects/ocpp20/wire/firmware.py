"""Block L: updating firmware and publishing it inside a site."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.messages.firmware import UnpublishFirmwareStatus
from pluglot.messages.scalars import RequestId, String32, String512, String800, Timestamp
from pluglot.messages.types import GenericStatus


class FirmwareStatus(StrEnum):
    """How far a firmware update is (L)."""

    CERTIFICATE_VERIFIED = "CertificateVerified"
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
    INVALID_CERTIFICATE = "InvalidCertificate"
    REVOKED_CERTIFICATE = "RevokedCertificate"
    PUBLISH_FAILED = "PublishFailed"
    SIGNATURE_VERIFIED = "SignatureVerified"


class PublishFirmwareStatus(StrEnum):
    """How far publishing a firmware is (L)."""

    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    DOWNLOADING = "Downloading"
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    DOWNLOAD_PAUSED = "DownloadPaused"
    PUBLISH_FAILED = "PublishFailed"
    PUBLISHED = "Published"
    INVALID_CHECKSUM = "InvalidChecksum"
    CHECKSUM_VERIFIED = "ChecksumVerified"


class UpdateFirmwareStatus(StrEnum):
    """Whether a station will update (L)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class Firmware(DataType, frozen=True, kw_only=True):
    """Where a firmware lies, when to fetch and install it, and who signed it (L)."""

    location: String512
    retrieve_date_time: Timestamp
    install_date_time: Timestamp | None = None
    #: DER in hexadecimal digits.
    signing_certificate: String800 | None = None
    #: Base64
    signature: String800 | None = None


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far its firmware update is (L01)."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus
    request_id: RequestId


class FirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (L01)."""

    action: ClassVar[str] = "FirmwareStatusNotification"


class PublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a local controller to fetch a firmware and offer it to its stations (L03)."""

    action: ClassVar[str] = "PublishFirmware"

    location: String512
    #: MD5 of the whole file, in hexadecimal.
    checksum: String32
    retries: int | None = None


class PublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the firmware will be offered (L03)."""

    action: ClassVar[str] = "PublishFirmware"

    status: GenericStatus


class PublishFirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A local controller reports how far publishing a firmware is (L03)."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"

    status: PublishFirmwareStatus
    location: String512 | None = None


class PublishFirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (L03)."""

    action: ClassVar[str] = "PublishFirmwareStatusNotification"


class UnpublishFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a local controller to stop offering a firmware (L04)."""

    action: ClassVar[str] = "UnpublishFirmware"

    #: MD5 of the whole file, in hexadecimal.
    checksum: String32


class UnpublishFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the firmware is no longer offered (L04)."""

    action: ClassVar[str] = "UnpublishFirmware"

    status: UnpublishFirmwareStatus


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to fetch and install a firmware (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    request_id: RequestId
    firmware: Firmware
    retries: int | None = None
    #: s
    retry_interval: int | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the station will update (L01)."""

    action: ClassVar[str] = "UpdateFirmware"

    status: UpdateFirmwareStatus
