"""Plug and charge, and costs, with a 1.6 management system that speaks their conventions (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.extensions import COSTS, PLUG_AND_CHARGE
from pluglot.dialects.ocpp16.residue import unwrapped

_Status = wire.DataTransferStatus
_MOST_PRICES: Final = 64
_LONGEST_TEXT: Final = 1024
_LONGEST_TAG: Final = 20


# --- from the station ---------------------------------------------------------------------------------------------


def is_spoken(half: CsmsContext, request: Any) -> bool:
    """Whether the management system takes wrapped messages: it turned the key on, or the station wrapped it."""
    if not half.policy.unwrap_extensions or half.is_missing(PLUG_AND_CHARGE):
        return False
    known = half.variables.get(("ISO15118Ctrlr", "PnCEnabled", None))
    on = known is not None and known.value.casefold() == "true"
    return on or unwrapped(request).get("message") == wire.DataTransferRequest.action


def ask(half: CsmsContext, request: Any, otherwise: Any) -> Translation:
    """Put a request to the management system inside vendor data; ``otherwise`` is the answer where it cannot be."""
    if is_spoken(half, request):
        bare = msgspec.structs.replace(request, custom_data=None)
        answer = yield AskPeer(extensions.wrapped_request(bare))
        if isinstance(answer, Refusal) and not half.lacks(answer, PLUG_AND_CHARGE):
            return answer
        if not isinstance(answer, Refusal):
            if answer.status is _Status.UNKNOWN_VENDOR_ID:
                half.misses(PLUG_AND_CHARGE)
            if answer.status is _Status.ACCEPTED:
                read = extensions.read_response(request.action, answer.data)
                if read is not None:
                    return read
    yield Lost((Loss(request.action, "", plain(request), "the management system does not speak plug and charge"),))
    return otherwise


def wrapped_or(otherwise: Callable[[], Any]) -> Callable[[CsmsContext, Any, datetime], Translation]:
    """The translation of a request that is wrapped where that is spoken."""

    def translate(half: CsmsContext, request: Any, _now: datetime) -> Translation:
        return ask(half, request, otherwise())

    return translate


# --- from the management system -----------------------------------------------------------------------------------


def to_station(half: CsmsContext, request: wire.DataTransferRequest, now: datetime) -> Translation | None:
    """The translation of vendor data that stands for a 2.x message, or None when it stands for itself."""
    if not half.policy.unwrap_extensions:
        return None
    meant = extensions.read_request(request, extensions.TO_STATION)
    if meant is not None:
        return _unwrapped(half, meant)
    if request.vendor_id == COSTS:
        return _cost(half, request, now)
    return None


def _unwrapped(half: CsmsContext, meant: Any) -> Translation:
    if isinstance(meant, house.CertificateSignedRequest) and meant.certificate_type is not None:
        meant = msgspec.structs.replace(meant, request_id=half.memory.signing.get(meant.certificate_type.value))
    answer = yield AskHouse(meant)
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return extensions.wrapped_response(answer)


def _cost(half: CsmsContext, request: wire.DataTransferRequest, _now: datetime) -> Translation | None:
    content = extensions.read_cost(request)
    if content is None:
        return None
    if request.message_id == "SetUserPrice":
        return _user_price(half, content)
    if request.message_id in {"RunningCost", "FinalCost"}:
        return _running_cost(half, content)
    return None


def _user_price(half: CsmsContext, content: Any) -> Translation:
    """Keep a price until the next answer about its token, where 2.x has a place for it."""
    yield from ()
    id_tag, text = content.get("idToken"), content.get("priceText")
    if not isinstance(id_tag, str) or not isinstance(text, str) or not text or len(id_tag) > _LONGEST_TAG:
        return wire.DataTransferResponse(status=_Status.REJECTED)
    prices = half.memory.prices
    while len(prices) >= _MOST_PRICES:
        del prices[next(iter(prices))]
    prices[id_tag.casefold()] = text[:_LONGEST_TEXT]
    half.touch()
    return wire.DataTransferResponse(status=_Status.ACCEPTED)


def with_price(half: CsmsContext, id_tag: str, info: house.IdTokenInfo) -> house.IdTokenInfo:
    """What is said of a token, with the price that is kept for it."""
    text = half.memory.prices.pop(id_tag.casefold(), None)
    if text is None:
        return info
    half.touch()
    message = house.MessageContent(format=house.MessageFormat.UTF8, content=text)
    return msgspec.structs.replace(info, personal_message=message)


def _running_cost(half: CsmsContext, content: Any) -> Translation:
    cost, number = content.get("cost"), content.get("transactionId")
    entry = next((one for one in half.memory.transactions.values() if one.id == number and number is not None), None)
    if entry is None or not isinstance(cost, int | float) or isinstance(cost, bool):
        return wire.DataTransferResponse(status=_Status.REJECTED)
    answer = yield AskHouse(house.CostUpdatedRequest(total_cost=Decimal(str(cost)), transaction_id=entry.house_id))
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return wire.DataTransferResponse(status=_Status.ACCEPTED)
