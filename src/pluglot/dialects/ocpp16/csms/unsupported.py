"""What a 1.6 management system cannot be told: the answers a 2.x station gets instead (mapping, chapter 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Lost, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.csms import plug_and_charge
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp201.newer import STATION_ANSWERS
from pluglot.dialects.refusals import not_supported

Translator = Callable[[CsmsContext, Any, datetime], Translation]
_REASON: Final = "OCPP 1.6 has no such message"


def _lost(answer: Callable[[Any, datetime], Any]) -> Translator:
    """Answer for the management system, and show that it was not told."""

    def translate(_half: CsmsContext, request: Any, now: datetime) -> Translation:
        yield Lost((Loss(request.action, "", plain(request), _REASON),))
        return answer(request, now)

    return translate


def refused(reason: str) -> Translator:
    """The translation of a request whose response has no way to say no."""

    def translate(_half: CsmsContext, request: Any, _now: datetime) -> Translation:
        yield from ()
        return not_supported(request.action, reason)

    return translate


UNSUPPORTED: Final[Mapping[str, Translator]] = {
    **{action: _lost(answer) for action, answer in STATION_ANSWERS.items()},
    "ClearedChargingLimit": _lost(lambda _request, _now: house.ClearedChargingLimitResponse()),
    "Get15118EVCertificate": plug_and_charge.wrapped_or(
        lambda: house.Get15118EVCertificateResponse(status=house.Iso15118EVCertificateStatus.FAILED, exi_response="")
    ),
    "GetCertificateStatus": plug_and_charge.wrapped_or(
        lambda: house.GetCertificateStatusResponse(status=house.GetCertificateStatus.FAILED)
    ),
    "NotifyChargingLimit": _lost(lambda _request, _now: house.NotifyChargingLimitResponse()),
    "NotifyCustomerInformation": _lost(lambda _request, _now: house.NotifyCustomerInformationResponse()),
    "NotifyDisplayMessages": _lost(lambda _request, _now: house.NotifyDisplayMessagesResponse()),
    "NotifyEVChargingNeeds": _lost(
        lambda _request, _now: house.NotifyEVChargingNeedsResponse(
            status=house.NotifyEVChargingNeedsStatus.NO_CHARGING_PROFILE
        )
    ),
    "NotifyEVChargingSchedule": _lost(
        lambda _request, _now: house.NotifyEVChargingScheduleResponse(status=house.GenericStatus.ACCEPTED)
    ),
    "NotifyMonitoringReport": _lost(lambda _request, _now: house.NotifyMonitoringReportResponse()),
    "PublishFirmwareStatusNotification": _lost(
        lambda _request, _now: house.PublishFirmwareStatusNotificationResponse()
    ),
    "ReportChargingProfiles": _lost(lambda _request, _now: house.ReportChargingProfilesResponse()),
}
