"""What the drafting tool must be told because no schema says it: senders, blocks, homes and names."""

from __future__ import annotations

from typing import Final

BLOCKS: Final = {
    "A": "security",
    "B": "provisioning",
    "C": "authorization",
    "D": "local_list",
    "E": "transactions",
    "F": "remote_control",
    "G": "availability",
    "H": "reservation",
    "I": "tariff_cost",
    "J": "meter_values",
    "K": "smart_charging",
    "L": "firmware",
    "M": "certificates",
    "N": "diagnostics",
    "O": "display",
    "P": "data_transfer",
    "Q": "bidirectional",
    "R": "der_control",
    "S": "battery_swap",
}

# block letter -> who may send -> actions of OCPP 2.1 (2.0.1 uses a subset with the same senders)
ACTIONS_21: Final[dict[str, dict[str, str]]] = {
    "A": {"STATION": "SecurityEventNotification SignCertificate", "CSMS": "CertificateSigned"},
    "B": {
        "STATION": "BootNotification NotifyReport",
        "CSMS": "GetBaseReport GetReport GetVariables Reset SetNetworkProfile SetVariables",
    },
    "C": {"STATION": "Authorize NotifySettlement VatNumberValidation", "CSMS": "ClearCache NotifyWebPaymentStarted"},
    "D": {"CSMS": "GetLocalListVersion SendLocalList"},
    "E": {"STATION": "TransactionEvent", "CSMS": "GetTransactionStatus"},
    "F": {"CSMS": "RequestStartTransaction RequestStopTransaction TriggerMessage UnlockConnector"},
    "G": {"STATION": "Heartbeat StatusNotification", "CSMS": "ChangeAvailability"},
    "H": {"STATION": "ReservationStatusUpdate", "CSMS": "CancelReservation ReserveNow"},
    "I": {"CSMS": "ChangeTransactionTariff ClearTariffs CostUpdated GetTariffs SetDefaultTariff"},
    "J": {"STATION": "MeterValues"},
    "K": {
        "STATION": "ClearedChargingLimit NotifyChargingLimit NotifyEVChargingNeeds NotifyEVChargingSchedule "
        "NotifyPriorityCharging PullDynamicScheduleUpdate ReportChargingProfiles",
        "CSMS": "ClearChargingProfile GetChargingProfiles GetCompositeSchedule SetChargingProfile "
        "UpdateDynamicSchedule UsePriorityCharging",
    },
    "L": {
        "STATION": "FirmwareStatusNotification PublishFirmwareStatusNotification",
        "CSMS": "PublishFirmware UnpublishFirmware UpdateFirmware",
    },
    "M": {
        "STATION": "Get15118EVCertificate GetCertificateChainStatus GetCertificateStatus",
        "CSMS": "DeleteCertificate GetInstalledCertificateIds InstallCertificate",
    },
    "N": {
        "STATION": "ClosePeriodicEventStream LogStatusNotification NotifyCustomerInformation NotifyEvent "
        "NotifyMonitoringReport NotifyPeriodicEventStream OpenPeriodicEventStream",
        "CSMS": "AdjustPeriodicEventStream ClearVariableMonitoring CustomerInformation GetLog GetMonitoringReport "
        "GetPeriodicEventStream SetMonitoringBase SetMonitoringLevel SetVariableMonitoring",
    },
    "O": {"STATION": "NotifyDisplayMessages", "CSMS": "ClearDisplayMessage GetDisplayMessages SetDisplayMessage"},
    "P": {"BOTH": "DataTransfer"},
    "Q": {"CSMS": "AFRRSignal NotifyAllowedEnergyTransfer"},
    "R": {
        "STATION": "NotifyDERAlarm NotifyDERStartStop ReportDERControl",
        "CSMS": "ClearDERControl GetDERControl SetDERControl",
    },
    "S": {"STATION": "BatterySwap", "CSMS": "RequestBatterySwap"},
}

# The six feature profiles of 1.6 and its security extension, laid over the 2.1 blocks of the same subject.
ACTIONS_16: Final[dict[str, dict[str, str]]] = {
    "A": {"STATION": "SecurityEventNotification SignCertificate", "CSMS": "CertificateSigned"},
    "B": {"STATION": "BootNotification", "CSMS": "ChangeConfiguration GetConfiguration Reset"},
    "C": {"STATION": "Authorize", "CSMS": "ClearCache"},
    "D": {"CSMS": "GetLocalListVersion SendLocalList"},
    "E": {"STATION": "StartTransaction StopTransaction"},
    "F": {"CSMS": "ExtendedTriggerMessage RemoteStartTransaction RemoteStopTransaction TriggerMessage UnlockConnector"},
    "G": {"STATION": "Heartbeat StatusNotification", "CSMS": "ChangeAvailability"},
    "H": {"CSMS": "CancelReservation ReserveNow"},
    "J": {"STATION": "MeterValues"},
    "K": {"CSMS": "ClearChargingProfile GetCompositeSchedule SetChargingProfile"},
    "L": {
        "STATION": "FirmwareStatusNotification SignedFirmwareStatusNotification",
        "CSMS": "SignedUpdateFirmware UpdateFirmware",
    },
    "M": {"CSMS": "DeleteCertificate GetInstalledCertificateIds InstallCertificate"},
    "N": {"STATION": "DiagnosticsStatusNotification LogStatusNotification", "CSMS": "GetDiagnostics GetLog"},
    "P": {"BOTH": "DataTransfer"},
}

# 2.0 has three messages of its own; for the rest it is a subset of 2.1 with the same senders.
ACTIONS_20: Final[dict[str, dict[str, str]]] = {
    **ACTIONS_21,
    "K": {
        **ACTIONS_21["K"],
        "CSMS": f"{ACTIONS_21['K']['CSMS']} NotifyCentralChargingNeeds Renegotiate15118Schedule",
    },
    "M": {**ACTIONS_21["M"], "STATION": f"{ACTIONS_21['M']['STATION']} Update15118EVCertificate"},
}

ACTIONS_BY_VERSION: Final = {"v16": ACTIONS_16, "v20": ACTIONS_20, "v201": ACTIONS_21, "v21": ACTIONS_21}

# Version -> newer versions, and the rooms of their types, that it shares types with where both are equal.
SHARED_WITH: Final[dict[str, dict[str, str]]] = {
    "v16": {},
    "v20": {"v21": "pluglot.messages", "v201": "pluglot.dialects.ocpp201.wire"},
    "v201": {"v21": "pluglot.messages"},
    "v21": {},
}

# A block of more than one file: part of the folder -> the actions it holds.
PARTS: Final[dict[str, dict[str, str]]] = {
    "smart_charging": {
        "profiles": "ClearChargingProfile GetChargingProfiles GetCompositeSchedule ReportChargingProfiles "
        "SetChargingProfile",
        "limits": "ClearedChargingLimit NotifyChargingLimit NotifyPriorityCharging PullDynamicScheduleUpdate "
        "UpdateDynamicSchedule UsePriorityCharging",
        "needs": "NotifyCentralChargingNeeds NotifyEVChargingNeeds NotifyEVChargingSchedule Renegotiate15118Schedule",
    },
}

# Types that several blocks (or parts) use although their subject is one block's own.
HOMES: Final[dict[str, str]] = {
    "authorization": "AdditionalInfo AuthorizationStatus GroupIdToken IdToken IdTokenInfo IdTokenType",
    "certificates": "CertificateHashData HashAlgorithm OCSPRequestData",
    "der_control": "DERControl",
    "meter_values": "Location Measurand MeterValue Phase ReadingContext SampledValue SignedMeterValue UnitOfMeasure",
    "smart_charging.prices": "AbsolutePriceSchedule AdditionalSelectedServices ConsumptionCost Cost CostKind "
    "EVAbsolutePriceSchedule EVAbsolutePriceScheduleEntry EVPriceRule OverstayRule OverstayRuleList "
    "PriceLevelSchedule PriceLevelScheduleEntry PriceRule PriceRuleStack RationalNumber RelativeTimeInterval "
    "SalesTariff SalesTariffEntry TaxRule",
    "smart_charging.profiles": (
        "CalculatedChargingSchedule ChargingLimit ChargingProfile ChargingProfileKind ChargingProfilePurpose "
        "ChargingRateUnit ChargingSchedule ChargingSchedulePeriod LimitAtSoC RecurrencyKind V2XFreqWattPoint "
        "V2XSignalWattPoint ChargingProfileStatus"
    ),
    "tariff_cost": "ChargingPeriod CostDetails CostDimension CostDimensionEnum TariffCost TotalCost TotalPrice "
    "TotalUsage DayOfWeek EvseKind Price Tariff TariffConditions TariffConditionsFixed TariffEnergy "
    "TariffEnergyPrice TariffFixed TariffFixedPrice TariffTime TariffTimePrice TaxRate",
}

HOMES_16: Final[dict[str, str]] = {
    "authorization": "AuthorizationStatus IdTagInfo",
    "certificates": "CertificateHashData CertificateUse HashAlgorithm",
    "meter_values": "Location Measurand MeterValue Phase ReadingContext SampledValue UnitOfMeasure ValueFormat",
    "remote_control": "TriggerMessageStatus",
    "smart_charging": "ChargingProfile ChargingProfileKind ChargingProfilePurpose ChargingRateUnit ChargingSchedule "
    "ChargingSchedulePeriod RecurrencyKind",
}

# The schema of StopTransaction forgets the unit Hertz that MeterValues has; one type serves both.
KNOWN_DIFFERENCES: Final = {"v16": {"UnitOfMeasure", "MeterValue"}}

# Every message has a class attribute ``action``; the one message with a field of that name must step aside.
# And no Python name begins with a digit.
FIELD_NAMES: Final[dict[str, str]] = {
    "15118CertificateHashData": "iso15118_certificate_hash_data",
    "15118SchemaVersion": "iso15118_schema_version",
    "action": "certificate_action",
}

# Enums whose bare name would collide with a data type or say too little.
NAMES: Final[dict[str, str]] = {
    "15118EVCertificateStatusEnumType": "Iso15118EVCertificateStatus",
    "AttributeEnumType": "AttributeType",
    "CertificateStatusEnumType": "CertificateStatusEnum",
    "CostDimensionEnumType": "CostDimensionEnum",
    "DataEnumType": "VariableDataType",
    "IdTokenEnumType": "IdTokenType",
    "LogEnumType": "LogType",
    "MonitorEnumType": "MonitorType",
    "ResetEnumType": "ResetType",
    "UpdateEnumType": "UpdateType",
    "VPNEnumType": "VPNProtocol",
}

# Enum values whose members would read badly by rule.
MEMBERS: Final[dict[str, str]] = {
    "IKEv2": "IKEV2",
    "IPSec": "IPSEC",
    "IdleTIme": "IDLE_TIME",
    "L2TP": "L2TP",
    "Other1PhMax16A": "OTHER_1_PH_MAX_16_A",
    "Other1PhOver16A": "OTHER_1_PH_OVER_16_A",
    "Other3Ph": "OTHER_3_PH",
    "eMAID": "EMAID",
    "kVA": "KVA",
    "kW": "KW",
    "kWh": "KWH",
    "s309-1P-16A": "S309_1P_16A",
    "s309-1P-32A": "S309_1P_32A",
    "s309-3P-16A": "S309_3P_16A",
    "s309-3P-32A": "S309_3P_32A",
}

# Enum values that a tool takes for something else -> what to say about it.
REMARKS: Final[dict[str, str]] = {"MasterPass": "  # noqa: S105 - a card that stops every transaction"}

# (wire name, kind, maxLength or minimum) -> alias; ids have names of their own.
ALIASES: Final[dict[tuple[str, str, int | None], str]] = {
    ("evseId", "integer", 0): "EvseId",
    ("connectorId", "integer", 0): "ConnectorId",
    ("transactionId", "string", 36): "TransactionId",
    ("reservationId", "integer", 0): "ReservationId",
    ("requestId", "integer", None): "RequestId",
    ("seqNo", "integer", 0): "SequenceNumber",
    ("tariffId", "string", 60): "TariffId",
}

# 1.6 has few named definitions: where a nested object or enum stands -> its name in the 1.6 document.
NAMES_16: Final[dict[str, str]] = {
    "IdTagInfo.status": "AuthorizationStatus",
    "BootNotificationResponse.status": "RegistrationStatus",
    "CancelReservationResponse.status": "CancelReservationStatus",
    "ChangeAvailabilityRequest.type": "AvailabilityType",
    "ChangeAvailabilityResponse.status": "AvailabilityStatus",
    "ChangeConfigurationResponse.status": "ConfigurationStatus",
    "ClearCacheResponse.status": "ClearCacheStatus",
    "ClearChargingProfileRequest.chargingProfilePurpose": "ChargingProfilePurpose",
    "ClearChargingProfileResponse.status": "ClearChargingProfileStatus",
    "DataTransferResponse.status": "DataTransferStatus",
    "DiagnosticsStatusNotificationRequest.status": "DiagnosticsStatus",
    "FirmwareStatusNotificationRequest.status": "FirmwareStatus",
    "GetCompositeScheduleRequest.chargingRateUnit": "ChargingRateUnit",
    "GetCompositeScheduleResponse.status": "GetCompositeScheduleStatus",
    "GetCompositeScheduleResponse.chargingSchedule": "ChargingSchedule",
    "ChargingSchedule.chargingRateUnit": "ChargingRateUnit",
    "ChargingSchedule.chargingSchedulePeriod": "ChargingSchedulePeriod",
    "GetConfigurationResponse.configurationKey": "KeyValue",
    "MeterValuesRequest.meterValue": "MeterValue",
    "MeterValue.sampledValue": "SampledValue",
    "SampledValue.context": "ReadingContext",
    "SampledValue.format": "ValueFormat",
    "SampledValue.measurand": "Measurand",
    "SampledValue.phase": "Phase",
    "SampledValue.location": "Location",
    "SampledValue.unit": "UnitOfMeasure",
    "RemoteStartTransactionRequest.chargingProfile": "ChargingProfile",
    "ChargingProfile.chargingProfilePurpose": "ChargingProfilePurpose",
    "ChargingProfile.chargingProfileKind": "ChargingProfileKind",
    "ChargingProfile.recurrencyKind": "RecurrencyKind",
    "ChargingProfile.chargingSchedule": "ChargingSchedule",
    "RemoteStartTransactionResponse.status": "RemoteStartStopStatus",
    "RemoteStopTransactionResponse.status": "RemoteStartStopStatus",
    "ReserveNowResponse.status": "ReservationStatus",
    "ResetRequest.type": "ResetType",
    "ResetResponse.status": "ResetStatus",
    "SendLocalListRequest.localAuthorizationList": "AuthorizationData",
    "SendLocalListRequest.updateType": "UpdateType",
    "SendLocalListResponse.status": "UpdateStatus",
    "AuthorizationData.idTagInfo": "IdTagInfo",
    "AuthorizeResponse.idTagInfo": "IdTagInfo",
    "StartTransactionResponse.idTagInfo": "IdTagInfo",
    "StopTransactionResponse.idTagInfo": "IdTagInfo",
    "SetChargingProfileRequest.csChargingProfiles": "ChargingProfile",
    "SetChargingProfileResponse.status": "ChargingProfileStatus",
    "StatusNotificationRequest.errorCode": "ChargePointErrorCode",
    "StatusNotificationRequest.status": "ChargePointStatus",
    "StopTransactionRequest.reason": "Reason",
    "StopTransactionRequest.transactionData": "MeterValue",
    "TriggerMessageRequest.requestedMessage": "MessageTrigger",
    "TriggerMessageResponse.status": "TriggerMessageStatus",
    "UnlockConnectorResponse.status": "UnlockStatus",
    # the security extension names its definitions; these two clash with the core's
    "ExtendedTriggerMessageRequest.requestedMessage": "ExtendedMessageTrigger",
    "ExtendedTriggerMessageResponse.status": "TriggerMessageStatus",
    "SignedFirmwareStatusNotificationRequest.status": "SignedFirmwareStatus",
    "GetLogRequest.logType": "LogType",
}

# 2.0 leaves the enums of its messages without a name: where one stands -> what the next version calls it.
NAMES_20: Final[dict[str, str]] = {
    "BootNotificationResponse.status": "RegistrationStatus",
    "CancelReservationResponse.status": "CancelReservationStatus",
    "CertificateSignedRequest.typeOfCertificate": "CertificateSigningUse",
    "CertificateSignedResponse.status": "CertificateSignedStatus",
    "ChangeAvailabilityRequest.operationalStatus": "OperationalStatus",
    "ChangeAvailabilityResponse.status": "ChangeAvailabilityStatus",
    "ClearCacheResponse.status": "ClearCacheStatus",
    "ClearChargingProfileResponse.status": "ClearChargingProfileStatus",
    "ClearDisplayMessageResponse.status": "ClearMessageStatus",
    "ClearedChargingLimitRequest.chargingLimitSource": "ChargingLimitSource",
    "CustomerInformationResponse.status": "CustomerInformationStatus",
    "DataTransferResponse.status": "DataTransferStatus",
    "DeleteCertificateResponse.status": "DeleteCertificateStatus",
    "FirmwareStatusNotificationRequest.status": "FirmwareStatus",
    "GetBaseReportRequest.reportBase": "ReportBase",
    "GetBaseReportResponse.status": "GenericDeviceModelStatus",
    "GetCertificateStatusResponse.status": "GetCertificateStatus",
    "GetChargingProfilesResponse.status": "GetChargingProfileStatus",
    "GetCompositeScheduleRequest.chargingRateUnit": "ChargingRateUnit",
    "GetDisplayMessagesRequest.priority": "MessagePriority",
    "GetDisplayMessagesRequest.state": "MessageState",
    "GetDisplayMessagesResponse.status": "GetDisplayMessagesStatus",
    "GetInstalledCertificateIdsRequest.typeOfCertificate": "GetCertificateIdUse",
    "GetLogResponse.status": "LogStatus",
    "GetMonitoringReportResponse.status": "GenericDeviceModelStatus",
    "GetReportResponse.status": "GenericDeviceModelStatus",
    "InstallCertificateRequest.certificateType": "InstallCertificateUse",
    "InstallCertificateResponse.status": "InstallCertificateStatus",
    "LogStatusNotificationRequest.status": "UploadLogStatus",
    "NotifyCentralChargingNeedsResponse.status": "NotifyCentralChargingNeedsStatus",
    "NotifyEVChargingNeedsResponse.status": "NotifyEVChargingNeedsStatus",
    "NotifyEVChargingScheduleResponse.status": "GenericStatus",
    "PublishFirmwareResponse.status": "GenericStatus",
    "PublishFirmwareStatusNotificationRequest.status": "PublishFirmwareStatus",
    "Renegotiate15118ScheduleResponse.status": "Renegotiate15118ScheduleStatus",
    "RequestStartTransactionResponse.status": "RequestStartStopStatus",
    "RequestStopTransactionResponse.status": "RequestStartStopStatus",
    "ReservationStatusUpdateRequest.reservationUpdateStatus": "ReservationUpdateStatus",
    "ReserveNowResponse.status": "ReserveNowStatus",
    "ResetRequest.type": "ResetType",
    "ResetResponse.status": "ResetStatus",
    "SecurityEventNotificationRequest.type": "SecurityEvent",
    "SendLocalListResponse.status": "SendLocalListStatus",
    "SetChargingProfileResponse.status": "ChargingProfileStatus",
    "SetDisplayMessageResponse.status": "DisplayMessageStatus",
    "SetMonitoringBaseRequest.monitoringBase": "MonitoringBase",
    "SetMonitoringBaseResponse.status": "GenericDeviceModelStatus",
    "SetMonitoringLevelResponse.status": "GenericStatus",
    "SetNetworkProfileResponse.status": "SetNetworkProfileStatus",
    "SignCertificateRequest.typeOfCertificate": "CertificateSigningUse",
    "SignCertificateResponse.status": "GenericStatus",
    "StatusNotificationRequest.connectorStatus": "ConnectorStatus",
    "TriggerMessageResponse.status": "TriggerMessageStatus",
    "UnlockConnectorResponse.status": "UnlockStatus",
    "UnpublishFirmwareResponse.status": "UnpublishFirmwareStatus",
    "Update15118EVCertificateResponse.status": "Iso15118EVCertificateStatus",
    "UpdateFirmwareResponse.status": "UpdateFirmwareStatus",
}

# One name, two shapes: a schedule that a station or vehicle worked out need not have periods.
PLACES_20: Final[dict[str, str]] = {
    "CompositeSchedule.chargingSchedule": "CalculatedChargingSchedule",
    "NotifyEVChargingScheduleRequest.chargingSchedule": "CalculatedChargingSchedule",
}

PLACES: Final[dict[str, dict[str, str]]] = {"v16": NAMES_16, "v20": PLACES_20, "v201": {}, "v21": {}}
INLINE_NAMES: Final = {"v16": NAMES_16, "v20": NAMES_20}
