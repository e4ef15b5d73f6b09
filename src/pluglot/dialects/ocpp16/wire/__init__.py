"""The 28 actions of OCPP 1.6 and the 11 of its security extension as typed Structs, by functional block.

Words only: no input or output, no clock; this room may use msgspec and the base of messages only.
"""

# ruff: noqa: I001 - a wall of names reads better filled than one name a line
# fmt: off
from pluglot.dialects.ocpp16.wire.actions import (
    ACTIONS,
)
from pluglot.dialects.ocpp16.wire.authorization import (
    AuthorizationStatus, AuthorizeRequest, AuthorizeResponse, ClearCacheRequest, ClearCacheResponse, ClearCacheStatus,
    IdTagInfo,
)
from pluglot.dialects.ocpp16.wire.availability import (
    AvailabilityStatus, AvailabilityType, ChangeAvailabilityRequest, ChangeAvailabilityResponse, ChargePointErrorCode,
    ChargePointStatus, HeartbeatRequest, HeartbeatResponse, StatusNotificationRequest, StatusNotificationResponse,
)
from pluglot.dialects.ocpp16.wire.certificates import (
    CertificateHashData, CertificateUse, DeleteCertificateRequest, DeleteCertificateResponse, DeleteCertificateStatus,
    GetInstalledCertificateIdsRequest, GetInstalledCertificateIdsResponse, GetInstalledCertificateStatus,
    HashAlgorithm, InstallCertificateRequest, InstallCertificateResponse, InstallCertificateStatus,
)
from pluglot.dialects.ocpp16.wire.data_transfer import (
    DataTransferRequest, DataTransferResponse, DataTransferStatus,
)
from pluglot.dialects.ocpp16.wire.diagnostics import (
    DiagnosticsStatus, DiagnosticsStatusNotificationRequest, DiagnosticsStatusNotificationResponse,
    GetDiagnosticsRequest, GetDiagnosticsResponse, GetLogRequest, GetLogResponse, LogParameters, LogStatus,
    LogStatusNotificationRequest, LogStatusNotificationResponse, LogType, UploadLogStatus,
)
from pluglot.dialects.ocpp16.wire.firmware import (
    Firmware, FirmwareStatus, FirmwareStatusNotificationRequest, FirmwareStatusNotificationResponse,
    SignedFirmwareStatus, SignedFirmwareStatusNotificationRequest, SignedFirmwareStatusNotificationResponse,
    SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse, UpdateFirmwareRequest, UpdateFirmwareResponse,
    UpdateFirmwareStatus,
)
from pluglot.dialects.ocpp16.wire.local_list import (
    AuthorizationData, GetLocalListVersionRequest, GetLocalListVersionResponse, SendLocalListRequest,
    SendLocalListResponse, UpdateStatus, UpdateType,
)
from pluglot.dialects.ocpp16.wire.meter_values import (
    Location, Measurand, MeterValue, MeterValuesRequest, MeterValuesResponse, Phase, ReadingContext, SampledValue,
    TransactionData, UnitOfMeasure, ValueFormat,
)
from pluglot.dialects.ocpp16.wire.provisioning import (
    BootNotificationRequest, BootNotificationResponse, ChangeConfigurationRequest, ChangeConfigurationResponse,
    ConfigurationStatus, GetConfigurationRequest, GetConfigurationResponse, KeyValue, RegistrationStatus,
    ResetRequest, ResetResponse, ResetStatus, ResetType,
)
from pluglot.dialects.ocpp16.wire.remote_control import (
    ExtendedMessageTrigger, ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse, MessageTrigger,
    RemoteStartStopStatus, RemoteStartTransactionRequest, RemoteStartTransactionResponse,
    RemoteStopTransactionRequest, RemoteStopTransactionResponse, TriggerMessageRequest, TriggerMessageResponse,
    TriggerMessageStatus, UnlockConnectorRequest, UnlockConnectorResponse, UnlockStatus,
)
from pluglot.dialects.ocpp16.wire.reservation import (
    CancelReservationRequest, CancelReservationResponse, CancelReservationStatus, ReservationStatus,
    ReserveNowRequest, ReserveNowResponse,
)
from pluglot.dialects.ocpp16.wire.security import (
    CertificateSignedRequest, CertificateSignedResponse, CertificateSignedStatus, GenericStatus,
    SecurityEventNotificationRequest, SecurityEventNotificationResponse, SignCertificateRequest,
    SignCertificateResponse,
)
from pluglot.dialects.ocpp16.wire.smart_charging import (
    ChargingProfile, ChargingProfileKind, ChargingProfilePurpose, ChargingProfileStatus, ChargingRateUnit,
    ChargingSchedule, ChargingSchedulePeriod, ClearChargingProfileRequest, ClearChargingProfileResponse,
    ClearChargingProfileStatus, GetCompositeScheduleRequest, GetCompositeScheduleResponse, GetCompositeScheduleStatus,
    RecurrencyKind, SetChargingProfileRequest, SetChargingProfileResponse,
)
from pluglot.dialects.ocpp16.wire.transactions import (
    Reason, StartTransactionRequest, StartTransactionResponse, StopTransactionRequest, StopTransactionResponse,
)
from pluglot.messages.action import (
    Action, Sender,
)

__all__ = [
    "ACTIONS", "Action", "AuthorizationData", "AuthorizationStatus", "AuthorizeRequest", "AuthorizeResponse",
    "AvailabilityStatus", "AvailabilityType", "BootNotificationRequest", "BootNotificationResponse",
    "CancelReservationRequest", "CancelReservationResponse", "CancelReservationStatus", "CertificateHashData",
    "CertificateSignedRequest", "CertificateSignedResponse", "CertificateSignedStatus", "CertificateUse",
    "ChangeAvailabilityRequest", "ChangeAvailabilityResponse", "ChangeConfigurationRequest",
    "ChangeConfigurationResponse", "ChargePointErrorCode", "ChargePointStatus", "ChargingProfile",
    "ChargingProfileKind", "ChargingProfilePurpose", "ChargingProfileStatus", "ChargingRateUnit", "ChargingSchedule",
    "ChargingSchedulePeriod", "ClearCacheRequest", "ClearCacheResponse", "ClearCacheStatus",
    "ClearChargingProfileRequest", "ClearChargingProfileResponse", "ClearChargingProfileStatus",
    "ConfigurationStatus", "DataTransferRequest", "DataTransferResponse", "DataTransferStatus",
    "DeleteCertificateRequest", "DeleteCertificateResponse", "DeleteCertificateStatus", "DiagnosticsStatus",
    "DiagnosticsStatusNotificationRequest", "DiagnosticsStatusNotificationResponse", "ExtendedMessageTrigger",
    "ExtendedTriggerMessageRequest", "ExtendedTriggerMessageResponse", "Firmware", "FirmwareStatus",
    "FirmwareStatusNotificationRequest", "FirmwareStatusNotificationResponse", "GenericStatus",
    "GetCompositeScheduleRequest", "GetCompositeScheduleResponse", "GetCompositeScheduleStatus",
    "GetConfigurationRequest", "GetConfigurationResponse", "GetDiagnosticsRequest", "GetDiagnosticsResponse",
    "GetInstalledCertificateIdsRequest", "GetInstalledCertificateIdsResponse", "GetInstalledCertificateStatus",
    "GetLocalListVersionRequest", "GetLocalListVersionResponse", "GetLogRequest", "GetLogResponse", "HashAlgorithm",
    "HeartbeatRequest", "HeartbeatResponse", "IdTagInfo", "InstallCertificateRequest", "InstallCertificateResponse",
    "InstallCertificateStatus", "KeyValue", "Location", "LogParameters", "LogStatus", "LogStatusNotificationRequest",
    "LogStatusNotificationResponse", "LogType", "Measurand", "MessageTrigger", "MeterValue", "MeterValuesRequest",
    "MeterValuesResponse", "Phase", "ReadingContext", "Reason", "RecurrencyKind", "RegistrationStatus",
    "RemoteStartStopStatus", "RemoteStartTransactionRequest", "RemoteStartTransactionResponse",
    "RemoteStopTransactionRequest", "RemoteStopTransactionResponse", "ReservationStatus", "ReserveNowRequest",
    "ReserveNowResponse", "ResetRequest", "ResetResponse", "ResetStatus", "ResetType", "SampledValue",
    "SecurityEventNotificationRequest", "SecurityEventNotificationResponse", "SendLocalListRequest",
    "SendLocalListResponse", "Sender", "SetChargingProfileRequest", "SetChargingProfileResponse",
    "SignCertificateRequest", "SignCertificateResponse", "SignedFirmwareStatus",
    "SignedFirmwareStatusNotificationRequest", "SignedFirmwareStatusNotificationResponse",
    "SignedUpdateFirmwareRequest", "SignedUpdateFirmwareResponse", "StartTransactionRequest",
    "StartTransactionResponse", "StatusNotificationRequest", "StatusNotificationResponse", "StopTransactionRequest",
    "StopTransactionResponse", "TransactionData", "TriggerMessageRequest", "TriggerMessageResponse",
    "TriggerMessageStatus", "UnitOfMeasure", "UnlockConnectorRequest", "UnlockConnectorResponse", "UnlockStatus",
    "UpdateFirmwareRequest", "UpdateFirmwareResponse", "UpdateFirmwareStatus", "UpdateStatus", "UpdateType",
    "UploadLogStatus", "ValueFormat",
]
