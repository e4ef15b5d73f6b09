"""Block N: logs, monitors, events, event streams and customer information."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import String255, String512, Timestamp


class DiagnosticsStatus(StrEnum):
    """How far the upload of diagnostics is."""

    IDLE = "Idle"
    UPLOADED = "Uploaded"
    UPLOAD_FAILED = "UploadFailed"
    UPLOADING = "Uploading"


class LogStatus(StrEnum):
    """Whether a log will be uploaded."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class LogType(StrEnum):
    """Which log is wanted."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"


class UploadLogStatus(StrEnum):
    """How far the upload of a log is."""

    BAD_MESSAGE = "BadMessage"
    IDLE = "Idle"
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    PERMISSION_DENIED = "PermissionDenied"
    UPLOADED = "Uploaded"
    UPLOAD_FAILURE = "UploadFailure"
    UPLOADING = "Uploading"


class LogParameters(DataType, frozen=True, kw_only=True):
    """Where to upload a log and which time it shall cover."""

    remote_location: String512
    oldest_timestamp: Timestamp | None = None
    latest_timestamp: Timestamp | None = None


class DiagnosticsStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far the upload of diagnostics is (4.4)."""

    action: ClassVar[str] = "DiagnosticsStatusNotification"

    status: DiagnosticsStatus


class DiagnosticsStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (4.4)."""

    action: ClassVar[str] = "DiagnosticsStatusNotification"


class GetDiagnosticsRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to upload diagnostics (5.9)."""

    action: ClassVar[str] = "GetDiagnostics"

    location: str
    retries: int | None = None
    #: s
    retry_interval: int | None = None
    start_time: Timestamp | None = None
    stop_time: Timestamp | None = None


class GetDiagnosticsResponse(Response, frozen=True, kw_only=True):
    """The name of the file that will be uploaded; none if there is nothing to upload (5.9)."""

    action: ClassVar[str] = "GetDiagnostics"

    file_name: String255 | None = None


class GetLogRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to upload a log (security N01)."""

    action: ClassVar[str] = "GetLog"

    log: LogParameters
    log_type: LogType
    request_id: int
    retries: int | None = None
    #: s
    retry_interval: int | None = None


class GetLogResponse(Response, frozen=True, kw_only=True):
    """Whether a log will be uploaded, and its name (security N01)."""

    action: ClassVar[str] = "GetLog"

    status: LogStatus
    filename: String255 | None = None


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far the upload of a log is (security N01)."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: int | None = None


class LogStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (security N01)."""

    action: ClassVar[str] = "LogStatusNotification"
