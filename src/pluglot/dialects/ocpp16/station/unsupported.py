"""What a 1.6 station cannot do: the negative answers that say so (mapping, chapter 10.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Lost, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.variables import KNOWN_COMPONENTS, is_known
from pluglot.dialects.ocpp201.newer import HOUSE_ANSWERS
from pluglot.dialects.refusals import negative, not_supported

Translator = Callable[[StationContext, Any, datetime], Translation]
_REASON: Final = "OCPP 1.6 has no such message"
#: Requests whose answer looks the same whether the station was told or not.
SILENT: Final = frozenset({"GetPeriodicEventStream", "NotifyWebPaymentStarted"})


def _answered(answer: Callable[[Any], Any]) -> Translator:
    def translate(_half: StationContext, request: Any, _now: datetime) -> Translation:
        yield from ()
        return answer(request)

    return translate


def _unheard(answer: Callable[[Any], Any]) -> Translator:
    """The answer that has no way to say no; so that nobody takes it for a yes, it is noted that nothing was told."""

    def translate(_half: StationContext, request: Any, _now: datetime) -> Translation:
        yield Lost((Loss(request.action, "", plain(request), _REASON),))
        return answer(request)

    return translate


def _no(response: type[Any], reason_code: str = "UnsupportedRequest") -> Translator:
    return _answered(lambda _request: negative(response, reason_code, _REASON))


def refused(reason: str) -> Translator:
    """The translation of a request whose response has no way to say no."""
    return _answered(lambda request: not_supported(request.action, reason))


def get_transaction_status(
    half: StationContext, request: house.GetTransactionStatusRequest, _now: datetime
) -> Translation:
    """Whether a transaction is open; what the station still keeps of it cannot be known."""
    yield from ()
    away = half.connected_since is None
    if request.transaction_id is None:
        waiting = away and any(True for _ in half.book.open())
        return house.GetTransactionStatusResponse(messages_in_queue=waiting)
    ongoing = half.book.find(request.transaction_id) is not None
    return house.GetTransactionStatusResponse(ongoing_indicator=ongoing, messages_in_queue=away and ongoing)


def set_variable_monitoring(
    half: StationContext, request: house.SetVariableMonitoringRequest, now: datetime
) -> Translation:
    """A 1.6 station watches nothing by itself; what it does not even have is said first."""
    yield from ()

    def status(item: house.SetMonitoringData) -> house.SetMonitoringStatus:
        statuses = house.SetMonitoringStatus
        if is_known(half, house.GetVariableData(component=item.component, variable=item.variable), now):
            return statuses.UNSUPPORTED_MONITOR_TYPE
        known = item.component.name in KNOWN_COMPONENTS
        return statuses.UNKNOWN_VARIABLE if known else statuses.UNKNOWN_COMPONENT

    return house.SetVariableMonitoringResponse(
        set_monitoring_result=tuple(
            house.SetMonitoringResult(
                id=item.id,
                status=status(item),
                type=item.type,
                component=item.component,
                variable=item.variable,
                severity=item.severity,
            )
            for item in request.set_monitoring_data
        )
    )


def _clear_monitoring(request: house.ClearVariableMonitoringRequest) -> house.ClearVariableMonitoringResponse:
    not_found = house.ClearMonitoringStatus.NOT_FOUND
    return house.ClearVariableMonitoringResponse(
        clear_monitoring_result=tuple(house.ClearMonitoringResult(id=one, status=not_found) for one in request.id)
    )


def change_tariff(half: StationContext, request: house.ChangeTransactionTariffRequest, _now: datetime) -> Translation:
    """A 1.6 station knows no tariffs; an unknown transaction is said first."""
    yield from ()
    status = house.TariffChangeStatus.REJECTED
    if half.book.find(request.transaction_id) is None:
        status = house.TariffChangeStatus.TX_NOT_FOUND
    return house.ChangeTransactionTariffResponse(status=status)


UNSUPPORTED: Final[Mapping[str, Translator]] = {
    **{action: _unheard(answer) if action in SILENT else _answered(answer) for action, answer in HOUSE_ANSWERS.items()},
    "ChangeTransactionTariff": change_tariff,
    "ClearDisplayMessage": _answered(
        lambda _request: house.ClearDisplayMessageResponse(status=house.ClearMessageStatus.UNKNOWN)
    ),
    "ClearVariableMonitoring": _answered(_clear_monitoring),
    "CustomerInformation": _no(house.CustomerInformationResponse),
    "GetDisplayMessages": _answered(
        lambda _request: house.GetDisplayMessagesResponse(status=house.GetDisplayMessagesStatus.UNKNOWN)
    ),
    "GetMonitoringReport": _answered(
        lambda _request: house.GetMonitoringReportResponse(status=house.GenericDeviceModelStatus.EMPTY_RESULT_SET)
    ),
    "GetTransactionStatus": get_transaction_status,
    "PublishFirmware": _no(house.PublishFirmwareResponse),
    "SetDisplayMessage": _no(house.SetDisplayMessageResponse),
    "SetMonitoringBase": _answered(
        lambda _request: house.SetMonitoringBaseResponse(status=house.GenericDeviceModelStatus.NOT_SUPPORTED)
    ),
    "SetMonitoringLevel": _no(house.SetMonitoringLevelResponse),
    "SetNetworkProfile": _no(house.SetNetworkProfileResponse),
    "SetVariableMonitoring": set_variable_monitoring,
    "UnpublishFirmware": _answered(
        lambda _request: house.UnpublishFirmwareResponse(status=house.UnpublishFirmwareStatus.NO_FIRMWARE)
    ),
}
