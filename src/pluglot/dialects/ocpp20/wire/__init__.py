"""The 67 actions of OCPP 2.0 as typed Structs, by functional block.

An enum that later versions left as it was is theirs, imported here; this room may use msgspec, messages and the wire of
2.0.1 only.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.dialects.ocpp20.wire.actions import (
    ACTIONS,
)
from pluglot.dialects.ocpp20.wire.authorization import (
    AdditionalInfo, AuthorizeRequest, AuthorizeResponse, CertificateStatusEnum, ClearCacheRequest, ClearCacheResponse,
    GroupIdToken, IdToken, IdTokenInfo, IdTokenType,
)
from pluglot.dialects.ocpp20.wire.availability import (
    ChangeAvailabilityRequest, ChangeAvailabilityResponse, HeartbeatRequest, HeartbeatResponse,
    StatusNotificationRequest, StatusNotificationResponse,
)
from pluglot.dialects.ocpp20.wire.certificates import (
    CertificateChain, CertificateHashData, DeleteCertificateRequest, DeleteCertificateResponse,
    Get15118EVCertificateRequest, Get15118EVCertificateResponse, GetCertificateIdUse, GetCertificateStatus,
    GetCertificateStatusRequest, GetCertificateStatusResponse, GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse, InstallCertificateRequest, InstallCertificateResponse,
    InstallCertificateStatus, InstallCertificateUse, OCSPRequestData, Update15118EVCertificateRequest,
    Update15118EVCertificateResponse,
)
from pluglot.dialects.ocpp20.wire.data_transfer import (
    DataTransferRequest, DataTransferResponse,
)
from pluglot.dialects.ocpp20.wire.diagnostics import (
    ClearMonitoringResult, ClearVariableMonitoringRequest, ClearVariableMonitoringResponse,
    CustomerInformationRequest, CustomerInformationResponse, EventData, GetLogRequest, GetLogResponse,
    GetMonitoringReportRequest, GetMonitoringReportResponse, LogParameters, LogStatusNotificationRequest,
    LogStatusNotificationResponse, MonitoringBase, MonitoringData, NotifyCustomerInformationRequest,
    NotifyCustomerInformationResponse, NotifyEventRequest, NotifyEventResponse, NotifyMonitoringReportRequest,
    NotifyMonitoringReportResponse, SetMonitoringBaseRequest, SetMonitoringBaseResponse, SetMonitoringData,
    SetMonitoringLevelRequest, SetMonitoringLevelResponse, SetMonitoringResult, SetMonitoringStatus,
    SetVariableMonitoringRequest, SetVariableMonitoringResponse, UploadLogStatus, VariableMonitoring,
)
from pluglot.dialects.ocpp20.wire.display import (
    ClearDisplayMessageRequest, ClearDisplayMessageResponse, GetDisplayMessagesRequest, GetDisplayMessagesResponse,
    MessageInfo, NotifyDisplayMessagesRequest, NotifyDisplayMessagesResponse, SetDisplayMessageRequest,
    SetDisplayMessageResponse,
)
from pluglot.dialects.ocpp20.wire.firmware import (
    Firmware, FirmwareStatus, FirmwareStatusNotificationRequest, FirmwareStatusNotificationResponse,
    PublishFirmwareRequest, PublishFirmwareResponse, PublishFirmwareStatus, PublishFirmwareStatusNotificationRequest,
    PublishFirmwareStatusNotificationResponse, UnpublishFirmwareRequest, UnpublishFirmwareResponse,
    UpdateFirmwareRequest, UpdateFirmwareResponse, UpdateFirmwareStatus,
)
from pluglot.dialects.ocpp20.wire.local_list import (
    AuthorizationData, GetLocalListVersionRequest, GetLocalListVersionResponse, SendLocalListRequest,
    SendLocalListResponse,
)
from pluglot.dialects.ocpp20.wire.meter_values import (
    MeterValue, MeterValuesRequest, MeterValuesResponse, SampledValue, SignedMeterValue, UnitOfMeasure,
)
from pluglot.dialects.ocpp20.wire.provisioning import (
    APN, BootNotificationRequest, BootNotificationResponse, ChargingStation, GetBaseReportRequest,
    GetBaseReportResponse, GetReportRequest, GetReportResponse, GetVariableData, GetVariableResult,
    GetVariablesRequest, GetVariablesResponse, Modem, NetworkConnectionProfile, NotifyReportRequest,
    NotifyReportResponse, ReportData, ResetRequest, ResetResponse, SetNetworkProfileRequest,
    SetNetworkProfileResponse, SetVariableData, SetVariableResult, SetVariableStatus, SetVariablesRequest,
    SetVariablesResponse, VPN, VariableAttribute, VariableCharacteristics,
)
from pluglot.dialects.ocpp20.wire.remote_control import (
    MessageTrigger, RequestStartTransactionRequest, RequestStartTransactionResponse, RequestStopTransactionRequest,
    RequestStopTransactionResponse, TriggerMessageRequest, TriggerMessageResponse, UnlockConnectorRequest,
    UnlockConnectorResponse, UnlockStatus,
)
from pluglot.dialects.ocpp20.wire.reservation import (
    CancelReservationRequest, CancelReservationResponse, Reservation, ReservationStatusUpdateRequest,
    ReservationStatusUpdateResponse, ReserveNowRequest, ReserveNowResponse,
)
from pluglot.dialects.ocpp20.wire.security import (
    CertificateSignedRequest, CertificateSignedResponse, SecurityEvent, SecurityEventNotificationRequest,
    SecurityEventNotificationResponse, SignCertificateRequest, SignCertificateResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.limits import (
    ClearedChargingLimitRequest, ClearedChargingLimitResponse, NotifyChargingLimitRequest,
    NotifyChargingLimitResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, DCChargingParameters, EnergyTransferMode, NotifyCentralChargingNeedsRequest,
    NotifyCentralChargingNeedsResponse, NotifyCentralChargingNeedsStatus, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse, PMaxSchedule,
    Renegotiate15118ScheduleRequest, Renegotiate15118ScheduleResponse, Renegotiate15118ScheduleStatus, SASchedule,
)
from pluglot.dialects.ocpp20.wire.smart_charging.prices import (
    ConsumptionCost, Cost, RelativeTimeInterval, SalesTariff, SalesTariffEntry,
)
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import (
    CalculatedChargingSchedule, ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingSchedule,
    ChargingSchedulePeriod, ClearChargingProfile, ClearChargingProfileRequest, ClearChargingProfileResponse,
    CompositeSchedule, GetChargingProfilesRequest, GetChargingProfilesResponse, GetCompositeScheduleRequest,
    GetCompositeScheduleResponse, GetCompositeScheduleStatus, ReportChargingProfilesRequest,
    ReportChargingProfilesResponse, SetChargingProfileRequest, SetChargingProfileResponse,
)
from pluglot.dialects.ocpp20.wire.tariff_cost import (
    CostUpdatedRequest, CostUpdatedResponse,
)
from pluglot.dialects.ocpp20.wire.transactions import (
    ChargingState, GetTransactionStatusRequest, GetTransactionStatusResponse, Reason, Transaction,
    TransactionEventRequest, TransactionEventResponse, TriggerReason,
)
from pluglot.dialects.ocpp20.wire.types import (
    Component, ComponentVariable, EVSE, EncodingMethod, GenericDeviceModelStatus, MessageContent, SignatureMethod,
    Variable,
)
from pluglot.dialects.ocpp201.wire.diagnostics import (
    LogType, MonitorType,
)
from pluglot.dialects.ocpp201.wire.display import (
    ClearMessageStatus, DisplayMessageStatus, MessageState,
)
from pluglot.dialects.ocpp201.wire.meter_values import (
    Location, Measurand,
)
from pluglot.dialects.ocpp201.wire.provisioning import (
    OCPPInterface, OCPPVersion, ResetType,
)
from pluglot.dialects.ocpp201.wire.reservation import (
    Connector, ReservationUpdateStatus,
)
from pluglot.dialects.ocpp201.wire.security import (
    CertificateSigningUse,
)
from pluglot.dialects.ocpp201.wire.smart_charging.needs import (
    NotifyEVChargingNeedsStatus,
)
from pluglot.dialects.ocpp201.wire.smart_charging.profiles import (
    ChargingProfileKind, ChargingProfilePurpose,
)
from pluglot.dialects.ocpp201.wire.types import (
    ChargingLimitSource, MessageFormat,
)
from pluglot.messages.action import (
    Action, Sender,
)
from pluglot.messages.authorization import (
    AuthorizationStatus, ClearCacheStatus,
)
from pluglot.messages.availability import (
    ChangeAvailabilityStatus, ConnectorStatus, OperationalStatus,
)
from pluglot.messages.certificates import (
    DeleteCertificateStatus, GetInstalledCertificateStatus, HashAlgorithm, Iso15118EVCertificateStatus,
)
from pluglot.messages.data_transfer import (
    DataTransferStatus,
)
from pluglot.messages.diagnostics import (
    ClearMonitoringStatus, CustomerInformationStatus, EventTrigger, LogStatus, MonitoringCriterion,
)
from pluglot.messages.display import (
    GetDisplayMessagesStatus, MessagePriority,
)
from pluglot.messages.firmware import (
    UnpublishFirmwareStatus,
)
from pluglot.messages.local_list import (
    SendLocalListStatus, UpdateType,
)
from pluglot.messages.meter_values import (
    Phase, ReadingContext,
)
from pluglot.messages.provisioning import (
    APNAuthentication, AttributeType, BootReason, ComponentCriterion, GetVariableStatus, Mutability, OCPPTransport,
    RegistrationStatus, ReportBase, ResetStatus, SetNetworkProfileStatus, VPNProtocol, VariableDataType,
)
from pluglot.messages.remote_control import (
    RequestStartStopStatus, TriggerMessageStatus,
)
from pluglot.messages.reservation import (
    CancelReservationStatus, ReserveNowStatus,
)
from pluglot.messages.security import (
    CertificateSignedStatus,
)
from pluglot.messages.smart_charging.prices import (
    CostKind,
)
from pluglot.messages.smart_charging.profiles import (
    ChargingProfileStatus, ChargingRateUnit, ClearChargingProfileStatus, GetChargingProfileStatus, RecurrencyKind,
)
from pluglot.messages.transactions import (
    TransactionEvent,
)
from pluglot.messages.types import (
    GenericStatus,
)

__all__ = [
    "ACTIONS", "APN", "EVSE", "VPN", "ACChargingParameters", "APNAuthentication", "Action", "AdditionalInfo",
    "AttributeType", "AuthorizationData", "AuthorizationStatus", "AuthorizeRequest", "AuthorizeResponse",
    "BootNotificationRequest", "BootNotificationResponse", "BootReason", "CalculatedChargingSchedule",
    "CancelReservationRequest", "CancelReservationResponse", "CancelReservationStatus", "CertificateChain",
    "CertificateHashData", "CertificateSignedRequest", "CertificateSignedResponse", "CertificateSignedStatus",
    "CertificateSigningUse", "CertificateStatusEnum", "ChangeAvailabilityRequest", "ChangeAvailabilityResponse",
    "ChangeAvailabilityStatus", "ChargingLimit", "ChargingLimitSource", "ChargingNeeds", "ChargingProfile",
    "ChargingProfileCriterion", "ChargingProfileKind", "ChargingProfilePurpose", "ChargingProfileStatus",
    "ChargingRateUnit", "ChargingSchedule", "ChargingSchedulePeriod", "ChargingState", "ChargingStation",
    "ClearCacheRequest", "ClearCacheResponse", "ClearCacheStatus", "ClearChargingProfile",
    "ClearChargingProfileRequest", "ClearChargingProfileResponse", "ClearChargingProfileStatus",
    "ClearDisplayMessageRequest", "ClearDisplayMessageResponse", "ClearMessageStatus", "ClearMonitoringResult",
    "ClearMonitoringStatus", "ClearVariableMonitoringRequest", "ClearVariableMonitoringResponse",
    "ClearedChargingLimitRequest", "ClearedChargingLimitResponse", "Component", "ComponentCriterion",
    "ComponentVariable", "CompositeSchedule", "Connector", "ConnectorStatus", "ConsumptionCost", "Cost", "CostKind",
    "CostUpdatedRequest", "CostUpdatedResponse", "CustomerInformationRequest", "CustomerInformationResponse",
    "CustomerInformationStatus", "DCChargingParameters", "DataTransferRequest", "DataTransferResponse",
    "DataTransferStatus", "DeleteCertificateRequest", "DeleteCertificateResponse", "DeleteCertificateStatus",
    "DisplayMessageStatus", "EncodingMethod", "EnergyTransferMode", "EventData", "EventTrigger", "Firmware",
    "FirmwareStatus", "FirmwareStatusNotificationRequest", "FirmwareStatusNotificationResponse",
    "GenericDeviceModelStatus", "GenericStatus", "Get15118EVCertificateRequest", "Get15118EVCertificateResponse",
    "GetBaseReportRequest", "GetBaseReportResponse", "GetCertificateIdUse", "GetCertificateStatus",
    "GetCertificateStatusRequest", "GetCertificateStatusResponse", "GetChargingProfileStatus",
    "GetChargingProfilesRequest", "GetChargingProfilesResponse", "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse", "GetCompositeScheduleStatus", "GetDisplayMessagesRequest",
    "GetDisplayMessagesResponse", "GetDisplayMessagesStatus", "GetInstalledCertificateIdsRequest",
    "GetInstalledCertificateIdsResponse", "GetInstalledCertificateStatus", "GetLocalListVersionRequest",
    "GetLocalListVersionResponse", "GetLogRequest", "GetLogResponse", "GetMonitoringReportRequest",
    "GetMonitoringReportResponse", "GetReportRequest", "GetReportResponse", "GetTransactionStatusRequest",
    "GetTransactionStatusResponse", "GetVariableData", "GetVariableResult", "GetVariableStatus",
    "GetVariablesRequest", "GetVariablesResponse", "GroupIdToken", "HashAlgorithm", "HeartbeatRequest",
    "HeartbeatResponse", "IdToken", "IdTokenInfo", "IdTokenType", "InstallCertificateRequest",
    "InstallCertificateResponse", "InstallCertificateStatus", "InstallCertificateUse", "Iso15118EVCertificateStatus",
    "Location", "LogParameters", "LogStatus", "LogStatusNotificationRequest", "LogStatusNotificationResponse",
    "LogType", "Measurand", "MessageContent", "MessageFormat", "MessageInfo", "MessagePriority", "MessageState",
    "MessageTrigger", "MeterValue", "MeterValuesRequest", "MeterValuesResponse", "Modem", "MonitorType",
    "MonitoringBase", "MonitoringCriterion", "MonitoringData", "Mutability", "NetworkConnectionProfile",
    "NotifyCentralChargingNeedsRequest", "NotifyCentralChargingNeedsResponse", "NotifyCentralChargingNeedsStatus",
    "NotifyChargingLimitRequest", "NotifyChargingLimitResponse", "NotifyCustomerInformationRequest",
    "NotifyCustomerInformationResponse", "NotifyDisplayMessagesRequest", "NotifyDisplayMessagesResponse",
    "NotifyEVChargingNeedsRequest", "NotifyEVChargingNeedsResponse", "NotifyEVChargingNeedsStatus",
    "NotifyEVChargingScheduleRequest", "NotifyEVChargingScheduleResponse", "NotifyEventRequest",
    "NotifyEventResponse", "NotifyMonitoringReportRequest", "NotifyMonitoringReportResponse", "NotifyReportRequest",
    "NotifyReportResponse", "OCPPInterface", "OCPPTransport", "OCPPVersion", "OCSPRequestData", "OperationalStatus",
    "PMaxSchedule", "Phase", "PublishFirmwareRequest", "PublishFirmwareResponse", "PublishFirmwareStatus",
    "PublishFirmwareStatusNotificationRequest", "PublishFirmwareStatusNotificationResponse", "ReadingContext",
    "Reason", "RecurrencyKind", "RegistrationStatus", "RelativeTimeInterval", "Renegotiate15118ScheduleRequest",
    "Renegotiate15118ScheduleResponse", "Renegotiate15118ScheduleStatus", "ReportBase",
    "ReportChargingProfilesRequest", "ReportChargingProfilesResponse", "ReportData", "RequestStartStopStatus",
    "RequestStartTransactionRequest", "RequestStartTransactionResponse", "RequestStopTransactionRequest",
    "RequestStopTransactionResponse", "Reservation", "ReservationStatusUpdateRequest",
    "ReservationStatusUpdateResponse", "ReservationUpdateStatus", "ReserveNowRequest", "ReserveNowResponse",
    "ReserveNowStatus", "ResetRequest", "ResetResponse", "ResetStatus", "ResetType", "SASchedule", "SalesTariff",
    "SalesTariffEntry", "SampledValue", "SecurityEvent", "SecurityEventNotificationRequest",
    "SecurityEventNotificationResponse", "SendLocalListRequest", "SendLocalListResponse", "SendLocalListStatus",
    "Sender", "SetChargingProfileRequest", "SetChargingProfileResponse", "SetDisplayMessageRequest",
    "SetDisplayMessageResponse", "SetMonitoringBaseRequest", "SetMonitoringBaseResponse", "SetMonitoringData",
    "SetMonitoringLevelRequest", "SetMonitoringLevelResponse", "SetMonitoringResult", "SetMonitoringStatus",
    "SetNetworkProfileRequest", "SetNetworkProfileResponse", "SetNetworkProfileStatus", "SetVariableData",
    "SetVariableMonitoringRequest", "SetVariableMonitoringResponse", "SetVariableResult", "SetVariableStatus",
    "SetVariablesRequest", "SetVariablesResponse", "SignCertificateRequest", "SignCertificateResponse",
    "SignatureMethod", "SignedMeterValue", "StatusNotificationRequest", "StatusNotificationResponse", "Transaction",
    "TransactionEvent", "TransactionEventRequest", "TransactionEventResponse", "TriggerMessageRequest",
    "TriggerMessageResponse", "TriggerMessageStatus", "TriggerReason", "UnitOfMeasure", "UnlockConnectorRequest",
    "UnlockConnectorResponse", "UnlockStatus", "UnpublishFirmwareRequest", "UnpublishFirmwareResponse",
    "UnpublishFirmwareStatus", "Update15118EVCertificateRequest", "Update15118EVCertificateResponse",
    "UpdateFirmwareRequest", "UpdateFirmwareResponse", "UpdateFirmwareStatus", "UpdateType", "UploadLogStatus",
    "VPNProtocol", "Variable", "VariableAttribute", "VariableCharacteristics", "VariableDataType",
    "VariableMonitoring",
]
