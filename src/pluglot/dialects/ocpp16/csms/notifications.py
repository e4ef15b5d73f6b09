"""Logs, firmware, security events and vendor data before a 1.6 management system (mapping 5.9 to 5.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.data import data_to_house, data_to_wire
from pluglot.dialects.ocpp16.enums import (
    DATA_TRANSFER_STATUS_TO_HOUSE,
    DATA_TRANSFER_STATUS_TO_WIRE,
    DIAGNOSTICS_STATUS_TO_WIRE,
    FIRMWARE_STATUS_TO_WIRE,
    LOG_STATUS_TO_WIRE,
    SECURITY_EVENT_TO_WIRE,
    SIGNED_FIRMWARE_STATUS_TO_WIRE,
)
from pluglot.dialects.ocpp16.residue import unwrapped

_SIGNED = wire.SignedFirmwareStatusNotificationRequest.action
_UNSUPPORTED = {"NotSupported", "NotImplemented"}


def log_status(_half: CsmsContext, request: house.LogStatusNotificationRequest, _now: datetime) -> Translation:
    """How far the upload of a log is; without the security extension 1.6 says it of diagnostics."""
    said: Any = wire.DiagnosticsStatusNotificationRequest(status=DIAGNOSTICS_STATUS_TO_WIRE[request.status])
    if unwrapped(request).get("message") == wire.LogStatusNotificationRequest.action:
        said = wire.LogStatusNotificationRequest(
            status=LOG_STATUS_TO_WIRE[request.status], request_id=request.request_id
        )
    return (yield from _status(request, said, house.LogStatusNotificationResponse()))


def firmware_status(
    _half: CsmsContext, request: house.FirmwareStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far a firmware update is; what the plain message cannot say is not said."""
    if unwrapped(request).get("message") == _SIGNED:
        said: Any = wire.SignedFirmwareStatusNotificationRequest(
            status=SIGNED_FIRMWARE_STATUS_TO_WIRE[request.status], request_id=request.request_id
        )
        return (yield from _status(request, said, house.FirmwareStatusNotificationResponse()))
    status = FIRMWARE_STATUS_TO_WIRE.get(request.status)
    if status is None:
        yield Lost((Loss(request.action, "status", request.status.value, "1.6 has no such status"),))
        return house.FirmwareStatusNotificationResponse()
    said = wire.FirmwareStatusNotificationRequest(status=status)
    return (yield from _status(request, said, house.FirmwareStatusNotificationResponse()))


def _status(request: Any, said: Any, response: Any) -> Translation:
    losses = []
    if said.status.value != request.status.value and not unwrapped(request):
        losses.append(Loss(request.action, "status", request.status.value, f"said as {said.status.value}"))
    if request.status_info is not None:
        losses.append(Loss(request.action, "statusInfo", request.status_info.reason_code, "1.6 has no such field"))
    if losses:
        yield Lost(tuple(losses))
    answer = yield AskPeer(said)
    return answer if isinstance(answer, Refusal) else response


def security_event(_half: CsmsContext, request: house.SecurityEventNotificationRequest, _now: datetime) -> Translation:
    """Something happened that matters for security; a management system without the extension is spared it."""
    answer = yield AskPeer(
        wire.SecurityEventNotificationRequest(
            type=SECURITY_EVENT_TO_WIRE.get(request.type, request.type),
            timestamp=request.timestamp,
            tech_info=request.tech_info,
        )
    )
    if isinstance(answer, Refusal):
        if answer.code not in _UNSUPPORTED:
            return answer
        yield Lost((Loss(request.action, "type", request.type, "the management system has no security extension"),))
    return house.SecurityEventNotificationResponse()


# --- vendor data --------------------------------------------------------------------------------------------------


def data_from_station(half: CsmsContext, request: house.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data from the station."""
    answer = yield AskPeer(
        wire.DataTransferRequest(
            vendor_id=request.vendor_id, message_id=request.message_id, data=data_to_wire(request.data)
        )
    )
    if isinstance(answer, Refusal):
        return answer
    return house.DataTransferResponse(
        status=DATA_TRANSFER_STATUS_TO_HOUSE[answer.status],
        data=data_to_house(answer.data, request.vendor_id, half.policy),
    )


def data_to_station(half: CsmsContext, request: wire.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data for the station."""
    answer = yield AskHouse(
        house.DataTransferRequest(
            vendor_id=request.vendor_id,
            message_id=request.message_id,
            data=data_to_house(request.data, request.vendor_id, half.policy),
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status_info is not None:
        yield Lost((Loss(request.action, "statusInfo", answer.status_info.reason_code, "1.6 has no such field"),))
    return wire.DataTransferResponse(status=DATA_TRANSFER_STATUS_TO_WIRE[answer.status], data=data_to_wire(answer.data))
