"""Block N: logs, monitors, events, event streams and customer information."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp20.wire.authorization import IdToken
from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.certificates import CertificateHashData
from pluglot.dialects.ocpp20.wire.types import Component, ComponentVariable, GenericDeviceModelStatus, Variable
from pluglot.dialects.ocpp201.wire.diagnostics import LogType, MonitorType
from pluglot.messages.diagnostics import (
    ClearMonitoringStatus,
    CustomerInformationStatus,
    EventTrigger,
    LogStatus,
    MonitoringCriterion,
)
from pluglot.messages.scalars import (
    OneOrMore,
    RequestId,
    String50,
    String64,
    String255,
    String500,
    String512,
    String1000,
    Timestamp,
)
from pluglot.messages.types import GenericStatus


class MonitoringBase(StrEnum):
    """A set of monitors (N)."""

    ALL = "All"
    FACTORY_DEFAULT = "FactoryDefault"
    NONE = "None"


class SetMonitoringStatus(StrEnum):
    """Whether a monitor was set (N)."""

    ACCEPTED = "Accepted"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    UNSUPPORTED_MONITOR_TYPE = "UnsupportedMonitorType"
    REJECTED = "Rejected"
    OUT_OF_RANGE = "OutOfRange"
    DUPLICATE = "Duplicate"


class UploadLogStatus(StrEnum):
    """How far the upload of a log is (N)."""

    BAD_MESSAGE = "BadMessage"
    IDLE = "Idle"
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    PERMISSION_DENIED = "PermissionDenied"
    UPLOADED = "Uploaded"
    UPLOAD_FAILURE = "UploadFailure"
    UPLOADING = "Uploading"


class ClearMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of removing one monitor (N)."""

    id: int
    status: ClearMonitoringStatus


class VariableMonitoring(DataType, frozen=True, kw_only=True):
    """One monitor (N)."""

    id: int
    #: A threshold or difference in the variable's unit, or a period in s.
    value: Decimal
    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: int
    transaction: bool


class EventData(DataType, frozen=True, kw_only=True):
    """One event of a monitor or of the hardware (N)."""

    event_id: int
    timestamp: Timestamp
    trigger: EventTrigger
    actual_value: String1000
    cleared: bool
    component: Component
    variable: Variable
    #: The event that caused this one.
    cause: int | None = None
    tech_code: String50 | None = None
    tech_info: String500 | None = None
    variable_monitoring_event: VariableMonitoring | None = None


class LogParameters(DataType, frozen=True, kw_only=True):
    """Where to upload a log and which time it shall cover (N)."""

    remote_location: String512
    oldest_timestamp: Timestamp | None = None
    latest_timestamp: Timestamp | None = None


class MonitoringData(DataType, frozen=True, kw_only=True):
    """The monitors on one variable (N)."""

    component: Component
    variable: Variable
    variable_monitoring: OneOrMore[VariableMonitoring]


class SetMonitoringData(DataType, frozen=True, kw_only=True):
    """One monitor to be set (N)."""

    #: A threshold or difference in the variable's unit, or a period in s.
    value: Decimal
    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: int
    component: Component
    variable: Variable
    #: Replaces the monitor of this id; a new one when absent.
    id: int | None = None
    transaction: bool | None = None


class SetMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of setting one monitor (N)."""

    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: int
    status: SetMonitoringStatus
    component: Component
    variable: Variable
    id: int | None = None


class ClearVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes monitors (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    id: OneOrMore[int]


class ClearVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """What became of each monitor to be removed (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    clear_monitoring_result: OneOrMore[ClearMonitoringResult]


class CustomerInformationRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to report or forget what it knows about a customer (N09)."""

    action: ClassVar[str] = "CustomerInformation"

    request_id: RequestId
    report: bool
    clear: bool
    customer_certificate: CertificateHashData | None = None
    id_token: IdToken | None = None
    customer_identifier: String64 | None = None


class CustomerInformationResponse(Response, frozen=True, kw_only=True):
    """Whether the station will do so (N09)."""

    action: ClassVar[str] = "CustomerInformation"

    status: CustomerInformationStatus


class GetLogRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to upload a log (N01)."""

    action: ClassVar[str] = "GetLog"

    log: LogParameters
    log_type: LogType
    request_id: RequestId
    retries: int | None = None
    #: s
    retry_interval: int | None = None


class GetLogResponse(Response, frozen=True, kw_only=True):
    """Whether a log will be uploaded, and its name (N01)."""

    action: ClassVar[str] = "GetLog"

    status: LogStatus
    filename: String255 | None = None


class GetMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for a report on monitors (N02)."""

    action: ClassVar[str] = "GetMonitoringReport"

    component_variable: OneOrMore[ComponentVariable] | None = None
    request_id: RequestId | None = None
    monitoring_criteria: Annotated[tuple[MonitoringCriterion, ...], Meta(min_length=1, max_length=3)] | None = None


class GetMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """Whether the report will follow in NotifyMonitoringReport messages (N02)."""

    action: ClassVar[str] = "GetMonitoringReport"

    status: GenericDeviceModelStatus


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far the upload of a log is (N01)."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: RequestId


class LogStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (N01)."""

    action: ClassVar[str] = "LogStatusNotification"


class NotifyCustomerInformationRequest(Request, frozen=True, kw_only=True):
    """One part of what a station knows about a customer (N09)."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    data: String512
    #: To be continued: another part follows; false when absent.
    tbc: bool
    #: Counts the parts of one report from 0.
    seq_no: int
    generated_at: Timestamp
    request_id: RequestId | None = None


class NotifyCustomerInformationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part (N09)."""

    action: ClassVar[str] = "NotifyCustomerInformation"


class NotifyEventRequest(Request, frozen=True, kw_only=True):
    """A station reports events of its monitors (N07)."""

    action: ClassVar[str] = "NotifyEvent"

    generated_at: Timestamp
    #: To be continued: another part follows; false when absent.
    tbc: bool
    #: Counts the parts of one report from 0.
    seq_no: int
    event_data: OneOrMore[EventData]


class NotifyEventResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken the events (N07)."""

    action: ClassVar[str] = "NotifyEvent"


class NotifyMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """One part of a report on monitors (N02)."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    monitor: OneOrMore[MonitoringData]
    #: To be continued: another part follows; false when absent.
    tbc: bool
    #: Counts the parts of one report from 0.
    seq_no: int
    generated_at: Timestamp
    request_id: RequestId | None = None


class NotifyMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (N02)."""

    action: ClassVar[str] = "NotifyMonitoringReport"


class SetMonitoringBaseRequest(Request, frozen=True, kw_only=True):
    """The CSMS chooses which set of monitors is active (N03)."""

    action: ClassVar[str] = "SetMonitoringBase"

    monitoring_base: MonitoringBase


class SetMonitoringBaseResponse(Response, frozen=True, kw_only=True):
    """Whether the set of monitors is active (N03)."""

    action: ClassVar[str] = "SetMonitoringBase"

    status: GenericDeviceModelStatus


class SetMonitoringLevelRequest(Request, frozen=True, kw_only=True):
    """The CSMS chooses how severe an event must be to be reported (N05)."""

    action: ClassVar[str] = "SetMonitoringLevel"

    #: 0 (danger) to 9 (debug); less severe events are not reported.
    severity: int


class SetMonitoringLevelResponse(Response, frozen=True, kw_only=True):
    """Whether the level holds (N05)."""

    action: ClassVar[str] = "SetMonitoringLevel"

    status: GenericStatus


class SetVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """The CSMS sets monitors on variables (N04)."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_data: OneOrMore[SetMonitoringData]


class SetVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """What became of each monitor (N04)."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_result: OneOrMore[SetMonitoringResult]
