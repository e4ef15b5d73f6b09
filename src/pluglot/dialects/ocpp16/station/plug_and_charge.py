"""Plug and charge, and costs, with a 1.6 station that speaks their conventions (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.extensions import COSTS, PLUG_AND_CHARGE
from pluglot.dialects.ocpp16.memory import OpenTransaction
from pluglot.dialects.ocpp16.meter_values import whole
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative, not_supported

_KEY: Final = "ISO15118PnCEnabled"
_COST_KEY: Final = "CustomDisplayCostAndPrice"
_Status = wire.DataTransferStatus
_NO_ROUTE: Final = frozenset({_Status.UNKNOWN_VENDOR_ID, _Status.UNKNOWN_MESSAGE_ID})


def is_spoken(half: StationContext) -> bool:
    """Whether the station takes wrapped plug-and-charge messages."""
    return half.speaks(PLUG_AND_CHARGE, _KEY)


def ask(half: StationContext, request: Any, reason: str) -> Translation:
    """Put a request to the station inside vendor data, or answer for it that it cannot be done."""
    response = house.ACTIONS[request.action].response
    if not is_spoken(half):
        return negative(response, "UnsupportedParam", reason)
    answer = yield AskPeer(extensions.wrapped_request(request))
    if isinstance(answer, Refusal):
        return negative(response, "UnsupportedParam", reason) if half.lacks(answer, PLUG_AND_CHARGE) else answer
    if answer.status is _Status.UNKNOWN_VENDOR_ID:
        half.memory.missing.append(PLUG_AND_CHARGE)
        half.touch()
    read = extensions.read_response(request.action, answer.data) if answer.status is _Status.ACCEPTED else None
    if read is None:
        yield Lost((Loss(request.action, "", answer.status.value, "the station did not take the vendor data"),))
        return negative(response, "UnsupportedParam", reason)
    return read


# --- from the station ---------------------------------------------------------------------------------------------


def read(half: StationContext, request: wire.DataTransferRequest) -> Any:
    """The 2.x request that vendor data of the station stands for, or None."""
    if not half.policy.unwrap_extensions:
        return None
    return extensions.read_request(request, extensions.FROM_STATION)


def from_station(half: StationContext, request: wire.DataTransferRequest, meant: Any) -> Translation:
    """Put a wrapped request to the house as what it is."""
    residue = wrapped({"message": request.action}, emit=half.policy.emit_custom_data)
    answer = yield AskHouse(msgspec.structs.replace(meant, custom_data=residue))
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return extensions.wrapped_response(answer)


# --- costs --------------------------------------------------------------------------------------------------------


def shows_costs(half: StationContext) -> bool:
    """Whether the station shows costs to drivers."""
    return half.speaks(COSTS, _COST_KEY)


def cost_updated(half: StationContext, request: house.CostUpdatedRequest, now: datetime) -> Translation:
    """What a running transaction has cost so far."""
    refused = not_supported(request.action, "the station does not show costs")
    entry = half.book.find(request.transaction_id)
    if not shows_costs(half) or entry is None:
        return refused
    answer = yield AskPeer(_running_cost(entry, request.total_cost, now))
    if isinstance(answer, Refusal):
        return refused if half.lacks(answer, COSTS) else answer
    if answer.status is not _Status.ACCEPTED:
        _note_refusal(half, answer)
        return refused
    return house.CostUpdatedResponse()


def _note_refusal(half: StationContext, answer: wire.DataTransferResponse) -> None:
    if answer.status is _Status.UNKNOWN_VENDOR_ID:
        half.memory.missing.append(COSTS)
        half.touch()


def _running_cost(entry: OpenTransaction, cost: Decimal, now: datetime) -> wire.DataTransferRequest:
    charging = entry.charging_state is house.ChargingState.CHARGING
    return extensions.cost_message(
        "RunningCost",
        {
            "transactionId": entry.id,
            "timestamp": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "meterValue": None if entry.register is None else whole(entry.register),
            "cost": cost,
            "state": "Charging" if charging else "Idle",
        },
    )


def after_authorize(half: StationContext, id_tag: str, info: house.IdTokenInfo) -> Translation:
    """Show the driver the price that the house has a message for."""
    if info.personal_message is not None:
        content: dict[str, Any] = {"idToken": id_tag, "priceText": info.personal_message.content}
        yield from _show(half, "SetUserPrice", content)


def after_event(
    half: StationContext, entry: OpenTransaction, answer: house.TransactionEventResponse, now: datetime, *, ended: bool
) -> Translation:
    """Show the cost that the answer to an event told."""
    if answer.total_cost is None:
        return
    if not ended:
        yield from _tell(half, _running_cost(entry, answer.total_cost, now))
        return
    message = answer.updated_personal_message
    texts = list(extensions.price_texts(answer.updated_personal_message_extra or ()))
    content = {
        "transactionId": entry.id,
        "cost": answer.total_cost,
        "priceText": None if message is None else message.content,
        "priceTextExtra": texts or None,
    }
    yield from _show(half, "FinalCost", content)


def _show(half: StationContext, message_id: str, content: Mapping[str, Any]) -> Translation:
    yield from _tell(half, extensions.cost_message(message_id, content))


def _tell(half: StationContext, message: wire.DataTransferRequest) -> Translation:
    answer = yield AskPeer(message)
    if isinstance(answer, Refusal):
        half.lacks(answer, COSTS)
        yield Lost((Loss("DataTransfer", message.message_id or "", answer.code, "the station did not take the cost"),))
    else:
        _note_refusal(half, answer)
