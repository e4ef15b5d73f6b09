"""Block N: logs, monitors, events, event streams and customer information."""

from __future__ import annotations

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
    Timestamp,
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
    """Whether a monitor was removed (N)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_FOUND = "NotFound"


class CustomerInformationStatus(StrEnum):
    """Whether a station will report or forget (N)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    INVALID = "Invalid"


class EventNotification(StrEnum):
    """Who set the monitor behind an event (N)."""

    HARD_WIRED_NOTIFICATION = "HardWiredNotification"
    HARD_WIRED_MONITOR = "HardWiredMonitor"
    PRECONFIGURED_MONITOR = "PreconfiguredMonitor"
    CUSTOM_MONITOR = "CustomMonitor"


class EventTrigger(StrEnum):
    """What made a monitor speak (N)."""

    ALERTING = "Alerting"
    DELTA = "Delta"
    PERIODIC = "Periodic"


class LogStatus(StrEnum):
    """Whether a log will be uploaded (N)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    ACCEPTED_CANCELED = "AcceptedCanceled"


class LogType(StrEnum):
    """Which log is wanted (N)."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"
    DATA_COLLECTOR_LOG = "DataCollectorLog"


class MonitorType(StrEnum):
    """What a monitor watches for (N)."""

    UPPER_THRESHOLD = "UpperThreshold"
    LOWER_THRESHOLD = "LowerThreshold"
    DELTA = "Delta"
    PERIODIC = "Periodic"
    PERIODIC_CLOCK_ALIGNED = "PeriodicClockAligned"
    TARGET_DELTA = "TargetDelta"
    TARGET_DELTA_RELATIVE = "TargetDeltaRelative"


class MonitoringBase(StrEnum):
    """A set of monitors (N)."""

    ALL = "All"
    FACTORY_DEFAULT = "FactoryDefault"
    HARD_WIRED_ONLY = "HardWiredOnly"


class MonitoringCriterion(StrEnum):
    """Which kinds of monitors a report is about (N)."""

    THRESHOLD_MONITORING = "ThresholdMonitoring"
    DELTA_MONITORING = "DeltaMonitoring"
    PERIODIC_MONITORING = "PeriodicMonitoring"


class SetMonitoringStatus(StrEnum):
    """Whether a monitor was set (N)."""

    ACCEPTED = "Accepted"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    UNSUPPORTED_MONITOR_TYPE = "UnsupportedMonitorType"
    REJECTED = "Rejected"
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
    ACCEPTED_CANCELED = "AcceptedCanceled"


class ClearMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of removing one monitor (N)."""

    status: ClearMonitoringStatus
    id: NonNegative
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class PeriodicEventStreamParams(DataType, frozen=True, kw_only=True):
    """How often a stream is sent and how many values it gathers (N)."""

    #: s; sent at the latest after this time
    interval: NonNegative | None = None
    #: Sent at the latest after so many values.
    values: NonNegative | None = None
    custom_data: CustomData | None = None


class ConstantStreamData(DataType, frozen=True, kw_only=True):
    """A stream: its id, its monitor and its pace (N)."""

    id: NonNegative
    params: PeriodicEventStreamParams
    variable_monitoring_id: NonNegative
    custom_data: CustomData | None = None


class EventData(DataType, frozen=True, kw_only=True):
    """One event of a monitor or of the hardware (N)."""

    event_id: NonNegative
    timestamp: Timestamp
    trigger: EventTrigger
    actual_value: String2500
    component: Component
    event_notification_type: EventNotification
    variable: Variable
    #: The event that caused this one.
    cause: NonNegative | None = None
    tech_code: String50 | None = None
    tech_info: String500 | None = None
    cleared: bool | None = None
    transaction_id: TransactionId | None = None
    variable_monitoring_id: NonNegative | None = None
    #: 0 (danger) to 9 (debug).
    severity: NonNegative | None = None
    custom_data: CustomData | None = None


class LogParameters(DataType, frozen=True, kw_only=True):
    """Where to upload a log and which time it shall cover (N)."""

    remote_location: String2000
    oldest_timestamp: Timestamp | None = None
    latest_timestamp: Timestamp | None = None
    custom_data: CustomData | None = None


class VariableMonitoring(DataType, frozen=True, kw_only=True):
    """One monitor (N)."""

    id: NonNegative
    transaction: bool
    #: A threshold or difference in the variable's unit, or a period in s.
    value: Decimal
    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: NonNegative
    event_notification_type: EventNotification
    custom_data: CustomData | None = None


class MonitoringData(DataType, frozen=True, kw_only=True):
    """The monitors on one variable (N)."""

    component: Component
    variable: Variable
    variable_monitoring: OneOrMore[VariableMonitoring]
    custom_data: CustomData | None = None


class SetMonitoringData(DataType, frozen=True, kw_only=True):
    """One monitor to be set (N)."""

    #: A threshold or difference in the variable's unit, or a period in s.
    value: Decimal
    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: NonNegative
    component: Component
    variable: Variable
    #: Replaces the monitor of this id; a new one when absent.
    id: NonNegative | None = None
    periodic_event_stream: PeriodicEventStreamParams | None = None
    transaction: bool | None = None
    custom_data: CustomData | None = None


class SetMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of setting one monitor (N)."""

    status: SetMonitoringStatus
    type: MonitorType
    component: Component
    variable: Variable
    #: 0 (danger) to 9 (debug).
    severity: NonNegative
    id: NonNegative | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class StreamDataElement(DataType, frozen=True, kw_only=True):
    """One value of a stream and when it was taken (N)."""

    #: s after the message's base time
    t: Decimal
    v: String2500
    custom_data: CustomData | None = None


class AdjustPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """The CSMS changes how often a stream is sent (N14)."""

    action: ClassVar[str] = "AdjustPeriodicEventStream"

    id: NonNegative
    params: PeriodicEventStreamParams
    custom_data: CustomData | None = None


class AdjustPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """Whether the stream changes (N14)."""

    action: ClassVar[str] = "AdjustPeriodicEventStream"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes monitors (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    id: OneOrMore[NonNegative]
    custom_data: CustomData | None = None


class ClearVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """What became of each monitor to be removed (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    clear_monitoring_result: OneOrMore[ClearMonitoringResult]
    custom_data: CustomData | None = None


class ClosePeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """A station ends a stream of events (N13)."""

    action: ClassVar[str] = "ClosePeriodicEventStream"

    id: NonNegative
    custom_data: CustomData | None = None


class ClosePeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows that the stream ended (N13)."""

    action: ClassVar[str] = "ClosePeriodicEventStream"

    custom_data: CustomData | None = None


class CustomerInformationRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to report or forget what it knows about a customer (N09)."""

    action: ClassVar[str] = "CustomerInformation"

    request_id: NonNegative
    report: bool
    clear: bool
    customer_certificate: CertificateHashData | None = None
    id_token: IdToken | None = None
    customer_identifier: String64 | None = None
    custom_data: CustomData | None = None


class CustomerInformationResponse(Response, frozen=True, kw_only=True):
    """Whether the station will do so (N09)."""

    action: ClassVar[str] = "CustomerInformation"

    status: CustomerInformationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetLogRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to upload a log (N01)."""

    action: ClassVar[str] = "GetLog"

    log: LogParameters
    log_type: LogType
    request_id: RequestId
    retries: NonNegative | None = None
    #: s
    retry_interval: int | None = None
    custom_data: CustomData | None = None


class GetLogResponse(Response, frozen=True, kw_only=True):
    """Whether a log will be uploaded, and its name (N01)."""

    action: ClassVar[str] = "GetLog"

    status: LogStatus
    status_info: StatusInfo | None = None
    filename: String255 | None = None
    custom_data: CustomData | None = None


class GetMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for a report on monitors (N02)."""

    action: ClassVar[str] = "GetMonitoringReport"

    request_id: RequestId
    component_variable: OneOrMore[ComponentVariable] | None = None
    monitoring_criteria: Annotated[tuple[MonitoringCriterion, ...], Meta(min_length=1, max_length=3)] | None = None
    custom_data: CustomData | None = None


class GetMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """Whether the report will follow in NotifyMonitoringReport messages (N02)."""

    action: ClassVar[str] = "GetMonitoringReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which streams are open (N12)."""

    action: ClassVar[str] = "GetPeriodicEventStream"

    custom_data: CustomData | None = None


class GetPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """The open streams (N12)."""

    action: ClassVar[str] = "GetPeriodicEventStream"

    constant_stream_data: OneOrMore[ConstantStreamData] | None = None
    custom_data: CustomData | None = None


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far the upload of a log is (N01)."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: RequestId | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class LogStatusNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the progress (N01)."""

    action: ClassVar[str] = "LogStatusNotification"

    custom_data: CustomData | None = None


class NotifyCustomerInformationRequest(Request, frozen=True, kw_only=True):
    """One part of what a station knows about a customer (N09)."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    data: String512
    #: Counts the parts of one report from 0.
    seq_no: SequenceNumber
    generated_at: Timestamp
    request_id: NonNegative
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyCustomerInformationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part (N09)."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    custom_data: CustomData | None = None


class NotifyEventRequest(Request, frozen=True, kw_only=True):
    """A station reports events of its monitors (N07)."""

    action: ClassVar[str] = "NotifyEvent"

    generated_at: Timestamp
    #: Counts the parts of one report from 0.
    seq_no: SequenceNumber
    event_data: OneOrMore[EventData]
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyEventResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken the events (N07)."""

    action: ClassVar[str] = "NotifyEvent"

    custom_data: CustomData | None = None


class NotifyMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """One part of a report on monitors (N02)."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    request_id: RequestId
    #: Counts the parts of one report from 0.
    seq_no: SequenceNumber
    generated_at: Timestamp
    monitor: OneOrMore[MonitoringData] | None = None
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyMonitoringReportResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (N02)."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    custom_data: CustomData | None = None


class NotifyPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """Values of a stream, sent without waiting for an answer (N15)."""

    action: ClassVar[str] = "NotifyPeriodicEventStream"

    data: OneOrMore[StreamDataElement]
    id: NonNegative
    pending: NonNegative
    basetime: Timestamp
    custom_data: CustomData | None = None


class OpenPeriodicEventStreamRequest(Request, frozen=True, kw_only=True):
    """A station begins a stream of events (N11)."""

    action: ClassVar[str] = "OpenPeriodicEventStream"

    constant_stream_data: ConstantStreamData
    custom_data: CustomData | None = None


class OpenPeriodicEventStreamResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS wants the stream (N11)."""

    action: ClassVar[str] = "OpenPeriodicEventStream"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetMonitoringBaseRequest(Request, frozen=True, kw_only=True):
    """The CSMS chooses which set of monitors is active (N03)."""

    action: ClassVar[str] = "SetMonitoringBase"

    monitoring_base: MonitoringBase
    custom_data: CustomData | None = None


class SetMonitoringBaseResponse(Response, frozen=True, kw_only=True):
    """Whether the set of monitors is active (N03)."""

    action: ClassVar[str] = "SetMonitoringBase"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetMonitoringLevelRequest(Request, frozen=True, kw_only=True):
    """The CSMS chooses how severe an event must be to be reported (N05)."""

    action: ClassVar[str] = "SetMonitoringLevel"

    #: 0 (danger) to 9 (debug); less severe events are not reported.
    severity: NonNegative
    custom_data: CustomData | None = None


class SetMonitoringLevelResponse(Response, frozen=True, kw_only=True):
    """Whether the level holds (N05)."""

    action: ClassVar[str] = "SetMonitoringLevel"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """The CSMS sets monitors on variables (N04)."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_data: OneOrMore[SetMonitoringData]
    custom_data: CustomData | None = None


class SetVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """What became of each monitor (N04)."""

    action: ClassVar[str] = "SetVariableMonitoring"

    set_monitoring_result: OneOrMore[SetMonitoringResult]
    custom_data: CustomData | None = None
