"""Authorize and ClearCache before a 1.6 management system (mapping 5.3, 6.4)."""

from __future__ import annotations

from datetime import datetime

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms import costs, plug_and_charge
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.enums import CLEAR_CACHE_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.tokens import info_to_house


def id_tag_of(half: CsmsContext, token: house.IdToken, action: str) -> tuple[str, tuple[Loss, ...]]:
    """The idTag for a token, with what it cannot say; an alias is remembered."""
    changes = half.tokens.changes
    id_tag, losses = half.tokens.said(token)
    if half.tokens.changes != changes:
        half.touch()
    return id_tag, tuple(Loss(action, loss.field, loss.value, loss.reason) for loss in losses)


def authorize(half: CsmsContext, request: house.AuthorizeRequest, _now: datetime) -> Translation:
    """May this token charge? A contract certificate cannot be judged by 1.6."""
    id_tag, losses = id_tag_of(half, request.id_token, request.action)
    certificate_status = None
    if _has_certificate(request) and plug_and_charge.is_spoken(half, request):
        judged = yield from plug_and_charge.ask(half, request, None)
        if judged is not None:
            return judged
    if _has_certificate(request):
        certificate_status = house.AuthorizeCertificateStatus.NO_CERTIFICATE_AVAILABLE
        losses += (Loss(request.action, "certificate", "present", "1.6 judges tokens only"),)
    if losses:
        yield Lost(losses)
    answer = yield AskPeer(wire.AuthorizeRequest(id_tag=id_tag))
    if isinstance(answer, Refusal):
        return answer
    info = yield from costs.with_price(half, id_tag, info_to_house(answer.id_tag_info))
    return house.AuthorizeResponse(id_token_info=info, certificate_status=certificate_status)


def _has_certificate(request: house.AuthorizeRequest) -> bool:
    return request.certificate is not None or request.iso15118_certificate_hash_data is not None


def clear_cache(_half: CsmsContext, _request: wire.ClearCacheRequest, _now: datetime) -> Translation:
    """Forget remembered authorisations."""
    answer = yield AskHouse(house.ClearCacheRequest())
    if isinstance(answer, Refusal):
        return answer
    return wire.ClearCacheResponse(status=CLEAR_CACHE_STATUS_TO_WIRE[answer.status])
