"""Where OCPP 2.0.1 and 2.1 differ in more than new fields (mapping, chapter 11)."""

from __future__ import annotations

from typing import Final

from pluglot.dialects.conversion import Rules
from pluglot.dialects.ocpp201 import wire
from pluglot.messages import EventNotification, OperationMode

#: 2.1 values that 2.0.1 says differently (11.4).
ENUM_FALLBACKS: Final = {
    "TriggerReason": {
        "CostLimitReached": "EnergyLimitReached",
        "SoCLimitReached": "EnergyLimitReached",
        "LimitSet": "ChargingRateChanged",
        "OperationModeChanged": "ChargingRateChanged",
        "RunningCost": "ChargingStateChanged",
        "TariffChanged": "ChargingStateChanged",
        "TxResumed": "ChargingStateChanged",
        "TariffNotAccepted": "Deauthorized",
    },
    "Reason": {"ReqEnergyTransferRejected": "Other"},
    "OCPPVersion": {"OCPP201": "OCPP20", "OCPP21": "OCPP20"},
    "OCPPInterface": {"Any": "Wired0"},
    "ReservationUpdateStatus": {"NoTransaction": "Removed"},
    "DisplayMessageStatus": {"LanguageNotSupported": "Rejected"},
    "ClearMessageStatus": {"Rejected": "Unknown"},
    "EnergyTransferMode": {
        "AC_BPT": "AC_three_phase",
        "AC_BPT_DER": "AC_three_phase",
        "AC_DER": "AC_three_phase",
        "DC_BPT": "DC",
        "DC_ACDP": "DC",
        "DC_ACDP_BPT": "DC",
        "WPT": "DC",
    },
    "NotifyEVChargingNeedsStatus": {"NoChargingProfile": "Rejected"},
}

#: Free texts of 2.1 that are enums in 2.0.1 (11.4).
TEXT_FALLBACKS: Final = {
    ("IdToken", "type"): "Central",
    ("ReserveNowRequest", "connectorType"): "Unknown",
    ("ChargingLimit", "chargingLimitSource"): "Other",
    ("ChargingProfileCriterion", "chargingLimitSource"): "Other",
    ("ClearedChargingLimitRequest", "chargingLimitSource"): "Other",
    ("ReportChargingProfilesRequest", "chargingLimitSource"): "Other",
}

TO_201: Final = Rules(
    house_is_source=True,
    enum_fallbacks=ENUM_FALLBACKS,
    text_fallbacks=TEXT_FALLBACKS,
    defaults={
        ("SignedMeterValue", "signingMethod"): "",
        ("SignedMeterValue", "publicKey"): "",
        ("NetworkConnectionProfile", "ocppVersion"): wire.OCPPVersion.OCPP20,
    },
    truncated=frozenset({("MessageContent", "content"), ("StatusInfo", "additionalInfo")}),
    # A sample without its measurand would be read as imported energy.
    carrying=frozenset({("SampledValue", "measurand"), ("SampledValue", "location")}),
    meaningful={
        ("ChargingSchedule", "useLocalTime"): (False,),
        ("ChargingSchedule", "limitAtSoC"): (),
        ("ChargingSchedulePeriod", "operationMode"): (OperationMode.CHARGING_ONLY,),
    }
    | {
        ("ChargingSchedulePeriod", field): ()
        for field in (
            *("limit_L2", "limit_L3", "dischargeLimit", "dischargeLimit_L2", "dischargeLimit_L3", "setpoint"),
            *("setpoint_L2", "setpoint_L3", "setpointReactive", "setpointReactive_L2", "setpointReactive_L3"),
            *("v2xBaseline", "v2xFreqWattCurve", "v2xSignalWattCurve"),
        )
    },
    implied={("VariableMonitoring", "eventNotificationType"): EventNotification.CUSTOM_MONITOR},
    expendable=frozenset({"AdditionalInfo", "StatusInfo", "SignedMeterValue"}),
)

FROM_201: Final = Rules(
    house_is_source=False,
    # 11.3: 2.1 wants to know what set a monitor; only custom ones were possible without saying so.
    defaults={("VariableMonitoring", "eventNotificationType"): EventNotification.CUSTOM_MONITOR},
)
