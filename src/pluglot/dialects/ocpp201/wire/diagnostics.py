"""Block N: logs, monitors, events, event streams and customer information."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.authorization import IdToken
from pluglot.dialects.ocpp201.wire.types import Component, ComponentVariable, StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.certificates import CertificateHashData
from pluglot.messages.diagnostics import (
    ClearMonitoringStatus,
    CustomerInformationStatus,
    EventNotification,
    EventTrigger,
    LogStatus,
    MonitoringCriterion,
    SetMonitoringStatus,
    UploadLogStatus,
)
from pluglot.messages.scalars import (
    OneOrMore,
    RequestId,
    String50,
    String64,
    String255,
    String500,
    String512,
    String2500,
    Timestamp,
    TransactionId,
)
from pluglot.messages.types import GenericDeviceModelStatus, GenericStatus, Variable


class LogType(StrEnum):
    """Which log is wanted (N)."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"


class MonitorType(StrEnum):
    """What a monitor watches for (N)."""

    UPPER_THRESHOLD = "UpperThreshold"
    LOWER_THRESHOLD = "LowerThreshold"
    DELTA = "Delta"
    PERIODIC = "Periodic"
    PERIODIC_CLOCK_ALIGNED = "PeriodicClockAligned"


class ClearMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of removing one monitor (N)."""

    status: ClearMonitoringStatus
    id: int
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class EventData(DataType, frozen=True, kw_only=True):
    """One event of a monitor or of the hardware (N)."""

    event_id: int
    timestamp: Timestamp
    trigger: EventTrigger
    actual_value: String2500
    component: Component
    event_notification_type: EventNotification
    variable: Variable
    #: The event that caused this one.
    cause: int | None = None
    tech_code: String50 | None = None
    tech_info: String500 | None = None
    cleared: bool | None = None
    transaction_id: TransactionId | None = None
    variable_monitoring_id: int | None = None
    custom_data: CustomData | None = None


class LogParameters(DataType, frozen=True, kw_only=True):
    """Where to upload a log and which time it shall cover (N)."""

    remote_location: String512
    oldest_timestamp: Timestamp | None = None
    latest_timestamp: Timestamp | None = None
    custom_data: CustomData | None = None


class VariableMonitoring(DataType, frozen=True, kw_only=True):
    """One monitor (N)."""

    id: int
    transaction: bool
    #: A threshold or difference in the variable's unit, or a period in s.
    value: Decimal
    type: MonitorType
    #: 0 (danger) to 9 (debug).
    severity: int
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
    severity: int
    component: Component
    variable: Variable
    #: Replaces the monitor of this id; a new one when absent.
    id: int | None = None
    transaction: bool | None = None
    custom_data: CustomData | None = None


class SetMonitoringResult(DataType, frozen=True, kw_only=True):
    """What became of setting one monitor (N)."""

    status: SetMonitoringStatus
    type: MonitorType
    component: Component
    variable: Variable
    #: 0 (danger) to 9 (debug).
    severity: int
    id: int | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes monitors (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    id: OneOrMore[int]
    custom_data: CustomData | None = None


class ClearVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """What became of each monitor to be removed (N06)."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    clear_monitoring_result: OneOrMore[ClearMonitoringResult]
    custom_data: CustomData | None = None


class CustomerInformationRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to report or forget what it knows about a customer (N09)."""

    action: ClassVar[str] = "CustomerInformation"

    request_id: RequestId
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
    retries: int | None = None
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


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far the upload of a log is (N01)."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class NotifyCustomerInformationRequest(Request, frozen=True, kw_only=True):
    """One part of what a station knows about a customer (N09)."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    data: String512
    #: Counts the parts of one report from 0.
    seq_no: int
    generated_at: Timestamp
    request_id: RequestId
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyEventRequest(Request, frozen=True, kw_only=True):
    """A station reports events of its monitors (N07)."""

    action: ClassVar[str] = "NotifyEvent"

    generated_at: Timestamp
    #: Counts the parts of one report from 0.
    seq_no: int
    event_data: OneOrMore[EventData]
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """One part of a report on monitors (N02)."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    request_id: RequestId
    #: Counts the parts of one report from 0.
    seq_no: int
    generated_at: Timestamp
    monitor: OneOrMore[MonitoringData] | None = None
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
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
    severity: int
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
