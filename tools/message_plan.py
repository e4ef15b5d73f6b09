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

# A block of more than one file: part of the folder -> the actions it holds.
PARTS: Final[dict[str, dict[str, str]]] = {
    "smart_charging": {
        "profiles": "ClearChargingProfile GetChargingProfiles GetCompositeSchedule ReportChargingProfiles "
        "SetChargingProfile",
        "limits": "ClearedChargingLimit NotifyChargingLimit NotifyPriorityCharging PullDynamicScheduleUpdate "
        "UpdateDynamicSchedule UsePriorityCharging",
        "needs": "NotifyEVChargingNeeds NotifyEVChargingSchedule",
    },
}

# Types that several blocks (or parts) use although their subject is one block's own.
HOMES: Final[dict[str, str]] = {
    "authorization": "AdditionalInfo AuthorizationStatus IdToken IdTokenInfo IdTokenType",
    "certificates": "CertificateHashData HashAlgorithm OCSPRequestData",
    "der_control": "DERControl",
    "meter_values": "Location Measurand MeterValue Phase ReadingContext SampledValue SignedMeterValue UnitOfMeasure",
    "smart_charging.prices": "AbsolutePriceSchedule AdditionalSelectedServices ConsumptionCost Cost CostKind "
    "EVAbsolutePriceSchedule EVAbsolutePriceScheduleEntry EVPriceRule OverstayRule OverstayRuleList "
    "PriceLevelSchedule PriceLevelScheduleEntry PriceRule PriceRuleStack RationalNumber RelativeTimeInterval "
    "SalesTariff SalesTariffEntry TaxRule",
    "smart_charging.profiles": "ChargingLimit ChargingProfile ChargingProfileKind ChargingProfilePurpose "
    "ChargingRateUnit ChargingSchedule ChargingSchedulePeriod LimitAtSoC RecurrencyKind V2XFreqWattPoint "
    "V2XSignalWattPoint ChargingProfileStatus",
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
FIELD_NAMES: Final[dict[str, str]] = {"action": "certificate_action"}

# Enums whose bare name would collide with a data type or say too little.
NAMES: Final[dict[str, str]] = {
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
