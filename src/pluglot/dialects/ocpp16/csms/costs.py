"""Prices and costs that a 1.6 management system tells by the cost convention (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.extensions import COSTS, MULTI_LANGUAGE
from pluglot.dialects.ocpp16.memory import HouseTransaction, Price
from pluglot.dialects.ocpp16.peer import NOT_KNOWN
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.messages.base import CustomData

_Status = wire.DataTransferStatus
_REJECTED: Final = wire.DataTransferResponse(status=_Status.REJECTED)
_ACCEPTED: Final = wire.DataTransferResponse(status=_Status.ACCEPTED)
_MOST_PRICES: Final = 64
_LONGEST_TEXT: Final = 1024
_LONGEST_TAG: Final = 20
_MOST_LANGUAGES: Final = 4
#: What CostUpdated itself says, and what the station knows better.
_SAID: Final = frozenset({"transactionId", "cost"})
_KNOWN_THERE: Final = frozenset({"timestamp", "meterValue", "state"})


def to_station(half: CsmsContext, request: wire.DataTransferRequest) -> Translation | None:
    """The translation of a message of the cost convention; None when it is none."""
    meant = _MESSAGES.get(request.message_id or "")
    content = None if meant is None else extensions.read_cost(request)
    return None if meant is None or content is None else meant(half, content)


# --- prices -------------------------------------------------------------------------------------------------------


def _user_price(half: CsmsContext, content: Mapping[str, Any]) -> Translation:
    """Keep a price until the next answer about its token, where 2.x has a place for it."""
    yield from ()
    id_tag, text = content.get("idToken"), content.get("priceText")
    if not isinstance(id_tag, str) or not isinstance(text, str) or not text or len(id_tag) > _LONGEST_TAG:
        return _REJECTED
    prices = half.memory.shown_prices
    while len(prices) >= _MOST_PRICES:
        del prices[next(iter(prices))]
    prices[id_tag.casefold()] = Price(text[:_LONGEST_TEXT], _further(content))
    half.touch()
    return _ACCEPTED


def _further(content: Mapping[str, Any]) -> tuple[house.MessageContent, ...]:
    return extensions.price_messages(content.get("priceTextExtra"))[:_MOST_LANGUAGES]


def with_price(half: CsmsContext, id_tag: str, info: house.IdTokenInfo) -> Translation:
    """What is said of a token, with the price that is kept for it."""
    price = half.memory.shown_prices.pop(id_tag.casefold(), None)
    if price is None:
        return info
    half.touch()
    custom_data = None
    if price.further and understands(half, MULTI_LANGUAGE):
        custom_data = CustomData(MULTI_LANGUAGE, personalMessageExtra=extensions.price_texts(price.further))
    elif price.further:
        yield Lost(tuple(_losses("SetUserPrice", {"priceTextExtra": len(price.further)})))
    return msgspec.structs.replace(info, personal_message=_message(price.text), custom_data=custom_data)


def _message(text: str) -> house.MessageContent:
    return house.MessageContent(format=house.MessageFormat.UTF8, content=text)


# --- costs --------------------------------------------------------------------------------------------------------


def understands(half: CsmsContext, vendor_id: str) -> bool:
    """Whether the station says that it reads the vendor data of a convention in 2.x messages."""
    known = half.variables.get(("CustomizationCtrlr", "CustomImplementationEnabled", vendor_id))
    return known is not None and known.value.casefold() == "true"


def _running_cost(half: CsmsContext, content: Mapping[str, Any]) -> Translation:
    """Tell what a transaction has cost so far; prices and triggers go along where the station reads them."""
    entry, cost = _transaction(half, content), _sum(content)
    if entry is None or cost is None:
        return _REJECTED
    details = {name: value for name, value in content.items() if name not in _SAID}
    if half.policy.emit_custom_data:
        custom_data = wrapped({"cost": details}, emit=True)
    elif understands(half, COSTS):
        custom_data = CustomData(COSTS, **details) if "vendorId" not in details else None
    else:
        custom_data = None
        if lost := tuple(_losses("RunningCost", details, but=_KNOWN_THERE)):
            yield Lost(lost)
    request = house.CostUpdatedRequest(total_cost=cost, transaction_id=entry.house_id, custom_data=custom_data)
    return (yield from _told(request))


def _final_cost(half: CsmsContext, content: Mapping[str, Any]) -> Translation:
    """Tell the final cost: with the answer to the last event when that is still to come, else on its own."""
    entry, cost = _transaction(half, content), _sum(content)
    if entry is None or cost is None:
        return _REJECTED
    text = content.get("priceText")
    if entry.ended_at is None:
        entry.final_cost = cost
        entry.final_text = text[:_LONGEST_TEXT] if isinstance(text, str) and text else None
        entry.final_texts = _further(content)
        half.touch()
        if "qrCodeText" in content:
            yield Lost(tuple(_losses("FinalCost", {"qrCodeText": content["qrCodeText"]})))
        return _ACCEPTED
    details = {name: value for name, value in content.items() if name not in _SAID}
    if not half.policy.emit_custom_data and details:
        yield Lost(tuple(_losses("FinalCost", details)))
    custom_data = wrapped({"cost": details}, emit=half.policy.emit_custom_data)
    request = house.CostUpdatedRequest(total_cost=cost, transaction_id=entry.house_id, custom_data=custom_data)
    return (yield from _told(request))


def with_final_cost(entry: HouseTransaction, answer: house.TransactionEventResponse) -> house.TransactionEventResponse:
    """The answer to the last event with the final cost, when the management system has told it."""
    if entry.final_cost is None:
        return answer
    return msgspec.structs.replace(
        answer,
        total_cost=entry.final_cost,
        updated_personal_message=None if entry.final_text is None else _message(entry.final_text),
        updated_personal_message_extra=entry.final_texts or None,
    )


def _told(request: house.CostUpdatedRequest) -> Translation:
    answer = yield AskHouse(request)
    if isinstance(answer, Refusal):
        if answer.code in NOT_KNOWN:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return _ACCEPTED


def _transaction(half: CsmsContext, content: Mapping[str, Any]) -> HouseTransaction | None:
    number = content.get("transactionId")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return next((one for one in half.memory.transactions.values() if one.id == number), None)


def _sum(content: Mapping[str, Any]) -> Decimal | None:
    cost = content.get("cost")
    return Decimal(str(cost)) if isinstance(cost, int | float) and not isinstance(cost, bool) else None


def _losses(message_id: str, details: Mapping[str, Any], *, but: Iterable[str] = ()) -> Iterable[Loss]:
    for name, value in details.items():
        if name not in but:
            yield Loss("DataTransfer", f"{message_id}.{name}", plain(value), "2.x has no place for it here")


_MESSAGES: Final[Mapping[str, Callable[[CsmsContext, Mapping[str, Any]], Translation]]] = {
    "FinalCost": _final_cost,
    "RunningCost": _running_cost,
    "SetUserPrice": _user_price,
}
