"""diagnostics"""

from __future__ import annotations

from datetime import datetime
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
    TransactionId,
)
from pluglot.messages.types import GenericDeviceModelStatus, GenericStatus, Variable


class LogType(StrEnum):
    """LogType."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    SECURITY_LOG = "SecurityLog"


class MonitorType(StrEnum):
    """MonitorType."""

    UPPER_THRESHOLD = "UpperThreshold"
    LOWER_THRESHOLD = "LowerThreshold"
    DELTA = "Delta"
    PERIODIC = "Periodic"
    PERIODIC_CLOCK_ALIGNED = "PeriodicClockAligned"


class ClearMonitoringResult(DataType, frozen=True, kw_only=True):
    """ClearMonitoringResult."""

    status: ClearMonitoringStatus
    id: int
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class EventData(DataType, frozen=True, kw_only=True):
    """EventData."""

    event_id: int
    timestamp: datetime
    trigger: EventTrigger
    actual_value: String2500
    component: Component
    event_notification_type: EventNotification
    variable: Variable
    cause: int | None = None
    tech_code: String50 | None = None
    tech_info: String500 | None = None
    cleared: bool | None = None
    transaction_id: TransactionId | None = None
    variable_monitoring_id: int | None = None
    custom_data: CustomData | None = None


class LogParameters(DataType, frozen=True, kw_only=True):
    """LogParameters."""

    remote_location: String512
    oldest_timestamp: datetime | None = None
    latest_timestamp: datetime | None = None
    custom_data: CustomData | None = None


class VariableMonitoring(DataType, frozen=True, kw_only=True):
    """VariableMonitoring."""

    id: int
    transaction: bool
    value: Decimal
    type: MonitorType
    severity: int
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
    severity: int
    component: Component
    variable: Variable
    id: int | None = None
    transaction: bool | None = None
    custom_data: CustomData | None = None


class SetMonitoringResult(DataType, frozen=True, kw_only=True):
    """SetMonitoringResult."""

    status: SetMonitoringStatus
    type: MonitorType
    component: Component
    variable: Variable
    severity: int
    id: int | None = None
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearVariableMonitoringRequest(Request, frozen=True, kw_only=True):
    """ClearVariableMonitoringRequest."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    id: OneOrMore[int]
    custom_data: CustomData | None = None


class ClearVariableMonitoringResponse(Response, frozen=True, kw_only=True):
    """ClearVariableMonitoringResponse."""

    action: ClassVar[str] = "ClearVariableMonitoring"

    clear_monitoring_result: OneOrMore[ClearMonitoringResult]
    custom_data: CustomData | None = None


class CustomerInformationRequest(Request, frozen=True, kw_only=True):
    """CustomerInformationRequest."""

    action: ClassVar[str] = "CustomerInformation"

    request_id: RequestId
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
    retries: int | None = None
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


class LogStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """LogStatusNotificationRequest."""

    action: ClassVar[str] = "LogStatusNotification"

    status: UploadLogStatus
    request_id: RequestId | None = None
    custom_data: CustomData | None = None


class NotifyCustomerInformationRequest(Request, frozen=True, kw_only=True):
    """NotifyCustomerInformationRequest."""

    action: ClassVar[str] = "NotifyCustomerInformation"

    data: String512
    seq_no: int
    generated_at: datetime
    request_id: RequestId
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyEventRequest(Request, frozen=True, kw_only=True):
    """NotifyEventRequest."""

    action: ClassVar[str] = "NotifyEvent"

    generated_at: datetime
    seq_no: int
    event_data: OneOrMore[EventData]
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyMonitoringReportRequest(Request, frozen=True, kw_only=True):
    """NotifyMonitoringReportRequest."""

    action: ClassVar[str] = "NotifyMonitoringReport"

    request_id: RequestId
    seq_no: int
    generated_at: datetime
    monitor: OneOrMore[MonitoringData] | None = None
    tbc: bool | None = None
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

    severity: int
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
