"""diagnostics"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String255, String512


class DiagnosticsStatus(StrEnum):
    """DiagnosticsStatus."""

    IDLE = "Idle"
    UPLOADED = "Uploaded"
    UPLOAD_FAILED = "UploadFailed"
    UPLOADING = "Uploading"


class LogStatus(StrEnum):
    """LogStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class LogType(StrEnum):
    """LogType."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"


class UploadLogStatus(StrEnum):
    """UploadLogStatus."""

    BAD_MESSAGE = "BadMessage"
    IDLE = "Idle"
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    PERMISSION_DENIED = "PermissionDenied"
    UPLOADED = "Uploaded"
    UPLOAD_FAILURE = "UploadFailure"
    UPLOADING = "Uploading"


class LogParameters(DataType, frozen=True, kw_only=True):
    """LogParameters."""

    remote_location: String512
    oldest_timestamp: datetime | None = None
    latest_timestamp: datetime | None = None


class DiagnosticsStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """DiagnosticsStatusNotificationRequest."""

    action: ClassVar[str] = "DiagnosticsStatusNotification"

    status: DiagnosticsStatus


class DiagnosticsStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """DiagnosticsStatusNotificationResponse."""

    action: ClassVar[str] = "DiagnosticsStatusNotification"


class GetDiagnosticsRequest(Request, frozen=True, kw_only=True):
    """GetDiagnosticsRequest."""

    action: ClassVar[str] = "GetDiagnostics"

    location: str
    retries: int | None = None
    retry_interval: int | None = None
    start_time: datetime | None = None
    stop_time: datetime | None = None


class GetDiagnosticsResponse(Response, frozen=True, kw_only=True):
    """GetDiagnosticsResponse."""

    action: ClassVar[str] = "GetDiagnostics"

    file_name: String255 | None = None


class GetLogRequest(Request, frozen=True, kw_only=True):
    """GetLogRequest."""

    action: ClassVar[str] = "GetLog"

    log: LogParameters
    log_type: LogType
    request_id: int
    retries: int | None = None
    retry_interval: int | None = None


class GetLogResponse(Response, frozen=True, kw_only=True):
    """GetLogResponse."""

    action: ClassVar[str] = "GetLog"

    status: LogStatus
    filename: String255 | None = None


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """LogStatusNotificationRequest."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: int | None = None


class LogStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """LogStatusNotificationResponse."""

    action: ClassVar[str] = "LogStatusNotification"
