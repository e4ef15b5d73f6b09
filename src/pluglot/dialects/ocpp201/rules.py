"""Where OCPP 2.0.1 and 2.1 differ in more than new fields (mapping, chapter 11)."""

from __future__ import annotations

from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.conversion import Context, Convert, Converters, Rules, Unsayable
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


def _certificate_failed(reason_code: str) -> wire.Get15118EVCertificateResponse:
    return wire.Get15118EVCertificateResponse(
        status=house.Iso15118EVCertificateStatus.FAILED,
        exi_response="",
        status_info=wire.StatusInfo(reason_code=reason_code),
    )


def _status_failed(reason_code: str) -> wire.GetCertificateStatusResponse:
    return wire.GetCertificateStatusResponse(
        status=house.GetCertificateStatus.FAILED, status_info=wire.StatusInfo(reason_code=reason_code)
    )


def _or_failed(name: str, failed: Any) -> Any:
    """11.5: an answer about certificates that is too long says that the request failed."""

    def make(converters: Converters) -> Convert:
        plainly = converters.field_by_field(getattr(house, name), getattr(wire, name))

        def convert(value: Any, context: Context) -> Any:
            try:
                return plainly(value, context)
            except Unsayable as unsayable:
                context.lose(unsayable.value, unsayable.reason_code, *unsayable.path)
                return failed(unsayable.reason_code)

        return convert

    return make


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
    carrying=frozenset(
        {
            # A sample without its measurand would be read as imported energy.
            ("SampledValue", "measurand"),
            ("SampledValue", "location"),
            # Without its certificate a contract would be good that nobody has looked at.
            ("AuthorizeRequest", "certificate"),
            ("AuthorizeRequest", "iso15118CertificateHashData"),
            # Accepted without its result says nothing; see rebuilt.
            ("GetCertificateStatusResponse", "ocspResult"),
            # Without its use a request would be signed for another one.
            ("SignCertificateRequest", "certificateType"),
        }
    ),
    rebuilt={
        "Get15118EVCertificateResponse": _or_failed("Get15118EVCertificateResponse", _certificate_failed),
        "GetCertificateStatusResponse": _or_failed("GetCertificateStatusResponse", _status_failed),
    },
    reasons={"ChargingProfileKind": "UnsupportedKind", "ChargingProfilePurpose": "UnsupportedPurpose"},
    missing={("ChargingSchedulePeriod", "limit"): "InvalidSchedule"},
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
