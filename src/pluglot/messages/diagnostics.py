"""diagnostics"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.authorization import IdToken
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.certificates import CertificateHashData
from pluglot.messages.scalars import (
    NonNegative,
    OneOrMore,
    RequestId,
    SequenceNumber,
    String50,
    String64,
    String255,
    String500,
    String512,
    String2000,
    String2500,
    TransactionId,
)
from pluglot.messages.types import (
    Component,
    ComponentVariable,
    GenericDeviceModelStatus,
    GenericStatus,
    StatusInfo,
    Variable,
)


class ClearMonitoringStatus(StrEnum):
    """ClearMonitoringStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_FOUND = "NotFound"


class CustomerInformationStatus(StrEnum):
    """CustomerInformationStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    INVALID = "Invalid"


class EventNotification(StrEnum):
    """EventNotification."""

    HARD_WIRED_NOTIFICATION = "HardWiredNotification"
    HARD_WIRED_MONITOR = "HardWiredMonitor"
    PRECONFIGURED_MONITOR = "PreconfiguredMonitor"
    CUSTOM_MONITOR = "CustomMonitor"


class EventTrigger(StrEnum):
    """EventTrigger."""

    ALERTING = "Alerting"
    DELTA = "Delta"
    PERIODIC = "Periodic"


class LogStatus(StrEnum):
    """LogStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class LogType(StrEnum):
    """LogType."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"
    DATA_COLLECTOR_LOG = "DataCollectorLog"


class MonitorType(StrEnum):
    """MonitorType."""

    UPPER_THRESHOLD = "UpperThreshold"
    LOWER_THRESHOLD = "LowerThreshold"
    DELTA = "Delta"
    PERIODIC = "Periodic"
    PERIODIC_CLOCK_ALIGNED = "PeriodicClockAligned"
    TARGET_DELTA = "TargetDelta"
    TARGET_DELTA_RELATIVE = "TargetDeltaRelative"


class MonitoringBase(StrEnum):
    """MonitoringBase."""

    ALL = "All"
    FACTORY_DEFAULT = "FactoryDefault"
    HARD_WIRED_ONLY = "HardWiredOnly"


class MonitoringCriterion(StrEnum):
    """MonitoringCriterion."""

    THRESHOLD_MONITORING = "ThresholdMonitoring"
    DELTA_MONITORING = "DeltaMonitoring"
    PERIODIC_MONITORING = "PeriodicMonitoring"


class SetMonitoringStatus(StrEnum):
    """SetMonitoringStatus."""

    ACCEPTED = "Accepted"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    UNSUPPORTED_MONITOR_TYPE = "UnsupportedMonitorType"
    REJECTED = "Rejected"
    DUPLICATE = "Duplicate"


class UploadLogStatus(StrEnum):
    """UploadLogStatus."""

    BAD_MESSAGE = "BadMessage"
    IDLE = "Idle"
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    PERMISSION_DENIED = "PermissionDenied"
    UPLOADED = "Uploaded"
    UPLOAD_FAILURE = "UploadFailure"
    UPLOADING = "Uploading"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class ClearMonitoringResult(DataType, frozen=True, kw_only=True):
    """ClearMonitoringResult."""

    status: ClearMonitoringStatus
    id: NonNegative
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PeriodicEventStreamParams(DataType, frozen=True, kw_only=True):
    """PeriodicEventStreamParams."""

    interval: NonNegative | None = None
    values: NonNegative | None = None
    custom_data: CustomData | None = None


class ConstantStreamData(DataType, frozen=True, kw_only=True):
    """ConstantStreamData."""

    id: NonNegative
    params: PeriodicEventStreamParams
    variable_monitoring_id: NonNegative
    custom_data: CustomData | None = None


class EventData(DataType, frozen=True, kw_only=True):
    """EventData."""

    event_id: NonNegative
    timestamp: datetime
    trigger: EventTrigger
    actual_value: String2500
    component: Component
    event_notification_type: EventNotification
    variable: Variable
    cause: NonNegative | None = None
    tech_code: String50 | None = None
    tech_info: String500 | None = None
    cleared: bool | None = None
    transaction_id: TransactionId | None = None
    variable_monitoring_id: NonNegative | None = None
    severity: NonNegative | None = None
    custom_data: CustomData | None = None


class LogParameters(DataType, frozen=True, kw_only=True):
    """LogParameters."""

    remote_location: String2000
    oldest_timestamp: datetime | None = None
    latest_timestamp: datetime | None = None
    custom_data: CustomData | None = None


class VariableMonitoring(DataType, frozen=True, kw_only=True):
    """VariableMonitoring."""

    id: NonNegative
    transaction: bool
    value: Decimal
    type: MonitorType
    severity: NonNegative
    event_notification_type: EventNotification
    custom_data: CustomData | None = None


class MonitoringData(DataType, frozen=True, kw_only=True):
    """MonitoringData."""

    component: Component
    variable: Variable
    variable_monitoring: OneOrMore[VariableMonitoring]
    custom_data: CustomData | None = None


class SetMonitoringData(DataType, frozen=True, kw_only=True):
    """SetMonitoringData."""

    value: Decimal
    type: MonitorType
    severity: NonNegative
    component: Component
    variable: Variable
    id: NonNegative | None = None
    periodic_event_stream: PeriodicEventStreamParams | None = None
    transaction: bool | None = None
    custom_data: CustomData | None = None


class SetMonitoringResult(DataType, frozen=True, kw_only=True):
    """SetMonitoringResult."""

    status: SetMonitoringStatus
    type: MonitorType
    component: Component
    variable: Variable
    severity: NonNegative
    id: NonNegative | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class StreamDataElement(DataType, frozen=True, kw_only=True):
    """StreamDataElement."""

    t: Decimal
    v: String2500
    custom_data: CustomData | None = None


class AdjustPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """AdjustPeriodicEventStreamRequest."""

    action: ClassVar[str] = "AdjustPeriodicEventStream"

    id: NonNegative
    params: PeriodicEventStreamParams
    custom_data: CustomData | None = None


class AdjustPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """AdjustPeriodicEventStreamResponse."""

    action: ClassVar[str] = "AdjustPeriodicEventStream"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """ClearVariableMonitoringRequest."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    id: OneOrMore[NonNegative]
    custom_data: CustomData | None = None


class ClearVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """ClearVariableMonitoringResponse."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    clear_monitoring_result: OneOrMore[ClearMonitoringResult]
    custom_data: CustomData | None = None


class ClosePeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """ClosePeriodicEventStreamRequest."""

    action: ClassVar[str] = "ClosePeriodicEventStream"

    id: NonNegative
    custom_data: CustomData | None = None


class ClosePeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """ClosePeriodicEventStreamResponse."""

    action: ClassVar[str] = "ClosePeriodicEventStream"

    custom_data: CustomData | None = None


class CustomerInformationRequest(Request, frozen=True, kw_only=True):
    """CustomerInformationRequest."""

    action: ClassVar[str] = "CustomerInformation"

    request_id: NonNegative
    report: bool
    clear: bool
    customer_certificate: CertificateHashData | None = None
    id_token: IdToken | None = None
    customer_identifier: String64 | None = None
    custom_data: CustomData | None = None


class CustomerInformationResponse(Response, frozen=True, kw_only=True):
    """CustomerInformationResponse."""

    action: ClassVar[str] = "CustomerInformation"

    status: CustomerInformationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetLogRequest(Request, frozen=True, kw_only=True):
    """GetLogRequest."""

    action: ClassVar[str] = "GetLog"

    log: LogParameters
    log_type: LogType
    request_id: RequestId
    retries: NonNegative | None = None
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class GetLogResponse(Response, frozen=True, kw_only=True):
    """GetLogResponse."""

    action: ClassVar[str] = "GetLog"

    status: LogStatus
    status_info: StatusInfo | None = None
    filename: String255 | None = None
    custom_data: CustomData | None = None


class GetMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """GetMonitoringReportRequest."""

    action: ClassVar[str] = "GetMonitoringReport"

    request_id: RequestId
    component_variable: OneOrMore[ComponentVariable] | None = None
    monitoring_criteria: Annotated[tuple[MonitoringCriterion, ...], Meta(min_length=1, max_length=3)] | None = None
    custom_data: CustomData | None = None


class GetMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """GetMonitoringReportResponse."""

    action: ClassVar[str] = "GetMonitoringReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """GetPeriodicEventStreamRequest."""

    action: ClassVar[str] = "GetPeriodicEventStream"

    custom_data: CustomData | None = None


class GetPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """GetPeriodicEventStreamResponse."""

    action: ClassVar[str] = "GetPeriodicEventStream"

    constant_stream_data: OneOrMore[ConstantStreamData] | None = None
    custom_data: CustomData | None = None


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """LogStatusNotificationRequest."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: RequestId | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class LogStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """LogStatusNotificationResponse."""

    action: ClassVar[str] = "LogStatusNotification"

    custom_data: CustomData | None = None


class NotifyCustomerInformationRequest(Request, frozen=True, kw_only=True):
    """NotifyCustomerInformationRequest."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    data: String512
    seq_no: SequenceNumber
    generated_at: datetime
    request_id: NonNegative
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyCustomerInformationResponse(Response, frozen=True, kw_only=True):
    """NotifyCustomerInformationResponse."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    custom_data: CustomData | None = None


class NotifyEventRequest(Request, frozen=True, kw_only=True):
    """NotifyEventRequest."""

    action: ClassVar[str] = "NotifyEvent"

    generated_at: datetime
    seq_no: SequenceNumber
    event_data: OneOrMore[EventData]
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyEventResponse(Response, frozen=True, kw_only=True):
    """NotifyEventResponse."""

    action: ClassVar[str] = "NotifyEvent"

    custom_data: CustomData | None = None


class NotifyMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """NotifyMonitoringReportRequest."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    request_id: RequestId
    seq_no: SequenceNumber
    generated_at: datetime
    monitor: OneOrMore[MonitoringData] | None = None
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """NotifyMonitoringReportResponse."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    custom_data: CustomData | None = None


class NotifyPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """NotifyPeriodicEventStreamRequest."""

    action: ClassVar[str] = "NotifyPeriodicEventStream"

    data: OneOrMore[StreamDataElement]
    id: NonNegative
    pending: NonNegative
    basetime: datetime
    custom_data: CustomData | None = None


class OpenPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """OpenPeriodicEventStreamRequest."""

    action: ClassVar[str] = "OpenPeriodicEventStream"

    constant_stream_data: ConstantStreamData
    custom_data: CustomData | None = None


class OpenPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """OpenPeriodicEventStreamResponse."""

    action: ClassVar[str] = "OpenPeriodicEventStream"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetMonitoringBaseRequest(Request, frozen=True, kw_only=True):
    """SetMonitoringBaseRequest."""

    action: ClassVar[str] = "SetMonitoringBase"

    monitoring_base: MonitoringBase
    custom_data: CustomData | None = None


class SetMonitoringBaseResponse(Response, frozen=True, kw_only=True):
    """SetMonitoringBaseResponse."""

    action: ClassVar[str] = "SetMonitoringBase"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetMonitoringLevelRequest(Request, frozen=True, kw_only=True):
    """SetMonitoringLevelRequest."""

    action: ClassVar[str] = "SetMonitoringLevel"

    severity: NonNegative
    custom_data: CustomData | None = None


class SetMonitoringLevelResponse(Response, frozen=True, kw_only=True):
    """SetMonitoringLevelResponse."""

    action: ClassVar[str] = "SetMonitoringLevel"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """SetVariableMonitoringRequest."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_data: OneOrMore[SetMonitoringData]
    custom_data: CustomData | None = None


class SetVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """SetVariableMonitoringResponse."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_result: OneOrMore[SetMonitoringResult]
    custom_data: CustomData | None = None
