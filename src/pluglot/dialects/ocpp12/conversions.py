"""How each action of 1.2 differs from 1.5 (mapping, chapter 12); what is not here is the same in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from pluglot.dialects.climb import Asked, Difference, Instead, Said, cut, fields_as
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp12 import wire as older
from pluglot.dialects.ocpp12.enums import ERROR_DOWN, ERROR_DOWN_FAULTED, ERROR_UP, STATUS_DOWN, STATUS_UP
from pluglot.dialects.ocpp15 import wire as newer
from pluglot.dialects.ocpp15.conversions import DIFFERENCES as DIFFERENCES_1_5
from pluglot.dialects.ocpp16 import wire as ocpp16
from pluglot.messages.base import Request

#: What an interval is when a central system does not tell one, in seconds.
DEFAULT_INTERVAL: Final = 900
_LIMITS: Final[Mapping[str, int]] = {
    "charge_point_vendor": 20,
    "charge_point_model": 20,
    "charge_point_serial_number": 25,
    "charge_box_serial_number": 25,
    "firmware_version": 50,
    "iccid": 20,
    "imsi": 20,
    "meter_type": 25,
    "meter_serial_number": 25,
}
_LARGEST: Final = 2**31 - 1


def _lost_fields(message: Request, *names: str) -> tuple[Loss, ...]:
    """The fields of these names that are there, as losses."""
    wire_names = dict(zip(message.__struct_fields__, message.__struct_encode_fields__, strict=True))
    return tuple(
        Loss(message.action, wire_names[name], msgspec.to_builtins(getattr(message, name)), "1.2 has no such field")
        for name in names
        if getattr(message, name) is not None
    )


def _same_fields_up(target: Any) -> Any:
    return lambda message, _asked: Said(target(**{name: getattr(message, name) for name in message.__struct_fields__}))


# --- BootNotification ---------------------------------------------------------------------------------------------


def _boot_up(message: older.BootNotificationRequest, _asked: Asked) -> Said:
    losses: list[Loss] = []
    wire_names = dict(zip(message.__struct_fields__, message.__struct_encode_fields__, strict=True))
    values = {
        name: cut(message.action, wire_names[name], getattr(message, name), longest, losses)
        for name, longest in _LIMITS.items()
    }
    return Said(ocpp16.BootNotificationRequest(**values), tuple(losses))  # type: ignore[arg-type]  # as many as there are


def _boot_down(message: ocpp16.BootNotificationRequest, _asked: Asked) -> Said:
    return Said(fields_as(older.BootNotificationRequest, message))


def _boot_response_down(message: newer.BootNotificationResponse, _asked: Asked) -> Said:
    return Said(fields_as(older.BootNotificationResponse, message))


def _boot_response_up(message: older.BootNotificationResponse, asked: Asked) -> Said:
    interval = message.heartbeat_interval
    return Said(
        newer.BootNotificationResponse(
            status=message.status,
            current_time=message.current_time or asked.now,
            heartbeat_interval=DEFAULT_INTERVAL if interval is None else interval,
        )
    )


# --- StatusNotification -------------------------------------------------------------------------------------------


def _status_up(message: older.StatusNotificationRequest, _asked: Asked) -> Said:
    return Said(
        newer.StatusNotificationRequest(
            connector_id=message.connector_id,
            status=STATUS_UP[message.status],
            error_code=ERROR_UP[message.error_code],
        )
    )


def _status_down(message: newer.StatusNotificationRequest, _asked: Asked) -> Said:
    status = STATUS_DOWN[message.status]
    error_code = ERROR_DOWN.get(message.error_code)
    if error_code is None:
        error_code = older.ChargePointErrorCode.NO_ERROR
        if message.status is newer.ChargePointStatus.FAULTED:
            error_code = ERROR_DOWN_FAULTED[message.error_code]
    losses = tuple(
        Loss(message.action, field, value.value, f"said as {said.value}")
        for field, value, said in (("status", message.status, status), ("errorCode", message.error_code, error_code))
        if value.value != said.value
    )
    return Said(
        older.StatusNotificationRequest(connector_id=message.connector_id, status=status, error_code=error_code),
        losses + _lost_fields(message, "info", "vendor_id", "vendor_error_code"),
    )


def _over_voltage_down(message: ocpp16.StatusNotificationRequest, asked: Asked) -> Said:
    """1.6 as 1.5; a connector that failed by over-voltage is told as 1.2 has it, where 1.5 has one word for much."""
    over_voltage = message.error_code is ocpp16.ChargePointErrorCode.OVER_VOLTAGE
    if message.status is not ocpp16.ChargePointStatus.FAULTED or not over_voltage:
        return _AS_1_5(message, asked)
    said = ocpp16.ChargePointErrorCode.POWER_SWITCH_FAILURE
    plainly = _AS_1_5(msgspec.structs.replace(message, error_code=said), asked)
    lost = Loss(message.action, "errorCode", message.error_code.value, f"said as {said.value}")
    return plainly._replace(losses=(*plainly.losses, lost))


_STATUS_1_5: Final = DIFFERENCES_1_5["StatusNotification"]
_AS_1_5: Final[Callable[[Any, Asked], Said]] = _STATUS_1_5.request_down  # type: ignore[assignment]  # 1.5 has one
#: Statuses of the 1.6 half in 1.5, where 1.2 is what they become.
FAULTS_AS_MEANT: Final = _STATUS_1_5._replace(request_down=_over_voltage_down)


# --- transactions -------------------------------------------------------------------------------------------------


def _start_down(message: ocpp16.StartTransactionRequest, _asked: Asked) -> Said:
    return Said(fields_as(older.StartTransactionRequest, message), _lost_fields(message, "reservation_id"))


def _stop_down(message: newer.StopTransactionRequest, _asked: Asked) -> Said:
    return Said(fields_as(older.StopTransactionRequest, message), _lost_fields(message, "transaction_data"))


def _meter_values_up(message: older.MeterValuesRequest, _asked: Asked) -> Said:
    values = tuple(
        newer.MeterValue(
            timestamp=moment.timestamp,
            value=(
                newer.Value(
                    value=str(moment.value),
                    measurand=newer.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER,
                    unit=newer.UnitOfMeasure.WH,
                ),
            ),
        )
        for moment in message.values or ()
    )
    return Said(newer.MeterValuesRequest(connector_id=message.connector_id, values=values))


def _meter_values_down(message: newer.MeterValuesRequest, _asked: Asked) -> Said | Instead:
    losses: list[Loss] = []
    said: list[older.MeterValue] = []
    for index, moment in enumerate(message.values or ()):
        found = None
        for position, value in enumerate(moment.value):
            register = _register(value)
            if register is None or found is not None:
                place = f"values[{index}].value[{position}]"
                losses.append(Loss(message.action, place, msgspec.to_builtins(value), "1.2 has one register in Wh"))
            else:
                found = register
        if found is not None:
            said.append(older.MeterValue(timestamp=moment.timestamp, value=found))
    if not said:
        return Instead(ocpp16.MeterValuesResponse(), tuple(losses))
    return Said(older.MeterValuesRequest(connector_id=message.connector_id, values=tuple(said)), tuple(losses))


def _register(value: newer.Value) -> int | None:
    """The imported energy in Wh, if it is what this reading says."""
    if value.measurand not in {None, newer.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER}:
        return None
    if value.unit not in {None, newer.UnitOfMeasure.WH, newer.UnitOfMeasure.KWH}:
        return None
    if value.format is ocpp16.ValueFormat.SIGNED_DATA or value.location not in {None, newer.Location.OUTLET}:
        return None
    try:
        number = Decimal(value.value)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    number = number * 1000 if value.unit is newer.UnitOfMeasure.KWH else number
    return int(number.to_integral_value(ROUND_HALF_UP)) if -_LARGEST - 1 <= number <= _LARGEST else None


# --- the tables ---------------------------------------------------------------------------------------------------

DIFFERENCES: Final[Mapping[str, Difference]] = {
    "BootNotification": Difference(
        request_up=_boot_up,
        response_down=_boot_response_down,
        request_down=_boot_down,
        response_up=_boot_response_up,
    ),
    "MeterValues": Difference(request_up=_meter_values_up, request_down=_meter_values_down),
    "StartTransaction": Difference(
        request_up=_same_fields_up(ocpp16.StartTransactionRequest), request_down=_start_down
    ),
    "StatusNotification": Difference(request_up=_status_up, request_down=_status_down),
    "StopTransaction": Difference(request_up=_same_fields_up(newer.StopTransactionRequest), request_down=_stop_down),
}

#: Answers to what 1.2 cannot be asked (mapping 12.1).
ABSENT: Final[Mapping[str, Any]] = {
    "CancelReservation": lambda _request: ocpp16.CancelReservationResponse(
        status=ocpp16.CancelReservationStatus.REJECTED
    ),
    "DataTransfer": lambda _request: ocpp16.DataTransferResponse(status=ocpp16.DataTransferStatus.UNKNOWN_VENDOR_ID),
    "GetConfiguration": lambda request: newer.GetConfigurationResponse(unknown_key=request.key),
    "GetLocalListVersion": lambda _request: ocpp16.GetLocalListVersionResponse(list_version=-1),
    "ReserveNow": lambda _request: ocpp16.ReserveNowResponse(status=ocpp16.ReservationStatus.REJECTED),
    "SendLocalList": lambda _request: newer.SendLocalListResponse(status=newer.UpdateStatus.NOT_SUPPORTED),
}
