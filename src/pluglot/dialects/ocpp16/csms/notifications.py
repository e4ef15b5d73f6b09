"""Security events and vendor data before a 1.6 management system (mapping 5.9, 5.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms import plug_and_charge
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.data import ask_house, ask_peer
from pluglot.dialects.ocpp16.enums import (
    SECURITY_EVENT_TO_WIRE,
)


def security_event(half: CsmsContext, request: house.SecurityEventNotificationRequest, _now: datetime) -> Translation:
    """Something happened that matters for security; a management system without the extension is spared it."""
    answer: Any = None
    if not half.is_missing(request.action):
        answer = yield AskPeer(
            wire.SecurityEventNotificationRequest(
                type=SECURITY_EVENT_TO_WIRE.get(request.type, request.type),
                timestamp=request.timestamp,
                tech_info=request.tech_info,
            )
        )
    if isinstance(answer, Refusal) and not half.lacks(answer, request.action):
        return answer
    if half.is_missing(request.action):
        yield Lost((Loss(request.action, "type", request.type, "the management system has no security extension"),))
    return house.SecurityEventNotificationResponse()


# --- vendor data --------------------------------------------------------------------------------------------------


def data_from_station(half: CsmsContext, request: house.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data from the station."""
    return ask_peer(request, half.policy)


def data_to_station(half: CsmsContext, request: wire.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data for the station."""
    meant = plug_and_charge.to_station(half, request)
    if meant is not None:
        return (yield from meant)
    said, _ = yield from ask_house(request, half.policy)
    return said
