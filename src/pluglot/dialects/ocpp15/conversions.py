"""How each action of 1.5 differs from 1.6 (mapping, chapter 12); what is not here is the same in both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pluglot.dialects.climb import Asked, Convert, Difference, Instead, Said, cut, fields_as
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp15 import wire as older
from pluglot.dialects.ocpp15.enums import (
    CONFIGURATION_DOWN,
    CONFIGURATION_UP,
    DIAGNOSTICS_DOWN,
    DIAGNOSTICS_UP,
    ERROR_DOWN,
    ERROR_UP,
    FIRMWARE_DOWN,
    FIRMWARE_UP,
    REGISTRATION_DOWN,
    REGISTRATION_UP,
    STATUS_DOWN,
    STATUS_UP,
    UNLOCK_DOWN,
    UNLOCK_UP,
    UPDATE_DOWN,
    UPDATE_UP,
)
from pluglot.dialects.ocpp15.meter_values import values_down, values_up
from pluglot.dialects.ocpp16 import wire as newer

#: A stop so soon after an accepted remote stop is its consequence.
REMOTE_STOP_WINDOW: Final = timedelta(seconds=60)
_MOST_REMEMBERED: Final = 200
_LONGEST_INFO: Final = 50
_LONGEST_VENDOR: Final = 255
_LONGEST_MESSAGE_ID: Final = 50


def _fields(target: Any) -> Convert:
    """Only the limits of texts differ."""
    return lambda message, _asked: Said(fields_as(target, message))


def _status(target: Any, table: Mapping[Any, Any], *, renamed: bool = False) -> Convert:
    """A message of one status, some values of which the other version says differently, or only calls otherwise."""

    def convert(message: Any, _asked: Asked) -> Said:
        said = table[message.status]
        losses = () if renamed else _restated(message.action, "status", message.status, said)
        return Said(target(status=said), losses)

    return convert


def _restated(action: str, field: str, value: Any, said: Any) -> tuple[Loss, ...]:
    if value.value == said.value:
        return ()
    return (Loss(action, field, value.value, f"said as {said.value}"),)


def _told_or_not(target: Any, table: Mapping[Any, Any], response: Any) -> Convert:
    """A progress that the older version tells only when it is final."""

    def convert(message: Any, _asked: Asked) -> Said | Instead:
        said = table.get(message.status)
        if said is None:
            return Instead(
                response(), (Loss(message.action, "status", message.status.value, "1.5 has no such status"),)
            )
        return Said(target(status=said))

    return convert


# --- BootNotification ---------------------------------------------------------------------------------------------


def _boot_response_down(message: newer.BootNotificationResponse, _asked: Asked) -> Said:
    status = REGISTRATION_DOWN[message.status]
    return Said(
        older.BootNotificationResponse(
            status=status, current_time=message.current_time, heartbeat_interval=message.interval
        ),
        _restated(message.action, "status", message.status, status),
    )


def _boot_response_up(message: older.BootNotificationResponse, _asked: Asked) -> Said:
    return Said(
        newer.BootNotificationResponse(
            status=REGISTRATION_UP[message.status],
            current_time=message.current_time,
            interval=message.heartbeat_interval,
        )
    )


# --- StatusNotification -------------------------------------------------------------------------------------------


def _status_up(message: older.StatusNotificationRequest, asked: Asked) -> Said:
    losses: list[Loss] = []
    action = message.action
    return Said(
        newer.StatusNotificationRequest(
            connector_id=message.connector_id,
            status=_meant_status(message, asked),
            error_code=ERROR_UP[message.error_code],
            info=cut(action, "info", message.info, _LONGEST_INFO, losses),
            timestamp=message.timestamp,
            vendor_id=cut(action, "vendorId", message.vendor_id, _LONGEST_VENDOR, losses),
            vendor_error_code=cut(action, "vendorErrorCode", message.vendor_error_code, _LONGEST_INFO, losses),
        ),
        tuple(losses),
    )


def _meant_status(message: older.StatusNotificationRequest, asked: Asked) -> newer.ChargePointStatus:
    """Occupied means charging, finishing or preparing; what the half knows of transactions tells which."""
    half, connector = asked.half, message.connector_id
    if message.status is not older.ChargePointStatus.OCCUPIED:
        if message.status is not older.ChargePointStatus.FAULTED and connector in half.memory.finishing:
            half.memory.finishing.remove(connector)
            half.touch()
        return STATUS_UP[message.status]
    if half.has_transaction_on(connector):
        return newer.ChargePointStatus.CHARGING
    if connector in half.memory.finishing:
        return newer.ChargePointStatus.FINISHING
    return newer.ChargePointStatus.PREPARING


def _status_down(message: newer.StatusNotificationRequest, _asked: Asked) -> Said:
    status, error_code = STATUS_DOWN[message.status], ERROR_DOWN[message.error_code]
    losses = _restated(message.action, "status", message.status, status)
    if error_code is older.ChargePointErrorCode.OTHER_ERROR:
        losses += _restated(message.action, "errorCode", message.error_code, error_code)
    return Said(fields_as(older.StatusNotificationRequest, message, status=status, error_code=error_code), losses)


# --- transactions -------------------------------------------------------------------------------------------------


def _start_up(message: newer.StartTransactionRequest, asked: Asked) -> Said:
    """The same message; what happened on the connector before is over."""
    half = asked.half
    if message.connector_id in half.memory.finishing:
        half.memory.finishing.remove(message.connector_id)
        half.touch()
    return Said(message)


def _remote_stop_response_up(message: newer.RemoteStopTransactionResponse, asked: Asked) -> Said:
    if message.status is newer.RemoteStartStopStatus.ACCEPTED:
        _remember(asked.half.memory.remote_stops, asked.request.transaction_id, asked.now)
        asked.half.touch()
    return Said(message)


def _remember(table: dict[int, Any], key: int, value: Any) -> None:
    table.pop(key, None)
    table[key] = value
    while len(table) > _MOST_REMEMBERED:
        del table[next(iter(table))]


def _stop_up(message: older.StopTransactionRequest, asked: Asked) -> Said:
    half = asked.half
    connector = half.connector_of_transaction(message.transaction_id)
    if connector is not None and connector not in half.memory.finishing:
        half.memory.finishing.append(connector)
        half.touch()
    data = values_up(value for part in message.transaction_data or () for value in part.values or ())
    return Said(
        newer.StopTransactionRequest(
            transaction_id=message.transaction_id,
            id_tag=message.id_tag,
            timestamp=message.timestamp,
            meter_stop=message.meter_stop,
            reason=_reason(message, asked),
            transaction_data=data or None,
        )
    )


def _reason(message: older.StopTransactionRequest, asked: Asked) -> newer.Reason | None:
    """1.5 has no reason, so its absence does not mean Local as in 1.6."""
    if message.id_tag is not None:
        return None
    memory = asked.half.memory
    decided: newer.Reason | None = memory.stop_reasons.get(message.transaction_id)
    if decided is None:
        stopped_at = memory.remote_stops.get(message.transaction_id)
        soon = stopped_at is not None and any(
            timedelta() <= moment - stopped_at <= REMOTE_STOP_WINDOW for moment in (asked.now, message.timestamp)
        )
        decided = newer.Reason.REMOTE if soon else newer.Reason.OTHER
        # A repetition must say the same, however late it comes.
        _remember(memory.stop_reasons, message.transaction_id, decided)
        asked.half.touch()
    return decided


def _stop_down(message: newer.StopTransactionRequest, _asked: Asked) -> Said:
    values, losses = values_down(message.transaction_data or (), message.action, "transactionData")
    if message.reason is not None:
        losses.append(Loss(message.action, "reason", message.reason.value, "1.5 has no reasons"))
    return Said(
        older.StopTransactionRequest(
            transaction_id=message.transaction_id,
            id_tag=message.id_tag,
            timestamp=message.timestamp,
            meter_stop=message.meter_stop,
            transaction_data=(older.TransactionData(values=values),) if values else None,
        ),
        tuple(losses),
    )


def _meter_values_up(message: older.MeterValuesRequest, _asked: Asked) -> Said:
    values = tuple(
        newer.MeterValue(timestamp=moment.timestamp, sampled_value=moment.sampled_value)
        for moment in values_up(message.values or ())
    )
    return Said(
        newer.MeterValuesRequest(
            connector_id=message.connector_id, transaction_id=message.transaction_id, meter_value=values
        )
    )


def _meter_values_down(message: newer.MeterValuesRequest, _asked: Asked) -> Said | Instead:
    values, losses = values_down(message.meter_value, message.action, "meterValue")
    if not values:
        return Instead(newer.MeterValuesResponse(), tuple(losses))
    return Said(
        older.MeterValuesRequest(
            connector_id=message.connector_id, transaction_id=message.transaction_id, values=values
        ),
        tuple(losses),
    )


# --- what the central system asks ---------------------------------------------------------------------------------


def _remote_start_down(message: newer.RemoteStartTransactionRequest, _asked: Asked) -> Said:
    losses: tuple[Loss, ...] = ()
    if message.charging_profile is not None:
        value = message.charging_profile.charging_profile_id
        losses = (Loss(message.action, "chargingProfile", value, "1.5 has no charging profiles"),)
    return Said(fields_as(older.RemoteStartTransactionRequest, message), losses)


def _remote_start_up(message: older.RemoteStartTransactionRequest, _asked: Asked) -> Said:
    return Said(newer.RemoteStartTransactionRequest(id_tag=message.id_tag, connector_id=message.connector_id))


def _list_down(message: newer.SendLocalListRequest, _asked: Asked) -> Said:
    entries = tuple(fields_as(older.AuthorisationData, entry) for entry in message.local_authorization_list or ())
    return Said(
        older.SendLocalListRequest(
            update_type=message.update_type,
            list_version=message.list_version,
            local_authorisation_list=entries or None,
        )
    )


def _list_up(message: older.SendLocalListRequest, _asked: Asked) -> Said:
    entries = tuple(fields_as(newer.AuthorizationData, entry) for entry in message.local_authorisation_list or ())
    losses = (Loss(message.action, "hash", message.hash, "1.6 has no hash"),) if message.hash else ()
    return Said(
        newer.SendLocalListRequest(
            list_version=message.list_version,
            update_type=message.update_type,
            local_authorization_list=entries or None,
        ),
        losses,
    )


def _list_answer_up(message: older.SendLocalListResponse, _asked: Asked) -> Said:
    status = UPDATE_UP[message.status]
    losses = _restated(message.action, "status", message.status, status)
    if message.hash is not None:
        losses += (Loss(message.action, "hash", message.hash, "1.6 has no hash"),)
    return Said(newer.SendLocalListResponse(status=status), losses)


def _configuration_up(message: older.GetConfigurationResponse, _asked: Asked) -> Said:
    keys = None
    if message.configuration_key is not None:
        keys = tuple(fields_as(newer.KeyValue, entry) for entry in message.configuration_key)
    return Said(newer.GetConfigurationResponse(configuration_key=keys, unknown_key=message.unknown_key))


def _configuration_down(message: newer.GetConfigurationResponse, _asked: Asked) -> Said:
    keys = None
    if message.configuration_key is not None:
        keys = tuple(fields_as(older.KeyValue, entry) for entry in message.configuration_key)
    return Said(older.GetConfigurationResponse(configuration_key=keys, unknown_key=message.unknown_key))


def _data_up(message: older.DataTransferRequest, _asked: Asked) -> Said | Instead:
    """Names of any length; one that is too long for the newer version is known to nobody there (mapping 3.6)."""
    unknown: newer.DataTransferStatus | None = None
    if len(message.vendor_id) > _LONGEST_VENDOR:
        unknown, field, value = newer.DataTransferStatus.UNKNOWN_VENDOR_ID, "vendorId", message.vendor_id
    elif message.message_id is not None and len(message.message_id) > _LONGEST_MESSAGE_ID:
        unknown, field, value = newer.DataTransferStatus.UNKNOWN_MESSAGE_ID, "messageId", message.message_id
    if unknown is None:
        return Said(fields_as(newer.DataTransferRequest, message))
    return Instead(
        newer.DataTransferResponse(status=unknown), (Loss(message.action, field, value, "too long for 1.6"),)
    )


# --- the tables ---------------------------------------------------------------------------------------------------

#: Conversions of both halves; those up from a station and from its answers use the memory of the station half.
DIFFERENCES: Final[Mapping[str, Difference]] = {
    "BootNotification": Difference(response_down=_boot_response_down, response_up=_boot_response_up),
    "ChangeConfiguration": Difference(
        request_up=_fields(newer.ChangeConfigurationRequest),
        response_down=_status(older.ChangeConfigurationResponse, CONFIGURATION_DOWN),
        request_down=_fields(older.ChangeConfigurationRequest),
        response_up=_status(newer.ChangeConfigurationResponse, CONFIGURATION_UP),
    ),
    "DataTransfer": Difference(request_up=_data_up, request_down=_fields(older.DataTransferRequest)),
    "DiagnosticsStatusNotification": Difference(
        request_up=_status(newer.DiagnosticsStatusNotificationRequest, DIAGNOSTICS_UP),
        request_down=_told_or_not(
            older.DiagnosticsStatusNotificationRequest, DIAGNOSTICS_DOWN, newer.DiagnosticsStatusNotificationResponse
        ),
    ),
    "FirmwareStatusNotification": Difference(
        request_up=_status(newer.FirmwareStatusNotificationRequest, FIRMWARE_UP),
        request_down=_told_or_not(
            older.FirmwareStatusNotificationRequest, FIRMWARE_DOWN, newer.FirmwareStatusNotificationResponse
        ),
    ),
    "GetConfiguration": Difference(
        request_up=_fields(newer.GetConfigurationRequest),
        response_down=_configuration_down,
        request_down=_fields(older.GetConfigurationRequest),
        response_up=_configuration_up,
    ),
    "GetDiagnostics": Difference(
        response_down=_fields(older.GetDiagnosticsResponse), response_up=_fields(newer.GetDiagnosticsResponse)
    ),
    "MeterValues": Difference(request_up=_meter_values_up, request_down=_meter_values_down),
    "RemoteStartTransaction": Difference(request_up=_remote_start_up, request_down=_remote_start_down),
    "RemoteStopTransaction": Difference(response_up=_remote_stop_response_up),
    "SendLocalList": Difference(
        request_up=_list_up,
        response_down=_status(older.SendLocalListResponse, UPDATE_DOWN),
        request_down=_list_down,
        response_up=_list_answer_up,
    ),
    "StartTransaction": Difference(request_up=_start_up),
    "StatusNotification": Difference(request_up=_status_up, request_down=_status_down),
    "StopTransaction": Difference(request_up=_stop_up, request_down=_stop_down),
    "UnlockConnector": Difference(
        response_down=_status(older.UnlockConnectorResponse, UNLOCK_DOWN, renamed=True),
        response_up=_status(newer.UnlockConnectorResponse, UNLOCK_UP, renamed=True),
    ),
}

#: Answers to what 1.5 cannot be asked (mapping 12.1); the security extension is refused instead.
ABSENT: Final[Mapping[str, Any]] = {
    "ClearChargingProfile": lambda _request: newer.ClearChargingProfileResponse(
        status=newer.ClearChargingProfileStatus.UNKNOWN
    ),
    "GetCompositeSchedule": lambda _request: newer.GetCompositeScheduleResponse(
        status=newer.GetCompositeScheduleStatus.REJECTED
    ),
    "SetChargingProfile": lambda _request: newer.SetChargingProfileResponse(
        status=newer.ChargingProfileStatus.NOT_SUPPORTED
    ),
    "TriggerMessage": lambda _request: newer.TriggerMessageResponse(status=newer.TriggerMessageStatus.NOT_IMPLEMENTED),
}
