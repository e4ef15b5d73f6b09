"""firmware"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String512, String800, String5500


class FirmwareStatus(StrEnum):
    """FirmwareStatus."""

    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    DOWNLOADING = "Downloading"
    IDLE = "Idle"
    INSTALLATION_FAILED = "InstallationFailed"
    INSTALLING = "Installing"
    INSTALLED = "Installed"


class SignedFirmwareStatus(StrEnum):
    """SignedFirmwareStatus."""

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


class UpdateFirmwareStatus(StrEnum):
    """UpdateFirmwareStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"
    INVALID_CERTIFICATE = "InvalidCertificate"
    REVOKED_CERTIFICATE = "RevokedCertificate"


class Firmware(DataType, frozen=True, kw_only=True):
    """Firmware."""

    location: String512
    retrieve_date_time: datetime
    signing_certificate: String5500
    signature: String800
    install_date_time: datetime | None = None


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """FirmwareStatusNotificationRequest."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus


class FirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """FirmwareStatusNotificationResponse."""

    action: ClassVar[str] = "FirmwareStatusNotification"


class SignedFirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """SignedFirmwareStatusNotificationRequest."""

    action: ClassVar[str] = "SignedFirmwareStatusNotification"

    status: SignedFirmwareStatus
    request_id: int | None = None


class SignedFirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """SignedFirmwareStatusNotificationResponse."""

    action: ClassVar[str] = "SignedFirmwareStatusNotification"


class SignedUpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """SignedUpdateFirmwareRequest."""

    action: ClassVar[str] = "SignedUpdateFirmware"

    request_id: int
    firmware: Firmware
    retries: int | None = None
    retry_interval: int | None = None


class SignedUpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """SignedUpdateFirmwareResponse."""

    action: ClassVar[str] = "SignedUpdateFirmware"

    status: UpdateFirmwareStatus


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """UpdateFirmwareRequest."""

    action: ClassVar[str] = "UpdateFirmware"

    location: str
    retrieve_date: datetime
    retries: int | None = None
    retry_interval: int | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """UpdateFirmwareResponse."""

    action: ClassVar[str] = "UpdateFirmware"
