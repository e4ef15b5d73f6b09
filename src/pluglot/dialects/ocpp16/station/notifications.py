"""Security events and vendor data of a 1.6 station (mapping 5.9, 5.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.data import ask_house, ask_peer
from pluglot.dialects.ocpp16.enums import (
    SECURITY_EVENT_TO_HOUSE,
)
from pluglot.dialects.ocpp16.station import plug_and_charge
from pluglot.dialects.ocpp16.station.context import StationContext


def _notified(request: Any, response: Any) -> Translation:
    answer = yield AskHouse(request)
    return answer if isinstance(answer, Refusal) else response


def security_event(half: StationContext, request: wire.SecurityEventNotificationRequest, _now: datetime) -> Translation:
    """Something happened that matters for security."""
    half.shows_security_extension()
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
    meant = plug_and_charge.read(half, request)
    if meant is not None:
        return (yield from plug_and_charge.from_station(half, request, meant))
    said, answer = yield from ask_house(request, half.policy)
    if answer is not None and answer.status_info is not None:
        yield Lost((Loss(request.action, "statusInfo", answer.status_info.reason_code, "1.6 has no such field"),))
    return said


def data_to_station(half: StationContext, request: house.DataTransferRequest, _now: datetime) -> Translation:
    """Vendor data for the station."""
    return ask_peer(request, half.policy)
