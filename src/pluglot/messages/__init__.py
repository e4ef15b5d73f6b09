"""The house vocabulary: every OCPP 2.1 message as a typed, frozen Struct, one file per functional block.

Words only: no input or output, no clock; this room may use msgspec and nothing else.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.messages.action import (
    Action, Sender,
)
from pluglot.messages.actions import (
    ACTIONS,
)
from pluglot.messages.authorization import (
    AdditionalInfo, Address, AuthorizationStatus, AuthorizeCertificateStatus, AuthorizeRequest, AuthorizeResponse,
    ClearCacheRequest, ClearCacheResponse, ClearCacheStatus, IdToken, IdTokenInfo, NotifySettlementRequest,
    NotifySettlementResponse, NotifyWebPaymentStartedRequest, NotifyWebPaymentStartedResponse, PaymentStatus,
    VatNumberValidationRequest, VatNumberValidationResponse,
)
from pluglot.messages.availability import (
    ChangeAvailabilityRequest, ChangeAvailabilityResponse, ChangeAvailabilityStatus, ConnectorStatus,
    HeartbeatRequest, HeartbeatResponse, OperationalStatus, StatusNotificationRequest, StatusNotificationResponse,
)
from pluglot.messages.base import (
    CustomData, DataType, Request, Response,
)
from pluglot.messages.battery_swap import (
    BatteryData, BatterySwapEvent, BatterySwapRequest, BatterySwapResponse, RequestBatterySwapRequest,
    RequestBatterySwapResponse,
)
from pluglot.messages.bidirectional import (
    AFRRSignalRequest, AFRRSignalResponse, NotifyAllowedEnergyTransferRequest, NotifyAllowedEnergyTransferResponse,
    NotifyAllowedEnergyTransferStatus,
)
from pluglot.messages.certificates import (
    CertificateAction, CertificateHashData, CertificateHashDataChain, CertificateStatus, CertificateStatusEnum,
    CertificateStatusRequestInfo, CertificateStatusSource, DeleteCertificateRequest, DeleteCertificateResponse,
    DeleteCertificateStatus, Get15118EVCertificateRequest, Get15118EVCertificateResponse,
    GetCertificateChainStatusRequest, GetCertificateChainStatusResponse, GetCertificateIdUse, GetCertificateStatus,
    GetCertificateStatusRequest, GetCertificateStatusResponse, GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse, GetInstalledCertificateStatus, HashAlgorithm, InstallCertificateRequest,
    InstallCertificateResponse, InstallCertificateStatus, InstallCertificateUse, Iso15118EVCertificateStatus,
    OCSPRequestData,
)
from pluglot.messages.data_transfer import (
    DataTransferRequest, DataTransferResponse, DataTransferStatus,
)
from pluglot.messages.der_control import (
    ClearDERControlRequest, ClearDERControlResponse, DERControl, DERControlStatus, DERCurve, DERCurveGet,
    DERCurvePoints, DERUnit, EnterService, EnterServiceGet, FixedPF, FixedPFGet, FixedVar, FixedVarGet, FreqDroop,
    FreqDroopGet, GetDERControlRequest, GetDERControlResponse, Gradient, GradientGet, GridEventFault, Hysteresis,
    LimitMaxDischarge, LimitMaxDischargeGet, NotifyDERAlarmRequest, NotifyDERAlarmResponse, NotifyDERStartStopRequest,
    NotifyDERStartStopResponse, PowerDuringCessation, ReactivePowerParams, ReportDERControlRequest,
    ReportDERControlResponse, SetDERControlRequest, SetDERControlResponse, VoltageParams,
)
from pluglot.messages.diagnostics import (
    AdjustPeriodicEventStreamRequest, AdjustPeriodicEventStreamResponse, ClearMonitoringResult, ClearMonitoringStatus,
    ClearVariableMonitoringRequest, ClearVariableMonitoringResponse, ClosePeriodicEventStreamRequest,
    ClosePeriodicEventStreamResponse, ConstantStreamData, CustomerInformationRequest, CustomerInformationResponse,
    CustomerInformationStatus, EventData, EventNotification, EventTrigger, GetLogRequest, GetLogResponse,
    GetMonitoringReportRequest, GetMonitoringReportResponse, GetPeriodicEventStreamRequest,
    GetPeriodicEventStreamResponse, LogParameters, LogStatus, LogStatusNotificationRequest,
    LogStatusNotificationResponse, LogType, MonitorType, MonitoringBase, MonitoringCriterion, MonitoringData,
    NotifyCustomerInformationRequest, NotifyCustomerInformationResponse, NotifyEventRequest, NotifyEventResponse,
    NotifyMonitoringReportRequest, NotifyMonitoringReportResponse, NotifyPeriodicEventStreamRequest,
    OpenPeriodicEventStreamRequest, OpenPeriodicEventStreamResponse, PeriodicEventStreamParams,
    SetMonitoringBaseRequest, SetMonitoringBaseResponse, SetMonitoringData, SetMonitoringLevelRequest,
    SetMonitoringLevelResponse, SetMonitoringResult, SetMonitoringStatus, SetVariableMonitoringRequest,
    SetVariableMonitoringResponse, StreamDataElement, UploadLogStatus, VariableMonitoring,
)
from pluglot.messages.display import (
    ClearDisplayMessageRequest, ClearDisplayMessageResponse, ClearMessageStatus, DisplayMessageStatus,
    GetDisplayMessagesRequest, GetDisplayMessagesResponse, GetDisplayMessagesStatus, MessageInfo, MessagePriority,
    MessageState, NotifyDisplayMessagesRequest, NotifyDisplayMessagesResponse, SetDisplayMessageRequest,
    SetDisplayMessageResponse,
)
from pluglot.messages.firmware import (
    Firmware, FirmwareStatus, FirmwareStatusNotificationRequest, FirmwareStatusNotificationResponse,
    PublishFirmwareRequest, PublishFirmwareResponse, PublishFirmwareStatus, PublishFirmwareStatusNotificationRequest,
    PublishFirmwareStatusNotificationResponse, UnpublishFirmwareRequest, UnpublishFirmwareResponse,
    UnpublishFirmwareStatus, UpdateFirmwareRequest, UpdateFirmwareResponse, UpdateFirmwareStatus,
)
from pluglot.messages.local_list import (
    AuthorizationData, GetLocalListVersionRequest, GetLocalListVersionResponse, SendLocalListRequest,
    SendLocalListResponse, SendLocalListStatus, UpdateType,
)
from pluglot.messages.meter_values import (
    Location, Measurand, MeterValue, MeterValuesRequest, MeterValuesResponse, Phase, ReadingContext, SampledValue,
    SignedMeterValue, UnitOfMeasure,
)
from pluglot.messages.provisioning import (
    APN, APNAuthentication, AttributeType, BootNotificationRequest, BootNotificationResponse, BootReason,
    ChargingStation, ComponentCriterion, GetBaseReportRequest, GetBaseReportResponse, GetReportRequest,
    GetReportResponse, GetVariableData, GetVariableResult, GetVariableStatus, GetVariablesRequest,
    GetVariablesResponse, Modem, Mutability, NetworkConnectionProfile, NotifyReportRequest, NotifyReportResponse,
    OCPPInterface, OCPPTransport, OCPPVersion, RegistrationStatus, ReportBase, ReportData, ResetRequest,
    ResetResponse, ResetStatus, ResetType, SetNetworkProfileRequest, SetNetworkProfileResponse,
    SetNetworkProfileStatus, SetVariableData, SetVariableResult, SetVariableStatus, SetVariablesRequest,
    SetVariablesResponse, VPN, VPNProtocol, VariableAttribute, VariableCharacteristics, VariableDataType,
)
from pluglot.messages.remote_control import (
    MessageTrigger, RequestStartStopStatus, RequestStartTransactionRequest, RequestStartTransactionResponse,
    RequestStopTransactionRequest, RequestStopTransactionResponse, TriggerMessageRequest, TriggerMessageResponse,
    TriggerMessageStatus, UnlockConnectorRequest, UnlockConnectorResponse, UnlockStatus,
)
from pluglot.messages.reservation import (
    CancelReservationRequest, CancelReservationResponse, CancelReservationStatus, ReservationStatusUpdateRequest,
    ReservationStatusUpdateResponse, ReservationUpdateStatus, ReserveNowRequest, ReserveNowResponse, ReserveNowStatus,
)
from pluglot.messages.scalars import (
    ConnectorId, EvseId, NonNegative, OneOrMore, Percentage, RequestId, ReservationId, SequenceNumber, TariffId,
    Timestamp, TransactionId,
)
from pluglot.messages.security import (
    CertificateSignedRequest, CertificateSignedResponse, CertificateSignedStatus, CertificateSigningUse,
    SecurityEventNotificationRequest, SecurityEventNotificationResponse, SignCertificateRequest,
    SignCertificateResponse,
)
from pluglot.messages.smart_charging.limits import (
    ChargingScheduleUpdate, ClearedChargingLimitRequest, ClearedChargingLimitResponse, NotifyChargingLimitRequest,
    NotifyChargingLimitResponse, NotifyPriorityChargingRequest, NotifyPriorityChargingResponse,
    PriorityChargingStatus, PullDynamicScheduleUpdateRequest, PullDynamicScheduleUpdateResponse,
    UpdateDynamicScheduleRequest, UpdateDynamicScheduleResponse, UsePriorityChargingRequest,
    UsePriorityChargingResponse,
)
from pluglot.messages.smart_charging.needs import (
    ACChargingParameters, ChargingNeeds, ControlMode, DCChargingParameters, DERChargingParameters, EVEnergyOffer,
    EVPowerSchedule, EVPowerScheduleEntry, IslandingDetection, MobilityNeedsMode, NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse, NotifyEVChargingNeedsStatus, NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse, V2XChargingParameters,
)
from pluglot.messages.smart_charging.prices import (
    AbsolutePriceSchedule, AdditionalSelectedServices, ConsumptionCost, Cost, CostKind, EVAbsolutePriceSchedule,
    EVAbsolutePriceScheduleEntry, EVPriceRule, OverstayRule, OverstayRuleList, PriceLevelSchedule,
    PriceLevelScheduleEntry, PriceRule, PriceRuleStack, RationalNumber, RelativeTimeInterval, SalesTariff,
    SalesTariffEntry, TaxRule,
)
from pluglot.messages.smart_charging.profiles import (
    ChargingLimit, ChargingProfile, ChargingProfileCriterion, ChargingProfileKind, ChargingProfilePurpose,
    ChargingProfileStatus, ChargingRateUnit, ChargingSchedule, ChargingSchedulePeriod, ClearChargingProfile,
    ClearChargingProfileRequest, ClearChargingProfileResponse, ClearChargingProfileStatus, CompositeSchedule,
    GetChargingProfileStatus, GetChargingProfilesRequest, GetChargingProfilesResponse, GetCompositeScheduleRequest,
    GetCompositeScheduleResponse, LimitAtSoC, RecurrencyKind, ReportChargingProfilesRequest,
    ReportChargingProfilesResponse, SetChargingProfileRequest, SetChargingProfileResponse, V2XFreqWattPoint,
    V2XSignalWattPoint,
)
from pluglot.messages.tariff_cost import (
    ChangeTransactionTariffRequest, ChangeTransactionTariffResponse, ChargingPeriod, ClearTariffsRequest,
    ClearTariffsResponse, ClearTariffsResult, CostDetails, CostDimension, CostDimensionEnum, CostUpdatedRequest,
    CostUpdatedResponse, DayOfWeek, EvseKind, GetTariffsRequest, GetTariffsResponse, Price, SetDefaultTariffRequest,
    SetDefaultTariffResponse, Tariff, TariffAssignment, TariffChangeStatus, TariffClearStatus, TariffConditions,
    TariffConditionsFixed, TariffCost, TariffEnergy, TariffEnergyPrice, TariffFixed, TariffFixedPrice,
    TariffGetStatus, TariffKind, TariffSetStatus, TariffTime, TariffTimePrice, TaxRate, TotalCost, TotalPrice,
    TotalUsage,
)
from pluglot.messages.transactions import (
    ChargingState, GetTransactionStatusRequest, GetTransactionStatusResponse, PreconditioningStatus, Reason,
    Transaction, TransactionEvent, TransactionEventRequest, TransactionEventResponse, TransactionLimit, TriggerReason,
)
from pluglot.messages.types import (
    Component, ComponentVariable, EVSE, EnergyTransferMode, GenericDeviceModelStatus, GenericStatus, MessageContent,
    MessageFormat, OperationMode, StatusInfo, Variable,
)

__all__ = [
    "ACTIONS", "APN", "EVSE", "VPN", "ACChargingParameters", "AFRRSignalRequest", "AFRRSignalResponse",
    "APNAuthentication", "AbsolutePriceSchedule", "Action", "AdditionalInfo", "AdditionalSelectedServices", "Address",
    "AdjustPeriodicEventStreamRequest", "AdjustPeriodicEventStreamResponse", "AttributeType", "AuthorizationData",
    "AuthorizationStatus", "AuthorizeCertificateStatus", "AuthorizeRequest", "AuthorizeResponse", "BatteryData",
    "BatterySwapEvent", "BatterySwapRequest", "BatterySwapResponse", "BootNotificationRequest",
    "BootNotificationResponse", "BootReason", "CancelReservationRequest", "CancelReservationResponse",
    "CancelReservationStatus", "CertificateAction", "CertificateHashData", "CertificateHashDataChain",
    "CertificateSignedRequest", "CertificateSignedResponse", "CertificateSignedStatus", "CertificateSigningUse",
    "CertificateStatus", "CertificateStatusEnum", "CertificateStatusRequestInfo", "CertificateStatusSource",
    "ChangeAvailabilityRequest", "ChangeAvailabilityResponse", "ChangeAvailabilityStatus",
    "ChangeTransactionTariffRequest", "ChangeTransactionTariffResponse", "ChargingLimit", "ChargingNeeds",
    "ChargingPeriod", "ChargingProfile", "ChargingProfileCriterion", "ChargingProfileKind", "ChargingProfilePurpose",
    "ChargingProfileStatus", "ChargingRateUnit", "ChargingSchedule", "ChargingSchedulePeriod",
    "ChargingScheduleUpdate", "ChargingState", "ChargingStation", "ClearCacheRequest", "ClearCacheResponse",
    "ClearCacheStatus", "ClearChargingProfile", "ClearChargingProfileRequest", "ClearChargingProfileResponse",
    "ClearChargingProfileStatus", "ClearDERControlRequest", "ClearDERControlResponse", "ClearDisplayMessageRequest",
    "ClearDisplayMessageResponse", "ClearMessageStatus", "ClearMonitoringResult", "ClearMonitoringStatus",
    "ClearTariffsRequest", "ClearTariffsResponse", "ClearTariffsResult", "ClearVariableMonitoringRequest",
    "ClearVariableMonitoringResponse", "ClearedChargingLimitRequest", "ClearedChargingLimitResponse",
    "ClosePeriodicEventStreamRequest", "ClosePeriodicEventStreamResponse", "Component", "ComponentCriterion",
    "ComponentVariable", "CompositeSchedule", "ConnectorId", "ConnectorStatus", "ConstantStreamData",
    "ConsumptionCost", "ControlMode", "Cost", "CostDetails", "CostDimension", "CostDimensionEnum", "CostKind",
    "CostUpdatedRequest", "CostUpdatedResponse", "CustomData", "CustomerInformationRequest",
    "CustomerInformationResponse", "CustomerInformationStatus", "DCChargingParameters", "DERChargingParameters",
    "DERControl", "DERControlStatus", "DERCurve", "DERCurveGet", "DERCurvePoints", "DERUnit", "DataTransferRequest",
    "DataTransferResponse", "DataTransferStatus", "DataType", "DayOfWeek", "DeleteCertificateRequest",
    "DeleteCertificateResponse", "DeleteCertificateStatus", "DisplayMessageStatus", "EVAbsolutePriceSchedule",
    "EVAbsolutePriceScheduleEntry", "EVEnergyOffer", "EVPowerSchedule", "EVPowerScheduleEntry", "EVPriceRule",
    "EnergyTransferMode", "EnterService", "EnterServiceGet", "EventData", "EventNotification", "EventTrigger",
    "EvseId", "EvseKind", "Firmware", "FirmwareStatus", "FirmwareStatusNotificationRequest",
    "FirmwareStatusNotificationResponse", "FixedPF", "FixedPFGet", "FixedVar", "FixedVarGet", "FreqDroop",
    "FreqDroopGet", "GenericDeviceModelStatus", "GenericStatus", "Get15118EVCertificateRequest",
    "Get15118EVCertificateResponse", "GetBaseReportRequest", "GetBaseReportResponse",
    "GetCertificateChainStatusRequest", "GetCertificateChainStatusResponse", "GetCertificateIdUse",
    "GetCertificateStatus", "GetCertificateStatusRequest", "GetCertificateStatusResponse", "GetChargingProfileStatus",
    "GetChargingProfilesRequest", "GetChargingProfilesResponse", "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse", "GetDERControlRequest", "GetDERControlResponse", "GetDisplayMessagesRequest",
    "GetDisplayMessagesResponse", "GetDisplayMessagesStatus", "GetInstalledCertificateIdsRequest",
    "GetInstalledCertificateIdsResponse", "GetInstalledCertificateStatus", "GetLocalListVersionRequest",
    "GetLocalListVersionResponse", "GetLogRequest", "GetLogResponse", "GetMonitoringReportRequest",
    "GetMonitoringReportResponse", "GetPeriodicEventStreamRequest", "GetPeriodicEventStreamResponse",
    "GetReportRequest", "GetReportResponse", "GetTariffsRequest", "GetTariffsResponse", "GetTransactionStatusRequest",
    "GetTransactionStatusResponse", "GetVariableData", "GetVariableResult", "GetVariableStatus",
    "GetVariablesRequest", "GetVariablesResponse", "Gradient", "GradientGet", "GridEventFault", "HashAlgorithm",
    "HeartbeatRequest", "HeartbeatResponse", "Hysteresis", "IdToken", "IdTokenInfo", "InstallCertificateRequest",
    "InstallCertificateResponse", "InstallCertificateStatus", "InstallCertificateUse", "IslandingDetection",
    "Iso15118EVCertificateStatus", "LimitAtSoC", "LimitMaxDischarge", "LimitMaxDischargeGet", "Location",
    "LogParameters", "LogStatus", "LogStatusNotificationRequest", "LogStatusNotificationResponse", "LogType",
    "Measurand", "MessageContent", "MessageFormat", "MessageInfo", "MessagePriority", "MessageState",
    "MessageTrigger", "MeterValue", "MeterValuesRequest", "MeterValuesResponse", "MobilityNeedsMode", "Modem",
    "MonitorType", "MonitoringBase", "MonitoringCriterion", "MonitoringData", "Mutability",
    "NetworkConnectionProfile", "NonNegative", "NotifyAllowedEnergyTransferRequest",
    "NotifyAllowedEnergyTransferResponse", "NotifyAllowedEnergyTransferStatus", "NotifyChargingLimitRequest",
    "NotifyChargingLimitResponse", "NotifyCustomerInformationRequest", "NotifyCustomerInformationResponse",
    "NotifyDERAlarmRequest", "NotifyDERAlarmResponse", "NotifyDERStartStopRequest", "NotifyDERStartStopResponse",
    "NotifyDisplayMessagesRequest", "NotifyDisplayMessagesResponse", "NotifyEVChargingNeedsRequest",
    "NotifyEVChargingNeedsResponse", "NotifyEVChargingNeedsStatus", "NotifyEVChargingScheduleRequest",
    "NotifyEVChargingScheduleResponse", "NotifyEventRequest", "NotifyEventResponse", "NotifyMonitoringReportRequest",
    "NotifyMonitoringReportResponse", "NotifyPeriodicEventStreamRequest", "NotifyPriorityChargingRequest",
    "NotifyPriorityChargingResponse", "NotifyReportRequest", "NotifyReportResponse", "NotifySettlementRequest",
    "NotifySettlementResponse", "NotifyWebPaymentStartedRequest", "NotifyWebPaymentStartedResponse", "OCPPInterface",
    "OCPPTransport", "OCPPVersion", "OCSPRequestData", "OneOrMore", "OpenPeriodicEventStreamRequest",
    "OpenPeriodicEventStreamResponse", "OperationMode", "OperationalStatus", "OverstayRule", "OverstayRuleList",
    "PaymentStatus", "Percentage", "PeriodicEventStreamParams", "Phase", "PowerDuringCessation",
    "PreconditioningStatus", "Price", "PriceLevelSchedule", "PriceLevelScheduleEntry", "PriceRule", "PriceRuleStack",
    "PriorityChargingStatus", "PublishFirmwareRequest", "PublishFirmwareResponse", "PublishFirmwareStatus",
    "PublishFirmwareStatusNotificationRequest", "PublishFirmwareStatusNotificationResponse",
    "PullDynamicScheduleUpdateRequest", "PullDynamicScheduleUpdateResponse", "RationalNumber", "ReactivePowerParams",
    "ReadingContext", "Reason", "RecurrencyKind", "RegistrationStatus", "RelativeTimeInterval", "ReportBase",
    "ReportChargingProfilesRequest", "ReportChargingProfilesResponse", "ReportDERControlRequest",
    "ReportDERControlResponse", "ReportData", "Request", "RequestBatterySwapRequest", "RequestBatterySwapResponse",
    "RequestId", "RequestStartStopStatus", "RequestStartTransactionRequest", "RequestStartTransactionResponse",
    "RequestStopTransactionRequest", "RequestStopTransactionResponse", "ReservationId",
    "ReservationStatusUpdateRequest", "ReservationStatusUpdateResponse", "ReservationUpdateStatus",
    "ReserveNowRequest", "ReserveNowResponse", "ReserveNowStatus", "ResetRequest", "ResetResponse", "ResetStatus",
    "ResetType", "Response", "SalesTariff", "SalesTariffEntry", "SampledValue", "SecurityEventNotificationRequest",
    "SecurityEventNotificationResponse", "SendLocalListRequest", "SendLocalListResponse", "SendLocalListStatus",
    "Sender", "SequenceNumber", "SetChargingProfileRequest", "SetChargingProfileResponse", "SetDERControlRequest",
    "SetDERControlResponse", "SetDefaultTariffRequest", "SetDefaultTariffResponse", "SetDisplayMessageRequest",
    "SetDisplayMessageResponse", "SetMonitoringBaseRequest", "SetMonitoringBaseResponse", "SetMonitoringData",
    "SetMonitoringLevelRequest", "SetMonitoringLevelResponse", "SetMonitoringResult", "SetMonitoringStatus",
    "SetNetworkProfileRequest", "SetNetworkProfileResponse", "SetNetworkProfileStatus", "SetVariableData",
    "SetVariableMonitoringRequest", "SetVariableMonitoringResponse", "SetVariableResult", "SetVariableStatus",
    "SetVariablesRequest", "SetVariablesResponse", "SignCertificateRequest", "SignCertificateResponse",
    "SignedMeterValue", "StatusInfo", "StatusNotificationRequest", "StatusNotificationResponse", "StreamDataElement",
    "Tariff", "TariffAssignment", "TariffChangeStatus", "TariffClearStatus", "TariffConditions",
    "TariffConditionsFixed", "TariffCost", "TariffEnergy", "TariffEnergyPrice", "TariffFixed", "TariffFixedPrice",
    "TariffGetStatus", "TariffId", "TariffKind", "TariffSetStatus", "TariffTime", "TariffTimePrice", "TaxRate",
    "TaxRule", "Timestamp", "TotalCost", "TotalPrice", "TotalUsage", "Transaction", "TransactionEvent",
    "TransactionEventRequest", "TransactionEventResponse", "TransactionId", "TransactionLimit",
    "TriggerMessageRequest", "TriggerMessageResponse", "TriggerMessageStatus", "TriggerReason", "UnitOfMeasure",
    "UnlockConnectorRequest", "UnlockConnectorResponse", "UnlockStatus", "UnpublishFirmwareRequest",
    "UnpublishFirmwareResponse", "UnpublishFirmwareStatus", "UpdateDynamicScheduleRequest",
    "UpdateDynamicScheduleResponse", "UpdateFirmwareRequest", "UpdateFirmwareResponse", "UpdateFirmwareStatus",
    "UpdateType", "UploadLogStatus", "UsePriorityChargingRequest", "UsePriorityChargingResponse",
    "V2XChargingParameters", "V2XFreqWattPoint", "V2XSignalWattPoint", "VPNProtocol", "Variable", "VariableAttribute",
    "VariableCharacteristics", "VariableDataType", "VariableMonitoring", "VatNumberValidationRequest",
    "VatNumberValidationResponse", "VoltageParams",
]
