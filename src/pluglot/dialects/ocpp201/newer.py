"""What becomes of messages that only 2.1 has, when the other side speaks 2.0.1 (mapping 11.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pluglot import messages as house


def certificate_chain_unknown(request: Any, now: datetime) -> house.GetCertificateChainStatusResponse:
    """Say of each certificate that its status could not be found out; ask again in an hour."""
    return house.GetCertificateChainStatusResponse(
        certificate_status=tuple(
            house.CertificateStatus(
                certificate_hash_data=asked.certificate_hash_data,
                source=asked.source,
                status=house.CertificateStatusEnum.FAILED,
                next_update=now + timedelta(hours=1),
            )
            for asked in request.certificate_status_requests
        )
    )


#: Station requests that 2.0.1 has no message for -> what the house is told; what they said is lost.
STATION_ANSWERS: Final[Mapping[str, Callable[[Any, datetime], Any]]] = {
    "BatterySwap": lambda _request, _now: house.BatterySwapResponse(),
    "ClosePeriodicEventStream": lambda _request, _now: house.ClosePeriodicEventStreamResponse(),
    "GetCertificateChainStatus": certificate_chain_unknown,
    "NotifyDERAlarm": lambda _request, _now: house.NotifyDERAlarmResponse(),
    "NotifyDERStartStop": lambda _request, _now: house.NotifyDERStartStopResponse(),
    "NotifyPeriodicEventStream": lambda _request, _now: None,
    "NotifyPriorityCharging": lambda _request, _now: house.NotifyPriorityChargingResponse(),
    "NotifySettlement": lambda _request, _now: house.NotifySettlementResponse(),
    "OpenPeriodicEventStream": lambda _request, _now: house.OpenPeriodicEventStreamResponse(
        status=house.GenericStatus.REJECTED
    ),
    "PullDynamicScheduleUpdate": lambda _request, _now: house.PullDynamicScheduleUpdateResponse(
        status=house.ChargingProfileStatus.REJECTED
    ),
    "ReportDERControl": lambda _request, _now: house.ReportDERControlResponse(),
    "VatNumberValidation": lambda request, _now: house.VatNumberValidationResponse(
        vat_number=request.vat_number, status=house.GenericStatus.REJECTED
    ),
}
