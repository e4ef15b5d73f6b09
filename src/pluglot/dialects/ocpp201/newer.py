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


def refused(status: Any) -> Callable[[Any], Any]:
    """The answer of the action with this status and the reason why."""

    def answer(request: Any) -> Any:
        response: Any = house.ACTIONS[request.action].response
        info = house.StatusInfo(
            reason_code="UnsupportedRequest", additional_info="the station's version has no such message"
        )
        return response(status=status, status_info=info)

    return answer


def _no_tariffs(request: Any) -> house.ClearTariffsResponse:
    status = house.TariffClearStatus.NO_TARIFF
    return house.ClearTariffsResponse(
        clear_tariffs_result=tuple(
            house.ClearTariffsResult(tariff_id=one, status=status) for one in request.tariff_ids or (None,)
        )
    )


_DER: Final = house.DERControlStatus.NOT_SUPPORTED
#: Requests of a management system that older stations have no message for -> what is answered for them.
HOUSE_ANSWERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "AFRRSignal": refused(house.GenericStatus.REJECTED),
    "AdjustPeriodicEventStream": refused(house.GenericStatus.REJECTED),
    "ChangeTransactionTariff": refused(house.TariffChangeStatus.REJECTED),
    "ClearDERControl": refused(_DER),
    "ClearTariffs": _no_tariffs,
    "GetDERControl": refused(_DER),
    "GetPeriodicEventStream": lambda _request: house.GetPeriodicEventStreamResponse(),
    "GetTariffs": refused(house.TariffGetStatus.NO_TARIFF),
    "NotifyAllowedEnergyTransfer": refused(house.NotifyAllowedEnergyTransferStatus.REJECTED),
    "NotifyWebPaymentStarted": lambda _request: house.NotifyWebPaymentStartedResponse(),
    "RequestBatterySwap": refused(house.GenericStatus.REJECTED),
    "SetDERControl": refused(_DER),
    "SetDefaultTariff": refused(house.TariffSetStatus.REJECTED),
    "UpdateDynamicSchedule": refused(house.ChargingProfileStatus.REJECTED),
    "UsePriorityCharging": refused(house.PriorityChargingStatus.NO_PROFILE),
}
