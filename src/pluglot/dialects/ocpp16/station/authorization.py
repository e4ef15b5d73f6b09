"""Authorize and ClearCache of a 1.6 station (mapping 5.3, 6.4)."""

from __future__ import annotations

from datetime import datetime

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import CLEAR_CACHE_STATUS_TO_HOUSE
from pluglot.dialects.ocpp16.station import costs
from pluglot.dialects.ocpp16.station.context import StationContext, house_token
from pluglot.dialects.refusals import negative


def authorize(half: StationContext, request: wire.AuthorizeRequest, _now: datetime) -> Translation:
    """May this idTag charge?"""
    token = half.tokens.meant(request.id_tag)
    answer = yield AskHouse(house.AuthorizeRequest(id_token=house_token(token)))
    if isinstance(answer, Refusal):
        return answer
    half.tokens.learn(token, answer.id_token_info)
    info, losses = half.id_tag_info(answer.id_token_info, "Authorize")
    losses += tuple(
        Loss("Authorize", field, "present", "1.6 has no such field")
        for field, value in (
            ("certificateStatus", answer.certificate_status),
            ("allowedEnergyTransfer", answer.allowed_energy_transfer),
            ("tariff", answer.tariff),
        )
        if value is not None
    )
    response = wire.AuthorizeResponse(id_tag_info=info)
    losses = costs.unshown(half, losses)
    if losses:
        yield Lost(losses)
    if answer.id_token_info.personal_message is None or not costs.shows_costs(half):
        return response
    yield Answered(response)
    yield from costs.after_token(half, request.id_tag, answer.id_token_info)
    return None


def clear_cache(half: StationContext, _request: house.ClearCacheRequest, _now: datetime) -> Translation:
    """Forget remembered authorisations."""
    answer = yield AskPeer(wire.ClearCacheRequest())
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return negative(house.ClearCacheResponse, "NotEnabled", "the station has no cache")
        return answer
    if answer.status is wire.ClearCacheStatus.ACCEPTED:
        half.tokens.forget()
    return house.ClearCacheResponse(status=CLEAR_CACHE_STATUS_TO_HOUSE[answer.status])
