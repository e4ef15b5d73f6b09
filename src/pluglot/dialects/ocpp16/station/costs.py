"""Prices and costs on the display of a 1.6 station that speaks the cost convention (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.extensions import COSTS
from pluglot.dialects.ocpp16.memory import OpenTransaction
from pluglot.dialects.ocpp16.meter_values import whole
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import not_supported

_KEY: Final = "CustomDisplayCostAndPrice"
_Status = wire.DataTransferStatus
_EVENT: Final = "TransactionEvent"
#: What a running cost says beside the sum: by what it grows, and when it is to be told again.
_RUNNING: Final = ("chargingPrice", "idlePrice", "nextPeriod", "triggerMeterValue")


def shows_costs(half: StationContext) -> bool:
    """Whether the station shows costs to drivers."""
    return half.speaks(COSTS, _KEY)


# --- a command of the house ---------------------------------------------------------------------------------------


def cost_updated(half: StationContext, request: house.CostUpdatedRequest, now: datetime) -> Translation:
    """What a transaction has cost so far; after its end this is its final cost."""
    refused = not_supported(request.action, "the station does not show costs")
    told = unwrapped(request).get("cost") or extensions.costs_told(request)
    message = _cost_message(half, request.transaction_id, request.total_cost, told, now)
    if not shows_costs(half) or message is None:
        return refused
    answer = yield AskPeer(message)
    if isinstance(answer, Refusal):
        return refused if half.lacks(answer, COSTS) else answer
    if answer.status is not _Status.ACCEPTED:
        _note_refusal(half, answer)
        return refused
    return house.CostUpdatedResponse()


def _cost_message(
    half: StationContext, house_id: str, cost: Decimal, told: Mapping[str, Any], now: datetime
) -> wire.DataTransferRequest | None:
    entry = half.book.find(house_id)
    if entry is not None:
        return _running_cost(entry, cost, told, now)
    ended = half.book.find_ended(house_id)
    return None if ended is None else _final_cost(ended.id, cost, told)


def _running_cost(
    entry: OpenTransaction, cost: Decimal, told: Mapping[str, Any], now: datetime
) -> wire.DataTransferRequest:
    charging = entry.charging_state is house.ChargingState.CHARGING
    return extensions.cost_message(
        "RunningCost",
        {
            "transactionId": entry.id,
            "timestamp": told.get("timestamp", now.isoformat(timespec="seconds").replace("+00:00", "Z")),
            "meterValue": told.get("meterValue", None if entry.register is None else whole(entry.register)),
            "cost": cost,
            "state": told.get("state", "Charging" if charging else "Idle"),
            **{name: told.get(name) for name in _RUNNING},
        },
    )


def _final_cost(number: int, cost: Decimal, told: Mapping[str, Any]) -> wire.DataTransferRequest:
    return extensions.cost_message(
        "FinalCost",
        {
            "transactionId": number,
            "cost": cost,
            **{name: told.get(name) for name in ("priceText", "priceTextExtra", "qrCodeText")},
        },
    )


# --- what answers of the house tell -------------------------------------------------------------------------------


def answer_losses(half: StationContext, answer: house.TransactionEventResponse, *, ended: bool) -> Iterator[Loss]:
    """What an answer to a transaction event says that 1.6 has no field for, and no message of the convention either."""
    shown = shows_costs(half)
    text_shown = shown and (not ended or answer.total_cost is not None)
    for field, value, told in (
        ("totalCost", answer.total_cost, shown),
        ("chargingPriority", answer.charging_priority, False),
        ("transactionLimit", answer.transaction_limit, False),
        ("updatedPersonalMessage", answer.updated_personal_message, text_shown),
        ("updatedPersonalMessageExtra", answer.updated_personal_message_extra, text_shown),
    ):
        if value is not None and not told:
            yield Loss(_EVENT, field, str(value) if isinstance(value, Decimal | int) else "present", _NO_FIELD)


_NO_FIELD: Final = "1.6 has no such field"


def unshown(half: StationContext, losses: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """The losses of an idTagInfo without what the convention tells the driver."""
    if not losses or not shows_costs(half):
        return losses
    return tuple(loss for loss in losses if loss.field != "idTokenInfo.personalMessage")


def is_told(half: StationContext, answer: house.TransactionEventResponse) -> bool:
    """Whether the answer to an event says something for the display of this station."""
    info = answer.id_token_info
    told = (answer.total_cost, answer.updated_personal_message, None if info is None else info.personal_message)
    return any(one is not None for one in told) and shows_costs(half)


def after_token(half: StationContext, id_tag: str, info: house.IdTokenInfo) -> Translation:
    """Show the driver the price that the house has a message for."""
    extra = extensions.price_messages(list(extensions.costs_told(info).get("personalMessageExtra", ())))
    yield from _user_price(half, id_tag, info.personal_message, extra)


def after_event(
    half: StationContext,
    transaction: tuple[OpenTransaction, str],
    answer: house.TransactionEventResponse,
    now: datetime,
    *,
    ended: bool = False,
) -> Translation:
    """Show what the answer to an event of a transaction told the driver with this idTag."""
    entry, id_tag = transaction
    if answer.id_token_info is not None:
        yield from after_token(half, id_tag, answer.id_token_info)
    told = dict(extensions.costs_told(answer))
    extra = answer.updated_personal_message_extra
    if extra is None:
        extra = extensions.price_messages(told.get("updatedPersonalMessageExtra"))
    if not ended:
        yield from _user_price(half, id_tag, answer.updated_personal_message, extra)
        if answer.total_cost is not None:
            yield from _tell(half, _running_cost(entry, answer.total_cost, told, now))
        return
    message = answer.updated_personal_message
    told["priceText"] = None if message is None else message.content
    told["priceTextExtra"] = extensions.price_texts(extra) or None
    if answer.total_cost is not None:
        yield from _tell(half, _final_cost(entry.id, answer.total_cost, told))


def _user_price(
    half: StationContext,
    id_tag: str,
    message: house.MessageContent | None,
    extra: tuple[house.MessageContent, ...],
) -> Translation:
    if message is not None:
        texts = extensions.price_texts(extra) or None
        content = {"idToken": id_tag, "priceText": message.content, "priceTextExtra": texts}
        yield from _tell(half, extensions.cost_message("SetUserPrice", content))


def _tell(half: StationContext, message: wire.DataTransferRequest) -> Translation:
    answer = yield AskPeer(message)
    if isinstance(answer, Refusal):
        half.lacks(answer, COSTS)
        reason = answer.code
    elif answer.status is not _Status.ACCEPTED:
        _note_refusal(half, answer)
        reason = answer.status.value
    else:
        return
    yield Lost((Loss("DataTransfer", message.message_id or "", reason, "the station did not take the cost"),))


def _note_refusal(half: StationContext, answer: wire.DataTransferResponse) -> None:
    if answer.status is _Status.UNKNOWN_VENDOR_ID:
        half.misses(COSTS)
