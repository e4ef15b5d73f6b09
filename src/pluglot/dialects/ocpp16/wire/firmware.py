"""Block L: updating firmware and publishing it inside a site."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String512, String800, String5500, Timestamp


class FirmwareStatus(StrEnum):
    """How far a firmware update is."""

    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    DOWNLOADING = "Downloading"
    IDLE = "Idle"
    INSTALLATION_FAILED = "InstallationFailed"
    INSTALLING = "Installing"
    INSTALLED = "Installed"


class SignedFirmwareStatus(StrEnum):
    """How far a signed firmware update is."""

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
    """Whether a station will update."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"
    INVALID_CERTIFICATE = "InvalidCertificate"
    REVOKED_CERTIFICATE = "RevokedCertificate"


class Firmware(DataType, frozen=True, kw_only=True):
    """Where a firmware lies, when to fetch and install it, and who signed it."""

    location: String512
    retrieve_date_time: Timestamp
    #: PEM
    signing_certificate: String5500
    #: Base64
    signature: String800
    install_date_time: Timestamp | None = None


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far its firmware update is (4.5)."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus


class FirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (4.5)."""

    action: ClassVar[str] = "FirmwareStatusNotification"


class SignedFirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far its signed firmware update is (security L01)."""

    action: ClassVar[str] = "SignedFirmwareStatusNotification"

    status: SignedFirmwareStatus
    request_id: int | None = None


class SignedFirmwareStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (security L01)."""

    action: ClassVar[str] = "SignedFirmwareStatusNotification"


class SignedUpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to fetch, check and install a signed firmware (security L01)."""

    action: ClassVar[str] = "SignedUpdateFirmware"

    request_id: int
    firmware: Firmware
    retries: int | None = None
    #: s
    retry_interval: int | None = None


class SignedUpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """Whether the station will update (security L01)."""

    action: ClassVar[str] = "SignedUpdateFirmware"

    status: UpdateFirmwareStatus


class UpdateFirmwareRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to fetch and install a firmware (5.19)."""

    action: ClassVar[str] = "UpdateFirmware"

    location: str
    retrieve_date: Timestamp
    retries: int | None = None
    #: s
    retry_interval: int | None = None


class UpdateFirmwareResponse(Response, frozen=True, kw_only=True):
    """The station will update when it is time; there is no way to refuse (5.19)."""

    action: ClassVar[str] = "UpdateFirmware"
