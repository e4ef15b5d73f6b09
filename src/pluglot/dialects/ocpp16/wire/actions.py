"""One table: every action of OCPP 1.6 and its security extension, under the 2.1 block of the same subject."""

from __future__ import annotations

from typing import Final

from pluglot.dialects.ocpp16.wire.authorization import (
    AuthorizeRequest,
    AuthorizeResponse,
    ClearCacheRequest,
    ClearCacheResponse,
)
from pluglot.dialects.ocpp16.wire.availability import (
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    HeartbeatRequest,
    HeartbeatResponse,
    StatusNotificationRequest,
    StatusNotificationResponse,
)
from pluglot.dialects.ocpp16.wire.certificates import (
    DeleteCertificateRequest,
    DeleteCertificateResponse,
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
    InstallCertificateRequest,
    InstallCertificateResponse,
)
from pluglot.dialects.ocpp16.wire.data_transfer import DataTransferRequest, DataTransferResponse
from pluglot.dialects.ocpp16.wire.diagnostics import (
    DiagnosticsStatusNotificationRequest,
    DiagnosticsStatusNotificationResponse,
    GetDiagnosticsRequest,
    GetDiagnosticsResponse,
    GetLogRequest,
    GetLogResponse,
    LogStatusNotificationRequest,
    LogStatusNotificationResponse,
)
from pluglot.dialects.ocpp16.wire.firmware import (
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
    SignedFirmwareStatusNotificationRequest,
    SignedFirmwareStatusNotificationResponse,
    SignedUpdateFirmwareRequest,
    SignedUpdateFirmwareResponse,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
)
from pluglot.dialects.ocpp16.wire.local_list import (
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    SendLocalListRequest,
    SendLocalListResponse,
)
from pluglot.dialects.ocpp16.wire.meter_values import MeterValuesRequest, MeterValuesResponse
from pluglot.dialects.ocpp16.wire.provisioning import (
    BootNotificationRequest,
    BootNotificationResponse,
    ChangeConfigurationRequest,
    ChangeConfigurationResponse,
    GetConfigurationRequest,
    GetConfigurationResponse,
    ResetRequest,
    ResetResponse,
)
from pluglot.dialects.ocpp16.wire.remote_control import (
    ExtendedTriggerMessageRequest,
    ExtendedTriggerMessageResponse,
    RemoteStartTransactionRequest,
    RemoteStartTransactionResponse,
    RemoteStopTransactionRequest,
    RemoteStopTransactionResponse,
    TriggerMessageRequest,
    TriggerMessageResponse,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
)
from pluglot.dialects.ocpp16.wire.reservation import (
    CancelReservationRequest,
    CancelReservationResponse,
    ReserveNowRequest,
    ReserveNowResponse,
)
from pluglot.dialects.ocpp16.wire.security import (
    CertificateSignedRequest,
    CertificateSignedResponse,
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
    SignCertificateRequest,
    SignCertificateResponse,
)
from pluglot.dialects.ocpp16.wire.smart_charging import (
    ClearChargingProfileRequest,
    ClearChargingProfileResponse,
    GetCompositeScheduleRequest,
    GetCompositeScheduleResponse,
    SetChargingProfileRequest,
    SetChargingProfileResponse,
)
from pluglot.dialects.ocpp16.wire.transactions import (
    StartTransactionRequest,
    StartTransactionResponse,
    StopTransactionRequest,
    StopTransactionResponse,
)
from pluglot.messages.action import Action, Sender, by_name

ACTIONS: Final = by_name(
    # Block A, security
    Action("CertificateSigned", CertificateSignedRequest, CertificateSignedResponse, Sender.CSMS, "A"),
    Action(
        "SecurityEventNotification",
        SecurityEventNotificationRequest,
        SecurityEventNotificationResponse,
        Sender.STATION,
        "A",
    ),
    Action("SignCertificate", SignCertificateRequest, SignCertificateResponse, Sender.STATION, "A"),
    # Block B, provisioning
    Action("BootNotification", BootNotificationRequest, BootNotificationResponse, Sender.STATION, "B"),
    Action("ChangeConfiguration", ChangeConfigurationRequest, ChangeConfigurationResponse, Sender.CSMS, "B"),
    Action("GetConfiguration", GetConfigurationRequest, GetConfigurationResponse, Sender.CSMS, "B"),
    Action("Reset", ResetRequest, ResetResponse, Sender.CSMS, "B"),
    # Block C, authorization
    Action("Authorize", AuthorizeRequest, AuthorizeResponse, Sender.STATION, "C"),
    Action("ClearCache", ClearCacheRequest, ClearCacheResponse, Sender.CSMS, "C"),
    # Block D, local list
    Action("GetLocalListVersion", GetLocalListVersionRequest, GetLocalListVersionResponse, Sender.CSMS, "D"),
    Action("SendLocalList", SendLocalListRequest, SendLocalListResponse, Sender.CSMS, "D"),
    # Block E, transactions
    Action("StartTransaction", StartTransactionRequest, StartTransactionResponse, Sender.STATION, "E"),
    Action("StopTransaction", StopTransactionRequest, StopTransactionResponse, Sender.STATION, "E"),
    # Block F, remote control
    Action("ExtendedTriggerMessage", ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse, Sender.CSMS, "F"),
    Action("RemoteStartTransaction", RemoteStartTransactionRequest, RemoteStartTransactionResponse, Sender.CSMS, "F"),
    Action("RemoteStopTransaction", RemoteStopTransactionRequest, RemoteStopTransactionResponse, Sender.CSMS, "F"),
    Action("TriggerMessage", TriggerMessageRequest, TriggerMessageResponse, Sender.CSMS, "F"),
    Action("UnlockConnector", UnlockConnectorRequest, UnlockConnectorResponse, Sender.CSMS, "F"),
    # Block G, availability
    Action("ChangeAvailability", ChangeAvailabilityRequest, ChangeAvailabilityResponse, Sender.CSMS, "G"),
    Action("Heartbeat", HeartbeatRequest, HeartbeatResponse, Sender.STATION, "G"),
    Action("StatusNotification", StatusNotificationRequest, StatusNotificationResponse, Sender.STATION, "G"),
    # Block H, reservation
    Action("CancelReservation", CancelReservationRequest, CancelReservationResponse, Sender.CSMS, "H"),
    Action("ReserveNow", ReserveNowRequest, ReserveNowResponse, Sender.CSMS, "H"),
    # Block J, meter values
    Action("MeterValues", MeterValuesRequest, MeterValuesResponse, Sender.STATION, "J"),
    # Block K, smart charging
    Action("ClearChargingProfile", ClearChargingProfileRequest, ClearChargingProfileResponse, Sender.CSMS, "K"),
    Action("GetCompositeSchedule", GetCompositeScheduleRequest, GetCompositeScheduleResponse, Sender.CSMS, "K"),
    Action("SetChargingProfile", SetChargingProfileRequest, SetChargingProfileResponse, Sender.CSMS, "K"),
    # Block L, firmware
    Action(
        "FirmwareStatusNotification",
        FirmwareStatusNotificationRequest,
        FirmwareStatusNotificationResponse,
        Sender.STATION,
        "L",
    ),
    Action(
        "SignedFirmwareStatusNotification",
        SignedFirmwareStatusNotificationRequest,
        SignedFirmwareStatusNotificationResponse,
        Sender.STATION,
        "L",
    ),
    Action("SignedUpdateFirmware", SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse, Sender.CSMS, "L"),
    Action("UpdateFirmware", UpdateFirmwareRequest, UpdateFirmwareResponse, Sender.CSMS, "L"),
    # Block M, certificates
    Action("DeleteCertificate", DeleteCertificateRequest, DeleteCertificateResponse, Sender.CSMS, "M"),
    Action(
        "GetInstalledCertificateIds",
        GetInstalledCertificateIdsRequest,
        GetInstalledCertificateIdsResponse,
        Sender.CSMS,
        "M",
    ),
    Action("InstallCertificate", InstallCertificateRequest, InstallCertificateResponse, Sender.CSMS, "M"),
    # Block N, diagnostics
    Action(
        "DiagnosticsStatusNotification",
        DiagnosticsStatusNotificationRequest,
        DiagnosticsStatusNotificationResponse,
        Sender.STATION,
        "N",
    ),
    Action("GetDiagnostics", GetDiagnosticsRequest, GetDiagnosticsResponse, Sender.CSMS, "N"),
    Action("GetLog", GetLogRequest, GetLogResponse, Sender.CSMS, "N"),
    Action("LogStatusNotification", LogStatusNotificationRequest, LogStatusNotificationResponse, Sender.STATION, "N"),
    # Block P, data transfer
    Action("DataTransfer", DataTransferRequest, DataTransferResponse, Sender.BOTH, "P"),
)
