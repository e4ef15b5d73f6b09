"""One table: every action of OCPP 2.0, its messages, who may send it and its block."""

from __future__ import annotations

from typing import Final

from pluglot.dialects.ocpp20.wire.authorization import (
    AuthorizeRequest,
    AuthorizeResponse,
    ClearCacheRequest,
    ClearCacheResponse,
)
from pluglot.dialects.ocpp20.wire.availability import (
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    HeartbeatRequest,
    HeartbeatResponse,
    StatusNotificationRequest,
    StatusNotificationResponse,
)
from pluglot.dialects.ocpp20.wire.certificates import (
    DeleteCertificateRequest,
    DeleteCertificateResponse,
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
    GetCertificateStatusRequest,
    GetCertificateStatusResponse,
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
    InstallCertificateRequest,
    InstallCertificateResponse,
    Update15118EVCertificateRequest,
    Update15118EVCertificateResponse,
)
from pluglot.dialects.ocpp20.wire.data_transfer import DataTransferRequest, DataTransferResponse
from pluglot.dialects.ocpp20.wire.diagnostics import (
    ClearVariableMonitoringRequest,
    ClearVariableMonitoringResponse,
    CustomerInformationRequest,
    CustomerInformationResponse,
    GetLogRequest,
    GetLogResponse,
    GetMonitoringReportRequest,
    GetMonitoringReportResponse,
    LogStatusNotificationRequest,
    LogStatusNotificationResponse,
    NotifyCustomerInformationRequest,
    NotifyCustomerInformationResponse,
    NotifyEventRequest,
    NotifyEventResponse,
    NotifyMonitoringReportRequest,
    NotifyMonitoringReportResponse,
    SetMonitoringBaseRequest,
    SetMonitoringBaseResponse,
    SetMonitoringLevelRequest,
    SetMonitoringLevelResponse,
    SetVariableMonitoringRequest,
    SetVariableMonitoringResponse,
)
from pluglot.dialects.ocpp20.wire.display import (
    ClearDisplayMessageRequest,
    ClearDisplayMessageResponse,
    GetDisplayMessagesRequest,
    GetDisplayMessagesResponse,
    NotifyDisplayMessagesRequest,
    NotifyDisplayMessagesResponse,
    SetDisplayMessageRequest,
    SetDisplayMessageResponse,
)
from pluglot.dialects.ocpp20.wire.firmware import (
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
    PublishFirmwareRequest,
    PublishFirmwareResponse,
    PublishFirmwareStatusNotificationRequest,
    PublishFirmwareStatusNotificationResponse,
    UnpublishFirmwareRequest,
    UnpublishFirmwareResponse,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
)
from pluglot.dialects.ocpp20.wire.local_list import (
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    SendLocalListRequest,
    SendLocalListResponse,
)
from pluglot.dialects.ocpp20.wire.meter_values import MeterValuesRequest, MeterValuesResponse
from pluglot.dialects.ocpp20.wire.provisioning import (
    BootNotificationRequest,
    BootNotificationResponse,
    GetBaseReportRequest,
    GetBaseReportResponse,
    GetReportRequest,
    GetReportResponse,
    GetVariablesRequest,
    GetVariablesResponse,
    NotifyReportRequest,
    NotifyReportResponse,
    ResetRequest,
    ResetResponse,
    SetNetworkProfileRequest,
    SetNetworkProfileResponse,
    SetVariablesRequest,
    SetVariablesResponse,
)
from pluglot.dialects.ocpp20.wire.remote_control import (
    RequestStartTransactionRequest,
    RequestStartTransactionResponse,
    RequestStopTransactionRequest,
    RequestStopTransactionResponse,
    TriggerMessageRequest,
    TriggerMessageResponse,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
)
from pluglot.dialects.ocpp20.wire.reservation import (
    CancelReservationRequest,
    CancelReservationResponse,
    ReservationStatusUpdateRequest,
    ReservationStatusUpdateResponse,
    ReserveNowRequest,
    ReserveNowResponse,
)
from pluglot.dialects.ocpp20.wire.security import (
    CertificateSignedRequest,
    CertificateSignedResponse,
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
    SignCertificateRequest,
    SignCertificateResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.limits import (
    ClearedChargingLimitRequest,
    ClearedChargingLimitResponse,
    NotifyChargingLimitRequest,
    NotifyChargingLimitResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.needs import (
    NotifyCentralChargingNeedsRequest,
    NotifyCentralChargingNeedsResponse,
    NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse,
    NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse,
    Renegotiate15118ScheduleRequest,
    Renegotiate15118ScheduleResponse,
)
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import (
    ClearChargingProfileRequest,
    ClearChargingProfileResponse,
    GetChargingProfilesRequest,
    GetChargingProfilesResponse,
    GetCompositeScheduleRequest,
    GetCompositeScheduleResponse,
    ReportChargingProfilesRequest,
    ReportChargingProfilesResponse,
    SetChargingProfileRequest,
    SetChargingProfileResponse,
)
from pluglot.dialects.ocpp20.wire.tariff_cost import CostUpdatedRequest, CostUpdatedResponse
from pluglot.dialects.ocpp20.wire.transactions import (
    GetTransactionStatusRequest,
    GetTransactionStatusResponse,
    TransactionEventRequest,
    TransactionEventResponse,
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
    Action("GetBaseReport", GetBaseReportRequest, GetBaseReportResponse, Sender.CSMS, "B"),
    Action("GetReport", GetReportRequest, GetReportResponse, Sender.CSMS, "B"),
    Action("GetVariables", GetVariablesRequest, GetVariablesResponse, Sender.CSMS, "B"),
    Action("NotifyReport", NotifyReportRequest, NotifyReportResponse, Sender.STATION, "B"),
    Action("Reset", ResetRequest, ResetResponse, Sender.CSMS, "B"),
    Action("SetNetworkProfile", SetNetworkProfileRequest, SetNetworkProfileResponse, Sender.CSMS, "B"),
    Action("SetVariables", SetVariablesRequest, SetVariablesResponse, Sender.CSMS, "B"),
    # Block C, authorization
    Action("Authorize", AuthorizeRequest, AuthorizeResponse, Sender.STATION, "C"),
    Action("ClearCache", ClearCacheRequest, ClearCacheResponse, Sender.CSMS, "C"),
    # Block D, local list
    Action("GetLocalListVersion", GetLocalListVersionRequest, GetLocalListVersionResponse, Sender.CSMS, "D"),
    Action("SendLocalList", SendLocalListRequest, SendLocalListResponse, Sender.CSMS, "D"),
    # Block E, transactions
    Action("GetTransactionStatus", GetTransactionStatusRequest, GetTransactionStatusResponse, Sender.CSMS, "E"),
    Action("TransactionEvent", TransactionEventRequest, TransactionEventResponse, Sender.STATION, "E"),
    # Block F, remote control
    Action(
        "RequestStartTransaction", RequestStartTransactionRequest, RequestStartTransactionResponse, Sender.CSMS, "F"
    ),
    Action("RequestStopTransaction", RequestStopTransactionRequest, RequestStopTransactionResponse, Sender.CSMS, "F"),
    Action("TriggerMessage", TriggerMessageRequest, TriggerMessageResponse, Sender.CSMS, "F"),
    Action("UnlockConnector", UnlockConnectorRequest, UnlockConnectorResponse, Sender.CSMS, "F"),
    # Block G, availability
    Action("ChangeAvailability", ChangeAvailabilityRequest, ChangeAvailabilityResponse, Sender.CSMS, "G"),
    Action("Heartbeat", HeartbeatRequest, HeartbeatResponse, Sender.STATION, "G"),
    Action("StatusNotification", StatusNotificationRequest, StatusNotificationResponse, Sender.STATION, "G"),
    # Block H, reservation
    Action("CancelReservation", CancelReservationRequest, CancelReservationResponse, Sender.CSMS, "H"),
    Action(
        "ReservationStatusUpdate", ReservationStatusUpdateRequest, ReservationStatusUpdateResponse, Sender.STATION, "H"
    ),
    Action("ReserveNow", ReserveNowRequest, ReserveNowResponse, Sender.CSMS, "H"),
    # Block I, tariff cost
    Action("CostUpdated", CostUpdatedRequest, CostUpdatedResponse, Sender.CSMS, "I"),
    # Block J, meter values
    Action("MeterValues", MeterValuesRequest, MeterValuesResponse, Sender.STATION, "J"),
    # Block K, smart charging
    Action("ClearChargingProfile", ClearChargingProfileRequest, ClearChargingProfileResponse, Sender.CSMS, "K"),
    Action("ClearedChargingLimit", ClearedChargingLimitRequest, ClearedChargingLimitResponse, Sender.STATION, "K"),
    Action("GetChargingProfiles", GetChargingProfilesRequest, GetChargingProfilesResponse, Sender.CSMS, "K"),
    Action("GetCompositeSchedule", GetCompositeScheduleRequest, GetCompositeScheduleResponse, Sender.CSMS, "K"),
    Action(
        "NotifyCentralChargingNeeds",
        NotifyCentralChargingNeedsRequest,
        NotifyCentralChargingNeedsResponse,
        Sender.CSMS,
        "K",
    ),
    Action("NotifyChargingLimit", NotifyChargingLimitRequest, NotifyChargingLimitResponse, Sender.STATION, "K"),
    Action("NotifyEVChargingNeeds", NotifyEVChargingNeedsRequest, NotifyEVChargingNeedsResponse, Sender.STATION, "K"),
    Action(
        "NotifyEVChargingSchedule",
        NotifyEVChargingScheduleRequest,
        NotifyEVChargingScheduleResponse,
        Sender.STATION,
        "K",
    ),
    Action(
        "Renegotiate15118Schedule", Renegotiate15118ScheduleRequest, Renegotiate15118ScheduleResponse, Sender.CSMS, "K"
    ),
    Action(
        "ReportChargingProfiles", ReportChargingProfilesRequest, ReportChargingProfilesResponse, Sender.STATION, "K"
    ),
    Action("SetChargingProfile", SetChargingProfileRequest, SetChargingProfileResponse, Sender.CSMS, "K"),
    # Block L, firmware
    Action(
        "FirmwareStatusNotification",
        FirmwareStatusNotificationRequest,
        FirmwareStatusNotificationResponse,
        Sender.STATION,
        "L",
    ),
    Action("PublishFirmware", PublishFirmwareRequest, PublishFirmwareResponse, Sender.CSMS, "L"),
    Action(
        "PublishFirmwareStatusNotification",
        PublishFirmwareStatusNotificationRequest,
        PublishFirmwareStatusNotificationResponse,
        Sender.STATION,
        "L",
    ),
    Action("UnpublishFirmware", UnpublishFirmwareRequest, UnpublishFirmwareResponse, Sender.CSMS, "L"),
    Action("UpdateFirmware", UpdateFirmwareRequest, UpdateFirmwareResponse, Sender.CSMS, "L"),
    # Block M, certificates
    Action("DeleteCertificate", DeleteCertificateRequest, DeleteCertificateResponse, Sender.CSMS, "M"),
    Action("Get15118EVCertificate", Get15118EVCertificateRequest, Get15118EVCertificateResponse, Sender.STATION, "M"),
    Action("GetCertificateStatus", GetCertificateStatusRequest, GetCertificateStatusResponse, Sender.STATION, "M"),
    Action(
        "GetInstalledCertificateIds",
        GetInstalledCertificateIdsRequest,
        GetInstalledCertificateIdsResponse,
        Sender.CSMS,
        "M",
    ),
    Action("InstallCertificate", InstallCertificateRequest, InstallCertificateResponse, Sender.CSMS, "M"),
    Action(
        "Update15118EVCertificate",
        Update15118EVCertificateRequest,
        Update15118EVCertificateResponse,
        Sender.STATION,
        "M",
    ),
    # Block N, diagnostics
    Action(
        "ClearVariableMonitoring", ClearVariableMonitoringRequest, ClearVariableMonitoringResponse, Sender.CSMS, "N"
    ),
    Action("CustomerInformation", CustomerInformationRequest, CustomerInformationResponse, Sender.CSMS, "N"),
    Action("GetLog", GetLogRequest, GetLogResponse, Sender.CSMS, "N"),
    Action("GetMonitoringReport", GetMonitoringReportRequest, GetMonitoringReportResponse, Sender.CSMS, "N"),
    Action("LogStatusNotification", LogStatusNotificationRequest, LogStatusNotificationResponse, Sender.STATION, "N"),
    Action(
        "NotifyCustomerInformation",
        NotifyCustomerInformationRequest,
        NotifyCustomerInformationResponse,
        Sender.STATION,
        "N",
    ),
    Action("NotifyEvent", NotifyEventRequest, NotifyEventResponse, Sender.STATION, "N"),
    Action(
        "NotifyMonitoringReport", NotifyMonitoringReportRequest, NotifyMonitoringReportResponse, Sender.STATION, "N"
    ),
    Action("SetMonitoringBase", SetMonitoringBaseRequest, SetMonitoringBaseResponse, Sender.CSMS, "N"),
    Action("SetMonitoringLevel", SetMonitoringLevelRequest, SetMonitoringLevelResponse, Sender.CSMS, "N"),
    Action("SetVariableMonitoring", SetVariableMonitoringRequest, SetVariableMonitoringResponse, Sender.CSMS, "N"),
    # Block O, display
    Action("ClearDisplayMessage", ClearDisplayMessageRequest, ClearDisplayMessageResponse, Sender.CSMS, "O"),
    Action("GetDisplayMessages", GetDisplayMessagesRequest, GetDisplayMessagesResponse, Sender.CSMS, "O"),
    Action("NotifyDisplayMessages", NotifyDisplayMessagesRequest, NotifyDisplayMessagesResponse, Sender.STATION, "O"),
    Action("SetDisplayMessage", SetDisplayMessageRequest, SetDisplayMessageResponse, Sender.CSMS, "O"),
    # Block P, data transfer
    Action("DataTransfer", DataTransferRequest, DataTransferResponse, Sender.BOTH, "P"),
)
