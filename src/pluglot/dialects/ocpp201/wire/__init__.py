"""The 64 actions of OCPP 2.0.1 as typed Structs, by functional block.

A type that 2.1 left as it was is the house's own class, imported here; this room may use msgspec and messages only.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.dialects.ocpp201.wire.actions import (
    ACTIONS,
)
from pluglot.dialects.ocpp201.wire.authorization import (
    AdditionalInfo, AuthorizeRequest, AuthorizeResponse, ClearCacheResponse, IdToken, IdTokenInfo, IdTokenType,
)
from pluglot.dialects.ocpp201.wire.availability import (
    ChangeAvailabilityRequest, ChangeAvailabilityResponse, StatusNotificationRequest,
)
from pluglot.dialects.ocpp201.wire.certificates import (
    CertificateHashDataChain, DeleteCertificateResponse, Get15118EVCertificateRequest, Get15118EVCertificateResponse,
    GetCertificateIdUse, GetCertificateStatusRequest, GetCertificateStatusResponse, GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse, InstallCertificateRequest, InstallCertificateResponse, InstallCertificateUse,
    OCSPRequestData,
)
from pluglot.dialects.ocpp201.wire.data_transfer import (
    DataTransferResponse,
)
from pluglot.dialects.ocpp201.wire.diagnostics import (
    ClearMonitoringResult, ClearVariableMonitoringRequest, ClearVariableMonitoringResponse,
    CustomerInformationRequest, CustomerInformationResponse, EventData, GetLogRequest, GetLogResponse,
    GetMonitoringReportRequest, GetMonitoringReportResponse, LogParameters, LogStatusNotificationRequest, LogType,
    MonitorType, MonitoringData, NotifyCustomerInformationRequest, NotifyEventRequest, NotifyMonitoringReportRequest,
    SetMonitoringBaseResponse, SetMonitoringData, SetMonitoringLevelRequest, SetMonitoringLevelResponse,
    SetMonitoringResult, SetVariableMonitoringRequest, SetVariableMonitoringResponse, VariableMonitoring,
)
from pluglot.dialects.ocpp201.wire.display import (
    ClearDisplayMessageRequest, ClearDisplayMessageResponse, ClearMessageStatus, DisplayMessageStatus,
    GetDisplayMessagesRequest, GetDisplayMessagesResponse, MessageInfo, MessageState, NotifyDisplayMessagesRequest,
    SetDisplayMessageRequest, SetDisplayMessageResponse,
)
from pluglot.dialects.ocpp201.wire.firmware import (
    Firmware, FirmwareStatusNotificationRequest, PublishFirmwareRequest, PublishFirmwareResponse,
    PublishFirmwareStatusNotificationRequest, UpdateFirmwareRequest, UpdateFirmwareResponse,
)
from pluglot.dialects.ocpp201.wire.local_list import (
    AuthorizationData, SendLocalListRequest, SendLocalListResponse,
)
from pluglot.dialects.ocpp201.wire.meter_values import (
    Location, Measurand, MeterValue, MeterValuesRequest, SampledValue, SignedMeterValue,
)
from pluglot.dialects.ocpp201.wire.provisioning import (
    APN, BootNotificationResponse, GetBaseReportResponse, GetReportRequest, GetReportResponse, GetVariableData,
    GetVariableResult, GetVariablesRequest, GetVariablesResponse, NetworkConnectionProfile, NotifyReportRequest,
    OCPPInterface, OCPPVersion, ReportData, ResetRequest, ResetResponse, ResetType, SetNetworkProfileRequest,
    SetNetworkProfileResponse, SetVariableData, SetVariableResult, SetVariablesRequest, SetVariablesResponse, VPN,
    VariableCharacteristics,
)
from pluglot.dialects.ocpp201.wire.remote_control import (
    MessageTrigger, RequestStartTransactionRequest, RequestStartTransactionResponse, RequestStopTransactionResponse,
    TriggerMessageRequest, TriggerMessageResponse, UnlockConnectorRequest, UnlockConnectorResponse,
)
from pluglot.dialects.ocpp201.wire.reservation import (
    CancelReservationRequest, CancelReservationResponse, Connector, ReservationStatusUpdateRequest,
    ReservationUpdateStatus, ReserveNowRequest, ReserveNowResponse,
)
from pluglot.dialects.ocpp201.wire.security import (
    CertificateSignedRequest, CertificateSignedResponse, CertificateSigningUse, SignCertificateRequest,
    SignCertificateResponse,
)
from pluglot.dialects.ocpp201.wire.smart_charging.limits import (
    ClearedChargingLimitRequest, NotifyChargingLimitRequest,
)
from pluglot.dialects.ocpp201.wire.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, DCChargingParameters, EnergyTransferMode, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingNeedsStatus, NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse,
)
from pluglot.dialects.ocpp201.wire.smart_charging.prices import (
    SalesTariff,
)
from pluglot.dialects.ocpp201.wire.smart_charging.profiles import (
    ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingProfileKind, ChargingProfilePurpose,
    ChargingSchedule, ChargingSchedulePeriod, ClearChargingProfile, ClearChargingProfileRequest,
    ClearChargingProfileResponse, CompositeSchedule, GetChargingProfilesRequest, GetChargingProfilesResponse,
    GetCompositeScheduleRequest, GetCompositeScheduleResponse, ReportChargingProfilesRequest,
    SetChargingProfileRequest, SetChargingProfileResponse,
)
from pluglot.dialects.ocpp201.wire.transactions import (
    Reason, Transaction, TransactionEventRequest, TransactionEventResponse, TriggerReason,
)
from pluglot.dialects.ocpp201.wire.types import (
    ChargingLimitSource, Component, ComponentVariable, EVSE, MessageContent, MessageFormat, StatusInfo,
)
from pluglot.messages.action import (
    Action, Sender,
)
from pluglot.messages.authorization import (
    AuthorizationStatus, AuthorizeCertificateStatus, ClearCacheRequest, ClearCacheStatus,
)
from pluglot.messages.availability import (
    ChangeAvailabilityStatus, ConnectorStatus, HeartbeatRequest, HeartbeatResponse, OperationalStatus,
    StatusNotificationResponse,
)
from pluglot.messages.certificates import (
    CertificateAction, CertificateHashData, DeleteCertificateRequest, DeleteCertificateStatus, GetCertificateStatus,
    GetInstalledCertificateStatus, HashAlgorithm, InstallCertificateStatus, Iso15118EVCertificateStatus,
)
from pluglot.messages.data_transfer import (
    DataTransferRequest, DataTransferStatus,
)
from pluglot.messages.diagnostics import (
    ClearMonitoringStatus, CustomerInformationStatus, EventNotification, EventTrigger, LogStatus,
    LogStatusNotificationResponse, MonitoringBase, MonitoringCriterion, NotifyCustomerInformationResponse,
    NotifyEventResponse, NotifyMonitoringReportResponse, SetMonitoringBaseRequest, SetMonitoringStatus,
    UploadLogStatus,
)
from pluglot.messages.display import (
    GetDisplayMessagesStatus, MessagePriority, NotifyDisplayMessagesResponse,
)
from pluglot.messages.firmware import (
    FirmwareStatus, FirmwareStatusNotificationResponse, PublishFirmwareStatus,
    PublishFirmwareStatusNotificationResponse, UnpublishFirmwareRequest, UnpublishFirmwareResponse,
    UnpublishFirmwareStatus, UpdateFirmwareStatus,
)
from pluglot.messages.local_list import (
    GetLocalListVersionRequest, GetLocalListVersionResponse, SendLocalListStatus, UpdateType,
)
from pluglot.messages.meter_values import (
    MeterValuesResponse, Phase, ReadingContext, UnitOfMeasure,
)
from pluglot.messages.provisioning import (
    APNAuthentication, AttributeType, BootNotificationRequest, BootReason, ChargingStation, ComponentCriterion,
    GetBaseReportRequest, GetVariableStatus, Modem, Mutability, NotifyReportResponse, OCPPTransport,
    RegistrationStatus, ReportBase, ResetStatus, SetNetworkProfileStatus, SetVariableStatus, VPNProtocol,
    VariableAttribute, VariableDataType,
)
from pluglot.messages.remote_control import (
    RequestStartStopStatus, RequestStopTransactionRequest, TriggerMessageStatus, UnlockStatus,
)
from pluglot.messages.reservation import (
    CancelReservationStatus, ReservationStatusUpdateResponse, ReserveNowStatus,
)
from pluglot.messages.security import (
    CertificateSignedStatus, SecurityEventNotificationRequest, SecurityEventNotificationResponse,
)
from pluglot.messages.smart_charging.limits import (
    ClearedChargingLimitResponse, NotifyChargingLimitResponse,
)
from pluglot.messages.smart_charging.prices import (
    ConsumptionCost, Cost, CostKind, RelativeTimeInterval, SalesTariffEntry,
)
from pluglot.messages.smart_charging.profiles import (
    ChargingProfileStatus, ChargingRateUnit, ClearChargingProfileStatus, GetChargingProfileStatus, RecurrencyKind,
    ReportChargingProfilesResponse,
)
from pluglot.messages.tariff_cost import (
    CostUpdatedRequest, CostUpdatedResponse,
)
from pluglot.messages.transactions import (
    ChargingState, GetTransactionStatusRequest, GetTransactionStatusResponse, TransactionEvent,
)
from pluglot.messages.types import (
    GenericDeviceModelStatus, GenericStatus, Variable,
)

__all__ = [
    "ACTIONS", "APN", "EVSE", "VPN", "ACChargingParameters", "APNAuthentication", "Action", "AdditionalInfo",
    "AttributeType", "AuthorizationData", "AuthorizationStatus", "AuthorizeCertificateStatus", "AuthorizeRequest",
    "AuthorizeResponse", "BootNotificationRequest", "BootNotificationResponse", "BootReason",
    "CancelReservationRequest", "CancelReservationResponse", "CancelReservationStatus", "CertificateAction",
    "CertificateHashData", "CertificateHashDataChain", "CertificateSignedRequest", "CertificateSignedResponse",
    "CertificateSignedStatus", "CertificateSigningUse", "ChangeAvailabilityRequest", "ChangeAvailabilityResponse",
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
    "DisplayMessageStatus", "EnergyTransferMode", "EventData", "EventNotification", "EventTrigger", "Firmware",
    "FirmwareStatus", "FirmwareStatusNotificationRequest", "FirmwareStatusNotificationResponse",
    "GenericDeviceModelStatus", "GenericStatus", "Get15118EVCertificateRequest", "Get15118EVCertificateResponse",
    "GetBaseReportRequest", "GetBaseReportResponse", "GetCertificateIdUse", "GetCertificateStatus",
    "GetCertificateStatusRequest", "GetCertificateStatusResponse", "GetChargingProfileStatus",
    "GetChargingProfilesRequest", "GetChargingProfilesResponse", "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse", "GetDisplayMessagesRequest", "GetDisplayMessagesResponse",
    "GetDisplayMessagesStatus", "GetInstalledCertificateIdsRequest", "GetInstalledCertificateIdsResponse",
    "GetInstalledCertificateStatus", "GetLocalListVersionRequest", "GetLocalListVersionResponse", "GetLogRequest",
    "GetLogResponse", "GetMonitoringReportRequest", "GetMonitoringReportResponse", "GetReportRequest",
    "GetReportResponse", "GetTransactionStatusRequest", "GetTransactionStatusResponse", "GetVariableData",
    "GetVariableResult", "GetVariableStatus", "GetVariablesRequest", "GetVariablesResponse", "HashAlgorithm",
    "HeartbeatRequest", "HeartbeatResponse", "IdToken", "IdTokenInfo", "IdTokenType", "InstallCertificateRequest",
    "InstallCertificateResponse", "InstallCertificateStatus", "InstallCertificateUse", "Iso15118EVCertificateStatus",
    "Location", "LogParameters", "LogStatus", "LogStatusNotificationRequest", "LogStatusNotificationResponse",
    "LogType", "Measurand", "MessageContent", "MessageFormat", "MessageInfo", "MessagePriority", "MessageState",
    "MessageTrigger", "MeterValue", "MeterValuesRequest", "MeterValuesResponse", "Modem", "MonitorType",
    "MonitoringBase", "MonitoringCriterion", "MonitoringData", "Mutability", "NetworkConnectionProfile",
    "NotifyChargingLimitRequest", "NotifyChargingLimitResponse", "NotifyCustomerInformationRequest",
    "NotifyCustomerInformationResponse", "NotifyDisplayMessagesRequest", "NotifyDisplayMessagesResponse",
    "NotifyEVChargingNeedsRequest", "NotifyEVChargingNeedsResponse", "NotifyEVChargingNeedsStatus",
    "NotifyEVChargingScheduleRequest", "NotifyEVChargingScheduleResponse", "NotifyEventRequest",
    "NotifyEventResponse", "NotifyMonitoringReportRequest", "NotifyMonitoringReportResponse", "NotifyReportRequest",
    "NotifyReportResponse", "OCPPInterface", "OCPPTransport", "OCPPVersion", "OCSPRequestData", "OperationalStatus",
    "Phase", "PublishFirmwareRequest", "PublishFirmwareResponse", "PublishFirmwareStatus",
    "PublishFirmwareStatusNotificationRequest", "PublishFirmwareStatusNotificationResponse", "ReadingContext",
    "Reason", "RecurrencyKind", "RegistrationStatus", "RelativeTimeInterval", "ReportBase",
    "ReportChargingProfilesRequest", "ReportChargingProfilesResponse", "ReportData", "RequestStartStopStatus",
    "RequestStartTransactionRequest", "RequestStartTransactionResponse", "RequestStopTransactionRequest",
    "RequestStopTransactionResponse", "ReservationStatusUpdateRequest", "ReservationStatusUpdateResponse",
    "ReservationUpdateStatus", "ReserveNowRequest", "ReserveNowResponse", "ReserveNowStatus", "ResetRequest",
    "ResetResponse", "ResetStatus", "ResetType", "SalesTariff", "SalesTariffEntry", "SampledValue",
    "SecurityEventNotificationRequest", "SecurityEventNotificationResponse", "SendLocalListRequest",
    "SendLocalListResponse", "SendLocalListStatus", "Sender", "SetChargingProfileRequest",
    "SetChargingProfileResponse", "SetDisplayMessageRequest", "SetDisplayMessageResponse", "SetMonitoringBaseRequest",
    "SetMonitoringBaseResponse", "SetMonitoringData", "SetMonitoringLevelRequest", "SetMonitoringLevelResponse",
    "SetMonitoringResult", "SetMonitoringStatus", "SetNetworkProfileRequest", "SetNetworkProfileResponse",
    "SetNetworkProfileStatus", "SetVariableData", "SetVariableMonitoringRequest", "SetVariableMonitoringResponse",
    "SetVariableResult", "SetVariableStatus", "SetVariablesRequest", "SetVariablesResponse", "SignCertificateRequest",
    "SignCertificateResponse", "SignedMeterValue", "StatusInfo", "StatusNotificationRequest",
    "StatusNotificationResponse", "Transaction", "TransactionEvent", "TransactionEventRequest",
    "TransactionEventResponse", "TriggerMessageRequest", "TriggerMessageResponse", "TriggerMessageStatus",
    "TriggerReason", "UnitOfMeasure", "UnlockConnectorRequest", "UnlockConnectorResponse", "UnlockStatus",
    "UnpublishFirmwareRequest", "UnpublishFirmwareResponse", "UnpublishFirmwareStatus", "UpdateFirmwareRequest",
    "UpdateFirmwareResponse", "UpdateFirmwareStatus", "UpdateType", "UploadLogStatus", "VPNProtocol", "Variable",
    "VariableAttribute", "VariableCharacteristics", "VariableDataType", "VariableMonitoring",
]
