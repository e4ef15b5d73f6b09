"""Security events and vendor data before a 1.6 management system (mapping 5.9, 5.12)."""

from __future__ import annotations

from datetime import datetime

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms import plug_and_charge
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.data import data_to_house, data_to_wire
from pluglot.dialects.ocpp16.enums import (
    DATA_TRANSFER_STATUS_TO_HOUSE,
    DATA_TRANSFER_STATUS_TO_WIRE,
    SECURITY_EVENT_TO_WIRE,
)


def security_event(half: CsmsContext, request: house.SecurityEventNotificationRequest, _now: datetime) -> Translation:
    """Something happened that matters for security; a management system without the extension is spared it."""
    answer = yield AskPeer(
        wire.SecurityEventNotificationRequest(
            type=SECURITY_EVENT_TO_WIRE.get(request.type, request.type),
            timestamp=request.timestamp,
            tech_info=request.tech_info,
        )
    )
    if isinstance(answer, Refusal):
        if not half.lacks(answer, request.action):
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
    meant = plug_and_charge.to_station(half, request)
    if meant is not None:
        return (yield from meant)
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
