"""Progress of logs and firmware, security events and vendor data of a 1.6 station (mapping 5.9 to 5.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.data import data_to_house, data_to_wire
from pluglot.dialects.ocpp16.enums import (
    DATA_TRANSFER_STATUS_TO_HOUSE,
    DATA_TRANSFER_STATUS_TO_WIRE,
    DIAGNOSTICS_STATUS_TO_HOUSE,
    FIRMWARE_STATUS_TO_HOUSE,
    LOG_STATUS_TO_HOUSE,
    SECURITY_EVENT_TO_HOUSE,
    SIGNED_FIRMWARE_STATUS_TO_HOUSE,
)
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station.context import StationContext


def _notified(request: Any, response: Any) -> Translation:
    answer = yield AskHouse(request)
    return answer if isinstance(answer, Refusal) else response


def diagnostics_status(
    half: StationContext, request: wire.DiagnosticsStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far the upload of diagnostics is; 1.6 does not say of which."""
    idle = request.status is wire.DiagnosticsStatus.IDLE
    return _notified(
        house.LogStatusNotificationRequest(
            status=DIAGNOSTICS_STATUS_TO_HOUSE[request.status],
            request_id=None if idle else half.memory.log_request_id,
        ),
        wire.DiagnosticsStatusNotificationResponse(),
    )


def log_status(half: StationContext, request: wire.LogStatusNotificationRequest, _now: datetime) -> Translation:
    """How far the upload of a log is."""
    return _notified(
        house.LogStatusNotificationRequest(
            status=LOG_STATUS_TO_HOUSE[request.status],
            request_id=request.request_id,
            custom_data=wrapped({"message": request.action}, emit=half.policy.emit_custom_data),
        ),
        wire.LogStatusNotificationResponse(),
    )


def firmware_status(
    half: StationContext, request: wire.FirmwareStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far a firmware update is; 1.6 does not say which."""
    idle = request.status is wire.FirmwareStatus.IDLE
    return _notified(
        house.FirmwareStatusNotificationRequest(
            status=FIRMWARE_STATUS_TO_HOUSE[request.status],
            request_id=None if idle else half.memory.firmware_request_id,
        ),
        wire.FirmwareStatusNotificationResponse(),
    )


def signed_firmware_status(
    half: StationContext, request: wire.SignedFirmwareStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far an update with signed firmware is."""
    return _notified(
        house.FirmwareStatusNotificationRequest(
            status=SIGNED_FIRMWARE_STATUS_TO_HOUSE[request.status],
            request_id=request.request_id,
            custom_data=wrapped({"message": request.action}, emit=half.policy.emit_custom_data),
        ),
        wire.SignedFirmwareStatusNotificationResponse(),
    )


def security_event(
    _half: StationContext, request: wire.SecurityEventNotificationRequest, _now: datetime
) -> Translation:
    """Something happened that matters for security."""
    return _notified(
        house.SecurityEventNotificationRequest(
            type=SECURITY_EVENT_TO_HOUSE.get(request.type, request.type),
            timestamp=request.timestamp,
            tech_info=request.tech_info,
        ),
        wire.SecurityEventNotificationResponse(),
    )


# --- vendor data --------------------------------------------------------------------------------------------------


def data_from_station(half: StationContext, request: wire.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data from the station."""
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


def data_to_station(half: StationContext, request: house.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data for the station."""
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
